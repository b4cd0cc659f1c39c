"""PostgreSQL's programs, run as ourselves against any address."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from subprocess import CompletedProcess

from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from throughcare.config.commands.problem import Problem
from throughcare.core.cluster import ClusterError
from throughcare.core.cluster.account import Account
from throughcare.core.cluster.programs import BIN_SETTING, WHEEL, programs_for

PARTS = {"dbname": "database"}  # the variables that are spelt unlike the word of the address


def run(program: str, *arguments: str | Path, url: str = "", text: str = "") -> CompletedProcess[str]:
    """One program, told by the environment where to connect: no password shows in a list of processes."""
    parts = conninfo_to_dict(url) if url else {}
    where = {f"PG{PARTS.get(name, name).upper()}": str(value) for name, value in parts.items()}
    return _ourselves().run([_program(program), *arguments], text=text, **where)


def _program(name: str) -> str | Path:
    """From the directory that is named, else from the wheel, else from the path. Raises Problem when there is none."""
    if os.environ.get(BIN_SETTING) or find_spec(WHEEL):
        try:
            return programs_for(_ourselves(), settings.STATE)[name]
        except ClusterError as error:
            raise Problem(str(error)) from None
    if found := shutil.which(name):
        return found
    raise Problem(f"{name} is not here: install the locked requirements or PostgreSQL's client programs.")


def _ourselves() -> Account:
    return Account(os.geteuid(), os.getegid())


def must(done: CompletedProcess[str], failed: str) -> str:
    """What it said; raises Problem with the first words of what went wrong."""
    if done.returncode:
        raise Problem(f"{failed}: {' '.join(done.stderr.split()[:80])}")
    return done.stdout
