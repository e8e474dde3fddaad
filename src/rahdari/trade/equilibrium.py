"""General equilibrium of trade in changes: functions of arrays that solve, differentiate and batch it.

One sector, exact hat algebra (Dekle, Eaton and Kortum 2008, IMF Staff Papers 55(3); Arkolakis, Costinot and
Rodriguez-Clare 2012, AER 102(1)). Notation, all arrays exporter x importer:

    pi[i, j]   baseline share of i in the expenditure of j          u[i]    ln of the wage ratio w'/w
    t[i, j]    ln of the trade cost ratio                           theta   trade elasticity, above 0
    s[i, j]  = pi[i, j] exp(-theta (u[i] + t[i, j])) / sum over k of the same            (new shares)
    P[j]     = (sum over i of pi[i, j] exp(-theta (u[i] + t[i, j]))) ** (-1 / theta)     (price index ratio)
    E'[j]    = slope[j] exp(u[j]) + fixed[j]                                             (the deficit rule)
    gap[i]   = ln(sum over j of s[i, j] E'[j]) - ln(factor Y[i] exp(u[i])) = 0           (markets clear)

`factor` is world expenditure over world output: 1 unless deficits are multiplicative. World output is the numeraire.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rahdari.exceptions import InputFault, NoAnswer

FloatArray = NDArray[np.float64]
DeficitRule = Literal["additive", "multiplicative", "zero"]
DEFICIT_RULES: tuple[str, ...] = get_args(DeficitRule)

DEFAULT_TOLERANCE = 1e-10
MOST_NEWTON_STEPS = 60
MOST_FIXED_POINT_STEPS = 2_000
MOST_BATCH_STEPS = 12
# No wage moves by more than this in one step, in logs: a Newton step from afar can be absurd.
LONGEST_STEP = 3.0
# From this gap on Newton is better than the fixed point.
FIXED_POINT_GOAL = 1e-3
# Numbers held at once by a block of a batch: large enough to amortise Python, small enough to stay near the cache.
BLOCK_NUMBERS = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium:
    """A solved counterfactual; vectors (N,) are ratios to the baseline, flows (N, N) in the unit of the input.

    Under the rule `zero` the baseline is the one re-solved without deficits, and `baseline_flows` holds it. `exports`
    leaves domestic flows out and is NaN where an economy exported nothing. `common_factor` is world expenditure over
    world output, out of which `residual` is taken.
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


@dataclass(frozen=True, slots=True, eq=False)
class BatchEquilibrium:
    """K counterfactuals of one baseline; arrays (K, N) are ratios to it, `pair_flows` (K, M) in the input's unit.

    `failed` lists the scenarios that did not converge; their rows hold NaN, never numbers.
    """

    converged: NDArray[np.bool_]
    failed: tuple[int, ...]
    iterations: NDArray[np.int64]
    residual: FloatArray
    nominal_wage: FloatArray
    price_index: FloatArray
    welfare: FloatArray
    pair_flows: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class CostResponse:
    """First-order changes, in logs, along a direction of ln trade costs; (N,) and, for flows, (N, N)."""

    nominal_wage: FloatArray
    price_index: FloatArray
    welfare: FloatArray
    flows: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _System:
    """What stays fixed while wages move; a leading axis of scenarios is allowed on `kernel`, `shift` and `theta`."""

    kernel: FloatArray  # (..., N, N) exp(ln pi - theta t - shift)
    shift: FloatArray  # (..., N) keeps the kernel's columns at or below 1, so that no cost overflows
    theta: FloatArray  # (...)
    output: FloatArray  # (N,)
    slope: FloatArray  # (N,)
    fixed: FloatArray  # (N,)


@dataclass(frozen=True, slots=True, eq=False)
class _Markets:
    """All markets at given log wages, feasible or not."""

    flows: FloatArray  # (..., N, N)
    shares: FloatArray  # (..., N, N)
    income: FloatArray  # (..., N)
    spending_slope: FloatArray  # (..., N) derivative of expenditure with respect to the own log wage
    expenditure: FloatArray  # (..., N)
    log_price: FloatArray  # (..., N)
    sales: FloatArray  # (..., N)
    supply: FloatArray  # (..., N) income times the common factor
    factor: FloatArray  # (...) world expenditure over world output
    gap: FloatArray  # (..., N) ln of sales over supply


@dataclass(frozen=True, slots=True, eq=False)
class _Solution:
    log_wage: FloatArray
    markets: _Markets
    residual: float
    iterations: int


