"""What one visit closes, under one heading: the steps of a pathway that name the same slot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from throughcare.screening import rules as screening


def by_visit(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of one person as the task card takes them; two or more of a visit stand together where the first of them stood."""
    counted = Counter(line["visit"] for line in lines)
    found: dict[str | int, list[dict[str, Any]]] = {}
    for number, line in enumerate(lines):
        shared = line["visit"] and counted[line["visit"]] > 1
        found.setdefault(line["visit"] if shared else number, []).append(line)
    return [rows[0] if len(rows) == 1 else _heading(rows) for rows in found.values()]


def _heading(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"together": visit_title(rows[0]["visit"]), "tasks": rows}


def visit_title(label: str) -> str:
    """What the visit is called: the words of its own form; a label that names no form, by its own words."""
    form = label.replace("_", "-")
    known = screening.screens().ids()
    return screening.title(form) if form in known else label.replace("_", " ").capitalize()
