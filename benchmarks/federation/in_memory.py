"""Many cities in one process: each recognises every other, and all read what one small web server hands out.

Measured for every city and given as the middle one of them: the first synchronisation with all its partners, one when
nothing changed, one after every list was signed anew (each hour), one after every city published a new statement; the
size of its desk bundle, and how long a device takes to read it, in Python.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from sqlalchemy import update

from benchmarks.federation import village
from benchmarks.federation.traffic import counted
from benchmarks.federation.village import Member
from citycard.operations import desk_bundle, publish, sync
from citycard.partners.desk_bundle import read_bundle
from citycard.store.cards import StatusListRow

Figures = dict[str, float]


@contextmanager
def handing_out(folder: Path) -> Iterator[str]:
    """Serve a folder with ETags, as any web server does; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = folder / self.path.lstrip("/")
            body = path.read_bytes() if path.is_file() else None
            etag = f'"{hashlib.sha256(body or b"").hexdigest()}"'
            same = body is not None and self.headers.get("If-None-Match") == etag
            self.send_response(404 if body is None else 304 if same else 200)
            self.send_header("ETag", etag)
            self.send_header("Content-Length", "0" if body is None or same else str(len(body)))
            self.end_headers()
            if body is not None and not same:
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=partial(server.serve_forever, poll_interval=0.01), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def measure(folder: Path, count: int) -> dict[str, Figures]:
    """Return for each occasion what it costs one city with `count` - 1 partners."""
    shelf = folder / "web"
    members = [village.found(folder / "cities", number) for number in range(1, count + 1)]
    with handing_out(shelf) as address:
        for number, member in enumerate(members, start=1):
            member.address = f"{address}/{number}"
            lay_out(member, shelf / str(number))
        for member in members:
            village.recognise_all(member, [other for other in members if other is not member])
        found = {"first": synced(members), "unchanged": synced(members)}
        for number, member in enumerate(members, start=1):
            sign_lists_anew(member)
            lay_out(member, shelf / str(number))
        found["lists signed anew"] = synced(members)
        for number, member in enumerate(members, start=1):
            publish.publish_statement(member.hall.ring, now=datetime.now(UTC))
            lay_out(member, shelf / str(number))
        found["new statements"] = synced(members)
    found["bundle"] = bundle_of(members[0])
    for member in members:
        member.hall.close()
    return found


def sign_lists_anew(member: Member) -> None:
    """Sign every list once more, as each hour does."""
    hall = member.at_this_moment()
    with hall.session() as session:
        session.execute(update(StatusListRow).values(dirty=True))
    hall.publish_lists()


def lay_out(member: Member, folder: Path) -> None:
    """Publish into the folder that is served."""
    with member.hall.session() as session:
        publish.export(session, member.hall.office, folder)


def synced(members: Sequence[Member], *, may_fail: int = 0) -> Figures:
    """Let every city ask all its partners, of which so many fail; the middle city's figures."""
    rounds: list[Figures] = []
    for member in members:
        hall = member.at_this_moment()
        with counted() as traffic:
            started = time.perf_counter()
            results = sync.run(hall.engine, hall.desk(), everyone=True)
            seconds = time.perf_counter() - started
        failed = [f"{each.issuer}: {each.error}" for each in results if each.error]
        assert len(failed) == may_fail, failed
        rounds.append({"requests": traffic.requests, "bytes": traffic.bytes, "seconds": seconds})
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


def bundle_of(member: Member) -> Figures:
    """What a device of this city is given, and what reading it costs."""
    hall = member.at_this_moment()
    with hall.session() as session:
        made = desk_bundle.Bundles().current(session, hall.ring, services=(), now=hall.now)
    assert not made.left_out, made.left_out
    fingerprint = bytes.fromhex(desk_bundle.device_fingerprint(hall.office).hex)
    started = time.perf_counter()
    read_bundle(made.data, fingerprint=fingerprint, now=hall.now)
    return {"bytes": len(made.data), "seconds": time.perf_counter() - started}
