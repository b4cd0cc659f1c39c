"""`throughcare backup`: a dump, the anchor's copy and a manifest, in one folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import psycopg
from django.conf import settings

from throughcare.audit import rules, sealing
from throughcare.audit.anchor import Anchor, AnchorProblem
from throughcare.audit.rules import Seal
from throughcare.config import environment as env
from throughcare.config.commands import database
from throughcare.config.commands.pg_programs import must, run
from throughcare.config.commands.problem import Problem
from throughcare.core import clock

DUMP, MANIFEST, ANCHOR = "database.dump", "manifest.json", "anchor"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. Anybody who can replace the dump can write one: only the anchor tells whether it is true."""

    made_at: str
    sha256: str
    bytes: int
    chain: str
    head: int
    head_hash: str

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Read from a backup. Raises Problem when there is none."""
        try:
            return cls(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise Problem(f"{folder} is not a backup of ours: its {MANIFEST} cannot be read ({error}).") from None


def backup(directory: Path) -> int:
    """Make one folder in `directory`, under its final name only once everything in it is on the disk; prints its name."""
    trouble = _seal_first()
    at = clock.now()
    folder = directory / f"throughcare-{at:%Y%m%dT%H%M%SZ}"
    half = folder.with_suffix(".part")
    half.mkdir(parents=True, mode=0o700)
    genesis, head = _dump(half / DUMP)
    anchor = Anchor(settings.ANCHOR, genesis.hash)
    if anchor.exists():
        shutil.copytree(anchor.folder, half / ANCHOR / anchor.folder.name)
    size, digest = (half / DUMP).stat().st_size, sha256(half / DUMP)
    manifest = Manifest(rules.moment(at), digest, size, genesis.hash, head.number, head.hash)
    (half / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    _sync(half)
    half.rename(folder)
    print(trouble or f"{folder}: {size:,} bytes, up to seal {head.number} ({head.hash}).")
    return 1 if trouble else 0


def _seal_first() -> str:
    """A backup holds what it says: everything is sealed before it. Trouble with the anchor does not keep us from a backup."""
    try:
        with psycopg.connect(env.backup_url(database.state()), autocommit=True) as connection:
            sealing.seal(connection, settings.ANCHOR, everything=True)
    except (AnchorProblem, OSError) as problem:
        return f"A backup was made, but it cannot be proved: {problem}"
    return ""


def _dump(file: Path) -> tuple[Seal, Seal]:
    """Dump one snapshot; returns seal 0 and the head as that snapshot has them."""
    url = env.backup_url(database.state())
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        genesis, head = sealing.one_seal(connection, 0), sealing.head(connection)
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = row[0] if row else ""
        must(run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={file}", url=url), "No backup was made")
    assert genesis
    return genesis, head


def sha256(file: Path) -> str:
    """The SHA-256 of a file of any size."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    """Every file of a new backup reaches the disk."""
    for path in _files(folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _files(folder: Path) -> Iterable[Path]:
    return [*folder.rglob("*"), folder]
