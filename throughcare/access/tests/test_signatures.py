"""A signature at a shared workstation: the PIN of the person of the session, or of a second person who is known there."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from throughcare.access import actions, pins, rules, signing_in
from throughcare.access.acting import Actor, acting
from throughcare.access.models import Device, Membership
from throughcare.access.sight import shows
from throughcare.access.tests import people as staff
from throughcare.access.tests.people import PIN
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.refusals import Refused

NUMBERS = rules.numbers(clock.prison_day(clock.now()))
SECOND = timedelta(seconds=1)


@pytest.fixture
def asha(house):
    return house.member("LEI reception_nurse")


@pytest.fixture
def sam(house):
    return house.member("LEI nurse_in_charge")


# What other features ask for a signature.


@shows("staff", writes=True)
def signs(request):
    signing_in.confirm_pin(request, request.POST["pin"])
    return HttpResponse("signed")


@shows("staff", writes=True)
def signs_in_a_form(request):
    try:
        signing_in.confirm_pin(request, request.POST["pin"])
    except Refused as refusal:
        return HttpResponse(str(refusal), status=422)
    return HttpResponse("signed")


@shows("staff", writes=True)
def signs_as_second(request):
    held = signing_in.second_person(request, request.POST["who"], request.POST["pin"], may=request.POST.get("may", ""))
    return HttpResponse(str(held.user_id))


urlpatterns = [
    path("signs/", signs), path("form/", signs_in_a_form), path("second/", signs_as_second),
    path("", include("throughcare.access.urls")),
]  # fmt: skip
handler404 = "throughcare.access.middleware.not_found"


class TestASignature:
    """With commits that are real: the count of wrong PINs stands on a connection of its own."""

    @pytest.fixture(autouse=True)
    def two_here(self, committing_db, asha, sam, client, settings):
        settings.ROOT_URLCONF = __name__
        staff.known_browser(client, asha, sam)
        client.post("/sign-in/pin/", {"person": str(asha.user_id), "pin": PIN})

    def second(self, client, who, pin=PIN, **more):
        return client.post("/second/", {"who": who.user.username, "pin": pin, **more})

    def test_needs_the_pin_of_the_person_of_the_session(self, client, asha, house):
        assert client.post("/signs/", {"pin": PIN}).content == b"signed"
        assert client.post("/signs/", {"pin": "9182"}).status_code == 422
        with acting(house["LEI reception_nurse"]):
            assert Fact.objects.filter(kind="access.PinConfirmed", actor=str(asha.user_id)).count() == 1

    @pytest.mark.parametrize("where", ["/signs/", "/form/"])
    def test_counts_wrong_pins_though_the_refusal_undoes_the_rest(self, client, asha, where):
        for _ in range(NUMBERS.pin.wrong_tries):
            assert client.post(where, {"pin": "9182"}).status_code == 422
        assert Device.objects.get(user=asha.user).wrong_pins == NUMBERS.pin.wrong_tries
        assert b"blocked" in client.post(where, {"pin": PIN}).content

    @pytest.mark.parametrize("where", ["/signs/", "/form/"])
    def test_is_not_guessed_by_trying_at_the_same_moment(self, client, asha, where, monkeypatch):
        compared, start = [], threading.Barrier(12)

        def slowly(typed, kept):
            compared.append(1)
            time.sleep(0.05)
            return False

        def attempt(number):
            one = Client()
            one.cookies = client.cookies
            start.wait()
            one.post(where, {"pin": f"91{number:02}"})
            connection.close()

        monkeypatch.setattr(pins, "check_password", slowly)
        threads = [threading.Thread(target=attempt, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(compared) == NUMBERS.pin.wrong_tries
        assert Device.objects.get(user=asha.user).wrong_pins == NUMBERS.pin.wrong_tries

    def test_that_was_right_forgets_the_wrong_ones_before(self, client, asha):
        client.post("/signs/", {"pin": "9182"})
        assert client.post("/signs/", {"pin": PIN}).status_code == 200
        assert Device.objects.get(user=asha.user).wrong_pins == 0

    def test_of_a_second_person_says_who_it_was(self, client, sam, house):
        assert self.second(client, sam).content.decode() == str(sam.user_id)
        with acting(house["LEI nurse_in_charge"]):
            fact = Fact.objects.get(kind="access.PinConfirmed", actor=str(sam.user_id))
        assert fact.kept["asked_by"] and fact.establishment == "LEI"

    def test_of_a_second_person_is_not_ones_own(self, client, asha):
        assert b"A second person" in self.second(client, asha).content

    def test_of_a_second_person_needs_their_pin(self, client, sam):
        assert self.second(client, sam, "9182").status_code == 422
        assert Device.objects.get(user=sam.user).wrong_pins == 1

    def test_of_a_second_person_needs_a_role_that_may(self, client, sam):
        assert self.second(client, sam, may="supervise_screen").status_code == 200
        assert self.second(client, sam, may="see_feed").status_code == 403

    def test_of_a_second_person_may_stand_on_what_they_were_found_able_to_do(self, client, house, sam, asha):
        """A keyworker under a contract signs a screen once somebody found them able to."""
        ola, today = house.member("LEI substance_misuse_keyworker"), clock.prison_day(clock.now())
        staff.with_pin(ola.user)
        Device.objects.create(browser=Device.objects.get(user=asha.user).browser, user=ola.user, first_at=clock.now(),
                              full_at=clock.now())  # fmt: skip
        with acting(Actor.system("set up")) as system:
            agreed = actions.agree_contract(organisation="Steps", establishment="LEI", service="x", tiers=[2], since=today,
                                            by=system.id)  # fmt: skip
            actions.join_team(membership=ola, contract=agreed, team=None, by=system.id)
        assert self.second(client, ola, may="sign_screen").status_code == 403
        with acting(house["LEI head_of_healthcare"]) as head:
            actions.find_competent(user=ola.user, code="signs_first_night", since=today, by=head)
        assert self.second(client, ola, may="sign_screen").status_code == 200

    def test_of_somebody_of_another_prison_is_refused(self, client, house):
        karen = house.member("MDI reception_nurse")
        assert b"cannot confirm here" in self.second(client, karen).content

    def test_of_somebody_whose_shift_ended_is_refused(self, client, sam):
        Membership.objects.filter(id=sam.id).update(until_at=clock.now() - SECOND)
        assert b"cannot confirm here" in self.second(client, sam).content

    def test_of_somebody_who_does_not_exist_reads_the_same(self, client, house):
        there = self.second(client, house.member("LEI prescriber"))
        nobody = client.post("/second/", {"who": "nobody.at.all", "pin": PIN})
        assert there.status_code == nobody.status_code == 422
        assert all(str(signing_in.NotHere()) in answer.content.decode() for answer in (there, nobody))
