"""The frontier against brute force, and packages and orders worked out by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from rahdari.appraisal.portfolio import (
    MOST_POINTS,
    Candidates,
    add_effects,
    best_package,
    enumerate_frontier,
    order_by_gain,
    program_frontier,
)


def candidates(
    costs: list[float | None],
    *,
    needs: dict[int, set[int]] | None = None,
    excludes: dict[int, set[int]] | None = None,
) -> Candidates:
    def masks(named: dict[int, set[int]] | None) -> tuple[int, ...]:
        return tuple(sum(1 << other for other in (named or {}).get(k, set())) for k in range(len(costs)))

    names = tuple("abcdefghijklmnop"[k] for k in range(len(costs)))
    return Candidates(names, tuple(costs), masks(needs), masks(excludes))


def brute_force(
    costs: list[float | None], gains: np.ndarray, needs: dict[int, set[int]], excludes: dict[int, set[int]]
) -> list[tuple[float, float]]:
    """Cost and effect of every package that is dearer and better than all before it: by listing all sets."""
    sets = [set(chosen) for size in range(len(costs) + 1) for chosen in combinations(range(len(costs)), size)]
    allowed = [one for one in sets if all(needs.get(k, set()) <= one and not excludes.get(k, set()) & one for k in one)]
    points = [(sum(costs[k] or 0.0 for k in one), float(gains[sum(1 << k for k in one)])) for one in allowed]
    return sorted(
        {
            (cost, gain)
            for cost, gain in points
            if not any(
                (other <= cost + 1e-9 and more > gain + 1e-9) or (other < cost - 1e-9 and more >= gain - 1e-9)
                for other, more in points
            )
        }
    )


def random_ties(rng: np.random.Generator, players: int) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Needs on players before, and exclusions of what is not needed, directly or through another."""
    needs: dict[int, set[int]] = {}
    excludes: dict[int, set[int]] = {}
    for k in range(players):
        needs[k] = {other for other in range(k) if rng.random() < 0.2}
        excludes[k] = {other for other in range(k) if rng.random() < 0.15} - needs[k]
    return needs, excludes


@pytest.mark.parametrize("seed", range(200))
def test_the_frontier_equals_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    players = int(rng.integers(1, 6))
    needs, excludes = random_ties(rng, players)
    costs = [None if rng.random() < 0.2 else float(rng.integers(1, 30)) for _ in range(players)]
    chosen = candidates(costs, needs=needs, excludes=excludes)
    gains = np.concatenate([[0.0], rng.normal(scale=10, size=2**players - 1)])
    found = enumerate_frontier(chosen, gains)
    expected = brute_force(costs, gains, needs, excludes)
    assert [(one.cost_musd, one.effect_musd) for one in found] == [pytest.approx(pair) for pair in expected]

    effects = rng.normal(loc=2, scale=5, size=players)
    expected = brute_force(costs, add_effects(effects), needs, excludes)
    for packages in (program_frontier(chosen, effects), enumerate_frontier(chosen, add_effects(effects))):
        pairs = [(one.cost_musd, one.effect_musd) for one in packages]
        assert pairs == [pytest.approx(pair, abs=1e-6) for pair in expected]


def test_a_frontier_by_hand() -> None:
    # a: 10 for 5; b: 6 for 2, needs c; c: 1 for 1; d excludes a and gives 12 for 6; e has no price and gives 3
    effects = np.array([10.0, 6.0, 1.0, 12.0, 3.0])
    chosen = candidates([5.0, 2.0, 1.0, 6.0, None], needs={1: {2}}, excludes={3: {0}})
    found = enumerate_frontier(chosen, add_effects(effects))
    assert [(one.measures, one.cost_musd, one.effect_musd) for one in found] == [
        (("e",), 0, 3),
        (("c", "e"), 1, 4),
        (("b", "c", "e"), 3, 10),
        (("a", "e"), 5, 13),
        (("d", "e"), 6, 15),
        (("c", "d", "e"), 7, 16),
        (("a", "b", "c", "e"), 8, 20),
        (("b", "c", "d", "e"), 9, 22),
    ]
    assert {one.without_cost for one in found} == {("e",)}


def test_the_best_package_under_a_budget_is_the_dearest_that_it_pays_for() -> None:
    found = enumerate_frontier(candidates([5.0, 2.0]), np.array([0.0, 10, 6, 16]))
    budgets = (0, 2, 4.9, 5, 7, 100)
    chosen = [package.measures for budget in budgets if (package := best_package(found, budget)) is not None]
    assert chosen == [(), ("b",), ("b",), ("a",), ("a", "b"), ("a", "b")]
    assert best_package(found, -1) is None


def test_of_packages_alike_the_one_of_fewest_measures_is_kept() -> None:
    (only,) = enumerate_frontier(candidates([None, None, 4.0]), add_effects(np.array([5.0, 0.0, 0.0])))
    assert only.measures == ("a",)
    (only,) = program_frontier(candidates([None, None, 4.0]), np.array([5.0, 0.0, 0.0]))
    assert only.measures == ("a",)


def test_what_does_harm_is_left_out() -> None:
    found = program_frontier(candidates([1.0, 2.0]), np.array([-3.0, 5.0]))
    assert [one.measures for one in found] == [(), ("b",)]


def test_a_long_frontier_by_programs_is_spread_over_budgets() -> None:
    # twelve effects equal to costs that are powers of two: every one of the 4,096 sums is on the frontier
    costs = [float(2**k) for k in range(12)]
    found = program_frontier(candidates(list(costs)), np.array(costs))
    assert MOST_POINTS < len(found) <= 2 * MOST_POINTS + 1
    assert (found[0].effect_musd, found[-1].effect_musd) == (0, sum(costs))
    assert all(one.effect_musd == one.cost_musd for one in found)
    gaps = np.diff([one.cost_musd for one in found])
    assert (gaps > 0).all()
    assert gaps.max() <= sum(costs) / MOST_POINTS + 1


def test_the_order_takes_the_free_first_and_then_most_for_each_dollar() -> None:
    # a 10 for 5 (2 each), b 9 for 3 (3 each), c is free and gives 1, d gives nothing
    worth = add_effects(np.array([10.0, 9.0, 1.0, 0.0]))
    steps = order_by_gain(candidates([5.0, 3.0, None, 1.0]), lambda coalition: float(worth[coalition]))
    assert [(one.measure, one.gain_musd, one.gain_per_musd) for one in steps] == [
        ("c", 1, None),
        ("b", 9, 3),
        ("a", 10, 2),
    ]


def test_what_a_measure_needs_comes_just_before_it() -> None:
    # b gives 12 behind the gate a, which gives nothing alone: 12 for 4 + 2 is 2 each, before c with 1 each
    def worth(coalition: int) -> float:
        return 12.0 * (coalition & 0b11 == 0b11) + 5.0 * (coalition >> 2 & 1)

    steps = order_by_gain(candidates([4.0, 2.0, 5.0], needs={1: {0}}), worth)
    assert [(one.measure, one.gain_musd) for one in steps] == [("a", 0), ("b", 12), ("c", 5)]


def test_of_two_that_exclude_each_other_the_order_has_one() -> None:
    worth = add_effects(np.array([10.0, 9.0]))
    steps = order_by_gain(candidates([5.0, 5.0], excludes={1: {0}}), lambda coalition: float(worth[coalition]))
    assert [one.measure for one in steps] == ["a"]
