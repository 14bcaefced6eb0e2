"""`citycard keys new | rotate | retire | compromise | rotate-root | list | fingerprint`: keys, and what others compare.

In which order keys.json and the statement are written, and why, stands in `citycard.operations.key_changes`.
"""

import json
import sys
from datetime import UTC, datetime, timedelta

import click
from click.core import ParameterSource

from citycard.cli.here import Here, here, who
from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState
from citycard.keystore.ring import Entry, KeyRing, Purpose
from citycard.operations import audit, key_ceremony, key_changes
from citycard.operations.doctor.endings import STEPS
from citycard.operations.found import ROOT_LIFE, YEAR
from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint


@click.group()
def keys() -> None:
    """The office's keys: make, replace, list, and the fingerprint that other cities compare."""


@keys.command("new")
@click.argument("purpose", type=click.Choice([each.value for each in Purpose if each is not Purpose.ROOT]))
@click.option("--algorithm", type=click.Choice(["ES256", "EdDSA"]), default="ES256", help="How it signs.")
@click.option("--state", type=click.Choice(["standby", "active"]), default="standby", help="Whether it signs at once.")
@click.option("--days", type=click.IntRange(1, YEAR.days), default=YEAR.days, help="How long it signs; a year at most.")
@click.option("--publish/--no-publish", "and_publish", default=True, help="Publish it (needs the targets key).")
@click.pass_context
def new(ctx: click.Context, purpose: str, algorithm: str, state: str, days: int, and_publish: bool) -> None:
    """Make a new key for PURPOSE and publish it.

    card, status and bundle keys come beside the old ones, into the statement (needs the targets key); a standby key is
    kept in the offline folder. targets, snapshot and timestamp keys replace the old one (needs the root key), marks too
    (needs the targets key), and audit: these sign at once, with EdDSA, and take no option but --days.
    """
    kind = Purpose(purpose)
    listed = kind.use is not None
    given = {name for name in ("algorithm", "state", "and_publish") if _was_given(ctx, name)}
    if not listed and given:
        raise click.UsageError(f"A new {purpose} key replaces the old one at once; only --days can be chosen.")
    if state == "active" and not and_publish:
        raise click.UsageError("A key that signs at once must be published: no partner could read its cards.")
    place = here(ctx)
    now = datetime.now(UTC)
    ring = key_changes.add(
        place.ring,
        kind,
        curve="P-256" if listed and algorithm == "ES256" else "Ed25519",
        state=KeyState(state) if listed else KeyState.ACTIVE,
        first_day=now.date(),
        last_day=now.date() + timedelta(days=days),
        now=now,
        and_publish=and_publish,
    )
    _note(place, now)
    made = ring.entries[-1]
    if listed:
        click.echo(
            f"{purpose} key {made.kid} is {made.state}" + (" and published." if and_publish else ". Not yet published.")
        )
        return
    click.echo(f"{purpose} key {made.kid} is active; the one before is retired.")
    if kind in key_changes.TUF:
        click.echo("Partners follow by themselves. New ones compare another fingerprint: citycard keys fingerprint")


@keys.command("retire")
@click.argument("kid")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def retire(ctx: click.Context, kid: str, yes: bool) -> None:
    """Let the key named KID sign no more. Its cards stay good to their last day.

    The last active key of its purpose is not retired. It stops signing here first, and is then published as retired
    (needs the targets key).
    """
    place, now = here(ctx), datetime.now(UTC)
    entry = place.ring.named(kid.lower())
    if not yes:
        click.confirm(f"Shall the {entry.purpose} key {entry.kid} ({entry.state}) never sign again?", abort=True)
    change = key_changes.retire(place.ring, entry.kid, now=now)
    _note(place, now)
    click.echo(f"{entry.purpose} key {entry.kid} is retired: it signs no more.")
    _end(change.problem)


