"""What the build adds to the files of the package.

1. Every catalogue of translations (``messages.po``) is compiled to the ``.mo`` that is read at run time.
   The compiled files are never committed: they would differ from their source sooner or later.
2. In a wheel, and only there, the folders ``templates/``, ``static/`` and ``migrations/`` are placed inside
   the package, where ``citycard.paths`` looks first. An editable install reads them where they stand.

A missing folder or an unreadable catalogue stops the build.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS_INSIDE_THE_WHEEL = ("templates", "static", "migrations")


class CitycardBuild(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling calls this once for each wheel, editable or not."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        # (1)
        for source in sorted(root.glob("citycard/translations/*/LC_MESSAGES/messages.po")):
            compile_catalogue(source)
        # (2)
        if version == "standard":
            for name in FOLDERS_INSIDE_THE_WHEEL:
                folder = root / name
                if not folder.is_dir():
                    raise FileNotFoundError(f"the wheel needs the folder {name}/ and it is not there")
                build_data["force_include"][str(folder)] = f"citycard/{name}"


def compile_catalogue(source: Path) -> Path:
    """Write ``messages.mo`` beside ``messages.po`` and return it; sentences marked fuzzy are left out."""
    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=source.parent.parent.name, abort_invalid=True)
    compiled = source.with_suffix(".mo")
    with compiled.open("wb") as out:
        write_mo(out, catalogue)
    return compiled
