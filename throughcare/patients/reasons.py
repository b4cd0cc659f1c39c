"""Why somebody could look: where the person stood with a prison at a moment. Pure; no database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

BROKEN = "break-glass"  # the purpose that a look under broken glass is kept with
OPENS = {"patients.PatientArrived": "here", "patients.PatientInbound": "expected", "patients.PatientMade": "here"}
CLOSES = "patients.PatientLeft"
WHY = {
    "here": "He was at this prison",
    "expected": "He was expected at this prison",
    "left": "He had left this prison, which reads on for a while",
    "": "Nothing on record says why: ask",
}


@dataclass(frozen=True)
class Stand:
    """From a moment on, what a prison was to somebody: here, expected, or left."""

    at: datetime
    establishment: str
    kind: str


def story(facts: Sequence[tuple[str, datetime, str, str]]) -> list[Stand]:
    """Where somebody stood with each prison, from facts as (kind, moment, establishment, detail), the earliest first.

    A court day is no departure: the prison keeps the record open.
    """
    stands = []
    for kind, at, establishment, detail in sorted(facts, key=lambda fact: fact[1]):
        if kind in OPENS:
            stands.append(Stand(at, establishment, OPENS[kind]))
        elif kind == CLOSES and detail != "court":
            stands.append(Stand(at, establishment, "left"))
    return stands


def why_they_could(at: datetime, establishment: str, purpose: str, stands: Sequence[Stand]) -> str:
    """The reason in words for one look: an emergency, or what the prison was to the person at that moment."""
    if purpose == BROKEN:
        return "Opened in an emergency: see the review"
    stood = ""
    for stand in stands:
        # A list that is told late does not send somebody who is here back on the road.
        if stand.establishment == establishment and stand.at <= at and (stood, stand.kind) != ("here", "expected"):
            stood = stand.kind
    return WHY[stood]
