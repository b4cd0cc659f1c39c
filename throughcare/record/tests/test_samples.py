"""How samples stand, from the rows alone: taken, reported, told; put right, withdrawn; and what a visit's answers add to them."""

from datetime import date, time

import pytest

from tests import scenes
from tests.nonempty import nonempty
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.clock import on
from throughcare.demo import people
from throughcare.record import actions as record
from throughcare.record.actions import Tested
from throughcare.record.models import Communication, DiagnosticReport, Specimen
from throughcare.record.panels import is_first_reading, methods, outcomes, panel_title, panels, read_here
from throughcare.record.samples import samples_of, settles
from throughcare.record.tests.writing import DAY, HOUR, MINUTE, NURSE, result, sample, told

pytestmark = pytest.mark.usefixtures("evening")
POSITIVE = {"hiv": "positive"}


@pytest.fixture
def nurse(house):
    with acting(house[NURSE]) as actor:
        yield actor


def stands(man):
    (found,) = samples_of([man.id])
    return found


def kept(kind):
    """Facts of the record, the first first: what was told to those who follow is in the rows, not here."""
    return [fact.kept for fact in Fact.objects.filter(kind=f"record.{kind}").order_by("id")]


class TestASample:
    def test_waits_until_the_laboratorys_final_word(self, man, nurse):
        taken = sample(man, nurse)
        assert stands(man).waits
        first = result(man, nurse, taken, status="preliminary")
        assert stands(man).waits
        result(man, nurse, taken, status="final", corrects=first)
        assert not stands(man).waits

    def test_that_was_a_mistake_is_none(self, man, nurse):
        sample(man, nurse, status="entered-in-error", corrects=sample(man, nurse))
        assert samples_of([man.id]) == []
        assert len(kept("SpecimenTaken")) == 1 and len(kept("EntryCorrected")) == 1, "a mistake tells nothing else"

    def test_cannot_be_a_mistake_from_the_start(self, man, nurse):
        with pytest.raises(record.NameTheSample):
            sample(man, nurse, status="entered-in-error")

    def test_put_right_keeps_its_report(self, man, nurse):
        taken = sample(man, nurse)
        report = result(man, nurse, taken)
        right = sample(man, nurse, method="dried_blood_spot", corrects=taken)
        assert (stands(man).specimen.id, [one.row.id for one in stands(man).reports]) == (right.id, [report.id])

    def test_without_agreement_is_taken_only_in_his_best_interests(self, man, nurse):
        with pytest.raises(record.NameTheSample, match="and that the person agreed"):
            sample(man, nurse, agreed="no")
        assert sample(man, nurse, agreed="best-interests").agreed == "best-interests"

    @pytest.mark.parametrize("panel", sorted(panels()))
    def test_is_taken_in_the_ways_of_its_panel_and_in_no_other(self, man, nurse, panel):
        for method in nonempty(methods()):
            if method in panels()[panel].methods:
                assert sample(man, nurse, panel=panel, method=method).method == method
            else:
                with pytest.raises(record.NameTheSample):
                    sample(man, nurse, panel=panel, method=method)

    def test_stand_the_latest_first_and_then_what_came_from_elsewhere(self, man, nurse):
        old, new = sample(man, nurse, 9 * DAY), sample(man, nurse, 2 * DAY)
        elsewhere = result(man, nurse)
        found = samples_of([man.id])
        assert [one.specimen and one.specimen.id for one in found] == [new.id, old.id, None]
        assert found[2].reports[0].row.id == elsewhere.id

    def test_are_read_in_three_statements_however_many(self, man, nurse, django_assert_num_queries):
        for ago in range(1, 6):
            told(nurse, result(man, nurse, sample(man, nurse, ago * DAY), ago=ago * DAY - HOUR))
        with django_assert_num_queries(3):
            assert len(samples_of([man.id])) == 5


