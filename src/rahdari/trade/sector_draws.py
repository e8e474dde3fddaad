"""Counterfactuals of many sectors under many draws of their elasticities, solved in blocks of draws.

The equations are those of `sectors`. Draws share the baseline's shares and the input-output links, so that a step of
the joint iteration is a few products of matrices for a whole block; what a policy changes is a correction of single
pairs, which depends on the draw. Each draw is mixed by Anderson's method (1965, JACM 12(4)) with weights of its own, and
one that does not converge so is solved again alone, by the safer search of `sectors`. Arrays are draw x sector x economy.
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
from rahdari.trade.sectors import (
    CONSISTENT,
    LONGEST_STEP,
    Policy,
    SectorWorld,
    make_policy,
    mixing_weights,
    solve_sectors,
    wage_gain,
)

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
class _Changes:
    """The M flows whose cost or tariff changes, in order of sector and importer."""

    sectors: NDArray[np.intp]
    log_kappa: FloatArray
    share: FloatArray
    net_of: FloatArray  # 1 / (1 + new tariff)
    sellers: NDArray[np.intp]  # flat positions in sector x economy, and so the next
    buyers: NDArray[np.intp]
    by_seller: NDArray[np.intp]  # the M flows in order of sellers
    seller_starts: NDArray[np.intp]
    buyer_starts: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """What all draws share: the policy at the baseline's costs, and what changes."""

    policy: Policy
    changes: _Changes
    kernels: FloatArray  # (J, N, 2 N) the kernel, and beside it the part of it that is tariff, where there is any
    selling: FloatArray  # (J, N, N) the kernel before tariffs, importer x exporter
    using: FloatArray  # (N, J, K) the inputs, using x supplying sector


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What points imply, draw by draw."""

    weight: FloatArray  # (D, J, N)
    rate: FloatArray  # (D, J, N) spending over column
    sales: FloatArray  # (D, J, N)
    final: FloatArray  # (D, N)
    factor: FloatArray  # (D, 1)
    moved: FloatArray  # (D, V)
    residual: FloatArray  # (D,)


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
        _make_problem(world, None, world.tariffs, deficits=deficits),
        _make_problem(world, cost_changes, tariffs, deficits=deficits),
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


def _make_problem(
    world: SectorWorld, cost_changes: FloatArray | None, tariffs: FloatArray, *, deficits: DeficitRule
) -> _Problem:
    """The shared parts of a baseline and what changes from it; no change where `cost_changes` is None."""
    policy = make_policy(world, None, tariffs, deficits=deficits)
    kappa = np.ones_like(world.flows)
    if cost_changes is not None:
        kappa = cost_changes * (1.0 + tariffs) / (1.0 + world.tariffs)
    # In order of sector, importer, exporter.
    sector, importer, exporter = np.nonzero(((kappa != 1.0) & (policy.kernel > 0)).transpose(0, 2, 1))
    size = kappa.shape[1]
    sellers, buyers = sector * size + exporter, sector * size + importer
    by_seller = np.argsort(sellers, kind="stable")
    taxes = policy.kernel - policy.net_kernel
    return _Problem(
        policy=policy,
        changes=_Changes(
            sectors=sector,
            log_kappa=np.log(kappa[sector, exporter, importer]),
            share=policy.kernel[sector, exporter, importer],
            net_of=1.0 / (1.0 + tariffs[sector, exporter, importer]),
            sellers=sellers,
            buyers=buyers,
            by_seller=by_seller,
            seller_starts=_starts(sellers[by_seller]),
            buyer_starts=_starts(buyers),
        ),
        kernels=np.concatenate([policy.kernel, taxes], axis=2) if policy.taxed else policy.kernel,
        selling=np.ascontiguousarray(policy.net_kernel.transpose(0, 2, 1)),
        using=np.ascontiguousarray(world.inputs.transpose(0, 2, 1)),
    )


def _starts(ordered: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where each run of equal values begins."""
    starts: NDArray[np.intp] = np.flatnonzero(np.diff(ordered, prepend=-1))
    return starts


def _find_starts(
    problems: tuple[_Problem, _Problem], theta: FloatArray, *, tolerance: float
) -> tuple[FloatArray, FloatArray, bool]:
    """Points (1, V) at the baseline's elasticities, and whether the baseline has to be solved; the data's, else."""
    still, changed = problems
    policy = still.policy
    log_spending = np.log(np.where(policy.bought, policy.world.purchases / policy.output, 1.0))
    size = len(policy.value_added)
    data = np.concatenate([np.zeros(size + log_spending.size), log_spending.ravel()])[None, :]
    corrections = _correct(still, theta)
    resolved = bool(_evaluate(still, corrections, data, theta).residual[0] > CONSISTENT)
    base = _search(still, data, theta, tolerance=tolerance) if resolved else None
    before = base.point if base is not None and np.isfinite(base.residual[0]) else data
    found = _search(changed, before, theta, tolerance=tolerance)
    return before, found.point if np.isfinite(found.residual[0]) else before, resolved


