"""Write to the record: one function for each thing a clinician puts there, a file a subject."""

from throughcare.record.actions.contacts import WARNING_WORDS, can_record, record_encounter, sign_warning, write_warning
from throughcare.record.actions.dangers import (
    SayWhatHappened,
    SayWhatToKnow,
    SayWhyItEnds,
    end_flag,
    raise_flag,
    record_incident,
)
from throughcare.record.actions.documents import (
    AT_MOST,
    NameThePaper,
    NotAPaper,
    TooLarge,
    add_document,
    add_pages,
    correct_page,
)
from throughcare.record.actions.entry import AlreadyCorrected, InTheFuture, NothingWritten, TooLong
from throughcare.record.actions.findings import (
    NameTheProblem,
    NameTheSubstance,
    SayWhatWasAnswered,
    ask_allergies,
    listed,
    record_allergies,
    record_condition,
    record_observations,
)
from throughcare.record.actions.immunizations import AlreadyGiven, NameTheDose, SayWhyNotGiven, record_immunization
from throughcare.record.actions.stays import follow_arrival, follow_departure
from throughcare.record.actions.tested import Tested, record_tested
from throughcare.record.actions.testing import (
    BeforeTheResult,
    BeforeTheSample,
    NameTheResults,
    NameTheSample,
    NoSuchResult,
    record_result,
    record_specimen,
    tell_result,
)

__all__ = [
    "AT_MOST", "WARNING_WORDS", "AlreadyCorrected", "AlreadyGiven", "BeforeTheResult", "BeforeTheSample", "InTheFuture",
    "NameTheDose", "NameThePaper", "NameTheProblem", "NameTheResults", "NameTheSample", "NameTheSubstance", "NoSuchResult",
    "NotAPaper", "NothingWritten", "SayWhatHappened", "SayWhatToKnow", "SayWhatWasAnswered", "SayWhyItEnds", "SayWhyNotGiven",
    "Tested", "TooLarge", "TooLong", "add_document", "add_pages", "ask_allergies", "can_record", "correct_page", "end_flag",
    "follow_arrival", "follow_departure", "listed", "raise_flag", "record_allergies", "record_condition", "record_encounter",
    "record_immunization", "record_incident", "record_observations", "record_result", "record_specimen", "record_tested",
    "sign_warning", "tell_result", "write_warning",
]  # fmt: skip
