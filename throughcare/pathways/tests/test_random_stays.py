"""Random stays: whatever a plan says of one, a second opinion that was written another way says the same."""

import random
from datetime import date, datetime, time

import pytest

from throughcare.core.clock import LONDON
from throughcare.pathways.rules.telling import ALREADY_OPEN, CHANGED, NO_DAY, NOT_ON_SITE, PASSED, STILL_HOLDS, tell
from throughcare.pathways.tests import stays
from throughcare.pathways.tests.independent import CORRECTED, Opinion

EARLY = {"on_site": ("chest_xray",), "lock_up": time(18, 30), "evening_ends": time(20), "lock_up_on": {"friday": time(17, 15)}}
CALENDARS = stays.calendars(stays.regime("MDI", date(2026, 3, 28), **EARLY))  # from the middle of some stays on
BOTH = stays.definitions()
ARRIVED, LEFT = "patients.PatientArrived", "patients.PatientLeft"
FOR_EVER = datetime.max.replace(tzinfo=LONDON)


def compared(plan):
    return sorted(
        (item.key, item.anchor, item.status, item.evidence, item.because, item.ended_at, item.establishment, item.joined,
         item.due_at if item.status == "open" or item.due_at else None, item.paused_since, item.claim.by if item.claim else "",
         item.noted, item.anchored_at)
        for item in plan.items
    )  # fmt: skip


def opined(happenings):
    found = Opinion(happenings, stays.STEPS, CALENDARS).all()
    return sorted(
        (one.step, one.anchor, one.status, one.evidence, one.because, one.ended_at, one.place, tuple(one.joined), one.due_at,
         one.stands_still, one.holder, one.noted, one.since)
        for one in found
    )  # fmt: skip


def whole(plan):
    """L11 as one question: every start has its item or a reason, every item its start, no step two open items."""
    made = [(start.step.id, start.anchor) for start in plan.starts if not start.because]
    assert sorted(made) == sorted((item.key, item.anchor) for item in plan.items)
    joined = {(item.key, anchor) for item in plan.items for anchor in item.joined}
    assert {(start.step.id, start.anchor) for start in plan.starts if start.because == ALREADY_OPEN} == joined
    opened = [item.key for item in plan.items if item.status == "open"]
    assert len(opened) == len(set(opened))
    on = [stay.key for stay in plan.stays if stay.left_at is None]
    assert len(on) == len(set(on))


def stood_down_of(item, story):
    """Whether one alert of several starts was put right before the task ended."""
    alerts = [one for one in story if one.name == stays.RAISED and one.anchor in item.starts]
    return bool(item.joined) and any(
        one.name == stays.STOOD_DOWN and one.at < (item.ended_at or FOR_EVER)
        and any(one.at > start.at and one.told.items() >= start.told.items() for start in alerts)
        for one in story
    )  # fmt: skip


@pytest.mark.parametrize("block", range(20))
def test_a_thousand_random_stays_miss_double_and_orphan_nothing(block):
    for seed in range(block * 50, block * 50 + 50):
        chance = random.Random(seed)
        story = stays.Stay(chance).live(chance.randint(10, 45))
        plan = tell(stays.told_badly(story, chance), BOTH, CALENDARS)
        assert compared(plan) == opined(story), seed
        whole(plan)


def test_the_random_stays_meet_everything_that_can_happen():
    seen = dict.fromkeys(["done", "cancelled", "paused", "joined", "moved", "claimed", "noted", "accepted", "next", "aside",
                          "taken up", "done aside", "died aside", "put right", "told several",
                          "stood down", "outlasted", "by a day", "no day", "passed", "still holds",
                          "not on site"], 0)  # fmt: skip
    for seed in range(300):
        chance = random.Random(seed)
        story = stays.Stay(chance).live(30)
        plan = tell(story, BOTH, CALENDARS)
        gone = [
            (one.at, next((two.at for two in story if two.name == ARRIVED and two.at > one.at), FOR_EVER)) for one in story
            if one.name == LEFT and one.told["kind"] in ("released", "hospital")
        ]  # fmt: skip
        died = min((one.at for one in story if one.name == "patients.PatientDied"), default=FOR_EVER)
        seen["put right"] += plan != tell([one for one in story if one.name != CORRECTED], BOTH, CALENDARS)
        for start in plan.starts:
            seen["passed"] += start.because == PASSED
            seen["still holds"] += start.because == STILL_HOLDS
            seen["not on site"] += start.because == NOT_ON_SITE
        seen["told several"] += any(len(one.told.get("results", ())) > 1 for one in story)
        for item in plan.items:
            seen["done"] += item.status == "done"
            seen["cancelled"] += item.status == "cancelled"
            seen["paused"] += item.paused_since is not None
            seen["joined"] += bool(item.joined)
            seen["claimed"] += item.claim is not None
            seen["noted"] += bool(item.noted)
            seen["stood down"] += item.because == CHANGED and bool(item.joined)
            seen["outlasted"] += item.because != CHANGED and stood_down_of(item, story)
            seen["by a day"] += bool(item.step.counts_from)
            seen["no day"] += item.because == NO_DAY
            seen["next"] += item.key in ("next", "last")
            if item.step.on_leaving == "resume":
                over = item.ended_at or FOR_EVER
                seen["aside"] += item.because.startswith("Left:")
                seen["taken up"] += any(item.anchored_at < out and back < over for out, back in gone)
                seen["done aside"] += item.status == "done" and any(out < over < back for out, back in gone)
                seen["died aside"] += item.because.startswith("Left:") and item.anchored_at < died < FOR_EVER
            seen["accepted"] += item.key == "able" and item.status == "done" and item.ended_at != item.anchored_at
        seen["moved"] += len({item.establishment for item in plan.items}) > 1
    assert min(seen.values()) > 10, seen
