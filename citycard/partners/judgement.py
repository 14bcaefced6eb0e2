"""Whether a well-formed statement may be believed beside the cities we know, and what a new one changes.

1. It must not speak for us: our issuer URL is ours.
2. It must not speak for another: a partner whose fingerprint was compared for one issuer stays that issuer.
3. A key belongs to one city. A key that we or another city use is refused: one of the two does not hold it alone.
   The same for status lists: a city whose address is the beginning of another's could name that city's lists.
4. It is not written in the future, beyond a day for time zones, and not older than the one held.
5. A key once called compromised stays so, and stays listed: a thief who got hold of the publishing keys would
   otherwise undo the one mark that hurts him. It stays in the statement for as long as cards of it may be about.

Names and addresses that imitate are warned about (`look_alikes`); two people decide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from citycard.core.keys import KeyState
from citycard.core.trust import Issuer
from citycard.partners.look_alikes import address_warnings, name_warnings
from citycard.partners.statement import Statement, StatementRefused

CLOCK_TOLERANCE = timedelta(days=1)
"""Days begin up to fourteen hours apart around the world."""


def check_against(
    statement: Statement,
    *,
    own_issuer: Issuer,
    others: Iterable[Issuer],
    today: date,
    expected_issuer: str | None = None,
    previous: Statement | None = None,
) -> tuple[str, ...]:
    """Return warnings about the names and the address, or raise `StatementRefused` by rules 1 to 5.

    `others` are the cities known here, whatever their state: a suspended one's key may not move to a new one either.
    The entry for the statement's own issuer is passed over. `expected_issuer` is the one the ceremony was held for.
    """
    others = [issuer for issuer in others if issuer.url != statement.issuer]
    # (1)
    if statement.issuer == own_issuer.url:
        raise StatementRefused("This statement speaks in the name of our own city.", code="own-issuer")
    # (2)
    if expected_issuer is not None and statement.issuer != expected_issuer:
        raise StatementRefused("This statement speaks in the name of another city.", code="wrong-issuer")
    # (3)
    taken = {key.public.thumbprint for issuer in (own_issuer, *others) for key in issuer.keys}
    if any(key.public.thumbprint in taken for key in statement.keys):
        raise StatementRefused("A key of this statement is in use by another city.", code="shared-key")
    for issuer in (own_issuer, *others):
        if set(issuer.status_lists) & set(statement.status_lists):
            raise StatementRefused("This statement names a status list of another city.", code="shared-list")
    # (4)
    if statement.issued_on > today + CLOCK_TOLERANCE:
        raise StatementRefused("This statement is dated in the future.", code="future")
    if previous is not None:
        check_succession(previous, statement)
    names = [name for issuer in others for name in issuer.names.values()]
    return (
        *name_warnings(statement.names, names, ours=own_issuer.names.values()),
        *address_warnings(statement.issuer, [issuer.url for issuer in others], ours=own_issuer.url),
    )


def check_succession(previous: Statement, statement: Statement) -> None:
    """Return if `statement` may follow `previous` of the same city; raise `StatementRefused` by rules 2, 4 and 5."""
    # (2)
    if statement.issuer != previous.issuer:
        raise StatementRefused("This statement speaks in the name of another city.", code="wrong-issuer")
    # (4)
    if statement.issued_on < previous.issued_on:
        raise StatementRefused("This statement is older than the one held.", code="older")
    # (5)
    now_compromised = _compromised(statement)
    if not _compromised(previous) <= now_compromised:
        raise StatementRefused("A key that was compromised is no longer called so.", code="compromise-undone")


def sharing(ours: Issuer, others: Iterable[Issuer]) -> Mapping[str, str]:
    """Return the foreign cities that name a key or a list that another city names too, with the code of the reason.

    `check_against` keeps that from being stored. This is for whoever reads what is stored: a desk that holds two such
    cities leaves both out, and never our own, rather than be without an answer for everybody.
    """
    keys: dict[bytes, set[str]] = {}
    lists: dict[str, set[str]] = {}
    for issuer in (ours, *others):
        for key in issuer.keys:
            keys.setdefault(key.public.thumbprint, set()).add(issuer.url)
        for uri in issuer.status_lists:
            lists.setdefault(uri, set()).add(issuer.url)
    found = {url: "list-shared" for urls in lists.values() if len(urls) > 1 for url in urls}
    found |= {url: "key-shared" for urls in keys.values() if len(urls) > 1 for url in urls}
    found.pop(ours.url, None)
    return found


def _compromised(statement: Statement) -> set[bytes]:
    return {key.public.thumbprint for key in statement.keys if key.state is KeyState.COMPROMISED}


@dataclass(frozen=True)
class Difference:
    """One thing that a new statement changes. `what` is a code to translate, `subject` the key, list or member."""

    what: str
    subject: str


def differences(previous: Statement | None, statement: Statement) -> tuple[Difference, ...]:
    """Return what `statement` changes against `previous`, keys first; against none, everything is new."""
    before = {key.kid.hex(): key for key in previous.keys} if previous else {}
    after = {key.kid.hex(): key for key in statement.keys}
    found = [Difference("key-added", kid) for kid in after if kid not in before]
    found += [Difference("key-removed", kid) for kid in before if kid not in after]
    for kid in after.keys() & before.keys():
        if after[kid].state is not before[kid].state:
            found.append(Difference(f"key-{after[kid].state}", kid))
        elif after[kid] != before[kid]:
            found.append(Difference("key-changed", kid))
    lists_before = set(previous.status_lists) if previous else set()
    found += [Difference("list-added", uri) for uri in statement.status_lists if uri not in lists_before]
    found += [Difference("list-removed", uri) for uri in sorted(lists_before - set(statement.status_lists))]
    for member in ("names", "country", "communes", "contact", "services", "retention"):
        if previous is not None and getattr(previous, member) != getattr(statement, member):
            found.append(Difference("changed", member))
    order = {"key": 0, "list": 1, "changed": 2}
    return tuple(sorted(found, key=lambda each: (order[each.what.partition("-")[0]], each.what, each.subject)))
