"""`citycard desks page-fingerprint`: what a device's settings should show, and what a server hands out."""

import http.client
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from citycard import __version__
from citycard.cli.here import here
from citycard.core.errors import CitycardError

if TYPE_CHECKING:
    from flask import Flask

LARGEST = 4 << 20
"""Bytes of a file; the decoder of pictures has one million."""

PATIENCE = 20
"""Seconds without a byte."""


class ServerRefused(CitycardError):
    """The server could not be asked, or did not answer with a file."""


@click.command("page-fingerprint")
@click.option("--at", metavar="ADDRESS", help="What a server hands out, such as https://card.city.example.")
@click.pass_context
def page_fingerprint(ctx: click.Context, at: str | None) -> None:
    """Show the fingerprint of the desk page, as the settings of a device do.

    It is counted from this release and the settings of this office. Without an office there is its code, which is the
    same everywhere. With --at the page of a server is fetched as any device would fetch it, each file of it is compared
    with those that are known here, and what differs is named. Ends with 1 if its code differs.
    """
    from citycard.web.desk_app import assets
    from citycard.web.desk_app.fingerprint import code_of, differing, fingerprint, read_served

    place = here(ctx)
    if place.founded:
        ours = read_served(_within(place.app(), place.office.settings.issuer))
        click.echo(f"Page  {fingerprint(ours)}   with the words, name and colour of this office")
    else:
        ours = {asset.path: asset.integrity for asset in assets.files()}
    click.echo(f"Code  {fingerprint(code_of(ours))}   of release {__version__}, in every office")
    if at is None:
        return
    theirs = read_served(_from(at))
    click.echo(f"\n{at}")
    click.echo(f"Page  {fingerprint(theirs)}")
    click.echo(f"Code  {fingerprint(code_of(theirs))}")
    for path in differing(theirs if place.founded else code_of(theirs), ours):
        click.echo(f"differs: {path}")
    if differing(code_of(theirs), code_of(ours)):
        ctx.exit(1)


def _within(app: "Flask", issuer: str) -> Callable[[str], bytes]:
    asks = app.test_client()  # the application itself, without a network
    return lambda path: asks.get(path, base_url=issuer).data


def _from(address: str) -> Callable[[str], bytes]:
    """Ask over https, as devices do; without, only this machine."""
    parts = urlsplit(address)
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ServerRefused("An address such as https://card.city.example is expected.", code="page-address")
    kind: type[http.client.HTTPConnection] = http.client.HTTPSConnection
    if parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"):
        kind = http.client.HTTPConnection
    elif parts.scheme != "https":
        raise ServerRefused("Devices fetch the page over https.", code="page-address")
    connection = kind(parts.netloc, timeout=PATIENCE)

    def fetch(path: str) -> bytes:
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            content = answer.read(LARGEST + 1)
        except (OSError, http.client.HTTPException):
            raise ServerRefused("The server cannot be reached.", code="page-unreachable") from None
        if answer.status != http.client.OK or len(content) > LARGEST:
            raise ServerRefused(f"{path}: the server did not answer with a file.", code="page-unreachable")
        return content

    return fetch
