"""What could kill, found in 240 pages, several stays and two records of one man; and what is honestly not found."""

import html
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
from django.test import Client

from tests import scenes
from tests.nonempty import nonempty
from tests.statements import statements
from throughcare.access.acting import acting
from throughcare.chart.digest import digest
from throughcare.chart.tests import blind_list, planted
from throughcare.core import clock
from throughcare.demo import people
from throughcare.record import actions as record
from throughcare.record import rules
from throughcare.record.rules import ASIDE, SURE, UNSURE

pytestmark = pytest.mark.django_db
FIRST_ATTEMPT = "Says he slit his wrists in 2003 when his nan died, never told anybody inside."

# Both lists are development lists: the terms were fitted to the first from the beginning and to the second since its
# figures were read. What to expect of new words is measured on a blind list only, written by somebody who saw no term.
BLIND_LISTED_FLOOR, BLIND_FALSE_CEILING = 0.95, 0.03  # shares; its first reading stands in the explanation
TERMS = rules.risk_terms().on("risk-terms", date(2026, 3, 2)).value


class Measured(NamedTuple):
    """How the terms did on a list: of the planted, sure, only mentioned, missed; of the decoys, wrongly sure."""

    sure: int
    mentioned: int
    missed: int
    false_sure: int


def measured(planted: Sequence[tuple[str, str]], decoys: Sequence[str]) -> Measured:
    """Read each planted (risk, sentence) and each decoy by itself, as the digest reads an entry."""
    best = [reading(sentence, risk) for risk, sentence in planted]
    false = sum(any(hit.reading == SURE for hit in rules.read(sentence, TERMS)) for sentence in decoys)
    return Measured(best.count(SURE), best.count(UNSURE), len(best) - best.count(SURE) - best.count(UNSURE), false)


def reading(sentence: str, risk: str) -> str:
    """The surest reading of a risk in a sentence; set aside when it is not named."""
    found = {hit.reading for hit in rules.read(sentence, TERMS) if hit.risk == risk}
    return SURE if SURE in found else UNSURE if UNSURE in found else ASIDE


@pytest.fixture
def nurse(house):
    return house["LEI nurse_in_charge"]


@pytest.fixture
def hidden(house):
    return planted.build(house, "risks_planted")


@pytest.mark.parametrize("name, planted_least, decoys_least", [("risks_planted", 60, 100), ("risks_held_out", 30, 40)])
def test_a_development_list_is_found_and_nothing_else_is(house, nurse, name, planted_least, decoys_least):
    hidden = planted.build(house, name)
    found = planted.figures(hidden, hidden.digest(nurse))
    assert found.planted >= planted_least and found.decoys >= decoys_least and planted.PAGES >= 240
    assert found.recall >= 0.95, found.missed
    assert found.wrong == () and found.precision == 1
    assert found.mentioned <= found.decoys // 10, "a list to be read that holds every decoy is read by nobody"


@pytest.mark.parametrize("name", ["risks_planted", "risks_held_out"])
def test_a_development_list_is_measured_sentence_by_sentence(name):
    rows = [row for row in planted.lines(name) if row.where != "allergy"]
    told = measured([(row.risks[0], row.words) for row in rows if row.risks], [row.words for row in rows if not row.risks])
    assert told.missed == 0 and told.false_sure == 0, told


def test_the_blind_list():
    told = measured(blind_list.PLANTED, blind_list.DECOYS)
    assert (told.sure + told.mentioned) / len(blind_list.PLANTED) >= BLIND_LISTED_FLOOR, told
    assert told.false_sure / len(blind_list.DECOYS) <= BLIND_FALSE_CEILING, told


def test_the_first_attempt_is_two_links_from_the_page(house, hidden):
    """Not the earliest written but the earliest that happened: told in 2018, it was in 2003."""
    client = house.sign_in(Client(), "LEI nurse_in_charge")
    page = client.get(f"/patients/{hidden.patients[0]}/").content.decode()
    shown = re.search(r"First:</span> <q>([^<]*)</q>\s*<a href=\"([^\"]*)\">2003,", page)
    assert shown and shown[1] == FIRST_ATTEMPT
    assert FIRST_ATTEMPT in client.get(shown[2]).content.decode()


