"""All markets of one sector at given prices, their exact Jacobian, and the safeguarded search that clears them.

Exact hat algebra (Dekle, Eaton and Kortum 2008, IMF Staff Papers 55(3)) with a supply elasticity as an option (Allen,
Arkolakis and Takahashi 2020, JPE 128(2), "Universal gravity", equations 8 to 12). Arrays are exporter x importer:

    pi[i, j]   baseline share of i in the expenditure of j          u[i]    ln of the factory price ratio p'/p
    t[i, j]    ln of the trade cost ratio                           theta   trade elasticity, above 0
    s[i, j]  = pi[i, j] exp(-theta (u[i] + t[i, j])) / sum over k of the same            (new shares)
    P[j]     = (sum over i of pi[i, j] exp(-theta (u[i] + t[i, j]))) ** (-1 / theta)     (price index ratio)
    g[i]     = exp(u[i]) (exp(u[i]) / P[i]) ** psi                                       (output ratio)
    E'[j]    = slope[j] g[j] + fixed[j]                                                  (the deficit rule)
    gap[i]   = ln(sum over j of s[i, j] E'[j]) - ln(factor Y[i] g[i]) = 0                (markets clear)

`psi` is the supply elasticity; at 0 supply is fixed and u is the log wage. `factor` is world expenditure over world
output: 1 unless deficits are multiplicative. World output is the numeraire.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_solve
from scipy.linalg.lapack import dgetrf

from rahdari.exceptions import NoAnswer

FloatArray = NDArray[np.float64]
DeficitRule = Literal["additive", "multiplicative", "zero"]
DEFICIT_RULES: tuple[str, ...] = get_args(DeficitRule)

MOST_NEWTON_STEPS = 60
MOST_FIXED_POINT_STEPS = 2_000
MOST_POLISHING_STEPS = 6
# No price moves by more than this in one step, in logs: a Newton step from afar can be absurd.
LONGEST_STEP = 3.0
# From this gap on Newton is better than the fixed point.
FIXED_POINT_GOAL = 1e-3
# A Jacobian is kept while a step with it cuts the gap to this share.
CHORD_GAIN = 0.1
# A gap below this is rounding: no further step mends it.
ROUNDING = 1e-14
# A flow that costs alone would cut to less than this, or raise by its inverse, is handled in logs.
EXTREME_FACTOR = 1e-30


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """What stays fixed while prices move."""

    kernel: FloatArray  # (N, N) exp(ln pi - theta t - shift)
    shift: FloatArray  # (N,) keeps the kernel's columns at or below 1, so that no cost overflows
    theta: float
    psi: float
    output: FloatArray  # (N,)
    slope: FloatArray  # (N,)
    fixed: FloatArray  # (N,)


@dataclass(frozen=True, slots=True, eq=False)
class Markets:
    """All markets at given log prices, feasible or not."""

    weight: FloatArray  # (N,) exp(-theta u)
    column: FloatArray  # (N,) sums of the weighted kernel by importer
    growth: FloatArray  # (N,) output ratio
    income: FloatArray  # (N,)
    spending: FloatArray  # (N,) the part of expenditure that moves with output
    expenditure: FloatArray  # (N,)
    log_price: FloatArray  # (N,) of the price index
    sales: FloatArray  # (N,)
    supply: FloatArray  # (N,) income times the common factor
    factor: float  # world expenditure over world output
    gap: FloatArray  # (N,) ln of sales over supply


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Log factory prices at which markets clear up to `residual`, and those markets."""

    log_wage: FloatArray
    markets: Markets
    residual: float
    iterations: int


def make_system(
    baseline: FloatArray, costs: FloatArray, *, theta: float, deficits: DeficitRule, psi: float = 0.0
) -> System:
    """The fixed parts of the system of a baseline (N, N) and cost ratios (N, N)."""
    kernel = baseline / baseline.sum(axis=0)
    shift = np.zeros(len(baseline))
    changed = costs != 1.0
    with np.errstate(over="ignore"):
        factors = np.exp(-theta * np.log(costs[changed]))
    # Logarithms of the whole matrix cost more than a step of Newton: only extreme costs need them, lest they overflow.
    if np.isfinite(factors).all() and (factors > EXTREME_FACTOR).all() and (factors < 1 / EXTREME_FACTOR).all():
        kernel[changed] *= factors
    else:
        with np.errstate(divide="ignore"):
            logs = np.log(kernel) - theta * np.log(costs)
        shift = logs.max(axis=0)
        kernel = np.exp(logs - shift)
    slope, fixed = spending_rule(baseline, deficits)
    return System(kernel, shift, theta=theta, psi=psi, output=baseline.sum(axis=1), slope=slope, fixed=fixed)


