"""The database dies under a nurse's hands, ten times in one evening. What she was told is saved, is saved."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, expect

from journeys import house as houses
from journeys import records
from journeys.browser import Watch
from journeys.conftest import Comes, people_of
from journeys.screen import FirstNight
from throughcare.core.cluster import Cluster
from throughcare.demo import emulator
from throughcare.demo.people import LIAM

DEATHS = 10
SOON = 0.6  # seconds within which it dies after a round of answers has begun
# Every "Saved" that is shown, with what the question held at that moment.
WATCHES_MARKS = """() => { window.marks = []; new MutationObserver(all => { for (const one of all) {
    const item = one.target.closest?.('.tc-saved')?.closest('[data-item]');
    if (!item || !item.querySelector('.tc-saved').textContent.startsWith('Saved')) continue;
    const ticked = [...item.querySelectorAll('input:checked')].map(e => e.value).sort().join(',');
    window.marks.push([item.dataset.item, ticked]); } }).observe(document.body, {childList: true, subtree: true}) }"""


class Killer:
    """Kills the server's first process without warning at a moment nobody knows, and starts it again."""

    def __init__(self, cluster: Cluster, seed: int) -> None:
        self.cluster, self.random, self.deaths = cluster, random.Random(seed), 0

    def strikes(self) -> threading.Thread:
        """Lets it happen, soon, while the caller goes on."""
        thread = threading.Thread(target=self._strike, args=(threading.Event(),))
        thread.start()
        return thread

    def _strike(self, never: threading.Event) -> None:
        never.wait(self.random.uniform(0, SOON))
        pid = self.cluster.pid()
        assert pid
        os.kill(pid, signal.SIGKILL)
        self.deaths += 1
        self.cluster.start()


@pytest.fixture
def nurse_on_a_failing_server(
    own_cluster: Cluster, chromium: Browser, watch: Watch, tmp_path: Path
) -> Iterator[Callable[[str], object]]:
    """A prison whose database may be killed; the pages it then answers with are expected."""
    houses.build(own_cluster.dsn("owner"), residents=0)
    emulator.send_van()
    watch.allows_errors = True
    with houses.serving(own_cluster.dsn("app"), own_cluster.dsn("owner"), tmp_path) as house:
        yield from people_of(house, chromium, watch)


def test_nothing_saved_is_lost_and_nothing_stays_unsaved(nurse_on_a_failing_server: Comes, own_cluster: Cluster):
    asha = nurse_on_a_failing_server("asha")
    screen = asha.screens(LIAM)
    asha.evaluates(WATCHES_MARKS)
    killer = Killer(own_cluster, seed=2026)
    answers = one_tick_each(screen)

    for number in range(DEATHS):
        death = killer.strikes()
        for _ in range(4):
            taps(screen, *next(answers))
        death.join()
        if number % 2:  # every other time it dies before she has caught up
            screen.is_saved()

    screen.is_saved()
    expect(asha.page.locator("[data-state=trying], [data-state=saving], [data-state=refused]")).to_have_count(0)
    shown = {(item, value) for item, value in asha.evaluates("() => window.marks")}
    connection.close()  # ours died with the server
    kept = records.every_answer_about(LIAM)
    assert killer.deaths == DEATHS
    assert len(shown) >= 30
    assert shown <= kept, f"shown as saved, but not in the database: {shown - kept}"


def one_tick_each(screen: FirstNight) -> Iterator[tuple[str, str]]:
    """Question and answer, round and round: the second time the other answer."""
    lists = [one["id"] for one in screen.in_sight() if one["kind"] == "radios"]
    while True:
        for code in ("no", "unable"):
            for id in lists:
                if screen.item(id).locator(f"input[value={code}]").is_visible():
                    yield id, code


def taps(screen: FirstNight, id: str, code: str) -> None:
    """One tick on the glass."""
    screen.item(id).locator(f"input[value={code}]").check()
