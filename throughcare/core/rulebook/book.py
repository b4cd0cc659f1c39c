"""A kind of rulebook file, declared once by the module that reads it. All that were declared can be listed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

from throughcare.core import clock
from throughcare.core.rulebook.entry import Inactive, Rulebook
from throughcare.core.rulebook.loading import Build, load
from throughcare.core.rulebook.site import Site, here, root

T = TypeVar("T")
_DECLARED: dict[tuple[Path, tuple[str, ...]], Book[Any]] = {}


class Book(Generic[T]):
    """The entries of one folder (those ids in `only`, or not in `but`), read once and, when the site changes, anew.

    `inactive` says what becomes of an entry that two people have not signed, in production. `vital` ids are kept once they
    were signed, and where one is not in use the doctor and the clinical lead are told so by name. `checked` gets the loaded
    rulebook and returns it, or raises RulebookError.
    """

    def __init__(
        self, folder: Path, build: Build[T], *, only: Collection[str] = (), but: Collection[str] = (),
        inactive: Inactive = Inactive.STANDS, vital: Collection[str] = (),
        checked: Callable[[Rulebook[T]], Rulebook[T]] | None = None,
    ) -> None:  # fmt: skip
        self.folder, self.only, self.but = folder, tuple(only), tuple(but)
        self.inactive, self.vital = inactive, frozenset(vital)
        self._build, self._checked = build, checked
        self._kept: tuple[Site, Rulebook[T]] | None = None
        _DECLARED[folder, self.only] = self

    @property
    def package(self) -> str:
        """The package that owns the folder."""
        return root(self.folder).parent.name

    def is_vital(self, id: str) -> bool:
        """Whether its absence must never be silent."""
        return id in self.vital or self.inactive is Inactive.KEPT

    def read(self) -> Rulebook[T]:
        """Every version, read anew. Raises RulebookError."""
        found = load(self.folder, self._build, only=self.only, but=self.but, inactive=self.inactive, vital=self.vital)
        return self._checked(found) if self._checked else found

    def all(self) -> Rulebook[T]:
        """Every version, read once. Raises RulebookError."""
        if self._kept is None or self._kept[0] is not here():
            self._kept = here(), self.read()
        return self._kept[1]

    def on(self, day: date) -> T:
        """What the one entry of this book says on a day. Raises RulebookError."""
        return self.all().on(self.only[0], day).value

    def current(self) -> T:
        """What the one entry of this book says today. Raises RulebookError."""
        return self.on(clock.prison_day(clock.now()))


def declared() -> tuple[Book[Any], ...]:
    """Every kind of rulebook file whose module has been imported."""
    return tuple(_DECLARED.values())