def spending_rule(baseline: FloatArray, deficits: DeficitRule) -> tuple[FloatArray, FloatArray]:
    """Slope and fixed part (N,) of expenditure in the ratio of output, in the unit of the flows."""
    output, expenditure = baseline.sum(axis=1), baseline.sum(axis=0)
    none = np.zeros_like(output)
    if deficits == "additive":
        return output, expenditure - output
    return (expenditure, none) if deficits == "multiplicative" else (output, none)


def clear_markets(system: System, log_wage: FloatArray) -> Markets:
    """The markets at the log prices (N,); values may be infeasible (see `is_feasible`)."""
    # Two products of a matrix with a vector: the matrix of shares itself is needed for a Jacobian only.
    weight = np.exp(-system.theta * log_wage)
    column = weight @ system.kernel
    log_price = -(np.log(column) + system.shift) / system.theta
    growth = np.exp(log_wage + system.psi * (log_wage - log_price)) if system.psi else np.exp(log_wage)
    income, spending = system.output * growth, system.slope * growth
    expenditure = spending + system.fixed
    sales = weight * (system.kernel @ (expenditure / column))
    factor = float(expenditure.sum() / income.sum())
    supply = factor * income
    return Markets(
        weight=weight,
        column=column,
        growth=growth,
        income=income,
        spending=spending,
        expenditure=expenditure,
        log_price=log_price,
        sales=sales,
        supply=supply,
        factor=factor,
        gap=np.log(sales / supply),
    )


def share_matrix(system: System, markets: Markets) -> FloatArray:
    """Each exporter's share in each importer's expenditure (N, N); columns add up to 1."""
    shares: FloatArray = system.kernel * markets.weight[:, None]
    shares /= markets.column
    return shares


def is_feasible(markets: Markets) -> bool:
    """Whether every economy has something to spend and no number overflowed."""
    return bool((markets.expenditure > 0).all() and np.isfinite(markets.gap).all())


def clearing_error(markets: Markets) -> float:
    """Largest relative gap between output and sales, net of the common factor; infinite where infeasible."""
    return float(np.abs(markets.sales / markets.supply - 1.0).max()) if is_feasible(markets) else float("inf")


def make_jacobian(shares: FloatArray, markets: Markets, *, theta: float, psi: float = 0.0) -> FloatArray:
    """Exact Jacobian of -gap with respect to log prices, with the numeraire added, (N, N).

    With G[j, k] = d ln g[j] / d u[k] = (1 + psi) [j = k] - psi s[k, j] it is
    theta ([i = k] - (sum over j of X'[i, j] s[k, j]) / S[i]) + ((1 - s spending / S + spending / world) G)[i, k].
    By Walras' law the first parts are singular at a solution; adding d ln(world output) / d u[k] to every row, which
    cancels the change of the common factor's denominator, makes it regular and keeps world output constant without
    singling an economy out.
    """
    # A matrix times its own transpose takes half the work of a product of two.
    root = shares * np.sqrt(markets.expenditure)
    jacobian: FloatArray = root @ root.T
    jacobian *= -theta
    diagonal = np.arange(len(markets.income))
    if psi:
        jacobian /= markets.sales[:, None]
        part = income_part(shares, markets)
        jacobian += (1.0 + psi) * part - psi * (part @ shares.T)
    else:
        jacobian -= shares * markets.spending
        jacobian /= markets.sales[:, None]
        jacobian += markets.spending / markets.expenditure.sum()
        jacobian[diagonal, diagonal] += 1.0
    jacobian[diagonal, diagonal] += theta
    return jacobian


def income_part(shares: FloatArray, markets: Markets) -> FloatArray:
    """d (ln supply - ln sales), the numeraire added, by the log of each economy's output (N, N)."""
    part: FloatArray = -shares * (markets.spending / markets.sales[:, None])
    part += markets.spending / markets.expenditure.sum()
    part[np.diag_indices(len(part))] += 1.0
    return part


def at_numeraire(system: System, log_wage: FloatArray) -> FloatArray:
    """The log prices scaled so that world output at fixed supply keeps its baseline value; a step's start, not more."""
    world = (system.output * np.exp(log_wage)).sum() / system.output.sum()
    scaled: FloatArray = log_wage - np.log(world)
    return scaled


def find_solution(system: System, *, start: FloatArray, tolerance: float) -> Solution:
    """The solution of one system: Newton, and from a fixed-point start if that stalls; else NoAnswer."""
    with np.errstate(all="ignore"):
        solution = _newton(system, start, tolerance=tolerance)
        if solution.residual <= tolerance:
            return solution
        closer = _fixed_point(system, start, tolerance=tolerance)
        again = _newton(system, closer.log_wage, tolerance=tolerance)
    spent = solution.iterations + closer.iterations + again.iterations
    if again.residual <= tolerance:
        return Solution(again.log_wage, again.markets, again.residual, spent)
    best = min(solution.residual, closer.residual, again.residual)
    hint = ""
    if best < 1e-12:
        hint = " Rounding allows no smaller gap: choose a larger tolerance."
    elif system.fixed.any():
        hint = " A surplus that stays fixed can exceed what an economy still earns: try multiplicative deficits."
    raise NoAnswer(
        f"The trade equilibrium did not converge: after {spent} iterations the largest gap between output and sales is "
        f"{best:.3g} of output, above the tolerance of {tolerance:.3g}.{hint}",
        kind="not-converged",
    )


