"""What a check page is made from: what the city publishes, and nothing else that it has.

1. The statement says the city's names, keys and the addresses of its lists; its root gives the fingerprint.
2. The lists are those that it announces, as last signed. One that was never signed is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.trust import Issuer
from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.statement import read_statement, to_issuer
from citycard.settings import Office
from citycard.store.cards import StatusListRow


@dataclass(frozen=True)
class Published:
    """What a city says to everybody."""

    issuer: Issuer
    fingerprint: Fingerprint
    lists: Mapping[str, bytes]
    """By address, as CWT."""


def published(session: Session, office: Office) -> Published:
    """Return what `office` publishes; raise `FileNotFoundError` where it has published nothing yet."""
    # (1)
    fingerprint = Fingerprint.of(repository.current_root(office.published))
    statement = read_statement(repository.current_statement(office.published), allow_demo=office.settings.demo)
    # (2)
    rows = session.execute(
        select(StatusListRow.uri, StatusListRow.token)
        .where(StatusListRow.uri.in_(statement.status_lists), StatusListRow.token.is_not(None))
        .order_by(StatusListRow.no)
    )
    return Published(to_issuer(statement), fingerprint, {uri: token for uri, token in rows if token is not None})
