"""Scores over time, drawn: where each point stands, which band it lies in, and what crossed which line. No database.

The drawing is numbers only (the template writes the SVG), and a table says the same beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from throughcare.instruments.rules import Band, Questionnaire

_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Frame:
    """How large the picture is, and the edges between which points lie: scale and dates stand outside of them."""

    width: int = 640
    height: int = 240
    left: int = 44
    right: int = 628
    top: int = 12
    bottom: int = 212


FRAME = Frame()


@dataclass(frozen=True)
class Scored:
    """One total, with the band of the version it was made with. `version` changes where totals cannot be compared."""

    at: datetime
    total: int
    version: int
    band: str
    by: str = ""


@dataclass(frozen=True)
class Point:
    """Where a total is drawn, and what it crossed since the one before ("" when it stayed, or there is nothing to compare)."""

    x: float
    y: float
    scored: Scored
    crossed: str


@dataclass(frozen=True)
class Stripe:
    """A band drawn across the chart; `tone` goes from 0 (the lowest) upwards."""

    y: float
    height: float
    label: str
    tone: int


@dataclass(frozen=True)
class Trend:
    """A drawing: stripes of bands, lines of points that may be compared, and both ends of the scales in words."""

    points: tuple[Point, ...]
    stripes: tuple[Stripe, ...]
    lines: tuple[str, ...]
    lowest: int
    highest: int
    frame: Frame = FRAME

    @property
    def crossings(self) -> tuple[Point, ...]:
        """The points at which a line was crossed, the latest first."""
        return tuple(point for point in reversed(self.points) if point.crossed)


def trend(questionnaire: Questionnaire, scores: Sequence[Scored]) -> Trend | None:
    """The drawing of some totals of one instrument, or None when there is nothing to draw.

    The scale is the instrument's own range, so that a chart never makes a small change look large.
    """
    low, high = questionnaire.scoring.min, questionnaire.scoring.max
    if not scores or low is None or high is None or low >= high:
        return None
    told = sorted(scores, key=lambda one: one.at)
    points = tuple(
        Point(_x(one.at, told), _y(one.total, low, high), one, crossed)
        for one, crossed in zip(told, ["", *map(_crossed, pairwise(told))], strict=True)
    )
    stripes = tuple(_stripe(band, number, low, high) for number, band in enumerate(questionnaire.bands))
    return Trend(points, stripes, _lines(points), low, high)


def _crossed(pair: tuple[Scored, Scored]) -> str:
    before, now = pair
    if before.version != now.version or before.band == now.band or not now.band:
        return ""
    way = "up" if now.total > before.total else "down"
    return f"{way} into {now.band}"


def _lines(points: Sequence[Point]) -> tuple[str, ...]:
    """One line of coordinates for each run of points of one version: totals of two versions are never joined."""
    runs: list[list[Point]] = []
    for point in points:
        if runs and runs[-1][-1].scored.version == point.scored.version:
            runs[-1].append(point)
        else:
            runs.append([point])
    return tuple(" ".join(f"{one.x},{one.y}" for one in run) for run in runs if len(run) > 1)


def _x(at: datetime, told: Sequence[Scored]) -> float:
    span = told[-1].at - told[0].at
    share = (at - told[0].at) / span if span >= _MOMENT else 0.5
    return round(FRAME.left + share * (FRAME.right - FRAME.left), 1)


def _y(total: int, low: int, high: int) -> float:
    return round(FRAME.top + (high - total) / (high - low) * (FRAME.bottom - FRAME.top), 1)


def _stripe(band: Band, tone: int, low: int, high: int) -> Stripe:
    """A band reaches to halfway between it and its neighbours, so that the stripes leave no gap."""
    top = _y(high, low, high) if band.max >= high else _between(band.max, low, high)
    bottom = _y(low, low, high) if band.min <= low else _between(band.min - 1, low, high)
    return Stripe(top, round(bottom - top, 1), band.label, tone)


def _between(total: int, low: int, high: int) -> float:
    return round((_y(total, low, high) + _y(total + 1, low, high)) / 2, 1)
