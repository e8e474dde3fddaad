"""The closed form of a flow's answer to its trade cost, and the elasticity of a horizon."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rahdari.exceptions import InputFault
from rahdari.trade.response import elasticity_at, flow_ratio, required_cost_factor


@pytest.mark.parametrize(("elasticity", "factor"), [(0.76, 0.16), (2, 0.50), (5, 0.76)])
def test_a_fourfold_flow_needs_the_cost_factor_of_its_elasticity(elasticity: float, factor: float) -> None:
    """The design states the factors to two decimals."""
    assert required_cost_factor(4, elasticity) == pytest.approx(factor, abs=0.005)


@given(st.floats(0.05, 20), st.floats(0.3, 10))
def test_the_required_cost_factor_is_the_inverse_of_the_flow_ratio(growth: float, elasticity: float) -> None:
    assert flow_ratio(required_cost_factor(growth, elasticity), elasticity) == pytest.approx(growth, rel=1e-9)


@given(st.floats(0.05, 1), st.floats(0.3, 10))
def test_a_cheaper_route_never_lowers_a_flow(factor: float, elasticity: float) -> None:
    assert flow_ratio(factor, elasticity) >= 1


def test_no_open_route_means_no_flow() -> None:
    assert flow_ratio(np.inf, 4) == 0


def test_factors_and_elasticities_broadcast() -> None:
    assert flow_ratio([[0.5], [1.0]], [1, 2]) == pytest.approx(np.array([[2, 4], [1, 1]]))


def test_the_elasticity_goes_from_the_short_run_to_the_long_run_on_a_line() -> None:
    years = [0, 0.5, 1, 4, 7, 10]
    assert elasticity_at(years, 0.76, 2, reached_after_years=7) == pytest.approx([0.76, 0.76, 0.76, 1.38, 2, 2])


def test_the_ends_of_the_line_are_exact() -> None:
    assert elasticity_at([1, 7], 0.76, 2.03, reached_after_years=7).tolist() == [0.76, 2.03]


def test_draws_of_the_elasticity_broadcast_over_horizons() -> None:
    drawn = elasticity_at(np.array([[1.0], [7.0]]), np.array([0.7, 0.8]), np.array([1.9, 2.1]), reached_after_years=7)
    assert drawn.tolist() == [[0.7, 0.8], [1.9, 2.1]]


@pytest.mark.parametrize("factor", [0, -1, float("nan"), [1, 0]])
def test_a_cost_factor_must_be_above_zero(factor: float) -> None:
    with pytest.raises(InputFault, match="cost factor"):
        flow_ratio(factor, 4)


@pytest.mark.parametrize("elasticity", [0, -4, float("inf"), float("nan")])
def test_an_elasticity_must_be_finite_and_above_zero(elasticity: float) -> None:
    with pytest.raises(InputFault, match="elasticity"):
        flow_ratio(0.9, elasticity)
    with pytest.raises(InputFault, match="elasticity"):
        required_cost_factor(4, elasticity)


@pytest.mark.parametrize("growth", [0, -4, float("inf"), float("nan")])
def test_growth_must_be_finite_and_above_zero(growth: float) -> None:
    with pytest.raises(InputFault, match="growth"):
        required_cost_factor(growth, 4)


@pytest.mark.parametrize(("horizon", "reached"), [(-1, 7), (float("nan"), 7), (2, 1), (2, float("inf"))])
def test_a_horizon_must_be_a_time_and_the_long_run_come_after_a_year(horizon: float, reached: float) -> None:
    with pytest.raises(InputFault):
        elasticity_at(horizon, 0.76, 2, reached_after_years=reached)
