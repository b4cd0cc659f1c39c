"""What the prison says of somebody, said as facts of the patient: when it changes, and when they come to where it matters."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from throughcare.audit.facts import keep
from throughcare.audit.models import Fact
from throughcare.custody import queries as custody
from throughcare.patients import facts
from throughcare.patients.linked import linked
from throughcare.patients.models import Reach


def places_of(patient: UUID) -> tuple[str, ...]:
    """The prisons that may write about somebody now; of somebody whom nobody holds nothing can be begun or ended."""
    rows = Reach.objects.live().filter(patient=patient, writes=True, scope__startswith="establishment:")
    return tuple(sorted(scope.removeprefix("establishment:") for scope in rows.values_list("scope", flat=True)))


def say_alert(code: str, active: bool, shared: dict[str, Any]) -> None:
    """An alert of the prison's was opened or ended."""
    keep((facts.CustodyAlertAdded if active else facts.CustodyAlertEnded)(**shared, code=code))


def say_unsaid(patient: UUID, prisoner: UUID, shared: dict[str, Any]) -> None:
    """What the prison said while nobody held him, or before anybody knew who he was, is said now: each thing once."""
    for alert in custody.alerts_of([prisoner]):
        if not _said("patients.CustodyAlertAdded", patient, alert.told_at, code=alert.code):
            say_alert(alert.code, True, shared)
    for date in custody.key_dates_of([prisoner]).values():
        if not _said("patients.KeyDateChanged", patient, date.told_at, kind=date.kind, certainty=date.certainty):
            keep(facts.KeyDateChanged(**shared, kind=date.kind, certainty=date.certainty, day=date.date))


def _said(name_of_fact: str, patient: UUID, since: datetime, **kept: str) -> bool:
    rows = Fact.objects.filter(kind=name_of_fact, patient_id__in=linked(patient), written_at__gte=since)
    return rows.filter(**{f"kept__{name}": value for name, value in kept.items()}).exists()
