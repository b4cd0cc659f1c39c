"""Referrals: the inbox of a service, everything asked for one person, who works here and may answer, who came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from throughcare.access.acting import Actor
from throughcare.access.models import Membership
from throughcare.core import clock
from throughcare.pathways.models import Task
from throughcare.patients import queries as patients
from throughcare.patients.linked import everything_of, linked_of
from throughcare.patients.models import Patient, Reach
from throughcare.referrals import rules
from throughcare.referrals.models import PatientReply, ReferralAttendance, ServiceRequest
from throughcare.referrals.rules import Taker

COUNTED = timedelta(days=28)  # how far back attendance is counted: as long as those who left can still be read


class CountOfRows(Subquery):
    """How many rows a subquery has."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Came:
    """Who came in the last weeks, and for those who did not, on which side the reason lay and which it was."""

    attended: int
    sides: dict[str, int]
    reasons: tuple[tuple[str, str, int], ...]  # code, side, how many; the most frequent first


def inbox(actor: Actor, services: Collection[str] | None, *, for_manager: bool = False) -> list[Any]:
    """What is unanswered for people who are here now, in one statement: the most urgent first, then who has waited longest.

    Whoever made it and wherever: a referral goes with the person. Each row knows its first asking, the person's place and
    how much else is known: `earlier` referrals, `open_tasks`.
    """
    rows = ServiceRequest.objects.unanswered().filter(patient__in=_here(actor))
    rows = rows.filter(redirects=2) if for_manager else rows.filter(redirects__lt=2)
    if services is not None:
        rows = rows.filter(service__in=list(services))
    found = patients.with_custody(_with_known(rows).select_related("patient", "answer"), "patient")
    book = rules.on(clock.prison_day(clock.now()))
    return sorted(found, key=lambda row: (book.rank(row.urgency), row.first_at, row.id))


def waiting_by_service(actor: Actor) -> dict[tuple[str, bool], int]:
    """How many wait for each service, and how many of each for the manager: (service, for the manager) -> count."""
    rows = ServiceRequest.objects.unanswered().filter(patient__in=_here(actor)).values_list("service", "redirects")
    return dict(Counter((service, redirects == 2) for service, redirects in rows))


def requests_of(patient: UUID) -> list[ServiceRequest]:
    """Every referral of a person, to every service and from every stay, the latest decision first; in two statements."""
    rows = ServiceRequest.objects.filter(patient__one_of=everything_of(patient)).select_related("answer")
    came = ReferralAttendance.objects.order_by("happened_at")
    rows = rows.prefetch_related(Prefetch("attendances", came)).order_by("-happened_at", "redirects", "service")
    return list(rows)


def replies_of(patient: UUID) -> dict[UUID, PatientReply]:
    """What the person was told, by the decision it answers."""
    return {row.requisition: row for row in PatientReply.objects.filter(patient__one_of=everything_of(patient))}


def open_of(patient: UUID) -> list[ServiceRequest]:
    """What no service has answered yet for a person, the oldest first."""
    rows = ServiceRequest.objects.unanswered().filter(patient__one_of=everything_of(patient)).select_related("answer")
    return list(rows.order_by("happened_at"))


def untold(patient: UUID) -> set[UUID]:
    """The decisions of a person that every service has answered, and that nobody has told them about."""
    rows = ServiceRequest.objects.filter(patient__one_of=everything_of(patient)).exclude(
        requisition__in=PatientReply.objects.filter(patient__one_of=everything_of(patient)).values("requisition")
    )
    asked = list(rows.values_list("requisition", "answer"))
    return {key for key, _ in asked} - {key for key, answer in asked if answer is None}


def takers(establishment: str) -> list[Taker]:
    """Who works at a prison now, with contract and competence, by name: one statement."""
    now = clock.now()
    held = Membership.objects.at(now).with_competence(clock.prison_day(now)).filter(establishment=establishment)
    rows: Iterable[Any] = held.select_related("user").order_by("user__name")
    return [
        Taker(str(row.user_id), row.user.name, row.role_code, row.adds, tuple(row.tiers) if row.tiers is not None else None)
        for row in rows
    ]


def came(actor: Actor, now: datetime) -> Came:
    """Who came to what services of this prison offered in the last four weeks, of those that can be seen: one statement."""
    seen = ReferralAttendance.objects.filter(
        establishment=actor.establishment, happened_at__gt=now - COUNTED, patient__in=Patient.objects.seen_by(actor)
    )
    counted = list(seen.values_list("attended", "side", "reason").annotate(n=Count("id")).order_by("-n", "reason"))
    sides: Counter[str] = Counter()
    for _, side, _, count in counted:
        sides[side] += count
    return Came(sides.pop("", 0), dict(sides), tuple((code, side, n) for attended, side, code, n in counted if not attended))


def _here(actor: Actor) -> QuerySet[Any]:
    """The people whom the actor may see and whose prison this is now."""
    here = Reach.objects.live().filter(scope=f"establishment:{actor.establishment}", kind="here").values("patient")
    seen: QuerySet[Any] = Patient.objects.seen_by(actor).filter(id__in=here)
    return seen


def _with_known(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Adds when it was asked first, before anybody passed it on, and numbers of what else is known of the person."""
    others = ServiceRequest.objects.filter(patient__one_of=linked_of("patient")).exclude(requisition=OuterRef("requisition"))
    tasks = Task.objects.open().filter(patient__one_of=linked_of("patient"))
    return rows.annotate(
        first_at=Coalesce("redirected_from__redirected_from__happened_at", "redirected_from__happened_at", F("happened_at")),
        asked_by=Coalesce(
            "redirected_from__redirected_from__written_by_name", "redirected_from__written_by_name", F("written_by_name")
        ),
        earlier=CountOfRows(others.values("requisition").distinct()),
        open_tasks=CountOfRows(tasks.values("id")),
    )
