"""The register of services, which follows the office's file.

1. The file `services.toml` lies beside the settings. It counts as it is now: a change is seen at the next look, without
   a restart, and an office without the file has an empty register.
2. A file with a mistake in it opens nothing, all of it, until it is mended; that is said in the log and, before, by
   `citycard services check`. What every worker shows is what stands in the file, not what one of them remembers.
3. What is over is kept in the file as long as the city likes, and shown nowhere.
"""

import logging
from datetime import date
from pathlib import Path

from citycard.core.errors import FileRefused
from citycard.services.reading import from_file
from citycard.services.service import Service

FILE = "services.toml"
"""Of the office, beside settings.toml."""

log = logging.getLogger("citycard.services")


class Register:
    """The services of an office."""

    def __init__(self, folder: Path, *, language: str) -> None:
        """`language`: the city's own, in which every text has to be there."""
        self._path, self._language = folder / FILE, language
        self._seen: tuple[int, int] | None = None
        self._held: tuple[Service, ...] = ()

    def services(self) -> tuple[Service, ...]:
        """Return them all, those that are over, too; read anew when the file changed (1)."""
        now = self._stamp()
        if now != self._seen:
            self._held = self._read() if now else ()
            self._seen = now
        return self._held

    def now(self, today: date) -> tuple[Service, ...]:
        """Return those that are not over (3)."""
        return tuple(service for service in self.services() if not service.is_over(today))

    def _read(self) -> tuple[Service, ...]:
        try:
            return from_file(self._path, language=self._language)
        except FileRefused as refused:
            # (2) Our own sentences about a file that is public: nothing of a person is near.
            log.warning("%s is left out: %s", FILE, refused.mistakes[0])
            return ()

    def _stamp(self) -> tuple[int, int] | None:
        """Time and size: enough to see that it was changed."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
