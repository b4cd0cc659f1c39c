"""The database of this installation: the embedded cluster, or the one in DATABASE_URL."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from throughcare.config import environment as env
from throughcare.config.commands.problem import Problem
from throughcare.core.cluster import Cluster, ClusterError


def state() -> Path:
    """Where the embedded database and the secrets are kept."""
    from throughcare.config import settings

    return settings.STATE


def cluster() -> Cluster | None:
    """The embedded cluster, or None where DATABASE_URL names another."""
    return None if env.value("DATABASE_URL", "") else Cluster(state() / "postgres")


def start() -> None:
    """Start the embedded cluster, when there is one."""
    if own := cluster():
        try:
            own.start()
        except ClusterError as error:
            raise Problem(str(error)) from error


def ready() -> None:
    """Database up and Django set up."""
    import django

    start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughcare.config.settings")
    django.setup()
    _unsigned_in_a_demo()


def _unsigned_in_a_demo() -> None:
    """A database that is marked as a demo holds invented people: whatever works on it uses the rulebook unsigned."""
    from django.db import Error, connection

    from throughcare.access.models import Installation
    from throughcare.core import rulebook

    try:
        marked = Installation.objects.filter(kind="demo").exists()
    except Error:  # not migrated yet
        connection.close()
        return
    if marked and rulebook.here().signed_only:
        rulebook.use(replace(rulebook.here(), signed_only=False))


def migrate() -> None:
    """Schema up to date, laws in force, reference data loaded."""
    from throughcare.core import database
    from throughcare.places import reference

    if env.value("DATABASE_URL", "") and not env.value("DATABASE_OWNER_URL", ""):
        raise Problem("DATABASE_URL is set without DATABASE_OWNER_URL. Give the owner's address too: only the owner may migrate.")
    owner = env.owner_url(state())
    database.migrate(owner)
    reference.load(owner)


def do(what: str) -> int:
    """One of: start, stop, migrate, url, status, lines, rebuild."""
    doing = {"start": _start, "stop": _stop, "migrate": _migrate, "url": _url, "status": _status, "lines": _lines}
    return {**doing, "rebuild": _rebuild}[what]()


def _start() -> int:
    start()
    return _status()


def _stop() -> int:
    if own := cluster():
        own.stop()
    return 0


def _migrate() -> int:
    ready()
    migrate()
    print("Schema and laws are in force.")
    return 0


def _lines() -> int:
    """Every row against its line; 1 where any is amiss."""
    import psycopg

    ready()
    with psycopg.connect(env.owner_url(state())) as owner:
        rows = owner.execute("SELECT kind, many FROM record_lines_amiss('-infinity') WHERE many > 0 ORDER BY 1").fetchall()
    for kind, many in rows:
        print(f"{kind}: {many} without their line, or with another. Mend them with: throughcare db rebuild")
    if not rows:
        print("Every row of the record has its line.")
    return 1 if rows else 0


def _rebuild() -> int:
    import psycopg

    from throughcare.core import lines

    ready()
    with psycopg.connect(env.owner_url(state())) as owner:
        print(f"{lines.rebuild(owner)} lines made again from the rows.")
    return 0


def _url() -> int:
    print(env.database_url(state()))
    return 0


def _status() -> int:
    own = cluster()
    running = own is None or own.is_running()
    print("running" if running else "stopped")
    return 0 if running else 1


def wipe() -> None:
    """Drop everything in a demo's database; refuses any other."""
    import psycopg

    with psycopg.connect(env.owner_url(state()), autocommit=True) as owner:
        marked = owner.execute("SELECT to_regclass('access_installation')").fetchone()
        if marked and marked[0]:
            kinds = {row[0] for row in owner.execute("SELECT kind FROM access_installation")}
            if kinds != {"demo"}:
                raise Problem("This database is not a demo, so nothing was removed.")
        owner.execute("DROP SCHEMA public CASCADE")
        owner.execute("CREATE SCHEMA public")
        for extension in ("btree_gist", "pg_trgm", "unaccent"):
            owner.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
