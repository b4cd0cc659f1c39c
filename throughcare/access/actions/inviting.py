"""Two people let a third one in: an agency nurse for a shift, or a colleague back into the account.

One writes who it is, a second person confirms it, and a one-time code is shown once. Nobody does both, and nobody
does either for themselves; the database refuses it too.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.utils.crypto import salted_hmac

from throughcare.access import browsers, rules
from throughcare.access.acting import Actor
from throughcare.access.actions.proofs import choose_pin
from throughcare.access.actions.staff import add_staff, new_account
from throughcare.access.facts import InvitationCancelled, InvitationConfirmed, InvitationUsed, StaffInvited
from throughcare.access.models import Device, Invitation, Membership, Organisation, SigningPin, User
from throughcare.access.models.invitation import RECOVERY, SHIFT
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused, require
from throughcare.core.writing import all_or_nothing

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 signs that nobody mistakes for one another


class CannotInvite(Refused):
    """What was written cannot stand."""

    message = "{why}"
    status = 422


class SamePerson(Refused):
    """One person would do what two must."""

    message = "A second person has to confirm this: not the one who wrote it, and not the one it is for."


class AlreadyDecided(Refused):
    """Somebody else was faster."""

    message = "This has been confirmed, cancelled or has run out already. Look at the list again."


class CodeUnknown(Refused):
    """No such code can be used now."""

    message = "This code cannot be used. Check each sign; a code works once and for an hour. If need be, ask for a new one."
    status = 422


@all_or_nothing
def invite_for_shift(
    *, name: str, role: str, organisation: str, until_at: datetime, by: Actor, at: datetime, username: str = ""
) -> Invitation:
    """The first person writes who comes, as what, for whom and until when; `username` of somebody who has an account.

    Raises CannotInvite with what to change.
    """
    require(by.may("invite_staff"))
    numbers = rules.numbers(clock.prison_day(at)).invitation
    if role not in numbers.roles:
        raise CannotInvite(why="This role cannot be given for one shift. Choose one of the list.")
    if not at < until_at <= at + timedelta(hours=numbers.longest_shift_hours):
        raise CannotInvite(why=f"The shift must end after now and within {numbers.longest_shift_hours} hours.")
    known = _account(username, by)
    employer, _ = Organisation.objects.get_or_create(name=organisation)
    called = known.name if known else name
    return _invited(by, at, kind=SHIFT, user=known, name=called, role_code=role, organisation=employer, until_at=until_at)


@all_or_nothing
def invite_back_in(*, membership: Membership, by: Actor, at: datetime) -> Invitation:
    """The first person asks for a new start for a colleague who lost password, phone or key."""
    require(by.may("invite_staff"))
    if str(membership.user_id) == by.id:
        raise SamePerson
    if membership.establishment_id != by.establishment or not Membership.objects.at(at).filter(id=membership.id).exists():
        raise CannotInvite(why="This person does not work here now.")
    return _invited(by, at, kind=RECOVERY, user=membership.user, name=membership.user.name, role_code=membership.role_code)


@all_or_nothing
def confirm_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> str:
    """The second person confirms. Returns the one-time code, which is shown once and stored only as a hash.

    Somebody with an account signs in as before: their shift starts at once, and the code is empty.
    """
    require(by.may("confirm_staff"))
    if by.user_id in (invitation.invited_by_id, invitation.user_id):
        raise SamePerson
    has_account = invitation.kind == SHIFT and invitation.user is not None
    code, minutes = ("", timedelta(0)) if has_account else _new_code(at)
    confirmed: dict[str, object] = {"confirmed_by": by.user_id, "confirmed_at": at, "used_at": at if has_account else None}
    if code:
        confirmed |= {"code_hash": _hash(code), "expires_at": at + minutes}
    waiting = Invitation.objects.pending(at).filter(id=invitation.id, establishment=by.establishment)
    if not waiting.update(**confirmed):
        raise AlreadyDecided
    keep(InvitationConfirmed(by=by.id, at=at, establishment=by.establishment, invitation=invitation.id,
                             invited_by=str(invitation.invited_by_id)))  # fmt: skip
    if invitation.user and has_account:
        _starts_shift(invitation, invitation.user.username, by.id, at)
    return "-".join(code[n : n + 4] for n in range(0, len(code), 4))


@all_or_nothing
def cancel_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> None:
    """It is taken back; a code that was shown works no more."""
    require(by.may("invite_staff"))
    open_still = Invitation.objects.filter(id=invitation.id, establishment=by.establishment, used_at=None, cancelled_at=None)
    if not open_still.update(cancelled_at=at):
        raise AlreadyDecided
    keep(InvitationCancelled(by=by.id, at=at, establishment=by.establishment, invitation=invitation.id))


def usable(code: str, at: datetime) -> Invitation:
    """The invitation of a one-time code. Raises CodeUnknown, whatever is wrong with it."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    found = Invitation.objects.usable(at).filter(code_hash=_hash(plain)).first() if plain else None
    if found is None:
        raise CodeUnknown
    return found


