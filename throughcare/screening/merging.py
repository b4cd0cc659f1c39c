"""When two records are joined: both first-night screens must stay in sight, so one of two begun ones is signed first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from throughcare.core.refusals import Refused
from throughcare.instruments.models import QuestionnaireResponse
from throughcare.screening import rules
from throughcare.screening.models import Screen, Step


class TwoOpenScreens(Refused):
    """Both records have a screen that was begun and not signed: joined, only one of them would be met again."""

    message = (
        "Both records have a first-night screen that somebody has begun. Sign one of them first, so that neither is lost "
        "from sight; then say yes here."
    )


def follow_merge(fact: Any) -> None:
    """Refuse to join two records that each have an open screen."""
    if len(open_screens(fact.linked)) > 1:
        raise TwoOpenScreens()


def open_screens(patients: Iterable[UUID]) -> list[Screen]:
    """First-night screens that were begun and not signed, the latest first."""
    begun = QuestionnaireResponse.objects.filter(occasion=OuterRef("id"))
    signed = Step.objects.filter(screen=OuterRef("id"), kind=Step.Kind.SIGNED)
    rows = Screen.objects.filter(Exists(begun), ~Exists(signed), patient__in=list(patients), definition=rules.FIRST_NIGHT)
    return list(rows.order_by("-arrived_at"))
