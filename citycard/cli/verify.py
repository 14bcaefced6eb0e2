"""`citycard verify`: is this card good? From files alone, with the same function that every desk uses.

1. Whose cards count: the office's own and its recognised partners' (`--office`, or the present folder), or the cities
   in the folders given with `--trust`, each by a fingerprint that was compared (`--fingerprint`).
2. The card: a text, or a picture in which its code is found.
3. The verdict. Fields of the holder are printed only when it is good.

Exit codes: 0 the card is good (OK, OK_STALE); 1 it is not; 2 wrong use, or a file that cannot be read.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from sqlalchemy.orm import Session

from citycard.cli.here import Here, here
from citycard.core.errors import CardRefused, CitycardError
from citycard.core.number import printed_number
from citycard.core.status import StatusList
from citycard.core.trust import TrustStore
from citycard.core.verify import Desk, VerifiedCard
from citycard.core.verify import verify as check

LONGEST_FILE = 10 * 1024 * 1024
"""As large as a portrait may be; a telephone's picture has 3 to 8 MB."""

PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
"""How JPEG, PNG and WebP begin. A card's code cannot: two begin outside ASCII, and RIFF is told by its length."""

GOOD, REFUSED, WRONG_USE = 0, 1, 2

SENTENCES = {
    "MALFORMED": "This is not the code of a city card, or it is damaged.",
    "WRONG_TYPE": "This is signed, but it is not a card.",
    "UNKNOWN_ISSUER": "The card's city, or its key, is not among those that count here.",
    "BAD_SIGNATURE": "The signature is not good: the code was changed or forged.",
    "KEY_REVOKED": "The city's key for this card is compromised, or was not in use on that day.",
    "UNSUPPORTED": "The card is of a newer kind than this reader knows: update it.",
    "NOT_YET": "The card begins on a later day.",
    "EXPIRED": "The card's last day is over.",
    "REVOKED": "The city ended this card.",
    "SUSPENDED": "The city suspended this card.",
    "STALE_STATUS": "No list of ended cards is at hand for it, or only one that is too old.",
    "NOT_ACCEPTED": "The card is good, but not accepted here.",
    "OK_STALE": "The card is good, by a list of ended cards that is more than a day old.",
    "OK": "The card is good.",
}
"""For the terminal, in English; the pages say it in the reader's language."""

NOT_CHECKED = {
    "face": "whether the bearer is the person in the picture",
    "portrait": "the printed portrait (it is not in this code)",
    "name": "the printed name (it is not in this code)",
}


@dataclass(frozen=True)
class Trusted:
    """Whose cards count, and which have ended."""

    trust: TrustStore
    lists: Mapping[str, StatusList]
    rules: Desk


@click.command("verify")
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--trust",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder that a city published (citycard publish); may be repeated. The office is then not asked.",
)
@click.option(
    "--fingerprint",
    "fingerprints",
    multiple=True,
    help="For each --trust, in the same order: the fingerprint that you compared, as digits, words or hex.",
)
@click.option("--demo", "allow_demo", is_flag=True, help="With --trust: accept cities of a demonstration.")
@click.pass_context
def verify(
    ctx: click.Context,
    file: Any,
    as_json: bool,
    folders: tuple[Path, ...],
    fingerprints: tuple[str, ...],
    allow_demo: bool,
) -> None:
    """Check the card in FILE (a text or a picture; "-" for standard input), offline.

    Exit code 0: good. 1: not good. 2: wrong use, or a file that cannot be read.
    """
    now = datetime.now(UTC)
    try:
        # (1)
        trusted = _carried(folders, fingerprints, now, allow_demo) if folders else trusted_by_the_office(here(ctx), now)
        # (2)
        text = code_in(file.read(LONGEST_FILE + 1), trusted.trust)
    except CitycardError as error:
        _cannot(error, as_json=as_json)
    # (3)
    try:
        card = check(text, trust=trusted.trust, lists=trusted.lists, now=now, desk=trusted.rules)
    except CardRefused as refusal:
        _show({"verdict": refusal.verdict.value, "reason": refusal.reason}, as_json=as_json)
        sys.exit(REFUSED)
    _show(_said(card), as_json=as_json)
    sys.exit(GOOD)


