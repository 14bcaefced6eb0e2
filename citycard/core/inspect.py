"""Any code, explained layer by layer, for the programmer of another city who asks why a reader says no.

1. The text: its length, its alphabet, and what it is if it is something else (an address, a wifi password, a ticket).
   The bytes of a token may also be given in hex or base64url.
2. base45, then zlib, or what stands in their place.
3. The token: tags, four parts, and each place where its CBOR is not in a card's one form.
4. The headers, with the names of what they hold.
5. The claims, claim 169 and the status, also of codes of other makes.
6. The signature: its numbers, and whether it is good when the city's key is among `trust`.
7. What the strict reader says, word for word: the same function that every desk uses.

Reading goes on after a fault wherever there is something to read. Nothing of a person is said unless `show`: type and
size alone. A report on an unsigned code repeats what the code says; it makes nothing true.

Bounded as the reader is: at most `MAX_GIVEN` characters, `verify.MAX_TOKEN` bytes inflated, `loose_cbor`'s items.
"""

import base64
import binascii
import re
import zlib

from citycard.core import base45
from citycard.core.compression import deflate
from citycard.core.errors import CardRefused
from citycard.core.inspect_token import Known, explain_token
from citycard.core.layers import Layer, Report
from citycard.core.trust import TrustStore
from citycard.core.verify import MAX_TEXT, MAX_TOKEN, check_signed, verify

MAX_GIVEN = 2 * MAX_TOKEN
"""Longest text that is looked at: the largest token in hex."""

_PAYLOADS = (
    (r"HTTPS?://", "a web address"),
    (r"WIFI:", "access to a wireless network"),
    (r"TEL:|SMSTO:|SMS:", "a telephone number or message"),
    (r"MAILTO:|MATMSG:", "an e-mail"),
    (r"GEO:", "a place"),
    (r"MECARD:|BEGIN:VCARD", "a visiting card"),
    (r"BEGIN:V(EVENT|CALENDAR)", "an appointment"),
    (r"OTPAUTH", "a second factor"),
    (r"SHC:/", "a SMART health card"),
    (r"HC1:", "an EU health certificate"),
    (r"BCD\r?\n", "a SEPA payment"),
    (r"SPC\r?\n", "a Swiss payment"),
    (r"EYJ[A-Z0-9_-]+\.", "a JSON web token"),
    (r"[{\[]", "JSON"),
    (r"<", "markup"),
)
"""What else stands in codes, by how it begins (upper or lower case)."""

_EU = "HC1:"


def inspect(text: str, *, known: Known | None = None, show: bool = False) -> Report:
    """Return what `text` holds, whatever it is; never raises for anything in it."""
    report = Report()
    # (1)
    layer = report.layer("text")
    layer.say("length", f"{len(text)} characters (a card has at most {MAX_TEXT})")
    if not 0 < len(text) <= MAX_TEXT:
        layer.fault(1, "longer than a card's code" if text else "empty")
    token, strict = None, text
    if len(text) <= MAX_GIVEN:
        payload = _payload(text, layer)
        if not payload and (given := _from_bytes(text)):
            token, strict = _from_binary(given, report, layer)
        else:
            if text.startswith(_EU):
                layer.fault(2, f"{_EU} stands before it; read on without")
            token = _from_code(text.removeprefix(_EU), report, layer)
    # (3) to (6)
    if token is not None:
        explain_token(token, report, known, show=show)
    # (7)
    _verdict(strict, report, known)
    return report


# --- 1, 2: from text to token ---------------------------------------------------------------------


def _payload(text: str, layer: Layer) -> bool:
    strange = sorted({each for each in text if each not in base45.ALPHABET})
    if strange:
        first = next(place for place, each in enumerate(text) if each not in base45.ALPHABET)
        layer.fault(1, f"{len(strange)} characters are not base45's, the first at {first}: U+{ord(text[first]):04X}")
    for pattern, what in _PAYLOADS:
        if re.match(pattern, text, re.IGNORECASE):
            layer.say("looks like", what)
            return True
    return False


