"""What row security refuses to write is said in words that are true whoever asked: nobody is told why who does not know it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import include, path

from tests import scenes
from throughcare.access.sight import shows
from throughcare.core import clock
from throughcare.demo import people


@shows("staff", writes=True)
def writes(request, patient):
    """A page that writes what this reader may not."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO patients_reach (id, patient_id, scope, kind, since, writes, over_bar)"
                       " VALUES (gen_random_uuid(), %s, 'user:x', 'here', now(), true, true)", [patient])  # fmt: skip


urlpatterns = [path("writes/<uuid:patient>/", writes), path("", include("throughcare.access.urls"))]


def words(answer):
    return " ".join(answer.content.decode().split())


def says_no(answer):
    assert answer.status_code == 403
    assert "You cannot write in this record from here, so nothing was changed." in words(answer)
    assert "has left" not in words(answer) and "can be read" not in words(answer)


@pytest.mark.parametrize("who", ["reception_nurse", "information_governance_lead", "regional_lead"])
def test_to_a_carer_an_auditor_and_an_overseer_alike(house, settings, who):
    settings.ROOT_URLCONF = __name__
    amir = scenes.received(people.AMIR)
    says_no(house.sign_in(Client(), f"LEI {who}").post(f"/writes/{amir.id}/"))


def test_where_the_person_has_left_and_the_prison_reads_on(house):
    amir = scenes.received(people.AMIR, clock.now() - timedelta(days=2))
    scenes.released(people.AMIR)
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    assert nurse.get(f"/patients/{amir.id}/").status_code == 200
    says_no(nurse.post(f"/patients/{amir.id}/encounters/new/?kind=early_days_check", {"done": "Seen."}))
