"""A block of scenarios solved together: a chord Newton method with Anderson's mixing (1965, JACM 12(4)).

The share matrix of the baseline and one inverted Jacobian serve the whole block, a policy is a sparse correction of
that matrix, and all else is products of matrices. Arrays are economy x scenario, so that what belongs to an economy is
contiguous. Symbols are those of `markets`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import sgetrf, sgetri

from rahdari.exceptions import NoAnswer
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

# Single precision halves the time of a product and costs no accuracy in what only proposes moves.
Coarse = NDArray[np.float32]
MOST_STEPS = 40
# A block stops below the tolerance by this factor, so that it agrees with a scenario solved alone to 1e-9 in its flows,
# which magnify what is left of the prices' error; but above what rounding leaves of a gap.
MARGIN, ROUNDING = 0.02, 1e-13
# The centre only has to be near its scenarios.
CENTRE_TOLERANCE = 1e-3
# Against a division by zero where a scenario has stopped moving.
TINY = 1e-37
# Solved scenarios are carried along until less than this share of a block is left: leaving them out copies the rest.
WORTH_CARRYING = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """What all scenarios share; vectors are columns (N, 1)."""

    flows: FloatArray
    shares: FloatArray
    buying: FloatArray  # the shares, importer x exporter
    selling: FloatArray  # shares[i, j] slope[j] / output[i]: sales by output, of spending by slope
    output: FloatArray
    slope: FloatArray  # expenditure = slope * wage + fixed
    fixed: FloatArray
    deficits: DeficitRule
    tolerance: float


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """The changed pairs in order of importers, as a correction of the shares."""

    exporters: NDArray[np.intp]  # (M,)
    importers: NDArray[np.intp]  # (M,)
    share: FloatArray  # (M, 1) of the exporter in the importer's expenditure
    scale: FloatArray  # (M, 1) slope of the importer over output of the exporter
    buyer_of: NDArray[np.intp]  # (M,) positions of the importers among the buyers
    buyers: NDArray[np.intp]  # the importers, once each
    buyer_starts: NDArray[np.intp]  # where each importer's pairs begin
    by_exporter: NDArray[np.intp]  # (M,) the pairs in order of exporters
    sellers: NDArray[np.intp]  # the exporters, once each
    seller_starts: NDArray[np.intp]  # where each exporter's pairs begin in that order


@dataclass(frozen=True, slots=True, eq=False)
class Centre:
    """Where a group of scenarios starts, and the inverse of the Jacobian there."""

    theta: float
    log_wage: FloatArray  # (N, 1)
    inverse: Coarse


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Answers (N, K) and (K,), a residual of NaN where a scenario is not solved; `failures` says why, by column."""

    log_wage: FloatArray
    log_price: FloatArray
    residual: FloatArray
    steps: NDArray[np.int64]
    retried: NDArray[np.bool_]
    failures: dict[int, str]


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """Memory of a block (N, k), used again in each step and by the next block: fresh pages cost more than their use."""

    weight: FloatArray
    column: FloatArray
    wage: FloatArray
    rate: FloatArray
    gap: FloatArray
    corrected: FloatArray  # (M, k), and so the next two
    at_importer: FloatArray
    in_order: FloatArray
    coarse_gap: Coarse
    move: Coarse
    bend: Coarse


# The fields of a room that have a row for each pair.
OF_PAIRS = ("corrected", "at_importer", "in_order")


def make_baseline(matrix: FloatArray, *, deficits: DeficitRule, tolerance: float) -> Baseline:
    """The baseline of flows (N, N) under a deficit rule."""
    slope, fixed = spending_rule(matrix, deficits)
    shares, output = matrix / matrix.sum(axis=0), matrix.sum(axis=1)
    return Baseline(
        flows=matrix,
        shares=shares,
        buying=np.ascontiguousarray(shares.T),
        selling=shares * slope / output[:, None],
        output=output[:, None],
        slope=slope[:, None],
        fixed=fixed[:, None],
        deficits=deficits,
        tolerance=tolerance,
    )


