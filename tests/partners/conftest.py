"""Port-Sable publishes, Rivemont reads. Both are real: keys sign, files lie in folders, a server answers on loopback.

python-tuf reads the system's clock, so these stories happen today; what has expired was signed in the past.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from securesystemslib.signer import CryptoSigner, Signer
from tuf.api.metadata import Metadata

from citycard.core.keys import KeyState, KeyUse, PinnedKey
from citycard.partners.client import Fetched, fetch_statement
from citycard.partners.folder import FolderFetcher
from citycard.partners.repository import (
    Published,
    RepositorySigners,
    create_repository,
    current_root,
    publish_statement,
)
from citycard.partners.statement import Statement
from tests.support.cities import SigningKey

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.date()


ARABIC = {"Port-Sable": "ميناء الرمل", "Rivemont": "جبل الضفة", "Bois-Clair": "الغابة المضيئة"}
"""What the cities are called in Arabic."""


def card_key(seed: str, **changes: Any) -> PinnedKey:
    """A key that signs cards this month and for ten more."""
    key = PinnedKey(
        SigningKey(seed).public,
        KeyUse.CARD,
        KeyState.ACTIVE,
        TODAY - timedelta(days=30),
        TODAY + timedelta(days=300),
    )
    return replace(key, **changes)


def status_key(seed: str, **changes: Any) -> PinnedKey:
    """A key that signs status lists."""
    return card_key(seed, use=KeyUse.STATUS, **changes)


def statement_of(name: str, *, issued_on: date = TODAY, **changes: Any) -> Statement:
    """What a small city says about itself."""
    url = f"https://{name.lower()}.example"
    statement = Statement(
        issuer=url,
        names={"fr": name, "en": name, "ar": ARABIC[name]},
        country="FR",
        communes=("17999", "17998"),
        keys=(card_key(f"{name} card"), status_key(f"{name} status")),
        status_lists=(f"{url}/status/1",),
        contact="Service des cartes, 1 place du Port, +33 5 00 00 00 00",
        issued_on=issued_on,
        services=("library", "swimming-pool"),
        retention={"fr": "Rien n'est gardé après la remise.", "en": "Nothing is kept after hand-over."},
    )
    return replace(statement, **changes)


def new_signers(*, root: int = 1, ecdsa: bool = False) -> RepositorySigners:
    """Four roles, each with a key of its own."""
    make = CryptoSigner.generate_ecdsa if ecdsa else CryptoSigner.generate_ed25519
    return RepositorySigners(tuple(make() for _ in range(root)), (make(),), (make(),), (make(),))


@dataclass
class Town:
    """A city that publishes into a folder."""

    folder: Path
    statement: Statement
    signers: RepositorySigners = field(default_factory=new_signers)

    def create(self, *, now: datetime = NOW, **options: Any) -> Published:
        return create_repository(
            self.folder, signers=self.signers, statement=self.statement.to_json(), now=now, **options
        )

    def publish(self, *, now: datetime = NOW, **changes: Any) -> Published:
        self.statement = replace(self.statement, **changes)
        return publish_statement(self.folder, signers=self.signers, statement=self.statement.to_json(), now=now)

    @property
    def root(self) -> bytes:
        return current_root(self.folder)

    def path(self, name: str) -> Path:
        return self.folder / "metadata" / name

    def rewrite(self, name: str, change: Callable[[Any], None], *signers: Signer) -> None:
        """Change the signed part of a metadata file and sign it anew, as a thief of those keys could."""
        metadata: Metadata[Any] = Metadata.from_file(str(self.path(name)))
        change(metadata.signed)
        metadata.signatures.clear()
        for signer in signers:
            metadata.sign(signer, append=True)
        metadata.to_file(str(self.path(name)))

    def fetched_by(self, state: Path, root: bytes | None = None) -> Fetched:
        """What a partner with this memory reads from the folder."""
        return fetch_statement(
            state_folder=state, root=root or self.root, fetcher=FolderFetcher(self.folder), allow_demo=True
        )


@pytest.fixture
def port_sable(tmp_path: Path) -> Town:
    """Port-Sable has published its first statement."""
    town = Town(tmp_path / "port-sable", statement_of("Port-Sable"))
    town.create()
    return town


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """What Rivemont remembers of Port-Sable's repository: nothing yet."""
    return tmp_path / "rivemont" / "partners" / "port-sable"


class QuietFiles(SimpleHTTPRequestHandler):
    """Static files, as any web server gives them."""

    def log_message(self, *_arguments: Any) -> None:
        pass


Serve = Callable[[type[BaseHTTPRequestHandler] | Path], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(folder)` or `serve(handler class)` gives the base URL of a real server on loopback."""
    servers: list[ThreadingHTTPServer] = []

    def start(what: type[BaseHTTPRequestHandler] | Path) -> str:
        handler = partial(QuietFiles, directory=str(what)) if isinstance(what, Path) else what
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
