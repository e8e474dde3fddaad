"""Thousands of counterfactuals of one baseline, each with its own convergence.

A chord Newton method on blocks of scenarios: the share matrix of the baseline and one inverted Jacobian serve a whole
block, a policy is a sparse correction of that matrix, and all else is products of matrices. Anderson's mixing (1965,
JACM 12(4)) makes up for what the Jacobian does not know of the single scenario. Blocks run on threads, with one thread
of linear algebra each. Symbols are those of `markets`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rahdari.exceptions import InputFault, NoAnswer
from rahdari.trade.blas import count_cpus, one_thread
from rahdari.trade.equilibrium import DEFAULT_TOLERANCE, check_costs, check_flow_matrix, check_options
from rahdari.trade.markets import (
    LONGEST_STEP,
    DeficitRule,
    FloatArray,
    find_solution,
    make_jacobian,
    make_system,
    share_matrix,
    spending_rule,
)

MOST_STEPS = 40
# Scenarios of a block: enough to make products of matrices efficient, few enough to stay in the cache.
BLOCK_SCENARIOS = 256
# The batch stops below the tolerance by this factor, so that it agrees with a scenario solved alone.
MARGIN = 0.2
# Scenarios whose elasticities differ by no more than this factor share a Jacobian.
LIKE_ELASTICITIES = 1.2
# The centre only has to be near its scenarios.
CENTRE_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioCosts:
    """K scenarios that change the costs of the same M pairs: positions (M,) and ratios of cost factors (K, M)."""

    exporters: NDArray[np.intp]
    importers: NDArray[np.intp]
    changes: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class BatchEquilibrium:
    """K counterfactuals of one baseline; arrays (K, N) are ratios to it, `pair_flows` (K, M) in the input's unit.

    `failed` lists the scenarios that did not converge, `failures` says why, in the same order; their rows hold NaN,
    never numbers. `retried` lists those that a safer method solved one by one, and those that it could not.
    """

    converged: NDArray[np.bool_]
    failed: tuple[int, ...]
    failures: tuple[str, ...]
    retried: tuple[int, ...]
    iterations: NDArray[np.int64]
    residual: FloatArray
    nominal_wage: FloatArray
    price_index: FloatArray
    welfare: FloatArray
    pair_flows: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Baseline:
    """What all scenarios share."""

    flows: FloatArray
    shares: FloatArray
    shares_across: FloatArray  # the transpose, contiguous
    output: FloatArray
    slope: FloatArray
    fixed: FloatArray
    deficits: DeficitRule
    tolerance: float


@dataclass(frozen=True, slots=True, eq=False)
class _Policy:
    """The changed pairs in order of importers, as a correction of the shares."""

    exporters: NDArray[np.intp]  # (M,)
    importers: NDArray[np.intp]  # (M,)
    share: FloatArray  # (M,)
    buyers: NDArray[np.intp]  # the importers, once each
    buyer_starts: NDArray[np.intp]  # where each importer's pairs begin
    by_exporter: NDArray[np.intp]  # (M,) the pairs in order of exporters
    sellers: NDArray[np.intp]  # the exporters, once each
    seller_starts: NDArray[np.intp]  # where each exporter's pairs begin in that order


@dataclass(frozen=True, slots=True, eq=False)
class _Centre:
    """Where a group of scenarios starts, and the transposed inverse of the Jacobian there.

    Single precision halves the time of its products and costs no accuracy: it only proposes moves.
    """

    log_wage: FloatArray
    inverse: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """Answers (K, N) and (K,), NaN where a scenario is not solved; `failures` says why, by row."""

    log_wage: FloatArray
    log_price: FloatArray
    residual: FloatArray
    steps: NDArray[np.int64]
    retried: NDArray[np.bool_]
    failures: dict[int, str]


def solve_batch(
    flows: ArrayLike,
    cost_changes: ArrayLike,
    *,
    elasticity: ArrayLike,
    deficits: DeficitRule = "additive",
    tolerance: float = DEFAULT_TOLERANCE,
    pairs: Sequence[tuple[int, int]] = (),
) -> BatchEquilibrium:
    """K counterfactuals from dense cost ratios (K, N, N); `solve_scenarios` takes the changed pairs alone."""
    baseline = check_flow_matrix(flows)
    costs = check_costs(cost_changes, shape=(len(np.asarray(cost_changes)), *baseline.shape))
    exporters, importers = np.nonzero((costs != 1.0).any(axis=0) & (baseline > 0))
    scenarios = ScenarioCosts(exporters, importers, costs[:, exporters, importers])
    return solve_scenarios(
        baseline, scenarios, elasticity=elasticity, deficits=deficits, tolerance=tolerance, pairs=pairs
    )


def solve_scenarios(
    flows: ArrayLike,
    scenarios: ScenarioCosts,
    *,
    elasticity: ArrayLike,
    deficits: DeficitRule = "additive",
    tolerance: float = DEFAULT_TOLERANCE,
    pairs: Sequence[tuple[int, int]] = (),
    workers: int | None = None,
) -> BatchEquilibrium:
    """K counterfactuals of one baseline, each with its own convergence; ratios to the baseline, flows of `pairs`.

    `elasticity` is one number or (K,). `pairs` are positions (exporter, importer) whose counterfactual flows are
    wanted. A scenario that the chord method leaves is solved again alone, with the safeguards of `solve_equilibrium`;
    if that gives no answer either it is listed in `failed`. `workers` is the number of threads
    (default: one for each CPU); the result does not depend on it.
    """
    matrix = check_flow_matrix(flows)
    _check_scenarios(scenarios, size=len(matrix))
    thetas = _checked_elasticities(elasticity, scenarios, deficits=deficits, tolerance=tolerance)
    baseline = _make_baseline(matrix, deficits=deficits, tolerance=tolerance)
    policy, order = _make_policy(scenarios.exporters, scenarios.importers, shares=baseline.shares)
    log_changes = np.log(scenarios.changes)[:, order]
    before = None
    with one_thread(), ThreadPoolExecutor(workers or count_cpus()) as pool:
        if deficits == "zero":
            # Hat changes compose: without deficits, both solved from the data, their quotient is the change sought.
            levels, where = np.unique(thetas, return_inverse=True)
            none = _make_policy(*np.empty((2, 0), dtype=np.intp), shares=baseline.shares)[0]
            plain = _solve_all(baseline, none, np.empty((len(levels), 0)), levels, pool=pool)
            before = _take(plain, where)
        after = _solve_all(baseline, policy, log_changes, thetas, pool=pool)
    return _collect(baseline, scenarios, after, before, thetas=thetas, pairs=pairs)


def _check_scenarios(scenarios: ScenarioCosts, *, size: int) -> None:
    """Nothing, or an InputFault where positions or changes cannot be those of scenarios."""
    exporters, importers, changes = scenarios.exporters, scenarios.importers, scenarios.changes
    if exporters.shape != importers.shape or changes.ndim != 2 or changes.shape[1] != exporters.size:
        raise InputFault(
            f"Scenarios need positions (M,) and changes (K, M), not {exporters.shape}, {importers.shape} and "
            f"{changes.shape}."
        )
    places = np.concatenate([exporters, importers])
    if places.size and (places.min() < 0 or places.max() >= size):
        raise InputFault(f"A scenario names a position outside 0 to {size - 1}.")
    if len(np.unique(exporters * size + importers)) < exporters.size:
        raise InputFault("The scenarios name a pair more than once.", kind="duplicate-pair")
    if not np.isfinite(changes).all() or (changes <= 0).any():
        raise InputFault("Cost changes must be finite and above 0 (1 = no change).")


def _checked_elasticities(
    elasticity: ArrayLike, scenarios: ScenarioCosts, *, deficits: DeficitRule, tolerance: float
) -> FloatArray:
    """One elasticity for each scenario (K,)."""
    given = np.asarray(elasticity, dtype=np.float64)
    if given.ndim and given.shape != (len(scenarios.changes),):
        raise InputFault(f"Elasticities have shape {given.shape}; give one number or one for each scenario.")
    for theta in (given.min(initial=np.inf), given.max(initial=0.0)) if given.size else ():
        check_options(elasticity=float(theta), deficits=deficits, tolerance=tolerance)
    if not np.isfinite(given).all():
        raise InputFault("An elasticity of the batch is not a number.", kind="elasticity")
    return np.broadcast_to(given, (len(scenarios.changes),))


def _make_baseline(matrix: FloatArray, *, deficits: DeficitRule, tolerance: float) -> _Baseline:
    slope, fixed = spending_rule(matrix, deficits)
    shares = matrix / matrix.sum(axis=0)
    return _Baseline(
        flows=matrix,
        shares=shares,
        shares_across=np.ascontiguousarray(shares.T),
        output=matrix.sum(axis=1),
        slope=slope,
        fixed=fixed,
        deficits=deficits,
        tolerance=tolerance,
    )


def _make_policy(
    exporters: NDArray[np.intp], importers: NDArray[np.intp], *, shares: FloatArray
) -> tuple[_Policy, NDArray[np.intp]]:
    """The policy, and the order in which it takes the pairs that were given."""
    order = np.lexsort((exporters, importers))
    exporters, importers = exporters[order], importers[order]
    by_exporter = np.lexsort((importers, exporters))
    buyers, buyer_starts = np.unique(importers, return_index=True)
    sellers, seller_starts = np.unique(exporters[by_exporter], return_index=True)
    return _Policy(
        exporters=exporters,
        importers=importers,
        share=shares[exporters, importers],
        buyers=buyers,
        buyer_starts=buyer_starts,
        by_exporter=by_exporter,
        sellers=sellers,
        seller_starts=seller_starts,
    ), order


def _solve_all(
    baseline: _Baseline, policy: _Policy, log_changes: FloatArray, thetas: FloatArray, *, pool: ThreadPoolExecutor
) -> _Solved:
    """All scenarios, in their order: by blocks, and one by one where that failed."""
    size = len(baseline.output)
    solved = _Solved(
        log_wage=np.full((len(thetas), size), np.nan),
        log_price=np.full((len(thetas), size), np.nan),
        residual=np.full(len(thetas), np.nan),
        steps=np.zeros(len(thetas), dtype=np.int64),
        retried=np.zeros(len(thetas), dtype=np.bool_),
        failures={},
    )
    groups = _group_by_elasticity(thetas)
    centres = list(pool.map(lambda rows: _find_centre(baseline, policy, log_changes[rows], thetas[rows]), groups))
    blocks = [
        (centre, rows[first : first + BLOCK_SCENARIOS])
        for centre, rows in zip(centres, groups, strict=True)
        for first in range(0, len(rows), BLOCK_SCENARIOS)
    ]

    def solve(block: tuple[_Centre, NDArray[np.intp]]) -> None:
        # Each block writes its own rows, so threads do not meet.
        centre, rows = block
        _solve_block(baseline, policy, centre, log_changes[rows], thetas[rows], rows=rows, into=solved)

    list(pool.map(solve, blocks))
    left = np.flatnonzero(~(solved.residual <= baseline.tolerance))
    solved.retried[left] = True
    list(
        pool.map(
            lambda row: _solve_alone(baseline, policy, log_changes[row], float(thetas[row]), row=row, into=solved), left
        )
    )
    return solved


def _group_by_elasticity(thetas: FloatArray) -> list[NDArray[np.intp]]:
    """The scenarios in groups of like elasticity, as each group shares one Jacobian."""
    ranked = np.argsort(thetas, kind="stable")
    groups: list[NDArray[np.intp]] = []
    first = 0
    while first < len(ranked):
        last = int(np.searchsorted(thetas[ranked], thetas[ranked[first]] * LIKE_ELASTICITIES, side="right"))
        groups.append(ranked[first:last])
        first = last
    return groups


def _find_centre(baseline: _Baseline, policy: _Policy, log_changes: FloatArray, thetas: FloatArray) -> _Centre:
    """The solution and inverted Jacobian of the group's mean scenario, or of the baseline where that has none."""
    size = len(baseline.output)
    theta = float(thetas.mean())
    for changes in (np.exp(log_changes.mean(axis=0)), np.ones(log_changes.shape[1])):
        costs = np.ones((size, size))
        costs[policy.exporters, policy.importers] = changes
        system = make_system(baseline.flows, costs, theta=theta, deficits=baseline.deficits)
        try:
            found = find_solution(system, start=np.zeros(size), tolerance=CENTRE_TOLERANCE)
        except NoAnswer:
            continue  # no scenario stops the batch: the next centre is the baseline, and at last none
        jacobian = make_jacobian(share_matrix(system, found.markets), found.markets, theta=theta)
        with contextlib.suppress(np.linalg.LinAlgError):
            return _Centre(found.log_wage, np.ascontiguousarray(np.linalg.inv(jacobian.astype(np.float32)).T))
    return _Centre(np.zeros(size), np.eye(size, dtype=np.float32) / np.float32(1.0 + theta))


