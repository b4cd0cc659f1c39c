"""Every word of the record that may name a danger, in one statement: notes, warnings, incidents, pages, answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, Func, OuterRef, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast, Concat

from throughcare.instruments.models import Answer
from throughcare.record.models import AllergyIntolerance, Condition, DocumentPage, Encounter, Flag, Incident, Warning


@dataclass(frozen=True)
class Told:
    """One entry with words. `code` is its kind or status, `within` the document or screen that holds it."""

    kind: str
    id: UUID
    patient: UUID
    happened_at: datetime
    written_at: datetime
    by: str
    place: str
    code: str
    words: str
    more: str
    within: UUID | None
    number: int
    addendum: bool


def told_of(patients: Iterable[UUID]) -> list[Told]:
    """Everything current that says something in words about these linked records, the survivor first, which is where
    its page is."""
    about = list(patients)
    first, *rest = (_arm(kind, rows, about) for kind, rows in _arms())
    return [Told(kind, key, about[0], *more) for kind, key, *more in first.union(*rest, all=True)]


def _arms() -> list[tuple[str, QuerySet[Any]]]:
    return [
        ("encounter", _said(Encounter, "kind", "done", "plan")),
        ("warning", _said(Warning, "source", "words")),
        ("condition", _said(Condition, "verification", "words", "status")),
        ("allergy", _said(AllergyIntolerance, "said", "substance", "reaction")),
        ("flag", _said(Flag, "kind", "words").annotate(t_more=Cast("ended", TextField()))),
        ("incident", _said(Incident, "kind", "words", "done")),
        ("page", _pages()),
        ("answer", _answers()),
    ]


def _said(model: Any, code: str, words: str, more: str = "") -> QuerySet[Any]:
    return model.objects.current().annotate(
        t_by=F("written_by_name"), t_place=F("establishment"), t_code=F(code), t_words=F(words), t_addendum=F("addendum"),
        t_more=F(more) if more else Value("", TextField()), t_within=Cast(Value(None), UUIDField()), t_number=Value(0),
    )  # fmt: skip


def _pages() -> QuerySet[Any]:
    title = Concat(F("document__title"), Value("\n"), F("document__origin"), output_field=TextField())
    rows = DocumentPage.objects.current().filter(document__superseded_by=None)
    return rows.annotate(
        t_by=F("written_by_name"), t_place=F("establishment"), t_code=F("document__kind"), t_words=F("words"),
        t_more=title, t_within=F("document_id"), t_number=F("number"), t_addendum=F("addendum"),
    )  # fmt: skip


def _answers() -> QuerySet[Any]:
    """Answers in the person's or the nurse's own words: the latest to each question, where it is more than a code."""
    later = Answer.objects.filter(response=OuterRef("response"), item=OuterRef("item"), seq__gt=OuterRef("seq"))
    words = Func(F("value"), template="(%(expressions)s #>> '{}')", output_field=TextField())
    return Answer.objects.annotate(t_words=words).filter(~Exists(later), t_words__regex=r"^[^{\[].* ").annotate(
        t_by=F("written_by_name"), t_place=Value("", CharField()), t_code=F("item"), t_more=Value("", TextField()),
        t_within=F("response__occasion"), t_number=Value(0), t_addendum=Value(False),
    )  # fmt: skip


def _arm(kind: str, rows: QuerySet[Any], about: Sequence[UUID]) -> QuerySet[Any]:
    marked = rows.filter(patient__in=about).order_by().annotate(t_kind=Value(kind, TextField()))
    return marked.values_list(
        "t_kind", "id", "happened_at", "written_at", "t_by", "t_place", "t_code", "t_words", "t_more", "t_within",
        "t_number", "t_addendum",
    )  # fmt: skip
