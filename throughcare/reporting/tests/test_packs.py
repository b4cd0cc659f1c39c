"""Two people, a basis, and nobody else: asking, approving, building and taking away, by action, by page and by SQL."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from django.test import Client

from tests import scenes
from throughcare.access.acting import acting
from throughcare.audit.models import Access, Fact
from throughcare.core import clock, ids
from throughcare.core.refusals import NotAllowed, Refused
from throughcare.demo import people
from throughcare.patients import actions as patients
from throughcare.patients import consent_book
from throughcare.patients.models import Disclosure, Reach
from throughcare.reporting import actions, book, building, keys, queries, tasks
from throughcare.reporting.models import Pack, PackRequest, PackStep
from throughcare.reporting.rules import NEXT
from throughcare.reporting.tests import packing
from throughcare.reporting.tests.packing import HEAD, LEAD, SAYS

FORM = {**SAYS, "since": "1/1/2026", "until": "31/12/2026"}


@pytest.fixture(autouse=True)
def keyed(settings, tmp_path, monkeypatch):
    settings.PACK_KEY, settings.ANCHOR = packing.KEY, tmp_path
    monkeypatch.setattr(building, "_sealed", lambda: ())  # these tests are rolled back: there is nothing to seal


def words(answer):
    return " ".join(answer.content.decode().split())


# Asking


@pytest.mark.parametrize("without", ["basis", "recipient", "purpose", "told_person"])
def test_no_pack_without_a_basis_a_recipient_and_a_reason(house, amir, without):
    with pytest.raises(actions.NoBasis, match="Choose the basis, say who receives it and why"):
        packing.asked(house, amir.id, **{without: "  "})


def test_a_pack_ends_after_it_starts(house, amir):
    now = clock.now()
    with pytest.raises(actions.NoBasis, match="ends before it starts"):
        packing.asked(house, amir.id, since=now, until=now - timedelta(days=1))


@pytest.mark.parametrize("who", ["LEI head_of_healthcare", "LEI reception_nurse", "LEI regional_lead"])
def test_only_the_information_governance_lead_asks(house, amir, who):
    now = clock.now()
    with pytest.raises(NotAllowed), acting(house[who]) as by:
        actions.ask_for_pack(patient=amir.id, **SAYS, since=now - timedelta(days=1), until=now, at=now, by=by)


def test_nobody_asks_about_a_person_of_another_prison(house):
    omar = scenes.received(scenes.OMAR, prison="MDI")
    with pytest.raises(actions.NotWithinReach, match="Ask the prison that holds"):
        packing.asked(house, omar.id)


# Approving


def test_an_approval_writes_the_disclosure_and_starts_the_worker(house, amir):
    asked = packing.approved(house, amir.id)
    with acting(house[HEAD]) as head:
        told = Disclosure.objects.get(patient=amir)
        assert (told.written_by, told.approved_by, told.basis) == (asked.asked_by, head.id, "court_order")
        assert set(told.fields) == set(asked.tables) and "record_encounter" in told.fields
        assert queries.state_of(asked) == "approved"
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s", [tasks.build_pack.name])
        assert str(asked.id) in str(cursor.fetchone()[0])


def test_after_he_left_the_disclosure_is_kept_with_the_request_and_said_in_the_pack(house, amir):
    scenes.released(people.AMIR)
    made = packing.built(house, amir.id)
    with acting(house[HEAD]):
        assert not Disclosure.objects.filter(patient=amir).exists()
        assert PackStep.objects.get(request=made.request, kind="approved").disclosure is None


def test_nobody_approves_their_own_request(house, amir):
    asked = packing.asked(house, amir.id)
    with acting(house[LEAD]) as lead, pytest.raises(NotAllowed, match="Somebody else"):
        actions.approve_pack(asked=asked, at=clock.now(), by=lead)


@pytest.mark.parametrize("who", ["LEI nurse_in_charge", "LEI prescriber", "LEI administrator"])
def test_other_carers_do_not_approve(house, amir, who):
    asked = packing.asked(house, amir.id)
    with acting(house[who]) as by, pytest.raises(NotAllowed):
        actions.approve_pack(asked=asked, at=clock.now(), by=by)


def test_who_is_barred_from_the_record_does_not_allow_it_and_is_told_so(house, amir):
    asked = packing.asked(house, amir.id)
    with acting(house[LEAD]) as lead:
        user = house.member(HEAD).user
        patients.exclude(patient=amir.id, user=user, why="A neighbour", until=None, at=clock.now(), by=lead)
    answer = house.sign_in(Client(), HEAD).post(f"/establishments/LEI/packs/{asked.id}/approval/", {"answer": "approve"})
    assert answer.status_code == 403 and "This record is closed to you" in words(answer)
    with acting(house[LEAD]):
        assert queries.state_of(asked) == "asked"


def test_the_pack_is_a_paper_that_nothing_else_writes(house, amir):
    paper = consent_book.book(clock.prison_day(clock.now())).paper("inspection_pack")
    assert paper and set(paper.bases) == set(PackRequest.Basis.values)
    with acting(house[HEAD]) as head, pytest.raises(Refused, match="closed list"):
        patients.ask_to_disclose(
            patient=amir.id, document="inspection_pack", recipient="Somebody", basis="court_order", fields=["record_encounter"],
            why="x", told_person="x", at=clock.now(), by=head,
        )  # fmt: skip


def test_a_request_is_answered_once(house, amir):
    asked = packing.approved(house, amir.id)
    with acting(house[HEAD]) as head, pytest.raises(actions.AlreadyAnswered):
        actions.decline_pack(asked=asked, why="No", at=clock.now(), by=head)


def test_a_no_says_why_and_nothing_is_built(house, amir):
    asked = packing.asked(house, amir.id)
    with acting(house[HEAD]) as head:
        with pytest.raises(actions.NoBasis):
            actions.decline_pack(asked=asked, why=" ", at=clock.now(), by=head)
        actions.decline_pack(asked=asked, why="The order names another man", at=clock.now(), by=head)
    assert building.build(asked.id, "LEI", asked.asked_by) == "declined"


# Building


def test_a_request_that_nobody_approved_is_not_built(house, amir):
    asked = packing.asked(house, amir.id)
    assert building.build(asked.id, "LEI", asked.asked_by) == "asked"
    with acting(house[LEAD]):
        assert not Pack.objects.exists()


def test_without_a_key_it_fails_with_a_sentence_and_may_be_tried_again(house, amir, settings):
    settings.PACK_KEY = ""
    asked = packing.approved(house, amir.id)
    assert building.build(asked.id, "LEI", asked.asked_by) == "failed"
    with acting(house[LEAD]) as lead:
        assert "THROUGHCARE_PACK_KEY_FILE" in queries.one("LEI", asked.id).why
        actions.build_again(asked=asked, at=clock.now(), by=lead)
    settings.PACK_KEY = packing.KEY
    assert building.build(asked.id, "LEI", asked.asked_by) == "ready"
    assert building.build(asked.id, "LEI", asked.asked_by) == "ready"  # a second worker does nothing


STUCK = timedelta(minutes=book.on(clock.prison_day(clock.now())).stuck_minutes)


def left_in_the_middle(house, amir):
    """The worker began to build and was switched off."""
    with clock.at(clock.now() - STUCK):
        asked = packing.approved(house, amir.id)
        system = building.builder("LEI", asked.asked_by)
        with acting(system):
            building._step(asked, PackStep.Kind.BUILDING, system)
    return asked


def test_a_building_that_stopped_without_a_word_may_be_begun_again(house, amir):
    asked, lead = left_in_the_middle(house, amir), house.sign_in(Client(), LEAD)
    page = f"/establishments/LEI/packs/{asked.id}/"
    with clock.at(clock.now() - timedelta(minutes=1)):
        assert "Try again" not in words(house.sign_in(Client(), LEAD).get(page))
        assert house.sign_in(Client(), LEAD).post(page + "building/").status_code == 409
        assert building.build(asked.id, "LEI", asked.asked_by) == "building", "a second worker leaves the first alone"
    assert "Nothing has moved since then" in words(lead.get(page)) and "Try again" in words(lead.get(page))
    assert lead.post(page + "building/").status_code == 302
    assert building.build(asked.id, "LEI", asked.asked_by) == "ready"
    with acting(house[LEAD]):
        assert PackStep.objects.get(request=asked, kind="failed").why == building.STOPPED


def test_an_approval_that_no_worker_took_up_may_be_sent_again(house, amir):
    with clock.at(clock.now() - STUCK - timedelta(minutes=1)):
        asked = packing.approved(house, amir.id)
    with acting(house[LEAD]) as lead:
        actions.build_again(asked=asked, at=clock.now(), by=lead)
    fresh = packing.approved(house, amir.id)
    with acting(house[LEAD]) as lead, pytest.raises(actions.NotReady):
        actions.build_again(asked=fresh, at=clock.now(), by=lead)


def test_a_worker_that_was_thought_to_be_stopped_spoils_nothing(house, amir, monkeypatch):
    """It wakes up when another has built the pack."""
    asked = packing.approved(house, amir.id)

    def sleeps():
        monkeypatch.setattr(building, "_sealed", lambda: ())
        with clock.at(clock.now() + STUCK + timedelta(minutes=1)):
            assert building.build(asked.id, "LEI", asked.asked_by) == "ready"
        return ()

    monkeypatch.setattr(building, "_sealed", sleeps)
    assert building.build(asked.id, "LEI", asked.asked_by) == "ready"
    with acting(house[LEAD]):
        assert queries.state_of(asked) == "ready" and Pack.objects.filter(request=asked).count() == 1


def test_when_the_person_is_out_of_reach_by_then_it_fails_with_a_sentence(house, amir):
    asked = packing.approved(house, amir.id)
    with acting(scenes.feed("LEI")):
        Reach.objects.filter(patient=amir).update(until=clock.now() - timedelta(minutes=1))
    assert building.build(asked.id, "LEI", asked.asked_by) == "failed"
    with acting(house[LEAD]):
        assert "within the reach" in queries.one("LEI", asked.id).why


def test_a_demo_makes_its_own_key_once(settings, tmp_path):
    settings.PACK_KEY, settings.DEMO, settings.STATE = "", True, tmp_path
    assert keys.public_key(keys.signing_key()) == keys.public_key(keys.signing_key())
    assert (tmp_path / "throughcare_pack_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("given", ["", "not hexadecimal", "11" * 31])
def test_real_people_need_a_real_key(settings, given):
    settings.PACK_KEY, settings.DEMO = given, False
    with pytest.raises(keys.NoSigningKey, match="Ask your administrator"):
        keys.signing_key()


# The database itself


def row(asked, by, **more):
    return {"id": ids.new(), "request": asked, "establishment": "LEI", **more}


def attack_own_approval(house, asked):
    with acting(house[LEAD]) as lead:
        PackStep.objects.create(**row(asked, lead, kind="approved", at=clock.now(), written_by=lead.id, written_by_name="x"))


def attack_approval_in_anothers_name(house, asked):
    with acting(house["LEI reception_nurse"]):
        name = house[HEAD].id
        PackStep.objects.create(**row(asked, None, kind="approved", at=clock.now(), written_by=name, written_by_name="x"))


def attack_approval_by_the_job(house, asked):
    with acting(building.builder("LEI", asked.asked_by)) as system:
        PackStep.objects.create(**row(asked, system, kind="approved", at=clock.now(), written_by=system.id, written_by_name="x"))


def attack_a_pack_without_approval(house, asked):
    with acting(building.builder("LEI", asked.asked_by)) as system:
        Pack.objects.create(
            **row(asked, system, content=b"x", size=1, sha256="", made_at=clock.now(), made_by=system.id, seconds=0)
        )


def attack_a_pack_by_hand(house, asked):
    with acting(house[LEAD]) as lead:
        Pack.objects.create(**row(asked, lead, content=b"x", size=1, sha256="", made_at=clock.now(), made_by=lead.id, seconds=0))


def attack_approval_from_another_prison(house, asked):
    with acting(house["MDI head_of_healthcare"]) as other:
        PackStep.objects.create(**row(asked, other, kind="approved", at=clock.now(), written_by=other.id, written_by_name="x"))


ATTACKS = [
    attack_own_approval, attack_approval_in_anothers_name, attack_approval_by_the_job, attack_a_pack_without_approval,
    attack_a_pack_by_hand, attack_approval_from_another_prison,
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__[7:])
def test_no_shortcut_by_sql(house, amir, attack):
    asked = packing.asked(house, amir.id)
    with pytest.raises(Error, match="row-level security"), transaction.atomic():
        attack(house, asked)


@pytest.mark.parametrize("who", ["LEI head_of_healthcare", "LEI reception_nurse", "MDI information_governance_lead"])
def test_the_bytes_are_for_the_auditor_of_that_prison(house, amir, who):
    packing.built(house, amir.id)
    with acting(house[who]):
        assert not Pack.objects.exists()
    with acting(house["MDI information_governance_lead"]):
        assert not PackRequest.objects.exists()


def test_earlier_versions_come_to_the_job_alone(house, amir):
    with acting(house.nurse), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reporting_versions_of(%s)", [[amir.id]])
        assert cursor.fetchone() == (0,)


# Pages


def test_from_asking_to_the_bundle_on_the_pages(house, amir):
    lead, head = house.sign_in(Client(), LEAD), house.sign_in(Client(), HEAD)
    assert "No pack was asked for yet" in words(lead.get("/establishments/LEI/packs/"))
    assert "Nothing waits for you" in words(head.get("/establishments/LEI/packs/approvals/"))
    answer = lead.post(f"/establishments/LEI/packs/about/{amir.id}/", FORM)
    assert answer.status_code == 302
    page = answer.headers["Location"]
    assert "Waits for a second person" in words(lead.get(page)) and lead.get(page + "file/").status_code == 409
    assert amir.spoken_name in words(head.get("/establishments/LEI/packs/approvals/"))
    approval = page + "approval/"
    assert SAYS["purpose"] in words(head.get(approval)) and "Every row of these kinds" in words(head.get(approval))
    assert head.post(approval, {"answer": "decline"}).status_code == 422
    assert head.post(approval, {"answer": "approve"}).status_code == 302
    with acting(house[LEAD]) as actor:
        asked = PackRequest.objects.get()
    tasks.build_pack(str(asked.id), "LEI", asked.asked_by)
    assert "Download the pack" in words(lead.get(page))
    file = lead.get(page + "file/")
    assert (file.headers["Cache-Control"], file.headers["X-Content-Type-Options"]) == ("no-store, private", "nosniff")
    assert file.headers["Content-Disposition"].startswith("attachment") and file.content[:2] == b"PK"
    with acting(house[LEAD]) as actor:
        assert Access.objects.filter(actor=actor.id, page="pack-file", patients=[amir.id]).count() == 1
        assert Fact.objects.filter(kind="reporting.PackDownloaded", patient_id=amir.id).count() == 1


def test_without_a_basis_the_form_says_so_and_keeps_what_was_typed(house, amir):
    answer = house.sign_in(Client(), LEAD).post(f"/establishments/LEI/packs/about/{amir.id}/", FORM | {"basis": ""})
    assert answer.status_code == 422 and "No pack leaves without a basis" in words(answer) and SAYS["recipient"] in words(answer)


def test_the_last_day_of_the_calendar_is_answered_with_a_sentence_and_what_was_typed_stays(house, amir):
    said = FORM | {"until": "31/12/9999"}
    answer = house.sign_in(Client(), LEAD).post(f"/establishments/LEI/packs/about/{amir.id}/", said)
    assert answer.status_code == 422 and "No day comes after that one" in words(answer) and SAYS["recipient"] in words(answer)


@pytest.mark.parametrize(
    "who, status", [(LEAD, 200), (HEAD, 403), ("LEI reception_nurse", 403), ("MDI information_governance_lead", 403)]
)
def test_who_opens_the_list(house, who, status):
    assert house.sign_in(Client(), who).get("/establishments/LEI/packs/").status_code == status


def test_a_person_elsewhere_is_not_there(house):
    omar = scenes.received(scenes.OMAR, prison="MDI")
    assert house.sign_in(Client(), LEAD).get(f"/establishments/LEI/packs/about/{omar.id}/").status_code == 404


def test_the_states_are_those_of_the_table():
    assert set(queries.STATES) == set(NEXT) == {"asked", *PackStep.Kind.values}
