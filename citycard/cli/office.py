"""`citycard init` makes an office; `citycard run` serves it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from citycard import paths
from citycard.cli.here import here
from citycard.operations.found import found_office
from citycard.settings import LANGUAGES, Office
from citycard.store.engine import open_engine

_DEMO_ENDING = ".demo.invalid"


def migrate(office: Office) -> Engine:
    """Bring the office's register up to date and return an engine for it."""
    from flask_migrate import upgrade

    from citycard.web.app import create_app

    with create_app(office).app_context():
        upgrade(directory=str(paths.migrations_folder()))
    return open_engine(office.database_url)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--issuer", prompt="The city's address on every card, for ever (https://…)", help="Issuer URL.")
@click.option("--name", prompt="The city's name", help="The city's name in its own language.")
@click.option("--language", default="fr", type=click.Choice(LANGUAGES), help="The city's own language.")
@click.option("--country", default="FR", help="ISO 3166-1, two letters.")
@click.option("--time-zone", default="Europe/Paris", help="IANA name.")
@click.option("--contact", default="", help="Who answers for the cards: one line (default: the name).")
@click.option("--demo", is_flag=True, help=f"Only for trying out: the issuer must end in {_DEMO_ENDING}.")
def init(
    folder: Path, issuer: str, name: str, language: str, country: str, time_zone: str, contact: str, demo: bool
) -> None:
    """Make a new office in FOLDER, with its secrets and offline keys in two folders beside it."""
    settings = {
        "issuer": issuer.rstrip("/"),
        "country": country,
        "time_zone": time_zone,
        "default_language": language,
        "contact": contact or name,
        "names": {language: name},
    }
    is_demo = issuer.rstrip("/").endswith((".invalid", ".test", ".example", ".localhost"))
    if demo != is_demo:
        raise click.UsageError(
            "A demonstration's issuer stands under a reserved name such as https://my-city.demo.invalid (with --demo);"
            " a real city's does not."
        )
    office = found_office(folder, settings, migrate=migrate, now=datetime.now(UTC), chance=os.urandom)
    click.echo(f"The office is in {folder}.")
    click.echo(f"  secrets  {office.secrets.name}/  needed by the service; not in backups of the register")
    click.echo(f"  offline  {office.offline.name}/  root and targets keys: move it to a stick, and the stick to a safe")
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
