"""How packs stand: requests with their state, for the asker and for the second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404

from throughcare.core import clock
from throughcare.patients.models import Patient
from throughcare.reporting import book
from throughcare.reporting.models import Pack, PackRequest, PackStep

# Label and colour of each state: one row of one table.
STATES = {
    "asked": ("Waits for a second person", "yellow"),
    "approved": ("Approved, waits for its turn", "blue"),
    "building": ("Being built", "blue"),
    "ready": ("Ready", "green"),
    "declined": ("Declined", "red"),
    "failed": ("Could not be built", "red"),
}

WORKED_ON = ("approved", "building")  # the worker has it, or should


@dataclass(frozen=True)
class Line:
    """One request as a list shows it."""

    asked: Any
    name: str
    state: str
    why: str
    at: datetime
    by: str
    stuck: bool = False

    @property
    def words(self) -> tuple[str, str]:
        """Label and colour."""
        return STATES[self.state]


def lines(establishment: str) -> list[Line]:
    """Every request of a prison, the latest first; two statements less than there are requests."""
    return [_line(asked) for asked in _requests(establishment)]


def waiting(establishment: str) -> list[Line]:
    """Those that wait for a second person, the oldest first."""
    return [line for line in reversed(lines(establishment)) if line.state == "asked"]


def one(establishment: str, request: UUID) -> Line:
    """One request; 404 where there is none here."""
    found = _requests(establishment).filter(id=request).first()
    if found is None:
        raise Http404
    return _line(found)


def state_of(asked: PackRequest) -> str:
    """The one word for how a request stands."""
    latest = PackStep.objects.filter(request=asked).order_by("-at", "-id").first()
    return str(latest.kind) if latest else "asked"


def is_stuck(asked: PackRequest, now: datetime) -> bool:
    """Whether the worker should have got on with it by now: it was stopped, or never came."""
    latest = PackStep.objects.filter(request=asked).order_by("-at", "-id").first()
    return latest is not None and _stuck(str(latest.kind), latest.at, now)


def pack_of(asked: PackRequest) -> Pack | None:
    """The bundle without its bytes."""
    return Pack.objects.filter(request=asked).defer("content").first()


def _requests(establishment: str) -> QuerySet[Any]:
    latest = PackStep.objects.filter(request=OuterRef("id")).order_by("-at", "-id")
    person = Patient.objects.filter(id=OuterRef("patient"))
    steps = {f"step_{name}": Subquery(latest.values(name)[:1]) for name in ("kind", "why", "at", "written_by_name")}
    names = {
        name: Coalesce(Subquery(person.values(column)[:1]), Value(""))
        for name, column in (("family", "family_name"), ("given", "given_names"))
    }
    return PackRequest.objects.filter(establishment=establishment).annotate(**steps, **names).order_by("-asked_at")


def _line(asked: Any) -> Line:
    name = f"{asked.given} {asked.family}".strip() or "somebody out of reach now"
    state, at = asked.step_kind or "asked", asked.step_at or asked.asked_at
    return Line(asked, name, state, asked.step_why or "", at, asked.step_written_by_name or asked.asked_by_name,
                _stuck(state, at, clock.now()))  # fmt: skip


def _stuck(state: str, since: datetime, now: datetime) -> bool:
    return state in WORKED_ON and now - since > book.on(clock.prison_day(now)).stuck
