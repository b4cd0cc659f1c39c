"""Nothing about a person leaves without their agreement or a named ground: asked of the actions, then of the database."""

from threading import Event, Thread

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests import scenes
from tests.nonempty import nonempty
from tests.rows import filled
from tests.waits import until_somebody_waits
from throughcare.access.acting import acting
from throughcare.audit.models import Fact
from throughcare.core import clock, ids
from throughcare.core.refusals import NotAllowed
from throughcare.demo import people
from throughcare.patients import actions, consent
from throughcare.patients.consent_book import FILE, book
from throughcare.patients.models import Capacity, Consent, Disclosure, DisclosureRequest

GP, LETTER = "GP practice", "gp_letter"
ABLE = {"understands": True, "retains": True, "weighs": True, "communicates": True}
STATES = ("not_asked", "given", "refused", "withdrawn", "lacks_capacity", "expired")
TODAY = clock.prison_day(clock.now())


@pytest.fixture
def nurse(house, man):
    with acting(house.nurse) as nurse:
        yield nurse


def asked(man, by, status="given", purpose="gp_record_out", recipient="", **more):
    return actions.record_consent(
        patient=man.id, purpose=purpose, recipient=recipient, status=status, how="spoken", at=clock.now(), by=by, **more
    )


def assessed(man, by, **changes):
    said = {"reasons": "Could not say back what was asked.", "ask_again_at": None, "best_interests": ""} | changes
    tests = said.pop("tests", ABLE | {"retains": False})
    return actions.assess_capacity(patient=man.id, decision="Telling the GP", tests=tests, at=clock.now(), by=by, **said)


def tell(man, by, document=LETTER, recipient=GP, basis="consent", fields=("name", "allergies")):
    return actions.disclose(
        patient=man.id, document=document, recipient=recipient, basis=basis, fields=fields, at=clock.now(), by=by
    )


def ask_to_tell(man, by, basis="serious_harm", **changes):
    said = {
        "why": "He named a man whom he will hurt.",
        "told_person": "Told him so.",
        "recipient": GP,
        "document": LETTER,
    } | changes
    return actions.ask_to_disclose(patient=man.id, basis=basis, fields=("name",), at=clock.now(), by=by, **said)


def in_state(man, by, state, purpose="gp_record_out", recipient=""):
    """The person said this, reached by real actions; only the date that has passed is written by hand."""
    if state == "not_asked":
        return None
    if state == "lacks_capacity":
        return asked(man, by, state, purpose, recipient, capacity=assessed(man, by))
    if state == "expired":
        ended = clock.now() - scenes.HOUR
        return filled(
            Consent, patient=man, purpose=purpose, recipient=recipient or GP, status="given", written_by=by.id, expires_at=ended
        ).save(force_insert=True) or consent.standing(man.id, purpose, recipient or GP)
    row = asked(man, by, "refused" if state == "refused" else "given", purpose, recipient)
    return actions.withdraw(granted=row, how="spoken", at=clock.now(), by=by) if state == "withdrawn" else row


class TestAsking:
    def test_no_row_means_that_nobody_has_asked(self, man, nurse):
        lines = consent.lines(man.id, clock.now())
        assert [line.purpose.code for line in lines] == [purpose.code for purpose in consent.today().purposes]
        assert {line.words[0] for line in lines} == {"Nobody has asked"}

    def test_an_answer_replaces_the_one_before_and_keeps_it(self, man, nurse):
        asked(man, nurse)
        asked(man, nurse, "refused")
        now = next(line for line in consent.lines(man.id, clock.now()) if line.purpose.code == "gp_record_out")
        assert (now.state, now.recipient) == ("refused", GP)
        assert [row.status for row in consent.history(man.id)] == ["refused", "given"]

    def test_each_recipient_is_asked_about_alone(self, man, nurse):
        asked(man, nurse, purpose="family", recipient="Mum, Shirley")
        asked(man, nurse, "refused", purpose="family", recipient="Brother, Lee")
        said = {line.recipient: line.state for line in consent.lines(man.id, clock.now()) if line.purpose.code == "family"}
        assert said == {"Mum, Shirley": "given", "Brother, Lee": "refused"}

    def test_the_words_that_were_said_are_kept_by_version_and_a_term_ends(self, man, nurse):
        row = asked(man, nurse, purpose="family", recipient="Mum")
        purpose = consent.today().purpose("family")
        assert row.words_version == purpose.words_version
        assert (row.expires_at - row.happened_at).days == purpose.expires_days
        assert consent.live(man.id, "family", "Mum", row.expires_at - scenes.HOUR)
        assert consent.live(man.id, "family", "Mum", row.expires_at) is None

    @pytest.mark.parametrize("wrong", [
        {"purpose": "gossip"}, {"status": "withdrawn"}, {"status": "perhaps"}, {"purpose": "family"}, {"how": "guessed"},
    ])  # fmt: skip
    def test_what_was_not_asked_is_not_written(self, man, nurse, wrong):
        said = {"patient": man.id, "purpose": "gp_record_out", "status": "given", "how": "spoken"} | wrong
        with pytest.raises(actions.NotAsked):
            actions.record_consent(at=clock.now(), by=nurse, **said)
        assert not Consent.objects.exists()

    def test_a_role_asks_only_what_is_its_task(self, house, man):
        with acting(house["LEI administrator"]) as clerk, pytest.raises(NotAllowed):
            asked(man, clerk, purpose="mental_health", recipient="The team")

    def test_nothing_can_be_taken_back_twice(self, man, nurse):
        row = asked(man, nurse)
        actions.withdraw(granted=row, how="spoken", at=clock.now(), by=nurse)
        with pytest.raises(actions.NothingToWithdraw):
            actions.withdraw(granted=row, how="spoken", at=clock.now(), by=nurse)

    def test_facts_say_that_it_happened_and_not_what_about(self, man, nurse):
        row = asked(man, nurse, purpose="family", recipient="Mum, Shirley")
        kept = Fact.objects.get(kind="patients.ConsentAnswered").kept
        assert kept == {"consent": str(row.id), "purpose": "family", "status": "given"}


