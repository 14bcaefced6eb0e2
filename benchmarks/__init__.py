"""How many cards a second are checked and written, beside the raw signature and other people's libraries.

`python -m benchmarks` prints a table; docs/performance.md tells how it is measured.
"""
