"""Questionnaires as data, and the pure functions that ask, check, score and carry answers. No database, no clock.

The files are in `rulebook/` beside this package; `book()` reads them.
"""

from pathlib import Path

from throughcare.core.rulebook import Book, Inactive, Rulebook, RulebookError
from throughcare.instruments.rules.administering import administered_badly, may_administer
from throughcare.instruments.rules.alerts import Alert, raised
from throughcare.instruments.rules.answers import BadAnswer, check, parse, words
from throughcare.instruments.rules.asking import (
    answered,
    asked,
    chosen,
    compare,
    complete,
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
from throughcare.instruments.rules.difference import Change, Difference, Move, comparable, difference
from throughcare.instruments.rules.effort import Effort, effort
from throughcare.instruments.rules.problems import conditions, problems
from throughcare.instruments.rules.questionnaire import (
    NOT_ANSWERED,
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
    Subscale,
    Value,
    build,
    condition,
)
from throughcare.instruments.rules.scoring import Score, band, parts, points, score, subscores
from throughcare.instruments.rules.together import clashes, natures, stable_concepts

RULEBOOK = Path(__file__).parent.parent / "rulebook"


# Those of the first night and of the sets that are taken around the clock: their absence is never silent.
VITAL = ("reception-first-stage", "early-custody-risk", "cows", "ciwa-ar", "news2")


def book() -> Rulebook[Questionnaire]:
    """Every questionnaire, read once; raises RulebookError when one cannot be used as it stands, alone or with the others."""
    return BOOK.all()


def checked(loaded: Rulebook[Questionnaire]) -> Rulebook[Questionnaire]:
    """The same rulebook, or RulebookError with the first thing that is wrong in a file or between the newest files."""
    for entry in loaded:
        if found := [*problems(entry.value), *administered_badly(entry.value)]:
            raise RulebookError(f"{entry.file}: {found[0]}")
    if found := clashes(list({entry.id: entry.value for entry in loaded}.values())):
        raise RulebookError(f"{RULEBOOK}: {found[0]}")
    return loaded


BOOK = Book(RULEBOOK, build, inactive=Inactive.ABSENT, vital=VITAL, checked=checked)


__all__ = [
    "BOOK",
    "NOT_ANSWERED",
    "SEVERITIES",
    "VITAL",
    "Alert",
    "AlertRule",
    "Answers",
    "BadAnswer",
    "Band",
    "Change",
    "Condition",
    "Difference",
    "Effort",
    "Field",
    "Item",
    "Move",
    "Option",
    "Questionnaire",
    "Score",
    "Scoring",
    "Subscale",
    "Value",
    "answered",
    "asked",
    "band",
    "book",
    "build",
    "check",
    "checked",
    "chosen",
    "clashes",
    "comparable",
    "compare",
    "complete",
    "concepts",
    "condition",
    "conditions",
    "derived",
    "difference",
    "effort",
    "filled",
    "holds",
    "kept",
    "look",
    "may_administer",
    "missing",
    "natures",
    "not_asked",
    "number",
    "offered_again",
    "parse",
    "parts",
    "points",
    "problems",
    "raised",
    "score",
    "stable_concepts",
    "subscores",
    "weighed",
    "words",
]
