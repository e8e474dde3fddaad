"""Where each book stands, what is an episode, and how flows of a size move."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rahdari.appraisal.baseline import find_episodes, fit_noise, read_baseline
from rahdari.claims import parse_period
from rahdari.exceptions import InputFault
from rahdari.trade.pairs import PairHistory
from tests.islands import Cell, changed_islands, islands

CLAIMS = "economy/claims.csv"
NORTH = {"entity": "flow:XNO-XSO", "book": "north-customs"}


def test_a_turnover_is_the_sum_of_its_directions_in_the_latest_year() -> None:
    case = islands()
    baseline = read_baseline(case, case.books["north-customs"])
    assert (baseline.year, baseline.value_musd) == (2025, 100)
    assert [(row.flow, row.reported_musd) for row in baseline.directions] == [("XNO-XSO", 60), ("XSO-XNO", 40)]
    assert [value for _, value in baseline.history] == [80, 90, 100]


def test_a_turnover_without_split_takes_the_shares_of_the_latest_period_that_has_them() -> None:
    case = islands()
    baseline = read_baseline(case, case.books["south-treasury"])
    # fiscal 2024 is 45 and 15: three quarters of the 80 of fiscal 2025
    assert baseline.period == parse_period("2024-07/2025-06")
    assert [row.reported_musd for row in baseline.directions] == pytest.approx([60, 20])


def test_a_book_of_one_direction_counts_that_direction() -> None:
    case = islands()
    baseline = read_baseline(case, case.books["south-customs"])
    assert (baseline.value_musd, [row.flow for row in baseline.directions]) == (30, ["XSO-XNO"])


def test_a_year_after_the_cases_day_is_not_known(tmp_path: Path) -> None:
    # of the fiscal year 2026 nine months have passed by 31 March 2026
    chosen = {"entity": "flow:turnover", "book": "south-treasury"}
    case = changed_islands(tmp_path, Cell(CLAIMS, chosen, {"period": "2025-07/2026-06"}))
    assert read_baseline(case, case.books["south-treasury"]).year == 2024


def test_a_book_without_a_whole_year_is_a_fault(tmp_path: Path) -> None:
    case = changed_islands(tmp_path, without=[(CLAIMS, {"book": "south-customs"})])
    with pytest.raises(InputFault, match="no whole reporting year"):
        read_baseline(case, case.books["south-customs"])


def test_a_turnover_that_was_never_split_is_a_fault(tmp_path: Path) -> None:
    without = [(CLAIMS, {"entity": "flow:XNO-XSO", "book": "south-treasury"})]
    case = changed_islands(tmp_path, without=without)
    with pytest.raises(InputFault, match="cannot be split"):
        read_baseline(case, case.books["south-treasury"])


def test_episodes_by_hand() -> None:
    # the median of the other years is 10 or 11; five times that is at most 55
    amounts = {2020: 9.0, 2021: 10.0, 2022: 12.0, 2023: 60.0}
    assert find_episodes(amounts, ratio=5) == {2023}
    assert find_episodes(amounts | {2023: 50.0}, ratio=5) == frozenset()  # 5 x 10 is not exceeded
    assert find_episodes({2020: 5.0}, ratio=5) == frozenset()


def test_an_episode_in_the_latest_year_is_no_level(tmp_path: Path) -> None:
    # 400 is more than five times the median of 50 and 55; the level stays that of 2024
    case = changed_islands(tmp_path, Cell(CLAIMS, NORTH | {"period": "2025"}, {"value": "400"}))
    baseline = read_baseline(case, case.books["north-customs"])
    direction = baseline.directions[0]
    assert (direction.reported_musd, direction.regular_musd, direction.episode_musd) == (400, 55, 345)
    assert (direction.episodes, direction.years) == (1, 3)


def synthetic_pairs(*, permanent: float, transitory: float) -> PairHistory:
    """1,770 pairs over 13 years: a random walk of the logarithm observed with error."""
    rng = np.random.default_rng(5)
    size, years = 60, 13
    walk = np.cumsum(permanent * rng.standard_normal((size, size, years)), axis=2)
    exports = 100 * np.exp(walk + transitory * rng.standard_normal((size, size, years)))
    upper = np.triu(np.ones((size, size), dtype=bool), k=1)
    exports[~upper] = 0
    names = tuple(f"X{number:02d}" for number in range(size))
    return PairHistory(names, tuple(range(2000, 2000 + years)), exports.astype(np.float32), "s")


@pytest.mark.parametrize(("permanent", "transitory"), [(0.2, 0.1), (0.1, 0.3), (0.3, 0.0)])
def test_noise_of_a_known_walk_is_found_again(permanent: float, transitory: float) -> None:
    # One- and two-year changes have variances p2 + 2 t2 and 2 p2 + 2 t2, at most 0.2 here. 19,470 overlapping
    # windows, of which about half are independent, give a quantile-based variance to about 1.5 percent: 0.003.
    # So p2 is known to about 0.004, and four times that are allowed. Half the distance between the 16th and 84th
    # percentiles is 0.9945 standard deviations: another percent of the variance, within the same allowance.
    noise = fit_noise(synthetic_pairs(permanent=permanent, transitory=transitory), low_musd=0, high_musd=1e9)
    assert noise.observations == 1770 * 11
    assert noise.permanent_sd**2 == pytest.approx(permanent**2, abs=0.016)
    assert noise.transitory_sd**2 == pytest.approx(transitory**2, abs=0.016)


def test_only_pairs_of_that_size_count() -> None:
    exports = np.zeros((3, 3, 3), dtype=np.float32)
    exports[0, 1], exports[0, 2], exports[1, 2] = [10, 20, 40], [100, 100, 100], [10, 0, 10]
    pairs = PairHistory(("XAA", "XBB", "XCC"), (2000, 2001, 2002), exports, "s")
    assert fit_noise(pairs, low_musd=5, high_musd=50).observations == 1  # XBB-XCC has a gap
    assert fit_noise(pairs, low_musd=5, high_musd=500).observations == 2
