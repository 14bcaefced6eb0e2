"""The code of others that browsers run: what was looked at, unchanged, and nothing else; and our own test codes."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image, ImageOps

from citycard.core.base45 import ALPHABET
from citycard.core.errors import Malformed
from citycard.core.verify import verify
from tests.desk_scanning.conftest import PORT_SABLE
from tests.support.cities import trust_in
from tests.support.loopback import STATIC
from tests.support.paper import read_codes

VENDOR = STATIC / "vendor"
PINNED = STATIC.parent / "scripts" / "vendor.json"


def listed() -> dict[str, str]:
    """File and SHA-256, as the page of the folder says."""
    _, _, rest = (VENDOR / "README.md").read_text("utf-8").partition("<!-- sums -->")
    return {name: digest for digest, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", rest, re.MULTILINE)}


def test_every_file_is_listed_with_its_sum_and_there_is_no_other() -> None:
    there = {
        file.relative_to(VENDOR).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in VENDOR.rglob("*")
        if file.is_file() and file.name != "README.md"
    }
    assert there == listed()


def test_every_file_is_pinned_with_its_version_and_licence() -> None:
    told = (VENDOR / "README.md").read_text("utf-8")
    named = set()
    for folder, one in json.loads(PINNED.read_text("utf-8")).items():
        assert one["integrity"].startswith("sha512-")
        assert f"`{one['package']}` {one['version']}" in told
        assert "LICENSE" in one["files"].values()
        named |= {f"{folder}/{name}" for name in [*one["files"].values(), *one["licence_of"].values()]}
    assert named == set(listed())


def test_the_decoder_is_the_one_that_its_makers_name() -> None:
    """The glue holds the sum of the WebAssembly file that it was built with."""
    glue = (VENDOR / "zxing/reader/index.js").read_text("utf-8")
    assert hashlib.sha256((VENDOR / "zxing/reader/zxing_reader.wasm").read_bytes()).hexdigest() in glue


@pytest.mark.parametrize("name", ["SMALL", "LARGE"])
def test_a_test_code_says_its_text_and_no_reader_takes_it_for_a_card(codes: dict[str, Any], name: str) -> None:
    code = codes[name]
    bits = b"".join(
        bytes(255 * (bit == "0") for bit in f"{int(row, 16):0{4 * len(row)}b}"[: code["size"]]) for row in code["rows"]
    )
    picture = Image.frombytes("L", (code["size"], code["size"]), bits).resize((4 * code["size"],) * 2, Image.NEAREST)
    assert read_codes(ImageOps.expand(picture, 16, 255)) == [code["text"]]
    assert set(code["text"]) == set(ALPHABET)
    with pytest.raises(Malformed) as refusal:
        verify(code["text"], trust=trust_in(PORT_SABLE), lists={}, now=datetime(2026, 11, 22, tzinfo=UTC))
    assert refusal.value.reason == "base45-length"


def test_the_small_code_shows_every_character_three_times(codes: dict[str, Any]) -> None:
    text = codes["SMALL"]["text"]
    pairs = {character: {text[place + 1] for place in range(135) if text[place] == character} for character in ALPHABET}
    assert all(len(neighbours) == 3 for neighbours in pairs.values())
