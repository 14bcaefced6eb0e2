"""From a compared fingerprint to a city's statement with the files at hand: no source, no folder, no memory.

`client` fetches and remembers; this reads what somebody carried, as a desk's bundle does. In this order, and the first
step that fails decides (`ChainRefused`, with the code):

1. One of the roots has the SHA-256 that was compared (fingerprint-differs). Those before it are not looked at.
2. From there on each keeps the rules of `roots`, and each that follows is signed by the threshold of the one before and
   has the next version (root-chain). The newest has not expired (root-expired).
3. The targets file is signed by the threshold of the newest root's targets role (targets-signature) and has not expired
   (targets-expired).
4. The statement has the length and the SHA-256 that stand there (statement-hash), and reads (statement-form).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from citycard.core import cbor
from citycard.core.errors import TrustRefused
from citycard.core.strict_json import JsonRefused, read_json
from citycard.partners.client import MAX_TARGETS
from citycard.partners.roots import RootRefused, check_root
from citycard.partners.sources import STATEMENT
from citycard.partners.statement import Statement, read_statement, to_issuer


class ChainRefused(TrustRefused):
    """The files do not lead from the fingerprint to a statement; `code` names the step."""

    code = "root-chain"


@dataclass(frozen=True)
class Papers:
    """What a city's statement comes with: its roots, oldest first, the targets file, and itself."""

    roots: tuple[bytes, ...]
    targets: bytes
    statement: bytes


@dataclass(frozen=True)
class Believed:
    """A statement that the fingerprint vouches for, and by which version of the targets file."""

    statement: Statement
    targets_version: int


def believe(papers: Papers, *, fingerprint: bytes, now: datetime, allow_demo: bool) -> Believed:
    """Return the statement in `papers`, believed from `fingerprint` on; raise `ChainRefused`."""
    # (1)
    marks = [hashlib.sha256(root).digest() for root in papers.roots]
    if fingerprint not in marks:
        raise ChainRefused("No root here has the fingerprint that was compared.", code="fingerprint-differs")
    # (2)
    root = _newest(papers.roots[marks.index(fingerprint) :])
    if root.is_expired(now):
        raise ChainRefused("The newest root has expired.", code="root-expired")
    # (3)
    targets = _targets(papers.targets, root)
    if targets.is_expired(now):
        raise ChainRefused("The targets file has expired.", code="targets-expired")
    # (4)
    target = targets.targets.get(STATEMENT)
    found = hashlib.sha256(papers.statement).hexdigest()
    if target is None or target.length != len(papers.statement) or target.hashes.get("sha256") != found:
        raise ChainRefused("The statement is not the one that was signed.", code="statement-hash")
    try:
        statement = read_statement(papers.statement, allow_demo=allow_demo)
        to_issuer(statement)
        return Believed(statement, targets.version)
    except TrustRefused as refused:
        raise ChainRefused(str(refused), code="statement-form") from None


def _newest(roots: Sequence[bytes]) -> Root:
    try:
        root = check_root(roots[0]).signed
        for data in roots[1:]:
            metadata = check_root(data)
            root.verify_delegate(Root.type, metadata.signed_bytes, metadata.signatures)
            if metadata.signed.version != root.version + 1:
                raise ChainRefused("A newer root is not the next one.", code="root-chain")
            root = metadata.signed
    except RootRefused as refused:
        raise ChainRefused(str(refused), code="root-chain") from None
    except RepositoryError:
        raise ChainRefused("A newer root is not signed by the one before.", code="root-chain") from None
    return root


def _targets(data: bytes, root: Root) -> Targets:
    try:
        read_json(data, at_most=MAX_TARGETS)
        metadata = Metadata[Targets].from_bytes(data)
        signed = cast("object", metadata.signed)
        if not isinstance(signed, Targets):
            raise ChainRefused("This is not a targets file.", code="targets-signature")
        root.verify_delegate(Targets.type, metadata.signed_bytes, metadata.signatures)
    except (JsonRefused, RepositoryError):
        raise ChainRefused("The targets file is not signed by the city's keys.", code="targets-signature") from None
    return signed


def pack(roots: Sequence[bytes], targets: bytes) -> bytes:
    """Return what the register keeps beside a statement: everything of its papers but the statement itself."""
    return cbor.encode([list(roots), targets])


def unpack(kept: bytes, statement: bytes) -> Papers:
    """Return the papers of a statement from what the register keeps beside it."""
    roots, targets = cbor.decode(kept)
    return Papers(tuple(roots), targets, statement)
