"""An open ACCT is open, and one that ended has ended: under whichever key, number or prison, and however late it is told."""

from uuid import NAMESPACE_OID, uuid5

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.custody.models import Alert, KeyDate, NonAssociation, Prisoner
from throughcare.demo import emulator
from throughcare.hmpps.tests.told import AMIR, DANNY, FEED, HOUR, began, described, event, joined, seen, take
from throughcare.pathways.models import Enrolment, Task
from throughcare.patients import actions as patients
from throughcare.patients import reach

GONE = scenes.renamed(AMIR, prison_number="A9917DC")
BOTH = {man.prison_number: described(man) for man in (AMIR, GONE, DANNY)}


def acct(key="first", active=True, code="HA"):
    found = emulator.alert(AMIR.prison_number, code, kind=code[0], active=active)
    return found | {"alertUuid": str(uuid5(NAMESPACE_OID, key))}


def page(*alerts):
    return lambda number: {"content": list(alerts), "last": True}


def news(hours, man=AMIR):
    return emulator.message(
        "person.alert.updated", began() + hours * HOUR, number=man.prison_number, alertUuid="x", alertCode="HA"
    )


def said(prison="LEI", code="HA"):
    """What was said of anybody's code, in the order in which it counts."""
    with acting(scenes.feed(prison)):
        rows = Fact.objects.filter(kind__startswith="patients.CustodyAlert", kept__code=code).order_by(
            "happened_at", "written_at"
        )
        return [kind.removeprefix("patients.CustodyAlert") for kind in rows.values_list("kind", flat=True)]


def plan(prison="LEI"):
    """Whether an ACCT is open in the plan, and which of its tasks."""
    with acting(scenes.feed(prison)):
        on = Enrolment.objects.filter(pathway="acct", left_at=None).exists()
        return on, set(Task.objects.filter(clock__startswith="acct_", status="open").values_list("clock", flat=True))


OPEN = (True, {"acct_first_review", "acct_immediate"})


class TestOneCodeUnderSeveralKeys:
    def test_deleted_and_entered_again_it_has_not_ended(self, house):
        take(event("received", "NEW_ADMISSION", 0), alerts=page(acct("first")))
        take(news(5), alerts=page(acct("second")))
        assert said() == ["Added"] and plan() == OPEN
        assert seen(Alert, "active", code="HA") == [(False,), (True,)]

    def test_of_two_that_are_on_one_ends(self, house):
        take(event("received", "NEW_ADMISSION", 0), alerts=page(acct("first"), acct("second")))
        take(news(5), alerts=page(acct("first", active=False), acct("second")))
        assert said() == ["Added"] and plan() == OPEN
        take(news(6), alerts=page(acct("first", active=False), acct("second", active=False)))
        assert said() == ["Added", "Ended"] and plan()[0] is False and "acct_post_closure" in plan()[1]

    def test_when_the_alerts_service_is_silent_the_search_says_the_same(self, house):
        on = [{"alertType": "H", "alertCode": "HA", "active": True, "expired": False}]
        take(event("received", "NEW_ADMISSION", 0), alerts=page(acct()))
        take(news(5), found={AMIR.prison_number: described(AMIR, alerts=on)}, alerts=lambda number: None)
        take(news(6), alerts=page(acct()))
        assert said() == ["Added"] and plan() == OPEN

    def test_the_key_of_one_code_may_become_another(self, house):
        take(event("received", "NEW_ADMISSION", 0), alerts=page(acct(code="HA")))
        take(news(5), alerts=page(acct(code="XA")))
        assert (said(), said(code="XA")) == (["Added", "Ended"], ["Added"])

    def test_closed_and_opened_again_it_is_open(self, house):
        take(event("received", "NEW_ADMISSION", 0), alerts=page(acct()))
        take(news(5), alerts=page())
        take(news(6), alerts=page(acct("second")))
        assert said() == ["Added", "Ended", "Added"] and plan()[0] is True


@pytest.mark.parametrize("first, then, order", [
    ([acct()], [], ["Added", "Ended"]), ([], [acct()], ["Added"]),
], ids=["ended", "opened"])  # fmt: skip
def test_a_message_that_comes_late_brings_what_is_so_now(house, first, then, order):
    """The late message is of hour 5, and the prison answers as of now: nothing ends before it began, or begins after its end."""
    take(event("received", "NEW_ADMISSION", 0), news(9), alerts=page(*first))
    take(news(5), alerts=page(*then))
    assert said() == order and plan()[0] is bool(then)


