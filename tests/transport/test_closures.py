"""Closures as a process: a fit and a simulation that can be followed month by month."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from rahdari.transport.closures import ClosureProcess, fit_closures, simulate_shut_share
from rahdari.transport.network import Closure

NEVER = np.array([np.inf])
HALF = 30.4375 * 1.5  # days in a month and a half


def closure(start: date, end: date | None, *, group: str = "gate") -> Closure:
    return Closure(group, start, end, "s", "D", "")


def months(*values: float) -> np.ndarray:
    return np.array([values])


def test_a_fit_by_hand() -> None:
    # ten days twice in the 366 days of 2020: 346 open days hold two closures
    rows = [closure(date(2020, 1, 1), date(2020, 1, 10)), closure(date(2020, 3, 1), date(2020, 3, 10))]
    fitted = fit_closures(rows, as_of=date(2020, 12, 31))["gate"]
    assert fitted.rate_per_year == pytest.approx(2 / (346 / 365.25))
    assert (fitted.log_mean, fitted.log_sd, fitted.mean_days) == pytest.approx((math.log(10), 0, 10))
    assert (fitted.closures, fitted.ongoing_since) == (2, None)


def test_a_closure_that_lasts_counts_for_the_rate_and_the_open_time_but_not_for_durations() -> None:
    # shut from 22 December on: ten more days of 2020 are not open, and the mean stays ten days
    rows = [closure(date(2020, 1, 1), date(2020, 1, 10)), closure(date(2020, 12, 22), None)]
    fitted = fit_closures(rows, as_of=date(2020, 12, 31))["gate"]
    assert fitted.rate_per_year == pytest.approx(2 / (346 / 365.25))
    assert fitted.mean_days == pytest.approx(10)
    assert fitted.ongoing_since == date(2020, 12, 22)


def test_few_closures_borrow_the_durations_of_the_whole_record() -> None:
    few = [closure(date(2020, 1, 1), date(2020, 1, 1), group="other")]
    own = [closure(date(2020, 1 + month, 1), date(2020, 1 + month, 10)) for month in range(4)]
    fitted = fit_closures([*few, *own], as_of=date(2020, 12, 31))
    assert fitted["gate"].log_mean == pytest.approx(math.log(10))  # four of its own are enough
    assert fitted["other"].log_mean == pytest.approx(4 / 5 * math.log(10))  # log 1 = 0 and four times log 10


def test_the_share_of_open_time_is_that_of_alternating_renewal() -> None:
    # one closure of a tenth of a year for each open year
    assert ClosureProcess("gate", 1.0, math.log(36.525), 0.0, 1, None).open_share == pytest.approx(1 / 1.1)


@pytest.mark.parametrize(
    ("hazard", "ends_at", "expected"),
    [
        (0.0, np.inf, [1, 1, 1, 1]),
        (1.0, np.inf, [0, 0, 0, 0]),
        (0.0, 2.0, [1, 1, 0, 0]),
        (0.0, -3.0, [0, 0, 0, 0]),
        (0.5, np.inf, [1, 0, 0, 0]),  # the second uniform, 0.4, is the first below one half
        (0.5, 3.0, [1, 0, 0, 0]),
    ],
)
def test_the_present_closure_ends_by_chance_or_when_it_is_opened(
    hazard: float, ends_at: float, expected: list[float]
) -> None:
    shut = simulate_shut_share(
        None,
        ends_per_month=hazard,
        ends_at=np.array([ends_at]),
        uniforms=months(0.6, 0.4, 0.9, 0.2),
        scores=months(0, 0, 0, 0),
    )
    assert shut.tolist() == [expected]


def test_new_closures_begin_once_open_and_last_their_time() -> None:
    # rate 12 log 2: one half a month; a month and a half each; open from the start
    process = ClosureProcess("gate", 12 * math.log(2), math.log(HALF), 0.0, 1, None)
    shut = simulate_shut_share(
        process,
        ends_per_month=0.0,
        ends_at=np.array([0.0]),
        uniforms=months(0.9, 0.9, 0.1, 0.9, 0.1, 0.1),
        scores=months(0, 0, 0, 0, 0, 0),
    )
    # begins in month 0: 1 and a half; the 0.9 of month 1 falls into the closure; month 2 open; again from month 3
    assert shut == pytest.approx(months(1, 0.5, 0, 1, 0.5, 0))


def test_no_new_closure_begins_while_the_present_one_lasts() -> None:
    process = ClosureProcess("gate", 1e6, math.log(30.4375), 0.0, 1, None)
    shut = simulate_shut_share(
        process, ends_per_month=0.0, ends_at=NEVER, uniforms=months(0.5, 0.5), scores=months(0, 0)
    )
    assert shut.tolist() == [[1, 1]]


def test_a_hazard_of_a_tenth_leaves_the_expected_share_shut() -> None:
    # chance to be shut in month k is 0.9^(k+1); 4000 draws: standard error at most 0.008, allowed four of them
    rng = np.random.default_rng(7)
    shape = (4000, 12)
    shut = simulate_shut_share(
        None,
        ends_per_month=0.1,
        ends_at=np.full(4000, np.inf),
        uniforms=rng.random(shape),
        scores=rng.standard_normal(shape),
    )
    assert shut.mean(axis=0) == pytest.approx(0.9 ** np.arange(1, 13), abs=0.032)
