"""The carry-over of the second stage: each action that the first night asked for, and what became of it.

Done is known where the record itself shows it: a contact of a kind that answers the alert, or a signed form. Everything
else somebody says: done, still to do, or not needed and why. "Still to do" leaves the task where it is. Once the visit is
signed, it goes on saying what it said then: what was written later is no part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Value

from throughcare.core.shown import sentence, uk_datetime
from throughcare.instruments import rules as asking
from throughcare.instruments.models import Completion
from throughcare.patients.linked import everything_of
from throughcare.record.kinds import kinds
from throughcare.record.models import Encounter
from throughcare.screening.models import ActionCarried, Step, StopAction
from throughcare.screening.standing import Standing

Evidence = Mapping[str, tuple[datetime, str]]  # kind of contact or instrument -> when first, and by whom
NONE = Value("", CharField())


@dataclass(frozen=True)
class Said:
    """What somebody said became of an action."""

    state: str
    why: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """One action of the first night: `shown` is the record's own word that it was done; `said` is what somebody said."""

    alert: str
    severity: str
    action: str
    acted: str = ""
    shown: str = ""
    said: Said | None = None

    @property
    def state(self) -> str:
        """done, pending, not_needed, or blank while nobody knows."""
        return ActionCarried.State.DONE.value if self.shown else self.said.state if self.said else ""

    @property
    def words(self) -> str:
        """What became of it, for paper."""
        if self.shown or self.said is None:
            return self.shown or "Not said"
        why = f": {self.said.why}" if self.said.why else ""
        return f"{ActionCarried.State(self.said.state).label}{why} ({self.said.by})"


def lines(now: Standing) -> tuple[Line, ...]:
    """Every action that the first night of this stay asked for, the gravest first; one statement, none without a first night."""
    if now.first is None:
        return ()
    found, said = _read(now, {kind for alert in now.first.alerts for kind in alert.rule.evidence})
    return tuple(_line(now, alert, found, said.get(alert.id)) for alert in now.first.alerts)


def _line(now: Standing, alert: asking.Alert, found: Evidence, said: Said | None) -> Line:
    assert now.first
    met = _known(now, now.first.stops_met.get(alert.id))
    done = next((kind for kind in alert.rule.evidence if kind in found), None)
    shown = _shown(done, found) if done else _acted(met) if met and not alert.rule.evidence else ""
    return Line(alert.id, alert.severity, sentence(alert.action), acted=_acted(met) if met else "", shown=shown, said=said)


def _read(now: Standing, wanted: set[str]) -> tuple[Evidence, dict[str, Said]]:
    """The contacts and signed forms since he came in that show something was done, each kind by the first that did; and
    what was said here, the latest of each alert."""
    forms = {kind: form for kind, form in now.definition.settled_by.items() if kind in wanted}
    first: dict[str, tuple[datetime, str]] = {}
    said: dict[str, Said] = {}
    for name, at, by, state, why in sorted(_rows(now, wanted, set(forms.values())), key=lambda row: row[1]):
        if state:
            said[name] = Said(state, why, by, at)
        for kind in (name, *(one for one, form in forms.items() if form == name)) if not state else ():
            first.setdefault(kind, (at, by))
    return first, said


def _rows(now: Standing, wanted: set[str], forms: set[str]) -> Iterable[Any]:
    """Contacts, completed forms and words said, as (kind, instrument or alert; when; by whom; state; why)."""
    assert now.first
    about: dict[str, Any] = {
        "patient__one_of": everything_of(now.screen.patient_id), "happened_at__gte": now.first.screen.arrived_at,
    }  # fmt: skip
    if closed := now.step(Step.Kind.SIGNED):
        about["written_at__lte"] = closed.written_at
    written = Encounter.objects.filter(**about, kind__in=wanted).order_by()
    signed = Completion.objects.filter(**about, response__instrument__in=forms).order_by()
    told = ActionCarried.objects.filter(screen=now.screen).order_by()
    return told.values_list("alert", "written_at", "written_by_name", "state", "why").union(
        written.values_list("kind", "happened_at", "written_by_name", NONE, NONE),
        signed.values_list("response__instrument", "happened_at", "written_by_name", NONE, NONE),
        all=True,
    )


def _known(now: Standing, met: StopAction | None) -> StopAction | None:
    """What was done about a stop, unless it was written after this visit was signed."""
    signed = now.step(Step.Kind.SIGNED)
    return None if met and signed and met.written_at > signed.written_at else met


def _shown(kind: str, found: Evidence) -> str:
    at, by = found[kind]
    title = kinds()[kind].title if kind in kinds() else sentence(kind.replace("_", " "))
    return f"Done: {title}, {uk_datetime(at)}, {by}"


def _acted(met: StopAction) -> str:
    return f"{sentence(met.action.replace('_', ' '))}, {uk_datetime(met.told_at)}. Told: {met.told}"
