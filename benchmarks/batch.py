"""A city prints ten thousand cards: `python -m benchmarks.batch [--cards N] [--processes P]`.

Goal: 10,000 within 90 seconds and 500 MB on two cores.

1. Each process makes documents of `BATCH` cards: signs both codes of each card, draws them and typesets the pages. The
   documents come back one after the other, as they would go to a printer, and are not kept.
2. Each process says the most memory that it ever held, and so does this one. What they share is counted in each.
3. The clock starts before the processes do. The invented faces, which are no work of an office, are drawn before.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.faces import as_it_is, draw_portraits, faces, have_portraits
from citycard.printing.card import BATCH, render_batch


def document(asked: tuple[int, int]) -> tuple[int, bytes, int, int]:
    """Return cards, PDF, process and the most megabytes it held, for a seed and a count (1, 2)."""
    seed, count = asked
    pdf = render_batch(faces(count, seed=seed), translate=as_it_is)
    return count, pdf, os.getpid(), _megabytes()


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Print cards and say how long it took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch", description=__doc__)
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    parts = [(at, min(BATCH, asked.cards - at)) for at in range(0, asked.cards, BATCH)]
    done, size, memory = 0, 0, {0: 0}
    portraits = draw_portraits()
    # (3)
    started = time.perf_counter()
    # A fresh start for each, so that none holds what this process has loaded.
    with ProcessPoolExecutor(
        asked.processes, mp_context=get_context("spawn"), initializer=have_portraits, initargs=(portraits,)
    ) as pool:
        for count, pdf, process, megabytes in pool.map(document, parts):
            done, size, memory[process] = done + count, size + len(pdf), megabytes
            print(f"\r{done:,} of {asked.cards:,}, {time.perf_counter() - started:.0f} s", end="", file=sys.stderr)
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    memory[0] = _megabytes()
    print(file=sys.stderr)
    print(
        f"{done:,} cards in {seconds:.0f} s, {done / seconds:,.0f} a second: "
        f"{asked.processes} processes, {used.ru_utime + used.ru_stime:.0f} s of processors' time, "
        f"at most {sum(memory.values())} MB of memory ({' + '.join(map(str, memory.values()))}), "
        f"{size / 1e6:,.0f} MB of PDF"
    )


if __name__ == "__main__":
    main()
