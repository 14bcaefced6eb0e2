"""What holders do by themselves: who shows which code, and what that opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from citycard.core.errors import CitycardError
from citycard.core.verdicts import Verdict
from citycard.operations import audit, by_holder, cards, handed_in, key_changes, recovery
from citycard.operations.by_holder import Known, Reported
from citycard.store.audit import AuditEntry
from citycard.store.cards import Card, CardState, HandedIn
from citycard.store.counters import Counter
from citycard.store.tables import Base
from tests.operations.conftest import OpenHall
from tests.support.town_hall import Issued, TownHall


@dataclass(frozen=True)
class Held:
    """What Léonie goes home with: the card and its sheet."""

    card: Issued
    code: str

    @property
    def number(self) -> str:
        """The number on the card."""
        return self.card.number


def handed_over(hall: TownHall, **typed: Any) -> Held:
    """Make a card and hand it over; return it with the code that stands on the sheet."""
    ticket = hall.approved(**typed)
    issued = hall.issue(ticket)
    code = hall.file(ticket).recovery_code
    hall.print(ticket)
    hall.hand_over(ticket)
    hall.publish_lists()
    return Held(issued, code)


def report(hall: TownHall, code: str) -> Reported:
    """Type the recovery code on the page for lost cards."""
    with hall.session() as session:
        return by_holder.report_lost(session, code, office=hall.office, now=hall.now, chance=hall.chance)


def end(hall: TownHall, code: str, text: str) -> None:
    """Give both codes, and press the button."""
    with hall.session() as session:
        by_holder.end(session, code, text, ring=hall.ring, office=hall.office, now=hall.now, chance=hall.chance)


def asked(hall: TownHall, code: str) -> Known:
    """Ask what is kept."""
    with hall.session() as session:
        return by_holder.known_of(session, code, ring=hall.ring, now=hall.now)


def brought_in(hall: TownHall, held: Held) -> None:
    """Somebody finds the card and brings it; Amel files it."""
    with hall.session() as session:
        card = session.get_one(Card, held.number)
        handed_in.file_card(session, hall.desk(), card, by=hall.staff(session, "Amel"))


def moved(hall: TownHall, held: Held, to: CardState) -> None:
    """At the counter."""
    with hall.session() as session:
        card = session.get_one(Card, held.number)
        cards.move(session, card, to, by="Amel", now=hall.now, settings=hall.office.settings, chance=hall.chance)


def log_of(hall: TownHall) -> list[tuple[str, str]]:
    """Who did what, in order."""
    with hall.session() as session:
        return [(entry.actor, entry.act) for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]


def counted(hall: TownHall, name: str) -> int:
    """How often something was counted, over all weeks."""
    with hall.session() as session:
        return sum(session.scalars(select(Counter.count).where(Counter.event == name)))


def everything(hall: TownHall) -> dict[str, list[str]]:
    """All that the register holds."""
    with hall.session() as session:
        return {
            table.name: sorted(repr(tuple(row)) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }


def unknown(selector: str, secret: str = "0" * recovery.SECRET) -> str:
    """A well-formed code that nobody was given."""
    code = selector + secret
    return recovery.printed(code + recovery._check(code))


def guess_at(code: str) -> str:
    """A well-formed code with the selector of a real one."""
    return unknown(code.replace("-", "")[: recovery.SELECTOR])


def refusal(act: Callable[[], object]) -> tuple[str, str]:
    """By which rule, and with which words, something is refused."""
    with pytest.raises(CitycardError) as refused:
        act()
    return refused.value.code, str(refused.value)


@contextmanager
def statements(hall: TownHall) -> Iterator[list[str]]:
    """Every statement that the register is asked meanwhile."""
    seen: list[str] = []

    def write_down(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(hall.engine, "before_cursor_execute", write_down)
    yield seen
    event.remove(hall.engine, "before_cursor_execute", write_down)


# --- lost ---------------------------------------------------------------------------------------------


def test_the_recovery_code_suspends_the_card(hall: TownHall) -> None:
    held = handed_over(hall)

    assert report(hall, held.code.lower().replace("-", " ")) == Reported(already=False, fetch_until=None)

    assert hall.cards()[held.number] is CardState.SUSPENDED
    assert log_of(hall)[-1] == ("holder", audit.Act.CARD_SUSPENDED)
    assert hall.publish_lists() == 1
    assert hall.check(held.card.full_code).verdict is Verdict.SUSPENDED


def test_reported_twice_it_is_written_and_counted_once(hall: TownHall) -> None:
    held = handed_over(hall)
    report(hall, held.code)
    before = everything(hall)

    assert report(hall, held.code) == Reported(already=True, fetch_until=None)

    assert everything(hall) == before
    assert counted(hall, "card-suspended") == 1


def test_a_card_that_waits_for_its_holder_can_be_reported(hall: TownHall) -> None:
    ticket = hall.approved()
    issued = hall.issue(ticket)
    hall.print(ticket)

    report(hall, hall.file(ticket).recovery_code)

    assert hall.cards()[issued.number] is CardState.SUSPENDED


def test_whoever_reports_a_card_that_was_handed_in_is_told_until_when_it_lies_there(hall: TownHall) -> None:
    held = handed_over(hall)
    brought_in(hall, held)
    assert report(hall, held.code) == Reported(already=False, fetch_until=date(2027, 1, 21))

    hall.clock.pass_by(days=59)
    assert hall.office.settings.today(hall.now) == date(2027, 1, 21)
    with hall.session() as session:
        assert handed_in.end_due(session, hall.desk(), by="clock") == 0
    assert report(hall, held.code) == Reported(already=True, fetch_until=date(2027, 1, 21))

    hall.clock.pass_by(days=1)
    assert report(hall, held.code).fetch_until is None, "it may be in the shredder by now"
    with hall.session() as session:
        assert handed_in.end_due(session, hall.desk(), by="clock") == 1
    assert refusal(lambda: report(hall, held.code))[0] == "recovery-unknown"


@pytest.mark.parametrize("to", [CardState.ENDED, CardState.VOID])
def test_every_code_that_suspends_nothing_is_refused_in_the_same_way(hall: TownHall, to: CardState) -> None:
    """Ended, wrong, never given out: one sentence, and the register is asked the same questions for it."""
    held, gone = handed_over(hall), handed_over(hall)
    moved(hall, gone, to)
    said, ways = [], []
    for code in (gone.code, guess_at(held.code), unknown("ZZZZZZ"), unknown("000000")):
        with statements(hall) as seen:
            said.append(refusal(lambda code=code: report(hall, code)))  # type: ignore[misc]
        ways.append(seen)

    assert set(said) == {("recovery-unknown", "No card has this recovery code.")}
    assert ways[0]
    assert all(way == ways[0] for way in ways)
    assert hall.cards()[held.number] is CardState.ACTIVE


@pytest.mark.postgres
def test_a_card_that_ends_while_its_code_is_read_is_as_unknown(
    open_hall: OpenHall, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = open_hall(database_url=postgres_url)
    held, find = handed_over(hall), recovery.find

    def found_and_ended(*arguments: Any, **named: Any) -> Card:
        card = find(*arguments, **named)
        moved(hall, held, CardState.ENDED)
        return card

    monkeypatch.setattr(recovery, "find", found_and_ended)

    assert refusal(lambda: report(hall, held.code)) == ("recovery-unknown", "No card has this recovery code.")
    assert hall.cards()[held.number] is CardState.ENDED


def test_no_number_of_wrong_codes_keeps_the_right_one_from_working(hall: TownHall) -> None:
    held = handed_over(hall)
    guess = guess_at(held.code)
    for _ in range(50):
        assert refusal(lambda: report(hall, guess))[0] == "recovery-unknown"

    assert not report(hall, held.code).already


# --- ended by both codes ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["full_code", "light_code"])
def test_both_codes_of_one_card_end_it(hall: TownHall, kind: str) -> None:
    held = handed_over(hall)

    end(hall, getattr(held.card, kind), held.code)

    assert hall.cards()[held.number] is CardState.ENDED
    assert log_of(hall)[-1] == ("holder", audit.Act.CARD_ENDED)
    assert counted(hall, "card-ended") == 1
    hall.publish_lists()
    assert hall.check(held.card.full_code).verdict is Verdict.REVOKED


def test_a_card_that_is_suspended_or_past_its_last_day_can_be_ended(hall: TownHall) -> None:
    held, old = handed_over(hall), handed_over(hall)
    report(hall, held.code)
    end(hall, held.card.full_code, held.code)

    hall.clock.pass_by(days=6 * 365)
    end(hall, old.card.light_code, old.code)

    assert set(hall.cards().values()) == {CardState.ENDED}


def test_every_mismatch_is_refused_in_the_same_way(hall: TownHall) -> None:
    held, other, gone = handed_over(hall), handed_over(hall), handed_over(hall)
    moved(hall, gone, CardState.VOID)
    before = everything(hall)
    pairs = [
        (held.card.full_code, other.code),
        (held.card.full_code, guess_at(held.code)),
        (held.card.light_code, unknown("ZZZZZZ")),
        (held.card.full_code, gone.code),
        (gone.card.full_code, gone.code),
        (gone.card.full_code, held.code),
    ]

    assert {refusal(lambda pair=pair: end(hall, *pair)) for pair in pairs} == {  # type: ignore[misc]
        ("holder-both", "These codes are not of one card that can be ended.")
    }
    assert everything(hall) == before


def test_neither_code_is_taken_for_the_other(small_hall: TownHall) -> None:
    held = handed_over(small_hall)

    for number in (held.number, held.code, ""):
        assert refusal(lambda number=number: end(small_hall, number, held.code))[0] == "holder-not-read"  # type: ignore[misc]
    assert refusal(lambda: end(small_hall, held.card.full_code, held.number))[0] == "recovery-typed"
    assert refusal(lambda: end(small_hall, held.card.full_code, ""))[0] == "recovery-typed"
    assert small_hall.cards()[held.number] is CardState.ACTIVE


def test_the_button_pressed_twice_ends_it_once(hall: TownHall) -> None:
    held = handed_over(hall)
    for _ in range(2):
        end(hall, held.card.full_code, held.code)

    assert counted(hall, "card-ended") == 1
    assert [act for _, act in log_of(hall)].count(audit.Act.CARD_ENDED) == 1


# --- what is kept -------------------------------------------------------------------------------------

SHOWN = {
    "number": "number",
    "list_no": "list_no",
    "list_index": "list_index",
    "kid": "kid",
    "issued_on": "issued_on",
    "expires_on": "expires_on",
    "state": "state",
    "recovery_selector": "has_recovery_code",
    "recovery_tag": "has_recovery_code",
    "filed_on": "filed_on",
}
"""By column, what a holder is shown of it."""


def test_a_holder_is_shown_every_column_that_is_kept_of_a_card() -> None:
    """A column that is added to the register is added to the page, or "this is all" is no longer true."""
    kept = {column.name for table in (Card, HandedIn) for column in table.__table__.columns}

    assert kept == set(SHOWN)
    assert set(SHOWN.values()) | {"fetch_until", "large"} == {each.name for each in fields(Known)}


@pytest.mark.parametrize("kind", ["full_code", "light_code"])
def test_the_code_of_the_card_shows_what_is_kept(hall: TownHall, kind: str) -> None:
    held = handed_over(hall)
    before = everything(hall)

    known = asked(hall, getattr(held.card, kind))

    with hall.session() as session:
        card = session.get_one(Card, held.number)
        assert (known.number, known.kid, known.list_no, known.list_index, known.issued_on, known.expires_on) == (
            card.number,
            card.kid,
            card.list_no,
            card.list_index,
            date(2026, 11, 23),
            card.expires_on,
        )
    assert (known.state, known.has_recovery_code, known.filed_on) == (CardState.ACTIVE, True, None)
    assert everything(hall) == before, "asking leaves nothing"


def test_it_is_shown_that_a_card_was_handed_in_and_that_an_ended_one_has_no_code_any_more(hall: TownHall) -> None:
    held = handed_over(hall)
    brought_in(hall, held)
    assert (asked(hall, held.card.full_code).filed_on, asked(hall, held.card.full_code).fetch_until) == (
        date(2026, 11, 23),
        date(2027, 1, 21),
    )

    assert asked(hall, held.card.light_code).filed_on is None, "a photograph does not tell where its holder will come"
    assert asked(hall, held.card.light_code).fetch_until is None

    end(hall, held.card.full_code, held.code)

    known = asked(hall, held.card.full_code)
    assert (known.state, known.has_recovery_code) == (CardState.ENDED, False)


def test_a_card_long_past_its_last_day_is_shown_too(small_hall: TownHall) -> None:
    held = handed_over(small_hall)
    small_hall.clock.pass_by(days=9 * 365)

    assert asked(small_hall, held.card.full_code).state is CardState.ACTIVE


def test_a_card_of_another_city_shows_nothing(small_hall: TownHall, rivemont: TownHall) -> None:
    theirs = handed_over(rivemont)

    assert refusal(lambda: asked(small_hall, theirs.card.full_code))[0] == "holder-elsewhere"
    assert refusal(lambda: end(small_hall, theirs.card.full_code, theirs.code))[0] == "holder-elsewhere"


def test_a_code_that_anybody_could_have_written_shows_nothing(small_hall: TownHall) -> None:
    """With a stolen key a code can be written around a number that was overheard."""
    held = handed_over(small_hall)
    with small_hall.session() as session:
        kid = session.get_one(Card, held.number).kid
    key_changes.compromise(small_hall.ring, kid, now=small_hall.now)

    assert refusal(lambda: asked(small_hall, held.card.full_code))[0] == "holder-key"
    assert refusal(lambda: end(small_hall, held.card.full_code, held.code))[0] == "holder-key"


def test_a_register_that_never_heard_of_the_card_says_so(small_hall: TownHall) -> None:
    held = handed_over(small_hall)
    with small_hall.session() as session:
        session.delete(session.get_one(Card, held.number))

    assert refusal(lambda: asked(small_hall, held.card.full_code))[0] == "holder-nothing"


def test_neither_number_nor_code_is_in_what_an_error_could_write_down(small_hall: TownHall) -> None:
    held = handed_over(small_hall)

    assert held.number not in repr(asked(small_hall, held.card.full_code))
    for act in (
        lambda: report(small_hall, unknown("ZZZZZZ")),
        lambda: end(small_hall, held.card.full_code, unknown("ZZZZZZ")),
    ):
        assert not any(part in refusal(act)[1] for part in (held.number, "ZZZZ", held.card.full_code))
