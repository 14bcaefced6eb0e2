"""Where the tests write: in memory, where the machine has a file system in memory with room.

Thousands of offices and databases are made and thrown away, and each waits for the disk at every commit: a third of the
time of the tests that have a register. What is tested stays the same, real files and real databases; that a register
outlives a killed process needs no disk either, and the machine that loses its power is no test of ours.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # Linux; containers often have one of 64 MB

ROOM = 4 * 1024**3
"""Bytes: a whole run has 300 MB in use at once, on two cores, and Chromium puts its pictures there too."""


def write_to_memory() -> None:
    """Send temporary files to memory, of this process and of those that it starts, unless somebody chose a place."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # asked before, it remembers