def test_each_line_leads_to_the_words_it_quotes(house, hidden, nurse):
    client = house.sign_in(Client(), "LEI nurse_in_charge")
    found = hidden.digest(nurse)
    for line in nonempty([group.latest for group in found.groups] + [group.first for group in found.groups]):
        page = client.get(line.href, follow=True).content.decode()
        place = re.search(r"#(.*)$", line.href)
        assert not place or f'id="{place[1]}"' in page
        words = " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())
        assert " ".join(line.quote.split()[:3]) in words


def test_a_long_record_costs_no_more_statements(house, hidden):
    client = house.sign_in(Client(), "LEI nurse_in_charge")
    address = f"/patients/{hidden.patients[0]}/"
    ours, _ = statements(client, address)
    assert len(ours) <= 11, ours


class TestOneEntry:
    @pytest.fixture
    def man(self, house):
        return scenes.received(people.JOE)

    def told(self, man, nurse, **more):
        with acting(nurse):
            return digest([man.id])

    def write(self, man, nurse, done, plan=""):
        with acting(nurse):
            at = clock.now() - timedelta(hours=1)
            return record.record_encounter(patient=man.id, kind="early_days_check", done=done, plan=plan, at=at, by=nurse)

    def test_nothing_written_says_so_and_never_none(self, man, nurse):
        found = self.told(man, nurse)
        assert found.groups == () and "does not mean that there is nothing" in found.nothing(1)
        assert found.not_asked == ("allergies not asked yet",)

    def test_an_empty_list_says_what_it_stands_on(self, man, nurse):
        self.write(man, nurse, "Feels well.")
        assert re.match(r"Nothing found in 1 entry of 2 stays since \d", self.told(man, nurse).nothing(2))

    def test_a_denial_beside_an_event_hides_nothing(self, man, nurse):
        self.write(man, nurse, "Denies any self-harm but cut his wrists on Friday.")
        assert [line.risk for line in self.told(man, nurse).lines] == ["self_harm"]

    def test_what_is_denied_is_counted_and_can_be_opened(self, man, nurse):
        self.write(man, nurse, "Denies self-harm.")
        found = self.told(man, nurse)
        assert found.lines == [] and [line.quote for line in found.aside] == ["Denies self-harm."]

    def test_a_plan_is_not_an_event(self, man, nurse):
        self.write(man, nurse, "Seen.", plan="Hx of overdose to be asked of GP.")
        found = self.told(man, nurse)
        assert found.lines == [] and [line.risk for line in found.unsure] == ["overdose"]

    def test_a_corrected_version_no_longer_counts(self, man, nurse):
        first = self.write(man, nurse, "Found hanging.")
        with acting(nurse):
            record.record_encounter(
                patient=man.id, kind="early_days_check", done="Wrong patient.", plan="", at=first.happened_at, by=nurse,
                corrects=first,
            )  # fmt: skip
        assert self.told(man, nurse).lines == []

    def test_a_refuted_problem_is_set_aside(self, man, nurse):
        with acting(nurse):
            record.record_condition(
                patient=man.id, words="Epilepsy", status="resolved", verification="refuted", onset="", at=clock.now(), by=nurse
            )
        found = self.told(man, nurse)
        assert found.lines == [] and len(found.aside) == 1

    def test_the_kind_of_an_incident_speaks_for_itself(self, man, nurse):
        with acting(nurse):
            record.record_incident(
                patient=man.id, kind="overdose", harm="severe", words="Code blue at 3 am.", done="", at=clock.now(), by=nurse
            )
        assert [(line.risk, line.quote) for line in self.told(man, nurse).lines] == [("overdose", "Code blue at 3 am.")]

    def test_when_it_happened_is_what_the_words_say(self, man, nurse):
        self.write(man, nurse, "Told me he took an OD in March 2011.")
        (line,) = self.told(man, nurse).lines
        assert (line.when, line.happened.year, line.happened.month) == ("March 2011", 2011, 3)

    def test_a_page_stands_under_its_date(self, man, nurse):
        with acting(nurse):
            record.add_document(
                patient=man.id, kind="old_record", title="GP", origin="", by=nurse, at=datetime(2020, 1, 1, tzinfo=UTC),
                words="Seen.\f03/05/2012 Dr A\nFound hanging in garage.",
            )  # fmt: skip
        (line,) = self.told(man, nurse).lines
        assert (line.when, line.source, line.happened.year) == ("03/05/2012", "GP, page 2", 2012)
