"""Write the vector files anew: `make vectors`, or `python -m tests.vectors.make`.

1. Every case is made from keys of a fixed seed, with deterministic signatures, so that a second run writes the same
   bytes. (Another zlib may compress to other bytes; the files are then as good, and the difference is seen in review.)
2. Files that no case makes any more are removed.
3. `keys.json` holds keys instead of codes.
4. docs/card-format.md takes one of them apart, and says how many there are.
"""

from __future__ import annotations

import importlib

from tests.vectors import document, weak_keys
from tests.vectors.vector import FOLDER, KINDS, Vector

CASES = ("good", "codec", "cbor", "envelope", "keys", "signatures", "claims", "times", "status", "limits", "example")
"""Modules of `tests.vectors.cases`, each with a `vectors()`; to add cases, add to one or copy one."""


def all_vectors() -> list[Vector]:
    """Return every vector, in the order of the modules."""
    made = [vector for name in CASES for vector in importlib.import_module(f"tests.vectors.cases.{name}").vectors()]
    names = [vector.name for vector in made]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two vectors have the same name: {sorted(twice)}")
    return made


def main() -> None:
    """Write the files and say how many."""
    # (1)
    made = all_vectors()
    for kind in KINDS:
        (FOLDER / kind).mkdir(exist_ok=True)
    for vector in made:
        vector.path.write_text(vector.write(), "utf-8")
    # (2)
    wanted = {vector.path for vector in made}
    for path in FOLDER.glob("*/*.json"):
        if path not in wanted:
            path.unlink()
    # (3)
    weak_keys.FILE.write_text(weak_keys.written(), "utf-8")
    # (4)
    document.DOCUMENT.write_text(document.written(document.DOCUMENT.read_text("utf-8")), "utf-8")
    counts = {kind: sum(vector.kind == kind for vector in made) for kind in KINDS}
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()))


if __name__ == "__main__":
    main()