def _world(system: System, markets: Markets) -> float:
    """ln of world output over its baseline value, 0 where the numeraire holds."""
    return float(np.log(markets.income.sum() / system.output.sum()))


def _normalised(system: System, log_wage: FloatArray) -> tuple[FloatArray, Markets]:
    """Log prices whose world output is the baseline's, and their markets."""
    if not system.psi:
        scaled = at_numeraire(system, log_wage)
        return scaled, clear_markets(system, scaled)
    # All prices by one factor move the price index by the same, so real supply stays and output moves by that factor.
    markets = clear_markets(system, log_wage)
    scaled = log_wage - _world(system, markets)
    return scaled, clear_markets(system, scaled)


def _newton(system: System, start: FloatArray, *, tolerance: float) -> Solution:
    """Newton in log prices with the exact Jacobian and a backtracking line search; may return unconverged.

    A factored Jacobian serves as long as it cuts the gap to a tenth (Shamanskii 1967): it costs fifty evaluations.
    """
    log_wage = start
    markets = clear_markets(system, log_wage)
    residual, factored, fresh = clearing_error(markets), None, False
    for iteration in range(MOST_NEWTON_STEPS):
        solved = residual <= tolerance
        if not np.isfinite(residual) or (solved and residual <= ROUNDING):
            return Solution(log_wage, markets, residual, iteration)
        if factored is None:
            jacobian = make_jacobian(share_matrix(system, markets), markets, theta=system.theta, psi=system.psi)
            factored, fresh = _factor(jacobian), True
            if factored is None:
                return Solution(log_wage, markets, residual, iteration)
        if solved:
            return _polished(system, Solution(log_wage, markets, residual, iteration), factored, tolerance=tolerance)
        step = lu_solve(factored, markets.gap, check_finite=False)
        merit, length = float(np.linalg.norm(markets.gap)), min(1.0, LONGEST_STEP / float(np.abs(step).max()))
        while length > 1e-9:
            trial, moved = _normalised(system, log_wage + length * step)
            if is_feasible(moved) and np.linalg.norm(moved.gap) <= (1.0 - 1e-4 * length) * merit:
                break
            length = length / 2.0 if fresh else 0.0
        else:
            if fresh:
                return Solution(log_wage, markets, residual, iteration)
            factored = None  # an old Jacobian led nowhere: take a new one from here
            continue
        if np.linalg.norm(moved.gap) > CHORD_GAIN * merit:
            factored = None
        fresh = False
        log_wage, markets, residual = trial, moved, clearing_error(moved)
    return Solution(log_wage, markets, residual, MOST_NEWTON_STEPS)


def _polished(
    system: System, solution: Solution, factored: tuple[FloatArray, NDArray[np.int32]], *, tolerance: float
) -> Solution:
    """The solution after more steps, until they are as small as the tolerance or rounding makes them worse.

    A gap within the tolerance can hide a price that is further off, where an economy hardly trades: the step tells.
    """
    for _ in range(MOST_POLISHING_STEPS):
        step = lu_solve(factored, solution.markets.gap, check_finite=False)
        log_wage, markets = _normalised(system, solution.log_wage + step)
        residual = clearing_error(markets)
        if not residual < solution.residual:
            break
        solution = Solution(log_wage, markets, residual, solution.iterations + 1)
        if np.abs(step).max() <= tolerance:
            break
    return solution


def _factor(jacobian: FloatArray) -> tuple[FloatArray, NDArray[np.int32]] | None:
    """The LU factors, or None where the matrix is singular or not finite."""
    if not np.isfinite(jacobian).all():
        return None
    factors, pivots, info = dgetrf(jacobian)
    return None if info else (factors, pivots)


def _fixed_point(system: System, start: FloatArray, *, tolerance: float) -> Solution:
    """Prices raised where goods are in excess demand (Alvarez and Lucas 2007, JME 54(6)); may return unconverged."""
    log_wage, gain = start, 1.0 / (1.0 + system.theta + system.psi)
    markets = clear_markets(system, log_wage)
    goal = max(tolerance, FIXED_POINT_GOAL)
    residual = clearing_error(markets)
    iteration = 0
    while iteration < MOST_FIXED_POINT_STEPS and residual > goal and np.isfinite(residual) and gain > 1e-6:
        iteration += 1
        trial, moved = _normalised(system, log_wage + gain * markets.gap)
        if not is_feasible(moved):
            gain /= 2.0
            continue
        log_wage, markets, residual = trial, moved, clearing_error(moved)
    return Solution(log_wage, markets, residual, iteration)
