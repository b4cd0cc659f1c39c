"""The floors of the house, drawn from the import contract, and where in ARCHITECTURE.md they are printed."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "ARCHITECTURE.md"
BEGIN, END = "<!-- printed: floors -->", "<!-- end: floors -->"


def floors() -> list[list[str]]:
    """The floors from the top as the contract lists them; a module in brackets is named there and not built yet."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["id"] == "floors")
    return [[name.strip() for name in layer.split("|")] for layer in layers]


def picture() -> str:
    """The floors as a block of text: one line a module, in the words of its own docstring."""
    lines = [line for floor in floors() for line in _floor(floor)]
    return "\n".join(["```", *lines, "```"])


def drawn(page: str) -> str:
    """The page with the picture as it should be between the markers."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{picture()}\n{END}{rest.partition(END)[2]}"


def _floor(floor: list[str]) -> list[str]:
    built = [name for name in floor if not name.startswith("(")]
    waiting = ", ".join(name.strip("()") for name in floor if name.startswith("("))
    lines = [f"{name:<12} {_owns(name)}" for name in built]
    lines += [f"{'·':<12} not built yet: {waiting}"] if waiting else []
    return lines + (["─" * 12 + " the clinical line: nothing below it can read a clinical table"] if "record" in built else [])


def _owns(name: str) -> str:
    """The first sentence of what a module says of itself."""
    said = ast.get_docstring(ast.parse((ROOT / "throughcare" / name / "__init__.py").read_text(encoding="utf-8"))) or ""
    return " ".join(said.split("\n\n")[0].split())
