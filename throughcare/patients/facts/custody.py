"""What the prison says of a patient, as the work may start or end with it; dates are carried and never stored in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from throughcare.audit.facts import Fact, carried


@dataclass(frozen=True, kw_only=True)
class CustodyAlertAdded(Fact):
    """The prison has an alert about somebody, such as HA: an open ACCT."""

    code: str


@dataclass(frozen=True, kw_only=True)
class CustodyAlertEnded(Fact):
    """The prison ended an alert about somebody."""

    code: str


@dataclass(frozen=True, kw_only=True)
class KeyDateChanged(Fact):
    """The prison believes another day of a release, a court day and the like, or is surer, or less sure."""

    kind: str
    certainty: str
    day: date | None = carried(default=None)  # noqa: RUF009


@dataclass(frozen=True, kw_only=True)
class LongStayExpected(Fact):
    """By the release day that the prison gives, somebody is here long enough to be offered a health check, from `day` on."""

    day: date | None = carried(default=None)  # noqa: RUF009


@dataclass(frozen=True, kw_only=True)
class DepartureHeld(Fact):
    """The prison says that somebody had left, but they were seen here later: their record stays open until a person looks."""

    kind: str
    prisoner: UUID
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class DepartureSettled(Fact):
    """A person looked: they have left after all."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class NumbersJoined(Fact):
    """The prison joined a number of this patient's to another; `other` is a second record under one of the two."""

    prisoner: UUID
    other: UUID | None = None
    number: str = carried(default="")
