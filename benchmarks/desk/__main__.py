"""`python -m benchmarks.desk [--frames N]`: what the desk page weighs and how fast it answers, as shares of the goals.

1. Weight: every file of the page's own list (`assets.files`), and the page and its sentences as an office answers them,
   each compressed by itself with gzip, as a server sends them. The lists of the cities are not counted.
2. Time: a frame of 1280 by 720 as a camera gives it (I420), with the printed back of a card with portrait; from there
   until the verdict and what is shown are known, in Chromium, with its processor slowed down four times.
3. On the desk the reading is done in a worker. Here it is on the page's own thread, because that is the one that
   Chromium slows down; what a worker adds is two messages.
4. The fastest of all frames counts: other work on the machine slows a moment and never speeds one up.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from citycard.web.app import create_app
from citycard.web.desk_app import assets
from citycard.web.headers import DEVICES
from tests.desk import bundles
from tests.desk_scanning.films import SIZE, backs, held
from tests.support.browser import QUIET
from tests.support.cities import NOW, PORTRAIT
from tests.support.loopback import shelf
from tests.support.office import make_office
from tests.support.pictures import write_film

MOST_BYTES = 600_000
MOST_MILLISECONDS = 300.0
SLOWER = 4


def weights() -> dict[str, int]:
    """Return the compressed size of everything that the page needs (1)."""
    found = {asset.path: _packed(asset.content) for asset in assets.files()}
    with tempfile.TemporaryDirectory() as folder:
        client = create_app(make_office(Path(folder))).test_client()
        for path in ("/desk-app/", "/desk-app/sentences.json", "/desk-app/sw.js", "/city.css"):
            found[path] = _packed(client.get(path, base_url="https://port-sable.demo.invalid").get_data())
    return found


def _packed(content: bytes) -> int:
    return len(gzip.compress(content, 9))


def frame(text: str) -> bytes:
    """Return a frame of a card with this code, in the bytes of a camera."""
    with tempfile.TemporaryDirectory() as folder:
        film = write_film([held(backs([text])[0])], Path(folder) / "film.y4m").read_bytes()
    return film.partition(b"FRAME\n")[2]


def times(page: Page, frames: int) -> list[tuple[float, float]]:
    """Return, for each frame, milliseconds until it is read, and from there until the verdict."""
    script = "async () => (await import('/answer.js')).measure()"
    measured: list[tuple[float, float]] = [tuple(page.evaluate(script)) for _ in range(frames)]
    return measured


def measure(frames: int) -> dict[int, list[tuple[float, float]]]:
    """Return the times at full speed and slowed down (2, 3)."""
    town = replace(bundles.port_sable(), statuses={})
    width, height = SIZE
    situation: dict[str, Any] = {
        "bundle": base64.b64encode(bundles.bundle(bundles.content(town), town=town)).decode(),
        "fingerprint": base64.b64encode(town.fingerprint).decode(),
        "now": int(NOW.timestamp()),
        "frame": base64.b64encode(frame(town.city.card(portrait=PORTRAIT))).decode(),
        "width": width,
        "height": height,
    }
    with shelf(Path(__file__).parent, rules=DEVICES) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*QUIET])
        page = chromium.new_page()
        page.goto(address)
        page.evaluate("async (situation) => (await import('/answer.js')).ready(situation)", situation)
        debugger = page.context.new_cdp_session(page)
        found = {}
        for rate in (1, SLOWER):
            debugger.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            found[rate] = times(page, frames)
        chromium.close()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("--frames", type=int, default=30, help="frames read at each speed (30)")
    asked = parser.parse_args()
    weighed = weights()
    total = sum(weighed.values())
    print("| | bytes, gzip | of 600 kB |\n|---|---:|---:|")
    for path, size in sorted(weighed.items(), key=lambda one: -one[1])[:8]:
        print(f"| `{path}` | {size:,} | {size / MOST_BYTES:.2f} |")
    print(f"| **all {len(weighed)} files** | {total:,} | {total / MOST_BYTES:.2f} |\n")
    print("| card with portrait | read | verdict | both | median | of 300 ms |\n|---|---:|---:|---:|---:|---:|")
    for rate, found in measure(asked.frames).items():
        read, verdict = min(found, key=sum)
        words = "full speed" if rate == 1 else f"slowed {rate} times"
        both, half = read + verdict, median(map(sum, found))
        print(f"| {words} | {read:.0f} | {verdict:.0f} | {both:.0f} | {half:.0f} | {both / MOST_MILLISECONDS:.2f} |")


if __name__ == "__main__":
    main()
