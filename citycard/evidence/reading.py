"""Reading a rule set from a file that a city wrote by hand, with a sentence for each mistake, all of them at once.

1. The file is JSON that can be read in one way only (`core.strict_json`), and no larger than `MAX_BYTES`.
2. Every member is known, of its kind and within its limits. docs/evidence.md explains each; a test compares the two.
3. Documents, kinds and exceptions are called by names of their own, and every name that is used is there.
4. Nothing contradicts itself: a paper is never worth more when it has expired, nothing is its own companion, and an
   exception lowers something and raises nothing.
5. The minimum can be met: with every document on the desk nothing is missing.

A sentence says where (document, member) and what is expected there. No schema library: theirs would say "is not valid
under any of the given schemas" to somebody who has never seen one.
"""

from collections.abc import Iterable

from citycard.core.errors import FileRefused
from citycard.core.handwritten import near, shown
from citycard.core.strict_json import JsonRefused, read_json
from citycard.evidence.places import MAX_DOCUMENTS, Place
from citycard.evidence.rules import (
    OF_A_KIND,
    AgeException,
    BirthDate,
    Document,
    Kind,
    Needed,
    Rendering,
    RuleSet,
)
from citycard.evidence.tally import Missing, Ticked, tally

FORMAT = 1
"""The version of this format."""

MAX_BYTES = 512 * 1024
"""Bytes. The larger of our sets has 30 kB; 120 documents in ten languages would have 300."""

MAX_POINTS = 20
"""Points of one document, or of a minimum."""

MAX_DAYS = 20 * 365
"""Of freshness or grace: twenty years."""

MAX_AGE = 120
"""Years."""

MAX_NAME = 160
"""Characters of a name: two lines beside a box to tick."""

MAX_TEXT = 400
"""Characters of examples or of a note."""


class RuleSetRefused(FileRefused):
    """The file is no rule set that an office could work with."""

    code = "evidence-rules"

    def __init__(self, mistakes: Iterable[str]) -> None:
        super().__init__("The evidence rules", mistakes)


def read_rule_set(content: bytes) -> RuleSet:
    """Return the rule set in `content`, or raise `RuleSetRefused` with all that is to mend."""
    # (1)
    try:
        value = read_json(content, at_most=MAX_BYTES)
    except JsonRefused as error:
        raise RuleSetRefused([str(error)]) from None
    # (2)
    said: list[str] = []
    made = _rule_set(Place(said, "", value, "set"))
    # (3) (4)
    if not said:
        said += [*_names(made), *_contradictions(made)]
    # (5)
    if not said:
        said += _out_of_reach(made)
    if said:
        raise RuleSetRefused(said)
    return made


def _rule_set(top: Place) -> RuleSet:
    if top.value.get("format") != FORMAT or type(top.value.get("format")) is not int:
        top.say("format", f"{FORMAT} is expected: the version of this format.")
    must_have, minimum = top.inside("must_have", "must_have"), top.inside("minimum", "minimum")
    identity, residence = minimum.whole("identity", 0, MAX_POINTS), minimum.whole("residence", 0, MAX_POINTS)
    needed = Needed(
        identity=identity,
        residence=residence,
        total=minimum.whole("total", 0, 2 * MAX_POINTS, identity + residence),
        photo=must_have.flag("photo"),
        birth_date=BirthDate(must_have.one_of("birth_date", BirthDate, BirthDate.IF_SHOWN)),
    )
    if not top.value.get("documents"):
        top.say("documents", "at least one document is expected.")
    return RuleSet(
        id=top.name(),
        version=top.whole("version", 1, 9999),
        valid_from=top.day("valid_from"),
        names=top.words("names", at_most=MAX_NAME),
        needed=needed,
        exceptional_path=top.flag("exceptional_path"),
        kinds=tuple(_kind(one) for one in _objects(top, "kinds", "kind")),
        documents=tuple(_document(one) for one in _objects(top, "documents", "document")),
        exceptions=tuple(_exception(one, needed) for one in _objects(top, "exceptions", "exception")),
    )


def _objects(top: Place, member: str, kind: str) -> Iterable[Place]:
    for place, value in enumerate(top.all(member, at_most=MAX_DOCUMENTS), start=1):
        called = value.get("id") if isinstance(value, dict) else None
        yield Place(top.said, f"{kind} {shown(called)}" if isinstance(called, str) else f"{kind} {place}", value, kind)


def _kind(one: Place) -> Kind:
    return Kind(one.name(), one.words("names", at_most=MAX_NAME))


