"""The addresses of the pages are compiled once for a whole test run.

Werkzeug writes and compiles two functions for each address of an application: most of the time that an application
takes to be made, and every test of a page makes one of its own. What comes out depends on the address alone, so it is
kept. An address with defaults, of which we have none, is compiled anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule


@pytest.fixture(scope="session", autouse=True)
def quick_addresses() -> Iterator[None]:
    """The same functions, each made once; another Werkzeug that works otherwise is left as it is."""
    made: Callable[..., Any] | None = getattr(Rule, "_compile_builder", None)
    if made is None:
        yield
        return
    known: dict[object, Any] = {}

    def once(rule: Any, append_unknown: bool = True) -> Any:
        if rule.defaults:
            return made(rule, append_unknown)
        address = (rule.rule, tuple(rule._trace), append_unknown)
        if address not in known:
            known[address] = made(rule, append_unknown)
        return known[address]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Rule, "_compile_builder", once)
        yield
