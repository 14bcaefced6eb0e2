"""The holder's slip: what somebody goes home with beside the card, with the home sheet behind it.

1. The slip is for reading, front and back of one sheet. First what there is to know: what the card is and is not, what
   the city keeps, who can read the code. Then what to do: stop the card, end it. It is in large type, and each part has
   a pictogram where reading starts.
2. The slip bears the recovery code, and the home sheet does not; the home sheet bears the card's large code, and the
   slip does not. To end a card from afar takes both codes: nobody can who has one of the sheets, or the card alone. So
   they are two sheets of paper, which can be kept in two places.
3. It says nothing that the home sheet and the card do not say, but for the recovery code: a finder learns that this
   person has a card, and could stop it, which is undone at the counter.
4. Addresses are said without "https://", to be copied by hand; each stands on a line of its own.
5. The words come from the catalogue, and English stands there alone. Labels that the card has, too, are found by
   their English.
"""

from functools import cache

from citycard.core.number import printed_number
from citycard.printing import words
from citycard.printing.faces import CardFace, HomeSheet
from citycard.printing.paper import Code, Facts, Item, Lines, Paper, Part, Phrase, Sentence
from citycard.printing.words import isolate_line
from citycard.settings import Office
from citycard.slips.frame import Look, city_name, framed, where_to_come
from citycard.slips.pictograms import Pictogram, drawing
from citycard.slips.reading import shipped_pattern
from citycard.slips.saying import Speaker

CITIES = "card/cities"
"""The page about our card in other cities; this and the others under the city's own address."""
LOST = "card/lost"
END = "card/end"
KEPT = "card/kept"


def letter(office: Office, speaker: Speaker, face: CardFace, *, recovery_code: str) -> Paper:
    """Return the slip (1), without the home sheet."""
    say, city = speaker.say, city_name(office, speaker)

    def part(name: str, pictogram: Pictogram, *items: Phrase | Item) -> Part:
        said = tuple(Sentence(item) if isinstance(item, Phrase) else item for item in items)
        return Part(said, say(name), drawing(pictogram))

    def page(path: str) -> Lines:
        # (4)
        return Lines((isolate_line(f"{office.settings.issuer.removeprefix('https://')}/{path}"),))

    return framed(
        office,
        speaker,
        Look(large=True),
        title=say("card.title"),
        lead=(say("card.says_who", name=face.name, city=city),),
        parts=(
            part(
                "card.what_it_is",
                Pictogram.CARD,
                say("card.it_opens", city=city),
                page(CITIES),
                say("card.replaces_nothing"),
                say("card.police"),
            ),
            part(
                "card.what_we_kept",
                Pictogram.NOTHING_KEPT,
                say("card.we_keep"),
                Facts(
                    (
                        (label(speaker, words.NUMBER), printed_number(face.number)),
                        (label(speaker, words.ISSUED), words.day_in_words(face.issued_on, speaker.language)),
                        (label(speaker, words.VALID_UNTIL), words.day_in_words(face.expires_on, speaker.language)),
                    )
                ),
                say("card.we_do_not_keep"),
                say("card.see_for_yourself"),
                page(KEPT),
            ),
            part(
                "card.who_can_read",
                Pictogram.EYE,
                say("card.full_code_is_open"),
                *([say("card.portrait_is_in_it")] if face.portrait_in_code else []),
                say("card.light_code_is_shut"),
            ),
            part(
                "card.recovery",
                Pictogram.KEY,
                say("card.recovery_use"),
                # (2)
                Code(recovery_code),
                say("card.recovery_keep"),
            ),
            part(
                "card.when_lost",
                Pictogram.LOST,
                say("card.stop_it"),
                page(LOST),
                say("card.call_or_come"),
                *where_to_come(office, speaker),
                say("card.found_again"),
                say("card.bring_the_sheet"),
                say("card.without_the_sheet"),
            ),
            part(
                "card.to_be_forgotten",
                Pictogram.FORGOTTEN,
                say("card.come_and_end_it"),
                say("card.end_it_yourself"),
                page(END),
                say("card.moving_away"),
                say("card.nothing_to_erase"),
            ),
        ),
        compact=True,
    )


def home_sheet(speaker: Speaker) -> HomeSheet:
    """Return what stands around the large code (2)."""
    say = speaker.say
    return HomeSheet(
        language=speaker.language,
        rtl=speaker.rtl,
        title=say("home.title"),
        keep=say("home.keep"),
        sentences=(say("home.what_it_is_for"), say("home.who_can_read")),
        in_this_code=say("home.in_this_code"),
        picture_of_you=say("home.picture_of_you"),
        label=lambda english: label(speaker, english),
        pictogram=drawing(Pictogram.HOME),
    )


def label(speaker: Speaker, english: str) -> Phrase:
    """Return a label of the card in the language of the slip (5)."""
    return speaker.say(_labels()[english])


@cache
def _labels() -> dict[str, str]:
    return {sentence: name for name, sentence in shipped_pattern().items() if name.startswith("label.")}
