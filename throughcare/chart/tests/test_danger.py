"""What could kill: read from what was answered, what is worked out from it, and every stay."""

from datetime import timedelta

import pytest

from throughcare.access.acting import acting
from throughcare.chart import danger
from throughcare.core import clock
from throughcare.screening import actions as screening
from throughcare.screening import queries as screens

pytestmark = pytest.mark.django_db
REF = "reception-first-stage:{}"


def said(house, patient, **answers):
    with acting(house.nurse) as nurse:
        screen = screens.current_of(patient.id, "LEI")
        for item, value in answers.items():
            seen = 0
            screening.answer(screen=screen, ref=REF.format(item), value=value, seen=seen, at=clock.now(), by=nurse)
        return danger.risks_of([patient.id]).get(patient.id, ())


@pytest.mark.parametrize("answers, codes", [
    ({"fs_sh_now": "yes"}, {"suicidal_now"}),
    ({"fs_time_critical": ["insulin"]}, {"insulin"}),
    # Units are worked out from drinks and stored nowhere: eight super-strength cans are over the line, one is not.
    ({"fs_alcohol": "yes", "fs_drinks": {"can_super": "8"}}, {"heavy_drinking"}),
    ({"fs_alcohol": "yes", "fs_drinks": {"can_super": "1"}}, set()),
    ({"fs_sh_now": "no"}, set()),
], ids=["suicide", "insulin", "drinks", "one drink", "nothing"])  # fmt: skip
def test_an_answer_that_could_kill_is_a_risk_with_its_source(house, amir, answers, codes):
    risks = said(house, amir, **answers)
    assert {risk.code for risk in risks} == codes
    assert all(risk.href.endswith(f"#{risk.source.item}") and risk.source.written_by_name for risk in risks)


def test_the_gravest_comes_first(house, amir):
    risks = said(house, amir, fs_time_critical=["insulin"], fs_sh_now="yes")
    assert [risk.code for risk in risks] == ["suicidal_now", "insulin"]


def test_an_old_danger_says_when_it_was_said(house, amir):
    (risk,) = said(house, amir, fs_overdose=["overdose"], fs_drugs="yes")
    assert "said" not in risk.text
    risk.source.happened_at = clock.now() - timedelta(days=100)
    assert ", said " in risk.text


def test_people_are_counted_by_what_endangers_them(house, amir):
    risks = said(house, amir, fs_sh_now="yes")
    assert danger.counted([risks, risks, ()]) == ["thoughts of suicide: 2"]
