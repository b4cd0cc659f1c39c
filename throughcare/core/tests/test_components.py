"""Components take plain values, escape them, and refuse to leave a clinical slot blank."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from jinja2 import FileSystemLoader, UndefinedError
from markupsafe import Markup

from tests.nonempty import nonempty
from throughcare.core.headers import CSP, SecurityHeadersMiddleware
from throughcare.core.jinja import environment, template_dirs

ENV = environment(loader=FileSystemLoader(template_dirs()))
SCRIPT = "<script>alert(1)</script>"
PATIENT = {
    "picture": Markup("<svg></svg>"),
    "name": "Amir Khan",
    "age": 37,
    "born": "2 June 1988",
    "nhs_number": "999 123 4567",
    "prison_number": "A1234BC",
    "place": "B2-14",
    "allergies": {"state": "none-known", "text": "None known, asked 3 May 2026"},
}


def render(file, macro, *args, **kwargs):
    page = ENV.from_string(f'{{% from "core/components/{file}.jinja" import {macro} %}}{{{{ {macro}(*args, **kwargs) }}}}')
    return page.render(args=args, kwargs=kwargs)


def banner(**changes):
    return render("patient_banner", "patient_banner", **PATIENT | changes)


def test_the_banner_says_who():
    html = banner(flags=[{"strength": "stop", "text": "Insulin"}], same_name="Another Amir Khan is on B wing.")
    for said in ("Amir Khan", "2 June 1988", "(37)", "999 123 4567", "A1234BC", "B2-14", "Insulin", "Same name."):
        assert said in html


@pytest.mark.parametrize("missing", list(PATIENT))
def test_no_slot_of_the_banner_can_be_left_out(missing):
    with pytest.raises(UndefinedError):
        render("patient_banner", "patient_banner", **{key: value for key, value in PATIENT.items() if key != missing})


@pytest.mark.parametrize(
    "allergies", [{}, {"state": "not-asked"}, {"text": "Penicillin"}, {"state": "perhaps", "text": "Penicillin"}]
)
def test_allergies_are_never_blank(allergies):
    with pytest.raises(UndefinedError):
        banner(allergies=allergies)


@pytest.mark.parametrize("state", ["recorded", "none-known", "not-asked"])
def test_the_three_ways_to_know_of_allergies_look_different(state):
    others = {"recorded", "none-known", "not-asked"} - {state}
    html = banner(allergies={"state": state, "text": "The words"})
    assert f"tc-allergies--{state}" in html
    assert not any(f"tc-allergies--{other}" in html for other in others)


@pytest.mark.parametrize("strength, words", [("stop", "Stop: act now"), ("urgent", "Urgent"), ("info", "For information")])
def test_an_alert_says_its_strength_in_words_and_shape(strength, words):
    html = render("alert", "alert", strength, "Chest pain")
    assert words in html and f"tc-icon--{strength}" in html


def test_an_unknown_strength_is_refused():
    with pytest.raises(UndefinedError):
        render("alert", "alert", "warning", "Chest pain")


def test_an_entry_shows_both_times():
    html = render("page", "entry", "First night screen", "20:41", "20:43", "Sam Okafor")
    assert "happened <strong>20:41</strong>, written 20:43, by Sam Okafor" in html


TASK = {"text": SCRIPT, "href": "/t", "clock": {"text": SCRIPT, "state": "late"}, "owner": SCRIPT, "detail": SCRIPT}
PAIR = {"key": SCRIPT, "value": SCRIPT}
TEXTS = {key: SCRIPT for key in PATIENT if key not in ("picture", "allergies")}


@pytest.mark.parametrize(
    "file, macro, args",
    [
        ("patient_banner", "patient_banner", PATIENT | TEXTS | {"same_name": SCRIPT, "note": SCRIPT, "href": SCRIPT}),
        ("patient_banner", "patient_banner", PATIENT | {"allergies": {"state": "recorded", "text": SCRIPT}}),
        ("patient_banner", "patient_banner", PATIENT | {"flags": [{"strength": "info", "text": SCRIPT}]}),
        ("alert", "alert", {"strength": "stop", "text": SCRIPT, "detail": SCRIPT, "done": SCRIPT, "id": SCRIPT}),
        ("status", "status_tag", {"label": SCRIPT}),
        ("status", "clock", {"text": SCRIPT, "state": "due", "due_at": SCRIPT}),
        ("tasks", "person_tasks", {"person": {"name": SCRIPT, "href": "/", "place": SCRIPT, "facts": SCRIPT}, "tasks": [TASK]}),
        ("page", "empty_state", {"title": SCRIPT, "text": SCRIPT, "action": {"text": SCRIPT, "href": SCRIPT}}),
        ("page", "entry", {"title": SCRIPT, "happened": SCRIPT, "written": SCRIPT, "by": SCRIPT, "kind": SCRIPT}),
        ("page", "error_summary", {"errors": [{"text": SCRIPT, "href": SCRIPT}]}),
        ("page", "button_row", {"buttons": [{"text": SCRIPT, "name": SCRIPT, "value": SCRIPT}]}),
        ("page", "summary_pairs", {"rows": [PAIR | {"action": {"text": SCRIPT, "href": SCRIPT}}]}),
        ("page", "slip", {"title": SCRIPT, "who": SCRIPT, "lines": [PAIR], "printed": SCRIPT, "closing": SCRIPT}),
        ("icons", "avatar", {"initials": SCRIPT, "label": SCRIPT}),
    ],
)
def test_a_name_typed_as_a_tag_stays_a_name(file, macro, args):
    html = render(file, macro, **args)
    assert "<script" not in html and "&lt;script&gt;" in html


def test_no_page_may_load_from_elsewhere_or_be_kept():
    response = SecurityHeadersMiddleware(lambda request: HttpResponse())(RequestFactory().get("/patients/"))
    assert response["Cache-Control"] == "no-store" and response["X-Content-Type-Options"] == "nosniff"
    assert response["Permissions-Policy"] == "camera=(), microphone=(), geolocation=()"
    assert CSP["DIRECTIVES"]["default-src"] == ["'none'"]
    assert not any("unsafe" in source for sources in CSP["DIRECTIVES"].values() for source in sources)


def test_static_files_may_be_kept():
    response = SecurityHeadersMiddleware(lambda request: HttpResponse())(RequestFactory().get("/static/build/main.css"))
    assert "Cache-Control" not in response


OF_THE_PACK = {"leaf.jinja"}  # a file that a coroner opens without us: it brings its own style and a policy that loads nothing


def test_no_template_holds_inline_script_or_style():
    for path in nonempty(path for directory in template_dirs() for path in directory.rglob("*.jinja")):
        text = path.read_text()
        if path.name in OF_THE_PACK:
            assert "default-src 'none'" in text and "<script" not in text
            continue
        assert " style=" not in text and "<style" not in text and " onclick=" not in text, path
        assert text.count("<script") == text.count('<script type="module" src='), path
