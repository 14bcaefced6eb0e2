"""The picture that came with a request, as a portrait: cut by the clerk's frame, or in the middle without one."""

from flask import request

from citycard.operations.portrait import MAX_BYTES, Frame, Portrait, make_portrait


def sent_picture() -> Portrait | None:
    """Return the portrait made of the picture that was sent, None when none was; raise `PortraitRefused`."""
    upload = request.files.get("picture")
    if upload is None or not upload.filename:
        return None
    turns = request.form.get("quarter_turns", "0")
    return make_portrait(
        upload.stream.read(MAX_BYTES + 1),
        frame=_frame(),
        quarter_turns=int(turns) if turns in ("1", "2", "3") else 0,
    )


def _frame() -> Frame | None:
    """The clerk's frame, if the page's script sent one that makes sense."""
    try:
        left, top, width = (float(request.form.get(f"frame_{name}", "")) for name in ("left", "top", "width"))
    except ValueError:
        return None
    # Said this way round, because NaN is in no order with anything.
    inside = 0 <= left <= 1 and 0 <= top <= 1 and 0 < width <= 1
    return Frame(left, top, width) if inside else None
