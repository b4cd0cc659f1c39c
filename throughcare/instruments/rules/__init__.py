"""Questionnaires as data, and the pure functions that ask, check, score and carry answers. No database, no clock.

The files are in `rulebook/` beside this package; `book()` reads them.
"""

from functools import cache
from pathlib import Path

from throughcare.core.rulebook import Rulebook, RulebookError, load
from throughcare.instruments.rules.alerts import Alert, raised
from throughcare.instruments.rules.answers import BadAnswer, check, parse, words
from throughcare.instruments.rules.asking import (
    answered,
    asked,
    chosen,
    compare,
    derived,
    holds,
    kept,
    look,
    missing,
    not_asked,
    number,
    weighed,
)
from throughcare.instruments.rules.carrying import concepts, filled, offered_again
from throughcare.instruments.rules.effort import Effort, effort
from throughcare.instruments.rules.problems import conditions, problems
from throughcare.instruments.rules.questionnaire import (
    SEVERITIES,
    AlertRule,
    Answers,
    Band,
    Condition,
    Field,
    Item,
    Option,
    Questionnaire,
    Scoring,
    Value,
    build,
    condition,
)
from throughcare.instruments.rules.scoring import Score, band, score

RULEBOOK = Path(__file__).parent.parent / "rulebook"


@cache
def book(overlay: Path | None = None) -> Rulebook[Questionnaire]:
    """Every questionnaire, read once; raises RulebookError when one cannot be used as it stands."""
    loaded = load(RULEBOOK, build, overlay)
    for entry in loaded:
        if found := problems(entry.value):
            raise RulebookError(f"{entry.file}: {found[0]}")
    return loaded


__all__ = [
    "SEVERITIES",
    "Alert",
    "AlertRule",
    "Answers",
    "BadAnswer",
    "Band",
    "Condition",
    "Effort",
    "Field",
    "Item",
    "Option",
    "Questionnaire",
    "Score",
    "Scoring",
    "Value",
    "answered",
    "asked",
    "band",
    "book",
    "build",
    "check",
    "chosen",
    "compare",
    "concepts",
    "condition",
    "conditions",
    "derived",
    "effort",
    "filled",
    "holds",
    "kept",
    "look",
    "missing",
    "not_asked",
    "number",
    "offered_again",
    "parse",
    "problems",
    "raised",
    "score",
    "weighed",
    "words",
]