class TestBeingTold:
    def test_is_told_once_with_what_follows(self, man, nurse):
        report = result(man, nurse, sample(man, nurse))
        row = told(nurse, report)
        assert kept("ResultGiven") == [{"entry": str(row.id), "panel": "bbv", "report": str(report.id)}]
        assert stands(man).untold == []

    def test_tried_without_success_leaves_it_untold(self, man, nurse):
        report = result(man, nurse, sample(man, nurse))
        told(nurse, report, status="not-done", words="Asleep.")
        assert len(kept("ResultNotGiven")) == 1 and len(stands(man).untold) == 1

    def test_withdrawn_leaves_it_untold(self, man, nurse):
        report = result(man, nurse, sample(man, nurse))
        wrong = told(nurse, report)
        told(nurse, None, status="entered-in-error", corrects=wrong)
        assert len(stands(man).untold) == 1 and len(kept("ResultGiven")) == 1

    def test_cannot_be_withdrawn_before_it_was_written(self, man, nurse):
        with pytest.raises(record.NoSuchResult, match="Record the result first"):
            told(nurse, result(man, nurse, sample(man, nurse)), status="entered-in-error")

    def test_the_earlier_version_counts_while_the_results_are_the_same(self, man, nurse):
        first = result(man, nurse, sample(man, nurse))
        told(nurse, first)
        second = result(man, nurse, words="Read again.", corrects=first)
        assert stands(man).untold == []
        result(man, nurse, results=POSITIVE, corrects=second)
        assert len(stands(man).untold) == 1

    def test_back_to_what_he_was_told_first_he_has_to_be_told_again(self, man, nurse):
        """Negative, told; then positive; then negative after all: in between he may have heard the other."""
        first = result(man, nurse, sample(man, nurse))
        told(nurse, first)
        second = result(man, nurse, results=POSITIVE, corrects=first)
        result(man, nurse, corrects=second)
        assert len(stands(man).untold) == 1

    @pytest.mark.parametrize("seconds", [0, 59])
    def test_within_the_minute_in_which_it_was_reported_it_stands_after_it(self, man, nurse, seconds):
        report = result(man, nurse, sample(man, nurse), ago=HOUR)
        row = told(nurse, report, ago=HOUR + seconds * MINUTE / 60)
        assert row.happened_at == report.happened_at

    def test_a_minute_before_it_was_reported_is_refused_with_the_time(self, man, nurse):
        report = result(man, nurse, sample(man, nurse), ago=HOUR)
        with pytest.raises(record.BeforeTheResult, match=r"^The result was reported .*19:10\. Give the time"):
            told(nurse, report, ago=HOUR + MINUTE)
        assert not Communication.objects.exists()

    @pytest.mark.parametrize("night", [date(2027, 3, 28), date(2027, 10, 31)], ids=["forward", "back"])
    def test_over_the_night_on_which_the_clocks_change_what_comes_later_is_later(self, house, man, night):
        """Taken at 00:50, reported at 03:10: both by the wall. In October two hours twenty lie between and one hour more."""
        with clock.at(on(night, time(9))), acting(house[NURSE]) as nurse:
            taken = sample(man, nurse, clock.now() - on(night, time(0, 50)))
            report = result(man, nurse, taken, clock.now() - on(night, time(3, 10)))
            assert report.happened_at > taken.happened_at
            with pytest.raises(record.BeforeTheSample, match="00:50"):
                result(man, nurse, taken, clock.now() - on(night, time(0, 40)))


class TestSettled:
    """Nothing of the panel is left to tell: no other untold report, no later sample on its way."""

    def settled(self, man, report):
        return settles(report, samples_of([man.id]))

    def test_when_it_is_the_only_one(self, man, nurse):
        assert self.settled(man, result(man, nurse, sample(man, nurse)))

    def test_not_while_a_later_sample_is_on_its_way(self, man, nurse):
        report = result(man, nurse, sample(man, nurse))
        sample(man, nurse, HOUR)
        assert not self.settled(man, report)

    def test_though_an_earlier_sample_never_came_back(self, man, nurse):
        sample(man, nurse, 9 * DAY)
        assert self.settled(man, result(man, nurse, sample(man, nurse)))

    def test_not_while_another_report_is_untold(self, man, nurse):
        one = result(man, nurse, sample(man, nurse))
        other = result(man, nurse, sample(man, nurse, 4 * DAY))
        assert not self.settled(man, one)
        told(nurse, other)
        assert self.settled(man, one)

    def test_whatever_waits_for_another_panel(self, man, nurse):
        report = result(man, nurse, sample(man, nurse))
        sample(man, nurse, HOUR, panel="drug_screen", method="urine")
        assert self.settled(man, report)


class TestPanels:
    @pytest.mark.parametrize("method, results, first", [
        ("finger_prick", {"hiv": "positive"}, True), ("oral_fluid", {"hiv": "negative", "antihcv": "indeterminate"}, True),
        ("finger_prick", {"hiv": "negative"}, False), ("venous", {"hiv": "positive"}, False), ("finger_prick", {}, False),
        ("finger_prick", {"hiv": "invalid"}, False),
    ])  # fmt: skip
    def test_what_is_read_beside_him_and_is_not_clear_is_a_first_reading(self, method, results, first):
        assert is_first_reading(method, results) is first

    def test_name_only_what_there_is(self):
        assert read_here() <= set(methods())
        for panel in nonempty(panels().values()):
            assert panel.titles().keys() == {test.id for test in panel.tests}
            assert all(set(test.tells) <= set(outcomes()) for test in panel.tests)

    def test_that_the_file_does_not_know_are_called_by_their_code(self):
        assert panel_title("bbv") == "Blood-borne viruses" and panel_title("luck") == "luck"

    def test_tell_each_thing_once_and_never_a_test(self):
        told = panels()["bbv"].told({test.id: "positive" for test in panels()["bbv"].tests})
        assert len(set(told)) == len(told) > 0
        assert not set(told) & {test.id for test in panels()["bbv"].tests}


