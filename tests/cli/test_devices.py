"""`citycard desks devices` and `citycard desks bundle`."""

from __future__ import annotations

from pathlib import Path

from citycard.operations.desk_bundle import device_fingerprint
from citycard.partners.desk_bundle import read_bundle
from citycard.settings import Office
from tests.cli.conftest import NOW, Typed


def test_a_device_is_added_listed_and_withdrawn(citycard: Typed, office: Office) -> None:
    *drawn, text = citycard("desks", "devices", "add", "Library, counter 2").splitlines()

    assert text.startswith(f"{office.settings.issuer}/desk-app/#enrol=")
    assert len(drawn) > 20
    assert "not enrolled" in citycard("desks", "devices", "list")
    assert citycard("desks", "devices", "withdraw", "Library, counter 2").endswith(": withdrawn.\n")
    assert "withdrawn" in citycard("desks", "devices", "list")
    assert "[no-service]" in citycard("desks", "devices", "add", "Pool", "--service", "sauna", code=1)
    assert "[no-device]" in citycard("desks", "devices", "withdraw", "Pool", code=1)


def test_the_bundle_is_written_for_a_stick(citycard: Typed, office: Office, tmp_path: Path) -> None:
    said = citycard("desks", "bundle", tmp_path / "desk.citycard")

    mark = device_fingerprint(office)
    assert " ".join(mark.digits) in said
    data = (tmp_path / "desk.citycard").read_bytes()
    held = read_bundle(data, fingerprint=mark.sha256, now=NOW)
    assert held.issuer == office.settings.issuer
