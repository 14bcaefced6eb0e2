"""The city of Outremer: its keys, its statement, its list, its cards, and the folder that a web server serves."""

import json
import secrets
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from .cards import number_from, write_card
from .keys import Pair
from .lists import write_list
from .reading import digits

ROLES = ("root", "targets", "snapshot", "timestamp")
LASTS = {"root": 1096, "targets": 396, "compromised": 21, "snapshot": 21, "timestamp": 21}
LIST_SIZE = 2**17


class Outremer:
    """A city that publishes into `folder`."""

    def __init__(self, folder: Path, *, issuer: str, now: datetime) -> None:
        self.folder, self.issuer, self.now = folder, issuer, now
        self.card_key, self.status_key = Pair(), Pair()
        self.card_state = "active"
        self.ended: dict[int, int] = {}
        self.marks: set[bytes] = set()
        self._signers = {role: CryptoSigner.generate_ed25519() for role in LASTS}
        self._versions = dict.fromkeys(LASTS, 0)
        self._meta: dict[str, MetaFile] = {}

    @property
    def list_uri(self) -> str:
        """Where its one list stands."""
        return f"{self.issuer}/lists/ended"

    @property
    def fingerprint(self) -> str:
        """What its officials read over the telephone."""
        return digits((self.folder / "metadata" / "1.root.json").read_bytes())

    def signer(self, role: str) -> CryptoSigner:
        """The key that signs for a role; root and targets would be in a safe."""
        return self._signers[role]

    def statement(self, **changes: Any) -> dict[str, Any]:
        """What the city says about itself."""
        first = self.now.date() - timedelta(days=1)
        return {
            **{"version": 1, "issuer": self.issuer, "country": "PT", "issued_on": self.now.date().isoformat()},
            "names": {"pt": "Ultramar", "fr": "Outremer"},
            "communes": [],
            "keys": [
                self.card_key.jwk(use="card", first=first, last=first + timedelta(days=364), state=self.card_state),
                self.status_key.jwk(use="status", first=first, last=first + timedelta(days=800)),
            ],
            "status_lists": [self.list_uri],
            "contact": "Town hall of Outremer, 00 351 000 000 000",
            "services": ["library"],
            "retention": {},
            **changes,
        }

    def publish(self, **changes: Any) -> None:
        """Sign the statement and everything above it; the root only once, and last."""
        document = json.dumps(self.statement(**changes), separators=(",", ":"), ensure_ascii=False).encode()
        online = self._signers["compromised"].public_key
        role = DelegatedRole("compromised", [online.keyid], 1, terminating=True, paths=["compromised.json"])
        targets = Targets(
            targets={"statement.json": self._target("statement.json", document)},
            delegations=Delegations({online.keyid: online}, {role.name: role}),
        )
        self._meta["targets.json"] = self._listed("targets", targets)
        self.publish_marks()
        if not self._versions["root"]:
            root = Root(consistent_snapshot=True)
            for role in ROLES:
                root.add_key(self._signers[role].public_key, role)
            self._sign("root", root)

    def publish_marks(self) -> None:
        """Say with the online keys alone which keys of the city are compromised, and that all of this is the newest."""
        document = json.dumps(
            {"compromised": sorted(mark.hex() for mark in self.marks), "version": 1}, separators=(",", ":")
        ).encode()
        marks = Targets(targets={"compromised.json": self._target("compromised.json", document)})
        self._meta["compromised.json"] = self._listed("compromised", marks)
        snapshot = self._listed("snapshot", Snapshot(meta=self._meta))
        self._sign("timestamp", Timestamp(snapshot_meta=snapshot))

    def publish_list(self) -> None:
        """Sign the list of ended cards."""
        self._write(
            self.list_uri.removeprefix(self.issuer + "/"),
            write_list(
                self.ended,
                size=LIST_SIZE,
                uri=self.list_uri,
                kid=self.status_key.kid,
                sign=self.status_key.sign,
                now=self.now,
                lasts=21 * 86_400,
            ),
        )

    def card(self, name: str, *, index: int) -> str:
        """A full code for somebody of this name."""
        ends = date(self.now.year + 4, 12, 31)
        return write_card(
            issuer=self.issuer,
            kid=self.card_key.kid,
            sign=self.card_key.sign,
            identity={1: number_from(secrets.token_bytes(15)), 2: "1", 4: name, 8: "1987", 23: "PT"},
            issued=self.now.date(),
            ends=datetime(ends.year, 12, 31, tzinfo=UTC) + timedelta(days=1),
            index=index,
            uri=self.list_uri,
        )

    def revoke(self, index: int) -> None:
        """End a card for ever."""
        self.ended[index] = 1

    def _target(self, name: str, document: bytes) -> TargetFile:
        target = TargetFile.from_data(name, document, ["sha256"])
        self._write(f"targets/{target.hashes['sha256']}.{name}", document)
        return target

    def _listed(self, role: str, signed: Any) -> MetaFile:
        data = self._sign(role, signed)
        return MetaFile.from_data(self._versions[role], data, ["sha256"])

    def _sign(self, role: str, signed: Any) -> bytes:
        self._versions[role] += 1
        signed.version = self._versions[role]
        signed.expires = self.now.astimezone(UTC).replace(microsecond=0) + timedelta(days=LASTS[role])
        metadata: Metadata[Any] = Metadata(signed)
        metadata.sign(self._signers[role])
        data = metadata.to_bytes()
        number = "" if role == "timestamp" else f"{signed.version}."
        self._write(f"metadata/{number}{role}.json", data)
        return data

    def _write(self, path: str, data: bytes) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
