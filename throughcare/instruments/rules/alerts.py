"""What answers set off."""

from __future__ import annotations

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


def raised(questionnaire: Questionnaire, answers: Answers) -> tuple[Alert, ...]:
    """The alerts the answers set off, the gravest first. Answers to questions no longer asked count for nothing."""
    known = derived(questionnaire, kept(questionnaire, answers))
    fired = [rule for rule in questionnaire.alerts if _fires(rule, questionnaire, known)]
    fired.sort(key=lambda rule: SEVERITIES.index(rule.severity))
    return tuple(Alert(rule, questionnaire.id, questionnaire.version) for rule in fired)


def _fires(rule: AlertRule, questionnaire: Questionnaire, known: Answers) -> bool:
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
