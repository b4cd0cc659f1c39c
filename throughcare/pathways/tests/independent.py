"""A second opinion on what is due, written another way on purpose: slow, one step at a time, no running state.

The plan reads all happenings once and carries everything along. Here each step looks through all happenings for the first
that starts it, then for the first that ends it, then for the next that starts it. Whatever the two say must be the same.
It takes for granted what the stays of these tests keep to: one place at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from throughcare.core.clock import LONDON, local, prison_day

LEFT, ARRIVED, DIED = "patients.PatientLeft", "patients.PatientArrived", "patients.PatientDied"
CORRECTED = "record.EntryCorrected"
RAISED, STOOD_DOWN = "screening.AlertRaised", "screening.AlertStoodDown"
GOING_ON = ("pathways.TaskClaimed", "pathways.TaskCovered", "pathways.TaskReleased")


@dataclass
class Due:
    """What a step comes to, once."""

    step: str
    anchor: str
    since: datetime
    place: str
    joined: list[str] = field(default_factory=list)
    status: str = "open"
    ended_at: datetime | None = None
    evidence: str = ""
    because: str = ""
    due_at: datetime | None = None
    stands_still: datetime | None = None
    holder: str = ""
    noted: str = ""
    ended_with: str = ""
    aside: bool = False  # they are gone: not owed, and not over
    away: list[range] = field(default_factory=list)  # from which happening to which it was set aside


def in_order(happenings):
    """Each happening once, by when it happened."""
    found = {}
    for one in sorted(happenings, key=lambda one: (one.at, one.heard_at, one.id)):
        found.setdefault(one.anchor, one)
    return [one for one in found.values() if not was_wrong(one, found.values())]


def was_wrong(one, others):
    """Somebody put the entry right, at whatever moment: what was told of it first never counted."""
    if one.name == CORRECTED or "entry" not in one.told:
        return False
    return any(other.name == CORRECTED and other.told["entry"] == one.told["entry"] for other in others)


def said(ons, one):
    return any(
        on.fact == one.name and all(meets(one.told.get(key), asked) for key, asked in (on.where or {}).items()) for on in ons
    )


def meets(value, asked):
    """What is told and what is asked may each be one thing or several; one in common is enough."""
    listed = [set(one) if isinstance(one, list | tuple) else {one} for one in (value, asked)]
    return not listed[0].isdisjoint(listed[1])


class Opinion:
    """What is due by the end of a story."""

    def __init__(self, happenings, steps, calendars):
        self.story, self.calendars = in_order(happenings), calendars
        self.steps = {step.id: step for step in steps if not step.waits}
        self.known = {}

    def all(self):
        return [due for id in self.steps for due in self.of(id)]

    def of(self, id):
        """Everything that one step comes to."""
        if id not in self.known:
            self.known[id] = self._of(self.steps[id])
        return self.known[id]

    def _of(self, step):
        found, since = [], 0
        begun = [n for n, one in enumerate(self.story) if self.starts(step, n)]
        while begun_now := [n for n in begun if n >= since and not self.needless(step, n, found)]:
            first = begun_now[0]
            due = Due(step.id, self.story[first].anchor, self.story[first].at, self.story[first].establishment)
            found.append(due)
            end = self.end_of(step, due, first, begun)
            self.fill(step, due, first, end)
            if end is None:
                break
            since = end
        return found

    def starts(self, step, n):
        before = {due.ended_with for other in step.after for due in self.of(other) if due.status == "done"}
        return said(step.starts_on, self.story[n]) or self.story[n].id in before

    def needless(self, step, n, before):
        one = self.story[n]
        if self.no_day(step, one) or (step.needs and step.needs not in self.hours_at(one).on_site):
            return True
        done = [due.ended_at for due in before if due.status == "done"]
        if step.done_holds and done:
            holds = step.done_holds.after(max(done), self.hours_at(one))
            if holds >= self.times_of(step, one)[0]:
                return True
        if step.on_leaving != "keep" and any(one.name == DIED for one in self.story[: n + 1]):
            return True
        return step.on_leaving != "resume" and bool(self.gone(step, n))

    def no_day(self, step, one):
        """Whether what it counts from was taken away, or lies behind."""
        if not step.counts_from:
            return ""
        if not one.told["day"]:
            return "There is no day for it any more."
        return "The day for it has passed." if one.told["day"] < local(one.at).date().isoformat() else ""

    def times_of(self, step, one):
        """When it is due by one start, and from when on it stands in a list."""
        hours = self.hours_at(one)
        if not step.counts_from:
            return step.due.after(one.at, hours), one.at
        told = datetime.fromisoformat(one.told["day"]).replace(tzinfo=LONDON)
        least = one.at if step.at_least is None else step.at_least.after(one.at, hours)
        opens = told if step.opens is None else local(step.opens.after(told, hours)).replace(hour=0, minute=0)
        return max(step.due.after(told, hours), least), max(opens, one.at)

    def gone(self, step, n):
        """Why a step is not owed at that moment, because they are out and it does not follow them."""
        moves = [one for one in self.story[: n + 1] if one.name in (LEFT, ARRIVED) and one.told["kind"] != "court"]
        return self.calls_it_off(step, None, moves[-1]) if moves and moves[-1].name == LEFT else ""

    def end_of(self, step, due, first, begun):
        """The first happening after `first` that ends it, or None."""
        if because := self.gone(step, first):
            self.set_aside(due, first, because)
        for n in range(first + 1, len(self.story)):
            if self.ends(step, due, n, n in begun):
                due.ended_with = self.story[n].id
                return n
            if n in begun:
                due.joined.append(self.story[n].anchor)
        if due.aside:
            due.away.append(range(due.away.pop(), len(self.story)))
        return None

    def ends(self, step, due, n, begins):
        """What one happening does to it; whether that is the end."""
        one, before = self.story[n], due.aside
        if self.does_it(step, due, one):
            due.status, due.because = "done", ""
            due.evidence = due.noted if one.name == "pathways.EvidenceAccepted" else one.id
            due.noted, due.ended_at = "", one.at
        elif one.name == DIED and due.aside:
            pass  # over for good, as it was left
        elif one.name == ARRIVED and due.aside:
            return self.take_up(due, n)
        elif because := self.calls_it_off(step, due, one) or (begins and self.no_day(step, one)):
            if one.name == LEFT and step.on_leaving == "resume":
                return self.set_aside(due, n, because)
            due.status, due.because, due.ended_at = "cancelled", because, one.at
        else:
            return False
        if before:
            due.away.append(range(due.away.pop(), n))
        return True

    def set_aside(self, due, n, because):
        if not due.aside:
            due.aside, due.status, due.because, due.ended_at = True, "cancelled", because, self.story[n].at
            due.away.append(n)
        return False

    def take_up(self, due, n):
        due.aside, due.status, due.because, due.ended_at = False, "open", "", None
        due.away.append(range(due.away.pop(), n))
        return False

    def does_it(self, step, due, one):
        if one.name == "pathways.EvidenceAccepted" and one.told["clock"] == step.id:
            found = due.noted == one.told["evidence"] != "" and step.competence in one.competences
            return found and not due.aside and self.names(due, one)
        if not said(step.done_by, one):
            return False
        if step.competence and step.competence not in one.competences:
            due.noted = one.id
            return False
        return True

    def calls_it_off(self, step, due, one):
        kind = one.told.get("kind")
        if one.name == LEFT and kind != "court" and not (kind == "hospital" and "hospital" in step.pauses):
            goes = step.on_leaving == "cancel" or (step.on_leaving in ("travel", "resume") and kind != "transfer")
            return f"Left: {kind}." if goes else ""
        if one.name == DIED and step.on_leaving != "keep":
            return "They have died."
        if one.name == STOOD_DOWN and not any(self.stands(anchor, one) for anchor in (due.anchor, *due.joined)):
            return "The answer that started it was changed."
        if one.name == "pathways.TaskCancelled" and one.told["clock"] == step.id and self.names(due, one):
            return "" if due.aside else one.told["words"]  # nobody decides about what is set aside
        return ""

    def stands(self, anchor, now):
        """Whether what started something still does: all but an alert whose answer was changed since, on its visit."""
        start = next(one for one in self.story if one.anchor == anchor)
        if start.name != RAISED:
            return True
        since = self.story[self.story.index(start) : self.story.index(now) + 1]
        changed = [one.told for one in since if one.name == STOOD_DOWN and one.told["alert"] == start.told["alert"]]
        return start.told["screen"] not in [told["screen"] for told in changed]

    def names(self, due, one):
        return one.told["anchor"] in (due.anchor, *due.joined)

    def hours_at(self, one):
        """The hours of the prison where it happened, as they were when it was heard."""
        return self.calendars.of(one.establishment, prison_day(one.heard_at))

    def fill(self, step, due, first, end):
        """Times, place and holder, by everything between the start and the end."""
        until = len(self.story) if end is None else end
        pauses = self.pauses(step, due, first, until)
        starts = [self.story[first]] + [one for one in self.story if one.anchor in due.joined]
        dues = [self.later(self.times_of(step, one)[0], one.at, pauses) for one in starts]
        due.due_at = dues[-1] if step.counts_from else min(dues)
        due.since = self.times_of(step, starts[-1])[1] if step.counts_from else due.since
        for n, one in enumerate(self.story[first + 1 : until], first + 1):
            aside = any(n in away for away in due.away)
            back = any(n == away.stop for away in due.away)
            if one.name == ARRIVED and (back or one.establishment != due.place):
                due.place, due.holder = one.establishment, ""
            elif aside:
                continue
            elif one.name in GOING_ON and one.told["clock"] == step.id and self.names_by(due, one):
                due.holder = "" if one.name.endswith("Released") else one.by

    def later(self, moment, started_at, pauses):
        return moment + sum((end - since for since, end in pauses if end > started_at), timedelta())

    def names_by(self, due, one):
        """As it stood then: a start that joins later was not part of it yet."""
        joined = [other.anchor for other in self.story[: self.story.index(one)] if other.anchor in due.joined]
        return one.told["anchor"] in (due.anchor, *joined)

    def pauses(self, step, due, first, until):
        """From when to when its clock stood still; notes since when it still does."""
        found, since, away = [], None, ""
        for n, one in enumerate(self.story[: until + 1]):
            moves = one.name in (LEFT, ARRIVED)
            if moves and since is not None and one.told.get("kind") != "court":
                found.append((since, one.at))
                since = None
            if moves:
                away = one.told["kind"] if one.name == LEFT and one.told["kind"] in ("court", "hospital") else ""
            if since is None and first <= n < until and away in step.pauses:
                since = one.at
        due.stands_still = since if due.status == "open" else None
        return found
