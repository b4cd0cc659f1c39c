"""L9: nobody sees whom they have no reason to see. Row security alone, without any help of the app."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from tests import scenes
from tests.rows import filled, name_of, ours, seen_by
from throughcare.access.acting import Actor, acting
from throughcare.audit.models import Access, Fact
from throughcare.core import clock, ids
from throughcare.core.laws import PATIENT
from throughcare.custody.models import BedStay, Movement, Prisoner
from throughcare.demo import people
from throughcare.patients.models import Patient, Reach
from throughcare.record.models import Encounter

ABOUT_PEOPLE = [model for model, law in ours() if law.seen_by]
DERIVED = [model for model, law in ours() if law.derived]  # written by the database alone
# Tables whose rows need nothing else than a patient.
WRITABLE = [m for m in seen_by(PATIENT) if all(f.null or f.name == "patient" for f in m._meta.concrete_fields if f.is_relation)]
NOBODY = Actor("system:nobody", "Nobody")
PERSON_COLUMNS = """
    SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attname IN ('patient_id', 'prisoner_id', 'nhs_number', 'prison_number', 'patients')"""


def ask(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


@pytest.fixture
def omar(house):
    """At the other prison, with a row of his own in every table about patients."""
    man = scenes.received(scenes.OMAR, prison="MDI")
    with acting(house.other):
        plant(man)
    return man


def plant(man, text="words"):
    """A row about a man in every table that asks for nothing else; their keys by the name of the model."""
    keys = {}
    for model in WRITABLE:
        row = filled(model, text, patient=man)
        row.save(force_insert=True)
        keys[str(model._meta.model_name)] = row.pk
    return keys


def test_every_table_that_names_a_person_is_under_row_security(db):
    named = {table for (table,) in ask(PERSON_COLUMNS)}
    kept = {table for (table,) in ask("SELECT relname FROM pg_class WHERE relrowsecurity")}
    assert named and named - kept == set()


@pytest.mark.parametrize("model", ABOUT_PEOPLE, ids=name_of)
def test_row_security_has_a_policy_for_reading_and_for_each_way_of_writing(db, model):
    rows = ask("SELECT cmd, qual, with_check FROM pg_policies WHERE tablename = %s", model._meta.db_table)
    assert {command for command, _, _ in rows} == ({"SELECT"} if model in DERIVED else {"SELECT", "INSERT", "UPDATE"})
    assert all("app.scopes" in (reads or "") + (writes or "") for _, reads, writes in rows)


def test_the_app_role_neither_owns_a_table_nor_passes_row_security(db):
    assert ask("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user") == [(False, False)]
    assert ask("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user") == []


def test_partitions_are_reached_through_their_parent_only(db):
    for (table,) in ask("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            ask(f"SELECT * FROM {table}")


def seen_in(models):
    return {model._meta.db_table for model in models if ask(f"SELECT count(*) FROM {model._meta.db_table}") != [(0,)]}


def test_without_a_scope_every_table_is_empty(house, omar):
    assert seen_in(ABOUT_PEOPLE) == set()
    with acting(NOBODY):
        assert seen_in(ABOUT_PEOPLE) == set()


def test_without_a_scope_no_fact_names_a_patient(house, omar):
    assert not Fact.objects.exclude(patient_id=None).exists()
    assert not Access.objects.exists()


def test_the_other_prison_sees_its_own_rows_and_we_see_none_of_them(house, omar):
    with acting(house.other):
        assert {model._meta.db_table for model in [Patient, Reach, *WRITABLE]} <= seen_in(ABOUT_PEOPLE)
    with acting(house.nurse):
        assert seen_in(ABOUT_PEOPLE) == set()


def test_facts_about_their_patients_stay_theirs(house, omar):
    with acting(house.nurse):
        assert not Fact.objects.filter(patient_id=omar.id).exists()
    with acting(house.other):
        assert Fact.objects.filter(patient_id=omar.id).exists()


def test_nothing_can_be_written_about_their_patient(house, omar):
    for model in WRITABLE:
        with acting(house.nurse), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            filled(model, patient_id=omar.id).save(force_insert=True)


def test_their_patient_cannot_be_changed_or_taken_over(house, omar):
    with acting(house.nurse):
        assert Patient.objects.filter(id=omar.id).update(family_name="Mine") == 0
        assert Reach.objects.filter(patient=omar.id).update(until=None) == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            filled(Reach, patient_id=omar.id, scope="establishment:MDI").save(force_insert=True)


def test_a_key_is_known_to_custody_without_the_person(house, omar):
    """The one question across prisons: whose booking is this? Only the key comes back."""
    with acting(scenes.feed("MDI")):
        booking = Prisoner.objects.get(prison_number=scenes.OMAR.prison_number).id
    with acting(house.nurse):
        assert ask("SELECT patients_matched_to(%s)", booking) == [(omar.id,)]
        assert not Patient.objects.filter(id=omar.id).exists()


class TestReachOverTime:
    @pytest.fixture
    def amir(self, house):
        return scenes.received(people.AMIR)

    def sees(self, actor, man):
        with acting(actor):
            here = Patient.objects.filter(id=man.id).exists()
            assert Patient.objects.seen_by(actor).filter(id=man.id).exists() == here, "app and database agree"
            return here

    def writes(self, actor, man):
        try:
            with acting(actor):
                filled(Encounter, patient_id=man.id).save(force_insert=True)
        except ProgrammingError:
            return False
        return True

    def until(self, man, moment):
        with acting(scenes.feed("LEI")):
            assert Reach.objects.filter(patient=man.id, scope="establishment:LEI").update(until=moment) == 1

    def test_here_reads_and_writes(self, house, amir):
        assert self.sees(house.nurse, amir) and self.writes(house.nurse, amir)

    def test_expired_is_nothing(self, house, amir):
        self.until(amir, clock.now() - timedelta(seconds=1))
        assert not self.sees(house.nurse, amir) and not self.writes(house.nurse, amir)

    def test_after_release_the_prison_reads_and_does_not_write(self, house, amir):
        scenes.released(people.AMIR)
        assert self.sees(house.nurse, amir) and not self.writes(house.nurse, amir)
        with acting(house.nurse):
            assert Patient.objects.filter(id=amir.id).update(given_names="Changed") == 0

    def test_nobody_widens_their_own_reach(self, house, amir):
        scenes.released(people.AMIR)
        with acting(house.nurse):
            assert Reach.objects.filter(patient=amir.id).update(until=None, writes=True) == 0
        for prison in (house.nurse, house.other):
            with pytest.raises(ProgrammingError, match="row-level security"), acting(prison):
                Reach.objects.create(
                    patient_id=amir.id, scope=f"establishment:{prison.establishment}", kind="here", since=clock.now()
                )

    @pytest.mark.parametrize("days, seen", [(27, True), (29, False)])
    def test_for_28_days(self, house, amir, days, seen):
        scenes.released(people.AMIR)
        with acting(scenes.feed("LEI")):
            left = Reach.objects.get(patient=amir.id)
            Reach.objects.filter(id=left.id).update(until=left.until - timedelta(days=days))
        assert self.sees(house.nurse, amir) == seen

    def test_a_transfer_gives_the_new_prison_both_and_the_old_one_reading(self, house, amir):
        scenes.moved(people.AMIR, "received", "TRANSFERRED", clock.now(), "MDI")
        assert self.sees(house.other, amir) and self.writes(house.other, amir)
        assert self.sees(house.nurse, amir) and not self.writes(house.nurse, amir)

    def test_expected_lets_the_prison_prepare(self, house):
        with acting(scenes.feed("LEI")) as feed:
            scenes.expected(people.DANNY, by=feed)
        danny = scenes.patient_of(people.DANNY)
        assert self.sees(house.nurse, danny) and self.writes(house.nurse, danny)
        assert not self.sees(house.other, danny)


class TestCustodyToo:
    def test_a_prison_sees_bookings_of_its_own(self, house, omar):
        scenes.received(people.AMIR)
        with acting(house.nurse):
            assert [p.prison_number for p in Prisoner.objects.all()] == [people.AMIR.prison_number]
            assert {row.establishment_id for row in [*Movement.objects.all(), *BedStay.objects.all()]} == {"LEI"}

    def test_an_auditor_sees_no_patient(self, house, omar):
        with acting(Actor(str(ids.new()), "Auditor", more_scopes=("audit:MDI",))):
            assert not Patient.objects.exists() and Fact.objects.filter(patient_id=omar.id).exists()
