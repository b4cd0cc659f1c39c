"""Papers: added, read page by page with the dangers marked, and taken out as a file that a browser only saves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from throughcare.access.sight import Request, shows
from throughcare.chart import papers, people
from throughcare.patients import queries as patients
from throughcare.patients.opened import OpenedPatient
from throughcare.record import actions as record
from throughcare.record.dangers import document_kinds
from throughcare.record.forms import DocumentForm, PageForm
from throughcare.record.models import Document, DocumentPage

SUFFIX = {"application/pdf": "pdf", "image/jpeg": "jpg", "text/plain": "txt"}


@shows("patient", may="add_document")
@require_http_methods(["GET", "POST"])
def new_document(request: Request, patient: UUID) -> HttpResponseBase:
    """Add a paper."""
    opened = patients.opened(request, patient)
    form = DocumentForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid() and (made := _added(form, opened.id, request)):
        return redirect("document", patient=opened.id, document=made.id)
    request.banner = people.banner(opened)
    shown = {"patient": opened, "form": form, "kinds": document_kinds()}
    return render(request, "chart/document_form.jinja", shown, status=422 if form.errors else 200)


@shows("patient")
@require_safe
def document(request: Request, patient: UUID, document: UUID) -> HttpResponseBase:
    """One paper: what it is, and its pages, each with the dangers it names."""
    opened = patients.opened(request, patient)
    paper = _paper(opened, document)
    request.banner = people.banner(opened)
    return render(request, "chart/document.jinja", {
        "patient": opened, "paper": paper, "what": document_kinds().get(paper.kind, "Paper"), "pages": papers.contents(paper),
        "may_add": bool(request.actor.may("add_document")),
    })  # fmt: skip


@shows("patient", may="add_document")
@require_http_methods(["GET", "POST"])
def more_pages(request: Request, patient: UUID, document: UUID) -> HttpResponseBase:
    """Type up further pages."""
    opened = patients.opened(request, patient)
    paper = _paper(opened, document)
    form = PageForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.act(
        record.add_pages, beside="words", document=paper, words=request.POST["words"], by=request.actor
    ):
        return redirect("document", patient=opened.id, document=paper.id)
    return _page_form(request, opened, paper, form, "Type up more pages")


@shows("patient")
@require_safe
def page(request: Request, patient: UUID, document: UUID, number: int) -> HttpResponseBase:
    """One page, its dangers marked, and the way to its neighbours."""
    opened = patients.opened(request, patient)
    paper = _paper(opened, document)
    row = DocumentPage.objects.current().filter(document=paper, number=number).first()
    if row is None:
        raise Http404
    request.banner = people.banner(opened)
    around = DocumentPage.objects.current().filter(document=paper, number__in=(number - 1, number + 1))
    return render(request, "chart/document_page.jinja", {
        "patient": opened, "paper": paper, "row": row, "pieces": papers.pieces(row.words),
        "around": sorted(around.values_list("number", flat=True)), "may_add": bool(request.actor.may("add_document")),
        "earlier": papers.earlier(row),
    })  # fmt: skip


@shows("patient", may="add_document")
@require_http_methods(["GET", "POST"])
def correct_page(request: Request, patient: UUID, document: UUID, number: int) -> HttpResponseBase:
    """Put right how a page was typed up."""
    opened = patients.opened(request, patient)
    paper = _paper(opened, document)
    row = DocumentPage.objects.current().filter(document=paper, number=number).first()
    if row is None:
        raise Http404
    form = PageForm(request.POST if request.method == "POST" else None, initial={"words": row.words})
    if form.is_valid() and form.act(
        record.correct_page, beside="words", page=row, words=form.cleaned_data["words"], by=request.actor
    ):
        return redirect("document-page", patient=opened.id, document=paper.id, number=number)
    return _page_form(request, opened, paper, form, f"Correct page {number}")


@shows("patient")
@require_safe
def file(request: Request, patient: UUID, document: UUID) -> HttpResponseBase:
    """The file as it came in: saved, never shown inside our pages, whatever is in it."""
    opened = patients.opened(request, patient)
    paper = Document.objects.filter(patient__in=opened.linked, id=document).first()
    if paper is None or paper.content is None:
        raise Http404
    name = f"{paper.title[:60]}.{SUFFIX.get(paper.media_type, 'bin')}"
    return HttpResponse(bytes(paper.content), content_type=paper.media_type, headers={
        "Content-Disposition": content_disposition_header(True, name) or "attachment", "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'",
    })  # fmt: skip


def _added(form: DocumentForm, patient: UUID, request: Request) -> Any:
    given = form.cleaned_data
    return form.act(
        record.add_document, beside="file", patient=patient, kind=given["kind"], title=given["title"], origin=given["origin"],
        at=given["dated"], by=request.actor, content=given["file"], words=given["words"],
    )  # fmt: skip


def _paper(opened: OpenedPatient, key: UUID) -> Document:
    """A paper without its file, which only the file itself needs."""
    found: Document | None = Document.objects.filter(patient__in=opened.linked, id=key).defer("content").first()
    if found is None:
        raise Http404
    return found


def _page_form(request: Request, opened: OpenedPatient, paper: Document, form: PageForm, title: str) -> HttpResponseBase:
    request.banner = people.banner(opened)
    shown = {"patient": opened, "paper": paper, "form": form, "title": title}
    return render(request, "chart/document_page_form.jinja", shown, status=422 if form.errors else 200)
