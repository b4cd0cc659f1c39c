"""Contacts, warnings, episodes of care and the pages for the way, as entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from throughcare.access.acting import Actor
from throughcare.core.kinds import Kind, Writing
from throughcare.core.refusals import Verdict
from throughcare.record import actions, handover
from throughcare.record.forms import ContactForm
from throughcare.record.kinds import kinds
from throughcare.record.models import Encounter, EpisodeOfCare, Handover, Warning

OUTSIDE = "This was written by somebody outside and stays as it is. Write what you know better as a contact."


def contact_titles() -> Mapping[str, str]:
    """Code -> title of each kind of contact."""
    return {code: kind.title for code, kind in kinds().items()}


def _origin(row: Encounter) -> str:
    return contact_titles().get(row.kind, "Contact")


def _can(by: Actor, row: Encounter) -> Verdict:
    return actions.can_record(by, row.kind)


def _warned(row: Warning) -> str:
    return f"{_sender(row)} warning: {row.words}"


def _sender(row: Warning) -> str:
    return Warning.Source(row.source).label if row.source in Warning.Source.values else "Outside"


def _handed_over(row: Handover) -> str:
    way = "Written for the way" if row.direction == Handover.Direction.OUT else "Came with them"
    return f"{way}: {Handover.Kind(row.kind).label}" if row.kind in Handover.Kind.values else way


def _page(row: Handover) -> Iterator[tuple[str, str]]:
    for field, words in handover.lines(row):
        yield field, "; ".join(words)


def _episode(row: EpisodeOfCare) -> str:
    status = EpisodeOfCare.Status(row.status).label if row.status in EpisodeOfCare.Status.values else row.status
    return f"{status}: {row.establishment}"


KINDS = (
    Kind(
        Encounter, "Contact", "Contacts", _origin, lambda row: (("Done", row.done), ("Plan", row.plan)), codes=contact_titles,
        origin=_origin,
        writing=Writing("record_encounter", ContactForm, actions.record_encounter, fixed=("kind",), can=_can),
    ),
    Kind(
        Warning, "Warning", "Warnings", _warned, origin=lambda row: f"{_sender(row)} warning",
        writing=Writing(locked=lambda row: OUTSIDE),
    ),
    Kind(EpisodeOfCare, "Episode of care", "Episodes of care", _episode, lambda row: (("Why", row.why),)),
    Kind(
        Handover, "Handover", "Handovers", _handed_over, _page,
        page=lambda row: f"/establishments/{row.establishment}/handovers/{row.id}/",
    ),
)  # fmt: skip
