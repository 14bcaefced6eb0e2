"""How large a picture may be, what it may cost to open, and what comes of it. Parent and child keep to the same limits.

This module imports nothing, because the child (`picture_child`) starts anew for every picture.
"""

FORMATS = ("JPEG", "PNG", "WEBP")
"""By content, never by name. Pillow would open forty more, each with a decoder of its own to be attacked; HEIC is not
among them, and telephones send JPEG where a page asks for it."""

MAX_BYTES = 10 * 1024 * 1024
"""Telephones make files of 3 to 8 MB."""

MAX_PIXELS = 12_700_000
"""What is sold as 12 megapixels is up to 12.6 million (4096 x 3072); decoded that is 38 MB, which a small
server holds a few times over."""

MAX_SCANS = 40
"""A progressive JPEG has about ten scans, its preview a few more. Each costs a pass over the whole picture, so that a
small file with thousands of them would keep a server busy for minutes."""

MIN_SIDE = 150
"""Below this the face on the printed card is a blur."""

PRINT_SIZE = (480, 640)
"""24 x 32 mm at 500 dpi: more than a card printer shows."""

MAX_WHOLE = 1600
"""Longest side of the whole picture that is kept while the portrait may still be cut another way. A third of its width
is still as wide as the printed portrait; as JPEG it has a quarter of a megabyte."""

MAX_CODE_SIDE = 1800
"""Longest side of a picture in which codes are looked for. The reader's work grows with the fourth power of the side
for a picture drawn to trouble it: minutes for a small file at 3,500. A card that fills a third of this picture is still
read at four pixels a module."""

MEMORY = 512 * 1024 * 1024
"""Bytes of address space for the child. The costliest picture seen, 12.6 megapixels of WebP with transparency, lying on
its side, takes 410 MB; the interpreter, before any picture, 50 MB."""

CPU_SECONDS = 10
"""For the child. The slowest picture seen takes 1.6 seconds."""

PATIENCE = 15.0
"""Seconds until the parent kills a child that does not answer. More than `CPU_SECONDS`, for a machine at its limit."""

AT_ONCE = 2
"""Children at a time, per worker: a crowd of large pictures waits its turn instead of taking all the memory."""

WAIT = 10.0
"""Seconds that a picture waits for its turn before its sender is asked to try again."""
