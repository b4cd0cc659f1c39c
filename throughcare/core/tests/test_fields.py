"""Our slim fields write the same HTML as the NHS macros, once white space is set aside."""

import re

import pytest
from jinja2 import FileSystemLoader, UndefinedError

from throughcare.core.jinja import environment, template_dirs

ENV = environment(loader=FileSystemLoader(template_dirs()))
NO_YES = [{"value": "no", "text": "No"}, {"value": "yes", "text": "Yes <b>", "hint": "Say when"}]


def render(template, macro, *args, **kwargs):
    page = ENV.from_string(f'{{% from "{template}" import {macro} %}}{{{{ {macro}(*args, **kwargs) }}}}')
    return normal(page.render(args=args, kwargs=kwargs))


def normal(html):
    """White space between and beside tags, and around text, says nothing."""
    return re.sub(r"\s*([<>])\s*", r"\1", re.sub(r"\s+", " ", html)).strip()


def slim(macro, item, **kwargs):
    return render("core/controls.jinja", macro, item, **kwargs)


def nhs(macro, params):
    return render(f"nhsuk/components/{macro}/macro.jinja", macro, params)


def both(item):
    """The NHS macro's words for what our item says in ours."""
    params = {"name": item["id"]}
    for ours, theirs in [("hint", "hint"), ("error", "errorMessage")]:
        if ours in item:
            params[theirs] = {"text": item[ours]}
    return params


def labelled(item):
    return both(item) | {"id": item["id"], "label": {"text": item["text"]}, "value": item.get("value", "")}


SAID = [{}, {"hint": "In the last month"}, {"error": "Choose one"}, {"hint": "In the last month", "error": "Choose one"}]


@pytest.fixture(params=SAID, ids=["plain", "hint", "error", "hint and error"])
def item(request):
    return {"id": "fs_fits", "text": "Ever had a fit?"} | request.param


@pytest.mark.parametrize("value", [None, "yes"])
@pytest.mark.parametrize("inline", [True, False])
def test_radios(item, value, inline):
    params = both(item) | {"fieldset": {"legend": {"text": item["text"]}}, "items": NO_YES, "value": value, "inline": inline}
    assert slim("radios", item | {"options": NO_YES, "value": value, "inline": inline}) == nhs("radios", params)


@pytest.mark.parametrize("values", [[], ["no"], ["no", "yes"]])
def test_checkboxes(item, values):
    alone = {"value": "none", "text": "None of these"}
    params = both(item) | {"fieldset": {"legend": {"text": item["text"]}}, "values": values}
    params["items"] = [*NO_YES, alone | {"behaviour": "exclusive"}]
    ours = item | {"options": [*NO_YES, alone | {"exclusive": True}], "value": values}
    assert slim("checkboxes", ours) == nhs("checkboxes", params)


def test_input(item):
    item["value"] = 'O\'Neill & "Sons"'
    assert slim("input", item) == nhs("input", labelled(item))


def test_number_with_its_unit(item):
    item["value"] = "72.5"
    params = labelled(item) | {"suffix": "kg", "inputmode": "decimal", "width": 5}
    assert slim("input", item | {"unit": "kg"}, inputmode="decimal", width=5) == nhs("input", params)


@pytest.mark.parametrize("type", ["date", "datetime-local"])
def test_dates(item, type):
    item["value"] = "2026-05-03"
    assert slim("input", item, type=type) == nhs("input", labelled(item) | {"type": type})


def test_textarea(item):
    item["value"] = "<script>alert(1)</script>"
    assert slim("textarea", item) == nhs("textarea", labelled(item) | {"rows": 3})


def test_select(item):
    item["value"] = "yes"
    choices = [{"value": "", "text": "Choose"}, {"value": "no", "text": "No"}, {"value": "yes", "text": "Yes"}]
    assert slim("select", item | {"options": choices[1:]}) == nhs("select", labelled(item) | {"items": choices})


def field(item):
    return render("core/fields.jinja", "field", item)


def test_three_short_answers_stand_side_by_side():
    short = [{"value": str(n), "text": text} for n, text in enumerate(["No", "Yes", "Not able to ask"])]
    long = [{"value": str(n), "text": "Yes, on most days of the week"} for n in range(3)]
    ask = {"id": "q", "kind": "radios", "text": "Any pain?"}
    assert "nhsuk-radios--inline" in field(ask | {"options": short})
    assert "nhsuk-radios--inline" not in field(ask | {"options": long})


def test_a_question_carries_what_autosave_needs():
    html = field({"id": "q", "kind": "text", "text": "Name", "seen": 4, "saved": "20:41", "shown_when": "a=yes", "hidden": True})
    assert 'data-item="q" data-seen="4" data-shown-when="a=yes" hidden' in html
    assert '<span class="tc-saved" role="status" aria-live="polite">Saved 20:41</span>' in html


def test_vitals_keep_zero_and_show_units():
    card = [{"id": "pulse", "text": "Pulse", "unit": "beats/min"}, {"id": "pain", "text": "Pain"}]
    html = field({"id": "v", "kind": "vitals", "text": "Vital signs", "fields": card, "value": {"pain": 0}})
    assert 'name="v.pulse"' in html and "beats/min" in html
    assert re.search(r'name="v\.pain" type="text" value="0"', html)


@pytest.mark.parametrize("filled, drawn", [(0, 3), (2, 3), (4, 5)])
def test_repeating_rows_always_leave_one_empty(filled, drawn):
    rows = [{"name": f"Medicine {n}"} for n in range(filled)]
    html = field({"id": "m", "kind": "repeating", "text": "Medicines", "fields": [{"id": "name", "text": "Name"}], "value": rows})
    assert html.split("<template>")[0].count("data-row") == drawn
    assert f'name="m.{drawn - 1}.name"' in html


def test_drinks_are_worth_what_the_caller_says():
    drinks = [{"id": "pint", "text": "Pint of strong lager", "picture": "pint", "weight": "9.9"}]
    html = field(
        {
            "id": "d",
            "kind": "counters",
            "text": "Drinks",
            "fields": drinks,
            "value": {"pint": 2},
            "unit": "units",
            "total": "19.8",
        }
    )
    assert 'name="d.pint"' in html and 'value="2" data-weight="9.9"' in html and ">19.8</output>" in html


@pytest.mark.parametrize("item", [{"id": "q", "kind": "tickbox", "text": "?"}, {"id": "q", "kind": "text"}])
def test_a_question_half_described_is_refused(item):
    with pytest.raises(UndefinedError):
        field(item)
