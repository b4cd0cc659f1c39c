"""The proofs of many rows at once, and the seals from the earliest used to the head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from throughcare.audit import rules as sealing
from throughcare.audit.models import Leaf, Seal, Shape
from throughcare.reporting.about import Row
from throughcare.reporting.rules import paths_of


@dataclass(frozen=True)
class Proofs:
    """What proofs.json holds."""

    seals: tuple[str, ...]
    proofs: tuple[dict[str, Any], ...]

    @property
    def head(self) -> str | None:
        """The newest seal, in the anchor's words."""
        return self.seals[-1] if self.seals else None


def proofs_of(rows: Iterable[Row]) -> Proofs:
    """A path for every sealed row. Each seal's leaves are read once: at most 100,000."""
    under: dict[int, list[Row]] = {}
    for row in rows:
        if row.seal is not None:
            under.setdefault(row.seal, []).append(row)
    made = [proof for number in sorted(under) for proof in _under(number, under[number])]
    return Proofs(tuple(_chain(min(under))) if under else (), tuple(made))


def _under(number: int, rows: list[Row]) -> Iterator[dict[str, Any]]:
    shapes = dict(Shape.objects.values_list("id", "table_name"))
    leaves = Leaf.objects.filter(seal=number).order_by("position").values_list("shape", "row_id", "hash")
    nodes = [sealing.leaf(sealing.line(shapes[shape], key, bytes(own))) for shape, key, own in leaves]
    paths = paths_of(nodes, (row.place for row in rows if row.place is not None))
    for row in rows:
        assert row.place is not None
        yield {"table": row.table, "id": str(row.key), "seal": number, "place": row.place, "path": paths[row.place]}


def _chain(first: int) -> Iterator[str]:
    for kept in Seal.objects.filter(number__gte=first).order_by("number"):
        yield sealing.Seal(kept.number, kept.made_at, kept.count, kept.root, kept.previous, kept.hash).line
