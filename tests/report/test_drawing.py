"""Geometry of charts and maps."""

from __future__ import annotations

import dataclasses
import itertools
import math

import pytest

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.report.charts import common_scale, draw_bar, draw_fans, spread_labels
from rahdari.report.geometry import Box, clip_line, clip_ring, fit_view, simplify_line
from rahdari.report.maps import draw_maps, read_shapes
from rahdari.report.words import Words

SQUARE = Box(0, 0, 10, 10)


def test_a_ring_is_cut_at_the_box() -> None:
    ring = clip_ring([(5, 5), (15, 5), (15, 8), (5, 8), (5, 5)], SQUARE)
    assert ring[0] == ring[-1]
    assert set(ring) == {(5, 5), (10, 5), (10, 8), (5, 8)}


def test_a_ring_outside_the_box_is_gone() -> None:
    assert clip_ring([(20, 20), (21, 20), (21, 21), (20, 20)], SQUARE) == []


def test_a_line_that_leaves_and_comes_back_is_two_runs() -> None:
    runs = clip_line([(1, 1), (2, 1), (20, 1), (20, 2), (3, 2), (2, 2)], SQUARE)
    assert [len(run) for run in runs] == [3, 3]


def test_simplifying_keeps_corners_and_drops_what_lies_on_the_line() -> None:
    line = [(0.0, 0.0), (1.0, 0.001), (2.0, 0.0), (2.0, 2.0)]
    assert simplify_line(line, 0.01) == [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0)]


def test_a_view_keeps_a_degree_of_latitude_and_of_longitude_to_scale() -> None:
    shown = fit_view([(60, 30), (80, 50)], width=360, margin=0.1, least_shape=0.5, most_shape=2)
    (x0, y0), (x1, _), (_, y1) = shown.place((70, 40)), shown.place((71, 40)), shown.place((70, 41))
    assert (x1 - x0) / (y0 - y1) == pytest.approx(math.cos(math.radians(40)), rel=1e-6)


def test_labels_that_would_touch_move_apart_and_keep_their_order() -> None:
    moved = spread_labels([100.0, 101.0, 50.0], gap=10)
    assert moved[2] == 50.0
    assert moved[1] - moved[0] == pytest.approx(10)


def test_a_bar_below_zero_ends_at_zero() -> None:
    bar = draw_bar(-5, 1, low=-10, high=10)
    assert (bar.start, bar.width) == ("25.00", "25.00")
    assert (bar.error_start, bar.error_width) == ("20.00", "10.00")


def test_all_books_share_one_scale_that_holds_the_target(answer: Appraisal, say: Words) -> None:
    scale = common_scale(answer.books, target_musd=answer.target.value_musd)
    assert scale.low < min(year.value_musd for book in answer.books.values() for year in book.history)
    assert scale.high > answer.target.value_musd
    charts = draw_fans(answer, say=say)
    assert len({chart.target.line.y1 for chart in charts}) == 1


def test_a_book_that_falls_to_nothing_still_draws(answer: Appraisal, say: Words) -> None:
    name, book = next(iter(answer.books.items()))
    path = tuple(dataclasses.replace(year, p05=0.0, p10=0.0, p25=0.0) for year in book.path)
    charts = draw_fans(dataclasses.replace(answer, books={name: dataclasses.replace(book, path=path)}), say=say)
    assert "nan" not in charts[0].bands[0].path


def test_no_border_between_india_pakistan_and_china_is_drawn_whole() -> None:
    # East of 75 E no other country has a border in the box, so each border there is one of the three.
    inner = Box(75.0, 32.0, 81.0, 37.0)
    shapes = read_shapes()
    whole = [pair for line in shapes.borders for pair in itertools.pairwise(line) if any(map(inner.holds, pair))]
    dashed = [point for line in shapes.disputed for point in line if inner.holds(point)]
    assert whole == []
    assert len(dashed) > 40


def test_a_shut_crossing_has_its_cross_and_an_open_one_its_dot(islands: Case, answer: Appraisal, say: Words) -> None:
    drawn = draw_maps(islands, answer, say=say)
    assert drawn is not None
    kinds = {one.setting: {mark.name: mark.kind for mark in shown.marks} for one, shown in
             zip(answer.routes, drawn[1], strict=True)}  # fmt: skip
    assert kinds["before the closure"]["East Bridge"] == "open"
    assert kinds["today"]["East Bridge"] == "shut"
    assert kinds["today, with the crossings reopened"]["East Bridge"] == "open"
    assert kinds["today"]["The Narrows"] == "risk"


def test_every_route_of_a_setting_is_drawn_in_its_own_style(islands: Case, answer: Appraisal, say: Words) -> None:
    drawn = draw_maps(islands, answer, say=say)
    assert drawn is not None
    for setting, shown in zip(answer.routes, drawn[1], strict=True):
        assert [route.rank for route in shown.routes] == list(range(1, len(setting.routes) + 1))
        assert len({route.path for route in shown.routes}) == len(setting.routes)
