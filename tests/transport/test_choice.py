"""Path sizes, shares and the logsum against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rahdari.transport.choice import choice_shares, logsum_cost, measure_path_size

costs = st.lists(st.floats(0, 500), min_size=1, max_size=6)


def test_two_routes_that_share_nothing_have_path_size_one() -> None:
    counts = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert measure_path_size(counts, np.array([10.0, 20.0])).tolist() == [1, 1]


def test_path_size_by_hand_where_routes_share_a_stretch() -> None:
    # route 1: elements a (60) and b (40); route 2: a (60) and c (140); a is used by two:
    # PS1 = 0.6 / 2 + 0.4 = 0.7; PS2 = 0.3 / 2 + 0.7 = 0.85
    counts = np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
    assert measure_path_size(counts, np.array([60.0, 40.0, 140.0])) == pytest.approx(np.array([0.7, 0.85]))


def test_a_stop_without_length_does_not_count_and_a_route_without_length_has_size_one() -> None:
    counts = np.array([[1.0, 1.0], [0.0, 1.0]])
    assert measure_path_size(counts, np.array([10.0, 0.0])).tolist() == [1, 1]


@given(costs, st.floats(0.5, 100))
def test_shares_sum_to_one(cost: list[float], scale: float) -> None:
    shares = choice_shares(np.array(cost), np.ones(len(cost)), scale=scale)
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()


def test_shares_by_hand() -> None:
    # a route dearer by scale x ln 3 keeps a third of the other's odds: 3/4 and 1/4
    assert choice_shares(np.array([10.0, 10 + 5 * math.log(3)]), np.ones(2), scale=5) == pytest.approx(
        np.array([0.75, 0.25])
    )


def test_a_shut_route_has_no_share_and_no_open_route_means_none_at_all() -> None:
    assert choice_shares(np.array([10.0, np.inf]), np.ones(2), scale=5).tolist() == [1, 0]
    assert choice_shares(np.array([np.inf, np.inf]), np.ones(2), scale=5).tolist() == [0, 0]
    assert logsum_cost(np.array([np.inf, np.inf]), np.ones(2), scale=5) == np.inf


def test_the_logsum_of_one_route_is_its_cost_and_of_two_equal_ones_lower_by_scale_times_log_two() -> None:
    assert logsum_cost(np.array([40.0]), np.ones(1), scale=5) == pytest.approx(40)
    assert logsum_cost(np.array([40.0, 40.0]), np.ones(2), scale=5) == pytest.approx(40 - 5 * math.log(2))


@given(costs, st.floats(0.5, 100), st.integers(0, 5))
def test_a_duplicated_route_changes_nothing_in_the_logsum(cost: list[float], scale: float, which: int) -> None:
    row = which % len(cost)
    counts, lengths = np.eye(len(cost)), np.full(len(cost), 100.0)
    plain = logsum_cost(np.array(cost), measure_path_size(counts, lengths), scale=scale)
    twice = np.vstack([counts, counts[row]])
    doubled = logsum_cost(np.array([*cost, cost[row]]), measure_path_size(twice, lengths), scale=scale)
    assert doubled == pytest.approx(float(plain), abs=1e-9)


@given(costs, st.floats(0.5, 100))
def test_the_logsum_is_never_above_the_cheapest_route(cost: list[float], scale: float) -> None:
    assert logsum_cost(np.array(cost), np.ones(len(cost)), scale=scale) <= min(cost) + 1e-9


@given(costs, st.floats(0.5, 100), st.integers(0, 5), st.floats(0, 100))
def test_a_cheaper_route_never_raises_the_logsum(cost: list[float], scale: float, which: int, cut: float) -> None:
    cheaper = list(cost)
    cheaper[which % len(cost)] -= cut
    sizes = np.ones(len(cost))
    before = logsum_cost(np.array(cost), sizes, scale=scale)
    assert logsum_cost(np.array(cheaper), sizes, scale=scale) <= before + 1e-9


def test_costs_far_above_the_scale_do_not_overflow() -> None:
    assert logsum_cost(np.array([1e6, 2e6]), np.ones(2), scale=0.01) == pytest.approx(1e6)
