"""Savings, present values and rates of return worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rahdari.appraisal.full_delivery import FullDelivery, deliver_in_full
from rahdari.appraisal.returns import (
    discount_factors,
    extend_savings,
    find_returns,
    rate_of_return,
    savings_by_year,
    spread_cost,
)
from rahdari.appraisal.world import draw_world
from tests.islands import islands

BOOKS = ("north-customs", "south-treasury", "south-customs")


@pytest.fixture(scope="module")
def full() -> FullDelivery:
    case = islands()
    world = draw_world(case, measures=case.measures, books=BOOKS, draws=4, rng=np.random.default_rng(1))
    return deliver_in_full(world, draws=4)


def test_the_rate_of_return_of_an_annuity_and_of_one_payment() -> None:
    # 100 now for 110 in a year is 10 percent; 100 now for 60 in each of two years is 13.066 percent
    assert rate_of_return(np.array([-100.0, 110.0]))[0] == pytest.approx(0.1)
    assert rate_of_return(np.array([-100.0, 60.0, 60.0]))[0] == pytest.approx(0.130662386)
    assert rate_of_return(np.array([-100.0, 110.0]))[1] is None


def test_savings_below_the_cost_give_a_rate_below_nought() -> None:
    assert rate_of_return(np.array([-100.0, 50.0]))[0] == pytest.approx(-0.5)


@pytest.mark.parametrize(
    ("flows", "why"),
    [
        ([-100.0, 0.0, 0.0], "saves the pair's trade nothing"),
        ([10.0, 20.0], "every rate would do"),
        ([-100.0, 300.0, -150.0], "more than once"),
        ([10.0, -20.0], "saves before it costs"),
        ([-1.0, 1000.0], "above 1,000 per cent"),
    ],
)
def test_where_no_rate_exists_it_is_said_why(flows: list[float], why: str) -> None:
    rate, reason = rate_of_return(np.array(flows))
    assert rate is None
    assert reason is not None
    assert why in reason


def test_the_cost_is_spread_over_the_years_before_the_start() -> None:
    assert spread_cost(90.0, np.array([2026, 2027, 2028, 2029]), until=2028).tolist() == [30, 30, 30, 0]


def test_the_last_known_saving_is_held_and_none_comes_before_the_first() -> None:
    labels, savings = extend_savings((2027, 2028), np.array([[5.0, 7.0]]), since=2026, until=2030)
    assert labels.tolist() == [2026, 2027, 2028, 2029, 2030]
    assert savings.tolist() == [[0, 5, 7, 7, 7]]


def test_discounting_at_ten_percent() -> None:
    assert discount_factors(np.array([0, 1, 2]), 0.1) == pytest.approx(np.array([1, 1 / 1.1, 1 / 1.21]))


def test_the_faster_check_saves_by_the_rule_of_half_what_it_takes_off_both_ways(full: FullDelivery) -> None:
    # machines: 5 dollars of 160 a tonne, grain: 50 cents of 240; each on the mean of the volumes before and after
    years, savings = savings_by_year(full, "halve-east-bridge-time", "north-customs")
    after, before = full.having["halve-east-bridge-time"], full.lacking["halve-east-bridge-time"]
    assert before.active == ("reopen-bridges",)
    north = [run.paths["north-customs"].by_direction for run in (before, after)]
    column = years.index(2030)
    there, back = ((north[0][flow][:, column] + north[1][flow][:, column]) / 2 for flow in ("XNO-XSO", "XSO-XNO"))
    assert savings[:, column] == pytest.approx(there * 5 / 160 + back * (5 / 160 + 0.5 / 240) / 2, rel=1e-6)


def test_a_return_by_hand(full: FullDelivery) -> None:
    # 5 million before 2027 (in 2026), savings from 2027 for five years at ten percent
    (check,) = (one for one in find_returns(full) if one.measure == "halve-east-bridge-time")
    (north,) = (one for one in check.by_book if one.book == "north-customs")
    years, savings = savings_by_year(full, "halve-east-bridge-time", "north-customs")
    yearly = [float(savings[:, years.index(year)].mean()) for year in range(2027, 2032)]
    worth = sum(value / 1.1 ** (ahead + 1) for ahead, value in enumerate(yearly))
    assert (check.discount_rate, check.life_years, check.cost_year) == (0.1, 5, 2026)
    assert [(row.year, row.cost_musd) for row in north.years] == [(2026, 5), *((year, 0) for year in range(2027, 2032))]
    assert north.worth_musd == pytest.approx(worth)
    assert north.npv_musd == pytest.approx(worth - 5)
    assert north.eirr is not None
    assert sum(value / (1 + north.eirr) ** (ahead + 1) for ahead, value in enumerate(yearly)) == pytest.approx(5)
    assert north.positive_share == float(worth >= 5)


def test_without_a_cost_only_the_worth_is_given(full: FullDelivery) -> None:
    (gate,) = (one for one in find_returns(full) if one.measure == "reopen-bridges")
    assert (gate.cost_musd, gate.cost_low_musd, gate.cost_high_musd) == (None, None, None)
    for book in gate.by_book:
        assert book.worth_musd > 0
        assert (book.npv_musd, book.eirr, book.positive_share) == (None, None, None)
        assert book.why == "No source gives a cost."


def test_duties_and_contracts_are_transfers_and_save_nothing(full: FullDelivery) -> None:
    for one in find_returns(full):
        if one.measure in ("tariff-cut", "crane-contract"):
            assert [book.worth_musd for book in one.by_book] == pytest.approx([0, 0, 0], abs=1e-9)
