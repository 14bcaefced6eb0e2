"""`citycard services`: what the card opens. Check the city's register, and see what stands in it.

`check [FILE]`: exit code 0 the register can be used (remarks or not), 1 it cannot, and each mistake has its sentence, 2
wrong use. Without FILE it is the office's own, which is then compared with what partner cities are told. `list`: the
services, in the order of the page; `--categories` the codes that all cities share.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click

from citycard.cli.handwritten import end_with
from citycard.cli.here import here
from citycard.services.announced import remarks
from citycard.services.categories import CATEGORIES
from citycard.services.reading import ServicesRefused, from_file
from citycard.services.register import FILE
from citycard.services.service import Service, in_language
from citycard.settings import Office


@click.group()
def services() -> None:
    """What the card opens: check the register of services, see what stands in it."""


@services.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def check(ctx: click.Context, file: Path | None, as_json: bool) -> None:
    """Check the services in FILE (or the office's own) and compare them with the setting `services`.

    Exit code 0: they can be used; what is worth knowing is said. 1: they cannot. 2: wrong use, such as a file that is
    not there.
    """
    office = _office(ctx)
    path = file or _own(office)
    if not path.is_file():
        raise click.UsageError(f"There is no file {path.name}. docs/services.md says how one is written.")
    try:
        found = from_file(path, language=office.settings.default_language if office else "")
    except ServicesRefused as refused:
        end_with(refused, name=path.name, as_json=as_json)
    said = remarks(office.settings.services, found) if office else ()
    if as_json:
        known = [service.id for service in found]
        answer = {"usable": True, "mistakes": [], "services": known, "remarks": list(said)}
        click.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    over = sum(service.is_over(_today(office)) for service in found)
    past = f" {over} of them are over and not shown." if over else ""
    click.echo(f"{path.name} can be used: {len(found)} services.{past}")
    if said:
        click.echo("Remarks")
        for remark in said:
            click.echo(f"  - {remark}")


@services.command("list")
@click.option("--categories", is_flag=True, help="The codes that all cities share, instead.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def listing(ctx: click.Context, categories: bool, as_json: bool) -> None:
    """List the services of this office, in the order of the page."""
    if categories:
        _list_categories(as_json)
        return
    office = _office(ctx)
    path = _own(office)
    own = office.settings.default_language if office else ""
    try:
        found: Sequence[Service] = from_file(path, language=own) if path.is_file() else ()
    except ServicesRefused as refused:
        end_with(refused, name=path.name, as_json=as_json)
    today, order = _today(office), list(CATEGORIES)
    rows = [
        {
            "id": service.id,
            "category": service.category.code,
            "name": in_language(service.names, "en", own)[0],
            "level": service.level.value,
            "needs": sorted(service.needs),
            "visitors": service.visitors.value,
            "over": service.is_over(today),
        }
        for service in sorted(found, key=lambda service: order.index(service.category.code))
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for row in rows:
        over = "  over" if row["over"] else ""
        click.echo(f"{row['category']:<15}  {row['id']:<24}  visitors {row['visitors']:<12}  {row['name']}{over}")
    if not rows:
        click.echo(f"No service yet: {path.name} is not there, or empty.")


def _list_categories(as_json: bool) -> None:
    if as_json:
        known = [{"code": one.code, "kind": one.kind.value, "names": dict(one.names)} for one in CATEGORIES.values()]
        click.echo(json.dumps(known, indent=1, ensure_ascii=False))
        return
    for one in CATEGORIES.values():
        click.echo(f"{one.code:<15}  {one.names['en']:<22}  {one.names['fr']}")


def _office(ctx: click.Context) -> Office | None:
    """The office that we stand in, if we do."""
    place = here(ctx)
    return place.office if place.founded else None


def _own(office: Office | None) -> Path:
    if office is None:
        raise click.UsageError("This folder is no office. Name a FILE, or the office with --office.")
    return office.folder / FILE


def _today(office: Office | None) -> date:
    now = datetime.now(UTC)
    return office.settings.today(now) if office else now.date()


COMMANDS = (services,)
