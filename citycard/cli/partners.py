"""`citycard partners add | list | confirm | sync | suspend | resume | end`: recognising other cities."""

import json

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.cli.here import here, who
from citycard.core.keys import KeyUse
from citycard.operations import recognise, sync
from citycard.operations import staff as people
from citycard.operations.enrol import Desk
from citycard.operations.refusals import NotFound
from citycard.store.partners import Partner, PartnerState
from citycard.store.staff import Staff


@click.group()
def partners() -> None:
    """Cities that we recognise: add, compare, confirm, fetch, suspend, end."""


@partners.command("add")
@click.argument("source")
@click.option("--dry-run", is_flag=True, help="Say what would be accepted and what refused, and keep nothing.")
@click.pass_context
def add(ctx: click.Context, source: str, dry_run: bool) -> None:
    """Fetch what the city at SOURCE (an https address or a folder) offers, and show the fingerprint to compare.

    Nothing is believed before two people confirmed that they compared it.
    """
    place = here(ctx)
    with place.transaction() as session:
        if dry_run:
            look = recognise.look(session, place.desk(), source)
            _show(look)
            if look.refused is not None:
                raise look.refused
            click.echo("Nothing of this was kept.")
            return
        _show(recognise.propose(session, place.desk(), source, by=who()))
    click.echo("Call the city on a number that you know, and compare. Then two different people confirm,")
    click.echo("on the page of partner cities or with: citycard partners confirm ISSUER --as NAME")


def _show(offered: recognise.Proposal | recognise.Look) -> None:
    """Say what would be accepted."""
    statement = offered.statement
    click.echo(f"{statement.issuer}  {', '.join(sorted(set(statement.names.values())))}")
    click.echo(f"  {statement.country}, {statement.contact}, dated {statement.issued_on}")
    for key in statement.keys:
        click.echo(f"  {key.use:7} key {key.kid.hex()} {key.state:10} {key.first_day} to {key.last_day}")
    if not any(key.use is KeyUse.CARD for key in statement.keys):
        click.echo("  no card keys: this city recognises others and issues nothing")
    click.echo(f"  {len(statement.status_lists)} status lists")
    click.echo(f"  opens to visitors: {', '.join(statement.services) or 'nothing that it says'}")
    for warning in offered.warnings:
        click.echo(f"  warning: {warning}")
    click.echo("digits  " + " ".join(offered.fingerprint.digits))
    click.echo("words   " + " ".join(offered.fingerprint.words))


@partners.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def list_partners(ctx: click.Context, as_json: bool) -> None:
    """Show the cities, their state, and how old what we hold is."""
    with here(ctx).transaction() as session:
        rows = session.scalars(select(Partner).order_by(Partner.issuer)).all()
        shown = [
            {
                "issuer": row.issuer,
                "state": row.state,
                "source": row.source,
                "last_success": row.last_success.isoformat() if row.last_success else None,
                "last_error": row.last_error,
            }
            for row in rows
        ]
    if as_json:
        click.echo(json.dumps(shown, indent=1))
        return
    for item in shown:
        click.echo(
            f"{item['issuer']:44}{item['state']:12}{item['last_success'] or 'never':34}{item['last_error'] or ''}"
        )


@partners.command("confirm")
@click.argument("issuer")
@click.option("--as", "name", required=True, help="The sign-in name of who compared.")
@click.password_option("--password", confirmation_prompt=False, help="Asked for, if not given.")
@click.option("--heard", prompt="What you heard (digits or words)", help="The fingerprint as the other city read it.")
@click.pass_context
def confirm(ctx: click.Context, issuer: str, name: str, password: str, heard: str) -> None:
    """Confirm, as NAME, that the fingerprint of ISSUER was compared over another channel."""
    place = here(ctx)
    with place.transaction() as session:
        by = _signed_in(session, place.desk(), name, password)
        done = recognise.confirm(session, place.desk(), _find(session, issuer), by=by, heard=heard)
    click.echo("Recognised: its cards are accepted from now on." if done else "Confirmed. A second person must, too.")
    if done:
        _sync_all(ctx)


@partners.command("sync")
@click.pass_context
def sync_now(ctx: click.Context) -> None:
    """Fetch statements and lists of every recognised city now."""
    _sync_all(ctx)


def _sync_all(ctx: click.Context) -> None:
    place = here(ctx)
    for result in sync.run(place.engine, place.desk(), everyone=True):
        click.echo(f"{result.issuer:44}{result.error or 'fetched'}")


def _mover(word: str, to: PartnerState, explained: str) -> click.Command:
    @click.command(word, help=explained)
    @click.argument("issuer")
    @click.option("--as", "name", required=True, help="The sign-in name of who decides.")
    @click.password_option("--password", confirmation_prompt=False, help="Asked for, if not given.")
    @click.pass_context
    def command(ctx: click.Context, issuer: str, name: str, password: str) -> None:
        place = here(ctx)
        with place.transaction() as session:
            by = _signed_in(session, place.desk(), name, password)
            recognise.move(session, place.desk(), _find(session, issuer), to, by=by)
        click.echo(f"{issuer}: {to}.")

    return command


partners.add_command(_mover("suspend", PartnerState.SUSPENDED, "Accept no card of ISSUER for now."))
partners.add_command(_mover("resume", PartnerState.RECOGNISED, "Accept the cards of ISSUER again."))
partners.add_command(_mover("end", PartnerState.ENDED, "End the recognition of ISSUER; anew only by ceremony."))


def _signed_in(session: Session, desk: Desk, name: str, password: str) -> Staff:
    return people.check_password(session, name=name, password=password, now=desk.now, chance=desk.chance)


def _find(session: Session, issuer: str) -> Partner:
    partner = session.scalars(select(Partner).where(Partner.issuer == issuer)).first()
    if partner is None:
        raise NotFound("There is no such partner city. See: citycard partners list", code="no-partner")
    return partner


COMMANDS = (partners,)
