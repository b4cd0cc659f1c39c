"""L9 over HTTP (T1): a canary in every text field of one prison never comes out at the other.

Every address, every role, both methods, with the keys of both prisons; then again with the app's own filter taken away,
so that row security alone must hold.
"""

import re

import pytest
from django.test import Client
from django.urls import get_resolver

from tests import scenes
from tests.laws.addresses import addresses
from tests.laws.test_reach import WRITABLE, plant
from tests.nonempty import nonempty
from tests.rows import filled, seen_by
from throughcare.access.acting import acting
from throughcare.access.roles import roles
from throughcare.core import clock
from throughcare.core.kinds import kinds
from throughcare.core.laws import PRISONER
from throughcare.custody.models import Prisoner
from throughcare.demo.people import Character
from throughcare.patients.models import Patient, PatientQuerySet
from throughcare.screening import actions as screening

CANARY = "zqcanary"
BIRD = Character("A6666ZQ", CANARY.title(), f"{CANARY.title()} Given", scenes.OMAR.born, language=CANARY)
TOLD = {
    "reception-first-stage:fs_sh_now": "yes", "reception-first-stage:fs_sh_ever": ["attempt"],
    "reception-first-stage:fs_sh_detail": CANARY,
}  # fmt: skip
LEAKS = (CANARY, BIRD.prison_number.casefold(), "9991000372")


@pytest.fixture
def estate(house):
    """A man in each prison; at the other one every text field says the canary."""
    mine, theirs = scenes.received(scenes.plain(1)), scenes.received(BIRD, prison="MDI")
    with acting(house.other) as other:
        screening.answer_all(screen=scenes.screen_of(theirs, "MDI"), given=TOLD, at=clock.now(), by=other)
        Patient.objects.filter(id=theirs.id).update(nhs_number="9991000372")
        keys = plant(theirs, CANARY)
        prisoner = Prisoner.objects.get(prison_number=BIRD.prison_number)
        for model in seen_by(PRISONER):
            more = {"establishment_id": "MDI"} if hasattr(model, "establishment") else {}
            aside = {"superseded_at": clock.now()} if hasattr(model, "superseded_at") else {}
            filled(model, CANARY, prisoner=prisoner, **more, **aside).save(force_insert=True)
        screen = scenes.screen_of(theirs, "MDI")
    # The keys of single rows as addresses name them: a form, a paper, a merge that was asked for.
    rows = {**keys, "asked": keys.get("disclosurerequest"), "proposal": keys.get("mergeproposal"), "entry": keys.get("condition"),
            "kind": "condition", "person": theirs.id, "number": 1}  # fmt: skip
    return {
        "ours": {"patient": mine.id, "code": "LEI"},
        "theirs": {"patient": theirs.id, "prisoner": prisoner.id, "screen": screen.id, "code": "MDI"},
        "ours about theirs": {**rows, "patient": theirs.id, "prisoner": prisoner.id, "screen": screen.id, "code": "LEI"},
        "ours with their rows": {**rows, "patient": mine.id, "screen": screen.id, "code": "LEI"},
        "theirs about ours": {"patient": mine.id, "screen": screen.id, "code": "MDI"},
    }


def leaks(response, typed=""):
    """What of the canary is in an answer, apart from what was typed to get it."""
    said = response.content.decode(errors="replace") + str(dict(response.headers)) + str(response.cookies)
    return [leak for leak in LEAKS if leak in said.casefold().replace(typed.casefold() or "\0", "")]


def visit(house, who, parts, *, posts=True):
    """Every address by GET and by POST: what leaked, and whether the server broke down."""
    client = house.sign_in(Client(raise_request_exception=False), who)
    form = {"patient": str(parts["patient"]), "item": "fs_sh_now", "value": "yes", "card": "x", "step": "signed"}
    found = []
    for address in addresses(get_resolver(), **parts):
        answers = [client.get(address.path)]
        if posts and address.name != "sign-out":
            answers.append(client.post(address.path, form))
        found += [(who, address.path, answer.status_code, leaks(answer)) for answer in answers]
    return found


def test_the_canary_can_be_seen_where_it_belongs(house, estate):
    """Otherwise the tests below would prove nothing."""
    client = house.sign_in(Client(), "MDI reception_nurse")
    page = client.get(f"/patients/{estate['theirs']['patient']}/")
    assert page.status_code == 200 and CANARY in leaks(page) and "a6666zq" in leaks(page)


ABOUT_THEM = ("ours about theirs", "theirs", "theirs about ours", "ours with their rows")


@pytest.mark.parametrize("which", ["ours about theirs", "theirs", "ours with their rows"])
def test_no_page_leaks_the_other_prison_to_any_role(house, estate, which):
    """Every address by every role: their people under our prison, under theirs, and their rows under one of ours."""
    seen = [one for role in roles() for one in visit(house, f"LEI {role}", estate[which], posts=role == "nurse_in_charge")]
    assert [one for one in seen if one[3]] == []
    assert len(seen) > 80 * len(roles())


