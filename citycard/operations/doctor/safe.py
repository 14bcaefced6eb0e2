"""The secrets of the service and the keys of the safe: that they are there, that nobody else reads them.

1. The folders are for their owner alone (0700), and so is every file in them (0600); so is a register that is a file.
2. Session key, recovery key and passphrase are there, and each online key opens.
3. The passphrase lies apart from the key files: a copy of the folder alone should open nothing.
4. The offline folder is away. While it is here, whoever takes the server takes the keys that name other keys.
5. No key of a day before yesterday is left: yesterday's goes a quarter of an hour after midnight.
"""

import shlex
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState
from citycard.keystore.ring import load_ring
from citycard.operations import recovery
from citycard.operations.doctor.finding import Finding, Level, fine
from citycard.settings import Office

_FOR_OTHERS = 0o077

_MADE_ANEW = "umask 077; head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \\n' > {path}"


def findings(office: Office, *, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the secrets (1 to 5)."""
    found = [
        *_modes(office),
        *_absent(office),
        *_keys(office),
        *_passphrase(office),
        *_offline(office),
        *_days(office, now),
    ]
    yield from found or [
        fine("secrets", "The secrets are there, open, and are for the service alone; the safe's keys are away.")
    ]


def _modes(office: Office) -> Iterator[Finding]:
    # (1)
    register = [path for path in office.folder.glob("*.sqlite3*") if path.is_file()]
    for name, folder, extra in (("secrets", office.secrets, register), ("offline", office.offline, [])):
        paths = [folder, *folder.rglob("*"), *extra] if folder.is_dir() else extra
        open_to_others = [path for path in paths if not path.is_symlink() and path.stat().st_mode & _FOR_OTHERS]
        if open_to_others:
            inside = any(path not in extra for path in open_to_others)
            commands = [f"chmod -R go= {shlex.quote(str(folder))}"] if inside else []
            commands += [f"chmod go= {shlex.quote(str(path))}" for path in open_to_others if path in extra]
            yield Finding(
                "readable-by-others",
                Level.NOW,
                "Other accounts of this machine can reach " + _listed(path.name for path in open_to_others) + ".",
                "Whoever reads a key of the day beside the register can read open enrolments.",
                "Take the rights of everybody else away, and ask how they came about.",
                tuple(commands),
                about=name,
            )


def _absent(office: Office) -> Iterator[Finding]:
    # (2)
    for name, why, lost in (
        (
            "session.key",
            "Without it no page is served.",
            "A new one serves as well; forms that are open are loaded again, and the codes of slips that were given "
            "for a second visit are not known any more.",
        ),
        (
            recovery.KEY_NAME,
            "Without it no card is issued, and no holder can stop a lost card with the code on the slip.",
            "Take it from the backup of the secrets. A new one lets cards be issued again, but the codes on slips "
            "that were handed out are then good for nothing.",
        ),
    ):
        path = office.secrets / name
        if not path.is_file() or not path.read_bytes().strip():
            yield Finding(
                "secret-missing",
                Level.NOW,
                f"The file {name} is missing from the secrets folder, or empty.",
                why,
                lost,
                (_MADE_ANEW.format(path=shlex.quote(str(path))),),
                about=name,
            )


def _keys(office: Office) -> Iterator[Finding]:
    # (2)
    try:
        ring = load_ring(office)
        office.passphrase(office.secrets)
    except CitycardError as refused:
        if refused.code == "passphrase":  # else keys.json, of which `endings` speaks
            yield Finding(
                "passphrase-missing",
                Level.NOW,
                "The passphrase of the service's keys cannot be read.",
                "No card and no list of ended cards can be signed.",
                "Put it back where CITYCARD_PASSPHRASE_FILE says, or into the file `passphrase` of the secrets folder. "
                "If the service manager hands it to the service alone, name its file in that variable here, too.",
                about="passphrase",
            )
        return
    for entry in ring.entries:
        if entry.state is KeyState.ACTIVE and not entry.offline:
            try:
                ring.signer(entry)
            except CitycardError as refused:
                yield Finding(
                    "key-does-not-open",
                    Level.NOW,
                    f"The {entry.purpose} key {entry.kid} does not open: {refused}",
                    "What it should sign is not signed.",
                    "Take its file from the backup of the secrets. If there is none, make another key.",
                    (f"citycard keys new {entry.purpose}" + (" --state active" if entry.purpose.use else ""),),
                    about=entry.purpose,
                )


def _passphrase(office: Office) -> Iterator[Finding]:
    # (3)
    if (office.secrets / "passphrase").is_file():
        yield Finding(
            "passphrase-beside",
            Level.SOON,
            "The passphrase of the service's keys lies beside them.",
            "A copy of the secrets folder alone opens every key in it.",
            "Move the file to where the service manager keeps its credentials, and name it in "
            "CITYCARD_PASSPHRASE_FILE (docs/running-an-office.md, Passphrases).",
            about="passphrase",
        )


def _offline(office: Office) -> Iterator[Finding]:
    # (4)
    if not office.offline.is_dir() or not any((office.offline / "keys").glob("*.pem")):
        return
    beside = (office.offline / "passphrase").is_file()
    yield Finding(
        "offline-keys-here",
        Level.NOW if beside else Level.SOON,
        "The offline keys lie on this server" + (", with their passphrase beside them." if beside else "."),
        "Whoever takes the server can make keys that every partner city believes.",
        "Copy the folder to two sticks, read one of them back, bring them to two safes, and delete it here. "
        "While you change keys, this finding is right and may stand.",
        about="offline",
    )


def _days(office: Office, now: datetime) -> Iterator[Finding]:
    # (5)
    yesterday = (office.settings.today(now) - timedelta(days=1)).isoformat()
    if any(path.name.lstrip(".")[:10] < yesterday for path in _day_keys(office.day_keys)):
        yield Finding(
            "day-keys-old",
            Level.NOW,
            "Keys of days before yesterday are still there.",
            "With them a backup of those days can be read. Forgetting has not run for a day.",
            "Run it now; then look whether the service runs, and what its log says.",
            ("citycard retention run",),
        )


def _day_keys(folder: Path) -> list[Path]:
    return [*folder.glob("*.day"), *folder.glob(".????-??-??.*")] if folder.is_dir() else []


def _listed(names: Iterator[str]) -> str:
    known = sorted(set(names))
    return ", ".join(known[:3]) + (" and more" if len(known) > 3 else "")
