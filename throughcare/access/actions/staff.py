"""Take people on, and end what they may do."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from throughcare.access.acting import Actor
from throughcare.access.facts import MembershipEnded, StaffAdded
from throughcare.access.models import Membership, Organisation, User
from throughcare.access.roles import roles
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused, deny, require
from throughcare.core.writing import all_or_nothing


class NoSuchRole(Refused):
    """The rulebook has no such role."""

    message = "There is no role {role!r}. Choose one of the list."


class NameTaken(Refused):
    """Somebody has that user name."""

    message = "Somebody has this user name already. Choose another, or add a number."
    status = 422


@all_or_nothing
def add_staff(
    *, username: str, name: str, organisation: str, establishment: str, role: str, since: date, by: str,
    until_at: datetime | None = None,
) -> Membership:  # fmt: skip
    """A person starts in a role at an establishment, for an organisation; `until_at` ends a shift to the second."""
    if role not in roles():
        raise NoSuchRole(role=role)
    user = User.objects.filter(username=username.casefold()).first() or new_account(username, name)
    employer, _ = Organisation.objects.get_or_create(name=organisation)
    held = Membership.objects.create(
        id=ids.new(), user=user, organisation=employer, establishment_id=establishment, role_code=role, since=since,
        until_at=until_at,
    )  # fmt: skip
    keep(StaffAdded(by=by, at=clock.now(), establishment=establishment, user=user.id, role=role, until_at=until_at))
    return held


def new_account(username: str, name: str) -> User:
    """An account that nobody had. Raises NameTaken, also when somebody else takes the name at the same moment."""
    try:
        with transaction.atomic():
            return User.objects.create_user(username, name)
    except IntegrityError as taken:
        raise NameTaken from taken


@all_or_nothing
def end_membership(*, membership: Membership, on: date, by: str) -> None:
    """A role ends; the next request of an open session is refused."""
    Membership.objects.filter(id=membership.id).update(until=on)
    keep(MembershipEnded(by=by, at=clock.now(), establishment=membership.establishment_id, user=membership.user_id))


@all_or_nothing
def end_now(*, membership: Membership, by: Actor, at: datetime) -> None:
    """A role ends this moment, in the middle of whatever the person does."""
    require(by.may("invite_staff"))
    if membership.establishment_id != by.establishment:
        require(deny("This person works at another prison."))
    Membership.objects.filter(id=membership.id).update(until_at=at)
    keep(MembershipEnded(by=by.id, at=at, establishment=membership.establishment_id, user=membership.user_id))
