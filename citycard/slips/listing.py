"""Which papers would do, as parts of a slip: from the lists that the evidence rules give.

1. Each place of a list (`filling.Way`) is a part of its own ("One of these:", "And one of these:"), with the pictogram
   of what its papers show: who somebody is, or where they live. What several lists have in common is said once, at
   their end.
2. Of a long place the commonest papers are named, and "another one like these": a sheet with sixteen bills on it is
   read by nobody.
3. Where the papers on the desk are not known, what helps is said by kind (`by_kind`), each with what it needs beside
   it. On a list that is complete, what it needs stands there already.
"""

from collections.abc import Iterable, Sequence

from citycard.evidence.filling import Slot, Way
from citycard.evidence.rules import Document, RuleSet
from citycard.printing.paper import Entry, Listing, Part, Phrase, Sentence
from citycard.slips.pictograms import Pictogram, drawing
from citycard.slips.saying import Speaker

MOST = 6
"""Papers that are named of one place of a list."""

KINDS = {"identity": Pictogram.IDENTITY, "residence": Pictogram.RESIDENCE, "photo": Pictogram.PHOTO}
"""The coarse kinds of what can be missing, and their pictograms."""


def ways_as_parts(ways: Sequence[Way], rules: RuleSet, speaker: Speaker, headings: Sequence[Phrase]) -> list[Part]:
    """Return the parts of each list, a place a part (1); `headings` are those of the lists."""
    always = _in_all(ways)
    named = [
        (heading, [slot for slot in way.slots if slot not in always])
        for way, heading in zip(ways, headings, strict=False)
    ]
    if always:
        named.append((speaker.say("paper.always"), always))
    return [
        Part(
            (Sentence(_of(slot, speaker, first=place == 0)), _listing(_documents(slot, rules), rules, speaker)),
            None if place else heading,
            drawing(_shows(_documents(slot, rules))),
        )
        for heading, slots in named
        for place, slot in enumerate(slots)
    ]


def by_kind(kinds: Iterable[str], rules: RuleSet, speaker: Speaker, *, age: int | None) -> list[Part]:
    """Return a part for each kind, with the papers that help (3)."""
    fits = [one for one in rules.documents if one.up_to_age is None or (age is not None and age <= one.up_to_age)]
    helps = {
        "identity": [one for one in fits if one.identity],
        "residence": [one for one in fits if one.residence],
        "photo": [one for one in fits if one.photo],
    }
    return [
        Part(
            (Sentence(speaker.say("paper.one_of")), _listing(helps[kind], rules, speaker, alone=True)),
            speaker.say(f"refusal.{kind}"),
            drawing(KINDS[kind]),
        )
        for kind in KINDS
        if kind in set(kinds) and helps[kind]
    ]


def _in_all(ways: Sequence[Way]) -> list[Slot]:
    """The places that are the same in every list, if there are several and each has something of its own."""
    if len(ways) < 2:
        return []
    always = [slot for slot in ways[0].slots if all(slot in way.slots for way in ways)]
    return always if all(len(way.slots) > len(always) for way in ways) else []


def _documents(slot: Slot, rules: RuleSet) -> list[Document]:
    return [rules.by_id[name] for name in slot.documents]


def _of(slot: Slot, speaker: Speaker, *, first: bool) -> Phrase:
    many = "some_of" if slot.count > 1 else "one_of" if len(slot.documents) > 1 else "this"
    values = {"count": str(slot.count)} if slot.count > 1 else {}
    return speaker.say(f"paper.{many}" if first else f"paper.and_{many}", **values)


def _shows(documents: Sequence[Document]) -> Pictogram:
    if all(one.is_companion for one in documents):
        return Pictogram.PAPERS
    return Pictogram.RESIDENCE if all(one.residence for one in documents) else Pictogram.IDENTITY


def _listing(documents: Sequence[Document], rules: RuleSet, speaker: Speaker, *, alone: bool = False) -> Listing:
    shown = documents if len(documents) <= MOST + 1 else documents[:MOST]
    entries = [
        Entry(speaker.paper(one.id, one.names), (*_age(one, speaker), *(_beside(one, rules, speaker) if alone else ())))
        for one in shown
    ]
    if len(shown) < len(documents):
        entries.append(Entry(speaker.say("paper.others")))
    return Listing(tuple(entries))


def _age(document: Document, speaker: Speaker) -> Iterable[Phrase]:
    if document.max_age_days:
        yield speaker.say("paper.fresh", time=speaker.span(document.max_age_days))
    if document.expiry_grace_days:
        yield speaker.say("paper.grace", time=speaker.span(document.expiry_grace_days))
    elif document.expiry_grace_days == 0:
        yield speaker.say("paper.valid")


def _beside(document: Document, rules: RuleSet, speaker: Speaker) -> Iterable[Phrase]:
    others = [one for one in rules.documents if one.is_one_of(document.needs_one_of)]
    if len(others) == 1:
        yield speaker.say("paper.beside", paper=speaker.paper(others[0].id, others[0].names).text)
    elif others:
        yield speaker.say("paper.beside_another")
