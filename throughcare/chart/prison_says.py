"""What the prison says of somebody, in words: alerts, key dates with how sure they are, and whom to keep apart from.

For staff: release and court dates, and whom somebody is kept apart from, stand on no page or slip that the person is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from throughcare.core import clock
from throughcare.core.shown import sentence, uk_date
from throughcare.custody import book
from throughcare.custody import queries as custody
from throughcare.custody.models import Alert, KeyDate, NonAssociation
from throughcare.custody.queries import AlertOn

HOW_FAR_NOT_SAID = "How far, the prison does not say: ask before they meet"


@dataclass(frozen=True)
class AlertLine:
    """One alert: what it means, its days in words, and the prison's own code and label."""

    words: str
    days: str
    code: str
    is_grave: bool
    told_at: datetime


@dataclass(frozen=True)
class DateLine:
    """One date: which, when, how sure, and the prison's own code of it, such as CRD, where it has one."""

    words: str
    when: str
    away: str
    how_sure: str
    source: str
    told_at: datetime


@dataclass(frozen=True)
class ApartLine:
    """Somebody to keep apart from: their number and how far, never why."""

    number: str
    how_far: str
    told_at: datetime


@dataclass(frozen=True)
class Says:
    """Everything that the prison told and that still stands, and what has ended of its alerts."""

    alerts: tuple[AlertLine, ...]
    ended: tuple[AlertLine, ...]
    dates: tuple[DateLine, ...]
    apart: tuple[ApartLine, ...]

    @property
    def told_at(self) -> datetime | None:
        """When something of this was last told anew; None when nothing ever was."""
        lines: Iterable[Any] = chain(self.alerts, self.ended, self.dates, self.apart)
        return max((line.told_at for line in lines), default=None)


def says_of(prisoners: Sequence[UUID]) -> Says:
    """What the prison says under these bookings; four statements."""
    today = clock.prison_day(clock.now())
    return Says(
        alerts=tuple(_alert(one, "No end is given") for one in sorted(custody.alerts_of(prisoners), key=_gravest)),
        ended=tuple(_alert(one, "Ended, day not given") for one in custody.alerts_ended(prisoners)),
        dates=_dates(custody.key_dates_of(prisoners), today),
        apart=tuple(_apart(one) for one in custody.kept_apart(prisoners)),
    )  # fmt: skip


def at_a_glance(alerts: Iterable[AlertOn]) -> list[str]:
    """The alerts that came with the patient (`prison_alerts`), for the page that others may see: those that the rulebook marks
    for the banner, the gravest first, and how many more there are. What accuses somebody is not read out there."""
    meant = {one.code: one for one in (book.meaning(told["code"]) for told in alerts)}
    marked = sorted((one for one in meant.values() if one.banner), key=_order)
    more = len(meant) - len(marked)
    return [*(one.words for one in marked), *([f"{more} {'more' if marked else 'on'}"] if more else [])]


def _gravest(alert: Alert) -> tuple[bool, int]:
    return _order(book.meaning(alert.code))


def _order(one: book.AlertCode) -> tuple[bool, int]:
    """Those that the rulebook ranks come first."""
    return (not one.rank, one.rank)


def _alert(alert: Alert, no_end: str) -> AlertLine:
    meant = book.meaning(alert.code)
    since = f"Since {uk_date(alert.since)}" if alert.since else "Since when is not told"
    until = f"until {uk_date(alert.until)}" if alert.until else no_end
    label = f", “{meant.label}”" if meant.words else ""
    return AlertLine(
        sentence(meant.text), f"{since}. {sentence(until)}.", f"{alert.code}{label}", meant.banner == "urgent", alert.told_at
    )


def _dates(believed: Mapping[str, KeyDate], today: date) -> tuple[DateLine, ...]:
    """Each kind in the order of the rulebook: release and court before the rest."""
    order = [*book.date_words(), *sorted(believed.keys() - book.date_words().keys())]
    return tuple(_date(believed[kind], today) for kind in order if kind in believed)


def _date(row: KeyDate, today: date) -> DateLine:
    words = book.date_words().get(row.kind, sentence(row.kind.replace("_", " ")))
    return DateLine(
        words=words, when=uk_date(row.date) if row.date else "Not known", away=_away(row.date, today),
        how_sure=book.certainty_words()[row.certainty], source="" if row.source.islower() else row.source, told_at=row.told_at,
    )  # fmt: skip


def _away(day: date | None, today: date) -> str:
    """How far off a day is: "in 12 days", "tomorrow", "3 days ago"."""
    if day is None:
        return ""
    days = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return near.get(days) or (f"in {days} days" if days > 0 else f"{-days} days ago")


def _apart(row: NonAssociation) -> ApartLine:
    return ApartLine(row.other_number, book.restriction_words().get(row.restriction, HOW_FAR_NOT_SAID), row.told_at)
