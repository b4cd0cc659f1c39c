"""Planned observations in the browser: planned, taken, a gap and why, ended. Refused words stay; nothing is pre-filled."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import scenes
from tests.nonempty import nonempty
from tests.statements import statements
from throughcare.access.acting import acting
from throughcare.core import clock, ids
from throughcare.demo import people
from throughcare.instruments import actions as instruments
from throughcare.instruments import rules as asking
from throughcare.observations import actions, gaps, queries
from throughcare.observations.models import ObservationMissed, ObservationPlan

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RULE = queries.observation_plans().entries[-1].value.plan("unwell")
# Three mornings ago: four sets or more have closed since, whatever the time is now.
MORNING = clock.on(clock.prison_day(clock.now()) - 3 * DAY, RULE.slots[0].opens)
WHY = "Cough and fever since this morning."


@pytest.fixture
def nurse(house):
    return house["LEI nurse_in_charge"]


@pytest.fixture
def client(house):
    return house.sign_in(Client(), "LEI nurse_in_charge")


@pytest.fixture
def man(house):
    return scenes.received(people.PETER, MORNING - HOUR)


@pytest.fixture
def plan(man, nurse):
    return planned(man, nurse)


def planned(man, by, name="opioid_stabilisation", at=MORNING):
    with clock.at(at), acting(by):
        return actions.plan_observations(patient=man.id, plan=name, why=WHY, at=at, by=by)


def scored(man, by, instrument, at):
    with clock.at(at), acting(by):
        entry = asking.book().on(instrument, clock.prison_day(at))
        answers = dict(next(one for one in entry.value.examples if one.get("total") is not None)["answers"])
        response = instruments.open_response(patient=man.id, occasion=ids.new(), entry=entry, at=at, by=by)
        assert instruments.score(response=response, entry=entry, answers=answers, at=at, by=by)


def page(man, part=""):
    return f"/patients/{man.id}/observations/{part}"


def text(answer):
    return " ".join(answer.content.decode().split())


def first_gap(plan, by):
    with acting(by):
        watch = queries.watches(plan.patient_id)[0]
        return next(one.expected for one in watch.sets if one.state == "gap")


class TestPlanning:
    def test_is_offered_where_nothing_is_planned(self, client, man):
        said = text(client.get(page(man)))
        plans = nonempty(queries.book(clock.now().date()).plans)
        assert "No observations planned" in said and all(plan.title in said for plan in plans)

    def test_shows_every_set_and_what_to_take_by_its_name(self, client, man):
        assert client.post(page(man), {"plan": "alcohol_withdrawal", "why": WHY}).headers["Location"] == page(man)
        said = text(client.get(page(man)))
        assert WHY in said and "Alcohol withdrawal, first 5 days" in said
        assert "CIWA-AR" not in said, "an instrument is called as on its form"

    @pytest.mark.parametrize(("typed", "sentence"), [
        ({"why": WHY}, "Choose what is to be observed."), ({"plan": "tea_leaves", "why": WHY}, "Choose what is to be observed."),
        ({"plan": "unwell"}, "Say in a few words why."), ({"plan": "unwell", "why": "  "}, "Say in a few words why."),
        ({"plan": "unwell", "why": WHY, "at": "tomorrow"}, "Enter the time as a date and a time."),
        ({"plan": "unwell", "why": WHY, "at": "2999-01-01T09:00"}, "The time is in the future."),
        ({"plan": "unwell", "why": WHY * 20}, "Shorten it: nothing was lost."),
    ])  # fmt: skip
    def test_badly_is_refused_and_keeps_what_was_typed(self, client, man, nurse, typed, sentence):
        answer = client.post(page(man), typed)
        assert answer.status_code == 422 and sentence in text(answer)
        assert typed.get("why", "").strip() in answer.content.decode()
        with acting(nurse):
            assert not ObservationPlan.objects.exists()

    def test_twice_is_refused_with_since_when(self, client, man, plan):
        answer = client.post(page(man), {"plan": "opioid_stabilisation", "why": "Heroin again."})
        assert answer.status_code == 422 and "is planned already, since" in text(answer) and "Heroin again." in text(answer)

    def test_starts_from_nothing_that_was_said_before(self, client, man, plan):
        form = client.get(page(man)).content.decode()
        form = form[form.index("Plan observations") :]
        assert WHY not in form and " checked" not in form and " selected" not in form


class TestASetNotTaken:
    def say(self, client, man, plan, one, **said):
        typed = {"day": one.day.isoformat(), "slot": one.slot.id, "reason": "refused"} | said
        return client.post(page(man, f"{plan.id}/missed/"), typed)

    def test_is_red_until_somebody_says_why(self, client, man, plan, nurse):
        before = text(client.get(page(man)))
        one = first_gap(plan, nurse)
        assert self.say(client, man, plan, one, words="Wanted to sleep.").status_code == 302
        after = text(client.get(page(man)))
        red = "tc-sets__gap"
        assert after.count(red) == before.count(red) - 1 and "He did not want it" in after
        with acting(nurse):
            assert ObservationMissed.objects.get().words == "Wanted to sleep."

    @pytest.mark.parametrize("said", [
        {"reason": ""}, {"reason": "could not be bothered"}, {"slot": "midnight"}, {"slot": ""}, {"day": "then"},
        {"day": "2031-01-01"}, {"words": "x" * 500}, {"words": "a\x00b"},
    ])  # fmt: skip
    def test_badly_said_changes_nothing_and_keeps_the_words(self, client, man, plan, nurse, said):
        one = first_gap(plan, nurse)
        answer = self.say(client, man, plan, one, **{"words": "Wanted to sleep."} | said)
        assert answer.status_code == 422 and "There is a problem" in text(answer)
        if not {"slot", "day", "words"} & set(said):
            assert 'value="Wanted to sleep."' in text(answer)
        with acting(nurse):
            assert not ObservationMissed.objects.exists()

    def test_was_said_by_a_colleague_first(self, client, man, plan, nurse):
        one = first_gap(plan, nurse)
        self.say(client, man, plan, one)
        assert "Only a set that was not taken needs a reason" in text(self.say(client, man, plan, one, reason="no_nurse"))

    def test_is_filled_by_a_score_and_named_with_its_time(self, client, man, nurse):
        planned(man, nurse, "unwell")
        scored(man, nurse, "news2", MORNING + HOUR)
        said = text(client.get(page(man)))
        assert f"/patients/{man.id}/scores/news2/" in said and "Taken" in said


class TestEnding:
    def test_with_a_reason_it_is_over(self, client, man, plan):
        assert client.post(page(man, f"{plan.id}/end/"), {"why": "Settled."}).status_code == 302
        said = text(client.get(page(man)))
        assert "(over)" in said and "End this plan" not in said

    @pytest.mark.parametrize("why", ["", "   ", "x" * 500])
    def test_without_a_good_one_it_goes_on(self, client, man, plan, nurse, why):
        answer = client.post(page(man, f"{plan.id}/end/"), {"why": why})
        assert answer.status_code == 422 and "(over)" not in text(answer) and why.strip() in answer.content.decode()

    def test_keeps_what_was_typed_with_its_own_plan(self, client, man, plan, nurse):
        planned(man, nurse, "alcohol_withdrawal")
        answer = client.post(page(man, f"{plan.id}/end/"), {"why": "x" * 500})
        assert answer.content.decode().count("x" * 500) == 1

    def test_twice_says_so(self, client, man, plan):
        for expected in (302, 422):
            answer = client.post(page(man, f"{plan.id}/end/"), {"why": "Settled."})
            assert answer.status_code == expected
        assert "This plan has ended already" in text(answer)


class TestWhoMay:
    def test_another_prison_finds_nothing(self, house, man, plan):
        other = house.sign_in(Client(), "MDI nurse_in_charge")
        assert other.get(page(man)).status_code == 404
        assert other.post(page(man, f"{plan.id}/end/"), {"why": "Settled."}).status_code == 404

    def test_a_plan_of_somebody_else_is_not_found(self, client, plan):
        danny = scenes.received(people.DANNY)
        assert client.post(page(danny, f"{plan.id}/end/"), {"why": "Settled."}).status_code == 404

    @pytest.mark.parametrize(("role", "part", "said"), [
        ("substance_misuse_keyworker", "", {"plan": "unwell", "why": WHY}),
        ("substance_misuse_keyworker", "end/", {"why": "Settled."}),
        ("substance_misuse_keyworker", "missed/", {"day": "2026-01-01", "slot": "morning", "reason": "refused"}),
        ("healthcare_assistant", "", {"plan": "unwell", "why": WHY}), ("healthcare_assistant", "end/", {"why": "Settled."}),
    ])  # fmt: skip
    def test_without_the_word_for_it_nothing_is_offered_or_done(self, house, man, plan, role, part, said):
        client = house.sign_in(Client(), f"LEI {role}")
        assert client.post(page(man, f"{plan.id}/{part}" if part else ""), said).status_code == 403
        shown = text(client.get(page(man)))
        assert "Plan observations" not in shown and "End this plan" not in shown


class TestThePageOfThePerson:
    def line(self, client, man):
        said = text(client.get(f"/patients/{man.id}/"))
        return said, "not taken, up to" in said

    def test_leads_to_scores_observations_referrals_and_what_was_due(self, client, man):
        said, _ = self.line(client, man)
        assert all(f'href="/patients/{man.id}/{part}/"' in said for part in ("scores", "observations", "referrals", "tasks"))

    def test_says_nothing_where_nothing_is_planned(self, client, man):
        assert not self.line(client, man)[1]

    def test_is_amber_after_one_and_red_after_as_many_as_alert(self, man, plan, nurse):
        ends = [one.expected.closes for one in watched(man, nurse).sets[:2]]
        told = []
        for end in ends:
            with clock.at(end + timedelta(minutes=1)), acting(nurse):
                told += gaps.said_of(man.id)
        assert [one.alerts for one in told] == [False, True] and "the last 2 sets were" in told[1].words

    def test_is_calm_again_once_a_set_was_taken_or_said(self, client, man, plan, nurse):
        assert self.line(client, man)[1]
        for one in watched(man, nurse).sets:
            if one.state == "gap":
                with acting(nurse):
                    key = one.expected.key
                    actions.say_missed(plan=plan, day=key[0], slot=key[1], reason="no_nurse", words="", at=clock.now(), by=nurse)
        assert not self.line(client, man)[1]

    def test_is_calm_once_the_plan_has_ended(self, client, man, plan):
        client.post(page(man, f"{plan.id}/end/"), {"why": "Settled."})
        assert not self.line(client, man)[1]

    def test_asks_eleven_times_at_most_with_two_plans(self, client, man, plan, nurse):
        planned(man, nurse, "alcohol_withdrawal")
        asked, _ = statements(client, f"/patients/{man.id}/")
        assert len(asked) <= 11, asked


def watched(man, by):
    with acting(by):
        return queries.watches(man.id)[0]


def test_the_sheet_asks_ten_times_at_most_however_much_is_on_it(client, man, plan, nurse):
    few, _ = statements(client, page(man))
    planned(man, nurse, "alcohol_withdrawal")
    for number in range(6):
        scored(man, nurse, "news2", MORNING + number * 8 * HOUR)
    many, _ = statements(client, page(man))
    assert len(few) == len(many) <= 10, many
