"""Ask, take back, assess whether somebody can decide, and tell: nothing about a person leaves but through `disclose`."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep, keep_all
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed, Refused, Verdict, deny, require
from throughcare.core.writing import all_or_nothing
from throughcare.patients import consent, facts
from throughcare.patients.consent_book import Paper, Purpose, book
from throughcare.patients.models import Capacity, Consent, Disclosure, DisclosureRequest, Patient, Reach
from throughcare.patients.models.written import written_now
from throughcare.patients.seeing import is_barred


class NotAsked(Refused):
    """What was asked, for whom, or how it was answered is missing or unknown."""

    message = "{why}"


class NotAssessed(Refused):
    """Somebody is said to be unable to decide, but the assessment is missing or says otherwise."""

    message = "{why}"


class NothingToWithdraw(Refused):
    """There is no agreement that could be taken back."""

    message = "There is no agreement to take back: somebody was faster, or it was never given. Reload the page."


class NoBasis(Refused):
    """Something was to be told without agreement or another ground."""

    message = (
        "Nothing was told: {why}. Ask the person and write the answer under Consents, "
        "or choose another reason and say why it is proportionate."
    )
    status = 409


class NotOnTheList(Refused):
    """The paper or one of its fields is not on the closed list."""

    message = "{what} is not on the closed list of what this paper may hold. Leave it out; nothing was told."


class NeedsSecondPerson(Refused):
    """The ground needs somebody else to approve."""

    message = "Telling for this reason needs a second person. Send it for approval, and say why and what the person was told."


class SamePerson(NotAllowed):
    """The author wants to approve their own request."""

    message = "You asked for this yourself. Somebody else who may approve it has to look at it."


class ClosedToYou(NotAllowed):
    """The second person is barred from the record that is to be disclosed."""

    message = "This record is closed to you, so you cannot allow this. Ask somebody else who may approve it."


class AlreadyAnswered(Refused):
    """Somebody wrote an answer in the meantime."""

    message = "Somebody has answered this already. Reload the page."


def can_ask(by: Actor, purpose: Purpose) -> Verdict:
    """Whether this role asks about this purpose."""
    if by.role and by.role.id in purpose.asked_by:
        return by.may("ask_consent")
    return deny("Somebody else asks this question: leave it to those whose task it is.")


def can_approve(by: Actor, basis: str, author: str) -> Verdict:
    """Whether this person may approve telling on this ground; never the author."""
    if by.id == author:
        return deny(SamePerson.message)
    ground = _book().basis(basis)
    if ground and by.role and by.role.id in ground.approved_by:
        return by.may("approve_disclosure")
    return deny("Your role does not approve this. Ask the nurse in charge or the head of healthcare.")


@all_or_nothing
def assess_capacity(
    *, patient: UUID, decision: str, tests: Mapping[str, bool | None], reasons: str, ask_again_at: datetime | None,
    best_interests: str, at: datetime, by: Actor,
) -> Capacity:  # fmt: skip
    """Write whether somebody can decide one thing now. All four tests are answered; failing one means they cannot.

    Raises NotAssessed. Source: Mental Capacity Act 2005, section 3.
    """
    require(by.may("ask_consent"))
    _assessable(decision, tests, reasons, ask_again_at, at)
    able = all(tests.values())
    made = Capacity.objects.create(
        **_about(patient, at, by), decision=decision.strip()[:200], **tests, has_capacity=able, reasons=reasons.strip()[:1000],
        ask_again_at=ask_again_at, best_interests=best_interests.strip()[:1000],
    )  # fmt: skip
    keep(facts.CapacityAssessed(**_fact(patient, at, by), capacity=made.id))
    return made


@all_or_nothing
def record_consent(
    *, patient: UUID, purpose: str, status: str, how: str, at: datetime, by: Actor, recipient: str = "",
    capacity: Capacity | None = None,
) -> Consent:  # fmt: skip
    """Write what somebody answered. It replaces the earlier answer, which stays.

    Raises NotAsked or NotAssessed, or AlreadyAnswered when somebody was faster.
    """
    asked = _book().purpose(purpose)
    if asked is None:
        raise NotAsked(why="That question is not on the list. Choose one of the questions on the page.")
    require(can_ask(by, asked))
    whom = asked.recipient or recipient.strip()[:120]
    _answerable(whom, status, how, capacity, patient)
    return _answered(patient, asked, whom, status, how, at, by, capacity)


@all_or_nothing
def withdraw(*, granted: Consent, how: str, at: datetime, by: Actor) -> Consent:
    """They took it back: whoever hears it writes it, and nothing leaves on it from then on. Raises NothingToWithdraw."""
    require(by.may("ask_consent"))
    now = consent.standing(granted.patient_id, granted.purpose, granted.recipient)
    if now is None or now.id != granted.id or now.status != Consent.Status.GIVEN:
        raise NothingToWithdraw()
    made = _first(
        Consent, NothingToWithdraw, **_about(granted.patient_id, at, by), purpose=now.purpose, recipient=now.recipient,
        status=Consent.Status.WITHDRAWN, how=how if how in Consent.How.values else Consent.How.SPOKEN,
        words_version=now.words_version, corrects=now,
    )  # fmt: skip
    keep(facts.ConsentWithdrawn(**_fact(granted.patient_id, at, by), consent=made.id, purpose=made.purpose))
    return made


@all_or_nothing
def disclose(
    *,
    patient: UUID,
    document: str,
    recipient: str,
    basis: str,
    fields: Collection[str],
    at: datetime,
    by: Actor,
    content: str = "",
) -> Disclosure:
    """Tell: the only way a paper about a person leaves. Raises NoBasis, NotOnTheList or NeedsSecondPerson, telling nothing."""
    return disclose_all(
        told={patient: fields}, document=document, recipient=recipient, basis=basis, at=at, by=by, content=content
    )[0]


@all_or_nothing
def disclose_all(
    *, told: Mapping[UUID, Collection[str]], document: str, recipient: str, basis: str, at: datetime, by: Actor, content: str = ""
) -> list[Disclosure]:
    """One paper about several people: a row for each, with the fields shown of that person."""
    require(by.may("disclose"))
    paper = _paper(document, {field for fields in told.values() for field in fields}, basis)
    ground = _book().basis(basis)
    if ground is None or ground.argued:
        raise NeedsSecondPerson()
    rows = []
    for patient, fields in told.items():
        agreed = _agreed(patient, paper, recipient, at) if basis == Disclosure.Basis.CONSENT else None
        # What rests on agreement is written beside it, under whichever record of the person that is.
        about = _about(agreed.patient_id if agreed else patient, at, by)
        rows.append(Disclosure(**about, **_what(paper, recipient, basis, fields, content), consent=agreed))
    return _told(rows, at, by)


@all_or_nothing
def ask_to_disclose(
    *, patient: UUID, document: str, recipient: str, basis: str, fields: Collection[str], why: str, told_person: str,
    at: datetime, by: Actor,
) -> DisclosureRequest:  # fmt: skip
    """Ask a second person to let something be told without consent: why, and whether the person was told of it."""
    require(by.may("disclose"))
    _paper(document, set(fields), basis)
    if not why.strip() or not told_person.strip() or not recipient.strip():
        raise NoBasis(why="the reason, the recipient, or whether the person was told is missing")
    made = DisclosureRequest.objects.create(
        **_about(patient, at, by), document=document, recipient=recipient.strip()[:120], basis=basis, fields=list(fields),
        why=why.strip()[:1000], told_person=told_person.strip()[:400], asked_by_name=by.name[:120],
    )  # fmt: skip
    keep(facts.DisclosureAsked(**_fact(patient, at, by), request=made.id, document=document, basis=basis))
    return made


@all_or_nothing
def approve_disclosure(*, request: DisclosureRequest, at: datetime, by: Actor, content: str = "") -> Disclosure:
    """A second person allows it. The row names both; the database refuses it when they are one, or when it is not them."""
    require(can_approve(by, request.basis, request.written_by))
    _unanswered(request)
    paper = _paper(request.document, set(request.fields), request.basis)
    author = {**_about(request.patient_id, at, by), "written_by": request.written_by}
    row = Disclosure(
        **author, **_what(paper, request.recipient, request.basis, request.fields, content), why=request.why,
        told_person=request.told_person, approved_by=by.id, request=request,
    )  # fmt: skip
    return _told([row], at, by)[0]


@all_or_nothing
def disclose_pack(
    *, patient: UUID, recipient: str, basis: str, tables: Collection[str], why: str, told_person: str, asked_by: str,
    asked_by_name: str, at: datetime, by: Actor,
) -> Disclosure | None:  # fmt: skip
    """A second person lets an inspection pack leave: what was asked, in the asker's name, and the answer, in one writing.

    The asker reads no record and cannot write in one. None where the prison only reads this record, as after the person
    has gone. Raises ClosedToYou, NoBasis, NotAllowed.
    """
    require(can_approve(by, basis, asked_by))
    if is_barred(patient, by) and not Patient.objects.seen_by(by).filter(id=patient).exists():
        raise ClosedToYou()
    if not Reach.objects.live().filter(patient=patient, scope=f"establishment:{by.establishment}", writes=True).exists():
        return None
    paper = _book().paper("inspection_pack")
    if paper is None:
        raise NotOnTheList(what="“inspection_pack”")
    if basis not in paper.bases:
        raise NoBasis(why="this reason does not hold for this paper")
    said = {"source": "Inspection pack", "written_by": asked_by}
    asked = {"document": paper.code, "recipient": recipient, "basis": basis, "fields": list(tables), "why": why,
             "told_person": told_person}  # fmt: skip
    request = DisclosureRequest.objects.create(**{**_about(patient, at, by), **said}, **asked, asked_by_name=asked_by_name)
    row = {**_about(patient, at, by), **said, **asked}
    return _told([Disclosure(**row, purpose=paper.purpose, approved_by=by.id, request=request)], at, by)[0]


@all_or_nothing
def decline_disclosure(*, request: DisclosureRequest, why: str, at: datetime, by: Actor) -> DisclosureRequest:
    """A second person says no, and why; nothing is told."""
    require(can_approve(by, request.basis, request.written_by))
    _unanswered(request)
    if not why.strip():
        raise NotAsked(why="Say in a few words why nothing is to be told.")
    copied = ("document", "recipient", "basis", "fields", "why", "told_person", "asked_by_name")
    said = {name: getattr(request, name) for name in copied}
    made: DisclosureRequest = _first(
        DisclosureRequest, AlreadyAnswered, **_about(request.patient_id, at, by), **said, declined=why.strip()[:400],
        corrects=request,
    )  # fmt: skip
    keep(facts.DisclosureDeclined(**_fact(request.patient_id, at, by), request=request.id))
    return made


def _answered(
    patient: UUID, asked: Purpose, whom: str, status: str, how: str, at: datetime, by: Actor, capacity: Capacity | None
) -> Consent:
    until = at + timedelta(days=asked.expires_days) if asked.expires_days and status == Consent.Status.GIVEN else None
    made: Consent = _first(
        Consent, AlreadyAnswered, **_about(patient, at, by), purpose=asked.code, recipient=whom, status=status, how=how,
        capacity=capacity, words_version=asked.words_version, expires_at=until,
        corrects=consent.on_this_record(patient, asked.code, whom),
    )  # fmt: skip
    keep(facts.ConsentAnswered(**_fact(patient, at, by), consent=made.id, purpose=asked.code, status=status))
    return made


def _first(model: Any, lost: type[Refused], **what: Any) -> Any:
    """Write a row that takes the place of another, or refuse with `lost` when somebody was faster."""
    try:
        with transaction.atomic():
            return model.objects.create(**what)
    except IntegrityError as race:
        raise lost() from race


def _answerable(whom: str, status: str, how: str, capacity: Capacity | None, patient: UUID) -> None:
    if not whom:
        raise NotAsked(why="Write whom they may or may not be told to: a name and what they are.")
    if status not in set(Consent.Status.values) - {Consent.Status.WITHDRAWN} or how not in Consent.How.values:
        raise NotAsked(why="Choose what they answered and how: said, signed, marked, or through an interpreter.")
    unable = status == Consent.Status.LACKS_CAPACITY
    if unable and (capacity is None or capacity.has_capacity or capacity.patient_id != patient):
        raise NotAssessed(why="Write the assessment first: nobody is unable to decide because somebody says so.")


def _assessable(decision: str, tests: Mapping[str, bool | None], reasons: str, again: datetime | None, at: datetime) -> None:
    if set(tests) != {"understands", "retains", "weighs", "communicates"} or None in tests.values():
        raise NotAssessed(why="Answer all four questions: understand, keep in mind, weigh up, tell you.")
    if not decision.strip() or not reasons.strip():
        raise NotAssessed(why="Write which decision it is about, and what you saw and heard.")
    if again is not None and again <= at:
        raise NotAssessed(why="The time to ask again has passed already. Give a later one, or leave it blank.")


def _agreed(patient: UUID, paper: Paper, recipient: str, at: datetime) -> Consent:
    row = consent.live(patient, paper.purpose, recipient.strip(), at)
    if row is None:
        state = consent.state_of(consent.standing(patient, paper.purpose, recipient.strip()), at)
        raise NoBasis(why=f"{WHY_NOT[state]} ({recipient.strip() or 'no recipient'})")
    return row


WHY_NOT = {
    "not_asked": "nobody has asked the person", "refused": "the person said no", "withdrawn": "the person took it back",
    "lacks_capacity": "the person could not decide", "expired": "the agreement is out of date",
}  # fmt: skip


def _paper(document: str, fields: Collection[str], basis: str) -> Paper:
    paper = _book().paper(document)
    if paper is None:
        raise NotOnTheList(what=f"“{document}”")
    if strays := paper.strays(fields):
        raise NotOnTheList(what=f"“{strays[0]}”")
    if basis not in paper.bases or not fields:
        raise NoBasis(why="this reason does not hold for this paper" if fields else "the paper would be empty")
    return paper


def _what(paper: Paper, recipient: str, basis: str, fields: Collection[str], content: str) -> dict[str, Any]:
    if not recipient.strip():
        raise NoBasis(why="it is not said who is told")
    return {
        "document": paper.code, "purpose": paper.purpose, "recipient": recipient.strip()[:120], "basis": basis,
        "fields": [field for field in paper.fields if field in fields],
        "document_sha256": hashlib.sha256(content.encode()).hexdigest() if content else "",
    }  # fmt: skip


def _told(rows: Iterable[Disclosure], at: datetime, by: Actor) -> list[Disclosure]:
    try:
        with transaction.atomic():
            written = Disclosure.objects.bulk_create(rows)
    except IntegrityError as lost:  # somebody took it back, or answered, between our look and our writing
        raise NoBasis(why="the ground for it ended just now") from lost
    keep_all([
        facts.Disclosed(
            **_fact(row.patient_id, at, by), disclosure=row.id, document=row.document, basis=row.basis, fields=tuple(row.fields)
        )
        for row in written
    ])  # fmt: skip
    return list(written)


def _unanswered(request: DisclosureRequest) -> None:
    if request.declined or request.superseded_by or Disclosure.objects.filter(request=request).exists():
        raise AlreadyAnswered()


def _book() -> Any:
    return book(clock.prison_day(clock.now()))


def _about(patient: UUID, at: datetime, by: Actor) -> dict[str, Any]:
    source = by.role.title if by.role else by.name
    return {**written_now(patient, at, by), "source": source[:80]}


def _fact(patient: UUID, at: datetime, by: Actor) -> dict[str, Any]:
    return {"by": by.id, "at": at, "patient": patient, "establishment": by.establishment}
