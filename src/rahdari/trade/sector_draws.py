"""Counterfactuals of many sectors under many draws of their elasticities, solved in blocks of draws.

Each draw is mixed by Anderson's method (1965, JACM 12(4)) with weights of its own; one that does not converge so is
solved again alone, by the safer search of `sectors`. `sector_blocks` has the step of a block.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import NoAnswer
from rahdari.trade.blas import count_cpus, one_thread
from rahdari.trade.markets import DeficitRule, FloatArray
from rahdari.trade.sector_blocks import Problem, correct_shares, evaluate, kernel_of_pair, make_problem
from rahdari.trade.sectors import CONSISTENT, LONGEST_STEP, SectorWorld, mixing_weights, solve_sectors

# Draws of a block: enough to share the work of a call, few enough for their history to stay in the cache.
BLOCK_DRAWS = 16
MOST_STEPS = 300
ANDERSON_DEPTH = 6
# A draw stops below the tolerance by this factor, so that it agrees with one solved alone.
MARGIN = 0.5
# Solved draws are carried along until less than this share of a block is left.
WORTH_CARRYING = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class SectorDraws:
    """K counterfactuals under drawn elasticities; (K, N) ratios to the baseline, `pair_flows` (K, J, P) in its unit.

    `failed` lists draws without an answer and `failures` why; their rows hold NaN, never numbers. `retried` lists those
    that a safer method solved one by one, and those that it could not.
    """

    converged: NDArray[np.bool_]
    failed: tuple[int, ...]
    failures: tuple[str, ...]
    retried: tuple[int, ...]
    iterations: NDArray[np.int64]
    residual: FloatArray
    nominal_wage: FloatArray
    price_index: FloatArray
    output: FloatArray
    welfare: FloatArray
    pair_flows: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Points (D, V) where draws have converged; NaN and an infinite residual where not."""

    point: FloatArray
    residual: FloatArray
    steps: NDArray[np.int64]


