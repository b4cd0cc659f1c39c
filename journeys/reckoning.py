"""What an evening took, man by man: counted while it was worked, set beside what the screen may cost."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from journeys.screen import Effort, definition
from throughcare.demo.people import Character

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "evening-van.md"
HEAD = """# The evening van, counted

Eleven invented men, two nurses, every answer tapped in a real browser by `journeys/test_the_evening_van.py`. Minutes are
worked out at the pace in `throughcare/screening/rulebook/first-night.toml`: {question} seconds a question in sight, {tap} a
tap on an answer or a button, {typed} a typed field. Nobody has timed them with a stopwatch yet.

**How far to trust the minutes.** The pace is an assumption, and it was chosen with the budgets in view: at the 12 seconds a
question first drafted, a simple man takes about 10.7 minutes. Men over their budget even at this pace are marked; the test
holds who they are, and that list may only get shorter.

| man | kind | questions met | taps | fields typed | words typed | core, minutes | in all, minutes | may take |
|---|---|---|---|---|---|---|---|---|
"""


@dataclass
class Line:
    """One man's evening."""

    man: Character
    kind: str
    whole: Effort
    core_minutes: float

    @property
    def may_take(self) -> int:
        """Minutes that the screen's budget allows: the long one is for the men whom the cast calls complex, nobody else."""
        budget = definition().budget
        return budget.complex_minutes if self.man.is_complex else budget.simple_minutes

    @property
    def is_too_long(self) -> bool:
        return self.whole.minutes() > self.may_take

    @property
    def verdict(self) -> str:
        return f"{self.may_take}, **over**" if self.is_too_long else str(self.may_take)

    def __str__(self) -> str:
        whole = self.whole
        counted = (len(whole.met), whole.taps, whole.fields, whole.words)
        cells = (self.man.name, self.kind, *counted, f"{self.core_minutes:.1f}", f"{whole.minutes():.1f}", self.verdict)
        return f"| {' | '.join(str(cell) for cell in cells)} |"


@dataclass
class Reckoning:
    """Every man of the van."""

    lines: list[Line] = field(default_factory=list)

    def add(self, man: Character, kind: str, whole: Effort, core_minutes: float) -> None:
        """One more man."""
        self.lines.append(Line(man, kind, whole, core_minutes))

    def __str__(self) -> str:
        pace = definition().pace
        head = HEAD.format(question=pace.question_seconds, tap=pace.tap_seconds, typed=pace.typed_seconds)
        whole = sum(line.whole.minutes() for line in self.lines)
        table = head + "\n".join(str(line) for line in sorted(self.lines, key=lambda line: line.man.family_name))
        return f"{table}\n\nIn all {whole:.0f} minutes of asking, {whole / 2:.0f} for each of two nurses.\n"

    def is_told(self) -> None:
        """Print the table; write it where the documentation keeps it when THROUGHCARE_WRITE_REFERENCE is set."""
        print(f"\n{self}")
        if os.environ.get("THROUGHCARE_WRITE_REFERENCE"):
            REFERENCE.parent.mkdir(parents=True, exist_ok=True)
            REFERENCE.write_text(str(self), encoding="utf-8")
