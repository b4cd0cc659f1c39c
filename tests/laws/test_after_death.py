"""T19: after a death nothing is refused and nothing passes for what was written before: the database marks it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from tests.rows import filled, name_of, ours
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.patients.models import Patient
from throughcare.record import actions as record
from throughcare.record.models import Document, DocumentPage, Warning, WarningRead

ADDENDA = [model for model, law in ours() if law.addenda]
FILLED = [model for model in ADDENDA if model not in (DocumentPage, WarningRead)]  # these hang on another row


@pytest.fixture
def nurse(house):
    with acting(house["LEI nurse_in_charge"]) as actor:
        yield actor


def dies(man):
    Patient.objects.filter(id=man.id).update(died_at=clock.now() - timedelta(hours=1))


def told(model, man, **more):
    row = filled(model, patient_id=man.id, establishment="LEI", **more)
    row.save(force_insert=True)
    row.refresh_from_db()
    return row


def test_every_table_of_the_record_is_marked():
    written = {model for model, law in ours() if model.__module__.startswith("throughcare.record.") and not law.derived}
    assert written and written <= set(ADDENDA)


@pytest.mark.parametrize("model", FILLED, ids=name_of)
def test_what_is_written_before_a_death_is_no_addendum(man, nurse, model):
    assert told(model, man, addendum=True).addendum is False, "nobody says so by themselves"


@pytest.mark.parametrize("model", FILLED, ids=name_of)
def test_what_is_written_after_a_death_is_one_whatever_the_writer_says(man, nurse, model):
    dies(man)
    assert told(model, man, addendum=False).addendum is True


def test_rows_that_hang_on_another_are_marked_too(man, nurse):
    paper, warning = told(Document, man), told(Warning, man)
    dies(man)
    assert told(DocumentPage, man, document=paper).addendum and told(WarningRead, man, warning=warning).addendum


def test_by_plain_sql_too(man, nurse):
    dies(man)
    columns = "id, patient_id, establishment, happened_at, written_at, written_by, written_by_name, kind, done, plan"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO record_encounter ({columns}, addendum) VALUES "
            "(gen_random_uuid(), %s, 'LEI', core_now(), core_now(), 'x', 'X', 'early_days_check', 'Seen.', '', false)"
            " RETURNING addendum",
            [man.id],
        )
        assert cursor.fetchone() == (True,)


def test_nothing_is_refused_and_the_pages_say_so(house, man, nurse):
    before = record.record_incident(
        patient=man.id, kind="overdose", harm="fatal", words="Found on the floor.", done="", at=clock.now(), by=nurse
    )
    dies(man)
    at = clock.now()
    record.record_encounter(patient=man.id, kind="early_days_check", done="Called at 5.", plan="", at=at, by=nurse)
    record.record_condition(patient=man.id, words="Asthma", status="active", verification="confirmed", onset="", at=at, by=nurse)
    record.ask_allergies(patient=man.id, said="unable", at=at, by=nurse)
    flag = record.raise_flag(patient=man.id, kind="other", words="Family told", at=at, by=nurse)
    record.end_flag(flag=flag, why="Done", at=at, by=nurse)
    record.add_document(patient=man.id, kind="other", title="Coroner", origin="", at=at, by=nurse, words="Took an overdose.")
    later = record.record_incident(
        patient=man.id, kind="overdose", harm="fatal", words="Found on the floor at 4.", done="", at=at, by=nurse, corrects=before
    )
    assert later.addendum or type(later).objects.get(id=later.id).addendum
    page = house.sign_in(Client(), "LEI nurse_in_charge").get(f"/patients/{man.id}/timeline/").content.decode()
    assert page.count("Added after death") == 7 and "<del>" in page
