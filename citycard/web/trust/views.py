"""Public files: the same bytes for everybody, without cookies, with an ETag, readable from any page of anybody.

1. Lists of ended cards, as last signed: as CWT, or as JWT for who asks for `application/statuslist+jwt` or for the
   name ending in `.jwt`. The two have ETags of their own. `A_MINUTE` in caches: a card that ended is refused a minute
   later. And one document that names all lists.
2. The files of the city's statement (TUF). Those with a number or a hash in their name never change; `timestamp.json`
   does. Only names of the forms that we write lead anywhere.
3. The keys as a JWK set.
4. A page for people, with the fingerprint.

Past lists are not given out (`?time=`, draft §8.4): they would tell on which day somebody's card ended.
"""

import hashlib
import re
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from citycard.operations import status_lists
from citycard.operations.jwks import PATH as JWKS
from citycard.operations.jwks import document as key_document
from citycard.operations.status_lists import Form
from citycard.settings import Office
from citycard.web import database, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.headers import A_YEAR, AN_HOUR, cacheable
from citycard.web.public.fingerprint import own_fingerprint

bp = Blueprint("trust", __name__)

A_MINUTE: Final = 60

METADATA_NAME = re.compile(r"[1-9][0-9]{0,8}\.(root|targets|compromised|snapshot)\.json", re.ASCII)
TARGET_NAME = re.compile(r"[0-9a-f]{64}\.(statement|compromised)\.json", re.ASCII)


@bp.get("/status/<int(max=9999):no>")
@cacheable(A_MINUTE)
@open_to(ANYONE, machine=True)
def status_list(no: int) -> ResponseReturnValue:
    """List `no` of ended cards, in the form that is asked for (1)."""
    # Of two forms that are equally welcome the CWT is smaller; who names neither gets it too.
    answer = _list(no, Form(request.accept_mimetypes.best_match(list(Form), default=Form.CWT)))
    answer.vary.add("Accept")
    return answer


@bp.get("/status/<int(max=9999):no>.jwt")
@cacheable(A_MINUTE)
@open_to(ANYONE, machine=True)
def status_list_jwt(no: int) -> ResponseReturnValue:
    """List `no` as JWT, for readers and web servers that do not choose (1)."""
    return _list(no, Form.JWT)


@bp.get(f"/{status_lists.AGGREGATION}")
@cacheable(A_MINUTE)
@open_to(ANYONE, machine=True)
def aggregation() -> ResponseReturnValue:
    """Which lists there are (1)."""
    return public(status_lists.aggregation(database.session()), "application/json")


@bp.get("/metadata/timestamp.json")
@cacheable(A_MINUTE)
@open_to(ANYONE, machine=True)
def timestamp() -> ResponseReturnValue:
    """What is the newest state (2)."""
    return _file(_published() / "metadata" / "timestamp.json")


@bp.get("/metadata/<name>")
@cacheable(A_YEAR)
@open_to(ANYONE, machine=True)
def metadata(name: str) -> ResponseReturnValue:
    """One of the files with a number (2)."""
    return _file(_published() / "metadata" / name) if METADATA_NAME.fullmatch(name) else not_there()


@bp.get("/targets/<name>")
@cacheable(A_YEAR)
@open_to(ANYONE, machine=True)
def target(name: str) -> ResponseReturnValue:
    """The statement and the marks of compromise, named by their hash (2)."""
    return _file(_published() / "targets" / name) if TARGET_NAME.fullmatch(name) else not_there()


@bp.get(f"/{JWKS}")
@cacheable(AN_HOUR)
@open_to(ANYONE, machine=True)
def jwks() -> ResponseReturnValue:
    """Our keys (3)."""
    return public(key_document(workplace.ring()), "application/jwk-set+json")


@bp.get("/trust")
@open_to(ANYONE)
def page() -> ResponseReturnValue:
    """For officials of other cities and for the curious (4)."""
    settings = workplace.settings()
    return render_template(
        "trust/page.html",
        fingerprint=own_fingerprint(),
        lists=[uri.removeprefix(settings.issuer) for uri in status_lists.uris(database.session())],
    )


def _published() -> Path:
    office: Office = current_app.config["OFFICE"]
    return office.published


def _list(no: int, form: Form) -> Response:
    if "time" in request.args:
        return _text("Only the present list is given out.\n", 501)
    found = status_lists.published(database.session(), no, form)
    return not_there() if found is None else public(found.content, form.value, etag=found.etag)


def _file(path: Path) -> Response:
    try:
        return public(path.read_bytes(), "application/json")
    except OSError:
        return not_there()


def public(content: bytes, content_type: str, *, etag: str | None = None) -> Response:
    """Return an answer that is the same for everybody."""
    response = Response(content, content_type=content_type)
    response.set_etag(etag or hashlib.sha256(content).hexdigest())
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.make_conditional(request)
    return response


def not_there() -> Response:
    """Return the answer to a machine that asks for what is not here."""
    return _text("There is no such file.\n", 404)


def _text(sentence: str, status: int) -> Response:
    # Not the page for people: that one would come with a cookie for its forms.
    return Response(sentence, status, content_type="text/plain; charset=utf-8")
