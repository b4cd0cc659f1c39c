"""The first-night screen as it is done: stops, alerts, two nurses at once, signatures."""

import pytest
from django.db import connection

from tests import scenes
from tests.failing import Broken, break_at
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed
from throughcare.demo import answers, people
from throughcare.instruments.actions import AnsweredMeanwhile
from throughcare.instruments.models import Answer, QuestionnaireResponse, Score
from throughcare.instruments.rules import BadAnswer
from throughcare.pathways.models import ClockStart, Happening, Task
from throughcare.record import actions as record_actions
from throughcare.record import queries as record
from throughcare.record.models import AllergyIntolerance, Observation
from throughcare.screening import actions as screening
from throughcare.screening.models import AlertChange, Screen, Step, StopAction
from throughcare.screening.rules import NotOnTheList
from throughcare.screening.standing import standing

SH_NOW, STOP = "reception-first-stage:fs_sh_now", "fs_sh_now_stop"
ACTED = {"action": "constant_watch", "told": "Officer Brown", "plan": "Constant watch until the team comes."}


@pytest.fixture
def screen(house, nurse):
    return scenes.screen_of(scenes.received(people.PETER))


def ask(screen, by, **says):
    """Answer by item of the reception instrument."""
    given = {f"reception-first-stage:{item}": value for item, value in says.items()}
    seen = {ref: now_seq(screen, ref) for ref in given}
    return screening.answer_all(screen=screen, given=given, seen=seen, at=clock.now(), by=by)


def now_seq(screen, ref):
    row = standing(screen).rows.get(ref.partition(":")[0], {}).get(ref.partition(":")[2])
    return row.seq if row else 0


def ask_everything(screen, by, *, until=None, **says):
    while given := answers.next_answers(standing(screen), says):
        screening.answer_all(screen=screen, given=given, at=clock.now(), by=by)


def act(screen, by, alert=STOP, **changes):
    rule = next(one for one in standing(screen).alerts if one.id == alert).rule
    done = ACTED | {"action": rule.actions[0].code} | changes
    return screening.act_on_stop(screen=screen, alert=alert, told_at=clock.now(), at=clock.now(), by=by, **done)


def again_of(now, id):
    """The answer that says a question could not be asked."""
    item = next(question.item for question in now.rest if question.item.id == id)
    code = next(option.code for option in item.options if option.again)
    return [code] if item.type == "multichoice" else code


def due(screen):
    return set(Task.objects.open().filter(patient=screen.patient_id).values_list("clock", flat=True))


class TestAnArrival:
    @pytest.mark.parametrize("reason", ["NEW_ADMISSION", "READMISSION", "TRANSFERRED"])
    def test_opens_a_screen(self, nurse, reason):
        man = scenes.received(people.AMIR, reason=reason)
        assert Screen.objects.filter(patient=man.id).count() == 1

    @pytest.mark.parametrize("out, back", [
        ("SENT_TO_COURT", "RETURN_FROM_COURT"), ("TEMPORARY_ABSENCE_RELEASE", "TEMPORARY_ABSENCE_RETURN"),
    ])  # fmt: skip
    def test_opens_no_other_when_he_only_comes_back(self, nurse, out, back):
        """Somebody who was never here and is said to come back from court is new to us, and screened."""
        man = scenes.received(people.AMIR, clock.now() - 9 * scenes.HOUR)
        scenes.released(people.AMIR, clock.now() - 8 * scenes.HOUR, reason=out)
        scenes.received(people.AMIR, clock.now() - scenes.HOUR, reason=back)
        assert Screen.objects.filter(patient=man.id).count() == 1

    def test_of_the_same_man_on_another_day_is_another_screen(self, nurse):
        man = scenes.received(people.AMIR, clock.now() - 9 * scenes.HOUR)
        scenes.released(people.AMIR, clock.now() - 5 * scenes.HOUR)
        scenes.received(people.AMIR, clock.now())
        assert Screen.objects.filter(patient=man.id).count() == 2


