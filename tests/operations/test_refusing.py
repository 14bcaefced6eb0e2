"""Not today: a slip, a counter, and nothing else."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import inspect, select, text

from citycard.evidence.filling import ways
from citycard.evidence.shipped import shipped as shipped_rules
from citycard.evidence.tally import Ticked
from citycard.operations import organisations
from citycard.operations.refusals import OperationRefused
from citycard.operations.refuse import Lacking, Wishes, refuse, what_to_bring
from citycard.operations.slip_code import read as read_code
from citycard.slips.catalogue import Catalogue
from citycard.slips.frame import Look
from citycard.store.audit import AuditEntry
from citycard.store.counters import Counter
from citycard.store.enrolments import Enrolment, EnrolmentState
from citycard.store.organisations import Attests
from tests.operations.conftest import OpenHall
from tests.operations.test_forgetting import CANARIES, PERSON, searched
from tests.support.paper import text_on, words_on
from tests.support.town_hall import TownHall
from tests.support.traces import traces_of

RULES = shipped_rules("fr-2026")
MONDAY = date(2026, 11, 23)
NO_HOME_PAPER = Lacking(
    kinds=frozenset({"residence"}), ways=ways(RULES, [Ticked("official-photo")], birth_date_shown=True)
)


def refuses(
    hall: TownHall, ticket: str, *, by: str = "Amel", lacking: Lacking = NO_HOME_PAPER, **wishes: object
) -> str:
    """Refuse, and return what stands on the slip."""
    with hall.case(ticket, by) as (session, row, staff):
        pdf = refuse(
            session,
            hall.desk(),
            row,
            by=staff,
            lacking=lacking,
            wishes=Wishes(**{"language": "fr", **wishes}),
            rules=RULES,
            catalogue=Catalogue(hall.office),
        )
    return text_on(pdf)


def counted(hall: TownHall) -> dict[tuple[str, str], int]:
    """What was counted under refusals, by week and kind."""
    with hall.session() as session:
        rows = session.scalars(select(Counter).where(Counter.service == "refused"))
        return {(row.week.isoformat(), row.event): row.count for row in rows}


def code_on(slip: str) -> str:
    """The code that stands on a slip."""
    found = re.search(r"\b(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}\b", slip)
    assert found is not None
    return found[0]


def test_it_gives_a_slip_counts_the_kind_and_forgets_the_person(hall: TownHall) -> None:
    slip = refuses(hall, hall.enrol(residence_checked=False))

    assert "un papier qui montre que vous habitez ici" in slip
    assert counted(hall) == {("2026-11-23", "residence"): 1}
    with hall.session() as session:
        assert session.scalars(select(Enrolment)).all() == []


def test_somebody_who_lacks_two_kinds_is_counted_under_each(hall: TownHall) -> None:
    refuses(hall, hall.open(), lacking=Lacking(kinds=frozenset({"identity", "photo"})))
    refuses(hall, hall.open(), lacking=Lacking(kinds=frozenset({"identity"})))
    hall.clock.pass_by(days=7)
    refuses(hall, hall.open(), lacking=Lacking(kinds=frozenset({"photo"})))

    assert counted(hall) == {
        ("2026-11-23", "identity"): 2,
        ("2026-11-23", "photo"): 1,
        ("2026-11-30", "photo"): 1,
    }


def test_the_log_says_of_it_what_it_says_of_one_that_was_abandoned(hall: TownHall) -> None:
    """Whether somebody was refused or went home by themselves is in no log, and no handle leads back to the file."""
    handles = []
    for leave in (lambda ticket: refuses(hall, ticket), lambda ticket: hall.abandon(ticket)):
        ticket = hall.enrol()
        handles.append(hall.file(ticket).handle)
        leave(ticket)

    with hall.session() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.seq))
        entries = [(row.act, row.actor, row.day, row.handle) for row in rows]
    assert [act for act, *_ in entries] == ["enrolment-opened", "enrolment-forgotten"] * 2
    ends = [entry for entry in entries if entry[0] == "enrolment-forgotten"]
    assert not {handle for *_, handle in ends} & set(handles)
    assert len({(actor, day) for _, actor, day, _ in ends}) == 1


def test_no_table_grows_but_the_counters_and_the_log(hall: TownHall) -> None:
    def sizes() -> dict[str, int]:
        with hall.engine.connect() as connection:
            tables = inspect(hall.engine).get_table_names()
            return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables}

    before = sizes()
    refuses(hall, hall.enrol(), for_second_clerk=True)
    after = sizes()

    assert {name for name in after if after[name] != before[name]} == {"counters", "audit"}


@pytest.mark.parametrize("kinds", [set(), {"behaviour"}, {"identity", "passport"}])
def test_there_is_no_refusal_for_any_other_reason(small_hall: TownHall, kinds: set[str]) -> None:
    ticket = small_hall.enrol()

    with pytest.raises(OperationRefused) as refused:
        refuses(small_hall, ticket, lacking=Lacking(kinds=frozenset(kinds)))

    assert refused.value.code == "refusal-kind"
    assert small_hall.state(ticket) is EnrolmentState.DRAFT
    assert counted(small_hall) == {}


@pytest.mark.parametrize("so_far", ["submit", "approve", "issue", "print"])
def test_what_had_all_its_papers_is_not_refused(small_hall: TownHall, so_far: str) -> None:
    ticket = small_hall.enrol()
    for step in ("submit", "approve", "issue", "print"):
        getattr(small_hall, step)(ticket)
        if step == so_far:
            break

    with pytest.raises(OperationRefused) as refused:
        refuses(small_hall, ticket)
    assert refused.value.code == "moved-on"


def test_one_on_hold_can_be_refused(small_hall: TownHall) -> None:
    ticket = small_hall.enrol()
    with small_hall.case(ticket, "Amel") as (_, row, _staff):
        row.state = EnrolmentState.ON_HOLD

    refuses(small_hall, ticket)

    assert counted(small_hall) == {("2026-11-23", "residence"): 1}


def test_without_a_slip_nobody_is_refused(small_hall: TownHall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slip is drawn first: a typesetter that fails leaves the enrolment and the counters as they were."""
    ticket = small_hall.enrol()

    def fails(_paper: object) -> bytes:
        raise RuntimeError("no typesetter")

    monkeypatch.setattr("citycard.operations.refuse.render_paper", fails)
    with pytest.raises(RuntimeError):
        refuses(small_hall, ticket)

    assert small_hall.state(ticket) is EnrolmentState.DRAFT
    assert counted(small_hall) == {}


