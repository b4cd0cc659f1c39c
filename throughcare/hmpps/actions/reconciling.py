"""The roll: compare the prison's list with ours, and let a person say which is right."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from throughcare.access.acting import Actor, acting
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused, require
from throughcare.core.shown import uk_datetime
from throughcare.core.writing import all_or_nothing
from throughcare.custody import actions as custody
from throughcare.custody.facts import RollDiffers
from throughcare.custody.models import Prisoner
from throughcare.hmpps import answers, facts, queries, roll, translate, unsettled
from throughcare.hmpps.actions import settling
from throughcare.hmpps.answers import Unreadable
from throughcare.hmpps.models import RollAnswer, RollCheck, RollDifference
from throughcare.hmpps.roll import NOT_COMPARED, Differs, Line
from throughcare.hmpps.search import Answer, Search, Source, chosen
from throughcare.patients.facts import DepartureHeld, NumbersJoined

HERE, LEFT, SEEN = RollAnswer.Says.HERE, RollAnswer.Says.LEFT, RollAnswer.Says.SEEN
# What a person may say about each kind; the first is the button that comes first.
SAYS = {
    "not_here": (HERE, LEFT), "not_on_roll": (HERE, LEFT), "seen_after_leaving": (HERE, LEFT), "no_booking": (SEEN,),
    "two_records": (SEEN,), "unreadable": (SEEN,), "in_or_out": (SEEN,), "wrong_cell": (SEEN,),
}  # fmt: skip


class NoRoll(Refused):
    """The prison gave no list, or one with nobody on it who can be read: an empty list is a broken list."""

    message = (
        "The prison's roll for {code} is empty or cannot be read, so nothing was compared. Try again, or ask the roll office."
    )


class AnsweredBefore(Refused):
    """Somebody else looked first."""

    message = "Somebody has answered this already. Reload the page to see what they said."


class NotThisAnswer(Refused):
    """The answer does not fit the difference."""

    message = "That is no answer to this difference, so nothing was changed. Reload the page and choose again."


@all_or_nothing
def compare_roll(*, establishment: str, search: Search | Source | None = None, behalf: str = "") -> RollCheck:
    """Compare one prison's roll with who we have here; cells are put right at once, the rest waits for a person.

    One line that cannot be read spoils none of the others. Raises NoRoll or NoSearch, changing nothing.
    """
    source, at = chosen(search), clock.now()
    theirs, unread = _read((source.roll(establishment) if source.roll else None) or (), establishment)
    if not theirs:
        raise NoRoll(code=establishment)
    with acting(Actor.system("roll", establishments=(establishment,), behalf=behalf)) as by:
        ours = queries.here(establishment)
        found = roll.compare(ours, theirs.values(), unsettled.departures(establishment), unread)
        row = _write(establishment, found, len(theirs) + len(unread), len(ours), at)
        _put_cells_right(found, establishment, row, by)
        if found:
            keep(RollDiffers(by=by.id, at=at, establishment=establishment, differences=len(found)))
    return row


@all_or_nothing
def ask_unsettled(*, establishment: str) -> int:
    """The roll cannot be had tonight: departures that nobody has settled are asked again all the same; how many."""
    at = clock.now()
    with acting(Actor.system("roll", establishments=(establishment,))) as by:
        found = unsettled.not_asked(establishment)
        RollDifference.objects.bulk_create([_difference(None, establishment, at, one) for one in found])
        if found:
            keep(RollDiffers(by=by.id, at=at, establishment=establishment, differences=len(found)))
    return len(found)


@all_or_nothing
def answer_difference(*, difference: RollDifference, says: str, at: datetime, by: Actor, search: Any = None) -> RollAnswer:
    """A person looked, and says which list is right; what they say is carried out at once.

    Raises AnsweredBefore, NotThisAnswer, NoSearch, or what settling, custody and patients refuse, changing nothing.
    """
    require(by.may("see_feed"))
    if says not in SAYS[difference.kind]:
        raise NotThisAnswer()
    try:
        with transaction.atomic():
            row: RollAnswer = RollAnswer.objects.create(
                id=ids.new(), difference=difference, establishment=difference.establishment, says=says, at=at,
                written_by=by.id, written_by_name=by.name,
            )  # fmt: skip
    except IntegrityError as clash:
        raise AnsweredBefore() from clash
    keep(facts.RollAnswered(
        by=by.id, at=at, establishment=difference.establishment, difference=difference.id, kind=difference.kind, says=says,
    ))  # fmt: skip
    settling.carry_out(difference, says, by, search)
    return row


@all_or_nothing
def follow_held_departure(fact: DepartureHeld) -> RollDifference:
    """The prison says that somebody had left who was seen here later: a person looks, today."""
    prisoner = Prisoner.objects.get(id=fact.prisoner)
    told, seen = f"{_WORDS.get(fact.kind, 'left')} {uk_datetime(fact.at)}", f"seen {uk_datetime(fact.seen_at)}"
    differs = Differs(
        "seen_after_leaving", prisoner.prison_number, queries.name_of(prisoner), seen, told, fact.patient, fact.kind, fact.at
    )
    row = _difference(None, fact.establishment, clock.now(), differs)
    row.save(force_insert=True)
    keep(RollDiffers(by=fact.by, at=clock.now(), establishment=fact.establishment, differences=1))
    return row


@all_or_nothing
def follow_joined_numbers(fact: NumbersJoined) -> RollDifference | None:
    """The prison joined two numbers that are two records here: people look, one proposes to join them and another agrees."""
    if fact.other is None:
        return None
    prisoner = Prisoner.objects.get(id=fact.prisoner)
    both = f"one person: {fact.number} is now {prisoner.prison_number}"
    differs = Differs("two_records", prisoner.prison_number, queries.name_of(prisoner), "two records", both, fact.patient)
    row = _difference(None, fact.establishment, clock.now(), differs)
    row.save(force_insert=True)
    keep(RollDiffers(by=fact.by, at=clock.now(), establishment=fact.establishment, differences=1))
    return row


_WORDS = {"died": "died", "transfer": "transferred", "hospital": "to hospital", "released": "released"}


def _put_cells_right(found: Iterable[Differs], establishment: str, row: RollCheck, by: Actor) -> None:
    for one in found:
        if one.kind == "wrong_cell":
            prisoner = Prisoner.objects.get(prison_number=one.number)
            custody.correct_bed(
                prisoner=prisoner, establishment=establishment, location=one.theirs, at=row.at, by=by.id,
                message=f"roll:{row.id}:{one.number}",
            )  # fmt: skip


def _write(establishment: str, found: list[Differs], on_roll: int, here: int, at: datetime) -> RollCheck:
    row: RollCheck = RollCheck.objects.create(
        id=ids.new(), establishment=establishment, at=at, on_roll=on_roll, here=here, differences=len(found)
    )
    RollDifference.objects.bulk_create([_difference(row, establishment, at, one) for one in found])
    return row


def _difference(row: RollCheck | None, establishment: str, at: datetime, one: Differs) -> RollDifference:
    return RollDifference(
        id=ids.new(), check_row=row, establishment=establishment, kind=one.kind, prison_number=one.number, name=one.name[:200],
        patient=one.patient, ours=one.ours[:120], theirs=one.theirs[:120],
        happened_at=one.left_at or at, departure=one.left, found_at=at,
    )  # fmt: skip


def _read(listed: Iterable[Answer], establishment: str) -> tuple[dict[str, Line], list[Differs]]:
    """Everybody of the prison's list by their number, and the lines that cannot be read, each with what is the matter."""
    lines, unread = {}, []
    for found in listed:
        try:
            line = _line(found, establishment)
            lines[line.number] = line
        except Unreadable as error:
            unread.append(_unread(found if isinstance(found, dict) else {}, str(error)))
    return lines, unread


def _unread(found: Answer, why: str) -> Differs:
    number, *names = (translate.storable(str(found.get(part) or "")) for part in ("prisonerNumber", "lastName", "firstName"))
    name = ", ".join(filter(None, names)) or "No name"
    return Differs("unreadable", *((number, name) if len(number) <= 7 else ("", f"{name}, {number}")), NOT_COMPARED, why)


def _line(found: Answer, establishment: str) -> Line:
    person = answers.person(found)
    return Line(
        str(person.prison_number), f"{person.family_name.upper()}, {person.given_names}", answers.bed(found, establishment),
        str(found.get("status", "")) == "ACTIVE OUT",
    )  # fmt: skip
