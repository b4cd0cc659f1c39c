"""The second stage takes up the first night: each action carried over, what could not be asked put again, one slot closes all."""

from datetime import timedelta

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.demo import answers, people
from throughcare.instruments.actions import How
from throughcare.pathways.models import Happening, Task
from throughcare.record import actions as record
from throughcare.screening import actions as screening
from throughcare.screening import carried, present
from throughcare.screening.models import ActionCarried, Step
from throughcare.screening.rules.whole import LEFT_OPEN
from throughcare.screening.standing import standing

ASKED = How(mode="interview", withdrawal=False)
NOT_ASKED = "screening.QuestionsNotAsked"
DRINKS = {"fs_alcohol": "yes", "fs_drinks": {"can_super": "8"}, "fs_alcohol_signs": "yes", "fs_sh_ever": ["attempt"]}


@pytest.fixture
def nurse(house):
    with acting(house["LEI nurse_in_charge"]) as nurse:
        yield nurse


@pytest.fixture
def man(house):
    return scenes.screened(people.PETER, house.nurse, says=DRINKS)


@pytest.fixture
def screen(man, nurse):
    return screening.open_visit(patient=man.id, definition="second-stage", at=clock.now(), by=nurse)


def ask_all(screen, by, **says):
    while given := answers.next_answers(standing(screen), says):
        screening.answer_all(screen=screen, given=given, at=clock.now(), by=by)


def carry_all(screen, by, state="pending"):
    for line in carried.lines(standing(screen)):
        if not line.state:
            screening.carry(screen=screen, alert=line.alert, state=state, at=clock.now(), by=by)


def sign(screen, by):
    return screening.sign(screen=screen, at=clock.now(), by=by, how=ASKED)


def reminder(man):
    return Task.objects.open().filter(patient=man.id, clock="ask_again_questions").first()


class TestTheCarryOver:
    def test_lists_every_action_of_the_first_night(self, screen):
        now = standing(screen)
        assert [line.alert for line in carried.lines(now)] == [alert.id for alert in now.first.alerts]
        assert {"fs_units_urgent", "fs_sh_ever_urgent"} & {line.alert for line in carried.lines(now)}

    def test_without_an_answer_to_one_holds_the_signature(self, screen, nurse):
        ask_all(screen, nurse)
        with pytest.raises(screening.ActionsNotCarried, match="without an answer"):
            sign(screen, nurse)
        carry_all(screen, nurse)
        assert sign(screen, nurse).kind == Step.Kind.SIGNED

    def test_knows_that_it_is_done_when_the_task_is_done(self, house, man, screen):
        with acting(house["LEI prescriber"]) as prescriber:
            record.record_encounter(
                patient=man.id, kind="prescriber_review", done="Seen.", plan="", at=clock.now(), by=prescriber
            )
            lines = {line.alert: line for line in carried.lines(standing(screen))}
        assert lines["fs_units_urgent"].state == "done" and "Prescriber review" in lines["fs_units_urgent"].shown
        assert lines["fs_sh_ever_urgent"].state == ""

    def test_leaves_the_task_of_what_is_still_to_do(self, man, screen, nurse):
        open_before = set(Task.objects.open().filter(patient=man.id).values_list("clock", flat=True))
        carry_all(screen, nurse)
        assert set(Task.objects.open().filter(patient=man.id).values_list("clock", flat=True)) == open_before != set()

    def test_takes_nothing_off_without_a_reason(self, screen, nurse):
        with pytest.raises(screening.NotNeededWhy):
            screening.carry(screen=screen, alert="fs_units_urgent", state="not_needed", why="  ", at=clock.now(), by=nurse)
        said, again = (
            screening.carry(
                screen=screen, alert="fs_units_urgent", state="not_needed", why="Seen in court.", at=clock.now(), by=nurse
            )
            for _ in range(2)
        )
        assert said == again and ActionCarried.objects.count() == 1
        assert Fact.objects.get(kind="screening.ActionCarried").kept == {
            "screen": str(screen.id), "said": str(said.id), "state": "not_needed",
        }  # fmt: skip

    @pytest.mark.parametrize("alert, state", [("no_such_alert", "done"), ("fs_units_urgent", "perhaps"), ("", "")])
    def test_is_about_what_the_first_night_asked_for(self, screen, nurse, alert, state):
        with pytest.raises(screening.NoSuchQuestion):
            screening.carry(screen=screen, alert=alert, state=state, at=clock.now(), by=nurse)

    def test_that_is_signed_goes_on_saying_what_it_said(self, house, man, screen, nurse):
        """A contact of days later makes nothing done that the nurse wrote off, and takes her reason off no paper."""
        why = {"alert": "fs_units_urgent", "state": "not_needed", "why": "Seen in court."}
        screening.carry(screen=screen, **why, at=clock.now(), by=nurse)
        ask_all(screen, nurse)
        carry_all(screen, nurse)
        sign(screen, nurse)
        before = carried.lines(standing(screen))
        with acting(house["LEI prescriber"]) as prescriber:
            record.record_encounter(
                patient=man.id, kind="prescriber_review", done="Seen.", plan="", at=clock.now(), by=prescriber
            )
        after = carried.lines(standing(screen))
        assert after == before
        assert next(one.words for one in after if one.alert == "fs_units_urgent").startswith("Not needed: Seen in court. (")

    def test_that_is_signed_keeps_what_the_record_showed_then(self, house, man, screen, nurse):
        with acting(house["LEI prescriber"]) as prescriber:
            record.record_encounter(
                patient=man.id, kind="prescriber_review", done="Seen.", plan="", at=clock.now(), by=prescriber
            )
        ask_all(screen, nurse)
        carry_all(screen, nurse)
        sign(screen, nurse)
        line = next(one for one in carried.lines(standing(screen)) if one.alert == "fs_units_urgent")
        assert "Prescriber review" in line.words
        assert ActionCarried.objects.get(screen=screen, alert="fs_units_urgent").why == line.shown

    def test_may_be_changed_until_it_is_signed_and_the_latest_counts(self, screen, nurse):
        for state in ("pending", "done"):
            screening.carry(screen=screen, alert="fs_units_urgent", state=state, at=clock.now(), by=nurse)
        line = next(one for one in carried.lines(standing(screen)) if one.alert == "fs_units_urgent")
        assert line.state == "done" and ActionCarried.objects.count() == 2


