"""Fixtures of every test: which database it meets, and as whom.

`db`             the app role, in one database a run; each test is rolled back.
`committing_db`  the app role, in a fresh copy that is dropped afterwards: for tests that commit, use threads or serve pages.
`own_cluster`    a server of its own that may be killed, with a migrated database.
`house`          two prisons with their staff, beside any of these; `man`, `amir`, `omar` came in, `nurse` acts.
`every_hour`     the test runs at each of the hours of tests/clocks.py; every module begins at the one chosen for the run.
`evening`        the clock stands still at ten past eight, on an evening after any at which a run begins.
`as_owner`       beside one of these: a psycopg connection as the owner, to look behind row security or to attack.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path

import hypothesis
import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from tests import clocks, halves, scenes
from tests.scenes import House
from throughcare.access.acting import Actor, acting
from throughcare.core import clock
from throughcare.core.cluster import Cluster
from throughcare.core.tests import databases
from throughcare.demo import people
from throughcare.patients.models import Patient

OWN_DATABASE = {"committing_db", "own_cluster"}
FLUSHES = "A flush needs TRUNCATE, which the app role has not: use the committing_db fixture."
numbers = count(1)
times: defaultdict[str, float] = defaultdict(float)  # seconds by test

# One profile for every property: the same examples in each run, however busy the machine is.
hypothesis.settings.register_profile(
    "throughcare", deadline=None, derandomize=True, database=None, suppress_health_check=list(hypothesis.HealthCheck)
)
hypothesis.settings.load_profile("throughcare")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse at once what would fail in a puzzling way later."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and (marker.kwargs.get("transaction") or marker.args[:1] == (True,)):
            raise pytest.UsageError(f"{item.nodeid}: {FLUSHES}")
        if marker and OWN_DATABASE & set(getattr(item, "fixturenames", ())):
            raise pytest.UsageError(f"{item.nodeid}: take the django_db mark away, the fixture gives the database.")


def pytest_configure(config: pytest.Config) -> None:
    """What is read while tests are gathered stands at the clock of the run as well."""
    clocks.stand_at(clocks.chosen())


def pytest_addoption(parser: pytest.Parser) -> None:
    """See tests/halves.py."""
    parser.addoption("--half", type=int, choices=(1, 2), help="run only this half of the files")
    parser.addoption("--times", type=Path, help="write there how long each test took")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file of the other half is not even read."""
    number = config.getoption("--half")
    if number is None or not collection_path.name.startswith("test_") or collection_path.suffix != ".py":
        return None
    return str(collection_path.relative_to(halves.ROOT)) not in halves.half(number) or None


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    times[report.nodeid] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    if target := session.config.getoption("--times"):
        halves.write_times(target, times)


def pytest_report_header(config: pytest.Config) -> str:
    return f"clock: {clocks.chosen():%A %d %B %Y %H:%M} UTC ({clocks.CHOICE})"


@pytest.fixture(scope="module", autouse=True)
def module_clock() -> None:
    """Every module begins at the moment of the run, whatever the wall says."""
    clocks.stand_at(clocks.chosen())


@pytest.fixture(params=[*clocks.HOURS, clocks.SECOND_TIME])
def every_hour(request: pytest.FixtureRequest) -> Iterator[datetime]:
    """The test runs at each of the moments that `make test-hours` runs at, October's twice."""
    with clocks.standing_at(clocks.moment(request.param)):
        yield clocks.moment(request.param)


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


def copied_into(cluster: Cluster, source: databases.Database, place: Path) -> None:
    """The template's copy into another server, which is sooner there than migrated anew: dumped and put back."""
    from throughcare.config.commands import backing_up, pg_programs, restoring
    from throughcare.core.database import enforce

    dump = f"--file={place / backing_up.DUMP}"
    pg_programs.must(pg_programs.run("pg_dump", "--format=custom", dump, url=source.owner_url), "Nothing was dumped")
    restoring.put_back(place, cluster.dsn("owner"))
    enforce(cluster.dsn("owner"))


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
def stopped_cluster(
    database_server: databases.Server, database_template: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Cluster]:
    """A durable cluster with a migrated database, stopped: the original that `own_cluster` copies."""
    with private_directory() as place, django_db_blocker.unblock():
        made = Cluster(place / "original")
        made.start()
        try:
            source = databases.clone(database_server, database_template, "dumped")
            copied_into(made, source, place)
            databases.drop(database_server, source.name)
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
        databases.follow(mine.dsn("owner"))
        try:
            with django_at(mine.dsn("app")):
                yield mine
        finally:
            databases.unfollow(mine.dsn("owner"))
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


@pytest.fixture
def nurse(house: House) -> Iterator[Actor]:
    """The test acts as a reception nurse at Leeds."""
    with acting(house.nurse) as nurse:
        yield nurse


@pytest.fixture
def man(house: House) -> Patient:
    """Joseph Tierney came in at Leeds an hour ago."""
    return scenes.received(people.JOE)


@pytest.fixture
def amir(house: House) -> Patient:
    """Amir Khan came in at Leeds an hour ago."""
    return scenes.received(people.AMIR)


@pytest.fixture
def omar(house: House) -> Patient:
    """Another Khan came in at Moorland an hour ago."""
    return scenes.received(scenes.OMAR, prison="MDI")


@pytest.fixture
def evening() -> Iterator[datetime]:
    """The clock stands still. Later than the database's own clock, so that what is open then is open to row security too."""
    with clock.at(scenes.EVENING) as now:
        yield now


def _owner_url(request: pytest.FixtureRequest) -> str:
    if "own_cluster" in request.fixturenames:
        return str(request.getfixturevalue("own_cluster").dsn("owner"))
    source = "committing_db" if "committing_db" in request.fixturenames else "run_database"
    return str(request.getfixturevalue(source).owner_url)
