"""Notices by e-mail: a real mail server on loopback that speaks TLS, and an office whose keys come to their end."""

from __future__ import annotations

import contextlib
import logging
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from citycard.cli import main
from citycard.keystore.ring import KeyRing, Purpose, load_ring
from citycard.operations import notices, post, publish
from citycard.operations.doctor import notices as doctor
from citycard.operations.doctor.finding import Level
from citycard.settings import Office
from citycard.web import notices as words
from citycard.web.scheduler import TASKS, Scheduler
from tests.support.town_hall import TownHall
from tests.web.conftest import Clock

PASSWORD = "eight gulls at dusk"


@dataclass
class MailServer:
    """What it heard, and how it behaves."""

    port: int = 0
    letters: list[Message] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    before_tls: list[str] = field(default_factory=list)
    offers_tls: bool = True
    takes_password: bool = True
    takes_letters: bool = True


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that nobody else believes, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("mail") / "server.pem"
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server(certificate: Path) -> Iterator[MailServer]:
    """The mail server: enough of RFC 5321, with STARTTLS and AUTH PLAIN."""
    heard = MailServer()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)

    class Handler(StreamRequestHandler):
        def say(self, *lines: str) -> None:
            self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

        def handle(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                self.talk()

        def talk(self) -> None:
            encrypted = False
            self.say("220 localhost")
            while line := self.rfile.readline().decode().rstrip("\r\n"):
                (heard.spoken if encrypted else heard.before_tls).append(line)
                match line.split()[0].upper():
                    case "EHLO" if encrypted:
                        self.say("250-localhost", "250 AUTH PLAIN")
                    case "EHLO":
                        self.say(*(["250-localhost", "250 STARTTLS"] if heard.offers_tls else ["250 localhost"]))
                    case "STARTTLS":
                        self.say("220 go on")
                        self.connection = tls.wrap_socket(self.request, server_side=True)
                        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
                        encrypted = True
                    case "AUTH":
                        self.say("235 hello" if heard.takes_password else "535 secret of the mail server")
                    case "RCPT":
                        self.say("250 yes" if heard.takes_letters else "550 secret of the mail server")
                    case "DATA":
                        self.say("354 go on")
                        lines = []
                        while (text := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                            lines.append(text)
                        heard.letters.append(message_from_string("\n".join(lines)))
                        self.say("250 taken")
                    case "QUIT":
                        self.say("221 bye")
                        return
                    case _:
                        self.say("250 yes")

    class Server(ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as listening:
        heard.port = listening.server_address[1]
        Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield heard
        listening.shutdown()


@pytest.fixture
def posted(app: Flask, hall: TownHall, server: MailServer, certificate: Path) -> Callable[[], int]:
    """Port-Sable with a mail server: `posted()` is what the service does each hour."""
    settings = replace(
        hall.office.settings,
        default_language="en",
        mail_host="localhost",
        mail_port=server.port,
        mail_user="cards",
        mail_from="cards@port-sable.example",
        mail_to=("office@port-sable.example", "keys@port-sable.example"),
    )
    app.config["OFFICE"] = hall.office = replace(hall.office, settings=settings)
    (hall.office.secrets / "mail-password").write_text(f"{PASSWORD}\n")
    believes = ssl.create_default_context(cafile=str(certificate))

    def run() -> int:
        with app.app_context():
            return notices.run(
                hall.office,
                now=app.config["CLOCK"](),
                words=words.words,
                send=lambda office, letter: post.send(office, letter, tls=believes),
            )

    return run


def ends_in(office: Office, days: int, *, today: datetime) -> None:
    """Let the root key end in so many days, and all others long after."""
    ring = load_ring(office)
    last = {Purpose.ROOT: today.date() + timedelta(days=days)}
    far = today.date() + timedelta(days=300)
    KeyRing(office, [replace(each, last_day=last.get(each.purpose, far)) for each in ring.entries]).save()


def test_each_step_is_told_once(posted: Callable[[], int], hall: TownHall, server: MailServer, clock: Clock) -> None:
    """91 days before nothing; then at 90, 30 and 7, each once, and when it is over nothing again."""
    ends_in(hall.office, 91, today=clock.now)
    told = {}
    for left in (91, 90, 89, 31, 30, 29, 8, 7, 6, 0, -1):
        clock.now = hall.now + timedelta(days=91 - left)
        publish.refresh(load_ring(hall.office), now=clock.now)  # as the service does each day
        told[left] = (posted(), posted())

    assert told.pop(90) == told.pop(30) == told.pop(7) == (1, 0)
    assert set(told.values()) == {(0, 0)}
    assert [f"Root key: ends on February 22, 2027, {left} days left" in text_of(letter) for left, letter in
            zip((90, 30, 7), server.letters, strict=True)] == [True] * 3  # fmt: skip


def text_of(letter: Message) -> str:
    """The text of a letter, in one line."""
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return " ".join(payload.decode().split())


def test_a_notice_goes_out_over_tls_with_nobody_in_it(
    posted: Callable[[], int], hall: TownHall, server: MailServer, clock: Clock
) -> None:
    """To the addresses of the settings, from no machine by name, and about keys alone."""
    hall.card(full_name="Léonie Marchevert")
    ends_in(hall.office, 20, today=clock.now)

    assert posted() == 1

    (letter,) = server.letters
    assert letter["To"] == "office@port-sable.example, keys@port-sable.example"
    assert letter["From"] == "cards@port-sable.example"
    assert letter["Message-ID"].endswith("@port-sable.demo.invalid>")
    assert letter["Auto-Submitted"] == "auto-generated"
    text = text_of(letter)
    assert "20" in text
    assert "citycard doctor" in text
    assert "December 13, 2026" in text
    assert "Marchevert" not in str(letter)
    # Before TLS nothing was said but hello.
    assert [line.split()[0].upper() for line in server.before_tls] == ["EHLO", "STARTTLS"]
    assert any(line.startswith("AUTH PLAIN") for line in server.spoken)
    assert [line for line in server.spoken if line.upper().startswith("RCPT")] == [
        "rcpt TO:<office@port-sable.example>",
        "rcpt TO:<keys@port-sable.example>",
    ]


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("no TLS", "mail-no-tls"),
        ("wrong password", "mail-sign-in"),
        ("refuses", "mail-refused"),
        ("gone", "mail-unreachable"),
        ("certificate", "mail-certificate"),
        ("no password file", "mail-password"),
    ],
)
def test_a_failure_stops_nothing_is_said_by_the_doctor_and_tried_again(
    app: Flask,
    posted: Callable[[], int],
    hall: TownHall,
    server: MailServer,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    trouble: str,
    code: str,
) -> None:
    ends_in(hall.office, 6, today=clock.now)
    office, port = hall.office, hall.office.settings.mail_port
    server.offers_tls = trouble != "no TLS"
    server.takes_password = trouble != "wrong password"
    server.takes_letters = trouble != "refuses"
    if trouble == "no password file":
        (office.secrets / "mail-password").unlink()
    if trouble == "gone":
        app.config["OFFICE"] = hall.office = replace(office, settings=replace(office.settings, mail_port=1))
    with app.app_context(), caplog.at_level(logging.ERROR):
        if trouble == "certificate":
            Scheduler(app)._try(next(task for task in TASKS if task.name == "notices"), at=clock.now)
            assert "task notices failed: mail-certificate" in caplog.text
        else:
            with pytest.raises(Exception, match=r"\A(?!.*secret)"):
                posted()

    (finding,) = doctor.findings(hall.office)
    assert (finding.code, finding.about, finding.level) == ("notice-not-sent", code, Level.SOON)
    assert "Look at the settings that begin" not in finding.mend
    assert server.letters == []
    assert PASSWORD not in str(server.before_tls)

    server.offers_tls = server.takes_password = server.takes_letters = True
    (office.secrets / "mail-password").write_text(PASSWORD)
    app.config["OFFICE"] = hall.office = replace(office, settings=replace(office.settings, mail_port=port))
    assert posted() == 1
    (finding,) = doctor.findings(hall.office)
    assert finding.level is Level.FINE


def tried(office: Office, certificate: Path, *lines: str) -> Result:
    """`citycard doctor --mail`, typed by whoever wrote these lines into the settings just now."""
    file = office.folder / "settings.toml"
    above, _, names = file.read_text("utf-8").partition("[names]")
    kept = [line for line in above.splitlines() if not line.startswith("mail_")]
    file.write_text("\n".join([*kept, *lines, f"[names]{names}"]), "utf-8")
    return CliRunner().invoke(
        main, ["--office", str(office.folder), "doctor", "--mail"], env={"SSL_CERT_FILE": str(certificate)}
    )


def test_a_trial_notice_shows_whether_the_settings_are_right(
    hall: TownHall, server: MailServer, certificate: Path
) -> None:
    lines = [
        'mail_host = "localhost"',
        f"mail_port = {server.port}",
        'mail_user = "cards"',
        'mail_from = "cards@port-sable.example"',
        'mail_to = ["office@port-sable.example"]',
    ]
    none = tried(hall.office, certificate)
    assert (none.exit_code, "[mail-host]" in none.output, "Mend: Write mail_host" in none.output) == (1, True, True)

    wrong = tried(hall.office, certificate, *lines)
    assert (wrong.exit_code, "[mail-password]" in wrong.output, server.letters) == (1, True, [])

    (hall.office.secrets / "mail-password").write_text(PASSWORD)
    server.takes_letters = False
    refused = tried(hall.office, certificate, *lines)
    assert (refused.exit_code, "[mail-refused]" in refused.output) == (1, True)
    assert "secret of the mail server" not in refused.output
    assert notices.last_failure(hall.office) == "mail-refused"

    server.takes_letters = True
    good = tried(hall.office, certificate, *lines)
    assert good.exit_code == 0, good.output
    assert "took a trial notice for office@port-sable.example." in good.output
    (letter,) = server.letters
    assert "Port-Sable" in str(make_header(decode_header(letter["Subject"])))
    assert "Port-Sable" in text_of(letter)
    assert notices.last_failure(hall.office) is None


def test_without_a_mail_server_nothing_is_sent_and_nothing_remembered(app: Flask, hall: TownHall, clock: Clock) -> None:
    ends_in(hall.office, 6, today=clock.now)
    with app.app_context():
        words.send_due()

    assert not hall.office.notices_file.exists()
    (finding,) = doctor.findings(hall.office)
    assert finding.level is Level.FINE


def test_a_new_last_day_is_told_anew_and_what_is_missing_once(
    posted: Callable[[], int], hall: TownHall, clock: Clock
) -> None:
    ends_in(hall.office, 80, today=clock.now)
    assert (posted(), posted()) == (1, 0)
    ends_in(hall.office, 60, today=clock.now)
    assert (posted(), posted()) == (1, 0)
    ring = load_ring(hall.office)
    KeyRing(hall.office, [each for each in ring.entries if each.purpose is not Purpose.AUDIT]).save()
    assert (posted(), posted()) == (1, 0)


def test_a_damaged_memory_tells_twice_and_not_never(posted: Callable[[], int], hall: TownHall, clock: Clock) -> None:
    ends_in(hall.office, 80, today=clock.now)
    posted()
    hall.office.notices_file.write_text('{"told": 3}')

    assert posted() == 1
