"""`citycard staff add | list | close | reopen | password` and `citycard desks add | list | withdraw`.

`citycard desks devices` and `citycard desks bundle` stand in `devices`.
"""

from datetime import date
from typing import TypedDict

import click
from sqlalchemy import select

from citycard.cli.desk_page import page_fingerprint
from citycard.cli.devices import bundle, devices
from citycard.cli.here import Here, here, who
from citycard.core.number import Chance
from citycard.operations import staff as operations
from citycard.operations.refusals import NotFound
from citycard.services.register import Register
from citycard.settings import LANGUAGES
from citycard.store.staff import DeskToken, Role, Staff


@click.group()
def staff() -> None:
    """People who work here: add, list, close, reopen, give another password."""


class _Noted(TypedDict):
    by: str
    day: date
    chance: Chance


def _noted(place: Here) -> _Noted:
    """Return what every change notes in the audit log."""
    desk = place.desk()
    return {"by": who(), "day": place.office.settings.today(desk.now), "chance": desk.chance}


@staff.command("add")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--language", type=click.Choice(LANGUAGES), help="The language of their pages.")
@click.option("--small-town", is_flag=True, help="Allow roles that should be two people, where there are not two.")
@click.password_option(help="Asked for, if not given.")
@click.pass_context
def add(
    ctx: click.Context, name: str, roles: tuple[str, ...], language: str | None, small_town: bool, password: str
) -> None:
    """Add NAME, who signs in with it: a pseudonym is welcome."""
    place = here(ctx)
    with place.transaction() as session:
        operations.add(
            session,
            name=name,
            password=password,
            roles=[Role(role) for role in roles],
            language=language,
            allow_small_town=small_town,
            **_noted(place),
        )
    click.echo(f"{name} may sign in.")


@staff.command("list")
@click.pass_context
def list_staff(ctx: click.Context) -> None:
    """Show who may sign in, and as what."""
    with here(ctx).transaction() as session:
        for row in session.scalars(select(Staff).order_by(Staff.name)):
            click.echo(f"{row.name:24}{'' if row.active else 'closed':8}{row.roles.replace(',', ', ')}")


@staff.command("close")
@click.argument("name")
@click.pass_context
def close(ctx: click.Context, name: str) -> None:
    """Close NAME's account; their sign-ins end at once."""
    _set_active(here(ctx), name, active=False)


@staff.command("reopen")
@click.argument("name")
@click.pass_context
def reopen(ctx: click.Context, name: str) -> None:
    """Reopen NAME's account."""
    _set_active(here(ctx), name, active=True)


def _set_active(place: Here, name: str, *, active: bool) -> None:
    with place.transaction() as session:
        row = operations.find(session, name)
        operations.set_active(session, row, active, **_noted(place))
    click.echo(f"{name}: {'open' if active else 'closed'}.")


@staff.command("password")
@click.argument("name")
@click.password_option(help="Asked for, if not given.")
@click.pass_context
def password(ctx: click.Context, name: str, password: str) -> None:
    """Give NAME another password; their sign-ins end."""
    place = here(ctx)
    with place.transaction() as session:
        row = operations.find(session, name)
        operations.set_password(session, row, password, **_noted(place))
    click.echo(f"{name} has another password.")


@click.group()
def desks() -> None:
    """Desks that ask the API with a token: add, list, withdraw. Devices without a network: devices, bundle."""


@desks.command("add")
@click.argument("name")
@click.option("--field", "fields", multiple=True, type=click.Choice(operations.DESK_FIELDS), help="What it may see.")
@click.option("--service", metavar="ID", help="The service of the register for which it asks, instead of fields.")
@click.pass_context
def add_desk(ctx: click.Context, name: str, fields: tuple[str, ...], service: str | None) -> None:
    """Add a desk called NAME and show its token, once.

    With --service the API says whether a card opens that service, and answers with what the service needs.
    """
    place = here(ctx)
    if service is not None:
        register = Register(place.office.folder, language=place.office.settings.default_language)
        if service not in [one.id for one in register.services()]:
            raise NotFound("There is no such service in the register.", code="no-service")
    with place.transaction() as session:
        _, token = operations.add_desk(session, name=name, fields=fields, service=service, **_noted(place))
    click.echo(token)


@desks.command("list")
@click.pass_context
def list_desks(ctx: click.Context) -> None:
    """Show the desks, and what each may see."""
    with here(ctx).transaction() as session:
        for row in session.scalars(select(DeskToken).order_by(DeskToken.name)):
            sees = f"for {row.service}" if row.service else row.fields.replace(",", ", ")
            click.echo(f"{row.name:24}{'' if row.active else 'withdrawn':11}{sees}")


@desks.command("withdraw")
@click.argument("name")
@click.pass_context
def withdraw(ctx: click.Context, name: str) -> None:
    """Make the token of the desk called NAME worthless."""
    place = here(ctx)
    with place.transaction() as session:
        row = session.scalars(select(DeskToken).where(DeskToken.name == name)).first()
        if row is None:
            raise NotFound("There is no desk with this name.", code="no-desk")
        operations.withdraw_desk(session, row, **_noted(place))
    click.echo(f"{name}: withdrawn.")


desks.add_command(devices)
desks.add_command(bundle)
desks.add_command(page_fingerprint)

COMMANDS = (staff, desks)