@keys.command("compromise")
@click.argument("kid")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def compromise(ctx: click.Context, kid: str, yes: bool) -> None:
    """Say that the key named KID was stolen: for ever, and to every city.

    It stops signing here first. Then it is marked for partner cities, with keys of this server alone: nobody has to
    come to the safe for that. Then a standby key takes its place, or a new one where none waits, and the statement is
    published (all this needs the offline folder). What could not be done is told; the same command again does the rest.
    """
    place, now = here(ctx), datetime.now(UTC)
    entry = place.ring.named(kid.lower())
    if not yes:
        click.echo("Every card of a compromised key is refused everywhere. This cannot be taken back.")
        click.confirm(f"Is the {entry.purpose} key {entry.kid} ({entry.state}) compromised?", abort=True)
    change = key_changes.compromise(place.ring, entry.kid, now=now)
    click.echo(f"{entry.purpose} key {entry.kid} is compromised: it signs no more.")
    if change.marked:
        click.echo("It is marked: every partner city refuses it from when it next asks.")
    if change.promoted:
        click.echo(f"{entry.purpose} key {change.promoted.kid} signs in its place.")
    if change.made:
        click.echo(f"{entry.purpose} key {change.made.kid} is new, and signs in its place.")
    problem = change.problem
    _note(place, now)
    if entry.purpose is Purpose.STATUS:
        lists = _sign_lists_anew(place, change.ring, now)
        problem = problem or lists
    if entry.purpose is Purpose.CARD:
        with place.transaction() as session:
            signed = key_changes.signed_by(session, entry.kid, today=place.office.settings.today(now))
        click.echo(f"Cards it signed: {signed.ever}; of these in use: {signed.in_use}.")
    if problem is None:
        click.echo("The statement is published.")
    else:
        click.echo(f"Error: {problem} [{problem.code}]", err=True)
    _say_what_is_next(place, entry, change.ring, now, problem)
    if problem is not None:
        sys.exit(1)


@keys.command("rotate")
@click.option(
    "--within",
    type=click.IntRange(0, ROOT_LIFE.days),
    default=STEPS[0],
    show_default=True,
    help="Days: what ends within so many is replaced.",
)
@click.pass_context
def rotate(ctx: click.Context, within: int) -> None:
    """Replace every key that ends soon, or is missing: the yearly change, in one go (needs the offline folder).

    Old card, status and bundle keys go on to their last day beside the new ones; their cards stay good. When something
    keeps it from finishing, the same command does what is left.
    """
    place, now = here(ctx), datetime.now(UTC)
    made = []
    try:
        for entry in key_changes.rotate(place.ring, within=within, now=now):
            made.append(entry)
            click.echo(f"{entry.purpose} key {entry.kid} is {entry.state}, until {entry.last_day}.")
    finally:
        if made:
            _note(place, now)
    for purpose in key_changes.by_hand(place.ring):
        click.echo(f"The {purpose} key is no file of ours: replace it by hand, in its device and in keys.json.")
    if not made:
        click.echo(f"No key ends within {within} days, and none is missing.")
        return
    click.echo("Next:")
    if {entry.purpose for entry in made} & {Purpose.ROOT, *key_changes.TUF}:
        click.echo("  - new partners compare another fingerprint from now on: citycard keys fingerprint")
    click.echo("  - copy the offline folder to both sticks, read one of them back, and bring them to their safes")
    click.echo("  - look once more: citycard doctor")


@keys.command("rotate-root")
@click.option("--days", type=click.IntRange(1, ROOT_LIFE.days), default=ROOT_LIFE.days, help="Until the next time.")
@click.pass_context
def rotate_root(ctx: click.Context, days: int) -> None:
    """Replace the root key, with the old one at hand: partners follow from one to the other by themselves.

    Do it with a second person, as all that is done with the offline folder.
    """
    place, now = here(ctx), datetime.now(UTC)
    (*_, old) = place.ring[Purpose.ROOT]
    ring = key_changes.rotate_root(place.ring, last_day=now.date() + timedelta(days=days), now=now)
    _note(place, now)
    click.echo(f"root key {ring.entries[-1].kid} is active; the one before is retired.")
    click.echo("Partners follow when they next ask. New ones compare another fingerprint: citycard keys fingerprint")
    click.echo("Next:")
    click.echo("  - copy the offline folder to both sticks, and read one of them back")
    click.echo(
        f"  - delete the old key ({old.uri.partition(':')[2]}) from both: nothing needs it, and a thief could use it"
    )
    click.echo("  - bring the sticks back to their safes")


