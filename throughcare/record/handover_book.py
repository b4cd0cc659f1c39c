"""The rulebook of handovers: which fields each page holds, what may be written in them, and the lines they warn with.

Plain values: no clock or request; of the database only how long a line may be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from throughcare.core import clock
from throughcare.core.rulebook import Book as File
from throughcare.core.rulebook import RulebookError, only, shaped, typed
from throughcare.core.shown import uk_datetime

FOLDER = Path(__file__).parent / "rulebook"
SHORT, ROWS = 200, 12
LINE = 400  # a line lands as a warning's words, which are as long; a test holds the two together
MEDICINE = ("what", "dose", "at")
TIMES = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


class Unwritable(ValueError):
    """Something that the closed list does not hold. `field` names where, the sentence says what to do."""

    def __init__(self, field: str, words: str) -> None:
        self.field = field
        super().__init__(words)


@dataclass(frozen=True)
class Option:
    """One answer of a field."""

    value: str
    text: str


@dataclass(frozen=True)
class Field:
    """One field: what it asks, how, whether its content warns the prison, and on which pages it stands (none: on all)."""

    code: str
    text: str
    kind: str
    hint: str = ""
    warns: bool = False
    options: tuple[Option, ...] = ()
    pages: tuple[str, ...] = ()

    def words_of(self, value: Any) -> list[str]:
        """What was written, in words: one line each."""
        return list(_WORDS[self.kind](self, value))


@dataclass(frozen=True)
class Kind:
    """From whom or for whom: the role that writes and reads it, and the source its warnings are kept under."""

    code: str
    words: str
    role: str
    warns_as: str


@dataclass(frozen=True)
class Book:
    """The closed list."""

    kinds: tuple[Kind, ...]
    fields: tuple[Field, ...]
    shown_hours: int

    @property
    def shown_for(self) -> timedelta:
        """For how long those on the way can open a page."""
        return timedelta(hours=self.shown_hours)

    def kind(self, code: str) -> Kind | None:
        """A kind of handover."""
        return next((one for one in self.kinds if one.code == code), None)

    def kind_of(self, role: str) -> Kind | None:
        """The kind that a role writes and reads."""
        return next((one for one in self.kinds if one.role == role), None)

    def fields_of(self, kind: str) -> tuple[Field, ...]:
        """The fields of one kind of page."""
        return tuple(one for one in self.fields if not one.pages or kind in one.pages)

    def checked(self, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """The content as it is kept, blanks left out. Raises Unwritable for a field or a value outside the closed list."""
        known = {one.code: one for one in self.fields_of(kind)}
        if strays := sorted(set(content) - set(known)):
            raise Unwritable(strays[0], f"“{strays[0]}” is not on this page. Leave it out.")
        kept = {code: _CHECKS[known[code].kind](known[code], value) for code, value in content.items()}
        return {code: value for code, value in kept.items() if value}

    def warnings(self, kind: str, content: Mapping[str, Any]) -> list[str]:
        """The lines that the prison reads and signs one by one."""
        warning = [one for one in self.fields_of(kind) if one.warns and one.code in content]
        return [line for one in warning for line in one.words_of(content[one.code])]


def _choices(field: Field, value: Any) -> list[str]:
    chosen, known = list(value or []), [option.value for option in field.options]
    if strays := [one for one in chosen if one not in known]:
        raise Unwritable(field.code, f"“{strays[0]}” is not one of the answers. Choose from the list.")
    return [one for one in known if one in chosen]


def _choice(field: Field, value: Any) -> str:
    return "".join(_choices(field, [value] if value else []))


def _text(field: Field, value: Any) -> str:
    said = " ".join(str(value or "").split())
    if len(said) > SHORT:
        raise Unwritable(field.code, f"Shorten this to {SHORT} characters: nothing was lost.")
    return said


def _times(field: Field, value: Any) -> list[str]:
    said = [one for one in re.split(r"[,;\s]+", value) if one] if isinstance(value, str) else list(value or [])
    if wrong := [one for one in said if not TIMES.fullmatch(str(one))]:
        raise Unwritable(field.code, f"“{wrong[0]}” is not a time. Write times such as 14:00, and nothing else.")
    return sorted(one.zfill(5) for one in said)


def _moment(field: Field, value: Any) -> str:
    if not value:
        return ""
    try:
        read = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Unwritable(field.code, "Enter a date and a time.") from error
    return (read if read.tzinfo else read.replace(tzinfo=clock.LONDON)).isoformat()


def _medicines(field: Field, value: Any) -> list[dict[str, str]]:
    rows = list(value or [])
    if len(rows) > ROWS or any(set(row) - set(MEDICINE) for row in rows):
        raise Unwritable(field.code, f"Write at most {ROWS} medicines, each with what, how much and when.")
    read = [{part: _text(field, row.get(part, "")) for part in MEDICINE} for row in rows]
    if any(len(line) > LINE for line in _medicine_words(field, read)):
        raise Unwritable(field.code, f"Shorten each medicine to {LINE} characters in all: nothing was lost.")
    return [row for row in read if row["what"]]


_CHECKS: dict[str, Callable[[Field, Any], Any]] = {
    "checkboxes": _choices, "radios": _choice, "text": _text, "times": _times, "datetime": _moment, "medicines": _medicines,
}  # fmt: skip


def _medicine_words(field: Field, value: Any) -> Iterator[str]:
    for row in value:
        yield f"{row['what']}, {row['dose'] or 'dose not known'}, last given {row['at'] or 'at a time not known'}"


_WORDS: dict[str, Callable[[Field, Any], Any]] = {
    "checkboxes": lambda field, value: (option.text for option in field.options if option.value in value),
    "radios": lambda field, value: (option.text for option in field.options if option.value == value),
    "text": lambda field, value: [value],
    "times": lambda field, value: [", ".join(value)],
    "datetime": lambda field, value: [uk_datetime(datetime.fromisoformat(value))],
    "medicines": _medicine_words,
}


def book(day: date) -> Book:
    """What applies on a day; raises RulebookError when it cannot be read."""
    return FILE.on(day)


def _build(data: dict[str, Any]) -> Book:
    only(data, "kinds", "fields", "shown_hours")
    kinds = tuple(typed(Kind, row, "kinds") for row in data["kinds"])
    made = Book(kinds, tuple(_field(row) for row in data["fields"]), data["shown_hours"])
    codes = {one.code for one in kinds}
    for one in made.fields:
        if one.kind not in _CHECKS or set(one.pages) - codes:
            raise RulebookError(f"The field {one.code} is of an unknown kind, or stands on an unknown page.")
    return made


def _field(row: Mapping[str, Any]) -> Field:
    plain = {key: value for key, value in row.items() if key not in ("options", "for")}
    options = tuple(shaped(Option, one, f"option of {row.get('code')}") for one in row.get("options", ()))
    return shaped(Field, plain, f"field {row.get('code')}", options=options, pages=tuple(row.get("for", ())))


FILE = File(FOLDER, _build, only=("handover",))
