"""`citycard keys new | list | fingerprint`: the office's keys and what others compare."""

import json
from datetime import UTC, datetime, timedelta

import click

from citycard.cli.here import here, who
from citycard.core.keys import KeyState
from citycard.keystore.ring import KeyRing, Purpose
from citycard.operations import audit, publish
from citycard.operations.found import YEAR
from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint


@click.group()
def keys() -> None:
    """The office's keys: make, list, and the fingerprint that other cities compare."""


@keys.command("new")
@click.argument("purpose", type=click.Choice([each.value for each in (Purpose.CARD, Purpose.STATUS, Purpose.BUNDLE)]))
@click.option("--algorithm", type=click.Choice(["ES256", "EdDSA"]), default="ES256", help="How it signs.")
@click.option("--state", type=click.Choice(["standby", "active"]), default="standby", help="Whether it signs at once.")
@click.option("--days", type=click.IntRange(1, YEAR.days), default=YEAR.days, help="How long it signs; a year at most.")
@click.option("--publish/--no-publish", "and_publish", default=True, help="Publish it (needs the targets key).")
@click.pass_context
def new(ctx: click.Context, purpose: str, algorithm: str, state: str, days: int, and_publish: bool) -> None:
    """Make a new key for PURPOSE and publish it in the city's statement."""
    if state == "active" and not and_publish:
        raise click.UsageError("A key that signs at once must be published: no partner could read its cards.")
    place = here(ctx)
    now = datetime.now(UTC)
    ring = place.ring.with_new(
        Purpose(purpose),
        curve="P-256" if algorithm == "ES256" else "Ed25519",
        state=KeyState(state),
        first_day=now.date(),
        last_day=now.date() + timedelta(days=days),
    )
    kid = ring.entries[-1].public.kid.hex()
    if and_publish:
        # Published before it is saved as usable: nobody may meet a card whose key no partner could know.
        publish.publish_statement(ring, now=now)
    ring.save()
    with place.transaction() as session:
        today = place.office.settings.today(now)
        audit.record(session, audit.Act.KEYS_CHANGED, by=who(), day=today, chance=place.desk().chance)
    click.echo(f"{purpose} key {kid} is {state}" + (" and published." if and_publish else ". Not yet published."))


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def list_keys(ctx: click.Context, as_json: bool) -> None:
    """Show every key: its name, what it is for, its state and days, where the private part lies."""
    ring: KeyRing = here(ctx).ring
    rows = [
        {
            "kid": entry.public.kid.hex(),
            "purpose": entry.purpose.value,
            "algorithm": "ES256" if entry.public.curve == "P-256" else "EdDSA",
            "state": entry.state.value,
            "first_day": entry.first_day.isoformat(),
            "last_day": entry.last_day.isoformat(),
            "kept": "offline" if entry.purpose.offline else entry.uri.partition(":")[0],
        }
        for entry in ring.entries
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    click.echo(f"{'kid':18}{'purpose':11}{'algorithm':11}{'state':13}{'first day':12}{'last day':12}kept")
    for row in rows:
        click.echo(
            f"{row['kid']:18}{row['purpose']:11}{row['algorithm']:11}{row['state']:13}"
            f"{row['first_day']:12}{row['last_day']:12}{row['kept']}"
        )


@keys.command("fingerprint")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def fingerprint(ctx: click.Context, as_json: bool) -> None:
    """Show the fingerprint of our root, to be read to another city over the telephone."""
    office = here(ctx).office
    mark = Fingerprint.of(repository.current_root(office.published))
    if as_json:
        shown = {"issuer": office.settings.issuer, "sha256": mark.hex, "digits": mark.digits, "words": mark.words}
        click.echo(json.dumps(shown, indent=1))
        return
    click.echo(office.settings.issuer)
    click.echo("digits  " + " ".join(mark.digits))
    click.echo("words   " + " ".join(mark.words))


COMMANDS = (keys,)
