"""What becomes of what is due and of what was asked; a file a subject."""

from throughcare.pathways.facts.observing import ObservationGapFound, ObservationsEnded, ObservationsMissed, ObservationsPlanned
from throughcare.pathways.facts.referrals import (
    ReferralAnswered,
    ReferralAttended,
    ReferralMade,
    ReferralReplied,
    ReferralReplyPrinted,
)
from throughcare.pathways.facts.tasks import (
    ClockStarted,
    EvidenceAccepted,
    PathwayEntered,
    PathwayLeft,
    TaskCancelled,
    TaskClaimed,
    TaskCovered,
    TaskDone,
    TaskReleased,
    TaskReplanned,
    TasksTravelled,
)

__all__ = [
    "ClockStarted",
    "EvidenceAccepted",
    "ObservationGapFound",
    "ObservationsEnded",
    "ObservationsMissed",
    "ObservationsPlanned",
    "PathwayEntered",
    "PathwayLeft",
    "ReferralAnswered",
    "ReferralAttended",
    "ReferralMade",
    "ReferralReplied",
    "ReferralReplyPrinted",
    "TaskCancelled",
    "TaskClaimed",
    "TaskCovered",
    "TaskDone",
    "TaskReleased",
    "TaskReplanned",
    "TasksTravelled",
]
