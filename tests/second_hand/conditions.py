"""When something holds, as the tables write it: terms joined by `and`, those joined by `or`.

fs_tb_symptoms is fever|sweats        one of these was chosen
fs_tb_symptoms not blood|cough        it was answered, and with none of these
ecr_decision answered                 it was answered
pd_rr < 12                            also <=, >, >= and =
total 5 to 12; total >= 13            of the whole form
any part = 3; any part fell 3         one scored question, now or since last time
"""

import operator
from dataclasses import dataclass, field
from decimal import Decimal

ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq}


@dataclass(frozen=True)
class Known:
    """What is known of a form: its answers, its total, the score of each question now and last time."""

    answers: dict
    total: int | None = None
    parts: dict = field(default_factory=dict)
    before: dict = field(default_factory=dict)


def holds(text, known):
    """Whether a condition holds."""
    return any(all(_meets(term, known) for term in clause.split(" and ")) for clause in text.split(" or "))


def terms(text):
    """Its terms as (name, operator, rest)."""
    found = [term for clause in text.split(" or ") for term in clause.split(" and ")]
    return [tuple([*term.split(" ", 2), ""][:3]) for term in found]


def questions(text):
    """The questions it names, in order."""
    return list(dict.fromkeys(name for name, _, _ in terms(text) if name not in ("total", "any")))


def _meets(term, known):
    name, op, rest = terms(term)[0]
    if name == "any":
        return _any_part(rest, known)
    value = known.total if name == "total" else known.answers.get(name)
    if value is None or value == "" or value == []:
        return False
    if op == "answered":
        return True
    if op in ("is", "not"):
        chosen = set(value if isinstance(value, list) else [value])
        return bool(chosen & set(rest.split("|"))) is (op == "is")
    low, _, high = f"{op} {rest}".partition(" to ")
    return Decimal(low) <= Decimal(value) <= Decimal(high) if high else ORDER[op](Decimal(value), Decimal(rest))


def _any_part(rest, known):
    op, number = rest.split(" ")
    if op == "fell":
        return any(known.before[id] - part >= int(number) for id, part in known.parts.items() if id in known.before)
    return any(ORDER[op](part, int(number)) for part in known.parts.values())
