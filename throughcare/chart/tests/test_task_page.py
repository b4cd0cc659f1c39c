"""One thing that is due: taken, given back, covered, not needed, accepted; and what happens when two press at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client

from tests import scenes
from tests.statements import statements
from throughcare.access import actions as access
from throughcare.access.acting import acting
from throughcare.chart import due, today, together
from throughcare.core import clock, ids
from throughcare.demo import people
from throughcare.pathways import actions as pathways
from throughcare.pathways import register
from throughcare.pathways.models import Task
from throughcare.pathways.tests import stays
from throughcare.record.facts import EncounterRecorded
from throughcare.screening import rules as screening
from throughcare.screening.facts import AlertRaised

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NURSE, WARD = "LEI reception_nurse", "LEI nurse_in_charge"
STEP = "first_stage_screen"  # owed by the reception nurse; a day late it has come up to the nurse in charge
REASON = "done_elsewhere"


@pytest.fixture
def man(house):
    with clock.at(clock.now() - DAY):
        return scenes.received(people.PETER, clock.now())


@pytest.fixture
def row(man, house):
    return of(man, house[NURSE])


@pytest.fixture
def nurse(house):
    return house.sign_in(Client(), NURSE)


@pytest.fixture
def ward(house):
    return house.sign_in(Client(), WARD)


def of(man, by, step=STEP):
    with acting(by):
        return Task.objects.get(patient=man.id, clock=step)


def page(row, patient=None):
    return f"/patients/{patient or row.patient_id}/tasks/{row.id}/"


def does(client, row, do, **said):
    return client.post(page(row), {"do": do, **said})


def text(answer):
    return " ".join(answer.content.decode().split())


class TestTheTask:
    def test_says_who_owes_it_until_when_and_why(self, nurse, row):
        said = text(nurse.get(page(row)))
        step = register.step_of(row.clock, row.clock_version)
        assert all(words in said for words in (step.title, "Reception nurse", "Nobody yet", step.basis, "Nurse in charge"))

    def test_of_another_prison_is_not_found(self, house, row):
        other = house.sign_in(Client(), "MDI reception_nurse")
        assert other.get(page(row)).status_code == 404 == does(other, row, "claim").status_code

    def test_of_somebody_else_is_not_found(self, nurse, row):
        danny = scenes.received(people.DANNY)
        assert nurse.get(page(row, danny.id)).status_code == 404
        assert nurse.get(f"/patients/{row.patient_id}/tasks/{ids.new()}/").status_code == 404

    def test_asks_ten_times_at_most(self, nurse, row):
        asked, _ = statements(nurse, page(row))
        assert len(asked) <= 10, asked


class TestIWillDoIt:
    def test_names_who_has_it_on_the_page_and_on_both_lists(self, house, nurse, ward, row):
        assert does(nurse, row, "claim").headers["Location"] == page(row)
        for client, where in ((nurse, page(row)), (nurse, "/today/"), (ward, "/establishments/LEI/due/")):
            assert house[NURSE].name in text(client.get(where)), where

    def test_given_back_it_is_nobodys_again(self, house, man, nurse, row):
        does(nurse, row, "claim")
        does(nurse, row, "give_back")
        assert of(man, house[NURSE]).claimed_by == ""

    def test_twice_is_once(self, nurse, row):
        assert [does(nurse, row, "claim").status_code for _ in range(2)] == [302, 302]

    def test_after_a_colleague_is_refused_with_their_name_and_shown_as_it_stands(self, house, nurse, ward, row):
        does(nurse, row, "claim")
        answer = does(ward, row, "claim")
        assert answer.status_code == 422 and f"{house[NURSE].name} has claimed this" in text(answer)
        assert "cannot do it: cover for them" in text(answer), "the page is as it is now, not as it was"

    def test_falls_off_at_a_transfer(self, house, man, nurse, row):
        does(nurse, row, "claim")
        scenes.released(people.PETER, clock.now() - HOUR, reason="TRANSFERRED")
        scenes.received(people.PETER, clock.now(), scenes.MDI, reason="TRANSFERRED")
        with acting(house["MDI reception_nurse"]):
            there = Task.objects.open().filter(patient=man.id)
            assert there and not there.exclude(claimed_by="").exists()
        assert does(nurse, row, "give_back").status_code in (404, 422)

    def test_is_not_offered_to_who_does_not_owe_it(self, house, row):
        keyworker = house.sign_in(Client(), "LEI substance_misuse_keyworker")
        assert "I will do it" not in text(keyworker.get(page(row)))
        answer = does(keyworker, row, "claim")
        assert answer.status_code == 422 and "owed by the reception nurse" in text(answer)


class TestCoverAndCancel:
    def test_covered_with_a_reason_it_is_the_colleagues(self, house, man, nurse, ward, row):
        does(nurse, row, "claim")
        assert does(ward, row, "cover", why="Gone home at eight.").status_code == 302
        assert of(man, house[WARD]).claimed_by == house[WARD].id

    def test_without_a_reason_it_is_refused_and_stays_open_for_more(self, house, man, nurse, ward, row):
        does(nurse, row, "claim")
        answer = does(ward, row, "cover", why="ill")
        assert answer.status_code == 422 and 'value="ill"' in text(answer) and "Choose a reason" in text(answer)
        assert of(man, house[WARD]).claimed_by == house[NURSE].id

    def test_cancelled_it_says_why_and_who(self, house, man, ward, row):
        assert does(ward, row, "cancel", reason=REASON, words="Screened at Moorland.").status_code == 302
        for where in (page(row), f"/patients/{man.id}/tasks/"):
            said = text(ward.get(where))
            assert "Screened at Moorland." in said and house[WARD].name in said, where

    @pytest.mark.parametrize(("reason", "words"), [
        ("", "Screened at Moorland."), ("tea-leaves", "Screened at Moorland."), (REASON, "  "), (REASON, "x"),
        (REASON, "Screened at Moorland. " * 20),
    ])  # fmt: skip
    def test_badly_it_is_refused_with_the_words_kept(self, house, man, ward, row, reason, words):
        answer = does(ward, row, "cancel", reason=reason, words=words)
        assert answer.status_code == 422 and f'name="words" value="{words}"' in answer.content.decode()
        assert of(man, house[WARD]).status == "open"

    def test_with_what_no_text_can_hold_it_is_refused_in_words(self, house, man, ward, row):
        answer = does(ward, row, "cancel", reason=REASON, words="a\x00b and more")
        assert answer.status_code == 422 and "Null characters are not allowed." in text(answer)
        assert of(man, house[WARD]).status == "open"

    def test_is_refused_to_who_may_not(self, nurse, row):
        assert "It is not needed" not in text(nurse.get(page(row)))
        assert does(nurse, row, "cancel", reason=REASON, words="Screened at Moorland.").status_code == 403

    @pytest.mark.parametrize("do", ["", "tea-leaves", "x" * 300])
    def test_something_else_changes_nothing(self, house, man, nurse, row, do):
        assert does(nurse, row, do).status_code == 422
        assert of(man, house[NURSE]).claimed_by == "" and of(man, house[NURSE]).status == "open"

    def test_of_what_is_over_says_so(self, ward, nurse, row):
        does(ward, row, "cancel", reason=REASON, words="Screened at Moorland.")
        answer = does(nurse, row, "claim")
        assert answer.status_code == 422 and "not due any more" in text(answer) and "I will do it" not in text(answer)


class TestAcceptance:
    @pytest.fixture
    def noted(self, house, man, monkeypatch):
        """A prescriber did what asks for a competence that she does not hold."""
        made, trial = stays.definitions(), {(step.id, step.version): step for step in stays.trial().steps}
        monkeypatch.setattr(register, "definitions", lambda: made)
        known = register._steps()
        monkeypatch.setattr(register, "_steps", lambda: known | trial)
        for one in (register._named, register._with_competence):
            monkeypatch.setattr(register, one.__name__, one.__wrapped__)
        by = house["LEI prescriber"]
        shared = {"by": by.id, "patient": man.id, "establishment": "LEI"}
        alert = {"screen": ids.new(), "change": ids.new(), "alert": "fs_units_urgent", "severity": "urgent"}
        with acting(by):
            pathways.follow(AlertRaised(**shared, at=clock.now() - HOUR, **alert))
            pathways.follow(EncounterRecorded(**shared, at=clock.now(), encounter=ids.new(), kind="tb_review"))
        return of(man, by, "able")

    def test_by_somebody_who_holds_it_ends_the_task(self, house, man, noted):
        with acting(house[WARD]) as by:
            user = house.member("LEI mental_health_nurse").user
            access.find_competent(user=user, code="countersigns", since=clock.prison_day(clock.now()), by=by)
        able = house.sign_in(Client(), "LEI mental_health_nurse")
        assert "Accept what was done" in text(able.get(page(noted)))
        assert does(able, noted, "accept").status_code == 302
        assert of(man, house[WARD], "able").status == "done"

    def test_by_somebody_without_it_is_refused(self, ward, noted):
        answer = does(ward, noted, "accept")
        assert answer.status_code == 422 and "a competence that you do not hold" in text(answer)

    def test_where_nothing_waits_is_refused(self, nurse, row):
        assert "nothing here that waits to be accepted" in text(does(nurse, row, "accept"))


class TestOneTap:
    @pytest.mark.parametrize("where", ["/today/", "/establishments/LEI/due/?step=first_stage_screen"])
    def test_is_beside_what_nobody_has_and_comes_back_to_the_list(self, nurse, row, where):
        shown = nurse.get(where).content.decode()
        assert f'action="{page(row)}"' in shown and f'name="next" value="{where}"' in shown
        assert does(nurse, row, "claim", next=where).headers["Location"] == where
        assert f'action="{page(row)}"' not in nurse.get(where).content.decode()

    def test_is_not_beside_what_another_role_owes(self, house, row):
        keyworker = house.sign_in(Client(), "LEI substance_misuse_keyworker")
        assert "I will do it" not in text(keyworker.get("/establishments/LEI/due/"))

    @pytest.mark.parametrize("elsewhere", [
        "https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)", "example", "home", "http:///x", "\x00",
        "///example.org",
    ])  # fmt: skip
    def test_never_leaves_our_site(self, nurse, row, elsewhere):
        answer = does(nurse, row, "claim", next=elsewhere)
        assert answer.status_code == 302 and answer.headers["Location"] == page(row)

    def test_refused_it_shows_the_task_and_the_way_back(self, nurse, ward, row):
        does(nurse, row, "claim")
        assert 'href="/today/"' in does(ward, row, "claim", next="/today/").content.decode()


class TestOneVisit:
    def test_stands_under_one_heading_with_what_it_closes(self, ward, man):
        shown = ward.get("/today/").content.decode()
        assert "One visit closes these: Second-stage assessment" in shown
        group = shown[shown.index("One visit closes these: Second") :]
        assert group[: group.index("</ul>")].count('class="tc-tasks__link"') == 2

    def test_of_one_thing_has_no_heading_and_order_is_kept(self):
        lines = [{"visit": visit, "text": text} for visit, text in (("", "a"), ("second_stage", "b"), ("", "c"), ("x", "d"))]
        assert together.by_visit(lines) == lines
        both = together.by_visit([*lines, {"visit": "second_stage", "text": "e"}])
        assert [one.get("text", one.get("together")) for one in both] == ["a", "Second-stage assessment", "c", "d"]

    def test_is_called_what_its_form_is_called(self):
        day = clock.prison_day(clock.now())
        forms = {form.replace("-", "_"): screening.on(form, day).title for form in screening.screens().ids()}
        named = {step.visit for step in register.steps(day) if step.visit}
        assert named and {label: together.visit_title(label) for label in named} == {label: forms[label] for label in named}

    def test_counts_each_thing_once(self, house, man):
        with acting(house[WARD]) as actor:
            (visit,) = today.visits(actor)
            shown = [one for line in visit.lines for one in line.get("tasks", [line])]
            assert sorted(one["page"] for one in shown) == sorted(one["page"] for one in visit.tasks)
            assert {one.claimable for one in due.everything(actor)} == {True, False}


class TestWhatWasDue:
    def test_lists_what_ended_with_the_latest_first(self, house, man, ward, row):
        does(ward, row, "cancel", reason=REASON, words="Screened at Moorland.")
        said = text(ward.get(f"/patients/{man.id}/tasks/"))
        assert "Not needed" in said and page(row) in said
        asked, _ = statements(ward, f"/patients/{man.id}/tasks/")
        assert len(asked) <= 10 and sum('FROM "access_user"' in sql for sql in asked) == 1, asked

    def test_of_nobody_here_is_not_found_and_of_a_newcomer_is_said(self, house, ward):
        joe = scenes.received(people.JOE)
        assert "Nothing has ended yet" in text(ward.get(f"/patients/{joe.id}/tasks/"))
        other = house.sign_in(Client(), "MDI nurse_in_charge")
        assert other.get(f"/patients/{joe.id}/tasks/").status_code == 404


def test_two_who_press_at_once_are_one_taker_and_one_told(committing_db):
    house = scenes.house()
    man = scenes.received(people.PETER, clock.now() - DAY)
    row, told, ready = of(man, house[NURSE]), {}, threading.Barrier(2)
    clients = {who: house.sign_in(Client(), who) for who in (NURSE, WARD)}

    def press(who):
        try:
            ready.wait()
            told[who] = does(clients[who], row, "claim")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[who]) for who in clients]
    [one.start() for one in threads]
    [one.join() for one in threads]
    by_code = {answer.status_code: who for who, answer in told.items()}
    assert set(by_code) == {302, 422}
    assert of(man, house[NURSE]).claimed_by == house[by_code[302]].id
    assert f"{house[by_code[302]].name} has claimed this" in text(told[by_code[422]])
