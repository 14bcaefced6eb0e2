"""The tests. Their cast and their machinery are described in docs/development.md."""
