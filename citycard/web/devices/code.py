"""The code that enrols a device: an address, drawn as a QR code into the page."""

from itertools import chain

import qrcode
from flask import request
from markupsafe import Markup

from citycard.operations import devices
from citycard.printing.codes import QUIET_ZONE, Matrix
from citycard.web import workplace


def root() -> str:
    """Return the address under which a device finds this office.

    Nobody can find a demonstration under its name, so there it is the address under which the clerk found it; which is
    one of those that the office answers to (`app.trusted_hosts`).
    """
    settings = workplace.settings()
    return request.url_root.rstrip("/") if settings.demo else settings.issuer


def address(token: str) -> str:
    """Return what the code holds."""
    return devices.address(workplace.desk(), token, root=root())


def picture(text: str, *, label: str) -> Markup:
    """Return the code as a drawing with its quiet zone; `label` is what it is called."""
    drawn = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    drawn.add_data(text)
    drawn.make(fit=True)
    code = Matrix(drawn.modules_count, bytes(chain.from_iterable(drawn.modules)))
    side = code.size + 2 * QUIET_ZONE
    return Markup(
        '<svg class="enrolment-code" role="img" aria-label="{}" viewBox="-{} -{} {} {}"><path d="{}"/></svg>'
    ).format(label, QUIET_ZONE, QUIET_ZONE, side, side, code.svg_path())
