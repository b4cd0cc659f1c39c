"""Ask services to see somebody, and answer for a service.

One decision to refer goes to one, two or three services at once. Each answers once; two people who answer together take
turns, and the second hears who was first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from django.db import IntegrityError, transaction

from throughcare.access.acting import Actor
from throughcare.access.roles import title
from throughcare.audit.facts import keep, keep_all
from throughcare.core import clock
from throughcare.core.refusals import ALLOW, Verdict, deny, require
from throughcare.core.shown import uk_time
from throughcare.core.writing import all_or_nothing
from throughcare.patients.linked import everything_of, in_turn
from throughcare.patients.models import Patient
from throughcare.record.actions.entry import entry, fact, fitting
from throughcare.referrals import facts, queries, rules
from throughcare.referrals.actions.refusals import (
    AlreadyAsked,
    HasDied,
    NoDecision,
    NoInstead,
    NoOtherService,
    NoReason,
    NoService,
    NoTier,
    NotPassedOnAgain,
    NoUrgency,
    ReferralAnsweredBefore,
    TierBeyondYou,
)
from throughcare.referrals.models import Service, ServiceRequest, ServiceRequestAnswer
from throughcare.referrals.rules import ReferringBook, Taker

Decision = ServiceRequestAnswer.Decision
MOST, MOST_INSTEAD = 2000, 400  # characters


@all_or_nothing
def refer(
    *, patient: UUID, requisition: UUID, services: Sequence[str], urgency: str, reason: str, from_alert: str = "", at: datetime,
    by: Actor,
) -> list[ServiceRequest]:  # fmt: skip
    """One decision to refer, to one, two or three services. The same `requisition` again is the same decision, not a second.

    Raises NoService, NoUrgency, NoReason, TooLong, HasDied or AlreadyAsked, changing nothing.
    """
    require(by.may("refer"))
    in_turn(patient)
    if before := list(ServiceRequest.objects.filter(requisition=requisition, patient__one_of=everything_of(patient))):
        return before
    said = _checked(services, urgency, reason)
    alive(patient)
    for service in dict.fromkeys(services):
        _not_asked(patient, service, urgency)
    shared = {"requisition": requisition, "urgency": urgency, "reason": said, "from_alert": from_alert}
    rows = [_request(patient, by, at, service=service, **shared) for service in dict.fromkeys(services)]
    made = ServiceRequest.objects.bulk_create(rows)
    keep_all([_made(row, by) for row in made])
    return made


@all_or_nothing
def answer_referral(
    *, request: ServiceRequest, decision: str, tier: int | None = None, to_service: str = "", reason: str = "", instead: str = "",
    at: datetime, by: Actor,
) -> ServiceRequestAnswer:  # fmt: skip
    """A service answers, once: it accepts in a tier, passes on to another service, or declines and says what instead.

    Raises ReferralAnsweredBefore with the name of who was first, or the sentence for what is missing; then nothing is changed.
    """
    require(by.may("answer_referral"))
    in_turn(request.patient_id)
    _unanswered(request)
    people = queries.takers(by.establishment)
    require(can_answer(request, by, people))
    answers = _WHAT.get(decision, _none)
    what = answers(request, by, people, tier, to_service, fitting(reason, MOST), fitting(instead, MOST_INSTEAD))
    row = {**entry(request.patient_id, at, by), "request": request, "decision": decision, **what}
    answer = _insert(request, {**row, "role": by.role.id if by.role else "system"})
    passed = [_passed_on(request, answer, by, at)] if decision == Decision.REDIRECT else []
    left = ServiceRequest.objects.unanswered().filter(requisition=request.requisition).count()
    keep(facts.ReferralAnswered(**told(request, by, at), urgency=request.urgency, redirects=request.redirects,
                                requisition=request.requisition, decision=decision, open_left=left))  # fmt: skip
    keep_all([_made(row, by) for row in passed])
    return answer


def can_answer(request: ServiceRequest, by: Actor, people: Sequence[Taker]) -> Verdict:
    """Whether somebody may answer this referral; a refusal says who here can."""
    ours = book()
    rule = ours.service(request.service)
    able = [one for one in people if rules.can_answer(one, rule, request.is_for_manager, ours)]
    mine = by.role.id if by.role else ""
    if any(one.id == by.id and one.role == mine for one in able):
        return ALLOW
    why = f"Two services have passed this on, so the {title(ours.manager.role).lower()} decides."
    why = why if request.is_for_manager else f"{Service(request.service).label} answers this."
    return deny(f"{why} {named(able)}")


def takers_of(request: ServiceRequest, tier: int, people: Sequence[Taker]) -> list[Taker]:
    """Who here can take the person on in a tier: by role, contract and competence."""
    ours = book()
    rule, step = ours.service(request.service), next(one for one in ours.tiers if one.number == tier)
    return [one for one in people if rules.can_take(one, rule, step)]


def _accepted(request: ServiceRequest, by: Actor, people: Sequence[Taker], tier: int | None, to: str, why: str, no: str) -> Any:
    if tier not in {one.number for one in book().tiers}:
        raise NoTier()
    able = takers_of(request, tier, people)
    # A manager decides that the service takes the person on; somebody of it must be able to.
    if not (able if request.is_for_manager else [one for one in able if one.id == by.id and by.role and one.role == by.role.id]):
        raise TierBeyondYou(tier=tier, service=Service(request.service).label.lower(), who=named(able))
    return {"tier": tier, "reason": why}


def _redirected(request: ServiceRequest, by: Actor, people: Sequence[Taker], tier: int | None, to: str, why: str, no: str) -> Any:
    if request.is_for_manager:
        raise NotPassedOnAgain(service=Service(request.service).label.lower())
    if to not in Service.values or to == request.service:
        raise NoOtherService()
    if not why:
        raise NoReason()
    _not_asked(request.patient_id, to, request.urgency)
    return {"to_service": to, "reason": why}


def _declined(request: ServiceRequest, by: Actor, people: Sequence[Taker], tier: int | None, to: str, why: str, no: str) -> Any:
    if not no:
        raise NoInstead()
    return {"instead": no, "reason": why}


_WHAT: dict[str, Callable[..., Any]] = {Decision.ACCEPT: _accepted, Decision.REDIRECT: _redirected, Decision.DECLINE: _declined}


def _none(*_: Any) -> NoReturn:
    raise NoDecision()


def _checked(services: Sequence[str], urgency: str, reason: str) -> str:
    if not services or not set(services) <= set(Service.values):
        raise NoService()
    if urgency not in ServiceRequest.Urgency.values:
        raise NoUrgency()
    said = fitting(reason, MOST)
    if not said:
        raise NoReason()
    return said


def _not_asked(patient: UUID, service: str, urgency: str) -> None:
    """One open referral a service and urgency, so that each open one has its own clock; a more urgent one is let through."""
    rank = book().rank
    for one in queries.open_of(patient):
        if one.service == service and rank(one.urgency) <= rank(urgency):
            how = one.get_urgency_display().lower()
            raise AlreadyAsked(service=Service(service).label, urgency=how, name=one.written_by_name)


def _unanswered(request: ServiceRequest) -> None:
    if before := ServiceRequestAnswer.objects.filter(request=request).first():
        raise _late(before)


def _insert(request: ServiceRequest, row: dict[str, Any]) -> ServiceRequestAnswer:
    try:
        with transaction.atomic():
            return ServiceRequestAnswer.objects.create(**row)
    except IntegrityError as clash:
        if before := ServiceRequestAnswer.objects.filter(request=request).first():
            raise _late(before) from clash
        raise


def _late(before: ServiceRequestAnswer) -> ReferralAnsweredBefore:
    return ReferralAnsweredBefore(
        name=before.written_by_name, at=uk_time(before.written_at), decision=before.get_decision_display().lower()
    )


def _passed_on(request: ServiceRequest, answer: ServiceRequestAnswer, by: Actor, at: datetime) -> ServiceRequest:
    made = _request(
        request.patient_id, by, at, requisition=request.requisition, service=answer.to_service, urgency=request.urgency,
        reason=request.reason, from_alert=request.from_alert, redirected_from=request, redirects=request.redirects + 1,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def alive(patient: UUID) -> None:
    """Raises HasDied when the person's death is recorded."""
    if Patient.objects.filter(id__one_of=everything_of(patient), died_at__isnull=False).exists():
        raise HasDied()


def _request(patient: UUID, by: Actor, at: datetime, **what: Any) -> ServiceRequest:
    return ServiceRequest(**entry(patient, at, by), **what)


def _made(row: ServiceRequest, by: Actor) -> facts.ReferralMade:
    shared = told(row, by, row.happened_at)
    return facts.ReferralMade(**shared, requisition=row.requisition, urgency=row.urgency, redirects=row.redirects)


def told(row: ServiceRequest, by: Actor, at: datetime) -> dict[str, Any]:
    """The fields that every fact about one referral has."""
    return {**fact(row.patient_id, at, by), "request": row.id, "service": row.service}


def named(able: Sequence[Taker]) -> str:
    """Who can, in a sentence; or what to do when nobody can."""
    if not able:
        return "Nobody who works here now can. Ask the head of healthcare."
    names = list(dict.fromkeys(f"{one.name} ({title(one.role).lower()})" for one in able))
    return f"Here {' or '.join(names[:4])} can."


def book() -> ReferringBook:
    """The rules of referring as they are today."""
    return rules.on(clock.prison_day(clock.now()))