def _carried(folders: Sequence[Path], fingerprints: Sequence[str], now: datetime, allow_demo: bool) -> Trusted:
    from citycard.partners.offline import read_folder

    if len(folders) != len(fingerprints):
        raise click.UsageError(
            "Each --trust needs its --fingerprint: a folder cannot vouch for itself. "
            "Ask the city, on a number that you know; there, citycard keys fingerprint shows it."
        )
    carried = [
        read_folder(folder, fingerprint=compared, now=now, allow_demo=allow_demo)
        for folder, compared in zip(folders, fingerprints, strict=True)
    ]
    lists = {uri: held for each in carried for uri, held in each.lists.items()}
    return Trusted(TrustStore(each.issuer for each in carried), lists, Desk())


def trusted_by_the_office(place: Here, now: datetime) -> Trusted:
    """Return whom and what the office at `place` trusts just now."""
    from citycard.operations.check import Checker
    from citycard.operations.counting import ScanCounters

    with Session(place.engine.execution_options(read_only=True)) as session:
        # What is asked on the command line is counted nowhere.
        held = Checker(place.office, ScanCounters()).trusted(session, now=now)
    return Trusted(held.trust, held.lists, held.rules())


def code_in(content: bytes, trust: TrustStore) -> str:
    """Return the card's text in `content`; what is neither picture nor text is left to the verdict."""
    if len(content) > LONGEST_FILE:
        raise CitycardError("The file is larger than 10 MB.", code="file-large")
    if content.startswith(PICTURES[:2]) or (content.startswith(PICTURES[2]) and content[8:12] == b"WEBP"):
        from citycard.operations.picture_code import card_in

        return card_in(content, trust=trust)
    # A text file ends with a line end that is not the card's; a space may be, and stays.
    return content.decode("utf-8", errors="replace").rstrip("\r\n")


def _said(card: VerifiedCard) -> dict[str, Any]:
    identity = card.identity
    fields = {
        "number": printed_number(identity.number),
        "full_name": identity.full_name,
        "own_script_name": identity.own_script_name,
        "date_of_birth": _birth(identity.date_of_birth),
        "address": identity.address,
        "location": identity.location,
        "language": identity.language,
        "country": identity.country,
        "portrait": f"in the code, {len(identity.portrait)} bytes" if identity.portrait else None,
    }
    return {
        "verdict": card.verdict.value,
        "issuer": card.issuer.url,
        "city": card.issuer.names.get("en") or next(iter(card.issuer.names.values()), ""),
        "code": "full" if card.full else "light",
        "issued_on": card.issued_on.isoformat(),
        "last_day": card.last_day.isoformat(),
        "expires_at": card.expires_at.isoformat(),
        "status_age_seconds": int(card.status_age.total_seconds()),
        "not_checked": list(card.not_checked),
        "holder": {name: value for name, value in fields.items() if value is not None},
    }


def _birth(text: str | None) -> str | None:
    if text is None or len(text) == 4:
        return text
    return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()


def _show(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return
    verdict = found["verdict"]
    rows = [("verdict", verdict), ("", SENTENCES[verdict])]
    if "reason" in found:
        rows.append(("reason", found["reason"]))
    if "holder" in found:
        rows += [
            ("city", f"{found['city']} ({found['issuer']})"),
            ("issued", found["issued_on"]),
            ("last day", found["last_day"]),
            ("list of ended cards", f"{found['status_age_seconds'] // 60} minutes old"),
            *((name.replace("_", " "), value.replace("\n", ", ")) for name, value in found["holder"].items()),
            ("not checked", "; ".join(NOT_CHECKED[name] for name in found["not_checked"])),
        ]
    for name, value in rows:
        click.echo(f"{name:21}{value}")


def _cannot(error: CitycardError, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"error": error.code, "sentence": str(error)}, indent=1, ensure_ascii=False))
    else:
        click.echo(f"Error: {error} [{error.code}]", err=True)
    sys.exit(WRONG_USE)


COMMANDS = (verify,)
