"""The minutes of a key ceremony: a page to print, tick and sign, for the two people who bring the sticks.

1. What can be filled in is: the city, the fingerprint before, every key that is at stake and its last day.
2. What must be done by hand has a box, in its order; what ends soon is said, so that nobody has to know it by heart.
3. Names and signatures are written with a pen. The page lies with a stick; nothing of it is kept here.
"""

from collections.abc import Iterator
from datetime import datetime

from citycard.core.keys import KeyState
from citycard.keystore.ring import KeyRing
from citycard.operations.doctor import endings
from citycard.operations.doctor.finding import Level
from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint

_LINE = "_" * 28
_BOX = "[ ] "


def minutes(ring: KeyRing, *, now: datetime) -> str:
    """Return the page, as plain text that fits a sheet."""
    return "\n".join(_lines(ring, now)) + "\n"


def _lines(ring: KeyRing, now: datetime) -> Iterator[str]:
    # (1)
    office = ring.office
    mark = Fingerprint.of(repository.current_root(office.published))
    yield f"KEY CEREMONY  {office.settings.name('en')}, {office.settings.issuer}  {office.settings.today(now)}"
    yield ""
    yield "Present"
    # (3)
    yield from (f"  {no}. name {_LINE}  signature {_LINE}" for no in (1, 2))
    yield ""
    yield "Fingerprint before"
    yield "  " + " ".join(mark.digits)
    yield "  " + " ".join(mark.words)
    yield ""
    yield "Keys in use or waiting"
    for entry in ring.entries:
        if entry.state in (KeyState.ACTIVE, KeyState.STANDBY):
            yield f"  {entry.purpose:11}{entry.kid:18}{entry.state:9}until {entry.last_day}"
    near = [each for each in endings.of_keys(ring, now=now) if each.level is not Level.FINE]
    if near:
        yield f"  Missing, or ending within {endings.STEPS[0]} days: " + ", ".join(each.name for each in near)
    yield ""
    # (2)
    yield "Before"
    yield f"{_BOX}Both sticks are here, and nobody but the two of us sees the screen."
    yield f"{_BOX}The offline folder of one stick lies on the server as {office.offline.name}."
    yield f"{_BOX}The register and the office folder were backed up today."
    yield ""
    yield "Done, one of:"
    yield f"{_BOX}citycard keys rotate            what ends soon, or is missing"
    yield f"{_BOX}citycard keys rotate-root       the root key, before its time"
    yield f"{_BOX}citycard keys compromise NAME   a key that was stolen: {_LINE}"
    yield f"{_BOX}citycard lists add              more lists of ended cards"
    yield f"{_BOX}something else: {_LINE}"
    yield ""
    yield "After"
    yield f"{_BOX}citycard keys fingerprint       the same as before / first and last group: _____  _____"
    yield f"{_BOX}citycard audit head             printed, or given to a partner city"
    yield f"{_BOX}The offline folder was copied to both sticks, and one copy read back and compared."
    for entry in ring.entries:
        if entry.purpose.offline and entry.state is KeyState.RETIRED:
            yield f"{_BOX}Deleted from both sticks, if still there: {entry.uri.partition(':')[2]}"
    yield f"{_BOX}The offline folder was deleted from the server."
    yield f"{_BOX}citycard doctor                 says nothing of offline keys, nor of keys that end"
    yield f"{_BOX}Stick 1 lies in {_LINE}  stick 2 in {_LINE}"
    yield f"{_BOX}Where the fingerprint changed: partner cities that have not confirmed ours yet were told."
