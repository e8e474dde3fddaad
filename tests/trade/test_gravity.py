"""Structural gravity at given margins, and what coefficients and standard errors turn into."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from rahdari.exceptions import InputFault, NoAnswer
from rahdari.trade.equilibrium import solve_equilibrium
from rahdari.trade.estimation import estimate_gravity
from rahdari.trade.gravity import cost_change, draw_elasticities, export_change, spread_flows
from tests.trade.worlds import Matrix, economies

NO_BORDERS = Path(__file__).parents[3] / "shared" / "validation" / "no_borders"
SIGMA = 7.0


@given(economies())
def test_flows_with_their_own_margins_are_themselves(flows: Matrix) -> None:
    again = spread_flows(flows, flows.sum(axis=1), expenditure=flows.sum(axis=0))
    assert again == pytest.approx(flows, rel=1e-9, abs=1e-12 * flows.max())


@given(economies())
def test_margins_hold_whatever_the_closeness(flows: Matrix) -> None:
    rng = np.random.default_rng(1)
    closeness = np.where(flows > 0, rng.uniform(0.1, 1, flows.shape), 0.0)
    spread = spread_flows(closeness, flows.sum(axis=1), expenditure=flows.sum(axis=0))
    assert spread.sum(axis=1) == pytest.approx(flows.sum(axis=1), rel=1e-9)
    assert spread.sum(axis=0) == pytest.approx(flows.sum(axis=0), rel=1e-9)


def test_margins_that_no_flows_can_have_give_no_answer() -> None:
    with pytest.raises(NoAnswer):
        spread_flows(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([3.0, 1.0]), expenditure=np.array([2.0, 2.0]))


def test_margins_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(InputFault, match="differ"):
        spread_flows(np.ones((2, 2)), np.ones(2), expenditure=np.ones(2) * 2)


def test_a_coefficient_is_a_change_of_costs_at_an_elasticity() -> None:
    assert cost_change(0.224249, elasticity=4) == pytest.approx(np.exp(-0.224249 / 4))
    with pytest.raises(InputFault):
        cost_change(0.2, elasticity=0)


def test_drawn_elasticities_keep_mean_and_spread_and_stay_above_zero() -> None:
    rng = np.random.default_rng(3)
    drawn = draw_elasticities(np.array([4.0, 6.0, 1.0]), np.array([1.0, np.nan, 2.0]), draws=200_000, rng=rng)
    assert drawn.mean(axis=0) == pytest.approx([4, 6, 1], rel=0.02)
    assert drawn[:, 0].std() == pytest.approx(1, rel=0.02)
    assert (drawn[:, 1] == 6).all()
    assert (drawn > 0).all()


def test_removing_all_borders_replicates_the_published_results(tmp_path: Path) -> None:
    """Yotov, Piermartini, Monteiro and Larch (2016), chapter 2, application 1.

    Estimates to 1e-6 and conditional exports to 1e-6 points. The published full results stop a loop whose price changes
    have a standard deviation below 0.01: the exact equilibrium differs from them by up to 0.6 points in real GDP.
    """
    if not NO_BORDERS.is_dir():
        pytest.skip("shared/validation/no_borders is not here")
    with (NO_BORDERS / "data_2006.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    header = [*rows[0], "ln_DIST", "INTL_BRDR"]
    lines = [
        ",".join([*row.values(), repr(float(np.log(float(row["DIST"])))), str(int(row["exporter"] != row["importer"]))])
        for row in rows
    ]
    (tmp_path / "data.csv").write_text("\n".join([",".join(header), *lines]) + "\n")
    estimate = estimate_gravity(tmp_path / "data.csv", "trade ~ ln_DIST + CNTG + INTL_BRDR | exporter + importer")
    found = {coefficient.name: coefficient.estimate for coefficient in estimate.coefficients}
    assert found["ln_DIST"] == pytest.approx(-0.7912879, abs=1e-6)
    assert found["CNTG"] == pytest.approx(0.6736456, abs=1e-6)
    assert found["INTL_BRDR"] == pytest.approx(-2.47445, abs=1e-6)
    labels = list(dict.fromkeys(row["exporter"] for row in rows))
    cube = {name: np.array([float(row[name]) for row in rows]).reshape(69, 69) for name in ("trade", "DIST", "CNTG")}
    assert [row["importer"] for row in rows[:69]] == labels
    output, expenditure = cube["trade"].sum(axis=1), cube["trade"].sum(axis=0)
    open_world = np.exp(found["ln_DIST"] * np.log(cube["DIST"]) + found["CNTG"] * cube["CNTG"])
    abroad = ~np.eye(69, dtype=bool)
    fitted = spread_flows(open_world * np.exp(found["INTL_BRDR"] * abroad), output, expenditure=expenditure)
    conditional = spread_flows(open_world, output, expenditure=expenditure)
    with (NO_BORDERS / "published_results.csv").open(encoding="utf-8", newline="") as file:
        told = {row["country"]: row for row in csv.DictReader(file)}
    exports = 100 * (export_change(conditional, fitted) - 1)
    published = np.array([float(told[label]["change_Xi_CDL"]) for label in labels])
    assert np.abs(exports - published).max() < 1e-6
    full = solve_equilibrium(
        fitted,
        np.where(abroad, cost_change(-found["INTL_BRDR"], elasticity=SIGMA - 1), 1.0),
        elasticity=SIGMA - 1,
        deficits="multiplicative",
    )
    real = 100 * (full.nominal_wage / full.price_index - 1)
    published = np.array([float(told[label]["change_rGDP_FULL"]) for label in labels])
    assert np.abs(real - published).max() < 0.6
    assert real[labels.index("CAN")] == pytest.approx(54.3633, abs=0.05)
    assert real[labels.index("USA")] == pytest.approx(10.6517, abs=0.05)
