"""A day of the feed in any order, with repeats, late: the mirror is the same. Then what is no movement."""

import json
import random
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.custody.models import Alert, BedStay, CustodyPeriod, KeyDate, Movement, Prisoner, Sight
from throughcare.demo import emulator
from throughcare.hmpps import queries
from throughcare.hmpps.models import FeedMessage
from throughcare.hmpps.tests.told import AMIR, DANNY, FEED, HOUR, began, described, event, seen, take, updated

WHO = "prisoner__prison_number"


def mirror():
    """Everything that is believed of anybody, without keys and moments of writing."""
    return {
        "stays": seen(BedStay, WHO, "establishment", "location", "since", "until", "out", superseded_at=None),
        "periods": seen(CustodyPeriod, WHO, "since", "until", superseded_at=None),
        "sights": seen(Sight, WHO, "scope", "until", "writes"),
        "alerts": seen(Alert, "code", "active"), "dates": seen(KeyDate, "kind", "date", "certainty", superseded_at=None),
    }  # fmt: skip


def a_day(now):
    """What the prison said of two men, and how the prison's systems describe them in the evening."""
    with clock.at(now):
        lines = [
            event("received", "NEW_ADMISSION", 0), event("received", "NEW_ADMISSION", 1, DANNY), updated(2, "LOCATION"),
            event("released", "SENT_TO_COURT", 10), event("received", "RETURN_FROM_COURT", 18),
            event("released", "TEMPORARY_ABSENCE_RELEASE", 19, DANNY), event("released", "TRANSFERRED", 20),
            event("received", "TRANSFERRED", 24, prison="MDI"), updated(25, "LOCATION", "ALERTS"), updated(26, "SENTENCE"),
            event("received", "TEMPORARY_ABSENCE_RETURN", 27, DANNY), event("released", "RELEASED", 30, DANNY),
        ]  # fmt: skip
    found = {
        AMIR.prison_number: described(AMIR, prisonId="MDI", cellLocation="A-1-001", conditionalReleaseDate="2027-03-01",
                                      alerts=[{"alertType": "H", "alertCode": "HA", "active": True, "expired": False}]),
        DANNY.prison_number: described(DANNY, status="INACTIVE OUT", prisonId="OUT", cellLocation=None),
    }  # fmt: skip
    return lines, found


NOON = datetime(2026, 3, 2, 12, tzinfo=clock.LONDON)


@pytest.fixture(scope="module")
def in_order():
    return {}


@settings(max_examples=12)
@given(chance=some.randoms(use_true_random=False))
def test_any_order_repeats_and_lateness_give_the_same_mirror(house, in_order, chance):
    from django.db import transaction

    lines, found = a_day(NOON)
    told = [*lines, *chance.sample(lines, 4)]
    chance.shuffle(told)
    with clock.at(NOON), transaction.atomic():
        if not in_order:
            with transaction.atomic():
                assert take(*lines, found=found).parked == 0
                in_order.update(mirror())
                transaction.set_rollback(True)
        tally = take(*told, found=found)
        assert tally.parked == 0 and (mirror() == in_order)
        transaction.set_rollback(True)


def test_the_day_in_order_ends_where_the_men_are(house):
    lines, found = a_day(NOON)
    with clock.at(NOON):
        take(*lines, found=found)
        assert seen(BedStay, "establishment", "location", "until", until=None, superseded_at=None) == [
            ("MDI", "MDI-A-1-001", None)
        ]
        assert seen(Alert, "code") == [("HA",)]
        assert ("release", "likely") in seen(KeyDate, "kind", "certainty", superseded_at=None)


@pytest.mark.parametrize("seed", range(3))
def test_asked_while_it_happens_or_when_it_is_over_everybody_is_in_the_same_place(house, seed):
    """The search answers as of now: told late, cells on the way are not known any more, but where he is, is."""
    cells = ["B-1-001", "B-1-002", "C-2-003"]
    lines = [event("received", "NEW_ADMISSION", 0), updated(2, "LOCATION"), updated(4, "LOCATION")]
    late = list(zip(lines, cells, strict=True))
    if seed:
        random.Random(seed).shuffle(late)
    for said, cell in late:
        take(said, found={AMIR.prison_number: described(AMIR, cellLocation=cells[-1] if seed else cell)})
    ((place, location),) = seen(BedStay, "establishment", "location", until=None, superseded_at=None)
    assert (place, location) == ("LEI", "LEI-C-2-003")


