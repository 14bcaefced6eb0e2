"""The desk that works without a network."""
