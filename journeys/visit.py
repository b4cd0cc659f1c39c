"""A visit as a member of staff works it: the second stage, triage or one form, asked to the signature."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from journeys.screen import FirstNight
from throughcare.core import clock
from throughcare.instruments import rules

# What a question in sight holds before anybody has answered: ticks and words of its own controls.
HELD = """() => Object.fromEntries([...document.querySelectorAll('[data-item]')].filter(e => e.offsetParent !== null).map(e => [
    e.dataset.item, [...e.querySelectorAll('input,select,textarea')].filter(c => !c.closest('.tc-history')).map(
        c => ['radio', 'checkbox'].includes(c.type) ? (c.checked ? c.value : '') : c.value).filter(v => v)]))"""
OFFERED = """() => [...document.querySelectorAll('[data-still]')].filter(b => b.offsetParent).map(
    b => b.closest('[data-item]').dataset.item)"""
CARRIED = "carry-"


def held(page: Page) -> dict[str, list[str]]:
    """What each question in sight holds already."""
    return dict(page.evaluate(HELD))


def offered(page: Page) -> set[str]:
    """The questions in sight beside which the earlier answer can be taken over by one tap."""
    return set(page.evaluate(OFFERED))


class Visit(FirstNight):
    """One visit, open on a tablet. Its questions may be of any instrument."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        day = clock.prison_day(clock.now())
        self._items = {item.id: item for id in rules.book().ids() for item in rules.book().on(id, day).value.items}

    def in_sight(self) -> list[dict[str, Any]]:
        """Every question in sight; the lines that were carried over are answered by themselves."""
        return [one for one in super().in_sight() if not one["id"].startswith(CARRIED)]

    def takes_over_what_is_still_true(self) -> Visit:
        """One tap on each stable fact of before."""
        for id in sorted(offered(self.page)):
            self.item(id).locator("[data-still]").click()
            self._answered.add(id)
        self.is_saved()
        return self

    def carries_over(self, state: str = "Still to do") -> list[str]:
        """Says of each action of the first night, which nothing shows as done, what became of it; returns all of them."""
        lines = self.page.locator(".tc-item--carried")
        for number in range(lines.count()):
            if lines.nth(number).get_by_label(state).count():
                lines.nth(number).get_by_label(state).check()
        return lines.locator("legend, .tc-carried__action").all_inner_texts()

    def signs_it(self) -> Visit:
        """Asked by a member of staff; not in withdrawal where the form wants to know."""
        self.is_saved()
        self.page.locator('input[name="mode"][value="interview"]').check()
        if (withdrawal := self.page.locator('input[name="withdrawal"][value="no"]')).count():
            withdrawal.check()
        self.presses("Sign")
        expect(self.page.locator("main")).to_contain_text("Signed")
        return self