class TestCapacity:
    def test_could_not_decide_rests_on_an_assessment(self, man, nurse):
        for capacity in (None, assessed(man, nurse, tests=ABLE)):
            with pytest.raises(actions.NotAssessed):
                asked(man, nurse, "lacks_capacity", capacity=capacity)
        assert asked(man, nurse, "lacks_capacity", capacity=assessed(man, nurse)).capacity.has_capacity is False

    def test_of_somebody_else_it_proves_nothing(self, man, nurse):
        other = scenes.received(people.AMIR)
        with pytest.raises(actions.NotAssessed):
            asked(man, nurse, "lacks_capacity", capacity=assessed(other, nurse))

    @pytest.mark.parametrize("failed", sorted(ABLE))
    def test_failing_one_test_is_enough(self, man, nurse, failed):
        assert assessed(man, nurse, tests=ABLE | {failed: False}).has_capacity is False

    def test_drink_passes_and_the_assessment_says_when_to_ask_again(self, man, nurse):
        again = clock.now() + 8 * scenes.HOUR
        assert assessed(man, nurse, ask_again_at=again).ask_again_at == again

    @pytest.mark.parametrize("wrong", [
        {"tests": ABLE | {"weighs": None}}, {"reasons": " "}, {"ask_again_at": clock.now() - scenes.HOUR}, {"tests": {}},
    ])  # fmt: skip
    def test_half_an_assessment_is_none(self, man, nurse, wrong):
        with pytest.raises(actions.NotAssessed):
            assessed(man, nurse, **wrong)
        assert not Capacity.objects.exists()


PAPERS = [(paper, basis) for paper in book(TODAY).documents for basis in paper.bases]


