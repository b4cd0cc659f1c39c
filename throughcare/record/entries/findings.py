"""Problems and allergies, as entries."""

from __future__ import annotations

from typing import Any

from throughcare.core.kinds import Kind, Writing
from throughcare.record import actions
from throughcare.record.forms import AllergyForm, ConditionForm
from throughcare.record.models import AllergyIntolerance, Condition

SAID = AllergyIntolerance.Said


def allergy_words(said: str, substance: str, reaction: str = "") -> str:
    """What was said of allergies: three answers, three different words."""
    if said == SAID.PRESENT:
        return f"Allergic to {substance or 'something, not written'}" + (f": {reaction}" if reaction else "")
    return "No known allergies" if said == SAID.NONE_KNOWN else "Could not be asked about allergies"


def _label(choices: Any, code: str) -> str:
    return str(choices(code).label) if code in choices.values else code


def _problem(row: Condition) -> str:
    return f"{row.words}: {_label(Condition.Status, row.status).lower()}"


KINDS = (
    Kind(
        Condition, "Problem", "Problems", _problem,
        lambda row: (("How sure", _label(Condition.Sure, row.verification)), ("Since", row.onset)),
        origin=lambda row: "Problem",
        writing=Writing(
            "record_condition", ConditionForm, actions.record_condition, new="Add a problem", change="Change or correct"
        ),
    ),
    Kind(
        AllergyIntolerance, "Allergies", "Allergies", lambda row: allergy_words(row.said, row.substance),
        lambda row: (("Reaction", row.reaction), ("How bad", _label(AllergyIntolerance.Criticality, row.criticality))),
        origin=lambda row: "Allergies asked",
        writing=Writing("ask_allergies", AllergyForm, actions.ask_allergies, new="Ask about allergies"),
    ),
)  # fmt: skip