# Kinds whose entries have no page of their own, of which the estate holds one.
ENTRY_PAGES = [id for id, kind in kinds().items() if not kind.page and kind.model in WRITABLE]


def entry_pages(kind, parts):
    """The addresses of one entry of that kind, with the key of the other prison's row."""
    row = parts[kinds()[kind].model._meta.model_name]
    every = addresses(get_resolver(), **{**parts, "kind": kind, "entry": row})
    return [address for address in every if "<uuid:entry>" in address.route]


@pytest.mark.parametrize("kind", ENTRY_PAGES)
def test_an_entry_opens_where_it_belongs(house, estate, kind):
    """Otherwise the next test would prove nothing: the kind and the key fit one another."""
    parts = {**estate["ours about theirs"], "code": "MDI"}
    client = house.sign_in(Client(), "MDI nurse_in_charge")
    answers = [client.get(address.path) for address in entry_pages(kind, parts)]
    assert any(answer.status_code == 200 and CANARY in leaks(answer) for answer in answers)


@pytest.mark.parametrize("filtered", [True, False], ids=["with the app's filter", "row security alone"])
@pytest.mark.parametrize("kind", ENTRY_PAGES)
def test_no_entry_of_any_kind_opens_at_the_other_prison(house, estate, monkeypatch, kind, filtered):
    if not filtered:
        monkeypatch.setattr(PatientQuerySet, "seen_by", lambda self, actor: self.all())
    client = house.sign_in(Client(raise_request_exception=False), "LEI nurse_in_charge")
    for which in ("ours about theirs", "ours with their rows"):
        pages = entry_pages(kind, estate[which])
        assert len(pages) >= 3
        for page in pages:
            for answer in (client.get(page.path), client.post(page.path, {"words": "x", "why": "x", "done": "x"})):
                assert answer.status_code in (403, 404, 405) and leaks(answer) == [], page


def test_row_security_alone_leaks_nothing_either(house, estate, monkeypatch):
    """The same with the app's own filter taken away."""
    monkeypatch.setattr(PatientQuerySet, "seen_by", lambda self, actor: self.all())
    visits = [
        *(("ours about theirs", role) for role in roles()),
        *((which, "nurse_in_charge") for which in ("ours", *ABOUT_THEM)),
    ]
    seen = [one for which, role in visits for one in visit(house, f"LEI {role}", estate[which], posts=role == "nurse_in_charge")]
    assert [one for one in seen if one[3]] == []
    assert len(seen) > 1500


WORDS = (CANARY, CANARY[:5], "Zqcanary Given", "9991000372", "a6666zq", "1990", "3/3/1990", "MDI", "A-1-001")


@pytest.mark.parametrize("filtered", [True, False], ids=["with the app's filter", "row security alone"])
def test_search_finds_nobody_of_the_other_prison(house, estate, monkeypatch, filtered):
    if not filtered:
        monkeypatch.setattr(PatientQuerySet, "seen_by", lambda self, actor: self.all())
    client = house.sign_in(Client(), "LEI administrator")
    for typed in WORDS:
        page = client.get("/search/", {"q": typed})
        assert page.status_code == 200 and leaks(page, typed) == [], typed


def test_no_page_breaks_down_over_a_key_of_the_other_prison(house, estate):
    seen = [one for which in ("theirs", "ours about theirs") for one in visit(house, "LEI nurse_in_charge", estate[which])]
    assert [path for _, path, status, _ in seen if status >= 500 and "/bookings/" not in path] == []


KEY = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def plain(answer):
    """The body without what differs each time: the form's own protection token, and the key that was asked for."""
    return KEY.sub(b"", re.sub(rb'(name="csrfmiddlewaretoken" value)="[^"]+"', rb"\1", answer.content))


def test_a_patient_elsewhere_and_nobody_at_all_are_the_same_answer(house, estate):
    """Byte for byte, so that nobody can ask whether somebody exists."""
    client = house.sign_in(Client(), "LEI nurse_in_charge")
    nobody = dict.fromkeys(("patient", "prisoner", "screen"))
    here = addresses(get_resolver(), **estate["ours about theirs"])
    gone = addresses(get_resolver(), **nobody, code="LEI")
    for theirs, none in nonempty(zip(here, gone, strict=True)):
        if "<uuid:patient>" not in theirs.route:
            continue
        for method in ("get", "post"):
            with clock.at(clock.now()):  # a page says until when it stands and when it was printed
                one, other = (getattr(client, method)(address.path) for address in (theirs, none))
            assert (one.status_code, plain(one)) == (other.status_code, plain(other)), theirs
            # Breaking glass asks for a reason before it says anything, so its page is the same for everybody and nobody.
            assert one.status_code in ((200, 422) if theirs.name == "break-glass" else (403, 404, 405)), theirs


def test_a_page_of_the_other_prison_is_refused(house, estate):
    client = house.sign_in(Client(), "LEI nurse_in_charge")
    for address in nonempty(addresses(get_resolver(), **estate["theirs"])):
        if "<str:code>" in address.route:
            assert client.get(address.path).status_code == 403, address
