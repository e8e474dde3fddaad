"""Shapley values of games whose values are known."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rahdari.appraisal.attribution import (
    Attribution,
    attribute,
    attribute_sampled,
    coalitions_passed,
    draw_feasible_orders,
    draw_orders,
    precedence_values,
    shapley_values,
)
from rahdari.exceptions import InputFault, NoAnswer


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


def in_order(players: int, worth: Callable[[frozenset[int]], float], needs: dict[int, set[int]]) -> list[float]:
    """The value over feasible orders, by listing them all."""
    total, count = np.zeros(players), 0
    for order in permutations(range(players)):
        if all(order.index(other) < order.index(k) for k, others in needs.items() for other in others):
            count += 1
            for place, k in enumerate(order):
                before = frozenset(order[:place])
                total[k] += worth(before | {k}) - worth(before)
    return [float(value) for value in total / count]


def masks(players: int, needs: dict[int, set[int]]) -> list[int]:
    return [sum(1 << other for other in needs.get(k, set())) for k in range(players)]


def test_what_needs_a_gate_has_all_that_it_brings_where_the_gate_always_comes_first() -> None:
    # Faigle and Kern: the gate 0 is worth 4 alone; 1 and 2 add 10 and 20 behind it, whatever their order
    values = game(3, lambda members: (4.0 + 10.0 * (1 in members) + 20.0 * (2 in members)) * (0 in members))
    assert precedence_values(values, masks(3, {1: {0}, 2: {0}}))[:, 0] == pytest.approx([4, 10, 20])


def test_a_gate_game_of_hand_counted_orders() -> None:
    # 1 needs 0; orders 012, 021, 201. The pair of 1 and 2 is worth 6: 1 comes last in two of three orders
    values = game(3, lambda members: 6.0 * ({1, 2} <= members))
    assert precedence_values(values, masks(3, {1: {0}}))[:, 0] == pytest.approx([0, 4, 2])


def test_without_needs_the_value_over_feasible_orders_is_shapley_s() -> None:
    values = np.random.default_rng(5).normal(size=(2**5, 3))
    assert precedence_values(values, [0] * 5) == pytest.approx(shapley_values(values), abs=1e-12)


@given(st.integers(0, 2**31))
def test_the_value_over_feasible_orders_is_their_mean_and_sums_to_the_total(seed: int) -> None:
    rng = np.random.default_rng(seed)
    worth = rng.normal(size=2**4)
    needs = {k: {other for other in range(k) if rng.random() < 0.4} for k in range(4)}
    listed = in_order(4, lambda members: float(worth[sum(1 << k for k in members)]), needs)
    found = precedence_values(worth[:, None], masks(4, needs))[:, 0]
    assert found == pytest.approx(listed, abs=1e-12)
    assert found.sum() == pytest.approx(worth[-1] - worth[0], abs=1e-9)


def test_needs_in_a_circle_have_no_order() -> None:
    with pytest.raises(InputFault, match="circle"):
        precedence_values(np.zeros((4, 1)), [0b10, 0b01])


def test_of_two_that_exclude_each_other_the_better_has_what_it_adds_to_the_other() -> None:
    # worth 10 and 6 alone, 10 together since the first stays: 10 or 4 for the first, 6 or 0 for the second
    assert shapley(2, lambda members: 10.0 if 0 in members else 6.0 * (1 in members)) == pytest.approx([7, 3])


def test_every_order_is_followed_by_its_reverse() -> None:
    orders = draw_orders(5, pairs=3, rng=np.random.default_rng(1))
    assert orders.shape == (6, 5)
    assert (np.sort(orders, axis=1) == np.arange(5)).all()
    assert (orders[1::2] == orders[::2, ::-1]).all()


def test_feasible_orders_keep_the_needs_and_are_equally_likely() -> None:
    # 1 and 2 need 0: of six orders two are feasible
    orders = draw_feasible_orders([0, 1, 1], count=2000, rng=np.random.default_rng(1))
    assert (orders[:, 0] == 0).all()
    assert (orders[:, 1] == 1).mean() == pytest.approx(0.5, abs=4 * 0.5 / 2000**0.5)


def test_needs_that_leave_hardly_an_order_are_said() -> None:
    chain = [(1 << k) - 1 for k in range(14)]  # each needs all before it: one order of 87 thousand million
    with pytest.raises(NoAnswer, match="leave some of the measures out"):
        draw_feasible_orders(chain, count=10, rng=np.random.default_rng(1))


def sample(
    players: int, worth: Callable[[frozenset[int]], float], *, pairs: int, needs: dict[int, set[int]] | None = None
) -> Attribution:
    rng = np.random.default_rng(4)
    orders = draw_orders(players, pairs=pairs, rng=rng)
    feasible = draw_feasible_orders(masks(players, needs), count=2 * pairs, rng=rng) if needs else None
    coalitions = np.arange(2**players)
    return attribute_sampled(
        [str(k) for k in range(players)], coalitions, game(players, worth), orders=orders, feasible=feasible
    )


GAMES: dict[str, tuple[Callable[[frozenset[int]], float], dict[int, set[int]]]] = {
    "gate": (lambda members: (10.0 * (1 in members) + 20.0 * (2 in members)) * (0 in members), {1: {0}, 2: {0}}),
    "dummy": (lambda members: 5.0 * (0 in members) + 3.0 * ({1, 2} <= members), {2: {1}}),
    "symmetry": (lambda members: float(len(members) ** 2), {}),
    "gloves": (lambda members: float(min(len(members & {0, 1}), len(members & {2, 3, 4}))), {3: {0}}),
}


@pytest.mark.parametrize("name", GAMES)
def test_values_from_drawn_orders_agree_with_the_exact_ones_within_three_errors(name: str) -> None:
    worth, needs = GAMES[name]
    exact = attribute([str(k) for k in range(6)], game(6, worth), needs=masks(6, needs))
    drawn = sample(6, worth, pairs=40, needs=needs)
    assert (np.abs(drawn.shapley - exact.shapley) <= 3 * drawn.shapley_se + 1e-9).all()
    assert (np.abs(drawn.precedence - exact.precedence) <= 3 * drawn.precedence_se + 1e-9).all()
    assert drawn.shapley.sum() == pytest.approx(exact.total, abs=1e-9)
    assert drawn.precedence.sum() == pytest.approx(exact.total, abs=1e-9)
    assert drawn.first_in == pytest.approx(exact.first_in)
    assert drawn.last_in == pytest.approx(exact.last_in)
    assert (drawn.orders, exact.orders) == (80, 0)
    assert drawn.shapley[5] == pytest.approx(0 if name != "symmetry" else 6)


def test_the_error_of_drawn_orders_covers_random_games_as_often_as_it_should() -> None:
    # three standard errors of a t with 23 degrees miss 6 in 1,000; so of 2,100 values about 13, and 30 would be wrong
    rng = np.random.default_rng(11)
    missed = []
    for _ in range(300):
        worth = rng.normal(size=(2**7, 1)).cumsum(axis=0)
        orders = draw_orders(7, pairs=24, rng=rng)
        drawn = attribute_sampled(list("abcdefg"), np.arange(2**7), worth, orders=orders, feasible=None)
        missed += (np.abs(drawn.shapley - shapley_values(worth)[:, 0]) > 3 * drawn.shapley_se).tolist()
    assert sum(missed) <= 30


def test_only_the_coalitions_that_the_orders_pass_are_needed() -> None:
    orders = draw_orders(4, pairs=2, rng=np.random.default_rng(1))
    needed = np.unique(np.concatenate([coalitions_passed(orders).ravel(), [1, 2, 4, 8, 14, 13, 11, 7]]))
    every = np.random.default_rng(2).normal(size=(16, 5))
    part = attribute_sampled(list("abcd"), needed, every[needed], orders=orders, feasible=None)
    whole = attribute_sampled(list("abcd"), np.arange(16), every, orders=orders, feasible=None)
    assert part.shapley.tolist() == whole.shapley.tolist()
    assert part.first_in.tolist() == whole.first_in.tolist()
