"""The plan is told again from everything that happened. Pure; order and repeats do not matter.

Facts come late, twice and out of order, so nothing is ever added up: all happenings of one person are sorted by when they
happened and read from the first to the last. At each: what it finishes, who leaves, who comes, what is stood down, what
people decided, what it starts; in this order, so that nothing is finished by the very thing that started it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from throughcare.core.clock import aware, prison_day, stay_day
from throughcare.pathways.rules.calendar import Calendar, Calendars
from throughcare.pathways.rules.pathways import Definitions, Pathway, Register, Step, Times, day_told, times, times_from
from throughcare.pathways.rules.plan import Claim, Happening, Item, Plan, Start, Stay
from throughcare.pathways.rules.windows import any_matches

ARRIVED, LEFT, DIED = "patients.PatientArrived", "patients.PatientLeft", "patients.PatientDied"
RAISED, STOOD_DOWN = "screening.AlertRaised", "screening.AlertStoodDown"
CLAIMED, COVERED, RELEASED = "pathways.TaskClaimed", "pathways.TaskCovered", "pathways.TaskReleased"
CANCELLED, ACCEPTED = "pathways.TaskCancelled", "pathways.EvidenceAccepted"
ADOPTED = "pathways.TaskAdopted"  # a task from before happenings were kept: it starts with the anchor it had

CORRECTED = "record.EntryCorrected"  # what was told of that entry before counts no more

BY_PEOPLE = frozenset({CLAIMED, COVERED, RELEASED, CANCELLED, ACCEPTED})
STRUCTURE = frozenset({ARRIVED, LEFT, DIED, STOOD_DOWN, ADOPTED, CORRECTED}) | BY_PEOPLE

ALREADY_OPEN = "The task is already open for another reason."
NO_DAY = "There is no day for it any more."
PASSED = "The day for it has passed."
NOT_ON_SITE = "This prison does not have what it needs."
STILL_HOLDS = "It was done not long ago, and that still holds."
HAS_DIED = "They have died."
CHANGED = "The answer that started it was changed."
AT_ITS_END = "The pathway came to its end."


def tell(happenings: Iterable[Happening], definitions: Definitions, calendars: Calendars) -> Plan:
    """Read all happenings of one person from the first to the last; those told twice count once."""
    once: dict[str, Happening] = {}
    for one in sorted(happenings, key=lambda one: one.order):
        once.setdefault(one.anchor, replace(one, at=aware(one.at)))  # in UTC, where hours are as long as they last
    story = _Story(definitions, calendars)
    for one in _as_corrected(once.values()):
        story.read(one)
    return story.plan()


def _as_corrected(told: Iterable[Happening]) -> list[Happening]:
    """Without what was told of entries that were put right, or withdrawn, later."""
    told = list(told)
    wrong = {one.told["entry"] for one in told if one.name == CORRECTED}
    return [one for one in told if one.name == CORRECTED or one.told.get("entry") not in wrong]


class _Story:
    """The plan so far, while it is told."""

    def __init__(self, definitions: Definitions, calendars: Calendars) -> None:
        self.definitions, self.calendars = definitions, calendars
        self.open: dict[str, Item] = {}
        self.aside: dict[str, Item] = {}  # what ended when they left, and goes on when they come back
        self.ended: list[Item] = []
        self.starts: list[Start] = []
        self.on: dict[str, Stay] = {}
        self.left: list[Stay] = []
        self.here: set[str] = set()
        self.away = ""  # at court or in hospital, from where they come back
        self.gone = ""  # how they left, while no prison holds them
        self.has_died = False
        self.alerts: dict[str, tuple[str, str]] = {}  # by the anchor of an alert: on which visit, and which one it is
        self.down: set[str] = set()  # the anchors of alerts that have stood down
        self.done_now: list[str] = []

    def read(self, one: Happening) -> None:
        """One happening, after all earlier ones."""
        self.done_now = []
        register = self.definitions.on(prison_day(one.heard_at))
        self._finish(one)
        self._end_pathways(one)
        if part := _PARTS.get(one.name):
            part(self, one, register)
        self._begin(one, register)

    def plan(self) -> Plan:
        """What it adds up to."""
        items = sorted((*self.ended, *self.open.values(), *self.aside.values()), key=lambda item: (item.anchored_at, item.key))
        stays = sorted((*self.left, *self.on.values()), key=lambda stay: (stay.entered_at, stay.key))
        return Plan(tuple(items), tuple(self.starts), tuple(stays))

    # What it finishes

    def _finish(self, one: Happening) -> None:
        both = (*self.open.values(), *self.aside.values())
        for item in [item for item in both if item.step.is_done_by(one.name, one.told)]:
            needed = item.step.competence
            if needed and needed not in one.competences:
                self._note(item, one)
            else:
                self._done(item, one, one.id)

    def _note(self, item: Item, one: Happening) -> None:
        who = one.by_name or one.by
        said = f"Done by {who}, who does not hold the competence this asks for. Somebody who does must accept it."
        self._held(item)[item.key] = replace(item, note=said, noted=one.id)

    def _held(self, item: Item) -> dict[str, Item]:
        return self.aside if item.key in self.aside else self.open

    def _done(self, item: Item, one: Happening, evidence: str) -> None:
        self._end(item, one, status="done", because="", evidence=evidence, note="", noted="")
        self.done_now.append(item.key)

    def _cancel(self, item: Item, one: Happening, because: str, *, by_a_person: bool = False) -> None:
        self._end(item, one, status="cancelled", because=because, by_a_person=by_a_person)

    def _end(self, item: Item, one: Happening, **said: Any) -> None:
        del self._held(item)[item.key]
        self.ended.append(replace(item, ended_at=one.at, ended_by=one.by, paused_since=None, **said))

    def _end_pathways(self, one: Happening) -> None:
        for stay in list(self.on.values()):
            if any_matches(stay.pathway.leaves_on, one.name, one.told):
                self._leave_pathway(stay, one.at, AT_ITS_END)

    def _leave_pathway(self, stay: Stay, at: datetime, because: str) -> None:
        del self.on[stay.key]
        stage = stay.pathway.stage_on(stay_day(stay.entered_at, at))
        self.left.append(replace(stay, left_at=at, because=because, stage=stage.id if stage else ""))

    # Going and coming

    def go(self, one: Happening, register: Register) -> None:
        """Somebody went out: clocks stand still, tasks end, travel or are kept, as each step says."""
        kind = str(one.told.get("kind", ""))
        if kind == "court":
            self._pause(one, "court")
            return  # still ours, and comes back
        self._resume(one.at)
        self.here.discard(one.establishment)
        self.gone = "" if self.here else kind
        for item in [item for item in self.open.values() if item.establishment not in self.here]:
            self._go_with(item, kind, one)
        if kind != "transfer":
            for stay in [stay for stay in self.on.values() if stay.establishment not in self.here]:
                self._leave_pathway(stay, one.at, f"Left: {kind}.")
        if kind == "hospital":
            self._pause(one, "hospital")

    def _go_with(self, item: Item, kind: str, one: Happening) -> None:
        if _ends_with(item.step, kind):
            self._cancel(item, one, f"Left: {kind}.")
            if item.step.on_leaving == "resume":
                self.aside[item.key] = self.ended.pop()

    def _pause(self, one: Happening, absence: str) -> None:
        self.away = absence
        for item in list(self.open.values()):
            if absence in item.step.pauses and item.paused_since is None:
                self.open[item.key] = replace(item, paused_since=one.at)

    def _resume(self, at: datetime) -> None:
        """What stood still goes on, later by as long as it stood."""
        self.away = ""
        for item in list(self.open.values()):
            if item.paused_since is not None:
                self.open[item.key] = _later(item, at - item.paused_since)

    def come(self, one: Happening, register: Register) -> None:
        """Somebody came in: what is open for them is owed here now, and nobody here has claimed it yet."""
        self._resume(one.at)
        self._take_up()
        self.here.add(one.establishment)
        self.gone = ""
        for item in list(self.open.values()):
            if item.establishment != one.establishment:
                self.open[item.key] = replace(item, establishment=one.establishment, claim=None)
        for stay in list(self.on.values()):
            self.on[stay.key] = replace(stay, establishment=one.establishment)

    def _take_up(self) -> None:
        """What was set aside when they left goes on as it was; nobody has claimed it."""
        for item in self.aside.values():
            self.open[item.key] = replace(item, status="open", ended_at=None, ended_by="", because="", claim=None)
        self.aside.clear()

    def die(self, one: Happening, register: Register) -> None:
        """Somebody died: what is still owed to others is kept, everything else ends."""
        self.has_died = True
        for item in list(self.open.values()):
            if item.step.on_leaving != "keep":
                self._cancel(item, one, HAS_DIED)
        self.ended += self.aside.values()  # as they were left: nothing takes them up again
        self.aside.clear()
        for stay in list(self.on.values()):
            self._leave_pathway(stay, one.at, HAS_DIED)

    # What is stood down, and what people decide

    def hear_alert(self, one: Happening, register: Register) -> None:
        """An answer set off an alert: it stands until that answer is changed, on that visit."""
        self.alerts[one.anchor] = _alert(one)

    def stand_down(self, one: Happening, register: Register) -> None:
        """An answer was changed, and its alert stood down on that visit. A task ends when everything that started it was an
        alert that has stood down: what another form started, or anything that is no alert, goes on."""
        self.down |= {anchor for anchor, alert in self.alerts.items() if alert == _alert(one)}
        for item in (*self.open.values(), *self.aside.values()):
            if self.down.issuperset(item.starts):
                self._cancel(item, one, CHANGED)

    def decide(self, one: Happening, register: Register) -> None:
        """Somebody claimed, gave back, covered, cancelled or accepted; it counts while that task is open."""
        item = self.open.get(str(one.told.get("clock", "")))
        if item is None or not item.covers(str(one.told.get("anchor", ""))):
            return
        if one.name == CANCELLED:
            self._cancel(item, one, str(one.told["words"] or one.told["because"]), by_a_person=True)
        elif one.name == ACCEPTED:
            self._accept(item, one)
        else:
            claim = None if one.name == RELEASED else Claim(one.by, one.by_name, one.at)
            self.open[item.key] = replace(item, claim=claim)

    def _accept(self, item: Item, one: Happening) -> None:
        evidence = str(one.told["evidence"])
        if item.noted == evidence and item.step.competence in one.competences:
            self._done(item, one, evidence)

    # What it starts

    def _begin(self, one: Happening, register: Register) -> None:
        for pathway in register.entered_by(one.name, one.told):
            self._enter(pathway, one)
        begun = {step.id: step for step in register.started_by(one.name, one.told)}
        begun |= {step.id: step for done in self.done_now for step in register.after(done)}
        for step in begun.values():
            self._start(step, one, one.anchor)

    def adopt(self, one: Happening, register: Register) -> None:
        """A task from before happenings were kept goes on under the anchor it had."""
        for step in register.steps:
            if step.id == one.told["clock"]:
                self._start(step, one, str(one.told["anchor"]))

    def _enter(self, pathway: Pathway, one: Happening) -> None:
        stay = self.on.get(pathway.id)
        if self.has_died:
            return
        if stay:
            self.on[pathway.id] = replace(stay, joined=(*stay.joined, one.anchor))
        else:
            self.on[pathway.id] = Stay(pathway, one.anchor, one.establishment, one.at)

    def _start(self, step: Step, one: Happening, anchor: str) -> None:
        standing = self._standing(step)
        why_not = _no_day(step, one) or (ALREADY_OPEN if standing else self._needless(step, one))
        self.starts.append(Start(step, anchor, one.at, why_not))
        if standing and why_not == ALREADY_OPEN:
            self._held(standing)[step.id] = _joined(standing, self._made(step, one, anchor))
        elif standing:
            self._cancel(standing, one, why_not)
        elif not why_not:
            self.open[step.id] = self._made(step, one, anchor)
            if self.gone:
                self._go_with(self.open[step.id], self.gone, one)

    def _standing(self, step: Step) -> Item | None:
        return self.open.get(step.id) or self.aside.get(step.id)

    def _needless(self, step: Step, one: Happening) -> str:
        """Why a step makes no sense for somebody who has died or has left, here, or so soon again; blank when it does."""
        if self.has_died and step.on_leaving != "keep":
            return HAS_DIED
        if step.needs and step.needs not in self._calendar(one).on_site:
            return NOT_ON_SITE
        if self._still_holds(step, one):
            return STILL_HOLDS
        if step.on_leaving == "resume":
            return ""  # it begins, and is set aside until they are back
        return f"They had left: {self.gone}." if self.gone and _ends_with(step, self.gone) else ""

    def _still_holds(self, step: Step, one: Happening) -> bool:
        """Whether it was done so short a time before it would be due that it need not be done again."""
        done = [item.ended_at for item in self.ended if item.key == step.id and item.status == "done" and item.ended_at]
        if not step.done_holds or not done:
            return False
        calendar = self._calendar(one)
        return step.done_holds.after(max(done), calendar) >= _times(step, one, calendar).due_at

    def _calendar(self, one: Happening) -> Calendar:
        """The hours of the prison where it happened, as they were when it was heard."""
        return self.calendars.of(one.establishment, prison_day(one.heard_at))

    def _made(self, step: Step, one: Happening, anchor: str) -> Item:
        calendar = self._calendar(one)
        found = _times(step, one, calendar)
        rungs = ((rung.after.after(found.due_at, calendar).astimezone(UTC), rung.to) for rung in step.escalate)
        return Item(
            step, anchor, found.opens_at or one.at, one.establishment, str(one.told.get("alert", "")), found.warn_at,
            found.due_at, tuple(rungs), paused_since=one.at if self.away and self.away in step.pauses else None,
        )  # fmt: skip


_Part = Callable[[_Story, Happening, Register], None]
_PARTS: dict[str, _Part] = {
    LEFT: _Story.go, ARRIVED: _Story.come, DIED: _Story.die, ADOPTED: _Story.adopt, RAISED: _Story.hear_alert,
    STOOD_DOWN: _Story.stand_down, **dict.fromkeys(BY_PEOPLE, _Story.decide),
}  # fmt: skip


def _times(step: Step, one: Happening, calendar: Calendar) -> Times:
    day = day_told(step, one.told)
    return times_from(step, day, one.at, calendar) if day else times(step, one.at, calendar)


def _no_day(step: Step, one: Happening) -> str:
    """Why a step that counts from a day has none to count from; blank when it has, and for every other step."""
    if not step.counts_from:
        return ""
    day = day_told(step, one.told)
    if day is None:
        return NO_DAY
    return PASSED if day < prison_day(one.at) else ""


def _alert(one: Happening) -> tuple[str, str]:
    """Which alert it is: the same question asked again on another visit is another alert."""
    return str(one.told.get("screen", "")), str(one.told["alert"])


def _ends_with(step: Step, kind: str) -> bool:
    """Whether a step ends when somebody leaves in this way: for good, for another prison, for a hospital."""
    if kind == "hospital" and "hospital" in step.pauses:
        return False
    return step.on_leaving == "cancel" or (step.on_leaving in ("travel", "resume") and kind != "transfer")


def _joined(item: Item, other: Item) -> Item:
    """A start that found the task open: one task, and the earlier due stays; a day told anew is the day."""
    sooner = item if item.due_at <= other.due_at and not item.step.counts_from else other
    begun = other.anchored_at if item.step.counts_from else item.anchored_at
    joined = replace(item, joined=(*item.joined, other.anchor), anchored_at=begun)
    return replace(joined, warn_at=sooner.warn_at, due_at=sooner.due_at, ladder=sooner.ladder)


def _later(item: Item, pause: timedelta) -> Item:
    ladder = tuple((at + pause, to) for at, to in item.ladder)
    return replace(item, paused_since=None, warn_at=item.warn_at + pause, due_at=item.due_at + pause, ladder=ladder)
