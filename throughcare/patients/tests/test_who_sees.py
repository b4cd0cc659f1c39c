"""Who sees somebody and who may write, through a life of movements: here, expected, at court, left for 28 days, dead. Asked of
the database as each prison's nurse, not of the rows that say so."""

from datetime import date, time, timedelta

import pytest
from django.db import Error, transaction

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.clock import on
from throughcare.custody import actions as custody
from throughcare.custody.rules import Whereabouts
from throughcare.demo import people
from throughcare.patients import actions as patients
from throughcare.patients import queries, reach
from throughcare.patients.models import AFTER_LEAVING, WHILE_INBOUND, Match, Name, Patient, Reach

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CAME, COURT, BACK = ("received", "NEW_ADMISSION"), ("released", "SENT_TO_COURT"), ("received", "RETURN_FROM_COURT")
MOVED, JOINED, FREED = ("released", "TRANSFERRED"), ("received", "TRANSFERRED"), ("released", "RELEASED")
HOSPITAL, DEAD = ("released", "RELEASED_TO_HOSPITAL"), ("released", "DIED")

# What happened, where, an hour after another; then of Leeds and of Moorland whether they read, and whether they write.
LIVES = {
    "he came in": ([(CAME, "LEI")], "writes", ""),
    "he is out at court": ([(CAME, "LEI"), (COURT, "LEI")], "writes", ""),
    "he is back from court": ([(CAME, "LEI"), (COURT, "LEI"), (BACK, "LEI")], "writes", ""),
    "he was freed": ([(CAME, "LEI"), (FREED, "LEI")], "reads", ""),
    "he is in hospital for good": ([(CAME, "LEI"), (HOSPITAL, "LEI")], "reads", ""),
    "he is on the way": ([(CAME, "LEI"), (MOVED, "LEI")], "reads", ""),
    "he is at the other prison": ([(CAME, "LEI"), (MOVED, "LEI"), (JOINED, "MDI")], "reads", "writes"),
    "nobody said that he left": ([(CAME, "LEI"), (JOINED, "MDI")], "reads", "writes"),
    "he went there and came back": (
        [(CAME, "LEI"), (MOVED, "LEI"), (JOINED, "MDI"), (MOVED, "MDI"), (JOINED, "LEI")], "writes", "reads",
    ),
    "he was freed and came again": ([(CAME, "LEI"), (FREED, "LEI"), (CAME, "LEI")], "writes", ""),
    "a prison that never held him lets him go": ([(CAME, "LEI"), (FREED, "MDI")], "writes", ""),
}  # fmt: skip


def lives(events, began, man=people.AMIR):
    for place, ((kind, reason), prison) in enumerate(events):
        scenes.moved(man, kind, reason, began + place * HOUR, prison)


def sees(house, prison, patient):
    """ "", "reads" or "writes", as the database lets a nurse of that prison."""
    with acting(house[f"{prison} reception_nurse"]) as nurse:
        if not Patient.objects.filter(id=patient).exists():
            return ""
        try:
            with transaction.atomic():
                said = {"use": "alias", "family_name": f"Zq{prison}", "given_names": "x", "source": "told"}
                patients.add_name(patient=patient, **said, at=clock.now(), by=nurse)
                transaction.set_rollback(True)
        except (Error, patients.HasLeft):
            return "reads"
        return "writes"


def key_of(man=people.AMIR):
    with acting(scenes.feed("LEI")):
        return Match.objects.get(prisoner__prison_number=man.prison_number, superseded_by=None).patient_id


