"""One script of many modules: the reader's own text, or no script at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from citycard.paths import static_folder
from citycard.transit.bundle import CannotBundle, bundle, in_order

JS = static_folder() / "js"


def folder_with(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text, "utf-8")
    return folder


def test_every_module_of_the_reader_is_in_it_once_after_what_it_imports() -> None:
    names = [name for name, _ in in_order("check/page.js", JS)]

    assert sorted(names) == sorted(["check/page.js", *(f"reader/{path.name}" for path in (JS / "reader").glob("*.js"))])
    assert names[-1] == "check/page.js"
    assert names.index("reader/errors.js") < names.index("reader/cbor.js") < names.index("reader/verify.js")


def test_the_reader_stands_in_it_word_for_word() -> None:
    script = bundle("check/page.js", JS)
    for path in (JS / "reader").glob("*.js"):
        for line in path.read_text("utf-8").splitlines():
            if not line.startswith("import "):
                assert line.removeprefix("export ") in script, f"{path.name}: {line}"


@pytest.mark.parametrize(
    "text",
    [
        'import x from "./other.js";',
        'import "./other.js";',
        'import { a as b } from "./other.js";',
        'import { a } from "https://elsewhere.example/a.js";',
        'import {\n  a,\n} from "./other.js";',
        'const later = await import("./other.js");',
        "const here = import.meta.url;",
        "export default 1;",
        "export let a = 1;",
        "const a = 1;\nexport { a };",
        'export * from "./other.js";',
        'const end = "</script>";',
        'const open = "<!--";',
    ],
)
def test_a_form_that_is_not_known_stops_the_build(text: str, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, page=text, other="export const a = 1;")
    with pytest.raises(CannotBundle, match=r"page\.js"):
        bundle("page.js", folder)


def test_a_circle_stops_the_build(tmp_path: Path) -> None:
    folder = folder_with(
        tmp_path,
        one='import { b } from "./two.js";\nexport const a = 1;',
        two='import { a } from "./one.js";\nexport const b = 1;',
    )
    with pytest.raises(CannotBundle, match="circle"):
        bundle("one.js", folder)
