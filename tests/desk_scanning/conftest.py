"""The scanning half of the desk page for devices, apart from the page: its modules in Node.js, and in a Chromium."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from citycard.web.desk_app.scanner_sentences import SENTENCES
from citycard.web.headers import DEVICES
from tests.support.cities import PORTRAIT, City
from tests.support.loopback import STATIC, shelf
from tests.support.missing import missing_part

HERE = Path(__file__).parent

AskModules = Callable[..., list[Any]]


@pytest.fixture(scope="session")
def ask_modules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskModules]:
    """`ask_modules((what, value), …)`: what our modules answer (`modules.mjs`)."""
    node = shutil.which("node")
    if node is None:
        missing_part("Node.js is not installed")
    folder = tmp_path_factory.mktemp("modules")
    for part in ("desk", "reader"):
        shutil.copytree(STATIC / "js" / part, folder / part)
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")

    command = [node, str(HERE / "modules.mjs"), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as modules:
        asking, answering = modules.stdin, modules.stdout
        assert asking is not None
        assert answering is not None

        def ask(*questions: tuple[str, Any]) -> list[Any]:
            asking.write(json.dumps(questions) + "\n")
            asking.flush()
            answers = json.loads(answering.readline() or "null")
            assert isinstance(answers, list), "the modules in Node.js ended; their reason stands above"
            return answers

        yield ask


@pytest.fixture(scope="session")
def codes(ask_modules: AskModules) -> dict[str, Any]:
    """The two codes of the set-up: text, size and rows."""
    found: dict[str, Any] = ask_modules(("codes", None))[0]
    return found


PORT_SABLE = City.named("Port-Sable", seed="scanning at the desk")

FULL = PORT_SABLE.card(portrait=PORTRAIT)
LIGHT = PORT_SABLE.card(light=True)


@pytest.fixture(scope="session")
def desk_page() -> Iterator[str]:
    """The address of a page with a camera, a scanner's set-up, a field and a button, under the desk page's policy."""
    with shelf(HERE, page=written_page(lambda name: str(SENTENCES[name])), rules=DEVICES) as address:
        yield address


def written_page(say: Callable[[str], str], *, language: str = "en", direction: str = "ltr") -> bytes:
    """That page, in a language."""
    templates = Environment(loader=FileSystemLoader(STATIC.parent / "templates"), autoescape=True)
    template = templates.get_template("desk_app/_scanner.html")
    sheets = "".join(
        f"<link rel=stylesheet href=/css/{name}.css>"
        for name in ("tokens", "base", "fields", "components", "desk_scanner")
    )
    sentences = json.dumps({name: say(name) for name in SENTENCES}).replace("<", "\\u003c")
    return (
        f"<!doctype html><html lang={language} dir={direction}><meta charset=utf-8><title>Desk</title>"
        f"<meta name=viewport content='width=device-width'><link rel=icon href='data:,'>{sheets}"
        f"<script type=application/json id=sentences>{sentences}</script><script type=module src=/answer.js></script>"
        "<main><h1>Desk</h1><video id=video playsinline muted width=320></video>"
        "<form id=form><label for=field>Typed</label> <input id=field> <button>Send</button></form>"
        f"<button id=button type=button>Press</button><section id=scanner>{template.render(say=say)}</section></main>"
    ).encode()
