"""Clerks who are killed while they issue, apart from the tests: `make crash`. A short run is among the tests."""
