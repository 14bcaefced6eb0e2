"""An office is one folder, and this is what its settings.toml says.

1. Settings are read once, into one frozen object; a missing or misspelt one fails at start with its name.
2. A default stands here only if it is right in production and may be public. Secrets are never settings: the file says
   where they lie (`secrets`, `offline`), outside the office folder.
3. `DATABASE_URL`, `CITYCARD_PASSPHRASE_FILE` and `CITYCARD_MAIL_PASSWORD_FILE` in the environment win over the file,
   because service managers hand secrets over that way (a systemd credential, a mounted file).
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from citycard.core.errors import CitycardError, TrustRefused
from citycard.core.trust import check_issuer_url, is_demo_issuer

LANGUAGES = ("fr", "en", "es", "ar")
"""Every page exists in these."""


_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}", re.ASCII)
"""What an address of the administrator looks like; no name beside it, no line break, nothing quoted."""
_MAIL_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
"""A language code of ISO 639, as statements bear them."""
_AGE = re.compile(r"[1-9]?[0-9]", re.ASCII)
_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


class SettingsRefused(CitycardError):
    """A setting is missing, unknown or wrong. The sentence names it."""

    code = "settings"


@dataclass(frozen=True)
class Settings:
    """What an office decided about itself. Days, years and counts are whole numbers."""

    issuer: str
    """The city's address on every card; it never changes."""
    names: Mapping[str, str]
    """The city's name by language; `default_language` must be among them."""
    country: str
    """ISO 3166-1, two letters; written into the codes."""
    time_zone: str
    """IANA name; the last printed day of a card ends at midnight here."""
    default_language: str = "fr"
    contact: str = ""
    """Who answers for the cards: a line of text for partners and holders."""
    counter_address: tuple[str, ...] = ()
    """Where people come: street and telephone, a line each; on slips, and where a page asks somebody to come."""
    opening_hours: str = ""
    """When people may come, in figures that everybody reads: printed on slips ("1-5: 9-12, 14-17")."""
    ask_also: tuple[str, ...] = ()
    """Who else helps with papers, one line each with address and telephone: for whoever leaves without a card."""
    legal_officer: str = ""
    """Whom staff call when an authority asks for data: name of the office and telephone, one line."""
    location_codes: Mapping[str, str] = field(default_factory=dict)
    """Communes inside this authority, official code to name; empty where it is one commune."""
    colour: str = "#0b5d6b"
    """The city's own colour, on pages and cards."""
    database: str = "register.sqlite3"
    """File beside settings.toml, unless DATABASE_URL names a server."""
    secrets: str = ""
    """Folder of the secrets the service needs; default: `<office>-secrets` beside the office folder."""
    offline: str = ""
    """Folder of the keys that change once a year (root, targets); default: `<office>-offline`. Keep it on a stick."""
    hosts: tuple[str, ...] = ()
    """Host names under which pages are served, besides the issuer's."""
    behind_proxy: bool = False
    """Whether one reverse proxy in front sets X-Forwarded-For and -Proto."""
    validity_years: int = 5
    """How long a card is valid; the programmes seen use two to five years."""
    validity_by_age: Mapping[str, int] = field(default_factory=lambda: {"13": 2, "17": 3})
    """Years for younger people: up to the age of 13, two; up to 17, three; from then on `validity_years`. A face
    changes most at these ages, and Chicago gives children up to 13 two years. It also tells whoever reads the days
    that a card belongs to somebody young; a city that minds writes an empty table."""
    age_of_majority: int = 18
    """Below this age somebody comes along: a parent or guardian, or an institution. New York asks it below 14."""
    portrait_in_code: str = "choice"
    """choice (the holder decides), always or never."""
    approval: str = "always"
    """always: a second person approves each card; exceptions: those of people without papers, and one in four of the
    others by chance; never: for a town of two officials, said in the audit log."""
    evidence: str = ""
    """Which papers count: the id of a shipped rule set, or a file beside settings.toml that ends in .json; without it
    the set of the country (`citycard evidence list`)."""
    cards_per_clerk_per_day: int = 60
    """A clerk enrols about 25 people a day; 60 leaves room for a fair, and stops a machine."""
    endings_per_clerk_per_day: int = 10
    """From here on a second person confirms each ending: what one stolen password can end before somebody notices."""
    pickup_days: int = 30
    """How long a printed card waits for its holder before it is void, at most 60."""
    closing_time: str = ""
    """When the counter closes, such as "17:30": what is on hold is forgotten then. Empty for midnight, because what is
    forgotten too early sends somebody home without a card."""
    training: bool = False
    """A counter to practise at, with stories to play; its issuer must stand under a reserved name."""
    sync_minutes: int = 15
    """How often partners are asked for statements and lists, 1 to 60. A demonstration asks each minute."""
    relay: bool = True
    """Whether partners may fetch here what we hold of other cities, and we fetch it from them when a city's server is
    down: so that a server that fails in August does not punish visitors. All of it is public and signed."""
    mail_host: str = ""
    """The mail server that takes notices for the administrator, such as a key that ends soon; empty for none."""
    mail_port: int = 587
    """587 or 25 for STARTTLS, 465 for TLS from the first byte; never without."""
    mail_user: str = ""
    """Who signs in at the mail server; the password lies in a file. Empty where it asks for none."""
    mail_from: str = ""
    """The address that notices come from."""
    mail_to: tuple[str, ...] = ()
    """The addresses that notices go to: of a function and not of a person, so that somebody reads them in August."""
    services: tuple[str, ...] = ()
    """Common category codes of what visiting holders get here, for the statement."""

    def __post_init__(self) -> None:
        try:
            check_issuer_url(self.issuer, allow_demo=True)
        except TrustRefused as refused:
            raise SettingsRefused(f"issuer: {refused}", code=refused.code) from None
        for code in self.names:
            if not _LANGUAGE.fullmatch(code):
                raise SettingsRefused(
                    f"settings.toml: “{code}” under [names] is no language code, such as fr. Settings other than names "
                    "stand above that line."
                )
        if self.default_language not in LANGUAGES or self.default_language not in self.names:
            raise SettingsRefused("default_language must be one of fr, en, es, ar, and the city needs a name in it.")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise SettingsRefused("time_zone is no IANA time zone, such as Europe/Paris.") from None
        if self.portrait_in_code not in ("choice", "always", "never"):
            raise SettingsRefused("portrait_in_code must be choice, always or never.")
        if self.approval not in ("always", "exceptions", "never"):
            raise SettingsRefused("approval must be always, exceptions or never.")
        if not 1 <= self.validity_years <= 15 or not 1 <= self.pickup_days <= 60:
            raise SettingsRefused("validity_years goes from 1 to 15, pickup_days from 1 to 60.")
        for age, years in self.validity_by_age.items():
            if not _AGE.fullmatch(age) or not 1 <= years <= 15:
                raise SettingsRefused("validity_by_age holds an age and 1 to 15 years in each line, such as 13 = 2.")
        if not 0 <= self.age_of_majority <= 21:
            raise SettingsRefused("age_of_majority goes from 0 (nobody needs company) to 21.")
        if self.closing_time and not _TIME_OF_DAY.fullmatch(self.closing_time):
            raise SettingsRefused('closing_time is a time of day such as "17:30", or empty for midnight.')
        if self.training and not self.demo:
            raise SettingsRefused("training is for an issuer under a reserved name, such as .invalid: no real city.")
        if self.cards_per_clerk_per_day < 1:
            raise SettingsRefused("cards_per_clerk_per_day is at least 1.")
        if self.endings_per_clerk_per_day < 0:
            raise SettingsRefused("endings_per_clerk_per_day is 0 (a second person each time) or more.")
        if not _COLOUR.fullmatch(self.colour):
            raise SettingsRefused("colour is written as #rrggbb.")
        if not 1 <= self.sync_minutes <= 60:
            raise SettingsRefused("sync_minutes goes from 1 to 60.")
        if self.mail_host and not _MAIL_HOST.fullmatch(self.mail_host):
            raise SettingsRefused("mail_host is the name of a mail server, such as mail.port-sable.fr.")
        if not 1 <= self.mail_port <= 65535:
            raise SettingsRefused("mail_port goes from 1 to 65535; usual are 587 and 465.")
        if not all(map(_ADDRESS.fullmatch, (*self.mail_to, *([self.mail_from] if self.mail_from else [])))):
            raise SettingsRefused("mail_from and mail_to hold plain addresses, such as cards@port-sable.fr.")
        if self.mail_host and not (self.mail_from and self.mail_to):
            raise SettingsRefused(
                "mail_host needs mail_from and mail_to: from whom a notice comes, and to whom it goes."
            )
        letters = self.country.isascii() and self.country.isalpha() and self.country.isupper()
        if len(self.country) != 2 or not letters:
            raise SettingsRefused("country is two capital letters, such as FR.")

    @property
    def demo(self) -> bool:
        """Whether this is a demonstration: its issuer stands under a reserved name, so no real reader accepts it."""
        return is_demo_issuer(self.issuer)

    @property
    def closes_at(self) -> time | None:
        """When the counter closes, if the city says so; else nothing is over before midnight."""
        return time.fromisoformat(self.closing_time) if self.closing_time else None

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.time_zone)

    def name(self, language: str) -> str:
        """Return the city's name in `language`, or in its own where it has none."""
        return self.names.get(language) or self.names[self.default_language]

    def today(self, now: datetime) -> date:
        """Return the day it is in the city at `now`."""
        return now.astimezone(self.zone).date()


