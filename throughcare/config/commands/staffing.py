"""What the operator writes about staff: the first people, what an organisation is contracted for, what somebody is able to do.

The first: somebody has to be there before two people can let a third one in. The others have no page yet.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from throughcare.config.commands.problem import Problem

if TYPE_CHECKING:
    from throughcare.access.acting import Actor
    from throughcare.access.models import Contract, Membership

WORDS = 4  # groups of five letters: 92 bits
LETTERS = "abcdefghjkmnpqrstuvwxyz"


def add(*, username: str, name: str, establishment: str, role: str, organisation: str) -> int:
    """Give somebody a role and print a password for the first sign-in, which leads straight to a second factor."""
    from throughcare.access import actions
    from throughcare.access.acting import acting
    from throughcare.access.actions.staff import new_account

    _known(establishment)
    password = _password()
    with acting(_operator()) as system:
        try:
            new_account(username, name)
            held = actions.add_staff(username=username, name=name, organisation=organisation, establishment=establishment,
                                     role=role, since=_day(""), by=system.id)  # fmt: skip
        except actions.NameTaken as refusal:
            raise Problem(f"{username} is there already. Colleagues let somebody back in on the Staff page.") from refusal
        except actions.NoSuchRole as refusal:
            raise Problem(str(refusal)) from refusal
        held.user.set_password(password)
        held.user.save(update_fields=["password"])
    print(f"{name} may sign in as {username.casefold()} with: {password}\nHand it over in person; it is not shown again.")
    return 0


def begin_contract(*, employer: str, establishment: str, service: str, tiers: list[int], since: str, team: str) -> int:
    """An organisation is there to do something, in some of the four tiers, from a day on."""
    from throughcare.access import actions
    from throughcare.access.acting import acting

    _known(establishment)
    if _agreed(employer, establishment, service, _day(since)):
        raise Problem(
            f"{employer} has this contract at {establishment} on that day already. End it first: throughcare contract end …"
        )
    if not tiers:
        raise Problem("Say which of the four tiers it covers, such as: --tiers 2 3")
    with acting(_operator()) as system:
        actions.agree_contract(organisation=employer, establishment=establishment, service=service, tiers=tiers,
                               since=_day(since), by=system.id, team=team)  # fmt: skip
    print(f"{employer} has a contract for {service} at {establishment} from {_day(since):%-d %B %Y}.")
    return 0


def end_contract(*, employer: str, establishment: str, service: str, on: str) -> int:
    """From the day after, nobody who works under it opens anything."""
    from throughcare.access import actions
    from throughcare.access.acting import acting

    agreed = _contract(employer, establishment, service, _day(on))
    if _day(on) < agreed.since:
        raise Problem(f"It began on {agreed.since:%-d %B %Y} and cannot end before that day.")
    with acting(_operator()) as system:
        actions.end_contract(contract=agreed, on=_day(on), by=system.id)
    print(f"The contract ends on {_day(on):%-d %B %Y}. Whoever works under it is out the day after.")
    return 0


def join(*, username: str, employer: str, establishment: str, service: str, team: str) -> int:
    """Somebody works under a contract: only then do competences add anything to their role."""
    from throughcare.access import actions
    from throughcare.access.acting import acting
    from throughcare.access.models import Team

    agreed, held = _contract(employer, establishment, service, _day("")), _member(username, establishment)
    group = Team.objects.filter(contract=agreed, name=team).first() if team else None
    if team and group is None:
        raise Problem(f"This contract has no team {team}.")
    with acting(_operator()) as system:
        actions.join_team(membership=held, contract=agreed, team=group, by=system.id)
    print(f"{held.user.name} works under the contract of {employer} for {service}.")
    return 0


def give_competence(*, username: str, code: str, establishment: str, checked_by: str, since: str) -> int:
    """Write that somebody was found able to do something, by somebody else who may find that."""
    from throughcare.access import actions
    from throughcare.access.acting import acting
    from throughcare.access.models import Competence

    held, finder = _member(username, establishment), _finder(checked_by, username, establishment)
    if Competence.objects.filter(user=held.user, code=code, since=_day(since)).exists():
        raise Problem(f"{held.user.name} was given this competence on that day already.")
    try:
        with acting(finder) as by:
            found = actions.find_competent(user=held.user, code=code, since=_day(since), by=by)
    except actions.NoSuchCompetence as refusal:
        raise Problem(str(refusal)) from refusal
    print(
        f"{held.user.name} is able: {code}, until {found.until:%-d %B %Y}. It adds to the role under a contract that covers it."
    )
    return 0


def end_competence(*, username: str, code: str, establishment: str, checked_by: str) -> int:
    """What somebody was found able to do ends now."""
    from throughcare.access import actions
    from throughcare.access.acting import acting
    from throughcare.access.models import Competence

    held, finder = _member(username, establishment), _finder(checked_by, username, establishment)
    running = list(Competence.objects.on(_day("")).filter(user=held.user, code=code))
    if not running:
        raise Problem(f"{held.user.name} has no competence {code} that holds today.")
    with acting(finder) as by:
        for one in running:
            actions.end_competence(competence=one, by=by)
    print(f"{held.user.name} is no longer able: {code}.")
    return 0


def _operator(behalf: str = "", establishment: str = "", adds: frozenset[str] = frozenset()) -> Actor:
    """The operator at the machine; `behalf`: whose finding is written."""
    from throughcare.access.acting import Actor

    name = f"system:staff for {behalf}" if behalf else "system:staff command"
    return Actor(name, "Throughcare (staff command)", None, establishment, "set up", adds=adds)


def _finder(checked_by: str, username: str, establishment: str) -> Actor:
    """The operator, on behalf of a member of staff who may find people able, and not themselves."""
    from throughcare.access.acting import Actor

    if checked_by.casefold() == username.casefold():
        raise Problem("Somebody else has to say that a person is able to do this.")
    if not Actor.of(_member(checked_by, establishment)).may("find_competent"):
        raise Problem(f"{checked_by} may not find people able. Name somebody who may, such as the head of healthcare.")
    return _operator(checked_by.casefold(), establishment, frozenset({"find_competent"}))


def _member(username: str, establishment: str) -> Membership:
    from throughcare.access.models import Membership
    from throughcare.core import clock

    held = Membership.objects.at(clock.now()).filter(user__username=username.casefold(), establishment=establishment)
    found = held.select_related("user").first()
    if found is None:
        raise Problem(f"{username} does not work at {establishment} now. Check the user name and the code.")
    return found


def _contract(employer: str, establishment: str, service: str, on: date) -> Contract:
    """The one that has begun by that day; when none has, the next that will. Until its agreed last day a contract runs."""
    found = _agreed(employer, establishment, service, _day(""))
    if not found:
        raise Problem(f"{employer} has no contract for {service} at {establishment}. Check the three, or begin one.")
    return next((one for one in reversed(found) if one.since <= on), found[0])


def _agreed(employer: str, establishment: str, service: str, since: date) -> list[Contract]:
    """Contracts that are not over on a day, in the order of their first days."""
    from throughcare.access.models import Contract

    theirs = Contract.objects.filter(organisation__name=employer, establishment=establishment, service=service)
    return list(theirs.filter(Q(until=None) | Q(until__gte=since)).order_by("since"))


def _known(establishment: str) -> None:
    from throughcare.places.models import Establishment

    if not Establishment.objects.filter(code=establishment).exists():
        raise Problem(f"There is no establishment {establishment}. Give its code, such as LEI.")


def _day(typed: str) -> date:
    """A day such as 2026-11-22; today when left out."""
    from throughcare.core import clock

    try:
        return date.fromisoformat(typed) if typed else clock.prison_day(clock.now())
    except ValueError as error:
        raise Problem(f"{typed} is not a day. Write it as 2026-11-22.") from error


def _password() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(WORDS))
