"""Markets at prices that clear them and at prices that do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from rahdari.trade.equilibrium import DeficitRule
from rahdari.trade.markets import clear_markets, make_jacobian, make_system, share_matrix
from tests.trade.worlds import Matrix, elasticities, for_all, rules, shocked

anywhere = st.integers(0, 2**32 - 1).map(np.random.default_rng)


@for_all(shocked(), elasticities, rules, anywhere)
def test_walras_law_holds_at_any_prices(
    pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule, rng: np.random.Generator
) -> None:
    """What all economies sell is what all spend, and their supplies add up to it: the last market needs no equation."""
    flows, costs = pair
    system = make_system(flows, costs, theta=theta, deficits=rule)
    markets = clear_markets(system, rng.normal(0, 0.3, len(flows)))
    assert markets.sales.sum() == pytest.approx(markets.expenditure.sum(), rel=1e-12)
    assert (markets.sales - markets.supply).sum() == pytest.approx(0.0, abs=1e-12 * flows.sum())


@for_all(shocked(), elasticities, st.sampled_from(["multiplicative", "zero"]), anywhere, st.floats(-2, 2))
def test_one_factor_on_all_prices_changes_no_gap(
    pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule, rng: np.random.Generator, level: float
) -> None:
    """Excess demand is homogeneous of degree zero where no deficit is fixed in value."""
    flows, costs = pair
    system, log_wage = make_system(flows, costs, theta=theta, deficits=rule), rng.normal(0, 0.3, len(flows))
    here, there = clear_markets(system, log_wage), clear_markets(system, log_wage + level)
    assert there.gap == pytest.approx(here.gap, abs=1e-11)
    assert there.log_price == pytest.approx(here.log_price + level, abs=1e-11)


@for_all(shocked(), elasticities, rules, anywhere, st.sampled_from([0.0, 1.5]))
def test_the_jacobian_equals_finite_differences_at_any_prices(
    pair: tuple[Matrix, Matrix], theta: float, rule: DeficitRule, rng: np.random.Generator, psi: float
) -> None:
    """Of ln(income / sales), plus the share by which world expenditure moves, which every row has to be regular."""
    flows, costs = pair
    system = make_system(flows, costs, theta=theta, deficits=rule, psi=psi)
    log_wage, way = rng.normal(0, 0.1, len(flows)), rng.normal(0, 1, len(flows))
    here = clear_markets(system, log_wage)
    step = 1e-6
    up, down = clear_markets(system, log_wage + step * way), clear_markets(system, log_wage - step * way)
    if not (here.expenditure.min() > 0 and up.expenditure.min() > 0 and down.expenditure.min() > 0):
        return  # a fixed surplus that exceeds income: these prices are infeasible
    jacobian = make_jacobian(share_matrix(system, here), here, theta=theta, psi=psi)
    world = np.log(up.spending.sum() / down.spending.sum()) * here.spending.sum() / here.expenditure.sum()
    rise = np.log(up.income / down.income) - np.log(up.sales / down.sales) + world
    assert jacobian @ way == pytest.approx(rise / (2 * step), rel=1e-5, abs=1e-6)
