"""What is due and who asked for what; a file a subject."""

from throughcare.pathways.models.enrolments import Enrolment
from throughcare.pathways.models.observing import ObservationGap, ObservationMissed, ObservationPlan, ObservationPlanEnded
from throughcare.pathways.models.referrals import PatientReply, ReferralAttendance, Service, ServiceRequest, ServiceRequestAnswer
from throughcare.pathways.models.tasks import ClockStart, Happening, Task, TaskQuerySet

__all__ = [
    "ClockStart",
    "Enrolment",
    "Happening",
    "ObservationGap",
    "ObservationMissed",
    "ObservationPlan",
    "ObservationPlanEnded",
    "PatientReply",
    "ReferralAttendance",
    "Service",
    "ServiceRequest",
    "ServiceRequestAnswer",
    "Task",
    "TaskQuerySet",
]
