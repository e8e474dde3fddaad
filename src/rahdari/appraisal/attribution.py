"""Who contributes what: first-in, last-in and Shapley values of a game of measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Values of each player, and of all together; standard errors come from the draws' scatter."""

    players: tuple[str, ...]
    shapley: Array
    shapley_se: Array
    first_in: Array
    last_in: Array
    total: float


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


def attribute(players: Sequence[str], values: Array) -> Attribution:
    """First-in, last-in and Shapley values from every coalition's samples (coalitions x samples)."""
    count = len(players)
    everyone = 2**count - 1
    by_sample = shapley_values(values)
    means = values.mean(axis=1)
    samples = values.shape[1]
    spread = by_sample.std(axis=1, ddof=1) / np.sqrt(samples) if samples > 1 else np.zeros(count)
    bits = [1 << player for player in range(count)]
    return Attribution(
        players=tuple(players),
        shapley=by_sample.mean(axis=1),
        shapley_se=np.asarray(spread),
        first_in=np.array([means[bit] - means[0] for bit in bits]),
        last_in=np.array([means[everyone] - means[everyone ^ bit] for bit in bits]),
        total=float(means[everyone] - means[0]),
    )
