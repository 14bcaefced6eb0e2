"""Print the table of rates: `python -m benchmarks [--rounds N] [--seconds S] [--write docs/performance.md]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import pictures
from benchmarks.measuring import Rates, measure

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

ROWS: tuple[tuple[str, str, str, str], ...] = (
    ("**Verify**, ES256", "", "", ""),
    ("raw `cryptography` ES256", "raw-verify-es256", "raw-verify-es256", "the limit"),
    ("**citycard**, typical card", "verify-es256", "raw-verify-es256", "≥ 0.75"),
    ("**citycard**, card with portrait", "verify-es256-portrait", "raw-verify-es256", "≥ 0.6"),
    ("claim169 (Rust), typical card", "claim169-verify-es256", "raw-verify-es256", ""),
    ("claim169 (Rust), card with portrait", "claim169-verify-es256-portrait", "raw-verify-es256", ""),
    ("cwt, token alone", "cwt-verify-es256", "raw-verify-es256", ""),
    ("PyJWT, same content", "pyjwt-verify-es256", "raw-verify-es256", ""),
    ("**Verify**, Ed25519", "", "", ""),
    ("raw `cryptography` Ed25519", "raw-verify-ed25519", "raw-verify-ed25519", "the limit"),
    ("**citycard**, typical card", "verify-ed25519", "raw-verify-ed25519", ""),
    ("claim169 (Rust), typical card", "claim169-verify-ed25519", "raw-verify-ed25519", ""),
    ("**Issue**, ES256", "", "", ""),
    ("raw `cryptography` ES256", "raw-sign-es256", "raw-sign-es256", "the limit"),
    ("**citycard**, typical card", "issue-es256", "raw-sign-es256", "≥ 0.4"),
    ("**citycard**, card with portrait", "issue-es256-portrait", "raw-sign-es256", ""),
    ("claim169 (Rust), typical card", "claim169-issue-es256", "raw-sign-es256", ""),
    ("cwt, token alone", "cwt-issue-es256", "raw-sign-es256", ""),
    ("PyJWT, same content", "pyjwt-issue-es256", "raw-sign-es256", ""),
    ("**Issue**, Ed25519", "", "", ""),
    ("raw `cryptography` Ed25519", "raw-sign-ed25519", "raw-sign-ed25519", "the limit"),
    ("**citycard**, typical card", "issue-ed25519", "raw-sign-ed25519", ""),
    ("claim169 (Rust), typical card", "claim169-issue-ed25519", "raw-sign-ed25519", ""),
)
"""Words, subject, what its ratio is taken of, and our goal."""

PICTURES: tuple[tuple[str, str, str, str], ...] = (
    ("**Picture of a code**, card with portrait, 1,263 characters", "", "", ""),
    ("`qrcode` with Pillow, its defaults", "picture-qrcode", "picture-qrcode", "the peer"),
    ("`segno`, its defaults", "picture-segno", "picture-qrcode", ""),
    ("**citycard**, single, by `qrcode`", "picture-single", "picture-qrcode", "≥ 4"),
    ("**citycard**, batch, by zxing-cpp", "picture-batch", "picture-qrcode", "≥ 15"),
    ("**Card to print**, front and back, with portrait", "", "", ""),
    ("**citycard**, in a batch, one core", "cards", "", "≥ 120 a second"),
)


def table(rates: Rates, rows: tuple[tuple[str, str, str, str], ...], of: str) -> str:
    """Return the rates as a Markdown table."""
    lines = [f"| | a second | of {of} | goal |", "|---|---:|---:|---|"]
    for words, name, limit, goal in rows:
        if not name:
            lines.append(f"| {words} | | | |")
        elif name in rates:
            share = f"{rates[name] / rates[limit]:.2f}" if limit else ""
            lines.append(f"| {words} | {rates[name]:,.0f} | {share} | {goal} |")
        else:
            lines.append(f"| {words} | not here | | |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the table between the marks of a page if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="rounds in which all take turns (60)")
    parser.add_argument("--seconds", type=float, default=0.02, help="seconds for each in a round (0.02)")
    parser.add_argument("--write", type=Path, help="a page whose table is replaced")
    asked = parser.parse_args()
    signatures = table(measure(rounds=asked.rounds, seconds=asked.seconds), ROWS, "raw")
    drawings = table(pictures.measure(rounds=asked.rounds), PICTURES, "`qrcode`")
    measured = f"{signatures}\n\n{drawings}"
    print(measured)
    if asked.write:
        before, mark, rest = asked.write.read_text("utf-8").partition(BEGIN)
        _, end, after = rest.partition(END)
        if not mark or not end:
            sys.exit(f"{asked.write} has no marks {BEGIN} … {END}")
        asked.write.write_text(f"{before}{BEGIN}\n{measured}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
