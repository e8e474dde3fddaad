"""An economy can only be made sound, and a shock can only name pairs that it has."""

from __future__ import annotations

import numpy as np
import pytest

from rahdari.exceptions import InputFault
from rahdari.trade.economy import CostChange, Economy, Shock, cost_matrix

LABELS = ("ORA", "LIM", "FIG")
FLOWS = np.array([[70.0, 20.0, 10.0], [10.0, 50.0, 0.0], [5.0, 5.0, 30.0]])


def with_flow(row: int, column: int, value: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    flows = FLOWS.copy()
    flows[row, column] = value
    return flows


def test_output_expenditure_and_deficit_are_sums_of_the_flows() -> None:
    economy = Economy(labels=LABELS, flows=FLOWS)
    assert economy.output.tolist() == [100, 60, 40]
    assert economy.expenditure.tolist() == [85, 75, 40]
    assert economy.deficit.tolist() == [-15, 15, 0]


def test_the_flows_of_an_economy_cannot_be_changed_from_outside() -> None:
    flows = FLOWS.copy()
    economy = Economy(labels=LABELS, flows=flows)
    flows[0, 0] = -1
    assert economy.flows[0, 0] == 70
    with pytest.raises(ValueError, match="read-only"):
        economy.flows[0, 0] = 1


@pytest.mark.parametrize(
    ("flows", "words"),
    [
        (FLOWS[:2], "square"),
        (with_flow(0, 1, float("nan")), "missing or infinite: ORA to LIM"),
        (with_flow(0, 1, float("inf")), "missing or infinite: ORA to LIM"),
        (with_flow(2, 1, -5), "negative: FIG to LIM"),
        (with_flow(1, 1, 0), "Domestic flows are missing: LIM"),
        (FLOWS * [[1], [1], [0]], "sells nothing .*: FIG"),
        (FLOWS * [1, 1, 0], "buys nothing .*: FIG"),
        (np.diag([1.0, 1.0, 1.0]), "Not linked: LIM, FIG"),
    ],
)
def test_flows_without_meaning_are_named(flows: np.ndarray[tuple[int, int], np.dtype[np.float64]], words: str) -> None:
    with pytest.raises(InputFault, match=words):
        Economy(labels=LABELS, flows=flows)


def test_labels_that_occur_twice_are_named() -> None:
    with pytest.raises(InputFault, match="more than once: ORA"):
        Economy(labels=("ORA", "LIM", "ORA"), flows=FLOWS)


def test_every_problem_of_an_economy_is_listed_at_once() -> None:
    with pytest.raises(InputFault) as caught:
        Economy(labels=("ORA", "LIM", "ORA"), flows=with_flow(2, 1, -5) * [[1, np.nan, 1]] * 1.0)
    assert len(caught.value.message.splitlines()) == 2


def test_pairs_that_a_shock_does_not_name_do_not_change() -> None:
    economy = Economy(labels=LABELS, flows=FLOWS)
    costs = cost_matrix(Shock((CostChange("LIM", "FIG", 0.8),)), economy)
    assert costs.tolist() == [[1, 1, 1], [1, 1, 0.8], [1, 1, 1]]


def test_a_shock_that_names_an_unknown_economy_gets_the_nearest_name() -> None:
    economy = Economy(labels=LABELS, flows=FLOWS)
    with pytest.raises(InputFault, match="LIN") as caught:
        cost_matrix(Shock((CostChange("LIN", "FIG", 0.8),)), economy)
    assert "LIM" in caught.value.suggestions


def test_a_shock_that_names_a_pair_twice_is_refused() -> None:
    economy = Economy(labels=LABELS, flows=FLOWS)
    with pytest.raises(InputFault, match="LIM to FIG more than once"):
        cost_matrix(Shock((CostChange("LIM", "FIG", 0.8), CostChange("LIM", "FIG", 0.8))), economy)


@pytest.mark.parametrize("factor", [0, -1, float("nan"), float("inf")])
def test_a_cost_change_must_be_a_ratio_above_zero(factor: float) -> None:
    economy = Economy(labels=LABELS, flows=FLOWS)
    with pytest.raises(InputFault, match="LIM to FIG"):
        cost_matrix(Shock((CostChange("LIM", "FIG", factor),)), economy)
