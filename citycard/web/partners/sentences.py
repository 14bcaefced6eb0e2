"""What is said when something with a partner city does not work, by the code of the error.

Never the other server's own words: they are anybody's. Codes of one family share a sentence where the officer would do
the same thing about them.
"""

from typing import Any

from flask_babel import lazy_gettext as _l

from citycard.core.errors import CitycardError
from citycard.operations.refusals import OperationRefused
from citycard.web import errors
from citycard.web.errors import Sentence

_TRY_LATER = _l("What was fetched before stays in use, and we go on trying by ourselves. If it lasts, call the city.")
_CALL_THEM = _l("Do not go on. Call the city on a number that you know, and tell them which sentence you see.")
_TYPE_AGAIN = _l("Look at what you typed, and try again.")

_TABLE: tuple[tuple[str, Any, Any], ...] = (
    ("unreachable", _l("The city's server cannot be reached."), _TRY_LATER),
    ("too-slow", _l("The city's server is too slow to answer."), _TRY_LATER),
    (
        "bad-answer cut-short fetch compressed",
        _l("The city's server answers, but not with what we asked for."),
        _TRY_LATER,
    ),
    (
        "not-found",
        _l("The city's server has no such file."),
        _l("Is this the right address? Ask the city where it publishes its files."),
    ),
    ("certificate", _l("The certificate of the city's server is not good."), _CALL_THEM),
    (
        "redirected",
        _l("The city's server points to another address."),
        _l("Ask the city for the address where its files really are."),
    ),
    (
        "host-not-allowed address-not-allowed path-not-allowed elsewhere not-https",
        _l("This is not an address that we ask."),
        _l("A partner has a public name and is reached over https. No machine inside this office is asked."),
    ),
    ("source", _l("This is neither an address nor a folder on this machine."), _TYPE_AGAIN),
    ("too-large endless-data", _l("A file of the city is larger than it can be."), _CALL_THEM),
    ("rollback older list-rollback", _l("The city offers something older than what we have seen."), _CALL_THEM),
    (
        "expired list-expired",
        _l("The city's signed files are too old. Its server may be down, or somebody holds back the newer ones."),
        _TRY_LATER,
    ),
    ("mix-and-match inconsistent", _l("The files of the city do not belong together."), _TRY_LATER),
    ("threshold root-chain", _l("Something is not signed by the keys that were compared."), _CALL_THEM),
    (
        "unreadable not-json not-integer member-twice not-a-root not-consistent wrong-version no-statement members "
        "version statement names country communes services contact retention issued_on keys key-form status_lists "
        "list-elsewhere key-window sync root delegation marks-form marks-many",
        _l("What the city publishes about itself cannot be read."),
        _l("They may use a newer version of this software, or made a mistake. Ask them."),
    ),
    ("issuer-demo", _l("This is a practice city: its cards prove nothing."), _l("Ask the city for its real address.")),
    ("issuer-form", _l("The city's own address is not one that can stand on a card."), _CALL_THEM),
    ("own-issuer", _l("This is our own city, or somebody who speaks in its name."), _CALL_THEM),
    ("wrong-issuer", _l("This speaks in the name of another city than before."), _CALL_THEM),
    (
        "shared-key key-shared",
        _l("A key of this city is in use by another one."),
        _l("One of the two does not hold it alone. Call both, on numbers that you know, before you go on."),
    ),
    ("duplicate-key key-twice", _l("A key stands twice in what this city publishes."), _CALL_THEM),
    ("shared-list", _l("This city names a list of ended cards that belongs to another one."), _CALL_THEM),
    (
        "private-key",
        _l("The city published a private key by mistake. It is worth nothing now."),
        _l("Nothing of it was kept here. Call them: that key is burnt. They mark it as compromised and make another."),
    ),
    (
        "key-pasted",
        _l("This is a private key. Nothing of it was kept."),
        _l(
            "It is burnt: it was on a screen and went over a network. Whoever it belongs to marks it as compromised "
            "now and makes another (citycard keys compromise). Here stands an address, or what was read to you."
        ),
    ),
    (
        "weak-key",
        _l("A key of this city is so weak that anybody could sign with it."),
        _l("Call them. They make another key, and look where this one came from."),
    ),
    (
        "test-key",
        _l("A key of this city is printed in a standard with its private half: anybody can sign with it."),
        _l("Call them. It came from an example, and another key is to be made."),
    ),
    (
        "key-kind",
        _l("A key of this city is of a kind that signs no cards, such as RSA."),
        _l("Ask them for keys of P-256 or Ed25519."),
    ),
    (
        "key-days",
        _l("A card key of this city signs for more than a year."),
        _l("Ask them for keys of a year at most: a stolen one must not take every card with it."),
    ),
    (
        "offline-key-online",
        _l("A key that belongs in a safe is used by the city’s server."),
        _l("Call them: whoever takes that server could name new keys. They rotate these keys first."),
    ),
    ("future", _l("The statement is dated in the future."), _l("Compare the clocks: ours and theirs.")),
    (
        "compromise-undone list-unrevokes list-shrinks",
        _l("What the city had ended for ever would be valid again. That must never happen."),
        _CALL_THEM,
    ),
    (
        "list-form list-key list-signature list-claims list-zlib list-bits list-large list-other",
        _l("The city's list of ended cards is not good."),
        _TRY_LATER,
    ),
    (
        "list-future",
        _l("The city's list of ended cards is not good."),
        _l("Compare the clocks: ours and theirs."),
    ),
    (
        "look-busy",
        _l("Another city is being fetched at this moment."),
        _l("One at a time, so that a slow server does not hold up the office. Try again in a minute or two."),
    ),
    ("busy", _l("This city is being asked at this very moment."), _l("Look again in a minute.")),
    (
        "state-folder not-kept",
        _l("Our own folder for this city cannot be written."),
        _l("The administrator of this machine can help."),
    ),
    ("partner-known", _l("This city is recognised already."), _l("End that first to start anew.")),
    (
        "confirm-twice",
        _l("You confirmed already. A second person must."),
        _l("Ask another key custodian or administrator."),
    ),
    ("confirm-role", _l("Confirming a city is for key custodians and administrators."), ""),
    (
        "fingerprint-differs",
        _l("What you typed is not the fingerprint of what we fetched."),
        _l(
            "A digit or a word is easily misheard or mistyped: read it to each other once more, slowly. If it still "
            "differs, stop, and do not try until it fits. Call the city again, on a number that you know, and ask "
            "whether its root was changed. If not, somebody stands between you."
        ),
    ),
)

