"""Our reader answers every vector as the file says; and the files are what the script makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from citycard.core.errors import KeyRefused
from citycard.core.keys import PublicKey
from citycard.core.trust import is_demo_issuer
from citycard.core.verdicts import Verdict
from tests.vectors import weak_keys
from tests.vectors.make import all_vectors
from tests.vectors.vector import FOLDER, KINDS, read, run

FILES = sorted(FOLDER.glob("*/*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_our_reader_answers_as_the_file_says(path: Path) -> None:
    vector = read(path)
    assert vector.name == path.stem
    answer = run(vector)
    assert answer.pop("reason") == vector.reason
    assert answer == vector.expected


def test_the_files_are_what_the_script_makes() -> None:
    """Change the cases, then `make vectors`; a file changed by hand says something that nobody signed."""
    made = {vector.path: vector.write() for vector in all_vectors()}
    assert sorted(made) == FILES
    for path, text in made.items():
        assert path.read_text("utf-8") == text, path.name


@pytest.mark.parametrize("entry", json.loads(weak_keys.FILE.read_text("utf-8")), ids=lambda entry: entry["description"])
def test_our_import_answers_as_the_file_of_keys_says(entry: dict[str, Any]) -> None:
    if entry["expected"] == "good":
        PublicKey.from_jwk(entry["jwk"])
        return
    with pytest.raises(KeyRefused) as refused:
        PublicKey.from_jwk(entry["jwk"])
    assert refused.value.code == entry["expected"]
    assert str(refused.value).endswith(".")


def test_the_file_of_keys_is_what_the_script_makes() -> None:
    assert weak_keys.FILE.read_text("utf-8") == weak_keys.written()


def test_every_row_of_the_table_has_a_vector() -> None:
    vectors = [read(path) for path in FILES]
    assert {vector.expected["verdict"] for vector in vectors} == {verdict.value for verdict in Verdict}
    assert {vector.expected.get("step") for vector in vectors} == {None, *range(1, 15)}
    assert {vector.kind for vector in vectors} == set(KINDS)
    assert all(vector.expected["verdict"] == "OK" for vector in vectors if vector.kind == "valid")
    assert not any(vector.expected["verdict"].startswith("OK") for vector in vectors if vector.kind == "invalid")


def test_no_vector_is_a_card_of_a_real_city() -> None:
    for path in FILES:
        for city in read(path).trust:
            assert is_demo_issuer(city["issuer"])


def test_every_vector_says_what_it_is_about() -> None:
    vectors = [read(path) for path in FILES]
    assert all(vector.description.endswith(".") for vector in vectors)
    assert len({vector.description for vector in vectors}) == len(vectors)
