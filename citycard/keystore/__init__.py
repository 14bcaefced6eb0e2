"""Private keys and the keys of the day: opened by address, never stored in the office folder or the database."""
