"""`citycard init` makes an office; `citycard run` serves it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from citycard import paths
from citycard.cli import questions
from citycard.cli.here import here
from citycard.cli.questions import Asked
from citycard.operations.found import found_office, refuse_used_folder
from citycard.settings import LANGUAGES, Office
from citycard.store.engine import open_engine


def migrate(office: Office) -> Engine:
    """Bring the office's register up to date and return an engine for it."""
    from flask_migrate import upgrade

    from citycard.web.app import create_app

    with create_app(office).app_context():
        upgrade(directory=str(paths.migrations_folder()))
    return open_engine(office.database_url)


def _unused(_ctx: click.Context, _param: click.Parameter, folder: Path) -> Path:
    """Refuse a folder that is in use before the first question is asked."""
    refuse_used_folder(folder)
    return folder


def _name() -> str | None:
    """The answer to the question before: the town hall answers for its cards, if nobody is named."""
    given: str | None = click.get_current_context().params.get("name")
    return given


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), callback=_unused, is_eager=True)
@click.option(
    "--demo",
    is_flag=True,
    is_eager=True,
    help=f"Only for trying out: the issuer must stand under a reserved name, such as {questions.DEMO_ENDING}.",
)
@click.option(
    "--issuer",
    cls=Asked,
    type=questions.ISSUER,
    prompt="The city's address on every card, for ever (https://…)",
    help="Issuer URL.",
)
@click.option(
    "--language",
    cls=Asked,
    type=click.Choice(LANGUAGES),
    prompt="The city's own language",
    help="The city's own language.",
)
@click.option(
    "--name",
    cls=Asked,
    type=questions.NAME,
    prompt="The city's name in that language",
    help="The city's name in its own language.",
)
@click.option(
    "--country",
    cls=Asked,
    type=questions.COUNTRY,
    prompt="Its country, in two letters",
    help="ISO 3166-1, two letters.",
)
@click.option(
    "--time-zone",
    cls=Asked,
    type=questions.TIME_ZONE,
    prompt="Its time zone, such as Europe/Paris",
    help="IANA name; a card's last day ends at midnight here.",
)
@click.option(
    "--contact",
    cls=Asked,
    type=questions.CONTACT,
    default=_name,
    prompt="Who answers for the cards, in one line",
    help="Who answers for the cards: one line (default: the name).",
)
def init(
    folder: Path, demo: bool, issuer: str, language: str, name: str, country: str, time_zone: str, contact: str
) -> None:
    """Make a new office in FOLDER, with its secrets and offline keys in two folders beside it.

    What is not given as an option is asked for.
    """
    settings = {
        "issuer": issuer,
        "country": country,
        "time_zone": time_zone,
        "default_language": language,
        "contact": contact,
        "names": {language: name},
    }
    office = found_office(folder, settings, migrate=migrate, now=datetime.now(UTC), chance=os.urandom)
    click.echo(f"The office is in {folder}.")
    click.echo(f"  secrets  {office.secrets.name}/  needed by the service; not in backups of the register")
    click.echo(
        f"  offline  {office.offline.name}/  root, targets, standby keys: move it to a stick, and the stick to a safe"
    )
    click.echo("Next:")
    click.echo(f"  citycard --office {folder} staff add NAME --role administrator")
    click.echo(f"  citycard --office {folder} run")


@click.command()
@click.option("--bind", default="127.0.0.1:8000", help="Address and port to listen at, behind your proxy.")
@click.option("--workers", default=2, type=click.IntRange(1, 32), help="Server processes.")
@click.pass_context
def run(ctx: click.Context, bind: str, workers: int) -> None:
    """Serve the office with gunicorn."""
    from citycard.web import server

    server.run(here(ctx).office, bind=bind, workers=workers)


COMMANDS = (init, run)
