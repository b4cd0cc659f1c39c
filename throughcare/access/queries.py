"""Who works at an establishment, who is waiting to be let in, and what those who acted are called."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from throughcare.access.models import Invitation, Membership, User
from throughcare.core import clock


def waiting(establishment: str) -> list[Invitation]:
    """Invitations that a second person has still to confirm, and codes that nobody has used yet; oldest first."""
    now = clock.now()
    here = Invitation.objects.filter(establishment=establishment)
    found = here.pending(now) | here.usable(now)
    return list(found.select_related("user", "organisation", "invited_by", "confirmed_by").order_by("invited_at"))


def people(establishment: str) -> list[Membership]:
    """Who may work here now; those whose shift ends by itself first."""
    held = Membership.objects.at(clock.now()).filter(establishment=establishment)
    return list(held.select_related("user", "organisation").order_by("until_at", "user__name"))


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """The names of those who acted, by the key that rows and facts keep; the system's own, which is no key, stays out."""
    keys = set()
    for actor in actors:
        with suppress(ValueError):
            keys.add(UUID(actor))
    named = User.objects.filter(id__in=keys).values_list("id", "name") if keys else ()
    return {str(key): name for key, name in named}
