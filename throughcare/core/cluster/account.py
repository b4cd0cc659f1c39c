"""Who the server runs as: whoever starts it or, where that is root, a system user who cannot sign in."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from throughcare.core.cluster.errors import ClusterError

SYSTEM_USER = "throughcare-db"
NAME_TAKEN = 9  # useradd's answer when another process was quicker


@dataclass(frozen=True)
class Account:
    """The user and group that own the data and run every program of PostgreSQL."""

    uid: int
    gid: int

    def run(self, command: Sequence[str | Path], *, text: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """Run one program as this account, fed with `text`; the answer holds its exit code and words."""
        other = os.geteuid() == 0
        return subprocess.run(
            [str(part) for part in command],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            umask=0o077,
            env=_environment() | env,
            user=self.uid if other else None,
            group=self.gid if other else None,
            extra_groups=[] if other else None,
        )

    def own(self, path: Path) -> None:
        """Hand one file or directory to this account."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def _environment() -> dict[str, str]:
    # PGHOST and its like would send our programs to somebody else's server; LC_ALL=C keeps the log readable to us.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return ours | {"LC_ALL": "C", "TZ": "UTC"}


def account_for(home: Path) -> Account:
    """The account of the server whose directory is `home`.

    Root adopts the owner of a directory that is there already, so that a database made by an ordinary user opens.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if home.is_dir() and home.stat().st_uid != 0:
        return Account(home.stat().st_uid, home.stat().st_gid)
    return system_account()


def system_account() -> Account:
    """The system user of a server that root starts, made when missing.

    Raises ClusterError where no user can be made.
    """
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        entry = _make_system_user()
    return Account(entry.pw_uid, entry.pw_gid)


def _make_system_user() -> pwd.struct_passwd:
    made = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
    try:
        done = subprocess.run(["useradd", *made, SYSTEM_USER], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise ClusterError(f"PostgreSQL does not run as root: add the system user {SYSTEM_USER}.") from None
    if done.returncode not in (0, NAME_TAKEN):
        raise ClusterError(f"PostgreSQL does not run as root, and the user {SYSTEM_USER} cannot be made: {done.stderr.strip()}")
    return pwd.getpwnam(SYSTEM_USER)


def open_to_all(path: Path) -> bool:
    """Whether a user with no rights of their own can read `path` and walk down to it."""
    wanted = 0o005 if path.is_dir() else 0o004
    return path.stat().st_mode & wanted == wanted and open_way(path)


def open_way(path: Path) -> bool:
    """Whether a user with no rights of their own can walk down to the directory that holds `path`."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents if folder.exists())
