"""The same modules in a real Chromium under the office's own policy, where the tests beside this ask Node.js.

One bundle with both kinds of keys, one card: what a browser has of its own (WebCrypto, time zones) is in the way from
the one to the other.
"""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from citycard.transit.bundle import bundle as laid_together
from citycard.transit.bundle import in_order
from tests.desk.bundles import bundle, port_sable, rivemont
from tests.support.browser import NewPage, assert_only_own_origin, assert_quiet
from tests.support.cities import NOW
from tests.support.loopback import STATIC, shelf

SCRIPT = """async ([file, fingerprint, codes, now]) => {
    const { readBundle } = await import("/js/desk/bundle.js");
    const { answer } = await import("/js/desk/answer.js");
    const bytes = Uint8Array.from(atob(file), (each) => each.charCodeAt(0));
    const held = await readBundle(bytes, { fingerprint: Uint8Array.from(fingerprint), now });
    const said = [];
    for (const [text, service] of codes) {
        const { verdict, reason } = await answer(text, { held, service, now });
        said.push([verdict, reason]);
    }
    return { cities: held.cities(now).map(({ issuer, level }) => [issuer, level]), said };
}"""


@pytest.mark.browser
def test_a_browser_holds_the_bundle_and_answers(new_page: NewPage) -> None:
    ours, theirs = port_sable().city, rivemont().city
    codes = [(theirs.card(), None), (theirs.card(), "mediatheque-du-phare"), (ours.card(), "piscine"), ("HELLO", None)]
    file = base64.b64encode(bundle()).decode()
    page = new_page("en")
    with shelf(Path(__file__).parent) as address:
        page.goto(address)
        found = page.evaluate(SCRIPT, [file, list(port_sable().fingerprint), codes, int(NOW.timestamp())])

        assert_quiet(page)
        assert_only_own_origin(page)
    assert found["cities"][0] == [ours.url, "fine"]
    assert len(found["cities"]) == 3
    assert found["said"] == [["OK", ""], ["OK", ""], ["REVOKED", "revoked"], ["MALFORMED", "base45-overflow"]]


def test_the_modules_keep_to_the_forms_that_can_be_laid_into_one_file() -> None:
    names = [name for name, _ in in_order("desk/answer.js", STATIC / "js")]
    assert {"desk/bundle.js", "desk/tuf.js", "reader/verify.js"} <= set(names)
    assert laid_together("desk/answer.js", STATIC / "js").count("\nreturn Object.freeze({") >= len(names)
