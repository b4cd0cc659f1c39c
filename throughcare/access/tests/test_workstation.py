"""A shared workstation: PIN, idle lock, one person after another. The author is whose PIN was entered last."""

import random
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import scenes
from tests.nonempty import nonempty
from throughcare.access import actions, locking, pins, rules
from throughcare.access.acting import Actor, acting
from throughcare.access.models import Device, Membership, SigningPin, User
from throughcare.access.tests import people as staff
from throughcare.access.tests.people import PIN
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.demo import people
from throughcare.record.models import Encounter

NUMBERS = rules.numbers(clock.prison_day(clock.now()))
IDLE, SECOND = timedelta(minutes=NUMBERS.lock.idle_minutes), timedelta(seconds=1)
FETCH = {"HTTP_X_REQUESTED_WITH": "throughcare", "HTTP_SEC_FETCH_MODE": "cors"}
SWITCHES = 300


@pytest.fixture
def asha(house):
    return house.member("LEI reception_nurse")


@pytest.fixture
def sam(house):
    return house.member("LEI nurse_in_charge")


def takes_over(client, held, pin=PIN):
    return client.post("/sign-in/pin/", {"person": str(held.user_id), "pin": pin})


def later(length):
    return clock.at(clock.now() + length)


class TestAPin:
    def test_opens_a_browser_that_knows_the_person(self, asha, client, house):
        assert takes_over(staff.known_browser(client, asha), asha).headers["Location"] == "/"
        assert client.get("/today/").status_code == 200
        with acting(house["LEI reception_nurse"]):
            assert Fact.objects.get(kind="access.SignedIn").kept["how"] == "pin"

    def test_opens_no_other_browser(self, asha, client):
        staff.known_browser(Client(), asha)
        answer = takes_over(client, asha)
        assert answer.status_code == 422 and b"cannot be used here yet" in answer.content
        assert "_auth_user_id" not in client.session

    def test_opens_nothing_when_the_full_sign_in_is_too_old(self, asha, client):
        staff.known_browser(client, asha)
        with later(timedelta(hours=NUMBERS.lock.full_hours) + SECOND):
            assert takes_over(client, asha).status_code == 422

    def test_does_not_renew_the_full_sign_in(self, asha, client):
        staff.known_browser(client, asha)
        before = Device.objects.get().full_at
        with later(6 * scenes.HOUR):
            takes_over(client, asha)
        assert Device.objects.get().full_at == before
        assert Session.objects.get(session_key=client.session.session_key).expire_date == before + locking.full()

    def test_is_blocked_after_some_wrong_tries_on_this_browser_and_no_other(self, asha, client):
        staff.known_browser(client, asha)
        for _ in nonempty(range(NUMBERS.pin.wrong_tries)):
            assert takes_over(client, asha, "9182").status_code == 422
        answer = takes_over(client, asha)
        assert answer.status_code == 422 and b"blocked on this computer" in answer.content
        assert takes_over(staff.known_browser(Client(), asha), asha).status_code == 302

    def test_works_again_after_a_full_sign_in(self, asha, client):
        staff.known_browser(client, asha)
        Device.objects.update(wrong_pins=NUMBERS.pin.wrong_tries)
        secret = staff.with_app(staff.with_password(asha))
        client.post("/sign-in/", {"login": asha.user.username, "password": staff.PASSWORD})
        client.post("/sign-in/code/", {"code": staff.code_of(secret)})
        client.get("/sign-in/role/")
        client.post("/sign-in/switch/")
        assert takes_over(client, asha).status_code == 302

    def test_with_two_roles_asks_for_the_role_and_no_second_factor(self, asha, sam, client):
        """The full sign-in on this browser settled that; with one role nobody asked either."""
        Membership.objects.filter(id=sam.id).update(user=asha.user)
        staff.known_browser(client, asha)
        assert takes_over(client, asha).headers["Location"].startswith("/sign-in/role/")
        page = client.get("/sign-in/role/")
        assert page.status_code == 200
        assert client.post("/sign-in/role/", {"membership": str(sam.id)}).headers["Location"] == "/"

    def test_of_a_closed_account_opens_nothing(self, asha, client):
        staff.known_browser(client, asha)
        User.objects.filter(id=asha.user_id).update(is_active=False)
        assert takes_over(client, asha).status_code == 422

    def test_is_stored_slowly_hashed_and_peppered(self, asha, slow_hashes, settings):
        staff.with_pin(asha.user)
        kept = SigningPin.objects.get().hash
        algorithm, rounds, *_ = kept.split("$")
        assert algorithm == "pbkdf2_sha256" and int(rounds) >= 600_000
        settings.SECRET_KEY = "another house"
        assert not check_password(PIN, kept) and not check_password(pins._peppered(asha.user_id, PIN), kept)

    @pytest.mark.parametrize("weak", ["", "1", "123", "1234567", "1111", "1234", "4321", "8901", "12a4", "١٢٣٤", "567890"])
    def test_that_is_too_easy_is_refused_with_a_sentence(self, asha, weak):
        with acting(Actor.of(asha)), pytest.raises(actions.WeakPin, match="Choose a PIN"):
            actions.choose_pin(user=asha.user, pin=weak, at=clock.now())

    def test_is_chosen_only_after_a_fresh_proof(self, asha, client):
        staff.with_password(asha)
        takes_over(staff.known_browser(client, asha), asha)
        chosen = {"pin": "8642", "again": "8642"}
        assert client.post("/account/pin/", chosen).headers["Location"].startswith("/account/proof/password/")
        client.post("/account/proof/password/?next=/account/pin/", {"password": staff.PASSWORD})
        assert client.post("/account/pin/", chosen).headers["Location"] == "/account/"
        assert takes_over(client, asha, "8642").status_code == 302


