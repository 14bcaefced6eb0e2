"""The cards of a register lie in the order of their random numbers, which says nothing.

In the order of issuing, the n-th card could be laid beside the n-th issuing act of the audit log, and would carry its
days, its clerk, its approver.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.engine import forget_order, open_engine
from citycard.store.tables import Base

NUMBERS = ("Z0000000000000ZZ", "M0000000000000MM", "A0000000000000AA", "Q0000000000000QQ")


def test_cards_do_not_lie_in_the_order_of_issuing(database_url: str) -> None:
    engine = open_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(StatusListRow(no=1, uri="https://port-sable.example/status/1", bits=2, size=1024))
        session.flush()
        for place, number in enumerate(NUMBERS):
            session.add(
                Card(
                    number=number,
                    list_no=1,
                    list_index=place,
                    kid="00" * 8,
                    issued_on=date(2026, 11, 23),
                    expires_on=date(2031, 11, 22),
                    state=CardState.ACTIVE,
                )
            )
            session.flush()
        session.commit()

    forget_order(engine)

    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'cards'")).scalar_one()
            assert "WITHOUT ROWID" in made
            found = connection.execute(text("SELECT number FROM cards NOT INDEXED")).scalars().all()
        else:
            found = connection.execute(text("SELECT number FROM cards ORDER BY ctid")).scalars().all()
    assert found == sorted(NUMBERS)
    engine.dispose()
