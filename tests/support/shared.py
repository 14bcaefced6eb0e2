"""Published test vectors (RFCs, the COSE working group, the status list draft), which stay where they are.

They belong to their publishers and are not copied into this repository. They are looked for in the folder that
`CITYCARD_SHARED` names, or in `shared` beside the checkout.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tests.support.missing import missing_part

_BESIDE = Path(__file__).resolve().parents[3] / "shared"


def shared_folder() -> Path:
    """Return the folder of published vectors, or skip the test (under CI: fail it)."""
    folder = Path(os.environ.get("CITYCARD_SHARED") or _BESIDE)
    if not (folder / "vectors").is_dir():
        missing_part("the published vectors are not here: name their folder in CITYCARD_SHARED")
    return folder


def shared_portraits() -> list[Path]:
    """Return the portrait files there, or skip the test (under CI: fail it)."""
    found = sorted((shared_folder() / "portraits").glob("*.png"))
    if not found:
        missing_part("the portraits are not in the shared folder")
    return found


def published(name: str) -> Any:
    """Return the content of the vector file `name`, such as "cwt-rfc8392/A_3.json"."""
    return json.loads((shared_folder() / "vectors" / name).read_text("utf-8"))
