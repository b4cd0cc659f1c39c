"""Any form is a visit: who may begin it, what it closes, what it comes to, and how it is signed."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed
from throughcare.demo import answers, people
from throughcare.instruments.actions import How, HowNotSaid
from throughcare.instruments.models import Completion, QuestionnaireResponse, Score
from throughcare.record.actions import TooLong
from throughcare.record.models import Observation
from throughcare.screening import actions as screening
from throughcare.screening import outcomes, queries, rules
from throughcare.screening.models import ActionCarried, AlertChange, Screen, Step
from throughcare.screening.standing import standing

ASKED = How(mode="interview", withdrawal=False)


@pytest.fixture
def man(house):
    return scenes.received(people.PETER)


@pytest.fixture
def nurse(house, man):
    with acting(house["LEI nurse_in_charge"]) as nurse:
        yield nurse


def opens(man, definition, by, at=None):
    return screening.open_visit(patient=man.id, definition=definition, at=at or clock.now(), by=by)


def ask_all(screen, by, **says):
    while given := answers.next_answers(standing(screen), says):
        screening.answer_all(screen=screen, given=given, at=clock.now(), by=by)


def signed(man, definition, by, how=ASKED, **says):
    screen = opens(man, definition, by)
    ask_all(screen, by, **says)
    screening.sign(screen=screen, at=clock.now(), by=by, how=how)
    return screen


def told(man, kind):
    return list(Fact.objects.filter(patient_id=man.id, kind=kind).order_by("written_at").values_list("kept", flat=True))


class TestBeginning:
    def test_says_which_form_it_is(self, man, nurse):
        screen = opens(man, "form:cows", nurse)
        assert (screen.definition, screen.arrival, screen.arrived_at) == ("form:cows", "visit", screen.opened_at)
        assert told(man, "screening.ScreenOpened")[-1] == {"screen": str(screen.id), "definition": "form:cows"}

    def test_goes_on_with_what_was_begun_a_short_while_ago(self, man, nurse):
        first = opens(man, "form:cows", nurse, clock.now() - timedelta(hours=1))
        assert opens(man, "form:cows", nurse) == first

    @pytest.mark.parametrize("before", ["signed", "old"])
    def test_again_is_a_new_visit(self, man, nurse, before):
        if before == "signed":
            first = signed(man, "form:cows", nurse)
        else:
            first = opens(man, "form:cows", nurse, clock.now() - timedelta(hours=5))
        assert opens(man, "form:cows", nurse) != first

    @pytest.mark.parametrize("definition", ["form:no-such-form", "no-such-visit", "first-night", ""])
    def test_of_what_is_no_form_to_begin_is_refused(self, man, nurse, definition):
        with pytest.raises(screening.NoSuchForm):
            opens(man, definition, nurse)
        assert Screen.objects.filter(patient=man.id).count() == 1

    @pytest.mark.parametrize("role, definition, may", [
        ("substance_misuse_keyworker", "triage", True), ("substance_misuse_keyworker", "second-stage", False),
        ("pharmacy_technician", "form:in-possession-risk", True), ("pharmacy_technician", "form:phq-9", False),
        ("healthcare_assistant", "form:bbv-offer", True), ("administrator", "form:news2", False),
        ("head_of_healthcare", "form:cows", False), ("mental_health_nurse", "form:phq-9", True),
    ])  # fmt: skip
    def test_is_for_those_who_administer_it(self, house, man, role, definition, may):
        with acting(house[f"LEI {role}"]) as by:
            if may:
                assert opens(man, definition, by).definition == definition
            else:
                with pytest.raises(NotAllowed, match="This form is asked by"):
                    opens(man, definition, by)

    def test_gives_nobody_else_a_hand_in_it(self, house, man, nurse):
        screen = opens(man, "form:phq-9", nurse)
        with acting(house["LEI pharmacy_technician"]) as by:
            for step in (
                lambda: screening.answer_all(screen=screen, given={"phq-9:phq_1": "0"}, at=clock.now(), by=by),
                lambda: screening.sign(screen=screen, at=clock.now(), by=by, how=ASKED),
                lambda: screening.supervise(screen=screen, at=clock.now(), by=by),
                lambda: screening.carry(screen=screen, alert="x", state="done", at=clock.now(), by=by),
            ):  # fmt: skip
                with pytest.raises(NotAllowed):
                    step()


class TestAVisitOfAnotherPrison:
    """Begun there and not signed: what it set off would be owed there, where nobody has the man any more."""

    @pytest.fixture
    def moved(self, house, man, nurse):
        """He was asked the first questions of the second stage at Leeds, and taken to Moorland the same day."""
        screen = opens(man, "second-stage", nurse)
        screening.answer_all(screen=screen, given={"second-stage:ss_height": "178"}, at=clock.now(), by=nurse)
        scenes.released(people.PETER, reason="TRANSFERRED")
        scenes.received(people.PETER, clock.now(), scenes.MDI, reason="TRANSFERRED")
        return screen

    def test_is_not_gone_on_with_here(self, house, man, moved):
        with acting(house["MDI nurse_in_charge"]) as by:
            assert opens(man, "second-stage", by) != moved
            for step in (
                lambda: screening.answer_all(screen=moved, given={"second-stage:ss_weight": "78"}, at=clock.now(), by=by),
                lambda: screening.carry(screen=moved, alert="x", state="done", at=clock.now(), by=by),
                lambda: screening.act_on_stop(
                    screen=moved, alert="x", action="x", told="x", told_at=clock.now(), plan="x", at=clock.now(), by=by
                ),
                lambda: screening.sign(screen=moved, at=clock.now(), by=by, how=ASKED),
            ):  # fmt: skip
                with pytest.raises(screening.BegunElsewhere, match=r"begun at HMP Leeds .* Begin it anew here"):
                    step()

    def test_is_not_offered_to_go_on_with(self, house, man, moved):
        """The address of a task leads on to a visit that was begun; to this one, only where it was begun."""
        page = house.sign_in(Client(), "MDI nurse_in_charge").get(f"/patients/{man.id}/visits/?form=second-stage")
        assert page.status_code == 200 and b">Begin<" in page.content
        with acting(house.nurse):
            assert queries.begun(man.id, "LEI", "second-stage", clock.now() - timedelta(hours=1)) == moved

    def test_can_be_read_and_says_why_it_cannot_be_written(self, house, man, moved):
        page = house.sign_in(Client(), "MDI nurse_in_charge").get(f"/patients/{man.id}/visits/{moved.id}/")
        said = page.content.decode()
        assert page.status_code == 200 and "This was begun at HMP Leeds" in said and 'value="signed"' not in said


class TestTheFirstNight:
    def test_is_still_the_one_that_the_boards_mean(self, man, nurse):
        arrival = queries.current_of(man.id, "LEI")
        signed(man, "form:cows", nurse)
        opens(man, "form:news2", nurse)
        assert queries.current_of(man.id, "LEI") == arrival
        assert queries.latest_row(man.id, "LEI").state == "waiting"
        assert [row.id for row in queries.wanted_at("LEI", clock.now() - timedelta(hours=12))] == [arrival.id]

    def test_is_not_done_because_something_else_was_signed(self, man, nurse):
        signed(man, "form:cows", nurse)
        assert {row["definition"] for row in told(man, "screening.ScreenSigned")} == {"form:cows"}
        assert not told(man, "screening.CoreDone")


class TestASignature:
    def test_closes_every_form_that_was_answered(self, man, nurse):
        screen = signed(man, "triage", nurse, smt_capacity="yes")
        forms = {row["instrument"] for row in told(man, "screening.FormSigned")}
        assert {"sm-triage", "audit-c"} <= forms and "audit" not in forms
        assert told(man, "screening.ScreenSigned") == [{"screen": str(screen.id), "definition": "triage"}]

    def test_puts_the_score_on_the_record(self, man, nurse):
        screen = opens(man, "form:cows", nurse)
        ask_all(screen, nurse)
        assert not Observation.objects.filter(code__startswith="score:").exists(), "not before it is signed"
        screening.sign(screen=screen, at=clock.now(), by=nurse, how=ASKED)
        total = Score.objects.get(response__occasion=screen.id).total
        row = Observation.objects.get(code="score:cows")
        assert (row.value, row.source) == (str(total), screen.id)

    def test_says_the_band_what_to_do_and_who_says_so(self, man, nurse):
        (one,) = outcomes.of(standing(signed(man, "form:cows", nurse)))
        assert one.words.startswith(f"{one.total} of 48") and one.band and one.action and one.source

    def test_keeps_how_it_was_answered(self, man, nurse):
        screen = signed(man, "form:phq-9", nurse, How(mode="interpreter", language="Polish", withdrawal=True))
        row = Completion.objects.get(response__occasion=screen.id)
        assert (row.mode, row.language, row.withdrawal, row.written_by) == ("interpreter", "Polish", True, nurse.id)

    def test_says_how_it_was_answered(self, man, nurse):
        """Whoever leaves that out would leave withdrawal out too."""
        for definition in ("form:cows", "form:phq-9"):
            screen = opens(man, definition, nurse)
            ask_all(screen, nurse)
            for how in (None, How(mode="")):
                with pytest.raises((HowNotSaid, screening.WithdrawalNotSaid)):
                    screening.sign(screen=screen, at=clock.now(), by=nurse, how=how)
        assert not Completion.objects.exists() and not Step.objects.exists()

    def test_does_not_cut_the_language_off(self, man, nurse):
        with pytest.raises(TooLong, match="60 fit here"):
            signed(man, "form:cows", nurse, How(mode="interpreter", language="x" * 61))
        assert not Completion.objects.exists() and not Step.objects.exists()

    def test_of_a_mood_score_asks_about_withdrawal(self, man, nurse):
        screen = opens(man, "form:phq-9", nurse)
        ask_all(screen, nurse)
        with pytest.raises(screening.WithdrawalNotSaid):
            screening.sign(screen=screen, at=clock.now(), by=nurse, how=How())
        with pytest.raises(HowNotSaid):
            screening.sign(screen=screen, at=clock.now(), by=nurse, how=How(mode="guessed", withdrawal=False))
        assert not Step.objects.filter(screen=screen).exists()

    def test_names_the_first_question_still_blank(self, man, nurse):
        screen = opens(man, "form:cows", nurse)
        with pytest.raises(screening.QuestionsBlank, match="11 still to ask: Resting pulse"):
            screening.sign(screen=screen, at=clock.now(), by=nurse, how=ASKED)

    @pytest.mark.parametrize("definition", ["second-stage", "form:cows"])
    @pytest.mark.parametrize("hours, refusal", [
        (1, screening.InTheFuture), (-30, screening.BeforeArrival), (-365 * 24, screening.BeforeArrival),
    ])  # fmt: skip
    def test_says_when_he_was_seen_and_that_can_only_have_been_here(self, man, nurse, definition, hours, refusal):
        screen = opens(man, definition, nurse)
        ask_all(screen, nurse)
        with pytest.raises(refusal):
            screening.sign(screen=screen, at=clock.now() + timedelta(hours=hours), by=nurse, how=ASKED)

    def test_may_be_written_later_than_it_was_done(self, man, nurse):
        screen = opens(man, "form:cows", nurse)
        ask_all(screen, nurse)
        seen = clock.now() - timedelta(minutes=40)
        step = screening.sign(screen=screen, at=seen, by=nurse, how=ASKED)
        assert step.happened_at == seen < step.written_at
        assert Observation.objects.get(code="score:cows").happened_at == seen

    def test_of_an_assistant_whom_the_form_names_stands_alone(self, house, man):
        with acting(house["LEI healthcare_assistant"]) as assistant:
            assert standing(signed(man, "form:bbv-offer", assistant)).state == "done"

    def test_of_an_assistant_who_is_supervised_does_not(self, house):
        form = rules.alone(rules.instruments.book().on("reception-first-stage", clock.now().date()))
        assert screening.can_ask(house["LEI healthcare_assistant"], form)
        assert not screening.can_sign(house["LEI healthcare_assistant"], form)

    def test_closes_the_visit(self, man, nurse):
        screen = signed(man, "form:cows", nurse)
        for again in (
            lambda: screening.sign(screen=screen, at=clock.now(), by=nurse, how=ASKED),
            lambda: screening.answer_all(screen=screen, given={"cows:no": "x"}, at=clock.now(), by=nurse),
        ):
            with pytest.raises(screening.AlreadySigned, match="Nurse In Charge LEI signed this screen"):
                again()

    def test_of_a_total_from_a_licensed_copy_keeps_the_total_alone(self, man, nurse):
        screen = signed(man, "form:cmhs-m", nurse, cmhs_m_total=7)
        assert Score.objects.get(response__occasion=screen.id).total == 7
        assert standing(screen).definition.rest[0].lead == rules.SCORE_ENTRY

    def test_that_could_ask_nothing_closes_nothing(self, man, nurse):
        screen = opens(man, "form:learning-needs", nurse)
        says = {item.id: "unable" for item in standing(screen).books["learning-needs"].items
                if any(option.code == "unable" for option in item.options)}  # fmt: skip
        screening.answer_all(
            screen=screen, given={f"learning-needs:{id}": value for id, value in says.items()}, at=clock.now(), by=nurse
        )
        assert standing(screen).covered == ()


def test_two_people_who_sign_at_once_are_one_signature_and_one_sentence(committing_db, house):
    man = scenes.received(people.PETER)
    with acting(house["LEI nurse_in_charge"]) as nurse:
        screen = opens(man, "form:cows", nurse)
        ask_all(screen, nurse)
    went = []

    def signs(who):
        try:
            with acting(house[who]) as by:
                screening.sign(screen=screen, at=clock.now(), by=by, how=ASKED)
            went.append("signed")
        except screening.AlreadySigned as refusal:
            went.append(str(refusal))
        finally:
            connection.close()

    both = [Thread(target=signs, args=(who,)) for who in ("LEI reception_nurse", "LEI nurse_in_charge")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    with acting(house.nurse):
        assert Step.objects.filter(screen=screen, kind="signed").count() == 1
        assert Observation.objects.filter(code="score:cows").count() == 1
    (other,) = [one for one in went if one != "signed"]
    assert "signed" in went and "signed this screen at" in other


class TestAFallSinceTheLastWheel:
    """A slice lower by three or more than on the last wheel that somebody finished asks for a review."""

    WHEEL = "form:wellbeing-wheel"

    @pytest.fixture
    def man(self, house):
        return scenes.received(people.JOE, clock.now() - timedelta(days=2))

    def wheel(self, man, by, hours, sign=True, **slices):
        at = clock.now() - timedelta(hours=hours)
        screen = opens(man, self.WHEEL, by, at)
        given = {f"wellbeing-wheel:{item}": value for item, value in slices.items()}
        now = screening.answer_all(screen=screen, given=given, at=at, by=by)
        if sign:
            ask_all(screen, by, **{item.id: 8 for item in now.books["wellbeing-wheel"].items if item.type == "integer"})
            screening.sign(screen=screen, at=at, by=by, how=ASKED)
        return {alert.id for alert in now.alerts}

    def test_is_seen(self, man, nurse):
        assert "ww_fall_urgent" not in self.wheel(man, nurse, 30, ww_physical_health=9)
        assert "ww_fall_urgent" in self.wheel(man, nurse, 1, ww_physical_health=6)

    def test_is_not_hidden_by_a_wheel_left_after_one_tap(self, man, nurse):
        self.wheel(man, nurse, 30, ww_physical_health=9)
        self.wheel(man, nurse, 20, sign=False, ww_mental_health=8)
        assert "ww_fall_urgent" in self.wheel(man, nurse, 1, ww_physical_health=6)

    def test_is_counted_from_the_last_wheel_and_no_older_one(self, man, nurse):
        self.wheel(man, nurse, 30, ww_physical_health=9)
        self.wheel(man, nurse, 20, ww_physical_health=7)
        assert "ww_fall_urgent" not in self.wheel(man, nurse, 1, ww_physical_health=6)

    def test_is_none_where_the_only_wheel_before_was_left(self, man, nurse):
        self.wheel(man, nurse, 20, sign=False, ww_physical_health=9)
        assert "ww_fall_urgent" not in self.wheel(man, nurse, 1, ww_physical_health=6)


class TestTheDatabase:
    def test_takes_no_state_that_is_none(self, man, nurse):
        with pytest.raises(IntegrityError), transaction.atomic():
            carried(man, nurse, state="perhaps")

    def test_takes_no_action_off_without_a_reason(self, man, nurse):
        with pytest.raises(IntegrityError, match="not_needed_says_why"), transaction.atomic():
            carried(man, nurse, state="not_needed")

    def test_completes_a_response_once(self, man, nurse):
        screen = signed(man, "form:cows", nurse)
        response = QuestionnaireResponse.objects.get(occasion=screen.id)
        with pytest.raises(IntegrityError), transaction.atomic():
            Completion.objects.create(
                response=response, patient=man, mode="self", happened_at=clock.now(), written_at=clock.now(), written_by="x",
                written_by_name="x",
            )  # fmt: skip


def carried(man, by, **fields):
    screen = queries.current_of(man.id, "LEI")
    return ActionCarried.objects.create(
        screen=screen, patient=man, alert="x", happened_at=clock.now(), written_at=clock.now(), written_by=by.id,
        written_by_name=by.name, **fields,
    )  # fmt: skip


def test_an_alert_says_which_visit_it_rose_on_and_a_stop_holds_the_signature(man, nurse):
    screen = opens(man, "form:phq-9", nurse)
    ninth = next(item for item in standing(screen).books["phq-9"].items if item.id.endswith("9"))
    worst = max(ninth.options, key=lambda option: option.score).code
    ask_all(screen, nurse, **{ninth.id: worst})
    assert AlertChange.objects.filter(screen=screen, raised=True, severity="stop").exists()
    assert "form:phq-9" in {row["definition"] for row in told(man, "screening.AlertRaised")}
    with pytest.raises(screening.StopStands):
        screening.sign(screen=screen, at=clock.now(), by=nurse, how=ASKED)
