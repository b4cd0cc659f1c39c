"""What two people have not signed, or nobody reviewed in time: said to the clinical lead, and where its absence is met."""

from __future__ import annotations

from dataclasses import dataclass

from throughcare.access.acting import Actor
from throughcare.core import clock, rulebook
from throughcare.core.shown import sentence
from throughcare.screening import rules as screening

CLINICAL_LEAD = "head_of_healthcare"


@dataclass(frozen=True)
class Band:
    """One strip above a list: how strong, what is so, what to do."""

    strength: str
    text: str
    detail: str


def on_today(actor: Actor) -> list[Band]:
    """For the clinical lead, where signatures are asked for: what is missing, and what is used all the same."""
    if actor.role is None or actor.role.id != CLINICAL_LEAD or not rulebook.here().signed_only:
        return []
    found = rulebook.wanting(clock.prison_day(clock.now()))
    bands = [
        Band("stop", f"Not in use, so keep to paper: {_titles(found.vital)}", "Two people must sign each in the rulebook."),
        Band("urgent", f"{_count(found.absent)} not used: {_titles(found.absent)}", "Not signed by two people, or overdue."),
        Band("urgent", f"{_count(found.behind)} used in an earlier version: {_titles(found.behind)}", "Sign the newest."),
        Band("urgent", f"{_count(found.stands)} used unsigned or overdue: {_titles(found.stands)}", "Have each of them signed."),
        Band("info", f"To be reviewed within 60 days: {_titles(found.soon)}", "Overdue, some are not used after a new start."),
    ]  # fmt: skip
    shown = (found.vital, found.absent, found.behind, found.stands, found.soon)
    return [band for band, titles in zip(bands, shown, strict=True) if titles]


def at_arrivals() -> list[Band]:
    """For everybody who receives people: that the first-night screen does not open, because it is not in use."""
    try:
        screening.on(screening.FIRST_NIGHT, clock.prison_day(clock.now()))
    except rulebook.NotInUse:
        said = "Arrivals get no first-night screen and are not listed here: it is not in use"
        return [Band("stop", said, "Ask everybody who comes in on paper, and tell the head of healthcare.")]
    return []


def _count(titles: tuple[str, ...]) -> str:
    return f"{len(titles)} rulebook {'entry' if len(titles) == 1 else 'entries'}"


def _titles(titles: tuple[str, ...]) -> str:
    return "; ".join(sentence(title).rstrip(".") for title in titles)
