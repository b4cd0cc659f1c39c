"""Whom a page shows, said on the view itself (L13). A view that says nothing is refused, and fails the build."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from throughcare.access.acting import Actor
from throughcare.access.models import Membership
from throughcare.core.refusals import ALLOW, Verdict, deny

KINDS = ("public", "staff", "establishment", "patient", "own", "peer", "community", "custody", "audit")
PEOPLE = frozenset(KINDS) - {"public", "staff"}  # a page of these kinds that leaves no trace is not sent

View = Callable[..., HttpResponseBase]


class Opened(Protocol):
    """The person a page opened, as far as this floor may know them; `patients.queries.opened` makes it."""

    @property
    def id(self) -> UUID:
        """The key of the record that is shown."""
        ...

    @property
    def linked(self) -> tuple[UUID, ...]:
        """The keys of all records of the person."""
        ...


class Request(HttpRequest):
    """A request after the middleware: who acts, and whom the response shows."""

    actor: Actor
    membership: Membership
    seen: set[UUID] | None
    patient: Opened | None
    banner: object  # made and read by the floors above
    purpose: str  # set where a look is for something else than what the role is for, as under broken glass

    def saw(self, patients: Iterable[UUID]) -> None: ...


@dataclass(frozen=True)
class Sight:
    """What a view declared: whom it shows, the action of the rulebook that it needs, whether opening it writes, and the
    scope kinds of the roles that it opens for."""

    kind: str
    may: str = ""
    writes: bool = False
    scopes: tuple[str, ...] = ()


# The scope kind that a role needs to open a view of a kind, unless the view names others.
NEEDS = {"establishment": ("care",), "patient": ("care",), "audit": ("audit",)}


def shows(kind: str, *, may: str = "", writes: bool = False, scopes: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Declare whom a view shows. `writes` is for a page whose very opening is kept, such as a slip that is printed;
    `scopes` opens a list of names to oversight or audit, which no chart is."""
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not one of {', '.join(KINDS)}.")

    def declare(view: View) -> View:
        @wraps(view)
        def declared(*args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(*args, **kwargs)

        declared.sight = Sight(kind, may, writes, scopes)  # type: ignore[attr-defined]
        return declared

    return declare


def can_open(actor: Actor, sight: Sight, kwargs: dict[str, Any]) -> Verdict:
    """Whether the actor's role and establishment open a view of this kind at all; rows are a second question."""
    needed = sight.scopes or NEEDS.get(sight.kind, ())
    if needed and not (actor.role and actor.role.scope in needed):
        return deny("Your role does not open health records." if "care" in needed else "Your role does not open this page.")
    if kwargs.get("code", actor.establishment) != actor.establishment:
        return deny("You are signed in at another prison. Sign out, and choose the role you hold at this one.")
    return actor.may(sight.may) if sight.may else ALLOW
