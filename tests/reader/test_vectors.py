"""The reader in the browser answers every vector as its file says: a reader that disagrees fails the test run."""

from __future__ import annotations

import json

import pytest

from tests.reader.conftest import STATIC, Reader
from tests.support.browser import assert_only_own_origin, assert_quiet, requests_of
from tests.vectors import weak_keys
from tests.vectors.vector import FOLDER, read

pytestmark = pytest.mark.browser

FILES = sorted(FOLDER.glob("*/*.json"))
MODULES = sorted(path.name for path in (STATIC / "js" / "reader").glob("*.js"))


def test_it_answers_every_vector_as_the_file_says(reader: Reader) -> None:
    vectors = [read(path) for path in FILES]
    situations = [
        {"trust": each.trust, "status": each.status, "now": each.now, "desk": each.desk, "codes": [each.qr]}
        for each in vectors
    ]

    said = reader.answers(situations)

    assert len(said) == len(vectors) > 200
    expected = [vector.expected | {"reason": vector.reason} for vector in vectors]
    wrong = [(vector.name, a, b) for vector, a, b in zip(vectors, said, expected, strict=True) if a != b]
    assert not wrong, f"{len(wrong)} of {len(vectors)}: " + "\n".join(map(str, wrong))


def test_it_pins_the_keys_that_python_pins(reader: Reader) -> None:
    entries = json.loads(weak_keys.FILE.read_text("utf-8"))

    said = reader.part("key", [entry["jwk"] for entry in entries])

    for entry, answer in zip(entries, said, strict=True):
        if entry["expected"] == "good":
            assert len(answer) == 16, entry["description"]
        else:
            assert answer == f"refused: {entry['expected']}", entry["description"]


def test_every_module_runs_under_the_offices_own_policy(reader: Reader) -> None:
    """Without Node this is the check of the syntax too: a module that cannot be read is a complaint."""
    for name in MODULES:
        exports = reader.page.evaluate(f"async () => Object.keys(await import('/js/reader/{name}')).length")
        assert exports > 0, name
    assert_quiet(reader.page)
    assert_only_own_origin(reader.page)


def test_a_check_asks_nobody(reader: Reader) -> None:
    vector = read(min((FOLDER / "valid").glob("*.json")))
    situation = {"trust": vector.trust, "status": vector.status, "now": vector.now, "codes": [vector.qr]}
    reader.answers([situation | {"codes": []}])
    before = len(requests_of(reader.page))

    assert reader.answers([situation])[0]["verdict"] == "OK"

    assert len(requests_of(reader.page)) == before
    assert_quiet(reader.page)
