"""What changed between two sets of answers to one instrument, and whether two instruments can be compared at all."""

from __future__ import annotations

from dataclasses import dataclass

from throughcare.instruments.rules.answers import words
from throughcare.instruments.rules.asking import answered, derived, kept
from throughcare.instruments.rules.questionnaire import Answers, Item, Questionnaire
from throughcare.instruments.rules.scoring import Score, parts, score, subscores

NOT_ASKED = "Not asked in this version"


@dataclass(frozen=True)
class Change:
    """One question answered differently: in words, and by how many points its score moved (None when it has none)."""

    item: str
    label: str
    before: str
    after: str
    moved: int | None = None


@dataclass(frozen=True)
class Move:
    """A total before and after; None where there was none. `moved` only when both stand and the versions are one."""

    title: str
    before: Score | None
    after: Score | None
    moved: int | None = None


@dataclass(frozen=True)
class Difference:
    """What changed, in the order of the questions; `warning` says why totals are not compared, when they are not."""

    changes: tuple[Change, ...]
    totals: tuple[Move, ...]
    comparable: bool
    warning: str = ""


def comparable(a: Questionnaire, b: Questionnaire) -> bool:
    """Whether scores of the two may stand side by side: the same instrument, version and recall period."""
    return _key(a) == _key(b)


def difference(questionnaire: Questionnaire, before: Answers, after: Answers, earlier: Questionnaire | None = None) -> Difference:
    """What changed from `before` to `after`. `earlier` is the version the older answers were given to, if it was another."""
    was = earlier or questionnaire
    same = comparable(was, questionnaire)
    known = derived(was, kept(was, before)), derived(questionnaire, kept(questionnaire, after))
    made = [_change(id, was, questionnaire, *known, same) for id in _order(was, questionnaire)]
    return Difference(
        changes=tuple(change for change in made if change is not None),
        totals=_totals(was, questionnaire, before, after, same),
        comparable=same,
        warning="" if same else _warning(was, questionnaire),
    )


def _order(was: Questionnaire, now: Questionnaire) -> tuple[str, ...]:
    """Every question once: in today's order, then those that today's version no longer asks."""
    return tuple(dict.fromkeys([*(item.id for item in now.items), *(item.id for item in was.items)]))


def _change(id: str, was: Questionnaire, now: Questionnaire, before: Answers, after: Answers, same: bool) -> Change | None:
    old, new = _find(was, id), _find(now, id)
    if before.get(id) == after.get(id) and (same or _said(old, before) == _said(new, after)):
        return None
    if not answered(before.get(id)) and not answered(after.get(id)):
        return None
    label = (new or old).label  # type: ignore[union-attr]
    points = (parts(was, before).get(id), parts(now, after).get(id)) if same else (None, None)
    moved = points[1] - points[0] if points[0] is not None and points[1] is not None else None
    return Change(id, label, _said(old, before), _said(new, after), moved)


def _said(item: Item | None, answers: Answers) -> str:
    return NOT_ASKED if item is None else words(item, answers.get(item.id))


def _find(questionnaire: Questionnaire, id: str) -> Item | None:
    return next((item for item in questionnaire.items if item.id == id), None)


def _totals(was: Questionnaire, now: Questionnaire, before: Answers, after: Answers, same: bool) -> tuple[Move, ...]:
    overall = [_move("Total", score(was, before), score(now, after), same)] if now.scoring.method == "sum" else []
    old, new = subscores(was, before), subscores(now, after)
    return (*overall, *(_move(one.title, old.get(one.id), new.get(one.id), same) for one in now.subscales))


def _move(title: str, before: Score | None, after: Score | None, same: bool) -> Move:
    moved = after.total - before.total if same and before is not None and after is not None else None
    return Move(title, before, after, moved)


def _warning(was: Questionnaire, now: Questionnaire) -> str:
    if was.id != now.id:
        return f"{was.short_title} and {now.short_title} are two instruments. Their totals cannot be compared."
    if was.version != now.version:
        return (
            f"The earlier answers were given to version {was.version} of {now.short_title}, the later ones to version "
            f"{now.version}. Their totals cannot be compared."
        )
    return f"The two forms of {now.short_title} ask about different times. Their totals cannot be compared."


def _key(questionnaire: Questionnaire) -> tuple[str, int, int | None, str]:
    return questionnaire.id, questionnaire.version, questionnaire.recall_days, questionnaire.recall_note