for _codes, _title, _advice in _TABLE:
    for _code in _codes.split():
        errors.say(_code, _title, _advice, status=422)
errors.say("no-partner", _l("There is no such partner city."), status=404)


_NOTHING_YET = _l("Nothing was kept. Look at the address, and try again later. If it lasts, call the city.")
_NO_FILES = Sentence(
    _l("In this folder are no files of a city."),
    _l("It is the folder that holds “metadata” and “targets”. Ask the city if you do not find them."),
    422,
)


def sentence_at_first(error: CitycardError, source: str) -> Sentence:
    """The sentence where a city is fetched for the first time: nothing of it is in use, and nobody goes on trying."""
    if error.code == "not-found" and "://" not in source:
        return _NO_FILES
    said = errors.sentence_for(error)
    return said._replace(advice=_NOTHING_YET) if said.advice is _TRY_LATER else said


def sentence_of(code: str | None) -> Sentence | None:
    """The sentence for the code of a partner's last failure; nothing for none."""
    return errors.sentence_for(OperationRefused("", code=code)) if code else None


WARNINGS = {
    "mixed-script": _l("A word of the name mixes letters of two alphabets. That is how imitations are made."),
    "unexpected-script": _l("The name is written in another alphabet than its language uses."),
    "looks-like-another-city": _l("The name looks the same as the name of another city that we know."),
    "looks-like-our-city": _l("The name looks the same as the name of our own city."),
    "address-like-another-city": _l(
        "The address looks like the address of another city that we know, and is another one. Compare them letter by "
        "letter: 1 and l, rn and m, 0 and o, and letters of other alphabets."
    ),
    "address-like-our-city": _l(
        "The address looks like our own, and is another one. Compare them letter by letter: 1 and l, rn and m, 0 and "
        "o, and letters of other alphabets."
    ),
}
"""What is odd about a city's names and address; two people decide."""
