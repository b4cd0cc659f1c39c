"""Databases for tests: a server shared by the runs of one checkout, a migrated template in it, and clones of that.

The owner migrates once for each state of the migrations and laws; every clone is a copy, made in a few hundredths of a second.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from throughcare.core import cluster

ROOT = Path(__file__).resolve().parents[3]
STALE = "2 days"
# What a migrated database depends on: tables, the law that each model declares, the laws themselves, reference data.
INGREDIENTS = (
    "throughcare/*/migrations/*.py",
    "throughcare/*/migrations/*.sql",
    "throughcare/*/models.py",
    "throughcare/*/models/**/*.py",
    "throughcare/*/data/*",
    "throughcare/core/law*",
    "throughcare/core/law*/**/*",
    "throughcare/core/lines.py",
    "throughcare/core/database.py",
    "throughcare/places/reference.py",
    "conftest.py",
    "requirements.lock",
)
LOCK = 7_110_942  # any number that nobody else uses: one run builds the template, the others wait
LOCK_TIMEOUT = "-c lock_timeout=10s"  # two sessions of one test that wait for each other fail, not hang


@dataclass(frozen=True)
class Database:
    """One database and the addresses by which each role reaches it."""

    name: str
    app_url: str
    owner_url: str


@dataclass(frozen=True)
class Server:
    """A server for tests: addresses of a database that exists, by role; `ours` if it is the embedded one."""

    app_url: str
    owner_url: str
    admin_url: str
    ours: bool

    def database(self, name: str) -> Database:
        return Database(name, _renamed(self.app_url, name), _renamed(self.owner_url, name))

    def admin(self, name: str) -> str:
        """The address of a database for the server's own administrator, whom no law binds."""
        return _renamed(self.admin_url, name)

    def run(self, *statements: str, admin: bool = False) -> None:
        """Run statements that no transaction may hold."""
        with psycopg.connect(self.admin_url if admin else self.owner_url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def names(self, prefix: str) -> list[str]:
        with psycopg.connect(self.owner_url) as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
            return [name for (name,) in rows]


def _renamed(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@contextmanager
def server() -> Iterator[Server]:
    """The server of DATABASE_OWNER_URL and DATABASE_URL where both are set, else this checkout's own, started for us."""
    owner, app = os.environ.get("DATABASE_OWNER_URL"), os.environ.get("DATABASE_URL")
    if owner and app:
        yield Server(app, owner, owner, ours=False)
        return
    with running(cluster.Cluster(_state_dir(), durable=False)) as found:
        yield Server(found.dsn("app"), found.dsn("owner"), found.dsn("admin"), ours=True)


def _state_dir() -> Path:
    return ROOT / ".state" / "test" / hashlib.sha256(bytes(ROOT)).hexdigest()[:12]


@contextmanager
def running(found: cluster.Cluster) -> Iterator[cluster.Cluster]:
    """Hold the cluster up; the last of several runs that hold it stops it."""
    found.state_dir.mkdir(parents=True, exist_ok=True)
    with (found.state_dir / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        found.start()
        try:
            yield found
        finally:
            _stop_unless_used(found, users.fileno())


def _stop_unless_used(found: cluster.Cluster, users: int) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    found.stop()


def template(on: Server, migrate: Callable[[str], None]) -> str:
    """The name of the database that is migrated to the state of this checkout, built when there is none."""
    key = ingredients_hash()
    with psycopg.connect(on.owner_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if not on.names(f"template_{key}"):
            _build(on, key, migrate)
        on.run(f"COMMENT ON DATABASE template_{key} IS 'used {_now(connection)}'")
    return f"template_{key}"


def ingredients_hash() -> str:
    """Changes whenever a migration, a law or a locked dependency does."""
    files = sorted({path for pattern in INGREDIENTS for path in ROOT.glob(pattern) if path.is_file() and path.suffix != ".pyc"})
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _build(on: Server, key: str, migrate: Callable[[str], None]) -> None:
    half, whole = on.database(f"building_{key}"), f"template_{key}"
    drop(on, half.name)
    on.run(f"CREATE DATABASE {half.name}")
    migrate(half.owner_url)
    on.run(f"ALTER DATABASE {half.name} RENAME TO {whole}", f"ALTER DATABASE {whole} ALLOW_CONNECTIONS false")


def _now(connection: psycopg.Connection) -> str:
    row = connection.execute("SELECT now()").fetchone()
    return str(row[0]) if row else ""


def clone(on: Server, source: str, purpose: str) -> Database:
    """A copy of the template for this process."""
    made = on.database(f"run_{os.getpid()}_{purpose}")
    drop(on, made.name)
    on.run(f"CREATE DATABASE {made.name} TEMPLATE {source}")
    return made


def drop(on: Server, name: str) -> None:
    """Drop a database with whatever is still connected to it."""
    on.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", admin=True)


def sweep(on: Server) -> None:
    """Drop what killed runs left behind, and templates that nobody used for days; only on our own server."""
    for name in on.names("run_") if on.ours else []:
        if not Path(f"/proc/{name.split('_')[1]}").exists():
            drop(on, name)
    for name in _unused(on) if on.ours else []:
        drop(on, name)


def _unused(on: Server) -> list[str]:
    query = f"""
        SELECT datname FROM pg_database, shobj_description(oid, 'pg_database') AS remark
        WHERE starts_with(datname, 'template_') AND starts_with(remark, 'used ')
          AND substr(remark, 6)::timestamptz < now() - interval '{STALE}'"""
    with psycopg.connect(on.owner_url) as connection:
        return [name for (name,) in connection.execute(query)]
