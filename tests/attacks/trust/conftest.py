"""Port-Sable has recognised Rivemont in good order, and holds its statement and its list. Then somebody attacks.

Rivemont's keys are real: root (three, of which two sign), targets, snapshot, timestamp, card and status. A test says
which of them the attacker holds and signs with those, by python-tuf itself. Rivemont's server is a real one on the
loopback; what it answers is the attacker's to choose (`Mirror`).

Whatever the attack, the same must be true afterwards, and `Scene.nothing_believed` asks all of it:

1. The synchronisation ends with one stable code, kept with the partner, and a page has a sentence of its own for it.
2. The statement held is the one from before, byte for byte, and so is the list.
3. Desks say of Ousmane's card of Rivemont, and of our own cards, what they said before.

python-tuf reads the system's clock, so these stories happen now.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from securesystemslib.signer import Signer
from sqlalchemy import select
from sqlalchemy.orm import Session
from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from citycard.core.verdicts import Verdict
from citycard.operations import recognise, sync
from citycard.partners.fetcher import HttpFetcher, Limits
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.repository import RepositorySigners
from citycard.settings import load_office
from citycard.store.partners import Partner, PartnerState
from citycard.web.partners import sentences
from tests.partners.conftest import NOW, TODAY, Town, new_signers, statement_of
from tests.support.cities import City
from tests.support.office import make_office
from tests.support.town_hall import TownHall

SAID = {code for codes, _title, _advice in sentences._TABLE for code in codes.split()}
"""The codes for which the pages of partner cities have a sentence of their own."""

HASTY = Limits(seconds_per_file=0.3)
"""Short enough not to wait for."""

FOREVER = NOW + timedelta(days=9999)
"""An expiry that an attacker chooses."""

Answer = Callable[[BaseHTTPRequestHandler], object]


class Mirror:
    """A server that gives out a folder, but for what the attacker answers instead; paths as in the request."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.over = threading.Event()
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_arguments: Any) -> None:
                pass

            def do_GET(self) -> None:
                mirror.asked.append(self.path)
                answer = mirror.answers.get(self.path) or mirror.answers.get("*")
                with contextlib.suppress(OSError):  # the reader has hung up
                    (answer or mirror.file)(self)
                self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def file(self, to: BaseHTTPRequestHandler) -> None:
        """Answer honestly."""
        path = self.folder / to.path.lstrip("/")
        if path.is_file():
            say(to, 200, path.read_bytes())
        else:
            say(to, 404)

    def close(self) -> None:
        """Stop, and let go of whoever is being kept waiting."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


def say(to: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    """Answer with `status` and `body`; a header's name is written with underscores."""
    to.send_response(status)
    for name, value in {"Content_Length": str(len(body)), **headers}.items():
        to.send_header(name.replace("_", "-"), value)
    to.end_headers()
    to.wfile.write(body)


def answering(status: int, body: bytes = b"", **headers: str) -> Answer:
    """An answer that is always the same."""
    return lambda to: say(to, status, body, **headers)


