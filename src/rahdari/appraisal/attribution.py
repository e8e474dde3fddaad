"""Who contributes what: first-in, last-in and Shapley values of a game of measures, over all orders or feasible ones.

Coalitions are numbers whose bit k is set where player k is in; samples are draws on which every coalition was run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import InputFault, NoAnswer

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
TRIES = 4096  # orders tried at a time for one that keeps every need
MOST_TRIES = 400  # rounds of them before giving up


@dataclass(frozen=True, slots=True)
class Attribution:
    """Values of each player, and of all together; standard errors come from the draws' (and orders') scatter.

    `precedence` is the value over the orders that keep every need; `orders` is the number of orders that were drawn,
    0 where all were taken.
    """

    players: tuple[str, ...]
    shapley: Array
    shapley_se: Array
    precedence: Array
    precedence_se: Array
    first_in: Array
    last_in: Array
    total: float
    orders: int


def shapley_values(values: Array) -> Array:
    """Shapley value of each player, players x samples.

    `values` is coalitions x samples; bit k of a coalition is player k. Shapley (1953): the mean of a player's marginal
    contribution over all orders of entry.
    """
    players = int(values.shape[0]).bit_length() - 1
    sizes = np.array([coalition.bit_count() for coalition in range(len(values))])
    result = np.zeros((players, values.shape[1]))
    for player in range(players):
        bit = 1 << player
        without = np.flatnonzero(~np.arange(len(values)) & bit)
        weight = np.array(
            [factorial(size) * factorial(players - size - 1) / factorial(players) for size in sizes[without].tolist()]
        )
        result[player] = weight @ (values[without | bit] - values[without])
    return result


def precedence_values(values: Array, needs: Sequence[int]) -> Array:
    """Value of each player over the orders in which none comes before a player that it needs, players x samples.

    `values` is coalitions x samples, `needs` a coalition for each player. Faigle and Kern (1992, International Journal
    of Game Theory 21, 249-266): the mean marginal contribution over the feasible orders, all alike. They are counted
    by the coalitions that they pass; without needs it is Shapley's value.
    """
    players = int(values.shape[0]).bit_length() - 1
    everyone = len(values) - 1
    coalitions = np.arange(len(values))
    steps = [np.flatnonzero((~coalitions & 1 << k).astype(bool) & (coalitions & needs[k] == needs[k]))
             for k in range(players)]  # fmt: skip
    before, after = np.zeros(len(values)), np.zeros(len(values))
    before[0] = after[everyone] = 1.0
    sizes = np.array([coalition.bit_count() for coalition in range(len(values))])
    for size in range(players):
        for k, rows in enumerate(steps):
            here = rows[sizes[rows] == size]
            before[here | 1 << k] += before[here]
    for size in range(players - 1, -1, -1):
        for k, rows in enumerate(steps):
            here = rows[sizes[rows] == size]
            after[here] += after[here | 1 << k]
    if before[everyone] == 0:
        raise InputFault("The measures need each other in a circle, so no order is feasible.", kind="circle-of-needs")
    result = np.zeros((players, values.shape[1]))
    for k, rows in enumerate(steps):
        weight = before[rows] * after[rows | 1 << k] / before[everyone]
        result[k] = weight @ (values[rows | 1 << k] - values[rows])
    return result


def attribute(players: Sequence[str], values: Array, *, needs: Sequence[int] = ()) -> Attribution:
    """First-in, last-in and Shapley values from every coalition's samples (coalitions x samples).

    `needs` gives for each player the coalition that it needs; none is no need.
    """
    count = len(players)
    everyone = 2**count - 1
    by_sample = shapley_values(values)
    in_order = precedence_values(values, needs) if any(needs) else by_sample
    means = values.mean(axis=1)
    bits = [1 << player for player in range(count)]
    return Attribution(
        players=tuple(players),
        shapley=by_sample.mean(axis=1),
        shapley_se=_standard_error(by_sample),
        precedence=in_order.mean(axis=1),
        precedence_se=_standard_error(in_order),
        first_in=np.array([means[bit] - means[0] for bit in bits]),
        last_in=np.array([means[everyone] - means[everyone ^ bit] for bit in bits]),
        total=float(means[everyone] - means[0]),
        orders=0,
    )


def draw_orders(players: int, *, pairs: int, rng: np.random.Generator) -> Whole:
    """Orders of the players, orders x players: each of `pairs` random ones followed by its reverse.

    Castro, Gomez and Tejada (2009, Computers and Operations Research 36, 1726-1730) sample orders; the reverse makes
    early and late entry equally frequent for each player (antithetic orders: Mitchell et al. 2022, JMLR 23(43)).
    """
    forward = rng.permuted(np.tile(np.arange(players), (pairs, 1)), axis=1)
    return np.stack([forward, forward[:, ::-1]], axis=1).reshape(2 * pairs, players)


def draw_feasible_orders(needs: Sequence[int], *, count: int, rng: np.random.Generator) -> Whole:
    """`count` orders (x players) that keep every need, each feasible order equally likely.

    Random orders are drawn until enough keep the needs; needs so many that hardly any does raise.
    """
    players = len(needs)
    pairs = [(k, other) for k in range(players) for other in range(players) if needs[k] >> other & 1]
    found: list[Whole] = []
    held = 0
    for _ in range(MOST_TRIES):
        places = rng.permuted(np.tile(np.arange(players), (TRIES, 1)), axis=1)  # place of each player
        keeps = np.ones(TRIES, dtype=bool)
        for k, other in pairs:
            keeps &= places[:, other] < places[:, k]
        found.append(np.argsort(places[keeps], axis=1))
        held += len(found[-1])
        if held >= count:
            return np.concatenate(found)[:count]
    raise NoAnswer(
        f"Of {MOST_TRIES * TRIES:,} orders only {held} keep every need: leave some of the measures out.",
        kind="few-feasible-orders",
    )


def coalitions_passed(orders: Whole) -> Whole:
    """The coalitions before, between and after the entries of each order: orders x (players + 1)."""
    joined = np.cumsum(np.int64(1) << orders, axis=1)
    return np.concatenate([np.zeros((len(orders), 1), dtype=np.int64), joined], axis=1)


def attribute_sampled(
    players: Sequence[str], coalitions: Whole, values: Array, *, orders: Whole, feasible: Whole | None
) -> Attribution:
    """The same values from orders that were drawn: `values` (rows x samples) are those of `coalitions`, sorted.

    `orders` come in antithetic pairs; `feasible` ones keep every need (None where there are none). First-in and last-in
    values are exact, so the single players and all but one must be among the coalitions.
    """
    count = len(players)
    everyone = 2**count - 1
    means = values.mean(axis=1)

    def worth(coalition: int) -> float:
        return float(means[np.searchsorted(coalitions, coalition)])

    entries = _entries(orders, coalitions, values)
    pairs = entries.reshape(-1, 2, *entries.shape[1:]).mean(axis=1)
    in_order = pairs if feasible is None else _entries(feasible, coalitions, values)
    bits = [1 << player for player in range(count)]
    return Attribution(
        players=tuple(players),
        shapley=pairs.mean(axis=(0, 2)),
        shapley_se=_sampled_error(pairs),
        precedence=in_order.mean(axis=(0, 2)),
        precedence_se=_sampled_error(in_order),
        first_in=np.array([worth(bit) - worth(0) for bit in bits]),
        last_in=np.array([worth(everyone) - worth(everyone ^ bit) for bit in bits]),
        total=worth(everyone) - worth(0),
        orders=len(orders),
    )


def _entries(orders: Whole, coalitions: Whole, values: Array) -> Array:
    """What each player adds on entering: orders x players x samples."""
    rows = np.searchsorted(coalitions, coalitions_passed(orders))
    added = values[rows[:, 1:]] - values[rows[:, :-1]]
    by_player: Array = np.take_along_axis(added, np.argsort(orders, axis=1)[:, :, None], axis=1)
    return by_player


def _standard_error(by_sample: Array) -> Array:
    players, samples = by_sample.shape
    if samples < 2:
        return np.zeros(players)
    return np.asarray(by_sample.std(axis=1, ddof=1) / np.sqrt(samples))


def _sampled_error(entries: Array) -> Array:
    """Standard error over the orders and over the samples together (blocks x players x samples)."""
    over_samples = _standard_error(entries.mean(axis=0))
    over_orders = _standard_error(entries.mean(axis=2).T)
    return np.hypot(over_samples, over_orders)
