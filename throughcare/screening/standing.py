"""Where one screen stands: its questions, answers, alerts, steps and what is still missing. One read, no decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from throughcare.core import clock
from throughcare.core.rulebook import Entry, RulebookError
from throughcare.instruments import queries as instruments
from throughcare.instruments import rules as asking
from throughcare.instruments.models import Answer
from throughcare.patients.models import Patient
from throughcare.record import queries as record
from throughcare.screening import rules
from throughcare.screening.models import Advice, Screen, Step, StopAction
from throughcare.screening.rules import Part, Question

FEMALE = frozenset({"female"})
AN_ESCORT = timedelta(days=1)  # warnings of the day's police cell, court and van belong to this arrival


@dataclass(frozen=True)
class Standing:
    """A screen as it stands now."""

    screen: Screen
    patient: Patient
    rows: Mapping[str, Mapping[str, Answer]]
    steps: tuple[Step, ...] = ()
    stops_met: Mapping[str, StopAction] = field(default_factory=dict)
    advised: tuple[str, ...] | None = None
    before: Mapping[str, Answer] = field(default_factory=dict)
    warnings: tuple[Any, ...] = ()

    @cached_property
    def definition(self) -> rules.Screen:
        """The version of the screen that this arrival was opened under; where that file is gone, today's is shown."""
        try:
            return rules.screens().version("first-night", int(self.screen.version)).value
        except RulebookError:  # a record must stay readable, even when somebody replaced an old version
            return rules.screens().on("first-night", clock.prison_day(clock.now())).value

    @cached_property
    def entries(self) -> dict[str, Entry[asking.Questionnaire]]:
        """The instruments as they applied on the day of opening."""
        day = clock.prison_day(self.screen.opened_at)
        return {id: asking.book().on(id, day) for id in self.definition.instruments}

    @cached_property
    def books(self) -> dict[str, asking.Questionnaire]:
        return {id: entry.value for id, entry in self.entries.items()}

    @cached_property
    def answers(self) -> dict[str, dict[str, Any]]:
        """Every instrument's answers as given."""
        return {id: {item: row.value for item, row in self.rows.get(id, {}).items()} for id in self.books}

    def row(self, ref: str) -> Answer:
        """The answer that counts for one question ("instrument:item"); KeyError when there is none."""
        instrument, _, item = ref.partition(":")
        return self.rows[instrument][item]

    @cached_property
    def facts(self) -> dict[str, bool]:
        """What is known of the person that makes a question impossible; what is not known is asked."""
        known = self.patient.sex.casefold()
        return {"may_be_pregnant": known in FEMALE} if known else {}

    @cached_property
    def alerts(self) -> tuple[asking.Alert, ...]:
        """What the answers set off now, the gravest first."""
        return rules.alerts(self.books, self.answers)

    @cached_property
    def offered(self) -> set[str]:
        """Stable facts of earlier stays that may be offered as "still true?"; all else is asked afresh."""
        said = {item: row.value for item, row in self.before.items()}
        return {item for book in self.books.values() for item in asking.offered_again(book, said)}

    @property
    def open_stops(self) -> tuple[asking.Alert, ...]:
        """Stops on which nobody has acted."""
        return tuple(alert for alert in self.alerts if alert.severity == "stop" and alert.id not in self.stops_met)

    @property
    def unread(self) -> tuple[Any, ...]:
        """Warnings of this arrival that nobody has signed for."""
        return tuple(warning for warning in self.warnings if warning.read_by is None)

    @cached_property
    def core(self) -> tuple[Question, ...]:
        return self.questions("core")

    @cached_property
    def rest(self) -> tuple[Question, ...]:
        return self.questions("rest")

    @property
    def shown(self) -> tuple[Question, ...]:
        """Every question that is put now, core and rest."""
        return self.core + self.rest

    def questions(self, part: Part) -> tuple[Question, ...]:
        """The questions put now in one part."""
        return rules.questions(self.definition, self.books, self.answers, part, self.facts)

    @cached_property
    def core_left(self) -> tuple[Question, ...]:
        return rules.unanswered(self.core, self.answers)

    @cached_property
    def rest_left(self) -> tuple[Question, ...]:
        return rules.unanswered(self.rest, self.answers)

    def step(self, kind: str) -> Step | None:
        """The latest step of a kind, if it was taken."""
        return next((step for step in self.steps if step.kind == kind), None)

    @property
    def state(self) -> str:
        """waiting, observed, asking, core_done, to_supervise or done: as the arrivals board says it."""
        return state_of({step.kind for step in self.steps}, self.signed_by_assistant, bool(any(self.rows.values())))

    @property
    def signed_by_assistant(self) -> bool:
        signed = self.step(Step.Kind.SIGNED)
        return bool(signed and signed.detail == ASSISTANT)


ASSISTANT = "Signed by somebody who may not sign alone: a registered nurse countersigns."


def state_of(kinds: set[str], by_assistant: bool, answered: bool) -> str:
    """The one word for where a screen stands."""
    if "signed" in kinds:
        return "to_supervise" if by_assistant and "supervised" not in kinds else "done"
    if "core_done" in kinds:
        return "core_done"
    if "observed_only" in kinds:
        return "observed"
    return "asking" if answered else "waiting"


def unread(screen: Screen) -> Standing:
    """A screen of which only the questions are wanted: nothing is read."""
    return Standing(screen, screen.patient, {})


def standing(screen: Screen, *, with_history: bool = False) -> Standing:
    """Read one screen whole, in five statements however many answers it has; one more for what was said before."""
    rows = instruments.answers_on([screen.id]).get(screen.id, {})
    steps = tuple(Step.objects.filter(screen=screen).order_by("-written_at"))
    met = {row.alert: row for row in StopAction.objects.standing().filter(screen=screen).order_by("written_at")}
    advice = Advice.objects.filter(screen=screen).order_by("-written_at").first()
    before = instruments.answers_before(screen.patient_id, screen.id) if with_history else {}
    warned = tuple(record.warnings_of(screen.patient_id, screen.arrived_at - AN_ESCORT))
    return Standing(screen, screen.patient, rows, steps, met, tuple(advice.codes) if advice else None, before, warned)
