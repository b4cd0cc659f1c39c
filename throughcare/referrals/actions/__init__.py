"""Asking a service, its answer, the reply to the person, and who came; a file a subject."""

from throughcare.referrals.actions.replies import print_reply, record_attendance, reply_to_patient
from throughcare.referrals.actions.requests import answer_referral, refer

__all__ = ["answer_referral", "print_reply", "record_attendance", "refer", "reply_to_patient"]
