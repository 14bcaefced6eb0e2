"""What it costs that many cities recognise each other, measured and written into docs/federation.md.

    python -m benchmarks.federation                     # fifty cities in memory, twelve real servers; about ten minutes
    python -m benchmarks.federation --write             # puts the tables into docs/federation.md, draws its picture

`village` founds cities and lets them recognise each other · `traffic` counts what goes over the wire · `in_memory` has
many cities in one process · `servers` has fewer, each with its own server · `page` writes down what was found.
"""