class TestAStop:
    @pytest.fixture(autouse=True)
    def suicidal(self, screen, nurse):
        ask_everything(screen, nurse, fs_sh_now="yes", fs_sh_ever=["attempt"])

    def test_holds_the_core_until_somebody_acted(self, screen, nurse):
        with pytest.raises(screening.StopStands, match="who was told"):
            screening.save_core(screen=screen, at=clock.now(), by=nurse)
        with pytest.raises(screening.StopStands):
            screening.sign(screen=screen, at=clock.now(), by=nurse)
        act(screen, nurse)
        assert screening.save_core(screen=screen, at=clock.now(), by=nurse).kind == "core_done"

    @pytest.mark.parametrize("missing", [
        {"action": ""}, {"action": "prayed"}, {"told": " "}, {"plan": ""}, {"plan": "\n"},
    ])  # fmt: skip
    def test_asks_for_all_its_parts(self, screen, nurse, missing):
        with pytest.raises(screening.ActionIncomplete):
            act(screen, nurse, **missing)
        assert not StopAction.objects.exists() and standing(screen).open_stops

    def test_asks_when_somebody_was_told(self, screen, nurse):
        rule = standing(screen).open_stops[0].rule
        with pytest.raises(screening.ActionIncomplete):
            screening.act_on_stop(
                screen=screen, alert=STOP, action=rule.actions[0].code, told="x", told_at=None, plan="x", at=clock.now(), by=nurse
            )

    @pytest.mark.parametrize("alert", ["fs_first_time_info", "no_such_alert", "fs_swallowed_stop"])
    def test_is_acted_on_only_where_it_stands(self, screen, nurse, alert):
        with pytest.raises(screening.NoSuchQuestion):
            screening.act_on_stop(
                screen=screen, alert=alert, action="x", told="x", told_at=clock.now(), plan="x", at=clock.now(), by=nurse
            )

    def test_starts_the_tasks_of_the_register(self, screen):
        assert {"mh_same_day", "acct_first_review"} <= due(screen)

    def test_that_stands_down_ends_them_with_the_reason(self, screen, nurse):
        ask(screen, nurse, fs_sh_now="no")
        assert not {"mh_same_day", "acct_first_review"} & due(screen)
        ended = Task.objects.filter(patient=screen.patient_id, clock="mh_same_day").get()
        assert (ended.status, ended.cancelled_because) == ("cancelled", "The answer that started it was changed.")
        changes = AlertChange.objects.filter(screen=screen, alert=STOP).order_by("written_at")
        assert [row.raised for row in changes] == [True, False]

    def test_that_rises_again_starts_them_again(self, screen, nurse):
        ask(screen, nurse, fs_sh_now="no")
        ask(screen, nurse, fs_sh_now="yes")
        assert {"mh_same_day", "acct_first_review"} <= due(screen)


def test_a_task_that_two_alerts_ask_for_outlives_one_of_them(screen, nurse):
    ask(screen, nurse, fs_alcohol="yes", fs_drinks={"can_super": "8"}, fs_alcohol_signs="yes")
    assert "withdrawal_prescriber" in due(screen)
    ask(screen, nurse, fs_alcohol_signs="no")
    assert "withdrawal_prescriber" in due(screen)
    assert Task.objects.filter(patient=screen.patient_id, clock="withdrawal_prescriber").count() == 1


class TestTwoNurses:
    def test_with_the_same_answer_are_one_answer(self, screen, nurse, house):
        ask(screen, nurse, fs_alcohol="yes")
        with acting(house["LEI prescriber"]) as other:
            screening.answer(screen=screen, ref="reception-first-stage:fs_alcohol", value="yes", seen=0, at=clock.now(), by=other)
        assert Answer.objects.filter(item="fs_alcohol").count() == 1

    def test_with_different_answers_both_see_both(self, screen, nurse, house):
        ask(screen, nurse, fs_alcohol="yes")
        with acting(house["LEI prescriber"]) as other, pytest.raises(AnsweredMeanwhile, match="Reception Nurse LEI") as clash:
            screening.answer(screen=screen, ref="reception-first-stage:fs_alcohol", value="no", seen=0, at=clock.now(), by=other)
        assert clash.value.theirs.value == "yes"

    def test_who_saw_the_first_may_change_it_and_both_are_kept(self, screen, nurse, house):
        ask(screen, nurse, fs_alcohol="yes")
        ask(screen, nurse, fs_alcohol="no")
        rows = Answer.objects.filter(item="fs_alcohol").order_by("seq")
        assert [(row.seq, row.value) for row in rows] == [(1, "yes"), (2, "no")]
        assert standing(screen).answers["reception-first-stage"]["fs_alcohol"] == "no"


@pytest.mark.parametrize("ref, value, refusal", [
    ("reception-first-stage:no_such_item", "yes", screening.NoSuchQuestion),
    ("no-such-instrument:fs_alcohol", "yes", screening.NoSuchQuestion),
    ("fs_alcohol", "yes", screening.NoSuchQuestion),
    ("reception-first-stage:fs_alcohol", "perhaps", BadAnswer),
    ("reception-first-stage:fs_alcohol", ["yes"], BadAnswer),
    ("reception-first-stage:fs_alcohol", {"yes": 1}, BadAnswer),
])  # fmt: skip
def test_what_is_no_answer_changes_nothing(screen, nurse, ref, value, refusal):
    with pytest.raises(refusal):
        screening.answer(screen=screen, ref=ref, value=value, seen=0, at=clock.now(), by=nurse)
    assert not Answer.objects.exists()


