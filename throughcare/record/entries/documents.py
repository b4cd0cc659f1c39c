"""Papers and their pages, flags and incidents, as entries."""

from __future__ import annotations

from throughcare.core.addresses import of_person
from throughcare.core.kinds import Kind, Writing
from throughcare.record import actions
from throughcare.record.dangers import document_kinds, flag_kinds, incident_kinds
from throughcare.record.forms import FlagForm, IncidentForm
from throughcare.record.models import Document, DocumentPage, Flag, Incident


def _paper(row: Document) -> str:
    return f"{document_kinds().get(row.kind, 'Paper')}: {row.title}"


def _leaf(row: DocumentPage) -> str:
    return f"Page {row.number} of {row.document.title}"


def _leaf_origin(row: DocumentPage) -> str:
    paper = row.document
    named = paper.title or document_kinds().get(paper.kind, "Paper")
    return f"{named}, page {row.number}" + (f", {paper.origin}" if paper.origin else "")


def _flag(row: Flag) -> str:
    return ("Flag ended: " if row.ended else "Flag: ") + row.words


def _flag_origin(row: Flag) -> str:
    return f"Flag: {flag_kinds().get(row.kind, row.kind)}" + (" (ended)" if row.ended else "")


def _incident(row: Incident) -> str:
    return f"Incident: {incident_kinds().get(row.kind, row.kind).lower()}"


def _harm(row: Incident) -> str:
    return Incident.Harm(row.harm).label if row.harm in Incident.Harm.values else row.harm


KINDS = (
    Kind(
        Document, "Paper", "Papers", _paper, lambda row: (("From", row.origin),), codes=document_kinds,
        page=lambda row: f"documents/{row.id}/",
    ),
    Kind(
        DocumentPage, "Page of a paper", "Pages of papers", _leaf, lambda row: (("Words", row.words),), origin=_leaf_origin,
        page=lambda row: f"documents/{row.document_id}/pages/{row.number}/", lists=False,
    ),
    Kind(
        Flag, "Flag", "Flags", _flag, lambda row: (("About", flag_kinds().get(row.kind, row.kind)),), codes=flag_kinds,
        origin=_flag_origin,
        writing=Writing(
            "raise_flag", FlagForm, actions.raise_flag, new="Put up a flag",
            locked=lambda row: "This flag has ended. Put up a new one if it is needed again." if row.ended else "",
        ),
        links=lambda row: (("End the flag", of_person(row.patient_id, f"flags/{row.id}/end/")),),
    ),
    Kind(
        Incident, "Incident", "Incidents", _incident,
        lambda row: (("What happened", row.words), ("Harm", _harm(row)), ("Done", row.done)), codes=incident_kinds,
        writing=Writing("record_incident", IncidentForm, actions.record_incident, new="Record an incident"),
    ),
)  # fmt: skip
