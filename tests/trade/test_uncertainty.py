"""Draws of a counterfactual: the covariance of an estimate and the error of an elasticity reach its bands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rahdari.exceptions import InputFault
from rahdari.trade.counterfactual import run_counterfactual
from rahdari.trade.economy import CostChange, Economy, Shock
from rahdari.trade.estimation import Coefficient, Dropped, GravityEstimate
from rahdari.trade.uncertainty import DrawnCounterfactual, Elasticity, PolicyChange, draw_counterfactual

ECONOMY = Economy(("AAA", "BBB", "CCC"), np.array([[80.0, 15.0, 5.0], [10.0, 90.0, 20.0], [8.0, 12.0, 60.0]]))
ESTIMATE = GravityEstimate(
    formula="trade ~ rta + ln_dist | exporter + importer",
    vcov="hetero",
    coefficients=(Coefficient("rta", 0.4, 0.1), Coefficient("ln_dist", -0.8, 0.05)),
    covariance=np.array([[0.01, 0.003], [0.003, 0.0025]]),
    observations=100,
    dropped=Dropped(0, 0, 0),
    dropped_variables=(),
    deviance=1.0,
    warnings=(),
)
SURE = Elasticity(4.0)
POLICY = (PolicyChange("AAA", "BBB", "rta", 1.0), PolicyChange("BBB", "AAA", "rta", 1.0))


def drawn(
    *,
    estimate: GravityEstimate = ESTIMATE,
    elasticity: Elasticity = SURE,
    policy: tuple[PolicyChange, ...] = POLICY,
    draws: int = 400,
    seed: int = 1,
) -> DrawnCounterfactual:
    return draw_counterfactual(
        ECONOMY, estimate, policy, elasticity=elasticity, draws=draws, rng=np.random.default_rng(seed)
    )


def spread(found: DrawnCounterfactual) -> float:
    band = found.flows[0].flow
    return band.p95 - band.p5


def test_without_any_error_every_draw_is_the_single_counterfactual() -> None:
    sure = replace(ESTIMATE, covariance=np.zeros((2, 2)))
    found = drawn(estimate=sure, draws=3)
    change = float(np.exp(-0.4 / 4.0))
    shock = Shock((CostChange("AAA", "BBB", change), CostChange("BBB", "AAA", change)))
    single = run_counterfactual(ECONOMY, shock, elasticity=4.0)
    assert [band.welfare.p50 for band in found.welfare] == pytest.approx(
        [entry.welfare for entry in single.economies], rel=1e-9
    )
    assert spread(found) == pytest.approx(0, abs=1e-9)
    assert found.failed == ()


def test_the_estimates_covariance_is_the_spread_of_the_draws() -> None:
    found = drawn(draws=4000)
    assert np.cov(found.coefficients.T) == pytest.approx(ESTIMATE.covariance, rel=0.1)
    narrow = drawn(estimate=replace(ESTIMATE, covariance=ESTIMATE.covariance / 4), draws=4000)
    assert spread(found) == pytest.approx(2 * spread(narrow), rel=0.1)
    # The flow rises with the coefficient, so that its percentiles are the flows at the coefficient's percentiles.
    for beta, flow in ((0.4 - 1.645 * 0.1, found.flows[0].flow.p5), (0.4 + 1.645 * 0.1, found.flows[0].flow.p95)):
        change = float(np.exp(-beta / 4.0))
        single = run_counterfactual(
            ECONOMY, Shock((CostChange("AAA", "BBB", change), CostChange("BBB", "AAA", change))), elasticity=4.0
        )
        at = next(entry for entry in single.flows if (entry.exporter, entry.importer) == ("AAA", "BBB"))
        assert flow == pytest.approx(at.counterfactual / at.baseline, rel=0.02)


def test_covariances_between_coefficients_count_where_a_policy_moves_both() -> None:
    both = (PolicyChange("AAA", "BBB", "rta", 1.0), PolicyChange("AAA", "BBB", "ln_dist", 1.0))
    apart = replace(ESTIMATE, covariance=np.diag([0.01, 0.0025]))
    assert spread(drawn(policy=both, draws=4000)) > 1.1 * spread(drawn(policy=both, estimate=apart, draws=4000))


def test_an_elasticity_with_an_error_widens_the_band_of_welfare() -> None:
    sure, unsure = drawn(), drawn(elasticity=Elasticity(4.0, se=1.5))
    assert np.ptp(sure.elasticities) == 0
    assert unsure.elasticities.std() == pytest.approx(1.5, rel=0.2)

    def width(found: DrawnCounterfactual) -> float:
        band = found.welfare[0].welfare
        return band.p95 - band.p5

    assert width(unsure) > 1.2 * width(sure)


def test_the_same_seed_gives_the_same_bands() -> None:
    first, second = drawn(seed=7), drawn(seed=7)
    assert (first.welfare, first.flows) == (second.welfare, second.flows)
    assert drawn(seed=8).welfare != first.welfare


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ((), "changes nothing"),
        ((PolicyChange("AAA", "BBB", "rtaa", 1.0),), "Did you mean rta"),
        ((PolicyChange("AAB", "BBB", "rta", 1.0),), "economy"),
        ((PolicyChange("AAA", "BBB", "rta", float("nan")),), "not a number"),
    ],
)
def test_a_policy_that_cannot_be_drawn_is_said(policy: tuple[PolicyChange, ...], words: str) -> None:
    with pytest.raises(InputFault, match=words):
        drawn(policy=policy)
