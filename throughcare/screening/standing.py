"""Where one visit stands: its questions, answers, alerts, steps and what is still missing. One read, no decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q

from throughcare.core import clock
from throughcare.core.rulebook import Entry, RulebookError
from throughcare.instruments import queries as instruments
from throughcare.instruments import rules as asking
from throughcare.instruments.models import Answer, QuestionnaireResponse
from throughcare.patients.linked import everything_of
from throughcare.patients.models import Patient
from throughcare.record import queries as record
from throughcare.screening import rules, written
from throughcare.screening.models import Screen, Step, StopAction
from throughcare.screening.rules import Part, Question

FEMALE = frozenset({"female"})
AN_ESCORT = timedelta(days=1)  # warnings of the day's police cell, court and van belong to this arrival


@dataclass(frozen=True)
class Standing:
    """A visit as it stands now. `first` is the first night that it takes up; `last` are the answers to the same forms before."""

    screen: Screen
    patient: Patient
    rows: Mapping[str, Mapping[str, Answer]]
    steps: tuple[Step, ...] = ()
    stops_met: Mapping[str, StopAction] = field(default_factory=dict)
    advised: tuple[str, ...] | None = None
    before: Mapping[str, Answer] = field(default_factory=dict)
    warnings: tuple[Any, ...] | None = ()
    first: Standing | None = None
    last: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def plain(self) -> rules.Screen:
        """The version of the visit that was opened, as its file has it; where that file is gone, today's is shown."""
        try:
            return rules.version(self.screen.definition, int(self.screen.version))
        except RulebookError:  # a record must stay readable, even when somebody replaced an old version
            return rules.known(self.screen.definition, clock.prison_day(clock.now()))

    @cached_property
    def definition(self) -> rules.Screen:
        """The visit with every form in its sections, and what the first night left open put again."""
        return rules.whole(self.plain, self.books, [ref for ref in self._left if _is_there(self.books, ref)])

    @cached_property
    def entries(self) -> dict[str, Entry[asking.Questionnaire]]:
        """The instruments as they applied on the day of opening."""
        day = clock.prison_day(self.screen.opened_at)
        ids = dict.fromkeys((*self.plain.instruments, *(ref.partition(":")[0] for ref in self._left)))
        return {id: asking.book().known(id, day) for id in ids}

    @cached_property
    def books(self) -> dict[str, asking.Questionnaire]:
        return {id: entry.value for id, entry in self.entries.items()}

    @cached_property
    def _left(self) -> tuple[str, ...]:
        """What a signed first night could not ask. One that nobody has signed is still open itself, and asked there."""
        if self.first is None or not self.first.step(Step.Kind.SIGNED):
            return ()
        return self.first.leaves_open

    @cached_property
    def leaves_open(self) -> tuple[str, ...]:
        """The questions that this visit could not ask, and those that may follow from them."""
        return rules.left_open(self.definition, self.books, self.answers, self.facts)

    @cached_property
    def answers(self) -> dict[str, dict[str, Any]]:
        """Every instrument's answers as given."""
        return {id: {item: row.value for item, row in self.rows.get(id, {}).items()} for id in self.books}

    @cached_property
    def said(self) -> rules.Sitting:
        """The answers with what follows from them, worked out once."""
        return rules.Sitting(self.books, self.answers)

    def row(self, ref: str) -> Answer:
        """The answer that counts for one question ("instrument:item"); KeyError when there is none."""
        instrument, _, item = ref.partition(":")
        return self.rows[instrument][item]

    def response(self, instrument: str) -> QuestionnaireResponse | None:
        """The response of an instrument that holds answers; None for one that holds none, whether it is open or not."""
        return next((row.response for row in self.rows.get(instrument, {}).values()), None)

    @cached_property
    def facts(self) -> dict[str, bool]:
        """What is known of the person that makes a question impossible; what is not known is asked."""
        known = self.patient.sex.casefold()
        woman = known in FEMALE
        return {"may_be_pregnant": woman, "woman": woman, "man": not woman} if known else {}

    @cached_property
    def alerts(self) -> tuple[asking.Alert, ...]:
        """What the answers set off now, the gravest first."""
        return rules.alerts_in(self.said, self.last)

    @cached_property
    def covered(self) -> tuple[str, ...]:
        """The instruments that the answers given here answer: what a signature closes."""
        return rules.covered_in(self.plain, self.said)

    def earlier(self, item: asking.Item) -> Answer | None:
        """What was last said to this question, or to another one of the same concept whose answer fits it."""
        own, alike = self.before.get(item.id), self._by_concept.get(item.concept) if item.concept else None
        found = [row for row in (own, alike if alike and rules.fits(item, alike.value) else None) if row]
        return max(found, key=lambda row: row.happened_at, default=None)

    @cached_property
    def offered(self) -> set[str]:
        """Stable facts of earlier visits that may be offered as "still true?"; all else is asked afresh."""
        said = {item: row.value for item, row in self.before.items()}
        asked_then = {item for book in self.books.values() for item in asking.offered_again(book, said)}
        return asked_then | {
            item.id for book in self.books.values() for item in book.items
            if item.stable and (row := self.earlier(item)) and row.item != item.id
        }  # fmt: skip

    @cached_property
    def _by_concept(self) -> dict[str, Answer]:
        latest = sorted(self.before.values(), key=lambda row: row.happened_at)
        return {row.concept: row for row in latest if row.concept}

    @property
    def open_stops(self) -> tuple[asking.Alert, ...]:
        """Stops on which nobody has acted."""
        return tuple(alert for alert in self.alerts if alert.severity == "stop" and alert.id not in self.stops_met)

    @property
    def unread(self) -> tuple[Any, ...]:
        """Warnings of this arrival that nobody has signed for. They must have been read with the rest."""
        assert self.warnings is not None
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
        return self.said.questions(self.definition, part, self.facts)

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
    """A visit of which only the plan is wanted: nothing is read, and what it takes up is not known."""
    return Standing(screen, screen.patient, {})


