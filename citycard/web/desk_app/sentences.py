"""Everything that the desk page for devices says, by a name, in every language of the pages at once.

1. The page is one document for everybody and swaps its language by itself, without a network: it holds the sentences of
   all languages, made here from the same catalogues as the pages'. What is said of a verdict is what the staff's desk
   says (`citycard.web.verdicts`).
2. A value is written `{name}` and filled in by the script. A sentence that depends on a number is a table of its plural
   forms by the categories of CLDR ("one", "few", "other"), which every browser knows by `Intl.PluralRules`.
3. Other parts of the page (the set-up of scanners, the voice) bring sentences of their own, in modules of this package.

`word.OK`, `holder.OK`, `next.OK` are a verdict's word, what the holder is told and what the attendant does next;
`holder.@no-agreement` and `next.@no-agreement` say it nearer to the point where the reason has words of its own.
"""

import re
from collections.abc import Callable
from typing import Any

from babel import Locale
from flask_babel import force_locale, get_domain
from flask_babel import lazy_gettext as _l

from citycard.core.verdicts import Verdict
from citycard.web import languages
from citycard.web.desk.scanned import NOT_READ
from citycard.web.desk_app import guide_sentences, scanner_sentences, voice_sentences
from citycard.web.verdicts import NOT_CHECKED, OTHER_CODE, REASONS, said

PARTS = (guide_sentences, scanner_sentences, voice_sentences)
"""The other parts of the page (3)."""

_NUMBERS = range(201)
"""Enough to find one of every plural category of our languages."""

_HOLE = re.compile(r"%\((\w+)\)[sd]")

