"""The first-night screen as a nurse works it: by tapping, question after question, until nothing is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, expect

from throughcare.core import clock
from throughcare.demo.answers import answer_to
from throughcare.instruments.rules import Item
from throughcare.screening import rules

MANY = 12  # more of one drink than this are typed, not tapped
# Every question in sight: its id, its kind, whether it holds an answer, and whether it belongs to the safety core.
QUESTIONS = """() => [...document.querySelectorAll('[data-item]')].filter(e => e.offsetParent !== null).map(e => ({
    id: e.dataset.item, kind: e.className.match(/tc-item--(\\w+)/)[1],
    core: !(document.getElementById('rest')?.compareDocumentPosition(e) & 4)}))"""
UNSAVED = ".tc-unsaved:not([hidden])"


@dataclass
class Effort:
    """What a man took: taps on answers and on buttons, questions met, fields and words typed."""

    met: set[str] = field(default_factory=set)
    answer_taps: int = 0
    button_taps: int = 0
    fields: int = 0
    words: int = 0

    @property
    def taps(self) -> int:
        return self.answer_taps + self.button_taps

    def minutes(self) -> float:
        """At the screen's pace: questions met, every tap, on buttons too, and typed fields."""
        pace = definition().pace
        seconds = len(self.met) * pace.question_seconds + self.taps * pace.tap_seconds + self.fields * pace.typed_seconds
        return seconds / 60


def definition() -> rules.Screen:
    """The first-night screen as it applies today."""
    return rules.screens().on("first-night", clock.prison_day(clock.now())).value


def items() -> dict[str, Item]:
    """Every question of the screen by its id."""
    books = rules.newest(clock.prison_day(clock.now()))
    return {item.id: item for id in definition().instruments for item in books[id].items}


SETTLED_BY_OTHERS = "ecr_"  # the early-custody list: what has been asked is not asked again


