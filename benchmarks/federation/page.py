"""Writing down what was measured: tables for docs/federation.md, and one picture."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from benchmarks.federation.in_memory import Figures

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

TURN_MINUTES = 15
"""How often a partner is asked, as settings have it unless a city decided otherwise; chance spreads it by a fifth."""


def tables(cities: int, memory: Mapping[str, Figures], servers: int, real: Mapping[str, Figures]) -> str:
    """Return everything as Markdown."""
    occasions = {
        "first": "the first time",
        "unchanged": "when nothing changed",
        "lists signed anew": "after every list was signed anew (each hour)",
        "new statements": "after every city published a new statement",
    }
    lines = [
        f"**{cities} cities in one process**, each with four lists of 131,072 places, 2 % of them ended. "
        f"One city asks its {cities - 1} partners:",
        "",
        "| | requests | kB | seconds | kB a partner |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, words in occasions.items():
        of = memory[name]
        kilobytes = of["bytes"] / 1000
        each = kilobytes / (cities - 1)
        lines.append(f"| {words} | {of['requests']:,.0f} | {kilobytes:,.0f} | {of['seconds']:.1f} | {each:,.1f} |")
    bundle = memory["bundle"]
    lines += [
        "",
        f"The desk bundle of such a city, with the statements and all lists of its {cities - 1} partners: "
        f"**{bundle['bytes'] / 1000:,.0f} kB**, checked and read in Python in {bundle['seconds']:.2f} s.",
        "",
        f"**{servers} real servers**, every one recognising every other. One city asks its {servers - 1} partners:",
        "",
        "| | requests | kB | seconds |",
        "|---|---:|---:|---:|",
    ]
    for name, words in {
        "first": "the first time",
        "unchanged": "when nothing changed",
        "keys replaced": "after four cities replaced their keys",
        "three down, one hostile": "three servers down, one that never stops answering",
    }.items():
        of = real[name]
        lines.append(f"| {words} | {of['requests']:,.0f} | {of['bytes'] / 1000:,.0f} | {of['seconds']:.1f} |")
    checks = real["checks"]
    lines += [
        "",
        f"Of 200 cards at each desk every tenth came from another city; all were good, also while servers were down. A "
        f"card of another city took {checks['foreign'] / checks['own']:.2f} times as long to check as one of the own.",
        "",
        "| seconds until it is refused | at home | at a partner that asks then | at a partner at its turn, at most |",
        "|---|---:|---:|---:|",
    ]
    for name, words in {"revoked": "a card that ended", "key stolen": "every card of a stolen key"}.items():
        of = real[name]
        lines.append(f"| {words} | {of['at home']:.1f} | {of['at home'] + of['asked']:.1f} | {_at_most(of):,.0f} |")
    return "\n".join(lines)


def picture(real: Mapping[str, Figures]) -> str:
    """Return the way of a refusal from one city to the other as an SVG: two bars with their parts."""
    rows = [("A card ends", real["revoked"]), ("A key is stolen", real["key stolen"])]
    width, left, height = 640, 130, 34 * len(rows) + 66
    longest = max(_at_most(of) for _, of in rows)
    scale = (width - left - 20) / longest
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="sans-serif" font-size="13">',
        "<title>Seconds until a desk of another city refuses, at most</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for place, (words, of) in enumerate(rows):
        top = 20 + 34 * place
        parts.append(f'<text x="{left - 10}" y="{top + 16}" text-anchor="end" fill="#222">{escape(words)}</text>')
        x = float(left)
        for seconds, colour in zip(_parts(of), ("#0b6e75", "#c9d6df", "#a8471d"), strict=True):
            parts.append(
                f'<rect x="{x:.1f}" y="{top}" width="{max(seconds * scale, 1.5):.1f}" height="22" fill="{colour}"/>'
            )
            x += seconds * scale
        parts.append(f'<text x="{x - 6:.1f}" y="{top + 16}" text-anchor="end" fill="#222">{_at_most(of):,.0f} s</text>')
    legend = (
        ("published at home", "#0b6e75"),
        ("waiting for the partner's turn", "#c9d6df"),
        ("asked, and known", "#a8471d"),
    )
    x = 20
    for words, colour in legend:
        parts.append(f'<rect x="{x}" y="{height - 30}" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{x + 18}" y="{height - 19}" fill="#222">{escape(words)}</text>')
        x += 34 + 7 * len(words)
    return "\n".join([*parts, "</svg>", ""])


def _parts(of: Figures) -> tuple[float, float, float]:
    return of["at home"], 60 * TURN_MINUTES * 1.2, of["asked"]


def _at_most(of: Figures) -> float:
    return sum(_parts(of))


def write(page: Path, drawing: Path, measured: str, drawn: str) -> None:
    """Put the tables between the marks of `page`, and the picture beside it."""
    before, begin, rest = page.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page} has no marks {BEGIN} … {END}")
    page.write_text(f"{before}{BEGIN}\n{measured}\n{END}{after}", "utf-8")
    drawing.write_text(drawn, "utf-8")
