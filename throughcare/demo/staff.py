"""The invented staff: who is on tonight, as what, for whom."""

from __future__ import annotations

from dataclasses import dataclass

HOME, ELSEWHERE = "LEI", "MDI"
TRUST, CHARITY = "Aire Valley Prison Healthcare (demo)", "Steps Recovery (demo)"


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
    Member("karen", "Karen Frost", "reception_nurse", TRUST, ELSEWHERE),
)