def sign_chain(
    town: Town,
    version: int,
    signers: RepositorySigners,
    *,
    statement: bytes | None = None,
    expires: datetime = NOW + timedelta(days=20),
    **versions: int,
) -> None:
    """Sign a whole state of the repository, as whoever holds `signers` can, and put it in place of the newest.

    With `statement` the targets are signed too; without, the snapshot points to those that stand there. Every role has
    `version`, unless `versions` say another.
    """
    metadata = town.folder / "metadata"
    number = {role: versions.get(role, version) for role in ("targets", "snapshot", "timestamp")}

    def put(name: str, signed: Any, by: tuple[Signer, ...]) -> bytes:
        file: Metadata[Any] = Metadata(signed)
        for signer in by:
            file.sign(signer, append=True)
        (metadata / name).write_bytes(data := file.to_bytes())
        return data

    if statement is not None:
        target = TargetFile.from_data("statement.json", statement, ["sha256"])
        (town.folder / "targets" / f"{target.hashes['sha256']}.statement.json").write_bytes(statement)
        targets = Targets(number["targets"], expires=expires, targets={"statement.json": target})
        data = put(f"{number['targets']}.targets.json", targets, signers.targets)
    else:
        newest = max(metadata.glob("*.targets.json"), key=lambda path: int(path.name.partition(".")[0]))
        data, number["targets"] = newest.read_bytes(), int(newest.name.partition(".")[0])
    meta = {"targets.json": MetaFile.from_data(number["targets"], data, ["sha256"])}
    snapshot = Snapshot(number["snapshot"], expires=expires, meta=meta)
    data = put(f"{number['snapshot']}.snapshot.json", snapshot, signers.snapshot)
    promised = MetaFile.from_data(number["snapshot"], data, ["sha256"])
    put("timestamp.json", Timestamp(number["timestamp"], expires=expires, snapshot_meta=promised), signers.timestamp)


@dataclass
class Scene:
    """The two cities, the server between them, and what is held."""

    port_sable: TownHall
    town: Town
    city: City
    mirror: Mirror
    cards: dict[str, str]
    held: bytes = b""
    held_list: bytes = b""

    # --- what Rivemont does -------------------------------------------------------------------------------

    def publish_list(
        self, statuses: Mapping[int, int] | None = None, *, city: City | None = None, **options: Any
    ) -> None:
        """Put a signed list of ended cards on the server."""
        place = self.town.folder / "status" / "1"
        place.parent.mkdir(exist_ok=True)
        options.setdefault("issued_at", NOW)
        place.write_bytes((city or self.city).status_list(statuses, **options))

    def offline_copy(self) -> Town:
        """What the city has of its repository away from the server, for when it gets the server back."""
        copy = self.town.folder.with_name("away-from-the-server")
        shutil.copytree(self.town.folder, copy)
        return replace(self.town, folder=copy)

    # --- what Port-Sable does -----------------------------------------------------------------------------

    def propose(self, source: str | Path = "") -> recognise.Proposal:
        """Dario fetches the city."""
        with self.port_sable.session() as session:
            dario = self.port_sable.staff(session, "Dario")
            return recognise.propose(session, self.port_sable.desk(), str(source or self.mirror.base), by=dario)

    def recognise(self) -> None:
        """Hold the whole ceremony, and fetch once."""
        self.propose()
        for name in ("Dario", "Chloe"):
            with self.port_sable.session() as session:
                staff, partner = self.port_sable.staff(session, name), session.scalars(select(Partner)).one()
                heard = " ".join(Fingerprint.of(self.town.root).digits)
                recognise.confirm(session, self.port_sable.desk(), partner, by=staff, heard=heard)
        assert self.fetch() is None
        self.remember()

    @property
    def memory(self) -> Path:
        """The folder in which Port-Sable keeps what it saw of Rivemont's repository."""
        return recognise.state_folder(self.port_sable.office, self.partner.root_fingerprint)

    def remember(self) -> None:
        """What is held now is what must still be held after the attack."""
        self.held = self.partner.statement
        self.held_list = self.list_held

    def fetch(self) -> str | None:
        """Ask Rivemont; return the code of what went wrong."""
        results = sync.run(self.port_sable.engine, self.port_sable.desk(), everyone=True)
        return results[0].error

    def verdict(self, whose: str = "Ousmane") -> Verdict:
        """What our library says of a card."""
        return self.port_sable.check(self.cards[whose]).verdict

    @property
    def partner(self) -> Partner:
        """The row of Rivemont, detached."""
        with Session(self.port_sable.engine) as session:
            row = session.get_one(Partner, 1)
            session.expunge(row)
            return row

    @property
    def list_held(self) -> bytes:
        """Rivemont's list as it is held."""
        with Session(self.port_sable.engine) as session:
            return session.get_one(Partner, 1).lists[0].token

    # --- what must be true --------------------------------------------------------------------------------

    def nothing_believed(self, code: str, *, verdict: Verdict = Verdict.OK, lists: bool = True) -> None:
        """Ask Rivemont, be refused with `code`, and hold what was held before (1 to 3)."""
        found = self.fetch()
        row = self.partner
        # (1)
        assert (found, row.last_error) == (code, code)
        assert code in SAID, "no page has a sentence for this"
        # (2)
        assert (row.state, row.statement, row.believed) == (PartnerState.RECOGNISED, self.held, self.held)
        if lists:
            assert self.list_held == self.held_list
        # (3)
        assert self.verdict("Ousmane") is verdict
        assert self.verdict("Léonie") is Verdict.OK

    def all_is_well(self) -> None:
        """The next honest answer is believed: the attack has left nothing behind."""
        self.mirror.answers.clear()
        assert self.fetch() is None
        assert self.verdict() is Verdict.OK


