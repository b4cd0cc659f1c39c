"""Who acts, where, as what and for which purpose: the context of every transaction.

Row security reads it from the database session, the audit trail from here. Jobs, commands and requests use the same
`acting()`; without it no patient row is visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from django.db import connection

from throughcare.access.models import Membership
from throughcare.access.roles import Role, permissions
from throughcare.core.laws import SYSTEM
from throughcare.core.refusals import ALLOW, Verdict, deny
from throughcare.core.writing import one_block


@dataclass(frozen=True)
class Actor:
    """Somebody acting: a person in a role at an establishment, or the system on behalf of somebody."""

    id: str
    name: str
    role: Role | None = None
    establishment: str = ""
    purpose: str = "care"
    more_scopes: tuple[str, ...] = field(default=())
    adds: frozenset[str] = frozenset()  # what competences add to the role

    @classmethod
    def of(cls, membership: Membership, purpose: str = "care") -> Self:
        """The person of a membership, at its establishment."""
        user = membership.user
        return cls(str(user.id), user.name, membership.role, membership.establishment_id, purpose, adds=membership.adds)

    @classmethod
    def system(cls, job: str, *, establishments: tuple[str, ...] = (), behalf: str = "") -> Self:
        """The system doing a named job, such as the custody feed; `behalf` names who set it off."""
        name = f"system:{job}" + (f" for {behalf}" if behalf else "")
        return cls(name, f"Throughcare ({job})", None, "", job, (SYSTEM, *(f"establishment:{e}" for e in establishments)))

    @property
    def scopes(self) -> tuple[str, ...]:
        """What row security lets through."""
        own = (f"user:{self.id}",) if self.user_id else ()  # what was opened for this one person, in an emergency
        return (self.role.scopes(self.establishment) if self.role else ()) + own + self.more_scopes

    @property
    def user_id(self) -> UUID | None:
        """The person's key, or None for the system."""
        return None if self.id.startswith("system:") else UUID(self.id)

    def may(self, action: str) -> Verdict:
        """Whether the role, or what is added to it, allows an action; an operator's command has no role.

        Raises LookupError for an action that no package declares: a misspelt one would be refused to everybody in silence.
        """
        if action not in permissions():
            raise LookupError(f"No package declares the action {action!r} in its rulebook/permissions.toml.")
        if action in (self.role.may if self.role else frozenset()) | self.adds:
            return ALLOW
        title = self.role.title.lower() if self.role else "the system"
        return deny(f"As {title} you cannot do this here. Ask the nurse in charge.")


_current: ContextVar[Actor | None] = ContextVar("actor", default=None)


def current() -> Actor:
    """Who acts now; raises LookupError outside `acting()`, because nothing happens without an actor."""
    actor = _current.get()
    if actor is None:
        raise LookupError("Nobody is acting: open acting(actor) first.")
    return actor


@contextmanager
def acting(actor: Actor, *, only_reads: bool = False) -> Iterator[Actor]:
    """One transaction in which `actor` acts. Nested uses change the actor and give the earlier one back.

    `only_reads`: nothing but the trace of a look is written, which need not wait for the disk.
    """
    before = _before() if connection.in_atomic_block else None
    token = _current.set(actor)
    try:
        with one_block():
            _set(*_said_of(actor), only_reads=only_reads)
            yield actor
            if before and not connection.needs_rollback:
                _set(*before)
    finally:
        _current.reset(token)


def _before() -> tuple[str, str, str]:
    """What is given back: who acted until now, or whatever a transaction without an actor was set to."""
    actor = _current.get()
    return _said_of(actor) if actor else _settings()


def _said_of(actor: Actor) -> tuple[str, str, str]:
    return actor.id, "{" + ",".join(f'"{scope}"' for scope in actor.scopes) + "}", actor.purpose


def _settings() -> tuple[str, str, str]:
    names = ("app.user", "app.scopes", "app.purpose")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in names))
        user, scopes, purpose = cursor.fetchone()
    return user, scopes, purpose


_CONTEXT = "SELECT set_config('app.user', %s, true), set_config('app.scopes', %s, true), set_config('app.purpose', %s, true)"


def _set(user: str, scopes: str, purpose: str, *, only_reads: bool = False) -> None:
    """Local to the transaction, so that nothing survives into the next one on a pooled connection."""
    hurry = ", set_config('synchronous_commit', 'off', true)" if only_reads else ""
    with connection.cursor() as cursor:
        cursor.execute(_CONTEXT + hurry, [user, scopes, purpose])
