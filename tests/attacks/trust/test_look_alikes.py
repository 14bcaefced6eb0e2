"""Homoglyph names: a city that is called what another is called, but for a letter that only looks like it.

The attacker has a city of their own, with keys of their own, and hopes that two officials confirm the name instead of
the fingerprint. Names are for eyes: they are warned about, and two people decide. Nothing in our trust hangs on them.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from citycard.core.errors import CitycardError
from citycard.core.verdicts import Verdict
from citycard.store.partners import Partner
from tests.attacks.trust.conftest import SAID, Scene, sign_chain
from tests.partners.conftest import Town, statement_of

IMITATIONS = {
    "the very same": {"fr": "Rivemont"},
    "capitals": {"fr": "RIVEMONT"},
    "a space": {"fr": "Rive mont"},
    "a hyphen": {"fr": "Rive-mont"},
    "a hyphen of another kind": {"fr": "Rive\u2010mont"},
    "an accent": {"fr": "Rívemönt"},
    "our own name": {"en": "Port-Sable"},
    "Greek o": {"fr": "Rivemοnt"},
    "Cyrillic e and o": {"fr": "Rivеmоnt"},
    "Cyrillic i": {"fr": "Rіvemont"},
    "all that Cyrillic has": {"fr": "Rіvеmоnt"},
    "wide letters": {"fr": "Ｒｉｖｅｍｏｎｔ"},
    "letters of mathematics": {"fr": "𝐑𝐢𝐯𝐞𝐦𝐨𝐧𝐭"},
    "letters in circles": {"fr": "Ⓡⓘⓥⓔⓜⓞⓝⓣ"},
    "an i without its dot": {"fr": "Rıvemont"},
    "the same in Arabic": {"ar": "جبل الضفة"},
    "longer by a stroke": {"ar": "جبـل الضفة"},
    "Persian yeh": {"ar": "مینا الرمل"},
    "vowel signs": {"ar": "جَبَل الضفة"},
    "another alphabet for the language": {"fr": "Ривемон"},
}

HIDDEN = {
    "reads backwards": "tnomeviR\u202e",
    "a mark that turns": "Rivemont\u200f",
    "a space without width": "Rive\u200bmont",
    "a hyphen that hides": "Rive\u00admont",
    "a letter that shows nothing": "Rivemont\u3164",
    "a tag": "Rivemont\U000e0041",
    "marks piled up": "Rivemo" + "\u0335" * 9 + "nt",
    "not composed": "Rive\u0301mont",
    "spaces at the end": "Rivemont  ",
    "two lines": "Rivemont\nPort-Sable",
    "nothing": "",
    "a thousand letters": "Rivemont" * 125,
}


@pytest.fixture
def impostor(scene: Scene) -> Town:
    """A city of somebody's own, at an address of its own."""
    town = Town(scene.town.folder.with_name("impostor"), statement_of("Bois-Clair"))
    town.create()
    return town


def test_homoglyph_names_are_pointed_out_to_the_two_who_decide(scene: Scene, impostor: Town) -> None:
    """Every imitation has its warning on the page on which two people compare; the name of another city does not."""
    with scene.port_sable.session() as session:
        row = session.get_one(Partner, 1)
        names = {**scene.town.statement.names, "ar": "جبل الضفة", "es": "مينا الرمل"}
        row.statement = replace(scene.town.statement, names=names).to_json()
    for how, names in IMITATIONS.items():
        impostor.publish(names=names)
        assert scene.propose(impostor.folder).warnings, how
    impostor.publish(names={"fr": "Bois-Clair", "ar": "الغابة المضيئة", "es": "Bosque Claro"})
    assert scene.propose(impostor.folder).warnings == ()


@pytest.mark.parametrize("how", HIDDEN)
def test_homoglyph_names_with_something_hidden_are_refused(scene: Scene, impostor: Town, how: str) -> None:
    """What cannot be seen cannot be decided about: such a name stands in no statement."""
    document = json.loads(impostor.statement.to_json())
    document["names"]["fr"] = HIDDEN[how]
    sign_chain(impostor, 2, impostor.signers, statement=json.dumps(document).encode())

    with pytest.raises(CitycardError) as refused:
        scene.propose(impostor.folder)

    assert refused.value.code == "names"
    assert refused.value.code in SAID
    assert "Rive" not in str(refused.value)


@pytest.mark.parametrize(
    "issuer",
    [
        "https://rivemοnt.example",
        "https://rivеmont.example",
        "https://RIVEMONT.example",
        "https://rivemont.example.",
        "https://rivemont.example/",
        "https://rivemont。example",
        "https://rivemont.example:443",
        "https://rivemont.example@impostor.example",
        "https://rivemont.example\u200b",
        "https://rivemont.example/%20",
        "http://rivemont.example",
    ],
    ids=ascii,
)
def test_homoglyph_addresses_name_no_city(scene: Scene, impostor: Town, issuer: str) -> None:
    """The address stands in every card, and has one spelling: plain ASCII, so that two cities differ to every eye."""
    document = json.loads(impostor.statement.to_json())
    document |= {"issuer": issuer, "status_lists": [f"{issuer}/status/1"]}
    sign_chain(impostor, 2, impostor.signers, statement=json.dumps(document).encode())

    with pytest.raises(CitycardError) as refused:
        scene.propose(impostor.folder)

    assert refused.value.code == "issuer-form"
    assert refused.value.code in SAID


def test_homoglyph_names_gain_no_trust(scene: Scene, impostor: Town) -> None:
    """However alike the names, the impostor's cards are unknown here before two people have compared, and Rivemont's
    are good."""
    impostor.publish(names={"fr": "Rivemont", "en": "Rivemont"})
    scene.propose(impostor.folder)

    assert scene.verdict() is Verdict.OK
    with scene.port_sable.session() as session:
        issuers = {each.url for each in scene.port_sable.checker.trusted(session, now=scene.port_sable.now).trust}
    assert impostor.statement.issuer not in issuers
