"""docs/card-format.md says what the reader does: each table, list and number of it is held against code and vectors."""

from __future__ import annotations

import ast
import inspect
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from citycard.core import base45, claims, keys, number, status, trust, verify
from citycard.core.claims import Identity
from citycard.core.errors import TrustRefused
from citycard.core.verdicts import Verdict
from citycard.core.weak_keys import ED25519_P, has_small_order
from tests.vectors.cases import example
from tests.vectors.document import DOCUMENT, rows, section, vectors, written

CORE = Path(verify.__file__).parent
SLUG = r"`([a-z0-9]+(?:-[a-z0-9]+)*)`"

NOT_WHEN_READING = {
    "cbor-value": "a value that cannot be written",
    "cose-signature": "a signer that gives no 64 bytes",
    "signature-length": "step 5 has counted before",
    "list-index": "a status that does not fit a list being written",
}
"""Codes that the core has and no card or list is refused with."""


def words_of(*modules: str) -> set[str]:
    """Return every string that stands by itself in these modules of the core."""
    trees = [ast.parse((CORE / f"{name}.py").read_text("utf-8")) for name in modules]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


# --- the blocks that a programme writes -------------------------------------------------------------


def test_the_worked_example_and_the_count_are_what_the_programme_writes() -> None:
    """Run `make vectors` after changing a vector, and read the diff."""
    page = DOCUMENT.read_text("utf-8")

    assert written(page) == page


def test_no_production_reader_may_recognise_the_city_of_the_worked_example() -> None:
    with pytest.raises(TrustRefused, match="demonstration"):
        trust.check_issuer_url(example.claims().issuer, allow_demo=False)


# --- the table of steps -----------------------------------------------------------------------------


def steps() -> dict[tuple[int, str], set[str]]:
    """Return the reasons that the page gives for each step and verdict."""
    told: dict[tuple[int, str], set[str]] = {}
    step = ""
    for cells in rows(section("Reading: the first failure decides")):
        step = cells[0] or step
        if not cells[2].startswith("OK"):
            told.setdefault((int(step), cells[2]), set()).update(re.findall(SLUG, cells[3]))
    return told


def test_the_page_tells_the_verdict_and_the_reason_of_every_refusal() -> None:
    """Both ways: a reason on the page without a vector is one that no other reader can try."""
    found: dict[tuple[int, str], set[str]] = {}
    for vector in vectors():
        if vector.reason is not None:
            found.setdefault((vector.expected["step"], vector.expected["verdict"]), set()).add(vector.reason)

    assert steps() == found


def test_the_page_tells_every_verdict() -> None:
    assert {cells[2] for cells in rows(section("Reading: the first failure decides"))} >= set(Verdict)


def test_the_page_tells_every_reason_that_the_reader_has() -> None:
    subjects = re.compile(r"(base45|zlib|cose|cbor|claims|identity|signature|algorithm)-[a-z0-9-]+")
    spoken = {word for word in words_of("base45", "compression", "cose", "cbor", "claims", "keys", "verify")
              if subjects.fullmatch(word)}  # fmt: skip
    spoken |= {f"identity-{field.replace('_', '-')}" for field in inspect.signature(Identity).parameters}
    for node in ast.walk(ast.parse((CORE / "verify.py").read_text("utf-8"))):
        if isinstance(node, ast.Call) and any(keyword.arg == "step" for keyword in node.keywords):
            spoken |= {str(each.value) for each in node.args[:1] if isinstance(each, ast.Constant)}
    told = {reason for reasons in steps().values() for reason in reasons}

    assert spoken - set(NOT_WHEN_READING) == told - {"not-agreed"}


def test_the_page_tells_why_a_list_a_key_or_a_city_is_refused() -> None:
    lists = {word for word in words_of("status") if re.fullmatch(r"list-[a-z]+", word)} - set(NOT_WHEN_READING)
    others = {word for word in words_of("keys", "trust") if re.fullmatch(r"(key|issuer|list)-[a-z]+", word)}

    assert lists <= set(re.findall(SLUG, section("Status lists")))
    assert others - {"key-refused"} <= set(re.findall(SLUG, section("Signatures and keys")))


# --- what a reader must refuse ----------------------------------------------------------------------


def test_the_checklist_has_a_line_for_every_refused_vector_and_none_without() -> None:
    patterns = re.findall(
        r"`([a-z0-9-]+\*?)`", "".join(cells[1] for cells in rows(section("What a reader must refuse")))
    )
    names = [vector.name for vector in vectors() if vector.kind == "invalid"]

    assert [name for name in names if not any(fnmatch(name, pattern) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not any(fnmatch(name, pattern) for name in names)] == []


def test_every_member_of_a_vector_is_explained() -> None:
    told = {name for cells in rows(section("Running the vectors")) for name in re.findall(r"`(\w+)`", " ".join(cells))}
    fields = set(re.findall(r"`(\w+)`", " ".join(cells[2] for cells in rows(section("Fields")) if len(cells) == 4)))
    used = {
        name
        for vector in vectors()
        for name in (*vector.expected, *vector.desk, *(name for city in vector.trust for name in city))
    }

    assert used | {"name", "description", "qr", "trust", "status", "now", "desk", "expected", "reason"} <= told
    assert {name for vector in vectors() for name in vector.expected.get("fields", ())} == fields


# --- numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Layers", f"1 to {verify.MAX_TEXT:,} characters"),
        ("Layers", f"at most {verify.MAX_TOKEN:,} bytes come out"),
        ("Layers", f"``{base45.ALPHABET}``"),
        ("Layers", "At most 8 lists and maps"),
        ("Fields", f"at most {claims.MAX_URL} in all"),
        ("Fields", f"from 0 to {claims.MAX_TIME:,}"),
        ("Fields", f"at most {claims.MAX_VALIDITY:,} seconds"),
        ("Fields", f"at most {claims.MAX_NAME} characters"),
        ("Fields", f"at most {claims.MAX_ADDRESS} characters"),
        ("Fields", f"13 to {claims.MAX_PORTRAIT:,} bytes"),
        ("Fields", f"{number.LENGTH} characters of `{number.ALPHABET}`"),
        ("Signatures and keys", f"`{keys.P256_ORDER:064x}`"),
        ("Reading: the first failure decides", f"red, {verify.RED.days} days"),
        ("Reading: the first failure decides", f"amber, {verify.AMBER.total_seconds() / 3600:.0f} hours"),
        ("Status lists", f"at most {status.MAX_TOKEN:,} bytes"),
        ("Status lists", f"at most {status.MAX_LIST:,} bytes"),
        ("Writing a card", f"at most {verify.MAX_TEXT:,} characters"),
    ],
)  # fmt: skip
def test_a_limit_on_the_page_is_that_of_the_reader(title: str, said: str) -> None:
    assert said in section(title)


def test_the_points_of_small_order_are_those_of_the_page() -> None:
    written = {int(found, 16) for found in re.findall(r"`([0-9a-f]{64})`", section("Signatures and keys"))}
    ys = {0, 1, ED25519_P - 1} | written - {keys.P256_ORDER}

    assert len(ys) == 5
    assert all(has_small_order(y.to_bytes(32, "little")) for y in ys)