def test_twice_pressed_the_second_finds_nothing(small_hall: TownHall) -> None:
    ticket = small_hall.enrol()
    refuses(small_hall, ticket)

    with pytest.raises(OperationRefused) as refused:
        refuses(small_hall, ticket)

    assert refused.value.code == "no-enrolment"
    assert counted(small_hall) == {("2026-11-23", "residence"): 1}


def test_nothing_of_a_refused_person_is_left(small_hall: TownHall) -> None:
    """No name, no kind of paper, no code; the photographs included."""
    hall = small_hall
    ticket = hall.enrol(**PERSON)
    row, file = hall.row(ticket), hall.file(ticket)
    slip = refuses(hall, ticket, for_second_clerk=True)
    code = code_on(slip)

    looked_for = [*CANARIES, file.portrait[200:240], row.sealed[20:60], row.id, row.request_token]
    assert traces_of(looked_for, in_folders=searched(hall)) == []
    assert traces_of([code, code.replace("-", ""), "official-photo"], in_folders=searched(hall)) == []
    assert not [word for word in CANARIES if word in slip]


def test_the_code_stands_there_only_if_the_person_wants_it(small_hall: TownHall) -> None:
    assert "Pour l’autre agent" not in refuses(small_hall, small_hall.open())
    slip = refuses(small_hall, small_hall.open(), for_second_clerk=True)

    said = read_code(small_hall.office, code_on(slip), today=MONDAY, rules=RULES.reference, clerk=1)
    assert said.missing == {"residence"}
    assert said.found == {"identity", "photo"}


def test_the_slip_is_in_the_language_of_the_person_and_as_large_as_they_like(small_hall: TownHall) -> None:
    assert "Lo que falta para su tarjeta" in refuses(small_hall, small_hall.open(), language="es")
    large = refuses(small_hall, small_hall.open(), language="fr-x-facile", look=Look(large=True))

    assert "Il manque un papier pour votre carte" in large
    assert "1 / " in large, "large letters take more than one page"


def test_organisations_whose_letters_count_are_named_where_a_home_is_to_be_shown(small_hall: TownHall) -> None:
    def add(name: str, kind: Attests, last_day: date | None = None) -> None:
        with small_hall.session() as session:
            organisations.add(
                session,
                name=name,
                attests=[kind],
                letter_days=14,
                first_day=date(2026, 1, 1),
                last_day=last_day,
                by="Chloe",
                day=MONDAY,
                chance=small_hall.chance,
            )

    add("Le Phare", Attests.CARE_OF)
    add("Quai Ouvert", Attests.LIVES_HERE)
    add("Maison des Jeunes", Attests.MINORS)
    add("L’Ancienne", Attests.LIVES_HERE, date(2026, 6, 30))
    named = refuses(small_hall, small_hall.open())
    elsewhere = refuses(small_hall, small_hall.open(), lacking=Lacking(kinds=frozenset({"identity"})))

    assert "Le Phare" in named
    assert "Quai Ouvert" in named
    assert "Maison des Jeunes" not in named + elsewhere
    assert "L’Ancienne" not in named + elsewhere
    assert "Le Phare" not in elsewhere


def test_what_to_bring_counts_nothing_and_forgets_nothing(small_hall: TownHall) -> None:
    ticket = small_hall.enrol()
    pdf = what_to_bring(
        small_hall.desk(),
        lacking=NO_HOME_PAPER,
        wishes=Wishes(language="en"),
        rules=RULES,
        catalogue=Catalogue(small_hall.office),
    )

    assert "Bring once more what you brought today." in " ".join(" ".join(words_on(pdf)).split())
    assert small_hall.state(ticket) is EnrolmentState.DRAFT
    assert counted(small_hall) == {}


def test_two_clerks_who_refuse_at_once_are_both_counted(open_hall: OpenHall, database_url: str) -> None:
    hall = open_hall(database_url=database_url)
    tickets = [hall.open(), hall.open(by="Anouk")]
    for ticket, clerk in zip(tickets, ("Amel", "Anouk"), strict=True):
        refuses(hall, ticket, by=clerk)

    assert counted(hall) == {("2026-11-23", "residence"): 2}
