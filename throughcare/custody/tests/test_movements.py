"""One movement as the prison tells it: written once, with both its times; refused with a sentence; late, twice, two at once."""

from datetime import date, time, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock, ids
from throughcare.core.clock import on
from throughcare.custody import actions as custody
from throughcare.custody import rules
from throughcare.custody.models import BedStay, CustodyPeriod, ExpectedArrival, Movement, Prisoner, Sight
from throughcare.custody.tests.told import (
    BOTH,
    CELL,
    HOUR,
    MINUTE,
    OTHER_CELL,
    at_once,
    beds,
    came,
    facts,
    fed,
    prisoner,
    said,
    slept,
    went,
)
from throughcare.demo import people

pytestmark = pytest.mark.usefixtures("evening")
TABLES = (Prisoner, Sight, Movement, CustodyPeriod, BedStay, ExpectedArrival, Fact)


def everything():
    with fed(*BOTH):
        return {model.__name__: model.objects.count() for model in TABLES}


class TestAMovement:
    def test_is_kept_word_for_word_with_both_its_times(self, house, evening):
        arrived = evening - 3 * HOUR
        made = came(arrived, location=CELL, booking="2000017", came_from="Leeds Magistrates Court", message="m-1")
        with fed():
            row = Movement.objects.get(id=made.id)
        assert (row.kind, row.reason, row.establishment_id, row.location) == ("received", "NEW_ADMISSION", "LEI", CELL)
        assert (row.booking, row.came_from, row.message) == ("2000017", "Leeds Magistrates Court", "m-1")
        assert (row.happened_at, row.written_at) == (arrived, evening), "a late one looks late"

    def test_leaves_one_fact_of_ids_and_kinds_and_no_name(self, house, evening):
        made = came(evening - HOUR)
        with fed():
            (fact,) = facts("MovementRecorded")
            assert fact.kept == {
                "prisoner": str(prisoner().id), "movement": str(made.id), "kind": "received", "reason": "NEW_ADMISSION",
                "absence": "",
            }  # fmt: skip
        assert (fact.actor, fact.establishment, fact.happened_at, fact.written_at) == (
            "system:custody feed", "LEI", evening - HOUR, evening,
        )  # fmt: skip

    def test_says_where_he_is_now_to_whoever_told_it(self, house, evening):
        assert came(evening - 2 * HOUR, location=CELL).now == rules.Whereabouts("ACTIVE IN", "LEI", CELL)
        assert went(evening - HOUR, reason="SENT_TO_COURT").now == rules.Whereabouts("ACTIVE OUT", "LEI", CELL)
        assert went(evening).now == rules.Whereabouts()

    @pytest.mark.parametrize("kind, reason", [
        (kind, reason) for kind, reasons in rules.REASONS.items() for reason in sorted(reasons)
    ])  # fmt: skip
    def test_of_every_reason_that_we_know_is_written_and_leaves_its_fact(self, house, evening, kind, reason):
        came(evening - 5 * HOUR, man=people.JOE)
        said(kind, reason, evening - HOUR, man=people.JOE, location=CELL if kind == "bed" else "")
        with fed():
            assert facts("MovementRecorded")[-1].kept["reason"] == reason
            assert Movement.objects.latest("happened_at").kind == kind

    def test_told_twice_is_written_once_and_takes_nothing_over(self, house, evening):
        came(evening - HOUR, message="m-1")
        before = everything()
        again = scenes.renamed(people.AMIR, family_name="Somebody Else")
        assert came(evening, man=again, message="m-1") is None
        assert everything() == before
        with fed():
            assert prisoner().family_name == "Khan"

    def test_of_a_man_who_is_new_makes_him_as_the_prison_describes_him(self, house):
        came(man=people.PIOTR)
        with fed():
            him = prisoner(people.PIOTR)
        assert (him.family_name, him.given_names, him.date_of_birth) == ("Nowak", "Piotr", people.PIOTR.born)
        assert (him.interpreter_language, him.legal_status) == ("Polish", "REMAND")

    def test_brings_what_the_prison_now_says_of_him_and_keeps_what_it_said_before(
        self, committing_db, house, as_owner, evening
    ):  # fmt: skip
        came(evening - HOUR)
        went(evening, man=scenes.renamed(people.AMIR, legal_status="SENTENCED"), reason="SENT_TO_COURT")
        with fed():
            assert prisoner().legal_status == "SENTENCED"
        before = as_owner.execute("SELECT was ->> 'legal_status' FROM audit_rowversion WHERE table_name = 'custody_prisoner'")
        assert before.fetchall() == [("REMAND",)]