class TestWhoWillNotTalk:
    def test_is_looked_at_and_asked_again(self, screen, nurse):
        ask(screen, nurse, fs_seen=["nothing_wrong"], fs_obs=answers.CALM)
        step = screening.observe_only(screen=screen, why="Drunk.", at=clock.now(), by=nurse)
        assert (step.kind, step.detail, standing(screen).state) == ("observed_only", "Drunk.", "observed")
        assert {"ask_again", "first_stage_screen"} <= due(screen)

    def test_is_not_passed_over_without_a_look(self, screen, nurse):
        with pytest.raises(screening.NotEnoughSeen):
            screening.observe_only(screen=screen, why="Drunk.", at=clock.now(), by=nurse)


class TestWhatCouldNotBeAsked:
    """The questions come back as a task, whether the core or the rest holds them, and whenever the core was saved."""

    def told(self):
        return [row.told["items"] for row in Happening.objects.filter(name="screening.QuestionsNotAsked").order_by("heard_at")]

    def test_in_the_core_comes_back_when_it_is_saved_and_not_once_more(self, screen, nurse):
        ask_everything(screen, nurse, fs_alcohol="unable")
        screening.save_core(screen=screen, at=clock.now(), by=nurse)
        screening.sign(screen=screen, at=clock.now(), by=nurse)
        assert self.told() == [["fs_alcohol"]] and "ask_again_questions" in due(screen)

    def test_in_the_rest_comes_back_although_the_core_was_saved_earlier(self, screen, nurse):
        while given := {q.ref: answers.answer_to(q.item, {}) for q in standing(screen).core_left}:
            screening.answer_all(screen=screen, given=given, at=clock.now(), by=nurse)
        screening.save_core(screen=screen, at=clock.now(), by=nurse)
        assert not self.told()
        (item, *_) = [q.item.id for q in standing(screen).rest if any(option.again for option in q.item.options)]
        ask_everything(screen, nurse, **{item: again_of(standing(screen), item)})
        screening.sign(screen=screen, at=clock.now(), by=nurse)
        assert self.told() == [[item]] and "ask_again_questions" in due(screen)

    def test_of_one_sitting_is_told_once(self, screen, nurse):
        ask_everything(screen, nurse, fs_alcohol="unable")
        screening.sign(screen=screen, at=clock.now(), by=nurse)
        assert self.told() == [["fs_alcohol"]]


class TestWordsThatDoNotFit:
    """Nothing is ever cut off: what would be lost may be the danger."""

    def test_of_a_stop_are_refused_and_nothing_is_written(self, screen, nurse):
        ask(screen, nurse, fs_sh_now="yes")
        for words in ({"told": "x" * 201}, {"plan": "x" * 2001}):
            with pytest.raises(record_actions.TooLong, match="Shorten it"):
                act(screen, nurse, **words)
        assert not StopAction.objects.exists()
        assert act(screen, nurse, told="x" * 200, plan="y" * 2000).told == "x" * 200

    def test_of_why_he_was_only_observed_are_refused(self, screen, nurse):
        ask(screen, nurse, fs_seen=["nothing_wrong"], fs_obs=answers.CALM)
        with pytest.raises(record_actions.TooLong, match="401 characters, and 400 fit"):
            screening.observe_only(screen=screen, why="x" * 401, at=clock.now(), by=nurse)
        assert screening.observe_only(screen=screen, why="x" * 400, at=clock.now(), by=nurse).detail == "x" * 400


