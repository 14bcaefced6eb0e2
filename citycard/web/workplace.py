"""What every desk of the office works with in a request: the time, chance, the vault, the keys, the checker.

Views ask here, so that a test can put another clock into `app.config["CLOCK"]` and everything follows.
"""

import os
from datetime import UTC, date, datetime

from flask import Flask, current_app, g, has_request_context

from citycard.evidence.rules import RuleSet
from citycard.evidence.shipped import of_office
from citycard.keystore.ring import KeyRing, load_ring
from citycard.keystore.vault import Vault
from citycard.operations.check import Checker
from citycard.operations.counting import ScanCounters
from citycard.operations.enrol import Desk
from citycard.settings import Office, Settings
from citycard.slips.catalogue import Catalogue

_KEY = "citycard.workplace"


def init_app(app: Flask) -> None:
    """Set the workplace up, once for each worker."""
    office: Office = app.config["OFFICE"]
    counters = ScanCounters()
    app.config.setdefault("CLOCK", lambda: datetime.now(UTC))
    app.extensions[_KEY] = {
        "counters": counters,
        "checker": Checker(office, counters),
        "vault": Vault(office.day_keys, chance=os.urandom),
        "slips": Catalogue(office),
        "rules": of_office(office.settings.evidence, folder=office.folder, country=office.settings.country),
    }


def now() -> datetime:
    """Return the time, aware, in UTC: within a request one instant for all that happens in it."""
    if not has_request_context():
        moment: datetime = current_app.config["CLOCK"]()
        return moment
    if "now" not in g:
        g.now = current_app.config["CLOCK"]()
    held: datetime = g.now
    return held


def settings() -> Settings:
    """Return the office's settings."""
    office: Office = current_app.config["OFFICE"]
    return office.settings


def today() -> date:
    """Return the day that it is in the city."""
    return settings().today(now())


def desk() -> Desk:
    """Return what operations take: office, vault, time and chance."""
    return Desk(
        office=current_app.config["OFFICE"],
        vault=current_app.extensions[_KEY]["vault"],
        now=now(),
        chance=os.urandom,
    )


def ring() -> KeyRing:
    """Return the office's keys, read anew: a key that was marked compromised a second ago must not sign."""
    return load_ring(current_app.config["OFFICE"])


def checker() -> Checker:
    """Return this worker's checker."""
    held: Checker = current_app.extensions[_KEY]["checker"]
    return held


def rules() -> RuleSet:
    """Return the evidence rules of this office; read once, so that every page and script counts by the same."""
    held: RuleSet = current_app.extensions[_KEY]["rules"]
    return held


def slips() -> Catalogue:
    """Return the slips of this office; a file dropped into its folder counts at once."""
    held: Catalogue = current_app.extensions[_KEY]["slips"]
    return held


def counters() -> ScanCounters:
    """Return this worker's counters of checks."""
    held: ScanCounters = current_app.extensions[_KEY]["counters"]
    return held
