"""What answers set off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from throughcare.instruments.rules.asking import compare, derived, holds, kept, look
from throughcare.instruments.rules.questionnaire import SEVERITIES, AlertRule, Answers, Questionnaire, Severity
from throughcare.instruments.rules.scoring import Score, parts, score


@dataclass(frozen=True)
class Alert:
    """An alert rule that an answer has set off."""

    rule: AlertRule
    questionnaire: str
    version: int

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def severity(self) -> Severity:
        return self.rule.severity

    @property
    def action(self) -> str:
        return self.rule.action

    @property
    def item(self) -> str:
        return self.rule.item


def raised(questionnaire: Questionnaire, answers: Answers, before: Answers | None = None) -> tuple[Alert, ...]:
    """The alerts the answers set off, the gravest first. Answers to questions no longer asked count for nothing.

    `before` are the answers given last time to the same version: without them nothing can have fallen.
    """
    if not questionnaire.alerts:
        return ()
    told = _Told(questionnaire, derived(questionnaire, kept(questionnaire, answers)))
    last = parts(questionnaire, kept(questionnaire, before)) if before else {}
    fired = [rule for rule in questionnaire.alerts if _fires(rule, told, last)]
    fired.sort(key=lambda rule: SEVERITIES.index(rule.severity))
    return tuple(Alert(rule, questionnaire.id, questionnaire.version) for rule in fired)


@dataclass(frozen=True)
class _Told:
    """The answers that stand, with their score worked out once however many rules look at it."""

    questionnaire: Questionnaire
    known: Answers

    @cached_property
    def parts(self) -> dict[str, int]:
        return parts(self.questionnaire, self.known)

    @cached_property
    def score(self) -> Score | None:
        return score(self.questionnaire, self.known)


def _fires(rule: AlertRule, told: _Told, last: Mapping[str, int]) -> bool:
    if rule.op == "fall_ge":
        return _fallen(rule, told.parts, last)
    if rule.when is not None:
        return holds(rule.when, told.known)
    if rule.item in ("total", "any_scored_item"):
        return _score_fires(rule, told)
    return compare(look(told.known, rule.item), rule.op, rule.value)


def _score_fires(rule: AlertRule, told: _Told) -> bool:
    if rule.item == "any_scored_item":
        return any(compare(part, rule.op, rule.value) for part in told.parts.values())
    return told.score is not None and compare(told.score.total, rule.op, rule.value)


def _fallen(rule: AlertRule, now: Mapping[str, int], last: Mapping[str, int]) -> bool:
    """Whether a score is lower than last time by at least the rule's value."""
    watched = [id for id in now if id in last and rule.item in (id, "any_scored_item")]
    return any(compare(last[id] - now[id], "ge", rule.value) for id in watched)
