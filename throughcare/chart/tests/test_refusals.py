"""What a page refuses: typed words stay with a sentence (422), and "not allowed" is a page of its own (403)."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from throughcare.access.acting import acting
from throughcare.chart.forms_consent import CapacityForm
from throughcare.chart.forms_identity import NameForm
from throughcare.chart.forms_seeing import LooksForm
from throughcare.chart.views.death import DeathForm
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed
from throughcare.patients import actions as patients
from throughcare.record import actions as record
from throughcare.record.forms import DocumentForm, EncounterForm, FlagForm
from throughcare.record.models import DocumentPage, Encounter

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse(house, man):
    return house.sign_in(Client(), "LEI nurse_in_charge")


def note(house, man, **more):
    with acting(house["LEI nurse_in_charge"]) as by:
        told = {"kind": "early_days_check", "done": "Feels low.", "plan": "", "at": clock.now()} | more
        return record.record_encounter(patient=man.id, by=by, **told)


def correct(client, man, sort, row, **form):
    return client.post(f"/patients/{man.id}/entries/{sort}/{row.id}/correct/", form)


class TestAnEntryThatWasCorrectedMeanwhile:
    def test_keeps_what_the_second_one_typed_and_says_what_to_do(self, house, man, nurse):
        first = note(house, man)
        assert correct(nurse, man, "encounter", first, done="Feels well.").status_code == 302
        late = correct(nurse, man, "encounter", first, done="Says he heard voices all night.")
        assert late.status_code == 422
        assert "Says he heard voices all night." in late.content.decode()
        assert "This entry was corrected in the meantime" in late.content.decode()
        with acting(house.nurse):
            assert Encounter.objects.current().get(patient=man).done == "Feels well."

    def test_leads_a_reader_to_the_latest(self, house, man, nurse):
        first = note(house, man)
        correct(nurse, man, "encounter", first, done="Feels well.")
        answer = nurse.get(f"/patients/{man.id}/entries/encounter/{first.id}/correct/")
        assert answer.status_code == 302


class TestTheAddressAsksWhatTheButtonAsks:
    def test_of_a_contact_that_another_role_writes(self, house, man, nurse):
        """The nurse in charge writes contacts, but not this kind of them."""
        with acting(house["LEI prescriber"]) as by:
            told = {"kind": "prescriber_review", "done": "Seen.", "plan": "", "at": clock.now()}
            theirs = record.record_encounter(patient=man.id, by=by, **told)
        page = f"/patients/{man.id}/entries/encounter/{theirs.id}/"
        assert "/correct/" not in nurse.get(page).content.decode()
        assert nurse.get(page + "correct/").status_code == 403
        assert correct(nurse, man, "encounter", theirs, done="Mine now.").status_code == 403

    def test_of_a_flag_that_has_ended(self, house, man, nurse):
        with acting(house["LEI nurse_in_charge"]) as by:
            flag = record.raise_flag(patient=man.id, kind="mobility", words="Bottom bunk", at=clock.now(), by=by)
            ended = record.end_flag(flag=flag, why="Stairs are fine", at=clock.now(), by=by)
        refused = correct(nurse, man, "flag", ended, kind="mobility", words="Bottom bunk")
        assert refused.status_code == 403 and "This flag has ended" in refused.content.decode()

    def test_of_a_warning_from_outside(self, house, man, nurse):
        with acting(house["LEI nurse_in_charge"]) as by:
            warning = record.write_warning(patient=man.id, source="police", words="Swallowed a bag", at=clock.now(), by=by)
        assert correct(nurse, man, "warning", warning, words="Nothing").status_code == 403


AT_DOOR = "Only the doctor may do this here."
NOTE = {"words": "Asthma", "status": "active", "verification": "confirmed"}


@pytest.mark.parametrize("module, action, path, form", [
    (patients, "record_death", "death/", {}),
    (patients, "add_nhs_number", "nhs-number/", {"nhs_number": "9991000003"}),
    (record, "add_document", "documents/new/", {"kind": "other", "title": "Old", "words": "Seen."}),
    (record, "record_encounter", "encounters/new/?kind=early_days_check", {"done": "Seen."}),
], ids=["death", "NHS number", "paper", "contact"])  # fmt: skip
def test_not_allowed_is_a_page_and_never_a_red_field(man, nurse, monkeypatch, module, action, path, form):
    def refuses(**given):
        raise NotAllowed(why=AT_DOOR)

    monkeypatch.setattr(module, action, refuses)
    answer = nurse.post(f"/patients/{man.id}/{path}", form)
    assert answer.status_code == 403 and AT_DOOR in answer.content.decode()


def test_nor_is_it_when_the_lead_may_not_close_a_record(house, man, monkeypatch):
    def refuses(**given):
        raise NotAllowed(why=AT_DOOR)

    monkeypatch.setattr(patients, "exclude", refuses)
    lead = house.sign_in(Client(), "LEI information_governance_lead")
    page = f"/establishments/LEI/governance/patients/{man.id}/"
    assert lead.post(page, {"user": house.nurse.id, "why": "He asked"}).status_code == 403


class TestAPageTooLong:
    @pytest.fixture
    def paper(self, house, man, nurse):
        file = SimpleUploadedFile("old.txt", b"One.\fTwo.", "text/plain")
        nurse.post(f"/patients/{man.id}/documents/new/", {"kind": "other", "title": "Old", "file": file})
        with acting(house.nurse):
            return DocumentPage.objects.get(patient=man, number=1).document

    def test_is_refused_with_its_length_and_kept(self, house, man, nurse, paper):
        words = "He sleeps. " * 1900 + "Says he has a ligature under the mattress."
        answer = nurse.post(f"/patients/{man.id}/documents/{paper.id}/pages/1/correct/", {"words": words})
        assert answer.status_code == 422 and f"has {len(words):,} characters" in answer.content.decode()
        assert "Shorten it" in answer.content.decode() and "ligature under the mattress" in answer.content.decode()
        with acting(house.nurse):
            assert DocumentPage.objects.current().get(document=paper, number=1).words == "One."

    def test_one_that_fits_is_kept_to_its_last_letter(self, house, man, nurse, paper):
        words = "x" * 19_990 + " ligature."
        assert nurse.post(f"/patients/{man.id}/documents/{paper.id}/pages/1/correct/", {"words": words}).status_code == 302
        with acting(house.nurse):
            assert DocumentPage.objects.current().get(document=paper, number=1).words == words


class TestTimesAreReadAlikeEverywhere:
    """One place reads what people type: a form that forgot would take the future, or refuse 3.5.2026."""

    MOMENTS = ((EncounterForm, "at"), (FlagForm, "at"), (DeathForm, "at"), (CapacityForm, "ask_again"))

    @pytest.mark.parametrize("form, name", MOMENTS, ids=lambda one: getattr(one, "__name__", one))
    @pytest.mark.parametrize("typed, utc", [
        ("2026-01-03T20:41", datetime(2026, 1, 3, 20, 41, tzinfo=UTC)),
        ("2025-07-03T20:41", datetime(2025, 7, 3, 19, 41, tzinfo=UTC)),
        ("2025-10-26T01:30:10", datetime(2025, 10, 26, 0, 30, 10, tzinfo=UTC)),
    ], ids=["winter", "summer", "the hour that comes twice"])  # fmt: skip
    def test_a_local_time_is_kept_in_utc(self, form, name, typed, utc):
        made = form({name: typed})
        made.is_valid()
        assert made.cleaned_data[name] == utc

    @pytest.mark.parametrize("form, name", MOMENTS, ids=lambda one: getattr(one, "__name__", one))
    def test_half_a_time_is_refused(self, form, name):
        assert form({name: "half past two"}).errors[name] == ["Enter the time as a date and a time."]

    @pytest.mark.parametrize("form, name", MOMENTS[:3], ids=lambda one: getattr(one, "__name__", one))
    def test_what_happened_did_not_happen_tomorrow(self, form, name):
        assert "in the future" in form({name: "2099-01-01T10:00"}).errors[name][0]

    @pytest.mark.parametrize("typed", ["2019-05-03", "3/5/2019", "3 5 2019", "3 May 2019", "3.5.2019"])
    @pytest.mark.parametrize("form, name", [(DocumentForm, "dated"), (LooksForm, "since"), (NameForm, "since")],
                             ids=lambda one: getattr(one, "__name__", one))  # fmt: skip
    def test_a_day_may_be_written_in_five_ways(self, form, name, typed):
        made = form({name: typed})
        made.is_valid()
        read = made.cleaned_data[name]
        assert (clock.prison_day(read) if isinstance(read, datetime) else read).isoformat() == "2019-05-03"
