"""Measure and print: `python -m benchmarks.federation [--cities N] [--servers N] [--write]`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.federation import in_memory, page, servers

DOCS = Path(__file__).resolve().parents[2] / "docs"

FEWEST_SERVERS = 12
"""Eight that are well have parts of their own to play beside the four that are not."""


def main() -> None:
    """Measure, print, and write the page if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.federation", description=__doc__)
    parser.add_argument("--cities", type=int, default=50, help="cities in one process (50)")
    parser.add_argument("--servers", type=int, default=FEWEST_SERVERS, help=f"real servers ({FEWEST_SERVERS} or more)")
    parser.add_argument("--write", action="store_true", help="write docs/federation.md and its picture")
    asked = parser.parse_args()
    if asked.servers < FEWEST_SERVERS or asked.cities < 2:
        parser.error(f"at least 2 cities and {FEWEST_SERVERS} servers")
    with tempfile.TemporaryDirectory(prefix="citycard-federation-") as place:
        real = servers.measure(Path(place) / "servers", asked.servers)
        memory = in_memory.measure(Path(place) / "memory", asked.cities)
    measured = page.tables(asked.cities, memory, asked.servers, real)
    print(measured)
    if asked.write:
        page.write(DOCS / "federation.md", DOCS / "pictures" / "federation.svg", measured, page.picture(real))


if __name__ == "__main__":
    main()
