"""`citycard retention run`, `citycard audit verify | head`, `citycard publish`."""

import json
from pathlib import Path
from typing import TextIO

import click

from citycard.cli.here import here, who
from citycard.keystore.ring import Purpose
from citycard.operations import audit, publish, retention, status_lists
from citycard.partners import repository


@click.group("retention")
def retention_group() -> None:
    """Forgetting, by the clock."""


@retention_group.command("run")
@click.pass_context
def retention_run(ctx: click.Context) -> None:
    """Forget what is due, and destroy the keys of past days: what the service does each minute."""
    place = here(ctx)
    swept = retention.run(place.engine, place.desk())
    click.echo(
        f"{swept.forgotten} enrolments forgotten, {swept.rewrapped} wrapped anew, "
        f"{swept.keys_destroyed} keys of past days destroyed."
    )


@click.group("audit")
def audit_group() -> None:
    """The audit log: check its chain, sign its head for a witness."""


@audit_group.command("verify")
@click.option("--witness", type=click.File("r"), help="A head signed earlier (citycard audit head).")
@click.pass_context
def audit_verify(ctx: click.Context, witness: TextIO | None) -> None:
    """Walk the whole chain; with --witness, check that history still contains what was witnessed."""
    place = here(ctx)
    seen = _read_witness(ctx, witness.read()) if witness is not None else None
    with place.transaction() as session:
        head = audit.verify_chain(session, witness=seen)
    click.echo(f"{head.seq} entries, whole. Head {head.hash}")
    if seen is None:
        click.echo("Checked without a witness: somebody with full access could have written all of it anew.")


@audit_group.command("head")
@click.pass_context
def audit_head(ctx: click.Context) -> None:
    """Print the head, signed with the audit key: to be mailed, printed, or given to a partner city."""
    place = here(ctx)
    with place.transaction() as session:
        head = audit.head(session)
    entry = place.ring[Purpose.AUDIT][-1]  # whatever its days: a head signed late is better than none
    signature = place.ring.sign_with(entry)(_head_message(head))
    click.echo(json.dumps({"seq": head.seq, "hash": head.hash, "kid": entry.public.kid.hex(), "sig": signature.hex()}))


def _head_message(head: audit.Head) -> bytes:
    return f"citycard audit head {head.seq} {head.hash}".encode()


def _read_witness(ctx: click.Context, text: str) -> audit.Head:
    """Return the head in a witness's file, having checked that our audit key signed it."""
    try:
        seen = json.loads(text)
        head = audit.Head(int(seen["seq"]), str(seen["hash"]))
        signature, kid = bytes.fromhex(seen["sig"]), str(seen["kid"])
    except (ValueError, KeyError, TypeError):
        raise click.UsageError("This is not a head that citycard signed.") from None
    for entry in here(ctx).ring[Purpose.AUDIT]:
        if entry.public.kid.hex() == kid:
            entry.public.check(_head_message(head), signature, int(entry.public.algorithm))
            return head
    raise click.UsageError("This head was signed by a key that this office never had.")


@click.command("publish")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--statement", is_flag=True, help="First publish the statement anew (needs the targets key).")
@click.pass_context
def publish_command(ctx: click.Context, folder: Path, statement: bool) -> None:
    """Write all that partner cities and readers fetch into FOLDER, for any web server, a CDN or a stick.

    Statement, marks on stolen keys, lists of ended cards in both forms, keys as a JWK set. It is read again at the end,
    as a partner city reads it.
    """
    place = here(ctx)
    desk = place.desk()
    with place.transaction() as session:
        if statement:
            publish.publish_statement(place.ring, now=desk.now)
            today = place.office.settings.today(desk.now)
            audit.record(session, audit.Act.STATEMENT_PUBLISHED, by=who(), day=today, chance=desk.chance)
        publish.refresh(place.ring, now=desk.now)
        status_lists.sign_due(session, place.ring, now=desk.now)
        count = publish.export(session, place.office, folder)
    expires = repository.read_repository(place.office.published).timestamp_expires
    click.echo(f"{count} files in {folder}, good until {expires:%Y-%m-%d}.")
    lists = publish.read_again(place.office, folder, now=desk.now)
    click.echo(f"Read again as a partner city does: the statement, and {lists} lists of ended cards.")


COMMANDS = (retention_group, audit_group, publish_command)
