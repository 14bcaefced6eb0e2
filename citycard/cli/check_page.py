"""`citycard check-page FILE.html`: the page with which anybody checks a card of this city, as one file.

It is made from what is published. With a present list in it, it decides until that list is 21 days old: make it anew
each week, and whenever keys changed. What is said at the end is for whoever hands it on: the SHA-256 of the file lets
somebody who got it elsewhere compare; the fingerprint is the city's, and stands on the page and on transit sheets.
"""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import click

from citycard.cli.here import here
from citycard.core.errors import CitycardError
from citycard.core.status import StatusList, read_status_list
from citycard.partners.durable import write_durably
from citycard.transit.check_page import of_office, write_check_page
from citycard.transit.published import Published, published


@click.command("check-page")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--without-lists", is_flag=True, help="Without the lists of ended cards: they are opened on the page.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def check_page(ctx: click.Context, file: Path, without_lists: bool, as_json: bool) -> None:
    """Write the check page to FILE: one HTML file that works from a stick, without a network."""
    place, now = here(ctx), datetime.now(UTC)
    settings = place.office.settings
    with place.transaction() as session:
        try:
            found = published(session, place.office)
        except FileNotFoundError:
            raise CitycardError("This office has published nothing yet.", code="transit-unpublished") from None
    lists = [] if without_lists else _held(found, now)
    content = write_check_page(of_office(found, settings, made_on=settings.today(now), with_lists=not without_lists))
    write_durably(file, content)
    ends = min((held.expires_at for held in lists), default=None)
    said = {
        "file": str(file),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "fingerprint": " ".join(found.fingerprint.digits),
        "words": " ".join(found.fingerprint.words),
        "lists": len(lists),
        "decides_until": ends.astimezone(settings.zone).date().isoformat() if ends else None,
    }
    if as_json:
        click.echo(json.dumps(said, indent=1))
        return
    click.echo(f"{file} is written, {len(content) // 1024} kB.")
    click.echo(f"SHA-256      {said['sha256']}")
    click.echo(f"Fingerprint  {said['fingerprint']}")
    click.echo(f"             {said['words']}")
    if ends:
        click.echo(f"It decides until {said['decides_until']}; make it anew each week.")
    else:
        click.echo("It holds no list of ended cards: it confirms no card before somebody opens a list on it.")


def _held(found: Published, now: datetime) -> list[StatusList]:
    """The lists as a reader of the page would hold them today."""
    return [read_status_list(token, issuer=found.issuer, uri=uri, now=now) for uri, token in found.lists.items()]


COMMANDS = (check_page,)
