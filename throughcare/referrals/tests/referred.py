"""Referrals for tests, made by real actions: one decision, and services that answer it."""

from __future__ import annotations

from typing import Any

from throughcare.access.acting import Actor, acting
from throughcare.core import clock, ids
from throughcare.patients.models import Patient
from throughcare.referrals import actions
from throughcare.referrals.models import ServiceRequest

KEYWORKER, NURSE, WARD = "LEI substance_misuse_keyworker", "LEI mental_health_nurse", "LEI nurse_in_charge"
HEAD, DOCTOR = "LEI head_of_healthcare", "LEI prescriber"


def refer(
    man: Patient, by: Actor, *services: str, urgency: str = "24h", reason: str = "Low in mood.", **more: Any
) -> list[ServiceRequest]:
    """One decision to refer, by somebody who acts for it."""
    with acting(by):
        return actions.refer(
            patient=man.id, requisition=more.pop("requisition", None) or ids.new(), services=services or ("mental_health",),
            urgency=urgency, reason=reason, at=more.pop("at", clock.now()), by=by, **more,
        )  # fmt: skip


def answered(request: ServiceRequest, by: Actor, decision: str = "accept", **more: Any) -> Any:
    """A service answers; accepted in tier 2 unless said otherwise."""
    usual: dict[str, dict[str, Any]] = {
        "accept": {"tier": 2}, "redirect": {"reason": "Not ours."}, "decline": {"instead": "a talk on the wing"},
    }  # fmt: skip
    with acting(by):
        return actions.answer_referral(request=request, decision=decision, at=clock.now(), by=by, **{**usual[decision], **more})


def passed_on(request: ServiceRequest, by: Actor, to_service: str) -> ServiceRequest:
    """A service passes a referral on; the row that arrives at the next one."""
    answered(request, by, "redirect", to_service=to_service)
    with acting(by):
        return ServiceRequest.objects.get(redirected_from=request)


def replied(request: ServiceRequest, by: Actor, words: str = "A nurse will see you.", how: str = "told") -> Any:
    """The person is told."""
    with acting(by):
        return actions.reply_to_patient(
            patient=request.patient_id, requisition=request.requisition, words=words, how=how, at=clock.now(), by=by
        )  # fmt: skip
