"""Vaccinations and tests in the browser: each form lands and shows, refused words stay, and what is due leads to its form."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests import scenes
from tests.nonempty import nonempty
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.chart import today
from throughcare.core import clock
from throughcare.core.paper import unfit_for_paper
from throughcare.demo import people
from throughcare.pathways import register, titles
from throughcare.pathways.models import Task
from throughcare.record import actions as record
from throughcare.record.models import DiagnosticReport, Immunization, Specimen

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DOSE = {"vaccine": "hepb", "dose": "1", "status": "completed", "primary_source": "True", "site": "LA", "lot_number": "AB-123"}
SAMPLE = {"panel": "bbv", "method": "dried_blood_spot", "agreed": "active"}
REPORT = {"result_hcv_rna": "positive", "result_hiv": "negative", "status": "final"}
TOLD = {"status": "completed", "words": "Told in the quiet room."}


@pytest.fixture
def client(house):
    return house.sign_in(Client(), "LEI nurse_in_charge")


def post(client, man, path, **form):
    return client.post(f"/patients/{man.id}/{path}", form)


def text(client, man, path="timeline/"):
    answer = client.get(f"/patients/{man.id}/{path}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def given(man, house):
    """He had a dose, a sample and a result that he was told, each a day after the other."""
    with acting(house["LEI nurse_in_charge"]) as by:
        at = {"patient": man.id, "by": by}
        dose = record.record_immunization(at=clock.now() - 4 * DAY, vaccine="hepb", dose=1, status="completed", **at)
        sample = record.record_specimen(at=clock.now() - 3 * DAY, **SAMPLE, **at)
        report = record.record_result(
            at=clock.now() - 2 * DAY,
            specimen=sample,
            panel="bbv",
            results={"hcv_rna": "positive"},
            status="final",
            words="zqlab",
            **at,
        )
        said = record.tell_result(at=clock.now() - DAY, report=report, status="completed", words="zqsaid", by=by)
    return {"immunization": dose, "specimen": sample, "diagnostic-report": report, "communication": said}


def test_from_the_patients_page_to_a_result_that_was_told(house, client, man):
    page = text(client, man, "")
    for words in ("Record a vaccination", "Record a sample", "Record a result", "Told the person"):
        assert words in page
    assert post(client, man, "specimens/new/", **SAMPLE).status_code == 302
    with acting(house.nurse):
        sample = Specimen.objects.get(patient=man)
    straight = client.get(f"/patients/{man.id}/results/new/")
    assert straight["Location"].endswith(f"?specimen={sample.id}"), "one sample waits: its form"
    assert post(client, man, f"results/new/?specimen={sample.id}", **REPORT).status_code == 302
    with acting(house.nurse):
        report = DiagnosticReport.objects.get(patient=man)
        assert (report.results, report.specimen_id) == ({"hcv_rna": "positive", "hiv": "negative"}, sample.id)
    assert client.get(f"/patients/{man.id}/results/told/")["Location"].endswith(f"/results/{report.id}/told/")
    assert "Not told yet" in text(client, man, "results/")
    assert post(client, man, f"results/{report.id}/told/", **TOLD).status_code == 302
    page = text(client, man, "results/")
    assert "Not told yet" not in page and "Hepatitis C RNA" in page
    timeline = text(client, man)
    assert all(words in timeline for words in ("Sample: blood-borne", "Result: blood-borne", "Told: blood-borne", "quiet room"))


def test_a_dose_lands_with_its_batch_and_the_next_form_knows_it(house, client, man):
    assert post(client, man, "immunizations/new/", **DOSE).status_code == 302
    timeline = text(client, man)
    assert "Hepatitis B vaccine, dose 1: given" in timeline and "AB-123" in timeline and "Left arm" in timeline
    form = text(client, man, "immunizations/new/?vaccine=hepb")
    assert "next is dose 2, due" in form and 'value="2"' in form


@pytest.mark.parametrize("path, form, words", [
    ("immunizations/new/", {**DOSE, "dose": "first"}, "1 for the first"),
    ("immunizations/new/", {**DOSE, "status": "not-done"}, "Say why the dose was not given"),
    ("immunizations/new/", {**DOSE, "lot_number": "x" * 41}, "Shorten it"),
    ("immunizations/new/", {**DOSE, "at": "2099-01-01T10:00"}, "in the future"),
    ("immunizations/new/", {**DOSE, "status": "entered-in-error"}, "Say whether it was given"),
    ("specimens/new/", {**SAMPLE, "method": "urine", "words": "typed words"}, "choose one of: dried blood spot"),
    ("specimens/new/", {"panel": "bbv", "method": "venous", "accession": "LAB-77"}, "Say whether the person agreed"),
    ("results/new/?panel=bbv", {"status": "final", "words": "typed words"}, "what at least one of the tests came to"),
    ("results/new/?panel=bbv", {"result_hiv": "negative", "words": "typed words"}, "Say whether the report is final"),
])  # fmt: skip
def test_what_is_missing_is_said_and_what_was_typed_stays(client, man, path, form, words):
    answer = post(client, man, path, **form)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert all(value in answer.content.decode() for value in nonempty(form.values()) if value.startswith(("typed", "LAB", "AB-")))


def test_a_dose_that_is_on_the_record_asks_once_more(client, man):
    post(client, man, "immunizations/new/", **DOSE)
    answer = post(client, man, "immunizations/new/", **DOSE, words="Paper card")
    assert (
        answer.status_code == 422 and "never begun again" in answer.content.decode() and "Paper card" in answer.content.decode()
    )
    assert post(client, man, "immunizations/new/", **DOSE, again="yes").status_code == 302


def test_telling_before_the_result_is_refused_with_the_words_kept(client, man, given):
    answer = post(client, man, f"results/{given['diagnostic-report'].id}/told/", **TOLD, at="2020-01-01T10:00")
    assert (
        answer.status_code == 422
        and "The result was reported" in answer.content.decode()
        and "quiet room" in answer.content.decode()
    )


@pytest.mark.parametrize("kind, change", [
    ("immunization", {**DOSE, "dose": "2"}),
    ("specimen", {**SAMPLE, "status": "available", "accession": "LAB-9"}),
    ("diagnostic-report", {"result_hcv_rna": "negative", "status": "final"}),
    ("communication", {"status": "not-done", "words": "Asleep."}),
])  # fmt: skip
def test_each_is_put_right_and_the_earlier_version_stays(house, client, man, given, kind, change):
    row = given[kind]
    assert "Correct" in text(client, man, f"entries/{kind}/{row.id}/")
    form = text(client, man, f"entries/{kind}/{row.id}/correct/")
    assert "by mistake" in form and "checked" in form
    at = clock.local(row.happened_at).strftime("%Y-%m-%dT%H:%M:%S")
    assert post(client, man, f"entries/{kind}/{row.id}/correct/", **change, at=at).status_code == 302
    with acting(house.nurse):
        latest = type(row).objects.current().get(patient=man)
    assert latest.corrects_id == row.id and latest.happened_at == row.happened_at.replace(microsecond=0)
    page = text(client, man, f"entries/{kind}/{latest.id}/")
    assert "<del>" in page


def test_a_mistake_is_withdrawn_once_and_says_so(house, client, man, given):
    row = given["immunization"]
    post(client, man, f"entries/immunization/{row.id}/correct/", **{**DOSE, "status": "entered-in-error"})
    assert "Withdrawn as a mistake" in text(client, man)
    with acting(house.nurse):
        latest = Immunization.objects.current().get(patient=man)
    assert client.get(f"/patients/{man.id}/entries/immunization/{latest.id}/correct/").status_code == 403


def test_what_is_due_leads_straight_into_its_form(house, man, given):
    with acting(house.nurse):
        rows = {row.clock: today.evidence_page(row) for row in Task.objects.filter(patient=man)}
    base = f"/patients/{man.id}/"
    assert rows["hepb_dose_2"] == f"{base}immunizations/new/?vaccine=hepb"
    assert rows["bbv_result_given"] == f"{base}results/told/"
    assert rows["test_treatment"] == f"{base}encounters/new/?kind=test_treatment_started"


def test_another_mans_result_is_not_found_under_this_one(house, client, man, given):
    other = scenes.received(people.AMIR)
    assert client.get(f"/patients/{other.id}/results/{given['diagnostic-report'].id}/told/").status_code == 404
    assert client.get(f"/patients/{other.id}/results/new/?specimen={given['specimen'].id}")["Location"].endswith("/results/")


@pytest.mark.parametrize("path", ["immunizations/new/", "specimens/new/", "results/new/?panel=bbv", "results/told/"])
def test_who_may_not_write_is_told_so(house, man, path):
    clerk = house.sign_in(Client(), "LEI administrator")
    assert clerk.get(f"/patients/{man.id}/{path}").status_code == 403


SECRET = ("zqlab", "zqsaid", "hepatitis", "blood-borne", "vaccin")


@pytest.mark.parametrize("path", [
    "/establishments/LEI/wing-sheet/", "/patients/{}/first-night/advice/", "/patients/{}/first-night/advice/slip/",
    "/patients/{}/first-night/tomorrow/", "/establishments/LEI/handovers/", "/establishments/LEI/handovers/out/{}/",
])  # fmt: skip
def test_no_paper_that_leaves_healthcare_says_a_result(house, man, found, path):
    page = house.sign_in(Client(), "LEI reception_nurse").get(path.format(man.id), follow=True)
    assert page.status_code == 200, path
    assert [word for word in SECRET if word in page.content.decode().casefold()] == []
    assert FINDING.findall(page.content.decode()) == []


@pytest.fixture
def found(house, man, given):
    """What is worst for him if others read it: two findings, neither told, both with work to do, and a course begun."""
    with acting(house["LEI nurse_in_charge"]) as by:
        results = {"hiv": "positive", "hcv_rna": "positive", "hbsag": "positive"}
        return record.record_result(
            patient=man.id, panel="bbv", results=results, status="preliminary", at=clock.now() - DAY / 24, by=by
        )


FINDING = re.compile(r"\bhiv|\bhcv|\bhbsag|hepatitis c|positive", re.IGNORECASE)  # not even in an address
BOARDS = ["pathways", "forecast", "caseloads", "due", "arrivals", "referrals", "wing-sheet", "handovers"]
BOARDS += [f"pathways/{one.id}" for one in register.on(clock.prison_day(clock.now())).pathways]


@pytest.mark.parametrize("path", ["/today/", *(f"/establishments/LEI/{board}/" for board in BOARDS)])
def test_no_list_names_an_illness_beside_a_name(client, man, found, path):
    answer = client.get(path, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200, path
    assert FINDING.findall(page) == []
    words = titles.books().on("titles", clock.prison_day(clock.now())).value
    assert unfit_for_paper(re.sub(r"<[^>]*>", " ", page), words, ()) == ""


def test_his_work_stands_on_those_lists_all_the_same(client, man, found):
    today_page = client.get("/today/", follow=True).content.decode()
    for title in (man.name, "Blood test result to tell today", "Blood test result: refer on", "Vaccination: dose 2"):
        assert title in today_page, "otherwise the test above would prove nothing"


def test_no_fact_of_him_names_an_illness(house, man, found):
    with acting(house.nurse):
        kept = str(list(Fact.objects.filter(patient_id=man.id).values_list("kind", "kept")))
    assert "pathways.ClockStarted" in kept and "bbv_result_today" in kept
    assert FINDING.findall(kept) == []


def test_the_words_planted_can_be_seen_where_they_belong(client, man, given):
    page = text(client, man)
    assert all(word in page.casefold() for word in SECRET), "otherwise the test above would prove nothing"
