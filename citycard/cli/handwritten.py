"""What a command says of a file that somebody wrote by hand and that cannot be used."""

import json
import sys
from typing import NoReturn

import click

from citycard.core.errors import FileRefused

REFUSED = 1
"""The exit code; 2 is wrong use, such as a file that is not there."""


def end_with(refused: FileRefused, *, name: str, as_json: bool) -> NoReturn:
    """Say each mistake of the file called `name`, and end the command."""
    if as_json:
        click.echo(json.dumps({"usable": False, "mistakes": list(refused.mistakes)}, indent=1, ensure_ascii=False))
    else:
        click.echo(f"{name} cannot be used:")
        for mistake in refused.mistakes:
            click.echo(f"  ! {mistake}")
    sys.exit(REFUSED)