def books_of(screen: Screen) -> dict[str, asking.Questionnaire]:
    """Every instrument that may be asked in a visit, as of its opening, those of the visit that it takes up too. No read."""
    bare, day = unread(screen), clock.prison_day(screen.opened_at)
    taken = rules.known(bare.plain.takes_up, day).instruments if bare.plain.takes_up else ()
    return bare.books | {id: asking.book().known(id, day).value for id in taken}


def standing(screen: Screen, *, with_history: bool = False, with_warnings: bool = True) -> Standing:
    """Read one visit whole, in two statements however many answers it has, three for an arrival with its warnings; one more
    for the first night that it takes up, and one for the last scores where a fall in one sets something off."""
    bare = unread(screen)
    first = first_night(screen) if bare.plain.takes_up else None
    both = [one for one in (screen, first) if one]
    rows, before = _told(screen, both) if with_history else (instruments.answers_on([one.id for one in both]), {})
    told = written.on([one.id for one in both])
    stood = [_stands(one, screen.patient, rows.get(one.id, {}), told[one.id]) for one in both]
    warned = _warned(bare) if with_warnings else None
    found = replace(stood[0], first=stood[1] if first else None, warnings=warned, before=before)
    return replace(found, last=last) if (last := _last(found)) else found


def _warned(bare: Standing) -> tuple[Any, ...]:
    """The warnings that came with somebody who arrived."""
    since = bare.screen.arrived_at - AN_ESCORT
    return tuple(record.warnings_of(bare.screen.patient_id, since)) if bare.plain.on_arrival else ()


def _stands(screen: Screen, patient: Patient, rows: Mapping[str, Mapping[str, Answer]], told: written.Written) -> Standing:
    return Standing(screen, patient, rows, told.steps, dict(told.stops_met), told.advised)


def _told(screen: Screen, both: Sequence[Screen]) -> tuple[dict[Any, dict[str, dict[str, Answer]]], dict[str, Answer]]:
    """Every answer of a person in one read: those of these visits by instrument, and the last ones from before this visit."""
    all = Answer.objects.filter(patient__one_of=everything_of(screen.patient_id))
    told = list(all.select_related("response").order_by("seq"))
    rows: dict[Any, dict[str, dict[str, Answer]]] = {one.id: {} for one in both}
    for row in told:
        if row.response.occasion in rows:
            rows[row.response.occasion].setdefault(row.response.instrument, {})[row.item] = row
    earlier = [row for row in told if row.response.occasion != screen.id]
    return rows, {row.item: row for row in sorted(earlier, key=lambda row: row.happened_at)}


def first_night(screen: Screen) -> Screen | None:
    """The first-night screen of the stay in which a visit was begun, in that prison."""
    if (known := getattr(screen, "first_nights", None)) is not None:
        here = [one for one in known if one.establishment == screen.establishment and one.arrived_at <= screen.opened_at]
        return max(here, key=lambda one: one.arrived_at, default=None)
    rows = Screen.objects.filter(
        patient__one_of=everything_of(screen.patient_id), establishment=screen.establishment, definition=rules.FIRST_NIGHT,
        arrived_at__lte=screen.opened_at,
    )  # fmt: skip
    return rows.order_by("-arrived_at").first()


def _last(now: Standing) -> dict[str, dict[str, Any]]:
    """The answers of the last signed time, to forms in which a fall from then to now sets something off; same version only."""
    falls = [book for book in now.books.values() if any(rule.op == "fall_ge" for rule in book.alerts)]
    if not falls:
        return {}
    signed = Step.objects.filter(screen=OuterRef("occasion"), kind=Step.Kind.SIGNED)
    same = [Q(instrument=book.id, version=str(book.version)) for book in falls]
    mine = QuestionnaireResponse.objects.filter(patient__one_of=everything_of(now.screen.patient_id))
    sheets = mine.filter(reduce(or_, same), Exists(signed), opened_at__lt=now.screen.opened_at)
    last = sheets.order_by("instrument", "-opened_at").distinct("instrument").values("id")
    rows = Answer.objects.filter(response__in=last).select_related("response").order_by("seq")
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row.response.instrument, {})[row.item] = row.value
    return found


def _is_there(books: Mapping[str, asking.Questionnaire], ref: str) -> bool:
    id, _, item = ref.partition(":")
    return id in books and any(one.id == item for one in books[id].items)
