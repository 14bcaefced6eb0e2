"""A stick that somebody else prepared."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from citycard.partners.folder import MAX_FILE, FolderFetcher
from citycard.partners.sources import FetchRefused, NotModified, NotThere, Response


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "secret.json").write_text("what is outside")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "1.root.json").write_text("what is outside")
    folder = tmp_path / "stick"
    (folder / "metadata").mkdir(parents=True)
    (folder / "metadata" / "1.root.json").write_bytes(b"{}")
    return folder


def refusal(stick: Path, path: str) -> str:
    fetcher = FolderFetcher(stick)
    with pytest.raises(FetchRefused) as refused:
        fetcher.get(path, cap=MAX_FILE)
    with pytest.raises(FetchRefused):
        fetcher.download_bytes(fetcher.base + path, MAX_FILE)
    assert str(stick) not in str(refused.value)
    return refused.value.code


def test_it_reads_a_file(stick: Path) -> None:
    fetcher = FolderFetcher(stick)

    answer = fetcher.get("/metadata/1.root.json", cap=2)

    assert isinstance(answer, Response)
    assert answer.body == b"{}" == fetcher.download_bytes("folder:/metadata/1.root.json", 2)
    assert fetcher.get("/metadata/1.root.json", etag=answer.etag, cap=2) == NotModified()


def test_a_missing_file_is_missing(stick: Path) -> None:
    with pytest.raises(NotThere):
        FolderFetcher(stick).get("/metadata/2.root.json", cap=2)
    with pytest.raises(NotThere):
        FolderFetcher(stick).get("/nothing/2.root.json", cap=2)


def test_a_stick_that_was_pulled_out_cannot_be_reached(stick: Path) -> None:
    assert refusal(stick / "gone", "/metadata/1.root.json") == "unreachable"


@pytest.mark.parametrize(
    "path",
    ["/../secret.json", "/metadata/../../secret.json", "/.hidden", "/metadata/", "metadata/1.root.json", "/a\0b"],
)
def test_it_does_not_climb_out(stick: Path, path: str) -> None:
    assert refusal(stick, path) in ("path-not-allowed", "elsewhere")


def test_it_does_not_follow_a_link_to_a_file(stick: Path) -> None:
    (stick / "metadata" / "timestamp.json").symlink_to("../../secret.json")

    assert refusal(stick, "/metadata/timestamp.json") == "path-not-allowed"


def test_it_does_not_follow_a_link_to_a_folder(stick: Path) -> None:
    (stick / "targets").symlink_to("../inner")

    assert refusal(stick, "/targets/1.root.json") == "path-not-allowed"


def test_it_does_not_wait_for_a_pipe(stick: Path) -> None:
    os.mkfifo(stick / "pipe.json")

    assert refusal(stick, "/pipe.json") == "path-not-allowed"


def test_a_folder_is_not_a_file(stick: Path) -> None:
    assert refusal(stick, "/metadata") == "path-not-allowed"


def test_it_stops_at_the_cap(stick: Path) -> None:
    with open(stick / "large.json", "wb") as file:
        file.truncate(MAX_FILE + 1)

    assert refusal(stick, "/large.json") == "too-large"
