"""What goes wrong on an ordinary evening: each meets a sentence, changes nothing else and loses nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from journeys import records
from journeys.pages import Person, listed
from throughcare.core import clock
from throughcare.demo import emulator
from throughcare.demo.people import AMIR, KYLE, LIAM, PETER, WAYNE, Character
from throughcare.hmpps import actions as hmpps

HERE, EXPECTED = "Here, not yet safe", "Expected"
pytestmark = pytest.mark.usefixtures("van_is_in")


def told(man: Character, *, kind: str = "received", minutes_ago: int = 0, prison: str = "LEI", times: int = 1) -> None:
    """The prison says that somebody moved, once or many times."""
    reason = {"received": "NEW_ADMISSION", "released": "RELEASED"}[kind]
    at = clock.now().replace(microsecond=0) - timedelta(minutes=minutes_ago)
    hmpps.take_lines([emulator.event(man, kind=kind, reason=reason, at=at, prison=prison)] * times, search=emulator.prisoner)


# Numbers and names


def test_a_wrong_nhs_number_is_explained_and_kept_in_the_box(asha: Person):
    asha.opens(AMIR).page.get_by_role("link", name="Add NHS number").click()
    asha.types("NHS number", "999 100 0004").presses("Save")
    expect(asha.page.locator(".nhsuk-error-summary")).to_contain_text("NHS number")
    expect(asha.page.get_by_label("NHS number", exact=True)).to_have_value("999 100 0004")
    asha.opens(AMIR)
    expect(asha.page.locator(".tc-banner")).to_contain_text("Not known")


@pytest.mark.parametrize("typed", ["a 4711 kh", " A4711kh ", "khan ami", "2/4/1991"])
def test_a_carelessly_typed_search_finds_amir(asha: Person, typed: str):
    assert listed(AMIR) in asha.searches(typed)


# The feed


def test_a_second_arrival_of_a_man_who_is_here_changes_nothing(asha: Person):
    asha.screens(AMIR).answers("fs_swallowed", "no").is_saved()
    told(AMIR, minutes_ago=1)
    assert asha.opens_arrivals().board()[HERE].count(listed(AMIR)) == 1
    assert asha.screens(AMIR).says("fs_swallowed").startswith("Saved")
    asha.opens_arrivals().presses("Man without a booking")
    asha.types("Family name", "khan").types("Given names", "AMIR").types("Date of birth", "2/4/1991").presses("Start his screen")
    expect(asha.page.locator(".nhsuk-error-summary")).to_contain_text("Amir Khan is already here. Open the record")
    expect(asha.page.get_by_label("Given names")).to_have_value("AMIR")
    assert asha.opens_arrivals().board()[HERE].count(listed(AMIR)) == 1


def test_the_same_message_twenty_times_is_one_arrival(asha: Person):
    told(KYLE, times=20)
    assert asha.opens_arrivals().board()[HERE].count(listed(KYLE)) == 1
    assert records.arrivals_of(KYLE) == 1


def test_a_release_that_overtakes_the_reception(asha: Person):
    told(KYLE, kind="released", minutes_ago=5)
    told(KYLE, minutes_ago=30)
    assert listed(KYLE) not in asha.opens_arrivals().board()[HERE]
    told(KYLE, minutes_ago=1)
    assert asha.opens_arrivals().board()[HERE].count(listed(KYLE)) == 1


def test_a_booking_that_comes_after_the_man_is_compared_by_a_person(asha: Person, sam: Person):
    asha.takes_unbooked(KYLE).answers("fs_swallowed", "no").is_saved()
    told(KYLE)
    sam.opens_arrivals().is_told("A booking has come: whose is it?").is_told("BRENNAN, Kyle")
    sam.presses("Same man as Kyle Brennan")
    expect(sam.page.locator(".tc-match")).to_have_count(0)
    expect(sam.line_of(KYLE)).to_contain_text(KYLE.prison_number)
    assert sam.board()[HERE].count(listed(KYLE)) == 1
    assert sam.screens(KYLE).says("fs_swallowed").startswith("Saved")


def test_messages_that_cannot_be_taken_wait_for_joan(asha: Person, joan: Person):
    told(KYLE, prison="ZZZ")
    hmpps.take_lines(
        ['{"Type": "Notification", "Message": "{\\"nul\\": \\"\x00"', "not json at all", "[" * 5000], search=emulator.prisoner
    )
    joan.follows("Prison feed").is_told("There is no prison with the code ZZZ").is_told("not JSON")
    assert joan.page.locator("main tbody tr").count() == 4
    assert listed(KYLE) not in asha.opens_arrivals().board()[HERE]


# The screen


def test_two_nurses_answer_the_same_questions(asha: Person, sam: Person):
    hers, his = asha.screens(LIAM), sam.screens(LIAM)
    hers.answers("fs_swallowed", "yes").answers("fs_sh_ever", ["self_harm"]).is_saved()
    his.answers("fs_swallowed", "no").answers("fs_sh_ever", ["attempt"])

    for question, theirs, mine in (("fs_swallowed", "Yes", "No"), ("fs_sh_ever", "Harmed himself", "Tried to end")):
        box = his.item(question)
        expect(box.get_by_role("alert")).to_contain_text(re.compile(f"Asha Patel answered “{theirs}.*You answered “{mine}"))
    sam.is_told("Keep theirs")
    his.item("fs_swallowed").get_by_role("button", name="Keep mine").click()
    his.item("fs_sh_ever").get_by_role("button", name="Keep theirs").click()
    his.is_saved()

    for nurse in (asha, sam):
        nurse.screens(LIAM)
        expect(nurse.page.locator("#fs_swallowed")).to_be_checked()  # No is the first of the answers
        expect(nurse.page.locator("[name=fs_sh_ever][value=self_harm]")).to_be_checked()
        expect(nurse.page.locator("[name=fs_sh_ever][value=attempt]")).not_to_be_checked()


def test_answers_that_cannot_be_true(asha: Person):
    screen = asha.screens(LIAM).answers("fs_sh_ever", ["self_harm"]).is_saved()
    before = records.answers_about(LIAM)
    screen.answers("fs_obs", {"pulse": "9999"}).is_refused("fs_obs", "Pulse must be a whole number from 20 to 250")
    screen.answers("fs_sh_detail", "a" * 100_000).is_refused("fs_sh_detail", "Shorten it to 4000")
    asha.is_told("Not saved")
    assert len(screen.item("fs_sh_detail").locator("textarea").input_value()) == 100_000
    screen.answers("fs_sh_detail", "Cut his \x07 arm").is_refused("fs_sh_detail", "holds a mark that cannot be kept")
    assert screen.item("fs_obs").locator("[name='fs_obs.pulse']").input_value() == "9999"
    assert records.answers_about(LIAM) == before
    screen.answers("fs_obs", {"pulse": "88"}).answers("fs_sh_detail", "Cut his arm").is_saved()
    assert records.answers_about(LIAM) == before | {"fs_obs": {"pulse": "88"}, "fs_sh_detail": "Cut his arm"}


def test_a_stop_holds_until_somebody_acted(asha: Person):
    screen = asha.screens(WAYNE).asks(WAYNE.says, core=True).saves_the_core()
    expect(asha.page.locator(".nhsuk-error-summary")).to_contain_text("Stop: ")
    screen.acts_on_the_stop(told=" ", plan="Officer stays with him.")
    expect(asha.page.locator(".nhsuk-error-summary")).to_contain_text("who was told, when, and the plan")
    expect(asha.page.get_by_label("Plan until somebody takes over")).to_have_value("Officer stays with him.")
    screen.acts_on_the_stop(told="Orderly officer", plan="Officer stays with him.").reads_the_warnings().saves_the_core()
    asha.is_told("dealt with")
    expect(asha.page.locator("#progress")).to_contain_text("done")


def test_the_session_ends_in_the_middle_of_a_form(asha: Person):
    screen = asha.screens(PETER).answers("fs_swallowed", "no").is_saved()
    asha.page.context.clear_cookies()
    screen.answers("fs_head_injury", ["injury"])
    expect(asha.page.locator(".tc-unsaved")).to_contain_text("You have been signed out. Your answers are kept here")
    expect(asha.page.locator("[name=fs_head_injury][value=injury]")).to_be_checked()
    with asha.page.context.expect_page() as opened:
        asha.page.get_by_role("link", name="Sign in again in a new tab").click()
    again = Person(opened.value, asha.watch, asha.name)
    again.page.locator(".tc-signin__card", has_text=asha.name).click()
    expect(again.page.locator(".tc-header__person")).to_contain_text(asha.name)
    asha.page.bring_to_front()
    screen.is_saved()
    assert records.answers_about(PETER)["fs_head_injury"] == ["injury"]


# Who may see what


def test_a_link_from_another_prison_looks_like_no_link_at_all(karen: Person, asha: Person):
    asha.opens(AMIR)
    real = karen.goes_to(re.sub(r"^https?://[^/]+", "", asha.page.url))
    shown, status = karen.main(), real.status if real else 0
    invented = karen.goes_to("/patients/01a2018e-6884-7fb3-81c9-000000000000/")
    assert (karen.main(), invented.status if invented else 0) == (shown, status)
    assert status == 404
    assert "khan" not in karen.page.content().casefold()
    assert karen.searches("Khan") == []


def test_a_script_typed_anywhere_stays_words(asha: Person, ruth: Person):
    script = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    man = Character("", script, script, KYLE.born)
    screen = asha.takes_unbooked(man)
    asha.types("Warning, in one line", script).presses("Add warning")
    gates = {"fs_sh_ever": ["self_harm"], "fs_custody_medicine": "yes", "fs_in_treatment": "yes", "fs_allergy": "yes",
             "fs_on_medicine": "yes", "fs_depot": "yes", "fs_injury": "yes", "fs_appointments": "yes", "fs_drugs": "yes",
             "fs_mh_psychosis": "yes"}  # fmt: skip
    for question, value in gates.items():
        screen.answers(question, value)
    screen.is_saved()
    typed = fills_every_text(screen.page, script)
    assert typed > 15
    expect(screen.page.locator("[data-item][data-state=saving]")).to_have_count(0)
    asha.is_told("Not saved")  # numbers refuse words
    inert(asha)
    where = re.sub(r"first-night/.*", "", re.sub(r"^https?://[^/]+", "", asha.page.url))
    ruth.goes_to(f"{where}encounters/new/?kind=early_days_check")
    ruth.writes(done=script)
    for path in (where, f"{where}first-night/", f"{where}first-night/advice/", f"{where}first-night/tomorrow/",
                 f"{where}first-night/advice/slip/", f"{where}first-night/observed/", "/establishments/LEI/arrivals/", "/today/",
                 "/search/?q=" + "%3Cscript%3E"):  # fmt: skip
        ruth.goes_to(path)
        inert(ruth)
    asha.watch.wrong[:] = [one for one in asha.watch.wrong if "beforeunload" not in one]  # numbers were left unsaved on purpose


def fills_every_text(page: Any, words: str) -> int:
    """Types the words into every text field in sight of the screen; returns into how many."""
    fields = page.locator("[data-item] textarea:visible, [data-item] input[type=text]:visible").all()
    for field in fields:
        field.fill(words)
        field.blur()
    return len(fields)


def inert(person: Person) -> None:
    """No tag of what was typed became an element."""
    assert person.page.locator("img[src=x], body script:not([src])").count() == 0
