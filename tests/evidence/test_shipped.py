"""The sets that travel with citycard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from citycard.evidence.explain import LANGUAGES, explain, lines
from citycard.evidence.reading import RuleSetRefused
from citycard.evidence.rules import AgeException, Document, Kind, Rendering, RuleSet
from citycard.evidence.shipped import ANYWHERE, BY_COUNTRY, of_office, shipped, shipped_ids
from tests.evidence.desks import SHIPPED

TODAY = date(2026, 11, 23)

SETS = pytest.mark.parametrize("rules", SHIPPED.values(), ids=SHIPPED)


def named(rules: RuleSet) -> Iterable[Kind | Document | AgeException]:
    yield from (*rules.kinds, *rules.documents, *rules.exceptions)


@SETS
def test_a_file_is_called_like_its_set(rules: RuleSet) -> None:
    assert SHIPPED[rules.id] is rules


@SETS
def test_everything_is_said_in_four_languages(rules: RuleSet) -> None:
    assert set(rules.names) == set(LANGUAGES)
    for one in named(rules):
        assert set(one.names) == set(LANGUAGES), one.id
    for document in rules.documents:
        for words in (document.examples, document.notes):
            assert not words or set(words) == set(LANGUAGES), document.id


@SETS
def test_no_two_documents_have_one_name(rules: RuleSet) -> None:
    for language in LANGUAGES:
        said = [document.names[language] for document in rules.documents]
        assert len(said) == len(set(said))


@SETS
def test_every_kind_has_documents_and_nothing_is_useless(rules: RuleSet) -> None:
    assert {document.kind for document in rules.documents} == {kind.id for kind in rules.kinds}
    assert not [remark for remark in explain(rules, today=TODAY).remarks if remark.startswith("document")]


@SETS
def test_nobody_is_left_out_for_having_no_home_or_a_secret_one(rules: RuleSet) -> None:
    shown = {document.address for document in rules.documents if document.residence}

    assert shown == set(Rendering)


@pytest.mark.parametrize("name", ["fr-2026", "basic-2026"])
def test_no_country_and_no_status_can_be_ticked(name: str) -> None:
    """One tick for the identity papers of every State: not even the counter's memory knows which it was."""
    rules = SHIPPED[name]
    official = [document for document in rules.documents if document.identity >= 3]

    assert [document.id for document in official] == ["official-photo", "city-card"]
    for document in rules.documents:
        assert not re.search(r"\b(foreign|passport|visa|asylum|residence permit|consular)", document.names["en"], re.I)


def test_the_french_set_takes_what_people_in_france_have() -> None:
    """The papers that issue and practice name: each is found by typing it."""
    said = [f"{one.names['fr']} {one.examples.get('fr', '')}".casefold() for one in SHIPPED["fr-2026"].documents]
    for paper in (
        *(
            "passeport",
            "carte nationale d’identité",
            "carte consulaire",
            "récépissé",
            "acte de naissance",
            "carte vitale",
        ),
        *("certificat de scolarité", "élection de domicile (ccas ou association agréée)", "facture d’énergie"),
        *("attestation d’hébergement", "attestation d’une association", "ancienne carte de la ville", "quittance"),
        *("acte de naissance", "ame", "avis d’impôt", "livret de famille", "aide sociale à l’enfance"),
    ):
        assert any(paper in names for names in said), paper


def test_an_office_takes_its_own_file_or_the_set_that_it_names(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "citycard" / "evidence" / "sets" / "basic-2026.json"
    (tmp_path / "ours.json").write_text(source.read_text("utf-8").replace('"basic-2026"', '"ours"'), "utf-8")

    def rules_for(setting: str, country: str = "FR") -> str:
        return of_office(setting, folder=tmp_path, country=country).id

    assert rules_for("ours.json") == "ours"
    assert rules_for("idnyc-2018") == "idnyc-2018"


@pytest.mark.parametrize(("country", "name"), [("FR", "fr-2026"), ("ES", ANYWHERE), ("US", ANYWHERE)])
def test_an_office_that_names_none_takes_that_of_its_country(tmp_path: Path, country: str, name: str) -> None:
    """New York's rules are one city's: nobody gets them without asking."""
    assert of_office("", folder=tmp_path, country=country).id == name
    assert set(BY_COUNTRY.values()) | {ANYWHERE} <= set(shipped_ids())


@pytest.mark.parametrize(
    ("setting", "sentence"), [("fr-2025", "Shipped are: basic-2026"), ("no.json", "no.json cannot")]
)
def test_a_set_that_is_not_there_is_named(tmp_path: Path, setting: str, sentence: str) -> None:
    with pytest.raises(RuleSetRefused, match=sentence):
        of_office(setting, folder=tmp_path, country="FR")


@SETS
def test_a_set_is_explained_in_words(rules: RuleSet) -> None:
    text = "\n".join(lines(explain(rules, today=TODAY)))

    for title in ("Enough alone", "Enough in pairs", "Enough in threes", "Enough in fours", "Remarks"):
        assert f"\n{title}\n" in text
    assert "in force from" in text.splitlines()[0]


def test_what_is_enough_alone_is_named() -> None:
    assert explain(shipped("idnyc-2018"), today=TODAY).alone == ("state-id-here",)
    assert explain(shipped("fr-2026"), today=TODAY).alone == ()


def test_rules_of_next_year_say_so() -> None:
    remarks = explain(shipped("fr-2026"), today=date(2025, 12, 31)).remarks

    assert remarks == ("These rules are in force from 2026-01-01: name them in settings.toml then.",)
