"""What two people have not signed is not used with real people, and nobody finds it missing in silence."""

from __future__ import annotations

import re

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.chart import unsigned
from throughcare.core import clock, rulebook
from throughcare.core.rulebook import Site
from throughcare.demo.people import AMIR
from throughcare.patients.models import Patient
from throughcare.screening.actions import open_visit
from throughcare.screening.actions.refusals import FormNotInUse
from throughcare.screening.models import Screen

pytestmark = pytest.mark.django_db
MISSING = "Arrivals get no first-night screen"


@pytest.fixture
def production(tmp_path):
    """An installation with real people whose rulebook nobody has signed."""
    with rulebook.using(Site(tmp_path, signed_only=True, since=clock.prison_day(clock.now()))):
        yield tmp_path


def test_an_arrival_is_taken_and_the_board_says_that_nobody_is_screened(house, client, production):
    scenes.received(AMIR)
    with acting(house.nurse):
        assert Patient.objects.exists() and not Screen.objects.exists()
    page = house.sign_in(client, "LEI reception_nurse").get("/establishments/LEI/arrivals/").content.decode()
    assert MISSING in page and "Ask everybody who comes in on paper" in page


def test_the_clinical_lead_reads_on_today_what_is_missing_and_what_stands_unsigned(house, client, production):
    page = house.sign_in(client, "LEI head_of_healthcare").get("/today/").content.decode()
    assert "Not in use, so keep to paper:" in page
    for title in ("First-night screen", "First-stage health assessment", "Reception and the first night"):
        assert title in page
    assert "rulebook entries not used:" in page and "rulebook entries used unsigned or overdue:" in page
    assert "Roles" in page


def test_others_are_not_troubled_with_it_on_today(house, client, production):
    page = house.sign_in(client, "LEI nurse_in_charge").get("/today/").content.decode()
    assert "keep to paper" not in page


def test_a_form_that_is_not_signed_is_not_begun(house, production):
    patient = scenes.received(AMIR)
    with acting(house["LEI mental_health_nurse"]) as nurse, pytest.raises(FormNotInUse, match="Use paper"):
        open_visit(patient=patient.id, definition="form:gad-7", at=clock.now(), by=nurse)


def test_a_visit_begun_before_goes_on_and_can_be_read(house, client, tmp_path):
    """The screen was opened while it was in use: nothing that was begun is taken away."""
    patient, reader = scenes.received(AMIR), house.sign_in(client, "LEI reception_nurse")
    before = reader.get(f"/patients/{patient.id}/first-night/")
    with rulebook.using(Site(tmp_path, signed_only=True, since=clock.prison_day(clock.now()))):
        after = reader.get(f"/patients/{patient.id}/first-night/")
    assert before.status_code == after.status_code == 200
    assert questions(after) == questions(before) != []


def test_where_no_signature_is_asked_for_no_band_is_shown(house, client):
    scenes.received(AMIR)
    assert unsigned.at_arrivals() == [] and unsigned.on_today(house["LEI head_of_healthcare"]) == []
    assert MISSING not in house.sign_in(client, "LEI reception_nurse").get("/establishments/LEI/arrivals/").content.decode()


def questions(page):
    return re.findall(r'name="([a-z0-9_.:-]+)"', page.content.decode())
