"""Movements as they are written: the mirror follows the story, in whatever order it is told, all or nothing."""

import random
from datetime import timedelta

import pytest
from django.db import connection

from tests import scenes
from tests.failing import Broken, break_at
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.custody import actions as custody
from throughcare.custody.models import BedStay, CustodyPeriod, Movement, Prisoner, Sight
from throughcare.demo import people
from throughcare.patients.models import Match, Patient, Reach
from throughcare.screening.models import Screen

HOUR = timedelta(hours=1)
# Kind, reason, prison, hours after the first.
LIFE = [
    ("received", "NEW_ADMISSION", "LEI", 0),
    ("released", "SENT_TO_COURT", "LEI", 10),
    ("received", "RETURN_FROM_COURT", "LEI", 20),
    ("released", "TRANSFERRED", "LEI", 30),
    ("received", "TRANSFERRED", "MDI", 34),
    ("released", "RELEASED", "MDI", 50),
    ("received", "READMISSION", "LEI", 60),
]
TABLES = (Prisoner, Sight, Movement, CustodyPeriod, BedStay, Patient, Reach, Match, Screen, Fact)


def tell(kind, reason, prison, hours):
    began = clock.now().replace(microsecond=0) - 100 * HOUR
    return scenes.moved(people.AMIR, kind, reason, began + hours * HOUR, prison)


def mirror():
    """What we now believe, as plain values, seen across both prisons."""
    began = Movement.objects.order_by("happened_at").first().happened_at
    spans = [*BedStay.objects.current(), *CustodyPeriod.objects.current()]
    return sorted(
        (type(row).__name__, getattr(row, "establishment_id", ""), row.since - began, row.until and row.until - began)
        for row in spans
    )


EXPECTED = [
    ("BedStay", "LEI", 0 * HOUR, 30 * HOUR), ("BedStay", "LEI", 60 * HOUR, None), ("BedStay", "MDI", 34 * HOUR, 50 * HOUR),
    ("CustodyPeriod", "", 0 * HOUR, 50 * HOUR), ("CustodyPeriod", "", 60 * HOUR, None),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_the_mirror_is_the_same_in_whatever_order_it_is_told(house, seed):
    chance = random.Random(seed)
    told = LIFE + chance.sample(LIFE, 3)
    if seed:
        chance.shuffle(told)
    with clock.at(clock.now()):
        for one in told:
            assert tell(*one).parked == 0
        with acting(scenes.feed("LEI")):
            assert mirror() == EXPECTED
            assert Movement.objects.count() == len(LIFE)


def test_the_same_message_in_another_envelope_opens_nothing_again(house):
    """A prison that he has left must not see him again because an old message is sent once more."""
    began = clock.now() - 3 * HOUR
    scenes.received(people.AMIR, began)
    scenes.released(people.AMIR, began + HOUR)
    with acting(scenes.feed("LEI")):
        before = list(Sight.objects.order_by("id").values_list("scope", "until", "writes"))
        moved = Movement.objects.get(kind="received")
        said = scenes.person(people.AMIR)
        assert custody.record_movement(
            person=said, kind="received", reason=moved.reason, establishment="LEI", at=moved.happened_at,
            message=moved.message, by="system:feed",
        ) is None  # fmt: skip
        assert list(Sight.objects.order_by("id").values_list("scope", "until", "writes")) == before


def sight_of(prison):
    with acting(scenes.feed(prison)):
        return Sight.objects.get(scope=f"establishment:{prison}").until


class TestHowLongAPrisonSeesABooking:
    def test_without_an_end_while_it_holds_him(self, house):
        scenes.received(people.AMIR)
        assert sight_of("LEI") is None
        scenes.released(people.AMIR, reason="SENT_TO_COURT")
        assert sight_of("LEI") is None

    def test_for_28_days_after_he_left(self, house):
        scenes.received(people.AMIR)
        left = clock.now().replace(microsecond=0)
        scenes.released(people.AMIR, left)
        assert sight_of("LEI") == left + timedelta(days=28)

    def test_until_a_day_after_he_was_expected(self, house):
        due = clock.now() + HOUR
        with acting(scenes.feed("LEI")) as feed:
            scenes.expected(people.AMIR, by=feed, due_at=due)
        assert sight_of("LEI") == due + timedelta(days=1)

    def test_for_a_while_after_a_message_about_somebody_it_never_held(self, house):
        scenes.received(people.AMIR)
        gone = clock.now().replace(microsecond=0)
        scenes.released(people.AMIR, gone, prison="MDI")
        assert sight_of("MDI") == gone + timedelta(days=28) and sight_of("LEI") is None


@pytest.mark.parametrize("wrong, refusal", [
    ({"establishment": "XXX"}, custody.UnknownPrison),
    ({"reason": "BEAMED_UP"}, custody.UnknownReason),
])  # fmt: skip
def test_what_we_do_not_know_moves_nobody(house, wrong, refusal):
    told = {"kind": "received", "reason": "NEW_ADMISSION", "establishment": "LEI", "message": "m", "by": "system:feed"} | wrong
    with acting(scenes.feed("LEI")):
        with pytest.raises(refusal):
            custody.record_movement(person=scenes.person(people.AMIR), at=clock.now(), **told)
        assert not Prisoner.objects.exists() and not Movement.objects.exists()


def test_being_expected_twice_is_one_line(house):
    due = clock.now() + HOUR
    with acting(scenes.feed("LEI")) as feed:
        lines = {scenes.expected(people.AMIR, by=feed, due_at=due).id for _ in range(3)}
        assert len(lines) == 1 and Fact.objects.filter(kind="custody.ArrivalExpected").count() == 1


def test_the_prison_changes_its_mind_about_a_name(house):
    scenes.received(people.AMIR)
    scenes.moved(scenes.renamed(people.AMIR, family_name="Kahn"), "released", "SENT_TO_COURT", clock.now())
    with acting(scenes.feed("LEI")):
        assert Prisoner.objects.get().family_name == "Kahn"
        assert Patient.objects.get().family_name == "Khan", "healthcare's own name is healthcare's to change"


def counts():
    return {model.__name__: model.objects.count() for model in TABLES}


def test_whichever_statement_fails_nothing_is_half_done(house):
    """Break the first statement, then the second, and so on: after each failure everything is as before."""
    with acting(scenes.feed("LEI")) as feed:
        before, broken = counts(), 0
        while True:
            try:
                with break_at(connection, broken + 1), acting(feed):
                    custody.record_movement(
                        person=scenes.person(people.AMIR), kind="received", reason="NEW_ADMISSION", establishment="LEI",
                        at=clock.now(), message="m", by=feed.id,
                    )  # fmt: skip
                break
            except Broken:
                broken += 1
                assert counts() == before, broken
        assert broken > 20 and counts() != before
