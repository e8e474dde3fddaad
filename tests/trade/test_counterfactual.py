"""The labelled counterfactual: its keys, and published results that it meets."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rahdari.exceptions import FaultyInput, InputFault, NoAnswer
from rahdari.report.answers import counterfactual_answer
from rahdari.trade.counterfactual import (
    Counterfactual,
    Scenario,
    largest_welfare_changes,
    run_counterfactual,
    run_scenarios,
)
from rahdari.trade.economy import CostChange, Economy, Shock
from rahdari.trade.equilibrium import DeficitRule
from rahdari.trade.tables import read_economy, read_shock

ECONOMY = Economy(labels=("ORA", "LIM"), flows=np.array([[80.0, 20.0], [20.0, 80.0]]))
CHEAPER = 2 ** (-1 / 4)
SHOCK = Shock((CostChange("ORA", "LIM", CHEAPER), CostChange("LIM", "ORA", CHEAPER)))


def test_the_keys_are_those_of_the_contract() -> None:
    answer: dict[str, Any] = counterfactual_answer(run_counterfactual(ECONOMY, SHOCK, elasticity=4))
    assert {"converged", "iterations", "residual", "economies", "flows", "warnings"} <= answer.keys()
    assert list(answer["economies"][0]) == ["id", "welfare", "nominal_wage", "price_index", "output", "exports"]
    assert list(answer["flows"][0]) == ["exporter", "importer", "sector", "baseline", "counterfactual"]
    assert answer["converged"] is True
    json.dumps(answer, allow_nan=False)


def test_numbers_go_to_the_economies_and_pairs_that_they_belong_to() -> None:
    """Economy LIM sells freely from now on, ORA does not; the numbers by hand are in test_equilibrium."""
    economy = Economy(labels=("ORA", "LIM"), flows=np.ones((2, 2)))
    answer = run_counterfactual(economy, Shock((CostChange("ORA", "LIM", 10.0),)), elasticity=1)
    assert [change.id for change in answer.economies] == ["ORA", "LIM"]
    assert [change.welfare for change in answer.economies] == pytest.approx([3 / 4, 3 / 5])
    flows = {(flow.exporter, flow.importer): flow.counterfactual for flow in answer.flows}
    assert flows == pytest.approx(
        {("ORA", "ORA"): 8 / 9, ("ORA", "LIM"): 4 / 9, ("LIM", "ORA"): 4 / 9, ("LIM", "LIM"): 20 / 9}
    )
    assert all(flow.baseline == pytest.approx(1) and flow.sector is None for flow in answer.flows)


def test_exports_leave_domestic_flows_out() -> None:
    answer = run_counterfactual(ECONOMY, SHOCK, elasticity=4)
    assert [change.exports for change in answer.economies] == pytest.approx([5 / 3, 5 / 3])
    assert [change.output for change in answer.economies] == pytest.approx([1, 1])


def test_exports_of_an_economy_that_had_none_are_unknown() -> None:
    economy = Economy(labels=("ORA", "LIM"), flows=np.array([[80.0, 0.0], [20.0, 80.0]]))
    answer = run_counterfactual(economy, Shock(()), elasticity=4)
    assert answer.economies[0].exports is None


def test_a_change_of_cost_where_nothing_flows_is_warned_of() -> None:
    economy = Economy(labels=("ORA", "LIM"), flows=np.array([[80.0, 0.0], [20.0, 80.0]]))
    answer = run_counterfactual(economy, Shock((CostChange("ORA", "LIM", 0.9),)), elasticity=4)
    assert any("ORA to LIM" in warning for warning in answer.warnings)


def test_a_baseline_that_was_solved_anew_is_warned_of() -> None:
    economy = Economy(labels=("ORA", "LIM"), flows=np.array([[80.0, 30.0], [20.0, 80.0]]))
    answer = run_counterfactual(economy, Shock(()), elasticity=4, deficits="zero")
    assert any("without deficits" in warning for warning in answer.warnings)
    assert answer.flows[1].baseline == pytest.approx(answer.flows[2].baseline)


def test_a_balanced_economy_gives_no_warning() -> None:
    assert run_counterfactual(ECONOMY, SHOCK, elasticity=4, deficits="zero").warnings == ()


def test_the_largest_welfare_changes_come_first_up_or_down() -> None:
    economy = Economy(labels=("ORA", "LIM"), flows=np.ones((2, 2)))
    answer = run_counterfactual(economy, Shock((CostChange("ORA", "LIM", 10.0),)), elasticity=1)
    assert [change.id for change in largest_welfare_changes(answer, most=1)] == ["LIM"]


def test_an_elasticity_of_zero_is_refused() -> None:
    with pytest.raises(InputFault, match="elasticity"):
        run_counterfactual(ECONOMY, SHOCK, elasticity=0)


def published(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def enlargement(folder: Path, rule: DeficitRule) -> Counterfactual:
    economy = read_economy(folder)
    shock = read_shock(folder / "shock.csv", labels=economy.labels)
    return run_counterfactual(economy, shock, elasticity=4, deficits=rule)


@pytest.mark.parametrize("rule", ["additive", "multiplicative"])
def test_the_welfare_of_the_eastern_enlargement_is_as_published(shared: Path, rule: DeficitRule) -> None:
    """All 44 within 1e-7: the published figures are single precision, which rounds near 1 by up to 6e-8."""
    folder = shared / "validation" / "eu_enlargement"
    answer = enlargement(folder, rule)
    told = {row["economy"]: float(row[f"welfare_{rule}"]) for row in published(folder, "published_welfare.csv")}
    ours = {change.id: change.welfare for change in answer.economies}
    assert len(told) == 44
    assert ours == pytest.approx(told, rel=0, abs=1e-7)


@pytest.mark.parametrize("rule", ["additive", "multiplicative"])
def test_the_flows_of_the_eastern_enlargement_are_as_published(shared: Path, rule: DeficitRule) -> None:
    """All 1,936 within 1e-6 of each: published in single precision, from a solver that stops at 1e-8.

    Multiplicative flows are compared up to one common factor, since the numeraire leaves world expenditure open.
    """
    folder = shared / "validation" / "eu_enlargement"
    answer = enlargement(folder, rule)
    told = {
        (row["exporter"], row["importer"]): float(row[f"flow_{rule}"])
        for row in published(folder, "published_flows.csv")
    }
    ratio = np.array([flow.counterfactual / told[flow.exporter, flow.importer] for flow in answer.flows])
    factor = np.median(ratio) if rule == "multiplicative" else 1.0
    assert len(ratio) == len(told) == 1936
    assert np.abs(ratio / factor - 1).max() < 1e-6


def test_scenarios_are_told_by_name_and_so_are_those_without_an_answer() -> None:
    economy = Economy(("LEND", "BUY"), np.array([[50.0, 60.0], [10.0, 100.0]]))
    shut = Shock((CostChange("LEND", "BUY", 1e4), CostChange("BUY", "LEND", 1e4)))
    scenarios = [Scenario("open", Shock((CostChange("LEND", "BUY", 0.9),)), 6), Scenario("shut", shut, 6)]
    results = run_scenarios(economy, scenarios, pairs=(("LEND", "BUY"),))
    assert [failure.name for failure in results.failures] == ["shut"]
    alone = run_counterfactual(economy, scenarios[0].shock, elasticity=6)
    assert results.solved.welfare[0] == pytest.approx([change.welfare for change in alone.economies], rel=1e-9)
    assert results.solved.pair_flows[0, 0] == pytest.approx(alone.flows[1].counterfactual, rel=1e-9)


def test_scenarios_of_one_name_are_refused() -> None:
    economy = Economy(("A", "B"), np.array([[4.0, 1.0], [1.0, 4.0]]))
    with pytest.raises(InputFault, match="one name"):
        run_scenarios(economy, [Scenario("x", Shock(()), 4), Scenario("x", Shock(()), 5)])


@pytest.mark.parametrize(
    ("changes", "label", "row", "words"),
    [
        ((("ORA", "ORA", 1e30), ("ORA", "LIM", 1e30)), "ORA", 2, "sell nothing"),
        ((("LIM", "ORA", 1e9), ("ORA", "ORA", 2e9)), "ORA", 3, "buy nothing"),
    ],
)
def test_a_shock_that_closes_a_market_is_named_before_anything_is_solved(
    tmp_path: Path, changes: tuple[tuple[str, str, float], ...], label: str, row: int, words: str
) -> None:
    file = tmp_path / "shock.csv"
    rows = "".join(f"{exporter},{importer},{change}\n" for exporter, importer, change in changes)
    file.write_text("exporter,importer,cost_change\n" + rows, encoding="utf-8")
    with pytest.raises(FaultyInput, match=f"market of {label}.*{words}") as caught:
        run_counterfactual(ECONOMY, read_shock(file), elasticity=4)
    (fault,) = caught.value.faults
    assert (fault.where.file, fault.where.row, fault.where.column) == ("shock.csv", row, "cost_change")


def test_costs_that_rise_everywhere_or_abroad_close_no_market() -> None:
    everywhere = Shock(tuple(CostChange(i, j, 1e4) for i in ("ORA", "LIM") for j in ("ORA", "LIM")))
    answer = run_counterfactual(ECONOMY, everywhere, elasticity=8)
    assert [change.welfare for change in answer.economies] == pytest.approx([1e-4, 1e-4], rel=1e-9)
    abroad = Shock((CostChange("ORA", "LIM", 1e30), CostChange("LIM", "ORA", 1e30)))
    assert all(change.welfare < 1 for change in run_counterfactual(ECONOMY, abroad, elasticity=8).economies)


def test_a_surplus_that_cannot_be_earned_is_named() -> None:
    economy = Economy(labels=("ORA", "LIM"), flows=np.array([[50.0, 60.0], [10.0, 100.0]]))
    shut = Shock((CostChange("ORA", "LIM", 1e4), CostChange("LIM", "ORA", 1e4)))
    with pytest.raises(NoAnswer, match=r"largest surpluses: ORA \(45% of output\)"):
        run_counterfactual(economy, shut, elasticity=6)
