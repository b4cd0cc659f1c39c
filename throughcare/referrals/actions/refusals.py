"""What is not done with a referral, each with the sentence that says what to do instead."""

from __future__ import annotations

from throughcare.core.refusals import Refused


class NoService(Refused):
    """No tick, or one that is not a service."""

    message = "Tick at least one service."


class NoUrgency(Refused):
    """How urgent it is was not said."""

    message = "Choose how urgent it is. The answer is due by it."


class NoReason(Refused):
    """The reason is blank."""

    message = "Write why, in a few words: the service decides by it."


class HasDied(Refused):
    """The person is dead."""

    message = (
        "This person’s death is recorded. Nothing is referred or told any more; write an entry if something has to be added."
    )


class AlreadyAsked(Refused):
    """The service has an open referral of the person that is as urgent."""

    message = (
        "{service} has an open referral for this person already: {urgency}, made by {name}. Take that tick away, or choose a "
        "more urgent answer if it cannot wait."
    )


class ReferralAnsweredBefore(Refused):
    """Somebody of the service answered first."""

    message = "{name} answered this at {at}: {decision}. Your answer was not saved; nothing else was changed."


class NoDecision(Refused):
    """Neither accept nor redirect nor decline."""

    message = "Choose what the service answers: accept, pass on or decline."


class NoTier(Refused):
    """Accepted without a tier, or in one that does not exist."""

    message = "Choose the tier in which the service takes the person on."


class TierBeyondYou(Refused):
    """Role, contract or competence do not reach to the tier."""

    message = "You cannot take people on in tier {tier} for {service}. {who}"


class NoOtherService(Refused):
    """Passed on to nobody, or to the service itself."""

    message = "Choose another service to pass this on to."


class NotPassedOnAgain(Refused):
    """The manager's answer is yes or no."""

    message = "Two services have passed this on already. Accept it for {service}, or decline it and say what is done instead."


class NoInstead(Refused):
    """Declined without saying what helps instead."""

    message = "Write what is offered instead. The person is told this; a bare no is not an answer."


class StillOpen(Refused):
    """A service has not answered yet."""

    message = "{services} has not answered yet. Tell the person once, when all have."


class AlreadyTold(Refused):
    """Somebody told the person first."""

    message = "{name} told the person at {at}. Nothing of yours was saved."


class NothingToTell(Refused):
    """There is no such decision to refer."""

    message = "There is no such referral for this person. Open the person’s referrals and choose one."


class NoWords(Refused):
    """An empty reply."""

    message = "Write what the person is told."


class NoWay(Refused):
    """How the person is told was not said."""

    message = "Choose how the person is told."


class NotOnPaper(Refused):
    """A slip would shame, or say who it is about."""

    message = (
        "The slip would say “{word}”. Others may read it: use plain words that give nothing away, or tell the person instead."
    )


class BeforeAsked(Refused):
    """A visit that is said to have been before the referral was made."""

    message = "The referral was made on {made}, after that. Give the time at which the service was to see the person."


class NoSuchReason(Refused):
    """Not there, and no reason of the list."""

    message = (
        "Choose why the person did not come. If it was the prison or us, say so: it is counted apart from the person’s choice."
    )
