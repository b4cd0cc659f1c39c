"""Where the prison's systems are asked again, rather than trusting a message."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from throughcare.core.refusals import Refused

Answer = dict[str, Any]
Search = Callable[[str], "Answer | None"]


class NoSearch(Refused):
    """There is nowhere to look people up again, or the file that should serve for it cannot be read."""

    message, status = "{why}", 503


@dataclass(frozen=True)
class Source:
    """The questions that can be asked, each by a prison number (the roll by a prison's code).

    `person` is the prisoner search. The others may be missing: alerts are then those of the search, nobody is known to be
    kept apart, no court day is known, and there is no roll to compare with.
    """

    person: Search
    alerts: Search | None = None
    apart: Search | None = None
    schedule: Callable[[str], list[Answer] | None] | None = None
    roll: Callable[[str], Iterable[Answer] | None] | None = None


def chosen(given: Search | Source | None = None) -> Source:
    """What was given, else what the installation names. Raises NoSearch when it names nothing."""
    if given is None and not settings.PRISONER_SEARCH:
        raise NoSearch(why="No prisoner search is set: give THROUGHCARE_PRISONER_SEARCH, or --prisoners FILE.")
    found = import_string(settings.PRISONER_SEARCH) if given is None else given
    return found if isinstance(found, Source) else Source(person=found)


def from_lines(lines: Iterable[str]) -> Source:
    """A source over a file of JSON lines; a later line about somebody wins.

    Lines in the prisoner-search shape are people, and together the roll; a line with `nonAssociations` says from whom
    somebody is kept apart, one with `content` is a page of the alerts API.
    """
    try:
        told = [json.loads(line) for line in lines if line.strip()]
        people = {one["prisonerNumber"]: one for one in told if "lastName" in one}
        apart = {one["prisonerNumber"]: one for one in told if "nonAssociations" in one}
        pages = {one["content"][0]["prisonNumber"]: one for one in told if one.get("content")}
        if any(not {"lastName", "nonAssociations", "content"} & one.keys() for one in told):
            raise KeyError("lastName")
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise NoSearch(why="The prisoners file is not JSON lines in the prisoner-search shape.") from error
    return Source(person=people.get, alerts=pages.get, apart=apart.get, roll=lambda code: _held(people.values(), code))


def _held(people: Iterable[Answer], code: str) -> list[Answer]:
    return [one for one in people if one.get("prisonId") == code and str(one.get("status", "")).startswith("ACTIVE")]
