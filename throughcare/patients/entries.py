"""What the person agreed to, what was told to whom, what they need and who is close to them, as entries."""

from __future__ import annotations

from collections.abc import Iterator

from throughcare.core import clock
from throughcare.core.kinds import Kind
from throughcare.patients import consent_book
from throughcare.patients.models import Capacity, Consent, Contact, Disclosure, DisclosureRequest, Need
from throughcare.patients.models.consent import Basis


def _purpose(code: str) -> str:
    found = consent_book.book(clock.prison_day(clock.now())).purpose(code)
    return found.title if found else code.replace("_", " ")


def _paper(code: str) -> str:
    found = consent_book.book(clock.prison_day(clock.now())).paper(code)
    return found.title if found else code.replace("_", " ")


def _decided(row: Capacity) -> str:
    return f"{'Can' if row.has_capacity else 'Cannot'} decide now: {row.decision}"


def _consented(row: Consent) -> str:
    status = Consent.Status(row.status).label if row.status in Consent.Status.values else row.status
    return f"{status}: {_purpose(row.purpose)}" + (f", {row.recipient}" if row.recipient else "")


def _asked(row: DisclosureRequest) -> str:
    return f"{'Not allowed' if row.declined else 'Asked'} to tell {row.recipient} without consent"


def _disclosed(row: Disclosure) -> str:
    return f"Told to {row.recipient}: {_paper(row.document) if row.document else _purpose(row.purpose)}"


def _basis(row: Disclosure) -> Iterator[tuple[str, str]]:
    yield "Why it was allowed", Basis(row.basis).label if row.basis in Basis.values else row.basis
    yield "Why", row.why
    yield "Was the person told", row.told_person


def _near(row: Contact) -> str:
    relation = Contact.Relation(row.relation).label if row.relation in Contact.Relation.values else row.relation
    return ("No longer: " if row.ended else "") + f"{relation}, {row.name}"


def _consents(row: Consent | Capacity) -> str:
    return "consents/"


def _disclosures(row: Disclosure | DisclosureRequest) -> str:
    return "disclosures/"


def _identity(row: Need | Contact) -> str:
    return "identity/"


KINDS = (
    Kind(
        Capacity, "Capacity", "Capacity", _decided, lambda row: (("Why", row.reasons), ("Best interests", row.best_interests)),
        page=_consents,
    ),
    Kind(
        Consent, "Consent", "Consents", _consented,
        lambda row: (("How", Consent.How(row.how).label if row.how in Consent.How.values else row.how),), page=_consents,
    ),
    Kind(
        DisclosureRequest, "Request to tell", "Requests to tell", _asked,
        lambda row: (("Why", row.why), ("Was the person told", row.told_person), ("Why not", row.declined)), page=_disclosures,
    ),
    Kind(Disclosure, "Disclosure", "Disclosures", _disclosed, _basis, page=_disclosures),
    Kind(
        Need, "Need", "Needs", lambda row: f"{'No longer needs' if row.ended else 'Needs'}: {row.code.replace('_', ' ')}",
        lambda row: (("Words", row.detail),), page=_identity,
    ),
    Kind(
        Contact, "Person close to them", "People close to them", _near, lambda row: (("May be told", row.may_be_told),),
        page=_identity,
    ),
)  # fmt: skip
