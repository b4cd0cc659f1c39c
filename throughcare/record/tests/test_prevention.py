"""Vaccinations and tests: what may be written, what is refused, which dose follows, and how samples stand."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import scenes
from tests.nonempty import nonempty
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed
from throughcare.demo import people
from throughcare.pathways import register
from throughcare.record import actions as record
from throughcare.record import queries
from throughcare.record.models import Communication, DiagnosticReport, Immunization, Specimen
from throughcare.record.panels import methods, outcomes, panels
from throughcare.record.rules.courses import Next, next_dose
from throughcare.record.samples import samples_of
from throughcare.record.vaccines import most_doses, vaccines

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DOSE = {"vaccine": "hepb", "dose": 1, "status": "completed", "site": "LA", "lot_number": "AB123"}
SAMPLE = {"panel": "bbv", "method": "dried_blood_spot", "agreed": "active"}
CLEAR = {"hbsag": "negative", "antihcv": "negative", "hiv": "negative"}
HEPB = vaccines()["hepb"].course_days
FIRST = date(2026, 3, 2)


@pytest.fixture
def nurse(house):
    with acting(house["LEI nurse_in_charge"]) as actor:
        yield actor


def about(man, by, ago=5 * MINUTE, **more):
    return {"patient": man.id, "at": clock.now() - ago, "by": by, **more}


def sampled(man, by, ago=5 * DAY, **more):
    return record.record_specimen(**about(man, by, ago, **{**SAMPLE, **more}))


def reported(man, by, sample, ago=DAY, **more):
    given = {"panel": "bbv", "results": CLEAR, "status": "final", **more}
    return record.record_result(**about(man, by, ago, **given), specimen=sample)


def told(by, report, ago=MINUTE, **more):
    return record.tell_result(
        report=report, at=clock.now() - ago, by=by, **{"status": "completed", "words": "All clear.", **more}
    )


# The vocabulary


@pytest.mark.parametrize("given, follows", [
    ({}, Next(1)),
    ({1: FIRST}, Next(2, date(2026, 3, 9))),
    ({1: FIRST, 2: date(2026, 3, 9)}, Next(3, date(2026, 3, 23))),
    ({1: FIRST, 2: date(2027, 6, 1)}, Next(3, date(2026, 3, 23))),  # interrupted for a year: it goes on, late
    ({1: FIRST, 2: FIRST, 3: FIRST}, Next(4, date(2027, 3, 2))),
    ({2: FIRST}, Next(3, date(2026, 3, 23))),  # the first one is nowhere on the record
    ({1: FIRST, 2: FIRST, 3: FIRST, 4: FIRST}, None),
])  # fmt: skip
def test_the_next_dose_follows_from_those_given_and_a_course_never_begins_again(given, follows):
    assert next_dose(HEPB, given) == follows


def test_a_vaccine_without_a_course_has_a_next_dose_and_no_day():
    assert next_dose((), {1: FIRST}) == Next(2)


def test_the_days_of_the_course_are_those_of_the_pathway():
    steps = {step.id: step.due.days for step in register.steps(FIRST)}
    assert (0, *(steps[f"hepb_dose_{n}"] for n in (2, 3, 4))) == HEPB


def test_every_panel_is_taken_in_known_ways_and_tells_known_outcomes():
    for panel in nonempty(panels().values()):
        assert panel.tests and set(panel.methods) <= set(methods())
        assert {one for test in panel.tests for one in test.tells} <= set(outcomes())


@pytest.mark.parametrize("results, asks", [
    ({"hcv_rna": "positive", "hiv": "negative"}, ("to_treat",)), ({"hiv": "positive"}, ("to_tell_today",)),
    ({"hiv": "positive", "hcv_rna": "positive"}, ("to_treat", "to_tell_today")),
    ({"hiv": "indeterminate", "hcv_rna": "invalid", "hbsag": "negative"}, ()), ({}, ()),
])  # fmt: skip
def test_of_a_result_only_what_it_asks_for_is_told(results, asks):
    assert panels()["bbv"].told(results) == asks


# What is refused, and what never is


@pytest.mark.parametrize("dose", [21, most_doses()])
def test_a_dose_that_is_given_every_year_of_a_life_is_written(man, nurse, dose):
    assert record.record_immunization(**about(man, nurse, **{**DOSE, "vaccine": "influenza", "dose": dose})).dose == dose


@pytest.mark.parametrize("act, given, refusal", [
    (record.record_immunization, {**DOSE, "vaccine": "luck"}, record.NameTheDose),
    (record.record_immunization, {**DOSE, "dose": 0}, record.NameTheDose),
    (record.record_immunization, {**DOSE, "dose": 2026}, record.NameTheDose),
    (record.record_immunization, {**DOSE, "dose": most_doses() + 1}, record.NameTheDose),
    (record.record_immunization, {**DOSE, "site": "nose"}, record.NameTheDose),
    (record.record_immunization, {**DOSE, "status": "entered-in-error"}, record.NameTheDose),
    (record.record_immunization, {**DOSE, "status": "not-done"}, record.SayWhyNotGiven),
    (record.record_immunization, {**DOSE, "words": "x" * 401}, record.TooLong),
    (record.record_specimen, {**SAMPLE, "panel": "luck"}, record.NameTheSample),
    (record.record_specimen, {**SAMPLE, "method": "urine"}, record.NameTheSample),
    (record.record_specimen, {**SAMPLE, "agreed": ""}, record.NameTheSample),
    (record.record_result, {"panel": "bbv", "results": {}, "status": "final"}, record.NameTheResults),
    (record.record_result, {"panel": "bbv", "results": {"luck": "negative"}, "status": "final"}, record.NameTheResults),
    (record.record_result, {"panel": "bbv", "results": {"hiv": "perhaps"}, "status": "final"}, record.NameTheResults),
    (record.record_result, {"panel": "bbv", "results": CLEAR, "status": "certain"}, record.NameTheResults),
])  # fmt: skip
def test_what_says_nothing_is_refused(man, nurse, act, given, refusal):
    with pytest.raises(refusal):
        act(**about(man, nurse, **given))
    assert not any(model.objects.filter(patient=man).exists() for model in (Immunization, Specimen, DiagnosticReport))


@pytest.mark.parametrize("act, given", [
    (record.record_immunization, DOSE), (record.record_specimen, SAMPLE),
    (record.record_result, {"panel": "bbv", "results": CLEAR, "status": "final"}),
])  # fmt: skip
def test_nothing_is_written_of_tomorrow(man, nurse, act, given):
    with pytest.raises(record.InTheFuture):
        act(**about(man, nurse, -DAY, **given))


@pytest.mark.parametrize("who, act, given", [
    ("substance_misuse_keyworker", record.record_immunization, DOSE),
    ("administrator", record.record_specimen, SAMPLE),
    ("substance_misuse_keyworker", record.record_result, {"panel": "bbv", "results": CLEAR, "status": "final"}),
])  # fmt: skip
def test_who_may_not_is_told_so(house, man, who, act, given):
    with acting(house[f"LEI {who}"]) as by, pytest.raises(NotAllowed):
        act(**about(man, by, **given))


class TestADose:
    def test_on_the_record_is_not_given_again_unknowingly_and_knowingly_it_is(self, man, nurse):
        record.record_immunization(**about(man, nurse, 9 * DAY, **DOSE))
        with pytest.raises(record.AlreadyGiven, match="never begun again"):
            record.record_immunization(**about(man, nurse, **DOSE))
        record.record_immunization(**about(man, nurse, **DOSE, again=True))
        assert queries.doses_given([man.id])["hepb"] == {1: clock.prison_day(clock.now() - 5 * MINUTE)}

    def test_written_by_two_at_once_is_one(self, man, nurse):
        record.record_immunization(**about(man, nurse, **DOSE))
        with pytest.raises(IntegrityError, match="a_dose_once"), transaction.atomic():
            Immunization.objects.create(
                patient=man, establishment="LEI", happened_at=clock.now(), written_at=clock.now(), written_by=nurse.id,
                written_by_name=nurse.name, **DOSE,
            )  # fmt: skip

    def test_given_elsewhere_years_ago_counts(self, man, nurse):
        record.record_immunization(**about(man, nurse, 2000 * DAY, **DOSE, primary_source=False))
        assert set(queries.doses_given([man.id])["hepb"]) == {1}

    def test_not_given_counts_for_nothing(self, man, nurse):
        record.record_immunization(**about(man, nurse, **{**DOSE, "status": "not-done"}, reason="PATOBJ"))
        assert queries.doses_given([man.id]) == {}

    def test_of_the_other_record_counts_once_they_are_one(self, house, man):
        other = scenes.received(people.AMIR)
        with acting(house.nurse) as nurse:
            record.record_immunization(**about(other, nurse, 9 * DAY, **DOSE))
        scenes.joined(house, other, man)
        with acting(house.nurse) as nurse, pytest.raises(record.AlreadyGiven):
            record.record_immunization(**about(man, nurse, **DOSE))

    def test_put_right_stays_one_row_that_counts(self, man, nurse):
        wrong = record.record_immunization(**about(man, nurse, **DOSE))
        right = record.record_immunization(**about(man, nurse, **{**DOSE, "dose": 2}), corrects=wrong)
        assert set(queries.doses_given([man.id])["hepb"]) == {2}
        record.record_immunization(**about(man, nurse, **{**DOSE, "dose": 2, "status": "entered-in-error"}), corrects=right)
        assert queries.doses_given([man.id]) == {}
        with pytest.raises(record.AlreadyCorrected):
            record.record_immunization(**about(man, nurse, **DOSE), corrects=wrong)


class TestAResult:
    def test_waits_is_reported_is_told(self, man, nurse):
        sample = sampled(man, nurse)
        assert samples_of([man.id])[0].waits
        report = reported(man, nurse, sample)
        (stands,) = samples_of([man.id])
        assert not stands.waits and [one.row.id for one in stands.untold] == [report.id]
        told(nurse, report)
        assert samples_of([man.id])[0].untold == []

    def test_first_reading_still_waits_for_the_final_one(self, man, nurse):
        reported(man, nurse, sampled(man, nurse), status="preliminary")
        assert samples_of([man.id])[0].waits

    def test_of_another_panel_than_its_sample_is_refused(self, man, nurse):
        with pytest.raises(record.NameTheResults):
            reported(man, nurse, sampled(man, nurse), panel="drug_screen", results={"opiates": "positive"})

    def test_is_not_older_than_its_sample_nor_told_before_it_was_there(self, man, nurse):
        sample = sampled(man, nurse, 2 * DAY)
        with pytest.raises(record.BeforeTheSample, match="The sample was taken"):
            reported(man, nurse, sample, 3 * DAY)
        with pytest.raises(record.BeforeTheResult, match="The result was reported"):
            told(nurse, reported(man, nurse, sample, DAY), 2 * DAY)

    def test_read_and_told_in_one_minute_stand_in_order(self, man, nurse):
        report = reported(man, nurse, sampled(man, nurse, 30 * MINUTE), 10 * MINUTE)
        typed = told(nurse, report, 10 * MINUTE + timedelta(seconds=40))
        assert typed.happened_at == report.happened_at

    def test_from_elsewhere_needs_no_sample(self, man, nurse):
        reported(man, nurse, None)
        (stands,) = samples_of([man.id])
        assert stands.specimen is None and stands.untold

    def test_put_right_after_it_was_told_has_to_be_told_again(self, man, nurse):
        report = reported(man, nurse, sampled(man, nurse))
        told(nurse, report)
        same = reported(man, nurse, None, words="Sent by post.", corrects=report)
        assert samples_of([man.id])[0].untold == [], "the words of the laboratory were put right, not the result"
        changed = reported(man, nurse, None, results={**CLEAR, "hiv": "positive"}, corrects=same)
        assert [one.row.id for one in samples_of([man.id])[0].untold] == [changed.id]

    def test_is_not_told_without_words_nor_when_there_is_none(self, man, nurse):
        report = reported(man, nurse, sampled(man, nurse))
        with pytest.raises(record.NothingWritten):
            told(nurse, report, words=" ")
        with pytest.raises(record.NoSuchResult):
            told(nurse, None)
        assert not Communication.objects.filter(patient=man).exists()

    def test_that_was_withdrawn_is_no_result(self, man, nurse):
        report = reported(man, nurse, sampled(man, nurse))
        gone = reported(man, nurse, None, status="entered-in-error", corrects=report)
        assert samples_of([man.id])[0].reports == ()
        with pytest.raises(record.NoSuchResult):
            told(nurse, gone)


def test_no_fact_of_the_record_says_what_a_test_came_to(man, nurse):
    report = reported(man, nurse, sampled(man, nurse), results={"hcv_rna": "positive", "hiv": "positive"}, words="zqwords")
    told(nurse, report, words="zqsaid")
    kept = str(list(Fact.objects.filter(patient_id=man.id, kind__startswith="record.").values_list("kept", flat=True)))
    assert not any(word in kept for word in ("positive", "hiv", "hcv", "zqwords", "zqsaid", "onward", "to_t"))
    assert "bbv" in kept
