"""The patient banner: who this is, where, allergies and what could kill. On every page about a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from throughcare.chart import danger
from throughcare.chart.danger import Risk
from throughcare.core import clock
from throughcare.core.addresses import of_person
from throughcare.core.identifiers import NHSNumber, sort_key
from throughcare.core.shown import uk_date, uk_datetime, uk_time
from throughcare.custody import book as custody_book
from throughcare.custody.queries import AlertOn
from throughcare.patients import identity, seeing
from throughcare.patients.models import Identifier
from throughcare.patients.opened import OpenedPatient
from throughcare.record import queries as record
from throughcare.record.models import AllergyIntolerance

ALIASES_SHOWN = 3
FLAGS_SHOWN = 6  # a banner that lists everything warns of nothing; the page has them all
PRISON_SHOWN = 4


@dataclass(frozen=True)
class Banner:
    """Plain values for the banner component; no slot of it is ever blank."""

    patient: OpenedPatient
    place: str
    allergies: dict[str, str]
    risks: tuple[Risk, ...]
    same_name: str
    prison_number: str
    nhs: str
    needs: tuple[str, ...] = ()
    prison: tuple[dict[str, str], ...] = ()
    aliases: tuple[str, ...] = ()
    photo: str = ""
    note: str = ""
    notice: str = ""

    @property
    def initials(self) -> str:
        return (self.patient.given_names[:1] + self.patient.family_name[:1]).upper() or "?"

    @property
    def born(self) -> str:
        return uk_date(self.patient.date_of_birth) if self.patient.date_of_birth else "Not known"

    @property
    def age(self) -> str:
        born = self.patient.date_of_birth
        return f"{clock.age(born, clock.now())}" if born else "age not known"

    @property
    def flags(self) -> list[dict[str, str]]:
        understood = [{"strength": "urgent" if ":" in need else "info", "text": need} for need in self.needs]
        known_as = [{"strength": "info", "text": f"Also {', '.join(self.aliases)}"}] if self.aliases else []
        opened = [{"strength": "urgent", "text": self.notice}] if self.notice else []
        deadly = [{"strength": "urgent", "text": risk.text} for risk in self.risks[:FLAGS_SHOWN]]
        return opened + understood + deadly + [*self.prison] + known_as


def banner(patient: OpenedPatient, said: Iterable[Risk] | None = None) -> Banner:
    """The banner of a patient opened by `patients.queries.opened`; it speaks of all linked records.

    Two statements; under broken glass, where custody is out of sight, three more. `said`: the dangers of
    `danger.said_of`, where the page has read them already.
    """
    dangers = danger.by_patient(danger.said_of(patient.linked) if said is None else said)
    return Banner(
        patient=patient, place=_place(patient), notice=_notice(patient),
        allergies=allergies(record.allergies_known(patient.linked)),
        risks=_merged(dangers.values()), same_name=_same_name(patient.same_name),
        prison_number=", ".join(_numbers(patient)) or "None yet", note=_note(patient), photo=_photo(patient),
        nhs=NHSNumber(patient.held_nhs).spaced if patient.held_nhs else "", aliases=_aliases(patient),
        needs=tuple(identity.needs_in_few_words(patient.needs)), prison=prison_flags(patient.prison_alerts),
    )  # fmt: skip


def prison_flags(alerts: Iterable[AlertOn]) -> tuple[dict[str, str], ...]:
    """Those few alerts of the prison's that the rulebook marks for the banner, in its order, each code once."""
    found: dict[int, dict[str, str]] = {}
    for told in alerts:
        meant = custody_book.meaning(told["code"])
        if meant.banner:
            since = told.get("since")
            marked = f", marked {uk_date(date.fromisoformat(since))}" if since else ""
            found.setdefault(meant.rank, {"strength": meant.banner, "text": f"Prison: {meant.words}{marked}"})
    said, more = [found[rank] for rank in sorted(found)][:PRISON_SHOWN], len(found) - PRISON_SHOWN
    return (*said, *([{"strength": "info", "text": f"Prison: {more} more"}] if more > 0 else []))


