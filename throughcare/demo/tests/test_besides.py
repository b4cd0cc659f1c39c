"""What the invented prison says beside movements: some of each kind, in its own shapes, and true of the people it is about."""

import pytest
from django.test import Client

from tests import scenes
from tests.nonempty import nonempty
from throughcare.core import clock
from throughcare.custody import book
from throughcare.demo import besides, emulator, people
from throughcare.hmpps import answers
from throughcare.hmpps import book as hmpps

RESIDENTS = people.residents()
ACCT, OTHER, STRANGE = RESIDENTS[5], RESIDENTS[21], RESIDENTS[10]


def landing(man):
    return emulator.cell(RESIDENTS.index(man)).rsplit("-", 1)[0]


def test_the_cast_has_alerts_for_the_banner_others_and_one_that_nobody_here_knows():
    told = [code for man in besides.those_with_alerts() for code, _, _ in besides.alerts_of(man.prison_number)]
    meant = [book.alert_codes().get(code) for code in told]
    assert told.count("HA") == 2 and None in meant
    assert any(one.banner for one in meant if one) and any(not one.banner for one in meant if one)


def test_most_people_have_no_alert():
    assert len(besides.those_with_alerts()) < len(RESIDENTS) / 3


@pytest.mark.parametrize("man", [*RESIDENTS, *people.BOOKED], ids=lambda man: man.name)
def test_each_answer_can_be_read(man):
    number = man.prison_number
    alerts, whole = answers.alerts(emulator.prisoner(number), emulator.alerts(number))
    dates = answers.key_dates(emulator.prisoner(number), besides.diary_of(number))
    today = clock.prison_day(clock.now())
    assert whole and len(alerts) == len(besides.alerts_of(number)) and len(answers.apart(emulator.apart(number))) <= 3
    assert {one.kind for one in dates} >= {"release"} and all(one.date is None or one.date > today for one in dates)
    assert ("court" in {one.kind for one in dates}) == (man.legal_status == "REMAND")


def test_every_certainty_is_among_them():
    told = [one for man in RESIDENTS for one in answers.key_dates(emulator.prisoner(man.prison_number))]
    assert {one.certainty for one in told} == {one.certainty for one in hmpps.date_types()} | {"unknown"}


def test_nobody_lives_where_the_prison_says_they_must_not():
    by_number = {man.prison_number: man for man in RESIDENTS}
    for one, other, far in nonempty(besides.pairs()):
        if {one, other} <= by_number.keys() and far:
            first, second = landing(by_number[one]), landing(by_number[other])
            assert first != second and (far != "WING" or first[0] != second[0])


def test_what_the_prison_says_reaches_the_pages(house):
    men = [scenes.received(man) for man in (ACCT, OTHER, STRANGE)]
    emulator.tell_the_rest()
    nurse = house.sign_in(Client(), "LEI reception_nurse")
    first, second, third = (nurse.get(f"/patients/{man.id}/prison/").content.decode() for man in men)
    assert "Prison: open ACCT" in first and OTHER.prison_number in first and "Not on one wing." in first
    assert ACCT.prison_number in second and people.DANNY.prison_number in second
    assert "RNO121: meaning not on our list" in third
