"""What the prison says of somebody: a few alerts on every page, everything on a page of its own, nothing on what leaves us."""

from datetime import timedelta
from typing import ClassVar

import pytest
from django.test import Client

from tests import scenes
from tests.statements import statements
from throughcare.access.acting import acting
from throughcare.chart import people as banners
from throughcare.core import clock
from throughcare.core.shown import uk_date, uk_datetime
from throughcare.demo import emulator, people
from throughcare.hmpps.tests.told import AMIR, DANNY, described, event, take
from throughcare.patients import actions as patients

NUMBER = AMIR.prison_number


def alerts(*codes, **said):
    """The prison's alerts service: every one of these is on."""
    return lambda number: {"content": [emulator.alert(number, code, kind=code[0], **said) for code in codes], "last": True}


def told(*codes, found=(), **asked):
    """Amir came in, and the prison said this of him."""
    asked.setdefault("alerts", alerts(*codes))
    take(event("received", "NEW_ADMISSION", 0), found={NUMBER: described(AMIR, **dict(found))}, **asked)
    return scenes.patient_of(AMIR)


def kept_apart(restriction):
    """The prison keeps Amir and Danny apart, this far, for a reason that nobody here reads."""
    said = emulator.message("non-associations.created", clock.now(), nsPrisonerNumber1=NUMBER,
                            nsPrisonerNumber2=DANNY.prison_number, id="8812")  # fmt: skip
    listed = {"nonAssociations": [{
        "id": 8812, "reason": "THREAT", "restrictionType": restriction, "isOpen": True, "comment": "zqcanary",
        "otherPrisonerDetails": {"prisonerNumber": DANNY.prison_number, "firstName": "DANNY", "lastName": "PRYCE"},
    }]}  # fmt: skip
    take(said, apart=lambda number: listed if number == NUMBER else {"nonAssociations": []})


def words(client, address):
    return " ".join(client.get(address).content.decode().split())


@pytest.fixture
def client(house):
    return house.sign_in(Client(), "LEI reception_nurse")


class TestTheBanner:
    @pytest.mark.parametrize("part", ["", "timeline/", "identity/", "encounters/new/?kind=early_days_check", "observations/"])
    def test_says_the_open_acct_on_every_page_of_a_person(self, house, client, part):
        patient = told("HA", "XSO")
        said = words(client, f"/patients/{patient.id}/{part}")
        banner = said[said.index("tc-patient") : said.index('id="main"')]
        assert "Prison: open ACCT" in banner and "Sex Offender" not in banner

    def test_says_it_no_more_when_it_has_ended(self, house, client):
        patient = told("HA")
        take(emulator.message("person.alert.updated", clock.now(), number=NUMBER, alertUuid="x", alertCode="HA"),
             alerts=alerts())  # fmt: skip
        assert "Prison: open ACCT" not in words(client, f"/patients/{patient.id}/timeline/")

    def test_asks_no_statement_more(self, house, client):
        patient = scenes.received(people.AMIR)
        before, _ = statements(client, f"/patients/{patient.id}/timeline/")
        take(event("received", "READMISSION", 39), alerts=alerts("HA", "HC", "XVL"))
        after, _ = statements(client, f"/patients/{patient.id}/timeline/")
        assert len(after) == len(before)

    def test_names_the_gravest_and_counts_the_rest(self):
        codes = ["TG", "XVL", "HC", "HA", "HA", "TM", "MEP", "ZZQ", "XSO"]
        said = banners.prison_flags({"code": code} for code in codes)
        assert [one["text"] for one in said] == [
            "Prison: open ACCT", "Prison: self-harm in custody", "Prison: epilepsy", "Prison: medical hold", "Prison: 2 more",
        ]  # fmt: skip

    def test_says_when_the_prison_marked_it_where_that_is_told(self):
        (said,) = banners.prison_flags([{"code": "HC", "since": "2021-02-03"}, {"code": "HC", "since": "2019-01-01"}])
        assert said["text"] == "Prison: self-harm in custody, marked 3 February 2021"

    def test_of_another_prison_says_nothing(self, house):
        patient = told("HA")
        assert house.sign_in(Client(), "MDI reception_nurse").get(f"/patients/{patient.id}/").status_code == 404


