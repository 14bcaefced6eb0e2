"""A camera for Chromium before which a test lays one card after the other, while the page looks.

    lens = Lens(tmp_path / "film.y4m")
    chromium = launch(browser.browser_type, *lens.arguments)
    lens.sees(scene)            # from now on this is what the camera shows
    lens.sees(first, second)    # one for half a second, then the other, over and over

Chromium reads each frame of its film anew from the file, and begins again at the end of it. So the film is written over
while it plays: the test knows what is before the camera, and waits for no round of the film. A frame that is torn by it
lasts a moment, as a hand before the lens does; the fewer frames there are, the shorter. All films of a lens have the
same length: a file that grows under Chromium's hands shows it half a frame, and then the camera is gone.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.desk_scanning.films import DESK, SIZE
from tests.support.pictures import write_film

A_SECOND = 6
MARK = b"FRAME\n"
SHORT, LONG = A_SECOND // 2, A_SECOND * 2
"""Half a second, and longer than a code has to be away until it is told again."""


class Lens:
    """What the pretended camera sees."""

    def __init__(self, path: Path, *, frames: int = SHORT + LONG) -> None:
        self._path, self._frames = path, frames
        path.touch()
        self.nothing()

    @property
    def arguments(self) -> tuple[str, ...]:
        """How Chromium is told of it when it starts."""
        return (
            "--use-fake-device-for-media-stream=device-count=1",
            f"--use-file-for-fake-video-capture={self._path}",
        )

    def nothing(self) -> None:
        """The desk, and no card."""
        self.sees(Image.new("RGB", SIZE, DESK))

    def sees(self, scene: Image.Image, then: Image.Image | None = None) -> None:
        """Lay this before the camera in the place of what was there; `then` another that follows at once."""
        film, frame = self._film(scene)
        other = frame if then is None else self._film(then)[1]
        short = min(SHORT, self._frames)
        # In its place, and not beside it: Chromium holds the file open.
        with self._path.open("r+b", buffering=0) as out:
            out.write(film + frame * short + other * (self._frames - short))

    def _film(self, scene: Image.Image) -> tuple[bytes, bytes]:
        """How a film begins, and the scene as a frame of it."""
        written = write_film([scene], self._path.with_suffix(".one"), per_second=A_SECOND).read_bytes()
        begins = written.index(MARK)
        return written[:begins], written[begins:]
