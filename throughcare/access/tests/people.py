"""Real sign-ins for tests: a person with a password and a second factor, and a browser that knows somebody."""

from __future__ import annotations

import time
from uuid import UUID

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.signing import get_cookie_signer
from django.test import Client

from throughcare.access import actions, browsers, locking, signing_in
from throughcare.access.acting import Actor, acting
from throughcare.access.models import Device, Membership, User
from throughcare.core import clock, ids

PASSWORD, PIN = "three plain words 7", "2580"
PERIOD = 30  # seconds that a code of an app lasts


def with_password(held: Membership, password: str = PASSWORD) -> User:
    """The person of a membership gets a password."""
    held.user.set_password(password)
    held.user.save(update_fields=["password"])
    return held.user


def with_app(user: User) -> str:
    """The person gets an authenticator app; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of(secret: str, later: int = 0) -> str:
    """What the app shows now, or some half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + later))


def with_pin(user: User, pin: str = PIN) -> User:
    """The person chose a PIN."""
    with acting(Actor(str(user.pk), user.name)):
        actions.choose_pin(user=user, pin=pin, at=clock.now())
    return user


def known_browser(client: Client, *members: Membership, pin: str = PIN) -> Client:
    """A browser on which these people signed in fully just now, each with a PIN. Nobody is signed in yet."""
    key, now = ids.new(), clock.now()
    for held in members:
        Device.objects.create(browser=key, user=held.user, first_at=now, full_at=now)
        with_pin(held.user, pin)
    client.cookies[browsers.COOKIE] = _signed(key)
    return client


def signed_in(client: Client, held: Membership, pin: str = PIN) -> Client:
    """The person is signed in on a browser that knows them, and has a PIN: `confirm_pin` works."""
    known_browser(client, held, pin=pin)
    client.force_login(held.user, backend=signing_in.BACKEND)
    session = client.session
    session.update({"membership": str(held.id), locking.SEEN: clock.now().isoformat()})
    session.save()
    return client


def _signed(key: UUID) -> str:
    return get_cookie_signer(salt=browsers.COOKIE + browsers.SALT).sign(str(key))
