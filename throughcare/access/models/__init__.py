"""The tables of this module, by what they hold."""

from throughcare.access.models.contracts import Competence, Contract, Team
from throughcare.access.models.invitation import Invitation
from throughcare.access.models.people import Installation, Membership, MembershipQuerySet, Organisation, User, UserManager
from throughcare.access.models.proofs import Device, SigningPin, Tries, UsedCode

__all__ = [
    "Competence",
    "Contract",
    "Device",
    "Installation",
    "Invitation",
    "Membership",
    "MembershipQuerySet",
    "Organisation",
    "SigningPin",
    "Team",
    "Tries",
    "UsedCode",
    "User",
    "UserManager",
]
