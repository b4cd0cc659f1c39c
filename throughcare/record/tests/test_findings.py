"""Problems, allergies and measurements: three different answers about allergies, and what linked records together say of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock, ids
from throughcare.demo import people
from throughcare.record import actions as record
from throughcare.record import queries
from throughcare.record.models import AllergyIntolerance, Condition, Observation
from throughcare.record.tests.writing import ACTS, DAY, HOUR, MINUTE, NURSE, write

pytestmark = pytest.mark.usefixtures("evening")
SAID = AllergyIntolerance.Said


@pytest.fixture
def nurse(house):
    with acting(house[NURSE]) as actor:
        yield actor


def asked(man, by, said="present", substance="", ago=5 * MINUTE, **more):
    return record.ask_allergies(patient=man.id, said=said, substance=substance, at=clock.now() - ago, by=by, **more)


def screened(man, by, said, substance="", source=None, ago=5 * MINUTE):
    """What the answers of one screen say."""
    return record.record_allergies(
        patient=man.id, said=said, substance=substance, source=source or ids.new(), at=clock.now() - ago, by=by
    )


class TestAProblem:
    @pytest.mark.parametrize("status", Condition.Status.values)
    @pytest.mark.parametrize("sure", Condition.Sure.values)
    def test_stands_in_every_way_and_as_surely_as_it_is_said(self, man, nurse, status, sure):
        row = write(ACTS["a problem"], man, nurse, status=status, verification=sure)
        assert Fact.objects.get(kind="record.ConditionRecorded").kept == {"condition": str(row.id), "status": status}

    @pytest.mark.parametrize("wrong", [
        {"words": ""}, {"words": "\t"}, {"status": ""}, {"status": "cured"}, {"verification": ""}, {"verification": "sure"},
    ])  # fmt: skip
    def test_that_does_not_say_what_or_how_is_refused(self, man, nurse, wrong):
        with pytest.raises(record.NameTheProblem, match="say how it stands and how sure that is"):
            write(ACTS["a problem"], man, nurse, **wrong)
        assert not Condition.objects.exists()

    def test_keeps_since_when_as_it_was_said(self, man, nurse):
        assert write(ACTS["a problem"], man, nurse, onset="as a child").onset == "as a child"

    def test_keeps_the_answers_it_came_from(self, man, nurse):
        source = ids.new()
        row = write(ACTS["a problem"], man, nurse, code="epilepsy", source=source)
        assert (row.code, row.source) == ("epilepsy", source)


class TestAllergiesAsked:
    @pytest.mark.parametrize("said, refusal", [
        ("", record.SayWhatWasAnswered), ("no", record.SayWhatWasAnswered), (SAID.PRESENT, record.NameTheSubstance),
    ])  # fmt: skip
    def test_without_an_answer_or_a_substance_are_refused(self, man, nurse, said, refusal):
        with pytest.raises(refusal):
            asked(man, nurse, said, "  ")
        assert not AllergyIntolerance.objects.exists()

    def test_with_a_danger_that_is_not_one_are_refused(self, man, nurse):
        with pytest.raises(record.SayWhatWasAnswered):
            asked(man, nurse, SAID.PRESENT, "Latex", criticality="awful")

    @pytest.mark.parametrize("said", [SAID.NONE_KNOWN, SAID.UNABLE])
    def test_answered_without_one_keep_no_substance_reaction_or_danger(self, man, nurse, said):
        row = asked(man, nurse, said, "typed before", reaction="rash", criticality="high")
        assert (row.substance, row.reaction, row.criticality) == ("", "", "")

    def test_are_a_fact_without_what_was_said(self, man, nurse):
        row = asked(man, nurse, SAID.PRESENT, "Latex")
        assert Fact.objects.get(kind="record.AllergiesAsked").kept == {"entry": str(row.id)}


class TestWhatIsKnown:
    def known(self, *men):
        found = queries.allergies_known([man.id for man in men])
        return found and (found.said, found.substance)

    def test_is_nothing_when_nobody_asked(self, man, nurse):
        assert self.known(man) is None

    @pytest.mark.parametrize("answers, known", [
        ([SAID.UNABLE], (SAID.UNABLE, "")),
        ([SAID.UNABLE, SAID.NONE_KNOWN], (SAID.NONE_KNOWN, "")),
        ([SAID.NONE_KNOWN, SAID.UNABLE], (SAID.NONE_KNOWN, "")),
    ])  # fmt: skip
    def test_without_one_is_the_last_answer_and_not_that_he_could_not_be_asked(self, man, nurse, answers, known):
        for place, said in enumerate(answers):
            asked(man, nurse, said, ago=(9 - place) * MINUTE)
        assert self.known(man) == known

    def test_is_every_substance_once_in_the_order_in_which_they_were_told(self, man, nurse):
        for place, substance in enumerate(("Latex", "Penicillin", "Latex")):
            asked(man, nurse, SAID.PRESENT, substance, (9 - place) * MINUTE)
        assert self.known(man) == (SAID.PRESENT, "Latex; Penicillin")

    def test_says_the_reaction_with_the_substance(self, man, nurse):
        asked(man, nurse, SAID.PRESENT, "Penicillin", reaction="throat closed")
        assert self.known(man) == (SAID.PRESENT, "Penicillin: throat closed")

    @pytest.mark.parametrize("later", [SAID.NONE_KNOWN, SAID.UNABLE])
    def test_is_not_taken_away_by_a_later_answer_of_another_day(self, man, nurse, later):
        asked(man, nurse, SAID.PRESENT, "Penicillin", 9 * DAY)
        asked(man, nurse, later)
        assert self.known(man) == (SAID.PRESENT, "Penicillin")

    def test_is_taken_away_by_putting_it_right(self, man, nurse):
        wrong = asked(man, nurse, SAID.PRESENT, "Penicillin", 9 * DAY)
        asked(man, nurse, SAID.NONE_KNOWN, corrects=wrong)
        assert self.known(man) == (SAID.NONE_KNOWN, "")

    def test_of_one_screen_is_its_last_answer(self, man, nurse):
        source = ids.new()
        screened(man, nurse, SAID.PRESENT, "Penicilin", source, 9 * MINUTE)
        screened(man, nurse, SAID.NONE_KNOWN, "", source, 5 * MINUTE)
        assert self.known(man) == (SAID.NONE_KNOWN, "")

    def test_of_two_screens_is_what_either_found(self, man, nurse):
        screened(man, nurse, SAID.PRESENT, "Penicillin", ago=9 * DAY)
        screened(man, nurse, SAID.PRESENT, "Latex")
        assert self.known(man) == (SAID.PRESENT, "Penicillin; Latex")

    def test_is_what_two_records_of_one_man_say_together(self, house, man):
        other = scenes.received(people.PETER)
        with acting(house[NURSE]) as nurse:
            asked(man, nurse, SAID.NONE_KNOWN)
            asked(other, nurse, SAID.PRESENT, "Latex", 9 * DAY)
            assert self.known(man) == (SAID.NONE_KNOWN, "")
            assert self.known(man, other) == (SAID.PRESENT, "Latex")
            assert set(queries.allergies_of([man.id, other.id])) == {man.id, other.id}


class TestAllergiesOfAScreen:
    """More than the row holds: none is cut in the middle, and that there are more is said, because the missing one may kill."""

    @given(some.lists(some.text("abc ", min_size=1, max_size=90), max_size=14))
    def test_are_whole_ones_and_say_when_there_are_more(self, substances):
        whole = "; ".join(substances)
        row = record.listed(whole)
        assert len(row) <= 400
        if len(whole) <= 400:
            assert row == whole
        else:
            kept, _, more = row.rpartition("; ")
            assert more == "and more: read all of them in the answers of the screen"
            assert whole.startswith(f"{kept}; ")

    def test_of_which_the_first_alone_is_too_long_begin_with_as_much_as_fits(self):
        row = record.listed("x" * 500)
        assert len(row) == 400 and row.startswith("xxx") and "and more" in row

    def test_land_so_on_the_record(self, man, nurse):
        substances = [f"Substance {place}, swelling of the face" for place in range(20)]
        row = screened(man, nurse, SAID.PRESENT, "; ".join(substances))
        row.refresh_from_db()
        assert row.substance.startswith(substances[0]) and row.substance.endswith("in the answers of the screen")


class TestMeasurements:
    def taken(self, man, by, *rows, ago=5 * MINUTE):
        return record.record_observations(patient=man.id, taken=rows, source=ids.new(), at=clock.now() - ago, by=by)

    def test_are_written_together_and_are_one_fact(self, man, nurse):
        rows = self.taken(man, nurse, ("pulse", "76", "/min"), ("weight", "78", "kg"))
        assert Fact.objects.get(kind="record.ObservationsTaken").kept == {"entries": [str(row.id) for row in rows]}
        assert {(row.code, row.value, row.unit) for row in Observation.objects.all()} == {
            ("pulse", "76", "/min"),
            ("weight", "78", "kg"),
        }

    def test_of_nothing_are_no_fact(self, man, nurse):
        assert self.taken(man, nurse) == []
        assert not Fact.objects.filter(kind="record.ObservationsTaken").exists()

    def test_stand_the_latest_first_and_by_code_within_a_moment(self, man, nurse):
        self.taken(man, nurse, ("pulse", "80", ""), ago=HOUR)
        self.taken(man, nurse, ("weight", "78", "kg"), ("pulse", "76", ""))
        assert [(row.code, row.value) for row in queries.observations_of(man.id)] == [
            ("pulse", "76"), ("weight", "78"), ("pulse", "80")
        ]  # fmt: skip

    def test_share_their_source_and_moment(self, man, nurse):
        rows = self.taken(man, nurse, ("pulse", "76", ""), ("weight", "78", "kg"))
        assert len({(row.source, row.happened_at, row.written_by) for row in rows}) == 1
