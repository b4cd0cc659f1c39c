"""What could kill, in ten seconds: every stay, every linked record, structured answers and plain words, each with its place.

What is read as a fact is listed; what is in doubt is listed apart, to be read; what is denied, somebody else's or taught
is set aside, counted, and can be opened. Nothing that was found is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from throughcare.chart.danger import Risk
from throughcare.chart.timeline import HOUSE
from throughcare.core import clock
from throughcare.core.kinds import kinds
from throughcare.core.laws import kind_of
from throughcare.core.shown import sentence, uk_date
from throughcare.record import rules
from throughcare.record.lines import lines_of, rows_of
from throughcare.record.models import AllergyIntolerance, Condition, DocumentPage, Flag, Incident, Line
from throughcare.record.rules import ASIDE, SURE, UNSURE, RiskKind, RiskTerms
from throughcare.record.rules.dates import heading_when

SHORTENED = 240  # letters of a quotation on the page; the place itself has it whole
ALLERGY, CONDITION, FLAG, INCIDENT, PAGE = map(kind_of, (AllergyIntolerance, Condition, Flag, Incident, DocumentPage))
# Dangers of the answers that are the same thing as a danger of the words.
SAME = {
    "suicidal_now": "self_harm", "past_attempt": "self_harm", "recent_overdose": "overdose", "fits": "seizure",
    "heavy_drinking": "withdrawal",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One place that names a danger: the words as written, when it was, who wrote it when, and the way there."""

    risk: str
    reading: str
    quote: str
    happened: date
    when: str
    written_at: datetime
    by: str
    source: str
    href: str
    entry: UUID
    addendum: bool = False


@dataclass(frozen=True)
class Group:
    """One danger: its lines, the earliest first, and what is only mentioned."""

    code: str
    words: str
    lines: tuple[Place, ...]
    unsure: tuple[Place, ...] = ()

    @property
    def first(self) -> Place:
        return (self.lines or self.unsure)[0]

    @property
    def latest(self) -> Place:
        return (self.lines or self.unsure)[-1]


@dataclass(frozen=True)
class Digest:
    """All of it, and how much was read, so that an empty list says what it stands on."""

    groups: tuple[Group, ...]
    mentioned: tuple[Group, ...]
    aside: tuple[Place, ...]
    entries: int
    since: date | None
    not_asked: tuple[str, ...]

    @property
    def lines(self) -> list[Place]:
        return [line for group in self.groups for line in group.lines]

    @property
    def unsure(self) -> list[Place]:
        return [line for group in (*self.groups, *self.mentioned) for line in group.unsure]

    def nothing(self, stays: int) -> str:
        """The words for an empty list: what was read, never a bare "none"."""
        if not self.entries:
            return "Nothing has been written about this person yet, which does not mean that there is nothing."
        of = f" of {stays} {'stay' if stays == 1 else 'stays'}" if stays else ""
        count = f"{self.entries} {'entry' if self.entries == 1 else 'entries'}"
        return f"Nothing found in {count}{of} since {uk_date(self.since) if self.since else 'the beginning'}."


@dataclass(frozen=True)
class Hit:
    """What one line says of one danger: how sure, in which words, and where they begin; no words where its kind says it."""

    risk: str
    reading: str
    quote: str = ""
    start: int = 0


@dataclass(frozen=True)
class Findings:
    """What was read of a person and what it says, before the rows behind it are there."""

    patient: UUID
    read: tuple[Line, ...]
    hits: tuple[tuple[Line, Hit], ...]
    said: tuple[Risk, ...]
    terms: RiskTerms

    @property
    def lines(self) -> list[Line]:
        """The lines whose rows the digest needs."""
        return [line for line, _ in self.hits]

    def digest(self, behind: Mapping[UUID, Any]) -> Digest:
        """The digest, with the rows behind the lines."""
        found = [_place(line, behind[line.id], hit, self.patient) for line, hit in self.hits if line.id in behind]
        places = found + [_answer_place(risk) for risk in self.said]
        written = [line for line in self.read if not line.by.startswith(HOUSE)]  # by people: what a job wrote says nothing new
        moments = [line.happened_at for line in written] + [risk.source.happened_at for risk in self.said]
        return Digest(
            *_grouped([one for one in places if one.reading != ASIDE], self.terms, list(self.said)),
            aside=_in_order(one for one in places if one.reading == ASIDE), entries=len(written) + len(self.said),
            since=clock.prison_day(min(moments)) if moments else None, not_asked=_not_asked(self.read),
        )  # fmt: skip


def findings(patients: Sequence[UUID], answered: Iterable[Risk] = ()) -> Findings:
    """What the linked records of a person say, the survivor first; one statement however long they are.

    `answered` are the dangers that structured answers say, from `danger.said_of`.
    """
    terms = rules.risk_terms().on("risk-terms", clock.prison_day(clock.now())).value
    read = tuple(lines_in_words(patients))
    return Findings(patients[0], read, tuple((line, hit) for line in read for hit in _hits(line, terms)), tuple(answered), terms)


