"""Whether somebody was seen here, by whoever stood beside them: read from the trail, which every module writes."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from tomllib import loads
from uuid import UUID

from django.db.models import Q

from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.patients.linked import linked

_BOOK = loads((Path(__file__).parent / "rulebook" / "bedside.toml").read_text(encoding="utf-8"))
AFTER_DEATH = timedelta(minutes=_BOOK["after_death_minutes"])


def seen_after(patient: UUID, establishment: str, moment: datetime) -> datetime | None:
    """When somebody was last seen at an establishment after a moment, or None. What a machine wrote proves nothing."""
    rows = Fact.objects.filter(patient_id__in=linked(patient), establishment=establishment, happened_at__gt=moment)
    found = rows.filter(_proofs(), happened_at__lte=clock.now()).exclude(actor__startswith="system:")
    return found.order_by("-happened_at").values_list("happened_at", flat=True).first()


def _proofs() -> Q:
    either = Q()
    for proof in _BOOK["seen_by"]:
        either |= Q(kind=proof["fact"], kept__kind__in=proof["kinds"]) if "kinds" in proof else Q(kind=proof["fact"])
    return either