class TestThePage:
    def page(self, client, patient):
        return words(client, f"/patients/{patient.id}/prison/")

    def test_says_what_each_alert_means_and_since_when(self, house, client):
        said = self.page(client, told("HA", "XSO"))
        assert "Open ACCT" in said and "Since 3 February 2026. No end is given." in said
        assert "The prison’s code HA, “ACCT Open (HMPS)”." in said
        assert "Sex Offender" in said and said.index("Open ACCT</p>") < said.index("Sex Offender"), "the gravest first"

    def test_a_code_that_we_do_not_know_is_shown_as_the_prisons(self, house, client):
        assert "ZZQ: meaning not on our list" in self.page(client, told("ZZQ"))

    def test_an_alert_of_the_search_has_no_day_and_says_so(self, house, client):
        listed = [{"alertType": "H", "alertCode": "HA", "active": True, "expired": False}]
        patient = told(alerts=None, found={"alerts": listed})
        assert "Since when is not told. No end is given." in self.page(client, patient)

    def test_an_alert_that_ended_is_kept_apart_from_those_that_are_on(self, house, client):
        patient = told("HA")
        take(emulator.message("person.alert.updated", clock.now(), number=NUMBER, alertUuid="x", alertCode="HA"), alerts=alerts())
        said = self.page(client, patient)
        assert "no alert that is on" in said and "1 ended" in said
        assert f"Since 3 February 2026. Until {uk_date(clock.now())}." in said

    @pytest.mark.parametrize("dates, which, sure", [
        ({"conditionalReleaseDate": "2090-03-01"}, "Release: 1 March 2090", "Estimated: it may move."),
        ({"confirmedReleaseDate": "2090-02-01", "conditionalReleaseDate": "2090-03-01"}, "Release: 1 February 2090",
         "Confirmed by the prison."),
        ({"paroleEligibilityDate": "2090-02-01"}, "Parole may be considered: 1 February 2090", "The earliest possible day."),
        ({}, "Release: Not known", "The prison has given no date."),
    ])  # fmt: skip
    def test_a_date_says_how_sure_it_is(self, house, client, dates, which, sure):
        said = self.page(client, told(found=dates))
        assert which in said and sure in said

    @pytest.mark.parametrize("days, words_of_it", [
        (0, "(today)"), (1, "(tomorrow)"), (12, "(in 12 days)"), (-1, "(yesterday)"), (-30, "(30 days ago)"),
    ])  # fmt: skip
    def test_a_date_says_how_far_off_it_is(self, house, client, days, words_of_it):
        day = clock.prison_day(clock.now()) + timedelta(days=days)
        assert words_of_it in self.page(client, told(found={"conditionalReleaseDate": day.isoformat()}))

    @pytest.mark.parametrize("restriction, how_far", [
        ("WING", "Not on one wing."), ("LANDING", "Not on one landing."), ("CELL", "Not in one cell."),
        ("", "How far, the prison does not say: ask before they meet."),
    ])  # fmt: skip
    def test_says_whom_to_keep_apart_and_how_far_and_never_why(self, house, client, restriction, how_far):
        patient = told()
        kept_apart(restriction)
        said = self.page(client, patient)
        assert DANNY.prison_number in said and how_far in said
        assert "THREAT" not in said and "zqcanary" not in said and DANNY.family_name not in said

    def test_says_when_the_prison_last_said_something(self, house, client):
        with clock.at(clock.now() - timedelta(hours=2)) as then:
            patient = told("HA")
        assert f"last told us something new on <strong>{uk_datetime(then)}</strong>" in self.page(client, patient)

    def test_where_nothing_is_on_no_part_of_it_is_blank(self, house, client):
        said = self.page(client, told())
        for sentence in ("no alert that is on. That is not the same as no risk", "of nobody to keep", "Release: Not known"):
            assert sentence in said

    def test_without_a_booking_it_says_why_it_is_empty(self, house, client):
        with acting(house.nurse) as nurse:
            patient = patients.receive_unbooked(
                family_name="Brennan", given_names="Kyle", date_of_birth=None, arrived_at=clock.now(), by=nurse
            )
        said = self.page(client, patient)
        assert "No booking in sight" in said and "Key dates" not in said

    def test_of_joined_records_speaks_of_every_booking(self, house, client):
        patient = told("HA")
        take(event("received", "NEW_ADMISSION", 0, DANNY), alerts=alerts("TM"))
        scenes.joined(house, scenes.patient_of(DANNY), patient)
        said = self.page(client, patient)
        assert "Open ACCT" in said and "Medical hold" in said

    def test_has_its_budget(self, house, client):
        patient = told("HA", "HC", "XSO")
        kept_apart("WING")
        ours, _ = statements(client, f"/patients/{patient.id}/prison/")
        assert len(ours) <= 10 and len(set(ours)) == len(ours), ours

    def test_the_patients_page_says_the_few_and_counts_what_accuses(self, house, client):
        said = words(client, f"/patients/{told('HA', 'XSO', 'RCC').id}/")
        assert "<p>Open ACCT; 2 more.</p>" in said and "Sex Offender" not in said
        assert '/prison/">Alerts, key dates, whom to keep apart' in said


