"""`citycard doctor`: looks at an office folder, and says of each thing what it is, why it matters, how to mend it.

1. Each subject is a module with `findings`: `endings` (keys and published documents), `safe` (secrets), `register`,
   `wanted` (settings), `machine`, `press` (printing), `notices` (e-mail). A subject with nothing
   to say says that all is well.
2. It changes nothing, and signs nothing.
3. A subject that cannot be looked at is a finding, and keeps no other from being looked at.
4. Findings hold nothing of holders (`finding`).
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from citycard.core.errors import CitycardError
from citycard.operations.doctor import endings, machine, notices, press, register, safe, wanted
from citycard.operations.doctor.finding import Finding, Level
from citycard.operations.doctor.machine import Machine
from citycard.settings import Office


def examine(office: Office, engine: Engine, *, here: Machine, now: datetime) -> tuple[Finding, ...]:
    """Return every finding, by subject."""
    # (1)
    subjects: dict[str, Callable[[], Iterator[Finding]]] = {
        "keys": lambda: endings.findings(office, now=now),
        "secrets": lambda: safe.findings(office, now=now),
        "register": lambda: register.findings(engine, now=now),
        "settings": lambda: wanted.findings(office.settings),
        "machine": lambda: machine.findings(here),
        "printing": lambda: press.findings(office, now=now),
        "notices": lambda: notices.findings(office),
    }
    return tuple(finding for name, look in subjects.items() for finding in _looked(name, look))


def _looked(name: str, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    # (3)
    try:
        return list(look())
    except (CitycardError, OSError, SQLAlchemyError) as error:
        return [
            Finding(
                "not-looked-at",
                Level.NOW,
                f"The {name} could not be looked at ({type(error).__name__}).",
                "What cannot be read here, the service cannot read either, or this is another account than its own.",
                "Run this as the account of the service, or as root.",
                about=name,
            )
        ]
