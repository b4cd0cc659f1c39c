"""Eleven men, two nurses, one evening: from the van's button to lock-up."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import cycle

from playwright.sync_api import expect

from journeys.pages import Person, listed
from journeys.reckoning import Reckoning
from journeys.screen import Effort, FirstNight, definition
from throughcare.core import clock
from throughcare.demo import people
from throughcare.demo.people import AMIR, COLIN, DANNY, JOE, KYLE, MARCUS, PETER, PIOTR, WAYNE, Character
from throughcare.screening import rules

WHY = "Will not talk to staff tonight"
HERE, CORE_DONE, DONE = "Here, not yet safe", "Core done, rest to ask", "Done"
KINDS = {PIOTR.name: "interpreter", KYLE.name: "unbooked", JOE.name: "insulin and an allergy"}
# A ratchet: men who take longer than they may at the rulebook's pace. This list only ever gets shorter.
OVER_BUDGET: set[str] = set()
BY_NAME = {listed(man): man for man in people.VAN}

REVIEW, MEDICAL = "Prescriber review tonight: drink, drugs or withdrawal", "Medical review tonight"
TELL = "Tell the community drug service he is here; outside script stopped"
KEYWORKER, TRIAGE = "Name a substance misuse keyworker", "Substance misuse triage"
ASSESSMENT = "Mental health assessment today: thoughts of suicide or self-harm"
ACCT = "Healthcare contributes to the first ACCT review"

# Nothing of this may stand on a paper that officers or cell mates can read.
SECRET = re.compile(
    r"heroin|methadone|cocaine|opioid|opiate|substitution|\bdrugs?\b|overdose|alcohol|drink|withdraw|epilep|\bfits?\b|seizure|insulin"
    r"|diabet|hepat|\bhiv\b|heart|suicid|self.harm|\bacct\b|mental|psych|medicine|wound|allerg",
    re.IGNORECASE,
)


def test_eleven_men_two_nurses_from_the_van_to_lock_up(asha: Person, sam: Person, helen: Person, carys: Person, tom: Person):
    reckoning = Reckoning()
    asha.opens_arrivals().presses("Demo: the van arrives")

    the_most_endangered_stand_first(asha)
    nurses = cycle((asha, sam))
    while man := next_to_screen(asha, reckoning):
        takes(next(nurses), man, reckoning)
    takes_the_man_without_a_booking(sam, reckoning)

    asha.opens_arrivals()
    assert asha.board()[CORE_DONE] == [listed(PETER)]
    assert asha.board()[HERE] == [listed(MARCUS)]
    asha_asks_the_rest_before_lock_up(asha, reckoning)
    asha.opens_arrivals()
    assert set(asha.board()[DONE]) == {listed(man) for man in people.VAN if man is not MARCUS}
    expect(asha.line_of(MARCUS)).to_contain_text("Observed only")
    expect(asha.line_of(PIOTR)).to_contain_text("Interpreter: Polish")

    papers_tell_nothing_that_shames(asha, AMIR, COLIN, WAYNE)
    what_could_kill_leads_to_the_answer(asha, JOE, "insulin")
    each_task_stands_once_with_its_owner(helen, carys, tom)
    a_written_review_ends_the_task(helen)

    reckoning.is_told()
    held(reckoning)


def the_most_endangered_stand_first(nurse: Person) -> None:
    """Those of whom we know insulin, fits or substitution stand above those of whom nothing is known."""
    waiting = nurse.board()[HERE]
    assert set(waiting) == {listed(man) for man in people.BOOKED}
    assert set(waiting[:2]) == {listed(AMIR), listed(COLIN)}
    expect(nurse.line_of(AMIR)).to_contain_text("On opioid substitution")
    expect(nurse.line_of(COLIN)).to_contain_text("Fits")
    expect(nurse.line_of(DANNY)).to_contain_text("Not known to us")


def next_to_screen(nurse: Person, so_far: Reckoning) -> Character | None:
    """The first man on the board whom nobody has taken yet."""
    taken = {listed(line.man) for line in so_far.lines}
    waiting = nurse.opens_arrivals().board()[HERE]
    return next((BY_NAME[name] for name in waiting if name not in taken), None)


def takes(nurse: Person, man: Character, reckoning: Reckoning) -> None:
    """A nurse takes one man as far as he goes tonight."""
    screen = nurse.screens(man)
    if man.refuses:
        only_observes(nurse, screen, reckoning, man)
    else:
        asked(screen, man, reckoning, rest=man is not PETER)


def asked(screen: FirstNight, man: Character, reckoning: Reckoning, *, rest: bool = True) -> None:
    """The safety core, whatever it sets off, then the rest and the signature."""
    screen.reads_the_warnings().asks(man.says, core=True)
    for _ in range(1 if man is WAYNE else 0):
        screen.acts_on_the_stop(told="First-night officer", plan="Stays with an officer until the mental health nurse comes.")
    screen.saves_the_core()
    core = screen.effort.minutes()
    if rest:
        screen.asks(man.says).signs()
    reckoning.add(man, KINDS.get(man.name, "complex" if man.is_complex else "simple"), screen.effort, core)


def only_observes(nurse: Person, screen: FirstNight, reckoning: Reckoning, man: Character) -> None:
    """He will not talk: what can be seen is written, and he is asked again later."""
    screen.presses("He will not or cannot talk")
    screen.answers("fs_seen", ["nothing_wrong"]).is_saved()
    nurse.types("Why he does not talk, in a few words", WHY)
    screen.presses("Save what I see")
    effort = replace(screen.effort, met={"fs_seen", "fs_obs", "fs_alcohol_signs"}, fields=1, words=len(WHY.split()))
    reckoning.add(man, "observed only", effort, effort.minutes())


def takes_the_man_without_a_booking(nurse: Person, reckoning: Reckoning) -> None:
    """Care starts with a name."""
    screen = nurse.takes_unbooked(KYLE)
    screen.effort = Effort(button_taps=2, fields=3, words=3)
    asked(screen, KYLE, reckoning)


def asha_asks_the_rest_before_lock_up(nurse: Person, reckoning: Reckoning) -> None:
    """Only the core was asked of Peter; somebody else goes on where it stopped."""
    screen = nurse.screens(PETER)
    screen.effort = next(line.whole for line in reckoning.lines if line.man is PETER)
    for question in screen.effort.met:
        assert screen.says(question).startswith("Saved")
    screen.asks(PETER.says).signs()


def papers_tell_nothing_that_shames(nurse: Person, *men: Character) -> None:
    """Advice for officers and what happens next are one tap from the screen, and name no illness and no drug."""
    for man in men:
        nurse.screens(man)
        nurse.presses("Officers’ slip: print")
        nurse.is_told(man.prison_number)
        assert not SECRET.findall(nurse.main()), nurse.main()
        nurse.presses("Back to the screen").presses("What happens next: print")
        nurse.is_told("Press the cell bell")
        assert not SECRET.findall(nurse.main()), nurse.main()


def what_could_kill_leads_to_the_answer(nurse: Person, man: Character, danger: str) -> None:
    """Each line of what could kill names its writer and leads to the very answer."""
    nurse.opens(man)
    risk = nurse.page.locator(".tc-danger", has_text=re.compile(danger, re.IGNORECASE))
    expect(risk).to_contain_text(re.compile("by (Asha Patel|Sam Okafor)"))
    risk.get_by_role("link").last.click()
    nurse.page.wait_for_url(re.compile(r"/screens/[^/]+/#fs_"))
    answer = nurse.page.locator(f"tr[id='{nurse.page.url.partition('#')[2]}']")
    expect(answer).to_contain_text(re.compile(danger, re.IGNORECASE))
    expect(answer).to_be_in_viewport()


def each_task_stands_once_with_its_owner(helen: Person, carys: Person, tom: Person) -> None:
    """What the answers set off stands on the right Today, by person, once."""
    due = {who.name: who.opens_today().owes() for who in (helen, carys, tom)}
    for cards in due.values():
        for titles in cards.values():
            assert len(titles) == len(set(titles)), titles
    assert set(due[helen.name][listed(AMIR)]) == {REVIEW, MEDICAL}
    assert set(due[helen.name][listed(DANNY)]) == {REVIEW, MEDICAL}
    assert set(due[carys.name][listed(AMIR)]) == {TELL, KEYWORKER, TRIAGE}
    assert set(due[carys.name][listed(COLIN)]) == {KEYWORKER, TRIAGE}
    assert set(due[tom.name][listed(WAYNE)]) == {ASSESSMENT, ACCT}


def a_written_review_ends_the_task(helen: Person) -> None:
    """The evidence is the contact itself; nobody ticks a task off."""
    helen.starts_task(AMIR, REVIEW)
    helen.writes(done="COWS 14, pupils wide, last heroin this morning.", plan="Methadone 10 mg tonight, seen again at noon.")
    helen.is_told("COWS 14, pupils wide")
    assert listed(AMIR) not in helen.opens_today().owes()


def held(reckoning: Reckoning) -> None:
    """Budgets of the screen: questions always met in the core, and minutes by kind of man."""
    screen = definition()
    books = rules.newest(clock.prison_day(clock.now()))
    assert rules.question_count(screen, books, "core") <= screen.budget.core_questions
    assert not [str(line) for line in reckoning.lines if line.core_minutes > screen.budget.core_minutes]
    assert {line.man.name for line in reckoning.lines if line.is_too_long} <= OVER_BUDGET