class TestWhatIsRefused:
    def test_a_prison_that_is_not_on_the_list(self, house):
        before = everything()
        with fed() as feed, pytest.raises(custody.UnknownPrison) as refusal:
            custody.record_movement(
                person=scenes.person(people.AMIR), kind="received", reason="NEW_ADMISSION", establishment="XYZ",
                at=clock.now(), message="m", by=feed.id,
            )  # fmt: skip
        assert str(refusal.value) == "There is no prison with the code XYZ. Check the message, or add the prison to the list."
        assert everything() == before

    @pytest.mark.parametrize("kind, reason", [
        ("received", "RELEASED"), ("released", "NEW_ADMISSION"), ("released", "RETURN_FROM_COURT"), ("bed", "TRANSFERRED"),
        ("received", "new_admission"), ("released", ""),
    ])  # fmt: skip
    def test_a_reason_that_is_not_one_of_its_kind(self, house, kind, reason):
        came(man=people.JOE)
        before = everything()
        with pytest.raises(custody.UnknownReason) as refusal:
            said(kind, reason, man=people.JOE)
        assert f"The reason {reason!r} of a {kind} message is not one we know, so nobody was moved." in str(refusal.value)
        assert everything() == before

    def test_nobody_of_a_prison_writes_where_somebody_of_another_is(self, house):
        """A nurse at Moorland neither sees the man at Leeds nor writes a movement of his: the database refuses, not the page."""
        came()
        with fed():
            him = prisoner().id
        with acting(house.other):
            assert [model.objects.count() for model in (Prisoner, Movement, BedStay, CustodyPeriod)] == [0, 0, 0, 0]
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                Movement.objects.create(
                    id=ids.new(), prisoner_id=him, kind="released", reason="RELEASED", establishment_id="MDI",
                    happened_at=clock.now(), written_at=clock.now(), message="forged",
                )  # fmt: skip

    def test_a_movement_once_written_is_neither_changed_nor_deleted(self, house):
        row = came()
        with fed():
            for attack in ("UPDATE custody_movement SET happened_at = now()", "DELETE FROM custody_movement"):
                with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                    connection.cursor().execute(attack)
            assert Movement.objects.get(id=row.id).happened_at == row.happened_at


class TestLate:
    def test_a_release_that_comes_a_day_late_ends_the_stay_when_it_ended(self, house, evening):
        came(evening - 30 * HOUR)
        went(evening - 24 * HOUR)
        with fed():
            assert beds() == [("LEI", "RECP", evening - 30 * HOUR, evening - 24 * HOUR)]

    def test_a_cell_that_comes_late_parts_the_stay_and_sets_what_was_believed_aside(self, house, evening):
        came(evening - 9 * HOUR)
        slept(OTHER_CELL, evening - HOUR)
        slept(CELL, evening - 5 * HOUR)
        with fed():
            assert [bed[1:] for bed in beds()] == [
                ("RECP", evening - 9 * HOUR, evening - 5 * HOUR), (CELL, evening - 5 * HOUR, evening - HOUR),
                (OTHER_CELL, evening - HOUR, None),
            ]  # fmt: skip
            assert BedStay.objects.filter(superseded_at=None).count() == 3

    def test_an_arrival_that_comes_late_is_kept_beside_what_was_believed_before(self, house, evening):
        """First heard of from a court return at six, then that he had come in the morning: the row of six is kept, set aside."""
        came(evening - 2 * HOUR, reason="RETURN_FROM_COURT")
        came(evening - 12 * HOUR)
        with fed():
            assert beds() == [("LEI", "RECP", evening - 12 * HOUR, None)]
            (aside,) = BedStay.objects.exclude(superseded_at=None)
            assert (aside.since, aside.superseded_at) == (evening - 2 * HOUR, evening)

    def test_a_stray_message_is_kept_and_moves_nobody(self, house, evening):
        came(evening - 9 * HOUR)
        with fed(*BOTH):
            before = beds()
        moved = went(evening - 2 * HOUR, prison="MDI")
        with fed(*BOTH):
            assert beds() == before and moved.now.establishment == "LEI"
            assert Movement.objects.count() == 2 and len(facts("MovementRecorded")) == 2


