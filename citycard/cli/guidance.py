"""`citycard guidance`: what is said at the counter. See which words are used, and begin with words of one's own.

`check`: exit code 0 all can be used, 1 one cannot, and each mistake has its sentence. `copy LANGUAGE`: put ours into
the office folder, where they are changed; what is there already is left alone.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from citycard.cli.handwritten import REFUSED
from citycard.cli.here import here
from citycard.guidance import shipped
from citycard.guidance.reading import GuidanceRefused
from citycard.settings import LANGUAGES


@click.group()
def guidance() -> None:
    """What is said at the counter: see whose words are used, begin with your own."""


@guidance.command("check")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Read the words of this office and say, by language, whose they are and when residents read them.

    Exit code 0: they can be used. 1: they cannot; what is to mend has its sentence.
    """
    folder = here(ctx).office.folder
    rows = [_row(folder, language) for language in LANGUAGES]
    known = {f"{language}.toml" for language in LANGUAGES}
    strangers = sorted(path.name for path in (folder / shipped.FOLDER).glob("*.toml") if path.name not in known)
    for name in strangers:
        mistake = f"the counter speaks {', '.join(LANGUAGES)}."
        rows.append({"language": name, "usable": False, "own": True, "reviewed_on": None, "mistakes": [mistake]})
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        for row in rows:
            whose = "your own words" if row["own"] else "words that are shipped"
            day = row["reviewed_on"]
            when = f"read with residents on {day}" if day else "not yet read with residents"
            click.echo(f"{row['language']:<4}  {whose}, {when if row['usable'] else 'cannot be used:'}")
            for mistake in row["mistakes"]:
                click.echo(f"  ! {mistake}")
    if not all(row["usable"] for row in rows):
        sys.exit(REFUSED)


@guidance.command("copy")
@click.argument("language", type=click.Choice(LANGUAGES))
@click.pass_context
def copy(ctx: click.Context, language: str) -> None:
    """Put our words of LANGUAGE into the office folder, to be changed there."""
    path = shipped.own_file(here(ctx).office.folder, language)
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(shipped.shipped_file(language))
    except FileExistsError:
        raise click.ClickException(f"There are words in {path.name} already; nothing was changed.") from None
    click.echo(f"Change {path}, then: citycard guidance check. They are shown after the next start.")


def _row(folder: Path, language: str) -> dict[str, Any]:
    own = shipped.own_file(folder, language)
    today = datetime.now(UTC).date()
    row: dict[str, Any] = {"language": language, "own": own.exists(), "reviewed_on": None, "mistakes": []}
    try:
        said = shipped.of_language(folder, language, today=today)
    except GuidanceRefused as refused:
        return {**row, "usable": False, "mistakes": list(refused.mistakes)}
    return {**row, "usable": True, "reviewed_on": said.reviewed_on.isoformat() if said.reviewed_on else None}


COMMANDS = (guidance,)
