"""The invented staff: who is on tonight, as what, for whom."""

from __future__ import annotations

from dataclasses import dataclass

HOME, ELSEWHERE = "LEI", "MDI"
TRUST, CHARITY = "Aire Valley Prison Healthcare (demo)", "Steps Recovery (demo)"
POLICE, LIAISON = "Elland Road custody healthcare (demo)", "Leeds liaison and diversion (demo)"
ESCORTS = "Northway escorts (demo)"


# What each organisation is there to do: service, tiers, and the name of its team.
CONTRACTS = (
    (TRUST, "healthcare", (1, 2, 3, 4), "Healthcare"),
    (CHARITY, "substance_misuse", (2, 3), "Keyworkers"),
)


@dataclass(frozen=True)
class Member:
    """One person on the rota."""

    username: str
    name: str
    role: str
    organisation: str = TRUST
    establishment: str = HOME


STAFF = (
    Member("asha", "Asha Patel", "reception_nurse"),
    Member("sam", "Sam Okafor", "reception_nurse"),
    Member("lewis", "Lewis Grant", "healthcare_assistant"),
    Member("ruth", "Ruth Adeyemi", "nurse_in_charge"),
    Member("helen", "Dr Helen Marsh", "prescriber"),
    Member("priya", "Priya Nair", "pharmacy_technician"),
    Member("tom", "Tom Whiteley", "mental_health_nurse"),
    Member("carys", "Carys Bevan", "substance_misuse_keyworker", CHARITY),
    Member("joan", "Joan Mercer", "administrator"),
    Member("david", "David Lund", "head_of_healthcare"),
    Member("grace", "Grace Osei", "information_governance_lead"),
    Member("ian", "Ian Castle", "regional_lead"),
    Member("karen", "Karen Frost", "reception_nurse", TRUST, ELSEWHERE),
    Member("nadia", "Nadia Rahman", "police_custody_nurse", POLICE),
    Member("colin", "Colin Reeve", "liaison_worker", LIAISON),
    Member("gary", "Gary Stubbs", "escort_officer", ESCORTS),
)
