"""What the prison says beside movements: alerts, key dates, and who must be kept apart."""

import pytest

from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.custody import queries as custody
from throughcare.custody.models import Alert, BedStay, KeyDate, NonAssociation, Prisoner
from throughcare.demo import emulator
from throughcare.hmpps.models import FeedMessage
from throughcare.hmpps.tests.told import AMIR, DANNY, FEED, HOUR, began, described, event, seen, take
from throughcare.patients.models import Patient

ALERTS = "person.alert.created"


class TestAlerts:
    def said(self, hours=5):
        return emulator.message(ALERTS, began() + hours * HOUR, number=AMIR.prison_number, alertUuid="x", alertCode="HA")

    def page(self, *alerts, last=True):
        return lambda number: {"content": list(alerts), "last": last}

    def test_come_go_and_are_said_of_the_patient(self, house):
        take(event("received", "NEW_ADMISSION", 0))
        acct = emulator.alert(AMIR.prison_number, "HA", kind="H")
        take(self.said(5), alerts=self.page(acct))
        take(self.said(6), alerts=self.page(acct))
        with acting(FEED):
            (row,) = custody.alerts_of(Prisoner.objects.values_list("id", flat=True))
            assert (row.code, row.type, str(row.since)) == ("HA", "H", "2026-02-03")
        take(self.said(7), alerts=self.page())
        with acting(FEED):
            assert custody.alerts_of(Prisoner.objects.values_list("id", flat=True)) == []
            facts = Fact.objects.filter(kind__startswith="patients.CustodyAlert", patient_id__isnull=False).order_by(
                "happened_at"
            )
            assert [(one.kind, one.kept["code"]) for one in facts] == [
                ("patients.CustodyAlertAdded", "HA"), ("patients.CustodyAlertEnded", "HA"),
            ]  # fmt: skip

    def test_of_a_page_that_is_not_the_last_nothing_has_ended(self, house):
        take(event("received", "NEW_ADMISSION", 0), alerts=self.page(emulator.alert(AMIR.prison_number, "HA", kind="H")))
        take(self.said(), alerts=self.page(emulator.alert(AMIR.prison_number, "XA", kind="X"), last=False))
        assert seen(Alert, "code", active=True) == [("HA",), ("XA",)]

    def test_that_cannot_be_read_spoil_no_movement(self, house):
        tally = take(event("received", "NEW_ADMISSION", 0), alerts=lambda number: {"content": [{"alertUuid": "x"}]})
        assert tally.taken == 1
        assert seen(BedStay, "establishment", until=None, superseded_at=None) == [("LEI",)]
        with acting(FEED):
            assert "not all of it" in FeedMessage.objects.get(status="parked").reason

    def test_known_before_he_is_a_patient_are_said_when_he_becomes_one(self, house):
        acct = [{"alertType": "H", "alertCode": "HA", "active": True, "expired": False}]
        with acting(house.nurse) as nurse:
            from throughcare.patients import actions as patients

            patients.receive_unbooked(family_name="Khan", given_names="A", date_of_birth=None, arrived_at=began(), by=nurse)
        take(event("received", "NEW_ADMISSION", 0), found={AMIR.prison_number: described(AMIR, alerts=acct)})
        with acting(FEED):
            assert not Fact.objects.filter(kind="patients.CustodyAlertAdded").exists()
            prisoner, patient = Prisoner.objects.get(), Patient.objects.get()
        with acting(house.nurse) as nurse:
            patients.match_booking(patient=patient, prisoner=prisoner, at=clock.now(), by=nurse)
            assert Fact.objects.filter(kind="patients.CustodyAlertAdded", patient_id=patient.id).count() == 1


class TestKeyDates:
    def changed(self, hours=5):
        return emulator.message("calculate-release-dates.prisoner.changed", began() + hours * HOUR, prisonerId=AMIR.prison_number)

    @pytest.mark.parametrize("dates, believed", [
        ({}, ("unknown", "None")),
        ({"conditionalReleaseDate": "2027-03-01"}, ("likely", "2027-03-01")),
        ({"conditionalReleaseDate": "2027-03-01", "confirmedReleaseDate": "2027-02-01"}, ("fixed", "2027-02-01")),
        ({"conditionalReleaseDate": "2027-03-01", "postRecallReleaseDate": "2027-09-01"}, ("likely", "2027-09-01")),
    ])  # fmt: skip
    def test_the_surest_is_believed(self, house, dates, believed):
        take(event("received", "NEW_ADMISSION", 0))
        take(self.changed(), found={AMIR.prison_number: described(AMIR, **dates)})
        with acting(FEED):
            row = custody.key_dates_of(Prisoner.objects.values_list("id", flat=True))["release"]
        assert (row.certainty, str(row.date)) == believed

    def test_a_day_is_carried_and_stays_out_of_the_trail(self, house):
        take(
            event("received", "NEW_ADMISSION", 0),
            found={AMIR.prison_number: described(AMIR, conditionalReleaseDate="2027-03-01")},
        )
        with acting(FEED):
            kept = list(Fact.objects.filter(kind="patients.KeyDateChanged").values_list("kept", flat=True))
        assert {"kind": "release", "certainty": "likely"} in kept and "2027" not in str(kept)

    def test_the_next_day_in_court_comes_from_the_prisons_diary(self, house):
        diary = [
            {"eventType": "CRT", "eventStatus": "SCH", "eventDate": day} for day in ("2020-01-01", "2090-05-05", "2090-04-04")
        ]
        take(event("received", "NEW_ADMISSION", 0), schedule=lambda number: diary)
        assert [str(day) for (day,) in seen(KeyDate, "date", kind="court", superseded_at=None)] == ["2090-04-04"]


class TestNonAssociations:
    def said(self, hours=5):
        return emulator.message(
            "non-associations.created", began() + hours * HOUR, nsPrisonerNumber1=AMIR.prison_number,
            nsPrisonerNumber2=DANNY.prison_number, id="8812",
        )  # fmt: skip

    def apart(self, other, is_open=True):
        return {"nonAssociations": [{
            "id": 8812, "reason": "THREAT", "role": "VICTIM", "restrictionType": "WING", "isOpen": is_open, "comment": "zqcanary",
            "otherPrisonerDetails": {"prisonerNumber": other.prison_number},
        }]}  # fmt: skip

    def test_two_men_are_kept_apart_and_nobody_reads_why(self, house):
        take(event("received", "NEW_ADMISSION", 0), event("received", "NEW_ADMISSION", 0, DANNY))
        other = {AMIR.prison_number: DANNY, DANNY.prison_number: AMIR}
        take(self.said(5), apart=lambda number: self.apart(other[number]))
        assert seen(NonAssociation, "other_number", "restriction", "open") == sorted(
            [(DANNY.prison_number, "WING", True), (AMIR.prison_number, "WING", True)], key=str
        )
        assert "THREAT" not in str(seen(NonAssociation)) and "zqcanary" not in str(seen(NonAssociation))
        take(self.said(6), apart=lambda number: {"nonAssociations": []})
        assert seen(NonAssociation, "open") == [(False,), (False,)]

    def test_where_nobody_can_be_asked_it_waits(self, house):
        take(event("received", "NEW_ADMISSION", 0))
        assert take(self.said()).parked == 1
