"""Take people on and end what they may do; let somebody in with two people; choose what one signs in with."""

from throughcare.access.actions.contracts import (
    NoSuchCompetence,
    NotOfYourself,
    agree_contract,
    end_competence,
    end_contract,
    find_competent,
    join_team,
)
from throughcare.access.actions.inviting import (
    AlreadyDecided,
    CannotInvite,
    CodeUnknown,
    SamePerson,
    cancel_invitation,
    confirm_invitation,
    invite_back_in,
    invite_for_shift,
    usable,
    use_code,
)
from throughcare.access.actions.proofs import WeakPin, choose_pin, note_proof
from throughcare.access.actions.staff import NameTaken, NoSuchRole, add_staff, end_membership, end_now

__all__ = [
    "AlreadyDecided",
    "CannotInvite",
    "CodeUnknown",
    "NameTaken",
    "NoSuchCompetence",
    "NoSuchRole",
    "NotOfYourself",
    "SamePerson",
    "WeakPin",
    "add_staff",
    "agree_contract",
    "cancel_invitation",
    "choose_pin",
    "confirm_invitation",
    "end_competence",
    "end_contract",
    "end_membership",
    "end_now",
    "find_competent",
    "invite_back_in",
    "invite_for_shift",
    "join_team",
    "note_proof",
    "usable",
    "use_code",
]