def test_a_cell_that_no_message_told_of_is_taken_over_with_the_next_one(house):
    take(event("received", "NEW_ADMISSION", 0))
    take(updated(9, "PERSONAL_DETAILS"), found={AMIR.prison_number: described(AMIR, cellLocation="C-2-003")})
    assert seen(BedStay, "location", until=None, superseded_at=None) == [("LEI-C-2-003",)]


@pytest.mark.parametrize("cell, out, location", [
    ("COURT", True, "LEI-B-2-014"), ("TAP", True, "LEI-B-2-014"), ("CSWAP", False, "CSWAP"), ("RECP", False, "RECP"),
])  # fmt: skip
def test_words_that_stand_where_a_cell_would(house, cell, out, location):
    take(event("received", "NEW_ADMISSION", 0))
    take(updated(3, "LOCATION"), found={AMIR.prison_number: described(AMIR, cellLocation=cell)})
    assert seen(BedStay, "out", "location", until=None, superseded_at=None) == [(out, location)]
    take(updated(5, "LOCATION"))
    assert seen(BedStay, "out", "location", until=None, superseded_at=None) == [(False, "LEI-B-2-014")]


def test_one_man_in_two_prisons_at_the_same_moment_is_in_one(house):
    take(event("received", "NEW_ADMISSION", 0), event("received", "NEW_ADMISSION", 0, prison="MDI"))
    assert len(seen(BedStay, "establishment", until=None, superseded_at=None)) == 1


def test_the_hour_that_comes_twice(house):
    """Out at half past one in summer time, back at half past one in winter time: an hour later, not at once."""
    night = datetime(2026, 10, 25, 1, 30, tzinfo=clock.LONDON)
    with clock.at(night + 6 * HOUR):
        first, second = night.replace(fold=0).isoformat(), night.replace(fold=1).isoformat()
        take(event("received", "NEW_ADMISSION", 0))
        for kind, reason, moment in [("received", "RETURN_FROM_COURT", second), ("released", "SENT_TO_COURT", first)]:
            said = json.loads(json.loads(emulator.event(AMIR, kind=kind, reason=reason, at=night))["Message"])
            take(json.dumps(said | {"occurredAt": moment}))
        assert seen(BedStay, "out", until=None, superseded_at=None) == [(False,)]
        moments = [at for (at,) in seen(Movement, "happened_at", kind="released")] + [
            at for (at,) in seen(Movement, "happened_at", reason="RETURN_FROM_COURT")
        ]  # fmt: skip
        assert moments[1] - moments[0] == HOUR


class TestAMessageThatIsNothingToUs:
    def test_is_counted_and_not_kept(self, house):
        said = emulator.message("person.case-note.created", began(), number=AMIR.prison_number, caseNoteUuid="x", type="secret")
        assert take(said, said).not_taken == 1
        with acting(FEED):
            row = FeedMessage.objects.get()
        assert (row.status, row.body, row.event_type) == ("not taken", "", "person.case-note.created")
        with acting(house["LEI administrator"]):
            (counted,) = queries.not_taken()
        assert counted.count == 1 and "case notes" in counted.reason

    def test_may_be_an_update_of_nothing_we_read(self, house):
        take(event("received", "NEW_ADMISSION", 0))
        assert take(updated(3, "INCENTIVE_LEVEL")).not_taken == 1

    def test_may_be_about_somebody_who_never_came(self, house):
        assert take(updated(3, "ALERTS")).not_taken == 1
        assert seen(Prisoner, "id") == []

    def test_may_be_a_court_seen_by_video(self, house):
        take(event("received", "NEW_ADMISSION", 0))
        said = json.loads(json.loads(event("released", "SENT_TO_COURT", 5))["Message"])
        said["additionalInformation"]["nomisMovementReasonCode"] = "VL"
        assert take(json.dumps(said)).not_taken == 1
        assert seen(BedStay, "out", until=None, superseded_at=None) == [(False,)]


def test_a_death_that_only_the_search_knows(house):
    take(event("received", "NEW_ADMISSION", 0))
    dead = described(AMIR, status="INACTIVE OUT", lastMovementTypeCode="REL", lastMovementReasonCode="DEC", prisonId="OUT")
    take(event("released", "RELEASED", 9), found={AMIR.prison_number: dead})
    assert seen(Movement, "reason", kind="released") == [("DIED",)]


def test_an_old_release_is_no_death_because_he_died_later(house):
    take(event("received", "NEW_ADMISSION", 0), event("received", "READMISSION", 20))
    dead = described(AMIR, status="INACTIVE OUT", lastMovementTypeCode="REL", lastMovementReasonCode="DEC", prisonId="OUT")
    take(event("released", "RELEASED", 9), found={AMIR.prison_number: dead})
    assert seen(Movement, "reason", kind="released") == [("RELEASED",)]
