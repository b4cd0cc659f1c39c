"""What a person proves themselves with beside a password: a browser that knows them, a PIN, codes that work once."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from throughcare.access.models.people import User
from throughcare.core import ids, laws


class DeviceQuerySet(models.QuerySet["Device"]):
    """Who is known on which browser."""

    def fresh(self, since: datetime) -> Self:
        """Where the person signed in fully after a moment, so that a PIN is enough now."""
        return self.filter(full_at__gte=since)


class Device(models.Model):
    """One person on one browser where they have signed in fully; the browser carries its key in a signed cookie.

    It changes with every try, so no earlier version is kept: what matters of it is a fact.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    browser = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    first_at = models.DateTimeField()
    full_at = models.DateTimeField()
    wrong_pins = models.PositiveSmallIntegerField(default=0)
    wrong_passwords = models.PositiveSmallIntegerField(default=0)
    wrong_at = models.DateTimeField(null=True)

    objects = DeviceQuerySet.as_manager()
    law = laws.Law("SELECT, INSERT, UPDATE")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_row_a_person_and_browser", fields=["browser", "user"])]

    def __str__(self) -> str:
        return f"{self.user} on {self.browser}"


class SigningPin(models.Model):
    """The PIN a person signs with at a shared workstation, hashed slowly and with the house's key. No history: old PINs go."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    user = models.OneToOneField(User, on_delete=models.PROTECT)
    hash = models.CharField(max_length=200)
    set_at = models.DateTimeField()
    is_withdrawn = models.BooleanField(default=False)

    law = laws.Law("SELECT, INSERT, UPDATE")

    def __str__(self) -> str:
        return f"PIN of {self.user}"


class Tries(models.Model):
    """Failed sign-ins of a user name from a network. The slot is a small keyed hash, so the table cannot grow past its slots."""

    slot = models.IntegerField(primary_key=True)
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField(db_index=True)

    law = laws.free()

    def __str__(self) -> str:
        return f"{self.count} tries in slot {self.slot}"


class UsedCode(models.Model):
    """A second-factor code that was used, kept for the minutes in which it could be used again; the key is a hash."""

    key = models.CharField(primary_key=True, max_length=64)
    used_at = models.DateTimeField(db_index=True)

    law = laws.free()

    def __str__(self) -> str:
        return f"used at {self.used_at}"
