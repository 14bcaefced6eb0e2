"""Copy other people's code for browsers out of their npm packages into `static/vendor/`.

Run by hand when a version in `vendor.json` changes, in an environment with the runtime requirements:

    python scripts/vendor.py

1. npm fetches the package from wherever npm is told to; no address of a registry stands here.
2. The archive must have the SHA-512 in `vendor.json`. To take another version, look at it first, then write its number
   and the sum that `npm view NAME@VERSION dist.integrity` says.
3. Only the files named in `vendor.json` are copied, as they are: nothing is edited, cut or run.
4. Where the licence of something compiled in is missing from the package, it is copied from the Python package of the
   same makers, which `requirements/runtime.txt` pins.
5. `static/vendor/README.md` tells what is there, with a list of SHA-256 sums that a test checks.

A wheel needs no Node.js: what this script wrote is in the repository.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import files
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
PINNED = Path(__file__).with_suffix(".json")

HEAD = """# Other people's code

Copied by `scripts/vendor.py` from npm packages whose versions and sums stand in `scripts/vendor.json`; nothing here was
edited. Change it there, never here.
"""


def fetch(package: str, version: str, integrity: str, folder: Path) -> Path:
    """Return the archive of the package, which is the one that was looked at."""
    # (1)
    command = ["npm", "pack", f"{package}@{version}", "--json", "--ignore-scripts", "--pack-destination", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    (archive,) = folder.glob("*.tgz")
    # (2)
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode("ascii")
    if found != integrity:
        sys.exit(f"{package} {version} is not what was looked at: {found}, expected {integrity}")
    return archive


def copy(archive: Path, wanted: dict[str, str], target: Path) -> None:
    """Copy the named files of the archive."""
    # (3)
    with tarfile.open(archive) as packed:
        for inside, name in wanted.items():
            content = packed.extractfile(f"package/{inside}")
            if content is None:
                sys.exit(f"{archive.name} has no file {inside}")
            place = target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.read())


def licence_of(distribution: str) -> bytes:
    """Return the licence that comes with an installed Python package."""
    # (4)
    (found,) = (file for file in files(distribution) or () if file.name == "LICENSE")
    return found.read_binary()


def readme(pinned: dict[str, dict[str, Any]]) -> str:
    """Return the page that says what is here."""
    # (5)
    parts = [HEAD]
    for folder, one in pinned.items():
        parts.append(
            f"\n## {folder}/\n\n`{one['package']}` {one['version']}. {one['what']}\n\nLicence: {one['licence']}. "
            f"The texts stand beside the code.\n"
        )
    parts.append("\n## SHA-256\n\n<!-- sums -->\n```text\n")
    for file in sorted(VENDOR.rglob("*")):
        if file.is_file() and file != VENDOR / "README.md":
            parts.append(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(VENDOR).as_posix()}\n")
    return "".join(parts) + "```\n<!-- end of sums -->\n"


def main() -> None:
    """Fetch, check, copy, tell."""
    pinned: dict[str, dict[str, Any]] = json.loads(PINNED.read_text("utf-8"))
    for folder, one in pinned.items():
        with tempfile.TemporaryDirectory() as place:
            archive = fetch(one["package"], one["version"], one["integrity"], Path(place))
            shutil.rmtree(VENDOR / folder, ignore_errors=True)
            copy(archive, one["files"], VENDOR / folder)
        for distribution, name in one["licence_of"].items():
            (VENDOR / folder / name).write_bytes(licence_of(distribution))
    (VENDOR / "README.md").write_text(readme(pinned), "utf-8")


if __name__ == "__main__":
    main()
