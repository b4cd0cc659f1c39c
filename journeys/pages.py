"""What members of staff do on their pages, in their own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, Response, expect

from journeys.browser import Watch
from journeys.screen import FirstNight
from throughcare.demo.people import Character

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
TASK = ".tc-tasks__link"


def listed(man: Character) -> str:
    """A man as lists write him: KHAN, Amir."""
    return f"{man.family_name.upper()}, {man.given_names}"


@dataclass
class Person:
    """Somebody of the staff at a tablet."""

    page: Page
    watch: Watch
    name: str

    def signs_in(self) -> Person:
        """Picks the card with the own name."""
        self.comes_to_the_door()
        self.page.locator(".tc-signin__card", has_text=self.name).click()
        expect(self.page.locator(".tc-header__person")).to_contain_text(self.name)
        return self._looks()

    def comes_to_the_door(self) -> Person:
        """The page where one signs in."""
        self.goes_to("/sign-in/")
        return self

    def goes_to(self, path: str) -> Response | None:
        """Opens an address; what comes is checked for barriers."""
        reply = self.page.goto(path)
        self._looks()
        return reply

    def opens_arrivals(self) -> Person:
        """The arrivals board, by the link at the top."""
        return self.follows("Arrivals")

    def opens_today(self) -> Person:
        """What the own role owes."""
        return self.follows("Today")

    def follows(self, place: str) -> Person:
        """A link of the main navigation."""
        with self.page.expect_navigation():
            self.page.locator(".tc-nav").get_by_role("link", name=place, exact=True).click()
        return self._looks()

    def presses(self, words: str, within: Locator | None = None) -> Person:
        """Presses the button, or the link that looks like one."""
        with self.page.expect_navigation():
            (within or self.page).get_by_role("button", name=words).first.click()
        return self._looks()

    def types(self, label: str, words: str) -> Person:
        """Types into the field of that label."""
        self.page.get_by_label(label, exact=True).fill(words)
        return self

    def searches(self, words: str) -> list[str]:
        """Who the search at the top finds, by name."""
        box = self.page.get_by_role("searchbox")
        box.fill(words)
        box.press("Enter")
        self.page.wait_for_url(re.compile(r"/search/\?q="))
        self._looks()
        return self.page.locator(".tc-results tbody tr td:first-child").all_inner_texts()

    def opens(self, man: Character) -> Person:
        """His page, found by the search."""
        self.searches(man.family_name)
        self.page.get_by_role("link", name=listed(man), exact=True).click()
        self.page.wait_for_url(re.compile(r"/patients/[^/]+/$"))
        return self._looks()

    def board(self) -> dict[str, list[str]]:
        """Who stands in which part of the arrivals board, from the top."""
        parts = self.page.locator(".tc-part").all()
        titles = [part.locator("h2").inner_text() for part in parts]
        return {
            title.rsplit(" ", 1)[0]: part.locator(".tc-arrival__name").all_inner_texts()
            for title, part in zip(titles, parts, strict=True)
        }

    def line_of(self, man: Character) -> Locator:
        """His line on the arrivals board."""
        return self.page.locator(".tc-arrival", has=self.page.get_by_role("link", name=listed(man), exact=True))

    def screens(self, man: Character) -> FirstNight:
        """Takes him from the arrivals board to the first-night screen."""
        self.opens_arrivals().line_of(man).locator(".tc-arrival__go").click()
        screen = self.at_the_screen()
        screen.effort.button_taps += 1
        return screen

    def at_the_screen(self) -> FirstNight:
        """The first-night screen that is open."""
        self.page.wait_for_url(re.compile(r"/first-night/"))
        self._looks()
        return FirstNight(self.page)

    def takes_unbooked(self, man: Character) -> FirstNight:
        """A man without a booking stands in reception."""
        self.opens_arrivals().presses("Man without a booking")
        self.types("Family name", man.family_name).types("Given names", man.given_names)
        self.types("Date of birth", f"{man.born:%-d/%-m/%Y}").presses("Start his screen")
        return FirstNight(self.page)

    def owes(self) -> dict[str, list[str]]:
        """Today: each person and the titles of what is due, as the cards show them."""
        cards = self.page.locator(".tc-tasks").all()
        return {card.locator(".tc-tasks__name").inner_text(): card.locator(TASK).all_inner_texts() for card in cards}

    def starts_task(self, man: Character, title: str) -> Person:
        """Presses a task on somebody's card."""
        card = self.page.locator(".tc-tasks", has_text=listed(man))
        with self.page.expect_navigation():
            card.locator(TASK, has_text=title).click()
        return self._looks()

    def writes(self, *, done: str, plan: str = "") -> Person:
        """Writes an entry and signs it."""
        self.page.locator("#done").fill(done)
        if plan:
            self.page.locator("#plan").fill(plan)
        return self.presses("Save and sign")

    def is_told(self, words: str | re.Pattern[str]) -> Person:
        """The page says so, and stays free of barriers while it does."""
        expect(self.page.locator("main")).to_contain_text(words)
        return self._looks()

    def main(self) -> str:
        """The words of the page."""
        return self.page.locator("main").inner_text()

    def evaluates(self, script: str, argument: Any = None) -> Any:
        """Asks the page itself."""
        return self.page.evaluate(script, argument)

    def leaves(self) -> None:
        """Puts the tablet down; the page that was open last is looked at once more."""
        if not self.page.is_closed():
            self._looks()

    def _looks(self) -> Person:
        path = UUID.sub("…", re.sub(r"^https?://[^/]+", "", self.page.url).split("?")[0].split("#")[0])
        self.watch.barriers(self.page, path)
        return self
