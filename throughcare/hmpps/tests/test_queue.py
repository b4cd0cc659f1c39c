"""The queue, against a real HTTP server that speaks SQS: taken once, whoever is killed when; what cannot be taken is parked."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.custody.models import Movement
from throughcare.demo import emulator, people
from throughcare.hmpps import actions, book
from throughcare.hmpps.models import FeedMessage
from throughcare.hmpps.queue import NoQueue, Queue

KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "eu-west-2"}


@pytest.fixture(scope="module")
def server():
    held = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    held.start()
    host, port = held.get_host_and_port()
    yield f"http://{host}:{port}"
    held.stop()


@pytest.fixture
def client(server):
    return boto3.client("sqs", endpoint_url=server, **KEYS)


@pytest.fixture
def queue(client, house, monkeypatch):
    """A queue of its own, on which what is being taken is hidden for a second."""
    hidden = replace(book.queue(), hidden_seconds=1, wait_seconds=1, tries=3)
    monkeypatch.setattr(book, "queue", lambda: hidden)
    address = client.create_queue(QueueName=f"feed-{time.monotonic_ns()}")["QueueUrl"]
    return Queue(address, client, emulator.prisoner)


def line(man=people.AMIR):
    at = clock.now().replace(microsecond=0) - timedelta(hours=1)
    return emulator.event(man, kind="received", reason="NEW_ADMISSION", at=at)


def left(queue):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    told = queue.client.get_queue_attributes(QueueUrl=queue.address, AttributeNames=names)["Attributes"]
    return sum(map(int, told.values()))


def send(queue, *lines):
    for said in lines:
        queue.client.send_message(QueueUrl=queue.address, MessageBody=said)


def movements():
    with acting(scenes.feed("LEI")):
        return Movement.objects.count(), FeedMessage.objects.filter(status="parked").count()


def test_messages_are_taken_and_taken_off(queue):
    send(queue, line(), line(people.DANNY), line())
    tally = queue.drain(seconds=20)
    assert (tally.taken, tally.repeated, left(queue), movements()) == (2, 1, 0, (2, 0))


def test_nothing_there_is_nothing(queue):
    assert queue.take(wait=0) is None and queue.drain(seconds=5).taken == 0


def test_poison_is_parked_and_taken_off(queue):
    send(queue, "{", line())
    tally = queue.drain(seconds=20)
    assert (tally.taken, tally.parked, left(queue), movements()) == (1, 1, 0, (1, 1))


def test_what_fails_for_reasons_of_ours_comes_again_and_is_taken(queue, monkeypatch):
    said, real = line(), actions.take_message
    send(queue, said)
    monkeypatch.setattr(actions, "take_message", _fails)
    monkeypatch.setattr("throughcare.hmpps.queue.connection", _NoConnection())
    assert queue.take().taken == 0 and left(queue) == 1
    monkeypatch.setattr(actions, "take_message", real)
    time.sleep(1.2)
    assert (queue.take().taken, left(queue), movements()) == (1, 0, (1, 0))


def test_after_so_many_tries_it_is_parked_for_a_person(queue, monkeypatch):
    send(queue, line())
    monkeypatch.setattr(actions, "take_message", _fails)
    monkeypatch.setattr("throughcare.hmpps.queue.connection", _NoConnection())
    outcomes = []
    for _ in range(3):
        outcomes.append(queue.take())
        time.sleep(1.2)
    assert [one.parked for one in outcomes] == [0, 0, 1] and left(queue) == 0
    with acting(scenes.feed("LEI")):
        assert "failed 3 times" in FeedMessage.objects.get(status="parked").reason


def test_what_is_being_taken_is_hidden_from_the_other_taker(queue):
    send(queue, line())
    assert len(queue._ask(0)) == 1 and queue._ask(0) == []
    time.sleep(1.2)
    assert len(queue._ask(0)) == 1, "whoever took it did not take it off: it comes again"


def test_without_an_address_there_is_no_queue(settings):
    settings.SQS_QUEUE = ""
    with pytest.raises(NoQueue, match="THROUGHCARE_SQS_QUEUE"):
        Queue(search=emulator.prisoner)


KILLED = """
import os, signal, sys, django
django.setup()
from throughcare.core import clock
from dataclasses import replace
from throughcare.hmpps import book
from throughcare.hmpps.queue import Queue
queue = Queue()
queue.measures = replace(book.queue(), hidden_seconds=5)
queue.client.delete_message = lambda **what: os.kill(os.getpid(), signal.SIGKILL)
queue.take()
"""


def test_a_process_killed_between_taking_and_taking_off_has_taken_once(committing_db, server, client):
    scenes.house()
    address = client.create_queue(QueueName=f"killed-{time.monotonic_ns()}")["QueueUrl"]
    client.send_message(QueueUrl=address, MessageBody=line())
    told = {
        "DATABASE_URL": committing_db.app_url, "DJANGO_SETTINGS_MODULE": "throughcare.config.settings",
        "THROUGHCARE_SQS_QUEUE": address,
        "THROUGHCARE_SQS_ENDPOINT": server, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
        "THROUGHCARE_PRISONER_SEARCH": "throughcare.demo.emulator.prisoner",
    }  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-c", KILLED], env={**os.environ, **told}, capture_output=True, timeout=120, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-2000:]
    assert movements() == (1, 0), "it was taken before the process was killed"
    again = Queue(address, client, emulator.prisoner)
    deadline = time.monotonic() + 30
    while (tally := again.take(wait=5)) is None and time.monotonic() < deadline:
        pass
    assert (tally.taken, tally.repeated, left(again), movements()) == (0, 1, 0, (1, 0))


def _fails(*what, **more):
    raise RuntimeError("the database went away")


class _NoConnection:
    """A test's connection holds its transaction; closing it would take that away."""

    def close(self):
        pass