def recognised_scene(folder: Path, **options: Any) -> Scene:
    """Two cities and a ceremony; `options` as for `create_repository`."""
    city = City.named("Rivemont").with_card_key(
        first_day=TODAY - timedelta(days=30), last_day=TODAY + timedelta(days=300)
    )
    city = city.with_status_key(first_day=TODAY - timedelta(days=30), last_day=TODAY + timedelta(days=900))
    signers = options.pop("signers", None) or new_signers(root=3)
    # Both cities began a week ago; what happens in a test happens now.
    statement = statement_of("Rivemont", issued_on=TODAY - timedelta(days=1), keys=(city.card_pin, city.status_pin))
    town = Town(folder / "rivemont-served", statement, signers)
    town.create(**{"root_threshold": 2, **options})
    hall = TownHall(make_office(folder, now=NOW), now=NOW)
    days: dict[str, Any] = {"issued_on": TODAY - timedelta(days=3), "expires_on": TODAY + timedelta(days=1500)}
    scene = Scene(
        hall,
        town,
        city,
        Mirror(town.folder),
        {
            "Ousmane": city.card(full_name="Ousmane Rivière", given_name="Ousmane", family_name="Rivière", **days),
            "Léonie": hall.card().full_code,
        },
    )
    scene.publish_list(issued_at=NOW - timedelta(minutes=5))
    scene.recognise()
    assert scene.verdict() is Verdict.OK
    return scene


@pytest.fixture(scope="session")
def ceremony(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The scene as it is after the ceremony, made once; each test gets a copy of its folders."""
    made = recognised_scene(tmp_path_factory.mktemp("ceremony"))
    made.mirror.close()
    made.port_sable.close()
    return made


@pytest.fixture
def scene(ceremony: Scene, tmp_path: Path) -> Iterator[Scene]:
    """Rivemont is recognised, and all is well."""
    before = ceremony.town.folder.parent
    shutil.copytree(before, tmp_path / "scene")
    town = replace(ceremony.town, folder=tmp_path / "scene" / ceremony.town.folder.name)
    hall = TownHall(load_office(tmp_path / "scene" / ceremony.port_sable.office.folder.name), now=NOW)
    made = replace(ceremony, port_sable=hall, town=town, mirror=Mirror(town.folder), cards=dict(ceremony.cards))
    with hall.session() as session:
        session.scalars(select(Partner)).one().source = made.mirror.base
    yield made
    made.mirror.close()
    hall.close()


@pytest.fixture
def hasty(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """For what the attacker answers Port-Sable waits a fraction of a second; for honest files as long as ever.

    An honest answer takes a moment, and more than a fraction of a second on a machine with other work.
    """

    class Hasty(HttpFetcher):
        def _ask(self, path: str, **options: Any) -> Any:
            self._limits = HASTY if path in scene.mirror.answers else Limits()
            return super()._ask(path, **options)

    monkeypatch.setattr(recognise, "HttpFetcher", Hasty)
