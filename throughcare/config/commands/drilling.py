"""`throughcare restore --drill`: a backup put back on a server of its own, looked through like the real one, and thrown away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psycopg

from throughcare.audit.verifying import Found
from throughcare.config.commands import restoring, scratch
from throughcare.config.commands.backing_up import Manifest
from throughcare.config.commands.problem import Problem
from throughcare.core import database
from throughcare.core.cluster import Cluster
from throughcare.places import reference

OLDEST = timedelta(hours=26)  # a nightly backup may be this far behind the anchor
SMALL = 200 * 1024 * 1024  # bytes of a dump that may be tried in memory
MUST_BE_GOOD = ("database role", "laws in force", "scores")


def drill(file: Path) -> int:
    """Restore, look, throw away; prints what was found. Raises Problem, in one sentence, for a backup that would not save us."""
    folder, manifest = restoring.whole(file)
    with scratch.server(durable=manifest.bytes >= SMALL) as server:
        restoring.put_back(folder, server.dsn("owner"))
        database.migrate(server.dsn("owner"))
        reference.load(server.dsn("owner"))
        _laws(server)
        found = _chain(server, manifest)
    print(
        f"The backup of {manifest.made_at} was restored and thrown away: its laws are in force, its scores follow. "
        f"{found.sentence}"
    )
    return 0


def _chain(server: Cluster, manifest: Manifest) -> Found:
    """Entries against the living anchor: a manifest, and the anchor's copy beside it, may be as forged as the dump."""
    newest = restoring.newest(manifest.chain)
    with psycopg.connect(server.dsn("backup"), autocommit=True) as connection:
        found = restoring.check(connection)
    if found.bad or not found.head:
        raise Problem(f"The drill failed: this backup is not what was sealed. {found.sentence}")
    if (found.head.number, found.head.hash) != (manifest.head, manifest.head_hash):
        raise Problem(f"The drill failed: the manifest speaks of seal {manifest.head}, the dump ends at {found.head.number}.")
    if newest.made_at - found.head.made_at > OLDEST:
        raise Problem(
            f"The drill failed: the backup ends with seal {found.head.number} of {found.head.made_at:%d %B %Y %H:%M} UTC, and "
            f"the anchor knows seal {newest.number} of {newest.made_at:%d %B %Y %H:%M} UTC. It is older than it should be."
        )
    return found


def _laws(server: Cluster) -> None:
    """What `throughcare doctor` says of the restored database."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    where = {
        "DATABASE_URL": server.dsn("app"),
        "DATABASE_OWNER_URL": server.dsn("owner"),
        "DATABASE_BACKUP_URL": server.dsn("backup"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "throughcare.config", "doctor", "--json"],
        env=known | where, capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        checks = {check["name"]: check for check in json.loads(done.stdout)}
    except ValueError:
        raise Problem(f"The drill failed: the doctor could not look. {done.stderr[-400:]}") from None
    wrong = [checks[name]["said"] for name in MUST_BE_GOOD if checks[name]["state"] != "good"]
    if wrong:
        raise Problem(f"The drill failed: {' '.join(wrong)}")
