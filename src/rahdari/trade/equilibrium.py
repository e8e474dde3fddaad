"""General equilibrium of trade in changes, one sector: a function of arrays that solves it.

Exact hat algebra (Dekle, Eaton and Kortum 2008, IMF Staff Papers 55(3); Arkolakis, Costinot and Rodriguez-Clare 2012,
AER 102(1)), with a supply elasticity as an option; `markets` has the equations, `derivatives` the answers to small
changes, `batch` thousands of scenarios of one baseline.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rahdari.exceptions import InputFault
from rahdari.trade.blas import one_thread
from rahdari.trade.markets import (
    DEFICIT_RULES,
    DeficitRule,
    FloatArray,
    find_solution,
    make_system,
    share_matrix,
)

__all__ = [
    "DEFAULT_TOLERANCE",
    "DEFICIT_RULES",
    "DeficitRule",
    "Equilibrium",
    "check_costs",
    "check_flow_matrix",
    "check_options",
    "solve_equilibrium",
]

DEFAULT_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium:
    """A solved counterfactual; vectors (N,) are ratios to the baseline, flows (N, N) in the unit of the input.

    Under the rule `zero` the baseline is the one re-solved without deficits, and `baseline_flows` holds it. `exports`
    leaves domestic flows out and is NaN where an economy exported nothing. `common_factor` is world expenditure over
    world output, out of which `residual` is taken. With a supply elasticity `nominal_wage` is the factory price, and
    `output` differs from it.
    """

    converged: bool
    iterations: int
    residual: float
    nominal_wage: FloatArray
    price_index: FloatArray
    output: FloatArray
    exports: FloatArray
    welfare: FloatArray
    baseline_flows: FloatArray
    flows: FloatArray
    common_factor: float
    elasticity: float
    deficits: DeficitRule
    supply_elasticity: float


def solve_equilibrium(
    flows: ArrayLike,
    cost_changes: ArrayLike,
    *,
    elasticity: float,
    deficits: DeficitRule = "additive",
    tolerance: float = DEFAULT_TOLERANCE,
    supply_elasticity: float = 0.0,
) -> Equilibrium:
    """The counterfactual equilibrium, as ratios to the baseline, or NoAnswer if markets do not clear to `tolerance`.

    `flows` (N, N), exporter x importer with domestic flows, in any one unit; `cost_changes` (N, N), ratios of the
    trade cost factor (1 = none). Dekle, Eaton and Kortum (2008), equations 8 and 9; welfare is real expenditure.
    `supply_elasticity` psi, 0 or above: output varies with (own price / price index) ** psi (Allen, Arkolakis and
    Takahashi 2020, condition 2).
    """
    baseline = check_flow_matrix(flows)
    costs = check_costs(cost_changes, shape=baseline.shape)
    check_options(elasticity=elasticity, deficits=deficits, tolerance=tolerance, supply_elasticity=supply_elasticity)
    systems = [make_system(baseline, costs, theta=float(elasticity), deficits=deficits, psi=float(supply_elasticity))]
    if deficits == "zero":
        # Hat changes compose: without deficits, both solved from the data, their quotient is the change sought.
        without = make_system(
            baseline, np.ones_like(costs), theta=float(elasticity), deficits=deficits, psi=systems[0].psi
        )
        systems.insert(0, without)
    start, solved, flow_matrices = np.zeros(len(baseline)), [], [baseline]
    with one_thread():
        for system in systems:
            solution = find_solution(system, start=start, tolerance=tolerance)
            start = solution.log_wage
            solved.append(solution)
            flow_matrices.append(share_matrix(system, solution.markets) * solution.markets.expenditure)
    after, markets = solved[-1], solved[-1].markets
    wage, growth, price = np.exp(after.log_wage), markets.growth, np.exp(markets.log_price)
    if deficits == "zero":
        before = solved[0].markets
        wage, growth = wage / np.exp(solved[0].log_wage), growth / before.growth
        price = price / np.exp(before.log_price)
    flows_before, flows_after = flow_matrices[-2:]
    return Equilibrium(
        converged=True,
        iterations=sum(solution.iterations for solution in solved),
        residual=after.residual,
        nominal_wage=wage,
        price_index=price,
        output=growth,
        exports=_export_ratio(flows_after, flows_before),
        welfare=markets.expenditure / flows_before.sum(axis=0) / price,
        baseline_flows=flows_before,
        flows=flows_after,
        common_factor=markets.factor,
        elasticity=float(elasticity),
        deficits=deficits,
        supply_elasticity=float(supply_elasticity),
    )


def check_options(*, elasticity: float, deficits: str, tolerance: float, supply_elasticity: float = 0.0) -> None:
    """Nothing, or an InputFault that names the option and what it may be."""
    if not (np.isfinite(elasticity) and elasticity > 0):
        raise InputFault(
            f"The elasticity is {elasticity}; it is theta, must be above 0, and flows vary with cost ** -theta.",
            kind="elasticity",
        )
    if not (np.isfinite(supply_elasticity) and supply_elasticity >= 0):
        raise InputFault(
            f"The supply elasticity is {supply_elasticity}; it must be 0 (supply is fixed) or above.",
            kind="supply-elasticity",
        )
    if deficits not in DEFICIT_RULES:
        raise InputFault(
            f"Unknown deficit rule: {deficits!r}. It is one of {', '.join(DEFICIT_RULES)}.",
            kind="unknown-deficit-rule",
            suggestions=DEFICIT_RULES,
        )
    if not (np.isfinite(tolerance) and tolerance > 0):
        raise InputFault(f"The tolerance is {tolerance}; it must be above 0, for example 1e-10.", kind="tolerance")


def check_flow_matrix(flows: ArrayLike) -> FloatArray:
    """The flows as a float array (N, N) in which every economy sells and buys something."""
    matrix = np.asarray(flows, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not len(matrix):
        raise InputFault(f"Flows must be a square matrix, exporter x importer; it has shape {matrix.shape}.")
    if not np.isfinite(matrix).all() or (matrix < 0).any():
        raise InputFault("Flows must be finite and not negative.")
    if not ((matrix.sum(axis=0) > 0).all() and (matrix.sum(axis=1) > 0).all()):
        raise InputFault("Every economy must sell something and buy something; a row or column of flows is all zero.")
    return matrix


def check_costs(cost_changes: ArrayLike, *, shape: tuple[int, ...]) -> FloatArray:
    """The cost changes as a float array of the shape wanted, all above zero."""
    costs = np.asarray(cost_changes, dtype=np.float64)
    if costs.shape != shape:
        raise InputFault(f"Cost changes have shape {costs.shape}; the flows need {shape}.")
    if not np.isfinite(costs).all() or (costs <= 0).any():
        raise InputFault("Cost changes must be finite and above 0 (1 = no change).")
    return costs


def _export_ratio(flows: FloatArray, before: FloatArray) -> FloatArray:
    """Exports without domestic flows, as a ratio (N,); NaN where there were none."""
    international = ~np.eye(len(before), dtype=bool)
    old, new = (before * international).sum(axis=1), (flows * international).sum(axis=1)
    ratio: FloatArray = np.divide(new, old, out=np.full_like(old, np.nan), where=old > 0)
    return ratio