SENTENCES: dict[str, Any] = {
    # --- the frame
    "bar.language": _l("Language"),
    "bar.check": _l("Check a card"),
    "bar.settings": _l("Settings"),
    "bar.parts": _l("Parts of this page"),
    "page.content": _l("To the content"),
    # --- what this device cannot do
    "unable.script": _l(
        "This page checks cards with JavaScript, which is switched off here. Switch it on, or use another device. "
        "Without it nothing was checked."
    ),
    "unable.begin": _l("This page could not begin. Open it again while the device has a network."),
    "unable.crypto": _l(
        "This browser cannot check signatures: it is too old, or the page did not come over https. "
        "Update it, or use another device. Without it nothing was checked."
    ),
    "unable.storage": _l(
        "This browser keeps nothing for this page, as in a private window. Open the page in an ordinary window."
    ),
    "unable.title": _l("This device cannot check cards yet"),
    "unable.word": _l("Not checked"),
    "unable.card": _l("This device could not check the card. That says nothing about the card."),
    "unable.next": _l("Scan once more. If it happens again, use another device."),
    # --- enrolling
    "enrol.title": _l("Enrol this device"),
    "enrol.lead": _l(
        "The town hall shows a code for this device on its screen. Read it with the camera of this device, and open "
        "the address. Take no picture of it, and send it to nobody. It works once, for 15 minutes."
    ),
    "enrol.text": _l("Or paste the text of that code"),
    "enrol.go": _l("Enrol"),
    "enrol.file": _l("Or choose a file from a stick"),
    "enrol.file_hint": _l("First the text of the code, then the desk bundle."),
    "enrol.working": _l("This device is being enrolled …"),
    "enrol.done": _l("This device is enrolled as: {name}."),
    "enrol.pinned": _l("The fingerprint of the city is noted. Now choose the desk bundle from the stick."),
    "enrol.form": _l("This is not the text of such a code. It holds an address with #enrol= in it."),
    "enrol.first": _l(
        "Choose the file with the text of the code first: without it nobody can tell whose bundle it is."
    ),
    "enrol.token": _l(
        "The office does not know this code. It was mistyped, used already, replaced by a newer one, or is older than "
        "15 minutes. Compare it with the screen of the town hall, or ask there for a new one."
    ),
    "enrol.offline": _l("The office cannot be reached. Connect this device, or choose the desk bundle from a stick."),
    "enrol.already": _l(
        "This device is enrolled already. To enrol it anew, let it forget everything first, in its settings."
    ),
    "withdrawn.title": _l("This device was withdrawn"),
    "withdrawn.lead": _l("It has forgotten everything: keys, lists and counters. The town hall can enrol it again."),
    # --- the bundle and its age
    "age.now": _l("less than a minute ago"),
    "bundle.none": _l("No lists yet"),
    "bundle.age": _l("Oldest list: {age}"),
    "bundle.amber": _l("Oldest list: {age}. Connect this device when you can."),
    "bundle.red": _l("Lists: {age}. Too old to decide. Connect this device."),
    "bundle.soon": _l("Connect this device before {day}. From then on its lists are too old to decide."),
    "bundle.clock": _l("The clock of this device is wrong: it says {moment}. Set it right, then open this page again."),
    "bundle.clock_off": _l("The clock of this device is wrong by more than ten minutes. Set it right."),
    "bundle.left_out": _l("What {city} sent cannot be confirmed. Its cards are not known here for now."),
    "bundle.fetching": _l("Fetching the lists …"),
    "bundle.fetched": _l("The lists are current."),
    "bundle.offline": _l("The office cannot be reached now. This device goes on with what it has."),
    "bundle.busy": _l("The office did not answer as it should. This device tries again by itself."),
    "bundle.stick": _l("This device works without the network. Its lists come from a stick."),
    "bundle.refused": _l("The desk bundle was refused, and nothing was changed ({code})."),
    "bundle.@bundle-form": _l("This file is not a desk bundle, or it is damaged. Nothing was changed."),
    "bundle.@bundle-type": _l("This file is not a desk bundle. Nothing was changed."),
    "bundle.@fingerprint-differs": _l("This desk bundle is of another city. Nothing was changed."),
    "bundle.@bundle-older": _l("This desk bundle is older than the one that is here. Nothing was changed."),
    "bundle.@bundle-expired": _l("This desk bundle is too old. Connect this device, or fetch a newer one."),
    "bundle.@bundle-signature": _l("This desk bundle was changed by somebody. Nothing was changed here."),
    "bundle.@bundle-version": _l(
        "This desk bundle is newer than this page. Connect the device, so that the page renews itself."
    ),
    "bundle.@reader-unable": _l("This browser cannot read the desk bundle. Update it, or use another device."),
    "bundle.unbelieved": _l("This device does not believe the lists that the office sent. Tell the office."),
    "bundle.@edited": _l(
        "What this page keeps on this device was changed by something else. "
        "Connect the device, or choose a desk bundle from a stick."
    ),
    # --- the empty page
    "check.title": _l("Show the card"),
    "check.for": _l("For: {service}"),
    "check.good": _l("Only whether the card is good"),
    "check.see": _l("You are shown: %(needs)s"),
    "check.start": _l("Start the camera"),
    "check.stop": _l("Stop the camera"),
    "check.light": _l("Light"),
    "check.other": _l("Other camera"),
    "check.aim": _l("Hold the code in the frame."),
    "check.otherwise": _l("Use a scanner, or choose a picture"),
    "check.code": _l("Text of the square code"),
    "check.code_hint": _l(
        "Read it with a handheld scanner, or paste it and press Enter. The printed number of the card is not enough."
    ),
    "check.check": _l("Check"),
    "check.picture": _l("Or a picture of the code"),
    "check.picture_hint": _l("It is looked at on this device, and not kept."),
    "check.gone": _l("The service that this desk was set to is not in the register now. Choose another."),
    "picture.no-code": NOT_READ["picture-no-code"],
    "picture.several": NOT_READ["picture-several-cards"],
    # --- what a desk is told of a card
    "need.name": _l("the name"),
    "need.portrait": _l("the portrait"),
    "need.resident": _l("whether the card is of this city"),
    "need.age-band": _l("whether the age fits, and never the date of birth"),
    "need.nothing": _l("that the card is good, and nothing else"),
    # --- the answer
    "answer.portrait": _l("Portrait on the card"),
    "answer.question": _l("Is this the person?"),
    "answer.yes": _l("Yes"),
    "answer.no": _l("No, somebody else"),
    "answer.compare": _l("Compare the face"),
    "answer.same": _l("You saw that it is the person."),
    "answer.opens": _l("Opens"),
    "answer.name": _l("Name"),
    "answer.resident": _l("Lives in this city"),
    "answer.is": _l("yes"),
    "answer.is_not": _l("no"),
    "answer.age": _l("Age"),
    "answer.fits": _l("fits"),
    "answer.everybody": _l("as for everybody else"),
    "answer.city": _l("City"),
    "answer.until": _l("Valid until"),
    "answer.list": _l("By the list of"),
    "answer.visitor": _l("A visitor, with a card of another city"),
    "answer.opens_here": _l("Cards of its city open here"),
    "answer.this_opens": _l("This card opens here"),
    "answer.from": _l("from %(first)s"),
    "answer.opens_nothing": _l("Cards of its city open nothing here at the moment."),
    "answer.ask_age": _l("The card does not say the age. Ask, and believe the answer; write nothing down."),
    "answer.small": _l("This is the small code. The large one on the back says more."),
    "answer.clears": _l("This screen clears itself in %(seconds)s seconds."),
    "answer.hold": _l("Hold"),
    "answer.clear": _l("Clear now"),
    "answer.practice": _l("Practice: proves nothing"),
    "word.other": _l("Not this person"),
    "holder.other": _l("The card is good. It seems to be somebody else's. The town hall can help."),
    "next.other": _l("Give the card back. Keep nothing, copy nothing, call no one."),
    **{f"unchecked.{what}": sentence for what, sentence in NOT_CHECKED.items()},
    "holder.@service-gone": _l("The card was not compared with a service. It is not the card's fault."),
    "next.@service-gone": _l(
        "This desk is set to a service that is not in the register now. Choose another in the settings."
    ),
    "holder.@bundle-expired": _l("Our list is too old to check this card. It is not the card's fault."),
    "next.@bundle-expired": _l("Connect this desk to fetch the list, then scan again."),
    "holder.@clock": _l("This device cannot check the card: its clock is wrong. It is not the card's fault."),
    "next.@clock": _l("Set the clock of this device right, then scan again."),
    "holder.@card-number": _l("This is the number of a card. A number alone cannot be checked."),
    "next.@card-number": _l("Ask for the card, and scan one of its two square codes."),
    "holder.@reader-unable": _l("This device could not check the card. That says nothing about the card."),
    "next.@reader-unable": _l("Use another device."),
    # --- settings
    "settings.title": _l("Settings"),
    "settings.service": _l("What this desk checks cards for"),
    "settings.face": _l("Is this the person?"),
    "settings.face_always": _l("Show the portrait and ask, each time"),
    "settings.face_asked": _l("Show the portrait only when I press the button"),
    "settings.face_hint": _l("Kept for each service by itself."),
    "settings.signals": _l("Sound and vibration"),
    "settings.sound": _l("A sound for cards that are good"),
    "settings.sound_others": _l("A sound for the others, too: people nearby hear it"),
    "settings.vibrate": _l("Vibrate"),
    "settings.try": _l("Try it"),
    "settings.lists": _l("Lists and keys"),
    "settings.fetch": _l("Fetch now"),
    "settings.file": _l("Desk bundle from a stick"),
    "settings.fingerprint": _l("The fingerprint of the city"),
    "settings.digits": _l("Fingerprint in digits"),
    "settings.list_none": _l("none yet"),
    "settings.list_refused": _l("not accepted"),
    "settings.device": _l("This device"),
    "settings.counted": _l(
        "Counted and not handed in yet: {count}. By week, service and verdict, and by nothing else."
    ),
    "settings.kept": _l("The browser keeps what this page needs."),
    "settings.not_kept": _l(
        "The browser may throw away what this page needs when space is short. Install the page to keep it."
    ),
    "settings.install": _l("Install this page"),
    "settings.install_hint": _l("In the menu of the browser: “Install” or “Add to home screen”."),
    "settings.forget": _l("Let this device forget everything"),
    "settings.forget_sure": _l("Forget keys, lists and counters? It has to be enrolled again afterwards."),
    "settings.forget_yes": _l("Yes, forget everything"),
    "settings.forget_no": _l("No, keep it"),
    # --- training
    "training.word": _l("TRAINING"),
    "training.line": _l("Only practice cards are known now. Real cards are refused."),
    "training.title": _l("Training"),
    "training.lead": _l(
        "To practise with cards of a town that does not exist. They are refused outside training, and real cards are "
        "refused within it. Nothing is counted."
    ),
    "training.begin": _l("Begin training"),
    "training.end": _l("End training"),
    "training.enrol": _l("Enrol this device with the code of the practice office, or from its files."),
    "training.not_practice": _l("This desk bundle is of a real city, and this is the training. Nothing was changed."),
    "training.is_practice": _l("This desk bundle is of a practice office. It is taken in the training only."),
}


