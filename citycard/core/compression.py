"""zlib (RFC 1950) with a cap: what goes in is small, what comes out is bounded, and nothing is left over.

`zlib.decompress` is unbounded (one kilobyte can become one megabyte) and a decompress object hands back the half of a
cut stream without a word, so both ends are checked here: 1. no more than `cap` bytes come out, 2. the stream reached
its end with a good checksum, 3. nothing follows it.
"""

import zlib

from citycard.core.errors import CitycardError


class CompressionError(CitycardError):
    """The bytes are not one whole zlib stream within the cap."""

    code = "zlib"


def deflate(data: bytes) -> bytes:
    """Return `data` as a zlib stream at level 9, the form of every card and status list."""
    return zlib.compress(data, 9)


def inflate(data: bytes, *, cap: int) -> bytes:
    """Return the content of the zlib stream `data`, at most `cap` bytes of it; raise `CompressionError` otherwise."""
    stream = zlib.decompressobj()
    try:
        # (1) One byte more than allowed tells "exactly full" from "too much" without holding more.
        content = stream.decompress(data, cap + 1)
    except zlib.error:
        raise CompressionError("The content is not a zlib stream.", code="zlib-stream") from None
    if len(content) > cap:
        raise CompressionError("The content is larger than any card or list.", code="zlib-cap")
    # (2) and (3)
    if not stream.eof:
        raise CompressionError("The zlib stream is cut short.", code="zlib-truncated")
    if stream.unused_data:
        raise CompressionError("Something follows the zlib stream.", code="zlib-trailing")
    return content
