"""Thousands of counterfactuals of one baseline, each with its own convergence.

Scenarios of like elasticity share a start and a Jacobian; `chord` solves them block by block, on threads with one
thread of linear algebra each, and what it leaves is solved one by one with all safeguards.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rahdari.exceptions import InputFault
from rahdari.trade.blas import count_cpus, one_thread
from rahdari.trade.chord import (
    Answers,
    Baseline,
    Centre,
    Policy,
    Room,
    find_centre,
    make_baseline,
    make_policy,
    make_room,
    solve_alone,
    solve_block,
)
from rahdari.trade.equilibrium import DEFAULT_TOLERANCE, check_costs, check_flow_matrix, check_options
from rahdari.trade.markets import DeficitRule, FloatArray

# Most scenarios of a block: enough to make products of matrices efficient, few enough to stay in the cache.
BLOCK_SCENARIOS = 256
# Scenarios whose elasticities differ by no more than this factor share a Jacobian.
LIKE_ELASTICITIES = 1.2


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
    baseline = make_baseline(matrix, deficits=deficits, tolerance=tolerance)
    policy, order = make_policy(scenarios.exporters, scenarios.importers, baseline=baseline)
    log_changes = np.log(scenarios.changes.T[order])
    before = None
    threads = workers or count_cpus()
    with one_thread(), ThreadPoolExecutor(threads) as pool:
        if deficits == "zero":
            # Hat changes compose: without deficits, both solved from the data, their quotient is the change sought.
            levels, where = np.unique(thetas, return_inverse=True)
            none = make_policy(*np.empty((2, 0), dtype=np.intp), baseline=baseline)[0]
            plain = _solve_all(baseline, none, np.empty((0, len(levels))), levels, pool=pool, workers=threads)
            before = _take(plain, where)
        after = _solve_all(baseline, policy, log_changes, thetas, pool=pool, workers=threads)
        return _collect(baseline, scenarios, after, before, thetas=thetas, pairs=pairs, pool=pool)


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


def _solve_all(
    baseline: Baseline,
    policy: Policy,
    log_changes: FloatArray,
    thetas: FloatArray,
    *,
    pool: ThreadPoolExecutor,
    workers: int,
) -> Answers:
    """All scenarios, in their order: by blocks, and one by one where that failed; `log_changes` is (M, K)."""
    size, count = len(baseline.output), len(thetas)
    solved = Answers(
        log_wage=np.empty((size, count)),
        log_price=np.empty((size, count)),
        residual=np.full(count, np.nan),
        steps=np.zeros(count, dtype=np.int64),
        retried=np.zeros(count, dtype=np.bool_),
        failures={},
    )
    groups = _group_by_elasticity(thetas)
    centres = list(pool.map(lambda group: find_centre(baseline, policy, log_changes[:, group], thetas[group]), groups))
    blocks = [
        (centre, columns)
        for centre, group in zip(centres, groups, strict=True)
        for columns in np.array_split(group, -(-len(group) // BLOCK_SCENARIOS))
    ]

    rooms: SimpleQueue[Room] = SimpleQueue()
    for _ in range(min(workers, len(blocks))):
        rooms.put(make_room(size, pairs=len(log_changes), most=min(count, BLOCK_SCENARIOS)))

    def solve(block: tuple[Centre, NDArray[np.intp]]) -> None:
        # Each block writes its own columns, so threads do not meet.
        (centre, columns), room = block, rooms.get()
        changes, theta = log_changes[:, columns], thetas[columns]
        solve_block(baseline, policy, centre, changes, theta, columns=columns, memory=room, into=solved)
        rooms.put(room)

    list(pool.map(solve, blocks))
    left = np.flatnonzero(~(solved.residual <= baseline.tolerance))
    solved.retried[left] = True

    def solve_left(column: int) -> None:
        solve_alone(baseline, policy, log_changes[:, column], float(thetas[column]), column=column, into=solved)

    solved.log_wage[:, left] = solved.log_price[:, left] = np.nan
    list(pool.map(solve_left, left.tolist()))
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


def _take(solved: Answers, where: NDArray[np.intp]) -> Answers:
    """The answers of the columns `where`, one for each."""
    return Answers(
        log_wage=solved.log_wage[:, where],
        log_price=solved.log_price[:, where],
        residual=solved.residual[where],
        steps=solved.steps[where],
        retried=solved.retried[where],
        failures={row: solved.failures[int(level)] for row, level in enumerate(where) if int(level) in solved.failures},
    )


def _collect(
    baseline: Baseline,
    scenarios: ScenarioCosts,
    after: Answers,
    before: Answers | None,
    *,
    thetas: FloatArray,
    pairs: Sequence[tuple[int, int]],
    pool: ThreadPoolExecutor,
) -> BatchEquilibrium:
    """The answers as ratios to the baseline."""
    pair_flows = _pair_flows(baseline, scenarios, after, thetas=thetas, pairs=pairs)
    residual, steps, failures = after.residual, after.steps, dict(after.failures)
    if before is not None:
        steps = steps + before.steps
        failures |= before.failures
    wage, price, welfare = after.log_wage, after.log_price, np.empty_like(after.log_wage)
    spending = baseline.flows.sum(axis=0)[:, None]

    def finish(first: int) -> None:
        # In place, where the answers stand in logs.
        here = slice(first, first + BLOCK_SCENARIOS)
        np.exp(wage[:, here], out=wage[:, here])
        np.exp(price[:, here], out=price[:, here])
        np.multiply(wage[:, here], baseline.slope / spending, out=welfare[:, here])
        if baseline.deficits == "additive":
            welfare[:, here] += baseline.fixed / spending
        if before is not None:
            wage_before = np.exp(before.log_wage[:, here])
            wage[:, here] /= wage_before
            price[:, here] /= np.exp(before.log_price[:, here])
            welfare[:, here] *= spending / (baseline.slope * wage_before)
        welfare[:, here] /= price[:, here]

    list(pool.map(finish, range(0, len(thetas), BLOCK_SCENARIOS)))
    failed = np.isin(np.arange(len(thetas)), list(failures))
    return BatchEquilibrium(
        converged=~failed,
        failed=tuple(sorted(failures)),
        failures=tuple(failures[row] for row in sorted(failures)),
        retried=tuple(int(row) for row in np.flatnonzero(after.retried)),
        iterations=steps,
        residual=np.where(failed, np.nan, residual),
        nominal_wage=wage.T,
        price_index=price.T,
        welfare=welfare.T,
        pair_flows=pair_flows,
    )


def _pair_flows(
    baseline: Baseline,
    scenarios: ScenarioCosts,
    after: Answers,
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
        gain = -thetas * (after.log_wage[exporter] + log_cost - after.log_price[importer])
        expenditure = baseline.slope[importer] * np.exp(after.log_wage[importer]) + baseline.fixed[importer]
        flows[:, number] = baseline.shares[exporter, importer] * np.exp(gain) * expenditure
    return flows
