"""The public pages. One thing per page, no cookie unless a language is chosen."""

from flask import Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from citycard.web.access import ANYONE, open_to
from citycard.web.colours import style_sheet
from citycard.web.headers import cacheable
from citycard.web.public import samples
from citycard.web.public.blueprint import bp
from citycard.web.public.fingerprint import own_fingerprint

A_MINUTE = 60
"""A city that changes its colour wants to see it; everybody else can wait a minute."""


@bp.get("/")
@open_to(ANYONE)
def home() -> ResponseReturnValue:
    """The first page."""
    return render_template("public/home.html", fingerprint=own_fingerprint())


@bp.get("/about")
@open_to(ANYONE)
def about() -> ResponseReturnValue:
    """What the card is, what the city keeps, and what a seizure could and could not surrender."""
    return render_template("public/about.html")


@bp.get("/city.css")
@cacheable(A_MINUTE)
@open_to(ANYONE, machine=True)  # no cookie is looked at, set or taken away: caches may keep this answer
def city_colour() -> ResponseReturnValue:
    """The city's colour and its kin, as a style sheet."""
    return Response(style_sheet(current_app.config["OFFICE"].settings.colour), content_type="text/css; charset=utf-8")


@bp.get("/health")
@open_to(ANYONE, machine=True)
def health() -> ResponseReturnValue:
    """Whether this worker answers. It says nothing of the office, asks no database, and counts nothing."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@bp.get("/styleguide")
@open_to(ANYONE)
def styleguide() -> ResponseReturnValue:
    """Every component on one page; only in a demonstration."""
    if not current_app.config["OFFICE"].settings.demo:
        abort(404)
    return render_template(
        "public/styleguide.html", form=samples.form(), verdicts=samples.verdicts(), sample_card=samples.card()
    )
