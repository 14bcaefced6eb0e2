"""The figures, as pages and as a file.

Staff see what everybody sees: if finer numbers stood on their screens, people would call and ask for those.
"""

from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, get_locale
from flask_babel import lazy_gettext as _l

from citycard.operations import given, statistics
from citycard.operations.statistics import Part
from citycard.store.staff import Role, Staff
from citycard.web import database, languages, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.headers import AN_HOUR, cacheable
from citycard.web.statistics import charts, csv_file

bp = Blueprint("statistics", __name__)

GROUPS = (
    (_l("Cards that were handed over"), ("first", "renewed", "replaced")),
    (_l("Cards that stopped being good"), ("ended", "suspended")),
    (_l("What was missing when somebody left without a card"), ("no-identity", "no-residence", "no-photo")),
)

NAMES = {
    "first": _l("First card"),
    "renewed": _l("Renewed: the old card was at its end"),
    "replaced": _l("Replaced: lost, worn out or changed"),
    "ended": _l("Ended for ever, with no new card in its place"),
    "suspended": _l("Suspended for a time"),
    "no-identity": _l("Papers about who somebody is"),
    "no-residence": _l("Papers about where somebody lives"),
    "no-photo": _l("A paper with a picture"),
}

CLASSES = {
    "same-day": _l("The same day"),
    "1-2-days": _l("1 or 2 days"),
    "3-7-days": _l("3 to 7 days"),
    "8-14-days": _l("8 to 14 days"),
    "15-days-or-more": _l("15 days or more"),
}

PARTS = {
    Part.NEARLY_ALL: _l("more than nine in ten"),
    Part.MOST: _l("more than half"),
    Part.SOME: _l("more than one in ten"),
    Part.FEW: _l("one in ten or fewer"),
}


@bp.get("/statistics/")
@open_to(Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR)
def for_staff(by: Staff) -> ResponseReturnValue:
    """The figures of the office, as everybody sees them."""
    return _page("layouts/staff.html")


@bp.get("/figures")
@open_to(ANYONE)
def for_everybody() -> ResponseReturnValue:
    """How many cards, quarter by quarter; nobody can be found in it."""
    return _page("layouts/public.html")


@bp.get("/figures.csv")
@cacheable(AN_HOUR)
@open_to(ANYONE, machine=True)
def as_file() -> ResponseReturnValue:
    """The same as a file for spreadsheets."""
    return Response(
        csv_file.text(_figures()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="figures.csv"'},
    )


def _figures() -> statistics.Figures:
    return statistics.read(database.session(), today=workplace.today())


def _page(layout: str) -> str:
    figures = _figures()
    turned = languages.direction() == "rtl"
    return render_template(
        "statistics/figures.html",
        layout=layout,
        figures=figures,
        groups=GROUPS,
        names=NAMES,
        classes=CLASSES,
        parts=PARTS,
        years=sorted({quarter.year for quarter in figures.quarters}),
        quarter_names=_quarter_names(),
        geometry=charts,
        bars={name: charts.bars(cells, right_to_left=turned) for name, cells in figures.cells.items()},
        waiting=charts.waiting(figures.waiting, list(given.CLASSES), right_to_left=turned),
        quarter=statistics.Quarter,
        number=format_decimal,
        enough=statistics.ENOUGH,
    )


def _quarter_names() -> dict[int, Any]:
    # "1st quarter", "1er trimestre", "الربع الأول": by the Unicode tables, like the dates.
    locale = get_locale()
    return {} if locale is None else dict(locale.quarters["stand-alone"]["wide"])