def digest(patients: Sequence[UUID], answered: Iterable[Risk] = ()) -> Digest:
    """The digest of a person's linked records; see `findings`. Two statements."""
    found = findings(patients, answered)
    return found.digest(rows_of(found.lines))


def lines_in_words(patients: Sequence[UUID]) -> QuerySet[Line]:
    """Every line that stands and says something in words, and every answer about allergies."""
    worded = Q(words__regex="[[:alpha:]]") | Q(plans__regex="[[:alpha:]]") | Q(kind=ALLERGY)
    return lines_of(patients).filter(worded, superseded_by=None)


def _grouped(lines: list[Place], terms: RiskTerms, said: list[Risk]) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """Groups with a fact in them, the gravest first; then those with nothing but mentions."""
    weights = {risk.code: (risk.weight, risk.words) for risk in said} | {
        risk.code: (risk.weight, risk.words) for risk in terms.risks
    }
    groups = [
        Group(code, sentence(weights[code][1]), _of(lines, code, SURE), _of(lines, code, UNSURE))
        for code in sorted({line.risk for line in lines}, key=lambda code: (-weights[code][0], code))
    ]
    return tuple(one for one in groups if one.lines), tuple(one for one in groups if not one.lines)


def _of(lines: list[Place], code: str, reading: str) -> tuple[Place, ...]:
    return _in_order(line for line in lines if line.risk == code and line.reading == reading)


def _in_order(lines: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted(lines, key=lambda line: (line.happened, line.written_at, line.entry.hex, line.href)))


def _hits(line: Line, terms: RiskTerms) -> Iterator[Hit]:
    """Every danger of one line: what its kind says by itself, then what its words say."""
    by_kind = {risk.code for risk in terms.risks if _says_by_kind(line, risk)}
    read = [*_read(line, line.words, terms, _surest(line)), *_read(line, line.plans, terms, UNSURE)]
    sure = {hit.risk for hit in read if hit.reading == SURE}
    yield from (Hit(code, SURE) for code in sorted(by_kind - sure))
    yield from (hit for hit in read if hit.risk not in by_kind or hit.reading == SURE)


def _says_by_kind(line: Line, risk: RiskKind) -> bool:
    if line.kind == ALLERGY:
        return risk.code == "allergy" and line.code == AllergyIntolerance.Said.PRESENT
    return (line.kind == INCIDENT and line.code in risk.incidents) or (line.kind == FLAG and line.code in risk.flags)


def _surest(line: Line) -> str:
    """The most that words of this line can say: what was shown not to be so is set aside, and a substance is no event."""
    if line.kind == CONDITION and line.code == Condition.Sure.REFUTED:
        return ASIDE
    return UNSURE if line.kind == ALLERGY else SURE


def _read(line: Line, text: str, terms: RiskTerms, surest: str) -> list[Hit]:
    found = [hit for hit in rules.read(text, terms) if line.kind != ALLERGY or hit.risk != "allergy"] if text else []
    return [Hit(hit.risk, _at_most(hit.reading, surest), hit.quote, hit.start) for hit in found]


def _at_most(reading: str, surest: str) -> str:
    order = (SURE, UNSURE, ASIDE)
    return max(reading, surest, key=order.index)


def _place(line: Line, row: Any, hit: Hit, patient: UUID) -> Place:
    kind, written = kinds()[line.kind], clock.prison_day(line.happened_at)
    paged = line.kind == PAGE
    said = rules.said_when(hit.quote, written) or (heading_when(line.words, hit.start, written) if paged else None)
    quote = hit.quote or " ".join(line.words.split()) or kind.title(row)
    short = quote if len(quote) <= SHORTENED else quote[:SHORTENED].rsplit(" ", 1)[0] + " …"
    return Place(
        hit.risk, hit.reading, short, said.first if said else written, said.words if said else uk_date(written), line.written_at,
        line.by, kind.named(row, line.code), kind.address(row, patient) + (f"#said-{hit.start}" if paged else ""), line.id,
        line.addendum,
    )  # fmt: skip


def _answer_place(risk: Risk) -> Place:
    day = clock.prison_day(risk.source.happened_at)
    return Place(
        SAME.get(risk.code, risk.code), SURE, sentence(risk.words), day, uk_date(day), risk.source.written_at,
        risk.source.written_by_name, "First-night answer", risk.href, risk.source.id,
    )  # fmt: skip


def _not_asked(read: Sequence[Line]) -> tuple[str, ...]:
    asked = any(line.kind == ALLERGY and line.code != AllergyIntolerance.Said.UNABLE for line in read)
    unable = any(line.kind == ALLERGY for line in read)
    return () if asked else ("allergies could not be asked",) if unable else ("allergies not asked yet",)
