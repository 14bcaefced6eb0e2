"""The questions of `citycard init`: each answer is judged when it is given, and asked for again.

The same judges serve the options, so that `--country France` is refused in the same words. Where nobody can be asked
(no terminal), a missing option is wrong use, and no value is made up for it.
"""

import sys
import unicodedata
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from citycard.core.errors import TrustRefused
from citycard.core.text import TextRefused, check_text
from citycard.core.trust import check_issuer_url, is_demo_issuer
from citycard.partners.statement import MAX_CONTACT, MAX_NAME

DEMO_ENDING = ".demo.invalid"


class Asked(click.Option):
    """An option that is asked for at a terminal, and nowhere else."""

    def prompt_for_value(self, ctx: click.Context) -> Any:
        """Ask, or take the default, or say which option is missing."""
        if sys.stdin.isatty():
            return super().prompt_for_value(ctx)
        given = self.get_default(ctx)
        if not isinstance(given, str):  # click marks "no default" with an object of its own
            raise click.UsageError(f"{self.opts[0]} is missing, and there is no terminal to ask for it at.", ctx)
        return self.process_value(ctx, given)


class Answer(click.ParamType[str]):
    """A text that `judge` refuses with a sentence (ValueError) or returns as it is to be used."""

    def __init__(self, name: str, judge: Callable[[str, click.Context | None], str]) -> None:
        self.name = name
        self._judge = judge

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Judge an answer."""
        try:
            return self._judge(str(value).strip(), ctx)
        except ValueError as refused:
            self.fail(str(refused), param, ctx)


def _issuer(value: str, ctx: click.Context | None) -> str:
    demo = bool(ctx and ctx.params.get("demo"))
    if not value.startswith("https://"):
        raise ValueError("It begins with https://, such as https://cards.my-city.fr")
    if value.endswith("/"):
        raise ValueError(f"Without the slash at the end: {value.rstrip('/')}")
    try:
        check_issuer_url(value, allow_demo=True)
    except TrustRefused as refused:
        raise ValueError(str(refused)) from None
    if is_demo_issuer(value) and not demo:
        raise ValueError("This name is reserved for demonstrations and examples. For one, use --demo.")
    if demo and not is_demo_issuer(value):
        raise ValueError(
            f"A demonstration's address ends in a reserved name, such as https://my-city{DEMO_ENDING};"
            " for a real city, leave --demo out."
        )
    return value


def _country(value: str, _ctx: click.Context | None) -> str:
    if len(value) != 2 or not (value.isascii() and value.isalpha()):
        raise ValueError("Two letters, such as FR or ES (ISO 3166).")
    return value.upper()


def _time_zone(value: str, _ctx: click.Context | None) -> str:
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("This is no IANA time zone, such as Europe/Paris or America/Bogota.") from None


def _text(at_most: int) -> Callable[[str, click.Context | None], str]:
    def judge(value: str, _ctx: click.Context | None) -> str:
        if not value:
            raise ValueError("One line of text.")
        value = unicodedata.normalize("NFC", value)
        try:
            check_text(value, at_most=at_most)
        except TextRefused as refused:
            raise ValueError(str(refused)) from None
        return value

    return judge


ISSUER = Answer("https://…", _issuer)
NAME = Answer("text", _text(MAX_NAME))
COUNTRY = Answer("two letters", _country)
TIME_ZONE = Answer("zone", _time_zone)
CONTACT = Answer("text", _text(MAX_CONTACT))
