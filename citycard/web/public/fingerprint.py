"""The fingerprint of this city, for officials of other cities who compare it over the telephone."""

from flask import current_app

from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint


def own_fingerprint() -> Fingerprint | None:
    """The fingerprint of our own newest root, or nothing while the office has published none."""
    try:
        return Fingerprint.of(repository.current_root(current_app.config["OFFICE"].published))
    except FileNotFoundError:
        return None
