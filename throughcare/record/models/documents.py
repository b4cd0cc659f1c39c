"""Papers about the person: Document, and the words of each of its pages."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from throughcare.core import laws
from throughcare.patients.models.written import Entry


class Document(Entry):
    """A paper that came in or went out: what it is, where it is from, and its file if there is one."""

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    origin = models.CharField(max_length=120, blank=True)
    media_type = models.CharField(max_length=60, blank=True)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    law = laws.entry(words=("title", "origin"), code="kind", codes=("media_type", "sha256"))

    class Meta:
        indexes: ClassVar = [models.Index(name="documents_of", fields=["patient", "happened_at"])]
        constraints: ClassVar = [models.CheckConstraint(name="a_document_has_a_title", condition=~Q(title=""))]


class DocumentPage(Entry):
    """The words of one page, so that a danger on page 187 can be found and opened."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    number = models.PositiveSmallIntegerField()
    words = models.TextField(max_length=20000)

    law = laws.entry(words=("words",), beside=("document",))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_page_once", fields=["document", "number"], condition=Q(superseded_by=None)),
        ]