class TestTelling:
    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize("paper, basis", PAPERS, ids=[f"{paper.code} on {basis}" for paper, basis in PAPERS])
    def test_the_only_papers_that_leave_carry_their_ground(self, house, man, paper, basis, state):
        """Every paper, on every ground it may name, in every state of the agreement."""
        with acting(house["LEI nurse_in_charge"]) as lead:
            purpose = consent.today().purpose(paper.purpose)
            whom = (purpose.recipient if purpose else "") or "Somebody, outside"
            if purpose:
                in_state(man, lead, state, purpose.code, whom)
            if basis in ("agreed_list", "direct_care") or (basis == "consent" and state == "given"):
                row = tell(man, lead, paper.code, whom, basis, fields=paper.fields[:1])
                assert (row.basis, bool(row.consent_id)) == (basis, basis == "consent")
                return
            with pytest.raises((actions.NoBasis, actions.NeedsSecondPerson)):
                tell(man, lead, paper.code, whom, basis, fields=paper.fields[:1])
            assert not Disclosure.objects.exists() and not Fact.objects.filter(kind="patients.Disclosed").exists()

    def test_taking_it_back_ends_it_at_once(self, man, nurse):
        row = asked(man, nurse)
        told = tell(man, nurse)
        assert consent.still_stands(told, clock.now())
        actions.withdraw(granted=row, how="spoken", at=clock.now(), by=nurse)
        with pytest.raises(actions.NoBasis, match="took it back"):
            tell(man, nurse)
        assert not consent.still_stands(consent.told(man.id)[0], clock.now())

    def test_agreement_is_for_one_recipient(self, man, nurse):
        asked(man, nurse, purpose="family", recipient="Mum, Shirley")
        with pytest.raises(actions.NoBasis, match="nobody has asked"):
            tell(man, nurse, "family_letter", "Brother, Lee", fields=("name",))

    @pytest.mark.parametrize("paper", book(TODAY).documents, ids=lambda paper: paper.code)
    @pytest.mark.parametrize("stray", ["diagnosis", "methadone_dose", "words", "clinic", ""])
    def test_a_field_outside_the_closed_list_stops_the_paper(self, man, nurse, paper, stray):
        with pytest.raises(actions.NotOnTheList):
            tell(man, nurse, paper.code, "Officers", paper.bases[0], fields=(*paper.fields[:1], stray))
        assert not Disclosure.objects.exists()

    @pytest.mark.parametrize("change, refused", [
        ({"document": "gossip"}, actions.NotOnTheList), ({"basis": "agreed_list"}, actions.NoBasis),
        ({"basis": "because"}, actions.NoBasis), ({"fields": ()}, actions.NoBasis), ({"recipient": " "}, actions.NoBasis),
    ])  # fmt: skip
    def test_no_paper_without_its_parts(self, man, nurse, change, refused):
        asked(man, nurse)
        with pytest.raises(refused):
            tell(man, nurse, **change)


class TestSecondPerson:
    def test_serious_harm_is_asked_by_one_and_allowed_by_another(self, house, man):
        with acting(house.nurse) as nurse:
            with pytest.raises(actions.NeedsSecondPerson):
                tell(man, nurse, basis="serious_harm")
            request = ask_to_tell(man, nurse)
        with acting(house["LEI nurse_in_charge"]) as lead:
            row = actions.approve_disclosure(request=request, at=clock.now(), by=lead)
            assert (row.written_by, row.approved_by, row.basis) == (nurse.id, lead.id, "serious_harm")
            assert consent.asked(man.id) == []
            with pytest.raises(actions.AlreadyAnswered):
                actions.approve_disclosure(request=request, at=clock.now(), by=lead)

    def test_nobody_approves_their_own(self, house, man):
        with acting(house["LEI nurse_in_charge"]) as lead:
            request = ask_to_tell(man, lead)
            with pytest.raises(NotAllowed, match="yourself"):
                actions.approve_disclosure(request=request, at=clock.now(), by=lead)

    @pytest.mark.parametrize("ground", [one for one in book(TODAY).bases if one.argued], ids=lambda one: one.code)
    @pytest.mark.parametrize("role", ["reception_nurse", "prescriber", "head_of_healthcare", "administrator"])
    def test_the_rulebook_says_which_role_approves(self, house, man, ground, role):
        with acting(house["LEI mental_health_nurse"]) as author:
            paper = "own_copy" if ground.code == "subject_access" else LETTER
            if ground.code in consent.today().paper(paper).bases:
                request = ask_to_tell(man, author, ground.code, document=paper)
        with acting(house[f"LEI {role}"]) as other:
            assert bool(actions.can_approve(other, request.basis, request.written_by)) == (role in ground.approved_by)

    def test_no_tells_nothing_and_says_why(self, house, man):
        with acting(house.nurse) as nurse:
            request = ask_to_tell(man, nurse)
        with acting(house["LEI prescriber"]) as doctor:
            actions.decline_disclosure(request=request, why="The police know already.", at=clock.now(), by=doctor)
            assert consent.asked(man.id) == [] and not Disclosure.objects.exists()
            with pytest.raises(actions.AlreadyAnswered):
                actions.approve_disclosure(request=DisclosureRequest.objects.get(id=request.id), at=clock.now(), by=doctor)

    @pytest.mark.parametrize("change", [{"why": ""}, {"told_person": " "}, {"recipient": ""}])
    def test_it_is_argued_or_it_is_not_asked(self, man, nurse, change):
        with pytest.raises(actions.NoBasis):
            ask_to_tell(man, nurse, **change)


def by_sql(man, by, **given):
    """A disclosure written past every action."""
    told = {"document": LETTER, "purpose": "gp_record_out", "recipient": GP, "basis": "consent", "fields": ["name"]} | given
    with transaction.atomic():
        Disclosure.objects.create(
            id=ids.new(),
            patient=man,
            source="sql",
            happened_at=clock.now(),
            written_at=clock.now(),
            **{"written_by": by.id} | told,
        )


