"""One script made of the modules in `static/js`: a file that opens from a stick cannot import another.

1. From one module on, what it imports is followed. Each module is laid down once, after all that it imports; modules
   that import each other in a circle cannot be.
2. A module becomes a function that runs once and gives back what it exported. What it imports becomes constants at its
   top. Its own names stay its own, and its text stays as it is, but for the words `import` and `export`.
3. Only the forms that we write are known: `import { a, b } from "…";` and `import * as a from "…";` on one line, and
   `export` before a constant, a function or a class. Any other stops the build: guessing would make another reader.

So the reader on the check page is the very text that every other page of ours and the tests run.
"""

import posixpath
import re
from pathlib import Path

IMPORT = re.compile(
    r'^import (?:\{ ([\w$]+(?:, [\w$]+)*) \}|\* as ([\w$]+)) from "(\.\.?/[\w./-]+\.js)";$', re.MULTILINE
)
EXPORT = re.compile(r"^export (?=(?:const|class|(?:async )?function) ([\w$]+))", re.MULTILINE)
_OTHER = re.compile(r"^\s*(?:import\b(?!\()|export\b)|\bimport\s*[(.]|</script|<!--", re.MULTILINE | re.IGNORECASE)


class CannotBundle(RuntimeError):
    """A module is written in a way that is not known here (3), or is part of a circle (1)."""


def bundle(entry: str, folder: Path) -> str:
    """Return one script that does what the module `entry` (such as "check/page.js") of `folder` does."""
    return "\n".join(_as_constant(name, text) for name, text in in_order(entry, folder))


def in_order(entry: str, folder: Path) -> list[tuple[str, str]]:
    """Return name and text of every module, each after those that it imports (1)."""
    done: dict[str, str] = {}

    def lay(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise CannotBundle(f"{' → '.join([*above, name])}: a circle of imports.")
        if name in done:
            return
        text = (folder / name).read_text("utf-8")
        for _, _, other in IMPORT.findall(text):
            lay(_beside(name, other), (*above, name))
        done[name] = text

    lay(entry, ())
    return list(done.items())


def _as_constant(name: str, text: str) -> str:
    # (2)
    exported = EXPORT.findall(text)
    body = EXPORT.sub("", IMPORT.sub(lambda found: _taken(name, found), text))
    # (3) Comments are asked too: a word at the beginning of their line can be moved, a form that slips through cannot.
    if found := _OTHER.search(body):
        raise CannotBundle(f"{name}: {found[0].strip()!r} is written in a way that is not known here.")
    given = ", ".join(exported)
    return f"const {_constant(name)} = (() => {{\n{body}\nreturn Object.freeze({{ {given} }});\n}})();"


def _taken(name: str, found: re.Match[str]) -> str:
    names, everything, other = found.groups()
    return f"const {everything or f'{{ {names} }}'} = {_constant(_beside(name, other))};"


def _beside(name: str, other: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), other))


def _constant(name: str) -> str:
    return "module_" + re.sub(r"\W", "_", name.removesuffix(".js"))