class TestThroughALife:
    @pytest.mark.parametrize("events, leeds, moorland", LIVES.values(), ids=LIVES)
    def test_each_prison_sees_as_much_as_it_has_to_do_with_him(self, house, events, leeds, moorland):
        lives(events, clock.now() - 9 * HOUR)
        assert (sees(house, "LEI", key_of()), sees(house, "MDI", key_of())) == (leeds, moorland)

    @pytest.mark.parametrize("events, leeds, moorland", LIVES.values(), ids=LIVES)
    def test_told_in_the_wrong_order_the_prison_that_has_him_has_him(self, house, events, leeds, moorland):
        began = clock.now() - 9 * HOUR
        placed = [(one, began + place * HOUR) for place, one in enumerate(events)]
        for ((kind, reason), prison), moment in reversed(placed):
            scenes.moved(people.AMIR, kind, reason, moment, prison)
        held = [prison for prison, told in (("LEI", leeds), ("MDI", moorland)) if told == "writes"]
        assert [sees(house, prison, key_of()) for prison in held] == ["writes"] * len(held)

    def test_who_left_is_read_for_as_long_as_the_book_says_and_no_longer(self, house):
        left = clock.now() - AFTER_LEAVING
        lives([(CAME, "LEI")], left - 9 * HOUR)
        scenes.released(people.AMIR, left + HOUR)
        assert sees(house, "LEI", key_of()) == "reads"
        other = scenes.received(people.JOE, left - 9 * HOUR)
        scenes.released(people.JOE, left - HOUR)
        assert sees(house, "LEI", other.id) == ""

    @pytest.mark.parametrize("night", [date(2025, 3, 30), date(2025, 10, 26)], ids=["forward", "back"])
    def test_the_days_of_reading_on_are_days_of_the_clock_that_does_not_change(self, house, night):
        """Twenty-eight times twenty-four hours from either night: nobody is shut out an hour early, or sees an hour too long."""
        left = on(night, time(0, 30))
        lives([(CAME, "LEI")], left - 9 * HOUR)
        scenes.released(people.AMIR, left)
        with acting(scenes.feed("LEI")):
            rows = Reach.objects.filter(scope="establishment:LEI", kind="left").values_list("until", flat=True)
            assert list(rows) == [left + 28 * DAY]

    def test_who_died_is_read_and_written_without_an_end_where_he_died_and_nowhere_else(self, house):
        lives([(CAME, "LEI"), (DEAD, "LEI")], clock.now() - 200 * DAY)
        assert sees(house, "LEI", key_of()) == "writes" and sees(house, "MDI", key_of()) == ""


class TestExpected:
    def expects(self, due, prison="LEI", man=people.AMIR):
        with acting(scenes.feed(prison)) as feed:
            scenes.expected(man, by=feed, prison=prison, due_at=due)

    def test_the_prison_prepares_until_a_day_after_he_was_due(self, house):
        due = clock.now() + HOUR
        self.expects(due)
        with acting(scenes.feed("LEI")):
            row = Reach.objects.get()
        assert (row.kind, row.until, row.writes) == ("inbound", due + WHILE_INBOUND, True)
        assert sees(house, "LEI", key_of()) == "writes"

    def test_who_never_came_is_gone_from_sight(self, house):
        self.expects(clock.now() - WHILE_INBOUND - HOUR)
        assert sees(house, "LEI", key_of()) == ""

    def test_who_is_here_already_stays_here(self, house):
        scenes.received(people.AMIR)
        self.expects(clock.now() + HOUR)
        with acting(scenes.feed("LEI")):
            assert Reach.objects.values_list("kind", "until").get() == ("here", None)

    def test_at_two_prisons_both_prepare_and_the_one_he_comes_to_has_him(self, house):
        for prison in ("LEI", "MDI"):
            self.expects(clock.now() + HOUR, prison)
        assert [sees(house, prison, key_of()) for prison in ("LEI", "MDI")] == ["writes", "writes"]
        scenes.received(people.AMIR)
        with acting(scenes.feed("LEI")):
            assert Reach.objects.get(scope="establishment:LEI").kind == "here"


