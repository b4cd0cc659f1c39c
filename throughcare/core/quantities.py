"""Amounts: a Decimal and a unit that travel together, so that milligrams never meet millilitres."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import total_ordering
from typing import Self

_PLACES = Decimal("0.0001")  # numeric(12,4) in every table
_LIMIT = Decimal(10) ** 8


class UnitMismatch(TypeError):
    """Two amounts in different units were put together."""


@total_ordering
@dataclass(frozen=True)
class Quantity:
    """An amount and its unit code, such as 500 mg. Strings in JSON; never a float."""

    amount: Decimal
    unit: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite() or abs(self.amount) >= _LIMIT:
            raise ValueError(f"{self.amount!r} is not an amount.")
        if self.amount != self.amount.quantize(_PLACES):
            raise ValueError("An amount has at most four decimal places.")

    @classmethod
    def parse(cls, words: str) -> Self:
        """Read "500 mg". Raises ValueError for anything else, a comma as decimal point included."""
        try:
            amount, unit = words.split()
            return cls(Decimal(amount), unit)
        except (ValueError, InvalidOperation) as error:
            raise ValueError(f"{words!r} is not an amount and a unit, such as 500 mg.") from error

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.amount + self._same_unit(other), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.amount - self._same_unit(other), self.unit)

    def __lt__(self, other: Quantity) -> bool:
        return self.amount < self._same_unit(other)

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.unit}"

    def _same_unit(self, other: Quantity) -> Decimal:
        if self.unit != other.unit:
            raise UnitMismatch(f"{self} and {other} are in different units.")
        return other.amount
