"""Samples, what they came to, and the person being told. A result changes nothing by itself: it is told, and people decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.audit.facts import Fact, keep
from throughcare.core import clock
from throughcare.core.refusals import Refused, require
from throughcare.core.shown import uk_datetime
from throughcare.core.writing import all_or_nothing
from throughcare.patients.linked import linked
from throughcare.record import facts
from throughcare.record.actions.entry import NothingWritten, fact, fitting, write
from throughcare.record.models import Communication, DiagnosticReport, Specimen
from throughcare.record.models.prevention import IN_ERROR
from throughcare.record.panels import outcomes, panels
from throughcare.record.samples import samples_of, settles

A_MINUTE = timedelta(minutes=1)  # times are typed to the minute: what is told as it is read stands after it


class NameTheSample(Refused):
    """A panel that is not known, or a way of taking it that the panel does not have."""

    message = "Choose what the sample is for, how it was taken, and that the person agreed."


class NameTheResults(Refused):
    """A report without results, or with some that are not known."""

    message = "Say what at least one of the tests came to, and whether that is final."


class NoSuchResult(Refused):
    """Somebody is told of no report."""

    message = "Record the result first. Then write how the person was told."


class BeforeTheSample(Refused):
    """The report is said to be older than its sample."""

    message = "The sample was taken {when}. Give the time of the report, or put the time of the sample right first."


class BeforeTheResult(Refused):
    """The person is said to have been told before the result was there."""

    message = (
        "The result was reported {when}. Give the time at which the person was told, or put the time of the report right first."
    )


@all_or_nothing
def record_specimen(
    *, patient: UUID, panel: str, method: str, agreed: str, at: datetime, by: Actor, status: str = Specimen.Status.AVAILABLE,
    accession: str = "", words: str = "", corrects: Specimen | None = None,
) -> Specimen:  # fmt: skip
    """Write that a sample was taken. Raises NameTheSample, InTheFuture or AlreadyCorrected, changing nothing."""
    require(by.may("record_specimen"))
    known = panel in panels() and method in panels()[panel].methods and agreed in Specimen.Agreed.values
    if not known or not _may_stand(status, Specimen, corrects):
        raise NameTheSample()
    written: Specimen = write(
        Specimen, patient=patient, at=at, by=by, corrects=corrects, status=status, panel=panel, method=method, agreed=agreed,
        accession=fitting(accession, 40), words=fitting(words, 400),
    )  # fmt: skip
    about = fact(patient, at, by)
    _keep(written, about, facts.SpecimenTaken(**about, entry=written.id, panel=panel))
    return written


@all_or_nothing
def record_result(
    *, patient: UUID, panel: str, results: Mapping[str, str], status: str, at: datetime, by: Actor, words: str = "",
    specimen: Specimen | None = None, corrects: DiagnosticReport | None = None,
) -> DiagnosticReport:  # fmt: skip
    """Write what the tests came to; `at` is when it was reported. Without a specimen the report came from elsewhere.

    Raises NameTheResults, BeforeTheSample, InTheFuture or AlreadyCorrected, changing nothing.
    """
    require(by.may("record_result"))
    specimen = specimen or (corrects.specimen if corrects else None)
    _check_results(panel, results, specimen)
    if not _may_stand(status, DiagnosticReport, corrects):
        raise NameTheResults()
    at = _not_before(at, specimen, BeforeTheSample)
    written: DiagnosticReport = write(
        DiagnosticReport, patient=specimen.patient_id if specimen else patient, at=at, by=by, corrects=corrects, status=status,
        specimen=specimen, panel=panel, results=dict(results), words=fitting(words, 400),
    )  # fmt: skip
    # A result that was put right is news from now on: who was told the earlier one has to be told again.
    changed = corrects is not None and corrects.results != written.results
    about = fact(written.patient_id, clock.now() if changed else at, by)
    _keep(written, about, facts.ResultReported(**about, entry=written.id, panel=panel, results=panels()[panel].told(results)))
    return written


@all_or_nothing
def tell_result(
    *, status: str, words: str, at: datetime, by: Actor, report: DiagnosticReport | None = None, patient: UUID | None = None,
    corrects: Communication | None = None,
) -> Communication:  # fmt: skip
    """Write that the person was told a result, and in which words; or that it was tried, and why it was not done.

    Raises NoSuchResult, NothingWritten, BeforeTheResult, InTheFuture or AlreadyCorrected, changing nothing.
    """
    require(by.may("record_result"))
    report = report or (corrects.report if corrects else None)
    if report is None or report.status == IN_ERROR or not _may_stand(status, Communication, corrects):
        raise NoSuchResult()
    if not words.strip():
        raise NothingWritten()
    at = _not_before(at, report, BeforeTheResult)
    written: Communication = write(
        Communication, patient=report.patient_id, at=at, by=by, corrects=corrects, status=status, report=report,
        panel=report.panel, words=fitting(words, 1000),
    )  # fmt: skip
    _keep(written, fact(written.patient_id, at, by), how_told(written, report, by))
    return written


def how_told(written: Communication, report: DiagnosticReport, by: Actor) -> Fact:
    """What is told of a person who was told a result, or was not this time."""
    about: dict[str, Any] = {
        **fact(written.patient_id, written.happened_at, by), "entry": written.id, "panel": report.panel, "report": report.id,
    }  # fmt: skip
    if written.status != Communication.Status.COMPLETED:
        return facts.ResultNotGiven(**about)
    settled = settles(report, samples_of(linked(written.patient_id)))
    asks = panels()[report.panel].told(report.results) if report.panel in panels() else ()
    return facts.ResultGiven(**about, settled=settled, onward=bool(asks), results=asks)


def _check_results(panel: str, results: Mapping[str, str], specimen: Specimen | None) -> None:
    tests = panels()[panel].titles() if panel in panels() else {}
    if not results or not all(test in tests and came_to in outcomes() for test, came_to in results.items()):
        raise NameTheResults()
    if specimen and specimen.panel != panel:
        raise NameTheResults()


def _may_stand(status: str, model: Any, corrects: Any) -> bool:
    """Only what is on the record can turn out to be a mistake."""
    return status in model.Status.values and (status != IN_ERROR or corrects is not None)


def _not_before(at: datetime, earlier: Any, refusal: type[Refused]) -> datetime:
    """The moment, not before what it follows. Times are typed to the minute."""
    if earlier is None or at >= earlier.happened_at:
        return at
    if earlier.happened_at - at >= A_MINUTE:
        raise refusal(when=uk_datetime(earlier.happened_at))
    moment: datetime = earlier.happened_at
    return moment


def _keep(written: Any, about: dict[str, Any], told: Fact) -> None:
    """What was told of the version before counts no more; a mistake tells nothing else."""
    if written.corrects_id:
        keep(facts.EntryCorrected(**about, entry=written.corrects_id))
    if written.status != IN_ERROR:
        keep(told)
