"""Pictures stay in memory.

Werkzeug writes an upload of more than half a megabyte to a temporary file, and a portrait on a disk is a portrait that
somebody can find. Here it is read into memory, which the cap on a request (`limits.MAX_UPLOAD`) allows.
"""

from io import BytesIO
from typing import IO

from flask import Request


class MemoryRequest(Request):
    """A request whose files never touch a disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()
