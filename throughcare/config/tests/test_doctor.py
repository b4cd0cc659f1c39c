"""The doctor finds what is not as declared, and an unsafe installation is not served."""

import json

import pytest
from django.db import connection

from throughcare.config.commands import doctoring
from throughcare.config.commands.doctoring import Check
from throughcare.config.commands.problem import Problem
from throughcare.core import clock, ids, lawchecking, lawkeeping, rulebook
from throughcare.core.lawchecking import DatabaseRole
from throughcare.core.tests import databases

OPEN = "DROP POLICY seen ON record_encounter; CREATE POLICY seen ON record_encounter FOR SELECT USING (true)"
ATTACKS = [
    (OPEN, "record_encounter: the policy seen is not what was declared."),
    ("CREATE POLICY more ON record_encounter USING (true)", "record_encounter: the policy more is not declared."),
    ("DROP POLICY written ON instruments_answer", "instruments_answer: the policy written is missing."),
    ("ALTER TABLE patients_patient DISABLE ROW LEVEL SECURITY",
     "patients_patient: row security is off: everybody sees every row."),
    ("GRANT DELETE ON record_encounter TO {app}", "record_encounter: the app may DELETE, which is not declared."),
    ("GRANT UPDATE (done) ON record_encounter TO {app}", "record_encounter: the app may UPDATE, which is not declared."),
    ("GRANT TRUNCATE ON audit_fact TO PUBLIC", "audit_fact: the app may TRUNCATE, which is not declared."),
    ("REVOKE INSERT ON audit_fact FROM {app}", "audit_fact: the app may not INSERT, which is declared."),
    ("ALTER TABLE patients_need DISABLE TRIGGER a_correction_supersedes",
     "patients_need: the trigger a_correction_supersedes does not run."),
    ("DROP TRIGGER earlier_versions_are_kept ON pathways_task",
     "pathways_task: the trigger earlier_versions_are_kept does not run."),
    ("ALTER TABLE screening_step DROP CONSTRAINT screening_step_screen_id_same_person",
     "screening_step: screen_id may name a row of screening_screen that is about somebody else."),
    ("GRANT EXECUTE ON FUNCTION patients_copy_bar(patients_bar, uuid) TO PUBLIC",
     "patients_copy_bar(patients_bar,uuid): the app may call it, which is not declared."),
    ("GRANT EXECUTE ON FUNCTION core_supersede() TO {app}", "core_supersede(): the app may call it, which is not declared."),
    ("CREATE FUNCTION opens() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NEW; END'",
     "opens(): the app may call it, which is not declared."),
    ("CREATE TABLE notes (words text); GRANT SELECT ON notes TO {app}", "notes has no law, but the app may SELECT on it."),
]  # fmt: skip


@pytest.fixture
def installation(committing_db, as_owner, monkeypatch):
    """A fresh database, and its owner's address where the commands look for it."""
    monkeypatch.setenv("DATABASE_OWNER_URL", committing_db.owner_url)
    databases.set_clock(committing_db.owner_url, 0)  # production's: the doctor would say so
    return as_owner


def app_role():
    return connection.settings_dict["USER"]


def refusal(*, demo):
    """What the operator is told instead of a start; a blank when nothing is wrong."""
    try:
        doctoring.refuse_unsafe(demo=demo)
    except Problem as problem:
        return str(problem)
    return ""


# Laws


@pytest.mark.django_db
def test_after_migrating_every_law_is_in_force():
    assert lawchecking.breaches() == []


@pytest.mark.parametrize("attack, sentence", ATTACKS, ids=[sentence[:60] for _, sentence in ATTACKS])
def test_what_is_not_as_declared_is_found(installation, attack, sentence):
    installation.execute(attack.replace("{app}", app_role()))
    assert lawchecking.breaches() == [sentence]


def test_a_partition_the_app_can_reach_around_its_parent_is_found(installation):
    parts = installation.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_fact'::regclass")
    partition = parts.fetchone()[0]
    installation.execute(f"GRANT SELECT ON {partition} TO {app_role()}")
    assert lawchecking.breaches() == [f"{partition} has no law, but the app may SELECT on it."]


def test_looking_leaves_nothing_behind(installation):
    count = "SELECT count(*) FROM pg_class UNION ALL SELECT count(*) FROM pg_policy"
    before = installation.execute(count).fetchall()
    lawchecking.breaches()
    assert installation.execute(count).fetchall() == before


def test_installing_again_mends_what_was_opened(installation):
    installation.execute(OPEN)
    installation.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC")  # as a restored backup has them
    lawkeeping.install(installation, app_role())
    assert lawchecking.breaches() == []


