"""Two reckonings, one truth: what the page's modules say of cuts and hints is what the server says."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page

from citycard.operations.portrait_cut import ACTS, Cut, Frame
from citycard.operations.portrait_hints import hints_for
from tests.support.pictures import as_jpeg, in_light, portraits, silhouette
from tests.web.enrolment.test_in_chromium import counter

__all__ = ["counter"]

pytestmark = pytest.mark.browser

CUTS = """async (stories) => {
    const { after, fitting, middle } = await import("/static/js/portrait/cut.js");
    return stories.map(({ size, frame, acts }) => {
        let cut = middle(size);
        if (frame) cut = fitting({ ...cut, ...frame });
        return acts.map((act) => {
            cut = after(cut, act);
            return [cut.turns, cut.left, cut.top, cut.wide];
        });
    });
}"""

HINTS = """async (addresses) => {
    const { SIZE, greyOf, hints } = await import("/static/js/portrait/hints.js");
    const said = [];
    for (const address of addresses) {
        const picture = new Image();
        picture.src = address;
        await picture.decode();
        said.push(hints(greyOf((pen) => pen.drawImage(picture, 0, 0, SIZE.width, SIZE.height))));
    }
    return said;
}"""


def test_the_page_cuts_what_the_server_cuts(page: Page, counter: str) -> None:
    chance = random.Random(11)
    stories: list[dict[str, Any]] = []
    expected: list[list[list[float]]] = []
    for _ in range(60):
        size = (chance.randrange(150, 4000), chance.randrange(150, 4000))
        wanted = [chance.uniform(-0.5, 1.5) for _ in range(3)] if chance.random() < 0.5 else None
        acts = [chance.choice(ACTS) for _ in range(30)]
        cut = Cut.of(size, frame=Frame(*wanted) if wanted else None)
        steps = []
        for act in acts:
            cut = cut.after(act)
            steps.append([cut.quarter_turns, cut.frame.left, cut.frame.top, cut.frame.width])
        expected.append(steps)
        frame = dict(zip(("left", "top", "wide"), wanted, strict=True)) if wanted else None
        stories.append({"size": {"width": size[0], "height": size[1]}, "frame": frame, "acts": acts})
    page.goto(f"{counter}/staff/sign-in")

    said = page.evaluate(CUTS, stories)

    for here, there in zip(said, expected, strict=True):
        for step, other in zip(here, there, strict=True):
            assert step == pytest.approx(other, abs=1e-9)


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda face: face,
    "large": lambda face: face.resize((1440, 1920)),
    "in the evening": lambda face: in_light(face, 1 / 4),
    "at night": lambda face: in_light(face, 1 / 16),
    "in the sun": lambda face: in_light(face, 12),
    "before a window": lambda face: silhouette(face, 1 / 70),
    "a little soft": lambda face: face.filter(ImageFilter.GaussianBlur(1)),
    "through a greasy lens": lambda face: face.filter(ImageFilter.GaussianBlur(6)),
    "moved": lambda face: face.filter(ImageFilter.BoxBlur((14, 0))),
    "through a greasy lens at night": lambda face: in_light(face, 1 / 16).filter(ImageFilter.GaussianBlur(6)),
}


def test_the_page_says_of_light_and_sharpness_what_the_server_says(page: Page, counter: str) -> None:
    pictures = {
        f"{name}, {what}": as_jpeg(change(face))
        for name, face in portraits().items()
        for what, change in CHANGES.items()
    }
    page.goto(f"{counter}/staff/sign-in")
    addresses = ["data:image/jpeg;base64," + base64.b64encode(picture).decode() for picture in pictures.values()]

    said = dict(zip(pictures, page.evaluate(HINTS, addresses), strict=True))

    expected = {name: [str(hint) for hint in hints_for(picture)] for name, picture in pictures.items()}
    assert said == expected
    assert {hint for hints in said.values() for hint in hints} == {"dark", "behind", "bright", "blurred"}
    assert all(said[f"{name}, as it is"] == [] for name in portraits())
