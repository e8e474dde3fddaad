"""Batches of scenarios: each equals the scenario alone, and one without an answer leaves the others be."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import strategies as st

from rahdari.exceptions import InputFault
from rahdari.trade.batch import ScenarioCosts, solve_batch, solve_scenarios
from rahdari.trade.equilibrium import DeficitRule, solve_equilibrium
from tests.trade.worlds import Matrix, economies, every_rule, for_all, invented_flows, rules


@every_rule
def test_a_batch_gives_what_each_scenario_gives_alone(rule: DeficitRule) -> None:
    rng = np.random.default_rng(7)
    flows, costs = invented_flows(rng, 6), np.exp(rng.normal(0, 0.3, (40, 6, 6)))
    thetas = rng.uniform(0.7, 8, 40)
    batch = solve_batch(flows, costs, elasticity=thetas, deficits=rule, pairs=((0, 1), (3, 2)), tolerance=1e-12)
    assert batch.failed == ()
    for index in range(40):
        alone = solve_equilibrium(flows, costs[index], elasticity=thetas[index], deficits=rule, tolerance=1e-12)
        assert batch.welfare[index] == pytest.approx(alone.welfare, rel=1e-9)
        assert batch.nominal_wage[index] == pytest.approx(alone.nominal_wage, rel=1e-9)
        assert batch.price_index[index] == pytest.approx(alone.price_index, rel=1e-9)
        assert batch.pair_flows[index] == pytest.approx([alone.flows[0, 1], alone.flows[3, 2]], rel=1e-8)


@for_all(economies(), rules, st.integers(0, 2**32 - 1))
def test_a_batch_gives_what_each_scenario_gives_alone_in_random_economies(
    flows: Matrix, rule: DeficitRule, seed: int
) -> None:
    """At the default tolerance, and up to shocks that are far from the scenarios' mean."""
    rng = np.random.default_rng(seed)
    costs = np.exp(rng.normal(0, 0.3, (3, *flows.shape)))
    thetas = rng.uniform(0.7, 8, 3)
    batch = solve_batch(flows, costs, elasticity=thetas, deficits=rule, pairs=((0, 1),))
    for index in range(3):
        alone = solve_equilibrium(flows, costs[index], elasticity=thetas[index], deficits=rule)
        assert batch.welfare[index] == pytest.approx(alone.welfare, rel=1e-9)
        assert batch.nominal_wage[index] == pytest.approx(alone.nominal_wage, rel=1e-9)
        assert batch.pair_flows[index, 0] == pytest.approx(alone.flows[0, 1], rel=1e-9)


def test_the_memory_of_a_batch_grows_by_its_answers_and_not_by_matrices() -> None:
    """A scenario more may cost its answers and its changes several times over, but never a matrix of flows."""
    rng = np.random.default_rng(15)
    flows = invented_flows(rng, 80)
    few, many = (sparse_scenarios(rng, size=80, count=count, spread=0.05) for count in (512, 2048))

    def peak(scenarios: ScenarioCosts) -> int:
        solve_scenarios(flows, scenarios, elasticity=4)
        tracemalloc.start()
        try:
            solve_scenarios(flows, scenarios, elasticity=4)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    growth = (peak(many) - peak(few)) / (2048 - 512)
    answers_and_changes = 8 * (3 * 80 + 30)
    assert growth < 2 * answers_and_changes < 8 * 80 * 80 / 10


def test_a_batch_names_the_scenarios_without_answer_and_gives_no_numbers_for_them() -> None:
    flows = np.array([[50.0, 60.0], [10.0, 100.0]])
    none, closed = np.ones((2, 2)), np.array([[1, 1e4], [1e4, 1]])
    batch = solve_batch(flows, np.stack([none, closed, 0.9 * none]), elasticity=6, pairs=((0, 1),))
    assert batch.failed == (1,)
    assert batch.converged.tolist() == [True, False, True]
    for field in ("residual", "nominal_wage", "price_index", "welfare", "pair_flows"):
        values = getattr(batch, field)
        assert np.isnan(values[1]).all()
        assert np.isfinite(values[[0, 2]]).all()


