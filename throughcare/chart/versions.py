"""One entry of a person with every version of it, and whether it may be put right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404

from throughcare.access.acting import Actor
from throughcare.core.kinds import Kind, kinds
from throughcare.core.refusals import Verdict, deny
from throughcare.patients.opened import OpenedPatient
from throughcare.record.lines import lines_of, rows_of
from throughcare.record.models import Line


def kind_or_404(id: str) -> Kind:
    """The kind with this id; 404 for none."""
    if id not in kinds():
        raise Http404
    return kinds()[id]


def versions(patient: OpenedPatient, kind: Kind, key: UUID) -> list[tuple[Line, Any]]:
    """Every version of an entry of the patient with its row, the latest first; 404 for another's, or for none."""
    mine = lines_of(patient.linked).filter(kind=kind.id)
    found = mine.filter(id=key).first()
    if found is None:
        raise Http404
    chain = [found]
    while chain[0].superseded_by and (newer := mine.filter(id=chain[0].superseded_by).first()):
        chain.insert(0, newer)
    while chain[-1].corrects and (older := mine.filter(id=chain[-1].corrects).first()):
        chain.append(older)
    behind = rows_of(chain)
    return [(line, behind[line.id]) for line in chain if line.id in behind]


def row_or_404(patient: OpenedPatient, kind: Kind, key: UUID) -> Any:
    """The row itself, from its own table, for an action; 404 for another's."""
    row = kind.model._default_manager.filter(patient__in=patient.linked, id=key).first()
    if row is None:
        raise Http404
    return row


def can_correct(kind: Kind, row: Any, by: Actor) -> Verdict:
    """Whether this person puts right this entry: of a kind that their role writes, and while it is not locked."""
    writing = kind.writing
    if writing is None:
        return deny("This stands as it was written. What changed since is an entry of its own.")
    if reason := writing.locked(row):
        return deny(str(reason))
    if writing.can:
        return writing.can(by, row)
    return by.may(writing.may) if writing.form else deny("This stands as it was written.")


def can_write(kind: Kind, by: Actor) -> bool:
    """Whether this person writes a new entry of the kind from the person's page."""
    return bool(kind.writing and kind.writing.new and by.may(kind.writing.may))


def typed_again(row: Any) -> dict[str, Any]:
    """A row as a form would have been filled in."""
    return {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}
