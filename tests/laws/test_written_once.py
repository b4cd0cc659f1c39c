"""L1: clinical rows are never edited or deleted. Tried in SQL as the app role, and over HTTP."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import get_resolver

from tests import scenes
from tests.laws.addresses import addresses
from tests.nonempty import nonempty
from tests.rows import filled, name_of, ours
from throughcare.access.acting import acting
from throughcare.audit.models import RowVersion
from throughcare.core.laws import PATIENT
from throughcare.demo import people
from throughcare.patients.models import Match, Need, Patient
from throughcare.record.models import AllergyIntolerance, Encounter, Observation

UP = {"healthz", "readyz"}  # they answer every verb with one word
WRITTEN_ONCE = [model for model, law in ours() if law.grants in ("SELECT, INSERT", "SELECT")]
CHANGING = [model for model, law in ours() if law.history]
CORRECTED = [model for model, law in ours() if law.corrected]


def run(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


CHANGES = [
    "UPDATE {table} SET {column} = {column}",
    "DELETE FROM {table}",
    "TRUNCATE {table} CASCADE",
    "SELECT * FROM {table} FOR UPDATE",
    "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    "DROP TABLE {table}",
]
REMOVALS = ["DELETE FROM {table}", "TRUNCATE {table} CASCADE"]


@pytest.mark.parametrize("model", WRITTEN_ONCE, ids=name_of)
def test_the_app_role_cannot_change_what_was_written(db, model):
    for attack in CHANGES:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            run(attack.format(table=model._meta.db_table, column=model._meta.pk.column))


@pytest.mark.parametrize("model", CHANGING, ids=name_of)
def test_even_a_row_that_changes_is_never_removed(db, model):
    for attack in REMOVALS:
        with pytest.raises(ProgrammingError, match="permission denied"):
            run(attack.format(table=model._meta.db_table))


@pytest.mark.parametrize("model", CORRECTED, ids=name_of)
def test_superseded_by_is_not_the_app_roles_to_write(db, model):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(f"UPDATE {model._meta.db_table} SET superseded_by = id")


def test_history_is_not_the_app_roles_to_read(nurse, amir):
    Patient.objects.filter(id=amir.id).update(given_names="Aamir")
    assert RowVersion.objects.count() == 0


def test_history_says_what_the_row_was_and_who_changed_it(committing_db, house, as_owner):
    man = scenes.received(people.AMIR)
    with acting(house.nurse):
        Patient.objects.filter(id=man.id).update(given_names="Aamir")
    rows = as_owner.execute(
        "SELECT was->>'given_names', actor FROM audit_rowversion WHERE table_name = 'patients_patient' AND row_id = %s", [man.id]
    ).fetchall()
    assert rows == [("Amir", house.nurse.id)]


class TestACorrection:
    """A new row that names what it corrects; the old one learns it once and stays."""

    @pytest.fixture
    def written(self, nurse, amir):
        row = filled(Encounter, patient_id=amir.id)
        row.save(force_insert=True)
        return row

    def correct(self, written, **given):
        row = filled(type(written), patient_id=written.patient_id, corrects=written, **given)
        row.save(force_insert=True)
        return row

    def test_sets_superseded_by(self, written):
        second = self.correct(written)
        written.refresh_from_db()
        assert written.superseded_by == second.id
        assert list(Encounter.objects.current().filter(patient=written.patient_id)) == [second]

    def test_happens_once(self, written):
        self.correct(written)
        with pytest.raises(IntegrityError, match="already corrected"):
            self.correct(written)

    def test_may_itself_be_corrected(self, written):
        third = self.correct(self.correct(written))
        assert list(Encounter.objects.current().filter(patient=written.patient_id)) == [third]

    def test_is_not_born_superseded(self, nurse, amir):
        with pytest.raises(IntegrityError, match="not superseded"):
            filled(Encounter, patient_id=amir.id, superseded_by=amir.id).save(force_insert=True)

    def test_is_of_the_same_person(self, house, nurse, written):
        other = scenes.received(people.DANNY)
        with pytest.raises(IntegrityError, match="same_person"), transaction.atomic():
            filled(Encounter, patient_id=other.id, corrects=written).save(force_insert=True)
            run("SET CONSTRAINTS ALL IMMEDIATE")

    def test_that_never_lands_supersedes_nothing(self, house, written):
        """ON CONFLICT DO NOTHING drops the new row after its trigger ran: the old one must not vanish with it."""
        columns = ", ".join(field.column for field in Encounter._meta.concrete_fields)
        copied = columns.replace("corrects_id", "id")
        with pytest.raises(IntegrityError, match="no correction landed"), transaction.atomic():
            run(f"INSERT INTO record_encounter ({columns}) SELECT {copied} FROM record_encounter ON CONFLICT DO NOTHING")
            run("SET CONSTRAINTS ALL IMMEDIATE")

    @pytest.mark.parametrize("model", [AllergyIntolerance, Observation, Need], ids=name_of)
    def test_holds_for_every_table_that_is_corrected(self, nurse, amir, model):
        assert model in CORRECTED
        row = filled(model, patient_id=amir.id)
        row.save(force_insert=True)
        again = self.correct(row)
        row.refresh_from_db()
        assert row.superseded_by == again.id

    def test_of_a_match_lets_the_booking_go_to_somebody_else(self, nurse, amir):
        held = Match.objects.get(patient=amir.id)
        undone = filled(Match, patient_id=amir.id, prisoner_id=held.prisoner_id, corrects=held)
        undone.save(force_insert=True)
        held.refresh_from_db()
        assert held.superseded_by == undone.id


def test_every_table_of_a_patients_record_is_written_once_or_keeps_its_history():
    for model, law in nonempty(ours()):
        if law.seen_by == PATIENT and not law.gate:
            assert model in WRITTEN_ONCE or law.history, model


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_no_page_has_a_verb_that_changes_a_row(house, client, verb):
    signed_in = house.sign_in(client, "LEI nurse_in_charge")
    man = scenes.received(people.JOE)
    for address in nonempty(addresses(get_resolver(), patient=man.id, code="LEI")):
        assert address.name in UP or getattr(signed_in, verb)(address.path).status_code in (302, 403, 404, 405), address
