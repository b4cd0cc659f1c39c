"""Two people let a third one in: for a shift, or back into an account whose proofs were lost."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from throughcare.access.models.people import Membership, Organisation, User
from throughcare.access.roles import Role, roles
from throughcare.core import ids, laws
from throughcare.places.models import Establishment

SHIFT, RECOVERY = "shift", "recovery"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations by how far they have come."""

    def pending(self, moment: datetime) -> Self:
        """Written by one person and waiting for a second; a shift that is over waits for nobody."""
        return self.filter(Q(until_at=None) | Q(until_at__gt=moment), confirmed_at=None, cancelled_at=None)

    def usable(self, moment: datetime) -> Self:
        """Confirmed, with a code that nobody has used and that has not expired."""
        return self.filter(Q(until_at=None) | Q(until_at__gt=moment), used_at=None, cancelled_at=None, expires_at__gt=moment)


class Invitation(models.Model):
    """Name, role, employer and end of shift of somebody new; or the person who must get back in.

    One person writes it, another confirms it; only then is there a one-time code, kept as a keyed hash.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    kind = models.CharField(max_length=10, choices=[(SHIFT, "for a shift"), (RECOVERY, "to get back in")])
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    role_code = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True)
    until_at = models.DateTimeField(null=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    code_hash = models.CharField(max_length=64, blank=True, db_index=True)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True)

    objects = InvitationQuerySet.as_manager()
    law = laws.mutable()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_second_person_confirms", condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("invited_by"))
            ),
            models.CheckConstraint(
                name="nobody_lets_themselves_in",
                condition=Q(user=None) | (~Q(invited_by=F("user")) & (Q(confirmed_by=None) | ~Q(confirmed_by=F("user")))),
            ),
            models.CheckConstraint(
                name="confirmed_by_and_when", condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_code_only_when_confirmed",
                condition=Q(code_hash="") | Q(confirmed_at__isnull=False, expires_at__isnull=False),
            ),
            models.CheckConstraint(name="used_only_when_confirmed", condition=Q(used_at=None) | Q(confirmed_at__isnull=False)),
            models.CheckConstraint(
                name="a_shift_has_employer_and_end",
                condition=~Q(kind="shift") | Q(organisation__isnull=False, until_at__isnull=False),
            ),
            models.CheckConstraint(name="back_in_names_a_person", condition=~Q(kind="recovery") | Q(user__isnull=False)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name}, {self.role.title}"

    @property
    def role(self) -> Role:
        """The role as the rulebook has it."""
        return roles()[self.role_code]
