"""At the door: password and code, the role, what cannot be told from outside, what ends a session."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse

from tests import scenes
from tests.nonempty import nonempty
from throughcare.access import rules, signing_in
from throughcare.access.acting import acting
from throughcare.access.models import User
from throughcare.access.tests import people
from throughcare.access.tests.people import PASSWORD
from throughcare.audit.models import Fact
from throughcare.core import clock

MEMBER = "LEI reception_nurse"


@pytest.fixture
def held(house):
    return house.member(MEMBER)


@pytest.fixture
def secret(held):
    return people.with_app(people.with_password(held))


def password(client, held, typed=PASSWORD, **more):
    return client.post("/sign-in/", {"login": held.user.username, "password": typed, **more})


def code(client, typed):
    return client.post("/sign-in/code/", {"code": typed})


def enters(client, held, secret, later=0):
    """Both steps, and the role."""
    assert password(client, held).headers["Location"] == "/sign-in/code/"
    assert code(client, people.code_of(secret, later)).headers["Location"].startswith("/sign-in/role/")
    return client.get("/sign-in/role/")


class TestPasswordAndCode:
    def test_open_a_session_with_the_one_role_there_is(self, held, secret, client):
        assert enters(client, held, secret).headers["Location"] == "/"
        assert client.get("/today/").status_code == 200

    def test_lead_to_where_one_was_going(self, held, secret, client):
        password(client, held, next="/search/?q=khan")
        role = code(client, people.code_of(secret)).headers["Location"]
        assert role == "/sign-in/role/?next=%2Fsearch%2F%3Fq%3Dkhan"
        assert client.get(role).headers["Location"] == "/search/?q=khan"

    @pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
    def test_never_lead_elsewhere(self, held, secret, client, elsewhere):
        password(client, held, next=elsewhere)
        code(client, people.code_of(secret))
        assert client.get("/sign-in/role/", {"next": elsewhere}).headers["Location"] == "/"

    def test_the_password_alone_opens_nothing(self, held, secret, client):
        password(client, held)
        assert client.get("/today/").headers["Location"].startswith("/sign-in/?next=")
        assert client.get("/account/").headers["Location"] == "/sign-in/"

    def test_a_wrong_code_opens_nothing(self, held, secret, client):
        password(client, held)
        answer = code(client, "000000")
        assert answer.status_code == 422 and b"That code is not right" in answer.content
        assert client.get("/today/").status_code == 302

    def test_a_code_works_once(self, held, secret, client):
        used = people.code_of(secret)
        password(client, held)
        assert code(client, used).status_code == 302
        other = Client()
        password(other, held)
        answer = code(other, used)
        assert answer.status_code == 422 and b"used before" in answer.content
        assert other.get("/today/").status_code == 302

    def test_a_code_works_once_whichever_process_it_is_typed_into(self, held, secret, client):
        """The library remembers used codes in the memory of one process; ours are in the database."""
        from django.core.cache import cache

        used = people.code_of(secret)
        password(client, held)
        code(client, used)
        cache.clear()  # as in another process
        other = Client()
        password(other, held)
        assert code(other, used).status_code == 422

    def test_a_recovery_code_works_once_in_place_of_the_app(self, held, secret, client):
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

        one = RecoveryCodes.activate(held.user).generate_codes()[0]
        password(client, held)
        assert code(client, one).status_code == 302
        other = Client()
        password(other, held)
        assert code(other, one).status_code == 422

    def test_leave_a_fact_of_who_and_how(self, house, held, secret, client):
        enters(client, held, secret)
        with acting(house[MEMBER]) as nurse:
            fact = Fact.objects.get(kind="access.SignedIn", actor=nurse.id)
        assert fact.kept == {"role": "reception_nurse", "how": "password"} and fact.establishment == "LEI"

    def test_the_secret_of_the_app_is_stored_encrypted(self, held, secret):
        assert secret not in str(Authenticator.objects.get(user=held.user).data)


class TestWhatCannotBeToldFromOutside:
    """A user name that exists, one that does not, and one that is closed look the same."""

    def words(self, client, username):
        answer = client.post("/sign-in/", {"login": username, "password": "wrong wrong wrong"})
        return answer.status_code, re.sub(rb'value="[^"]*"', b"", answer.content)

    def test_words(self, held, secret):
        closed = User.objects.create_user("closed", "Closed", PASSWORD, is_active=False)
        answers = [self.words(Client(), name) for name in (held.user.username, "nobody.at.all", closed.username)]
        assert answers[0] == answers[1] == answers[2]
        assert answers[0][0] == 422 and b"user name or the password is not right" in answers[0][1]

    def test_work(self, slow_hashes, held, secret, monkeypatch):
        """Each is worth one slow hash, so none answers sooner."""
        from django.contrib.auth.hashers import get_hasher

        hasher, hashed = type(get_hasher()), []
        slow = hasher.encode
        monkeypatch.setattr(hasher, "encode", lambda self, *a, **k: (hashed.append(1), slow(self, *a, **k))[1])
        counts = []
        for name in (held.user.username, "nobody.at.all"):
            hashed.clear()
            self.words(Client(), name)
            counts.append(len(hashed))
        assert counts == [1, 1]

    def test_a_closed_account_with_its_right_password(self, held, secret):
        User.objects.filter(id=held.user.id).update(is_active=False)
        right = password(Client(), held)
        assert right.status_code == 422 and b"user name or the password is not right" in right.content


class TestTheRole:
    def test_is_chosen_among_several_and_only_one_is_active(self, house, held, secret, client):
        elsewhere = house.member("MDI reception_nurse")
        type(elsewhere).objects.filter(id=elsewhere.id).update(user=held.user)
        page = enters(client, held, secret)
        assert page.status_code == 200 and b"Moorland" in page.content and client.get("/today/").status_code == 302
        assert client.post("/sign-in/role/", {"membership": str(elsewhere.id)}).headers["Location"] == "/"
        assert client.session["membership"] == str(elsewhere.id)
        assert client.get("/establishments/LEI/arrivals/").status_code == 403
        assert client.get("/establishments/MDI/arrivals/").status_code == 200

    def test_of_somebody_else_cannot_be_chosen(self, house, held, secret, client):
        other = house.member("MDI reception_nurse")
        house.member("LEI prescriber")
        type(other).objects.filter(id=house.member("LEI prescriber").id).update(user=held.user)
        enters(client, held, secret)
        assert client.post("/sign-in/role/", {"membership": str(other.id)}).status_code == 200
        assert "membership" not in client.session

    def test_is_missing_and_a_sentence_says_whom_to_ask(self, client, db):
        user = User.objects.create_user("new", "Nora New", PASSWORD)
        secret = people.with_app(user)
        client.post("/sign-in/", {"login": "new", "password": PASSWORD})
        code(client, people.code_of(secret))
        page = client.get("/sign-in/role/")
        assert page.status_code == 200 and b"Ask the nurse in charge" in page.content
        assert client.get("/today/").headers["Location"].startswith("/sign-in/role/")


class TestASecondFactor:
    def test_is_set_up_before_anything_opens(self, held, client):
        people.with_password(held)
        assert password(client, held).headers["Location"].startswith("/sign-in/role/")
        assert client.get("/sign-in/role/").headers["Location"] == "/account/"
        assert b"does not open a health record" in client.get("/account/").content
        assert client.get("/today/").headers["Location"].startswith("/sign-in/role/")

    def test_is_set_up_with_the_first_code_of_an_app(self, held, client, django_capture_on_commit_callbacks):
        """Recovery codes come with it and are shown once; a fact is left."""
        people.with_password(held)
        password(client, held)
        page = client.get("/account/app/")
        secret = re.search(rb'id="totp-key">([A-Z2-7]+)<', page.content).group(1).decode()
        with django_capture_on_commit_callbacks(execute=True):
            done = client.post("/account/app/", {"code": people.code_of(secret)})
        assert done.headers["Location"] == "/account/recovery-codes/"
        first, second = client.get("/account/recovery-codes/"), client.get("/account/recovery-codes/")
        assert len(re.findall(rb"<code>\d{8}</code>", first.content)) == 10
        assert re.findall(rb"<code>\d{8}</code>", second.content) == []
        assert client.get("/sign-in/role/").headers["Location"] == "/"
        assert client.get("/today/").status_code == 200
        with acting(signing_in.Actor.of(held)):
            assert set(Fact.objects.filter(kind="access.ProofChanged").values_list("kept__what", flat=True)) == {"totp_activated"}

    def test_is_asked_for_with_the_code_of_another_step_when_it_is_wrong(self, held, client):
        people.with_password(held)
        password(client, held)
        client.get("/account/app/")
        assert client.post("/account/app/", {"code": "000000"}).status_code == 422
        assert not Authenticator.objects.filter(user=held.user).exists()

    def test_cannot_be_the_last_to_go(self, held, secret, client):
        enters(client, held, secret)
        assert b"your only second factor" in client.get("/account/app/remove/").content
        client.post("/account/app/remove/")
        assert Authenticator.objects.filter(user=held.user, type="totp").exists()

    def test_is_not_changed_without_a_fresh_proof(self, held, secret, client):
        people.signed_in(client, held)
        assert client.get("/account/passkeys/new/").headers["Location"].startswith("/account/proof/password/")
        asked = client.post("/account/proof/password/?next=/account/passkeys/new/", {"password": PASSWORD})
        assert asked.headers["Location"] == "/account/passkeys/new/"
        page = client.get("/account/passkeys/new/")
        assert page.status_code == 200 and b"data-options='{" in page.content


class TestWhatEndsASession:
    def test_a_closed_account_is_refused_at_the_next_request(self, held, client):
        people.signed_in(client, held)
        assert client.get("/today/").status_code == 200
        User.objects.filter(id=held.user.id).update(is_active=False)
        assert client.get("/today/").headers["Location"].startswith("/sign-in/")

    def test_a_changed_password_ends_every_other_session(self, held, secret, client):
        enters(client, held, secret)
        thief = people.signed_in(Client(), held)
        assert thief.get("/today/").status_code == 200
        new = {"oldpassword": PASSWORD, "password1": "other plain words 8", "password2": "other plain words 8"}
        assert client.post("/account/password/", new).status_code == 302
        assert thief.get("/today/").headers["Location"].startswith("/sign-in/")
        assert client.get("/today/").status_code == 200

    def test_a_password_is_changed_only_after_a_fresh_proof(self, held, secret, client):
        people.signed_in(client, held)
        new = {"oldpassword": PASSWORD, "password1": "other plain words 8", "password2": "other plain words 8"}
        for answer in (client.get("/account/password/"), client.post("/account/password/", new)):
            assert answer.headers["Location"].startswith("/account/proof/password/")
        assert User.objects.get(id=held.user.id).check_password(PASSWORD)

    def test_the_present_password_cannot_be_guessed_there(self, held, secret, client):
        """A wrong one counts like a wrong one at the door, on this browser."""
        enters(client, held, secret)
        new = {"oldpassword": "wrong wrong wrong", "password1": "other plain words 8", "password2": "other plain words 8"}
        free = rules.numbers(clock.prison_day(clock.now())).known_browser.free_tries
        answers = [client.post("/account/password/", new) for _ in range(free)]
        assert all(answer.status_code == 422 and b"not the present password" in answer.content for answer in nonempty(answers))
        right = client.post("/account/password/", {**new, "oldpassword": PASSWORD})
        assert right.status_code == 422 and b"Too many tries" in right.content

    @pytest.mark.parametrize("poor", ["short", "password1234", "reception_nurse.lei"])
    def test_a_poor_password_is_refused_with_a_sentence(self, held, secret, client, poor):
        enters(client, held, secret)
        answer = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": poor, "password2": poor})
        assert answer.status_code == 422 and b"nhsuk-error-summary" in answer.content

    def test_a_full_sign_in_is_old_after_some_hours_however_busy_one_is(self, held, secret, client):
        enters(client, held, secret)
        start = clock.now()
        for hour in range(1, 100):
            session = client.session
            if session.get_expiry_date() <= start + hour * scenes.HOUR:
                break
            session[signing_in.locking.SEEN] = (start + hour * scenes.HOUR).isoformat()
            session.save()
        assert hour == 12

    def test_every_page_of_somebody_signed_in_is_kept_by_no_browser(self, held, secret, client):
        enters(client, held, secret)
        for path in ("/today/", "/account/", "/search/?q=khan", "/sign-in/", "/sign-in/locked/", "/establishments/LEI/staff/"):
            assert "no-store" in client.get(path).headers["Cache-Control"], path


@pytest.mark.parametrize("name", [
    "account_signup", "account_email", "account_reset_password", "account_confirm_email", "account_inactive",
    "socialaccount_signup", "socialaccount_connections", "mfa_download_recovery_codes",
])  # fmt: skip
def test_what_nobody_needs_has_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_cards_are_impossible_where_this_is_not_a_demo(house, held, client):
    answer = client.post("/sign-in/", {"card": str(held.id)})
    assert answer.status_code == 403 and "_auth_user_id" not in client.session
    with override_settings(DEMO=True):  # the setting alone is not enough: the database must be marked by its owner
        assert client.post("/sign-in/", {"card": str(held.id)}).status_code == 403


def test_no_page_of_the_door_runs_an_inline_script(held, secret, client):
    enters(client, held, secret)
    for path in ("/sign-in/", "/account/", "/account/app/remove/", "/account/passkeys/new/", "/account/pin/", "/sign-in/first/"):
        content = client.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", content), path


def test_nobody_is_made_by_signing_up(client, db):
    before = User.objects.count()
    for path in ("/account/signup/", "/sign-in/signup/", "/accounts/signup/"):
        assert client.post(path, {"username": "x", "password1": PASSWORD, "password2": PASSWORD}).status_code == 404
    assert User.objects.count() == before