class TestTheIdleLock:
    @pytest.fixture
    def asha_at_work(self, asha, client):
        return staff.signed_in(client, asha)

    def test_closes_every_page_and_shows_nobody(self, asha_at_work):
        man = scenes.received(people.JOE)
        with later(IDLE):
            answer = asha_at_work.get(f"/patients/{man.id}/")
            assert answer.headers["Location"] == f"/sign-in/locked/?next=%2Fpatients%2F{man.id}%2F"
            screen = asha_at_work.get(answer.headers["Location"])
            assert b"This screen is locked" in screen.content and b"TIERNEY" not in screen.content

    def test_opens_by_pin_on_the_same_page(self, asha_at_work):
        with later(IDLE):
            asha_at_work.get("/search/?q=khan")
            opened = asha_at_work.post("/sign-in/unlock/", {"pin": PIN, "next": "/search/?q=khan"})
            assert opened.headers["Location"] == "/search/?q=khan"
            assert asha_at_work.get("/search/?q=khan").status_code == 200

    def test_stays_closed_for_a_wrong_pin(self, asha_at_work):
        with later(IDLE):
            answer = asha_at_work.post("/sign-in/unlock/", {"pin": "9182", "next": "/today/"})
            assert answer.status_code == 422 and b"That PIN is not right" in answer.content
            assert asha_at_work.get("/today/").status_code == 302

    @pytest.mark.parametrize("way", [
        {"path": "/today/", **FETCH},
        {"path": "/today/", "HTTP_SEC_FETCH_MODE": "no-cors"},
        {"path": "/today/", "HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
        {"path": "/account/", "HTTP_SEC_FETCH_MODE": "cors"},
    ], ids=str)  # fmt: skip
    def test_is_not_put_off_by_polling(self, asha_at_work, way):
        began = clock.now()
        for minute in nonempty(range(1, NUMBERS.lock.idle_minutes)):
            with clock.at(began + timedelta(minutes=minute)):
                assert asha_at_work.get(**way).status_code == 200
        with clock.at(began + IDLE):
            assert asha_at_work.get("/today/").status_code == 302

    def test_is_not_put_off_by_saving_in_the_background(self, asha_at_work):
        man, began = scenes.received(people.JOE), clock.now()
        answer = {"item": "fs_alcohol", "value": "yes", "seen": "0", "at": began.isoformat()}
        for minute, expected in [(5, 200), (9, 200), (10, 401)]:
            with clock.at(began + timedelta(minutes=minute)):
                saved = asha_at_work.post(f"/patients/{man.id}/first-night/answers/", answer, **FETCH)
                assert saved.status_code in (expected, 409), saved.content
        assert saved.headers["X-Throughcare"] == "locked" and b"what you typed is kept" in saved.content

    def test_is_put_off_by_pages_and_by_touches(self, asha_at_work):
        began = clock.now()
        for minute in range(5, 60, 5):
            with clock.at(began + timedelta(minutes=minute)):
                if minute % 2:
                    assert asha_at_work.get("/today/").status_code == 200
                else:
                    assert asha_at_work.post("/sign-in/touch/", **FETCH).status_code == 204

    def test_is_not_opened_by_a_touch(self, asha_at_work):
        with later(IDLE):
            assert asha_at_work.post("/sign-in/touch/", **FETCH).status_code == 401
            assert asha_at_work.get("/today/").status_code == 302

    @pytest.mark.parametrize(
        "path", ["/account/", "/account/pin/", "/account/passkeys/new/", "/sign-in/role/", "/account/password/"]
    )
    def test_closes_ones_own_account_too(self, asha_at_work, path):
        with later(IDLE):
            assert asha_at_work.get(path).headers["Location"].startswith("/sign-in/locked/")

    def test_costs_an_ordinary_page_nothing(self, asha_at_work):
        asha_at_work.get("/today/")
        with CaptureQueriesContext(connection) as seen:
            asha_at_work.get("/today/")
        assert not [query["sql"] for query in seen.captured_queries if "UPDATE" in query["sql"]]


class TestSwitching:
    def test_clears_the_screen_in_one_action_and_names_who_is_known_here(self, asha, sam, client):
        staff.known_browser(client, asha, sam)
        takes_over(client, asha)
        door = client.post("/sign-in/switch/")
        assert door.headers["Location"] == "/sign-in/" and "_auth_user_id" not in client.session
        page = client.get("/sign-in/").content.decode()
        assert asha.user.name in page and sam.user.name in page
        assert client.get("/today/").status_code == 302

    def test_of_an_address_that_was_typed_signs_nobody_out_and_leads_on(self, asha, client):
        takes_over(staff.known_browser(client, asha), asha)
        assert client.get("/sign-in/switch/").headers["Location"] == "/"
        assert b'action="/sign-in/switch/"' in client.get("/sign-in/switch/", follow=True).content
        assert client.get("/today/").status_code == 200

    def test_names_nobody_on_another_browser(self, asha, sam, client):
        staff.known_browser(Client(), asha, sam)
        assert asha.user.name not in client.get("/sign-in/").content.decode()

    def test_leaves_nothing_of_the_earlier_session(self, asha, sam, client):
        staff.known_browser(client, asha, sam)
        takes_over(client, asha)
        key = client.session.session_key
        takes_over(client, sam)
        assert not Session.objects.filter(session_key=key).exists()
        assert client.session["membership"] == str(sam.id)

    def test_a_page_of_the_earlier_person_can_write_nothing(self, asha, sam):
        client = staff.known_browser(Client(enforce_csrf_checks=True), asha, sam)
        token = client.get("/sign-in/").cookies["csrftoken"].value
        client.post("/sign-in/pin/", {"person": str(asha.user_id), "pin": PIN, "csrfmiddlewaretoken": token})
        old = client.cookies["csrftoken"].value
        client.post("/sign-in/pin/", {"person": str(sam.user_id), "pin": PIN, "csrfmiddlewaretoken": old})
        man = scenes.received(people.JOE)
        answer = client.post(
            f"/patients/{man.id}/encounters/new/?kind=early_days_check", {"done": "Seen.", "csrfmiddlewaretoken": old}
        )
        assert answer.status_code == 403 and b"earlier session" in answer.content

    def test_signing_out_ends_the_pin_too_because_the_shift_is_over(self, asha, client):
        staff.known_browser(client, asha)
        takes_over(client, asha)
        client.post("/sign-out/")
        assert asha.user.name not in client.get("/sign-in/").content.decode()
        assert takes_over(client, asha).status_code == 422

    def test_the_author_is_whose_pin_was_last_however_often_they_change(self, asha, sam, client, house):
        staff.known_browser(client, asha, sam)
        man, chance, wrote = scenes.received(people.JOE), random.Random(20), []
        for number in range(SWITCHES):
            held = chance.choice([asha, sam])
            assert takes_over(client, held).status_code == 302
            if chance.random() < 0.2:
                takes_over(client, chance.choice([asha, sam]), "9182")  # a wrong PIN changes nobody
                Device.objects.update(wrong_pins=0)
            done = f"Seen, {number}."
            assert client.post(f"/patients/{man.id}/encounters/new/?kind=early_days_check", {"done": done}).status_code == 302
            wrote.append((done, held.user_id))
        with acting(house["LEI nurse_in_charge"]):
            assert sorted(Encounter.objects.filter(patient=man.id).values_list("done", "written_by")) == sorted(
                (done, str(user)) for done, user in wrote
            )
            facts = Fact.objects.filter(kind="record.EncounterRecorded").order_by("id").values_list("actor", flat=True)
            assert list(facts) == [str(user) for _, user in wrote]
