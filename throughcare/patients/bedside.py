"""Whether somebody was seen here, by whoever stood beside them: read from the trail, which every module writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import Q

from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.rulebook import Book, whole
from throughcare.patients.linked import linked


@dataclass(frozen=True)
class Proof:
    """A fact that only a person beside them leaves; with kinds, only those kinds of it."""

    fact: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proofs:
    """What proves that somebody was seen, and for how long after a death times are still written."""

    seen_by: tuple[Proof, ...]
    after_death_minutes: int


BOOK = Book(Path(__file__).parent / "rulebook", whole(Proofs), only=("bedside",))
AFTER_DEATH = timedelta(minutes=BOOK.current().after_death_minutes)  # read once, at the start


def seen_after(patient: UUID, establishment: str, moment: datetime) -> datetime | None:
    """When somebody was last seen at an establishment after a moment, or None. What a machine wrote proves nothing."""
    rows = Fact.objects.filter(patient_id__in=linked(patient), establishment=establishment, happened_at__gt=moment)
    found = rows.filter(_proofs(), happened_at__lte=clock.now()).exclude(actor__startswith="system:")
    return found.order_by("-happened_at").values_list("happened_at", flat=True).first()


def _proofs() -> Q:
    either = Q()
    for proof in BOOK.current().seen_by:
        either |= Q(kind=proof.fact, kept__kind__in=proof.kinds) if proof.kinds else Q(kind=proof.fact)
    return either