class TestWhatTheFirstNightCouldNotAsk:
    @pytest.fixture
    def man(self, house):
        return scenes.screened(people.PETER, house.nurse, says={"fs_alcohol": "unable", "fs_conditions": ["none"]})

    def test_is_put_again_with_what_may_follow_from_it(self, screen, nurse):
        shown = {question.item.id for question in standing(screen).rest}
        assert "fs_alcohol" in shown and "fs_drugs" not in shown
        screening.answer_all(screen=screen, given={"reception-first-stage:fs_alcohol": "yes"}, at=clock.now(), by=nurse)
        assert "fs_drinks" in {question.item.id for question in standing(screen).rest}

    def test_stands_first_and_blank(self, screen):
        (first, *_) = present.groups(standing(screen, with_history=True), "rest")
        assert first["title"] == LEFT_OPEN and not any("value" in item for item in first["items"])

    def test_may_set_off_what_it_would_have_set_off_then(self, screen, nurse):
        given = {"reception-first-stage:fs_alcohol": "yes", "reception-first-stage:fs_alcohol_signs": "yes"}
        screening.answer_all(screen=screen, given=given, at=clock.now(), by=nurse)
        assert "fs_alcohol_signs_urgent" in {alert.id for alert in standing(screen).alerts}

    def test_is_not_the_form_itself(self, man, screen, nurse):
        ask_all(screen, nurse)
        carry_all(screen, nurse)
        sign(screen, nurse)
        closed = Fact.objects.filter(kind="screening.FormSigned", kept__screen=str(screen.id))
        assert {row.kept["instrument"] for row in closed} == {"second-stage", "bbv-offer", "learning-needs"}

    def test_and_the_second_stage_could_not_either_comes_back_although_that_form_is_done(self, man, screen, nurse):
        """The second stage finishes the reminder of the first night; what it could not ask begins one of its own."""
        before = reminder(man)
        ask_all(screen, nurse, fs_alcohol="unable")
        carry_all(screen, nurse)
        sign(screen, nurse)
        assert "fs_alcohol" in Happening.objects.filter(name=NOT_ASKED).latest("heard_at").told["items"]
        assert reminder(man) != before and Task.objects.filter(id=before.id, status="done").exists()

    def test_but_the_second_stage_could_does_not_come_back(self, man, screen, nurse):
        ask_all(screen, nurse)
        carry_all(screen, nurse)
        sign(screen, nurse)
        assert reminder(man) is None

    def test_that_nobody_signed_is_still_asked_where_it_began(self, house, nurse):
        man = scenes.screened(people.JOE, house.nurse, sign=False)
        screen = screening.open_visit(patient=man.id, definition="second-stage", at=clock.now(), by=nurse)
        assert LEFT_OPEN not in {group.title for group in standing(screen).definition.rest}


class TestTheMentalHealthScore:
    def asked(self, screen, nurse, sex):
        screen.patient.sex = sex
        given = {"second-stage:ss_mh_positive": "yes"}
        screening.answer_all(screen=screen, given=given, at=clock.now(), by=nurse)
        return {question.instrument for question in standing(screen).rest} & {"cmhs-m", "cmhs-w"}

    @pytest.mark.parametrize("sex, form", [("Male", {"cmhs-m"}), ("Female", {"cmhs-w"}), ("", {"cmhs-m", "cmhs-w"})])
    def test_opens_where_it_is_called_for(self, screen, nurse, sex, form):
        assert not {question.instrument for question in standing(screen).rest} & {"cmhs-m", "cmhs-w"}
        assert self.asked(screen, nurse, sex) == form

    def test_never_holds_up_the_signature(self, screen, nurse):
        screening.answer_all(screen=screen, given={"second-stage:ss_mh_positive": "yes"}, at=clock.now(), by=nurse)
        assert {question.instrument for question in standing(screen).rest} & {"cmhs-m", "cmhs-w"}
        assert not {question.instrument for question in standing(screen).rest_left} & {"cmhs-m", "cmhs-w"}


def test_a_second_stage_without_a_first_night_here_carries_nothing(house, nurse):
    man = scenes.received(people.JOE)
    screen = screening.open_visit(patient=man.id, definition="second-stage", at=clock.now(), by=nurse)
    screen.opened_at = screen.opened_at - timedelta(days=9)
    assert standing(screen).first is None and carried.lines(standing(screen)) == ()
