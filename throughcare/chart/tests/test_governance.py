"""Breaking glass, knowing somebody, and the information governance lead's desk, over HTTP."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from django.test import Client

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Access
from throughcare.core import clock
from throughcare.core.shown import uk_time
from throughcare.patients import actions, seeing
from throughcare.patients.models import Bar, BreakGlass, GlassReview, Reach

LEAD = "LEI information_governance_lead"
COLLAPSED = {"reason": "called", "words": "Collapsed in the yard, staff ask about medicines"}


def page(client, patient, path=""):
    return client.get(f"/patients/{patient.id}/{path}")


def breaks(client, patient, **said):
    return client.post(f"/patients/{patient.id}/break-glass/", {**COLLAPSED, **said})


def words(answer):
    return " ".join(answer.content.decode().split())


def test_glass_opens_a_closed_record_for_an_hour(house, omar):
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    assert page(nurse, omar).status_code == 404
    answer = breaks(nurse, omar)
    assert answer.status_code == 302 and page(nurse, omar).status_code == 200
    with acting(house.nurse):
        glass = BreakGlass.objects.get()
    assert glass.until - glass.at == timedelta(minutes=60) and not glass.over_bar


def test_under_glass_the_banner_says_nothing_untrue(house, omar):
    """His booking and his bed are the other prison's; his number was written of him and is his."""
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    breaks(nurse, omar)
    said = words(page(nurse, omar))
    assert "Not in a prison of ours" not in said and "None yet" not in said
    assert "Held at another prison, place not shown" in said and scenes.OMAR.prison_number in said
    with acting(house.nurse):
        until = BreakGlass.objects.get().until
    assert f"Opened in an emergency until {uk_time(until)}: every page is kept" in said


def test_under_glass_somebody_who_is_out_is_not_said_to_be_held(house, omar):
    scenes.released(scenes.OMAR, prison="MDI")
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    breaks(nurse, omar)
    said = words(page(nurse, omar))
    assert "Not held here, place not shown" in said and "Held at another prison" not in said


def test_without_glass_no_page_speaks_of_an_emergency(house, amir):
    assert "Opened in an emergency" not in words(page(house.sign_in(Client(), "LEI reception_nurse"), amir))


def test_when_the_hour_is_over_the_record_is_closed_again(house, omar, as_owner):
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    breaks(nurse, omar)
    with acting(scenes.feed("MDI")):
        Reach.objects.filter(kind="break_glass").update(until=clock.now() - timedelta(minutes=1))
    assert page(nurse, omar).status_code == 404


@pytest.mark.parametrize("said", [{"reason": ""}, {"words": ""}, {"words": "asdf"}, {"reason": "curious"}])
def test_glass_needs_a_reason_that_can_be_reviewed(house, omar, said):
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    answer = breaks(nurse, omar, **said)
    assert answer.status_code == 422 and "There is a problem" in words(answer)
    assert said.get("words", COLLAPSED["words"]) in words(answer), "what was typed is kept"
    assert page(nurse, omar).status_code == 404


def test_glass_says_nothing_of_whether_somebody_exists(house, omar):
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    nobody = type("Nobody", (), {"id": "01900000-0000-7000-8000-000000000000"})
    shown, empty = page(nurse, omar, "break-glass/"), page(nurse, nobody, "break-glass/")
    assert shown.status_code == empty.status_code == 200 and "khan" not in words(shown).casefold()
    assert breaks(nurse, nobody).status_code == 404


@pytest.mark.parametrize("role", ["pharmacy_technician", "administrator", "information_governance_lead", "regional_lead"])
def test_only_those_who_give_emergency_care_break_glass(house, omar, role):
    client = house.sign_in(Client(), f"LEI {role}")
    assert breaks(client, omar).status_code == 403
    with acting(house[LEAD]):
        assert not BreakGlass.objects.exists()


def test_a_look_under_glass_is_kept_as_one(house, omar):
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    breaks(nurse, omar)
    page(nurse, omar)
    with acting(house.nurse):
        purposes = Access.objects.filter(patients__contains=[omar.id]).values_list("purpose", flat=True)
        assert set(purposes) == {seeing.BROKEN} and len(purposes) == 2


def test_the_lead_of_either_prison_reviews_it_and_nobody_else(house, omar):
    breaks(house.sign_in(Client(), "LEI reception_nurse"), omar)
    for prison in ("LEI", "MDI"):
        lead = house.sign_in(Client(), f"{prison} information_governance_lead")
        desk = words(lead.get(f"/establishments/{prison}/governance/"))
        assert "1 to review" in desk and COLLAPSED["words"] in desk
        assert ("Omar" in desk) is (prison == "MDI"), "a name is told only where the man is held"
    assert house.sign_in(Client(), "LEI nurse_in_charge").get("/establishments/LEI/governance/").status_code == 403


