"""The keys of a real office, from encrypted files, publish what a partner reads."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from citycard.keystore.signers import create_key_file, open_signer
from citycard.partners.repository import RepositorySigners, refresh_online
from tests.partners.conftest import NOW, Town, statement_of


@pytest.mark.parametrize("curve", ["P-256", "Ed25519"])
def test_keys_from_encrypted_files_publish(tmp_path: Path, memory: Path, curve: str) -> None:
    signers = []
    for role in ("root", "targets", "snapshot", "timestamp"):
        public = create_key_file(tmp_path / f"{role}.pem", curve=curve, passphrase="only for this test")
        signers.append(
            (open_signer(f"pkcs8:{role}.pem", public, folder=tmp_path, passphrase=lambda: "only for this test"),)
        )
    town = Town(tmp_path / "town", statement_of("Port-Sable"), RepositorySigners(*signers))

    town.create()

    assert town.fetched_by(memory).statement == town.statement
    assert refresh_online(town.folder, signers=town.signers, now=NOW + timedelta(days=2)).timestamp_version == 2
