"""What row security refuses to write is said in words that are true whoever asked: nobody is told why who does not know it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import include, path

from tests import scenes
from throughcare.access.acting import acting
from throughcare.access.sight import shows
from throughcare.core import clock
from throughcare.demo import people
from throughcare.patients.models import Reach
from throughcare.record.models import Encounter

REFUSED = "You cannot write in this record from here, so nothing was changed."
SENTENCES = (REFUSED, "has left", "can be read")  # the others would tell who does not know it


@shows("staff", writes=True)
def writes(request, patient):
    """A page that writes what this reader may not."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO patients_reach (id, patient_id, scope, kind, since, writes, over_bar)"
                       " VALUES (gen_random_uuid(), %s, 'user:x', 'here', core_now(), true, true)", [patient])  # fmt: skip


urlpatterns = [path("writes/<uuid:patient>/", writes), path("", include("throughcare.access.urls"))]


def words(answer):
    return " ".join(answer.content.decode().split())


def told(answer):
    """The status, and which of the sentences about refused writing the page says."""
    return answer.status_code, [one for one in SENTENCES if one in words(answer)]


def reaches(patient):
    """How many rows say who may open the record, as its own prison sees them."""
    with acting(scenes.feed("LEI")):
        return Reach.objects.filter(patient=patient.id).count()


@pytest.mark.parametrize("who", ["reception_nurse", "information_governance_lead", "regional_lead"])
def test_to_a_carer_an_auditor_and_an_overseer_alike(house, settings, who):
    settings.ROOT_URLCONF = __name__
    amir = scenes.received(people.AMIR)
    before = reaches(amir)
    assert told(house.sign_in(Client(), f"LEI {who}").post(f"/writes/{amir.id}/")) == (403, [REFUSED])
    assert reaches(amir) == before > 0


def test_where_the_person_has_left_and_the_prison_reads_on(house):
    amir = scenes.received(people.AMIR, clock.now() - timedelta(days=2))
    scenes.released(people.AMIR)
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    assert nurse.get(f"/patients/{amir.id}/").status_code == 200
    answer = nurse.post(f"/patients/{amir.id}/encounters/new/?kind=early_days_check", {"done": "Seen."})
    assert told(answer) == (403, [REFUSED])
    with acting(house.nurse):
        assert not Encounter.objects.filter(patient=amir.id, kind="early_days_check").exists()