class TestACellThatIsAskedAgain:
    def ask(self, location, at=None, *, establishment="LEI", message="roll-1"):
        with fed() as feed:
            return custody.correct_bed(
                prisoner=prisoner(), establishment=establishment, location=location, at=at or clock.now(), message=message,
                by=feed.id,
            )  # fmt: skip

    def test_is_written_when_it_is_another_one(self, house, evening):
        came(evening - HOUR)
        assert self.ask(CELL).now.location == CELL
        with fed():
            assert facts("MovementRecorded")[-1].kept["kind"] == "bed"

    @pytest.mark.parametrize("location, establishment", [("RECP", "LEI"), ("", "LEI"), (CELL, "MDI")],
                             ids=["the one he has", "none said", "of a prison that does not hold him"])  # fmt: skip
    def test_moves_nobody_when_it_says_nothing_new(self, house, evening, location, establishment):
        came(evening - HOUR)
        before = everything()
        assert self.ask(location, establishment=establishment) is None
        assert everything() == before

    def test_moves_nobody_who_has_gone(self, house, evening):
        came(evening - 2 * HOUR)
        went(evening - HOUR)
        assert self.ask(CELL) is None

    def test_comes_after_all_that_we_know_even_when_it_was_asked_before(self, house, evening):
        """The list was fetched at seven, a message of eight came in between: the answer must not be read as older news."""
        came(evening - 5 * HOUR)
        slept(OTHER_CELL, evening)
        row = self.ask(CELL, evening - HOUR)
        assert row.happened_at > evening and row.now.location == CELL

    def test_asked_twice_under_one_key_is_one_movement(self, house, evening):
        came(evening - HOUR)
        assert self.ask(CELL) and self.ask(OTHER_CELL) is None
        with fed():
            assert Movement.objects.count() == 2

    def test_that_says_court_of_a_man_who_is_out_says_nothing_new(self, house, evening):
        came(evening - 3 * HOUR, location=CELL)
        went(evening - HOUR, reason="SENT_TO_COURT")
        assert self.ask("COURT") is None
        assert self.ask(OTHER_CELL).now == rules.Whereabouts("ACTIVE OUT", "LEI", OTHER_CELL)


class TestExpected:
    def listed(self, due, prison="LEI", man=people.AMIR):
        with fed(prison) as feed:
            return scenes.expected(man, by=feed, prison=prison, due_at=due)

    def test_is_a_line_of_tonights_list_and_a_fact(self, house, evening):
        line = self.listed(evening + HOUR)
        with fed():
            (fact,) = facts("ArrivalExpected")
            assert fact.kept["expected"] == str(line.id) and fact.kept["due_at"] == (evening + HOUR).isoformat()
        assert (line.came_from, line.written_at) == (people.AMIR.came_from, evening)

    def test_at_a_prison_that_is_not_on_the_list_is_refused(self, house, evening):
        with fed("XYZ"), pytest.raises(custody.UnknownPrison, match="no prison with the code XYZ"):
            scenes.expected(people.AMIR, by=scenes.feed("XYZ"), prison="XYZ")

    def test_holds_nobody(self, house, evening):
        self.listed(evening + HOUR)
        with fed():
            assert beds() == [] and not CustodyPeriod.objects.exists()

    def test_twice_shows_him_until_the_later_time_whichever_was_told_first(self, house, evening):
        for due in (evening + 9 * HOUR, evening + HOUR):
            self.listed(due)
        with fed():
            assert Sight.objects.get().until == evening + 9 * HOUR + rules.AFTER_EXPECTING
            assert ExpectedArrival.objects.count() == 2

    def test_where_he_already_is_takes_no_sight_away(self, house, evening):
        came(evening - HOUR)
        self.listed(evening + HOUR)
        with fed():
            assert Sight.objects.values_list("until", "writes").get() == (None, True)

    def test_in_one_prison_and_then_come_to_another_is_no_longer_seen_by_the_first(self, house, evening):
        due = evening + HOUR
        self.listed(due, "MDI")
        came(evening, prison="LEI")
        with fed(*BOTH):
            ends = dict(Sight.objects.values_list("scope", "until"))
        assert ends == {"establishment:LEI": None, "establishment:MDI": due + rules.AFTER_EXPECTING}


