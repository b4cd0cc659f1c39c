"""What follows what: the one page that says who hears which fact. Followers run in the transaction of the action."""

from __future__ import annotations

from throughcare.audit import tasks as audit
from throughcare.audit.facts import Fact
from throughcare.custody.facts import ArrivalExpected, MovementRecorded
from throughcare.pathways import actions as pathways
from throughcare.patients import actions as patients
from throughcare.patients.facts import PatientArrived, PatientDied, PatientLeft, RecordsMerged
from throughcare.record import actions as record
from throughcare.screening import actions as screening
from throughcare.screening import merging as screens_merging

FOLLOWS = {
    ArrivalExpected: [patients.follow_expected],
    MovementRecorded: [patients.follow_movement],
    PatientArrived: [record.follow_arrival, screening.follow_arrival],
    PatientLeft: [record.follow_departure],
    PatientDied: [audit.seal_soon],
    RecordsMerged: [screens_merging.follow_merge],
    Fact: [pathways.follow],  # every fact about a patient may start or finish a clock: the rulebook says which
}
