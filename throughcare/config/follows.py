"""What follows what: the one page that says who hears which fact. Followers run in the transaction of the action."""

from __future__ import annotations

from throughcare.audit.facts import Fact
from throughcare.custody.facts import ArrivalExpected, MovementRecorded
from throughcare.pathways import actions as pathways
from throughcare.patients import actions as patients
from throughcare.patients.facts import PatientArrived
from throughcare.screening import actions as screening

FOLLOWS = {
    ArrivalExpected: [patients.follow_expected],
    MovementRecorded: [patients.follow_movement],
    PatientArrived: [screening.follow_arrival],
    Fact: [pathways.follow],  # every fact about a patient may start or finish a clock: the rulebook says which
}