@every_rule
def test_a_batch_does_not_depend_on_its_blocks(rule: DeficitRule, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(8)
    flows, costs = invented_flows(rng, 4), np.exp(rng.normal(0, 0.3, (7, 4, 4)))
    whole = solve_batch(flows, costs, elasticity=4, deficits=rule)
    monkeypatch.setattr("rahdari.trade.batch.BLOCK_SCENARIOS", 3)
    parts = solve_batch(flows, costs, elasticity=4, deficits=rule)
    assert parts.welfare == pytest.approx(whole.welfare, rel=1e-10)
    assert parts.failed == whole.failed


def test_an_empty_batch_gives_empty_results() -> None:
    batch = solve_batch(np.ones((3, 3)), np.ones((0, 3, 3)), elasticity=4, pairs=((0, 1),))
    assert batch.welfare.shape == (0, 3)
    assert batch.pair_flows.shape == (0, 1)
    assert batch.failed == ()


def test_a_batch_refuses_an_elasticity_that_is_not_above_zero() -> None:
    with pytest.raises(InputFault, match="elasticity"):
        solve_batch(np.ones((2, 2)), np.ones((2, 2, 2)), elasticity=[4, -1])


def sparse_scenarios(rng: np.random.Generator, *, size: int, count: int, spread: float) -> ScenarioCosts:
    places = rng.choice(size * size, 30, replace=False)
    return ScenarioCosts(places // size, places % size, np.exp(rng.normal(0, spread, (count, 30))))


def dense(scenarios: ScenarioCosts, row: int, size: int) -> Matrix:
    costs = np.ones((size, size))
    costs[scenarios.exporters, scenarios.importers] = scenarios.changes[row]
    return costs


@every_rule
@pytest.mark.parametrize("spread", [0.05, 0.5, 1.5])
def test_sparse_scenarios_agree_with_each_alone_at_the_default_tolerance(rule: DeficitRule, spread: float) -> None:
    rng = np.random.default_rng(9)
    flows, scenarios = invented_flows(rng, 30), sparse_scenarios(rng, size=30, count=300, spread=spread)
    thetas = rng.uniform(2, 8, 300)
    batch = solve_scenarios(flows, scenarios, elasticity=thetas, deficits=rule, pairs=((0, 1),))
    assert batch.failed == ()
    assert np.nanmax(batch.residual) <= 1e-10
    for row in range(0, 300, 7):
        costs = dense(scenarios, row, 30)
        alone = solve_equilibrium(flows, costs, elasticity=thetas[row], deficits=rule, tolerance=1e-13)
        assert batch.welfare[row] == pytest.approx(alone.welfare, rel=1e-9)
        assert batch.nominal_wage[row] == pytest.approx(alone.nominal_wage, rel=1e-9)
        assert batch.pair_flows[row, 0] == pytest.approx(alone.flows[0, 1], rel=1e-9)


def test_a_scenario_without_an_answer_is_reported_with_its_reason_and_the_rest_are_as_without_it() -> None:
    rng = np.random.default_rng(10)
    flows = invented_flows(rng, 12)
    # An economy that lends more than it will ever earn once nobody can buy from it.
    flows[0, 1:] *= 30.0
    scenarios = ScenarioCosts(np.zeros(11, dtype=np.intp), np.arange(1, 12), np.exp(rng.normal(0, 0.1, (500, 11))))
    shut = scenarios.changes.copy()
    shut[137] = 1e6
    batch = solve_scenarios(flows, ScenarioCosts(scenarios.exporters, scenarios.importers, shut), elasticity=5)
    without = solve_scenarios(flows, scenarios, elasticity=5)
    assert batch.failed == (137,)
    assert 137 in batch.retried
    assert "did not converge" in batch.failures[0]
    assert np.isnan(batch.welfare[137]).all()
    others = np.arange(500) != 137
    assert batch.welfare[others] == pytest.approx(without.welfare[others], rel=1e-9)


def test_the_number_of_workers_changes_no_digit() -> None:
    rng = np.random.default_rng(12)
    flows, scenarios = invented_flows(rng, 10), sparse_scenarios(rng, size=10, count=700, spread=0.2)
    one, three = (solve_scenarios(flows, scenarios, elasticity=4, workers=count) for count in (1, 3))
    assert np.array_equal(one.welfare, three.welfare)
    assert np.array_equal(one.residual, three.residual)


@pytest.mark.parametrize(
    ("exporters", "importers", "changes", "words"),
    [
        ([0, 0], [1, 1], [[0.9, 0.9]], "more than once"),
        ([0], [7], [[0.9]], "outside"),
        ([0], [-1], [[0.9]], "outside"),
        ([0], [1], [[0.0]], "above 0"),
        ([0], [1], [[float("nan")]], "above 0"),
        ([0, 1], [1, 0], [[0.9]], "changes"),
    ],
)
def test_scenarios_that_cannot_be_are_refused(
    exporters: list[int], importers: list[int], changes: list[list[float]], words: str
) -> None:
    scenarios = ScenarioCosts(np.array(exporters), np.array(importers), np.array(changes))
    with pytest.raises(InputFault, match=words):
        solve_scenarios(np.ones((3, 3)), scenarios, elasticity=4)