def make_policy(
    exporters: NDArray[np.intp], importers: NDArray[np.intp], *, baseline: Baseline
) -> tuple[Policy, NDArray[np.intp]]:
    """The policy, and the order in which it takes the pairs that were given."""
    order = np.lexsort((exporters, importers))
    exporters, importers = exporters[order], importers[order]
    by_exporter = np.lexsort((importers, exporters))
    buyers, buyer_starts, buyer_of = np.unique(importers, return_index=True, return_inverse=True)
    sellers, seller_starts = np.unique(exporters[by_exporter], return_index=True)
    return Policy(
        exporters=exporters,
        importers=importers,
        share=baseline.shares[exporters, importers][:, None],
        scale=baseline.slope[importers] / baseline.output[exporters],
        buyer_of=buyer_of,
        buyers=buyers,
        buyer_starts=buyer_starts,
        by_exporter=by_exporter,
        sellers=sellers,
        seller_starts=seller_starts,
    ), order


def find_centre(baseline: Baseline, policy: Policy, log_changes: FloatArray, thetas: FloatArray) -> Centre:
    """The solution and inverted Jacobian of a group's mean scenario, or of the baseline where that has none.

    `log_changes` (M, k) and `thetas` (k,) are those of the group.
    """
    size = len(baseline.output)
    theta = float(thetas.mean())
    for changes in (np.exp(log_changes.mean(axis=1)), np.ones(len(log_changes))):
        costs = np.ones((size, size))
        costs[policy.exporters, policy.importers] = changes
        system = make_system(baseline.flows, costs, theta=theta, deficits=baseline.deficits)
        try:
            found = find_solution(system, start=np.zeros(size), tolerance=CENTRE_TOLERANCE)
        except NoAnswer:
            continue  # no scenario stops the batch: the next centre is the baseline, and at last none
        jacobian = make_jacobian(share_matrix(system, found.markets), found.markets, theta=theta)
        inverse = _invert(jacobian)
        if inverse is not None:
            return Centre(theta, found.log_wage[:, None], inverse)
    return Centre(theta, np.zeros((size, 1)), np.eye(size, dtype=np.float32) / np.float32(1.0 + theta))


def _invert(matrix: FloatArray) -> Coarse | None:
    """The inverse in single precision, None where the matrix is singular or not finite."""
    factors, pivots, singular = sgetrf(matrix.astype(np.float32))
    inverse, failed = sgetri(factors, pivots)
    return None if singular or failed or not np.isfinite(inverse).all() else np.ascontiguousarray(inverse)


def solve_block(
    baseline: Baseline,
    policy: Policy,
    centre: Centre,
    log_changes: FloatArray,
    thetas: FloatArray,
    *,
    columns: NDArray[np.intp],
    memory: Room,
    into: Answers,
) -> None:
    """Nothing; the scenarios of one block that converge are written `into` their columns of the answers."""
    correction = np.expm1(log_changes * -thetas)
    correction *= policy.share
    goal = max(MARGIN * baseline.tolerance, min(0.2 * baseline.tolerance, ROUNDING))
    with np.errstate(all="ignore"):
        size, pairs = len(baseline.output), len(correction)
        room = _cut(memory, size=size, pairs=pairs, count=len(columns))
        earlier = _first_move(baseline, policy, centre, correction, thetas, room=room)
        step = earlier * np.minimum(np.float32(1.0), np.float32(LONGEST_STEP) / _largest(earlier))
        wages = centre.log_wage + step
        going = np.ones(len(columns), dtype=np.bool_)
        for number in range(1, MOST_STEPS + 1):
            residual = _evaluate(baseline, policy, correction, wages, thetas, room=room)
            np.copyto(room.coarse_gap, room.gap, casting="same_kind")
            move = np.matmul(centre.inverse, room.coarse_gap, out=room.move)
            # A small gap can hide a wage that is far off where an economy hardly trades: the move tells.
            done = going & (residual <= goal) & (_largest(move) <= goal)
            if done.any():
                into.log_wage[:, columns[done]] = wages[:, done]
                into.log_price[:, columns[done]] = np.log(room.column[:, done]) / -thetas[done]
                into.residual[columns[done]] = residual[done]
            into.steps[columns[going]] = number
            going &= np.isfinite(residual) & ~done
            if not going.any():
                return
            if going.mean() < WORTH_CARRYING:
                columns, thetas, correction = columns[going], thetas[going], correction[:, going]
                wages, move, earlier, step = wages[:, going], move[:, going], earlier[:, going], step[:, going]
                going = going[going]
                room = _cut(memory, size=size, pairs=pairs, count=len(going))
            _mix(wages, step, move=move, earlier=earlier, bend=room.bend)


