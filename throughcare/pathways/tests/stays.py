"""Random stays: moves, court days, alerts, evidence, decisions of people; told in the order in which they happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from throughcare.core.rulebook import Entry, Rulebook, Source
from throughcare.pathways import register, rules
from throughcare.pathways.rules import On, Pathway, Rung, Stage, Step, Window
from throughcare.pathways.rules.plan import Happening

MINUTE = timedelta(minutes=1)
BEGINNINGS = (
    datetime(2026, 3, 2, 18, tzinfo=UTC), datetime(2026, 3, 27, 20, tzinfo=UTC), datetime(2026, 10, 22, 19, tzinfo=UTC),
    datetime(2026, 4, 1, 17, tzinfo=UTC),
)  # fmt: skip
AFTERWARDS = datetime(2026, 12, 1, 15, tzinfo=UTC)
ALERTS = (
    "fs_sh_now_stop", "ecr_8_stop", "fs_units_urgent", "fs_in_treatment_urgent", "fs_tb_urgent", "fs_mh_psychosis_urgent",
    "fs_consent_gp_info", "fs_first_time_info", "fs_allergy_info",
)  # fmt: skip
KINDS = (
    "second_stage_assessment", "prescriber_review", "mental_health_assessment", "acct_contribution", "dose_confirmation",
    "community_service_told", "bbv_offer", "tb_review", "medicines_reconciliation", "night_observation", "keyworker_named",
)  # fmt: skip
VISITS = ("visit-1", "visit-2", "visit-3")
RAISED, STOOD_DOWN, ENCOUNTER = "screening.AlertRaised", "screening.AlertStoodDown", "record.EncounterRecorded"
DOSE, REPORTED, TOLD = "record.ImmunizationGiven", "record.ResultReported", "record.ResultGiven"
DATED = "patients.KeyDateChanged"
DAYS = (-2, 0, 1, 2, 4, 7, 11, 20, None)  # from now to the day that the prison gives; none: taken away
FOUND = ("to_treat", "to_tell_today", "nothing_we_know")


def trial():
    """A pathway with everything that the shipped ones do not use yet: competence, pauses, one step after another."""
    common = {"stage": "all", "owner_role": "prescriber", "basis": "test", "source": "test", "pathway": "trial", "version": 1}
    named, sent, watched = (
        On(ENCOUNTER, {"kind": kind}) for kind in ("keyworker_named", "acct_contribution", "night_observation")
    )
    raised, seen = On(RAISED, {"alert": ["fs_units_urgent", "fs_tb_urgent"]}), On(ENCOUNTER, {"kind": ["tb_review", "bbv_offer"]})
    found, dated = On(REPORTED, {"results": list(FOUND[:2])}), On(DATED, {"kind": "release"})
    steps = (
        Step("able", "Somebody able", due=Window(hours=24), starts_on=(raised,), done_by=(seen,), on_leaving="travel",
             competence="countersigns", **common),
        Step("still", "Stands still", due=Window(days=5), starts_on=(raised,), done_by=(named,),
             on_leaving="travel", pauses=("court", "hospital"), escalate=(Rung("nurse_in_charge", Window(hours=2)),), **common),
        Step("kept", "Kept", due=Window(working_days=2), starts_on=(raised,), done_by=(sent,),
             on_leaving="keep", pauses=("court",), **common),
        Step("next", "After that", due=Window(hours=48), after=("able", "still"), done_by=(seen,), on_leaving="cancel", **common),
        Step("again", "Set aside and taken up", due=Window(days=3), starts_on=(raised, found),
             done_by=(named, On(DOSE, {"dose": [3, 4]})), on_leaving="resume", competence="countersigns",
             pauses=("court", "hospital"), **common),
        Step("later", "After it was taken up", due=Window(days=4), after=("again",), done_by=(watched,), on_leaving="resume",
             pauses=("court",), **common),
        Step("by_day", "Counts from a day", due=Window(days=-3), starts_on=(dated,), done_by=(watched,), on_leaving="resume",
             counts_from="day", opens=Window(days=-10), at_least=Window(hours=20), done_holds=Window(days=6),
             pauses=("hospital",), **common),
        Step("on_site", "Where there is one", due=Window(hours=48), starts_on=(raised,), done_by=(sent,), on_leaving="travel",
             needs="chest_xray", done_holds=Window(days=4), **common),
        Step("last", "After the next", due=Window(days=2), after=("next",), done_by=(watched,),
             on_leaving="travel", **common),
    )  # fmt: skip
    entry = (On("patients.PatientArrived", {"kind": ["new", "transfer"]}),)
    ends = (On(ENCOUNTER, {"kind": "prescriber_review"}),)
    stages = (Stage("all", "All of it", 0, 3), Stage("rest", "The rest", 4))
    return Pathway("trial", 1, "Trial", "", ("primary_care",), entry, ends, stages, steps)


def definitions():
    """The shipped pathways and the trial one."""
    day = min(since for since, _ in register.definitions()._dated)
    return rules.Definitions([*register.definitions()._dated, (day, trial())])


def regime(place, since, version=1, **hours):
    """A prison's own hours from a day on, as an entry of a rulebook."""
    notice, review = Source("Governor's notice"), date(2027, 12, 31)
    return Entry(place, version, f"Regime at {place}", since, notice, review, rules.Regime(**hours), "", Path())


def calendars(*regimes):
    """The calendar of the house, and hours of their own at some prisons."""
    return rules.Calendars(rules.CALENDAR_BOOK.all(), Rulebook(regimes))


