"""What the terminal says when both cities are up: where they are, who works there, and what to try."""

from collections.abc import Sequence
from pathlib import Path

from citycard.demo.both import Running
from citycard.demo.offices import CAST, PASSWORD

_DOES = {
    "amel": "enrols, issues, prints, hands over",
    "bruno": "approves; suspends and ends cards",
    "desk": "checks cards",
    "chloe": "looks after accounts, confirms partner cities",
    "dario": "keys and partner cities",
    "esra": "reads the audit log",
}


def welcome(servers: Sequence[Running], *, cards: Path, command: str) -> str:
    """Return the screen."""
    first, second = servers
    here, there, offices = first.city.name, second.city.name, cards.parent
    rows = [f"    {name:7} {role.replace('_', ' '):15} {_DOES[name]}" for name, role in CAST.items()]
    return "\n".join(
        [
            "",
            *(f"  {server.city.name:12} {server.url}" for server in servers),
            "",
            f"  In both cities, with the password  {PASSWORD}",
            *rows,
            "",
            "  To try",
            f"    1  {here}, amel: enrol somebody, with {cards.name}/portrait-to-try.png or any picture.",
            f"    2  {here}, bruno: approve it. (Who enrols may not approve.)",
            f"    3  {here}, amel: issue, print, hand over. The office has forgotten the name; look for it.",
            f"    4  {there}, desk: check your card (a screenshot of its code will do),",
            f"       or {cards.name}/port-sable-awa-full-code.png, and its light and forged neighbours;",
            "       “Clear now” brings the field for the next picture back.",
            f"    5  {here}, bruno: end that card. A minute later {there} refuses it;",
            f"       at once, if dario presses “Ask the city now” on {there}’s page of partner cities.",
            f"    6  {here}, desk, /desk/for/mediatheque-du-phare: {cards.name}/rivemont-ninon-full-code.png opens it,",
            f"       because the two agree on it ({here}, dario, “Partner cities”, {there}).",
            f"    7  Ninon moves to {here}: amel, “From an old card”, the same picture.",
            "       (The residents' cards are four weeks old, so bruno can open a consultation at once.)",
            "    8  Without signing in: /services (what the card opens), /card (lost, kept, end it), /card/cities.",
            f"       A transit sheet: {here}, amel, “Cards”, any of its cards.",
            "",
            f"  The holders' cards are in {cards}/ (a real office keeps no such folder).",
            "  On the command line:",
            f"    {command} --office {offices}/{second.city.key} verify {cards}/port-sable-awa-full-code.png",
            "",
            "  Ctrl-C ends both.",
        ]
    )
