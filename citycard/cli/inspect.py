"""`citycard inspect`: what does this code hold, and why does a reader refuse it? For programmers, on any code.

1. What is looked at: the argument itself, the file of that name (a text or a picture), or standard input for "-".
2. Whose signatures count: an office's, if one is named or stands in the present folder; otherwise none, and the
   signature is said to be unchecked.
3. The report. Of a person it says type and size alone, unless `--show`.

It explains; it does not judge: `citycard verify` answers whether a card is good.

Exit codes: 0 the code is written as a city card's, whoever signed it; 1 it is not; 2 wrong use, or a file that cannot
be read.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from click.core import ParameterSource

from citycard.cli.here import Here, here
from citycard.cli.verify import GOOD, LONGEST_FILE, REFUSED, WRONG_USE, code_in, trusted_by_the_office
from citycard.core.errors import CitycardError
from citycard.core.inspect import inspect as explain
from citycard.core.inspect_token import Known
from citycard.core.layers import Report
from citycard.core.trust import TrustStore

LONGEST_NAME = 400
"""A longer argument is a code and is not looked for among the files; names of files end at 255 bytes."""

FILES = frozenset({".txt", ".png", ".jpg", ".jpeg", ".webp"})
"""Endings that say that a file was meant, when there is none of that name."""


@click.command("inspect")
@click.argument("code")
@click.option("--show", is_flag=True, help="Say what the fields of a person hold, instead of type and size.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--office",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Check the signature with the keys that this office trusts.",
)
@click.pass_context
def inspect(ctx: click.Context, code: str, show: bool, as_json: bool, folder: Path | None) -> None:
    """Explain CODE layer by layer, whatever it is. CODE is a code's text, a file (text or picture), or "-".

    Prefer a file or "-": what is typed stays in the shell's history. The token alone may be given in hex or base64url.
    Exit code 0: written as a city card's, whoever signed it. 1: not. 2: wrong use, or a file that cannot be read.
    """
    try:
        # (2)
        known = _known(ctx, folder)
        # (1)
        text = _text(code, known.trust if known else TrustStore(()))
    except CitycardError as error:
        click.echo(f"Error: {error} [{error.code}]", err=True)
        sys.exit(WRONG_USE)
    # (3)
    report = explain(text, known=known, show=show)
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=1, ensure_ascii=False))
    else:
        _print(report)
    sys.exit(GOOD if report.is_card else REFUSED)


def _known(ctx: click.Context, folder: Path | None) -> Known | None:
    named = ctx.find_root().get_parameter_source("folder") is not ParameterSource.DEFAULT
    place = Here(folder) if folder else here(ctx)
    if not folder and not named and not place.founded:
        return None
    now = datetime.now(UTC)
    held = trusted_by_the_office(place, now)
    return Known(held.trust, held.lists, now, held.rules)


def _text(code: str, trust: TrustStore) -> str:
    if code == "-":
        return code_in(sys.stdin.buffer.read(LONGEST_FILE + 1), trust)
    # A code may hold "/" and "."; only one that is the name of a file here is read as one.
    if len(code) <= LONGEST_NAME and Path(code).is_file():
        with Path(code).open("rb") as file:
            return code_in(file.read(LONGEST_FILE + 1), trust)
    if Path(code).suffix.lower() in FILES:
        raise click.UsageError(f"There is no file {code}.")
    return code


def _print(report: Report) -> None:
    what = report.kind.value
    click.echo(what[0].upper() + what[1:])
    for layer in report.layers:
        click.echo(f"\n{layer.name}")
        width = max((len(name) for name, _ in layer.facts), default=0)
        for name, value in layer.facts:
            click.echo(f"    {name.ljust(width)}  {value}")
        for sentence in layer.faults:
            click.echo(f"  ! {sentence}")
        for sentence in layer.remarks:
            click.echo(f"  . {sentence}")
    step = f" at step {report.step} [{report.reason}]" if report.step else ""
    click.echo(f"\nA reader says: {report.verdict}{step}\n    {report.explanation}")


COMMANDS = (inspect,)
