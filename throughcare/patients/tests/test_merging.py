"""One person, two records: two people say so, nothing is lost, and it can be undone (T9)."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests import scenes
from tests.rows import filled
from throughcare.access.acting import Actor, acting
from throughcare.audit.models import Fact
from throughcare.core import clock, ids
from throughcare.core.refusals import NotAllowed
from throughcare.demo import people
from throughcare.patients import actions, queries, reach
from throughcare.patients.linked import everything_of, linked, merges_into, proposals_about, survivor_of
from throughcare.patients.models import Match, Merge, MergeProposal, Name, Patient, Reach
from throughcare.record import actions as record
from throughcare.record.models import Encounter
from throughcare.screening import actions as screening
from throughcare.screening.merging import TwoOpenScreens

WHY = "Same face, same tattoo, he says both names are his."
TONY = scenes.renamed(people.AMIR, prison_number="A1234TR", family_name="Reid", given_names="Tony")


@pytest.fixture
def two(house):
    """Tony stands here; Amir is known from before, here too."""
    return scenes.received(TONY), scenes.received(people.AMIR)


def proposed(house, patient, survivor, who="LEI nurse_in_charge"):
    with acting(house[who]) as by:
        return actions.propose_merge(patient=patient.id, survivor=survivor.id, why=WHY, at=clock.now(), by=by)


def merged(house, patient, survivor):
    asked = proposed(house, patient, survivor)
    with acting(house["LEI administrator"]) as by:
        return actions.merge(proposal=asked, at=clock.now(), by=by)


def parted(house, merge):
    with acting(house["LEI nurse_in_charge"]) as by:
        asked = actions.propose_unmerge(merge=merge, why="Another man: the fingerprints differ.", at=clock.now(), by=by)
    with acting(house["LEI administrator"]) as by:
        return actions.unmerge(proposal=asked, at=clock.now(), by=by)


def wrote(house, man, words):
    with acting(house.nurse) as nurse:
        return record.record_encounter(patient=man.id, kind="early_days_check", done=words, plan="", at=clock.now(), by=nurse)


def scopes(man):
    with acting(scenes.feed("LEI")):
        return {(row.scope, row.kind) for row in Reach.objects.live().filter(patient=man.id)}


class TestTwoPeople:
    def test_one_proposes_and_nothing_changes(self, house, two):
        tony, amir = two
        proposed(house, tony, amir)
        with acting(house.nurse):
            assert linked(amir.id) == (amir.id,) and len(proposals_about(amir.id)) == 1

    def test_another_says_yes_and_the_records_are_one_person(self, house, two):
        tony, amir = two
        merged(house, tony, amir)
        with acting(house.nurse):
            assert linked(tony.id) == linked(amir.id) == (amir.id, tony.id)
            assert survivor_of(tony.id) == amir.id and [one.patient_id for one in merges_into(amir.id)] == [tony.id]
            assert proposals_about(amir.id) == []

    def test_nobody_says_yes_to_himself(self, house, two):
        asked = proposed(house, *two)
        with acting(house["LEI nurse_in_charge"]) as by, pytest.raises(actions.AskedByYourself):
            actions.merge(proposal=asked, at=clock.now(), by=by)

    def test_it_is_answered_once(self, house, two):
        asked = proposed(house, *two)
        with acting(house["LEI administrator"]) as by:
            actions.turn_down(proposal=asked, at=clock.now(), by=by)
            with pytest.raises(actions.AnsweredBefore):
                actions.merge(proposal=asked, at=clock.now(), by=by)
            assert not Merge.objects.exists()

    def test_after_a_no_it_can_be_proposed_again(self, house, two):
        asked = proposed(house, *two)
        with acting(house["LEI nurse_in_charge"]) as by:
            actions.turn_down(proposal=asked, at=clock.now(), by=by)
        assert proposed(house, *two).id

    @pytest.mark.parametrize("who", ["LEI reception_nurse", "LEI prescriber", "LEI healthcare_assistant"])
    def test_only_those_who_may(self, house, two, who):
        with pytest.raises(NotAllowed):
            proposed(house, *two, who=who)

    def test_a_second_proposal_waits_for_the_first(self, house, two):
        proposed(house, *two)
        with pytest.raises(actions.AlreadyProposed):
            proposed(house, *two, who="LEI administrator")

    def test_it_says_why(self, house, two):
        with acting(house["LEI administrator"]) as by, pytest.raises(actions.SaysTooLittle):
            actions.propose_merge(patient=two[0].id, survivor=two[1].id, why="same", at=clock.now(), by=by)

    def test_a_record_is_not_joined_to_itself_or_in_a_chain(self, house, two):
        tony, amir = two
        third = scenes.received(people.DANNY)
        with pytest.raises(actions.SameRecord):
            proposed(house, amir, amir)
        merged(house, tony, amir)
        for gone, kept in ((amir, third), (third, tony)):
            with pytest.raises(actions.AlreadyJoined):
                proposed(house, gone, kept)
        merged(house, third, amir)
        with acting(house.nurse):
            assert linked(third.id) == (amir.id, tony.id, third.id)


class TestBySQL:
    """Row security and triggers alone, without any help of the actions."""

    def attack(self, actor, row):
        with acting(actor), pytest.raises((ProgrammingError, IntegrityError)) as refused, transaction.atomic():
            row.save(force_insert=True)
        return str(refused.value)

    def test_a_merge_without_a_proposal_is_refused(self, house, two):
        me = house["LEI nurse_in_charge"]
        row = filled(Merge, patient=two[0], survivor=two[1], proposed_by="somebody", confirmed_by=me.id)
        assert "two people merge" in self.attack(me, row)

    def test_nobody_proposes_in_another_name(self, house, two):
        row = filled(MergeProposal, patient=two[0], survivor=two[1], kind="merge", answer="", answered_by="",
                     proposed_by=house["LEI administrator"].id)  # fmt: skip
        assert "in their own name" in self.attack(house["LEI nurse_in_charge"], row)

    def test_nobody_answers_in_another_name_or_changes_the_question(self, house, two):
        asked = proposed(house, *two)
        third = scenes.received(people.DANNY)
        kept = {"patient": two[0], "survivor": two[1], "kind": "merge", "why": asked.why, "answer": "done",
                "proposed_by": asked.proposed_by, "corrects_id": asked.id}  # fmt: skip
        me, other = house["LEI administrator"], house["LEI prescriber"]
        more = ({"survivor": third}, {"why": "else"}, {"proposed_by": other.id})
        for forged in ({"answered_by": other.id}, *({"answered_by": me.id, **one} for one in more)):
            assert "as it was asked" in self.attack(me, filled(MergeProposal, **{**kept, **forged}))

    def test_the_proposer_cannot_be_the_second_person(self, house, two):
        asked, me = proposed(house, *two), house["LEI nurse_in_charge"]
        row = filled(MergeProposal, patient=two[0], survivor=two[1], kind="merge", why=asked.why, answer="done",
                     proposed_by=me.id, answered_by=me.id, corrects_id=asked.id)  # fmt: skip
        assert "another_person_says_yes" in self.attack(me, row)

    def test_an_answer_is_carried_out_once(self, house, two):
        done = merged(house, *two)
        parted(house, done)
        again = filled(Merge, id=done.id, patient=two[0], survivor=two[1], proposed_by=done.proposed_by,
                       confirmed_by=done.confirmed_by, undone=False)  # fmt: skip
        assert "duplicate key" in self.attack(house["LEI administrator"], again)

    def test_another_prison_sees_no_merge_and_no_proposal(self, house, two):
        merged(house, *two)
        with acting(house.other):
            assert not Merge.objects.exists() and not MergeProposal.objects.exists() and not Name.objects.exists()


class TestWhatIsRead:
    def test_rows_keep_their_record_and_are_read_together(self, house, two):
        tony, amir = two
        wrote(house, tony, "Seen as Tony.")
        wrote(house, amir, "Seen as Amir.")
        merged(house, tony, amir)
        with acting(house.nurse):
            rows = Encounter.objects.filter(patient__one_of=everything_of(amir.id))
            assert {(row.patient_id, row.done) for row in rows} == {(tony.id, "Seen as Tony."), (amir.id, "Seen as Amir.")}

    def test_several_prisoners_are_one_patient(self, house, two):
        tony, amir = two
        merged(house, tony, amir)
        with acting(house.nurse):
            prisoners = Match.objects.values_list("prisoner_id", flat=True)
            assert {queries.patient_of(one) for one in prisoners} == {amir.id}
            (row,) = queries.with_custody(Patient.objects.filter(id=amir.id))
            assert set(row.numbers) == {TONY.prison_number, people.AMIR.prison_number} and row.linked == [amir.id, tony.id]

    def test_two_begun_screens_are_never_joined_out_of_sight(self, house, two):
        for man in two:
            with acting(house.nurse) as nurse:
                given = {"reception-first-stage:fs_swallowed": "no"}
                screening.answer_all(screen=scenes.screen_of(man), given=given, at=clock.now(), by=nurse)
        with pytest.raises(TwoOpenScreens, match="Sign one of them first"):
            merged(house, *two)
        with acting(house.nurse):
            assert not Merge.objects.exists() and len(proposals_about(two[0].id)) == 1, "the proposal still waits"


class TestWhoMaySee:
    def test_reach_of_both_is_shared(self, house):
        tony, omar = scenes.received(TONY), scenes.received(scenes.OMAR, prison="MDI")
        with acting(scenes.feed("LEI")):
            reach.open_inbound(omar.id, "LEI", since=clock.now(), due_at=clock.now())
        merged(house, tony, omar)
        both = {("establishment:LEI", "here"), ("establishment:MDI", "here")}
        assert scopes(tony) == scopes(omar) == both

    def test_both_in_custody_at_once_is_a_fact_and_never_refused(self, house):
        self.test_reach_of_both_is_shared(house)
        with acting(house.nurse):
            assert Fact.objects.get(kind="patients.SamePersonInTwoPlaces").kept["places"] == ["LEI", "MDI"]

    def test_movements_open_and_close_every_record(self, house, two):
        tony, amir = two
        merged(house, tony, amir)
        scenes.moved(people.AMIR, "received", "TRANSFERRED", clock.now(), "MDI")
        assert ("establishment:MDI", "here") in scopes(tony) & scopes(amir)
        assert ("establishment:LEI", "here") in scopes(tony), "the other booking still holds him there"
        scenes.released(TONY)
        assert ("establishment:LEI", "left") in scopes(tony) & scopes(amir)

    def test_a_bar_on_either_holds_for_both(self, house, two):
        tony, amir = two
        with acting(house["LEI prescriber"]) as by:
            actions.declare_relationship(patient=tony.id, why="He is my brother-in-law.", at=clock.now(), by=by)
        merged(house, tony, amir)
        with acting(house["LEI prescriber"]):
            assert not Patient.objects.exists()

    def test_a_bar_set_after_the_merge_holds_for_both_too(self, house, two):
        tony, amir = two
        merged(house, tony, amir)
        with acting(house["LEI prescriber"]) as by:
            actions.declare_relationship(patient=amir.id, why="He is my brother-in-law.", at=clock.now(), by=by)
        with acting(house["LEI prescriber"]):
            assert not Patient.objects.exists()


class TestUnmerge:
    def test_by_two_people_gives_two_persons_back(self, house, two):
        tony, amir = two
        parted(house, merged(house, tony, amir))
        with acting(house.nurse):
            assert linked(tony.id) == (tony.id,) and linked(amir.id) == (amir.id,)
            assert {queries.patient_of(match.prisoner_id) for match in Match.objects.all()} == {tony.id, amir.id}

    def test_after_new_writes_lists_them_for_a_person_to_assign(self, house, two):
        tony, amir = two
        wrote(house, amir, "Before.")
        done = merged(house, tony, amir)
        row = wrote(house, amir, "After.")
        with acting(house["LEI nurse_in_charge"]):
            since = actions.written_since(done)
        assert row.id in {one.id for one in since} and "Reception Nurse LEI" in {one.by for one in since}
        parted(house, done)
        with acting(house.nurse):
            assert set(Encounter.objects.filter(patient=amir.id).values_list("done", flat=True)) == {"Before.", "After."}
            assert not Encounter.objects.filter(patient=tony.id).exists()

    def test_takes_back_what_reach_the_merge_gave(self, house):
        tony, omar = scenes.received(TONY), scenes.received(scenes.OMAR, prison="MDI")
        with acting(scenes.feed("LEI")):
            reach.open_inbound(omar.id, "LEI", since=clock.now(), due_at=clock.now())
        parted(house, merged(house, tony, omar))
        assert scopes(tony) == {("establishment:LEI", "here"), ("establishment:MDI", "left")}
        assert scopes(omar) == {("establishment:MDI", "here"), ("establishment:LEI", "left")}

    def test_takes_it_back_from_somebody_without_a_booking_too(self, house):
        """Nobody's booking says where he is: the prison that met him keeps him, and no other."""
        with acting(house.nurse) as nurse:
            kyle = actions.receive_unbooked(
                family_name="Brennan", given_names="Kyle", date_of_birth=None, arrived_at=clock.now(), by=nurse
            )
        omar = scenes.received(scenes.OMAR, prison="MDI")
        with acting(scenes.feed("LEI")):
            reach.open_inbound(omar.id, "LEI", since=clock.now(), due_at=clock.now())
        done = merged(house, kyle, omar)
        assert ("establishment:MDI", "here") in scopes(kyle)
        parted(house, done)
        assert scopes(kyle) == {("establishment:LEI", "here"), ("establishment:MDI", "left")}
        assert scopes(omar) == {("establishment:MDI", "here"), ("establishment:LEI", "left")}

    def test_what_is_not_joined_cannot_be_parted(self, house, two):
        done = merged(house, *two)
        parted(house, done)
        with acting(house["LEI nurse_in_charge"]) as by, pytest.raises(actions.NotMerged):
            actions.propose_unmerge(merge=done, why=WHY, at=clock.now(), by=by)

    def test_and_they_can_be_joined_again(self, house, two):
        parted(house, merged(house, *two))
        merged(house, *two)
        with acting(house.nurse):
            assert len(linked(two[0].id)) == 2


def test_keys_of_linked_records_are_known_without_the_person(house, two):
    merged(house, *two)
    with acting(Actor(str(ids.new()), "Nobody")), connection.cursor() as cursor:
        cursor.execute("SELECT patients_linked(%s)", [two[0].id])
        assert cursor.fetchone() == ([two[1].id, two[0].id],) and not Patient.objects.exists()
