"""What becomes due, is done, taken over, cancelled, asked and answered; a file a subject."""

from throughcare.pathways.actions.planning import follow, follow_all, replan
from throughcare.pathways.actions.referrals import answer_referral, refer
from throughcare.pathways.actions.replies import print_reply, record_attendance, reply_to_patient
from throughcare.pathways.actions.tasks import accept, cancel, claim, cover, give_back

__all__ = [
    "accept",
    "answer_referral",
    "cancel",
    "claim",
    "cover",
    "follow",
    "follow_all",
    "give_back",
    "print_reply",
    "record_attendance",
    "refer",
    "replan",
    "reply_to_patient",
]
