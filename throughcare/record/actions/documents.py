"""Papers: a file, the words of its pages, or both."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core.refusals import Refused, require
from throughcare.core.writing import all_or_nothing
from throughcare.patients.linked import take_turns
from throughcare.record import facts
from throughcare.record.actions.entry import entry, fact, fitted, fitting, write
from throughcare.record.dangers import document_kinds
from throughcare.record.models import Document, DocumentPage
from throughcare.record.rules import papers

AT_MOST = 5 * 1024 * 1024  # bytes of one file


class NotAPaper(Refused):
    """The file is neither PDF nor JPEG nor text, whatever its name says."""

    message = "This file is not a PDF, a JPEG picture or plain text. Print it to PDF, or paste its words."


class TooLarge(Refused):
    """The file is larger than the record keeps."""

    message = "This file is larger than 5 MB. Scan it at a lower resolution, or add it in parts."


class NameThePaper(Refused):
    """A paper without a title, of an unknown kind, or with nothing in it."""

    message = "Give the paper a title, say what it is, and add its file or its words."


@all_or_nothing
def add_document(
    *, patient: UUID, kind: str, title: str, origin: str, at: datetime, by: Actor, content: bytes = b"", words: str = "",
    corrects: Document | None = None,
) -> Document:  # fmt: skip
    """Keep a paper and the words of its pages. `at` is the date of the paper; `words` are split into pages at form feeds.

    A text file gives its own words. Raises NameThePaper, TooLarge, NotAPaper, TooLong or InTheFuture, changing nothing.
    """
    require(by.may("add_document"))
    file, text = _file(content)
    pages = papers.pages_of(words or text)
    if kind not in document_kinds() or not title.strip() or not (content or pages):
        raise NameThePaper()
    written: Document = write(
        Document, patient=patient, at=at, by=by, corrects=corrects, kind=kind, **file,
        **fitted(Document, title=title, origin=origin),
    )  # fmt: skip
    _add_pages(written, pages, 1, at, by)
    keep(facts.DocumentAdded(**fact(patient, at, by), document=written.id, kind=kind, pages=len(pages)))
    return written


@all_or_nothing
def add_pages(*, document: Document, words: str, by: Actor) -> int:
    """Type up more pages of a paper; returns how many there now are. Raises NameThePaper when there are no words."""
    require(by.may("add_document"))
    pages = papers.pages_of(words)
    if not pages:
        raise NameThePaper()
    take_turns(document.patient_id)  # two who type up one paper: each page has a number of its own
    held = DocumentPage.objects.current().filter(document=document).order_by("-number").values_list("number", flat=True).first()
    _add_pages(document, pages, (held or 0) + 1, document.happened_at, by)
    keep(facts.PagesAdded(**fact(document.patient_id, document.happened_at, by), document=document.id, pages=len(pages)))
    return (held or 0) + len(pages)


@all_or_nothing
def correct_page(*, page: DocumentPage, words: str, by: Actor) -> DocumentPage:
    """Put right how a page was typed up; the earlier words stay one tap away.

    Raises NameThePaper for a blank page, TooLong for one that would not fit, or AlreadyCorrected.
    """
    require(by.may("add_document"))
    if not words.strip():
        raise NameThePaper()
    written: DocumentPage = write(
        DocumentPage, patient=page.patient_id, at=page.happened_at, by=by, corrects=page, document_id=page.document_id,
        number=page.number, words=fitting(words, papers.LONGEST_PAGE),
    )  # fmt: skip
    keep(facts.PagesAdded(**fact(page.patient_id, page.happened_at, by), document=page.document_id, pages=1))
    return written


def _file(content: bytes) -> tuple[dict[str, Any], str]:
    if len(content) > AT_MOST:
        raise TooLarge()
    if not content:
        return {}, ""
    kind = papers.media_type(content)
    if kind is None:
        raise NotAPaper()
    text = papers.words_of(content) if kind == papers.TEXT else ""
    return {"media_type": kind, "content": content, "sha256": hashlib.sha256(content).hexdigest()}, text or ""


def _add_pages(document: Document, pages: list[str], first: int, at: datetime, by: Actor) -> None:
    DocumentPage.objects.bulk_create(
        DocumentPage(**entry(document.patient_id, at, by), document=document, number=number, words=words)
        for number, words in enumerate(pages, first)
    )
