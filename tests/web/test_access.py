"""Who may open what: every route, every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from citycard.store.staff import Role
from citycard.web.access import ANYONE, UnstatedAccess, check_every_route, open_to
from tests.support.reading import CheckingClient, read
from tests.web.conftest import CAST, new_browser

SignedIn = Callable[[str], CheckingClient]


def sample(converter: BaseConverter) -> str | int:
    """A value that the part of an address takes."""
    if isinstance(converter, IntegerConverter):
        return 1
    return min(converter.items) if isinstance(converter, AnyConverter) else "AAAA"


def addresses(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every rule, each of its methods, and an address that fits it."""
    for rule in app.url_map.iter_rules():
        values = {name: sample(rule._converters[name]) for name in rule.arguments}
        with app.test_request_context():
            built = app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods or ())))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, built


def test_every_page_says_whom_it_is_open_to(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        allowed = getattr(app.view_functions[rule.endpoint], "open_to", None)
        assert allowed is ANYONE or (isinstance(allowed, frozenset) and allowed), f"{rule.rule} does not say"


def test_an_application_with_an_unstated_page_does_not_start(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to the world")

    with pytest.raises(UnstatedAccess, match="/forgotten"):
        check_every_route(app)


def test_a_page_is_open_to_anyone_or_to_roles_never_to_nobody_or_both() -> None:
    for who in ((), (ANYONE, Role.CLERK)):
        with pytest.raises(UnstatedAccess):
            open_to(*who)


def test_strangers_are_sent_to_sign_in_wherever_they_go(app: Flask) -> None:
    stranger = new_browser(app)
    walked = 0
    for rule, method, address in addresses(app):
        if app.view_functions[rule.endpoint].open_to is ANYONE:  # type: ignore[attr-defined]
            continue
        answer = stranger.open(address, method=method)
        assert (answer.status_code, answer.location) == (303, "/staff/sign-in"), f"{method} {rule.rule}"
        walked += 1

    assert walked > 3


@pytest.mark.parametrize("name", CAST)
def test_nobody_opens_what_their_role_does_not(app: Flask, signed_in: SignedIn, name: str) -> None:
    browser = signed_in(name)
    token = browser.page("/staff/").token()
    for rule, method, address in addresses(app):
        allowed = app.view_functions[rule.endpoint].open_to  # type: ignore[attr-defined]
        if allowed is ANYONE or CAST[name] in allowed:
            continue
        answer = browser.open(address, method=method, data={"csrf_token": token} if method == "POST" else None)
        assert answer.status_code == 403, f"{name}: {method} {rule.rule}"


def test_the_navigation_shows_only_what_the_person_may_open(app: Flask, signed_in: SignedIn) -> None:
    for name, role in CAST.items():
        browser = signed_in(name)
        for navigation in browser.page("/staff/").all("nav"):
            for link in browser.page("/staff/").all("a"):
                if navigation not in link.parents:
                    continue
                endpoint = app.url_map.bind("localhost").match(link.attributes["href"])[0]
                allowed = app.view_functions[endpoint].open_to  # type: ignore[attr-defined]
                assert allowed is ANYONE or role in allowed, f"{name} is shown {link.attributes['href']}"


def test_a_form_without_its_token_is_explained_and_does_nothing(signed_in: SignedIn) -> None:
    amel = signed_in("Amel")

    answer = amel.post("/staff/lock")

    assert answer.status_code == 400
    assert "what you typed is still there" in read(answer).text
    assert amel.get("/staff/").status_code == 200


def test_a_form_on_another_site_cannot_act_here(signed_in: SignedIn) -> None:
    amel = signed_in("Amel")
    token = amel.page("/staff/").token()

    answer = amel.post("/staff/lock", data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_a_request_for_another_host_is_refused_before_it_is_read(client: CheckingClient) -> None:
    answer = client.get("/", base_url="http://evil.example")

    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_what_a_proxy_would_say_is_not_believed(client: CheckingClient) -> None:
    answer = client.get("/staff/", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})

    assert answer.location == "/staff/sign-in"
