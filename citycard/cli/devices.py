"""`citycard desks devices list | add | withdraw`, `citycard desks bundle FILE`: desks that work without a network."""

import io
from pathlib import Path

import click
import qrcode

from citycard.cli.here import here, who
from citycard.operations import devices as operations
from citycard.operations.desk_bundle import Bundles, device_fingerprint
from citycard.operations.refusals import NotFound
from citycard.partners.durable import write_durably
from citycard.services.register import Register


@click.group()
def devices() -> None:
    """Tablets that check cards without a network: list, add, withdraw."""


@devices.command("list")
@click.pass_context
def list_devices(ctx: click.Context) -> None:
    """Show the devices, and on which day each fetched its lists."""
    with here(ctx).transaction() as session:
        for row in operations.everyone(session):
            state = "withdrawn" if not row.active else "" if row.token_hash else "not enrolled"
            seen = row.seen_on.isoformat() if row.seen_on else "never"
            click.echo(f"{row.name:32}{state:14}{seen:12}{row.service or ''}".rstrip())


@devices.command("add")
@click.argument("name")
@click.option("--service", metavar="ID", help="The service of the register for which it checks.")
@click.pass_context
def add(ctx: click.Context, name: str, service: str | None) -> None:
    """Add a device called NAME and show the code that enrols it: once, within a quarter of an hour."""
    place = here(ctx)
    if service is not None:
        register = Register(place.office.folder, language=place.office.settings.default_language)
        if service not in [one.id for one in register.services()]:
            raise NotFound("There is no such service in the register.", code="no-service")
    desk = place.desk()
    with place.transaction() as session:
        row = operations.propose(session, desk, name=name, service=service, by=who())
        token = operations.invitation(row, desk)
    text = operations.address(desk, token or "", root=place.office.settings.issuer)
    click.echo(_drawn(text))
    click.echo(text)


@devices.command("withdraw")
@click.argument("name")
@click.pass_context
def withdraw(ctx: click.Context, name: str) -> None:
    """Make the token of the device called NAME worthless: it forgets everything when it next asks for the lists."""
    place = here(ctx)
    with place.transaction() as session:
        operations.withdraw(session, place.desk(), operations.named(session, name), by=who())
    click.echo(f"{name}: withdrawn.")


@click.command("bundle")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def bundle(ctx: click.Context, file: Path) -> None:
    """Write what devices fetch into FILE, for one that has no network: lists of ended cards, keys, services.

    A device believes it by the fingerprint of this city, which it was given when it was enrolled.
    """
    place = here(ctx)
    desk = place.desk()
    settings = place.office.settings
    services = Register(place.office.folder, language=settings.default_language).now(settings.today(desk.now))
    with place.transaction() as session:
        made = Bundles().current(session, place.ring, services=services, now=desk.now)
    write_durably(file.absolute(), made.data)
    click.echo(f"{file}: {len(made.data)} bytes, good for 21 days.")
    click.echo(f"The fingerprint of this city: {' '.join(device_fingerprint(place.office).digits)}")
    for each in made.left_out:
        click.echo(f"Devices will not believe {each.issuer}: {each.code}.")


def _drawn(text: str) -> str:
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, border=2)
    code.add_data(text)
    out = io.StringIO()
    code.print_ascii(out=out, invert=True)
    return out.getvalue()
