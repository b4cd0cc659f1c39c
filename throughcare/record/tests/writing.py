"""Everything that a nurse in charge can put on the record, each in one line: what all of it has in common is asked of each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from throughcare.core import clock
from throughcare.record import actions as record

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
NURSE, ELSEWHERE = "LEI nurse_in_charge", "MDI nurse_in_charge"


@dataclass(frozen=True)
class Act:
    """An action: what it is given, the fact it leaves, who may not, and words of it that no fact may hold."""

    does: Callable[..., Any]
    given: dict[str, Any]
    fact: str
    refused_to: str
    secret: str
    changed: dict[str, Any] = field(default_factory=dict)


ACTS = {
    "a contact": Act(
        record.record_encounter, {"kind": "night_observation", "done": "Zqasleep.", "plan": "Again at 2."},
        "record.EncounterRecorded", "LEI pharmacy_technician", "Zqasleep", {"done": "Awake after all."},
    ),
    "a problem": Act(
        record.record_condition, {"words": "Zqepilepsy", "status": "active", "verification": "confirmed", "onset": "2019"},
        "record.ConditionRecorded", "LEI administrator", "Zqepilepsy", {"status": "remission"},
    ),
    "an allergy": Act(
        record.ask_allergies, {"said": "present", "substance": "Zqpenicillin", "reaction": "throat", "criticality": "high"},
        "record.AllergiesAsked", "LEI administrator", "Zqpenicillin", {"reaction": "rash"},
    ),
    "a flag": Act(
        record.raise_flag, {"kind": "self_harm", "words": "Zqcuts when his mother rings"}, "record.FlagRaised",
        "LEI administrator", "Zqcuts", {"words": "Cuts when nobody rings"},
    ),
    "an incident": Act(
        record.record_incident, {"kind": "overdose", "harm": "severe", "words": "Zqfound on the floor.", "done": "Naloxone."},
        "record.IncidentRecorded", "LEI escort_officer", "Zqfound", {"harm": "moderate"},
    ),
    "a paper": Act(
        record.add_document, {"kind": "gp_summary", "title": "Zqsummary", "origin": "Dr Shah", "words": "Asthma."},
        "record.DocumentAdded", "LEI escort_officer", "Zqsummary", {"title": "Summary of 2024"},
    ),
    "a vaccination": Act(
        record.record_immunization, {"vaccine": "hepb", "dose": 1, "status": "completed", "words": "Zqsore arm", "site": "LA"},
        "record.ImmunizationGiven", "LEI substance_misuse_keyworker", "Zqsore", {"site": "RA"},
    ),
    "a sample": Act(
        record.record_specimen, {"panel": "bbv", "method": "venous", "agreed": "active", "words": "Zqthin veins"},
        "record.SpecimenTaken", "LEI administrator", "Zqthin", {"method": "finger_prick"},
    ),
    "a result": Act(
        record.record_result, {"panel": "bbv", "results": {"hiv": "negative"}, "status": "final", "words": "Zqby post"},
        "record.ResultReported", "LEI substance_misuse_keyworker", "Zqby", {"results": {"hiv": "positive"}},
    ),
}  # fmt: skip


def write(act, man, by, ago=5 * MINUTE, **more):
    """One entry of this kind, five minutes old unless said otherwise."""
    return act.does(patient=man.id, at=clock.now() - ago, by=by, **{**act.given, **more})


def dose(man, by, ago=5 * MINUTE, **more):
    return write(ACTS["a vaccination"], man, by, ago, **more)


def sample(man, by, ago=5 * DAY, **more):
    return write(ACTS["a sample"], man, by, ago, **more)


def result(man, by, specimen=None, ago=DAY, **more):
    return write(ACTS["a result"], man, by, ago, specimen=specimen, **more)


def told(by, report, ago=MINUTE, **more):
    """He was told what the report says."""
    given = {"status": "completed", "words": "All clear.", **more}
    return record.tell_result(report=report, at=clock.now() - ago, by=by, **given)
