"""The slip for somebody who leaves without a card: what was missing, what would do, and who else can look.

1. It blames nobody, and gives no other reason than papers, because there is none.
2. It carries no name and no kind of paper that was on the desk. Whoever finds it learns that somebody lacked something.
3. What the second clerk needs stands on it only if the person wants it (`Attested`): the day, the rules, which of the
   three kinds were enough, and a code by which the town hall knows its own sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from citycard.evidence.filling import Way
from citycard.evidence.rules import RuleSet
from citycard.printing.paper import Code, Entry, Item, Listing, Paper, Part, Sentence
from citycard.settings import Office
from citycard.slips.frame import Look, city_name, framed, papers_themselves, whom_to_ask
from citycard.slips.listing import KINDS, by_kind, ways_as_parts
from citycard.slips.pictograms import Pictogram, drawing
from citycard.slips.saying import Speaker

MOST_LISTS = 2
"""Lists on the slip, which should be one sheet. There is always the other sentence: come all the same."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Refusal:
    """What a slip says of one visit."""

    day: date
    until: date
    """The last day on which another clerk may be asked to look at the same papers."""
    missing: frozenset[str]
    """Of identity, residence, photo."""
    ways: tuple[Way, ...] = ()
    """What would complete the papers, where the papers are known."""
    age: int | None = None
    code: str = ""
    """For the second clerk, if the person wants it."""
    helpers: tuple[str, ...] = ()
    """Organisations that can help, besides those of the settings."""


def refusal_slip(office: Office, speaker: Speaker, look: Look, refusal: Refusal, *, rules: RuleSet) -> Paper:
    """Return the slip."""
    say = speaker.say
    today, until = speaker.day(refusal.day), speaker.day(refusal.until)
    parts = [*_missing(refusal, speaker), *_would_do(refusal, rules, speaker), papers_themselves(speaker)]
    parts.append(
        Part(
            (Sentence(say("refusal.until", day=until)), Sentence(say("refusal.any_time"))),
            say("refusal.another_clerk"),
            drawing(Pictogram.ANOTHER_CLERK),
        )
    )
    parts += whom_to_ask(office, speaker, refusal.helpers)
    parts.append(
        Part((Sentence(say("refusal.kept_nothing")),), say("refusal.kept"), drawing(Pictogram.NOTHING_KEPT)),
    )
    if refusal.code:
        parts.append(_for_the_second_clerk(refusal, rules, speaker, today, until))
    return framed(
        office,
        speaker,
        look,
        title=say("refusal.title"),
        lead=(say("refusal.lead"),),
        parts=parts,
        date=say("refusal.day", city=city_name(office, speaker), day=today),
    )


def _missing(refusal: Refusal, speaker: Speaker) -> list[Part]:
    kinds = [kind for kind in KINDS if kind in refusal.missing]
    parts = [
        Part(
            (Sentence(speaker.say(f"refusal.{kind}"), strong=True),),
            None if place else speaker.say("refusal.missing"),
            drawing(KINDS[kind]),
        )
        for place, kind in enumerate(kinds)
    ]
    # (1)
    last = parts[-1]
    only = Sentence(speaker.say("refusal.only_papers"))
    return [*parts[:-1], Part((*last.items, only), last.heading, last.pictogram)]


def _would_do(refusal: Refusal, rules: RuleSet, speaker: Speaker) -> list[Part]:
    again = Sentence(speaker.say("bring.again"))
    lists: Sequence[Way] = refusal.ways[:MOST_LISTS]
    if lists:
        headings = [speaker.say("refusal.bring"), *[speaker.say("paper.or_else")] * (len(lists) - 1)]
        parts = ways_as_parts(lists, rules, speaker, headings)
    else:
        parts = by_kind(refusal.missing, rules, speaker, age=refusal.age)
    if not parts:
        return [Part((Sentence(speaker.say("bring.no_list")),), pictogram=drawing(Pictogram.CLERK))]
    # (2) "what you brought today", and not what that was.
    return [Part((again, *parts[0].items), parts[0].heading, parts[0].pictogram), *parts[1:]]


def _for_the_second_clerk(refusal: Refusal, rules: RuleSet, speaker: Speaker, today: str, until: str) -> Part:
    # (3)
    found = [kind for kind in KINDS if kind not in refusal.missing]
    items: list[Item]
    if found:
        entries = tuple(Entry(speaker.say(f"refusal.found_{kind}")) for kind in found)
        items = [Sentence(speaker.say("refusal.found", day=today, rules=rules.reference)), Listing(entries)]
    else:
        items = [Sentence(speaker.say("refusal.found_nothing", day=today, rules=rules.reference))]
    items += [Code(refusal.code), Sentence(speaker.say("refusal.code", day=until))]
    return Part(tuple(items), speaker.say("refusal.second_clerk"), drawing(Pictogram.CODE))
