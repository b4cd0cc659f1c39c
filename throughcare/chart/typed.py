"""What somebody typed into the search box: names, numbers, a cell, a date or a year of birth, in any order. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from throughcare.core.identifiers import sort_key

END = "\U0010ffff"  # after every letter: what starts with a word lies between the word and this
MOST_WORDS = 6  # more than a name has; the rest is left out rather than compared in every order
SHORTEST_NUMBER = 4
CELL = re.compile(r"([A-Za-z]{1,2})-?(\d{1,2})?-?(\d{3})?")
NUMERIC_DAY = re.compile(r"\b(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})\b")
ISO_DAY = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
WORDED_DAY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)? ?([A-Za-z]{3,9}),? ?(\d{4})\b")
YEAR = re.compile(r"\b(19|20)\d{2}\b")
PRISON_NUMBER = re.compile(r"[A-Z]\d{4}[A-Z]{1,2}")
MONTHS = ("%B", "%b")


@dataclass(frozen=True)
class Typed:
    """One search, taken apart. Everything that was given must fit."""

    words: tuple[str, ...] = ()
    number: str = ""
    cell: str = ""
    born: date | None = None
    year: int | None = None

    @property
    def splits(self) -> Iterator[tuple[str, str]]:
        """Each way in which the words can be a family and a given name, in either order."""
        whole = " ".join(self.words)
        yield whole, ""
        yield "", whole
        for place in range(1, len(self.words)):
            first, second = " ".join(self.words[:place]), " ".join(self.words[place:])
            yield first, second
            yield second, first


def taken_apart(typed: str, today: date) -> Typed:
    """What was typed. A code with a digit is a number or a cell; what is neither a date nor a code is a name."""
    rest, born = _without_date(" ".join(typed.split()), today)
    if born is None and (code := _code(rest)):
        return Typed(number=code, cell=_cell(rest))
    year = YEAR.search(rest) if born is None else None
    rest = rest.replace(year.group(), " ", 1) if year else rest
    words = tuple(sort_key(rest).split())[:MOST_WORDS]
    cell = "" if born or year else _cell(rest)
    return Typed(words=words, cell=cell, born=born, year=int(year.group()) if year else None)


def starts(word: str) -> tuple[str, str]:
    """The bounds of what starts with a word, for stored keys that an index serves."""
    return word, word + END


def _without_date(typed: str, today: date) -> tuple[str, date | None]:
    for form in (ISO_DAY, NUMERIC_DAY, WORDED_DAY):
        if (found := form.search(typed)) and (day := _day(form, found, today)):
            return (typed[: found.start()] + " " + typed[found.end() :]).strip(), day
    return typed, None


def _day(form: re.Pattern[str], found: re.Match[str], today: date) -> date | None:
    one, two, three = found.groups()
    try:
        if form is ISO_DAY:
            return date(int(one), int(two), int(three))
        if form is WORDED_DAY:
            return _worded(one, two, three)
        return date(_whole_year(three, today), int(two), int(one))
    except ValueError:
        return None


def _worded(day: str, month: str, year: str) -> date | None:
    for form in MONTHS:
        try:
            return datetime.strptime(f"{day} {month} {year}", f"%d {form} %Y").replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def _whole_year(year: str, today: date) -> int:
    """Two digits are the last such year that has been: nobody searches for somebody yet to be born."""
    if len(year) == 4:
        return int(year)
    this = today.year // 100 * 100 + int(year)
    return this if this <= today.year else this - 100


def _code(rest: str) -> str:
    """A number without spaces and dashes, when everything typed can be one: 999 100 0003, a 4711 kh, 2019/0012345X."""
    key = "".join(letter for letter in rest.upper() if letter.isascii() and letter.isalnum())
    digits = sum(letter.isdigit() for letter in key)
    name_and_year = bool(YEAR.search(rest)) and not PRISON_NUMBER.fullmatch(key)
    can_be = digits >= 2 and len(key) - digits <= 3 and len(key) >= SHORTEST_NUMBER
    return key if can_be and (not name_and_year or "/" in rest) else ""


def _cell(rest: str) -> str:
    """A cell as the prison writes it, or the beginning of one: B-2, B-2-014."""
    found = CELL.fullmatch(rest)
    if not found or not any(letter.isdigit() for letter in rest):
        return ""
    wing, landing, cell = found.groups()
    return "-".join(part for part in (wing.upper(), landing, cell) if part)
