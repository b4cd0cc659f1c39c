"""What a signed visit came to: each total with its band, what to do, and who says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from throughcare.core.rulebook import Entry
from throughcare.instruments import rules as asking
from throughcare.instruments.models import Completion
from throughcare.screening.standing import Standing


@dataclass(frozen=True)
class Outcome:
    """One total: of an instrument or of one of its subscales. `source` is who says what the band means."""

    title: str
    total: int
    most: int | None
    band: str
    action: str
    source: str
    to_confirm: bool
    caution: str = ""

    @property
    def words(self) -> str:
        """The total as people write it: "14 of 48, moderate"."""
        of = f" of {self.most}" if self.most is not None else ""
        return f"{self.total}{of}" + (f", {self.band}" if says_more(self.band) else "")


def says_more(band: str) -> bool:
    """Whether a band has a name; some are only their range again."""
    return bool(band) and not band[0].isdigit()


def of(now: Standing) -> list[Outcome]:
    """Every total of a visit, worked out under the version that was asked. One with a blank question has none."""
    known = now.said.known
    return [one for id in now.covered for one in _totals(now.entries[id], known[id])]


def how(now: Standing) -> Completion | None:
    """How the visit was answered; None before the signature, and for what was signed before this was kept."""
    rows = Completion.objects.filter(response__occasion=now.screen.id)
    return rows.order_by("written_at").first()


def _totals(entry: Entry[asking.Questionnaire], answers: dict[str, Any]) -> Iterator[Outcome]:
    book = entry.value
    if found := asking.score(book, answers):
        yield _outcome(entry, book.short_title, found, book.scoring.max)
    for one in book.subscales:
        if part := asking.subscores(book, answers).get(one.id):
            yield _outcome(entry, f"{book.short_title}: {one.title.lower()}", part, one.max)


def _outcome(entry: Entry[asking.Questionnaire], title: str, found: asking.Score, most: int | None) -> Outcome:
    band = found.band
    return Outcome(
        title=title, total=found.total, most=most, band=band.label if band else "", action=band.action if band else "",
        source=entry.source.title, to_confirm=bool(entry.to_confirm), caution=entry.value.caution,
    )  # fmt: skip