def test_a_review_is_written_once(house, omar):
    breaks(house.sign_in(Client(), "LEI reception_nurse"), omar)
    lead = house.sign_in(Client(), LEAD)
    with acting(house[LEAD]):
        glass = BreakGlass.objects.get()
    url = f"/establishments/LEI/governance/glass/{glass.id}/"
    assert lead.post(url, {"verdict": "right", "words": "Was needed"}).status_code == 302
    assert lead.post(url, {"verdict": "wrong"}).status_code == 409
    desk = words(lead.get("/establishments/LEI/governance/"))
    assert "0 to review" in desk and "Right: it was needed: Was needed" in desk
    with acting(house[LEAD]):
        assert GlassReview.objects.count() == 1


@pytest.mark.parametrize("said, sentence", [
    ({"words": "Nobody rang the wing first"}, "Choose whether it was right"),
    ({"words": "Nobody rang the wing first", "verdict": "maybe"}, "Choose whether it was right"),
    ({"words": "Nobody rang the wing first. " * 20, "verdict": "wrong"}, "Shorten this to 400 characters"),
], ids=["no verdict", "no such verdict", "too long"])  # fmt: skip
def test_half_a_review_keeps_what_was_typed(house, omar, said, sentence):
    breaks(house.sign_in(Client(), "LEI reception_nurse"), omar)
    lead = house.sign_in(Client(), LEAD)
    with acting(house[LEAD]):
        glass = BreakGlass.objects.get()
    answer = lead.post(f"/establishments/LEI/governance/glass/{glass.id}/", said)
    assert answer.status_code == 422 and sentence in words(answer) and said["words"].strip() in words(answer)
    assert f'href="#verdict-{glass.id}"' in words(answer) or f'href="#words-{glass.id}"' in words(answer)
    with acting(house[LEAD]):
        assert not GlassReview.objects.exists()


def test_who_says_they_know_somebody_is_shut_out_at_once(house, amir):
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    answer = nurse.post(f"/patients/{amir.id}/relationship/", {"why": "His cousin"})
    assert "now closed to you" in words(answer) and page(nurse, amir).status_code == 404
    assert page(house.sign_in(Client(), "LEI prescriber"), amir).status_code == 200, "colleagues go on"
    assert str(amir.id) not in words(nurse.get("/search/", {"q": "Khan"}))


def test_only_a_life_at_risk_passes_a_bar_and_loudly(house, amir, omar):
    nurse, lead = house.sign_in(Client(), "LEI reception_nurse"), house.sign_in(Client(), LEAD)
    breaks(nurse, omar)
    nurse.post(f"/patients/{amir.id}/relationship/", {"why": "His cousin"})
    refused = breaks(nurse, amir)
    assert refused.status_code == 422 and "unless a life is at risk" in words(refused)
    assert breaks(nurse, amir, reason="life_at_risk").status_code == 302 and page(nurse, amir).status_code == 200
    with acting(house[LEAD]):
        first = seeing.queue().first()
    assert first.patient_id == amir.id and first.over_bar and first.until - first.at == timedelta(minutes=15)
    assert "Past a bar: look at this first" in words(lead.get("/establishments/LEI/governance/"))


def test_the_lead_closes_a_record_to_somebody_and_opens_it_again(house, amir):
    nurse, lead = house.sign_in(Client(), "LEI reception_nurse"), house.sign_in(Client(), LEAD)
    url = f"/establishments/LEI/governance/patients/{amir.id}/"
    assert lead.post(url, {"user": house.nurse.id, "why": ""}).status_code == 422
    assert lead.post(url, {"user": house.nurse.id, "why": "He asked"}).status_code == 302
    assert page(nurse, amir).status_code == 404 and "He asked" in words(lead.get(url))
    with acting(house[LEAD]):
        bar = Bar.objects.live().get()
    for why, sentence in (("", "Say in a few words why it ends"), ("Settled now. " * 40, "Shorten this to 400 characters")):
        refused = lead.post(f"/establishments/LEI/governance/bars/{bar.id}/", {"why": why})
        assert refused.status_code == 422 and sentence in words(refused) and why.strip() in words(refused)
        assert page(nurse, amir).status_code == 404, "the bar still holds"
    assert lead.post(f"/establishments/LEI/governance/bars/{bar.id}/", {"why": "Settled"}).status_code == 302
    assert page(nurse, amir).status_code == 200