def _solve_block(
    problems: tuple[_Problem, _Problem],
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
    old = _evaluate(still, _correct(still, thetas), base, thetas)
    corrections = _correct(changed, thetas)
    new = _evaluate(changed, corrections, point, thetas)
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
        kernel = _kernel_of_pair(changed, thetas, exporter=exporter, importer=importer)
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


def _kernel_of_pair(problem: _Problem, thetas: FloatArray, *, exporter: int, importer: int) -> FloatArray:
    """The kernel before tariffs of one pair, by draw and sector (D, J)."""
    changes, size = problem.changes, len(problem.policy.value_added)
    log_kappa = np.zeros(thetas.shape[1])
    here = (changes.sellers % size == exporter) & (changes.buyers % size == importer)
    log_kappa[changes.sectors[here]] = changes.log_kappa[here]
    kernel: FloatArray = problem.policy.net_kernel[:, exporter, importer] * np.exp(-thetas * log_kappa)
    return kernel


def _correct(problem: _Problem, thetas: FloatArray) -> FloatArray:
    """By how much the policy changes the shares of the M flows at the baseline's prices, by draw (D, M)."""
    changes = problem.changes
    corrections = np.expm1(-thetas[:, changes.sectors] * changes.log_kappa)
    corrections *= changes.share
    return corrections


def _evaluate(problem: _Problem, corrections: FloatArray, points: FloatArray, thetas: FloatArray) -> _State:
    """What the points (D, V) imply, and the points that follow; the residual is infinite where it cannot be."""
    policy, changes, world = problem.policy, problem.changes, problem.policy.world
    count, (sectors, size) = len(points), policy.bought.shape
    log_wage = points[:, :size]
    log_price, log_spending = points[:, size:].reshape(count, 2, sectors, size).transpose(1, 0, 2, 3)
    by_economy = np.ascontiguousarray(log_price.transpose(2, 0, 1))
    weight = world.value_added_share * log_wage[:, None, :]
    weight += np.matmul(by_economy, world.inputs).transpose(1, 2, 0)
    weight *= -thetas[:, :, None]
    np.exp(weight, out=weight)
    both = np.matmul(weight.transpose(1, 0, 2), problem.kernels).transpose(1, 0, 2)
    column = np.ascontiguousarray(both[:, :, :size])
    if changes.share.size:
        corrected = corrections * weight.reshape(count, -1)[:, changes.sellers]
        _add_runs(column, corrected, changes.buyers, changes.buyer_starts)
    if not policy.bought.all():
        column = np.where(policy.bought, column, 1.0)
    spent = np.exp(log_spending)
    spent *= policy.bought
    rate = spent / column
    sales = np.matmul(rate.transpose(1, 0, 2), problem.selling).transpose(1, 0, 2) * weight
    revenue = np.zeros_like(log_wage)
    if policy.taxed:
        revenue = np.einsum("djn,djn->dn", both[:, :, size:], rate)
    if changes.share.size:
        corrected *= rate.reshape(count, -1)[:, changes.buyers]
        if policy.taxed:
            charged = np.zeros_like(rate)
            _add_runs(charged, corrected * (1.0 - changes.net_of), changes.buyers, changes.buyer_starts)
            revenue += charged.sum(axis=1)
        corrected *= changes.net_of
        sold = corrected[:, changes.by_seller]
        _add_runs(sales, sold, changes.sellers[changes.by_seller], changes.seller_starts)
    wage = np.exp(log_wage)
    income = wage * (policy.value_added / policy.output)
    final = policy.spending_ratio * (income + revenue) + policy.deficit / policy.output
    sales_by_economy = np.ascontiguousarray(sales.transpose(2, 0, 1))
    spending = np.matmul(sales_by_economy, problem.using).transpose(1, 2, 0)
    spending = spending + world.final_shares * final[:, None, :]
    earned = (sales * world.value_added_share).sum(axis=1)
    factor = np.ones((count, 1))
    if policy.multiplicative:
        factor = (earned.sum(axis=1) / income.sum(axis=1))[:, None]
    gap = np.log(earned / (factor * income))
    # Prices in another numeraire: world gross output is to keep its value.
    offset = np.log(sales.sum(axis=(1, 2)) / factor[:, 0])
    moved = np.empty_like(points)
    next_price, next_spending = moved[:, size:].reshape(count, 2, sectors, size).transpose(1, 0, 2, 3)
    np.log(column, out=next_price)
    next_price /= -thetas[:, :, None]
    moved[:, :size] = log_wage + wage_gain(policy, thetas) * (gap - offset[:, None])
    residual = np.maximum(np.abs(gap).max(axis=1), np.abs(offset))
    np.maximum(residual, np.abs(next_price - log_price).max(axis=(1, 2)), out=residual)
    apart = np.abs(spending - spent).sum(axis=1) / spent.sum(axis=1)
    np.maximum(residual, apart.max(axis=1), out=residual)
    np.log(np.where(policy.bought, spending, 1.0), out=next_spending)
    feasible = np.isfinite(residual) & (final > 0).all(axis=1)
    return _State(weight, rate, sales, final, factor, moved, np.where(feasible, residual, np.inf))


def _add_runs(into: FloatArray, values: FloatArray, places: NDArray[np.intp], starts: NDArray[np.intp]) -> None:
    """Nothing; adds the sums of runs of the values (D, M) to their places in a contiguous (D, J, N)."""
    into.reshape(len(into), -1)[:, places[starts]] += np.add.reduceat(values, starts, axis=1)


def _search(problem: _Problem, start: FloatArray, thetas: FloatArray, *, tolerance: float) -> _Found:
    """The points (D, V) where nothing moves any more, and the steps taken."""
    count, width = start.shape
    found = _Found(np.full_like(start, np.nan), np.full(count, np.inf), np.zeros(count, dtype=np.int64))
    rows, point, corrections = np.arange(count), start, _correct(problem, thetas)
    # Bends of the moves, and the bends ahead of which the mixed point lies.
    bends, ahead = (np.zeros((count, ANDERSON_DEPTH, width)) for _ in range(2))
    products = np.zeros((count, ANDERSON_DEPTH, ANDERSON_DEPTH))
    previous: tuple[FloatArray, FloatArray] | None = None
    for step in range(MOST_STEPS):
        state = _evaluate(problem, corrections, point, thetas)
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