def solve_equilibrium(
    flows: ArrayLike,
    cost_changes: ArrayLike,
    *,
    elasticity: float,
    deficits: DeficitRule = "additive",
    tolerance: float = DEFAULT_TOLERANCE,
) -> Equilibrium:
    """The counterfactual equilibrium, as ratios to the baseline, or NoAnswer if markets do not clear to `tolerance`.

    `flows` (N, N), exporter x importer with domestic flows, in any one unit; `cost_changes` (N, N), ratios of the
    trade cost factor (1 = none). Dekle, Eaton and Kortum (2008), equations 8 and 9; welfare is real expenditure.
    """
    baseline = _checked_flows(flows)
    costs = _checked_costs(cost_changes, shape=baseline.shape)
    check_options(elasticity=elasticity, deficits=deficits, tolerance=tolerance)
    system = _system_of(baseline, costs, elasticity=elasticity, deficits=deficits)
    size = len(baseline)
    start = np.zeros(size)
    log_price_before = np.zeros(size)
    flows_before = baseline
    iterations = 0
    if deficits == "zero":
        # Hat changes compose: without deficits, both solved from the data, their quotient is the change sought.
        before = _solve(
            _system_of(baseline, np.ones_like(costs), elasticity=elasticity, deficits=deficits),
            start=start,
            tolerance=tolerance,
        )
        start, log_price_before = before.log_wage, before.markets.log_price
        flows_before, iterations = before.markets.flows, before.iterations
    after = _solve(system, start=start, tolerance=tolerance)
    wage = np.exp(after.log_wage - (start if deficits == "zero" else 0.0))
    price = np.exp(after.markets.log_price - log_price_before)
    return Equilibrium(
        converged=True,
        iterations=iterations + after.iterations,
        residual=after.residual,
        nominal_wage=wage,
        price_index=price,
        output=wage.copy(),
        exports=_export_ratio(after.markets.flows, flows_before),
        welfare=after.markets.expenditure / flows_before.sum(axis=0) / price,
        baseline_flows=flows_before,
        flows=after.markets.flows,
        common_factor=float(after.markets.factor),
        elasticity=float(elasticity),
        deficits=deficits,
    )


