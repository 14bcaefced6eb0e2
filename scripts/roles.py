"""Writes docs/roles.md from the pages themselves: `.venv/bin/python scripts/roles.py`.

Every view states whom it is open to; this is the same statement as a table for people. A test compares the two, so that
the document cannot promise what the pages do not do.
"""

import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from citycard.cli.office import migrate
from citycard.demo.offices import SETTINGS
from citycard.operations.found import found_office
from citycard.store.staff import Role
from citycard.web.access import ANYONE
from citycard.web.app import create_app

TARGET = Path(__file__).resolve().parents[1] / "docs" / "roles.md"

HEAD = """\
# Who may open which page

Made by `scripts/roles.py` from what each page says of itself; a test compares.
A page that does not say whom it is open to keeps the application from starting.

- A **clerk** enrols, issues, prints, hands over.
- A **supervisor** approves; who enrolled may not approve, whatever roles they hold.
- A **desk** checks cards and does nothing else.
- An **administrator** looks after accounts and desks, and cannot issue.
- A **key custodian** holds keys and compares fingerprints.
- An **auditor** reads the log.

An administrator is neither clerk, supervisor nor auditor, unless a town of two officials says so; the audit log keeps
that.

🔑 asks for the password again if it was not typed in the last quarter of an hour.
"""


def document(app: Flask) -> str:
    """Return the whole page."""
    rules = sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"), key=_order)
    names = [role.value.replace("_", " ") for role in Role]
    lines = [HEAD, "## Staff", "", f"| page | what | {' | '.join(names)} |", f"|---|---|{':-:|' * len(names)}"]
    for rule in rules:
        view = app.view_functions[rule.endpoint]
        if view.open_to is not ANYONE:  # type: ignore[attr-defined]
            ticks = ["✓" if role in view.open_to else "" for role in Role]  # type: ignore[attr-defined]
            lines.append(f"| {_page(rule)} | {_what(view)} | {' | '.join(ticks)} |")
    lines += ["", "## Anybody", "", "| page | what |", "|---|---|"]
    for rule in rules:
        view = app.view_functions[rule.endpoint]
        if view.open_to is ANYONE:  # type: ignore[attr-defined]
            lines.append(f"| {_page(rule)} | {_what(view)} |")
    return "\n".join(lines) + "\n"


def _order(rule: Rule) -> tuple[str, str]:
    return rule.rule, ",".join(_methods(rule))


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def _page(rule: Rule) -> str:
    return f"{' '.join(_methods(rule))} `{rule.rule}`"


def _what(view: object) -> str:
    first = (view.__doc__ or "").strip().split("\n\n")[0]
    mark = " 🔑" if getattr(view, "confirmed", False) else ""
    plain = re.sub(r" \(\d\)", "", " ".join(first.split()))  # the numbers of steps mean nothing here
    return plain.replace("|", "\\|") + mark


def main() -> None:
    """Found an office in a temporary folder, ask its pages, write the document."""
    os.environ.pop("DATABASE_URL", None)
    with tempfile.TemporaryDirectory() as folder:
        office = found_office(
            Path(folder) / "office", SETTINGS["port-sable"], migrate=migrate, now=datetime.now(UTC), chance=os.urandom
        )
        TARGET.write_text(document(create_app(office)), "utf-8")


if __name__ == "__main__":
    main()
