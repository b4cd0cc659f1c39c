"""Whether the process named in the server's lock file still lives."""

from __future__ import annotations

import os
from pathlib import Path

ZOMBIE = "Z"
STATUS_LINE = 7


def server_pid(pid_file: Path) -> int | None:
    """The process id that the lock file names; None without one."""
    try:
        first = pid_file.read_text().split("\n", 1)[0]
    except FileNotFoundError:
        return None
    return int(first) if first.strip().isdigit() else None


def says_ready(pid_file: Path) -> bool:
    """Whether the lock file says that the server takes connections (its eighth line, as pg_ctl reads it)."""
    try:
        lines = pid_file.read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"


def lives(pid: int) -> bool:
    """Whether `pid` is a running server: not a dead process unreaped, nor another program with a reused number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return state(pid) != ZOMBIE and _is_postgres(pid)


def state(pid: int) -> str:
    """The kernel's letter for the process (R, S, Z and so on); empty where the system does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def _is_postgres(pid: int) -> bool:
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True