def make_room(size: int, *, pairs: int, most: int) -> Room:
    """Room for blocks of at most so many scenarios; `_cut` gives it a block's shape."""
    weight, column, wage, rate, gap = (np.empty(size * most) for _ in range(5))
    corrected, at_importer, in_order = (np.empty(pairs * most) for _ in range(3))
    coarse_gap, move, bend = (np.empty(size * most, dtype=np.float32) for _ in range(3))
    return Room(weight, column, wage, rate, gap, corrected, at_importer, in_order, coarse_gap, move, bend)


def _cut(room: Room, *, size: int, pairs: int, count: int) -> Room:
    """The same memory as contiguous arrays of so many scenarios."""
    rows = {field.name: pairs if field.name in OF_PAIRS else size for field in fields(Room)}
    return Room(**{name: getattr(room, name)[: rows[name] * count].reshape(-1, count) for name in rows})


def _largest(values: Coarse) -> Coarse:
    """The largest absolute value of each scenario (k,)."""
    largest: Coarse = np.maximum(values.max(axis=0), -values.min(axis=0))
    return largest


def _mix(wages: FloatArray, step: Coarse, *, move: Coarse, earlier: Coarse, bend: Coarse) -> None:
    """Nothing; moves the log prices (N, k) in place by Anderson's mixing of the last two iterates and their moves.

    `step` is the way from the last iterate to this one, `earlier` the move proposed there; both are brought up to date.
    """
    np.subtract(move, earlier, out=bend)
    np.multiply(bend, move, out=earlier)
    share = earlier.sum(axis=0)
    np.multiply(bend, bend, out=earlier)
    share /= earlier.sum(axis=0) + np.float32(TINY)
    np.copyto(earlier, move)
    bend += step
    bend *= share
    np.subtract(move, bend, out=step)
    wages += step


def _first_move(
    baseline: Baseline, policy: Policy, centre: Centre, correction: FloatArray, thetas: FloatArray, *, room: Room
) -> Coarse:
    """The moves (N, k) proposed at the centre, where all scenarios have the same prices and only buyers' shares differ.

    What elasticities differ from the centre's enters to first order.
    """
    weight, wage = np.exp(-centre.theta * centre.log_wage), np.exp(centre.log_wage)
    column = baseline.buying @ weight
    spending = wage + baseline.fixed / baseline.slope
    rate = spending / column
    prices = baseline.buying @ (weight * centre.log_wage) / column
    sold = baseline.selling @ rate
    by_theta = (baseline.selling @ (rate * prices)) / sold - centre.log_wage
    # Prices are the same in all scenarios, so that only the buyers whose shares are corrected spend otherwise.
    gap = room.gap
    gap[...] = weight * sold
    if policy.share.size:
        corrected = np.multiply(correction, weight[policy.exporters], out=room.corrected)
        bought = np.add.reduceat(corrected, policy.buyer_starts, axis=0) + column[policy.buyers]
        new_rate = spending[policy.buyers] / bought
        more = np.matmul(baseline.selling[:, policy.buyers], new_rate - rate[policy.buyers], out=room.rate)
        more *= weight
        gap += more
        _add_sales(
            gap, np.take(new_rate, policy.buyer_of, axis=0, out=room.at_importer, mode="clip"), policy, room=room
        )
    gap /= wage * ((spending * baseline.slope).sum() / baseline.output.sum())
    np.log(gap, out=gap)
    apart = thetas - centre.theta
    if apart.any():
        gap += np.multiply(by_theta, apart, out=room.rate)
    np.copyto(room.coarse_gap, gap, casting="same_kind")
    move: Coarse = centre.inverse @ room.coarse_gap
    return move


