"""What could kill, in ten seconds: every stay, every linked record, structured answers and plain words, each with its place.

What is read as a fact is listed; what is in doubt is listed apart, to be read; what is denied, somebody else's or taught
is set aside, counted, and can be opened. Nothing that was found is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from throughcare.chart.danger import Risk
from throughcare.chart.told import Told, told_of
from throughcare.core import clock
from throughcare.core.shown import sentence, uk_date
from throughcare.record import rules
from throughcare.record.dangers import document_kinds, flag_kinds, incident_kinds
from throughcare.record.kinds import kinds
from throughcare.record.models import AllergyIntolerance, Condition, Warning
from throughcare.record.rules import ASIDE, SURE, UNSURE, RiskKind, RiskTerms
from throughcare.record.rules.dates import heading_when

SHORTENED = 240  # letters of a quotation on the page; the place itself has it whole
# Dangers of the answers that are the same thing as a danger of the words.
SAME = {
    "suicidal_now": "self_harm", "past_attempt": "self_harm", "recent_overdose": "overdose", "fits": "seizure",
    "heavy_drinking": "withdrawal",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
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
    lines: tuple[Line, ...]
    unsure: tuple[Line, ...] = ()

    @property
    def first(self) -> Line:
        return (self.lines or self.unsure)[0]

    @property
    def latest(self) -> Line:
        return (self.lines or self.unsure)[-1]


@dataclass(frozen=True)
class Digest:
    """All of it, and how much was read, so that an empty list says what it stands on."""

    groups: tuple[Group, ...]
    mentioned: tuple[Group, ...]
    aside: tuple[Line, ...]
    entries: int
    since: date | None
    not_asked: tuple[str, ...]

    @property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]

    @property
    def unsure(self) -> list[Line]:
        return [line for group in (*self.groups, *self.mentioned) for line in group.unsure]

    def nothing(self, stays: int) -> str:
        """The words for an empty list: what was read, never a bare "none"."""
        if not self.entries:
            return "Nothing has been written about this person yet, which does not mean that there is nothing."
        of = f" of {stays} {'stay' if stays == 1 else 'stays'}" if stays else ""
        count = f"{self.entries} {'entry' if self.entries == 1 else 'entries'}"
        return f"Nothing found in {count}{of} since {uk_date(self.since) if self.since else 'the beginning'}."


def digest(patients: Sequence[UUID], answered: Iterable[Risk] = ()) -> Digest:
    """The digest of a person's linked records; one statement however long the record.

    `answered` are the dangers that structured answers say, from `danger.said_of`.
    """
    terms = rules.risk_terms().on("risk-terms", clock.prison_day(clock.now())).value
    told, said = told_of(patients), list(answered)
    lines = [line for row in told for line in _lines(row, terms)] + [_answer_line(risk) for risk in said]
    moments = [row.happened_at for row in told] + [risk.source.happened_at for risk in said]
    return Digest(
        *_grouped([line for line in lines if line.reading != ASIDE], terms, said),
        aside=_in_order(line for line in lines if line.reading == ASIDE), entries=len(told) + len(said),
        since=clock.prison_day(min(moments)) if moments else None, not_asked=_not_asked(told),
    )  # fmt: skip


def _grouped(lines: list[Line], terms: RiskTerms, said: list[Risk]) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """Groups with a fact in them, the gravest first; then those with nothing but mentions."""
    weights = {risk.code: (risk.weight, risk.words) for risk in said} | {
        risk.code: (risk.weight, risk.words) for risk in terms.risks
    }
    groups = [
        Group(code, sentence(weights[code][1]), _of(lines, code, SURE), _of(lines, code, UNSURE))
        for code in sorted({line.risk for line in lines}, key=lambda code: (-weights[code][0], code))
    ]
    return tuple(one for one in groups if one.lines), tuple(one for one in groups if not one.lines)


def _of(lines: list[Line], code: str, reading: str) -> tuple[Line, ...]:
    return _in_order(line for line in lines if line.risk == code and line.reading == reading)


def _in_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (line.happened, line.written_at, line.entry.hex, line.href)))


def _lines(row: Told, terms: RiskTerms) -> Iterator[Line]:
    """Every danger of one entry: what its kind says by itself, then what its words say."""
    by_kind = [risk for risk in terms.risks if _says_by_kind(row, risk)]
    read = [*_read(row, row.words, terms), *_read_less(row, terms)]
    for risk in by_kind:
        if not any(line.risk == risk.code and line.reading == SURE for line in read):
            yield _line(row, risk.code, SURE, _plainly(row), 0)
    yield from (line for line in read if not (by_kind and line.reading != SURE and line.risk in {r.code for r in by_kind}))


def _says_by_kind(row: Told, risk: RiskKind) -> bool:
    if row.kind == "allergy":
        return risk.code == "allergy" and row.code == AllergyIntolerance.Said.PRESENT
    return (row.kind == "incident" and row.code in risk.incidents) or (row.kind == "flag" and row.code in risk.flags)


def _read(row: Told, text: str, terms: RiskTerms) -> list[Line]:
    if row.kind == "allergy":
        return []  # what was said of allergies is a code; the words name the substance
    found = [_line(row, hit.risk, hit.reading, hit.quote, hit.start) for hit in rules.read(text, terms)]
    refuted = row.kind == "condition" and row.code == Condition.Sure.REFUTED
    return [replace(line, reading=ASIDE) for line in found] if refuted else found


def _read_less(row: Told, terms: RiskTerms) -> list[Line]:
    """A plan and what was done about it: what stands there is a thing to come, so it is at most to be read."""
    if row.kind not in ("encounter", "incident"):
        return []
    return [replace(line, reading=UNSURE if line.reading == SURE else line.reading) for line in _read(row, row.more, terms)]


def _line(row: Told, risk: str, reading: str, quote: str, start: int) -> Line:
    written = clock.prison_day(row.happened_at)
    said = rules.said_when(quote, written) or (heading_when(row.words, start, written) if row.kind == "page" else None)
    short = quote if len(quote) <= SHORTENED else quote[:SHORTENED].rsplit(" ", 1)[0] + " …"
    return Line(
        risk, reading, short, said.first if said else written, said.words if said else uk_date(written), row.written_at, row.by,
        _source(row), _href(row, start), row.id, row.addendum,
    )  # fmt: skip


def _plainly(row: Told) -> str:
    if row.kind == "allergy":
        return ": ".join(part for part in (row.words or "Substance not written", row.more) if part)
    return row.words


def _source(row: Told) -> str:
    if row.kind == "page":
        title, _, origin = row.more.partition("\n")
        return f"{title or document_kinds().get(row.code, 'Paper')}, page {row.number}" + (f", {origin}" if origin else "")
    if row.kind == "encounter":
        return kinds()[row.code].title if row.code in kinds() else "Contact"
    if row.kind == "warning":
        return f"{Warning.Source(row.code).label} warning" if row.code in Warning.Source.values else "Warning"
    named = {"incident": incident_kinds(), "flag": flag_kinds()}.get(row.kind, {})
    kind = {"condition": "Problem", "allergy": "Allergies asked", "flag": "Flag", "incident": "Incident"}.get(
        row.kind, "First-night answer"
    )
    ended = " (ended)" if row.kind == "flag" and row.more == "true" else ""
    return kind + (f": {named[row.code]}" if row.code in named else "") + ended


def _href(row: Told, start: int) -> str:
    if row.kind == "page":
        return f"/patients/{row.patient}/documents/{row.within}/pages/{row.number}/#said-{start}"
    if row.kind == "answer":
        return f"/patients/{row.patient}/screens/{row.within}/#{row.code}"
    return f"/patients/{row.patient}/entries/{row.kind}/{row.id}/"


def _answer_line(risk: Risk) -> Line:
    day = clock.prison_day(risk.source.happened_at)
    return Line(
        SAME.get(risk.code, risk.code), SURE, sentence(risk.words), day, uk_date(day), risk.source.written_at,
        risk.source.written_by_name, "First-night answer", risk.href, risk.source.id,
    )  # fmt: skip


def _not_asked(told: list[Told]) -> tuple[str, ...]:
    asked = any(row.kind == "allergy" and row.code != AllergyIntolerance.Said.UNABLE for row in told)
    unable = any(row.kind == "allergy" for row in told)
    return () if asked else ("allergies could not be asked",) if unable else ("allergies not asked yet",)