class FirstNight:
    """One man's screen, open on a tablet."""

    def __init__(self, page: Page, effort: Effort | None = None) -> None:
        self.page = page
        self.effort = effort or Effort()
        self._items = items()
        self._answered: set[str] = set()

    def item(self, id: str) -> Locator:
        """The box of one question."""
        return self.page.locator(f'[data-item="{id}"]')

    def asks(self, says: Mapping[str, Any], *, core: bool = False) -> FirstNight:
        """Asks whatever is in sight until nothing new opens; the man answers as his script says."""
        while open := self._open(core):
            for question in open:
                if question["id"].startswith(SETTLED_BY_OTHERS) or self._items[question["id"]].fill_from:
                    self.is_saved()  # an answer further up, still on its way, may settle this one and take it out of sight
                if self.item(question["id"]).is_visible():
                    self._puts(question["id"], question["kind"], says)
            self.is_saved()
        return self

    def answers(self, id: str, value: Any, kind: str = "") -> FirstNight:
        """Enters one answer, by tapping where it can be tapped."""
        box = self.item(id)
        kind = kind or next(name[9:] for name in (box.get_attribute("class") or "").split() if name.startswith("tc-item--"))
        _ENTERS[kind](self, box, id, value)
        self._answered.add(id)
        return self

    def is_saved(self) -> FirstNight:
        """Waits until the strip of unsaved answers is gone."""
        expect(self.page.locator(UNSAVED), "answers are still unsaved").to_have_count(0)
        return self

    def in_sight(self) -> list[dict[str, Any]]:
        """Every question in sight: id, kind, core."""
        return list(self.page.evaluate(QUESTIONS))

    def says(self, id: str) -> str:
        """What stands beside a question: Saved 20:41, Not saved, Two answers."""
        return self.item(id).locator(".tc-saved").inner_text()

    def is_refused(self, id: str, sentence: str) -> FirstNight:
        """The question says what to do, and nothing was saved."""
        expect(self.item(id).locator(".nhsuk-error-message")).to_contain_text(sentence)
        expect(self.item(id).locator(".tc-saved")).to_have_text("Not saved")
        return self

    def reads_the_warnings(self) -> FirstNight:
        """Each line that police, escort or family wrote, read and signed one by one."""
        unread = self.page.get_by_role("button", name="I have read this")
        while unread.count():
            with self.page.expect_navigation():
                unread.first.click()
            self.effort.button_taps += 1
        return self

    def acts_on_the_stop(self, *, told: str, plan: str) -> FirstNight:
        """Writes what was done about the stop in sight: the first action offered, who was told, the plan."""
        form = self.page.locator("form.tc-stop").first
        form.get_by_label("Who was told").fill(told)
        form.get_by_label("Plan until somebody takes over").fill(plan)
        self._typed(told)
        self._typed(plan)
        return self.presses("Done", form)

    def saves_the_core(self) -> FirstNight:
        """The safety core is done."""
        return self.presses("Safety core done")

    def signs(self) -> FirstNight:
        """The screen is whole."""
        return self.presses("Sign the screen")

    def presses(self, words: str, within: Locator | None = None) -> FirstNight:
        """A button of the screen."""
        with self.page.expect_navigation():
            (within or self.page).get_by_role("button", name=words, exact=True).click()
        self.effort.button_taps += 1
        return self

    def _open(self, core: bool) -> list[dict[str, Any]]:
        return [
            one for one in self.in_sight()
            if (one["core"] or not core) and one["id"] not in self.effort.met | self._answered
        ]  # fmt: skip

    def _puts(self, id: str, kind: str, says: Mapping[str, Any]) -> None:
        self.effort.met.add(id)
        value = answer_to(self._items[id], says)
        if value is not None:
            self.answers(id, value, kind)

    def _typed(self, words: str) -> None:
        self.effort.fields += 1
        self.effort.words += len(words.split())

    def _ticks(self, box: Locator, id: str, value: Any) -> None:
        for code in value if isinstance(value, list) else [value]:
            box.locator(f'input[value="{code}"]').check()
            self.effort.answer_taps += 1

    def _picks(self, control: Locator, value: Any) -> None:
        control.select_option(str(value))
        self.effort.answer_taps += 1
        self.effort.button_taps += 1  # the list opens, then one is picked

    def _writes(self, control: Locator, value: Any) -> None:
        control.fill(str(value))
        control.blur()
        self._typed(str(value))

    def _fills_card(self, box: Locator, id: str, value: Any) -> None:
        rows = enumerate(value) if isinstance(value, list) else [(None, value)]
        for row, card in rows:
            for name, part in card.items():
                control = box.locator(f'[name="{".".join(str(x) for x in (id, row, name) if x is not None)}"]')
                enter = self._picks if control.evaluate("e => e.tagName") == "SELECT" else self._writes
                enter(control, part)

    def _counts(self, box: Locator, id: str, value: Any) -> None:
        for name, count in value.items():
            control = box.locator(f'[name="{id}.{name}"]')
            if not str(count).isdigit() or int(count) > MANY:
                self._writes(control, count)
                continue
            for _ in range(int(count)):
                control.locator("xpath=following-sibling::button").click()
                self.effort.answer_taps += 1


_ENTERS: dict[str, Callable[[FirstNight, Locator, str, Any], None]] = {
    "radios": FirstNight._ticks,
    "checkboxes": FirstNight._ticks,
    "select": lambda screen, box, id, value: screen._picks(box.locator("select"), value),
    "textarea": lambda screen, box, id, value: screen._writes(box.locator("textarea"), value),
    "number": lambda screen, box, id, value: screen._writes(box.locator("input"), value),
    "datetime": lambda screen, box, id, value: screen._writes(box.locator("input"), value),
    "date": lambda screen, box, id, value: screen._writes(box.locator("input"), value),
    "vitals": FirstNight._fills_card,
    "repeating": FirstNight._fills_card,
    "counters": FirstNight._counts,
}