def _solve_block(
    baseline: _Baseline,
    policy: _Policy,
    centre: _Centre,
    log_changes: FloatArray,
    thetas: FloatArray,
    *,
    rows: NDArray[np.intp],
    into: _Solved,
) -> None:
    """Nothing; the rows of one block that converge are written `into` the answers."""
    theta = thetas[:, None]
    correction = policy.share * np.expm1(-theta * log_changes)
    log_wage = np.tile(centre.log_wage, (len(rows), 1))
    history: list[tuple[FloatArray, FloatArray]] = []
    goal = MARGIN * baseline.tolerance
    with np.errstate(all="ignore"):
        for step in range(MOST_STEPS + 1):
            gap, column, residual = _evaluate(baseline, policy, correction, log_wage, theta)
            move = (gap.astype(np.float32) @ centre.inverse).astype(np.float64)
            # A small gap can hide a wage that is far off where an economy hardly trades: the move tells.
            done = (residual <= goal) & (np.abs(move).max(axis=1) <= goal)
            if done.any():
                into.log_wage[rows[done]] = log_wage[done]
                into.log_price[rows[done]] = -np.log(column[done]) / theta[done]
                into.residual[rows[done]] = residual[done]
                into.steps[rows[done]] = step
            going = np.isfinite(residual) & ~done
            if not going.any():
                return
            if not going.all():
                rows, theta, correction = rows[going], theta[going], correction[going]
                log_wage, move = log_wage[going], move[going]
                history = [(wages[going], moves[going]) for wages, moves in history]
            into.steps[rows] = step
            history.append((log_wage, move))
            log_wage = _mix(history)
            history = history[-1:]


