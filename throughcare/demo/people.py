"""The invented cast: prisoners of one local prison, and what they say when they are asked.

Journeys, screenshots, tests and the demo all use these people. Nobody here is real; NHS numbers are from the 999 test
range. `says` holds scripted answers by question; whatever is not scripted is answered like an untroubled man.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Character:
    """One invented man: as the prison's search describes him, and what he answers."""

    prison_number: str
    family_name: str
    given_names: str
    born: date
    came_from: str = "Leeds Magistrates Court"
    legal_status: str = "REMAND"
    language: str = ""
    says: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] | None = None  # answers of an earlier stay, when we know him
    days_since_left: int = 0
    refuses: bool = False
    booked: bool = True
    warnings: tuple[tuple[str, str], ...] = ()  # who warns, and the line on the escort record
    is_complex: bool = False

    @property
    def name(self) -> str:
        return f"{self.given_names} {self.family_name}"


OPIOID = {"fs_drugs": "yes", "fs_in_treatment": "no", "fs_injected": ["ever", "last_month"]}
DEPENDENT_DRINKER = {
    "fs_alcohol": "yes", "fs_withdrawal_history": "yes", "fs_alcohol_signs": "yes", "fs_custody_medicine": "no",
    "fs_drinks": {"can_super": "8"},
}  # fmt: skip

AMIR = Character(
    "A4711KH", "Khan", "Amir", date(1991, 4, 2), came_from="Bradford Magistrates Court", is_complex=True,
    says={
        **OPIOID, "fs_in_treatment": "yes", "fs_drugs_which": ["heroin", "methadone"],
        "fs_time_critical": ["opioid_substitution"], "fs_alcohol": "yes", "fs_drinks": {"pint": "4"},
        "fs_withdrawal_history": "no", "fs_alcohol_signs": "no",
        "fs_custody_medicine": "no", "fs_overdose": ["overdose"], "fs_on_medicine": "yes",
        "fs_treatment": {"drug": "methadone_oral", "dose_mg": "70", "service": "Bradford drug service"},
    },
    warnings=(("escort", "Sick twice in the van, sweating and yawning."),),
    before={**OPIOID, "fs_drugs_which": ["heroin"], "fs_overdose": ["overdose"], "fs_time_critical": ["opioid_substitution"]},
    days_since_left=96,
)  # fmt: skip
DANNY = Character(
    "A5522PR", "Pryce", "Danny", date(1997, 11, 23), is_complex=True,
    says={
        **OPIOID, "fs_drugs_which": ["heroin", "cocaine"], "fs_first_time": "no", "fs_wound": "yes", "fs_alcohol": "yes",
        "fs_drinks": {"can_strong": "6"}, "fs_withdrawal_history": "no", "fs_alcohol_signs": "no", "fs_custody_medicine": "no",
    },
)  # fmt: skip
COLIN = Character(
    "A6633MR", "Marsden", "Colin", date(1974, 2, 9), came_from="Leeds Crown Court", is_complex=True,
    says={**DEPENDENT_DRINKER, "fs_conditions": ["epilepsy"], "fs_time_critical": ["epilepsy"], "fs_on_medicine": "yes"},
    before={**DEPENDENT_DRINKER, "fs_conditions": ["epilepsy"], "fs_time_critical": ["epilepsy"]},
    days_since_left=210,
)  # fmt: skip
WAYNE = Character(
    "A7744HL", "Hollis", "Wayne", date(1988, 8, 30), came_from="Leeds Crown Court", is_complex=True,
    warnings=(
        ("police", "Tied a shirt to the cell door on Thursday night. Constant watch in custody."),
        ("family", "His sister rang: he said goodbye to her on Friday."),
    ),
    says={
        "fs_sh_now": "yes", "fs_sh_ever": ["attempt"], "fs_sh_detail": "Tablets, March.", "fs_first_time": "yes",
        "fs_long_sentence": ["family_violence"], "ecr_person_view": "Cannot face it.", "ecr_reason": "ACCT opened tonight.",
        "ecr_decision": ["acct_opened"],
    },
)  # fmt: skip
JOE = Character(
    "A8855TR", "Tierney", "Joseph", date(1969, 6, 17),
    says={"fs_time_critical": ["insulin"], "fs_conditions": ["diabetes"], "fs_on_medicine": "yes", "fs_allergy": "yes",
          "fs_allergy_list": [{"substance": "penicillin", "reaction": "rash"}]},
)  # fmt: skip
PIOTR = Character(
    "A9966NW", "Nowak", "Piotr", date(1985, 1, 12), language="Polish", says={"fs_interpreter": "yes", "fs_language": "pl"}
)
MARCUS = Character("A1177BL", "Bell", "Marcus", date(1994, 12, 5), refuses=True, legal_status="RECALL")
LIAM = Character(
    "A2288DY", "Doyle", "Liam", date(1990, 9, 21), legal_status="SENTENCED", came_from="York Crown Court", before={},
    days_since_left=180,
)  # fmt: skip
MOHAMMED = Character(
    "A3399RH", "Rahman", "Mohammed", date(1982, 3, 8), before={"fs_allergy": "no"}, days_since_left=61,
)  # fmt: skip
PETER = Character("A4400AS", "Ashworth", "Peter", date(1961, 10, 2), says={"fs_conditions": ["heart_disease"]})
KYLE = Character("A5511BR", "Brennan", "Kyle", date(2001, 5, 14), booked=False)

VAN = (AMIR, DANNY, COLIN, WAYNE, JOE, PIOTR, MARCUS, LIAM, MOHAMMED, PETER, KYLE)
BOOKED = tuple(man for man in VAN if man.booked)

FAMILY = [
    "Adams",
    "Barker",
    "Clough",
    "Dawson",
    "Eastwood",
    "Fenwick",
    "Greaves",
    "Hargreaves",
    "Iqbal",
    "Jagger",
    "Kershaw",
    "Lister",
    "Metcalfe",
    "Naylor",
    "Oldroyd",
    "Priestley",
    "Quarmby",
    "Ramsden",
    "Sutcliffe",
    "Thackray",
    "Umar",
    "Verity",
    "Walsh",
    "Yates",
]
GIVEN = [
    "Aaron",
    "Ben",
    "Carl",
    "Dean",
    "Errol",
    "Faisal",
    "Gary",
    "Hassan",
    "Ian",
    "Jamie",
    "Kieran",
    "Lee",
    "Mick",
    "Nathan",
    "Owen",
    "Paul",
    "Ryan",
    "Scott",
    "Terry",
    "Usman",
]


def residents(count: int = 48) -> list[Character]:
    """People who have been here for days or weeks; two share a family name on one wing."""
    return [_resident(number) for number in range(count)]


def _resident(number: int) -> Character:
    family = "Khan" if number == 7 else FAMILY[number % len(FAMILY)]
    given = GIVEN[(number * 7) % len(GIVEN)]
    letters = chr(65 + number % 26) + chr(65 + (number * 5) % 26)
    born = date(1958 + (number * 13) % 46, 1 + number % 12, 1 + (number * 3) % 28)
    return Character(f"A{7000 + number}{letters}", family, given, born, legal_status=("REMAND", "SENTENCED")[number % 2],
                     says=_SAYS[number % len(_SAYS)])  # fmt: skip


_SAYS: tuple[dict[str, Any], ...] = (
    {}, {"fs_conditions": ["asthma"]}, {**OPIOID, "fs_drugs_which": ["heroin"]}, {"fs_allergy": "yes"},
    {}, DEPENDENT_DRINKER, {}, {"fs_mh_seen": "yes"},
)  # fmt: skip
