"""Eleven men, two nurses, one evening: from the van's button to lock-up."""

from journeys.pages import listed
from throughcare.demo import people


def test_first(asha):
    asha.opens_arrivals().presses("Demo: the van arrives")
    print(asha.board())
    screen = asha.screens(people.LIAM)
    screen.asks(people.LIAM.says, core=True)
    screen.saves_the_core()
    screen.asks(people.LIAM.says)
    screen.signs()
    print(screen.effort.taps, len(screen.effort.met), screen.effort.fields, screen.effort.minutes())
    print(asha.main())
