"""What a process may still do that opens a stranger's file: reckon, read and write the pipes it has, and end.

`lock_in` is called by the child itself, when everything it needs is loaded and before it reads a byte of the file:

1. Memory, processor time, and no core dump. Too much of either ends in an error or a signal, and the parent says that
   the picture cannot be read.
2. No new file, pipe or socket (`RLIMIT_NOFILE`), no file larger than nothing, no new process: whatever a decoder is
   made to do by a hostile file, it finds nobody to tell and nothing to read. This holds on every POSIX system.
3. On Linux the kernel refuses every call but a few (seccomp, a list of what is allowed): also those that need no open
   file, such as removing or renaming one, signalling a process, or looking into another's memory. The office's keys
   belong to the same user, so that permissions alone would not keep them.

Where the kernel knows no such filter, or the processor is one whose numbers are not listed here, (1) and (2) hold and
`lock_in` returns False; the parent writes that down once.
"""

import ctypes
import os
import resource
import struct
import sys

from citycard.operations.picture_limits import CPU_SECONDS, MEMORY

_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 4, 22, 38
_SECCOMP_MODE_FILTER = 2

_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1
"""Refused calls fail with EPERM. Killing would be no safer, and a library that asks for something harmless goes on."""

_ALLOWED = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "exit": (60, 93),
    "gettimeofday": (96, 169),
    "sigaltstack": (131, 132),
    "futex": (202, 98),
    "clock_gettime": (228, 113),
    "exit_group": (231, 94),
    "getrandom": (318, 278),
}
"""The numbers of a call on x86-64 and on 64-bit ARM."""

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column in `_ALLOWED`, and what the kernel calls the processor (AUDIT_ARCH_*)."""


def lock_in() -> bool:
    """Give up everything but what the module's docstring names; return whether (3) holds as well."""
    # (1)
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    _limit(resource.RLIMIT_CORE, 0)
    # (2)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_NOFILE, 0)
    # (3)
    return _filter_calls()


def _limit(what: int, most: int) -> None:
    # A limit that is lower already stays.
    _, hard = resource.getrlimit(what)
    lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (lower, lower))


def _filter_calls() -> bool:
    machine = _MACHINES.get(os.uname().machine)
    if not sys.platform.startswith("linux") or machine is None or struct.calcsize("P") != 8:
        return False
    libc = ctypes.CDLL(None)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    steps = _program(*machine)
    code = ctypes.create_string_buffer(b"".join(steps), 8 * len(steps))
    # struct sock_fprog: the number of steps, and where they are.
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(code)))
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program, 0, 0) == 0)


def _program(column: int, processor: int) -> list[bytes]:
    """The filter, in the kernel's own small language (struct sock_filter: code, if true, if false, value)."""

    def step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("@HBBI", code, yes, no, value)

    numbers = [each[column] for each in _ALLOWED.values()]
    return [
        step(_LOAD, 4),  # seccomp_data.arch: another processor's numbers mean other calls
        step(_JUMP_IF_EQUAL, processor, yes=1),
        step(_RETURN, _REFUSE),
        step(_LOAD, 0),  # seccomp_data.nr
        *(step(_JUMP_IF_EQUAL, number, yes=len(numbers) - at) for at, number in enumerate(numbers)),
        step(_RETURN, _REFUSE),
        step(_RETURN, _ALLOW),
    ]
