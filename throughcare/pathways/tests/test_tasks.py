"""What people do about a task: claim, give back, cover, cancel, accept; and on whose list it is."""

from dataclasses import replace

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock, ids
from throughcare.core.refusals import NotAllowed
from throughcare.demo import people
from throughcare.pathways import queries
from throughcare.pathways.actions import tasks
from throughcare.pathways.tests.planned import only, raised, seen
from throughcare.record.actions import TooLong

HOUR = scenes.HOUR


@pytest.fixture
def man(house):
    return scenes.received(people.PETER, clock.now() - 5 * HOUR)


class TestPeople:
    @pytest.fixture
    def nurse(self, house):
        return house["LEI mental_health_nurse"]

    @pytest.fixture
    def task(self, man, nurse):
        raised(man, nurse, "fs_sh_now_stop", at=clock.now() - HOUR / 2)  # late at night it is due within the hour
        return only(man, nurse, "mh_same_day").id

    def does(self, act, by, **given):
        with acting(by):
            return act(at=clock.now(), by=by, **given)

    def test_claim_and_give_back(self, task, nurse):
        held = self.does(tasks.claim, nurse, task=task)
        assert (held.claimed_by, held.claimed_by_name) == (nurse.id, nurse.name) and held.claimed_at
        assert self.does(tasks.claim, nurse, task=task).claimed_at == held.claimed_at
        assert self.does(tasks.give_back, nurse, task=task).claimed_by == ""

    def test_claim_only_what_their_role_owes_or_what_has_come_up_to_it(self, house, task, man):
        boss = house["LEI nurse_in_charge"]
        with pytest.raises(tasks.OwedByOthers, match="mental health nurse"):
            self.does(tasks.claim, boss, task=task)
        with clock.at(clock.now() + 48 * HOUR):
            assert task in {row.id for row in self.due(boss)}
            assert self.does(tasks.claim, boss, task=task).claimed_by == boss.id

    def due(self, by):
        with acting(by):
            return queries.due_for_role("LEI", by.role.id, actor=by.id)

    def test_what_is_claimed_stays_on_ones_own_list(self, house, task):
        boss = house["LEI nurse_in_charge"]
        assert task not in {row.id for row in self.due(boss)}
        with clock.at(clock.now() + 48 * HOUR):
            self.does(tasks.claim, boss, task=task)
        assert task in {row.id for row in self.due(boss)}

    def test_do_not_claim_what_a_colleague_has_but_cover_with_a_reason(self, house, task, nurse):
        with acting(house["LEI nurse_in_charge"]):
            colleague = replace(nurse, id=str(ids.new()), name="Colleague")
        self.does(tasks.claim, colleague, task=task)
        with pytest.raises(tasks.ClaimedByAnother, match="Colleague"):
            self.does(tasks.claim, nurse, task=task)
        with pytest.raises(tasks.NotYourClaim, match="Colleague"):
            self.does(tasks.give_back, nurse, task=task)
        with pytest.raises(tasks.SayWhy):
            self.does(tasks.cover, nurse, task=task, why=" ")
        with pytest.raises(TooLong):
            self.does(tasks.cover, nurse, task=task, why="x" * 201)
        assert self.does(tasks.cover, nurse, task=task, why="She went home ill.").claimed_by == nurse.id

    def test_cannot_give_back_or_cover_what_nobody_has(self, task, nurse):
        for act, given in ((tasks.give_back, {}), (tasks.cover, {"why": "She went home ill."})):
            with pytest.raises(tasks.ClaimedByNobody):
                self.does(act, nurse, task=task, **given)

    def test_cancel_with_a_reason_of_the_list_and_words(self, house, man, task):
        doctor = house["LEI prescriber"]
        for reason, words in (("whim", "Because I say so."), ("not_needed", "x")):
            with pytest.raises(tasks.SayWhy):
                self.does(tasks.cancel, doctor, task=task, reason=reason, words=words)
        row = self.does(tasks.cancel, doctor, task=task, reason="not_needed", words="Seen by the team at noon.")
        assert (row.status, row.ended_by) == ("cancelled", doctor.id)
        assert row.cancelled_because == "A clinician decided that it is not needed. Seen by the team at noon."
        with pytest.raises(tasks.NotDueAnyMore):
            self.does(tasks.cancel, doctor, task=task, reason="not_needed", words="Seen by the team at noon.")

    def test_what_somebody_says_is_never_cut_off(self, house, man, task, nurse):
        """The reason of the list and the words share one place; one letter more is refused, and nothing is changed."""
        doctor, said = house["LEI prescriber"], "He was asked, understood, and said no. "
        with pytest.raises(TooLong, match="162 characters, and 161 fit"):
            self.does(tasks.cancel, doctor, task=task, reason="refused", words="x" * (201 - len(said)))
        assert only(man, nurse, "mh_same_day").status == "open"
        row = self.does(tasks.cancel, doctor, task=task, reason="refused", words=f" {'x' * (200 - len(said))} ")
        assert row.cancelled_because == said + "x" * 161

    def test_cancel_only_when_their_role_may(self, task, nurse):
        with pytest.raises(NotAllowed):
            self.does(tasks.cancel, nurse, task=task, reason="not_needed", words="Seen by the team at noon.")

    def test_accept_what_a_colleague_without_the_competence_did(self, trial, man, house, able):
        doctor = house["LEI prescriber"]
        raised(man, doctor, "fs_units_urgent", at=clock.now() - HOUR)
        seen(man, doctor, "tb_review")
        row = only(man, doctor, "able", status="open")
        assert row.note.startswith(f"Done by {doctor.name}, who does not hold")
        with pytest.raises(tasks.NotCompetent):
            self.does(tasks.accept, doctor, task=row.id)
        with pytest.raises(tasks.NotCompetent):
            self.does(tasks.claim, doctor, task=row.id)
        done = self.does(tasks.accept, able, task=row.id)
        assert (done.status, done.evidence, done.ended_by, done.note) == ("done", row.noted, able.id, "")

    def test_accept_nothing_where_nothing_waits(self, task, nurse):
        with pytest.raises(tasks.NothingToAccept):
            self.does(tasks.accept, nurse, task=task)

    def test_what_they_did_survives_being_told_again(self, man, task, nurse):
        self.does(tasks.claim, nurse, task=task)
        raised(man, nurse, "fs_tb_urgent", at=clock.now() - 4 * HOUR)
        assert only(man, nurse, "mh_same_day").claimed_by == nurse.id
