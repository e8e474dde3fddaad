"""Answers of an equilibrium to small changes of trade costs, by the implicit function theorem."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rahdari.trade.equilibrium import Equilibrium
from rahdari.trade.markets import FloatArray, Markets, income_part, make_jacobian


@dataclass(frozen=True, slots=True, eq=False)
class CostResponse:
    """First-order changes, in logs, along a direction of ln trade costs; (N,) and, for flows, (N, N)."""

    nominal_wage: FloatArray
    price_index: FloatArray
    welfare: FloatArray
    flows: FloatArray


def differentiate(equilibrium: Equilibrium, direction: ArrayLike) -> CostResponse:
    """First-order log changes of every outcome along `direction` (N, N), a change of ln trade costs.

    With m[j] = sum over k of s[k, j] dt[k, j] and supply fixed, prices solve Jacobian . du =
    -theta (sum over j of X'[i, j] (dt[i, j] - m[j])) / S[i]; world output stays the numeraire. A supply elasticity
    adds what m does to output.
    """
    dt = np.asarray(direction, dtype=np.float64)
    theta, psi = equilibrium.elasticity, equilibrium.supply_elasticity
    shares, state = _state_of(equilibrium)
    average = (shares * dt).sum(axis=0)
    gap_change = (
        -theta * (equilibrium.flows * (dt - average)).sum(axis=1) / state.sales
        + psi * income_part(shares, state) @ average
    )
    du = np.linalg.solve(make_jacobian(shares, state, theta=theta, psi=psi), gap_change)
    dp = shares.T @ du + average
    spending = state.spending / state.expenditure * ((1.0 + psi) * du - psi * dp)
    flow_change = -theta * (du[:, None] + dt) + (theta * dp + spending)[None, :]
    return CostResponse(nominal_wage=du, price_index=dp, welfare=spending - dp, flows=flow_change)


def differentiate_welfare(equilibrium: Equilibrium) -> FloatArray:
    """d ln welfare of economy n / d ln trade cost of pair (i, j), at the counterfactual, shape (N, N, N)."""
    psi = equilibrium.supply_elasticity
    _shares, state = _state_of(equilibrium)
    moving = state.spending / state.expenditure
    # ln welfare[n] = ln E'[n] - ln P[n], and E' moves with the own price and, against it, with the price index.
    return _total(equilibrium, np.diag((1.0 + psi) * moving), np.diag(-1.0 - psi * moving))


def differentiate_flow(equilibrium: Equilibrium, pair: tuple[int, int]) -> FloatArray:
    """d ln flow of `pair` (exporter, importer positions) / d ln trade cost of every pair, shape (N, N)."""
    exporter, importer = pair
    theta, psi = equilibrium.elasticity, equilibrium.supply_elasticity
    _shares, state = _state_of(equilibrium)
    moving = state.spending[importer] / state.expenditure[importer]
    by_price, by_index = np.zeros((1, len(state.income))), np.zeros((1, len(state.income)))
    by_price[0, exporter] -= theta
    by_price[0, importer] += (1.0 + psi) * moving
    by_index[0, importer] = theta - psi * moving
    total: FloatArray = _total(equilibrium, by_price, by_index)[0]
    total[exporter, importer] -= theta
    return total


def _total(equilibrium: Equilibrium, by_price: FloatArray, by_index: FloatArray) -> FloatArray:
    """Total derivatives (M, N, N) of M outcomes, from their partial ones by log price and log price index (M, N)."""
    shares, state = _state_of(equilibrium)
    theta, psi = equilibrium.elasticity, equilibrium.supply_elasticity
    jacobian = make_jacobian(shares, state, theta=theta, psi=psi)
    # The adjoint: one solve for each outcome instead of one for each of N x N costs.
    adjoint = np.linalg.solve(jacobian.T, (by_price + by_index @ shares.T).T).T
    through_index = by_index + psi * adjoint @ income_part(shares, state)
    adjoint = adjoint / state.sales
    average = adjoint @ shares
    total: FloatArray = -theta * equilibrium.flows * (adjoint[:, :, None] - average[:, None, :])
    total += shares * through_index[:, None, :]
    return total


def _state_of(equilibrium: Equilibrium) -> tuple[FloatArray, Markets]:
    """The shares and the markets at a solved equilibrium, rebuilt from its flows."""
    flows = equilibrium.flows
    expenditure, sales = flows.sum(axis=0), flows.sum(axis=1)
    income = equilibrium.baseline_flows.sum(axis=1) * equilibrium.output
    supply = equilibrium.common_factor * income
    return flows / expenditure, Markets(
        weight=np.ones_like(income),
        column=np.ones_like(income),
        growth=equilibrium.output,
        income=income,
        spending=expenditure if equilibrium.deficits == "multiplicative" else income,
        expenditure=expenditure,
        log_price=np.log(equilibrium.price_index),
        sales=sales,
        supply=supply,
        factor=equilibrium.common_factor,
        gap=np.log(sales / supply),
    )
