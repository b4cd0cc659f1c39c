"""A visit, as it is done: opened, asked, answered, acted on, carried over, advised, signed. A file a stretch of it."""

from throughcare.screening.actions.answering import act_on_stop, answer, answer_all, carry
from throughcare.screening.actions.opening import can_ask, can_go_on, can_sign, follow_arrival, open_visit
from throughcare.screening.actions.refusals import (
    ActionIncomplete,
    ActionsNotCarried,
    AlreadySigned,
    BeforeArrival,
    BegunElsewhere,
    CoreNotDone,
    InTheFuture,
    NoSuchForm,
    NoSuchQuestion,
    NotEnoughSeen,
    NothingToCountersign,
    NotNeededWhy,
    QuestionsBlank,
    RestNotAsked,
    StopStands,
    WarningUnread,
    WithdrawalNotSaid,
)
from throughcare.screening.actions.signing import observe_only, save_core, sign, supervise
from throughcare.screening.actions.telling import advise, print_slip

__all__ = [
    "ActionIncomplete", "ActionsNotCarried", "AlreadySigned", "BeforeArrival", "BegunElsewhere", "CoreNotDone",
    "InTheFuture", "NoSuchForm", "NoSuchQuestion", "NotEnoughSeen", "NotNeededWhy", "NothingToCountersign",
    "QuestionsBlank", "RestNotAsked", "StopStands", "WarningUnread", "WithdrawalNotSaid", "act_on_stop", "advise", "answer",
    "answer_all", "can_ask", "can_go_on", "can_sign", "carry", "follow_arrival", "observe_only", "open_visit", "print_slip",
    "save_core", "sign", "supervise",
]  # fmt: skip
