"""What could kill somebody: read from every answer of every stay that can be seen, each line with its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from throughcare.core import clock
from throughcare.core.addresses import of_person
from throughcare.core.shown import sentence, uk_date
from throughcare.instruments import queries as instruments
from throughcare.instruments import rules as asking
from throughcare.instruments.models import Answer
from throughcare.instruments.rules import Item
from throughcare.screening import rules
from throughcare.screening.rules import DangerRule

Sources = Mapping[str, Sequence[tuple[Item, Item]]]
TONIGHT = timedelta(hours=18)  # an answer of this evening needs no date beside it


@dataclass(frozen=True)
class Risk:
    """One thing that could kill, who wrote it when, and where it stands."""

    code: str
    words: str
    weight: int
    source: Answer

    @property
    def text(self) -> str:
        """The words for a flag; an older one says when it was said, because "in the last month" was then."""
        said = self.source.happened_at
        old = clock.now() - said > TONIGHT
        return sentence(self.words) + (f", said {uk_date(said)}" if old else "")

    @property
    def href(self) -> str:
        """The very answer that says so."""
        return of_person(self.source.patient_id, f"screens/{self.source.response.occasion}/#{self.source.item}")


def risks_of(patients: Iterable[UUID]) -> dict[UUID, tuple[Risk, ...]]:
    """The risks of each patient, the gravest first; one statement however many people.

    Each answer is read where it stands, so an old warning stays in sight when a man says tonight that he is fine.
    """
    return by_patient(said_of(patients))


def by_patient(said: Iterable[Risk]) -> dict[UUID, tuple[Risk, ...]]:
    """Risks that were read already, by patient: each once, as it was said last, the gravest first."""
    found: dict[UUID, dict[str, Risk]] = {}
    for risk in said:
        found.setdefault(risk.source.patient_id, {}).setdefault(risk.code, risk)
    return {patient: tuple(sorted(risks.values(), key=lambda risk: -risk.weight)) for patient, risks in found.items()}


def said_of(patients: Iterable[UUID]) -> list[Risk]:
    """Every answer that says something could kill, of every stay, the latest first; one statement."""
    today = clock.prison_day(clock.now())
    rules_today, sources = _rules(today), _sources(today)
    rows = [(row, _says(row, sources)) for row in instruments.answers_about(patients, _concepts(today) | set(sources))]
    return [
        Risk(rule.code, rule.words, rule.weight, row)
        for row, says in rows
        for rule in rules_today
        if rule.when and asking.holds(rule.when, says)
    ]


def counted(people: Iterable[Iterable[Risk]]) -> list[str]:
    """How many of these people have each risk: "fits: 2", the gravest first."""
    counts: dict[str, int] = {}
    for risks in people:
        for risk in risks:
            counts[risk.words] = counts.get(risk.words, 0) + 1
    order = {
        rule.words: place
        for place, rule in enumerate(sorted(_rules(clock.prison_day(clock.now())), key=lambda rule: -rule.weight))
    }
    return [f"{words}: {count}" for words, count in sorted(counts.items(), key=lambda pair: order[pair[0]])]


def _says(row: Answer, sources: Sources) -> dict[str, object]:
    """What an answer says by concept, with what is worked out from it, such as units of alcohol from drinks."""
    says: dict[str, object] = {row.concept: row.value}
    for source, derived in sources.get(row.concept, ()):
        total = asking.weighed(source, row.value)
        says |= {} if total is None else {derived.concept: str(total)}
    return says


@cache
def _sources(day: date) -> Sources:
    """The concepts from which a dangerous one is worked out: concept -> (question asked, question worked out)."""
    found: dict[str, list[tuple[Item, Item]]] = {}
    for id in asking.book().applying(day):
        book = asking.book().known(id, day).value
        for item in book.items:
            if item.type == "derived" and item.concept in _concepts(day):
                source = book.item(item.sum_of)
                found.setdefault(source.concept, []).append((source, item))
    return found


@cache
def _rules(day: date) -> tuple[DangerRule, ...]:
    return rules.dangers().on("danger", day).value


@cache
def _concepts(day: date) -> frozenset[str]:
    return frozenset(one.item for rule in _rules(day) if rule.when for one in asking.conditions(rule.when))
