"""The picture that came with a request, as a portrait.

1. A file: cut by the clerk's frame, or in the middle without one.
2. No file, but a frame: the picture that is kept, cut another way by the page's script.
3. A button that moves, sizes or turns it (`do=picture-left` and so on): the picture that came, or the one that is kept,
   after that. This is how it is cut where no script runs.
"""

from flask import request

from citycard.operations.enrolment_file import EnrolmentFile
from citycard.operations.picture_limits import MAX_BYTES
from citycard.operations.portrait import Portrait, cut_again, make_portrait
from citycard.operations.portrait_cut import ACTS, Cut, Frame


def sent_picture(file: EnrolmentFile) -> Portrait | None:
    """Return the portrait made of what was sent, None when nothing was; raise `PortraitRefused`."""
    upload = request.files.get("picture")
    frame, act = _frame(), _act()
    # (1)
    if upload is not None and upload.filename:
        made = make_portrait(upload.stream.read(MAX_BYTES + 1), frame=frame, quarter_turns=_turns())
        return cut_again(made.whole, made.cut.after(act)) if act and made.cut else made
    if not file.portrait_whole:
        return None
    kept = Cut.from_text(file.portrait_cut)
    # (2)
    cut = kept if frame is None else Cut.of(kept.size, frame=frame, quarter_turns=_turns())
    # (3)
    cut = cut.after(act) if act else cut
    return None if cut.to_text() == file.portrait_cut else cut_again(file.portrait_whole, cut)


def _act() -> str:
    act = request.form.get("do", "").removeprefix("picture-")
    return act if act in ACTS else ""


def _turns() -> int:
    turns = request.form.get("quarter_turns", "0")
    return int(turns) if turns in ("1", "2", "3") else 0


def _frame() -> Frame | None:
    """The clerk's frame, if the page's script sent one that makes sense."""
    try:
        left, top, width = (float(request.form.get(f"frame_{name}", "")) for name in ("left", "top", "width"))
    except ValueError:
        return None
    # Said this way round, because NaN is in no order with anything.
    inside = 0 <= left <= 1 and 0 <= top <= 1 and 0 < width <= 1
    return Frame(left, top, width) if inside else None