def _mix(history: list[tuple[FloatArray, FloatArray]]) -> FloatArray:
    """The next log prices (k, N): Anderson's mixing of the last two iterates and the moves proposed at them."""
    wages, moves = history[-1]
    if len(history) == 1:
        longest = np.abs(moves).max(axis=1, keepdims=True)
        first: FloatArray = wages + moves * np.minimum(1.0, LONGEST_STEP / longest)
        return first
    earlier_wages, earlier_moves = history[0]
    bend: FloatArray = moves - earlier_moves
    share = np.einsum("kn,kn->k", bend, moves) / (np.einsum("kn,kn->k", bend, bend) + 1e-300)
    bend += wages
    bend -= earlier_wages
    bend *= -share[:, None]
    bend += wages
    bend += moves
    return bend


def _evaluate(
    baseline: _Baseline, policy: _Policy, correction: FloatArray, log_wage: FloatArray, theta: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The gaps net of the numeraire's (k, N), the columns (k, N) and the residuals (k,), infinite if infeasible.

    Where all gaps less ln(world output ratio) vanish, that logarithm does too, by Walras' law.
    """
    weight = log_wage * -theta
    np.exp(weight, out=weight)
    column = weight @ baseline.shares
    if policy.share.size:
        corrected = correction * weight[:, policy.exporters]
        column[:, policy.buyers] += np.add.reduceat(corrected, policy.buyer_starts, axis=1)
    wage = np.exp(log_wage)
    expenditure = baseline.slope * wage
    expenditure += baseline.fixed
    ratio = expenditure / column
    sales = ratio @ baseline.shares_across
    sales *= weight
    if policy.share.size:
        corrected *= ratio[:, policy.importers]
        sales[:, policy.sellers] += np.add.reduceat(corrected[:, policy.by_exporter], policy.seller_starts, axis=1)
    world = wage @ baseline.output
    wage *= baseline.output
    sales /= wage
    gap = np.log(sales, out=sales)
    if baseline.deficits == "multiplicative":
        gap -= np.log(expenditure.sum(axis=1) / world)[:, None]
    residual = np.maximum(gap.max(axis=1), -gap.min(axis=1))
    offset = np.log(world / baseline.output.sum())
    residual = np.maximum(residual, np.abs(offset))
    gap -= offset[:, None]
    feasible = np.isfinite(residual)
    if baseline.deficits == "additive":
        feasible &= expenditure.min(axis=1) > 0
    return gap, column, np.where(feasible, residual, np.inf)


def _solve_alone(
    baseline: _Baseline, policy: _Policy, log_changes: FloatArray, theta: float, *, row: int, into: _Solved
) -> None:
    """Nothing; one scenario solved with all safeguards is written `into` the answers, or why it has no solution."""
    size = len(baseline.output)
    costs = np.ones((size, size))
    costs[policy.exporters, policy.importers] = np.exp(log_changes)
    system = make_system(baseline.flows, costs, theta=float(theta), deficits=baseline.deficits)
    try:
        found = find_solution(system, start=np.zeros(size), tolerance=baseline.tolerance)
    except NoAnswer as error:
        into.failures[int(row)] = error.message
        return
    into.log_wage[row], into.log_price[row] = found.log_wage, found.markets.log_price
    into.residual[row] = found.residual
    into.steps[row] += found.iterations


def _take(solved: _Solved, where: NDArray[np.intp]) -> _Solved:
    """The answers of the rows `where`, one for each."""
    return _Solved(
        log_wage=solved.log_wage[where],
        log_price=solved.log_price[where],
        residual=solved.residual[where],
        steps=solved.steps[where],
        retried=solved.retried[where],
        failures={row: solved.failures[int(level)] for row, level in enumerate(where) if int(level) in solved.failures},
    )


def _collect(
    baseline: _Baseline,
    scenarios: ScenarioCosts,
    after: _Solved,
    before: _Solved | None,
    *,
    thetas: FloatArray,
    pairs: Sequence[tuple[int, int]],
) -> BatchEquilibrium:
    """The answers as ratios to the baseline."""
    wage, price = np.exp(after.log_wage), np.exp(after.log_price)
    expenditure = baseline.slope * wage + baseline.fixed
    pair_flows = _pair_flows(baseline, scenarios, after, expenditure, thetas=thetas, pairs=pairs)
    residual, steps, failures = after.residual, after.steps, dict(after.failures)
    spending_before = baseline.flows.sum(axis=0)
    if before is not None:
        wage_before = np.exp(before.log_wage)
        spending_before = baseline.slope * wage_before
        wage, price = wage / wage_before, price / np.exp(before.log_price)
        steps = steps + before.steps
        failures |= before.failures
    failed = np.isin(np.arange(len(thetas)), list(failures))
    return BatchEquilibrium(
        converged=~failed,
        failed=tuple(sorted(failures)),
        failures=tuple(failures[row] for row in sorted(failures)),
        retried=tuple(int(row) for row in np.flatnonzero(after.retried)),
        iterations=steps,
        residual=np.where(failed, np.nan, residual),
        nominal_wage=wage,
        price_index=price,
        welfare=expenditure / spending_before / price,
        pair_flows=pair_flows,
    )


def _pair_flows(
    baseline: _Baseline,
    scenarios: ScenarioCosts,
    after: _Solved,
    expenditure: FloatArray,
    *,
    thetas: FloatArray,
    pairs: Sequence[tuple[int, int]],
) -> FloatArray:
    """Counterfactual flows of the pairs (K, P), in the unit of the baseline."""
    named = {
        pair: column
        for column, pair in enumerate(zip(scenarios.exporters.tolist(), scenarios.importers.tolist(), strict=True))
    }
    flows = np.empty((len(thetas), len(pairs)))
    for number, (exporter, importer) in enumerate(pairs):
        log_cost = np.log(scenarios.changes[:, named[exporter, importer]]) if (exporter, importer) in named else 0.0
        gain = -thetas * (after.log_wage[:, exporter] + log_cost - after.log_price[:, importer])
        flows[:, number] = baseline.shares[exporter, importer] * np.exp(gain) * expenditure[:, importer]
    return flows
