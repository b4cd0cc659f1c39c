"""What the offer of blood tests says becomes entries of the record once it is signed: once, and never against a correction."""

from datetime import timedelta

import pytest

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.demo import answers, people
from throughcare.instruments.actions import How
from throughcare.pathways.models import Task
from throughcare.record import actions as record
from throughcare.record.models import Communication, DiagnosticReport, Specimen
from throughcare.screening import actions as screening
from throughcare.screening import carried, landing
from throughcare.screening.standing import standing

pytestmark = pytest.mark.django_db
ASKED = How(mode="interview", withdrawal=False)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TAKEN = {"bbv_response": "accepted_all", "bbv_sample": "dried_blood_spot"}
FOUND = {"bbv_hbsag": "negative", "bbv_antihbc": "not_tested", "bbv_hiv": "positive", "bbv_hcvrna": "failed"}
RESULTS = {"hbsag": "negative", "antihbc": "not_tested", "hiv": "positive", "hcv_rna": "invalid"}
MODELS = (Specimen, DiagnosticReport, Communication)


@pytest.fixture
def man(house):
    return scenes.received(people.PETER, clock.now() - 5 * DAY)


@pytest.fixture
def nurse(house):
    with acting(house["LEI nurse_in_charge"]) as nurse:
        yield nurse


def ago(length):
    return (clock.now() - length).replace(second=0, microsecond=0)


def opened(man, by, form="form:bbv-offer", **says):
    """A visit that is asked whole and not signed yet. Times are moments."""
    screen = screening.open_visit(patient=man.id, definition=form, at=clock.now(), by=by)
    says = {item: said.isoformat() if hasattr(said, "isoformat") else said for item, said in says.items()}
    while given := answers.next_answers(standing(screen), says):
        screening.answer_all(screen=screen, given=given, at=clock.now(), by=by)
    return screen


def sign(screen, by):
    for line in carried.lines(standing(screen)):
        if not line.state:
            screening.carry(screen=screen, alert=line.alert, state="pending", at=clock.now(), by=by)
    screening.sign(screen=screen, at=clock.now(), by=by, how=ASKED)
    return standing(screen)


def signed(man, by, form="form:bbv-offer", **says):
    return sign(opened(man, by, form, **says), by)


def counts(man):
    return tuple(model.objects.filter(patient=man).count() for model in MODELS)


def owed(man):
    return {row.clock for row in Task.objects.open().filter(patient=man)}


class TestASample:
    def test_is_an_entry_with_its_time_and_taker_once_the_visit_is_signed(self, man, nurse):
        taken_at = ago(3 * HOUR)
        screen = opened(man, nurse, **TAKEN, bbv_sample_date=taken_at)
        assert counts(man) == (0, 0, 0), "not before the signature"
        sign(screen, nurse)
        row = Specimen.objects.get(patient=man)
        assert (row.panel, row.method, row.agreed, row.status) == ("bbv", "dried_blood_spot", "active", "available")
        assert (row.happened_at, row.written_by, row.establishment) == (taken_at, nurse.id, "LEI")
        assert counts(man) == (1, 0, 0), "nobody said what it came to"

    def test_without_a_time_was_taken_when_it_was_answered(self, man, nurse):
        screen = opened(man, nurse, **TAKEN)
        now = sign(screen, nurse)
        assert Specimen.objects.get(patient=man).happened_at == now.row("bbv-offer:bbv_sample").happened_at

    def test_of_the_second_stage_is_the_same_entry(self, man, nurse):
        scenes.screened(people.JOE, nurse)
        joe = scenes.patient_of(people.JOE)
        signed(joe, nurse, "second-stage", **TAKEN, bbv_sample_date=ago(HOUR))
        assert counts(joe) == (1, 0, 0)

    @pytest.mark.parametrize("says", [
        {"bbv_response": "declined", "bbv_decline_reason": "needles"},
        {"bbv_response": "tested_recently"},
        {"bbv_response": "accepted_all", "bbv_sample": "not_taken"},
        {"bbv_response": "accepted_some"},
    ])  # fmt: skip
    def test_that_was_not_taken_is_none_and_the_offer_is_made_all_the_same(self, man, nurse, says):
        assert "bbv_offer" in owed(man)
        signed(man, nurse, **says)
        assert counts(man) == (0, 0, 0) and not {"bbv_offer", "bbv_result_given"} & owed(man)

    def test_of_an_answer_that_was_changed_to_no_is_none(self, man, nurse):
        screen = opened(man, nurse, **TAKEN, **FOUND)
        screening.answer_all(
            screen=screen, given={"bbv-offer:bbv_response": "declined"}, at=clock.now(), by=nurse,
            seen={"bbv-offer:bbv_response": 1},
        )  # fmt: skip
        sign(screen, nurse)
        assert counts(man) == (0, 0, 0)


