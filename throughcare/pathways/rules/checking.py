"""What is wrong with a pathway as written: a sentence for each thing that could not run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from throughcare.pathways.rules.calendar import ON_SITE
from throughcare.pathways.rules.pathways import Pathway, Step
from throughcare.pathways.rules.windows import On

SERVICES = frozenset({"primary_care", "substance_misuse", "mental_health"})
ABSENCES = frozenset({"court", "hospital"})
ON_LEAVING = frozenset({"cancel", "keep", "travel", "resume"})
TIERS = range(1, 5)
# Modules that are planned and not built: what a step may wait for. A test compares them with the floors of the house.
PLANNED = frozenset({
    "careplans", "clinics", "fhir", "hatch", "keyworking", "kiosk", "medicines", "peersupport", "programmes", "release",
    "telehealth",
})  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What the system has: the facts that are recorded with the fields each tells, roles, competences, modules that are built."""

    facts: Mapping[str, frozenset[str]]
    roles: frozenset[str]
    competences: frozenset[str]
    modules: frozenset[str] = frozenset()

    def has(self, one: On) -> bool:
        """Whether a fact is recorded, with every field that is asked of it."""
        return one.fact in self.facts and set(one.where or {}) <= self.facts[one.fact]


def problems(pathways: Iterable[Pathway], known: Known) -> list[str]:
    """A sentence for each pathway or step that cannot run as written; `pathways` are those in force together."""
    pathways = tuple(pathways)
    steps = {step.id: step for pathway in pathways for step in pathway.steps}
    twice = Counter(step.id for pathway in pathways for step in pathway.steps)
    found = [f"the step {id} is there twice." for id, count in twice.items() if count > 1]
    found += [wrong for pathway in pathways for wrong in _wrong_pathway(pathway, known)]
    found += [wrong for pathway in pathways for step in pathway.steps for wrong in _wrong_step(step, pathway, steps, known)]
    return found + [f"{id} comes after itself." for id in steps if _loops(id, steps)]


def _wrong_pathway(pathway: Pathway, known: Known) -> Iterator[str]:
    for service in set(pathway.services) - SERVICES:
        yield f"{pathway.id} belongs to the unknown service {service}."
    for one in (*pathway.enters_on, *pathway.leaves_on):
        if not known.has(one) and _runs(pathway):
            yield f"{pathway.id} begins or ends on {one.fact}, or on a field of it, which is not recorded."
    days = [stage.from_day for stage in pathway.stages]
    if days != sorted(days):
        yield f"{pathway.id} has stages out of order."


def _wrong_step(step: Step, pathway: Pathway, steps: Mapping[str, Step], known: Known) -> Iterator[str]:
    for role in (step.owner_role, *(rung.to for rung in step.escalate)):
        if role not in known.roles:
            yield f"{step.id} is owed by, or goes up to, the unknown role {role}."
    if step.competence and step.competence not in known.competences:
        yield f"{step.id} asks for the unknown competence {step.competence}."
    if step.tier not in TIERS:
        yield f"{step.id} has the tier {step.tier}; there are 1 to 4."
    if step.stage not in {stage.id for stage in pathway.stages}:
        yield f"{step.id} is in the stage {step.stage}, which {pathway.id} does not have."
    if step.needs and step.needs not in ON_SITE:
        yield f"{step.id} needs {step.needs}, which no prison can say that it has."
    yield from _wrong_course(step, steps)
    yield from _wrong_facts(step, known)
    yield from _wrong_day(step, known)


def _wrong_course(step: Step, steps: Mapping[str, Step]) -> Iterator[str]:
    if not step.starts_on and not step.after:
        yield f"{step.id} never starts."
    if not step.done_by:
        yield f"nothing can complete {step.id}."
    for before in step.after:
        if before not in steps:
            yield f"{step.id} comes after {before}, which does not exist."
        elif steps[before].waits and not step.waits:
            yield f"{step.id} comes after {before}, which waits and is never done."
    if step.on_leaving not in ON_LEAVING:
        yield f"{step.id} does not say what happens when the person leaves."
    if stray := set(step.pauses) - ABSENCES:
        yield f"{step.id} pauses for {min(stray)}; a clock stands still only for court and hospital."
    lengths = [rung.after.length for rung in step.escalate]
    if lengths != sorted(lengths) or any(rung.after.at or rung.after.length.total_seconds() < 0 for rung in step.escalate):
        yield f"{step.id} has a ladder that goes backwards."


def _wrong_facts(step: Step, known: Known) -> Iterator[str]:
    missing = [one.fact for one in (*step.starts_on, *step.done_by) if not known.has(one)]
    if not step.waits:
        yield from (f"{step.id} runs on {fact}, or on a field of it, which is not recorded." for fact in missing)
        return
    if step.waits_for not in known.modules | PLANNED:
        yield f"{step.id} waits for {step.waits_for}, which is no module of the house."
    strange = [fact for fact in missing if _module(fact) not in known.modules | PLANNED]
    yield from (f"{step.id} names {fact}, which no module owns." for fact in strange)
    if step.waits_for in PLANNED and step.waits_for not in {_module(fact) for fact in missing}:
        yield f"{step.id} waits for {step.waits_for} and names no fact of it."


def _wrong_day(step: Step, known: Known) -> Iterator[str]:
    if not step.counts_from:
        if step.at_least or step.opens:
            yield f"{step.id} has at_least or opens, which are for a step that counts from a day."
        return
    if step.after:
        yield f"{step.id} counts from a day, so it cannot come after another step."
    for one in step.starts_on:
        if one.fact in known.facts and step.counts_from not in known.facts[one.fact]:
            yield f"{step.id} counts from {step.counts_from}, which {one.fact} does not tell."


def _module(fact: str) -> str:
    return fact.partition(".")[0]


def _runs(pathway: Pathway) -> bool:
    return any(not step.waits for step in pathway.steps)


def _loops(id: str, steps: Mapping[str, Step]) -> bool:
    """Whether a step, followed back through what it comes after, meets itself."""
    seen: set[str] = set()
    ahead = list(steps[id].after)
    while ahead:
        before = ahead.pop()
        if before == id:
            return True
        if before not in seen and before in steps:
            seen.add(before)
            ahead += steps[before].after
    return False