@dataclass(frozen=True)
class Office:
    """An office folder and its settings; where everything of the office lies."""

    folder: Path
    settings: Settings

    def __post_init__(self) -> None:
        # The office folder is backed up and copied about; in a copy yesterday's keys would live on.
        for name, place in (("secrets", self.secrets), ("offline", self.offline)):
            if place.resolve().is_relative_to(self.folder.resolve()):
                raise SettingsRefused(f"{name} must lie outside the office folder.")

    @property
    def database_url(self) -> str:
        """The register's address."""
        # (3)
        return os.environ.get("DATABASE_URL") or f"sqlite:///{(self.folder / self.settings.database).resolve()}"

    @property
    def secrets(self) -> Path:
        """The folder of the service's secrets."""
        return self._beside(self.settings.secrets, "secrets")

    @property
    def offline(self) -> Path:
        """The folder of the offline keys; absent most of the year."""
        return self._beside(self.settings.offline, "offline")

    @property
    def day_keys(self) -> Path:
        """The keys of the day, which stay out of every backup."""
        return self.secrets / "day-keys"

    @property
    def published(self) -> Path:
        """The city's TUF repository: static files that anybody may have."""
        return self.folder / "published"

    @property
    def partners(self) -> Path:
        """What was fetched of partners' repositories."""
        return self.folder / "partners"

    @property
    def keys_file(self) -> Path:
        """The public keys, with where their private parts lie."""
        return self.folder / "keys.json"

    def passphrase(self, folder: Path) -> str:
        """Return the passphrase of the key files in `folder`, the secrets or the offline one: from a file.

        For the secrets, CITYCARD_PASSPHRASE_FILE names another place, so that a copy of the folder alone opens nothing.
        """
        named = os.environ.get("CITYCARD_PASSPHRASE_FILE") if folder == self.secrets else None
        return _secret_in(Path(named) if named else folder / "passphrase", "passphrase", code="passphrase")

    def mail_password(self) -> str:
        """Return the password of `mail_user`, from a file: CITYCARD_MAIL_PASSWORD_FILE, or `mail-password` among the
        secrets."""
        named = os.environ.get("CITYCARD_MAIL_PASSWORD_FILE")
        return _secret_in(Path(named) if named else self.secrets / "mail-password", "password", code="mail-password")

    @property
    def notices_file(self) -> Path:
        """Of what was told by e-mail already, and what became of the last one."""
        return self.folder / "notices.json"

    def _beside(self, setting: str, kind: str) -> Path:
        return (self.folder / setting).resolve() if setting else self.folder.parent / f"{self.folder.name}-{kind}"


