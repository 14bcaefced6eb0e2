"""The `citycard` command. Each module holds the commands of one subject; this one puts them together.

Exit codes: 0 done or good, 1 refused (by a rule, with a sentence and its code), 2 wrong use.
`--office` names the office folder; CITYCARD_OFFICE does the same; without either it is the present folder.
"""

from pathlib import Path

import click
from flask.cli import ScriptInfo
from flask_migrate.cli import db
from sqlalchemy.exc import DatabaseError

from citycard import __version__
from citycard.cli import (
    check_page,
    demo,
    doctor,
    evidence,
    guidance,
    inspect,
    keys,
    lists,
    office,
    partners,
    services,
    slips,
    staff,
    upkeep,
    verify,
)
from citycard.cli.here import Here
from citycard.core.errors import CitycardError


class _Commands(click.Group):
    """A group that turns our errors into a sentence and exit code 1, instead of a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except CitycardError as error:
            raise click.ClickException(f"{error} [{error.code}]") from None
        except DatabaseError:
            # Most often tables that are not there yet. What the database says may repeat what was sent to it.
            raise click.ClickException("The register cannot be used. Try: citycard db upgrade [register]") from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="citycard")
@click.option(
    "--office",
    "folder",
    envvar="CITYCARD_OFFICE",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The office folder (default: the present folder).",
)
@click.pass_context
def main(ctx: click.Context, folder: Path) -> None:
    """citycard: issue a city's citizenship card, and check it anywhere."""
    here = Here(folder)
    # Flask-Migrate's commands ask the context for an application; ours ask it for the office.
    ctx.obj = ScriptInfo(create_app=lambda: here.app())
    ctx.obj.data["here"] = here


db.help = "Bring the register's tables up to date (db upgrade), or prepare a migration."
main.add_command(db)
for module in (
    office, keys, staff, partners, lists, evidence, guidance, services, slips, check_page, upkeep, doctor, demo, verify,
    inspect,
):  # fmt: skip
    for command in module.COMMANDS:
        main.add_command(command)
