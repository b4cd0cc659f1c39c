"""Referrals, what was answered, what the person was told of it, and whether they came, as entries."""

from __future__ import annotations

from typing import Any

from throughcare.core import clock
from throughcare.core.kinds import Kind
from throughcare.referrals import rules
from throughcare.referrals.models import PatientReply, ReferralAttendance, Service, ServiceRequest, ServiceRequestAnswer


def _label(choices: Any, code: str) -> str:
    return str(choices(code).label) if code in choices.values else code


def _referred(row: ServiceRequest) -> str:
    verb = "Passed on to" if row.redirects else "Referred to"
    return f"{verb} {_label(Service, row.service).lower()}: {_label(ServiceRequest.Urgency, row.urgency).lower()}"


def _answered(row: ServiceRequestAnswer) -> str:
    return f"{_label(Service, row.request.service)}: {_label(ServiceRequestAnswer.Decision, row.decision).lower()}"


def _attended(row: ReferralAttendance) -> str:
    came = "Came" if row.attended else "Did not come"
    return f"{came} to {_label(Service, row.request.service).lower()}"


def _why_not(row: ReferralAttendance) -> str:
    known = {reason.code: reason.title for reason in rules.reasons_on(clock.prison_day(row.happened_at))}
    return known.get(row.reason, row.reason)


def _referral(row: Any) -> str:
    return f"referrals/{getattr(row, 'request_id', row.id)}/"


KINDS = (
    Kind(ServiceRequest, "Referral", "Referrals", _referred, lambda row: (("Why", row.reason),), page=_referral),
    Kind(
        ServiceRequestAnswer, "Answer to a referral", "Answers to referrals", _answered,
        lambda row: (("Why", row.reason), ("Instead", row.instead), ("To", _label(Service, row.to_service))), page=_referral,
    ),
    Kind(
        PatientReply, "Reply to the person", "Replies to the person",
        lambda row: f"Told what the services answered: {_label(PatientReply.How, row.how).lower()}",
        lambda row: (("Words", row.words),), page=_referral,
    ),
    Kind(
        ReferralAttendance, "Attendance", "Attendances", _attended,
        lambda row: (("Why not", _why_not(row)), ("Words", row.words)), page=_referral,
    ),
)  # fmt: skip
