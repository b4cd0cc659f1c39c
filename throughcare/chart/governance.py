"""Who looked, who wrote, and why they could: reads for the information governance lead. Names and times, nothing clinical."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import Http404

from throughcare.access import roles
from throughcare.access.acting import Actor
from throughcare.access.queries import names_of
from throughcare.audit.models import Access, Fact
from throughcare.patients import reasons, seeing
from throughcare.patients.models import Patient

AT_MOST = 500  # lines of one page; the pack for a court holds them all
AUDITS = "To check who looked: names and looks, no record"
PAGES = {
    "patient": "The patient's page", "arrivals": "Arrivals board", "today": "Today", "search": "Search results",
    "first-night": "First-night screen", "first-night-answers": "First-night screen, answering",
    "location-advice": "Advice for officers", "tomorrow-slip": "What happens next, for him", "new-encounter": "Writing an entry",
    "timeline": "Timeline", "identity": "Who he is", "photo": "Photo", "dangers": "What could kill", "people": "People here",
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """One look or one entry, in the words of a list that the patient may be given."""

    at: datetime
    who: str
    role: str
    establishment: str
    what: str
    why: str
    wrote: bool = False
    emergency: bool = False


def person(actor: Actor, patient: UUID) -> Patient:
    """Somebody whose name the actor may read; 404 for everybody else."""
    found: Patient | None = seeing.nameable(actor).filter(id=patient).first()
    if found is None:
        raise Http404
    return found


def looks(patients: Sequence[UUID], since: datetime, until: datetime) -> list[Look]:
    """Every look at these records of one person and every entry in them between two moments, the latest first."""
    facts = list(Fact.objects.filter(patient_id__in=patients).order_by("happened_at"))
    stands = reasons.story([(fact.kind, fact.happened_at, fact.establishment, fact.kept.get("kind", "")) for fact in facts])
    seen = Access.objects.filter(patients__overlap=list(patients), at__gte=since, at__lt=until).order_by("-at")[:AT_MOST]
    shown = [_look(row, stands) for row in seen] + [_entry(row) for row in _named(facts, since, until)]
    return list(_in_few_lines(sorted(shown, key=lambda look: look.at, reverse=True)))[:AT_MOST]


def stopped(since: datetime) -> list[tuple[Fact, str]]:
    """Who was stopped for opening more records than their role opens (T25), the latest first, with their names."""
    facts = list(Fact.objects.filter(kind="access.TooManyRecords", happened_at__gte=since).order_by("-happened_at")[:AT_MOST])
    names = names_of(fact.actor for fact in facts)
    return [(fact, names.get(fact.actor, fact.actor)) for fact in facts]


def opened_under(glass: Any) -> list[str]:
    """The pages that were opened while the glass was broken, each once, in the order of opening."""
    rows = Access.objects.filter(
        actor=glass.actor, patients__contains=[glass.patient_id], purpose=seeing.BROKEN, at__gte=glass.at - timedelta(seconds=1),
        at__lte=glass.until,
    ).order_by("at")  # fmt: skip
    return list(
        dict.fromkeys(PAGES.get(page, page.replace("-", " ").capitalize()) for page in rows.values_list("page", flat=True))
    )


def _in_few_lines(shown: Iterable[Look]) -> Iterator[Look]:
    """The same thing done again and again without anything between, such as sixty answers, is one line that says how often."""
    for _, run in groupby(shown, key=lambda look: (look.who, look.role, look.establishment, look.what, look.why, look.wrote)):
        first, *again = run
        yield replace(first, what=f"{first.what}, {len(again) + 1} times") if again else first


def _look(row: Access, stands: Sequence[reasons.Stand]) -> Look:
    known = roles.roles().get(row.role)
    audits = known is not None and known.scope == "audit"
    why = AUDITS if audits else reasons.why_they_could(row.at, row.establishment, row.purpose, stands)
    what = PAGES.get(row.page, row.page.replace("-", " ").capitalize())
    return Look(
        row.at, row.actor_name, role_title(row.role), row.establishment, what, why, emergency=row.purpose == seeing.BROKEN
    )


def _named(facts: Sequence[Fact], since: datetime, until: datetime) -> list[tuple[Fact, str]]:
    within = [fact for fact in facts if since <= fact.written_at < until and not fact.actor.startswith("system:")]
    names = names_of(fact.actor for fact in within)
    return [(fact, names.get(fact.actor, fact.actor)) for fact in within]


def _entry(named: tuple[Fact, str]) -> Look:
    fact, who = named
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in fact.kind.split(".")[1]).strip()
    return Look(fact.written_at, who, "", fact.establishment, words.capitalize(), "Wrote it as part of care", wrote=True)


def role_title(code: str) -> str:
    """The words for a role code, also one that the rulebook no longer has."""
    return roles.roles()[code].title if code in roles.roles() else code.replace("_", " ")
