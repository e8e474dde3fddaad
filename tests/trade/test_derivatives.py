"""Derivatives by the implicit function theorem against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from rahdari.exceptions import NoAnswer
from rahdari.trade.derivatives import differentiate, differentiate_flow, differentiate_welfare
from rahdari.trade.equilibrium import DeficitRule, Equilibrium, solve_equilibrium
from tests.trade.worlds import Matrix, elasticities, every_rule, for_all, invented_flows, rules, shocked

supply = pytest.mark.parametrize("psi", [0.0, 1.5])


@supply
@every_rule
def test_derivatives_equal_finite_differences(rule: DeficitRule, psi: float) -> None:
    """Central differences with a step of 1e-5: rounding of 1e-13 leaves 1e-8, curvature times the step squared less."""
    rng = np.random.default_rng(5)
    flows, step = invented_flows(rng, 6), 1e-5
    costs, direction = np.exp(rng.normal(0, 0.2, (6, 6))), rng.normal(0, 1, (6, 6))

    def solve(way: float) -> Equilibrium:
        moved = costs * np.exp(way * direction)
        return solve_equilibrium(flows, moved, elasticity=5, deficits=rule, tolerance=1e-13, supply_elasticity=psi)

    solved, up, down = solve(0.0), solve(step), solve(-step)
    response = differentiate(solved, direction)
    output = np.log(up.output / down.output) / (2 * step)
    assert (1 + psi) * response.nominal_wage - psi * response.price_index == pytest.approx(output, rel=1e-6, abs=1e-7)
    for name in ("nominal_wage", "price_index", "welfare"):
        slope = np.log(getattr(up, name) / getattr(down, name)) / (2 * step)
        assert getattr(response, name) == pytest.approx(slope, rel=1e-6, abs=1e-7)
    traded = flows > 0
    slope = np.log(up.flows[traded] / down.flows[traded]) / (2 * step)
    assert response.flows[traded] == pytest.approx(slope, rel=1e-5, abs=1e-7)


@for_all(shocked(), elasticities, rules, st.sampled_from([0.0, 1.5]), st.integers(0, 2**32 - 1))
def test_derivatives_equal_finite_differences_in_random_economies(
    pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule, psi: float, seed: int
) -> None:
    flows, costs = pair
    direction, step = np.random.default_rng(seed).normal(0, 1, flows.shape), 1e-5
    try:
        middle, up, down = (
            solve_equilibrium(
                flows, costs * np.exp(way * direction), elasticity=theta, deficits=rule, supply_elasticity=psi
            )
            for way in (0.0, step, -step)
        )
    except NoAnswer:
        assert (rule, psi) == ("additive", 1.5)  # only a surplus that stays fixed can exceed what elastic supply earns
        return
    response = differentiate(middle, direction)
    for name in ("nominal_wage", "price_index", "welfare"):
        slope = np.log(getattr(up, name) / getattr(down, name)) / (2 * step)
        # Solutions are good to 1e-10 or better, which the step divides.
        assert getattr(response, name) == pytest.approx(slope, rel=1e-4, abs=2e-5)


@supply
@every_rule
def test_derivatives_by_pair_add_up_to_the_derivative_along_a_direction(rule: DeficitRule, psi: float) -> None:
    rng = np.random.default_rng(6)
    flows, direction = invented_flows(rng, 6), rng.normal(0, 1, (6, 6))
    solved = solve_equilibrium(
        flows, np.exp(rng.normal(0, 0.2, (6, 6))), elasticity=3, deficits=rule, supply_elasticity=psi
    )
    response = differentiate(solved, direction)
    assert (differentiate_welfare(solved) * direction).sum(axis=(1, 2)) == pytest.approx(response.welfare, rel=1e-9)
    for exporter, importer in ((0, 1), (2, 2), (5, 0)):
        by_pair = (differentiate_flow(solved, (exporter, importer)) * direction).sum()
        assert by_pair == pytest.approx(response.flows[exporter, importer], rel=1e-9)
