"""Who looked and who wrote, as pages ask it: each is one statement, and row security decides which rows come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from throughcare.audit.models import Access, Fact, Seal

HOUR, MOMENT = timedelta(hours=1), timedelta(minutes=1)
MOST = 500  # lines of a page; the page says when there were more


# The day is the partition: without it every month ever kept would be opened.
OPENED = """SELECT count(DISTINCT patient), max(at) FROM audit_access, unnest(patients) AS patient
            WHERE actor = %(actor)s AND at >= %(since)s AND day >= %(day)s {only}"""


@dataclass(frozen=True)
class Look:
    """One response that showed the patient to somebody."""

    at: datetime
    actor: str
    name: str
    role: str
    establishment: str
    purpose: str
    page: str


@dataclass(frozen=True)
class Wrote:
    """One fact about the patient. Name, role, purpose and page are those of the response that wrote it; blank for a job's."""

    happened_at: datetime
    written_at: datetime
    kind: str
    actor: str
    name: str
    role: str
    purpose: str
    page: str
    establishment: str


@dataclass(frozen=True)
class Opened:
    """How many different patients somebody opened, and when last."""

    actor: str
    patients: int
    last_at: datetime | None


def looked_at(patient: UUID, since: datetime, until: datetime, *, most: int = MOST) -> list[Look]:
    """Who saw the patient from `since` until before `until`, the latest first."""
    found = _looks(since, until).filter(patients__contains=[patient]).order_by("-at")
    return [
        Look(*row) for row in found.values_list("at", "actor", "actor_name", "role", "establishment", "purpose", "page")[:most]
    ]


def wrote_about(patient: UUID, since: datetime, until: datetime, *, most: int = MOST) -> list[Wrote]:
    """Who wrote about the patient from `since` until before `until`, the latest first, with both times of each."""
    # The trace of a response is written in the same transaction as its facts, a moment after them.
    written = OuterRef("written_at")
    with_it = Access.objects.filter(actor=OuterRef("actor"), at__gte=written, at__lt=written + MOMENT).order_by("at")
    facts = Fact.objects.filter(patient_id=patient, written_at__gte=since, written_at__lt=until).order_by("-written_at")
    told = facts.annotate(**{field: _of(with_it, field) for field in ("actor_name", "role", "purpose", "page")})
    fields = ("happened_at", "written_at", "kind", "actor", "actor_name", "role", "purpose", "page", "establishment")
    return [Wrote(*row) for row in told.values_list(*fields)[:most]]


def opened_by(actor: str, now: datetime, *, within: timedelta = HOUR, pages: tuple[str, ...] = ()) -> Opened:
    """How many different patients somebody opened lately (T25).

    `pages`: only those that open a record; a list shows many names and opens nobody.
    """
    only = "AND page = ANY (%(pages)s)" if pages else ""
    with connection.cursor() as cursor:
        cursor.execute(
            OPENED.format(only=only), {"actor": actor, "since": now - within, "day": (now - within).date(), "pages": list(pages)}
        )
        patients, last_at = cursor.fetchone()
    return Opened(actor, patients, last_at)


def head() -> Seal | None:
    """The newest seal."""
    return Seal.objects.order_by("-number").first()


def _looks(since: datetime, until: datetime) -> QuerySet[Access]:
    return Access.objects.filter(at__gte=since, at__lt=until, day__gte=since.date(), day__lte=until.date())


def _of(looks: Any, field: str) -> Any:
    return Coalesce(Subquery(looks.values(field)[:1]), Value(""))
