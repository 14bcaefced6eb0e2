"""Where templates, static files and migrations are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from citycard.paths import BrokenInstallation, find_folder


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """An installed package with nothing in it."""
    folder = tmp_path / "citycard"
    folder.mkdir()
    return folder


def test_a_folder_inside_the_package_wins(package: Path) -> None:
    (package.parent / "pyproject.toml").touch()
    (package.parent / "static").mkdir()
    (package / "static").mkdir()

    assert find_folder("static", package=package) == package / "static"


def test_in_a_checkout_the_folder_is_beside_the_package(package: Path) -> None:
    (package.parent / "pyproject.toml").touch()
    (package.parent / "static").mkdir()

    assert find_folder("static", package=package) == package.parent / "static"


def test_it_refuses_somebody_elses_folder_beside_an_installed_package(package: Path) -> None:
    # site-packages/static, left there by another package.
    (package.parent / "static").mkdir()

    with pytest.raises(BrokenInstallation, match="static"):
        find_folder("static", package=package)


def test_it_says_which_folder_is_missing(package: Path) -> None:
    (package.parent / "pyproject.toml").touch()

    with pytest.raises(BrokenInstallation, match="migrations"):
        find_folder("migrations", package=package)
