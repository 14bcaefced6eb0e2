"""Long runs against the reader, apart from the tests: `make fuzz` and `make fuzz-coverage`."""
