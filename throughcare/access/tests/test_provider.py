"""The organisation's own sign-in: none by default; with one, a real OpenID Connect exchange with an invented provider."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import reload
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client
from django.urls import NoReverseMatch, clear_url_caches, reverse

from throughcare.access import provider, urls
from throughcare.access.models import User
from throughcare.access.tests import people
from throughcare.config import urls as house_urls
from throughcare.core.headers import CSP

CLIENT = "throughcare-leeds"


class Provider(BaseHTTPRequestHandler):
    """Says who somebody is, as OpenID Connect providers do."""

    username = ""

    def do_GET(self):
        here = f"http://127.0.0.1:{self.server.server_port}"
        pages = {
            "/.well-known/openid-configuration": {
                "issuer": here, "authorization_endpoint": f"{here}/authorize", "token_endpoint": f"{here}/token",
                "userinfo_endpoint": f"{here}/userinfo", "jwks_uri": f"{here}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/userinfo": {"sub": "subject-1", "preferred_username": type(self).username},
        }  # fmt: skip
        self._says(pages[self.path])

    def do_POST(self):
        here = f"http://127.0.0.1:{self.server.server_port}"
        claims = {"iss": here, "aud": CLIENT, "sub": "subject-1", "iat": time.time(), "exp": time.time() + 60}
        self._says({"access_token": "token", "token_type": "Bearer", "id_token": jwt.encode(claims, "s" * 32)})

    def _says(self, words):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(words).encode())

    def log_message(self, *words):
        """Silence."""


@pytest.fixture
def organisation(settings):
    """A provider that runs, and settings that name it."""
    server = HTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    named = {
        "server": f"http://127.0.0.1:{server.server_port}",
        "client": CLIENT,
        "secret": "secret",
        "name": "NHS Care Identity",
    }
    settings.OIDC, settings.SESSION_COOKIE_SAMESITE = named, "Lax"
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": provider.apps(named)}}
    _readdress()
    yield named
    server.shutdown()
    server.server_close()
    settings.OIDC = dict.fromkeys(named, "")
    _readdress()


def _readdress():
    for module in (urls, house_urls):
        reload(module)
    clear_url_caches()


def comes_back(client, username):
    """From our button to the provider and back with its code."""
    Provider.username = username
    away = client.post(f"/sign-in/with/{provider.ID}/")
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["client_id"] == [CLIENT]
    return client.get(f"/sign-in/with/{provider.ID}/back/", {"code": "code", "state": asked["state"][0]})


@pytest.fixture
def held(house):
    return house.member("LEI reception_nurse")


def test_none_is_routed_or_shown_by_default(client, db):
    with pytest.raises(NoReverseMatch):
        reverse("openid_connect_login", args=[provider.ID])
    assert client.post(f"/sign-in/with/{provider.ID}/").status_code == 404
    assert provider.apps(dict.fromkeys(("server", "client", "secret", "name"), "")) == []


class TestWithOne:
    def test_somebody_known_here_comes_in_with_a_second_factor_of_ours(self, organisation, held, client):
        secret = people.with_app(held.user)
        assert b"Sign in with NHS Care Identity" in client.get("/sign-in/").content
        assert comes_back(client, held.user.username.upper()).headers["Location"] == "/sign-in/code/"
        assert client.get("/today/").status_code == 302
        client.post("/sign-in/code/", {"code": people.code_of(secret)})
        assert client.get("/sign-in/role/").headers["Location"] == "/"
        assert client.get("/today/").status_code == 200

    def test_without_a_second_factor_nothing_opens_unless_the_organisation_asks_for_it(self, organisation, held, settings):
        one = Client()
        comes_back(one, held.user.username)
        assert one.get("/sign-in/role/").headers["Location"] == "/account/"
        settings.OIDC_SECOND_FACTOR = True
        two = Client()
        comes_back(two, held.user.username)
        assert two.get("/sign-in/role/").headers["Location"] == "/"

    def test_nobody_is_taken_on_by_it(self, organisation, held, client):
        before = User.objects.count()
        answer = comes_back(client, "stranger")
        assert answer.status_code == 403 and b"Ask your administrator to take you on" in answer.content
        assert User.objects.count() == before and "_auth_user_id" not in client.session

    def test_a_closed_account_stays_closed(self, organisation, held, client):
        comes_back(client, held.user.username)
        User.objects.filter(id=held.user_id).update(is_active=False)
        other = Client()
        assert comes_back(other, held.user.username).status_code == 403
        assert "_auth_user_id" not in other.session

    def test_an_answer_that_nobody_asked_for_opens_nothing(self, organisation, held, client):
        answer = client.get(f"/sign-in/with/{provider.ID}/back/", {"code": "code", "state": "made-up"})
        assert b"did not let you through" in answer.content and "_auth_user_id" not in client.session

    def test_the_form_may_lead_to_it_and_nowhere_else(self, organisation):
        widened = provider.allowed(CSP, organisation)["DIRECTIVES"]
        assert widened["form-action"] == ["'self'", organisation["server"]]
        assert {key: value for key, value in widened.items() if key != "form-action"} == {
            key: value for key, value in CSP["DIRECTIVES"].items() if key != "form-action"
        }
