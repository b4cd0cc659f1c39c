"""The list of who looked and who wrote: every page by its words, no look twice, no reason that is untrue, no silent end."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver

from tests import scenes
from throughcare.access import crawling
from throughcare.access.acting import acting
from throughcare.access.sight import PEOPLE
from throughcare.audit import looks
from throughcare.chart import governance, page_names
from throughcare.core import clock
from throughcare.demo import people
from throughcare.patients import facts as about
from throughcare.reporting import facts as packs

LEAD = "LEI information_governance_lead"
SECOND = timedelta(seconds=1)
NOON = clock.now() - timedelta(hours=2)


@pytest.fixture
def amir(house):
    return scenes.received(people.AMIR, NOON - timedelta(hours=1))


def looked(by, patient, page, at, purpose="care"):
    with acting(by), clock.at(at):
        looks.write(actor=by.id, name=by.name, role=by.role.id, establishment=by.establishment, purpose=purpose, page=page,
                    method="GET", status=200, patients=[patient.id])  # fmt: skip


def listed(house, patient):
    with acting(house[LEAD]):
        return governance.looks([patient.id], NOON - timedelta(days=1), clock.now() + SECOND)


def pages_of(found):
    return [one.what for one in found.lines if not one.wrote]


def page(house, patient):
    answer = house.sign_in(Client(), LEAD).get(f"/establishments/LEI/governance/patients/{patient.id}/")
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("typed, shown", [
    ("until=31/12/9999", True), ("since=01/01/0001&until=31/12/9999", True), ("since=31/12/9999", False),
    ("until=01/01/0001", False),
])  # fmt: skip
def test_a_day_at_the_end_of_the_calendar_is_a_day(house, amir, typed, shown):
    looked(house.nurse, amir, "timeline", NOON)
    client = house.sign_in(Client(), LEAD)
    answer = client.get(f"/establishments/LEI/governance/patients/{amir.id}/?{typed}")
    assert answer.status_code == 200 and (page_names.words("timeline") in answer.content.decode()) is shown


class TestAPhoto:
    def test_that_came_with_a_page_is_no_look_of_its_own(self, house, amir):
        looked(house.nurse, amir, "patient", NOON)
        looked(house.nurse, amir, "photo", NOON + SECOND)
        assert pages_of(listed(house, amir)) == ["The patient’s page"]

    def test_that_somebody_opened_by_itself_is(self, house, amir):
        looked(house.nurse, amir, "patient", NOON)
        looked(house.nurse, amir, "photo", NOON + timedelta(minutes=5))
        assert pages_of(listed(house, amir)) == ["Photo", "The patient’s page"]

    def test_is_not_hidden_by_somebody_elses_page(self, house, amir):
        looked(house["LEI prescriber"], amir, "patient", NOON)
        looked(house.nurse, amir, "photo", NOON + SECOND)
        assert pages_of(listed(house, amir)) == ["Photo", "The patient’s page"]

    def test_under_broken_glass_is_not_hidden_by_a_page_of_care(self, house, amir):
        looked(house.nurse, amir, "patient", NOON)
        looked(house.nurse, amir, "photo", NOON + SECOND, purpose="break-glass")
        assert pages_of(listed(house, amir)) == ["Photo", "The patient’s page"]


class TestALongList:
    def test_says_how_many_it_left_out(self, house, amir, monkeypatch):
        for number, name in enumerate(["patient", "timeline", "identity", "dangers", "consents"]):
            looked(house.nurse, amir, name, NOON + timedelta(minutes=number))
        monkeypatch.setattr(governance, "AT_MOST", 3)
        found = listed(house, amir)
        assert pages_of(found) == ["Consents", "What could kill", "Who they are"], "the newest"
        assert found.kept == 5 and found.cut.startswith("These are the newest 3 of 5 looks and entries.")
        assert "These are the newest 3 of" in page(house, amir)

    def test_that_is_whole_says_nothing(self, house, amir):
        looked(house.nurse, amir, "patient", NOON)
        assert listed(house, amir).cut == "" and "These are the newest" not in page(house, amir)


def declared():
    """The names of all pages that show somebody."""
    found = ((one.name, getattr(one.callback, "sight", None)) for one in crawling._patterns(get_resolver()))
    return sorted({str(name) for name, sight in found if sight and sight.kind in PEOPLE})


@pytest.mark.parametrize("name", declared())
def test_every_page_about_people_has_words(name):
    assert name in page_names.PAGES, "Give this page its words in throughcare/chart/page_names.py."


def test_no_words_for_pages_that_there_are_not():
    assert set(page_names.PAGES) <= set(declared())


def test_a_page_of_an_earlier_version_still_has_a_name():
    assert page_names.words("wing-round-2019") == "Wing round 2019"


NOT_CARE = [
    *("patients." + one.__name__ for one in (about.GlassBroken, about.GlassReviewed, about.BarSet, about.BarLifted)),
    *("patients." + one.__name__ for one in (about.RecordsMerged, about.RecordsUnmerged, about.MergeProposed)),
    *("patients." + one.__name__ for one in (about.Disclosed, about.DisclosureAsked, about.DisclosureDeclined)),
    *(f"reporting.{name}" for name in vars(packs) if name.startswith("Pack")),
]


@pytest.mark.parametrize("kind", NOT_CARE)
def test_who_did_not_write_as_part_of_care_is_not_said_to_have(kind):
    assert governance.why_they_wrote(kind) != governance.CARE


@pytest.mark.parametrize("kind", ["record.EncounterRecorded", "screening.ScreenSigned", "patients.ConsentAnswered"])
def test_care_is_care(kind):
    assert governance.why_they_wrote(kind) == governance.CARE


def test_a_bar_that_the_lead_set_is_not_care(house, amir):
    lead = house.sign_in(Client(), LEAD)
    url = f"/establishments/LEI/governance/patients/{amir.id}/"
    assert lead.post(url, {"user": house.nurse.id, "why": "He asked"}).status_code == 302
    assert "Bar set</td> <td>Settles whom the record is closed to" in page(house, amir)
