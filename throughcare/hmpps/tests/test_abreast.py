"""A long file taken by several processes: everybody's messages in their order, and the same record as from one."""

import json
from datetime import timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.custody.models import BedStay, Movement
from throughcare.demo import emulator, people
from throughcare.hmpps import abreast, actions
from throughcare.hmpps.abreast import shares

NUMBERS = [f"A{number:04d}AA" for number in range(6)]
TYPE = "prisoner-offender-search.prisoner.released"
MERGED = "prison-offender-events.prisoner.merged"
SERIAL = count()


def moved(number):
    """A message about one person; no two are alike."""
    told = {"nomsNumber": number, "reason": "RELEASED", "prisonId": "LEI", "serial": next(SERIAL)}
    return json.dumps({"eventType": TYPE, "occurredAt": "2026-11-20T10:00:00Z", "additionalInformation": told})


def merged(number, removed):
    told = {"nomsNumber": number, "removedNomsNumber": removed, "reason": "MERGE", "serial": next(SERIAL)}
    return json.dumps({"eventType": MERGED, "occurredAt": "2026-11-20T10:00:00Z", "additionalInformation": told})


TWO = st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=2, unique=True)
LINES = st.lists(st.one_of(st.sampled_from(NUMBERS).map(moved), TWO.map(lambda two: merged(*two)), st.just("{")), max_size=30)


@given(LINES, st.integers(1, 4))
def test_nothing_is_lost_and_nothing_comes_twice(lines, many):
    parts = shares(lines, many)
    assert len(parts) == many and sorted(line for part in parts for line in part) == sorted(lines)


@given(LINES, st.integers(1, 4))
def test_what_is_about_one_person_is_in_one_part_and_in_its_order(lines, many):
    parts = shares(lines, many)
    for number in NUMBERS:
        about = [line for line in lines if number in line]
        found = [[line for line in part if number in line] for part in parts]
        assert [part for part in found if part] == ([about] if about else [])


def test_people_who_have_nothing_to_do_with_each_other_are_shared_out():
    lines = [moved(number) for number in NUMBERS for _ in range(5)]
    assert [len(part) for part in shares(lines, 2)] == [15, 15]


def line(man, kind, reason, hours):
    at = clock.now().replace(microsecond=0) - timedelta(hours=hours)
    return emulator.event(man, kind=kind, reason=reason, at=at)


def test_two_processes_leave_the_record_that_one_leaves(committing_db, house):
    men = (people.AMIR, people.DANNY, people.JOE)
    lines = [
        *(line(man, "received", "NEW_ADMISSION", 9) for man in men), "{",
        *(line(man, "released", "SENT_TO_COURT", 5) for man in men),
        line(people.DANNY, "received", "RETURN_FROM_COURT", 1),
    ]  # fmt: skip
    assert abreast.take_lines(lines, workers=2, search=emulator.PRISON).words == "7 taken, 0 repeated, 1 parked."
    assert actions.take_lines(lines, search=emulator.PRISON).words == "0 taken, 8 repeated, 0 parked."
    with acting(scenes.feed("LEI")):
        assert Movement.objects.exclude(kind="bed").count() == 7
        out = BedStay.objects.open().values_list("prisoner__prison_number", "out")
        assert dict(out) == {
            people.AMIR.prison_number: True,
            people.DANNY.prison_number: False,
            people.JOE.prison_number: True,
        }
