"""Where the pages of a person stand: the one place that spells such an address outside the tables of addresses themselves."""

from __future__ import annotations

from uuid import UUID


def of_person(patient: UUID, rest: str = "") -> str:
    """The page of a person, or what stands under it: `rest` is such as "timeline/" or "tasks/<key>/"."""
    return f"/patients/{patient}/{rest}"
