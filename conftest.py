"""Fixtures of every test: which database it meets, and as whom.

`db`             the app role, in one database a run; each test is rolled back.
`committing_db`  the app role, in a fresh copy that is dropped afterwards: for tests that commit, use threads or serve pages.
`own_cluster`    a server of its own that may be killed, with a migrated database.
`house`          two prisons with their staff, beside any of these.
`as_owner`       beside one of these: a psycopg connection as the owner, to look behind row security or to attack.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from tests import scenes
from tests.scenes import House
from throughcare.core.cluster import Cluster
from throughcare.core.tests import databases

OWN_DATABASE = {"committing_db", "own_cluster"}
FLUSHES = "A flush needs TRUNCATE, which the app role has not: use the committing_db fixture."
numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse at once what would fail in a puzzling way later."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and (marker.kwargs.get("transaction") or marker.args[:1] == (True,)):
            raise pytest.UsageError(f"{item.nodeid}: {FLUSHES}")
        if marker and OWN_DATABASE & set(getattr(item, "fixturenames", ())):
            raise pytest.UsageError(f"{item.nodeid}: take the django_db mark away, the fixture gives the database.")


@pytest.fixture(scope="session")
def database_server() -> Iterator[databases.Server]:
    """The server of DATABASE_URL and DATABASE_OWNER_URL, else the embedded one in RAM."""
    with databases.server() as server:
        databases.sweep(server)
        yield server


@pytest.fixture(scope="session")
def database_template(database_server: databases.Server, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of the migrated database that all others are copies of."""
    with django_db_blocker.unblock():
        return databases.template(database_server, made_ready)


def made_ready(owner_url: str) -> None:
    """Migrate, put the laws in force and load the reference data, as `throughcare db migrate` does."""
    from throughcare.core.database import migrate
    from throughcare.places import reference

    migrate(owner_url)
    reference.load(owner_url)


@pytest.fixture(scope="session")
def run_database(database_server: databases.Server, database_template: str) -> Iterator[databases.Database]:
    """The copy that the rolled-back tests of this run share."""
    made = databases.clone(database_server, database_template, "shared")
    yield made
    databases.drop(database_server, made.name)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, run_database: databases.Database, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """In place of pytest-django's: Django connects to our copy as the app role and makes no database itself."""
    with django_db_blocker.unblock(), django_at(run_database.app_url):
        yield


@contextmanager
def django_at(app_url: str) -> Iterator[None]:
    """Django's default connection goes to `app_url`, in every thread, until the end of the block."""
    from django.db import connections

    from throughcare.core.database import settings_from

    chosen = connections.settings["default"]  # threads build their own connections from this same dictionary
    before = dict(chosen)
    _hang_up()
    chosen.update(settings_from(app_url))
    try:
        yield
    finally:
        _hang_up()
        chosen.update(before)


def _hang_up() -> None:
    from django.db import connections

    connections["default"].close()
    connections["default"].close_pool()  # type: ignore[attr-defined]


@pytest.fixture
def db(request: pytest.FixtureRequest) -> None:
    """A database; beside `committing_db` or `own_cluster` it is theirs, so that builders can ask for `db` alone."""
    others = OWN_DATABASE & set(request.fixturenames)
    request.getfixturevalue(others.pop() if others else "_django_db_helper")


@pytest.fixture
def transactional_db() -> None:
    """Refused."""
    pytest.fail(FLUSHES)


@pytest.fixture
def committing_db(
    database_server: databases.Server, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[databases.Database]:
    """A fresh migrated database where commits are real; `.app_url` and `.owner_url` are for other processes."""
    made = databases.clone(database_server, database_template, f"own_{next(numbers)}")
    with django_db_blocker.unblock(), django_at(made.app_url):
        yield made
    databases.drop(database_server, made.name)


@pytest.fixture(scope="session")
def stopped_cluster(django_db_blocker: DjangoDbBlocker) -> Iterator[Cluster]:
    """A durable cluster with a migrated database, stopped: the original that `own_cluster` copies."""
    with private_directory() as place, django_db_blocker.unblock():
        made = Cluster(place / "original")
        made.start()
        try:
            made_ready(made.dsn("owner"))
        finally:
            made.stop()
        yield made
        shutil.rmtree(made.home)


@pytest.fixture
def own_cluster(stopped_cluster: Cluster, django_db_blocker: DjangoDbBlocker) -> Iterator[Cluster]:
    """A running, durable cluster for this test alone: kill it, start it again. Django connects to it as the app role."""
    with private_directory() as place, django_db_blocker.unblock():
        mine = Cluster(place / "state")
        mine.state_dir.mkdir()
        shutil.copy2(stopped_cluster.state_dir / "roles.json", mine.state_dir)
        mine.home.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-a", stopped_cluster.home, mine.home], check=True)
        mine.start()
        try:
            with django_at(mine.dsn("app")):
                yield mine
        finally:
            mine.stop()
            shutil.rmtree(mine.home)


@contextmanager
def private_directory() -> Iterator[Path]:
    """A directory that others may pass through (the server runs as somebody else when we are root), removed at the end."""
    with tempfile.TemporaryDirectory(prefix="throughcare-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def as_owner(request: pytest.FixtureRequest, db: None) -> Iterator[psycopg.Connection]:
    """The test's database as its owner sees it.

    In the shared database it does not see the test's uncommitted rows, and what it does is rolled back; beside
    `committing_db` and `own_cluster` each statement commits.
    """
    own = "committing_db" in request.fixturenames or "own_cluster" in request.fixturenames
    with psycopg.connect(_owner_url(request), autocommit=own, options=databases.LOCK_TIMEOUT) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def house(db: None) -> House:
    """Two prisons of the reference data, with the staff of each."""
    return scenes.house()


def _owner_url(request: pytest.FixtureRequest) -> str:
    if "own_cluster" in request.fixturenames:
        return str(request.getfixturevalue("own_cluster").dsn("owner"))
    source = "committing_db" if "committing_db" in request.fixturenames else "run_database"
    return str(request.getfixturevalue(source).owner_url)
