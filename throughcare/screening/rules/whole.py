"""A visit made whole: an instrument's own sections become groups, and what an earlier visit left open is put again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from throughcare.core.rulebook import Entry
from throughcare.core.shown import sentence
from throughcare.instruments import rules as instruments
from throughcare.screening.rules.asking import Facts, Sitting, put_again, unanswered
from throughcare.screening.rules.screen import Answers, Books, Group, Screen

ALONE = "form:"  # before the id of an instrument: that instrument alone is a visit
LEFT_OPEN = "What the first night could not ask"
SCORE_ENTRY = "Only the total is kept here. Add it up on your own licensed copy, then say where that copy is filed."


def alone(entry: Entry[instruments.Questionnaire]) -> Screen:
    """One instrument as a visit of its own: no file needed."""
    book = entry.value
    return Screen(
        id=f"{ALONE}{entry.id}", version=entry.version, title=book.title, applies_from=entry.applies_from,
        review_by=entry.review_by, source=entry.source, to_confirm=entry.to_confirm, instruments=(entry.id,),
        rest=(Group(form=entry.id),), domain=book.domain or "all",
    )  # fmt: skip


def whole(screen: Screen, books: Books, left: Iterable[str] = ()) -> Screen:
    """The visit with every form in its sections, and the questions left open by the visit it takes up."""
    again = tuple(left)
    core, rest = ([made for group in part for made in _sections(screen, group, books)] for part in (screen.core, screen.rest))
    opened = (Group(title=LEFT_OPEN, items=again),) if again else ()
    return replace(screen, core=tuple(core), rest=(*opened, *rest))


def left_open(screen: Screen, books: Books, answers: Answers, facts: Facts | None = None) -> tuple[str, ...]:
    """The questions of a visit that were left blank or could not be asked, and those that may follow from them."""
    said = Sitting(books, answers)
    put = (*said.questions(screen, "core", facts or {}), *said.questions(screen, "rest", facts or {}))
    left = {one.ref for one in (*unanswered(put, answers), *put_again(put, answers))}
    order = [ref for group in (*screen.core, *screen.rest) for ref in group.items]
    for ref in order:
        if _depends(books, ref) & left:
            left.add(ref)
    return tuple(ref for ref in order if ref in left)


def _depends(books: Books, ref: str) -> set[str]:
    """The questions whose answers open this one."""
    id, _, item = ref.partition(":")
    return {f"{id}:{one.item.partition('.')[0]}" for one in instruments.conditions(books[id].item(item).enable_when)}


def _sections(screen: Screen, group: Group, books: Books) -> Iterator[Group]:
    if not group.form:
        yield group
        return
    book = books[group.form]
    named = dict.fromkeys(item.section for item in book.items if not group.sections or item.section in group.sections)
    for number, section in enumerate(named):
        items = tuple(f"{group.form}:{item.id}" for item in book.items if item.section == section)
        yield replace(
            group, form="", sections=(), items=items, title=group.title or _title(screen, book, section),
            lead=group.lead or ("" if number else _lead(book)),
        )  # fmt: skip


def _title(screen: Screen, book: instruments.Questionnaire, section: str) -> str:
    words = sentence(re.sub(r"^\d+[a-z]?\s+", "", section))
    if not words or len(screen.instruments) == 1 or book.id == screen.instruments[0]:
        return words or book.short_title
    return f"{book.short_title}: {words.lower()}"


def _lead(book: instruments.Questionnaire) -> str:
    return SCORE_ENTRY if book.mode == "score_entry" else book.stem
