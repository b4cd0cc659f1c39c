"""What the invented prison says of its people beside movements: alerts, days, a court diary, and whom to keep apart.

Days are counted from today, so that the demo never grows old. The first few residents have no alert: tests build only those.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from throughcare.core import clock
from throughcare.demo import people
from throughcare.demo.people import Character

# By the place of a resident: code and type of each alert, and how many days ago the prison set it.
ALERTS: Mapping[int, tuple[tuple[str, str, int], ...]] = {
    4: (("HS", "H", 900),), 5: (("HA", "H", 1), ("HC", "H", 410)), 7: (("VOP", "V", 5), ("XSO", "X", 5)),
    9: (("MAS", "M", 9),), 10: (("RNO121", "R", 9),), 11: (("XVL", "X", 260), ("XCU", "X", 6)), 16: (("HC", "H", 12),),
    19: (("MEP", "M", 18),), 22: (("TM", "T", 3),), 23: (("HA", "H", 0),), 26: (("MHT", "M", 25),),
    31: (("XEL", "X", 4), ("XVL", "X", 4)), 35: (("TG", "T", 2),),
}  # fmt: skip
OF_THE_VAN: Mapping[str, tuple[tuple[str, str, int], ...]] = {
    people.WAYNE.prison_number: (("HS", "H", 240),), people.COLIN.prison_number: (("MEP", "M", 1300),),
    people.DANNY.prison_number: (("XVL", "X", 700),),
}  # fmt: skip

# Two and two, and how far: a wing, a landing, and once the prison does not say.
APART = ((5, 21, "WING"), (8, 4, "LANDING"), (11, 23, ""))
FROM_DANNY = (21, "WING")


def alerts_of(number: str) -> tuple[tuple[str, str, int], ...]:
    """Code, type and days ago of each alert of one of the cast."""
    place = _places().get(number)
    return OF_THE_VAN.get(number, ()) if place is None else ALERTS.get(place, ())


def those_with_alerts() -> list[Character]:
    """The residents of whom the prison says something."""
    return [man for place, man in enumerate(people.residents()) if place in ALERTS]


def pairs() -> list[tuple[str, str, str]]:
    """The numbers of two people to keep apart, and how far; those of whom one is not here are left out."""
    held = {place: number for number, place in _places().items()}
    met = [(held[one], held[other], far) for one, other, far in APART if one in held and other in held]
    place, far = FROM_DANNY
    return [*met, *([(people.DANNY.prison_number, held[place], far)] if place in held else [])]


def days_of(man: Character) -> dict[str, str]:
    """The key dates of a sentenced man in the shape of the prisoner search: most can move, one in four is confirmed."""
    if man.legal_status != "SENTENCED":
        return {}
    place = _places().get(man.prison_number, 3)
    told = {"conditionalReleaseDate": _day(14 + place * 11), "sentenceExpiryDate": _day(200 + place * 22)}
    if place % 4 == 1:
        told["confirmedReleaseDate"] = _day(10 + place)
    if place % 6 == 3:
        told["homeDetentionCurfewEligibilityDate"] = _day(5 + place * 4)
    return told


def diary_of(number: str) -> list[dict[str, Any]]:
    """The court diary: whoever is on remand is seen again within weeks."""
    by_number = {man.prison_number: man for man in (*people.VAN, *people.residents())}
    man = by_number.get(number)
    if man is None or man.legal_status != "REMAND":
        return []
    return [{"eventType": "CRT", "eventStatus": "SCH", "eventDate": _day(6 + int(number[1:5]) % 21)}]


def _day(away: int) -> str:
    return (clock.prison_day(clock.now()) + timedelta(days=away)).isoformat()


def _places() -> dict[str, int]:
    return {man.prison_number: place for place, man in enumerate(people.residents())}