class TestTwoAtOnce:
    def test_the_same_message_is_written_once(self, committing_db, house, evening):
        first, second = at_once(lambda: came(message="m-1"), lambda: came(message="m-1"))
        assert sorted([first is None, second is None]) == [False, True]
        with fed():
            assert Movement.objects.count() == 1 and len(facts("MovementRecorded")) == 1

    def test_two_first_messages_of_one_man_make_one_man(self, committing_db, house, evening):
        at_once(lambda: came(evening - HOUR), lambda: went(evening, reason="SENT_TO_COURT"))
        with fed():
            assert Prisoner.objects.count() == 1 and BedStay.objects.open().get().out

    def test_two_prisons_that_tell_of_one_transfer_agree_on_where_he_is(self, committing_db, house, evening):
        came(evening - 9 * HOUR)
        at_once(
            lambda: went(evening - 2 * HOUR, reason="TRANSFERRED"),
            lambda: came(evening, reason="TRANSFERRED", prison="MDI"),
        )  # fmt: skip
        with fed(*BOTH):
            assert [(bed[0], bed[3]) for bed in beds()] == [("LEI", evening - 2 * HOUR), ("MDI", None)]

    def test_his_line_on_the_list_is_one(self, committing_db, house, evening):
        def listed():
            with fed() as feed:
                return scenes.expected(people.AMIR, by=feed, due_at=evening + HOUR).id

        assert len(set(at_once(listed, listed))) == 1
        with fed():
            assert len(facts("ArrivalExpected")) == 1


class TestOverTheClockChange:
    """The mirror counts moments: what a wing's clock skips or shows twice loses nobody's stay and doubles none."""

    def test_forward_he_sleeps_in_two_cells_an_hour_apart(self, house):
        with clock.at(on(date(2027, 3, 28), time(6))):
            first, second = on(date(2027, 3, 28), time(0, 30)), on(date(2027, 3, 28), time(2, 30))
            came(first, location=CELL)
            slept(OTHER_CELL, second)
            with fed():
                assert second - first == HOUR and beds()[0][2:] == (first, second)

    def test_back_the_second_half_past_one_follows_the_first(self, house):
        with clock.at(on(date(2027, 10, 31), time(6))):
            first = on(date(2027, 10, 31), time(1, 30))
            second = first + HOUR
            assert clock.local(first).time() == clock.local(second).time() == time(1, 30)
            slept(OTHER_CELL, second)
            came(first - HOUR)
            slept(CELL, first)
            with fed():
                assert [(bed[1], bed[3] and bed[3] - bed[2]) for bed in beds()] == [
                    ("RECP", HOUR), (CELL, HOUR), (OTHER_CELL, None)
                ]  # fmt: skip

    def test_a_prison_reads_on_for_as_many_hours_after_either_night(self, house):
        with clock.at(on(date(2027, 10, 31), time(6))) as now:
            came(now - 40 * HOUR)
            went(now - 12 * HOUR)
            with fed():
                assert Sight.objects.get().until == now - 12 * HOUR + rules.AFTER_LEAVING


def test_half_the_day_is_cells_and_court_and_costs_no_rows_of_sight_or_booking(house, evening):
    """The newest movement within a prison changes only where he sleeps."""
    came(evening - 9 * HOUR, location=CELL)
    with fed():
        before = list(Sight.objects.values_list("id", "until")), list(CustodyPeriod.objects.values_list("id", "until"))
    for place, move in enumerate([OTHER_CELL, "COURT", CELL], 1):
        slept(move, evening - 9 * HOUR + place * 10 * MINUTE)
    with fed():
        assert (list(Sight.objects.values_list("id", "until")), list(CustodyPeriod.objects.values_list("id", "until"))) == before
        assert [bed[1] for bed in beds()] == [CELL, OTHER_CELL, CELL]
        assert timedelta() < beds()[1][3] - beds()[1][2]
