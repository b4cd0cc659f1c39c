"""How each kind of entry reads on a timeline: its title and what stands under it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from throughcare.core.shown import sentence
from throughcare.custody.rules import BED
from throughcare.instruments import rules as instruments
from throughcare.pathways.models import PatientReply, Service, ServiceRequest, ServiceRequestAnswer
from throughcare.record.dangers import document_kinds, flag_kinds, incident_kinds
from throughcare.record.kinds import kinds
from throughcare.record.models import (
    AllergyIntolerance,
    Communication,
    Condition,
    DiagnosticReport,
    EpisodeOfCare,
    Immunization,
    Incident,
    Specimen,
    Warning,
)
from throughcare.record.panels import methods, outcomes, panel_title, panels
from throughcare.record.vaccines import reasons, sites, vaccine_title
from throughcare.screening import rules as screening
from throughcare.screening.models import Step

MOVED = {
    "NEW_ADMISSION": "Came in", "READMISSION": "Came back in", "ADMISSION": "Came in", "TRANSFERRED": "Transferred",
    "RETURN_FROM_COURT": "Back from court", "TEMPORARY_ABSENCE_RETURN": "Back from temporary absence",
    "SENT_TO_COURT": "Out to court", "RELEASED": "Released", "RELEASED_TO_HOSPITAL": "Released to hospital",
    "TEMPORARY_ABSENCE_RELEASE": "Out on temporary absence",
}  # fmt: skip
LABELS = {
    "encounter": "Contact", "warning": "Warning", "condition": "Problem", "allergy": "Allergies", "flag": "Flag",
    "incident": "Incident", "document": "Paper", "episode": "Episode of care", "observation": "Measurement", "step": "Screen",
    "stop": "Stop", "referral": "Referral", "answer": "Answer to a referral", "reply": "Reply to the person",
    "custody": "Custody", "immunization": "Vaccination", "specimen": "Sample", "report": "Result",
    "communication": "Told a result",
}  # fmt: skip
SAID = AllergyIntolerance.Said
DETAILS = {"product": "Product", "lot_number": "Batch", "accession": "Number", "words": "Words"}
AGREED = {code: str(words) for code, words in Specimen.Agreed.choices}


def title(line: Any) -> str:
    """One line that says what it was."""
    return _TITLES[line.kind](line)


def body(line: Any) -> list[tuple[str, str]]:
    """What stands under it, as (word, words); blank parts are left out."""
    return [(key, value) for key, value in _BODIES.get(line.kind, lambda line: ())(line) if value]


def allergy(said: str, substance: str, reaction: str = "") -> str:
    """What was said of allergies: three answers, three different words."""
    if said == SAID.PRESENT:
        return f"Allergic to {substance or 'something, not written'}" + (f": {reaction}" if reaction else "")
    return "No known allergies" if said == SAID.NONE_KNOWN else "Could not be asked about allergies"


def _moved(line: Any) -> str:
    words = "Moved cell" if line.a == BED else MOVED.get(line.b, "Moved")
    return f"{words}: {line.place}"


def _warned(line: Any) -> str:
    source = Warning.Source(line.a).label if line.a in Warning.Source.values else "Outside"
    return f"{source} warning: {line.b}"


def _condition(line: Any) -> str:
    return f"{line.a}: {_label(Condition.Status, line.b).lower()}"


def _flag(line: Any) -> str:
    return ("Flag ended: " if line.c == "true" else "Flag: ") + line.b


def _measured(line: Any) -> str:
    if line.a.startswith("score:"):
        return f"{_scored(line.a)} {line.b}"
    return f"{line.a.replace('_', ' ')} {line.b} {line.c}".strip()


def _scored(code: str) -> str:
    """A score by the name of its instrument and subscale: "score:cows" is COWS."""
    _, id, *part = code.split(":")
    books = [entry.value for entry in instruments.book() if entry.id == id]
    if not books:
        return id
    named = {one.id: one.title for one in books[-1].subscales}
    return ": ".join([books[-1].short_title, *(named.get(one, one).lower() for one in part)])


def _vaccinated(line: Any) -> str:
    words = "not given" if line.c == Immunization.Status.NOT_DONE else "given"
    return f"{_mistaken(line.c)}{vaccine_title(line.a)} vaccine, dose {line.b}: {words}"


def _told(line: Any) -> str:
    return "Not told this time" if line.b == Communication.Status.NOT_DONE else "Told"


def _came_to(line: Any) -> Iterator[tuple[str, str]]:
    """Each test of a report and what it came to."""
    named = panels()[line.a].titles() if line.a in panels() else {}
    for test, code in json.loads(line.b).items():
        yield named.get(test, test), outcomes().get(code, code)


def _details(line: Any, coded: dict[str, tuple[str, Mapping[str, str]]]) -> Iterator[tuple[str, str]]:
    """The fields under an entry; what holds a code says its words."""
    for name, value in json.loads(line.d).items():
        if name == "primary_source":
            yield "Given", "" if value else "Elsewhere, as a paper or the person says"
        else:
            title, words = coded.get(name, (DETAILS.get(name, name), {}))
            yield title, words.get(value, value)


def _mistaken(status: str) -> str:
    return "Withdrawn as a mistake. " if status == Specimen.Status.IN_ERROR else ""


def _label(choices: Any, code: str) -> str:
    return str(choices(code).label) if code in choices.values else code


_TITLES: dict[str, Any] = {
    "encounter": lambda line: kinds()[line.a].title if line.a in kinds() else line.a,
    "warning": _warned,
    "condition": _condition,
    "allergy": lambda line: allergy(line.a, line.b),
    "flag": _flag,
    "incident": lambda line: f"Incident: {incident_kinds().get(line.a, line.a).lower()}",
    "document": lambda line: f"{document_kinds().get(line.a, 'Paper')}: {line.b}",
    "episode": lambda line: f"{_label(EpisodeOfCare.Status, line.b)}: {line.place}",
    "observation": lambda line: sentence("; ".join(_measured(one) for one in line.together or (line,))),
    "step": lambda line: f"{screening.title(line.c)}: {_label(Step.Kind, line.a).lower()}",
    "stop": lambda line: "Stop acted on",
    "referral": lambda line: f"Referred to {_label(Service, line.a).lower()}: {_label(ServiceRequest.Urgency, line.b).lower()}",
    "answer": lambda line: f"{_label(Service, line.a)}: {_label(ServiceRequestAnswer.Decision, line.b).lower()}",
    "reply": lambda line: f"Told what the services answered: {_label(PatientReply.How, line.a).lower()}",
    "custody": _moved,
    "immunization": _vaccinated,
    "specimen": lambda line: f"{_mistaken(line.c)}Sample: {panel_title(line.a).lower()}",
    "report": lambda line: f"{_mistaken(line.c)}Result: {panel_title(line.a).lower()}",
    "communication": lambda line: f"{_mistaken(line.b)}{_told(line)}: {panel_title(line.a).lower()}",
}
_BODIES: dict[str, Any] = {
    "encounter": lambda line: (("Done", line.b), ("Plan", line.c)),
    "warning": lambda line: (("Read by", line.c or "nobody has signed"),),
    "condition": lambda line: (("How sure", _label(Condition.Sure, line.c)), ("Since", line.d)),
    "allergy": lambda line: (("Reaction", line.c), ("How bad", _label(AllergyIntolerance.Criticality, line.d))),
    "flag": lambda line: (("About", flag_kinds().get(line.a, line.a)),),
    "incident": lambda line: (("What happened", line.b), ("Harm", _label(Incident.Harm, line.d)), ("Done", line.c)),
    "document": lambda line: (("From", line.c),),
    "episode": lambda line: (("Why", line.c),),
    "step": lambda line: (("Why", line.b),),
    "referral": lambda line: (("Why", line.c),),
    "answer": lambda line: (
        ("Instead", line.c if line.b == "decline" else ""),
        ("To", _label(Service, line.c) if line.b == "redirect" else ""),
    ),
    "reply": lambda line: (("Words", line.b),),
    "immunization": lambda line: _details(line, {"reason": ("Why", reasons()), "site": ("Where", sites())}),
    "specimen": lambda line: (("How", methods().get(line.b, line.b)), *_details(line, {"agreed": ("Agreed", AGREED)})),
    "report": lambda line: (*_came_to(line), ("How sure", _label(DiagnosticReport.Status, line.c)), ("Words", line.d)),
    "communication": lambda line: (("Words", line.c),),
    "stop": lambda line: (("Done", sentence(line.b.replace("_", " "))), ("Plan", line.c)),
}