def _sign_lists_anew(place: Here, ring: KeyRing, now: datetime) -> CitycardError | None:
    with place.transaction() as session:
        try:
            key_changes.sign_lists_anew(session, ring, now=now)
        except CitycardError as refused:
            return refused  # they stay marked, and are signed as soon as there is a key
    click.echo("The lists of ended cards are signed by another key.")
    return None


def _say_what_is_next(place: Here, entry: Entry, ring: KeyRing, now: datetime, problem: CitycardError | None) -> None:
    """One list, in the order in which things are done."""
    kind, stick = entry.purpose, place.office.offline.is_dir()
    able = [each for each in ring[kind] if each.signs_on(now.date())]
    again = f"give this command again, it does what is left: citycard keys compromise {entry.kid}"
    steps = []
    if problem is not None:
        steps.append(f"mend what the error says, then {again}" if stick else f"bring the offline folder, then {again}")
    elif not able:
        steps.append(f"no {kind} key can sign, make one: citycard keys new {kind} --state active")
    steps.append("call your partner cities: each refuses the key when it next asks, and can ask at once")
    steps.append("where your files are read from a folder or a stick, write them anew: citycard publish FOLDER")
    if kind is Purpose.CARD:
        steps.append("say publicly that these cards are refused from now on; each holder is enrolled anew, with papers")
        if not any(each.state is KeyState.STANDBY for each in ring[kind]):
            steps.append("make the next standby key: citycard keys new card")
    if stick:
        steps.append("bring the offline folder back to its safe")
    click.echo("Next:")
    for no, step in enumerate(steps, start=1):
        click.echo(f"  {no}. {step}")


def _note(place: Here, now: datetime) -> None:
    with place.transaction() as session:
        today = place.office.settings.today(now)
        audit.record(session, audit.Act.KEYS_CHANGED, by=who(), day=today, chance=place.desk().chance)


def _end(problem: CitycardError | None) -> None:
    if problem is not None:
        click.echo(
            f"Error: {problem} [{problem.code}] It is done here, and not all of it is published. "
            "Bring the offline folder and give the same command again.",
            err=True,
        )
        sys.exit(1)
    click.echo("The statement is published.")


def _was_given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def list_keys(ctx: click.Context, as_json: bool) -> None:
    """Show every key: its name, what it is for, its state and days, where the private part lies."""
    place = here(ctx)
    today = place.office.settings.today(datetime.now(UTC))
    rows = [
        {
            "kid": entry.kid,
            "purpose": entry.purpose.value,
            "algorithm": "ES256" if entry.public.curve == "P-256" else "EdDSA",
            "state": entry.state.value,
            "first_day": entry.first_day.isoformat(),
            "last_day": entry.last_day.isoformat(),
            "days_left": (entry.last_day - today).days,
            "kept": "offline" if entry.offline else entry.uri.partition(":")[0],
        }
        for entry in place.ring.entries
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    click.echo(
        f"{'kid':18}{'purpose':11}{'algorithm':11}{'state':13}{'first day':12}{'last day':12}{'days left':11}kept"
    )
    for row in rows:
        waits = row["state"] in (KeyState.ACTIVE, KeyState.STANDBY) and int(row["days_left"]) <= STEPS[0]
        click.echo(
            f"{row['kid']:18}{row['purpose']:11}{row['algorithm']:11}{row['state']:13}"
            f"{row['first_day']:12}{row['last_day']:12}{row['days_left']:<11}{row['kept']}"
            + ("  replace it soon" if waits else "")
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


@keys.command("ceremony")
@click.pass_context
def ceremony(ctx: click.Context) -> None:
    """Print the minutes of a key ceremony: a page to tick and sign, for the two people who bring the sticks.

    It changes nothing, and needs no key.
    """
    click.echo(key_ceremony.minutes(here(ctx).ring, now=datetime.now(UTC)), nl=False)


COMMANDS = (keys,)
