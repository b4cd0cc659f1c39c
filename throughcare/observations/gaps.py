"""Planned observations that nobody took, as one line on the page of a person: amber, and red where the plan alerts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.core.shown import sentence, uk_datetime
from throughcare.observations import queries
from throughcare.observations.queries import Watch
from throughcare.observations.rules import SetStanding, runs


@dataclass(frozen=True)
class Gaps:
    """The sets of one plan that are missing in a row up to now. `alerts`: so many that the plan says somebody must act."""

    words: str
    alerts: bool


def said_of(patient: UUID) -> list[Gaps]:
    """A line for each running plan whose last sets nobody took; one statement."""
    found = ((watch, _latest(watch)) for watch in queries.watches(patient) if not watch.is_over)
    return [_said(watch, gap) for watch, gap in found if gap]


def _latest(watch: Watch) -> SetStanding | None:
    """The last set whose time has gone by, when it is a gap: a set taken since then closes the matter."""
    past = [one for one in watch.sets if one.state not in ("to_come", "due", "excused")]
    return past[-1] if past and past[-1].state == "gap" else None


def _said(watch: Watch, gap: SetStanding) -> Gaps:
    run = runs(watch.sets)[gap.expected.key]
    sets = "the last set was" if run == 1 else f"the last {run} sets were"
    since = uk_datetime(gap.expected.closes)
    words = f"{watch.rule.title}: {sets} not taken, up to {since}. Take one now, or say why not."
    return Gaps(sentence(words), run >= watch.rule.gaps_alert)
