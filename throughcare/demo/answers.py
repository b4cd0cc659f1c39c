"""What an invented man answers to any question: his script, else what an untroubled man would say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from throughcare.core import clock
from throughcare.instruments.rules import Item, Value
from throughcare.screening.standing import Standing

CALM = {
    "temperature": "36.8", "pulse": "76", "systolic_bp": "128", "diastolic_bp": "78", "breathing_rate": "16",
    "saturation": "98", "oxygen": "air", "consciousness": "alert", "weight": "78",
}  # fmt: skip
UNTROUBLED = {
    "fs_obs": CALM,
    "ss_height": "178", "ss_weight": "78", "ss_tb_recheck": "yes", "ss_medrec": "yes", "ss_gp_summary": "yes",
    "ss_vitals": {name: CALM[name] for name in ("pulse", "systolic_bp", "diastolic_bp", "temperature")},
    "fs_share": "yes", "fs_documents": ["escort_record"], "fs_bbv_offer": "yes", "fs_consent_gp": "yes",
    "fs_fit_location": "ordinary", "fs_pregnant": "not_applicable", "fs_seen": ["nothing_wrong"],
    "ecr_person_view": "All right.", "ecr_reason": "No concern tonight.", "ecr_decision": ["acct_not_opened"],
}  # fmt: skip
PREFERRED = ("no", "none", "not_done", "negative")


def answer_to(item: Item, says: Mapping[str, Any]) -> Value:
    """The scripted answer, else the calm one of the right type; None for what may be left blank."""
    for script in (says, UNTROUBLED):
        if item.id in script:
            return script[item.id]
    return _CALM.get(item.type, lambda item: None)(item) if item.required else None


def next_answers(now: Standing, says: Mapping[str, Any]) -> dict[str, Value]:
    """Answers to every question that stands open now; more may open once these are given."""
    given = {q.ref: answer_to(q.item, says) for q in now.shown if q.item.id not in now.answers[q.instrument]}
    return {ref: value for ref, value in given.items() if value is not None}


def _choice(item: Item) -> Value:
    codes = [option.code for option in item.options]
    return next((code for code in PREFERRED if code in codes), codes[0])


def _cell(field: Any) -> str:
    if field.options:
        return str(field.options[0].code)
    return clock.now().isoformat() if field.type == "datetime" else str(field.low or 0)


_CALM = {
    "choice": _choice, "multichoice": lambda item: [_choice(item)], "integer": lambda item: int(item.low or 0),
    "number": lambda item: str(item.low or 0), "text": lambda item: "Nothing more.",
    "datetime": lambda item: clock.now().isoformat(), "repeating": lambda item: [{item.fields[0].id: "not known"}],
    "vitals": lambda item: {field.id: _cell(field) for field in item.fields[:1]},
}  # fmt: skip
