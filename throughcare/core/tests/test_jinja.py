"""What a template may leave unsaid, and how times are written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from jinja2 import UndefinedError

from throughcare.core import shown
from throughcare.core.jinja import environment, template_dirs


def render(source, **context):
    return environment().from_string(source).render(**context)


@pytest.mark.parametrize(
    "source",
    [
        "{{ allergies }}",
        "{{ patient.allergies }}",
        "{{ patient.allergies.words }}",
        "{{ 'Allergies: ' ~ patient.allergies }}",
        "{{ patient.allergies | upper }}",
        "{% for one in patient.allergies %}{% endfor %}",
        "{{ patient.allergies | length }}",
        "{% if allergies == 'none' %}{% endif %}",
        "{% if allergies != 'none' %}{% endif %}",
    ],
)
def test_a_blank_nobody_meant_raises(source):
    with pytest.raises(UndefinedError):
        render(source, patient={"name": "Amir Khan"})


@pytest.mark.parametrize(
    "source",
    [
        "{% if allergies %}x{% endif %}",
        "{% if params.hint.text %}x{% endif %}",
        "{{ 'x' if params.hint }}",
        "{% if params.placement == 'after' %}x{% endif %}",
        "{{ params.classes | default('') }}",
        "{{ params.classes or '' }}",
    ],
)
def test_asking_whether_it_is_there_is_allowed(source):
    assert render(source, params={}) == ""


@pytest.mark.parametrize(
    "name, macro, params",
    [
        ("button", "button", {"text": "Sign"}),
        ("tag", "tag", {"text": "Due"}),
        ("summary-list", "summaryList", {"rows": [{"key": {"text": "GP"}, "value": {"text": "None"}}]}),
        ("details", "details", {"summaryText": "Why", "text": "Because"}),
        ("pagination", "pagination", {"nextUrl": "/2", "nextPage": "2"}),
        ("breadcrumb", "breadcrumb", {"items": [{"text": "Arrivals", "href": "/"}], "text": "Khan"}),
        ("tables", "table", {"rows": [[{"text": "1"}]], "head": [{"text": "Number"}]}),
        ("date-input", "dateInput", {"id": "born", "fieldset": {"legend": {"text": "Born"}}}),
    ],
)
def test_the_nhs_macros_work_under_it(name, macro, params):
    page = f'{{% from "nhsuk/components/{name}/macro.jinja" import {macro} %}}{{{{ {macro}(params) }}}}'
    assert "nhsuk-" in render(page, params=params)


def test_every_module_may_bring_templates():
    assert any((path / "core" / "base.jinja").exists() for path in template_dirs())


def test_dates_and_times_are_londons():
    moment = datetime(2026, 5, 3, 23, 41, tzinfo=UTC)
    assert (shown.uk_date(moment), shown.uk_time(moment)) == ("4 May 2026", "00:41")
    assert shown.uk_datetime(moment) == "4 May 2026, 00:41"
    assert shown.uk_date(date(2026, 5, 3)) == "3 May 2026"


def test_the_hour_that_comes_twice_says_which():
    assert shown.uk_time(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == "01:30 BST"
    assert shown.uk_time(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == "01:30 GMT"
    assert shown.uk_time(datetime(2026, 3, 29, 1, 30, tzinfo=UTC)) == "02:30"


@pytest.mark.parametrize(
    "minutes, said",
    [
        (0, "less than a minute"),
        (40, "40 min"),
        (60, "1 h"),
        (130, "2 h 10 min"),
        (-130, "2 h 10 min"),
        (24 * 60 + 59, "1 day"),
        (76 * 60, "3 days 4 h"),
    ],
)
def test_a_length_of_time_in_plain_words(minutes, said):
    now = datetime(2026, 5, 3, 20, 0, tzinfo=UTC)
    assert shown.since(now - timedelta(minutes=minutes), now) == said


def test_elapsed_time_does_not_change_with_the_clocks():
    before, after = datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 2, 30, tzinfo=UTC)
    assert shown.since(before, after) == "2 h"
