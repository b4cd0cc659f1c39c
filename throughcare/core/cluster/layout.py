"""Where the server's files lie: its home (data, log), and the directory of its socket."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from throughcare.core.cluster.account import Account, open_way
from throughcare.core.cluster.errors import ClusterError

PORT = 5432  # part of the socket's name; nothing listens on a network
SOCKET_LIMIT = 90  # bytes of the socket's whole name; the system allows 107
RAM = Path("/dev/shm")
RAM_WANTED = 1 << 30  # bytes free, else the disk: containers often have 64 MB there
SYSTEM_STATE = Path("/var/lib/throughcare")
SHORT = Path("/tmp")  # fixed, so that every process finds the same socket whatever its TMPDIR


@dataclass(frozen=True)
class Layout:
    """The directories of one server; `home` belongs to the server's account alone."""

    home: Path
    socket: Path

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def socket_lock(self) -> Path:
        return self.socket / f".s.PGSQL.{PORT}.lock"


def layout_of(state_dir: Path, *, durable: bool) -> Layout:
    """Choose the directories that belong to `state_dir`: those in use, else the first that will do."""
    homes = _homes(state_dir, durable)
    used = [home for home in homes if (home / "data").is_dir()]
    home = (used or homes)[0]
    socket = home / "run"
    if len(os.fsencode(socket / f".s.PGSQL.{PORT}")) > SOCKET_LIMIT:
        socket = SHORT / f"throughcare-{_mark(state_dir)}"
    return Layout(home, socket)


def _homes(state_dir: Path, durable: bool) -> list[Path]:
    ram = [] if durable or not _ram_has_room() else [RAM / f"throughcare-{_born(state_dir)}"]
    beside = state_dir / "postgres"
    # Root's server is another user, who may not get into a private directory; that directory stays as it is.
    hidden = os.geteuid() == 0 and not beside.exists() and not open_way(beside)
    return [*ram, SYSTEM_STATE / _mark(state_dir) if hidden else beside]


def _ram_has_room() -> bool:
    return RAM.is_dir() and os.access(RAM, os.W_OK) and shutil.disk_usage(RAM).free > RAM_WANTED


def _born(state_dir: Path) -> str:
    """A name made once for this very directory: a new checkout at an old path must not meet the old one's data in RAM."""
    state_dir.mkdir(parents=True, exist_ok=True)
    kept, draft = state_dir / "born", state_dir / f"born.{os.getpid()}"
    draft.write_text(secrets.token_hex(8))
    with suppress(FileExistsError):
        os.link(draft, kept)  # whole or not at all, so that two first askers agree
    draft.unlink()
    return kept.read_text()


def _mark(state_dir: Path) -> str:
    # The user is part of it: in a shared place two people's servers must not meet.
    return hashlib.sha256(f"{os.geteuid()}:{state_dir}".encode()).hexdigest()[:16]


def own_directory(path: Path, account: Account) -> None:
    """Make `path` a directory that only `account` may enter.

    Raises ClusterError when somebody else's directory or link is in its place.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_symlink() and not path.exists():
        path.mkdir(mode=0o700)
        account.own(path)
    if path.is_symlink() or path.stat().st_uid != account.uid:
        raise ClusterError(f"{path} belongs to somebody else: move it away and start again.")
