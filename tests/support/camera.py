"""A camera for Chromium: a film that plays as if somebody sat before the lens.

`open_camera(picture)` gives a browser whose only camera shows that picture, `open_camera(devices=2)` one with two
cameras that show Chromium's own pattern. Pages may use it unless they are opened with `permissions=[]`.
A browser without any camera is the ordinary one (`new_page`).

What a camera shows is said when Chromium starts, so there is one for each picture, until the end of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.support.browser import NewPage, launch, pages_of
from tests.support.pictures import film

OpenCamera = Callable[..., NewPage]
Cameras = Callable[[Image.Image | None, int], Browser]


@pytest.fixture(scope="session")
def cameras(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cameras]:
    """The Chromium for a picture, started when it is first asked for."""
    running: dict[tuple[bytes, int], Browser] = {}

    def camera(picture: Image.Image | None, devices: int) -> Browser:
        key = (b"" if picture is None else picture.tobytes(), devices)
        if key not in running:
            args = [f"--use-fake-device-for-media-stream=device-count={devices}"]
            if picture is not None:
                path = film(picture, tmp_path_factory.mktemp("camera") / "film.y4m")
                args.append(f"--use-file-for-fake-video-capture={path}")
            running[key] = launch(browser.browser_type, *args)
        return running[key]

    yield camera
    for chromium in running.values():
        chromium.close()


@pytest.fixture
def open_camera(cameras: Cameras) -> Iterator[OpenCamera]:
    """Open pages of a browser with a camera; they are closed after the test."""
    with ExitStack() as opened:

        def start(picture: Image.Image | None = None, *, devices: int = 1) -> NewPage:
            return partial(opened.enter_context(pages_of(cameras(picture, devices))), permissions=["camera"])

        yield start