def solve_batch(
    flows: ArrayLike,
    cost_changes: ArrayLike,
    *,
    elasticity: ArrayLike,
    deficits: DeficitRule = "additive",
    tolerance: float = DEFAULT_TOLERANCE,
    pairs: tuple[tuple[int, int], ...] = (),
) -> BatchEquilibrium:
    """K counterfactuals of one baseline, each with its own convergence; ratios to the baseline, flows of `pairs`.

    `cost_changes` (K, N, N); `elasticity` one number or (K,). `pairs` are positions (exporter, importer) whose
    counterfactual flows are wanted. The vectorised Newton takes full steps; a scenario that it leaves is solved
    again alone with the safeguards of `solve_equilibrium`, and is listed in `failed` if that gives no answer either.
    """
    baseline = _checked_flows(flows)
    costs = _checked_costs(cost_changes, shape=(len(np.asarray(cost_changes)), *baseline.shape))
    thetas = np.broadcast_to(np.asarray(elasticity, dtype=np.float64), (len(costs),))
    for theta in np.unique(thetas):
        check_options(elasticity=float(theta), deficits=deficits, tolerance=tolerance)
    if not np.isfinite(thetas).all():
        raise InputFault("An elasticity of the batch is not a number.", kind="elasticity")
    step = max(1, BLOCK_NUMBERS // baseline.size)
    blocks = [
        _solve_block(
            baseline,
            costs[first : first + step],
            thetas=thetas[first : first + step],
            deficits=deficits,
            tolerance=tolerance,
            pairs=pairs,
        )
        for first in range(0, len(costs), step)
    ]
    return _joined(blocks, size=len(baseline), pairs=len(pairs))


def differentiate(equilibrium: Equilibrium, direction: ArrayLike) -> CostResponse:
    """First-order log changes of every outcome along `direction` (N, N), a change of ln trade costs.

    Implicit function theorem at the counterfactual: with m[j] = sum over k of s[k, j] dt[k, j], the wages solve
    Jacobian . du = -theta (sum over j of X'[i, j] (dt[i, j] - m[j])) / S[i]; world output stays the numeraire.
    """
    dt = np.asarray(direction, dtype=np.float64)
    theta = equilibrium.elasticity
    state = _state_of(equilibrium)
    average = (state.shares * dt).sum(axis=0)
    gap_change = -theta * (state.flows * (dt - average)).sum(axis=1) / state.sales
    du = np.linalg.solve(_jacobian(state, theta=np.asarray(theta)), gap_change)
    dp = state.shares.T @ du + average
    spending = state.spending_slope / state.expenditure * du
    flow_change = -theta * (du[:, None] + dt) + (theta * dp + spending)[None, :]
    return CostResponse(nominal_wage=du, price_index=dp, welfare=spending - dp, flows=flow_change)


def differentiate_welfare(equilibrium: Equilibrium) -> FloatArray:
    """d ln welfare of economy n / d ln trade cost of pair (i, j), at the counterfactual, shape (N, N, N)."""
    state = _state_of(equilibrium)
    # ln welfare[n] = ln E'[n] - ln P[n]: its direct gradients with respect to u, and to the costs of its imports.
    wage_gradient = np.diag(state.spending_slope / state.expenditure) - state.shares.T
    total = _through_wages(state, wage_gradient, theta=equilibrium.elasticity)
    importers = np.arange(len(state.income))
    total[importers, :, importers] -= state.shares.T
    return total


def differentiate_flow(equilibrium: Equilibrium, pair: tuple[int, int]) -> FloatArray:
    """d ln flow of `pair` (exporter, importer positions) / d ln trade cost of every pair, shape (N, N)."""
    exporter, importer = pair
    theta = equilibrium.elasticity
    state = _state_of(equilibrium)
    wage_gradient = theta * state.shares[:, importer]
    wage_gradient[exporter] -= theta
    wage_gradient[importer] += state.spending_slope[importer] / state.expenditure[importer]
    total: FloatArray = _through_wages(state, wage_gradient[None, :], theta=theta)[0]
    total[:, importer] += theta * state.shares[:, importer]
    total[exporter, importer] -= theta
    return total


def check_options(*, elasticity: float, deficits: str, tolerance: float) -> None:
    """Nothing, or an InputFault that names the option and what it may be."""
    if not (np.isfinite(elasticity) and elasticity > 0):
        raise InputFault(
            f"The elasticity is {elasticity}; it is theta, must be above 0, and flows vary with cost ** -theta.",
            kind="elasticity",
        )
    if deficits not in DEFICIT_RULES:
        raise InputFault(
            f"Unknown deficit rule: {deficits!r}. It is one of {', '.join(DEFICIT_RULES)}.",
            kind="unknown-deficit-rule",
            suggestions=DEFICIT_RULES,
        )
    if not (np.isfinite(tolerance) and tolerance > 0):
        raise InputFault(f"The tolerance is {tolerance}; it must be above 0, for example 1e-10.", kind="tolerance")


def _checked_flows(flows: ArrayLike) -> FloatArray:
    """The flows as a float array (N, N) in which every economy sells and buys something."""
    matrix = np.asarray(flows, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not len(matrix):
        raise InputFault(f"Flows must be a square matrix, exporter x importer; it has shape {matrix.shape}.")
    if not np.isfinite(matrix).all() or (matrix < 0).any():
        raise InputFault("Flows must be finite and not negative.")
    if not ((matrix.sum(axis=0) > 0).all() and (matrix.sum(axis=1) > 0).all()):
        raise InputFault("Every economy must sell something and buy something; a row or column of flows is all zero.")
    return matrix


def _checked_costs(cost_changes: ArrayLike, *, shape: tuple[int, ...]) -> FloatArray:
    """The cost changes as a float array of the shape wanted, all above zero."""
    costs = np.asarray(cost_changes, dtype=np.float64)
    if costs.shape != shape:
        raise InputFault(f"Cost changes have shape {costs.shape}; the flows need {shape}.")
    if not np.isfinite(costs).all() or (costs <= 0).any():
        raise InputFault("Cost changes must be finite and above 0 (1 = no change).")
    return costs


def _system_of(baseline: FloatArray, costs: FloatArray, *, elasticity: ArrayLike, deficits: DeficitRule) -> _System:
    """The fixed parts of the system; `costs` (..., N, N) and `elasticity` (...) may have an axis of scenarios."""
    theta = np.asarray(elasticity, dtype=np.float64)
    output, expenditure = baseline.sum(axis=1), baseline.sum(axis=0)
    with np.errstate(divide="ignore"):
        log_kernel = np.log(baseline / expenditure) - theta[..., None, None] * np.log(costs)
    shift = log_kernel.max(axis=-2)
    none = np.zeros_like(output)
    slope, fixed = {
        "additive": (output, expenditure - output),
        "multiplicative": (expenditure, none),
        "zero": (output, none),
    }[deficits]
    return _System(
        kernel=np.exp(log_kernel - shift[..., None, :]),
        shift=shift,
        theta=theta,
        output=output,
        slope=slope,
        fixed=fixed,
    )


def _clear(system: _System, log_wage: FloatArray) -> _Markets:
    """The markets at the log wages (..., N); values may be infeasible (see `_feasible`)."""
    theta = system.theta[..., None]
    weighted = system.kernel * np.exp(-theta * log_wage)[..., None]
    column = weighted.sum(axis=-2)
    shares = weighted / column[..., None, :]
    wage = np.exp(log_wage)
    income, spending_slope = system.output * wage, system.slope * wage
    expenditure = spending_slope + system.fixed
    flows = shares * expenditure[..., None, :]
    sales = flows.sum(axis=-1)
    factor = expenditure.sum(axis=-1) / income.sum(axis=-1)
    supply = factor[..., None] * income
    return _Markets(
        flows=flows,
        shares=shares,
        income=income,
        spending_slope=spending_slope,
        expenditure=expenditure,
        log_price=-(np.log(column) + system.shift) / theta,
        sales=sales,
        supply=supply,
        factor=factor,
        gap=np.log(sales / supply),
    )


def _feasible(markets: _Markets) -> NDArray[np.bool_]:
    """Where every economy has something to spend and no number overflowed (...)."""
    return np.asarray(((markets.expenditure > 0) & np.isfinite(markets.gap)).all(axis=-1))


def _residual(markets: _Markets) -> FloatArray:
    """Largest relative gap between output and sales (...), net of the common factor; infinite where infeasible."""
    largest = np.abs(markets.sales / markets.supply - 1.0).max(axis=-1)
    residual: FloatArray = np.where(_feasible(markets), largest, np.inf)
    return residual


def _jacobian(markets: _Markets, *, theta: FloatArray) -> FloatArray:
    """Exact Jacobian of -gap with respect to log wages, with the numeraire added, (..., N, N).

    -d gap[i] / d u[k] = [i = k] (1 + theta) - theta (sum over j of X'[i, j] s[k, j]) / S[i]
                         - s[i, k] slope[k] / S[i] + (slope[k] - factor I[k]) / (factor sum of I).
    By Walras' law it is singular at a solution; adding n[k] with n = I / sum of I to every row makes it regular and
    forces n . du = 0 there, that is constant world output, without singling an economy out.
    """
    world = markets.income.sum(axis=-1)[..., None]
    theta = theta[..., None]
    jacobian = -theta[..., None] * (markets.flows @ np.swapaxes(markets.shares, -1, -2))
    jacobian -= markets.shares * markets.spending_slope[..., None, :]
    jacobian /= markets.sales[..., None]
    # The numeraire's n and the last term's income cancel.
    jacobian += (markets.spending_slope / (markets.factor[..., None] * world))[..., None, :]
    diagonal = np.arange(markets.income.shape[-1])
    jacobian[..., diagonal, diagonal] += 1.0 + theta
    return jacobian


def _at_numeraire(system: _System, log_wage: FloatArray) -> FloatArray:
    """The log wages scaled so that world output keeps its baseline value."""
    world = (system.output * np.exp(log_wage)).sum(axis=-1) / system.output.sum()
    scaled: FloatArray = log_wage - np.log(world)[..., None]
    return scaled


def _solve(system: _System, *, start: FloatArray, tolerance: float) -> _Solution:
    """The solution of one system: Newton, and from a fixed-point start if that stalls; else NoAnswer."""
    with np.errstate(all="ignore"):
        solution = _newton(system, start, tolerance=tolerance)
        if solution.residual <= tolerance:
            return solution
        closer = _fixed_point(system, start, tolerance=tolerance)
        again = _newton(system, closer.log_wage, tolerance=tolerance)
    spent = solution.iterations + closer.iterations + again.iterations
    if again.residual <= tolerance:
        return _Solution(again.log_wage, again.markets, again.residual, spent)
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


def _newton(system: _System, start: FloatArray, *, tolerance: float) -> _Solution:
    """Newton in log wages with the exact Jacobian and a backtracking line search; may return unconverged."""
    log_wage = start
    markets = _clear(system, log_wage)
    residual = float(_residual(markets))
    for iteration in range(MOST_NEWTON_STEPS):
        if residual <= tolerance or not np.isfinite(residual):
            return _Solution(log_wage, markets, residual, iteration)
        try:
            step = np.linalg.solve(_jacobian(markets, theta=system.theta), markets.gap)
        except np.linalg.LinAlgError:
            return _Solution(log_wage, markets, residual, iteration)
        merit, length = float(np.linalg.norm(markets.gap)), min(1.0, LONGEST_STEP / float(np.abs(step).max()))
        while length > 1e-9:
            trial = _at_numeraire(system, log_wage + length * step)
            moved = _clear(system, trial)
            if _feasible(moved) and np.linalg.norm(moved.gap) <= (1.0 - 1e-4 * length) * merit:
                break
            length /= 2.0
        else:
            return _Solution(log_wage, markets, residual, iteration)
        log_wage, markets, residual = trial, moved, float(_residual(moved))
    return _Solution(log_wage, markets, residual, MOST_NEWTON_STEPS)


def _fixed_point(system: _System, start: FloatArray, *, tolerance: float) -> _Solution:
    """Wages raised where goods are in excess demand (Alvarez and Lucas 2007, JME 54(6)); may return unconverged."""
    log_wage, gain = start, 1.0 / (1.0 + float(system.theta))
    markets = _clear(system, log_wage)
    goal = max(tolerance, FIXED_POINT_GOAL)
    residual = float(_residual(markets))
    iteration = 0
    while iteration < MOST_FIXED_POINT_STEPS and residual > goal and np.isfinite(residual) and gain > 1e-6:
        iteration += 1
        trial = _at_numeraire(system, log_wage + gain * markets.gap)
        moved = _clear(system, trial)
        if not _feasible(moved):
            gain /= 2.0
            continue
        log_wage, markets, residual = trial, moved, float(_residual(moved))
    return _Solution(log_wage, markets, residual, iteration)


def _export_ratio(flows: FloatArray, before: FloatArray) -> FloatArray:
    """Exports without domestic flows, as a ratio (N,); NaN where there were none."""
    international = ~np.eye(len(before), dtype=bool)
    old, new = (before * international).sum(axis=1), (flows * international).sum(axis=1)
    ratio: FloatArray = np.divide(new, old, out=np.full_like(old, np.nan), where=old > 0)
    return ratio


def _state_of(equilibrium: Equilibrium) -> _Markets:
    """The markets at a solved equilibrium, rebuilt from its flows."""
    flows = equilibrium.flows
    expenditure, sales = flows.sum(axis=0), flows.sum(axis=1)
    income = equilibrium.baseline_flows.sum(axis=1) * equilibrium.nominal_wage
    return _Markets(
        flows=flows,
        shares=flows / expenditure,
        income=income,
        spending_slope=expenditure if equilibrium.deficits == "multiplicative" else income,
        expenditure=expenditure,
        log_price=np.log(equilibrium.price_index),
        sales=sales,
        supply=equilibrium.common_factor * income,
        factor=np.asarray(equilibrium.common_factor),
        gap=np.log(sales / (equilibrium.common_factor * income)),
    )


def _through_wages(state: _Markets, wage_gradient: FloatArray, *, theta: float) -> FloatArray:
    """The part of M gradients (M, N) with respect to log wages that costs move, by the adjoint, shape (M, N, N)."""
    jacobian = _jacobian(state, theta=np.asarray(theta))
    adjoint = np.linalg.solve(jacobian.T, wage_gradient.T).T / state.sales
    average = adjoint @ state.shares
    moved: FloatArray = -theta * state.flows * (adjoint[:, :, None] - average[:, None, :])
    return moved


def _solve_block(
    baseline: FloatArray,
    costs: FloatArray,
    *,
    thetas: FloatArray,
    deficits: DeficitRule,
    tolerance: float,
    pairs: tuple[tuple[int, int], ...],
) -> BatchEquilibrium:
    """One block of a batch, solved at once; see `solve_batch`."""
    start = np.zeros((len(costs), len(baseline)))
    system = _system_of(baseline, costs, elasticity=thetas, deficits=deficits)
    spending = np.broadcast_to(baseline.sum(axis=0), start.shape)
    price_before = np.zeros_like(start)
    failed = np.zeros(len(costs), dtype=bool)
    iterations = np.zeros(len(costs), dtype=np.int64)
    if deficits == "zero":
        levels, where = np.unique(thetas, return_inverse=True)
        plain = _system_of(baseline, np.ones((len(levels), *baseline.shape)), elasticity=levels, deficits=deficits)
        start, missed, steps = _newton_batch(plain, np.zeros((len(levels), len(baseline))), tolerance=tolerance)
        before = _clear(plain, start)
        start, spending, price_before = start[where], before.expenditure[where], before.log_price[where]
        failed, iterations = missed[where], steps[where]
    log_wage, missed, steps = _newton_batch(system, start, tolerance=tolerance)
    failed = failed | missed
    with np.errstate(all="ignore"):
        markets = _clear(system, log_wage)
        residual = _residual(markets)
        price = np.exp(markets.log_price - price_before)
        wage = np.exp(log_wage - (start if deficits == "zero" else 0.0))
        welfare = markets.expenditure / spending / price
    exporters, importers = ([pair[side] for pair in pairs] for side in (0, 1))
    pair_flows = markets.flows[:, exporters, importers] if pairs else np.empty((len(costs), 0))
    blank = failed[:, None]
    return BatchEquilibrium(
        converged=~failed,
        failed=tuple(int(index) for index in np.flatnonzero(failed)),
        iterations=iterations + steps,
        residual=np.where(failed, np.nan, residual),
        nominal_wage=np.where(blank, np.nan, wage),
        price_index=np.where(blank, np.nan, price),
        welfare=np.where(blank, np.nan, welfare),
        pair_flows=np.where(blank, np.nan, pair_flows),
    )


def _newton_batch(
    system: _System, start: FloatArray, *, tolerance: float
) -> tuple[FloatArray, NDArray[np.bool_], NDArray[np.int64]]:
    """Log wages (K, N), which scenarios failed (K,), and iterations (K,)."""
    log_wage = start.copy()
    iterations = np.zeros(len(start), dtype=np.int64)
    solved = np.zeros(len(start), dtype=bool)
    active = np.arange(len(start))
    with np.errstate(all="ignore"):
        for _ in range(MOST_BATCH_STEPS):
            markets = _clear(_part_of(system, active), log_wage[active])
            residual = _residual(markets)
            solved[active[residual <= tolerance]] = True
            going = np.isfinite(residual) & (residual > tolerance)
            active = active[going]
            if not len(active):
                break
            markets = _Markets(*(getattr(markets, field.name)[going] for field in fields(markets)))
            try:
                step = np.linalg.solve(_jacobian(markets, theta=system.theta[active]), markets.gap[..., None])[..., 0]
            except np.linalg.LinAlgError:
                break  # one singular scenario stops the block: all that are left are solved one by one
            step *= np.minimum(1.0, LONGEST_STEP / np.abs(step).max(axis=-1))[:, None]
            log_wage[active] = _at_numeraire(system, log_wage[active] + step)
            iterations[active] += 1
    for index in np.flatnonzero(~solved):
        try:
            alone = _solve(_part_of(system, int(index)), start=start[index], tolerance=tolerance)
        except NoAnswer:
            continue  # stays in the failed set, which the caller gets
        log_wage[index], solved[index] = alone.log_wage, True
        iterations[index] += alone.iterations
    return log_wage, ~solved, iterations


def _part_of(system: _System, chosen: int | NDArray[np.int64]) -> _System:
    """The scenarios `chosen` of a system with an axis of scenarios; a number takes that axis away."""
    return _System(
        kernel=system.kernel[chosen],
        shift=system.shift[chosen],
        theta=np.asarray(system.theta[chosen]),
        output=system.output,
        slope=system.slope,
        fixed=system.fixed,
    )


def _joined(blocks: list[BatchEquilibrium], *, size: int, pairs: int) -> BatchEquilibrium:
    """The blocks of a batch one after the other."""
    if not blocks:
        none = np.empty((0, size))
        return BatchEquilibrium(
            converged=np.empty(0, dtype=bool),
            failed=(),
            iterations=np.empty(0, dtype=np.int64),
            residual=np.empty(0),
            nominal_wage=none,
            price_index=none,
            welfare=none,
            pair_flows=np.empty((0, pairs)),
        )
    converged = np.concatenate([block.converged for block in blocks])
    return BatchEquilibrium(
        converged=converged,
        failed=tuple(int(index) for index in np.flatnonzero(~converged)),
        iterations=np.concatenate([block.iterations for block in blocks]),
        residual=np.concatenate([block.residual for block in blocks]),
        nominal_wage=np.concatenate([block.nominal_wage for block in blocks]),
        price_index=np.concatenate([block.price_index for block in blocks]),
        welfare=np.concatenate([block.welfare for block in blocks]),
        pair_flows=np.concatenate([block.pair_flows for block in blocks]),
    )
