"""`make fuzz`: a million spoilt cards, and how many of them were accepted. The answer has to be none.

1. The million is cut into parts, each with a seed of its own name, so that the same parts are tried on any machine,
   however many processors it has. `--only NUMBER` tries one part again.
2. Half of the parts are cards under ES256, half under Ed25519.
3. The same token in another zlib stream is the city's own signed statement, and accepted for what it is; these are
   counted apart. Anything else that is accepted, or that raises what is no `CardRefused`, ends the run with its code.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed

from citycard.core.keys import Algorithm
from tests.support.cities import City
from tests.support.mutations import SAME_CARD, tally

TIMES = 1_000_000
PART = 10_000
"""Cards in a part: some seconds, so that progress shows and a failure is quickly tried again."""

CITIES = (City.named("Port-Sable"), City.named("Rivemont", algorithm=Algorithm.EDDSA))


def part(number: int, times: int) -> Counter[str]:
    """Try the cards of part `number` (1 and 2)."""
    return tally(CITIES[number % 2], f"a million spoilt cards, part {number}", times)


def parts(times: int) -> dict[int, int]:
    """Return how many cards each part has."""
    return {number: min(PART, times - start) for number, start in enumerate(range(0, times, PART))}


def main() -> int:
    """Run, say how it goes, and return the exit code."""
    ask = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Spoilt cards, none of them accepted.")
    ask.add_argument("--times", type=int, default=TIMES, help=f"how many (default {TIMES:,})")
    ask.add_argument("--only", type=int, help="one part alone, in this process")
    asked = ask.parse_args()
    if asked.only is not None:
        print(dict(part(asked.only, PART)))
        return 0
    wanted, found, started = parts(asked.times), Counter[str](), time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(part, number, times): number for number, times in wanted.items()}
        for done in as_completed(running):
            # (3)
            if error := done.exception():
                pool.shutdown(cancel_futures=True)
                print(f"\npart {running[done]}: {type(error).__name__}: {error}", file=sys.stderr)
                return 1
            found += done.result()
            show(found, asked.times, time.monotonic() - started)
    print()
    for verdict, count in found.most_common():
        print(f"{count:>10,}  {verdict if verdict != SAME_CARD else 'the same signed token in another zlib stream'}")
    print(f"{found.total():,} spoilt cards, 0 accepted")
    return 0


def show(found: Counter[str], times: int, seconds: float) -> None:
    """Say how far it is: on one line of a terminal, every tenth part of the way elsewhere."""
    line = f"{found.total():>10,} of {times:,}  {found.total() / seconds:,.0f} a second"
    if sys.stdout.isatty():
        print(f"\r{line}", end="", flush=True)
    elif found.total() % max(times // 10, 1) < PART:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
