"""What to bring: for everybody, from the evidence rules alone; or for one person, from what is still missing.

It names nobody, and of what somebody has already it says nothing but "again": a sheet that is lost tells its finder
nothing.
"""

from collections.abc import Sequence

from citycard.evidence.filling import Way, ways
from citycard.evidence.rules import RuleSet
from citycard.printing.paper import Paper, Part, Sentence
from citycard.settings import Office
from citycard.slips.frame import Look, city_name, framed, papers_themselves, whom_to_ask
from citycard.slips.listing import ways_as_parts
from citycard.slips.pictograms import Pictogram, drawing
from citycard.slips.saying import Speaker

MOST_LISTS = 3
"""Lists on a sheet. They are sorted from the shortest; whoever has none of these three comes and asks."""


def for_everybody(office: Office, speaker: Speaker, look: Look, *, rules: RuleSet) -> Paper:
    """Return the sheet of an office, for its waiting room and for associations."""
    lists = ways(rules, (), birth_date_shown=True)[:MOST_LISTS]
    headings = [speaker.say("bring.list", number=str(place)) for place in range(1, len(lists) + 1)]
    parts = ways_as_parts(lists, rules, speaker, headings)
    parts += _all_the_same(office, speaker, rules)
    if rules.exceptions:
        parts.append(Part((Sentence(speaker.say("bring.children")),), pictogram=drawing(Pictogram.CHILD)))
    parts += [papers_themselves(speaker), *whom_to_ask(office, speaker)]
    lead = (speaker.say("bring.lead", city=city_name(office, speaker)), speaker.say("paper.nobody_asks"))
    return framed(office, speaker, look, title=speaker.say("bring.title"), lead=lead, parts=parts)


def for_one(office: Office, speaker: Speaker, look: Look, *, rules: RuleSet, missing: Sequence[Way]) -> Paper:
    """Return the sheet for somebody who fetches what is missing."""
    lists = list(missing[:MOST_LISTS])
    headings = [speaker.say("bring.missing"), *[speaker.say("paper.or_else")] * (len(lists) - 1)]
    parts = ways_as_parts(lists, rules, speaker, headings)
    if not parts:
        parts.append(Part((Sentence(speaker.say("bring.no_list")),), pictogram=drawing(Pictogram.CLERK)))
    parts += [*_all_the_same(office, speaker, rules), papers_themselves(speaker), *whom_to_ask(office, speaker)]
    again = (speaker.say("bring.again"),)
    return framed(office, speaker, look, title=speaker.say("bring.title"), lead=again, parts=parts)


def _all_the_same(office: Office, speaker: Speaker, rules: RuleSet) -> list[Part]:
    """Return that nobody need stay at home for want of a paper, or of the language."""
    said = [Sentence(speaker.say("paper.come_anyway"))]
    if rules.exceptional_path:
        said.append(Sentence(speaker.say("paper.no_paper")))
    speaks = (Sentence(speaker.say("paper.interpreter")),)
    return [
        Part(tuple(said), pictogram=drawing(Pictogram.TOGETHER)),
        Part(speaks, pictogram=drawing(Pictogram.INTERPRETER)),
    ]
