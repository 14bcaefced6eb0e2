"""What the first page says of keys and signatures that come to their last day, in words for whoever can mend it.

The rules (90, 30 and 7 days) are those of `operations.doctor.endings`; `citycard doctor` says more of each.
"""

from flask import current_app
from flask_babel import lazy_gettext as _l

from citycard.operations.doctor.endings import Ending, to_tell
from citycard.store.staff import Role, Staff
from citycard.web import workplace

NAMES = {
    "root": _l("Root key"),
    "targets": _l("Key that signs the city's statement"),
    "snapshot": _l("Key of the daily signature (snapshot)"),
    "timestamp": _l("Key of the daily signature (timestamp)"),
    "marks": _l("Key that marks stolen keys"),
    "card": _l("Key that signs cards"),
    "card-standby": _l("Standby key for cards"),
    "status": _l("Key that signs the lists of ended cards"),
    "bundle": _l("Key for what desks check offline"),
    "audit": _l("Key that signs the audit log"),
    "root-document": _l("Signature of the root"),
    "targets-document": _l("Signature of the city's statement"),
    "marks-document": _l("Signature of the marks on stolen keys"),
    "snapshot-document": _l("Daily signature (snapshot)"),
    "timestamp-document": _l("Daily signature (timestamp)"),
}


def told_to(person: Staff) -> tuple[Ending, ...]:
    """Return what `person` is told: administrators and key custodians all of it, others nothing."""
    if not person.role_set & {Role.ADMINISTRATOR, Role.KEY_CUSTODIAN}:
        return ()
    return to_tell(current_app.config["OFFICE"], now=workplace.now())
