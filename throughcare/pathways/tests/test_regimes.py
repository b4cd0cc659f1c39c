"""Each prison has its own hours, from a day on; what it leaves out is as the house has it."""

import re
import tomllib
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from tests.nonempty import nonempty
from throughcare.access.acting import acting
from throughcare.config.commands import doctoring
from throughcare.core import clock, rulebook
from throughcare.core.clock import local
from throughcare.core.rulebook import RulebookError, Site
from throughcare.pathways import rules
from throughcare.pathways.actions import planning
from throughcare.pathways.models import Task
from throughcare.pathways.rules import On, Pathway, Stage, Step, Window
from throughcare.pathways.rules.plan import Happening
from throughcare.pathways.tests import stays

FROM = date(2026, 4, 1)
WEDNESDAY, FRIDAY = datetime(2026, 4, 8, 12, tzinfo=UTC), datetime(2026, 4, 10, 12, tzinfo=UTC)
LEEDS = {"lock_up": time(19, 15), "lock_up_on": {"friday": time(17, 15)}}
OURS = stays.calendars(stays.regime("LEI", FROM, **LEEDS))
FILE = """
id = "{id}"
version = {version}
title = "Regime"
applies_from = {since}
review_by = 2027-12-31
{hours}

[source]
title = "Governor's notice of the core day"
"""


def lock_up(calendars, place, moment, heard=None):
    """When the doors lock on that day, as somebody there hears of it."""
    return local(calendars.of(place, clock.prison_day(heard or moment)).lock_up_or_noon(moment)).time()


def own(directory, *, id="LEI", version=1, since="2026-04-01", hours="lock_up = 19:15:00"):
    """A site's directory with one file for one prison."""
    folder = directory / "pathways" / "regimes"
    folder.mkdir(parents=True, exist_ok=True)
    text = FILE.format(id=id, version=version, since=since, hours=hours)
    (folder / f"{id}-{version}.toml").write_text(text, encoding="utf-8")
    return rulebook.using(Site(directory))


@pytest.mark.parametrize("place, moment, doors", [
    ("LEI", WEDNESDAY, time(19, 15)),
    ("LEI", FRIDAY, time(17, 15)),
    ("MDI", WEDNESDAY, time(21)),
    ("MDI", FRIDAY, time(21)),
    ("", WEDNESDAY, time(21)),
])  # fmt: skip
def test_doors_lock_when_they_lock_in_that_prison(place, moment, doors):
    assert lock_up(OURS, place, moment) == doors


def test_what_a_prison_does_not_say_is_as_the_house_has_it():
    ours, house = OURS.of("LEI", FROM), OURS.of("", FROM)
    assert (ours.bank_holidays, ours.noon, ours.evening_ends) == (house.bank_holidays, house.noon, house.evening_ends)
    assert ours.lock_up != house.lock_up


def test_hours_hold_from_their_day_on_and_what_was_heard_before_stays():
    assert lock_up(OURS, "LEI", WEDNESDAY, heard=datetime(2026, 3, 31, 12, tzinfo=UTC)) == time(21)
    later = stays.calendars(stays.regime("LEI", FROM, **LEEDS), stays.regime("LEI", date(2026, 4, 9), 2, lock_up=time(18)))
    assert lock_up(later, "LEI", WEDNESDAY) == time(19, 15)
    assert lock_up(later, "LEI", FRIDAY) == time(18), "the next version says all of its hours anew"


def tonight():
    """A pathway with one step that is due at lock-up, from the arrival on."""
    step = Step(
        "tonight", "Seen before the doors lock", "all", Window(at="lock_up"), "nurse", (On("record.EncounterRecorded"),),
        "travel", "test", "test", "evening", 1, starts_on=(On("patients.PatientArrived"),),
    )  # fmt: skip
    return Pathway("evening", 1, "Evening", "", ("primary_care",), (), (), (Stage("all", "All of it", 0),), (step,))


def came(number, place, at, heard=None):
    id = f"00000000-0000-7000-8000-{number:012d}"
    return Happening(at, heard or at, id, "patients.PatientArrived", f"a{number}", {"kind": "new"}, place)


DEFINITIONS = rules.Definitions([(date(2026, 1, 1), tonight())])


@pytest.mark.parametrize("place, doors", [("LEI", time(17, 15)), ("MDI", time(21))])
def test_what_is_due_at_lock_up_is_due_at_the_lock_up_of_the_prison_that_holds_him(place, doors):
    (item,) = rules.tell([came(1, place, FRIDAY)], DEFINITIONS, OURS).items
    assert local(item.due_at).time() == doors


def test_a_plan_told_again_after_the_hours_changed_has_the_times_it_had():
    before = datetime(2026, 3, 30, 12, tzinfo=UTC)
    (item,) = rules.tell([came(1, "LEI", before)], DEFINITIONS, stays.calendars()).items
    (again,) = rules.tell([came(1, "LEI", before)], DEFINITIONS, OURS).items
    assert again.due_at == item.due_at


def test_a_sites_file_is_read_for_its_prison_and_for_no_other(tmp_path):
    day = date(2026, 4, 8)
    with own(tmp_path):
        assert rules.calendars().of("LEI", day).lock_up == time(19, 15)
        assert rules.calendars().of("MDI", day).lock_up == time(21)
    assert rules.calendars().of("LEI", day).lock_up == time(21), "the other site's hours are forgotten with it"


@pytest.mark.parametrize("hours, why", [
    ("lock_upp = 19:15:00", "'lock_upp' is not known"),
    ("lock_up = 19", "a time such as 08:00:00 is expected"),
    ("lock_up_on = { friyay = 17:15:00 }", "lock_up_on names friyay, which is no weekday"),
    ("bank_holidays = [2026-01-01]", "'bank_holidays' is not known"),
])  # fmt: skip
def test_a_mistake_stops_the_start_and_says_where(tmp_path, hours, why):
    with own(tmp_path, hours=hours), pytest.raises(RulebookError, match=rf"LEI-1.toml: .*{why}"):
        rules.calendars()


@pytest.fixture
def at_the_doctor(house):
    def regimes():
        (check,) = [look() for look in doctoring.LOOKS if look.__name__ == "_regimes"]
        return check.state, check.said

    return regimes


def test_hours_for_a_prison_that_is_not_there_are_no_silence(at_the_doctor, tmp_path):
    with own(tmp_path, id="LIE"):
        state, said = at_the_doctor()
    assert state == "red" and "LIE" in said
    with own(tmp_path / "other"):
        assert at_the_doctor() == ("good", "1 prisons have hours of their own")


def test_in_the_database_too_the_prison_that_receives_somebody_says_when_its_doors_lock(man, nurse, tmp_path):
    """The whole way: the plan that is stored has the hours of the site."""
    hours = "evening_ends = 23:59:00\nlate_minutes = 300"  # one of the two says when, whatever the hour
    with acting(nurse):
        before = dues(man)
        with own(tmp_path, since="2026-01-01", hours=hours):
            planning.replan(patient=man.id)
            assert nonempty(before) != dues(man)
        planning.replan(patient=man.id)
        assert before == dues(man)


def dues(man):
    return dict(Task.objects.filter(patient=man.id).values_list("clock", "due_at"))


def test_the_file_of_the_how_to_is_one():
    page = (Path(__file__).parents[3] / "docs/how-to/give-a-prison-its-own-hours.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    made = rules.build_regime(tomllib.loads(block))
    assert (made.lock_up, made.lock_up_on["friday"], made.on_site) == (time(19, 15), time(17, 15), ("chest_xray",))
