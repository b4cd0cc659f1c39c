"""The signed door: whoever holds the secret hands in messages; nobody else learns anything or costs much."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.custody.models import BedStay
from throughcare.demo import emulator, people
from throughcare.hmpps import book, door
from throughcare.hmpps.models import FeedMessage

SECRET, NEXT = "s" * 40, "n" * 40
OPEN = {"HMPPS_SECRETS": [SECRET], "PRISONER_SEARCH": "throughcare.demo.emulator.prisoner"}


def line(man=people.AMIR):
    at = clock.now().replace(microsecond=0) - timedelta(hours=1)
    return emulator.event(man, kind="received", reason="NEW_ADMISSION", at=at)


def post(body, *, secret=SECRET, at=None, signed=None, client=None, **headers):
    body = body.encode() if isinstance(body, str) else body
    stamp = str(int((at or clock.now()).timestamp()))
    given = {"X-Throughcare-Timestamp": stamp, "X-Throughcare-Signature": door.sign(secret, stamp, signed or body)} | headers
    return (client or Client()).post("/hmpps/events/", body, content_type="application/json", headers=given)


def here():
    with acting(scenes.feed("LEI")):
        return BedStay.objects.open().count(), FeedMessage.objects.count()


@override_settings(**OPEN)
def test_a_signed_message_is_taken_and_a_replay_changes_nothing(house):
    said, now = line(), clock.now()
    first = post(said, at=now)
    assert (first.status_code, first.json()) == (200, {"taken": 1, "repeated": 0, "parked": 0, "not_taken": 0})
    before = here()
    again = post(said, at=now)  # the very same request, as somebody who listened would send it
    assert (again.status_code, again.json()["repeated"], here()) == (200, 1, before)


@override_settings(**OPEN)
def test_several_lines_are_several_messages_and_a_bad_one_spoils_none(house):
    answer = post("\n".join([line(), "nonsense", line(people.DANNY), ""]))
    assert answer.json() == {"taken": 2, "repeated": 0, "parked": 1, "not_taken": 0}


WRONG = {
    "the wrong key": lambda said: post(said, secret=NEXT),
    "no signature": lambda said: post(said, **{"X-Throughcare-Signature": ""}),
    "another way of signing": lambda said: post(said, **{"X-Throughcare-Signature": "sha1=" + "0" * 40}),
    "an altered body": lambda said: post(said.replace("LEI", "MDI"), signed=said.encode()),
    "an altered time": lambda said: post(said, **{"X-Throughcare-Timestamp": str(int(clock.now().timestamp()) - 1)}),
    "too old": lambda said: post(said, at=clock.now() - timedelta(minutes=6)),
    "from the future": lambda said: post(said, at=clock.now() + timedelta(minutes=6)),
    "no time": lambda said: post(said, **{"X-Throughcare-Timestamp": ""}),
    "a time that is no number": lambda said: post(said, **{"X-Throughcare-Timestamp": "٣" * 10}),
    "a time as long as a book": lambda said: post(said, **{"X-Throughcare-Timestamp": "9" * 4000}),
    "letters that are none": lambda said: post(said, **{"X-Throughcare-Signature": "sha256=ü?"}),
}  # fmt: skip


@override_settings(**OPEN)
@pytest.mark.parametrize("send", WRONG.values(), ids=WRONG)
def test_whoever_cannot_sign_is_told_one_thing_and_changes_nothing(house, send):
    answer = send(line())
    assert answer.status_code == 401 and answer.content.decode() == str(door.NotSigned())
    assert here() == (0, 0)


@override_settings(**OPEN)
def test_a_huge_body_is_refused_before_it_is_read(house):
    large = "x" * (book.door().largest + 1)
    assert post(large).status_code == 413
    assert post("x" * 3_000_000).status_code == 413
    assert here() == (0, 0)


@override_settings(**OPEN)
def test_a_body_that_is_no_text_is_parked(house):
    assert post(b"\xff\xfe\x00{").json()["parked"] == 1


@pytest.mark.parametrize("secrets", [[], [""], ["short"]], ids=["none", "empty", "too short to be one"])
def test_without_a_secret_the_door_is_shut(house, secrets):
    with override_settings(**{**OPEN, "HMPPS_SECRETS": secrets}):
        answer = post(line(), secret=secrets[0] if secrets else "")
    assert answer.status_code == 404 and here() == (0, 0)


@override_settings(**{**OPEN, "PRISONER_SEARCH": ""})
def test_where_nobody_can_be_looked_up_the_sender_hears_so_and_may_try_again(house):
    answer = post(line())
    assert answer.status_code == 503 and "THROUGHCARE_PRISONER_SEARCH" in answer.content.decode() and here() == (0, 0)


@override_settings(**{**OPEN, "HMPPS_SECRETS": [SECRET, NEXT]})
def test_while_a_secret_is_changed_either_opens(house):
    assert [post(line(), secret=one).status_code for one in (SECRET, NEXT, "o" * 40)] == [200, 200, 401]


@override_settings(**OPEN)
def test_it_is_for_machines_alone(house):
    assert Client().get("/hmpps/events/").status_code == 405
    browser = house.sign_in(Client(enforce_csrf_checks=True), "LEI administrator")
    assert browser.post("/hmpps/events/", line(), content_type="application/json").status_code == 401, "a session is no signature"
    assert post(line(), client=Client(enforce_csrf_checks=True)).status_code == 200


def test_a_signature_is_made_of_the_time_and_the_body():
    signs = {door.sign(SECRET, *said) for said in [("1", b"2"), ("12", b""), ("", b"12"), ("1", b"2.")]}
    assert len(signs) == 4 and all(len(one) == 71 for one in signs)
