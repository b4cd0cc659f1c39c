"""What answers set off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from throughcare.instruments.rules.asking import compare, derived, holds, kept, look
from throughcare.instruments.rules.questionnaire import SEVERITIES, AlertRule, Answers, Questionnaire, Severity
from throughcare.instruments.rules.scoring import parts, score


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
    known = derived(questionnaire, kept(questionnaire, answers))
    last = parts(questionnaire, kept(questionnaire, before or {}))
    fired = [rule for rule in questionnaire.alerts if _fires(rule, questionnaire, known, last)]
    fired.sort(key=lambda rule: SEVERITIES.index(rule.severity))
    return tuple(Alert(rule, questionnaire.id, questionnaire.version) for rule in fired)


def _fires(rule: AlertRule, questionnaire: Questionnaire, known: Answers, last: Mapping[str, int]) -> bool:
    if rule.op == "fall_ge":
        return _fallen(rule, parts(questionnaire, known), last)
    if rule.when is not None:
        return holds(rule.when, known)
    if rule.item in ("total", "any_scored_item"):
        return _score_fires(rule, questionnaire, known)
    return compare(look(known, rule.item), rule.op, rule.value)


def _score_fires(rule: AlertRule, questionnaire: Questionnaire, known: Answers) -> bool:
    if rule.item == "any_scored_item":
        return any(compare(part, rule.op, rule.value) for part in parts(questionnaire, known).values())
    found = score(questionnaire, known)
    return found is not None and compare(found.total, rule.op, rule.value)


def _fallen(rule: AlertRule, now: Mapping[str, int], last: Mapping[str, int]) -> bool:
    """Whether a score is lower than last time by at least the rule's value."""
    watched = [id for id in now if id in last and rule.item in (id, "any_scored_item")]
    return any(compare(last[id] - now[id], "ge", rule.value) for id in watched)
