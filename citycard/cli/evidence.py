"""`citycard evidence`: which papers count. Look at the rules that are shipped, and try out the city's own.

`check FILE`: exit code 0 the rules can be used (remarks or not), 1 they cannot, and each mistake has its sentence,
2 wrong use. `list`: the sets that travel with citycard, and which one this office uses.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from citycard.cli.handwritten import end_with
from citycard.cli.here import here
from citycard.evidence import shipped
from citycard.evidence.explain import explain, lines
from citycard.evidence.reading import RuleSetRefused
from citycard.evidence.rules import RuleSet, in_language


@click.group()
def evidence() -> None:
    """Which papers count at the counter: look at the rules, try out your own."""


@evidence.command("check")
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(file: str, as_json: bool) -> None:
    """Check the rules in FILE (or a shipped set, by its id) and explain them in words.

    Exit code 0: they can be used. 1: they cannot. 2: wrong use, such as a file that is not there.
    """
    path = Path(file)
    if not path.is_file() and file not in shipped.shipped_ids():
        raise click.UsageError(f"There is no file {file}.")
    try:
        rules = shipped.from_file(path) if path.is_file() else shipped.shipped(file)
    except RuleSetRefused as refused:
        end_with(refused, name=path.name, as_json=as_json)
    explained = explain(rules, today=datetime.now(UTC).date())
    if as_json:
        click.echo(json.dumps({"usable": True, "mistakes": [], **explained.to_json()}, indent=1, ensure_ascii=False))
    else:
        for line in lines(explained):
            click.echo(line)


@evidence.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def listing(ctx: click.Context, as_json: bool) -> None:
    """List the sets that are shipped, and the one that this office uses."""
    sets = {name: shipped.shipped(name) for name in shipped.shipped_ids()}
    used, own = _in_use(ctx)
    if used is not None and own:
        sets[own] = used
    rows = [
        {
            "name": name,
            "reference": rules.reference,
            "valid_from": rules.valid_from.isoformat(),
            "documents": len(rules.documents),
            "title": in_language(rules.names, "en")[0],
            "in_use": used is not None and (name == own if own else rules == used),
        }
        for name, rules in sets.items()
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for row in rows:
        mark = "  in use here" if row["in_use"] else ""
        click.echo(
            f"{row['name']:<16}  from {row['valid_from']}  {row['documents']:>3} documents  {row['title']}{mark}"
        )


def _in_use(ctx: click.Context) -> tuple[RuleSet | None, str]:
    """Return the rules of the office we stand in, if we do, and the name of its own file, if it has one."""
    place = here(ctx)
    if not place.founded:
        return None, ""
    settings = place.office.settings
    own = settings.evidence if settings.evidence.endswith(".json") else ""
    return shipped.of_office(settings.evidence, folder=place.office.folder, country=settings.country), own


COMMANDS = (evidence,)
