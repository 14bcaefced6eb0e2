"""What is drawn in `.venv-interop`: a code by `segno`. A process that waits for its turn, like others.py.

First line of stdin: {"text": the code's text}. Each further line: {"subject": name, "seconds": how long}, answered by a
line with the rate, or {"picture": name}, answered by a line with the PNG as hex.
"""

import io
import json
import sys
import time

import segno


def subjects(given):
    """Return what draws, as other programmes are told to by their manuals; each returns a PNG."""
    text = given["text"]

    def with_segno():
        out = io.BytesIO()
        # Its defaults, but for a larger level of correction where there is room: the same level for all.
        segno.make(text, error="m", boost_error=False, micro=False).save(out, kind="png", scale=10, border=4)
        return out.getvalue()

    return {"picture-segno": with_segno}


def rate(work, seconds):
    """Return how often `work` is done in a second of the processor's time, by the fastest."""
    best, end = 0.0, time.perf_counter() + seconds
    while True:
        started = time.process_time()
        work()
        best = max(best, 1 / (time.process_time() - started))
        if time.perf_counter() >= end:
            return best


if __name__ == "__main__":
    works = subjects(json.loads(sys.stdin.readline()))
    print(json.dumps(sorted(works)), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if "picture" in asked:
            print(json.dumps(works[asked["picture"]]().hex()), flush=True)
        else:
            print(json.dumps(rate(works[asked["subject"]], asked["seconds"])), flush=True)