def _secret_in(path: Path, kind: str, *, code: str) -> str:
    """Return the one line of a secret's file; raise `SettingsRefused` where there is none, or nothing in it."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        secret = ""
    if not secret:
        raise SettingsRefused(f"The {kind} file {path.name} cannot be read.", code=code)
    return secret


def load_office(folder: Path) -> Office:
    """Return the office in `folder`; raise `SettingsRefused` naming what is wrong."""
    folder = folder.resolve()
    try:
        with (folder / "settings.toml").open("rb") as file:
            values = tomllib.load(file)
    except FileNotFoundError:
        raise SettingsRefused("This folder is no office: settings.toml is missing. Make one: citycard init") from None
    except OSError:
        raise SettingsRefused("settings.toml cannot be opened: look at whose it is, and who may read it.") from None
    except ValueError as error:  # also what is no UTF-8
        raise SettingsRefused(f"settings.toml cannot be read: {error}") from None
    return Office(folder, read_settings(values))


def read_settings(values: Mapping[str, Any]) -> Settings:
    """Return `values` as settings, each of the declared kind (1)."""
    known = {item.name: item for item in fields(Settings)}
    for name in values:
        if name not in known:
            raise SettingsRefused(f"settings.toml has an unknown setting: {name}")
    for name, item in known.items():
        if name not in values and item.default is MISSING and item.default_factory is MISSING:
            raise SettingsRefused(f"settings.toml lacks a setting: {name}")
    plain: dict[str, Any] = {}
    for name, value in values.items():
        expected = _KINDS.get(str(known[name].type), str)
        if type(value) is not expected:
            raise SettingsRefused(f"settings.toml: {name} must be written as {_WORDS[expected]}.")
        if isinstance(value, dict):
            _refuse_settings_under(name, value, known)
        held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        inside = int if str(known[name].type) == _TABLE_OF_NUMBERS else str
        if any(type(item) is not inside for item in held):
            raise SettingsRefused(f"settings.toml: {name} holds {_PLURALS[inside]}, nothing else.")
        plain[name] = tuple(value) if isinstance(value, list) else value
    return Settings(**plain)


def _refuse_settings_under(table: str, value: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """In TOML a line that is added at the end belongs to the last table, and would be a name of the city, unseen."""
    for name in value:
        if name in known:
            raise SettingsRefused(
                f"settings.toml: {name} stands under [{table}]: move it above that line, because "
                "whatever stands below a line in [ ] belongs to it."
            )


_TABLE_OF_NUMBERS = "collections.abc.Mapping[str, int]"
_PLURALS: dict[type, str] = {str: "texts in quotes", int: "whole numbers"}
_KINDS: dict[str, type] = {
    "<class 'str'>": str,
    "<class 'int'>": int,
    "<class 'bool'>": bool,
    "tuple[str, ...]": list,
    "collections.abc.Mapping[str, str]": dict,
    _TABLE_OF_NUMBERS: dict,
}
_WORDS: dict[type, str] = {
    str: "text in quotes",
    int: "a whole number",
    bool: "true or false",
    list: "a list in [ ]",
    dict: "a table",
}
