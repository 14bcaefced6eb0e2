"""The machine: that what was typed does not reach a disk by swap or by a core dump.

The service forbids itself core dumps when it starts (`web.server`), which holds for dumps to files. A dump that the
kernel hands to a program is that program's to refuse. Swap that lies in memory (zram) is none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from citycard.operations.doctor.finding import Finding, Level, fine


@dataclass(frozen=True)
class Machine:
    """What the kernel says: `/proc/swaps` and `/proc/sys/kernel/core_pattern`; None where it says nothing."""

    swaps: str | None
    core_pattern: str | None


def this_machine() -> Machine:
    """Return what this machine's kernel says."""
    return Machine(_read("/proc/swaps"), _read("/proc/sys/kernel/core_pattern"))


def findings(machine: Machine) -> Iterator[Finding]:
    """Yield what could carry memory to a disk."""
    swaps = [line for line in (machine.swaps or "").splitlines()[1:] if line and not line.startswith("/dev/zram")]
    if swaps:
        yield Finding(
            "swap-on",
            Level.SOON,
            "This machine may write memory to a disk (swap).",
            "What was typed at the counter could lie there long after it was forgotten.",
            "Switch it off, also in /etc/fstab; or encrypt it with a key that dies at shutdown: then this may stand.",
            ("sudo swapoff -a",),
        )
    dumps = (machine.core_pattern or "").startswith("|")
    if dumps:
        yield Finding(
            "core-dumps",
            Level.SOON,
            "This machine hands the memory of programs that crash to another program.",
            "A dump of the service holds whatever was typed into it.",
            "Let dumps go to files, which the service forbids itself.",
            ("echo kernel.core_pattern=core | sudo tee /etc/sysctl.d/60-core.conf", "sudo sysctl --system"),
        )
    if machine.swaps is None or machine.core_pattern is None:
        yield fine("machine", "This machine does not say whether it swaps or dumps: see docs/running-an-office.md.")
    elif not swaps and not dumps:
        yield fine("machine", "Memory is not written to disk: no swap, no core dumps.")


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
