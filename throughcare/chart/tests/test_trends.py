"""Scores drawn over time: inside the frame, in order, on the band they belong to, and honest about what was crossed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from tests.nonempty import nonempty
from throughcare.chart import trends
from throughcare.chart.trends import FRAME, Frame, Scored, trend
from throughcare.instruments import rules

NEWS2 = next(entry.value for entry in rules.book() if entry.id == "news2")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def scored(total, hours=0, version=1):
    found = rules.band(NEWS2, total)
    return Scored(NOON + hours * HOUR, total, version, found.label if found else "")


def totals(*numbers):
    return [scored(total, hours) for hours, total in enumerate(numbers)]


class TestADrawing:
    @given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 10_000)), min_size=1, max_size=30))
    def test_stays_inside_its_frame_and_in_order(self, told):
        drawn = trend(NEWS2, [scored(total, hours) for total, hours in told])
        assert all(FRAME.left <= point.x <= FRAME.right and FRAME.top <= point.y <= FRAME.bottom for point in drawn.points)
        assert [point.x for point in drawn.points] == sorted(point.x for point in drawn.points)

    def test_of_the_highest_total_is_at_the_top_and_of_the_lowest_at_the_bottom(self):
        drawn = trend(NEWS2, totals(0, 20))
        assert [point.y for point in drawn.points] == [FRAME.bottom, FRAME.top]

    def test_has_a_stripe_for_each_band_without_a_gap(self):
        stripes = trend(NEWS2, totals(3)).stripes
        assert [stripe.label for stripe in stripes] == [band.label for band in NEWS2.bands]
        edges = [(stripe.y + stripe.height, stripe.y) for stripe in stripes]
        assert all(abs(low[1] - high[0]) < 0.2 for low, high in pairwise(edges))
        assert (round(edges[0][0], 1), round(edges[-1][1], 1)) == (FRAME.bottom, FRAME.top)

    @pytest.mark.parametrize("total", range(21))
    def test_puts_every_total_on_the_stripe_of_its_band(self, total):
        drawn = trend(NEWS2, totals(total))
        (point,) = drawn.points
        stripe = next(one for one in drawn.stripes if one.label == point.scored.band)
        assert stripe.y <= point.y <= stripe.y + stripe.height + 0.1

    def test_of_one_total_has_a_point_and_no_line(self):
        drawn = trend(NEWS2, totals(4))
        assert len(drawn.points) == 1 and drawn.lines == ()

    def test_of_nothing_is_nothing(self):
        assert trend(NEWS2, []) is None

    def test_of_a_form_without_a_total_is_nothing(self):
        unscored = replace(NEWS2, scoring=replace(NEWS2.scoring, min=None, max=None))
        assert trend(unscored, totals(3)) is None


class TestThePicture:
    """What the template writes lies in the frame that the numbers were made for, whichever that is."""

    @pytest.fixture(params=[FRAME, Frame(900, 400, 90, 870, 30, 350)], ids=["as it is", "another"])
    def frame(self, request, monkeypatch):
        monkeypatch.setattr(trends, "FRAME", request.param)
        return request.param

    @pytest.fixture
    def written(self, frame):
        drawn = replace(trend(NEWS2, totals(0, 20, 5)), frame=frame)
        page = engines["jinja2"].env.from_string('{% from "chart/trend.jinja" import drawing %}{{ drawing(trend, "NEWS2") }}')
        return ElementTree.fromstring(page.render(trend=drawn)).find("svg")

    def test_has_stripes_as_wide_as_the_line_between_the_first_and_the_last_point(self, frame, written):
        assert written.get("viewBox") == f"0 0 {frame.width} {frame.height}"
        points = [float(one.get("cx")) for one in written.findall("circle")]
        for stripe in nonempty(written.findall("rect")):
            left, width = float(stripe.get("x")), float(stripe.get("width"))
            assert (left, left + width) == (points[0], points[-1]) == (frame.left, frame.right)

    def test_keeps_its_words_outside_of_the_points_and_inside_of_the_picture(self, frame, written):
        scale = [one for one in written.findall("text") if one.get("class") == "tc-trend__scale"]
        highest, lowest, first, last = [(float(one.get("x")), float(one.get("y"))) for one in scale]
        assert highest[0] == lowest[0] < frame.left and frame.top < highest[1] < lowest[1] == frame.bottom
        assert (first[0], last[0]) == (frame.left, frame.right) and frame.bottom < first[1] == last[1] < frame.height


class TestWhatWasCrossed:
    def test_names_the_band_and_the_direction(self):
        drawn = trend(NEWS2, totals(2, 6, 6, 1))
        assert [point.crossed for point in drawn.points] == [
            "", f"up into {scored(6).band}", "", f"down into {scored(1).band}",
        ]  # fmt: skip
        assert [point.scored.total for point in drawn.crossings] == [1, 6]

    def test_is_silent_within_a_band(self):
        assert not trend(NEWS2, totals(1, 4, 2)).crossings

    def test_is_never_said_of_two_versions_and_no_line_joins_them(self):
        drawn = trend(NEWS2, [scored(2), scored(7, 1, version=2)])
        assert not drawn.crossings and drawn.lines == ()

    def test_is_told_in_order_however_the_scores_come(self):
        told = totals(2, 6, 1)
        assert trend(NEWS2, told[::-1]) == trend(NEWS2, told)
