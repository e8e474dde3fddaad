"""Points that lie evenly, share out whole and stay the same as more follow."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from rahdari.appraisal.baseline import read_baseline
from rahdari.appraisal.points import Points, draw_points, lay_points
from rahdari.appraisal.world import draw_world
from tests.islands import changed_islands, claim, islands


def lay(draws: int, *, seed: int = 1) -> Points:
    case = islands()
    baselines = {name: read_baseline(case, book) for name, book in case.books.items() if book.forecast}
    return lay_points(
        baselines, years=12, parties=2, measures=["a", "b"], estimates=5, draws=draws, rng=np.random.default_rng(seed)
    )


def test_sixteen_points_fall_one_into_each_sixteenth_of_every_side() -> None:
    points = draw_points(16, 40, rng=np.random.default_rng(3))
    assert points.shape == (40, 16)
    assert np.sort(np.floor(points * 16), axis=1).tolist() == [list(range(16))] * 40


def test_no_point_lies_on_the_edge_where_a_normal_score_has_no_end() -> None:
    points = draw_points(4096, 20, rng=np.random.default_rng(4))
    assert points.min() > 0
    assert points.max() < 1


def test_a_mean_over_points_is_closer_than_over_chance() -> None:
    # of a smooth sum of ten: plain draws of 1,024 err by about sqrt(10 / 12 / 1024) = 0.029
    errors = [draw_points(1024, 10, rng=np.random.default_rng(seed)).sum(axis=0).mean() - 5 for seed in range(20)]
    assert max(abs(error) for error in errors) < 0.001


def test_the_first_draws_stay_as_more_follow() -> None:
    few, many = draw_points(20, 7, rng=np.random.default_rng(5)), draw_points(300, 7, rng=np.random.default_rng(5))
    assert (many[:, :20] == few).all()


def test_every_part_has_numbers_of_its_own() -> None:
    points = lay(8)
    assert (points.steps.shape, points.responses.shape, points.growth.shape) == ((12, 8), (6, 8), (5, 8))
    assert points.deliveries["b"].shape == (2, 8)
    assert points.estimates.shape == (5, 8)
    book = points.books["north-customs"]
    assert book.passing.shape == (13, 8)
    assert book.occurs["XNO-XSO"].shape == (12, 8)
    rows = [points.steps, points.common, points.responses, points.growth, points.tariffs, points.estimates]
    rows += [one.passing for one in points.books.values()]
    together = np.concatenate(rows)
    assert len(np.unique(together.round(12), axis=0)) == len(together)
    assert {field.name for field in fields(points)} >= {"restless", "width"}


@pytest.mark.parametrize("measures", [0, 3])
def test_a_world_with_fewer_measures_or_books_meets_the_same_draws(tmp_path: Path, measures: int) -> None:
    cells = [claim("model", "noise_sd", 0.2), claim("model", "spread_floor_d", 0.3)]
    cells += [claim("measure:reopen-bridges", "delay_months", 6), claim("measure:reopen-bridges", "probability", 0.5)]
    case = changed_islands(tmp_path, *cells)
    books = ("north-customs", "south-treasury", "south-customs")
    whole, part = (
        draw_world(case, measures=chosen, books=named, draws=8, rng=np.random.default_rng(2))
        for chosen, named in ((case.measures, books), (case.measures[:measures], books[1:2]))
    )
    assert np.ptp(part.books[books[1]].movement) > 0
    assert (part.books[books[1]].movement == whole.books[books[1]].movement).all()
    assert np.ptp(part.realised) > 0
    assert (part.realised == whole.realised).all()
    for measure in case.measures[:measures]:
        assert (part.delivered[measure.id].starts == whole.delivered[measure.id].starts).all()