class TestWhileNobodyHoldsHim:
    def transferred(self, *meanwhile):
        """He came with an open ACCT, and is on the van; the prison then says this."""
        on, at_leeds = [acct()], {AMIR.prison_number: described(AMIR)}
        on_the_van = {AMIR.prison_number: described(AMIR, prisonId="TRN", status="INACTIVE TRN", cellLocation=None)}
        take(event("received", "NEW_ADMISSION", 0), found=at_leeds, alerts=page(*on))
        take(event("released", "TRANSFERRED", 10), found=on_the_van, alerts=page(*on))
        for place, alerts in enumerate(meanwhile):
            take(news(11 + place), found=on_the_van, alerts=page(*alerts))

    def arrived(self, *alerts):
        take(event("received", "TRANSFERRED", 20, prison="MDI"), alerts=page(*alerts),
             found={AMIR.prison_number: described(AMIR, prisonId="MDI")})  # fmt: skip

    def test_what_ended_on_the_van_is_told_on_arrival(self, house):
        self.transferred([])
        assert said() == ["Added"], "nobody may write of him just now"
        self.arrived()
        assert said("MDI") == ["Added", "Ended"] and plan("MDI")[0] is False and "acct_post_closure" in plan("MDI")[1]

    def test_the_nurse_of_the_next_prison_sees_it_on_his_plan(self, house):
        self.transferred([])
        self.arrived()
        patient = scenes.patient_of(AMIR, "MDI")
        shown = house.sign_in(Client(), "MDI mental_health_nurse").get(f"/patients/{patient.id}/").content.decode()
        assert "ACCT closed: see him after 7 days" in shown

    def test_what_goes_on_is_not_said_again(self, house):
        self.transferred([acct("second")])
        self.arrived(acct("second"))
        assert said("MDI") == ["Added"] and plan("MDI") == (True, {"acct_first_review"})

    def test_who_left_for_good_and_comes_back_with_it_begins_again(self, house):
        take(event("received", "NEW_ADMISSION", 0), event("released", "RELEASED", 5), alerts=page(acct()))
        assert plan()[0] is False
        take(event("received", "READMISSION", 20), alerts=page(acct()))
        assert said() == ["Added", "Added"] and plan() == OPEN


class TestJoinedNumbers:
    def test_take_along_what_is_on_and_nothing_is_on_twice(self, house):
        take(event("received", "NEW_ADMISSION", 0, GONE), found=BOTH, alerts=page(acct()))
        take(joined("A9917DC"), found=BOTH, alerts=page(acct("as it is called now")))
        assert said() == ["Added"] and plan() == OPEN
        assert seen(Alert, "prisoner__prison_number", active=True) == [(AMIR.prison_number,)]

    def test_end_with_them_what_the_prison_does_not_list_any_more(self, house):
        take(event("received", "NEW_ADMISSION", 0, GONE), found=BOTH, alerts=page(acct()))
        take(joined("A9917DC"), found=BOTH, alerts=page())
        assert said() == ["Added", "Ended"] and seen(Alert, "id", active=True) == []

    def test_of_two_records_the_one_that_stays_hears_of_it_and_neither_is_told_of_an_end(self, house):
        take(event("received", "NEW_ADMISSION", 0, GONE), found=BOTH, alerts=page(acct()))
        take(event("received", "NEW_ADMISSION", 0), found=BOTH, alerts=page())
        take(joined("A9917DC"), found=BOTH, alerts=page(acct()))
        assert said() == ["Added", "Added"]
        with acting(FEED):
            assert Enrolment.objects.filter(pathway="acct", left_at=None).count() == 2

    def test_dates_are_those_of_the_number_that_stays_and_who_is_kept_apart_is_kept_apart(self, house):
        dated = {**BOTH, GONE.prison_number: described(GONE, conditionalReleaseDate="2027-03-01")}
        take(event("received", "NEW_ADMISSION", 0, GONE), found=dated)
        apart = emulator.message("non-associations.created", began() + 2 * HOUR, nsPrisonerNumber1=GONE.prison_number,
                                 nsPrisonerNumber2="A1234BC", id="1")  # fmt: skip
        listed = {"nonAssociations": [{"id": 1, "isOpen": True, "otherPrisonerDetails": {"prisonerNumber": "A1234BC"}}]}
        take(apart, found=dated, apart=lambda number: listed)
        take(joined("A9917DC"), found=BOTH)
        assert seen(KeyDate, "prisoner__prison_number", "certainty", superseded_at=None) == [(AMIR.prison_number, "unknown")]
        assert seen(NonAssociation, "prisoner__prison_number", open=True) == [(AMIR.prison_number,)]


def test_a_nurse_who_matches_a_second_booking_ends_nothing_that_she_can_not_see(house):
    """The ACCT is on under the number of another prison's; whoever says that both are one person sees only the booking here."""
    take(event("received", "NEW_ADMISSION", 0, GONE, prison="MDI"), alerts=page(acct()),
         found={GONE.prison_number: described(GONE, prisonId="MDI")})  # fmt: skip
    patient = scenes.patient_of(GONE, "MDI")
    with acting(house.nurse) as nurse:
        patients.receive_unbooked(family_name="Khan", given_names="A", date_of_birth=None, arrived_at=began(), by=nurse)
    take(event("received", "NEW_ADMISSION", 1))
    with acting(scenes.feed("LEI")):
        reach.open_inbound(patient.id, "LEI", since=clock.now(), due_at=clock.now())
        booking = Prisoner.objects.get(prison_number=AMIR.prison_number)
    with acting(house.nurse) as nurse:
        patients.match_booking(patient=patient, prisoner=booking, at=clock.now(), by=nurse)
    assert said("MDI") == ["Added"] and plan("MDI")[0] is True


def test_an_arrival_reads_the_trail_once_however_much_the_prison_says(house):
    many = [acct(code, code=code) for code in ("HA", "XA", "XEL", "XVL", "HC", "PEEP")]
    assert (asked_of(AMIR), asked_of(DANNY, *many)) == (1, 1)


def asked_of(man, *alerts):
    """How often the trail is read for an arrival at the next prison, by what is on."""
    found = {man.prison_number: described(man)}
    take(event("received", "NEW_ADMISSION", 0, man), event("released", "TRANSFERRED", 5, man), found=found, alerts=page(*alerts))
    with CaptureQueriesContext(connection) as captured:
        take(event("received", "TRANSFERRED", 9, man, prison="MDI"), alerts=page(*alerts),
             found={man.prison_number: described(man, prisonId="MDI")})  # fmt: skip
    return sum("KeyDateChanged" in one["sql"] and one["sql"].startswith("SELECT") for one in captured.captured_queries)
