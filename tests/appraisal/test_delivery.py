"""Whether, when and how far a measure takes effect."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rahdari.appraisal.delivery import Delivered, draw_deliveries
from rahdari.appraisal.points import draw_points
from rahdari.appraisal.timeline import make_timeline
from rahdari.case import Case
from tests.islands import changed_islands, claim, islands

NAME = "halve-east-bridge-time"  # starts on 1 January 2027
TIMELINE = make_timeline(date(2026, 1, 1), 2029)


def draw(case: Case, *, draws: int = 4, as_of: date = date(2026, 3, 31)) -> Delivered:
    points = {measure.id: draw_points(draws, 2, rng=np.random.default_rng(1)) for measure in case.measures}
    return draw_deliveries(case.measures, case.claims, timeline=TIMELINE, as_of=as_of, points=points)[NAME]


def test_a_certain_measure_acts_in_full_from_its_first_month() -> None:
    delivered = draw(islands())
    assert delivered.starts.tolist() == [12] * 4
    assert delivered.share[0].tolist() == [0] * 12 + [1] * 36


def test_a_measure_of_chance_nought_never_acts(tmp_path: Path) -> None:
    delivered = draw(changed_islands(tmp_path, claim(f"measure:{NAME}", "probability", 0)))
    assert np.isinf(delivered.starts).all()
    assert not delivered.share.any()


def test_a_measure_acts_in_the_share_of_draws_that_its_probability_says(tmp_path: Path) -> None:
    # 3,000 draws at 0.3: standard error 0.0084, allowed four of them
    delivered = draw(changed_islands(tmp_path, claim(f"measure:{NAME}", "probability", 0.3)), draws=3000)
    assert np.isfinite(delivered.starts).mean() == pytest.approx(0.3, abs=0.034)


def test_the_delay_is_exponential_with_the_stated_mean(tmp_path: Path) -> None:
    # 3,000 draws of mean 10 months: standard error 0.18, allowed four; a share exp(-1) is later than the mean
    delivered = draw(changed_islands(tmp_path, claim(f"measure:{NAME}", "delay_months", 10)), draws=3000)
    late = delivered.starts - 12
    assert (late >= 0).all()
    assert late.mean() == pytest.approx(10, abs=0.73)
    assert (late > 10).mean() == pytest.approx(np.exp(-1), abs=0.036)


def test_the_effect_grows_in_a_straight_line_over_the_ramp(tmp_path: Path) -> None:
    delivered = draw(changed_islands(tmp_path, claim(f"measure:{NAME}", "ramp_months", 4)))
    # the middles of the first months are 0.5, 1.5, 2.5, 3.5 of 4 months in
    assert delivered.share[0, 11:18] == pytest.approx(np.array([0, 0.125, 0.375, 0.625, 0.875, 1, 1]))


def test_what_should_have_begun_before_the_cases_day_begins_after_it() -> None:
    # 31 August 2027 is 30 days into month 19
    assert draw(islands(), as_of=date(2027, 8, 31)).starts[0] == pytest.approx(19 + 30 / 30.4375)


def test_the_same_seed_draws_the_same() -> None:
    assert (draw(islands()).share == draw(islands()).share).all()