class TestTheDatabaseKeepsIt:
    @pytest.mark.parametrize("state", STATES)
    def test_only_living_agreement_carries_a_disclosure(self, man, nurse, state):
        row = in_state(man, nurse, state, "community_drug_service", "Steps")
        told = {"purpose": "community_drug_service", "recipient": "Steps", "consent": row}
        if state == "given":
            by_sql(man, nurse, **told)
            return
        with pytest.raises(IntegrityError, match=r"living agreement|agreed_disclosure_names_it"):
            by_sql(man, nurse, **told)

    @pytest.mark.parametrize("change", [{"purpose": "family"}, {"recipient": "The newspaper"}])
    def test_agreement_for_something_else_does_not(self, man, nurse, change):
        with pytest.raises(IntegrityError, match="living agreement"):
            by_sql(man, nurse, consent=asked(man, nurse), **change)

    def test_nor_that_of_somebody_else(self, man, nurse):
        with pytest.raises(IntegrityError, match="living agreement"):
            by_sql(man, nurse, consent=asked(scenes.received(people.AMIR), nurse))

    def test_nor_an_answer_that_was_replaced(self, man, nurse):
        first = asked(man, nurse)
        asked(man, nurse)
        with pytest.raises(IntegrityError, match="living agreement"):
            by_sql(man, nurse, consent=first)

    def test_nobody_approves_in_another_name(self, house, man, nurse):
        lead = house["LEI nurse_in_charge"].id
        request = ask_to_tell(man, nurse)
        argued = {"basis": "serious_harm", "why": "x", "told_person": "x", "request": request}
        for approver in (lead, nurse.id, ""):
            with pytest.raises(IntegrityError):
                by_sql(man, nurse, approved_by=approver, **argued)

    def test_nor_what_nobody_asked_for(self, house, man):
        with acting(house.nurse) as nurse:
            request = ask_to_tell(man, nurse)
        with acting(house["LEI nurse_in_charge"]) as lead:
            argued = {"basis": "serious_harm", "why": "x", "told_person": "x", "approved_by": lead.id}
            for more in ({}, {"request": request, "fields": ["name", "dangers"]}, {"request": request, "recipient": "Press"}):
                with pytest.raises(IntegrityError, match="nobody asked"):
                    by_sql(man, nurse, **argued, **more)

    @pytest.mark.parametrize("attack", [
        "UPDATE patients_consent SET status = 'given'", "DELETE FROM patients_disclosure",
        "ALTER TABLE patients_disclosure DISABLE TRIGGER ALL", "DROP TRIGGER a_disclosure_has_basis ON patients_disclosure",
    ])  # fmt: skip
    def test_the_app_cannot_take_the_law_away(self, man, nurse, attack):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)


def test_taking_it_back_and_telling_wait_for_one_another(committing_db, house):
    """Both begin while the agreement stands; the letter that comes second sees that it ended, and is not written."""
    man, withdrawn = scenes.received(people.JOE), Event()
    with acting(house.nurse) as nurse:
        granted = asked(man, nurse)

    def takes_it_back():
        with acting(nurse):
            actions.withdraw(granted=granted, how="spoken", at=clock.now(), by=nurse)
            withdrawn.set()
            until_somebody_waits()
        connection.close()

    other = Thread(target=takes_it_back)
    other.start()
    assert withdrawn.wait(10)
    with acting(nurse), pytest.raises(actions.NoBasis, match="ended just now"):
        assert consent.live(man.id, "gp_record_out", GP, clock.now()), "not yet committed"
        tell(man, nurse)
    other.join()
    with acting(nurse):
        assert not Disclosure.objects.exists()


class TestRulebook:
    def test_it_loads_and_says_what_is_to_be_confirmed(self):
        assert all(entry.to_confirm for entry in nonempty(FILE.all()))

    def test_what_a_person_hears_is_short_and_plain(self):
        for purpose in nonempty(book(TODAY).purposes):
            assert purpose.words.endswith((".", "?")) and len(purpose.words) <= 140 and ";" not in purpose.words

    def test_officers_are_never_told_what_is_clinical(self):
        clinical = {"allergies", "dangers", "contacts", "nhs_number", "medicines", "injuries", "date_of_birth"}
        for paper in nonempty(book(TODAY).documents):
            if paper.bases == ("agreed_list",):
                assert not clinical & set(paper.fields), paper

    @given(st.sets(st.text(max_size=12)))
    def test_a_stray_is_anything_not_listed(self, fields):
        for paper in book(TODAY).documents:
            assert set(paper.strays(fields)) == fields - set(paper.fields)