class TestTheRules:
    @pytest.mark.parametrize("reason, before, after, arrival, departure", [
        ("NEW_ADMISSION", ("", ""), ("ACTIVE IN", "LEI"), "new", ""),
        ("TRANSFERRED", ("INACTIVE TRN", ""), ("ACTIVE IN", "LEI"), "transfer", ""),
        ("RETURN_FROM_COURT", ("ACTIVE OUT", "LEI"), ("ACTIVE IN", "LEI"), "court_return", ""),
        ("", ("ACTIVE OUT", "LEI"), ("ACTIVE IN", "LEI"), "court_return", ""),
        ("RETURN_FROM_COURT", ("", ""), ("ACTIVE IN", "LEI"), "new", ""),
        ("RETURN_FROM_COURT", ("ACTIVE OUT", "MDI"), ("ACTIVE IN", "LEI"), "transfer", "released"),
        ("SENT_TO_COURT", ("ACTIVE IN", "LEI"), ("ACTIVE OUT", "LEI"), "", "court"),
        ("RELEASED", ("ACTIVE IN", "LEI"), ("INACTIVE OUT", ""), "", "released"),
        ("RELEASED", ("ACTIVE OUT", "LEI"), ("INACTIVE OUT", ""), "", "released"),
        ("RELEASED_TO_HOSPITAL", ("ACTIVE IN", "LEI"), ("INACTIVE OUT", ""), "", "hospital"),
        ("DIED", ("ACTIVE IN", "LEI"), ("INACTIVE OUT", ""), "", "died"),
        ("TRANSFERRED", ("ACTIVE IN", "LEI"), ("INACTIVE TRN", ""), "", "transfer"),
        ("", ("ACTIVE IN", "LEI"), ("ACTIVE IN", "LEI"), "", ""),
        ("NEW_ADMISSION", ("ACTIVE IN", "LEI"), ("ACTIVE IN", "LEI"), "", ""),
    ])  # fmt: skip
    def test_what_a_change_is_called(self, reason, before, after, arrival, departure):
        was, now = (Whereabouts(*one) for one in (before, after))
        assert (reach.arrival(was, now, reason), reach.departure(was, now, reason)) == (arrival, departure)


class TestTheTrail:
    def told(self, *kinds):
        with acting(scenes.feed("LEI")):
            rows = Fact.objects.filter(kind__in=[f"patients.{kind}" for kind in kinds]).order_by("happened_at", "id")
            return [(row.kind.split(".")[1], row.kept.get("kind", "")) for row in rows]

    def test_of_a_day_at_court_has_one_going_and_one_return(self, house):
        lives([(CAME, "LEI"), (COURT, "LEI"), (BACK, "LEI")], clock.now() - 9 * HOUR)
        assert self.told("PatientArrived", "PatientLeft") == [
            ("PatientArrived", "new"), ("PatientLeft", "court"), ("PatientArrived", "court_return")
        ]  # fmt: skip

    def test_of_a_cell_has_nothing(self, house):
        scenes.received(people.AMIR)
        before = self.told("PatientArrived", "PatientLeft")
        with acting(scenes.feed("LEI")):
            custody.record_movement(person=scenes.person(people.AMIR), kind="bed", reason="", establishment="LEI", at=clock.now(),
                                    message="bed-1", by="system:custody feed", location="LEI-B-2-014")  # fmt: skip
        assert self.told("PatientArrived", "PatientLeft") == before

    def test_names_nobody(self, house):
        lives([(CAME, "LEI"), (FREED, "LEI")], clock.now() - 9 * HOUR)
        with acting(scenes.feed("LEI")):
            told = Fact.objects.exclude(kind__startswith="hmpps.")  # those name the prison's message by its own key
            kept = str(list(told.values_list("kept", flat=True)))
            assert told.count() > 5
        assert "Khan" not in kept and "Amir" not in kept and people.AMIR.prison_number not in kept


class TestWhoHeIs:
    def test_one_who_comes_again_under_his_number_is_the_same_patient(self, house):
        lives([(CAME, "LEI"), (FREED, "LEI"), (CAME, "MDI")], clock.now() - 9 * HOUR)
        with acting(scenes.feed("LEI")):
            assert Match.objects.count() == 1
        assert sees(house, "MDI", key_of()) == "writes"

    def test_the_prisons_new_name_for_him_is_found_and_his_own_stays(self, house):
        scenes.received(people.AMIR)
        scenes.moved(scenes.renamed(people.AMIR, family_name="Kahn"), *COURT, clock.now())
        with acting(house.nurse):
            assert Patient.objects.get().family_name == "Khan"
            assert set(Name.objects.values_list("use", "family_name")) == {("official", "Khan"), ("alias", "Kahn")}
            assert queries.patient_of(Match.objects.get().prisoner_id) == key_of()
