"""What follows what: the one page that says who hears which fact. Followers run in the transaction of the action."""

from __future__ import annotations

from throughcare.audit import tasks as audit
from throughcare.audit.facts import Fact
from throughcare.custody.facts import AlertChanged, ArrivalExpected, KeyDatesChanged, MovementRecorded, PrisonersMerged
from throughcare.hmpps import actions as hmpps
from throughcare.observations import actions as observations
from throughcare.pathways import actions as pathways
from throughcare.patients import actions as patients
from throughcare.patients.facts import (
    DepartureHeld,
    NumbersJoined,
    PatientArrived,
    PatientDied,
    PatientLeft,
    PrisonerMatched,
    RecordsMerged,
)
from throughcare.record import actions as record
from throughcare.screening import actions as screening
from throughcare.screening import merging as screens_merging

FOLLOWS = {
    ArrivalExpected: [patients.follow_expected],
    MovementRecorded: [patients.follow_movement],
    AlertChanged: [patients.follow_alert],
    KeyDatesChanged: [patients.follow_key_dates],
    PrisonersMerged: [patients.follow_numbers],
    PrisonerMatched: [patients.follow_matched],
    DepartureHeld: [hmpps.follow_held_departure],
    NumbersJoined: [hmpps.follow_joined_numbers],
    PatientArrived: [record.follow_arrival, screening.follow_arrival],
    PatientLeft: [record.follow_departure, observations.follow_departure],
    PatientDied: [audit.seal_soon, observations.follow_departure],
    RecordsMerged: [screens_merging.follow_merge],
    Fact: [pathways.follow_all],  # every fact about a patient may start or finish a clock: the rulebook says which
}
