"""When something is said to have happened: "in 2014", "March 2016", "12/3/15", or the dated line it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
DAY = re.compile(r"\b(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>(?:19|20)?\d{2})\b")
NAMED = re.compile(rf"\b(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+)?{_MONTH}\.?,?\s+(?P<y>(?:19|20)\d{{2}})\b", re.I)
YEAR = re.compile(r"\b(?P<y>(?:19[3-9]\d|20[0-4]\d))\b")


@dataclass(frozen=True, order=True)
class When:
    """A day, a month or a year that somebody wrote, with the first day it can mean, for the order of things."""

    first: date
    words: str


def said_when(text: str, written: date) -> When | None:
    """The earliest moment that a text names, or None. A moment after it was written is a plan, and is left out."""
    found = [when for when in (_when(match) for match in _all(text)) if when and when.first <= written]
    return min(found, default=None)


def heading_when(text: str, upto: int, written: date) -> When | None:
    """The date that begins the last dated line before a place on a page: notes stand under their date."""
    for line in reversed(text[:upto].split("\n")):
        match = next(iter(_all(line[:30])), None)
        if match and not line[: match.start()].strip(" \t*[(") and (when := _when(match)) and when.first <= written:
            return when
    return None


def _all(text: str) -> Iterable[re.Match[str]]:
    for kind in (DAY, NAMED, YEAR):
        if found := list(kind.finditer(text)):
            return found
    return ()


def _when(match: re.Match[str]) -> When | None:
    part = match.groupdict()
    month = MONTHS.index(part["month"][:3].lower()) + 1 if part.get("month") else int(part.get("m") or 1)
    try:
        return When(date(_year(part["y"]), month, int(part.get("d") or 1)), match.group().strip())
    except ValueError:
        return None


def _year(typed: str) -> int:
    """Two figures are this century up to 2049, as in 12/3/15."""
    number = int(typed)
    return number if number > 99 else number + (2000 if number < 50 else 1900)