class TestAResult:
    def test_is_a_report_of_that_sample(self, man, nurse):
        signed(man, nurse, **TAKEN, **FOUND, bbv_sample_date=ago(2 * DAY))
        report = DiagnosticReport.objects.get(patient=man)
        assert report.specimen == Specimen.objects.get(patient=man)
        assert (report.results, report.status, report.written_by) == (RESULTS, "final", nurse.id)
        assert counts(man) == (1, 1, 0), "whether he was told is not said"

    @pytest.mark.parametrize("method, hiv, status", [
        ("finger_prick", "positive", "preliminary"), ("oral_fluid", "indeterminate", "preliminary"),
        ("finger_prick", "negative", "final"), ("venous", "positive", "final"),
    ])  # fmt: skip
    def test_that_was_read_here_and_is_not_clear_is_a_first_reading(self, man, nurse, method, hiv, status):
        signed(man, nurse, **TAKEN | {"bbv_sample": method}, bbv_hiv=hiv)
        assert DiagnosticReport.objects.get(patient=man).status == status

    def test_of_which_nothing_was_tested_is_none(self, man, nurse):
        signed(man, nurse, **TAKEN, bbv_hiv="not_tested", bbv_hbsag="not_tested")
        assert counts(man) == (1, 0, 0)

    @pytest.mark.parametrize("told_ago, told", [(HOUR, 1), (3 * HOUR, 0)])
    def test_that_he_was_told_ends_what_was_owed_unless_the_time_cannot_be(self, man, nurse, told_ago, told):
        signed(man, nurse, **TAKEN, **FOUND, bbv_sample_date=ago(2 * HOUR), bbv_told_date=ago(told_ago))
        assert counts(man) == (1, 1, told)
        untold = {"bbv_result_given", "bbv_result_today"}
        assert owed(man) & untold == (set() if told else untold)
        assert "bbv_result_referred" in owed(man)

    def test_that_an_assistant_answers_is_not_lost(self, house, man):
        """He may ask this form, and not write results by hand: the same-day conversation must begin all the same."""
        with acting(house["LEI healthcare_assistant"]) as assistant:
            assert not assistant.may("record_result")
            signed(man, assistant, **TAKEN, **FOUND)
            assert counts(man) == (1, 1, 0) and "bbv_result_today" in owed(man)
            assert DiagnosticReport.objects.get(patient=man).written_by == assistant.id


class TestNothingIsDoubled:
    def test_by_a_second_signature_or_by_landing_again(self, man, nurse):
        now = signed(man, nurse, **TAKEN, **FOUND, bbv_sample_date=ago(2 * HOUR), bbv_told_date=ago(HOUR))
        with pytest.raises(screening.AlreadySigned):
            sign(now.screen, nurse)
        landing.fill(now, at=clock.now(), by=nurse)
        assert counts(man) == (1, 1, 1)

    def test_nor_without_any_time(self, man, nurse):
        now = signed(man, nurse, **TAKEN, **FOUND)
        landing.fill(now, at=clock.now(), by=nurse)
        assert counts(man) == (1, 1, 0)

    def test_by_a_later_form_that_brings_the_result(self, man, nurse):
        with clock.at(clock.now() - 3 * DAY):
            signed(man, nurse, **TAKEN)
        signed(man, nurse, **TAKEN, **FOUND)
        assert counts(man) == (1, 1, 0), "no time was given: the sample whose result waits"

    def test_by_entries_that_somebody_wrote_by_hand(self, man, nurse):
        about = {"patient": man.id, "panel": "bbv", "by": nurse}
        sample = record.record_specimen(
            **about, method="dried_blood_spot", agreed="active", at=ago(HOUR)
        )  # of today, at any hour
        record.record_result(**about, specimen=sample, results=RESULTS, status="final", at=ago(HOUR / 2))
        signed(man, nurse, **TAKEN, **FOUND)
        assert counts(man) == (1, 1, 0)

    def test_and_each_step_is_owed_once(self, man, nurse):
        signed(man, nurse, **TAKEN, **FOUND)
        record.record_specimen(patient=man.id, panel="bbv", method="venous", agreed="active", at=clock.now(), by=nurse)
        steps = [row.clock for row in Task.objects.open().filter(patient=man) if row.clock.startswith("bbv")]
        assert sorted(steps) == ["bbv_result_given", "bbv_result_referred", "bbv_result_today"]
        assert Task.objects.filter(patient=man, clock="bbv_offer").values_list("status", flat=True).get() == "done"


