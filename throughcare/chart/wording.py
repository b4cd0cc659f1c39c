"""How each kind of entry reads on a timeline: its title and what stands under it."""

from __future__ import annotations

from typing import Any

from throughcare.core.shown import sentence
from throughcare.custody.rules import BED
from throughcare.record.dangers import document_kinds, flag_kinds, incident_kinds
from throughcare.record.kinds import kinds
from throughcare.record.models import AllergyIntolerance, Condition, EpisodeOfCare, Incident, Warning
from throughcare.screening.models import Step

MOVED = {
    "NEW_ADMISSION": "Came in", "READMISSION": "Came back in", "ADMISSION": "Came in", "TRANSFERRED": "Transferred",
    "RETURN_FROM_COURT": "Back from court", "TEMPORARY_ABSENCE_RETURN": "Back from temporary absence",
    "SENT_TO_COURT": "Out to court", "RELEASED": "Released", "RELEASED_TO_HOSPITAL": "Released to hospital",
    "TEMPORARY_ABSENCE_RELEASE": "Out on temporary absence",
}  # fmt: skip
LABELS = {
    "encounter": "Contact", "warning": "Warning", "condition": "Problem", "allergy": "Allergies", "flag": "Flag",
    "incident": "Incident", "document": "Paper", "episode": "Stay", "observation": "Measurement", "step": "Screen",
    "stop": "Stop", "custody": "Custody",
}  # fmt: skip
SAID = AllergyIntolerance.Said


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
    "observation": lambda line: sentence(f"{line.a.replace('_', ' ')} {line.b} {line.c}".strip()),
    "step": lambda line: f"First-night screen: {_label(Step.Kind, line.a).lower()}",
    "stop": lambda line: "Stop acted on",
    "custody": _moved,
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
    "stop": lambda line: (("Done", sentence(line.b.replace("_", " "))), ("Plan", line.c)),
}
