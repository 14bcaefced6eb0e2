"""The name in its own script, typed by the holder on the screen that the clerk has turned round.

1. The identity screen sends itself here with a button of its own. What is typed on it is kept as it stands, a picture
   that came along too, and the screen is turned.
2. The holder sees her name as the clerk wrote it, in her language and large, and chooses a language that the card can
   be printed in. Whose language is Arabic begins with Arabic.
3. She types: on the keys of the page, with the keyboard of the computer, or without a script with whatever the device
   has. Beside it stands how it will look on the card.
4. "Done" puts the name beside what the clerk had typed, which is not saved yet either; "change nothing" leaves it. Both
   lead back to the clerk's screen, where all stands as before.

A screen that is turned is still signed in as the clerk. What somebody can do who has it before her: read the one name;
write another into the one field and choose its language; press one of the two buttons and see the identity screen of
her own enrolment. The page leads nowhere else, has no navigation, and shows no clock, portrait, birth date or ticket
list. Whoever types another address into the browser gets what the clerk would: as with every screen that somebody
turns, the clerk stays beside it. After ten minutes without a touch it locks, and keeps what was typed.
"""

from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from citycard.core.claims import MAX_NAME
from citycard.core.errors import CitycardError
from citycard.operations import enrol
from citycard.store.staff import Role, Staff
from citycard.web import database
from citycard.web.access import open_to
from citycard.web.enrolment import keeping
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import Case, address, open_case, show
from citycard.web.enrolment.forms import OFF, ScreenForm
from citycard.web.enrolment.keyboards import keyboards
from citycard.web.enrolment.scripts import name_of
from citycard.web.languages import NAMES

SCREEN = "own_script"
"""The name under which the file keeps what is being typed here."""

LANGUAGE_OF_HOLDER = {"ar": "ara"}
"""Whose language has a script of its own needs no question first."""


class OwnScriptForm(ScreenForm):
    """One field."""

    own_script_name = StringField(_l("Your name in this script"), render_kw=OFF)


@dataclass(frozen=True)
class Held:
    """What this page knows, from what is kept of the identity screen, or else from the file."""

    speaks: str
    """The holder's language."""
    full_name: str
    code: str
    """The language of the script, or nothing while none is chosen."""
    name: str

    @classmethod
    def of(cls, case: Case) -> "Held":
        """What a case holds."""
        identity, here = case.file.typed.get("identity", {}), case.file.typed.get(SCREEN, {})

        def held(name: str) -> str:
            return str(here.get(name, identity.get(name, getattr(case.file, name))))

        speaks = held("language")
        speaks = speaks if speaks in NAMES else case.file.language
        code = held("own_script_language") or ("" if SCREEN in case.file.typed else LANGUAGE_OF_HOLDER.get(speaks, ""))
        return cls(speaks, held("full_name"), code if code in keyboards() else "", held("own_script_name"))


def keep_here(by: Staff, ticket: str) -> str | None:
    """Keep what is typed when the screen has locked meanwhile, and say where it opens again."""
    if request.form.get("do") == "turn":
        return keeping.keeper("identity")(by, ticket)
    try:
        case = open_case(ticket)
        if case.state in keeping.WORKED_ON:
            file = case.file.changed(typed={**case.file.typed, SCREEN: _typed_here(Held.of(case))})
            enrol.store(database.session(), case.desk, case.enrolment, file)
    except CitycardError:
        return url_for("enrolment.day")
    return address(SCREEN, case)


@bp.route("/<ticket>/own-script", methods=["GET", "POST"])
@open_to(Role.CLERK, keep_typed=keep_here)
def own_script(by: Staff, ticket: str) -> ResponseReturnValue:
    """The holder types their name in their own script, on the turned screen."""
    case = open_case(ticket)
    if not case.editable:
        return redirect(address("go_on", case), 303)
    held = Held.of(case)
    if request.method == "GET":
        return _show(case, held, OwnScriptForm(formdata=None, data={"own_script_name": held.name}))
    act = request.form.get("do")
    if act == "leave":
        return _back(case)
    if act == "turn":  # (1)
        case = case.saved(typed=_without_ours(case))
        keeping.keep_picture(keeping.keep(case, "identity"))
    elif "script" in request.form:  # (2)
        case.saved(typed={**case.file.typed, SCREEN: _typed_here(held)})
    else:
        return _done(case, held)
    return redirect(address(SCREEN, case), 303)


def _done(case: Case, held: Held) -> ResponseReturnValue:
    # (4)
    with force_locale(held.speaks):
        form = OwnScriptForm()
        name = form.neat(form.own_script_name, at_most=MAX_NAME)
        if form.mistakes:
            return _show(case, held, form, status=422)
    return _back(case, own_script_name=name, own_script_language=held.code if name else "")


def _back(case: Case, **values: str) -> ResponseReturnValue:
    """Back to the clerk, with the name beside what she had typed; saved where she had typed nothing."""
    typed = _without_ours(case)
    if identity := typed.get("identity"):
        case.saved(typed={**typed, "identity": {**identity, **values}})
    else:
        case.saved(typed=typed, **values)
    return redirect(f"{address('identity', case)}#own_script_name", 303)


def _without_ours(case: Case) -> dict[str, dict[str, str]]:
    return {name: fields for name, fields in case.file.typed.items() if name != SCREEN}


def _typed_here(held: Held) -> dict[str, str]:
    sent = request.form
    return {
        "own_script_name": sent.get("own_script_name", held.name)[: keeping.MAX_KEPT],
        "own_script_language": sent.get("script", held.code)[:3],
    }


def _show(case: Case, held: Held, form: OwnScriptForm, **values: Any) -> ResponseReturnValue:
    with force_locale(held.speaks):
        return show(
            SCREEN,
            case,
            "identity",
            form=form,
            held=held,
            keyboard=keyboards().get(held.code),
            keyboards=keyboards(),
            name_of=name_of,
            **values,
        )
