"""`throughcare restore`: a backup into an empty database, and the chain goes on from it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from throughcare.audit import sealing, verifying
from throughcare.audit.anchor import Anchor
from throughcare.audit.rules import Seal
from throughcare.audit.verifying import Found
from throughcare.config import environment as env
from throughcare.config.commands import database
from throughcare.config.commands.backing_up import ANCHOR, DUMP, Manifest, sha256
from throughcare.config.commands.pg_programs import must, run
from throughcare.config.commands.problem import Problem
from throughcare.config.commands.proving import about_ages
from throughcare.core import clock, laws

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
# What an empty database has already, or only a superuser may say.
LEFT_OUT = (" EXTENSION ", " SCHEMA - public ", " COMMENT - SCHEMA ")
UNPROVED = (
    "It agrees with the copy of the anchor inside the backup and with nothing else: whoever replaced the one could replace the "
    "other. Before you serve it, compare its head with what was kept or written down elsewhere: seal {head.number}, {head.hash}."
)


def restore(file: Path) -> int:
    """Into the empty database of this installation; prints what was put back and what the anchor knows beyond it.

    1 when it is not as it was sealed, or when nothing outside the backup can say whether it is.
    """
    folder, manifest = whole(file)
    owner = env.owner_url(database.state())
    _refuse_unless_empty(owner)
    put_back(folder, owner)
    outside = _anchored_outside(folder, manifest)
    database.migrate()
    with psycopg.connect(env.backup_url(database.state()), autocommit=True) as connection:
        found = check(connection)
        ages = about_ages(connection, found)
    if found.bad:
        print(f"Restored, but not as it was sealed. {found.sentence}{ages}")
        return 1
    print(f"{_go_on(manifest, found)} {found.sentence if outside else UNPROVED.format(head=found.head)}{ages}")
    return 0 if outside else 1


def put_back(folder: Path, owner: str) -> None:
    """The dump into an empty database, all of it or nothing. Raises Problem with the first lines of what went wrong."""
    with psycopg.connect(owner, autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}".encode())
    contents = must(run("pg_restore", "--list", folder / DUMP), "The backup cannot be read")
    wanted = "\n".join(line for line in contents.splitlines() if not any(words in line for words in LEFT_OUT))
    target = conninfo_to_dict(owner)["dbname"]
    # Owners and grants come from the laws of this version, put in force afterwards.
    how = ["--no-owner", "--no-privileges", "--no-comments", "--single-transaction", "--exit-on-error", "--use-list=/dev/stdin"]
    must(run("pg_restore", *how, f"--dbname={target}", folder / DUMP, url=owner, text=wanted), "Nothing was restored")


def check(connection: psycopg.Connection[Any]) -> Found:
    """A restored database against the anchor of this installation, which knows all that the backup can know."""
    genesis = sealing.one_seal(connection, 0)
    anchor = Anchor(settings.ANCHOR, genesis.hash if genesis else "none")
    return verifying.verify(connection, anchor, laws.sealed(), ahead=True, demo=settings.DEMO)


def newest(chain: str) -> Seal:
    """The last seal that the anchor of this installation holds of a chain. Raises Problem without one."""
    anchor = Anchor(settings.ANCHOR, chain)
    if not anchor.exists():
        raise Problem(
            f"There is no anchor of this backup's chain in {settings.ANCHOR}, so nobody can say whether the backup is the "
            "true one. Name the anchor's directory in THROUGHCARE_ANCHOR."
        )
    seals = anchor.seals()
    return seals[max(seals)]


def whole(file: Path) -> tuple[Path, Manifest]:
    """The folder of a backup, by any of its files. Raises Problem when the dump is not what its manifest says."""
    folder = file if file.is_dir() else file.parent
    manifest, dump = Manifest.of(folder), folder / DUMP
    if not dump.is_file() or (dump.stat().st_size, sha256(dump)) != (manifest.bytes, manifest.sha256):
        raise Problem(f"{dump} is not what its manifest says: it was cut short or replaced. Take another backup.")
    return folder, manifest


def _refuse_unless_empty(owner: str) -> None:
    with psycopg.connect(owner) as connection:
        row = connection.execute(
            """SELECT count(*) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
               AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"""
        ).fetchone()
    if row and row[0]:
        raise Problem(f"There are {row[0]} tables in this database: a backup is only restored into an empty one. Name another.")


def _anchored_outside(folder: Path, manifest: Manifest) -> bool:
    """Whether this machine has an anchor of the chain. Where it has none the backup's copy is put there, so that the chain goes
    on; a living one is never replaced."""
    anchor = Anchor(settings.ANCHOR, manifest.chain)
    copy = folder / ANCHOR / anchor.folder.name
    if anchor.exists():
        return True
    if copy.is_dir():
        shutil.copytree(copy, anchor.folder, dirs_exist_ok=True)
    return False


def _go_on(manifest: Manifest, found: Found) -> str:
    """Let the chain go on from the backup's head, and say what is lost."""
    anchor = Anchor(settings.ANCHOR, manifest.chain)
    seals = anchor.seals()
    head = found.head.number if found.head else 0
    lost = [seal for number, seal in seals.items() if number > head]
    if not lost:
        return "Restored, with nothing lost that was ever sealed."
    anchor.restored(head, clock.now())
    entries = sum(seal.count for seal in lost)
    return (
        f"Restored. {entries:,} entries of {len(lost)} seals up to {lost[-1].made_at:%d %B %Y %H:%M} UTC were written after this "
        f"backup: their tables and keys are in {anchor.folder / 'leaves'}."
    )