class TestASecondSample:
    @pytest.mark.parametrize("later", [
        {"bbv_sample": "venous"},  # taken in another way
        {"bbv_sample": "finger_prick"},
    ])  # fmt: skip
    def test_taken_in_another_way_is_another(self, man, nurse, later):
        signed(man, nurse, **TAKEN)
        signed(man, nurse, **TAKEN | later)
        assert counts(man) == (2, 0, 0)

    def test_taken_after_the_first_was_reported_is_another_on_the_same_day_too(self, man, nurse):
        signed(man, nurse, **TAKEN, bbv_hiv="failed", bbv_sample_date=ago(4 * HOUR), bbv_told_date=ago(3 * HOUR))
        signed(man, nurse, **TAKEN, bbv_hiv="negative", bbv_sample_date=ago(HOUR))
        assert counts(man) == (2, 2, 1)

    def test_read_here_is_never_one_that_a_laboratory_lost(self, man, nurse):
        with clock.at(clock.now() - 3 * DAY):
            signed(man, nurse, **TAKEN | {"bbv_sample": "finger_prick"})
        signed(man, nurse, **TAKEN | {"bbv_sample": "finger_prick"}, bbv_hiv="negative")
        assert counts(man) == (2, 1, 0)


class TestACorrection:
    """After the signature it is the entry that is put right, and no answer brings back what was wrong."""

    @pytest.fixture
    def now(self, man, nurse):
        return signed(man, nurse, **TAKEN, **FOUND, bbv_sample_date=ago(2 * HOUR))

    def test_of_the_sample_stands(self, man, nurse, now):
        first = Specimen.objects.get(patient=man)
        record.record_specimen(
            patient=man.id, panel="bbv", method="venous", agreed="active", at=ago(5 * HOUR), by=nurse, corrects=first
        )
        landing.fill(now, at=clock.now(), by=nurse)
        row = Specimen.objects.current().get(patient=man)
        assert (row.method, row.corrects_id) == ("venous", first.id) and counts(man) == (2, 1, 0)

    def test_of_the_result_takes_its_work_away(self, man, nurse, now):
        assert {"bbv_result_today", "bbv_result_referred"} <= owed(man)
        report = DiagnosticReport.objects.get(patient=man)
        record.record_result(
            patient=man.id, panel="bbv", results=RESULTS | {"hiv": "negative"}, status="final", at=report.happened_at, by=nurse,
            corrects=report,
        )  # fmt: skip
        landing.fill(now, at=clock.now(), by=nurse)
        assert counts(man) == (1, 2, 0)
        assert not {"bbv_result_today", "bbv_result_referred"} & owed(man) and "bbv_result_given" in owed(man)

    def test_that_it_was_a_mistake_lasts(self, man, nurse, now):
        sample, report = Specimen.objects.get(patient=man), DiagnosticReport.objects.get(patient=man)
        record.record_result(
            patient=man.id, panel="bbv", results=RESULTS, status="entered-in-error", at=report.happened_at, by=nurse,
            corrects=report,
        )  # fmt: skip
        record.record_specimen(
            patient=man.id, panel="bbv", method=sample.method, agreed="active", status="entered-in-error",
            at=sample.happened_at, by=nurse, corrects=sample,
        )  # fmt: skip
        landing.fill(now, at=clock.now(), by=nurse)
        assert counts(man) == (2, 2, 0)
        assert not {clock_id for clock_id in owed(man) if clock_id.startswith("bbv_result")}


def test_no_fact_of_a_visit_names_what_was_found(man, nurse):
    """That a question was answered is kept by its code, whatever the answer was; everything else is neutral."""
    signed(man, nurse, **TAKEN, **FOUND)
    told = Fact.objects.filter(patient_id=man.id).exclude(kind="instruments.QuestionAnswered")
    kept = str(list(told.values_list("kind", "kept")))
    assert "record.SpecimenTaken" in kept and "screening.AlertRaised" in kept and "bbv_result_today" in kept
    assert not [word for word in ("hiv", "hcv", "hbsag", "positive", "to_tell") if word in kept]
