"""Rules by which a pair's trade is expected to grow, for the back-test to set against each other.

The forecast's own rule is `sizes`: a flow grows with the sizes of both economies over that of the world. Sizes are
trade with everybody else, in dollars, which the file of pairs holds for every year; output it does not hold. `sizes`
and `summed` are told what these sizes came to be, so they test how growth enters and not whether it can be foreseen;
`expected` carries on what was seen by then, as `trend` does with the flow itself.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rahdari.trade.pairs import PairHistory

Array = NDArray[np.float64]
GrowthRule = Literal["none", "sizes", "summed", "expected", "trend"]
RULES: tuple[GrowthRule, ...] = ("none", "sizes", "summed", "expected", "trend")
PAST_YEARS = 8  # that `expected` and `trend` carry on


def foresee_growth(rule: GrowthRule, pairs: PairHistory, *, origin: int, years: int) -> Array:
    """Growth of the logarithm of every pair's turnover over the years after the origin; NaN where it is not known."""
    flows = pairs.turnover_musd()
    if rule == "none":
        return np.zeros(len(flows))
    if rule == "trend":
        return _log_ratio(flows[:, origin], flows[:, origin - PAST_YEARS]) * years / PAST_YEARS
    if rule == "expected":
        return _grow_with_sizes(pairs, origin - PAST_YEARS, origin, over_world=True) * years / PAST_YEARS
    return _grow_with_sizes(pairs, origin, origin + years, over_world=rule == "sizes")


def _grow_with_sizes(pairs: PairHistory, start: int, end: int, *, over_world: bool) -> Array:
    """Growth of both economies' trade with all others, the pair's own left out, and less that of all trade."""
    exports = np.nan_to_num(pairs.exports_musd[:, :, [start, end]].astype(np.float64))
    sizes = exports.sum(axis=0) + exports.sum(axis=1)
    first, second = np.triu_indices(len(pairs.iso3), k=1)
    flows = exports[first, second] + exports[second, first]
    growth = sum(_log_ratio(*(sizes[one] - flows)[:, ::-1].T) for one in (first, second))
    world = exports.sum(axis=(0, 1))
    return np.asarray(growth - (np.log(world[1] / world[0]) if over_world else 0.0))


def _log_ratio(later: Array, earlier: Array) -> Array:
    is_known = (later > 0) & (earlier > 0)
    return np.where(is_known, np.log(np.where(is_known, later, 1.0) / np.where(is_known, earlier, 1.0)), np.nan)