def in_every_language() -> dict[str, Any]:
    """Return by language what it calls itself, which way it runs and what it says, for the script."""
    # (1)
    return {code: _in(code) for code in languages.LANGUAGES}


def by_name() -> dict[str, Any]:
    """Return every sentence of the page itself by its name (not yet in a language)."""
    found = {**SENTENCES, **_of_verdicts()}
    for part in PARTS:
        # (3)
        found |= part.SENTENCES
    return found


def filled(sentence: Any) -> str:
    """Return a sentence in the language that is being spoken, with its values written as the script knows them (2)."""
    return _HOLE.sub(r"{\1}", str(sentence))


def _in(code: str) -> dict[str, Any]:
    with force_locale(code):
        says: dict[str, Any] = {name: filled(sentence) for name, sentence in by_name().items()}
        says |= {name: _forms(code, say) for name, say in _counted().items()}
    return {"name": languages.NAMES[code], "direction": languages.direction(code), "says": says}


def _of_verdicts() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for verdict in Verdict:
        words = said(verdict)
        found[f"word.{verdict}"] = words.word
        found[f"holder.{verdict}"] = words.holder
        found[f"next.{verdict}"] = words.attendant
    for reason in REASONS:
        nearer = said(Verdict.MALFORMED if reason in ("base45-alphabet", OTHER_CODE) else Verdict.NOT_ACCEPTED, reason)
        found[f"holder.@{reason}"] = nearer.holder
        found[f"next.@{reason}"] = nearer.attendant
    return found


def _counted() -> dict[str, Callable[[int], str]]:
    ngettext = get_domain().get_translations().ngettext  # the sentence itself, with its places not yet filled
    return {
        "ages.up_to": lambda num: ngettext("Up to %(num)s year old", "Up to %(num)s years old", num),
        "ages.from": lambda num: ngettext("From %(num)s year old", "From %(num)s years old", num),
        "ages.between": lambda num: ngettext(
            "From %(low)s to %(num)s year old", "From %(low)s to %(num)s years old", num
        ),
    }


def _forms(code: str, say: Callable[[int], str]) -> dict[str, str]:
    # (2)
    category = Locale.parse(code).plural_form
    first = {category(number): number for number in reversed(_NUMBERS)}
    return {name: filled(say(number)) for name, number in first.items()}
