"""Referrals as the pages show them: plain values, one line a referral, and what an alert offers to begin with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from throughcare.core import clock
from throughcare.core.shown import duration, uk_datetime
from throughcare.instruments import rules as instruments
from throughcare.pathways import rules as pathways
from throughcare.patients.opened import OpenedPatient
from throughcare.referrals import rules
from throughcare.referrals.models import PatientReply, ServiceRequest

COLOURS = {"accept": "green", "redirect": "blue", "decline": "grey"}
URGENT = {"same_day": "red", "24h": "orange", "48h": "yellow", "5wd": "blue", "routine": "grey"}


@dataclass(frozen=True)
class ReferralLine:
    """One referral to one service: how it stands, its clock while nobody has answered, and what was answered."""

    row: Any
    status: tuple[str, str]
    urgency: tuple[str, str]
    clock: dict[str, str] | None
    answer: Any

    @property
    def words(self) -> str:
        """The answer in one sentence, or blank."""
        if self.answer is None:
            return ""
        said = {
            "accept": f"Taken on in tier {self.answer.tier}.",
            "redirect": f"Passed on to {self.answer.get_to_service_display().lower()}.",
            "decline": f"Instead: {rules.sentence(self.answer.instead)}",
        }[self.answer.decision]
        return f"{said} {self.answer.reason}".strip()


@dataclass(frozen=True)
class Decision:
    """One decision to refer: its lines, service by service, what the person was told, and whether that is due now."""

    requisition: UUID
    lines: tuple[ReferralLine, ...]
    reply: PatientReply | None

    @property
    def first(self) -> Any:
        return min((line.row for line in self.lines), key=lambda row: (row.redirects, row.happened_at))

    @property
    def is_to_tell(self) -> bool:
        return self.reply is None and all(line.answer is not None for line in self.lines)


def decisions(rows: Iterable[ServiceRequest], replies: Mapping[UUID, PatientReply]) -> list[Decision]:
    """The decisions to refer one person, in the order of the rows."""
    found: dict[UUID, list[ReferralLine]] = {}
    for row in rows:
        found.setdefault(row.requisition, []).append(line(row))
    return [Decision(key, tuple(lines), replies.get(key)) for key, lines in found.items()]


def line(row: Any) -> ReferralLine:
    """One referral as a line; its clock runs from when this service was asked."""
    answer = getattr(row, "answer", None)
    status = (answer.get_decision_display(), COLOURS[answer.decision]) if answer else _waits(row)
    return ReferralLine(row, status, (row.get_urgency_display(), URGENT[row.urgency]), None if answer else _clock(row), answer)


def offered(alert: str) -> dict[str, Any]:
    """How a referral from an alert begins: services, urgency and words of the table, else the alert's own words.

    Of an alert that no instrument knows nothing is taken: the form begins empty.
    """
    said = alert_words(alert)
    suggested = rules.on(clock.prison_day(clock.now())).suggestion(alert)
    if suggested:
        return {"services": list(suggested.services), "urgency": suggested.urgency, "reason": suggested.words}
    return {"reason": f"Alert: {said}."} if said else {}


def alert_words(alert: str) -> str:
    """What an alert of an instrument asks for, or blank when no instrument has it."""
    found = (rule.action for entry in instruments.book() for rule in entry.value.alerts if rule.id == alert)
    return next(found, "") if alert else ""


def suggested_reply(first: str, decision: Decision) -> str:
    """The reply to begin with, from what each service answered in the end."""
    book = rules.on(clock.prison_day(clock.now()))
    ended = [one for one in decision.lines if one.answer and one.answer.decision != "redirect"]
    answers = [(book.service(one.row.service), one.answer.decision == "accept", one.answer.instead) for one in ended]
    return rules.suggested_reply(first, answers, book.reply)


def first_name(patient: OpenedPatient) -> str:
    """What may stand on paper: the first of the given names; without one, no name."""
    return (patient.given_names.split() or [""])[0]


def reason_titles() -> dict[str, str]:
    """The words for each reason of not attending, of every version."""
    return {one.code: one.title for entry in rules.attendance() for one in entry.value}


def _waits(row: Any) -> tuple[str, str]:
    return ("With the manager", "purple") if row.is_for_manager else ("Not answered yet", "yellow")


def _clock(row: Any) -> dict[str, str]:
    now = clock.now()
    due = due_at(row)
    late = now > due
    words = f"late by {duration(now - due)}" if late else f"due in {duration(due - now)}"
    return {"text": words, "state": "late" if late else "due", "due_at": f"due {uk_datetime(due)}"}


def due_at(row: Any) -> datetime:
    """When a service is to answer."""
    day = clock.prison_day(row.happened_at)
    calendar = pathways.calendars().of(row.establishment, day)
    return rules.on(day).due(row.urgency, row.is_for_manager, row.happened_at, calendar)
