"""What stands in the way of a signature, what is shown of earlier stays, and what is never kept in memory."""

from datetime import timedelta

import pytest
from django.template import engines
from django.test import Client

from tests import scenes
from throughcare.access.acting import acting
from throughcare.core import clock
from throughcare.demo import answers, people
from throughcare.record import actions as record
from throughcare.screening import actions as screening
from throughcare.screening import present, queries
from throughcare.screening.models import Step, StopAction
from throughcare.screening.standing import standing

pytestmark = pytest.mark.django_db
STOP = "fs_sh_now_stop"
REF = "reception-first-stage:{}"


@pytest.fixture
def screen(house, nurse):
    return scenes.screen_of(scenes.received(people.PETER))


def ask(screen, by, **says):
    for item, value in says.items():
        row = standing(screen).rows.get("reception-first-stage", {}).get(item)
        screening.answer(screen=screen, ref=REF.format(item), value=value, seen=row.seq if row else 0, at=clock.now(), by=by)


def ask_the_core(screen, by):
    while given := {q.ref: answers.answer_to(q.item, {}) for q in standing(screen).core_left}:
        screening.answer_all(screen=screen, given=given, at=clock.now(), by=by)


def act(screen, by):
    screening.act_on_stop(
        screen=screen, alert=STOP, action="acct_opened", told="Orderly officer", told_at=clock.now(), plan="Not left alone.",
        at=clock.now(), by=by,
    )  # fmt: skip


class TestASignature:
    def test_says_what_of_the_rest_is_blank(self, screen, nurse):
        ask_the_core(screen, nurse)
        with pytest.raises(screening.RestNotAsked, match="of the rest still to ask"):
            screening.sign(screen=screen, at=clock.now(), by=nurse)
        assert not Step.objects.exists()

    def test_that_is_refused_leads_to_the_first_gap(self, house):
        patient = scenes.received(people.PETER)
        page = house.sign_in(Client(), "LEI reception_nurse").post(
            f"/patients/{patient.id}/first-night/steps/", {"step": "core_done"}
        )
        said = page.content.decode()
        assert page.status_code == 422 and 'href="#fs_interpreter"' in said and "of the safety core still to ask" in said


class TestAWarningFromOutside:
    def test_is_read_and_signed_before_the_core_is_done(self, screen, nurse):
        ask_the_core(screen, nurse)
        warned = record.write_warning(
            patient=screen.patient_id, source="police", words="Tied a shirt to the door.", at=clock.now(), by=nurse
        )
        with pytest.raises(screening.WarningUnread, match="Police warning to read and sign first: Tied a shirt"):
            screening.save_core(screen=screen, at=clock.now(), by=nurse)
        record.sign_warning(warning=warned, at=clock.now(), by=nurse)
        record.sign_warning(warning=warned, at=clock.now(), by=nurse)
        assert screening.save_core(screen=screen, at=clock.now(), by=nurse)

    @pytest.mark.parametrize("source, words", [("police", "   "), ("another prisoner", "He is mad.")], ids=["blank", "who"])
    def test_says_something_and_comes_from_somebody(self, screen, nurse, source, words):
        with pytest.raises(record.NothingWritten):
            record.write_warning(patient=screen.patient_id, source=source, words=words, at=clock.now(), by=nurse)


class TestAStopSetOffAgain:
    def test_asks_for_action_again(self, screen, nurse):
        """He said yes, was seen, said no, and says yes again: what was done the first time answered another moment."""
        ask(screen, nurse, fs_sh_now="yes")
        act(screen, nurse)
        assert not standing(screen).open_stops and queries.latest_row(screen.patient_id, "LEI").open_stops == 0
        ask(screen, nurse, fs_sh_now="no")
        ask(screen, nurse, fs_sh_now="yes")
        assert [stop.id for stop in standing(screen).open_stops] == [STOP]
        assert queries.latest_row(screen.patient_id, "LEI").open_stops == 1
        act(screen, nurse)
        assert not standing(screen).open_stops and StopAction.objects.count() == 2


class TestAnEarlierStay:
    @pytest.fixture
    def back(self, house):
        """Amir was here in the summer; he drank little, had an overdose, is allergic to nothing, and has come again."""
        with clock.at(clock.now() - timedelta(days=60)):
            scenes.received(people.AMIR)
            with acting(house.nurse) as nurse:
                before = scenes.screen_of(scenes.patient_of(people.AMIR))
                ask(before, nurse, fs_sh_now="yes", fs_drugs="yes", fs_overdose=["overdose"], fs_allergy="no", fs_swallowed="no")
        scenes.released(people.AMIR, at=clock.now() - timedelta(days=50))
        patient = scenes.received(people.AMIR)
        with acting(house.nurse):
            return scenes.screen_of(patient)

    def shown(self, back):
        groups = present.groups(standing(back, with_history=True), "core")
        return {item["id"]: item for group in groups for item in group["items"]}

    def test_fills_in_nothing(self, back, nurse):
        assert not any("value" in item for item in self.shown(back).values())
        assert not any(standing(back).answers.values())

    def test_is_shown_beside_the_blank_question(self, back, nurse):
        shown = self.shown(back)
        assert shown["fs_sh_now"]["history"].startswith("Yes (")
        assert "history" not in shown["fs_swallowed"], "a no of last time is not worth the eye"

    def test_offers_only_what_does_not_change(self, back, nurse):
        shown = self.shown(back)
        assert "still" in shown["fs_allergy"]
        assert not {"fs_sh_now", "fs_overdose", "fs_drugs", "fs_obs"} & {id for id, item in shown.items() if "still" in item}


def test_no_answer_of_anybody_stays_in_memory():
    """A blank question is drawn once for everybody; one that holds an answer or a history is drawn anew each time."""
    drawn = engines["jinja2"].env.globals["drawn"]
    blank = {"id": "fs_x", "kind": "text", "text": "Anything?", "hidden": False, "seen": 0, "fields": [], "options": []}
    for told in ({"value": "CANARY"}, {"history": "CANARY"}, {"error": "CANARY"}, {"seen": 3, "hint": "CANARY"}):
        assert "CANARY" in drawn(blank | told)
    assert drawn(blank) == drawn(blank)
    assert not any("CANARY" in key or "CANARY" in html for key, html in drawn.blanks.items())
