"""What is wrong between questionnaires: one concept has one nature, and what fills a question must be asked somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from throughcare.core.rulebook import Book, whole
from throughcare.instruments.rules.questionnaire import Field, Item, Questionnaire

TABLES = Path(__file__).parent.parent / "rulebook" / "tables"


@dataclass(frozen=True)
class Dynamic:
    """A subject that is asked afresh each time: the concepts about it, and words by which a question about it is known."""

    subject: str
    concepts: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Past:
    """A fact about the past that may be offered again although its words are among the dynamic ones."""

    concept: str
    why: str


@dataclass(frozen=True)
class Natures:
    """What may never be pre-filled, and the exceptions by name."""

    dynamic: tuple[Dynamic, ...]
    past: tuple[Past, ...] = ()

    @property
    def never_stable(self) -> frozenset[str]:
        """Every concept that is always asked again."""
        return frozenset(code for one in self.dynamic for code in one.concepts)


BOOK = Book(TABLES, whole(Natures), only=("concepts",))


def natures() -> Natures:
    """The table of what is always asked again."""
    return BOOK.current()


def stable_concepts(books: Iterable[Questionnaire]) -> dict[str, set[bool]]:
    """concept -> whether the questions that ask it are stable: more than one answer is a contradiction."""
    found: dict[str, set[bool]] = {}
    for _, item, part in _asked(books):
        if part.concept:
            found.setdefault(part.concept, set()).add(item.stable)
    return found


def clashes(books: Sequence[Questionnaire], known: Natures | None = None) -> list[str]:
    """A sentence for each contradiction between questionnaires in force together."""
    known = known or natures()
    return [*_ids(books), *_natures(books, known), *_words(books, known), *_fills(books)]


def _ids(books: Sequence[Questionnaire]) -> Iterator[str]:
    """Two instruments meet in one visit, so a question's id is its own everywhere."""
    owner: dict[str, str] = {}
    for book in books:
        for item in book.items:
            if owner.setdefault(item.id, book.id) != book.id:
                yield f"{book.id}: {item.id} is also a question of {owner[item.id]}. Give it an id of its own."


def _natures(books: Sequence[Questionnaire], known: Natures) -> Iterator[str]:
    found = stable_concepts(books)
    for concept, said in found.items():
        if len(said) > 1:
            yield f"the concept {concept} is stable in one questionnaire and not in another."
        if concept in known.never_stable and True in said:
            yield f"the concept {concept} is always asked again, so no question of it may be stable."
    for concept in sorted(known.never_stable - set(found)):
        yield f"concepts.toml names the concept {concept}, which nothing asks."


def _words(books: Sequence[Questionnaire], known: Natures) -> Iterator[str]:
    allowed = {one.concept for one in known.past}
    for book, item, part in _asked(books):
        held = [word for one in known.dynamic for word in one.words if word in part.text.lower()]
        if held and item.stable and part.concept not in allowed:
            yield f"{book.id}: {part.id} speaks of “{held[0]}”, so it is asked again each time and cannot be stable."


def _fills(books: Sequence[Questionnaire]) -> Iterator[str]:
    offered: dict[str, set[str]] = {}
    for _, _, part in _asked(books):
        if part.concept:
            offered.setdefault(part.concept, set()).update(option.code for option in part.options)
    for book in books:
        for item in book.items:
            for source in item.fill_from:
                if source.concept not in offered:
                    yield f"{book.id}: {item.id} is filled from {source.concept}, which nothing asks."
                strays = {*source.yes, *source.no} - offered.get(source.concept, {*source.yes, *source.no})
                yield from (f"{book.id}: {item.id} waits for {code} under {source.concept}, which nothing offers."
                            for code in sorted(map(str, strays)))  # fmt: skip


def _asked(books: Iterable[Questionnaire]) -> Iterator[tuple[Questionnaire, Item, Item | Field]]:
    """Every question and every field of a card, with the question it stands in."""
    for book in books:
        for item in book.items:
            yield book, item, item
            yield from ((book, item, field) for field in item.fields)
