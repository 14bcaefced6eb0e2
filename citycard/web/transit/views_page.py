"""The check page, for anybody to take away.

1. It is made from what is published, and is the same for everybody; whoever fetches it tells nothing but that.
2. It comes as a file to be kept, not as a page of ours: its script would run beside our pages with what these may do,
   and what it is for is to be opened where there is no network.
3. One that was made is kept in memory until a list is signed anew or the day is over.
"""

import hashlib
from dataclasses import replace
from functools import lru_cache

from flask import Response, current_app, request

from citycard.settings import Office
from citycard.transit.check_page import CheckPage, of_office, write_check_page
from citycard.transit.published import published
from citycard.transit.sheet import PAGE
from citycard.web import database, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.headers import AN_HOUR, cacheable
from citycard.web.transit.blueprint import bp


@bp.get(f"/{PAGE}")
@cacheable(AN_HOUR)
@open_to(ANYONE, machine=True)  # no cookie is looked at, set or taken away: caches may keep this answer
def check_page() -> Response:
    """The page, as a file."""
    office: Office = current_app.config["OFFICE"]
    try:
        found = published(database.session(), office)
    except FileNotFoundError:
        return Response("This office has published nothing yet.\n", 404, content_type="text/plain; charset=utf-8")
    content = _written(_Same(of_office(found, office.settings, made_on=office.settings.today(workplace.now()))))
    # (2)
    response = Response(
        content,
        content_type="text/html; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{PAGE}"'},
    )
    response.set_etag(hashlib.sha256(content).hexdigest())
    response.make_conditional(request)
    return response


class _Same:
    """A page that is to be written, told from others by what goes into it."""

    def __init__(self, page: CheckPage) -> None:
        self.page = page
        self.key = (repr(replace(page, lists={})), tuple(page.lists.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(4)
def _written(same: _Same) -> bytes:
    # (3)
    return write_check_page(same.page)
