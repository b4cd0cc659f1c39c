"""A paper as it is read: its contents with the dangers of each page, and a page cut at what is to be marked."""

from __future__ import annotations

from dataclasses import dataclass

from throughcare.core import clock
from throughcare.record import rules
from throughcare.record.models import Document, DocumentPage
from throughcare.record.rules import ASIDE, SURE, Hit


@dataclass(frozen=True)
class Contents:
    """One line of the contents of a paper."""

    number: int
    begins: str
    dangers: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """Some words of a page; `danger` is what they name, `anchor` the place a link leads to."""

    text: str
    danger: str = ""
    sure: bool = False
    anchor: str = ""


def contents(paper: Document) -> list[Contents]:
    """Every page of a paper: how it begins and what it names."""
    rows = DocumentPage.objects.current().filter(document=paper).order_by("number")
    return [Contents(row.number, " ".join(row.words.split())[:90], _dangers(row.words)) for row in rows]


def pieces(words: str) -> list[Piece]:
    """The words of a page, cut so that each place that names a danger can be marked and found."""
    marked = _marked(words)
    cut: list[Piece] = []
    at = 0
    for start, hit in sorted(marked.items()):
        end = _end(words, start)
        if start > at:
            cut.append(Piece(words[at:start]))
        cut.append(Piece(words[max(start, at) : end], _named(hit), hit.reading == SURE, f"said-{start}"))
        at = max(at, end)
    return [*cut, Piece(words[at:])] if words[at:] else cut


def earlier(page: DocumentPage) -> list[DocumentPage]:
    """How the page was typed up before, the latest first."""
    rows = DocumentPage.objects.filter(document=page.document_id, number=page.number, superseded_by__isnull=False)
    return list(rows.order_by("-written_at"))


def _marked(words: str) -> dict[int, Hit]:
    return {hit.start: hit for hit in _hits(words) if hit.reading != ASIDE}


def _dangers(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_named(hit) for hit in _hits(words) if hit.reading == SURE))


def _hits(words: str) -> list[Hit]:
    return rules.read(words, rules.risk_terms().on("risk-terms", clock.prison_day(clock.now())).value)


def _named(hit: Hit) -> str:
    terms = rules.risk_terms().on("risk-terms", clock.prison_day(clock.now())).value
    return terms.by_code[hit.risk].words


def _end(words: str, start: int) -> int:
    """The end of the sentence, or of the line."""
    ends = [place for mark in (". ", "\n", "; ") if (place := words.find(mark, start)) > 0]
    return min(ends, default=len(words))
