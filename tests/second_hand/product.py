"""The only door to what the product reads: its files by name, and its public builders and rules.

When files or packages move, a line here moves with them.
"""

from functools import cache
from pathlib import Path

import throughcare
from throughcare.core.rulebook import RulebookError, read
from throughcare.instruments import rules as instruments
from throughcare.observations import rules as observations
from throughcare.pathways import rules as pathways
from throughcare.screening import rules as screening

HOUSE = Path(throughcare.__file__).parent
PACKAGES = ("instruments", "screening", "pathways", "referrals", "observations", "record")  # whose numbers are clinical

Refused = RulebookError
holds = instruments.holds
points = instruments.points
score = instruments.score
subscores = instruments.subscores
derived = instruments.derived


@cache
def files():
    """Every file of a clinical rulebook, by its name without ending; a visit that shares it with a form is `visit …`."""
    found = {}
    for path in sorted(path for package in PACKAGES for path in (HOUSE / package / "rulebook").rglob("*.toml")):
        taken = path.stem in found
        found[f"visit {path.stem}" if taken else path.stem] = path
    return {name: path for name, path in found.items() if name != "signatures"}


def data(stem):
    """One file as parsed."""
    return read(files()[stem])


@cache
def questionnaires():
    """The newest version of every questionnaire, by id."""
    return {entry.id: entry.value for entry in instruments.book()}


@cache
def paths():
    """The newest version of every pathway, by id."""
    return {entry.id: entry.value for entry in pathways.pathways()}


@cache
def observation_plans():
    """The newest plans of observations."""
    return list(observations.observation_plans())[-1].value.plans


@cache
def dangers():
    """The newest dangers of the arrivals board."""
    return list(screening.dangers())[-1].value


def build(stem, parsed):
    """What the product makes of a parsed file: ("questionnaire" | "pathway" | …, value), or None where it is read as it stands.

    Raises Refused where it cannot be read. Its own checks and worked examples are not asked: they are the first hand's.
    """
    if stem in questionnaires():
        return "questionnaire", instruments.build(parsed)
    if stem in paths():
        return "pathway", pathways.build(parsed)
    if stem == "observation-plans":
        return "observations", observations.build_observing(parsed).plans
    if stem == "danger":
        return "dangers", screening.build_dangers(parsed)
    return None


def raised(questionnaire, answers, before=None):
    """The alerts that answers set off, by id."""
    return {alert.id for alert in instruments.raised(questionnaire, answers, before)}


def asked(questionnaire, answers):
    """The questions that are put, by id."""
    return {item.id for item in instruments.asked(questionnaire, answers)}
