"""Light and sharpness: the same word for every face in the same light."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFilter

from citycard.demo.portraits import draw_portrait
from citycard.demo.residents import RESIDENTS
from citycard.operations.portrait import make_portrait
from citycard.operations.portrait_hints import SIZE, Hint, hints_for
from tests.support.pictures import as_jpeg, in_light, portraits, silhouette

Change = Callable[[Image.Image], Image.Image]


def hints(picture: Image.Image) -> tuple[Hint, ...]:
    """What the page says of a portrait of ours that looks like this."""
    return hints_for(as_jpeg(picture))


@pytest.fixture(scope="module")
def faces() -> dict[str, Image.Image]:
    """The four portraits, as they would be printed; among them people with dark, brown and light skin."""
    return portraits()


@pytest.fixture(scope="module")
def drawn() -> dict[str, Image.Image]:
    """The invented residents, with the same range."""
    return {
        resident.key: Image.open(io.BytesIO(make_portrait(draw_portrait(resident.look)).to_print)).convert("RGB")
        for resident in RESIDENTS
    }


def on_wall(picture: Image.Image, grey: int) -> Image.Image:
    """The same person before another wall, as small as it is measured: filling the wall takes its time."""
    changed = picture.resize(SIZE)
    for corner in ((2, 2), (SIZE[0] - 3, 2), (2, 150), (SIZE[0] - 3, 150)):
        ImageDraw.floodfill(changed, corner, (grey, grey, grey), thresh=60)
    return changed


def test_a_good_picture_of_anybody_gets_no_hint(faces: dict[str, Image.Image], drawn: dict[str, Image.Image]) -> None:
    found = {name: hints(face) for name, face in {**faces, **drawn}.items()}

    assert found == dict.fromkeys(found, ())


@pytest.mark.parametrize("wall", [120, 60, 35])
def test_nobody_is_too_dark_before_any_wall(
    faces: dict[str, Image.Image], drawn: dict[str, Image.Image], wall: int
) -> None:
    """Dark skin, dark hair, dark clothes, a dark wall, and light enough: the whites of the eyes say so."""
    found = {name: hints(on_wall(face, wall)) for name, face in {**faces, **drawn}.items()}

    assert found == dict.fromkeys(found, ())


@pytest.mark.parametrize(
    ("share", "dark"), [(1, False), (1 / 2, False), (1 / 4, False), (1 / 12, True), (1 / 30, True)]
)
def test_too_little_light_is_too_little_for_everybody(faces: dict[str, Image.Image], share: float, dark: bool) -> None:
    found = {name: Hint.DARK in hints(in_light(face, share)) for name, face in faces.items()}

    assert found == dict.fromkeys(found, dark)


def test_the_light_at_which_it_is_said_is_the_same_for_all_skins(faces: dict[str, Image.Image]) -> None:
    """Found by halving, for each face in the same room: within a tenth of one another."""

    def just_enough(face: Image.Image) -> float:
        too_little, enough = 1 / 64, 1.0
        while enough / too_little > 1.01:
            middle = (too_little * enough) ** 0.5
            too_little, enough = (
                (middle, enough) if Hint.DARK in hints(in_light(face, middle)) else (too_little, middle)
            )
        return enough

    needed = {name: just_enough(face) for name, face in faces.items()}

    assert max(needed.values()) / min(needed.values()) < 1.1, needed


def test_a_silhouette_before_a_window_is_lit_from_behind(faces: dict[str, Image.Image]) -> None:
    found = {name: hints(silhouette(face, 1 / 70)) for name, face in faces.items()}

    assert all(Hint.BEHIND in each for each in found.values()), found


def test_too_much_light_is_said_when_it_has_washed_the_face_out(faces: dict[str, Image.Image]) -> None:
    found = {name: Hint.BRIGHT in hints(in_light(face, 12)) for name, face in faces.items()}
    faint = {name: Hint.BRIGHT in hints(in_light(face, 1.4)) for name, face in faces.items()}

    assert found == dict.fromkeys(found, True)
    assert faint == dict.fromkeys(faint, False)


BLURS: dict[str, tuple[Change, bool]] = {
    "as it is": (lambda face: face, False),
    "a little soft": (lambda face: face.filter(ImageFilter.GaussianBlur(1.5)), False),
    "from a camera of 240 pixels": (lambda face: face.resize((120, 160)).resize(face.size), False),
    "a greasy lens": (lambda face: face.filter(ImageFilter.GaussianBlur(5)), True),
    "a head that moved": (lambda face: face.filter(ImageFilter.BoxBlur((14, 0))), True),
    "somebody who stood up": (lambda face: face.filter(ImageFilter.BoxBlur((0, 14))), True),
    "a stamp": (lambda face: face.resize((30, 40)).resize(face.size), True),
}


@pytest.mark.parametrize("share", [1.0, 1 / 4], ids=["in light", "in the evening"])
@pytest.mark.parametrize("what", BLURS)
def test_blurred_is_blurred_for_everybody_in_any_light(faces: dict[str, Image.Image], what: str, share: float) -> None:
    change, blurred = BLURS[what]

    found = {name: Hint.BLURRED in hints(change(in_light(face, share))) for name, face in faces.items()}

    assert found == dict.fromkeys(found, blurred)


def test_a_covered_lens_is_dark_and_not_lit_from_behind() -> None:
    assert hints(Image.new("RGB", (480, 640), "#0a0a0a"))[0] is Hint.DARK
    assert Hint.BEHIND not in hints(Image.new("RGB", (480, 640), "#0a0a0a"))


def test_of_no_picture_nothing_is_said() -> None:
    assert hints_for(b"") == ()
