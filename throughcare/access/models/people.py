"""People who work here: User, the Organisation they work for, and the Membership that says as what, where and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q

from throughcare.access.competences import added
from throughcare.access.models.contracts import Competence
from throughcare.access.roles import Role, roles
from throughcare.core import clock, ids, laws
from throughcare.places.models import Establishment


class UserManager(BaseUserManager["User"]):
    """Makes users; there is no super-user, because no role of ours is above the laws."""

    def create_user(self, username: str, name: str, password: str | None = None, **more: Any) -> User:
        """A person who may sign in once a membership gives them a role; without a password only by a demo card."""
        user = self.model(username=username.casefold(), name=name, **more)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in."""

    last_login = None  # a fact says it; a row changed at every sign-in would not

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()
    law = laws.mutable()
    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A provider: the trust, the charity or the practice that employs people here."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name = models.CharField(max_length=120, unique=True)
    ods_code = models.CharField(max_length=10, blank=True)

    law = laws.mutable()

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Who works as what."""

    def on(self, day: date) -> Self:
        """Memberships that hold on a day."""
        held = self.filter(Q(until=None) | Q(until__gte=day), since__lte=day, user__is_active=True)
        # Before a contract begins and when it has ended, everybody under it is out, without a list to go through.
        running = Q(contract__since__lte=day) & (Q(contract__until=None) | Q(contract__until__gte=day))
        return held.filter(Q(contract=None) | running)

    def with_competence(self, day: date) -> Self:
        """Adds what each person was found able to do and the tiers of their contract, in the same statement."""
        able = Competence.objects.on(day).filter(user=OuterRef("user")).values("code")
        return self.annotate(able=ArraySubquery(able), tiers=F("contract__tiers"))

    def at(self, moment: datetime) -> Self:
        """Memberships that hold at a moment: one for a shift ends by itself in the middle of a day."""
        return self.on(clock.prison_day(moment)).filter(Q(until_at=None) | Q(until_at__gt=moment))


class Membership(models.Model):
    """One person, one organisation, one establishment, one role, from a date to a date; `until_at` ends it to the second."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT)
    role_code = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField(null=True)
    until_at = models.DateTimeField(null=True)
    contract = models.ForeignKey("access.Contract", null=True, on_delete=models.PROTECT)
    team = models.ForeignKey("access.Team", null=True, on_delete=models.PROTECT)

    objects = MembershipQuerySet.as_manager()
    law = laws.mutable()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="a_membership_ends_after_it_starts", condition=Q(until=None) | Q(until__gte=F("since"))),
            models.UniqueConstraint(
                name="one_membership_a_role", fields=["user", "organisation", "establishment", "role_code", "since"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role.title} · {self.establishment}"

    @property
    def role(self) -> Role:
        """The role as the rulebook has it."""
        return roles()[self.role_code]

    @property
    def adds(self) -> frozenset[str]:
        """What competences add to the role; a membership that was read without them has none."""
        return added(self.role_code, getattr(self, "able", ()) or (), getattr(self, "tiers", ()) or ())


class Installation(models.Model):
    """What this database is: one row, written by the owner's commands. Only a demo opens the sign-in cards."""

    kind = models.CharField(primary_key=True, max_length=10)
    made_at = models.DateTimeField()

    law = laws.reference()

    def __str__(self) -> str:
        return self.kind