def test_who_looked_names_each_look_and_why(house, amir):
    page(house.sign_in(Client(), "LEI prescriber"), amir)
    breaks(house.sign_in(Client(), "MDI prescriber"), amir)
    lead = house.sign_in(Client(), LEAD)
    shown = words(lead.get(f"/establishments/LEI/governance/patients/{amir.id}/"))
    assert "Prescriber LEI, prescriber, LEI" in shown and "He was at this prison" in shown
    assert "Prescriber MDI" in shown and "Opened in an emergency" in shown


def test_the_lead_reads_names_and_never_a_chart(house, amir, omar):
    lead = house.sign_in(Client(), LEAD)
    assert page(lead, amir).status_code == 403
    assert lead.get(f"/establishments/LEI/governance/patients/{omar.id}/").status_code == 404
    here = words(lead.get("/establishments/LEI/people/"))
    assert "KHAN, Amir" in here and "Omar" not in here


def test_oversight_sees_a_named_list_and_opens_nothing(house, amir):
    regional = house.sign_in(Client(), "LEI regional_lead")
    listed = words(regional.get("/establishments/LEI/people/"))
    assert "KHAN, Amir" in listed and "/governance/patients/" not in listed
    assert page(regional, amir).status_code == 403
    assert regional.get("/establishments/LEI/governance/").status_code == 403
    with acting(house["LEI regional_lead"]):
        assert Access.objects.get(page="people").patients == [amir.id], "the list leaves its trace"


ATTACKS = {
    "glass by hand": "INSERT INTO patients_breakglass (id) VALUES (gen_random_uuid())",
    "reach by hand": "INSERT INTO patients_reach (id, patient_id, scope, kind, since, writes, over_bar)"
    " VALUES (gen_random_uuid(), %(patient)s, %(scope)s, 'break_glass', core_now(), true, true)",
    "longer by hand": "UPDATE patients_reach SET until = core_now() + interval '1 year'",
    "glass away": "DELETE FROM patients_breakglass",
    "bar away": "DELETE FROM patients_bar",
    "bar lifted by the barred": "INSERT INTO patients_bar (id, patient_id, barred, barred_name, kind, why, establishment, lifted,"
    " happened_at, written_at, written_by) VALUES (gen_random_uuid(), %(patient)s, %(me)s, 'x', 'declared', 'x', 'LEI', true,"
    " core_now(), core_now(), %(me)s)",
    "bar in another's name": "INSERT INTO patients_bar (id, patient_id, barred, barred_name, kind, why, establishment, lifted,"
    " happened_at, written_at, written_by) VALUES (gen_random_uuid(), %(patient)s, %(me)s, 'x', 'declared', 'x', 'LEI', false,"
    " core_now(), core_now(), 'somebody else')",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_the_database_keeps_it_too(house, omar, attack):
    """By SQL as the app role, as a nurse of another prison."""
    who = {"patient": omar.id, "scope": f"user:{house.nurse.id}", "me": house.nurse.id}
    with acting(house.nurse), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(attack, who if "%(" in attack else None)
                assert cursor.rowcount == 0
        except Error as refused:
            assert "permission denied" in str(refused) or "row-level security" in str(refused)
        assert not omar.__class__.objects.filter(id=omar.id).exists()


def test_glass_by_sql_cannot_last_a_day_or_be_broken_by_a_machine(house, omar):
    call = "SELECT patients_break_glass(gen_random_uuid(), %s, 'x', 'x', %s, 'called', 'words', 100000, 100000) - core_now()"
    with acting(house.nurse), connection.cursor() as cursor:
        cursor.execute(call, [omar.id, "LEI"])
        assert cursor.fetchone()[0] <= timedelta(minutes=60)
        with pytest.raises(Error, match="only somebody who gives care"), transaction.atomic():
            cursor.execute(call, [omar.id, "MDI"])
    refused = pytest.raises(Error, match="only a person")
    with acting(scenes.feed("LEI")), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(call, [omar.id, "LEI"])


def test_nobody_reviews_their_own(house, omar):
    with acting(house.nurse) as nurse:
        glass = actions.break_glass(patient=omar.id, **COLLAPSED, at=clock.now(), by=nurse)
    own = house[LEAD].__class__(house.nurse.id, "Nurse", house[LEAD].role, "LEI")
    with acting(own), pytest.raises(actions.NotYourOwn):
        actions.review_glass(glass=glass, verdict="right", words="", at=clock.now(), by=own)