def _note(patient: OpenedPatient) -> str:
    """What somebody must know of the record itself: that the person died, and whose record it is."""
    died = f"Died {uk_datetime(patient.died_at)}. What is written now is marked as added after death. " if patient.died_at else ""
    if len(patient.linked) > 1:
        asked = "You asked for a record that was joined to this one. " if patient.came_by_other else ""
        return f"{died}{asked}{len(patient.linked)} records are joined here"
    return (died + ("Provisional: identity not proven" if patient.provisional else "")).strip()


def _notice(patient: OpenedPatient) -> str:
    """Under broken glass: until when, and that somebody reads what was opened."""
    until = seeing.open_until(patient.id) if patient.under_glass else None
    return f"Opened in an emergency until {uk_time(until)}: every page is kept" if until else ""


def _numbers(patient: OpenedPatient) -> Sequence[str]:
    """The prison numbers of the bookings in sight; under broken glass, where none is, those written of the person."""
    if patient.numbers or not patient.under_glass:
        return list(patient.numbers)
    written = Identifier.objects.filter(patient__in=patient.linked, system=Identifier.System.PRISON, superseded_by=None)
    return list(written.order_by("happened_at").values_list("value", flat=True))


def _photo(patient: OpenedPatient) -> str:
    """The address of the photo, or blank; it changes with the picture."""
    return of_person(patient.id, f"photo/?v={patient.photo_hash[:8]}") if patient.photo_hash else ""


def _aliases(patient: OpenedPatient) -> tuple[str, ...]:
    """Other names they go by, a few; the page "Who he is" has them all."""
    recorded = sort_key(patient.spoken_name)
    names = {sort_key(name): name for name in (f"{one['given']} {one['family']}".strip() for one in patient.names)}
    return tuple(name for key, name in names.items() if key != recorded)[:ALIASES_SHOWN]


def _merged(risks: Iterable[tuple[Risk, ...]]) -> tuple[Risk, ...]:
    """The risks of all joined records, each once, the gravest first."""
    found: dict[str, Risk] = {}
    for risk in (one for several in risks for one in several):
        found.setdefault(risk.code, risk)
    return tuple(sorted(found.values(), key=lambda risk: -risk.weight))


def _place(patient: OpenedPatient) -> str:
    if patient.place is not None:
        return f"{patient.place.establishment} {patient.place.words}"
    if patient.under_glass:
        held = record.in_care_at(patient.linked)
        return "Held at another prison, place not shown" if held else "Not held here, place not shown"
    return "Here, no booking yet" if patient.provisional else "Not in a prison of ours"


def allergies(asked: record.Allergies | None) -> dict[str, str]:
    """What is known of allergies, as the banner and the letters say it: never blank, and "not asked" is not "none"."""
    if asked is None:
        return {"state": "not-asked", "text": "Not asked yet"}
    when = f"asked {uk_date(asked.happened_at)}"
    if asked.said == AllergyIntolerance.Said.PRESENT:
        return {"state": "recorded", "text": f"{asked.substance or 'Yes, substance not written'} ({when})"}
    if asked.said == AllergyIntolerance.Said.NONE_KNOWN:
        return {"state": "none-known", "text": f"None known, {when}"}
    return {"state": "not-asked", "text": f"Could not be asked, {when.removeprefix('asked ')}"}


def _same_name(others: Sequence[dict[str, str | None]]) -> str:
    """Who else is here that he could be taken for; the same family name needs no reason, anything else says its own."""
    if not others:
        return ""
    who = "; ".join(f"{one['given']} {one['family']}, born {_born(one['born'])}{_reason(one)}" for one in others)
    return f"Also here: {who}. Check the date of birth."


def _reason(one: dict[str, str | None]) -> str:
    if one.get("other_name"):
        return f" (also known as {one['other_name']})"
    return "" if one["why"] in ("same name", "same family name") else f" ({one['why']})"


def _born(day: str | None) -> str:
    return uk_date(date.fromisoformat(day)) if day else "not known"
