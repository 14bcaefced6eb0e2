"""The practice counter: one office of an invented city, made anew each time, for trainees and ten stories (`practice`).

1. It is an office like any other, under an address that ends in `.invalid`: no reader outside a demonstration accepts
   its cards, and each of them says on both sides what it is. `training` in its settings puts the banner on every page
   and opens the page of stories.
2. Two clerks, so that a second one can look again; a supervisor, because whoever enrols may not approve; a desk.
   Somebody alone plays two of them in two windows: a browser keeps 127.0.0.1 and localhost apart.
3. The organisations of the stories are in its register, so that their letters count.
4. Every start begins the day afresh: what an earlier one made is removed, and nobody practises on what others left.
"""

from collections.abc import Sequence
from pathlib import Path

import click

from citycard.demo import offices
from citycard.demo.both import Running
from citycard.demo.offices import PASSWORD, CityOffice, Say
from citycard.operations import organisations
from citycard.store.organisations import Attests
from citycard.store.staff import Role

CITY = "ville-exercice"

SETTINGS: dict[str, object] = {
    "issuer": f"https://{CITY}.training.invalid",
    "country": "FR",
    "time_zone": "Europe/Paris",
    "default_language": "fr",
    "contact": "Mairie de Ville-Exercice, 1 place de l’Essai",
    "colour": "#4a3f8f",
    "training": True,
    "names": {"fr": "Ville-Exercice", "en": "Practice Town", "es": "Villa Práctica", "ar": "مدينة التدريب"},
}

CAST: dict[str, Role] = {
    "amel": Role.CLERK,
    "farid": Role.CLERK,
    "bruno": Role.SUPERVISOR,
    "desk": Role.DESK,
    "chloe": Role.ADMINISTRATOR,
}

_DOES = {
    "amel": "enrols, issues, prints, hands over",
    "farid": "the second clerk, who looks again",
    "bruno": "approves",
    "desk": "checks cards",
    "chloe": "looks after accounts",
}

ORGANISATIONS: dict[str, frozenset[Attests]] = {
    "Maison des Hirondelles": frozenset({Attests.CARE_OF, Attests.MINORS}),
    "Résidence des Marronniers": frozenset({Attests.CARE_OF}),
    "Entraide du Port": frozenset({Attests.CARE_OF, Attests.LIVES_HERE}),
}

LETTERS_COUNT = 92
"""Days, as in the evidence rules that the stories were written for."""

_OURS = frozenset({"logs", ".lock"} | {f"{CITY}{part}" for part in ("", "-secrets", "-offline")})


def prepare(folder: Path, *, say: Say = click.echo) -> CityOffice:
    """Return a new practice office in `folder`; an earlier one is removed (4)."""
    offices.clear(folder, ours=_OURS)
    say("Making a town to practise in …")
    city = offices.found(folder, CITY, settings=SETTINGS, cast=CAST, say=say)
    # (3)
    desk = city.desk()
    day = desk.office.settings.today(desk.now)
    with city.transaction() as session:
        for name, attests in ORGANISATIONS.items():
            organisations.add(
                session,
                name=name,
                attests=attests,
                letter_days=LETTERS_COUNT,
                first_day=day,
                last_day=None,
                by="chloe",
                day=day,
                chance=desk.chance,
            )
    return city


def welcome(servers: Sequence[Running]) -> str:
    """Return what the terminal says when it is up (2)."""
    (server,) = servers
    rows = [f"    {name:7} {role.replace('_', ' '):15} {_DOES[name]}" for name, role in CAST.items()]
    return "\n".join(
        [
            "",
            f"  TRAINING in {server.city.name}. Nobody there is real, and no card made there is good anywhere.",
            "",
            f"  Clerk       {server.url}",
            f"  Supervisor  http://localhost:{server.port}   the same office, in a second window",
            "",
            f"  Sign in with the password  {PASSWORD}",
            *rows,
            "",
            "  The ten stories are on the page “Practice”. For a fresh day, end this and start it again.",
            "",
            "  Ctrl-C ends it.",
        ]
    )
