"""`citycard lists show | add`: the lists of ended cards, how full they are, and more of them.

When more are needed and in which order they are announced and made stands in `citycard.operations.places`.
"""

import json

import click

from citycard.cli.here import here, who
from citycard.operations import audit, places
from citycard.operations.status_lists import ANNOUNCED


@click.group()
def lists() -> None:
    """The lists of ended cards: how full they are, and announcing more."""


@lists.command("show")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Show each list and how many of its places are taken. A list takes new cards until it is half full."""
    with here(ctx).transaction() as session:
        found = places.usage(session)
    if as_json:
        rows = [{"no": each.no, "uri": each.uri, "size": each.size, "taken": each.taken} for each in found]
        click.echo(json.dumps(rows, indent=1))
        return
    for each in found:
        click.echo(f"{each.taken:>9,} of {each.size:,} taken  {each.uri}" + ("  half full" if each.half_full else ""))
    if places.scarce(found):
        click.echo("Announce more soon, with the offline keys at hand: citycard lists add")


@lists.command("add")
@click.argument("how_many", type=click.IntRange(1, 16), default=ANNOUNCED)
@click.pass_context
def add(ctx: click.Context, how_many: int) -> None:
    """Announce HOW_MANY more lists (default: 4) in a new statement, and publish them (needs the targets key).

    Partner cities know them when they next ask; cards are given places in them when the lists before are half full.
    """
    place = here(ctx)
    desk = place.desk()
    with place.transaction() as session:
        # The log before the lists, as everywhere (`operations.cards.move`).
        today = place.office.settings.today(desk.now)
        audit.record(session, audit.Act.STATEMENT_PUBLISHED, by=who(), day=today, chance=desk.chance)
        new = places.add(session, place.ring, how_many, now=desk.now)
    for uri in new:
        click.echo(f"announced  {uri}")
    click.echo("Bring the offline folder back to its safe.")


COMMANDS = (lists,)