def _document(one: Place) -> Document:
    identity, residence = one.whole("identity", 0, MAX_POINTS, 0), one.whole("residence", 0, MAX_POINTS, 0)
    grace = one.whole("expiry_grace_days", 0, MAX_DAYS, optional=True)
    expired = {
        "identity": one.whole("identity_when_expired", 0, MAX_POINTS, identity if grace else 0),
        "residence": one.whole("residence_when_expired", 0, MAX_POINTS, residence if grace else 0),
    }
    for axis, full in (("identity", identity), ("residence", residence)):
        if not grace and f"{axis}_when_expired" in one.value:
            one.say(f"{axis}_when_expired", "this needs expiry_grace_days, of at least one day.")
        elif expired[axis] > full:
            one.say(f"{axis}_when_expired", "an expired paper cannot be worth more than a valid one.")
    if "address" in one.value and not residence:
        one.say("address", "this is for documents with points for residence.")
    if not identity and not residence and (one.value.get("photo") or one.value.get("birth_date")):
        one.say("", "a document without points cannot show the person's photo or date of birth.")
    return Document(
        id=one.name(),
        kind=one.name("kind"),
        names=one.words("names", at_most=MAX_NAME),
        examples=one.words("examples", at_most=MAX_TEXT, optional=True),
        notes=one.words("notes", at_most=MAX_TEXT, optional=True),
        identity=identity,
        residence=residence,
        photo=one.flag("photo"),
        birth_date=one.flag("birth_date"),
        max_age_days=one.whole("max_age_days", 1, MAX_DAYS, optional=True),
        expiry_grace_days=grace,
        identity_when_expired=expired["identity"],
        residence_when_expired=expired["residence"],
        address=Rendering(one.one_of("address", reversed(Rendering), Rendering.FULL)),
        needs_one_of=one.names("needs_one_of"),
        at_most=one.whole("at_most", 1, 3, 1),
        up_to_age=one.whole("up_to_age", 0, MAX_AGE, optional=True),
    )


def _exception(one: Place, rules: Needed) -> AgeException:
    minimum = one.inside("minimum", "minimum")
    identity = minimum.whole("identity", 0, MAX_POINTS, rules.identity)
    residence = minimum.whole("residence", 0, MAX_POINTS, rules.residence)
    # Where less is needed of each, less is needed in all.
    total = rules.total - (rules.identity - identity) - (rules.residence - residence)
    waives = one.names("waives")
    for name in waives:
        if name not in ("photo", "birth_date"):
            one.say("waives", f'"photo" and "birth_date" can be waived, {shown(name)} cannot.')
    needed = Needed(
        identity=identity,
        residence=residence,
        total=minimum.whole("total", 0, 2 * MAX_POINTS, max(0, total)),
        photo=rules.photo and "photo" not in waives,
        birth_date=BirthDate.NEVER if "birth_date" in waives else rules.birth_date,
    )
    if needed.identity > rules.identity or needed.residence > rules.residence or needed.total > rules.total:
        one.say("minimum", "an exception may lower what is needed, never raise it.")
    if needed == rules:
        one.say("", "this exception lowers nothing.")
    return AgeException(
        id=one.name(),
        names=one.words("names", at_most=MAX_NAME),
        up_to_age=one.whole("up_to_age", 0, MAX_AGE),
        needs_all_of=one.names("needs_all_of"),
        needed=needed,
    )


def _names(rules: RuleSet) -> Iterable[str]:
    # (3)
    for what, ids in (
        ("kind", [one.id for one in rules.kinds]),
        ("document", [one.id for one in rules.documents]),
        ("exception", [one.id for one in rules.exceptions]),
    ):
        for name in sorted({name for name in ids if ids.count(name) > 1}):
            yield f'{what} "{name}": there is another one of this id.'
    kinds = {one.id for one in rules.kinds}
    known = {one.id for one in rules.documents} | {OF_A_KIND + one.kind for one in rules.documents}
    for document in rules.documents:
        if document.kind not in kinds:
            yield _unknown(f'document "{document.id}", kind', document.kind, kinds, "kind")
        for target in document.needs_one_of:
            if target not in known:
                yield _unknown(f'document "{document.id}", needs_one_of', target, known, "document or kind")
    for exception in rules.exceptions:
        for target in exception.needs_all_of:
            if target not in known:
                yield _unknown(f'exception "{exception.id}", needs_all_of', target, known, "document or kind")


def _contradictions(rules: RuleSet) -> Iterable[str]:
    # (4)
    for document in rules.documents:
        if document.is_one_of(document.needs_one_of):
            yield f'document "{document.id}", needs_one_of: a document cannot be its own companion; name others.'


def _out_of_reach(rules: RuleSet) -> Iterable[str]:
    # (5) Of a grown person, for whom no exception can help.
    desk = [Ticked(one.id) for one in rules.documents for _ in range(one.at_most)]
    most = tally(rules, desk, birth_date_shown=True)
    for what in most.missing:
        match what:
            case Missing.PHOTO:
                yield "must_have, photo: a photo is needed, and no document that counts shows one."
            case Missing.BIRTH_DATE:
                yield "must_have, birth_date: a date of birth is needed, and no document that counts shows one."
            case _:
                needs, gives = getattr(most.needed, what.value), getattr(most, what.value)
                yield f"minimum, {what.value}: {needs} points are needed, and all documents together give {gives}."


def _unknown(where: str, name: str, known: Iterable[str], what: str) -> str:
    return f"{where}: there is no {what} {shown(name)}.{near(name, known)}"