def _evaluate(
    baseline: Baseline, policy: Policy, correction: FloatArray, wages: FloatArray, thetas: FloatArray, *, room: Room
) -> FloatArray:
    """The residuals (k,), infinite if infeasible; the gaps net of the numeraire's and the columns are left in the room.

    Where all gaps less ln(world output ratio) vanish, that logarithm does too, by Walras' law.
    """
    weight = np.exp(np.multiply(wages, -thetas, out=room.weight), out=room.weight)
    column = np.matmul(baseline.buying, weight, out=room.column)
    if policy.share.size:
        corrected = np.take(weight, policy.exporters, axis=0, out=room.corrected, mode="clip")
        corrected *= correction
        column[policy.buyers] += np.add.reduceat(corrected, policy.buyer_starts, axis=0)
    wage = np.exp(wages, out=room.wage)
    world = (baseline.output.T @ wage)[0]
    factor, feasible = 1.0, True
    if baseline.deficits == "additive":
        spending = np.add(wage, baseline.fixed / baseline.slope, out=room.rate)
        feasible = spending.min(axis=0) > 0
        rate = np.divide(spending, column, out=room.rate)
    else:
        factor = (baseline.slope.T @ wage)[0] / world
        rate = np.divide(wage, column, out=room.rate)
    sales = np.matmul(baseline.selling, rate, out=room.gap)
    sales *= weight
    if policy.share.size:
        _add_sales(sales, np.take(rate, policy.importers, axis=0, out=room.at_importer, mode="clip"), policy, room=room)
    sales /= wage
    gap = np.log(sales, out=sales)
    offset, level = np.log(world / baseline.output.sum()), np.log(factor)
    residual = np.maximum(np.maximum(gap.max(axis=0) - level, level - gap.min(axis=0)), np.abs(offset))
    gap -= level + offset
    return np.where(feasible & np.isfinite(residual), residual, np.inf)


def _add_sales(sales: FloatArray, rate: FloatArray, policy: Policy, *, room: Room) -> None:
    """Nothing; adds what the corrected pairs of the room sell, by output, at the importers' rates (M, k)."""
    rate *= policy.scale
    rate *= room.corrected
    # Positions are known to be right; `clip` spares a copy.
    sold = np.take(rate, policy.by_exporter, axis=0, out=room.in_order, mode="clip")
    sales[policy.sellers] += np.add.reduceat(sold, policy.seller_starts, axis=0)


def solve_alone(
    baseline: Baseline, policy: Policy, log_changes: FloatArray, theta: float, *, column: int, into: Answers
) -> None:
    """Nothing; one scenario solved with all safeguards is written `into` the answers, or why it has no solution."""
    size = len(baseline.output)
    costs = np.ones((size, size))
    costs[policy.exporters, policy.importers] = np.exp(log_changes)
    system = make_system(baseline.flows, costs, theta=theta, deficits=baseline.deficits)
    try:
        found = find_solution(system, start=np.zeros(size), tolerance=baseline.tolerance)
    except NoAnswer as error:
        into.failures[column] = error.message
        return
    into.log_wage[:, column], into.log_price[:, column] = found.log_wage, found.markets.log_price
    into.residual[column] = found.residual
    into.steps[column] += found.iterations
