"""The record over HTTP: what is written shows, what was put right stays one tap away, and a file is only ever saved."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import people
from throughcare.record import actions as record
from throughcare.record.models import AllergyIntolerance, Condition, Document, DocumentPage, Encounter, Flag, Incident

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a scanned letter"


@pytest.fixture
def client(house):
    return house.sign_in(Client(), "LEI nurse_in_charge")


def post(client, man, path, **form):
    return client.post(f"/patients/{man.id}/{path}", form)


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize("path, form, model, shown", [
    ("entries/condition/new/", {"words": "Asthma", "status": "active", "verification": "confirmed"}, Condition, "Asthma: now"),
    ("entries/allergy-intolerance/new/", {"said": "present", "substance": "Latex"}, AllergyIntolerance, "Latex"),
    ("entries/allergy-intolerance/new/", {"said": "none-known"}, AllergyIntolerance, "No known allergies"),
    ("entries/allergy-intolerance/new/", {"said": "unable"}, AllergyIntolerance, "Could not be asked"),
    ("entries/flag/new/", {"kind": "mobility", "words": "Bottom bunk"}, Flag, "Flag: Bottom bunk"),
    ("entries/incident/new/", {"kind": "fall", "words": "Slipped", "harm": "none"}, Incident, "Slipped"),
], ids=["problem", "allergy", "none known", "unable", "flag", "incident"])  # fmt: skip
def test_what_is_written_lands_and_shows(house, client, man, path, form, model, shown):
    assert post(client, man, path, **form).status_code == 302
    with acting(house.nurse):
        assert model.objects.filter(patient=man).count() == 1
    assert shown in text(client, f"/patients/{man.id}/timeline/")


@pytest.mark.parametrize("path, form, words", [
    ("entries/condition/new/", {"words": "", "status": "active", "verification": "confirmed"}, "Write the problem"),
    ("entries/allergy-intolerance/new/", {"said": "present"}, "what the person is allergic to"),
    ("entries/allergy-intolerance/new/", {}, "Choose what was answered"),
    ("entries/flag/new/", {"kind": "mobility", "words": "x" * 121}, "Shorten it"),
    ("entries/incident/new/", {"kind": "fall", "words": "Slipped", "harm": "none", "at": "2099-01-01T10:00"}, "in the future"),
    ("documents/new/", {"kind": "other", "title": "Empty"}, "Choose a file, or type"),
    ("documents/new/", {"kind": "other", "title": "Later", "words": "x", "dated": "1/1/2099"}, "in the future"),
])  # fmt: skip
def test_what_is_missing_is_said_and_what_was_typed_stays(client, man, path, form, words):
    answer = post(client, man, path, **form)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not [value for value in form.values() if len(value) > 3 and value not in answer.content.decode()]


def test_the_three_answers_about_allergies_differ_everywhere(client, man):
    assert "allergies not asked yet" in text(client, f"/patients/{man.id}/")
    post(client, man, "entries/allergy-intolerance/new/", said="unable")
    assert "allergies could not be asked" in text(client, f"/patients/{man.id}/")
    post(client, man, "entries/allergy-intolerance/new/", said="none-known")
    page = text(client, f"/patients/{man.id}/")
    assert "None known, asked" in page and "Not asked:" not in page


def test_a_correction_strikes_the_earlier_version_and_leads_to_it(house, client, man):
    with acting(house["LEI nurse_in_charge"]) as nurse:
        first = record.record_encounter(
            patient=man.id, kind="early_days_check", done="Feels low.", plan="", at=clock.now() - timedelta(hours=3), by=nurse
        )
    assert post(client, man, f"entries/encounter/{first.id}/correct/", done="Feels well.").status_code == 302
    with acting(house.nurse):
        latest = Encounter.objects.current().get(patient=man)
        assert (latest.done, latest.kind, latest.corrects_id) == ("Feels well.", "early_days_check", first.id)
    page = text(client, f"/patients/{man.id}/timeline/?corrected=yes")
    assert "<del>Feels low.</del>" in page and f"/entries/encounter/{latest.id}/" in page
    assert "Feels low." in text(client, f"/patients/{man.id}/entries/encounter/{latest.id}/")
    again = client.get(f"/patients/{man.id}/entries/encounter/{first.id}/correct/")
    assert again.status_code == 302 and str(latest.id) in again["Location"]


def test_a_flag_ends_with_a_reason_and_stays_on_the_timeline(house, client, man):
    post(client, man, "entries/flag/new/", kind="self_harm", words="Ligature in 2019")
    with acting(house.nurse):
        flag = Flag.objects.get(patient=man)
    assert post(client, man, f"flags/{flag.id}/end/", why="").status_code == 422
    assert post(client, man, f"flags/{flag.id}/end/", why="Reviewed with the ACCT team").status_code == 302
    page = text(client, f"/patients/{man.id}/")
    assert "Ligature in 2019 (ended: Reviewed with the ACCT team)" in page, "that it stood is never lost"


class TestAPaper:
    def sent(self, client, man, content, name="letter.pdf", **more):
        file = SimpleUploadedFile(name, content, "application/pdf")
        return post(client, man, "documents/new/", kind="discharge", title="Letter “A”\r\nX", file=file, **more)

    def test_comes_out_as_a_file_that_is_only_saved(self, house, client, man):
        assert self.sent(client, man, PDF).status_code == 302
        with acting(house.nurse):
            paper = Document.objects.get(patient=man)
        answer = client.get(f"/patients/{man.id}/documents/{paper.id}/file/")
        assert answer.content == PDF and answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment;") and "\n" not in answer["Content-Disposition"]
        assert "no-store" in answer["Cache-Control"] and answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]

    @pytest.mark.parametrize("content", [b"<html>\0<script>", b"MZ\x90\0\x03", b"\x89PNG\r\n\x1a\n\0", b"PK\x03\x04\0"])
    def test_is_what_its_bytes_say_and_not_its_name(self, client, man, content):
        answer = self.sent(client, man, content)
        assert answer.status_code == 422 and "not a PDF, a JPEG picture or plain text" in answer.content.decode()

    def test_a_page_of_script_is_text_and_is_saved_as_text(self, house, client, man):
        self.sent(client, man, b"<script>alert(1)</script> cut his wrists", name="x.html")
        with acting(house.nurse):
            paper = Document.objects.get(patient=man)
        assert client.get(f"/patients/{man.id}/documents/{paper.id}/file/")["Content-Type"] == "text/plain"
        page = text(client, f"/patients/{man.id}/documents/{paper.id}/pages/1/")
        assert "<script>alert" not in page and "&lt;script&gt;" in page

    def test_too_large_is_refused_in_a_sentence(self, client, man):
        answer = self.sent(client, man, PDF + b"x" * record.AT_MOST)
        assert answer.status_code == 422 and "larger than 5 MB" in answer.content.decode()

    def test_a_text_file_falls_into_pages_and_each_opens_where_the_danger_is(self, house, client, man):
        self.sent(client, man, b"Well.\n\fSeen.\nTied sheet to bars.\f", name="old.txt")
        with acting(house.nurse):
            paper = Document.objects.get(patient=man)
            assert [row.number for row in DocumentPage.objects.filter(document=paper).order_by("number")] == [1, 2]
        page = text(client, f"/patients/{man.id}/documents/{paper.id}/pages/2/")
        assert '<mark id="said-6"' in page
        assert f"/documents/{paper.id}/pages/2/#said-6" in text(client, f"/patients/{man.id}/")

    def test_pages_are_added_and_put_right(self, house, client, man):
        self.sent(client, man, PDF)
        with acting(house.nurse):
            paper = Document.objects.get(patient=man)
        assert post(client, man, f"documents/{paper.id}/pages/new/", words="One.\fTwo.").status_code == 302
        assert post(client, man, f"documents/{paper.id}/pages/2/correct/", words="Second.").status_code == 302
        page = text(client, f"/patients/{man.id}/documents/{paper.id}/pages/2/")
        assert "Second." in page and "<del>Two.</del>" in page

    def test_of_somebody_else_is_not_here(self, house, client, man):
        self.sent(client, man, PDF)
        with acting(house.nurse):
            paper = Document.objects.get(patient=man)
        other = scenes.received(people.DANNY)
        for end in ("", "file/", "pages/1/"):
            assert client.get(f"/patients/{other.id}/documents/{paper.id}/{end}").status_code == 404


def test_a_role_writes_only_what_is_its_own(house, man):
    client = house.sign_in(Client(), "LEI administrator")
    assert "entries/condition/new/" not in text(client, f"/patients/{man.id}/")
    assert client.get(f"/patients/{man.id}/entries/condition/new/").status_code == 403
    assert post(client, man, "entries/incident/new/", kind="fall", words="Slipped", harm="none").status_code == 302
