"""Where each book stands, what is an episode, and how flows of a size move."""

from __future__ import annotations

from pathlib import Path

import pytest

from rahdari.appraisal.baseline import find_episodes, read_baseline
from rahdari.claims import parse_period
from rahdari.exceptions import InputFault
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
    with pytest.raises(InputFault, match="no whole reporting year"):
        changed_islands(tmp_path, without=[(CLAIMS, {"book": "south-customs"})])


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