def solve_sector_draws(
    world: SectorWorld,
    cost_changes: FloatArray,
    thetas: FloatArray,
    *,
    new_tariffs: FloatArray | None = None,
    deficits: DeficitRule = "additive",
    tolerance: float = 1e-10,
    pairs: Sequence[tuple[int, int]] = (),
    workers: int | None = None,
) -> SectorDraws:
    """The counterfactual under each row of `thetas` (K, J), each with its own convergence.

    `cost_changes`, `new_tariffs` and `deficits` are those of `solve_sectors`. All draws start near the solution at the
    baseline's elasticities. `pairs` are positions (exporter, importer) whose flows by sector are wanted. `workers` is
    the number of threads (default: one for each CPU); the result does not depend on it.
    """
    tariffs = world.tariffs if new_tariffs is None else new_tariffs
    draws = _make_draws(len(thetas), world, pairs=len(pairs))
    problems = (
        make_problem(world, None, world.tariffs, deficits=deficits),
        make_problem(world, cost_changes, tariffs, deficits=deficits),
    )
    failures: dict[int, str] = {}
    with one_thread(), np.errstate(all="ignore"), ThreadPoolExecutor(workers or count_cpus()) as pool:
        starts = _find_starts(problems, world.theta[None, :], tolerance=tolerance)

        def solve(rows: NDArray[np.intp]) -> None:
            # Each block writes its own rows, so threads do not meet; numpy's error state is each thread's own.
            with np.errstate(all="ignore"):
                _solve_block(problems, starts, thetas[rows], tolerance=tolerance, rows=rows, pairs=pairs, into=draws)

        blocks = np.array_split(np.arange(len(thetas)), max(1, -(-len(thetas) // BLOCK_DRAWS)))
        list(pool.map(solve, blocks))
        left = np.flatnonzero(~draws.converged)

        def solve_left(row: int) -> None:
            drawn = replace(world, theta=thetas[row])
            try:
                _solve_alone(drawn, cost_changes, tariffs, deficits, tolerance, row=row, pairs=pairs, into=draws)
            except NoAnswer as error:
                failures[row] = error.message

        list(pool.map(solve_left, left.tolist()))
    failed = sorted(failures)
    return replace(
        draws,
        failed=tuple(failed),
        failures=tuple(failures[row] for row in failed),
        retried=tuple(int(row) for row in left),
    )


def _make_draws(count: int, world: SectorWorld, *, pairs: int) -> SectorDraws:
    """Draws without answers yet."""
    sectors, size = world.flows.shape[:2]
    wage, price, output, welfare = (np.full((count, size), np.nan) for _ in range(4))
    return SectorDraws(
        converged=np.zeros(count, dtype=np.bool_),
        failed=(),
        failures=(),
        retried=(),
        iterations=np.zeros(count, dtype=np.int64),
        residual=np.full(count, np.nan),
        nominal_wage=wage,
        price_index=price,
        output=output,
        welfare=welfare,
        pair_flows=np.full((count, sectors, pairs), np.nan),
    )


def _find_starts(
    problems: tuple[Problem, Problem], theta: FloatArray, *, tolerance: float
) -> tuple[FloatArray, FloatArray, bool]:
    """Points (1, V) at the baseline's elasticities, and whether the baseline has to be solved; the data's, else."""
    still, changed = problems
    policy = still.policy
    log_spending = np.log(np.where(policy.bought, policy.world.purchases / policy.output, 1.0))
    size = len(policy.value_added)
    data = np.concatenate([np.zeros(size + log_spending.size), log_spending.ravel()])[None, :]
    corrections = correct_shares(still, theta)
    resolved = bool(evaluate(still, corrections, data, theta).residual[0] > CONSISTENT)
    base = _search(still, data, theta, tolerance=tolerance) if resolved else None
    before = base.point if base is not None and np.isfinite(base.residual[0]) else data
    found = _search(changed, before, theta, tolerance=tolerance)
    return before, found.point if np.isfinite(found.residual[0]) else before, resolved


def _solve_block(
    problems: tuple[Problem, Problem],
    starts: tuple[FloatArray, FloatArray, bool],
    thetas: FloatArray,
    *,
    tolerance: float,
    rows: NDArray[np.intp],
    pairs: Sequence[tuple[int, int]],
    into: SectorDraws,
) -> None:
    """Nothing; the draws of one block that converge are written `into` their rows of the answers."""
    (still, changed), (before, after, resolved) = problems, starts
    base = np.repeat(before, len(rows), axis=0)
    steps = np.zeros(len(rows), dtype=np.int64)
    if resolved:
        first = _search(still, base, thetas, tolerance=tolerance)
        good = np.isfinite(first.residual)
        base, steps, rows, thetas = first.point[good], first.steps[good], rows[good], thetas[good]
    found = _search(changed, base + (after - before), thetas, tolerance=tolerance)
    good = np.isfinite(found.residual)
    base, steps, rows, thetas, point = base[good], steps[good], rows[good], thetas[good], found.point[good]
    if not len(rows):
        return
    old = evaluate(still, correct_shares(still, thetas), base, thetas)
    corrections = correct_shares(changed, thetas)
    new = evaluate(changed, corrections, point, thetas)
    policy = changed.policy
    size = len(policy.value_added)
    prices = (point - base)[:, size : size + old.sales[0].size].reshape(old.sales.shape)
    index = np.exp((policy.world.final_shares * prices).sum(axis=1))
    into.converged[rows], into.residual[rows] = True, new.residual
    into.iterations[rows] = steps + found.steps[good]
    into.nominal_wage[rows], into.price_index[rows] = np.exp((point - base)[:, :size]), index
    into.output[rows] = new.sales.sum(axis=1) / old.sales.sum(axis=1) / (new.factor / old.factor)
    into.welfare[rows] = new.final / old.final / index
    for number, (exporter, importer) in enumerate(pairs):
        kernel = kernel_of_pair(changed, thetas, exporter=exporter, importer=importer)
        flow = kernel * new.weight[:, :, exporter] * new.rate[:, :, importer]
        into.pair_flows[rows, :, number] = policy.output * flow


def _solve_alone(
    world: SectorWorld,
    cost_changes: FloatArray,
    tariffs: FloatArray,
    deficits: DeficitRule,
    tolerance: float,
    *,
    row: int,
    pairs: Sequence[tuple[int, int]],
    into: SectorDraws,
) -> None:
    """Nothing; one draw solved with all safeguards is written `into` its row, or NoAnswer."""
    found = solve_sectors(world, cost_changes, new_tariffs=tariffs, deficits=deficits, tolerance=tolerance)
    into.converged[row], into.residual[row] = True, found.residual
    into.iterations[row] += found.iterations
    into.nominal_wage[row], into.price_index[row] = found.nominal_wage, found.price_index
    into.output[row], into.welfare[row] = found.output, found.welfare
    for number, (exporter, importer) in enumerate(pairs):
        into.pair_flows[row, :, number] = found.flows[:, exporter, importer]


def _search(problem: Problem, start: FloatArray, thetas: FloatArray, *, tolerance: float) -> _Found:
    """The points (D, V) where nothing moves any more, and the steps taken."""
    count, width = start.shape
    found = _Found(np.full_like(start, np.nan), np.full(count, np.inf), np.zeros(count, dtype=np.int64))
    rows, point, corrections = np.arange(count), start, correct_shares(problem, thetas)
    # Bends of the moves, and the bends ahead of which the mixed point lies.
    bends, ahead = (np.zeros((count, ANDERSON_DEPTH, width)) for _ in range(2))
    products = np.zeros((count, ANDERSON_DEPTH, ANDERSON_DEPTH))
    previous: tuple[FloatArray, FloatArray] | None = None
    for step in range(MOST_STEPS):
        state = evaluate(problem, corrections, point, thetas)
        open_ = ~np.isfinite(found.residual[rows])
        done = open_ & (state.residual <= MARGIN * tolerance)
        found.point[rows[done]], found.residual[rows[done]] = point[done], state.residual[done]
        found.steps[rows[open_]] = step
        going = open_ & ~done & np.isfinite(state.residual)
        if not going.any():
            break
        move = state.moved - point
        if going.mean() < WORTH_CARRYING:
            rows, thetas, corrections = rows[going], thetas[going], corrections[going]
            point, move, bends, ahead, products = (x[going] for x in (point, move, bends, ahead, products))
            previous = None if previous is None else (previous[0][going], previous[1][going])
        step_taken = move
        if previous is not None:
            slot, held = (step - 1) % ANDERSON_DEPTH, min(step, ANDERSON_DEPTH)
            np.subtract(move, previous[0], out=bends[:, slot])
            np.subtract(point, previous[1], out=ahead[:, slot])
            ahead[:, slot] += bends[:, slot]
            against = np.stack([bends[:, slot], move], axis=2)
            told = np.matmul(bends[:, :held], against)
            products[:, slot, :held] = products[:, :held, slot] = told[:, :, 0]
            weights = mixing_weights(products[:, :held, :held], told[:, :, 1])
            step_taken = move - np.matmul(weights[:, None, :], ahead[:, :held])[:, 0]
        previous = (move, point)
        longest = np.abs(step_taken).max(axis=1, keepdims=True)
        point = point + step_taken * np.minimum(1.0, LONGEST_STEP / longest)
    return found
