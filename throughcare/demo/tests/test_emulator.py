"""What stands in for the prison service: its shapes as our door reads them, and the van that comes once an evening."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.custody.models import Alert, BedStay, ExpectedArrival, Movement, NonAssociation
from throughcare.demo import emulator, people
from throughcare.demo import tasks as demo
from throughcare.hmpps import answers, translate
from throughcare.patients.models import Patient

AT = datetime(2026, 3, 2, 20, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
RESIDENTS = people.residents()


class TestAnEvent:
    @pytest.mark.parametrize("kind, reason", [
        ("received", "NEW_ADMISSION"), ("received", "RETURN_FROM_COURT"), ("released", "RELEASED"), ("released", "TRANSFERRED"),
    ])  # fmt: skip
    def test_is_read_by_our_door_as_it_was_said(self, kind, reason):
        read = translate.event(emulator.event(people.AMIR, kind=kind, reason=reason, at=AT, prison="MDI"))
        assert (read.does, read.reason, read.establishment, read.at) == (kind, reason, "MDI", AT)
        assert (read.prison_number, read.why_not) == (people.AMIR.prison_number, "")

    def test_of_one_movement_has_one_id_and_of_another_another(self):
        def said(**more):
            return translate.event(
                emulator.event(people.AMIR, **{"kind": "received", "reason": "NEW_ADMISSION", "at": AT, **more})
            )

        assert said().message_id == said().message_id
        others = [{"at": AT + HOUR}, {"kind": "released", "reason": "RELEASED"}]
        assert len({said(**more).message_id for more in ({}, *others)}) == 3

    def test_stands_in_an_envelope_as_a_queue_delivers_it(self):
        envelope = json.loads(emulator.event(people.AMIR, kind="received", reason="NEW_ADMISSION", at=AT))
        inner = json.loads(envelope["Message"])
        assert envelope["Type"] == "Notification" and envelope["TopicArn"].endswith("domain-events")
        assert envelope["MessageAttributes"]["eventType"]["Value"] == inner["eventType"]
        assert inner["personReference"]["identifiers"] == [{"type": "NOMS", "value": people.AMIR.prison_number}]
        assert inner["publishedAt"] > inner["occurredAt"]

    def test_without_an_envelope_has_a_number_only_where_one_is_named(self):
        bare = json.loads(emulator.message("person.alert.created", AT, number="A4711KH", alertCode="HA"))
        assert bare["additionalInformation"] == {"alertCode": "HA"}
        assert bare["personReference"]["identifiers"] == [{"type": "NOMS", "value": "A4711KH"}]
        assert json.loads(emulator.message("x", AT))["personReference"]["identifiers"] == []


class TestTheSearch:
    @pytest.mark.parametrize("man", [*people.VAN, *RESIDENTS], ids=lambda man: man.prison_number)
    def test_describes_each_of_the_cast_as_our_door_reads_a_person(self, man):
        read = translate.person(emulator.prisoner(man.prison_number))
        assert (read.prison_number, read.date_of_birth, read.legal_status) == (man.prison_number, man.born, man.legal_status)
        assert (read.family_name.lower(), read.given_names.lower()) == (man.family_name.lower(), man.given_names.lower())
        assert bool(read.interpreter_language) == bool(man.language)

    def test_knows_nobody_else(self):
        assert emulator.prisoner("A0000AA") is None

    def test_says_the_cell_of_who_lives_here_and_reception_of_who_comes(self):
        assert emulator.prisoner(RESIDENTS[0].prison_number)["cellLocation"] == emulator.cell(0)
        assert emulator.prisoner(people.AMIR.prison_number)["cellLocation"] == "RECP"


class TestWhatElseItSays:
    def test_an_alert_has_one_key_whenever_it_is_asked(self):
        number = RESIDENTS[5].prison_number
        first, second = (emulator.alerts(number)["content"] for _ in range(2))
        assert [one["alertUuid"] for one in first] == [one["alertUuid"] for one in second] and len(first) == 2

    def test_two_to_keep_apart_name_each_other_under_one_reference(self):
        one, other = RESIDENTS[5].prison_number, RESIDENTS[21].prison_number
        (first,), others = answers.apart(emulator.apart(one)), answers.apart(emulator.apart(other))
        (second,) = [row for row in others if row.other_number == one]
        assert (first.other_number, first.reference) == (other, second.reference)

    def test_of_a_stranger_it_lists_nothing(self):
        assert emulator.alerts("A0000AA")["content"] == [] and emulator.apart("A0000AA")["nonAssociations"] == []


@pytest.fixture
def prison(house):
    """The reference data and staff; nobody has come yet."""
    return house


def arrived():
    with acting(scenes.feed("LEI")):
        rows = Movement.objects.filter(kind="received").order_by("happened_at").select_related("prisoner")
        return [(row.prisoner.prison_number, row.happened_at) for row in rows]


class TestTheVan:
    def test_is_on_tonights_list_with_everybody_who_is_booked(self, prison):
        due = clock.now() + HOUR
        emulator.expect_van(due)
        with acting(scenes.feed("LEI")):
            listed = {row.prisoner.prison_number: row for row in ExpectedArrival.objects.select_related("prisoner")}
        assert set(listed) == {man.prison_number for man in people.BOOKED}
        assert listed[people.COLIN.prison_number].came_from == "Leeds Crown Court"
        assert {row.due_at for row in listed.values()} == {due}

    def test_brings_the_booked_men_one_after_another_and_nobody_else(self, prison, evening):
        assert emulator.send_van(at=evening) == f"The van is in: {len(people.BOOKED)} men booked. One more man has no booking."
        came = arrived()
        assert [number for number, _ in came] == [man.prison_number for man in reversed(people.BOOKED)][::-1]
        assert came[-1][1] == evening and len({at for _, at in came}) == len(came)

    def test_pressed_twice_brings_nobody_twice(self, prison, evening):
        emulator.send_van(at=evening)
        assert emulator.send_van(at=evening) == "The van is in already."
        assert len(arrived()) == len(people.BOOKED)

    @pytest.mark.parametrize("hours, is_in", [(0, True), (17, True), (19, False)])
    def test_is_in_until_the_next_day(self, prison, evening, hours, is_in):
        emulator.send_van(at=evening)
        with clock.at(evening + hours * HOUR):
            assert emulator.van_is_in() is is_in

    def test_names_who_pressed_the_button_in_the_trail(self, prison, evening):
        emulator.send_van(behalf="asha", at=evening)
        with acting(scenes.feed("LEI")):
            actors = set(Fact.objects.filter(kind="custody.MovementRecorded").values_list("actor", flat=True))
        assert len(actors) == 1 and "asha" in actors.pop()

    def test_makes_a_patient_of_each_man_with_his_own_name(self, prison, evening):
        emulator.send_van(at=evening)
        with acting(prison.nurse):
            names = set(Patient.objects.values_list("family_name", "given_names"))
        assert names == {(man.family_name, man.given_names) for man in people.BOOKED}

    def test_shows_on_the_roll_who_has_come(self, prison, evening):
        assert emulator.roll("LEI") == []
        scenes.received(people.AMIR)
        assert [row["prisonerNumber"] for row in emulator.roll("LEI")] == [people.AMIR.prison_number]
        assert emulator.roll("MDI") == []

    def test_is_not_sent_outside_the_demo_by_nobody(self, prison):
        assert demo.evening_van() == "Nothing to send." and arrived() == []
        page = prison.sign_in(Client(), "LEI reception_nurse").post("/demo/van/")
        assert page.status_code in (403, 404) and arrived() == []


class TestBesideTheVan:
    def test_alerts_and_whom_to_keep_apart_come_for_those_who_are_here(self, prison):
        for man in (RESIDENTS[5], RESIDENTS[21], RESIDENTS[1]):
            scenes.received(man)
        emulator.tell_the_rest()
        with acting(scenes.feed("LEI")):
            told = set(Alert.objects.values_list("prisoner__prison_number", "code"))
            apart = set(NonAssociation.objects.values_list("prisoner__prison_number", "other_number"))
        assert told == {(RESIDENTS[5].prison_number, "HA"), (RESIDENTS[5].prison_number, "HC")}
        assert (RESIDENTS[5].prison_number, RESIDENTS[21].prison_number) in apart
        assert (RESIDENTS[21].prison_number, RESIDENTS[5].prison_number) in apart

    def test_told_again_is_no_news(self, prison):
        scenes.received(RESIDENTS[5])
        emulator.tell_the_rest()
        with acting(scenes.feed("LEI")):
            before = Fact.objects.filter(kind="custody.AlertChanged").count()
        emulator.tell_the_rest()
        with acting(scenes.feed("LEI")):
            assert before == Fact.objects.filter(kind="custody.AlertChanged").count() == 2

    def test_a_man_in_reception_has_no_cell(self, prison):
        scenes.received(people.AMIR)
        with acting(scenes.feed("LEI")):
            assert BedStay.objects.open().get().location == "RECP"