class TestWhatAVisitSays:
    def says(self, man, by, **more):
        given = {"panel": "bbv", "method": "venous", "asked_at": clock.now() - MINUTE, **more}
        record.record_tested(patient=man.id, said=Tested(**given), by=by)

    def counts(self):
        return tuple(model.objects.count() for model in (Specimen, DiagnosticReport, Communication))

    def test_is_the_sample_the_result_and_the_telling_each_with_its_fact(self, man, nurse):
        self.says(man, nurse, results={"hiv": "negative"}, told_at=clock.now())
        assert self.counts() == (1, 1, 1)
        assert [len(kept(kind)) for kind in ("SpecimenTaken", "ResultReported", "ResultGiven")] == [1, 1, 1]
        assert {row.words for model in (Specimen, DiagnosticReport, Communication) for row in model.objects.all()} == {
            "As answered on a visit."
        }

    def test_twice_is_written_once(self, man, nurse):
        for _ in range(2):
            self.says(man, nurse, results={"hiv": "negative"}, told_at=clock.now())
        assert self.counts() == (1, 1, 1)

    def test_without_a_result_is_only_the_sample(self, man, nurse):
        self.says(man, nurse, results={"hiv": "not_tested"}, told_at=clock.now())
        assert self.counts() == (1, 0, 0)

    def test_is_the_sample_that_somebody_wrote_of_that_day(self, man, nurse, evening):
        taken = sample(man, nurse, 3 * HOUR)
        self.says(man, nurse, results={"hiv": "negative"}, taken_at=evening - 2 * HOUR)
        assert self.counts() == (1, 1, 0) and DiagnosticReport.objects.get().specimen_id == taken.id

    def test_of_another_day_is_another_sample(self, man, nurse, evening):
        sample(man, nurse, 9 * DAY)
        self.says(man, nurse, taken_at=evening - 2 * HOUR)
        assert self.counts()[0] == 2

    def test_of_a_sample_of_last_week_whose_result_is_known_now_is_that_sample(self, man, nurse):
        taken = sample(man, nurse, 9 * DAY)
        self.says(man, nurse, results={"hiv": "negative"})
        assert DiagnosticReport.objects.get().specimen_id == taken.id and self.counts()[0] == 1

    def test_withdrawn_as_a_mistake_is_not_written_again(self, man, nurse, evening):
        self.says(man, nurse, taken_at=evening - 2 * HOUR)
        sample(man, nurse, 2 * HOUR, status="entered-in-error", corrects=Specimen.objects.get())
        self.says(man, nurse, taken_at=evening - 2 * HOUR, results={"hiv": "negative"})
        assert samples_of([man.id]) == [] and self.counts()[1] == 0

    def test_read_beside_him_and_not_clear_still_waits_for_the_laboratory(self, man, nurse):
        self.says(man, nurse, method="finger_prick", results=POSITIVE)
        assert DiagnosticReport.objects.get().status == "preliminary" and stands(man).waits

    def test_told_before_it_was_reported_is_not_a_telling(self, man, nurse, evening):
        taken = sample(man, nurse, 3 * HOUR)
        result(man, nurse, taken, ago=HOUR, results={"hiv": "negative"})
        self.says(man, nurse, results={"hiv": "negative"}, taken_at=evening - 3 * HOUR, told_at=evening - 2 * HOUR)
        assert self.counts() == (1, 1, 0)

    def test_needs_no_permission_beside_that_of_the_form(self, house, man):
        with acting(house["LEI healthcare_assistant"]) as by:
            assert not by.may("record_result")
            self.says(man, by, results={"hiv": "negative"})
            assert self.counts() == (1, 1, 0)

    def test_of_one_man_adds_nothing_to_another(self, house, man):
        other = scenes.received(people.PETER)
        with acting(house[NURSE]) as nurse:
            sample(other, nurse, 3 * HOUR)
            self.says(man, nurse, results={"hiv": "negative"})
            assert [len(samples_of([one.id])) for one in (man, other)] == [1, 1]
            assert samples_of([other.id])[0].waits