def test_a_clock_that_is_not_the_machines_is_found_and_mended(committing_db, installation):
    assert not lawchecking.clock_breach() and doctoring._laws().state == "good"
    databases.set_clock(committing_db.owner_url, 3600)
    assert doctoring._laws() == Check("laws in force", "red", "core_now() is not now(): row security reads another clock.")
    lawkeeping.install(installation, app_role())
    assert not lawchecking.clock_breach()


@pytest.mark.parametrize(
    "role, words",
    [
        (DatabaseRole("app", True, False, 0), "superuser"),
        (DatabaseRole("app", False, True, 0), "bypasses row security"),
        (DatabaseRole("app", False, False, 3), "owns 3 tables"),
    ],
)
def test_a_role_that_no_law_binds_is_named(role, words):
    assert words in role.problems[0]


# The report


def test_a_demo_is_well_and_a_real_one_wants_signatures(installation, capsys):
    assert doctoring.report(as_json=True) == 1
    found = {check["name"]: check for check in json.loads(capsys.readouterr().out)}
    assert {name for name, check in found.items() if check["state"] == "red"} <= {"rulebooks", "front end"}
    assert found["laws in force"]["state"] == found["database role"]["state"] == "good"
    mark_demo(installation)
    doctoring.report(as_json=True)
    assert {c["name"]: c["state"] for c in json.loads(capsys.readouterr().out)}["rulebooks"] == "watch"


def test_what_must_not_be_missing_in_silence_is_red_and_named(installation, capsys, tmp_path):
    with rulebook.using(rulebook.Site(tmp_path, signed_only=True, since=clock.prison_day(clock.now()))):
        doctoring.report(as_json=True)
    found = {check["name"]: check for check in json.loads(capsys.readouterr().out)}
    assert (found["rulebooks"]["state"], found["vital entries"]["state"]) == ("red", "red")
    for title in ("First-night screen", "First-stage health assessment", "Reception and the first night"):
        assert title in found["vital entries"]["said"]
    assert "keep to paper" in found["vital entries"]["said"]


def test_a_demo_uses_what_nobody_signed_and_says_so(installation, capsys, tmp_path):
    mark_demo(installation)
    with rulebook.using(rulebook.Site(tmp_path, signed_only=True, since=clock.prison_day(clock.now()))):
        doctoring.report(as_json=True)
    found = {check["name"]: check for check in json.loads(capsys.readouterr().out)}
    assert (found["rulebooks"]["state"], found["vital entries"]["state"]) == ("watch", "good")
    assert "a demo runs unsigned" in found["rulebooks"]["said"]


def test_a_broken_law_is_red(installation, capsys):
    installation.execute(OPEN)
    assert doctoring.report(as_json=False) == 1
    assert "red    laws in force  record_encounter" in capsys.readouterr().out


# Starting


def test_a_safe_installation_starts(installation, settings):
    settings.DEBUG = settings.TLS = False
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    assert refusal(demo=False) == ""
    assert refusal(demo=True) == "", "no patients: a demo may be built here"


@pytest.mark.parametrize("demo", [True, False])
def test_a_powerful_role_is_never_served(installation, monkeypatch, demo):
    monkeypatch.setattr(lawchecking, "database_role", lambda: DatabaseRole("postgres", True, True, 40))
    assert "superuser" in refusal(demo=demo)


def test_debug_is_for_the_demo(installation, settings):
    settings.DEBUG = True
    assert "THROUGHCARE_DEBUG" in refusal(demo=False)
    assert refusal(demo=True) == ""


def test_a_demo_never_starts_over_real_people(installation):
    add_patient(installation)
    assert "leave --demo away" in refusal(demo=True)


def test_invented_people_are_never_served_as_real(installation):
    mark_demo(installation)
    add_patient(installation)
    assert refusal(demo=True) == ""
    assert "add --demo" in refusal(demo=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "throughcare.example", "*"])
def test_other_machines_are_served_with_tls_only(installation, settings, host):
    settings.ALLOWED_HOSTS, settings.TLS, settings.DEBUG = [host, "127.0.0.1"], False, False
    told = refusal(demo=False)
    assert host in told and "THROUGHCARE_TLS=1" in told
    settings.TLS = True
    assert refusal(demo=False) == ""


def mark_demo(owner):
    owner.execute("INSERT INTO access_installation (kind, made_at) VALUES ('demo', core_now())")


def add_patient(owner):
    owner.execute(
        """INSERT INTO patients_patient (id, family_name, given_names, family_key, given_key, sex, provisional, made_at)
           VALUES (%s, 'Khan', 'Amir', 'khan', 'amir', '', false, core_now())""",
        [ids.new()],
    )