class TestWhoMaySee:
    def test_a_prison_that_does_not_hold_him_sees_nothing(self, house):
        patient = told("HA", found={"conditionalReleaseDate": "2090-03-01"})
        other = house.sign_in(Client(), "MDI reception_nurse")
        answer = other.get(f"/patients/{patient.id}/prison/")
        assert answer.status_code == 404 and b"ACCT" not in answer.content and b"2090" not in answer.content

    def test_under_broken_glass_it_is_out_of_sight_and_says_so(self, house):
        patient = told("HA", found={"conditionalReleaseDate": "2090-03-01"})
        other = house.sign_in(Client(), "MDI reception_nurse")
        other.post(
            f"/patients/{patient.id}/break-glass/",
            {"reason": "called", "words": "Collapsed in the yard, staff ask about medicines"},
        )
        said = words(other, f"/patients/{patient.id}/prison/")
        assert "Not shown in an emergency" in said
        assert "Prison: open ACCT" not in said
        assert "2090" not in said

    def test_a_bar_beats_it(self, house, client):
        patient = told("HA")
        assert client.get(f"/patients/{patient.id}/prison/").status_code == 200
        house.sign_in(Client(), "LEI information_governance_lead").post(
            f"/establishments/LEI/governance/patients/{patient.id}/",
            {"user": house.nurse.id, "why": "They are cousins, he asked for it."},
        )
        assert client.get(f"/patients/{patient.id}/prison/").status_code == 404

    @pytest.mark.parametrize("role", ["information_governance_lead", "regional_lead", "escort_officer", "police_custody_nurse"])
    def test_only_a_role_of_care_opens_it(self, house, role):
        patient = told("HA")
        assert house.sign_in(Client(), f"LEI {role}").get(f"/patients/{patient.id}/prison/").status_code == 403

    def test_the_trace_says_who_looked_and_at_what(self, house, client):
        patient = told("HA")
        words(client, f"/patients/{patient.id}/prison/")
        lead = house.sign_in(Client(), "LEI information_governance_lead")
        said = words(lead, f"/establishments/LEI/governance/patients/{patient.id}/")
        assert "Looked: What the prison says" in said and "Reception Nurse LEI, reception nurse, LEI" in said


class TestNothingOfItLeaves:
    """Days of release and court, and whom somebody is kept apart from, are for staff: no slip and no letter has them."""

    DATES: ClassVar = {"conditionalReleaseDate": "2090-03-01", "confirmedReleaseDate": "2090-02-11"}

    @pytest.mark.parametrize("address", ["first-night/tomorrow/", "first-night/advice/slip/", "timeline/", "", "identity/"])
    def test_on_any_slip_or_other_page(self, house, client, address):
        patient = told("HA", found=self.DATES)
        kept_apart("WING")
        answer = client.get(f"/patients/{patient.id}/{address}")
        said = answer.content.decode()
        assert answer.status_code == 200 and "2090" not in said and DANNY.prison_number not in said

    def test_what_is_planned_from_a_day_far_off_is_named_without_a_day(self, house, client):
        patient = told("HA", found=self.DATES)
        assert "Planned, and not to be done yet: Pre-release assessment." in words(client, f"/patients/{patient.id}/")

    @pytest.mark.parametrize("address", ["first-night/tomorrow/", "first-night/advice/slip/"])
    def test_what_is_printed_of_a_slip_has_no_alert_either(self, house, client, address):
        patient = told("HA", "XSO")
        said = client.get(f"/patients/{patient.id}/{address}").content.decode()
        assert 'class="tc-slip"' in said and "ACCT" not in said[said.index('class="tc-slip"') :]

    def test_on_the_wing_sheet(self, house, client):
        told("HA", found=self.DATES)
        kept_apart("WING")
        answer = client.get("/establishments/LEI/wing-sheet/?wing=B")
        said = answer.content.decode()
        assert answer.status_code == 200 and NUMBER in said
        assert "2090" not in said and DANNY.prison_number not in said and "ACCT" not in said