class Stay:
    """One person's days, made up by chance: one place at a time, every move after the one before."""

    def __init__(self, chance):
        self.chance, self.now = chance, chance.choice(BEGINNINGS)
        self.place, self.where, self.story = "", "out", []

    def happen(self, name, **told):
        self.now += self.chance.choice([0, 1, 3, 20, 90, 400, 1300]) * MINUTE * (1 if self.story else 0)
        n = len(self.story)
        held = self.chance.choice([frozenset(), frozenset(), frozenset({"countersigns"})])
        self.story.append(Happening(
            self.now, self.now + n * MINUTE / 60, f"00000000-0000-7000-8000-{n:012d}", name, f"anchor-{n}", told, self.place,
            f"who-{n % 3}", f"Who {n % 3}", held,
        ))  # fmt: skip

    def live(self, days):
        """So many things happen."""
        for _ in range(days):
            self.chance.choice([
                self.move, self.alert, self.alert, self.seen, self.seen, self.seen, self.screen, self.decide,
                self.entry, self.entry, self.dated,
            ])()  # fmt: skip
        return self.story

    def move(self):
        """From here to there; never two moves at one minute, whose order nobody could know."""
        self.now += MINUTE
        if self.where == "in":
            kind = self.chance.choice(["court", "court", "transfer", "transfer", "released", "hospital"])
            self.happen("patients.PatientLeft", kind=kind)
            self.where = {"court": "court", "transfer": "van"}.get(kind, "out")
        elif self.where == "court" and self.chance.random() < 0.3:
            self.happen("patients.PatientLeft", kind="released")
            self.where = "out"
        else:
            kind = {"court": "court_return", "van": "transfer"}.get(self.where, "new")
            self.place = self.place if self.where == "court" else self.chance.choice(["LEI", "MDI"])
            self.happen("patients.PatientArrived", kind=kind)
            self.where = "in"

    def dated(self):
        """The prison gives a day, another, or takes it away."""
        ahead = self.chance.choice(DAYS)
        day = None if ahead is None else (self.now + timedelta(days=ahead)).date().isoformat()
        self.happen(DATED, kind=self.chance.choice(["release", "release", "release", "court"]), certainty="likely", day=day)

    def alert(self):
        self.happen(RAISED, screen=self.chance.choice(VISITS), alert=self.chance.choice(ALERTS))
        if self.chance.random() < 0.2:
            self.happen("patients.CustodyAlertAdded", code="HA")
        if self.chance.random() < 0.5:
            self.put_right()

    def put_right(self):
        """An answer is changed: mostly one that set off an alert, on the visit where it did; whatever `still` says of others."""
        told = self.chance.choice([one.told for one in self.story if one.name == RAISED][-6:])
        told = {**told, "screen": self.chance.choice(VISITS)} if self.chance.random() < 0.2 else told
        self.happen(STOOD_DOWN, **told, still=self.chance.sample(ALERTS, 2))

    def seen(self):
        self.happen(ENCOUNTER, kind=self.chance.choice(KINDS))

    def entry(self):
        """An entry that pathways hear of; one in four puts an earlier one right, or takes it back."""
        entries = [one.told["entry"] for one in self.story if "entry" in one.told]
        if entries and self.chance.random() < 0.25:
            self.happen("record.EntryCorrected", entry=self.chance.choice(entries))
            if self.chance.random() < 0.3:
                return
        entry, vaccine = f"entry-{len(self.story)}", self.chance.choice(["hepb", "hepb", "flu"])
        dose, results = self.chance.randint(1, 4), tuple(self.chance.sample(FOUND, self.chance.randint(0, 3)))
        self.chance.choice([
            lambda: self.happen(DOSE, entry=entry, vaccine=vaccine, dose=dose),
            lambda: self.happen("record.SpecimenTaken", entry=entry, panel="bbv"),
            lambda: self.happen(REPORTED, entry=entry, panel="bbv", results=results),
            lambda: self.happen(TOLD, entry=entry, panel="bbv", settled=self.chance.random() < 0.7, results=results),
        ])()  # fmt: skip

    def screen(self):
        step = self.chance.choice(["screening.CoreDone", "screening.ScreenSigned", "screening.ObservedOnly"])
        self.happen(step, definition="first-night")
        if self.chance.random() < (0.02 if self.where == "in" else 0.25):
            self.happen("patients.PatientDied")  # told of a death outside, however wrongly: some are seen alive after it

    def decide(self):
        """Somebody decides about something that began, whether or not it is still due."""
        began = [(one, REGISTER.started_by(one.name, one.told)) for one in self.story]
        begun = [(step.id, one.anchor) for one, steps in began for step in steps]
        if not begun:
            return
        step, anchor = self.chance.choice(begun[-12:])
        evidence = next((one.id for one in reversed(self.story) if one.name == ENCOUNTER), "none")
        named, able = {"clock": step, "anchor": anchor}, self.chance.choice(["able", "again"])
        self.chance.choice([
            lambda: self.happen("pathways.TaskClaimed", **named),
            lambda: self.happen("pathways.TaskCovered", **named),
            lambda: self.happen("pathways.TaskReleased", **named),
            lambda: self.happen("pathways.TaskCancelled", **named, words="Not needed.", because="Not needed"),
            lambda: self.happen("pathways.EvidenceAccepted", clock=able, anchor=anchor, evidence=evidence),
        ])()  # fmt: skip


def told_badly(story, chance):
    """The same story as it comes in: some of it late, some twice, none of it in order."""
    twice = [one for one in story if chance.random() < 0.2]
    told = [*story, *(replace(one, id=f"again-{one.id}", heard_at=one.heard_at + 600 * MINUTE) for one in twice)]
    chance.shuffle(told)
    return told


REGISTER = rules.Register(definitions())
STEPS = [step for step in REGISTER.steps if not step.waits]
