"""Trust from files alone: what a city published into a folder, for checking cards where there is no office.

1. The folder holds what `citycard publish FOLDER` writes: metadata, statement, status lists.
2. Its roots are looked through for the one whose fingerprint the caller compared, as digits, words or hex. A folder
   cannot vouch for itself: without that fingerprint nothing in it is believed.
3. From that root TUF's client walks to the statement and to the city's marks of compromise, which count on top of it;
   the city's own key vouches for each status list.

Nothing is remembered between two readings, so that an older folder under the same root is believed as long as its dates
allow (21 days); whoever keeps a memory of what was seen is an office, and uses `client.fetch_statement`.
"""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from citycard.core.errors import TrustRefused
from citycard.core.status import StatusList
from citycard.core.trust import Issuer, TrustStore
from citycard.partners import client
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.folder import FolderFetcher
from citycard.partners.lists import fetch_lists
from citycard.partners.marks import marked
from citycard.partners.roots import MAX_ROOT
from citycard.partners.sources import METADATA, FetchRefused, NotThere
from citycard.partners.statement import to_issuer


@dataclass(frozen=True)
class Carried:
    """A city as somebody carried it here: whose signatures count, and which cards have ended."""

    issuer: Issuer
    lists: dict[str, StatusList]

    @property
    def trust(self) -> TrustStore:
        """A trust store with this city alone."""
        return TrustStore([self.issuer])


def read_folder(folder: Path, *, fingerprint: str, now: datetime, allow_demo: bool = False) -> Carried:
    """Return the city in `folder`, if it is the one whose `fingerprint` was compared; raise a `CitycardError`."""
    # (1)
    if not folder.is_dir():
        raise FetchRefused("There is no such folder.", code="source")
    fetcher = FolderFetcher(folder.resolve())
    # (2)
    root = _compared_root(fetcher, fingerprint)
    # (3)
    with tempfile.TemporaryDirectory() as memory:
        fetched = client.fetch_statement(
            state_folder=Path(memory) / "state", root=root, fetcher=fetcher, allow_demo=allow_demo
        )
    issuer = to_issuer(marked(fetched.statement, fetched.marks))
    found = fetch_lists(issuer, fetcher, held={}, now=now)
    return Carried(issuer, {each.uri: each.status_list for each in found if each.status_list is not None})


def _compared_root(fetcher: FolderFetcher, compared: str) -> bytes:
    for version in range(1, client.MAX_ROOTS + 1):
        try:
            root = fetcher.download_bytes(f"{fetcher.base}/{METADATA}/{version}.root.json", MAX_ROOT)
        except NotThere:
            break
        mark = Fingerprint.of(root)
        if mark.agrees_with(compared) or mark.hex == compared.strip().lower():
            return root
    raise TrustRefused("No root in this folder has the fingerprint that was compared.", code="fingerprint-differs")