class TestASignature:
    @pytest.fixture
    def asked(self, screen, nurse):
        ask_everything(screen, nurse)
        return screen

    def test_needs_the_core(self, screen, nurse):
        for step in (screening.save_core, screening.sign):
            with pytest.raises(screening.CoreNotDone, match="safety core still to ask"):
                step(screen=screen, at=clock.now(), by=nurse)
        assert not Step.objects.exists()

    def test_puts_what_was_said_on_the_record(self, asked, nurse):
        screening.sign(screen=asked, at=clock.now(), by=nurse)
        assert AllergyIntolerance.objects.get(patient=asked.patient_id).said == "none-known"
        assert Observation.objects.filter(patient=asked.patient_id, code="pulse", value="76").exists()
        assert Score.objects.get(patient=asked.patient_id, instrument="news2").total == 0
        assert standing(asked).state == "done"
        assert not {"first_stage_screen", "screen_rest"} & due(asked)

    def test_after_the_core_lands_nothing_twice(self, asked, nurse):
        screening.save_core(screen=asked, at=clock.now(), by=nurse)
        screening.save_core(screen=asked, at=clock.now(), by=nurse)
        screening.sign(screen=asked, at=clock.now(), by=nurse)
        assert AllergyIntolerance.objects.count() == 1 and Score.objects.count() == 1

    def test_is_not_awaited_by_an_allergy_told_after_the_core(self, asked, nurse):
        """The banner must never go on saying that none are known."""
        screening.save_core(screen=asked, at=clock.now(), by=nurse)
        ask(asked, nurse, fs_allergy="yes", fs_allergy_list=[{"substance": "penicillin", "reaction": "rash"}])
        latest = record.allergies_of([asked.patient_id])[asked.patient_id]
        assert (latest.said, latest.substance) == ("present", "penicillin rash")
        ask(asked, nurse, fs_obs=answers.CALM | {"pulse": "130"})
        ask(asked, nurse, fs_alcohol="no")
        taken = Observation.objects.filter(patient=asked.patient_id, code="pulse").order_by("written_at")
        assert [row.value for row in taken] == ["76", "130"]

    @pytest.mark.parametrize("after", [
        lambda screen, by: ask(screen, by, fs_alcohol="yes"),
        lambda screen, by: screening.sign(screen=screen, at=clock.now(), by=by),
        lambda screen, by: screening.observe_only(screen=screen, why="Drunk.", at=clock.now(), by=by),
    ], ids=["an answer", "another signature", "only observed"])  # fmt: skip
    def test_closes_the_screen(self, asked, nurse, after):
        screening.sign(screen=asked, at=clock.now(), by=nurse)
        before = Answer.objects.count()
        with pytest.raises(screening.AlreadySigned, match="Reception Nurse LEI signed this screen"):
            after(asked, nurse)
        assert Answer.objects.count() == before

    def test_of_an_assistant_waits_for_a_nurse(self, house, asked, nurse):
        with acting(house["LEI healthcare_assistant"]) as assistant:
            screening.sign(screen=asked, at=clock.now(), by=assistant)
            assert standing(asked).state == "to_supervise"
            with pytest.raises(NotAllowed):
                screening.supervise(screen=asked, at=clock.now(), by=assistant)
        screening.supervise(screen=asked, at=clock.now(), by=nurse)
        assert standing(asked).state == "done"

    def test_is_countersigned_once_and_only_where_one_waits(self, house, asked, nurse):
        """A countersignature given beforehand would let an assistant's own pass unseen."""
        with pytest.raises(screening.NothingToCountersign):
            screening.supervise(screen=asked, at=clock.now(), by=nurse)
        with acting(house["LEI healthcare_assistant"]) as assistant:
            screening.sign(screen=asked, at=clock.now(), by=assistant)
        screening.supervise(screen=asked, at=clock.now(), by=nurse)
        with pytest.raises(screening.NothingToCountersign):
            screening.supervise(screen=asked, at=clock.now(), by=nurse)

    def test_of_a_nurse_waits_for_nobody(self, asked, nurse):
        screening.sign(screen=asked, at=clock.now(), by=nurse)
        with pytest.raises(screening.NothingToCountersign):
            screening.supervise(screen=asked, at=clock.now(), by=nurse)


@pytest.mark.parametrize("role", ["pharmacy_technician", "substance_misuse_keyworker", "administrator", "head_of_healthcare"])
def test_only_those_who_screen_may_touch_it(house, screen, role):
    with acting(house[f"LEI {role}"]) as by:
        for step in (
            lambda: ask(screen, by, fs_alcohol="yes"), lambda: screening.save_core(screen=screen, at=clock.now(), by=by),
            lambda: screening.sign(screen=screen, at=clock.now(), by=by),
            lambda: screening.advise(screen=screen, codes=[], at=clock.now(), by=by),
            lambda: screening.observe_only(screen=screen, why="", at=clock.now(), by=by),
            lambda: screening.supervise(screen=screen, at=clock.now(), by=by),
        ):  # fmt: skip
            with pytest.raises(NotAllowed):
                step()


def test_officers_are_told_nothing_outside_the_closed_list(screen, nurse):
    with pytest.raises(NotOnTheList):
        screening.advise(screen=screen, codes=["on_methadone"], at=clock.now(), by=nurse)


TABLES = (Step, Answer, QuestionnaireResponse, Score, AllergyIntolerance, Observation, AlertChange, Task, ClockStart, Fact)


def test_whichever_statement_of_a_signature_fails_nothing_is_half_done(screen, nurse):
    """Break the first statement, then the second, and so on: after each failure everything is as before."""
    ask_everything(screen, nurse)
    before, broken = counts(), 0
    while True:
        try:
            with break_at(connection, broken + 1):
                screening.sign(screen=screen, at=clock.now(), by=nurse)
            break
        except Broken:
            broken += 1
            assert counts() == before, broken
    assert broken > 20 and counts() != before


def counts():
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {model._meta.db_table})" for model in TABLES))
        return cursor.fetchone(), list(Task.objects.order_by("id").values_list("status", flat=True))
