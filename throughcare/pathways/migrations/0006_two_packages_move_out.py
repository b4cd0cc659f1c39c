"""Referrals and planned observations stand in packages of their own. Their tables stay as they are, under the names in the seals."""

from typing import ClassVar

from django.db import migrations

MOVED = (
    "ObservationGap", "ObservationMissed", "ObservationPlanEnded", "ObservationPlan", "PatientReply", "ReferralAttendance",
    "ServiceRequestAnswer", "ServiceRequest",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("pathways", "0005_take_over_tasks"),
        ("referrals", "0001_initial"),
        ("observations", "0001_initial"),
    ]

    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name=name) for name in MOVED]),
    ]
