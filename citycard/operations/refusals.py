"""How an operation says no: a stable code, and a sentence for the member of staff, never about the person."""

from citycard.core.errors import CitycardError


class OperationRefused(CitycardError):
    """The office's rules do not allow this now; `code` says which rule."""

    code = "refused"


class NotFound(OperationRefused):
    """There is no such enrolment, card or partner (any more)."""

    code = "not-found"


class Incomplete(OperationRefused):
    """Something is missing on the screens; `missing` names the fields."""

    code = "incomplete"

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__("Something is still missing.")
        self.missing = missing
