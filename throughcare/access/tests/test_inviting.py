"""An agency nurse on in five minutes by two people; back into a lost account; and out again, at once."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests import scenes
from throughcare.access import actions, rules
from throughcare.access.acting import Actor, acting
from throughcare.access.actions import AlreadyDecided, CannotInvite, CodeUnknown, SamePerson
from throughcare.access.models import Invitation, Membership, SigningPin, User
from throughcare.access.tests import people as staff
from throughcare.access.tests.people import PASSWORD, PIN
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed

NUMBERS = rules.numbers(clock.prison_day(clock.now())).invitation
HOURS, SECOND = timedelta(hours=8), timedelta(seconds=1)
GRACE = {"name": "Grace Boateng", "role": "reception_nurse", "organisation": "Northern Nurses"}
STARTS = {"username": "grace.boateng", "password": PASSWORD, "again": PASSWORD, "pin": PIN}


@pytest.fixture
def ruth(house):
    return house["LEI nurse_in_charge"]


@pytest.fixture
def asha(house):
    return house["LEI reception_nurse"]


def invited(by, **changes):
    at = clock.now()
    with acting(by):
        return actions.invite_for_shift(**{**GRACE, "until_at": at + HOURS, "by": by, "at": at, **changes})


def confirmed(invitation, by):
    with acting(by):
        return actions.confirm_invitation(invitation=invitation, by=by, at=clock.now())


def starts(client, code, **changes):
    """The person comes with the code and chooses what to sign in with."""
    client.post("/sign-in/first/", {"code": code})
    return client.post("/sign-in/first/you/", {**STARTS, **changes})


def kinds(by):
    with acting(by):
        return list(Fact.objects.filter(kind__startswith="access.").order_by("id").values_list("kind", flat=True))


class TestTwoPeople:
    def test_let_a_nurse_start_at_once(self, ruth, asha, client):
        code = confirmed(invited(ruth), asha)
        assert starts(client, code).headers["Location"] == "/sign-in/role/"
        assert client.get("/sign-in/role/").headers["Location"] == "/"
        assert client.get("/establishments/LEI/arrivals/").status_code == 200
        held = Membership.objects.get(user__username="grace.boateng")
        assert (held.role_code, held.organisation.name, held.establishment_id) == ("reception_nurse", "Northern Nurses", "LEI")

    def test_leave_facts_of_each_step_without_a_name(self, ruth, asha, client, house):
        starts(client, confirmed(invited(ruth), asha))
        client.get("/sign-in/role/")
        left = kinds(house["LEI administrator"])
        for kind in ("StaffInvited", "InvitationConfirmed", "StaffAdded", "PinChosen", "InvitationUsed", "SignedIn"):
            assert f"access.{kind}" in left
        with acting(ruth):
            assert "Grace" not in str(list(Fact.objects.values_list("kept", flat=True)))

    def test_are_never_one(self, ruth):
        with pytest.raises(SamePerson):
            confirmed(invited(ruth), ruth)

    def test_are_never_one_for_the_database_either(self, ruth):
        one = invited(ruth)
        with acting(ruth), pytest.raises(IntegrityError, match="a_second_person_confirms"), transaction.atomic():
            Invitation.objects.filter(id=one.id).update(confirmed_by=ruth.user_id, confirmed_at=clock.now())

    @pytest.mark.parametrize("column", ["invited_by", "confirmed_by"])
    def test_never_let_themselves_in_for_the_database_either(self, ruth, asha, column):
        one = invited(ruth)
        with acting(ruth), pytest.raises(IntegrityError, match="nobody_lets_themselves_in"), transaction.atomic():
            Invitation.objects.filter(id=one.id).update(
                confirmed_by=asha.user_id, confirmed_at=clock.now(), user=getattr(one, column + "_id") or asha.user_id
            )

    @pytest.mark.parametrize("role", ["healthcare_assistant", "pharmacy_technician"])
    def test_have_the_role_to_confirm(self, house, ruth, role):
        one = invited(ruth)
        with pytest.raises(NotAllowed):
            confirmed(one, house[f"LEI {role}"])

    def test_have_the_role_to_invite(self, asha):
        with pytest.raises(NotAllowed):
            invited(asha)

    def test_are_of_the_same_prison(self, house, ruth):
        with pytest.raises(AlreadyDecided):
            confirmed(invited(ruth), house["MDI nurse_in_charge"])

    def test_confirm_once(self, ruth, asha, house):
        one = invited(ruth)
        confirmed(one, asha)
        with pytest.raises(AlreadyDecided):
            confirmed(one, house["LEI prescriber"])

    def test_may_take_it_back_until_it_is_used(self, ruth, asha, client):
        one = invited(ruth)
        code = confirmed(one, asha)
        with acting(ruth):
            actions.cancel_invitation(invitation=one, by=ruth, at=clock.now())
        assert client.post("/sign-in/first/", {"code": code}).status_code == 422

    @pytest.mark.parametrize("change", [
        {"role": "administrator"}, {"role": "governor"}, {"until_at": clock.now() - SECOND},
        {"until_at": clock.now() + timedelta(hours=NUMBERS.longest_shift_hours, minutes=5)}, {"username": "nobody.at.all"},
    ], ids=str)  # fmt: skip
    def test_cannot_give_what_is_not_for_a_shift(self, ruth, change):
        with pytest.raises(CannotInvite):
            invited(ruth, **change)


class TestTheCode:
    @pytest.fixture
    def code(self, ruth, asha):
        return confirmed(invited(ruth), asha)

    def test_is_not_in_the_database(self, code, ruth):
        row = Invitation.objects.get()
        assert code.replace("-", "") not in str(vars(row)) and len(row.code_hash) == 64
        with acting(ruth):
            assert code.replace("-", "") not in str(list(Fact.objects.values_list("kept", flat=True)))

    def test_is_long_enough_and_easy_to_read_out(self, code):
        assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}", code)

    @pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
    def test_may_be_typed_carelessly(self, code, client, typed):
        assert client.post("/sign-in/first/", {"code": typed(code)}).status_code == 302

    @pytest.mark.parametrize("typed", ["", "AAAA-AAAA-AAAA", "'; --", "\x00", "é" * 40])
    def test_that_is_wrong_is_refused_with_a_sentence(self, code, client, typed):
        answer = client.post("/sign-in/first/", {"code": typed})
        assert answer.status_code == 422 and b"nhsuk-error-summary" in answer.content

    def test_works_once(self, code, client):
        starts(client, code)
        assert Client().post("/sign-in/first/", {"code": code}).status_code == 422

    def test_works_for_whoever_is_first(self, code):
        first, second = Client(), Client()
        for one in (first, second):
            one.post("/sign-in/first/", {"code": code})
        assert first.post("/sign-in/first/you/", STARTS).headers["Location"] == "/sign-in/role/"
        assert second.post("/sign-in/first/you/", {**STARTS, "username": "thief"}).headers["Location"] == "/sign-in/first/"
        assert not User.objects.filter(username="thief").exists()

    def test_expires(self, code, client):
        with clock.at(clock.now() + timedelta(minutes=NUMBERS.code_minutes) + SECOND):
            assert client.post("/sign-in/first/", {"code": code}).status_code == 422

    def test_is_not_spent_by_a_form_with_a_mistake(self, code, client):
        for mistake in ({"password": "short", "again": "short"}, {"again": "another"}, {"pin": "1234"}, {"username": ""}):
            answer = starts(client, code, **mistake)
            assert answer.status_code == 422 and b"nhsuk-error-summary" in answer.content, mistake
        assert not User.objects.filter(username="grace.boateng").exists()
        assert starts(client, code).status_code == 302

    def test_does_not_take_over_an_account_by_its_name(self, code, client, house):
        asha = house.member("LEI reception_nurse").user
        answer = starts(client, code, username=asha.username)
        assert answer.status_code == 422 and b"has this user name already" in answer.content
        assert not User.objects.get(id=asha.id).check_password(PASSWORD)

    def test_does_not_take_over_a_name_that_was_taken_a_moment_ago(self, code, client, house, monkeypatch):
        """Somebody took the name between a look and the writing: as if every look came too early."""
        asha = house.member("LEI reception_nurse").user
        monkeypatch.setattr(type(User.objects.all()), "exists", lambda found: False)
        answer = starts(client, code, username=asha.username)
        assert answer.status_code == 422 and b"has this user name already" in answer.content
        assert not User.objects.get(id=asha.id).check_password(PASSWORD)

    def test_without_a_pin_leads_to_a_second_factor(self, code, client):
        starts(client, code, pin="")
        assert client.get("/sign-in/role/").headers["Location"] == "/account/"
        assert client.get("/account/app/").status_code == 200  # at once: the code was a fresh proof
        assert client.get("/today/").status_code == 302


def test_two_who_choose_one_name_at_the_same_moment_are_not_one_account(committing_db, house):
    ruth, asha = house["LEI nurse_in_charge"], house["LEI reception_nurse"]
    codes = [confirmed(invited(ruth, name=name), asha) for name in ("Grace Boateng", "Gary Boateng")]
    clients, start, answers = [Client(), Client()], threading.Barrier(2), []
    for one, code in zip(clients, codes, strict=True):
        one.post("/sign-in/first/", {"code": code})

    def chooses(one, password):
        start.wait()
        answers.append(one.post("/sign-in/first/you/", {**STARTS, "password": password, "again": password}).status_code)
        connection.close()

    both = [threading.Thread(target=chooses, args=pair) for pair in zip(clients, (PASSWORD, PASSWORD + "8"), strict=True)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(answers) == [302, 422]
    assert Membership.objects.filter(user__username="grace.boateng").count() == 1


class TestTheEndOfTheShift:
    @pytest.fixture
    def grace(self, ruth, asha, client):
        starts(client, confirmed(invited(ruth), asha))
        client.get("/sign-in/role/")
        return client

    def held(self):
        return Membership.objects.get(user__username="grace.boateng")

    def test_comes_by_itself_in_the_middle_of_a_session(self, grace):
        end = self.held().until_at
        for moment, status in [(end - SECOND, 200), (end, 302)]:
            with clock.at(moment):
                session = grace.session
                session["seen_at"] = moment.isoformat()  # she has not stopped working
                session.save()
                assert grace.get("/today/").status_code == status

    def test_can_be_now(self, grace, ruth):
        assert grace.get("/today/").status_code == 200
        with acting(ruth):
            actions.end_now(membership=self.held(), by=ruth, at=clock.now())
        refused = grace.get("/today/")
        assert refused.headers["Location"].startswith("/sign-in/role/")
        assert b"if your shift has ended" in grace.get("/sign-in/role/").content

    def test_can_be_now_while_writing(self, grace, ruth):
        man = scenes.received(scenes.plain(3))
        with acting(ruth):
            actions.end_now(membership=self.held(), by=ruth, at=clock.now())
        answer = grace.post(f"/patients/{man.id}/encounters/new/?kind=early_days_check", {"done": "Seen."})
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/role/")
        with acting(ruth):
            assert not Fact.objects.filter(kind="record.EncounterRecorded").exists()

    def test_cannot_be_made_by_another_prison(self, grace, house):
        other = house["MDI nurse_in_charge"]
        with acting(other), pytest.raises(NotAllowed):
            actions.end_now(membership=self.held(), by=other, at=clock.now())

    def test_is_moved_by_a_second_shift_of_the_same_day(self, grace, ruth, asha):
        later = clock.now() + timedelta(hours=12)
        code = confirmed(invited(ruth, username="grace.boateng", until_at=later), asha)
        assert code == "" and self.held().until_at == later

    def test_is_followed_by_another_shift_with_the_same_account(self, grace, ruth, asha):
        with clock.at(clock.now() + timedelta(days=3)):
            confirmed(invited(ruth, username="grace.boateng"), asha)
            held = Membership.objects.at(clock.now()).filter(user__username="grace.boateng")
            assert held.count() == 1 and User.objects.filter(name="Grace Boateng").count() == 1


class TestBackIn:
    @pytest.fixture
    def helen(self, house):
        held = house.member("LEI prescriber")
        staff.with_app(staff.with_password(held, "the lost password 1"))
        staff.with_pin(held.user)
        return held

    def code(self, helen, ruth, asha):
        with acting(ruth):
            one = actions.invite_back_in(membership=helen, by=ruth, at=clock.now())
        return confirmed(one, asha)

    def test_gives_a_new_start_and_takes_every_old_proof_away(self, helen, ruth, asha, client):
        thief = staff.signed_in(Client(), helen)
        code = self.code(helen, ruth, asha)
        assert starts(client, code, username="").headers["Location"] == "/sign-in/role/"
        assert client.get("/sign-in/role/").headers["Location"] == "/"
        assert thief.get("/today/").status_code == 302
        assert Client().post("/sign-in/", {"login": helen.user.username, "password": "the lost password 1"}).status_code == 422
        assert SigningPin.objects.get(user=helen.user).is_withdrawn is False  # the new one
        assert Membership.objects.filter(user=helen.user).count() == 1

    def test_is_never_for_oneself(self, house, ruth):
        with acting(ruth), pytest.raises(SamePerson):
            actions.invite_back_in(membership=house.member("LEI nurse_in_charge"), by=ruth, at=clock.now())

    def test_is_confirmed_by_neither_the_first_person_nor_the_one_it_is_for(self, helen, ruth, house):
        with acting(ruth):
            one = actions.invite_back_in(membership=helen, by=ruth, at=clock.now())
        for by in (ruth, Actor.of(helen)):
            with pytest.raises(SamePerson):
                confirmed(one, by)

    def test_is_for_who_works_here(self, house, ruth):
        with acting(ruth), pytest.raises(CannotInvite):
            actions.invite_back_in(membership=house.member("MDI reception_nurse"), by=ruth, at=clock.now())


class TestThePage:
    def sign_in(self, house, who):
        return house.sign_in(Client(), f"LEI {who}")

    def page(self, client):
        return client.get("/establishments/LEI/staff/").content.decode()

    def test_takes_two_through_it_and_shows_the_code_once(self, house):
        ruth, asha = self.sign_in(house, "nurse_in_charge"), self.sign_in(house, "reception_nurse")
        until = clock.local(clock.now() + HOURS).strftime("%Y-%m-%dT%H:%M")
        assert ruth.post("/establishments/LEI/staff/", {**GRACE, "until": until}).status_code == 302
        assert "A second person has to confirm" in self.page(ruth) and "Confirm<span" not in self.page(ruth)
        confirm = re.search(r'action="([^"]+/confirmation/)"', self.page(asha)).group(1)
        answer = asha.post(confirm)
        code = re.search(r"<strong>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</strong>", answer.content.decode()).group(1)
        assert "no-store" in answer.headers["Cache-Control"]
        assert code not in self.page(asha) and asha.post(confirm).status_code == 409
        assert starts(Client(), code).status_code == 302

    def test_keeps_what_was_typed_when_something_is_missing(self, house):
        answer = self.sign_in(house, "nurse_in_charge").post("/establishments/LEI/staff/", {**GRACE, "until": ""})
        assert answer.status_code == 422 and b"Grace Boateng" in answer.content and b"Enter when the shift ends" in answer.content

    def test_ends_somebodys_role_now(self, house):
        asha = self.sign_in(house, "reception_nurse")
        assert asha.get("/today/").status_code == 200
        end = f"/establishments/LEI/staff/members/{house.member('LEI reception_nurse').id}/end/"
        assert self.sign_in(house, "administrator").post(end).status_code == 302
        assert asha.get("/today/").status_code == 302

    def test_reaches_nobody_of_another_prison(self, house):
        karen, ruth = house.member("MDI reception_nurse"), self.sign_in(house, "nurse_in_charge")
        assert karen.user.name not in self.page(ruth)
        assert ruth.post(f"/establishments/LEI/staff/members/{karen.id}/end/").status_code == 404
        assert ruth.get("/establishments/MDI/staff/").status_code == 403

    def test_cannot_be_used_to_spend_a_code_twice(self, house, ruth, asha):
        one = invited(ruth)
        code = confirmed(one, asha)
        with acting(asha):
            found = actions.usable(code, clock.now())
            given = {"invitation": found, "password": PASSWORD, "pin": "", "at": clock.now()}
            actions.use_code(username="grace", **given)
            with pytest.raises(CodeUnknown):
                actions.use_code(username="grace.two", **given)
