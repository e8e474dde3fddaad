"""One step of the joint iteration of many sectors for a block of draws of the elasticities.

The equations are those of `sectors`. Draws share the baseline's shares and the input-output links, so that a step is a
few products of matrices for the whole block; what a policy changes is a correction of single flows, which depends on
the draw. Arrays are draw x sector x economy; a point (V,) is the logs of wages, prices and spending, one after another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.trade.markets import DeficitRule, FloatArray
from rahdari.trade.sectors import Policy, SectorWorld, make_policy, wage_gain


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
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
class Problem:
    """What all draws share: the policy at the baseline's costs, and what changes."""

    policy: Policy
    changes: Changes
    kernels: FloatArray  # (J, N, 2 N) the kernel, and beside it the part of it that is tariff, where there is any
    selling: FloatArray  # (J, N, N) the kernel before tariffs, importer x exporter
    using: FloatArray  # (N, J, K) the inputs, using x supplying sector


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What points imply, draw by draw."""

    weight: FloatArray  # (D, J, N)
    rate: FloatArray  # (D, J, N) spending over column
    sales: FloatArray  # (D, J, N)
    final: FloatArray  # (D, N)
    factor: FloatArray  # (D, 1)
    moved: FloatArray  # (D, V)
    residual: FloatArray  # (D,)


def make_problem(
    world: SectorWorld, cost_changes: FloatArray | None, tariffs: FloatArray, *, deficits: DeficitRule
) -> Problem:
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
    return Problem(
        policy=policy,
        changes=Changes(
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


def kernel_of_pair(problem: Problem, thetas: FloatArray, *, exporter: int, importer: int) -> FloatArray:
    """The kernel before tariffs of one pair, by draw and sector (D, J)."""
    changes, size = problem.changes, len(problem.policy.value_added)
    log_kappa = np.zeros(thetas.shape[1])
    here = (changes.sellers % size == exporter) & (changes.buyers % size == importer)
    log_kappa[changes.sectors[here]] = changes.log_kappa[here]
    kernel: FloatArray = problem.policy.net_kernel[:, exporter, importer] * np.exp(-thetas * log_kappa)
    return kernel


def correct_shares(problem: Problem, thetas: FloatArray) -> FloatArray:
    """By how much the policy changes the shares of the M flows at the baseline's prices, by draw (D, M)."""
    changes = problem.changes
    corrections = np.expm1(-thetas[:, changes.sectors] * changes.log_kappa)
    corrections *= changes.share
    return corrections


def evaluate(problem: Problem, corrections: FloatArray, points: FloatArray, thetas: FloatArray) -> State:
    """What the points (D, V) imply, and the points that follow; the residual is infinite where it cannot be."""
    policy, changes, world = problem.policy, problem.changes, problem.policy.world
    shape = (len(points), *policy.bought.shape)
    size = shape[2]
    log_wage = points[:, :size]
    log_price, log_spending = _halves(points, shape)
    weight = _weights(problem, log_wage, log_price, thetas)
    both = np.matmul(weight.transpose(1, 0, 2), problem.kernels).transpose(1, 0, 2)
    column = np.ascontiguousarray(both[:, :, :size])
    corrected = corrections * weight.reshape(len(points), -1)[:, changes.sellers]
    _add_runs(column, corrected, changes.buyers, changes.buyer_starts)
    if not policy.bought.all():
        column = np.where(policy.bought, column, 1.0)
    spent = np.exp(log_spending)
    spent *= policy.bought
    rate = spent / column
    corrected *= rate.reshape(len(points), -1)[:, changes.buyers]
    sales = np.matmul(rate.transpose(1, 0, 2), problem.selling).transpose(1, 0, 2) * weight
    net = corrected * changes.net_of
    _add_runs(sales, net[:, changes.by_seller], changes.sellers[changes.by_seller], changes.seller_starts)
    income = np.exp(log_wage) * (policy.value_added / policy.output)
    final = policy.spending_ratio * income + policy.deficit / policy.output
    if policy.taxed:
        charged = both[:, :, size:] * rate
        _add_runs(charged, corrected - net, changes.buyers, changes.buyer_starts)
        final += policy.spending_ratio * charged.sum(axis=1)
    used = np.matmul(np.ascontiguousarray(sales.transpose(2, 0, 1)), problem.using)
    spending = np.ascontiguousarray(used.transpose(1, 2, 0))
    spending += world.final_shares * final[:, None, :]
    earned = (sales * world.value_added_share).sum(axis=1)
    factor = np.ones((len(points), 1))
    if policy.multiplicative:
        factor = earned.sum(axis=1, keepdims=True) / income.sum(axis=1, keepdims=True)
    gap = np.log(earned / (factor * income))
    # Prices in another numeraire: world gross output is to keep its value.
    offset = np.log(sales.sum(axis=(1, 2)) / factor[:, 0])
    moved = np.empty_like(points)
    next_price, next_spending = _halves(moved, shape)
    moved[:, :size] = log_wage + wage_gain(policy, thetas) * (gap - offset[:, None])
    np.log(column, out=next_price)
    next_price /= -thetas[:, :, None]
    np.log(np.where(policy.bought, spending, 1.0), out=next_spending)
    parts = (
        np.abs(gap).max(axis=1),
        np.abs(offset),
        np.abs(next_price - log_price).max(axis=(1, 2)),
        (np.abs(spending - spent).sum(axis=1) / spent.sum(axis=1)).max(axis=1),
    )
    residual = np.maximum.reduce(parts)
    feasible = np.isfinite(residual) & (final > 0).all(axis=1)
    return State(weight, rate, sales, final, factor, moved, np.where(feasible, residual, np.inf))


def _halves(points: FloatArray, shape: tuple[int, int, int]) -> tuple[FloatArray, FloatArray]:
    """Views of the log prices and of the log spending of points (D, V), (D, J, N) each."""
    count, sectors, size = shape
    both = points[:, size:].reshape(count, 2, sectors, size)
    return both[:, 0], both[:, 1]


def _weights(problem: Problem, log_wage: FloatArray, log_price: FloatArray, thetas: FloatArray) -> FloatArray:
    """Unit costs to the power of -theta (D, J, N)."""
    world = problem.policy.world
    by_economy = np.ascontiguousarray(log_price.transpose(2, 0, 1))
    weight: FloatArray = world.value_added_share * log_wage[:, None, :]
    weight += np.matmul(by_economy, world.inputs).transpose(1, 2, 0)
    weight *= -thetas[:, :, None]
    return np.exp(weight, out=weight)


def _add_runs(into: FloatArray, values: FloatArray, places: NDArray[np.intp], starts: NDArray[np.intp]) -> None:
    """Nothing; adds the sums of runs of the values (D, M) to their places, flat in sector x economy, of (D, J, N)."""
    if starts.size:
        into[:, *np.divmod(places[starts], into.shape[2])] += np.add.reduceat(values, starts, axis=1)
