"""What the prison tells us, written down: one function for each thing it says; a file a subject."""

from throughcare.custody.actions.joining import SameNumber, join_numbers
from throughcare.custody.actions.meeting import Person
from throughcare.custody.actions.moving import UnknownPrison, UnknownReason, correct_bed, expect_arrival, record_movement
from throughcare.custody.actions.saying import (
    ToldAlert,
    ToldApart,
    ToldDate,
    take_alerts,
    take_key_dates,
    take_non_associations,
)

__all__ = [
    "Person", "SameNumber", "ToldAlert", "ToldApart", "ToldDate", "UnknownPrison", "UnknownReason", "correct_bed",
    "expect_arrival", "join_numbers", "record_movement", "take_alerts", "take_key_dates",
    "take_non_associations",
]  # fmt: skip
