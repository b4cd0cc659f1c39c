"""What an organisation is there to do, and what a person was found able to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from throughcare.access.acting import Actor
from throughcare.access.competences import abilities
from throughcare.access.facts import CompetenceEnded, CompetenceFound, ContractAgreed, ContractEnded, JoinedTeam
from throughcare.access.models import Competence, Contract, Membership, Organisation, Team, User
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused, require
from throughcare.core.writing import all_or_nothing


class NoSuchCompetence(Refused):
    """The rulebook has no such competence."""

    message = "There is no competence {code!r}. Choose one of the list."


class NotOfYourself(Refused):
    """Somebody says of themselves that they are able."""

    message = "Somebody else has to say that you are able to do this."


@all_or_nothing
def agree_contract(
    *, organisation: str, establishment: str, service: str, tiers: Sequence[int], since: date, by: str, team: str = ""
) -> Contract:  # fmt: skip
    """An organisation starts a service at an establishment, in some of the four tiers; `team` names its first team."""
    employer, _ = Organisation.objects.get_or_create(name=organisation)
    agreed = Contract.objects.create(
        id=ids.new(),
        organisation=employer,
        establishment_id=establishment,
        service=service,
        tiers=sorted(set(tiers)),
        since=since,
    )
    if team:
        Team.objects.create(id=ids.new(), contract=agreed, name=team)
    keep(ContractAgreed(by=by, at=clock.now(), establishment=establishment, contract=agreed.id, service=service))
    return agreed


@all_or_nothing
def end_contract(*, contract: Contract, on: date, by: str) -> None:
    """A contract ends on a day; from the next day on nobody who works under it can open anything."""
    Contract.objects.filter(id=contract.id).update(until=on)
    keep(ContractEnded(by=by, at=clock.now(), establishment=contract.establishment_id, contract=contract.id))


@all_or_nothing
def join_team(*, membership: Membership, contract: Contract, team: Team | None, by: str) -> None:
    """Somebody works under a contract, in one of its teams."""
    Membership.objects.filter(id=membership.id).update(contract=contract, team=team)
    keep(JoinedTeam(
        by=by, at=clock.now(), establishment=membership.establishment_id, user=membership.user_id, contract=contract.id
    ))  # fmt: skip


@all_or_nothing
def find_competent(*, user: User, code: str, since: date, by: Actor) -> Competence:
    """Say that somebody is able to do something, for as long as the rulebook lets it hold. Never of oneself."""
    require(by.may("find_competent"))
    if code not in abilities():
        raise NoSuchCompetence(code=code)
    if str(user.id) == by.id:
        raise NotOfYourself()
    found = Competence.objects.create(
        id=ids.new(), user=user, code=code, since=since, until=since + abilities()[code].lasts, checked_by=by.id
    )
    keep(CompetenceFound(by=by.id, at=clock.now(), establishment=by.establishment, user=user.id, code=code))
    return found


@all_or_nothing
def end_competence(*, competence: Competence, by: Actor) -> None:
    """What somebody was found able to do ends now."""
    require(by.may("find_competent"))
    Competence.objects.filter(id=competence.id).update(ended=True)
    keep(CompetenceEnded(
        by=by.id, at=clock.now(), establishment=by.establishment, user=competence.user_id, code=competence.code
    ))  # fmt: skip
