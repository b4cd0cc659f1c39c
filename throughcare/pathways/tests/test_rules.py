"""Clocks: what starts them, when they are due, what finishes them, over both clock changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.nonempty import nonempty
from throughcare.core.clock import LONDON, local
from throughcare.core.rulebook import RulebookError
from throughcare.instruments import rules as instruments
from throughcare.pathways import register, rules

DAY = date(2026, 3, 2)
DEFINITIONS = register.definitions()
REGISTER = DEFINITIONS.on(DAY)
CLOCKS = REGISTER.steps
CALENDAR = rules.calendars().of("", DAY)
BY_ID = {clock.id: clock for clock in CLOCKS}
RUNNING = [clock for clock in CLOCKS if not clock.waits]
WAITING = [clock for clock in CLOCKS if clock.waits]
MUST_RUN = {
    "first_stage_screen", "screen_rest", "ask_again", "withdrawal_prescriber", "time_critical_medicine", "dose_confirmation",
    "mh_urgent", "keyworker_named", "community_service_told", "gp_record_request", "bbv_offer", "medicines_reconciliation",
    "second_stage", "tb_review",
}  # fmt: skip
STILL_WAITING = 36  # of all the steps that are written down; may only go down


def at(words):
    return datetime.fromisoformat(words).replace(tzinfo=LONDON).astimezone(UTC)


def due(id, words):
    return f"{local(rules.due_at(BY_ID[id], at(words), CALENDAR)):%Y-%m-%d %H:%M}"


def ids(clocks):
    return {clock.id for clock in clocks}


def ended_by(fact, kept):
    return {clock.id for clock in RUNNING if clock.is_done_by(fact, kept)}


# The register


def test_the_first_weeks_clocks_run():
    assert ids(RUNNING) >= MUST_RUN


def test_no_more_clocks_wait_than_before():
    assert rules.waiting(CLOCKS) <= STILL_WAITING


def wrong(**change):
    """What is found when one step of the register is changed."""
    paths = DEFINITIONS.on(DAY).pathways
    early = next(one for one in paths if one.id == "early-days")
    steps = tuple(replace(step, **change) if step.id == "bbv_offer" else step for step in early.steps)
    others = tuple(one for one in paths if one is not early)
    return rules.problems((*others, replace(early, steps=steps)), register.known())


def test_every_step_can_run_as_written():
    assert wrong() == []


LATE = (rules.Rung("nurse_in_charge", rules.Window(hours=4)), rules.Rung("head_of_healthcare", rules.Window(hours=1)))


@pytest.mark.parametrize("change, said", [
    ({"owner_role": "wizard"}, "unknown role wizard"),
    ({"escalate": (rules.Rung("wizard", rules.Window(hours=1)),)}, "unknown role wizard"),
    ({"escalate": LATE}, "a ladder that goes backwards"),
    ({"escalate": (rules.Rung("nurse_in_charge", rules.Window(hours=-1)),)}, "a ladder that goes backwards"),
    ({"escalate": (rules.Rung("nurse_in_charge", rules.Window(at="lock_up")),)}, "a ladder that goes backwards"),
    ({"competence": "magic"}, "unknown competence magic"),
    ({"tier": 5}, "has the tier 5"),
    ({"tier": 0}, "has the tier 0"),
    ({"stage": "elsewhere"}, "which early-days does not have"),
    ({"done_by": ()}, "nothing can complete bbv_offer"),
    ({"starts_on": ()}, "bbv_offer never starts"),
    ({"on_leaving": "forget"}, "does not say what happens when the person leaves"),
    ({"pauses": ("holiday",)}, "pauses for holiday"),
    ({"starts_on": (rules.On("moon.Risen"),)}, "moon.Risen"),
    ({"done_by": (rules.On("screening.CoreDone", {"moon": "full"}),)}, "not recorded"),
    ({"after": ("bbv_offer",)}, "bbv_offer comes after itself"),
    ({"after": ("nothing_such",)}, "which does not exist"),
    ({"after": (WAITING[0].id,)}, "which waits and is never done"),
    ({"id": "second_stage"}, "the step second_stage is there twice"),
    ({"waits_for": "magic"}, "waits for magic, which is no module of the house"),
    ({"waits_for": "medicines"}, "waits for medicines and names no fact of it"),
    ({"waits_for": "medicines", "done_by": (rules.On("moon.Risen"),)}, "names moon.Risen, which no module owns"),
])  # fmt: skip
def test_a_step_that_cannot_run_is_found(change, said):
    assert any(said in one for one in wrong(**change)), wrong(**change)


def test_a_step_waits_for_a_module_that_is_not_built():
    built = register.known().modules
    assert {step.id for step in CLOCKS if step.waits_for in built} == set()


def test_a_step_after_another_in_a_ring_is_found():
    ring = {"bbv_offer": ("second_stage",), "second_stage": ("tb_screen_2",), "tb_screen_2": ("bbv_offer",)}
    early = register.pathway("early-days", 1)
    looped = replace(early, steps=tuple(replace(step, after=ring.get(step.id, ())) for step in early.steps))
    found = rules.problems([looped], register.known())
    assert sorted(one for one in found if "comes after itself" in one) == sorted(f"{id} comes after itself." for id in ring)


@pytest.mark.parametrize("change, said", [
    ({"services": ("magic",)}, "the unknown service magic"),
    ({"enters_on": (rules.On("moon.Risen"),)}, "begins or ends on moon.Risen"),
    ({"stages": (rules.Stage("late", "Late", 8), rules.Stage("early", "Early", 0))}, "stages out of order"),
])  # fmt: skip
def test_a_pathway_that_cannot_run_is_found(change, said):
    identity = register.pathway("identity", 1)
    assert any(said in one for one in rules.problems([replace(identity, **change)], register.known()))


def test_the_facts_a_file_may_name_are_those_that_modules_record():
    facts = register.known().facts
    assert facts["screening.AlertRaised"] >= {"alert", "severity", "screen"}
    assert facts["patients.PatientArrived"] == {"kind"}
    assert "audit.Fact" not in facts


@pytest.mark.parametrize(
    "row", [{"id": "x", "due": {"hours": 1, "days": 2}}, {"id": "x", "due": {"at": "teatime"}}, {"idd": "x"}]
)
def test_a_mistake_in_the_file_is_refused(row):
    with pytest.raises(RulebookError):
        rules.build({"id": "x", "version": 1, "title": "X", "steps": [row]})


def test_a_key_that_is_not_known_is_refused():
    with pytest.raises(RulebookError, match="stepps"):
        rules.build({"id": "x", "version": 1, "title": "X", "stepps": []})


def test_a_step_that_was_removed_is_missed():
    with pytest.raises(RulebookError, match="Old versions must stay"):
        register.step_of("bbv_offer", 99)


def test_every_alert_that_starts_a_clock_exists():
    known = {rule.id for entry in instruments.book() for rule in entry.value.alerts}
    named = {alert for clock in CLOCKS for one in clock.starts_on for alert in (one.where or {}).get("alert", [])}
    assert named <= known


def test_every_contact_an_alert_asks_for_finishes_a_clock_it_starts():
    alerts = [rule for entry in instruments.book() for rule in entry.value.alerts]
    for alert, kind in nonempty((rule.id, kind) for rule in alerts for kind in rule.evidence):
        if kind not in ("medicines_reconciliation",):  # owed by everybody from arrival
            started = REGISTER.started_by("screening.AlertRaised", {"alert": alert})
            assert ids(started) & ended_by("record.EncounterRecorded", {"kind": kind}), (alert, kind)


# Starting and finishing

ON_ARRIVAL = {"first_stage_screen", "bbv_offer", "medicines_reconciliation", "second_stage", "tb_screen_2", "tb_xray"}
IN_TREATMENT = {"dose_confirmation", "community_service_told", "keyworker_named", "triage_assessment"}


@pytest.mark.parametrize(
    "fact, kept, started",
    [
        ("patients.PatientArrived", {"kind": "new"}, ON_ARRIVAL),
        ("patients.PatientArrived", {"kind": "court_return"}, set()),
        ("screening.CoreDone", {"definition": "first-night"}, {"screen_rest"}),
        ("screening.CoreDone", {"definition": "second-stage"}, set()),
        ("screening.ObservedOnly", {}, {"ask_again"}),
        ("screening.QuestionsNotAsked", {}, {"ask_again_questions"}),
        ("screening.AlertRaised", {"alert": "fs_time_critical_urgent"}, {"time_critical_medicine"}),
        ("screening.AlertRaised", {"alert": "fs_in_treatment_urgent"}, IN_TREATMENT),
        ("screening.AlertRaised", {"alert": "fs_allergy_info"}, set()),
        ("screening.AlertRaised", {}, set()),
        ("nobody.KnowsThis", {"alert": "fs_sh_now_stop"}, set()),
    ],
)
def test_what_a_fact_starts(fact, kept, started):
    assert ids(REGISTER.started_by(fact, kept)) == started


@pytest.mark.parametrize(
    "fact, kept, ended",
    [
        ("screening.CoreDone", {"definition": "first-night"}, {"first_stage_screen", "ask_again"}),
        ("screening.ScreenSigned", {"definition": "first-night"}, {"first_stage_screen", "screen_rest", "ask_again"}),
        ("screening.ScreenSigned", {"definition": "triage"}, set()),
        ("screening.FormSigned", {"instrument": "second-stage"}, {"second_stage", "tb_screen_2", "ask_again_questions"}),
        ("screening.FormSigned", {"instrument": "sm-triage"}, {"triage_assessment"}),
        ("record.EncounterRecorded", {"kind": "prescriber_review"}, {"withdrawal_prescriber", "same_day_review"}),
        ("record.EncounterRecorded", {"kind": "second_stage_assessment"}, {"second_stage", "tb_screen_2", "ask_again_questions"}),
        ("record.EncounterRecorded", {"kind": "a chat"}, set()),
    ],
)
def test_what_a_fact_finishes(fact, kept, ended):
    assert ended_by(fact, kept) == ended


def test_a_clock_that_waits_never_starts():
    whole = next(pathway for pathway in REGISTER.pathways if BY_ID["screen_rest"] in pathway.steps)
    asleep = replace(whole, steps=(replace(BY_ID["screen_rest"], waits_for="medicines"),))
    assert rules.Register([asleep]).started_by("screening.CoreDone", {"definition": "first-night"}) == ()


# When it is due


@pytest.mark.parametrize(
    "id, anchor, when",
    [
        ("first_stage_screen", "2026-03-02 18:20", "2026-03-02 22:00"),
        ("first_stage_screen", "2026-03-02 21:45", "2026-03-02 22:45"),  # late: an hour all the same
        ("first_stage_screen", "2026-03-03 00:30", "2026-03-03 01:30"),  # still Monday's night
        ("first_stage_screen", "2026-03-03 05:00", "2026-03-03 22:00"),
        ("screen_rest", "2026-03-02 18:52", "2026-03-02 21:00"),
        ("screen_rest", "2026-03-02 20:30", "2026-03-02 21:00"),
        ("screen_rest", "2026-03-02 20:52", "2026-03-03 12:00"),  # too late before lock-up: by noon
        ("screen_rest", "2026-03-03 01:00", "2026-03-03 12:00"),
        ("ask_again", "2026-03-02 23:10", "2026-03-03 01:10"),
        ("ask_again", "2026-03-29 00:30", "2026-03-29 03:30"),  # two hours, though the clock jumps
        ("ask_again", "2026-10-25 00:30", "2026-10-25 01:30"),  # two hours, though the clock falls back
        ("dose_confirmation", "2026-03-06 19:00", "2026-03-07 12:00"),
        ("keyworker_named", "2026-03-05 19:00", "2026-03-06 17:00"),
        ("keyworker_named", "2026-03-06 19:00", "2026-03-09 17:00"),  # Friday to Monday
        ("keyworker_named", "2026-04-02 19:00", "2026-04-07 17:00"),  # over Easter
        ("triage_assessment", "2026-12-24 19:00", "2027-01-05 17:00"),  # over Christmas
        ("second_stage", "2026-03-02 00:01", "2026-03-09 23:59"),
        ("second_stage", "2026-03-02 23:59", "2026-03-09 23:59"),
        ("second_stage", "2026-03-25 20:00", "2026-04-01 23:59"),
        ("second_stage", "2026-10-20 20:00", "2026-10-27 23:59"),
        ("bbv_offer", "2026-03-28 20:00", "2026-03-31 21:00"),  # 72 hours elapsed, over a spring night
    ],
)
def test_when_a_clock_is_due(id, anchor, when):
    assert due(id, anchor) == when


SPRING, AUTUMN = datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)
MOMENTS = st.one_of(
    st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.tuples(st.sampled_from([SPRING, AUTUMN]), st.integers(0, 36 * 60)).map(lambda at: at[0] + timedelta(minutes=at[1])),
)


@given(st.sampled_from(CLOCKS), MOMENTS, st.integers(0, 3 * 24 * 60))
def test_a_later_start_is_never_due_sooner(clock, anchor, later):
    assert rules.due_at(clock, anchor, CALENDAR) <= rules.due_at(clock, anchor + timedelta(minutes=later), CALENDAR)


@pytest.mark.parametrize("clock", RUNNING, ids=lambda clock: clock.id)
@pytest.mark.parametrize("night", [SPRING, AUTUMN], ids=["29 March", "25 October"])
def test_no_minute_of_a_clock_change_goes_backwards(clock, night):
    moments = [rules.due_at(clock, night + timedelta(minutes=minute), CALENDAR) for minute in range(24 * 60)]
    assert moments == sorted(moments)


@given(st.sampled_from(RUNNING), MOMENTS, st.integers(0, 400))
def test_a_running_clock_is_due_after_it_starts_and_warns_before(clock, anchor, ahead):
    if clock.counts_from:
        found = rules.times_from(clock, local(anchor).date() + timedelta(days=ahead), anchor, CALENDAR)
        assert anchor <= found.opens_at < found.due_at
    else:
        found = rules.times(clock, anchor, CALENDAR)
    assert anchor < found.due_at
    assert found.warn_at <= found.due_at
    assert found.due_at.tzinfo is UTC


@pytest.mark.parametrize("minutes, how", [(0, "due"), (89, "due"), (90, "warn"), (120, "warn"), (121, "late")])
def test_how_a_clock_stands(minutes, how):
    start = at("2026-03-02 20:00")
    assert rules.standing(rules.times(BY_ID["ask_again"], start, CALENDAR), start + timedelta(minutes=minutes)) == how


# The calendar


def easter(year):
    """Easter Sunday, by the anonymous Gregorian rule."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    month, day = divmod(d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_eight_bank_holidays_a_year_and_easter_where_it_falls(year):
    holidays = [day for day in CALENDAR.bank_holidays if day.year == year]
    assert len(holidays) == 8
    assert all(day.weekday() < 5 for day in holidays)
    assert {easter(year) - timedelta(days=2), easter(year) + timedelta(days=1)} <= set(holidays)
