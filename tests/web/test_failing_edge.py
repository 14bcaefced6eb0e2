"""What is said, and what is written down, when something fails where no view is to blame."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import event

from citycard.web.database import db
from tests.support.reading import CheckingClient

SignedIn = Callable[[str], CheckingClient]

NAME = "Noémie Kassar-Lund"


@pytest.fixture
def amel(app: Flask, signed_in: SignedIn) -> CheckingClient:
    """Amel, in an office that answers as it does in earnest."""
    browser = signed_in("Amel")
    app.testing = False
    return browser


@pytest.fixture
def full_disk(app: Flask) -> Iterator[None]:
    """Commits fail, and the error quotes what was to be written."""

    def fail(session: object) -> None:
        raise OSError(f"disk full while writing {NAME}")

    with app.app_context():
        event.listen(db.session, "before_commit", fail)
    yield
    with app.app_context():
        event.remove(db.session, "before_commit", fail)


@pytest.fixture
def written(app: Flask, caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """All that was written down, tracebacks included."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("citycard").propagate = True
    formatter = logging.Formatter("%(name)s %(message)s")
    return lambda: "\n".join(formatter.format(record) for record in caplog.records)


def test_a_commit_that_fails_is_written_down_without_path_and_values(
    amel: CheckingClient, full_disk: None, written: Callable[[], str]
) -> None:
    answer = amel.send("/enrolments/7K3M/resume?ticket=7K3M", {"typed": NAME}, form="/staff/")
    assert answer.status_code == 404  # and is not committed

    answer = amel.send("/staff/here?ticket=7K3M", form="/staff/")

    assert answer.status_code == 500
    assert "This is not working at the moment" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    log = written()
    assert "builtins.OSError at fail (" in log
    for secret in ("7K3M", "Kassar", "disk full", "Traceback", "/staff/here?"):
        assert secret not in log, secret


def test_a_page_of_an_error_that_fails_too_is_written_down_in_the_same_way(
    app: Flask, amel: CheckingClient, full_disk: None, written: Callable[[], str]
) -> None:
    token = amel.page("/staff/").token()

    def fail(response: object) -> object:
        raise ValueError(f"no header for {NAME}")

    app.after_request_funcs.setdefault(None, []).append(fail)

    answer = amel.post("/staff/here?ticket=7K3M", data={"csrf_token": token})

    assert answer.status_code == 500
    assert "This is not working at the moment" in answer.text
    log = written()
    assert "the page of an error: builtins.ValueError" in log
    for secret in ("7K3M", "Kassar", "Traceback"):
        assert secret not in log, secret


def test_tidying_up_that_fails_is_written_down_in_the_same_way(
    app: Flask, amel: CheckingClient, written: Callable[[], str]
) -> None:
    def fail(error: object) -> None:
        raise ValueError(f"could not close {NAME}")

    app.teardown_appcontext_funcs.append(fail)
    answer = amel.get("/staff/")
    app.teardown_appcontext_funcs.remove(fail)

    assert answer.status_code == 200
    log = written()
    assert "tidying up: builtins.ValueError at fail (" in log
    assert "Kassar" not in log
