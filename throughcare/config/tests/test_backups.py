"""A backup is what was sealed, and the drill fails loudly on every one that would not save us."""

import json
import shutil
from argparse import Namespace

import psycopg
import pytest

from throughcare.audit import sealing
from throughcare.audit.anchor import Anchor
from throughcare.audit.tests.test_sealing import write
from throughcare.config import commands
from throughcare.config.commands import backing_up, drilling, proving, restoring, scratch
from throughcare.config.commands.backing_up import DUMP, MANIFEST
from throughcare.config.commands.problem import Problem


@pytest.fixture
def installation(committing_db, monkeypatch, settings, tmp_path):
    """A database with two seals, where the commands look for it, and its owner's connection."""
    settings.ANCHOR = tmp_path / "anchor"
    monkeypatch.setenv("DATABASE_URL", committing_db.app_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", committing_db.owner_url)
    with psycopg.connect(committing_db.owner_url, autocommit=True) as owner:
        for _ in range(2):
            write(owner, 3)
            sealing.seal(owner, settings.ANCHOR)
        yield owner


@pytest.fixture
def taken(installation, tmp_path):
    """Takes a backup and gives its folder."""

    def take():
        assert backing_up.backup(tmp_path / "backups") == 0
        return max((tmp_path / "backups").iterdir())

    return take


def remake(folder, **changes):
    """The manifest made to fit what lies beside it, as somebody would who replaced the dump."""
    said = json.loads((folder / MANIFEST).read_text())
    size, digest = (folder / DUMP).stat().st_size, backing_up.sha256(folder / DUMP)
    (folder / MANIFEST).write_text(json.dumps(said | {"bytes": size, "sha256": digest} | changes))


def test_a_backup_seals_first_and_says_what_it_holds(installation, taken, settings):
    write(installation)
    folder = taken()
    said = json.loads((folder / MANIFEST).read_text())
    head = sealing.head(installation)
    assert (said["head"], said["head_hash"]) == (3, head.hash)
    assert Anchor(folder / "anchor", said["chain"]).seals() == Anchor(settings.ANCHOR, said["chain"]).seals()
    assert folder.stat().st_mode & 0o077 == 0, "a dump is the whole record"


class TestTheDrill:
    def test_of_a_good_backup_says_so_and_leaves_nothing(self, taken, capsys, monkeypatch):
        made = []
        monkeypatch.setattr(scratch, "Cluster", lambda *given, **how: made.append(backing_up_cluster(*given, **how)) or made[-1])
        assert drilling.drill(taken()) == 0
        assert "All well: 6 entries" in capsys.readouterr().out
        assert not made[0].is_running() and not made[0].home.exists()

    def test_fails_on_a_dump_cut_short(self, taken):
        folder = taken()
        with (folder / DUMP).open("r+b") as dump:
            dump.truncate(dump.seek(0, 2) - 2000)
        with pytest.raises(Problem, match="cut short or replaced"):
            drilling.drill(folder)
        remake(folder)
        with pytest.raises(Problem, match=r"Nothing was restored|cannot be read"):
            drilling.drill(folder)

    def test_fails_on_a_dump_of_another_record_with_a_manifest_to_fit(self, installation, taken, tmp_path):
        """Tampered, sealed anew all the way, dumped by our own command with an anchor's copy that agrees."""
        true = taken()
        installation.execute(
            "UPDATE audit_fact SET kind = 'test.Other' WHERE id = (SELECT row_id FROM audit_leaf WHERE seal = 1 LIMIT 1)"
        )
        installation.execute("DELETE FROM audit_leaf")
        installation.execute("DELETE FROM audit_seal WHERE number > 0")
        installation.execute("SELECT audit_seal_open(true)")
        backing_up._dump(true / DUMP)
        head = sealing.head(installation)
        shutil.rmtree(true / "anchor")
        remake(true, head=head.number, head_hash=head.hash)
        with pytest.raises(Problem, match=r"not what was sealed. .*first bad entry is audit_fact"):
            drilling.drill(true)

    def test_fails_on_an_older_backup_in_the_place_of_the_new(self, installation, taken, settings, monkeypatch):
        old = taken()
        write(installation)
        sealing.seal(installation, settings.ANCHOR)
        assert drilling.drill(old) == 0, "an hour behind is as it should be"
        monkeypatch.setattr(drilling, "OLDEST", drilling.OLDEST * 0)
        with pytest.raises(Problem, match="older than it should be"):
            drilling.drill(old)

    def test_fails_without_the_anchor(self, taken, settings, tmp_path):
        folder = taken()
        settings.ANCHOR = tmp_path / "elsewhere"
        with pytest.raises(Problem, match="There is no anchor"):
            drilling.drill(folder)

    def test_fails_on_a_manifest_that_claims_more(self, taken):
        folder = taken()
        remake(folder, head=3)
        with pytest.raises(Problem, match="the manifest speaks of seal 3"):
            drilling.drill(folder)


def backing_up_cluster(*given, **how):
    from throughcare.core.cluster import Cluster

    return Cluster(*given, **how)


class TestRestoring:
    def test_into_a_database_with_tables_is_refused(self, taken):
        with pytest.raises(Problem, match="only restored into an empty one"):
            commands.restore(Namespace(file=str(taken()), drill=False))

    def test_something_that_is_no_backup_is_refused(self, installation, tmp_path):
        with pytest.raises(Problem, match="not a backup of ours"):
            restoring.restore(tmp_path)

    def test_puts_everything_back_and_lets_the_chain_go_on(
        self, installation, taken, settings, capsys, database_server, monkeypatch
    ):
        folder = taken()
        write(installation, 2)
        sealing.seal(installation, settings.ANCHOR)
        lost = sealing.head(installation)
        with emptied(database_server, "restored") as made:
            monkeypatch.setenv("DATABASE_URL", made.app_url)
            monkeypatch.setenv("DATABASE_OWNER_URL", made.owner_url)
            assert restoring.restore(folder / DUMP) == 0
            assert "2 entries of 1 seals" in capsys.readouterr().out
            with psycopg.connect(made.owner_url, autocommit=True) as owner:
                write(owner)
            assert proving.verify(as_json=False, reanchor=False) == 0
            with psycopg.connect(made.app_url) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("SELECT patients_copy_bar(NULL::patients_bar, NULL)")
            with psycopg.connect(made.owner_url, autocommit=True) as owner:
                anchor = Anchor(settings.ANCHOR, sealing.one_seal(owner, 0).hash)
                assert sealing.head(owner).number == lost.number
        assert anchor.seals()[lost.number] != lost
        assert len(anchor.leaves(lost)) == 2, "what was lost can still be named"

    def test_a_backup_does_not_vouch_for_itself(
        self, installation, taken, settings, tmp_path, capsys, database_server, monkeypatch
    ):
        """Its own copy of the anchor agrees with it, as a forger's would: that is said, and it is not well."""
        folder, head = taken(), sealing.head(installation)
        settings.ANCHOR = tmp_path / "elsewhere"
        with emptied(database_server, "unproved") as made:
            monkeypatch.setenv("DATABASE_URL", made.app_url)
            monkeypatch.setenv("DATABASE_OWNER_URL", made.owner_url)
            assert restoring.restore(folder) == 1
        said = capsys.readouterr().out
        assert "with nothing else" in said and head.hash in said and "All well" not in said


class emptied:
    """An empty database of the test server, dropped afterwards."""

    def __init__(self, server, purpose):
        import os

        self.server, self.made = server, server.database(f"run_{os.getpid()}_{purpose}")

    def __enter__(self):
        self.server.run(f"CREATE DATABASE {self.made.name}")
        return self.made

    def __exit__(self, *error):
        from throughcare.core.tests import databases

        databases.drop(self.server, self.made.name)
