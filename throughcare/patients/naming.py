"""Whom one could be taken for: others here with the same or a similar name, in every name both are known by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q
from django.db.models.functions import Coalesce, JSONObject

from throughcare.core.identifiers import sort_key, sounds_like
from throughcare.patients.linked import linked_of
from throughcare.patients.models import Name
from throughcare.patients.opened import NameSaid
from throughcare.patients.rules import GRAVEST_FIRST, Known, alike_in_any, folded

AT_MOST = 5  # a banner that names more warns of nobody


def names_of() -> ArraySubquery:
    """For a query of patients: every name of each, with its own date of birth."""
    rows = Name.objects.filter(patient__one_of=linked_of(), superseded_by=None).order_by("written_at")
    return ArraySubquery(rows.values(told=JSONObject(use="use", family="family_name", given="given_names", born="date_of_birth")))


def known(names: Iterable[NameSaid], born: date | None) -> list[Known]:
    """Names as the rule compares them; one without its own date of birth has the person's."""
    return [Known(one["family"], one["given"], _day(one["born"]) or born) for one in names]


def others_alike(mine: list[Known], linked: Iterable[UUID], here: Any) -> list[dict[str, Any]]:
    """Others among `here` (a query of patient keys) who could be taken for somebody, the likest first."""
    found: dict[UUID, list[Any]] = {}
    for row in candidates(mine).filter(patient__in=here).exclude(patient__in=list(linked)):
        found.setdefault(row.patient_id, []).append(row)
    told = [
        _told(rows, alike_in_any(mine, (Known(r.family_name, r.given_names, r.born) for r in rows))) for rows in found.values()
    ]
    return sorted((one for one in told if one["why"]), key=lambda one: rank(one["why"]))[:AT_MOST]


def alike_among(people: Iterable[Any]) -> dict[UUID, str]:
    """Which of the people of one list could be taken for another of it, and why."""
    rows = [(one.id, Known(one.family_name, one.given_names, one.date_of_birth)) for one in people]
    found: dict[UUID, str] = {}
    for key, name in rows:
        if why := alike_in_any([name], (other for one, other in rows if one != key)):
            found[key] = why
    return found


def rank(why: str) -> int:
    """The order of reasons, the gravest first."""
    return GRAVEST_FIRST.index(why)


def candidates(mine: list[Known]) -> Any:
    """Names worth comparing, by stored keys that an index serves."""
    families = {sort_key(one.family) for one in mine} - {""}
    givens = {sort_key(one.given) for one in mine} - {""}
    sounds = {sounds_like(folded(one.family)) for one in mine} - {""}
    born = {one.born for one in mine if one.born}
    alike = Q(family_key__in=families | givens) | Q(family_sound__in=sounds) | Q(date_of_birth__in=born)
    rows = Name.objects.filter(alike, superseded_by=None)
    return rows.annotate(
        born=Coalesce("date_of_birth", F("patient__date_of_birth")), recorded_family=F("patient__family_name"),
        recorded_given=F("patient__given_names"),
    ).order_by("family_key", "given_key")  # fmt: skip


def _told(rows: list[Any], why: str) -> dict[str, Any]:
    """Somebody by the recorded name, and by which other name they were taken for somebody."""
    one = rows[0]
    other = "" if any(row.use == Name.Use.OFFICIAL for row in rows) else str(one)
    return {
        "given": one.recorded_given, "family": one.recorded_family, "why": why, "other_name": other,
        "born": one.born.isoformat() if one.born else None,
    }  # fmt: skip


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
