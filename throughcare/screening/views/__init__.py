"""Visits in the browser: a form is chosen, asked and signed; the first night has pages and slips of its own beside it."""

from throughcare.screening.views.choosing import visits
from throughcare.screening.views.first_night import advice, observed, officer_slip, tomorrow_slip, warnings
from throughcare.screening.views.visit import answers, screen_answers, steps, stop, visit

__all__ = [
    "advice", "answers", "observed", "officer_slip", "screen_answers", "steps", "stop", "tomorrow_slip", "visit", "visits",
    "warnings",
]  # fmt: skip
