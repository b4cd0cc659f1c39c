"""A pack that is asked for, approved and built, by real actions."""

from __future__ import annotations

from datetime import timedelta

from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.reporting import actions, building
from throughcare.reporting.models import Pack, PackRequest

LEAD, HEAD = "LEI information_governance_lead", "LEI head_of_healthcare"
KEY = "11" * 32
SAYS = {
    "basis": "court_order", "purpose": "Order 17 of 3 March", "recipient": "HM Senior Coroner, West Yorkshire",
    "told_person": "Told by letter",
}  # fmt: skip


def asked(house, patient, **says) -> PackRequest:
    now = clock.now()
    period = {"since": now - timedelta(days=30), "until": now + timedelta(days=1)}
    with acting(house[LEAD]) as lead:
        return actions.ask_for_pack(**{"patient": patient, **SAYS, **period, **says}, at=now, by=lead)


def approved(house, patient, **says) -> PackRequest:
    made = asked(house, patient, **says)
    with acting(house[HEAD]) as head:
        actions.approve_pack(asked=made, at=clock.now(), by=head)
    return made


def built(house, patient, **says) -> Pack:
    made = approved(house, patient, **says)
    assert building.build(made.id, "LEI", made.asked_by) == "ready"
    with acting(house[LEAD]):
        return Pack.objects.get(request=made)
