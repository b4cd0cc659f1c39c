"""Waits that cannot lock a shift out: bounded, decaying, and nothing to whoever signed in here before."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tests.nonempty import nonempty
from throughcare.access import browsers, lockout, rules, tasks
from throughcare.access.lockout import TooManyTries
from throughcare.access.models import Device, Tries
from throughcare.access.tests import people
from throughcare.access.tests.people import PASSWORD
from throughcare.core import clock

NUMBERS = rules.numbers(clock.prison_day(clock.now()))
STRANGER, KNOWN = NUMBERS.unknown_browser, NUMBERS.known_browser
SECOND = timedelta(seconds=1)
HERE, ELSEWHERE = "10.1.2.3", "10.9.9.9"


@pytest.fixture
def held(house):
    member = house.member("LEI reception_nurse")
    people.with_password(member)
    return member


def asked(address=HERE, **headers):
    return RequestFactory().post("/sign-in/", REMOTE_ADDR=address, **headers)


def tries(client, held, typed="wrong wrong wrong", address=HERE):
    return client.post("/sign-in/", {"login": held.user.username, "password": typed}, REMOTE_ADDR=address)


def wears_out(client, held, address=HERE, patience=STRANGER):
    for _ in range(patience.free_tries):
        assert tries(client, held, address=address).status_code == 422


def waits(answer):
    return answer.status_code == 422 and b"Too many tries" in answer.content


class TestAStranger:
    def test_waits_after_some_failures_even_with_the_right_password(self, held):
        wears_out(Client(), held)
        assert waits(tries(Client(), held, PASSWORD))

    def test_gets_in_when_the_wait_is_over(self, held):
        wears_out(Client(), held)
        with clock.at(clock.now() + timedelta(seconds=STRANGER.first_wait_seconds) + SECOND):
            assert tries(Client(), held, PASSWORD).status_code == 302

    def test_waits_for_one_name_and_one_network_only(self, house, held):
        other = house.member("LEI prescriber")
        people.with_password(other)
        wears_out(Client(), held)
        assert tries(Client(), other, PASSWORD).status_code == 302
        assert tries(Client(), held, PASSWORD, address=ELSEWHERE).status_code == 302

    def test_starts_anew_once_in(self, held):
        for _ in range(STRANGER.free_tries - 1):
            tries(Client(), held)
        assert tries(Client(), held, PASSWORD).status_code == 302
        assert Tries.objects.count() == 0

    def test_who_does_not_exist_waits_the_same(self, held):
        answers = []
        for name in (held.user.username, "nobody.at.all"):
            for _ in range(STRANGER.free_tries):
                Client().post("/sign-in/", {"login": name, "password": "wrong wrong wrong"})
            answers.append(b"Too many tries" in Client().post("/sign-in/", {"login": name, "password": "x"}).content)
        assert answers == [True, True]

    def test_cannot_pass_the_count_by_trying_at_the_same_moment(self, committing_db, held):
        past = []

        def attempt():
            try:
                lockout.password(asked(), held.user.username)
                past.append(1)
            except TooManyTries:
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=attempt) for _ in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(past) == STRANGER.free_tries


class TestABrowserThatKnowsThePerson:
    @pytest.fixture
    def browser(self, held):
        return people.known_browser(Client(), held)

    def test_never_waits_for_other_peoples_failures(self, held, browser):
        wears_out(Client(), held)
        assert waits(tries(Client(), held, PASSWORD))
        assert tries(browser, held, PASSWORD).status_code == 302

    def test_waits_a_little_for_failures_on_itself(self, held, browser):
        wears_out(browser, held, patience=KNOWN)
        assert waits(tries(browser, held, PASSWORD))
        with clock.at(clock.now() + timedelta(seconds=KNOWN.longest_wait_seconds) + SECOND):
            assert tries(browser, held, PASSWORD).status_code == 302
        assert Device.objects.get(user=held.user).wrong_passwords == 0

    def test_cannot_pass_the_count_by_trying_at_the_same_moment(self, committing_db, held, browser):
        past, start = [], threading.Barrier(20)

        def attempt():
            request = asked()
            request.COOKIES[browsers.COOKIE] = browser.cookies[browsers.COOKIE].value
            try:
                start.wait()
                lockout.password(request, held.user.username)
                past.append(1)
            except TooManyTries:
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=attempt) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 0 < len(past) <= KNOWN.free_tries
        assert Device.objects.get(user=held.user).wrong_passwords == len(past)

    def test_is_no_help_for_another_name(self, house, held, browser):
        other = house.member("LEI prescriber")
        people.with_password(other)
        wears_out(browser, other)
        assert waits(tries(browser, other, PASSWORD))

    @pytest.mark.parametrize("forged", ["11111111-1111-4111-8111-111111111111", "x:y:z", ""])
    def test_is_known_by_a_cookie_that_nobody_can_make(self, held, browser, forged):
        wears_out(Client(), held)
        thief = Client()
        thief.cookies["throughcare_browser"] = forged
        assert waits(tries(thief, held, PASSWORD))


class TestCodes:
    def test_of_the_second_factor_are_counted_by_person(self, held):
        secret = people.with_app(held.user)
        for number in nonempty(range(NUMBERS.second_factor.free_tries)):
            client = Client()
            tries(client, held, PASSWORD, address=f"10.7.{number}.1")
            assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 422
        client = Client()
        tries(client, held, PASSWORD, address="10.8.1.1")
        assert b"Too many tries" in client.post("/sign-in/code/", {"code": people.code_of(secret)}).content


def test_ten_thousand_failures_neither_fill_a_table_nor_slow_the_person(held):
    """From one network, against one name and against ten thousand; then the person comes, here and elsewhere."""
    browser = people.known_browser(Client(), held)
    request = asked()
    for number in range(10_000):
        try:
            lockout.password(request, held.user.username if number % 2 else f"guess{number}")
        except TooManyTries:
            continue
    assert Tries.objects.count() <= lockout.NAMES
    assert tries(browser, held, PASSWORD).status_code == 302
    assert tries(Client(), held, PASSWORD, address=ELSEWHERE).status_code == 302


def test_the_table_cannot_grow_past_its_slots():
    """However many names and networks, the slot is one of so many."""
    slots = set()
    for number in range(20_000):
        network = lockout._hash("network", f"10.{number % 256}.{number // 256}.0/24", lockout.NETWORKS)
        slots.add(network * lockout.NAMES + lockout._hash("name", f"guess{number}", lockout.NAMES))
    assert max(slots) < lockout.NETWORKS * lockout.NAMES
    assert len(slots) > 15_000  # and names and networks do spread over them


def test_old_counts_are_removed(held):
    wears_out(Client(), held)
    assert tasks.prune(0) == 0
    with clock.at(clock.now() + timedelta(hours=STRANGER.forgotten_after_hours, minutes=1)):
        assert tasks.prune(0) == 1
    assert Tries.objects.count() == 0


@pytest.mark.parametrize("address, network", [
    ("10.1.2.3", "10.1.2.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("nonsense", "unknown"), ("", "unknown"),
])  # fmt: skip
def test_a_network_is_what_stands_before_the_last_part(address, network):
    assert lockout.network_of(asked(address)) == network


def test_a_forwarded_address_counts_only_behind_proxies_of_ours(settings):
    lie = asked(HERE, HTTP_X_FORWARDED_FOR="1.1.1.1, 2.2.2.2")
    assert lockout.network_of(lie) == "10.1.2.0/24"
    settings.PROXIES = 1
    assert lockout.network_of(lie) == "2.2.2.0/24"


class TestTheRule:
    @given(st.integers(0, 10**6), st.integers(0, 10**6))
    def test_a_wait_never_passes_the_longest(self, count, ago):
        now = clock.now()
        wait = rules.wait_after(count, now - timedelta(seconds=ago), STRANGER, now)
        assert timedelta(0) <= wait <= timedelta(seconds=STRANGER.longest_wait_seconds)

    @given(st.integers(0, 100))
    def test_a_wait_grows_with_every_failure(self, count):
        now = clock.now()
        assert rules.wait_after(count, now, STRANGER, now) <= rules.wait_after(count + 1, now, STRANGER, now)

    def test_free_tries_are_free_and_then_the_wait_doubles(self):
        now = clock.now()
        seconds = [rules.wait_after(count, now, STRANGER, now).seconds for count in range(STRANGER.free_tries + 3)]
        first = STRANGER.first_wait_seconds
        assert seconds == [0] * STRANGER.free_tries + [first, 2 * first, 4 * first]
