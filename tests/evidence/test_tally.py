"""Counting: for anybody, by any rules, whatever lies on the desk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycard.evidence.rules import Rendering, RuleSet
from citycard.evidence.tally import Missing, Reason, Tally, Ticked, UnknownDocument, missing_kinds, tally
from tests.evidence.desks import AGES, ANY_RULES, SHIPPED, desks, papers, with_documents, written

FRANCE, NEW_YORK = SHIPPED["fr-2026"], SHIPPED["idnyc-2018"]


def count(rules: RuleSet, *names: str, age: int | None = None, shown: bool = False) -> Tally:
    """Count fresh and valid papers."""
    return tally(rules, [Ticked(name) for name in names], age=age, birth_date_shown=shown)


# --- rules about rules ----------------------------------------------------------------------------------


@given(st.data())
def test_another_paper_never_makes_anything_worse(data: st.DataObject) -> None:
    rules, age, shown = data.draw(ANY_RULES), data.draw(AGES), data.draw(st.booleans())
    desk, more = data.draw(desks(rules)), data.draw(papers(rules))

    before = tally(rules, desk, age=age, birth_date_shown=shown)
    after = tally(rules, [*desk, more], age=age, birth_date_shown=shown)

    assert after.identity >= before.identity
    assert after.residence >= before.residence
    assert after.photo >= before.photo
    assert after.birth_date >= before.birth_date
    assert set(after.addresses) >= set(before.addresses)
    assert set(after.exceptions) >= set(before.exceptions)
    assert after.needed.total <= before.needed.total
    assert after.complete >= before.complete


@given(st.data())
def test_the_order_of_papers_changes_nothing(data: st.DataObject) -> None:
    rules, age = data.draw(ANY_RULES), data.draw(AGES)
    desk = data.draw(desks(rules))
    shuffled = data.draw(st.permutations(desk))

    assert tally(rules, shuffled, age=age) == tally(rules, desk, age=age)


@given(st.data())
def test_a_fresh_and_valid_paper_is_never_worth_less(data: st.DataObject) -> None:
    rules, age = data.draw(ANY_RULES), data.draw(AGES)
    desk = data.draw(desks(rules))

    worn, new = tally(rules, desk, age=age), tally(rules, [Ticked(paper.document) for paper in desk], age=age)

    assert (new.identity, new.residence) >= (worn.identity, worn.residence)
    assert new.complete >= worn.complete


@given(st.data())
def test_what_is_missing_and_what_is_complete_are_one_thing(data: st.DataObject) -> None:
    rules, age = data.draw(ANY_RULES), data.draw(AGES)

    counted = tally(rules, data.draw(desks(rules)), age=age, birth_date_shown=True)

    assert counted.complete == (not counted.missing)
    assert bool(missing_kinds(counted)) != counted.complete
    assert missing_kinds(counted) <= {"identity", "residence", "photo"}
    assert counted.total == counted.identity + counted.residence


# --- at a counter in France -------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", SHIPPED.values(), ids=SHIPPED)
def test_nothing_on_the_desk_is_nothing(rules: RuleSet) -> None:
    counted = count(rules)

    assert (counted.identity, counted.residence, counted.photo, counted.addresses) == (0, 0, False, ())
    assert {Missing.IDENTITY, Missing.RESIDENCE, Missing.PHOTO} <= set(counted.missing)


def test_a_passport_and_a_bill_are_enough() -> None:
    counted = count(FRANCE, "official-photo", "energy-bill", shown=True)

    assert counted.complete
    assert counted.addresses == (Rendering.FULL,)
    assert counted.photo
    assert counted.birth_date


def test_a_person_without_a_passport_gets_there_too() -> None:
    """A health card with a photo, the word of an association, the address of a social centre."""
    assert count(FRANCE, "health-card", "association-letter", "domiciliation").complete


def test_an_expired_passport_counts_a_little_less() -> None:
    expired = tally(FRANCE, [Ticked("official-photo", expired=True), Ticked("energy-bill")])

    assert (expired.identity, expired.photo) == (2, True)
    assert expired.missing == (Missing.IDENTITY,)
    assert tally(FRANCE, [Ticked("official-photo", expired=True), Ticked("energy-bill"), Ticked("work-paper")]).complete


def test_a_bill_that_is_too_old_counts_for_nothing_and_says_so() -> None:
    counted = tally(FRANCE, [Ticked("official-photo"), Ticked("energy-bill", old=True)])

    assert counted.missing == (Missing.RESIDENCE,)
    assert counted.not_counted == (("energy-bill", Reason.OLD),)


def test_two_bills_of_one_kind_count_once_and_the_newer_one() -> None:
    counted = tally(FRANCE, [Ticked("energy-bill", old=True), Ticked("energy-bill"), Ticked("energy-bill")])

    assert counted.residence == 1
    assert counted.not_counted == (("energy-bill", Reason.OLD), ("energy-bill", Reason.ENOUGH))


def test_two_associations_know_a_person_better_than_one() -> None:
    assert count(FRANCE, "association-letter").identity == 1
    assert count(FRANCE, "association-letter", "association-letter").identity == 2
    assert count(FRANCE, *["association-letter"] * 3).identity == 2


def test_a_lodging_letter_counts_beside_the_papers_of_the_host() -> None:
    alone = count(FRANCE, "official-photo", "lodging-letter")

    assert alone.missing == (Missing.RESIDENCE,)
    assert alone.not_counted == (("lodging-letter", Reason.ALONE),)
    assert count(FRANCE, "official-photo", "lodging-letter", "host-papers").complete


def test_a_companion_that_is_too_old_is_none() -> None:
    desk = [Ticked("official-photo"), Ticked("lodging-letter"), Ticked("host-papers", old=True)]

    assert not tally(FRANCE, desk).complete


def test_a_date_of_birth_is_asked_for_only_if_it_is_to_stand_on_the_card() -> None:
    papers = ("health-card", "association-letter", "energy-bill")

    assert count(FRANCE, *papers).complete
    assert count(FRANCE, *papers, shown=True).missing == (Missing.BIRTH_DATE,)


def test_a_child_comes_with_a_parent_and_without_a_photo() -> None:
    papers = ("family-link", "guardian-identity", "guardian-home")

    assert count(FRANCE, *papers, age=9).exceptions == ("with-parent",)
    assert count(FRANCE, *papers, age=9, shown=True).complete
    assert not count(FRANCE, *papers, age=30).complete
    assert count(FRANCE, "family-link", age=9).missing == (Missing.IDENTITY, Missing.RESIDENCE, Missing.PHOTO)


def test_the_letter_of_an_institution_is_enough_and_no_age_is_proved_by_more() -> None:
    counted = count(FRANCE, "institution-letter", age=16, shown=True)

    assert counted.complete
    assert counted.exceptions == ("in-care",)
    assert counted.addresses == (Rendering.CARE_OF,)


def test_papers_for_children_are_worth_nothing_for_others() -> None:
    assert count(FRANCE, "family-link").not_counted == (("family-link", Reason.AGE),)
    assert count(FRANCE, "institution-letter", age=21).not_counted == (("institution-letter", Reason.AGE),)


@pytest.mark.parametrize(
    ("letters", "addresses"),
    [
        (("domiciliation",), (Rendering.CARE_OF,)),
        (("outreach-letter",), (Rendering.NONE,)),
        (("protected-letter",), (Rendering.PROTECTED,)),
        (("energy-bill", "protected-letter"), (Rendering.PROTECTED, Rendering.FULL)),
        (("domiciliation", "outreach-letter", "rent-receipt"), (Rendering.NONE, Rendering.CARE_OF, Rendering.FULL)),
    ],
)
def test_the_papers_say_how_the_address_may_stand(letters: tuple[str, ...], addresses: tuple[Rendering, ...]) -> None:
    assert count(FRANCE, "official-photo", *letters).addresses == addresses


# --- what a refusal may say of it, and what an error may not ---------------------------------------------------


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        ((), {"identity", "residence", "photo"}),
        (("official-photo",), {"residence"}),
        (("energy-bill", "civil-status", "work-paper"), {"photo"}),
        (("energy-bill", "photo-card"), {"identity"}),
    ],
)
def test_a_refusal_is_counted_under_coarse_kinds(names: tuple[str, ...], kinds: set[str]) -> None:
    assert missing_kinds(count(FRANCE, *names)) == kinds


def test_a_birth_date_that_is_missing_is_counted_as_identity() -> None:
    papers = ("health-card", "association-letter", "energy-bill")

    assert missing_kinds(count(FRANCE, *papers, shown=True)) == {"identity"}


def test_points_in_all_may_ask_for_more_than_both() -> None:
    rules = with_documents({"id": "letter", "identity": 1}, minimum={"identity": 3, "residence": 1, "total": 5})

    assert count(rules, "id", "bill").missing == (Missing.TOTAL,)
    assert missing_kinds(count(rules, "id", "bill")) == {"identity"}
    assert count(rules, "id", "bill", "letter").complete


def test_a_paper_of_other_rules_is_refused() -> None:
    with pytest.raises(UnknownDocument) as refusal:
        count(written(), "official-photo")

    assert "official-photo" not in str(refusal.value)


def test_what_was_ticked_is_in_no_trace() -> None:
    counted = count(FRANCE, "domiciliation")

    assert "domiciliation" not in f"{Ticked('domiciliation')!r} {counted!r} {[Ticked('domiciliation')]}"


# --- New York, 2018 -------------------------------------------------------------------------------------------

POINTS = {
    "state-id-here": (3, 1),
    "passport": (3, 0),
    "federal-photo": (3, 0),
    "other-state-id": (3, 0),
    "benefit-card-photo": (3, 0),
    "released-card": (3, 0),
    "court-or-state-licence": (3, 0),
    "city-card": (3, 0),
    "youth-form": (3, 1),
    "foreign-readable-id": (2, 0),
    "other-passport": (2, 0),
    "visa-or-i94": (2, 0),
    "immigration-notice": (2, 0),
    "number-letter": (2, 0),
    "us-birth-certificate": (2, 0),
    "public-employee-card": (2, 0),
    "inpatient-card": (2, 0),
    "foreign-birth-certificate": (1, 0),
    "foreign-other-id": (1, 0),
    "programme-card": (1, 0),
    "city-service-card": (1, 0),
    "family-certificate": (1, 0),
    "work-school-card": (1, 0),
    "school-record": (1, 0),
    "utility-bill": (0, 1),
    "lease": (0, 1),
    "care-of-letter": (0, 1),
}


@pytest.mark.parametrize("name", POINTS)
def test_new_york_counts_as_its_table_did(name: str) -> None:
    counted = count(NEW_YORK, name)

    assert (counted.identity, counted.residence) == POINTS[name]


def test_new_york_takes_a_passport_that_expired_within_three_years() -> None:
    passport = NEW_YORK.by_id["passport"]

    assert tally(NEW_YORK, [Ticked("passport", expired=True)]).identity == 2
    assert passport.expiry_grace_days == 3 * 365
    assert tally(NEW_YORK, [Ticked("other-passport", expired=True)]).not_counted == (
        ("other-passport", Reason.EXPIRED),
    )
    assert tally(NEW_YORK, [Ticked("city-card", expired=True)]).identity == 3


def test_new_york_asks_for_four_points_a_photo_and_a_date_of_birth() -> None:
    assert count(NEW_YORK, "state-id-here").complete
    assert count(NEW_YORK, "passport", "utility-bill").complete
    assert count(NEW_YORK, "us-birth-certificate", "number-letter", "lease").missing == (Missing.PHOTO,)
    assert count(NEW_YORK, "us-birth-certificate", "number-letter", "lease", "caretaker-link", age=21).complete
    assert count(NEW_YORK, "court-or-state-licence", "lease").missing == (Missing.BIRTH_DATE,)


def test_new_york_s_interim_licence_counts_beside_a_paper_worth_two_points() -> None:
    strong = {document.id for document in NEW_YORK.documents if document.identity >= 2 and not document.residence}

    assert count(NEW_YORK, "interim-licence").not_counted == (("interim-licence", Reason.ALONE),)
    assert set(NEW_YORK.by_id["interim-licence"].needs_one_of) == strong
    assert count(NEW_YORK, "interim-licence", "visa-or-i94").complete


def test_new_york_lets_an_address_be_cared_for_left_out_or_kept_secret() -> None:
    days = {"care-of-letter": 14, "no-home-letter": 30, "protected-letter": 30, "hospital-letter": 30}

    assert {name: NEW_YORK.by_id[name].max_age_days for name in days} == days
    assert count(NEW_YORK, "care-of-letter").addresses == (Rendering.CARE_OF,)
    assert count(NEW_YORK, "no-home-letter").addresses == (Rendering.NONE,)
    assert count(NEW_YORK, "protected-letter").addresses == (Rendering.PROTECTED,)
