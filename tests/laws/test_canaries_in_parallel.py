"""T2 over HTTP: two prisons, 64 threads, a pool of few connections, pages that break down half-way. No canary crosses."""

import logging
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from tests import scenes
from tests.laws.addresses import addresses
from tests.laws.test_reach import plant
from throughcare.access.acting import acting
from throughcare.chart import today
from throughcare.demo.people import Character

THREADS, TURNS = 64, 8
BROKE = "Half-way"
BIRDS = {"LEI": "zqsparrow", "MDI": "zqwarbler"}


def bird(prison):
    """A man whose every field says the canary of his prison."""
    word = BIRDS[prison].title()
    return Character(f"A77{ord(prison[0])}ZQ", word, f"{word} Given", scenes.OMAR.born, language=BIRDS[prison])


@pytest.fixture
def planted(house, pooled):
    """A canary in each prison, and the addresses of its own people for its own nurse."""
    paths = {}
    for prison, role in (("LEI", "nurse_in_charge"), ("MDI", "nurse_in_charge")):
        man = scenes.received(bird(prison), prison=prison)
        with acting(house[f"{prison} {role}"]):
            plant(man, BIRDS[prison])
        paths[prison] = [one.path for one in addresses(get_resolver(), patient=man.id, code=prison) if "sign" not in one.path]
    return paths


def broken_now_and_then(chance):
    """Today breaks down after it has read: the transaction is undone and the next request must know nothing of it."""
    real = today.visits

    def visits(actor):
        found = real(actor)
        if chance.random() < 0.3:
            raise RuntimeError(BROKE)
        return found

    return visits


@pytest.fixture
def logged():
    """Everything that is logged meanwhile, at any level; the statements are only with DEBUG, which tests have not."""
    lines, root = [], logging.getLogger()
    handler, level = logging.Handler(logging.DEBUG), root.level
    handler.emit = lambda record: lines.append(handler.format(record))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.setLevel(level)
    root.removeHandler(handler)


def test_no_canary_crosses_between_threads(house, planted, monkeypatch, logged):
    chance = random.Random(64)
    monkeypatch.setattr(today, "visits", broken_now_and_then(chance))
    sessions = {prison: house.sign_in(Client(), f"{prison} nurse_in_charge").cookies for prison in BIRDS}
    connection.close()
    logging.getLogger("throughcare.canaries").debug("logging is read")

    def turns(number):
        picks, wrong, own = random.Random(number), [], 0
        for turn in range(TURNS):
            mine, theirs = ("LEI", "MDI") if (number + turn) % 2 else ("MDI", "LEI")
            client = Client(raise_request_exception=False)
            client.cookies = sessions[mine]
            path = "/today/" if turn == 0 else picks.choice(planted[mine])  # so that enough of them break down
            said = client.get(path).content.decode(errors="replace").casefold()
            own += BIRDS[mine] in said
            wrong += [(mine, number, turn)] if BIRDS[theirs] in said else []
            connection.close()
        return wrong, own

    with ThreadPoolExecutor(THREADS) as threads:
        done = list(threads.map(turns, range(THREADS)))
    assert [one for wrong, _ in done for one in wrong] == []
    assert sum(own for _, own in done) > THREADS, "otherwise nothing was shown at all"
    assert any(BROKE in line for line in logged), "otherwise nothing broke down, or the log is not read"
    assert any("logging is read" in line for line in logged), "the quietest level too"
    assert [line for line in logged if any(word in line.casefold() for word in BIRDS.values())] == []
