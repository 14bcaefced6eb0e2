"""`citycard slips`: the languages in which there are slips. Look at them, add one, try it out on paper.

`list`: which there are, how much of each is translated, and which file of the office is left out.
`check FILE`: exit code 0 the file can be used (remarks or not), 1 it cannot, and each mistake has its sentence.
`new LANGUAGE FILE`: a file to translate, with every English sentence in it. `proof WHAT OUT`: the slips of a language,
or of a file, as one would print them, with invented contents, to read and to show to others.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from citycard.cli.handwritten import end_with
from citycard.cli.here import here
from citycard.evidence import shipped as rule_sets
from citycard.evidence.filling import ways
from citycard.evidence.rules import RuleSet
from citycard.operations.print_card import SPECIMEN_FULL, SPECIMEN_LIGHT
from citycard.printing.arms import arms_in
from citycard.printing.card import render_slip
from citycard.printing.faces import CardFace
from citycard.printing.paper import Paper, Sheet, render_paper
from citycard.settings import Office, Settings
from citycard.slips.bring import for_everybody
from citycard.slips.catalogue import Catalogue, shipped
from citycard.slips.frame import Look
from citycard.slips.letter import home_sheet, letter
from citycard.slips.reading import FORMAT, TAG, SlipTexts, SlipTextsRefused, from_file, shipped_pattern
from citycard.slips.refusal import Refusal, refusal_slip
from citycard.slips.saying import Speaker

SAMPLE_CODE = "0000-0000-0000-0000-0000"
"""Of no slip: the tag of a real one is never only noughts but once in 2^44."""

SAMPLE_RECOVERY = "0000-0000-0000-0000-0000"
"""Of no card: the two characters that catch a slip of the pen are others."""

SAMPLE_NUMBER = "0" * 16


@click.group()
def slips() -> None:
    """Slips in more languages: look at them, add one, try it out."""


@slips.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(file: Path, as_json: bool) -> None:
    """Check the slips of a language in FILE.

    Exit code 0: they can be used; what is missing is said, and another language stands in for it. 1: they cannot.
    2: wrong use, such as a file that is not there.
    """
    if not file.is_file():
        raise click.UsageError(f"There is no file {file}.")
    try:
        texts = from_file(file)
    except SlipTextsRefused as refused:
        end_with(refused, name=file.name, as_json=as_json)
    if as_json:
        said = {
            "usable": True,
            "mistakes": [],
            "language": texts.language,
            "name": texts.name,
            "direction": "rtl" if texts.rtl else "ltr",
            "translated": len(texts.sentences),
            "of": len(shipped_pattern()),
            "remarks": list(texts.remarks),
        }
        click.echo(json.dumps(said, indent=1, ensure_ascii=False))
        return
    for line in _lines(file.name, texts):
        click.echo(line)


@slips.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def listing(ctx: click.Context, as_json: bool) -> None:
    """List the languages in which there are slips, here and in citycard itself."""
    rows = [_row("citycard", texts) for texts in shipped().values()]
    office = _office(ctx)
    if office is not None:
        for source in Catalogue(office).sources():
            if source.texts is not None:
                rows.append(_row(f"slips/{source.file}", source.texts))
            else:
                rows.append({"file": f"slips/{source.file}", "left_out": True, "mistakes": list(source.mistakes)})
    if as_json:
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for row in rows:
        if row.get("left_out"):
            click.echo(f"{row['file']:<24}  left out. See: citycard slips check {row['file']}")
        else:
            how_much = f"{row['translated']:>3} of {row['of']} sentences"
            click.echo(f"{row['file']:<24}  {row['language']:<12}  {how_much}  {row['name']}")


@slips.command("new")
@click.argument("language")
@click.argument("file", type=click.Path(path_type=Path))
def new(language: str, file: Path) -> None:
    """Write a FILE to translate the slips into LANGUAGE, such as "ti" or "fr-x-facile"."""
    if not TAG.fullmatch(language):
        raise click.UsageError('LANGUAGE is a code in small letters, such as "ps", "ti" or "fr-x-facile".')
    if file.exists():
        raise click.UsageError(f"{file} is there already. Choose another name.")
    file.write_text("\n".join(_to_translate(language)) + "\n", encoding="utf-8")
    click.echo(f"{file} is written. Translate what stands in quotes, then: citycard slips check {file}")


@slips.command("proof")
@click.argument("what")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--sheet", type=click.Choice(["a4", "a5"]), default="a4", help="Size of the paper.")
@click.option("--large", is_flag=True, help="In large letters.")
@click.pass_context
def proof(ctx: click.Context, what: str, out: Path, sheet: Sheet, large: bool) -> None:
    """Write slips to OUT-bring.pdf, OUT-refusal.pdf and OUT-card.pdf, with invented contents.

    WHAT is a language ("ti") or a file of slips ("ti.toml"), wherever it lies.
    """
    office = _office(ctx) or _anywhere()
    file = Path(what)
    texts = [from_file(file)] if file.is_file() else []
    catalogue = Catalogue(office, also=texts)
    language = texts[0].language if texts else what
    if language not in {known.code for known in catalogue.languages()}:
        raise click.UsageError(f"There is no file {what}, nor are there slips in such a language: citycard slips list")
    settings = office.settings
    rules = rule_sets.of_office(settings.evidence, folder=office.folder, country=settings.country)
    for name, paper in _papers(office, Speaker(catalogue, language), Look(sheet, large), rules):
        _write(out, name, render_paper(paper))
    # One size for all: it is in large letters, and keeps to a sheet.
    _write(out, "card", _holders_slip(office, Speaker(catalogue, language)))


def _write(out: Path, name: str, pdf: bytes) -> None:
    place = out.with_name(f"{out.name.removesuffix('.pdf')}-{name}.pdf")
    place.write_bytes(pdf)
    click.echo(str(place))


def _holders_slip(office: Office, speaker: Speaker) -> bytes:
    settings = office.settings
    today = settings.today(datetime.now(UTC))
    face = CardFace(
        city_names=settings.names,
        city_language=settings.default_language,
        colour=settings.colour,
        issuer=settings.issuer,
        report_loss=settings.contact,
        number=SAMPLE_NUMBER,
        issued_on=today,
        expires_on=today + timedelta(days=730),
        name="Noé Exemple",
        language=speaker.language,
        full_code=SPECIMEN_FULL,
        light_code=SPECIMEN_LIGHT,
        arms=arms_in(office.folder),
        portrait_in_code=True,
        date_of_birth="1987",
        demo=True,
    )
    return render_slip(face, letter(office, speaker, face, recovery_code=SAMPLE_RECOVERY), home_sheet(speaker))


def _papers(office: Office, speaker: Speaker, look: Look, rules: RuleSet) -> Iterable[tuple[str, Paper]]:
    today = office.settings.today(datetime.now(UTC))
    kinds = frozenset({"identity", "residence", "photo"})
    refusal = Refusal(
        day=today,
        until=today + timedelta(days=30),
        missing=kinds,
        ways=ways(rules, (), birth_date_shown=True),
        code=SAMPLE_CODE,
    )
    yield "bring", for_everybody(office, speaker, look, rules=rules)
    yield "refusal", refusal_slip(office, speaker, look, refusal, rules=rules)


def _to_translate(language: str) -> Iterable[str]:
    yield "# The slips, to be translated; docs/slips.md explains how."
    yield "# A name in { } is filled in when the slip is printed, and has to stand in the translation, too."
    yield "# What is left empty stands on the slip in another language until somebody translates it."
    yield ""
    yield f"format = {FORMAT}"
    yield f'language = "{language}"'
    yield 'name = ""  # what the language calls itself'
    yield 'direction = "ltr"  # or "rtl", from right to left'
    yield '# fallback = "fr"  # the language that stands in for what is missing'
    yield '# reviewed = ""  # who read it, and when'
    table = ""
    for name, sentence in shipped_pattern().items():
        before, _, member = name.partition(".")
        if before != table:
            yield f"\n[{before}]"
            table = before
        yield f"# {sentence}"
        yield f'{member} = ""'


def _lines(name: str, texts: SlipTexts) -> Iterable[str]:
    way = "from right to left" if texts.rtl else "from left to right"
    yield f"{name} can be used: {texts.name} ({texts.language}), {way}."
    yield f"{len(texts.sentences)} of {len(shipped_pattern())} sentences are translated."
    if texts.remarks:
        yield "Remarks"
        yield from [f"  - {remark}" for remark in texts.remarks]


def _row(file: str, texts: SlipTexts) -> dict[str, object]:
    return {
        "file": file,
        "language": texts.language,
        "name": texts.name,
        "translated": len(texts.sentences),
        "of": len(shipped_pattern()),
        "left_out": False,
    }


def _office(ctx: click.Context) -> Office | None:
    """The office that we stand in, if we do."""
    place = here(ctx)
    return place.office if place.founded else None


def _anywhere() -> Office:
    """An invented office, for whoever translates at home: its folder is the one that they stand in."""
    settings = Settings(
        issuer="https://port-sable.demo.invalid",
        names={"fr": "Port-Sable"},
        country="FR",
        time_zone="Europe/Paris",
        contact="1 place du Sable, 01 00 00 00 00",
    )
    return Office(Path.cwd(), settings)


COMMANDS = (slips,)
