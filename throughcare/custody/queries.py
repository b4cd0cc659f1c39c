"""Reads of the custody mirror, shaped for one screen each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, Subquery
from django.db.models.functions import JSONObject

from throughcare.core import clock
from throughcare.custody.models import Alert, Alias, BedStay, ExpectedArrival, KeyDate, Movement, NonAssociation
from throughcare.custody.rules import RECEPTION, SWAP

NO_CELL = {RECEPTION: "Reception", SWAP: "Between two cells"}


@dataclass(frozen=True)
class Place:
    """Where a prisoner is: prison code and the prison's own path, and whether he is out at court or the like."""

    establishment: str
    location: str
    out: bool = False

    @property
    def words(self) -> str:
        """As people say it: B-2-014, Reception, or B-2-014 (out)."""
        where = NO_CELL.get(self.location) or self.location.removeprefix(f"{self.establishment}-")
        return f"{where} (out)" if self.out else where


class AlertOn(TypedDict):
    """An alert that is on; `since` is an ISO day, where the prison told it."""

    code: str
    since: NotRequired[str | None]


def place(**prisoner: Any) -> Subquery:
    """The present place of a prisoner found by `prisoner` lookups, for a larger query; read it with `Place(**told)`."""
    told = JSONObject(establishment="establishment_id", location="location", out="out")
    return Subquery(BedStay.objects.open().filter(**prisoner).order_by("-since").values(told=told)[:1])


def alerts_on(**prisoner: Any) -> ArraySubquery:
    """The alerts that are on of a prisoner found by `prisoner` lookups, for a larger query: code and since, newest first."""
    rows = Alert.objects.filter(_is_on(), **prisoner).order_by("-since", "code")
    return ArraySubquery(rows.values(told=JSONObject(code="code", since="since")))


def expected_at(establishment: str, since: datetime) -> list[ExpectedArrival]:
    """Who is on the list of a prison from a moment on, soonest first."""
    rows = ExpectedArrival.objects.filter(establishment=establishment, due_at__gte=since)
    return list(rows.select_related("prisoner").order_by("due_at"))


def stays_of(prisoners: Iterable[UUID]) -> list[BedStay]:
    """Every stay we believe in, latest first."""
    rows = BedStay.objects.current().filter(prisoner__in=list(prisoners))
    return list(rows.select_related("establishment").order_by("-since"))


def movements_of(prisoners: Iterable[UUID]) -> list[Movement]:
    """Every movement told to us, latest first."""
    rows = Movement.objects.filter(prisoner__in=list(prisoners))
    return list(rows.select_related("establishment").order_by("-happened_at"))


def number_now(number: str) -> str:
    """The prison number that somebody has now, where the prison joined this one to another."""
    found = Alias.objects.filter(number=number).values_list("prisoner__prison_number", flat=True).first()
    return found or number


def latest_of_number(number: str) -> datetime | None:
    """When the last movement told of somebody happened, under whichever of their numbers."""
    now = number_now(number)
    rows = Movement.objects.filter(Q(prisoner__prison_number=now) | Q(prisoner__joined_to__prisoner__prison_number=now))
    return rows.order_by("-happened_at").values_list("happened_at", flat=True).first()


def alerts_of(prisoners: Iterable[UUID]) -> list[Alert]:
    """Alerts of the prison's that are on, the newest first."""
    return list(Alert.objects.filter(_is_on(), prisoner__in=list(prisoners)).order_by("-since", "code"))


def alerts_ended(prisoners: Iterable[UUID]) -> list[Alert]:
    """Alerts of the prison's that are over, the last to end first."""
    return list(Alert.objects.exclude(_is_on()).filter(prisoner__in=list(prisoners)).order_by("-until", "code"))


def _is_on() -> Q:
    """An alert lasts through the day on which it ends."""
    return Q(active=True) & (Q(until=None) | Q(until__gte=clock.prison_day(clock.now())))


def key_dates_of(prisoners: Iterable[UUID]) -> dict[str, KeyDate]:
    """For each kind of date (release, court, parole …) the one that is believed. For staff only: no patient page shows it."""
    rows = KeyDate.objects.filter(prisoner__in=list(prisoners), superseded_at=None).order_by("-trust", "-date")
    return {row.kind: row for row in rows}


def kept_apart(prisoners: Iterable[UUID]) -> list[NonAssociation]:
    """From whom to keep somebody apart, as it now stands: their number and how far, never why."""
    return list(NonAssociation.objects.filter(prisoner__in=list(prisoners), open=True).order_by("other_number"))