def _from_code(text: str, report: Report, layer: Layer) -> bytes | None:
    # (2)
    cleaned = "".join(each for each in text.upper() if each in base45.ALPHABET)
    try:
        packed = base45.decode(cleaned)
    except base45.Base45Error as error:
        if cleaned == text:
            report.layer("base45").fault(2, str(error))
        return None
    if cleaned != text and not _begins_well(packed):
        return None
    if cleaned != text:
        layer.remark("read on in upper case, without the characters that are not base45's")
    report.layer("base45").say("bytes", str(len(packed)))
    return _inflated(packed, report)


def _begins_well(data: bytes) -> bool:
    """Whether `data` begins as a zlib stream or as a token (tagged, or a list of four)."""
    zlib_head = data[:1] == b"\x78" and int.from_bytes(data[:2], "big") % 31 == 0
    return zlib_head or data[:1] in (b"\xd2", b"\x84") or data[:2] == b"\xd8\x3d"


def _inflated(packed: bytes, report: Report) -> bytes | None:
    layer = report.layer("zlib")
    gzip = packed[:2] == b"\x1f\x8b"
    stream = zlib.decompressobj(31 if gzip else 15)
    if gzip:
        layer.fault(2, "gzip instead of zlib")
    try:
        content = stream.decompress(packed, MAX_TOKEN + 1)
    except zlib.error as error:
        if packed[:1] and packed[0] >> 5 in (4, 6):
            layer.fault(2, "not compressed; read as it stands")
            return packed
        layer.fault(2, f"no zlib stream ({str(error).rpartition(': ')[2]})")
        return None
    layer.say("bytes", f"{len(packed)} in, {min(len(content), MAX_TOKEN)} out")
    if len(content) > MAX_TOKEN:
        layer.fault(2, f"more than {MAX_TOKEN} bytes come out; not read further")
        return None
    if not stream.eof:
        layer.fault(2, "the stream is cut short")
    if stream.unused_data:
        layer.fault(2, f"{len(stream.unused_data)} bytes follow the stream")
    return content or None


def _from_bytes(text: str) -> bytes | None:
    """Return the bytes of a token or stream that `text` spells in hex or base64url, or None."""
    compact = "".join(text.split())
    data = b""
    try:
        if re.fullmatch("[0-9A-Fa-f]+", compact):
            data = bytes.fromhex(compact)
        elif re.fullmatch("[0-9A-Za-z_+/-]+=*", compact):
            standard = compact.rstrip("=").replace("+", "-").replace("/", "_")
            data = base64.urlsafe_b64decode(standard + "=" * (-len(standard) % 4))
    except (ValueError, binascii.Error):
        return None
    return data if _begins_well(data) else None


def _from_binary(given: bytes, report: Report, layer: Layer) -> tuple[bytes | None, str]:
    """Return the token in bytes that were given as hex or base64url, and the code that would hold it."""
    layer.facts[:] = [("length", f"{len(given)} bytes, given in hex or base64url")]
    layer.faults.clear()
    layer.remark("the verdict is on the code that would hold these bytes")
    if given[0] == 0x78:
        return _inflated(given, report), base45.encode(given)
    return given, base45.encode(deflate(given))


# --- 7: the strict reader -------------------------------------------------------------------------


def _verdict(text: str, report: Report, known: Known | None) -> None:
    try:
        if known is None:
            check_signed(text, trust=TrustStore(()))
        else:
            card = verify(text, trust=known.trust, lists=known.lists, now=known.now, desk=known.desk)
            report.verdict = card.verdict.value
            report.explanation = "Every step passed."
    except CardRefused as refused:
        report.verdict, report.step, report.reason = refused.verdict.value, refused.step, refused.reason
        report.explanation = str(refused)
        if known is None and refused.step == 6 and refused.reason == "issuer-unknown":
            report.explanation = "Steps 1 to 5 passed. No city's keys were given, so no reader can go further."
