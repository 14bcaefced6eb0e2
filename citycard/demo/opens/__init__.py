"""What the card opens in the two invented cities: their registers of services, with days that are still to come.

1. A register is a file as a city writes it (`citycard.services`), in which days stand in braces: `{+200}` is so many
   days after the founding, `{saturday+2}` the Saturday of the second week after it.
2. It is read before it is put into the office: a demonstration never shows a mistake of ours.
"""

import re
from datetime import date, timedelta
from importlib.resources import files

from citycard.services.reading import read_services
from citycard.services.register import FILE
from citycard.settings import Office

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_DAY = re.compile(r"\{(" + "|".join(DAYS) + r")?\+([0-9]+)\}")


def put_services(office: Office, name: str, *, today: date) -> None:
    """Write the register of the city called `name` into its office folder."""
    text = (files("citycard.demo.opens") / f"{name}.toml").read_text("utf-8")
    # (1)
    content = _DAY.sub(lambda found: _day(found[1], int(found[2]), today).isoformat(), text).encode()
    # (2)
    read_services(content, language=office.settings.default_language)
    (office.folder / FILE).write_bytes(content)


def _day(weekday: str | None, count: int, today: date) -> date:
    if weekday is None:
        return today + timedelta(days=count)
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(weeks=count, days=DAYS.index(weekday))
