"""Texts that are no code of a card: steps 1 and 2."""

from __future__ import annotations

import gzip
import zlib

from citycard.core import base45
from citycard.core.compression import deflate
from tests.support.forging import TAG_18, code, token_of
from tests.vectors.cases import HERE, PORT_SABLE
from tests.vectors.vector import Vector, refused


def vectors() -> list[Vector]:
    """Return texts that are refused before anything in them is CBOR."""
    text = PORT_SABLE.card()
    token = token_of(text)
    stream = base45.decode(text)
    cap = 64 * 1024
    found = [
        refused(name, description, qr, "MALFORMED", step, reason, cities=HERE)
        for name, description, qr, step, reason in (
            ("text-empty", "Nothing was scanned.", "", 1, "length"),
            ("text-newline-after", "A scanner that types Enter after the code.", text + "\n", 1, "base45-alphabet"),
            ("text-newline-before", "A line end before the code.", "\n" + text, 1, "base45-alphabet"),
            ("text-lower-case", "The code in lower case.", text.lower(), 1, "base45-alphabet"),
            ("text-one-lower-case", "One letter in lower case.", _lower_one(text), 1, "base45-alphabet"),
            ("text-space-before", "A space before the code: one of the characters, so the groups shift.",
             " " + text, 2, "base45-length"),
            ("text-space-after", "A space after the code.", text + " ", 2, "base45-length"),
            ("text-other-digits", "A digit of another script in the code.", text[:-1] + "٣", 1, "base45-alphabet"),
            ("text-fullwidth", "A letter that only looks like one.", "Ｎ" + text[1:], 1, "base45-alphabet"),
            ("text-nul", "A zero character after the code.", text + "\0", 1, "base45-alphabet"),
            ("text-url", "A web address.", "https://port-sable.example/card/1", 1, "base45-alphabet"),
            ("text-url-upper-case", "A web address of base45 characters only.",
             "HTTPS://PORT-SABLE.EXAMPLE/1", 2, "base45-length"),
            ("text-wifi", "The code of a wireless network.", "WIFI:T:WPA;S:town-hall;;", 1, "base45-alphabet"),
            ("text-telephone", "A telephone number.", "TEL:+33100000000", 2, "base45-length"),
            ("text-eu-certificate", "A prefix, as EU certificates have one.", "HC1:" + text, 2, "base45-length"),
            ("base45-length", "One character is missing: a length that no bytes give.", text[:-1] + "00",
             2, "base45-length"),
            ("base45-triple-too-large", "A group of three worth 65,536.", "GGW" + text[3:], 2, "base45-overflow"),
            ("base45-triple-largest", "The largest group of three.", ":::" + text[3:], 2, "base45-overflow"),
            ("base45-pair-too-large", "A last pair worth 256.", base45.encode(stream[: len(stream) & ~1]) + "V5",
             2, "base45-overflow"),
            ("zlib-missing", "The token, not compressed.", base45.encode(token), 2, "zlib-stream"),
            ("zlib-empty", "One byte of a stream.", base45.encode(stream[:1]), 2, "zlib-truncated"),
            ("zlib-truncated", "The last byte of the checksum is missing.", base45.encode(stream[:-1]),
             2, "zlib-truncated"),
            ("zlib-half", "Half of the stream is missing.", base45.encode(stream[: len(stream) // 2]),
             2, "zlib-truncated"),
            ("zlib-checksum", "The checksum is wrong.", base45.encode(stream[:-1] + bytes((stream[-1] ^ 1,))),
             2, "zlib-stream"),
            ("zlib-trailing", "One byte follows the stream.", base45.encode(stream + b"\0"), 2, "zlib-trailing"),
            ("zlib-twice", "A second stream follows the first.", base45.encode(stream + deflate(b"x")),
             2, "zlib-trailing"),
            ("zlib-gzip", "gzip instead of zlib.", base45.encode(gzip.compress(token, mtime=0)), 2, "zlib-stream"),
            ("zlib-raw", "Deflate without zlib's header.", base45.encode(stream[2:-4]), 2, "zlib-stream"),
            ("zlib-dictionary", "A stream that needs a dictionary.", base45.encode(_with_dictionary(token)),
             2, "zlib-stream"),
            ("zlib-bomb", "One megabyte of zeros in a kilobyte.", code(TAG_18 + bytes(1 << 20)), 2, "zlib-cap"),
        )
    ]  # fmt: skip
    return found + [
        refused(name, description, qr, "MALFORMED", step, reason, cities=HERE, kind="edge")
        for name, description, qr, step, reason in (
            ("text-longest", "1,732 characters: read, and found to be no stream.", "0" * 1732, 2, "base45-length"),
            ("text-too-long", "1,733 characters: not read.", "0" * 1733, 1, "length"),
            ("zlib-at-the-cap", "Exactly 64 KiB inflated: unpacked, and found to be no token.", code(bytes(cap)),
             3, "cose-tag"),
            ("zlib-over-the-cap", "One byte more than 64 KiB.", code(bytes(cap + 1)), 2, "zlib-cap"),
        )
    ]  # fmt: skip


def _lower_one(text: str) -> str:
    place = next(index for index, character in enumerate(text) if character.isalpha())
    return text[:place] + text[place].lower() + text[place + 1 :]


def _with_dictionary(token: bytes) -> bytes:
    compressor = zlib.compressobj(9, zdict=token[:40])
    return compressor.compress(token) + compressor.flush()
