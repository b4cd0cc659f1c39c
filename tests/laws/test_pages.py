"""L13: every view says whom it shows. L10: looking leaves a trace."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.http import Http404, HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver, path

from tests import scenes
from tests.laws.addresses import addresses
from tests.nonempty import nonempty
from throughcare.access import actions as access
from throughcare.access.acting import acting
from throughcare.access.middleware import NOT_WRITTEN, not_found, server_error
from throughcare.access.roles import roles
from throughcare.access.sight import KINDS, Sight, shows
from throughcare.audit.models import Access, Fact
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed, Refused
from throughcare.demo import people
from throughcare.record import actions as record

ALL = frozenset(roles())
SCREENERS = frozenset({"reception_nurse", "healthcare_assistant", "nurse_in_charge", "prescriber", "mental_health_nurse"})
CARE = frozenset(code for code, role in roles().items() if role.scope == "care")
WRITERS = CARE - {"head_of_healthcare"}
ON_THE_WAY = frozenset(code for code, role in roles().items() if role.scope == "handover")
HANDERS = frozenset({"reception_nurse", "nurse_in_charge", "mental_health_nurse"})
MERGERS = frozenset({"nurse_in_charge", "head_of_healthcare", "administrator"})
INVITERS = frozenset({"nurse_in_charge", "head_of_healthcare", "administrator"})
CONFIRMERS = INVITERS | {"reception_nurse", "prescriber"}
CLINICIANS = frozenset({"reception_nurse", "nurse_in_charge", "prescriber", "mental_health_nurse"})
ANSWERERS = frozenset(
    {"nurse_in_charge", "prescriber", "mental_health_nurse", "substance_misuse_keyworker", "head_of_healthcare"}
)
TELLERS = CARE - {"pharmacy_technician"}
REFERRERS = WRITERS - {"administrator"}
LEADS = frozenset(code for code, role in roles().items() if role.scope == "audit")
FILERS = CLINICIANS | {"pharmacy_technician", "substance_misuse_keyworker", "administrator"}

# Who opens a page by GET, and what comes. Everybody else meets 403. POST-only pages answer 405 to those who may.
OPENS = {
    "home": (ALL, 302),
    "today": (CARE, 200),
    "search": (CARE, 200),
    "arrivals": (CARE, 200),
    "patient": (CARE, 200),
    "first-night": (CARE, 200),
    "screen-answers": (CARE, 200),
    "unbooked": (frozenset({"reception_nurse", "healthcare_assistant", "nurse_in_charge"}), 200),
    "match": (frozenset({"reception_nurse", "nurse_in_charge"}), 405),
    "new-encounter": (WRITERS, 302),
    "nhs-number": (WRITERS, 200),
    "identity": (CARE, 200),
    **{f"identity-{noun}": (WRITERS, 200) for noun in ("names", "numbers", "characteristics", "needs", "contacts", "photo")},
    "photo": (CARE, 404),  # nobody has taken one
    "merge": (MERGERS, 200),
    "merge-answer": (MERGERS, 404),
    "unmerge": (MERGERS, 404),
    "estate-search": (frozenset({"reception_nurse", "nurse_in_charge"}), 200),
    "first-night-answers": (CARE, 405),  # who may ask which form is said by the form, and asked by the action
    "first-night-steps": (CARE, 405),
    "first-night-stop": (CARE, 405),
    "visits": (CARE, 200),
    "visit": (CARE, 200),
    "visit-answers": (CARE, 405),
    "visit-steps": (CARE, 405),
    "visit-stop": (CARE, 405),
    "first-night-warnings": (SCREENERS, 405),
    "first-night-observed": (SCREENERS, 200),
    "location-advice": (SCREENERS, 200),
    "officer-slip": (SCREENERS, 200),
    "tomorrow-slip": (SCREENERS, 200),
    "staff": (CONFIRMERS, 200),
    "staff-confirm": (CONFIRMERS, 405),
    "staff-cancel": (INVITERS, 405),
    "staff-end": (INVITERS, 405),
    "staff-new-code": (INVITERS, 405),
    "consents": (CARE, 200),
    "withdraw-consent": (CARE, 405),
    "capacity": (CARE, 200),
    "disclosures": (CARE, 200),
    "disclosure": (CARE, 404),  # nothing was told
    "answer-disclosure": (frozenset({"nurse_in_charge", "prescriber", "head_of_healthcare"}), 405),
    "wing-sheet": (frozenset({"reception_nurse", "healthcare_assistant", "nurse_in_charge"}), 200),
    "handovers": (CARE | ON_THE_WAY, 200),
    "handover": (CARE | ON_THE_WAY, 404),  # nobody is on the way
    "handover-in": (ON_THE_WAY, 404),
    "handover-out": (HANDERS, 404),
    "feed": (frozenset({"administrator", "head_of_healthcare"}), 200),
    "roll": (frozenset({"administrator", "head_of_healthcare"}), 200),
    "roll-answer": (frozenset({"administrator", "head_of_healthcare"}), 405),
    "pathways": (CARE, 200),
    "pathway-board": (CARE, 200),
    "forecast": (CARE, 200),
    "caseloads": (CARE, 200),
    "due": (CARE, 200),
    "tasks": (CARE, 200),
    "task": (CARE, 404),  # nothing is due yet by that key
    "scores": (CARE, 200),
    "form-history": (CARE, 200),
    "observations": (CARE, 200),
    "end-observations": (CLINICIANS, 405),
    "missed-observations": (SCREENERS, 405),
    "timeline": (CARE, 200),
    "referral-inbox": (CARE, 200),
    "referrals": (CARE, 200),
    "new-referral": (REFERRERS, 200),
    "referral": (CARE, 404),  # nobody was referred
    "answer-referral": (ANSWERERS, 405),
    "referral-attendances": (WRITERS, 405),
    "referral-reply": (TELLERS, 404),
    "referral-slip": (TELLERS, 404),
    "dangers": (CARE, 200),
    "prison-says": (CARE, 200),
    "end-flag": (CLINICIANS | {"substance_misuse_keyworker"}, 404),
    "new-immunization": ({"reception_nurse", "nurse_in_charge", "prescriber"}, 200),
    "new-specimen": (CLINICIANS | {"healthcare_assistant", "substance_misuse_keyworker"}, 200),
    "results": (CARE, 200),
    "new-result": (CLINICIANS, 302),  # no sample waits: to all of them
    "tell-result": (CLINICIANS, 302),
    "result-told": (CLINICIANS, 404),
    "entries": (CARE, 200),
    "new-entry": (CARE, 404),  # a contact is written on its own page; each kind is asked below
    "entry": (CARE, 404),  # nothing is written yet, and no paper came
    "correct-entry": (CARE, 404),
    "new-document": (FILERS, 200),
    "document": (CARE, 404),
    "document-file": (CARE, 404),
    "document-page": (CARE, 404),
    "more-pages": (FILERS, 404),
    "correct-page": (FILERS, 404),
    "break-glass": (frozenset(code for code, role in roles().items() if "break_glass" in role.may), 200),
    "know-them": (CARE, 200),
    "record-death": (frozenset({"nurse_in_charge", "prescriber", "head_of_healthcare"}), 200),
    "governance": (LEADS, 200),
    "review-glass": (LEADS, 405),
    "lift-bar": (LEADS, 405),
    "who-looked": (LEADS, 200),
    "people": (LEADS | {"regional_lead"}, 200),
    "packs": (LEADS, 200),
    "ask-for-pack": (LEADS, 200),
    "pack": (LEADS, 404),
    "build-pack-again": (LEADS, 405),
    "pack-file": (LEADS, 404),
    "pack-approvals": (frozenset({"head_of_healthcare"}), 200),
    "pack-approval": (frozenset({"head_of_healthcare"}), 404),
}
PUBLIC = {
    "sign-in", "sign-out", "healthz", "readyz", "hmpps-events", "account_login", "account_logout", "sign-in-by-pin",
    "sign-in-role", "switch-user",
    "one-time-code", "first-sign-in", "locked", "unlock", "touch", "mfa_authenticate", "mfa_login_webauthn",
}  # fmt: skip
# One's own account: public too, because no record opens and no role is needed; behind them is `own`, tested with signing in.
PUBLIC |= {one.name for one in addresses(get_resolver()) if one.route.startswith("account/")}
ADDRESSES = addresses(get_resolver())


@pytest.mark.parametrize("address", ADDRESSES, ids=str)
def test_every_view_says_whom_it_shows(address):
    sight = getattr(address.view, "sight", None)
    assert isinstance(sight, Sight) and sight.kind in KINDS
    assert (sight.kind == "public") == (address.name in PUBLIC)


@pytest.mark.parametrize("address", ADDRESSES, ids=str)
def test_a_page_that_names_a_person_or_a_prison_says_so(address):
    sight = address.view.sight
    if address.route.startswith("patients/<uuid:patient>/"):
        assert sight.kind == "patient"
    elif "<str:code>" in address.route:
        assert sight.kind in ("establishment", "audit", "custody"), "a list of this prison, its auditor's or its roll office's"
        assert sight.kind != "custody" or sight.may, "whoever compares the prison's list holds an action for it"
        assert "<uuid:patient>" not in address.route or sight.kind == "audit"


def test_every_action_a_view_asks_for_is_in_the_rulebook():
    known = frozenset().union(*(role.may for role in roles().values()))
    assert {one.view.sight.may for one in ADDRESSES} - {""} <= known


def test_the_table_of_pages_is_whole():
    assert {one.name for one in ADDRESSES} - PUBLIC - {"demo-van"} == set(OPENS)


@pytest.mark.parametrize("role", sorted(ALL))
def test_each_role_opens_what_the_table_says(house, man, role):
    with acting(house.nurse):
        screen = scenes.screen_of(man)
    client = house.sign_in(Client(), f"LEI {role}")
    for address in nonempty(addresses(get_resolver(), patient=man.id, screen=screen.id, code="LEI")):
        if address.name in OPENS:
            may, status = OPENS[address.name]
            assert client.get(address.path).status_code == (status if role in may else 403), address


@pytest.mark.parametrize("address", [one for one in ADDRESSES if one.name not in PUBLIC], ids=str)
def test_without_a_session_one_is_asked_to_sign_in(house, address):
    for answer in (Client().get(address.path), Client().post(address.path)):
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in/")


def test_a_role_that_ended_opens_nothing_from_the_next_request_on(house, man):
    client = house.sign_in(Client(), "LEI prescriber")
    assert client.get("/today/").status_code == 200
    with acting(house.nurse) as nurse:
        yesterday = clock.prison_day(clock.now()) - scenes.DAY
        access.end_membership(membership=house.member("LEI prescriber"), on=yesterday, by=nurse.id)
    assert client.get("/today/").status_code == 302


# Views that go wrong, at addresses of their own.


def undeclared(request):
    return HttpResponse("Amir Khan")


@shows("patient")
def forgetful(request):
    return HttpResponse("Amir Khan")


@shows("patient")
def honest(request):
    request.saw([SOMEBODY])
    return HttpResponse("Amir Khan")


@shows("patient")
def broken(request):
    request.saw([SOMEBODY])
    record.record_encounter(patient=SOMEBODY, kind="early_days_check", done="Written.", plan="", at=clock.now(), by=request.actor)
    raise ZeroDivisionError("Amir Khan")


@shows("patient")
def late(request):
    request.saw([SOMEBODY])
    record.record_encounter(patient=SOMEBODY, kind="early_days_check", done="Written.", plan="", at=clock.now(), by=request.actor)
    return HttpResponse("half", status=503)


@shows("patient")
def missing(request):
    raise Http404("Amir Khan")


@shows("patient")
def refused(request):
    raise (NotAllowed(why="Not you.") if "not" in request.GET else Refused())


SOMEBODY = None
urlpatterns = [path(f"{view.__name__}/", view) for view in (undeclared, forgetful, honest, broken, late, missing, refused)]
handler404, handler500 = not_found, server_error


class TestTraces:
    @pytest.fixture(autouse=True)
    def somebody(self, house, man, monkeypatch):
        monkeypatch.setitem(globals(), "SOMEBODY", man.id)
        self.house, self.man = house, man
        self.client = house.sign_in(Client(raise_request_exception=False), "LEI nurse_in_charge")

    def looks(self):
        """The access rows of the person who looks, latest first."""
        with acting(self.house["LEI nurse_in_charge"]) as actor:
            return list(Access.objects.filter(actor=actor.id).order_by("-at"))

    def get(self, address):
        with override_settings(ROOT_URLCONF=__name__):
            return self.client.get(address)

    def test_an_undeclared_view_is_refused(self):
        answer = self.get("/undeclared/")
        assert answer.status_code == 403 and b"Amir" not in answer.content

    def test_a_view_that_forgets_to_say_whom_it_showed_is_not_sent(self):
        answer = self.get("/forgetful/")
        assert answer.status_code == 500 and b"Amir" not in answer.content and self.looks() == []

    def test_an_honest_view_writes_one_row(self):
        assert self.get("/honest/").status_code == 200
        assert [(row.patients, row.status, row.method) for row in self.looks()] == [([self.man.id], 200, "GET")]

    @pytest.mark.parametrize("address, status", [("/broken/", 500), ("/late/", 503)])
    def test_a_failure_undoes_what_was_written(self, address, status):
        assert self.get(address).status_code == status
        with acting(self.house.nurse):
            assert not Fact.objects.filter(kind="record.EncounterRecorded").exists()

    @pytest.mark.parametrize(
        "address, status", [("/missing/", 404), ("/refused/", 409), ("/refused/?not", 403), ("/broken/", 500)]
    )
    def test_a_refusal_shows_nobody_and_says_what_to_do(self, address, status):
        answer = self.get(address)
        assert answer.status_code == status and b"Amir" not in answer.content and b"Traceback" not in answer.content

    @pytest.mark.parametrize("name", [one for one, (_, status) in OPENS.items() if status == 200])
    def test_every_page_about_people_writes_exactly_one_row_with_whom_it_showed(self, name):
        with acting(self.house.nurse):
            screen = scenes.screen_of(self.man)
        opened_by = OPENS[name][0]
        who = f"LEI {'reception_nurse' if 'reception_nurse' in opened_by else sorted(opened_by)[0]}"
        client = self.house.sign_in(Client(), who)
        parts = {"patient": self.man.id, "screen": screen.id, "code": "LEI"}
        address = next(one for one in addresses(get_resolver(), **parts) if one.name == name)
        assert client.get(address.path + "?q=tierney").status_code == 200
        with acting(self.house[who]) as actor:
            row = Access.objects.get(actor=actor.id)
        assert (row.page, row.method, row.status, row.establishment) == (name, "GET", 200, "LEI")
        shows_nobody = ("unbooked", "feed", "roll", "wing-sheet", "handovers", "staff", "estate-search", "break-glass", "packs",
                        "governance", "pack-approvals", "referral-inbox", "pathways", "forecast", "caseloads")  # fmt: skip
        assert (self.man.id in row.patients) == (name not in shows_nobody)
        assert (row.actor_name, row.role) == (actor.name, actor.role.id)

    def test_a_refusal_on_a_page_about_somebody_does_not_name_him(self):
        answer = self.client.post(f"/patients/{self.man.id}/encounters/new/?kind=prescriber_review", {"done": "Seen."})
        assert answer.status_code == 403 and b"TIERNEY" not in answer.content and self.looks() == []

    @pytest.mark.parametrize("page, form, words", [
        ("encounters/new/?kind=early_days_check", {"done": "Seen."}, NOT_WRITTEN),
        ("first-night/answers/", {"item": "fs_alcohol", "value": "yes"}, NOT_WRITTEN),
        ("first-night/advice/", {}, NOT_WRITTEN),
        ("nhs-number/", {"nhs_number": "9991000003"}, "has left"),
    ])  # fmt: skip
    def test_after_he_left_writing_is_refused_in_a_sentence(self, page, form, words):
        scenes.released(people.JOE)
        answer = self.client.post(f"/patients/{self.man.id}/{page}", form)
        assert answer.status_code in (403, 422) and words in answer.content.decode()

    def test_everybody_named_on_a_page_is_in_its_row(self):
        for number in range(3):
            scenes.received(scenes.plain(number))
        self.client.get("/establishments/LEI/arrivals/")
        assert len(self.looks()[0].patients) == 4

    def test_a_row_about_looking_cannot_be_changed(self):
        self.get("/honest/")
        for attack in ("UPDATE audit_access SET patients = '{}'", "DELETE FROM audit_access", "TRUNCATE audit_access"):
            with (
                acting(self.house["LEI nurse_in_charge"]), pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(), connection.cursor() as cursor,
            ):  # fmt: skip
                cursor.execute(attack)

    def test_a_look_without_an_actor_is_refused(self):
        row = Access(actor="", day=clock.now().date(), at=clock.now(), status=200, patients=[])
        with acting(self.house.nurse), pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)

    @pytest.mark.parametrize("method", ["get", "post", "options", "head", "put"])
    def test_no_method_breaks_a_page_down(self, method):
        for address in nonempty(addresses(get_resolver(), patient=self.man.id, code="LEI")):
            assert getattr(self.client, method)(address.path).status_code < 500, address
