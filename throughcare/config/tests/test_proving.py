"""`throughcare verify`: one sentence, an exit code, and the same for machines."""

import json

import psycopg
import pytest

from throughcare.audit import sealing
from throughcare.audit.tests.test_sealing import write
from throughcare.config.commands import doctoring, proving
from throughcare.core import lawchecking


@pytest.fixture
def installation(committing_db, monkeypatch, settings, tmp_path):
    settings.ANCHOR = tmp_path
    monkeypatch.setenv("DATABASE_URL", committing_db.app_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", committing_db.owner_url)
    with psycopg.connect(committing_db.owner_url, autocommit=True) as owner:
        write(owner, 5)
        yield owner


def verify(capsys, reanchor=False):
    code = proving.verify(as_json=True, reanchor=reanchor)
    return code, json.loads(capsys.readouterr().out)


def test_it_seals_first_and_says_that_all_is_well(installation, capsys):
    code, said = verify(capsys)
    assert (code, said["well"], said["entries"], said["seals"], said["head"]["number"], said["first_bad"]) == (
        0,
        True,
        5,
        1,
        1,
        None,
    )
    assert proving.verify(as_json=False, reanchor=False) == 0
    assert capsys.readouterr().out.startswith("All well: 5 entries")


def test_it_names_the_first_bad_entry_and_fails(installation, capsys):
    verify(capsys)
    installation.execute("UPDATE audit_fact SET kept = '{}' WHERE id = (SELECT row_id FROM audit_leaf WHERE position = 2)")
    (key,) = installation.execute("SELECT row_id FROM audit_leaf WHERE position = 2").fetchone()
    code, said = verify(capsys)
    assert (code, said["first_bad"]["table"], said["first_bad"]["id"], said["first_bad"]["seal"]) == (
        1,
        "audit_fact",
        str(key),
        1,
    )
    assert proving.verify(as_json=False, reanchor=False) == 1
    assert f"The first bad entry is audit_fact {key} (seal 1 of " in capsys.readouterr().out


def test_a_seal_that_the_owner_keeps_from_being_made_is_noticed(installation, capsys):
    """Whoever replaces the sealing function leaves rows without leaves, and `verify` looks for those."""
    verify(capsys)
    installation.execute(
        "CREATE OR REPLACE FUNCTION core_sealed_tables() RETURNS text[] LANGUAGE sql IMMUTABLE AS 'SELECT ''{}''::text[]'"
    )
    assert "audit_fact: its rows are written once, but nothing seals them." in lawchecking.breaches()
    write(installation)
    installation.execute(
        "UPDATE audit_fact SET written_at = core_now() - interval '3 hours' WHERE id NOT IN (SELECT row_id FROM audit_leaf)"
    )
    assert "has no leaf" in verify(capsys)[1]["sentence"]


def test_the_database_cannot_say_by_itself_that_it_is_a_demo(installation, capsys, settings):
    """The owner who wrote an entry of long ago today, and the mark of a demo with it, is found all the same."""
    verify(capsys)
    write(installation)
    installation.execute("INSERT INTO access_installation (kind, made_at) VALUES ('demo', core_now())")
    installation.execute(
        "UPDATE audit_fact SET written_at = core_now() - interval '30 days' WHERE id NOT IN (SELECT row_id FROM audit_leaf)"
    )
    code, said = verify(capsys)
    assert (code, said["ages_asked"]) == (1, True) and "if it is one, ask again with THROUGHCARE_DEMO=1" in said["sentence"]
    settings.DEMO = True
    code, said = verify(capsys)
    assert (code, said["ages_asked"]) == (0, False) and "When entries were written was not asked" in said["sentence"]


def test_without_its_anchor_nothing_is_well_until_somebody_begins_a_new_one(installation, capsys, settings, tmp_path):
    verify(capsys)
    settings.ANCHOR = tmp_path / "elsewhere"
    assert verify(capsys)[0] == 1
    code, said = verify(capsys, reanchor=True)
    assert (code, said["well"]) == (0, True)


def test_the_doctor_watches_seal_and_anchor(installation, settings, tmp_path):
    assert doctoring._proof().state == "watch"
    sealing.seal(installation, settings.ANCHOR)
    assert doctoring._proof().state == "good"
    settings.ANCHOR = tmp_path / "elsewhere"
    assert doctoring._proof().state == "red"
