"""Shapley values of games whose values are known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rahdari.appraisal.attribution import attribute, shapley_values


def game(players: int, worth: Callable[[frozenset[int]], float]) -> np.ndarray:
    """Every coalition's worth, coalitions x 1: bit k of a coalition is player k."""
    coalitions = [frozenset(k for k in range(players) if number >> k & 1) for number in range(2**players)]
    return np.array([[worth(coalition)] for coalition in coalitions])


def shapley(players: int, worth: Callable[[frozenset[int]], float]) -> list[float]:
    return [float(value) for value in shapley_values(game(players, worth))[:, 0]]


def test_equal_players_share_equally() -> None:
    assert shapley(4, lambda members: float(len(members) ** 2)) == pytest.approx([4] * 4)


def test_a_player_who_adds_nothing_gets_nothing_and_one_who_adds_always_the_same_gets_that() -> None:
    # player 2 adds nothing, player 1 always 7, player 0 always 5
    assert shapley(3, lambda members: 5.0 * (0 in members) + 7.0 * (1 in members)) == pytest.approx([5, 7, 0])


def test_gloves() -> None:
    # one left glove, two right ones, a pair is worth 1: 2/3 and 1/6 each (Shapley's example)
    assert shapley(3, lambda members: float(0 in members and bool(members & {1, 2}))) == pytest.approx(
        [2 / 3, 1 / 6, 1 / 6]
    )


def test_a_gate_gets_half_of_what_it_lets_through() -> None:
    # 1 and 2 are worth 10 and 20, but only together with the gate 0
    assert shapley(
        3, lambda members: (10.0 * (1 in members) + 20.0 * (2 in members)) * (0 in members)
    ) == pytest.approx([15, 5, 10])


@given(st.integers(1, 5), st.integers(0, 2**31))
def test_the_values_sum_to_the_total_effect(players: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(scale=100, size=(2**players, 3))
    total = values[-1] - values[0]
    assert shapley_values(values).sum(axis=0) == pytest.approx(total, abs=1e-9)


@given(st.integers(1, 4), st.integers(0, 2**31))
def test_the_value_of_a_sum_of_games_is_the_sum_of_the_values(players: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.normal(size=(2, 2**players, 1))
    assert shapley_values(first + second) == pytest.approx(shapley_values(first) + shapley_values(second), abs=1e-9)


def test_first_in_and_last_in_by_hand() -> None:
    # worth 10 and 20 alone, 50 together: first in 10 and 20, last in 30 and 40, Shapley the mean of both
    found = attribute(
        ["a", "b"], game(2, lambda members: {0: 0.0, 1: 10.0 + 10.0 * (1 in members)}.get(len(members), 50.0))
    )
    assert found.first_in.tolist() == [10, 20]
    assert found.last_in.tolist() == [30, 40]
    assert found.shapley.tolist() == [20, 30]
    assert (found.total, found.shapley_se.tolist()) == (50, [0, 0])


def test_the_standard_error_is_that_of_the_mean_over_samples() -> None:
    # one player who adds 1, 2, 3 and 4: standard deviation 1.291, over the root of four
    values = np.array([[0.0] * 4, [1.0, 2.0, 3.0, 4.0]])
    assert attribute(["a"], values).shapley_se == pytest.approx(np.array([1.2909944 / 2]))


def test_no_measure_has_no_effect() -> None:
    found = attribute([], np.array([[7.0, 9.0]]))
    assert (found.total, found.shapley.shape) == (0, (0,))
