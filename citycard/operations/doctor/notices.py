"""Notices by e-mail: that the last one was sent, and that whoever signs in has a password."""

from collections.abc import Iterator

from citycard.core.errors import CitycardError
from citycard.operations import notices
from citycard.operations.doctor.finding import Finding, Level, fine
from citycard.settings import Office

_MEND = {
    "mail-host": "Write mail_host, mail_from and mail_to into settings.toml, above [names].",
    "mail-certificate": "Look at the certificate of the mail server, and at the name in mail_host.",
    "mail-no-tls": "Ask whoever runs the mail server for a port with TLS; without it nothing is sent.",
    "mail-sign-in": "Look at mail_user, and at the password in its file.",
    "mail-password": "Write the password of mail_user into mail-password in the secrets folder, for the service alone.",
    "mail-refused": "Look at mail_from and mail_to, and ask whoever runs the mail server.",
    "mail-unreachable": "Look at mail_host and mail_port, and whether this machine may go there.",
}


def mend(code: str) -> str:
    """Say what is done about a failure."""
    return _MEND.get(code, "Look at the settings that begin with mail_.")


def findings(office: Office) -> Iterator[Finding]:
    """Yield what keeps notices from being sent."""
    if not office.settings.mail_host:
        yield fine("notices", "No notices are sent by e-mail: mail_host is empty.")
        return
    code = notices.last_failure(office)
    if office.settings.mail_user:
        try:
            office.mail_password()
        except CitycardError as refused:
            code = refused.code
    if code is None:
        yield fine("notices", "Notices go out by e-mail, 90, 30 and 7 days before something ends.")
        return
    yield Finding(
        "notice-not-sent",
        Level.SOON,
        "A notice by e-mail could not be sent.",
        "Nobody hears of a key that ends but whoever opens the pages or reads the log.",
        mend(code),
        about=code,
    )
