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
from throughcare.audit import queries as trail
from throughcare.audit.models import Access, Fact
from throughcare.chart import page_names
from throughcare.patients import reasons, seeing
from throughcare.patients.models import Patient

AT_MOST = 500  # lines of one page; the pack for a court holds them all
AUDITS = "To check who looked: names and looks, no record"
MINUTE = timedelta(minutes=1)
PHOTO = "photo"  # a page of its own that comes with most others
# Why somebody wrote, by how the kind of the fact begins; everything else is care.
WROTE = {
    "patients.GlassBroken": "Opened in an emergency: see the review",
    "patients.GlassReviewed": "Checks looks that were made in an emergency",
    "patients.Bar": "Settles whom the record is closed to",
    "patients.Merge": "Keeps one person in one record", "patients.Records": "Keeps one person in one record",
    "patients.Disclos": "Settles or writes what is told to others, on a named basis",
    "reporting.": "Asks for, allows or makes an inspection pack",
}  # fmt: skip
CARE = "Wrote it as part of care"


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
    page: str = ""


@dataclass(frozen=True)
class Looks:
    """The lines of the list, and how many looks and entries there are in the time that was asked for."""

    lines: list[Look]
    kept: int

    @property
    def cut(self) -> str:
        """What to say where the list does not hold them all; blank where it does."""
        if self.kept <= AT_MOST:
            return ""
        return f"These are the newest {AT_MOST} of {self.kept:,} looks and entries. Choose other days to see the others."


def person(actor: Actor, patient: UUID) -> Patient:
    """Somebody whose name the actor may read; 404 for everybody else."""
    found: Patient | None = seeing.nameable(actor).filter(id=patient).first()
    if found is None:
        raise Http404
    return found


def looks(patients: Sequence[UUID], since: datetime, until: datetime) -> Looks:
    """The looks at these records of one person and the entries in them between two moments, the latest first, up to AT_MOST."""
    facts = list(Fact.objects.filter(patient_id__in=patients).order_by("happened_at"))
    stands = reasons.story([(fact.kind, fact.happened_at, fact.establishment, fact.kept.get("kind", "")) for fact in facts])
    seen = trail.looks_at(patients, since, until)
    rows, entries = list(seen[:AT_MOST]), _named(facts, since, until)
    kept = (len(rows) if len(rows) < AT_MOST else seen.count()) + len(entries)
    shown = [_look(row, stands) for row in rows] + [_entry(row) for row in entries]
    newest = sorted(shown, key=lambda look: look.at, reverse=True)[:AT_MOST]
    return Looks(list(_in_few_lines(_without_photos_of_pages(newest))), kept)


def stopped(since: datetime) -> list[tuple[Fact, str]]:
    """Who was stopped for opening more records than their role opens (T25), the latest first, with their names."""
    facts = list(Fact.objects.filter(kind="access.TooManyRecords", happened_at__gte=since).order_by("-happened_at")[:AT_MOST])
    names = names_of(fact.actor for fact in facts)
    return [(fact, names.get(fact.actor, fact.actor)) for fact in facts]


def opened_under(glass: Any) -> list[str]:
    """The pages that were opened while the glass was broken, each once, in the order of opening."""
    meanwhile = trail.looks_at([glass.patient_id], glass.at - timedelta(seconds=1), glass.until + timedelta(seconds=1))
    rows = meanwhile.filter(actor=glass.actor, purpose=seeing.BROKEN).order_by("at")
    return list(dict.fromkeys(page_names.words(page) for page in rows.values_list("page", flat=True)))


def _without_photos_of_pages(shown: Sequence[Look]) -> Iterator[Look]:
    """A photo that was sent with a page is one look, not two; one that somebody opened by itself stays."""
    pages: dict[tuple[str, str, str], list[datetime]] = {}
    for look in shown:
        if not look.wrote and look.page != PHOTO:
            pages.setdefault((look.who, look.establishment, look.why), []).append(look.at)
    for look in shown:
        near = pages.get((look.who, look.establishment, look.why), ()) if look.page == PHOTO else ()
        if not any(abs(look.at - at) <= MINUTE for at in near):
            yield look


def _in_few_lines(shown: Iterable[Look]) -> Iterator[Look]:
    """The same thing done again and again without anything between, such as sixty answers, is one line that says how often."""
    for _, run in groupby(shown, key=lambda look: (look.who, look.role, look.establishment, look.what, look.why, look.wrote)):
        first, *again = run
        yield replace(first, what=f"{first.what}, {len(again) + 1} times") if again else first


def _look(row: Access, stands: Sequence[reasons.Stand]) -> Look:
    known = roles.roles().get(row.role)
    audits = known is not None and known.scope == "audit"
    why = AUDITS if audits else reasons.why_they_could(row.at, row.establishment, row.purpose, stands)
    return Look(
        row.at, row.actor_name, role_title(row.role), row.establishment, page_names.words(row.page), why,
        emergency=row.purpose == seeing.BROKEN, page=row.page,
    )  # fmt: skip


def _named(facts: Sequence[Fact], since: datetime, until: datetime) -> list[tuple[Fact, str]]:
    within = [fact for fact in facts if since <= fact.written_at < until and not fact.actor.startswith("system:")]
    names = names_of(fact.actor for fact in within)
    return [(fact, names.get(fact.actor, fact.actor)) for fact in within]


def _entry(named: tuple[Fact, str]) -> Look:
    fact, who = named
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in fact.kind.split(".")[1]).strip()
    return Look(fact.written_at, who, "", fact.establishment, words.capitalize(), why_they_wrote(fact.kind), wrote=True)


def why_they_wrote(kind: str) -> str:
    """The reason in words for one entry."""
    return next((why for begins, why in WROTE.items() if kind.startswith(begins)), CARE)


def role_title(code: str) -> str:
    """The words for a role code, also one that the rulebook no longer has."""
    return roles.roles()[code].title if code in roles.roles() else code.replace("_", " ")
