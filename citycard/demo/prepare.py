"""From an empty folder to two offices at work, or an earlier demonstration taken up again.

1. An earlier one that is whole is opened; people whose enrolments were forgotten meanwhile come again.
2. Otherwise the folder is cleared of what an interrupted one left, and both cities are founded, some weeks ago: on that
   day whoever holds a card got it.
3. Today the cities come to recognise each other, and the other residents are served.
4. The mark that it is whole comes last.
"""

from pathlib import Path

import click

from citycard.core.errors import CitycardError
from citycard.demo import counter, offices
from citycard.demo.offices import SETTINGS, CityOffice, DemoRefused, Say
from citycard.demo.papers import Drawer


def cards_folder(folder: Path) -> Path:
    """Return where the holders' papers are."""
    return folder / "cards"


def prepare(folder: Path, *, fresh: bool = False, say: Say = click.echo) -> list[CityOffice]:
    """Return the two offices of the demonstration in `folder`, ready to be served."""
    drawer = Drawer(cards_folder(folder))
    # (1)
    if not fresh and offices.is_whole(folder):
        say("Taking up the demonstration again …")
        return _take_up(folder, drawer)
    # (2)
    say("Making two cities with invented residents …")
    offices.clear(folder)
    drawer.open()
    cities = [offices.found(folder, key, ago=counter.OPENED, say=say) for key in SETTINGS]
    holders = {city.key: counter.work_then(city, drawer=drawer) for city in cities}
    # (3)
    one, other = cities
    for city in cities:
        offices.open_again(city)
    offices.introduce(folder, one, other, say=say)
    offices.introduce(folder, other, one, say=say)
    for city in cities:
        counter.work_today(city, drawer=drawer)
        offices.give_stick(folder, city)
        say(f"  {city.name}: {holders[city.key]} residents hold a card; the office keeps their numbers and no name")
    for city in cities:
        offices.fetch(city)
    # (4)
    offices.set_mark(folder)
    return cities


def _take_up(folder: Path, drawer: Drawer) -> list[CityOffice]:
    try:
        cities = [offices.reopen(folder, key) for key in SETTINGS]
        for city in cities:
            counter.reopen_day(city, drawer=drawer)
            counter.publish_ended(city)
    except (CitycardError, OSError) as error:
        raise DemoRefused(
            f"The demonstration made earlier cannot be taken up: {error} Make a new one with --fresh.",
            code="demo-broken",
        ) from None
    return cities