@all_or_nothing
def use_code(*, invitation: Invitation, username: str, password: str, pin: str, at: datetime) -> User:
    """The invited person sets a password, and a PIN if they want one; from then on the code is spent.

    Raises CodeUnknown when it was used meanwhile, ValidationError for a poor password, WeakPin, NameTaken.
    """
    if not Invitation.objects.usable(at).filter(id=invitation.id).update(used_at=at):
        raise CodeUnknown
    user = _started_again(invitation) if invitation.kind == RECOVERY else _taken_on(invitation, username, at)
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    if pin:
        choose_pin(user=user, pin=pin, at=at)
    keep(InvitationUsed(by=str(user.id), at=at, establishment=invitation.establishment_id, invitation=invitation.id,
                        invited_by=str(invitation.invited_by_id), confirmed_by=str(invitation.confirmed_by_id)))  # fmt: skip
    return user


def _invited(by: Actor, at: datetime, **what: object) -> Invitation:
    assert by.user_id
    made = Invitation(id=ids.new(), establishment_id=by.establishment, invited_by_id=by.user_id, invited_at=at, **what)
    made.save(force_insert=True)
    keep(StaffInvited(by=by.id, at=at, establishment=by.establishment, invitation=made.id, kind=made.kind, role=made.role_code))
    return made


def _taken_on(invitation: Invitation, username: str, at: datetime) -> User:
    """A new account, and a role that ends with the shift."""
    # Made, not looked for: somebody may take the name between a look and the writing, and would lose the account to us.
    user = new_account(username, invitation.name)
    return _starts_shift(invitation, user.username, str(invitation.confirmed_by_id), at).user


def _starts_shift(invitation: Invitation, username: str, by: str, at: datetime) -> Membership:
    """The role until the end of the shift; a second shift of the same day only moves its end."""
    assert invitation.organisation
    today = clock.prison_day(at)
    same = Membership.objects.filter(
        user__username=username, organisation=invitation.organisation, establishment=invitation.establishment_id,
        role_code=invitation.role_code, since=today,
    )  # fmt: skip
    same.filter(until_at__isnull=False).update(until_at=invitation.until_at)
    held = same.first() or add_staff(
        username=username, name=invitation.name, organisation=invitation.organisation.name,
        establishment=invitation.establishment_id, role=invitation.role_code, since=today, until_at=invitation.until_at, by=by,
    )  # fmt: skip
    Invitation.objects.filter(id=invitation.id).update(membership=held)
    return held


def _account(username: str, by: Actor) -> User | None:
    """Who has an account already; raises CannotInvite for a name that nobody has, SamePerson for one's own."""
    if not username.strip():
        return None
    found = User.objects.filter(username=username.strip().casefold(), is_active=True).first()
    if found is None:
        raise CannotInvite(why="Nobody has this user name. Check it, or leave it blank for somebody new.")
    if str(found.id) == by.id:
        raise SamePerson
    return found


def _new_code(at: datetime) -> tuple[str, timedelta]:
    numbers = rules.numbers(clock.prison_day(at)).invitation
    return "".join(secrets.choice(ALPHABET) for _ in range(numbers.code_letters)), timedelta(minutes=numbers.code_minutes)


def _started_again(invitation: Invitation) -> User:
    """Whatever proved the person before works no more: it may be in other hands."""
    assert invitation.user
    Authenticator.objects.filter(user=invitation.user).delete()
    SigningPin.objects.filter(user=invitation.user).update(is_withdrawn=True)
    Device.objects.filter(user=invitation.user).update(full_at=browsers.LONG_AGO)
    return invitation.user


def _hash(code: str) -> str:
    return salted_hmac("access.invitation", code, algorithm="sha256").hexdigest()
