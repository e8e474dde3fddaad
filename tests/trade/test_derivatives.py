"""Derivatives by the implicit function theorem against finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from rahdari.trade.derivatives import differentiate, differentiate_flow, differentiate_welfare
from rahdari.trade.equilibrium import DeficitRule, Equilibrium, solve_equilibrium
from tests.trade.worlds import every_rule, invented_flows

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
