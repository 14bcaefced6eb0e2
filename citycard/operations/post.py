"""Handing an e-mail to the office's mail server: over TLS with a certificate that is checked, or not at all.

1. Port 465 speaks TLS from the first byte; on any other, STARTTLS comes before anything else, and a server that does
   not offer it gets nothing.
2. Whoever signs in has the password in a file (`Office.mail_password`).
3. The message is plain text, to the addresses of the settings alone. It bears the city's name and no name of this
   machine.
4. One clock for each answer of the server. What goes wrong is a `NotSent` with a code, and never the server's words.
"""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from citycard.core.errors import CitycardError
from citycard.settings import Office, Settings

SECONDS = 20.0
"""How long each answer may take; an hour later it is tried again."""

FROM_THE_FIRST_BYTE = 465


class NotSent(CitycardError):
    """The message was not sent; `code` says why."""

    code = "mail"


def message(settings: Settings, *, subject: str, text: str, now: datetime) -> EmailMessage:
    """Return a plain message to the administrator (3)."""
    made = EmailMessage(policy=SMTP)
    made["Subject"], made["From"], made["To"] = subject, settings.mail_from, ", ".join(settings.mail_to)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = make_msgid(domain=_host(settings))
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    made.set_content(text)
    return made


def send(office: Office, letter: EmailMessage, *, tls: ssl.SSLContext | None = None) -> None:
    """Hand `letter` to the mail server; raise `NotSent`, or `SettingsRefused` for the password.

    `tls` is for tests with a certificate authority of their own.
    """
    settings = office.settings
    password = office.mail_password() if settings.mail_user else ""
    context = tls or ssl.create_default_context()
    host, port, name = settings.mail_host, settings.mail_port, _host(settings)
    try:
        # (1) (4)
        if port == FROM_THE_FIRST_BYTE:
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, local_hostname=name, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, local_hostname=name, timeout=SECONDS)
        with server:
            if port != FROM_THE_FIRST_BYTE:
                server.starttls(context=context)
            # (2)
            if settings.mail_user:
                server.login(settings.mail_user, password)
            refused = server.send_message(letter, settings.mail_from, list(settings.mail_to))
    except ssl.SSLError:
        raise NotSent("The certificate of the mail server is not good.", code="mail-certificate") from None
    except smtplib.SMTPNotSupportedError:
        raise NotSent("The mail server offers no TLS, or no way to sign in.", code="mail-no-tls") from None
    except smtplib.SMTPAuthenticationError:
        raise NotSent("The mail server refuses the password.", code="mail-sign-in") from None
    except smtplib.SMTPException:
        raise NotSent("The mail server does not take the message.", code="mail-refused") from None
    except OSError:
        raise NotSent("The mail server cannot be reached.", code="mail-unreachable") from None
    if refused:
        raise NotSent("The mail server refuses one of the addresses.", code="mail-refused")


def _host(settings: Settings) -> str:
    return urlsplit(settings.issuer).hostname or "localhost"
