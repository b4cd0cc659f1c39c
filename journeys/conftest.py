"""Fixtures of the journeys: a prison with its demo, a browser, and one person for each role.

Each journey has a database of its own, a copy of one demo that is built once a run; the web server stays up and meets
the copy under the same name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from conftest import django_at
from journeys import browser as browsers
from journeys import house as houses
from journeys.browser import Watch
from journeys.house import House
from journeys.pages import Person
from tests import clocks
from throughcare.core.tests import databases
from throughcare.demo import emulator
from throughcare.demo.staff import STAFF

# Playwright's loop lives in this thread, and Django would take every query of the test for one from inside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
Comes = Callable[..., Person]
NAMES = {member.username: member.name for member in STAFF}


@pytest.fixture(scope="session")
def journeys_clock() -> None:
    """The web server stays up from journey to journey, so that they share one clock and none begins anew."""
    clocks.stand_at(clocks.chosen())


@pytest.fixture(scope="module", autouse=True)
def module_clock(journeys_clock: None) -> None:
    """That of all journeys."""


@pytest.fixture(scope="session")
def demo_database(
    database_server: databases.Server, database_template: str, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The name of the database with the small demo, built once, that every journey copies."""
    made = databases.clone(database_server, database_template, "demo")
    with django_db_blocker.unblock(), django_at(made.app_url):
        houses.build(made.owner_url)
    yield made.name
    databases.drop(database_server, made.name)


@pytest.fixture(scope="session")
def evening_database(database_server: databases.Server, demo_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The same, half an hour later: the van has come."""
    made = databases.clone(database_server, demo_database, "evening")
    with django_db_blocker.unblock(), django_at(made.app_url):
        emulator.send_van()
    yield made.name
    databases.drop(database_server, made.name)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def server(database_server: databases.Server, demo_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The web server of the run; the database behind it changes from journey to journey."""
    journey = databases.clone(database_server, demo_database, "journey")
    with houses.serving(journey.app_url, journey.owner_url, tmp_path_factory.mktemp("state")) as house:
        yield house
    databases.drop(database_server, journey.name)


@pytest.fixture
def prison(
    request: pytest.FixtureRequest, database_server: databases.Server, server: House, django_db_blocker: DjangoDbBlocker
) -> Iterator[House]:
    """The prison this evening, as nobody has touched it. Django in the test meets the same database as the browser."""
    source = "evening_database" if "van_is_in" in request.fixturenames else "demo_database"
    journey = databases.clone(database_server, request.getfixturevalue(source), "journey")
    with django_db_blocker.unblock(), django_at(journey.app_url):
        yield server


@pytest.fixture(scope="session")
def checked() -> dict[str, set[str]]:
    """Parts of pages that were checked for barriers in this run."""
    return {}


@pytest.fixture
def watch(checked: dict[str, set[str]]) -> Watch:
    return Watch(checked)


@pytest.fixture
def comes_in(prison: House, chromium: Browser, watch: Watch) -> Iterator[Comes]:
    """Somebody takes a tablet and signs in. At the end every page is checked, and nothing may have gone wrong."""
    yield from people_of(prison, chromium, watch)


def people_of(house: House, chromium: Browser, watch: Watch) -> Iterator[Comes]:
    """A function that lets members of staff in by their user name; afterwards the journey is judged."""
    contexts, people = [], []

    def let_in(username: str, signed_in: bool = True) -> Person:
        context = browsers.tablet(chromium, house.address)
        watch.over(context)
        contexts.append(context)
        people.append(Person(context.new_page(), watch, NAMES[username]))
        return people[-1].signs_in() if signed_in else people[-1].comes_to_the_door()

    yield let_in
    for person in people:
        person.leaves()
    for context in contexts:
        context.close()
    assert not watch.wrong, "\n".join([*watch.wrong, said_by(house.log)])


def said_by(log: Path) -> str:
    """The end of what the web server wrote."""
    return log.read_text(errors="replace")[-3000:]


def _role(username: str) -> Callable[..., Person]:
    @pytest.fixture(name=username)
    def person(comes_in: Comes) -> Person:
        return comes_in(username)

    return person


# What a nurse, a prescriber and the rest are called in the stories.
asha, sam, lewis, ruth, helen, tom, carys, joan, karen = map(
    _role, ("asha", "sam", "lewis", "ruth", "helen", "tom", "carys", "joan", "karen")
)


@pytest.fixture
def van_is_in(prison: House) -> None:
    """The van has come before the story begins."""


@pytest.fixture
def at_the_door(comes_in: Comes) -> Comes:
    """Somebody stands before the sign-in page."""
    return lambda username: comes_in(username, signed_in=False)
