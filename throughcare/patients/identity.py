"""What can be said of somebody, in the national codes: characteristics, needs, and how numbers look. Reads of it too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from throughcare.core.identifiers import BadIdentifier, NHSNumber, PrisonNumber
from throughcare.core.rulebook import Book, only, shaped, whole
from throughcare.patients.linked import everything_of
from throughcare.patients.models import Characteristic, Contact, Identifier, Name, Need, Photo
from throughcare.patients.opened import NeedSaid

FOLDER = Path(__file__).parent / "rulebook"
CHECKED = {"nhs": NHSNumber, "prison": PrisonNumber}


@dataclass(frozen=True)
class NeedKind:
    """One need: the words on the form, the few words in the banner, and what the detail is about."""

    code: str
    words: str
    banner: str
    asks: str
    source: str


@dataclass(frozen=True)
class CharacteristicCode:
    """One value of a characteristic: its national code, and the words beside it."""

    kind: str
    code: str
    words: str
    source: str


@dataclass(frozen=True)
class NumberForm:
    """How a number looks, and the example that people are shown."""

    form: str
    example: str


@dataclass(frozen=True)
class NumberForms:
    """How each number looks, by its system."""

    systems: Mapping[str, NumberForm]


@dataclass(frozen=True)
class Said:
    """Everything current that is said of a person, under any of their records."""

    names: list[Name]
    numbers: list[Identifier]
    characteristics: list[Characteristic]
    needs: list[Need]
    contacts: list[Contact]
    photo: Photo | None


def said_of(patient: UUID) -> Said:
    """Six statements: what the page "Who he is" shows."""
    rows: dict[Any, list[Any]] = {model: _current(model, patient) for model in (Name, Identifier, Characteristic, Need, Contact)}
    return Said(
        names=rows[Name], numbers=rows[Identifier], characteristics=rows[Characteristic],
        needs=[row for row in rows[Need] if not row.ended], contacts=[row for row in rows[Contact] if not row.ended],
        photo=photo_of(patient),
    )  # fmt: skip


def photo_of(patient: UUID) -> Photo | None:
    """The latest photo under any of somebody's records."""
    rows = Photo.objects.filter(patient__one_of=everything_of(patient), superseded_by=None)
    found: Photo | None = rows.order_by("-happened_at").first()
    return found


def number_key(typed: str) -> str:
    """A number as it is compared: letters and digits only, in capitals."""
    return "".join(letter for letter in typed.upper() if letter.isascii() and letter.isalnum())


def checked_number(system: str, typed: str) -> str:
    """The number as it is written, or BadIdentifier with the sentence that says how such a number looks."""
    if system in CHECKED:
        return CHECKED[system](typed)
    tidy = re.sub(r"\s", "", typed).upper()[:40]
    form = NUMBERS.current().systems.get(system)
    if form and not re.fullmatch(form.form, tidy):
        raise BadIdentifier(f"A {Identifier.System(system).label} looks like {form.example}. Check it.")
    if not number_key(tidy):
        raise BadIdentifier("Enter the number.")
    return tidy


def needs() -> dict[str, NeedKind]:
    """Every need by its code."""
    return NEEDS.current()


def codes_of(kind: str) -> dict[str, str]:
    """The codes of a characteristic with their words, in the order in which they are offered."""
    return {row.code: row.words for row in CHARACTERISTICS.current() if row.kind == kind}


def needs_in_few_words(rows: Iterable[NeedSaid]) -> list[str]:
    """For the banner: "Interpreter: Polish", "Wheelchair"."""
    found = []
    for row in rows:
        kind = needs().get(row["code"])
        words = kind.banner if kind else row["code"].replace("_", " ").capitalize()
        detail = row["detail"] or ("language not known" if row["code"] == "interpreter" else "")
        found.append(f"{words}: {detail}" if detail else words)
    return found


def _current(model: Any, patient: UUID) -> list[Any]:
    return list(model.objects.filter(patient__one_of=everything_of(patient), superseded_by=None).order_by("written_at"))


def _needs(data: Mapping[str, Any]) -> dict[str, NeedKind]:
    only(data, "rows")
    return {row["code"]: shaped(NeedKind, row, row["code"]) for row in data["rows"]}


def _characteristics(data: Mapping[str, Any]) -> tuple[CharacteristicCode, ...]:
    only(data, "rows")
    return tuple(shaped(CharacteristicCode, row, row["code"]) for row in data["rows"])


NEEDS = Book(FOLDER, _needs, only=("needs",))
CHARACTERISTICS = Book(FOLDER, _characteristics, only=("characteristics",))
NUMBERS = Book(FOLDER, whole(NumberForms), only=("identifiers",))
