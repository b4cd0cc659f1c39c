"""Why something on a visit is not done, each with the sentence that says what to do next."""

from __future__ import annotations

from throughcare.core.refusals import Refused


class NoSuchForm(Refused):
    """Somebody asks for a form that the rulebook does not have, or that opens by itself on arrival."""

    message = "There is no such form to begin. Choose one from the list."
    status = 422


class FormNotInUse(Refused):
    """The form is in the rulebook, and two people have not signed it, or its review is overdue."""

    message = "This form is not signed by two people, so it is not used here. Use paper, and tell the head of healthcare."
    status = 422


class BegunElsewhere(Refused):
    """A visit that another prison began: what it sets off would be owed there, where nobody has the person any more."""

    message = "This was begun at {place} and is not signed. Begin it anew here, so that what it sets off is owed here."


class NoSuchQuestion(Refused):
    """The answer names a question that this visit does not have."""

    message = "This screen has no such question. Reload the page: your other answers are saved."
    status = 422


class CoreNotDone(Refused):
    """Something of the safety core is missing."""

    message = "{count} of the safety core still to ask: {first}."


class RestNotAsked(Refused):
    """The core is done, and something of the rest is still blank."""

    message = "{count} of the rest still to ask: {first}. “Not able to ask” is an answer too."


class StopStands(Refused):
    """A stop has not been acted on."""

    message = "Stop: {action}. Write what was done, who was told and the plan, then go on."


class QuestionsBlank(RestNotAsked):
    """Something of a form is still blank."""

    message = "{count} still to ask: {first}."


class WarningUnread(Refused):
    """Somebody outside wrote a warning that nobody here has signed for."""

    message = "{source} warning to read and sign first: {words}"


class ActionsNotCarried(Refused):
    """An action of the first night has no state: done, still to do, or not needed."""

    message = "{count} of the first night’s actions without an answer: {first}. Say done, still to do, or not needed and why."


class NotNeededWhy(Refused):
    """Not needed is said with a reason."""

    message = "Say in a few words why it is not needed."
    status = 422


class WithdrawalNotSaid(Refused):
    """A score that withdrawal changes is signed without saying whether he is in withdrawal."""

    message = "Say whether he is in withdrawal, or stopped within two weeks: it changes what this score means."


class BeforeArrival(Refused):
    """A visit is said to have happened before the person came here."""

    message = "He came in on {arrived}. Give the time at which you saw him here."


class InTheFuture(Refused):
    """A visit is said to have happened later than now, or the time cannot be read."""

    message = "Give the time at which you saw him, such as 14:05, or leave it blank for now. It cannot lie ahead."


class NotEnoughSeen(Refused):
    """The observed-only path needs at least a look."""

    message = "Tick what you can see, even if it is only that he could not be seen, then save."


class ActionIncomplete(Refused):
    """A stop's action lacks one of its three parts."""

    message = "Say what was done, who was told, when, and the plan until somebody takes over."


class AlreadySigned(Refused):
    """The visit was signed before."""

    message = "{by} signed this screen at {time}. Add anything new as an entry on the record."


class NothingToCountersign(Refused):
    """Only an assistant's signature waits for another, once."""

    message = "Nothing here waits for a countersignature. Open the screen to see who signed it."
