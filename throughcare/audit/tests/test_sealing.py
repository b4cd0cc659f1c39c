"""Sealing: everything once, whoever calls it and however late it was committed; nobody but the owner's function writes a leaf."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.db import connection as django_connection

from throughcare.audit import sealing, tasks, verifying
from throughcare.audit.anchor import Anchor, AnchorProblem
from throughcare.core import clock, ids, laws

INSERT = """INSERT INTO audit_fact (id, kind, actor, happened_at, written_at, day, patient_id, establishment, kept)
            VALUES (%s, 'test.Fact', 'somebody', %s, %s, %s, NULL, '', '{"words": "as written"}')"""

SPELT_OTHERWISE = [
    "timezone = 'Europe/London'", "datestyle = 'SQL, DMY'", "search_path = pg_temp, public", "bytea_output = 'escape'",
    "intervalstyle = 'sql_standard'", "extra_float_digits = -5", "standard_conforming_strings = off",
]  # fmt: skip


@pytest.fixture
def owner(committing_db):
    with psycopg.connect(committing_db.owner_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def app(committing_db):
    with psycopg.connect(committing_db.app_url, autocommit=True) as connection:
        yield connection


def write(connection, count=1, at=None, key=None):
    moment = at or clock.now()
    for _ in range(count):
        connection.execute(INSERT, [key or ids.new(), moment, clock.now(), date(2026, 3, 2)])


def checked(owner, root, **how):
    return verifying.verify(owner, anchor_of(owner, root), laws.sealed(), **how)


def anchor_of(owner, root):
    return Anchor(root, sealing.one_seal(owner, 0).hash)


def leaves(owner):
    return owner.execute("SELECT count(*), count(DISTINCT row_id) FROM audit_leaf").fetchone()


def test_what_was_written_is_sealed_once(owner, tmp_path):
    write(owner, 3)
    assert sealing.seal(owner, tmp_path).made == 1
    assert sealing.seal(owner, tmp_path, everything=True).made == 0
    write(owner, 2)
    assert sealing.seal(owner, tmp_path).head.number == 2
    assert leaves(owner) == (5, 5)
    assert checked(owner, tmp_path).bad is None


def test_the_worker_seals_as_the_app_role_what_it_cannot_see(owner, app, settings, tmp_path):
    settings.ANCHOR = tmp_path
    write(owner, 4)
    owner.execute(
        "INSERT INTO audit_rowversion (table_name, row_id, was, changed_at) VALUES ('t', gen_random_uuid(), '{}', core_now())"
    )
    assert app.execute("SELECT count(*) FROM audit_rowversion").fetchone() == (0,)
    assert tasks.seal(0) == 1
    assert django_connection.settings_dict["USER"] in app.info.user
    found = checked(owner, tmp_path)
    assert (found.bad, found.entries, found.not_yet) == (None, 5, 0)
    assert tasks.seal_everything(0) == 0


@pytest.mark.parametrize("attempt", [
    "INSERT INTO audit_seal VALUES (9, core_now(), 0, '', '', '')", "UPDATE audit_seal SET hash = ''", "DELETE FROM audit_seal",
    "INSERT INTO audit_leaf VALUES (1, 0, 1, gen_random_uuid(), '')", "UPDATE audit_leaf SET hash = ''", "TRUNCATE audit_leaf",
    "DELETE FROM audit_leaf", "INSERT INTO audit_shape (table_name, columns) VALUES ('audit_fact', '{}')",
    "UPDATE audit_shape SET columns = '{}'", "SELECT audit_close(9, 0, '')", "SELECT audit_shape_of('access_user')",
    "SELECT audit_add_leaves('access_user', 9, 0, 10, NULL)",
    "CREATE OR REPLACE FUNCTION core_sealed_tables() RETURNS text[] LANGUAGE sql AS 'SELECT NULL::text[]'",
])  # fmt: skip
def test_the_app_role_writes_neither_seal_nor_leaf(owner, app, tmp_path, attempt):
    write(owner)
    sealing.seal(owner, tmp_path)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(attempt)


def test_a_session_that_shadows_tables_and_changes_settings_seals_the_same(owner, app, tmp_path):
    """The function runs with its own search path and spelling, whatever the caller prepared."""
    night = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    write(owner, at=night)
    write(owner, at=night + timedelta(hours=1))  # the same time on the wall
    for setting in SPELT_OTHERWISE:
        app.execute(f"SET {setting}")
    app.execute("CREATE TEMP TABLE audit_fact (id uuid, words text)")
    app.execute("INSERT INTO pg_temp.audit_fact VALUES (gen_random_uuid(), 'never written')")
    assert app.execute("SELECT public.audit_seal_open(true)").fetchone() == (1,)
    sealing.bring_up(owner, sealing.begin_again(owner, tmp_path))
    owner.execute("SET timezone = 'America/New_York'")
    found = checked(owner, tmp_path)
    assert (found.bad, found.entries) == (None, 2)


@pytest.mark.parametrize("night", [datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC)])
def test_both_clock_changes_pass_through_the_chain(owner, tmp_path, night):
    owner.execute("SET timezone = 'Europe/London'")
    for minutes in range(-60, 61, 20):
        write(owner, at=night + timedelta(minutes=minutes))
        sealing.seal(owner, tmp_path)
    found = checked(owner, tmp_path)
    assert (found.bad, found.entries, found.seals) == (None, 7, 7)


def test_a_transaction_that_commits_late_is_sealed_next_time(committing_db, owner, tmp_path):
    with psycopg.connect(committing_db.owner_url) as slow:
        write(slow)
        write(owner)
        assert sealing.seal(owner, tmp_path).made == 1
        slow.commit()
    assert sealing.seal(owner, tmp_path).made == 1
    found = checked(owner, tmp_path)
    assert (found.bad, found.entries, found.not_yet) == (None, 2, 0)


def test_the_hourly_look_goes_a_day_back_and_the_nightly_one_all_the_way(owner, tmp_path):
    write(owner)
    sealing.seal(owner, tmp_path)
    old = int((clock.now() - timedelta(days=2)).timestamp() * 1000)
    write(owner, key=ids._version_7(old, 5))
    assert sealing.seal(owner, tmp_path).made == 0
    assert sealing.seal(owner, tmp_path, everything=True).made == 1


def test_a_column_added_later_leaves_earlier_leaves_whole(owner, tmp_path):
    write(owner, 2)
    sealing.seal(owner, tmp_path)
    owner.execute("ALTER TABLE audit_fact ADD COLUMN device varchar(20) NOT NULL DEFAULT 'tablet'")
    assert checked(owner, tmp_path).bad is None
    write(owner, 2)
    sealing.seal(owner, tmp_path)
    assert checked(owner, tmp_path).bad is None
    owner.execute(
        "UPDATE audit_fact SET device = 'other' WHERE id IN (SELECT row_id FROM audit_leaf WHERE seal = 2 AND position = 1)"
    )
    bad = checked(owner, tmp_path).bad
    assert (bad.seal, bad.position, bad.wrong) == (2, 1, "the row is not as it was sealed.")


def test_a_key_used_twice_does_not_stop_the_sealing_and_is_named(owner, tmp_path):
    """Keys are unique only within a month: the primary key of a partitioned table holds its day as well."""
    key = ids.new()
    write(owner, key=key)
    sealing.seal(owner, tmp_path)
    owner.execute(INSERT, [key, clock.now(), clock.now(), date(2026, 4, 2)])
    write(owner)
    assert sealing.seal(owner, tmp_path).made == 1
    assert checked(owner, tmp_path).bad.row_id == key


class TestTheAnchor:
    """Database first, anchor second: what a crash leaves in between heals."""

    def test_killed_before_the_anchor_was_reached(self, owner, tmp_path):
        write(owner)
        sealing.seal(owner, tmp_path)
        write(owner)
        owner.execute("SELECT audit_seal_open()")  # and then the process died
        assert max(anchor_of(owner, tmp_path).seals()) == 1
        assert sealing.seal(owner, tmp_path).made == 0
        assert max(anchor_of(owner, tmp_path).seals()) == 2
        assert checked(owner, tmp_path).bad is None

    def test_killed_at_the_very_first_seal(self, owner, tmp_path):
        sealing.opened(owner, tmp_path)
        write(owner)
        owner.execute("SELECT audit_seal_open()")
        assert sealing.seal(owner, tmp_path).head.number == max(anchor_of(owner, tmp_path).seals()) == 1

    def test_killed_between_the_leaves_and_their_line(self, owner, tmp_path, monkeypatch):
        write(owner)
        anchor = sealing.opened(owner, tmp_path)
        monkeypatch.setattr(Anchor, "_append", lambda self, words: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sealing.seal(owner, tmp_path)
        monkeypatch.undo()
        assert max(anchor.seals()) == 0
        sealing.seal(owner, tmp_path)
        assert checked(owner, tmp_path).bad is None

    def test_that_has_gone_is_never_made_anew_by_itself(self, owner, tmp_path):
        write(owner)
        sealing.seal(owner, tmp_path / "first")
        write(owner)
        with pytest.raises(AnchorProblem, match="Put it back"):
            sealing.seal(owner, tmp_path / "elsewhere")
        assert leaves(owner) == (2, 2), "sealed all the same"
        assert "no anchor" in checked(owner, tmp_path / "elsewhere").sentence

    def test_that_disagrees_gets_nothing_more(self, owner, tmp_path):
        write(owner)
        sealing.seal(owner, tmp_path)
        owner.execute("DELETE FROM audit_leaf")
        owner.execute("DELETE FROM audit_seal WHERE number = 1")
        with pytest.raises(AnchorProblem, match="not the one that the anchor"):
            sealing.seal(owner, tmp_path)
        assert max(anchor_of(owner, tmp_path).seals()) == 1

    def test_may_be_ahead_of_a_backup_only(self, owner, tmp_path):
        for _ in range(2):
            write(owner)
            sealing.seal(owner, tmp_path)
        owner.execute("DELETE FROM audit_fact WHERE id IN (SELECT row_id FROM audit_leaf WHERE seal = 2)")
        owner.execute("DELETE FROM audit_leaf WHERE seal = 2")
        owner.execute("DELETE FROM audit_seal WHERE number = 2")
        assert checked(owner, tmp_path, ahead=True).bad is None
        assert "has gone from the database" in checked(owner, tmp_path).sentence


def test_more_rows_than_a_seal_may_hold_get_several(owner, tmp_path):
    """And the walk over them holds none but the seal at hand."""
    owner.execute(
        """INSERT INTO audit_fact
           SELECT gen_random_uuid(), 'test.Fact', 'somebody', core_now(), core_now(), core_now()::date, NULL, '', '{}'
           FROM generate_series(1, 100005)"""
    )
    assert sealing.seal(owner, tmp_path, everything=True).made == 2
    assert [seal.count for seal in sealing.seals(owner)] == [0, 100_000, 5]
    found = checked(owner, tmp_path)
    assert (found.bad, found.entries) == (None, 100_005)
