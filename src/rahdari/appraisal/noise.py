"""How flows of a size move of themselves: each on its own way, and all together with the trade of the world.

The logarithm of a flow h years after the last reported year differs from it by s * z + c. The path z is normal with
variance h * permanent_sd**2 + 2 * transitory_sd**2 (a random walk, and the error of both years), and s is how restless
the flow is, the same in all years: s**2 is gamma with mean one, so that the changes are variance-gamma (Madan and
Seneta 1990, J. Business 63(4), section 2). Rises and falls have a shape of their own, and falls are `fall_ratio` times
as wide. Normal changes cover too little: see `backtest`.

The path c is common to all flows: a random walk whose yearly steps are as wide as the median changes of all flows have
been, about nought, since the forecast carries on no common growth. Few years say how wide that is, so that c is t
distributed with as many degrees of freedom as years (the predictive distribution of a normal variate of known mean).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, gammaincinv, ndtr, ndtri, stdtrit

from rahdari.trade.pairs import PairHistory

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
HORIZONS = (1, 2, 3, 5)
TAIL = (0.75, 0.9, 0.975, 0.99)
SHAPES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, np.inf)
FEWEST = 200  # windows below which a tail of one in a hundred cannot be seen: the standard deviation alone is used
RECENT_YEARS = 8  # a flow's own movement is that of so many years; five to twenty score within one per cent
FEWEST_CHANGES = 4  # yearly changes from which a flow's own movement counts
LEAST_MOVE = 0.02  # a year without change says little: reports are rounded and at times carried forward
STRATA = 400
COMMON_FROM_MUSD = 10.0  # smaller flows are reported too coarsely to show the common movement
MIXED = 200, 60  # quantiles of a flow's own and of the common movement that are added up


@dataclass(frozen=True, slots=True)
class Noise:
    """Yearly movement of the logarithm of a flow: a part that stays, a part that passes, and the shape of the tails.

    `exponent` and `typical` say how the spread varies with the flow's own mean absolute yearly change; an exponent
    of nought means that nothing of the flow but its size was used. `common_sd` is the yearly movement that all flows
    share, seen in `common_years`; the other numbers are of what is left without it.
    """

    permanent_sd: float
    transitory_sd: float
    observations: int
    rise_shape: float = np.inf
    fall_shape: float = np.inf
    fall_ratio: float = 1.0
    exponent: float = 0.0
    typical: float = 1.0
    common_sd: float = 0.0
    common_years: int = 1

    def spread(self, years: float) -> float:
        """Standard deviation of a flow's own rises, as if both sides were alike, after so many years."""
        return float(np.sqrt(years * self.permanent_sd**2 + 2 * self.transitory_sd**2))

    @property
    def yearly_sd(self) -> float:
        """Standard deviation of the logarithm's change in a year, the common movement with it, tails apart."""
        return float(np.hypot(self.spread(1), self.common_sd))

    def scaled_to(self, own_change: float) -> Noise:
        """The noise of a flow with this mean absolute yearly change of its logarithm."""
        factor = (max(own_change, LEAST_MOVE) / self.typical) ** self.exponent
        return replace(self, permanent_sd=self.permanent_sd * factor, transitory_sd=self.transitory_sd * factor)


def fit_noise(
    pairs: PairHistory, *, low_musd: float, high_musd: float, one_way: bool = False, own_change: bool = False
) -> Noise:
    """The noise of pairs (or of single directions) whose trade lies between the two amounts.

    With `own_change` the noise of a flow of typical restlessness, to be `scaled_to` what is known of a flow.
    """
    flows = pairs.flows_musd(one_way=one_way)
    known = own_changes(flows) if own_change else None
    return fit_flows(flows, known, low_musd=low_musd, high_musd=high_musd, common=common_changes(flows))


def common_changes(flows: Array) -> Array:
    """The median yearly change of the logarithm over all flows of at least ten million dollars: one a year but one."""
    start, end = flows[:, :-1], flows[:, 1:]
    year, row = np.nonzero(((start >= COMMON_FROM_MUSD) & (end > 0)).T)
    moved = np.log(end[row, year] / start[row, year])
    counts = np.bincount(year, minlength=start.shape[1])
    return np.array([np.median(values) if values.size else 0.0 for values in np.split(moved, np.cumsum(counts)[:-1])])


def fit_flows(flows: Array, changes: Array | None, *, low_musd: float, high_musd: float, common: Array) -> Noise:
    """The noise fitted to the widths of rises and falls over one to five years; flows x years, 0 where not reported.

    `changes`, of the same shape, is the mean absolute yearly change known at each year (NaN where it is not); `common`
    the movement that all flows share from each year to the next.
    """
    level = np.concatenate([[0.0], np.cumsum(common)])
    begun = (flows >= low_musd) & (flows <= high_musd) & (flows > 0)
    begins = np.nonzero(begun if changes is None else begun & np.isfinite(changes))
    windows = [_moves(flows, changes, years, begins=begins, level=level) for years in HORIZONS]
    noise = _fit_windows(windows, is_known=changes is not None)
    return replace(noise, common_sd=float(np.sqrt((common**2).mean())), common_years=common.size)


def _fit_windows(windows: Sequence[tuple[Array, Array]], *, is_known: bool) -> Noise:
    moves = [(years, *found) for years, found in zip(HORIZONS, windows, strict=True) if found[0].size]
    if not moves:
        return Noise(0.0, 0.0, 0)
    observations = int(moves[0][1].size)
    exponent, typical = _fit_exponent(moves[0][1], moves[0][2]) if is_known else (0.0, 1.0)
    levelled = [(years, move / (own / typical) ** exponent) for years, move, own in moves]
    seen = [(years, _widths(move)) for years, move in levelled if move.size >= FEWEST]
    seen = [(years, widths) for years, widths in seen if widths.min() > 0]
    if not seen:
        return Noise(float(levelled[0][1].std()), 0.0, observations, exponent=exponent, typical=typical)
    rises = _fit_side(np.array([widths[0] for _, widths in seen]))
    falls = _fit_side(np.array([widths[1] for _, widths in seen]))
    ratio = float(np.exp(np.log(falls.scales / rises.scales).mean()))
    variances = rises.scales * falls.scales / ratio
    permanent, transitory = split_variances([years for years, _ in seen], variances)
    return Noise(permanent, transitory, observations, rises.shape, falls.shape, ratio, exponent, typical)


def own_changes(flows: Array) -> Array:
    """Mean absolute yearly change of the logarithm over the last eight years, known at each year; NaN where unknown."""
    reported = flows > 0
    logs = np.where(reported, np.log(np.where(reported, flows, 1.0)), np.nan)
    moved = np.abs(np.diff(logs, axis=1))
    total = _running(np.nan_to_num(moved))
    count = _running(np.isfinite(moved).astype(float))
    first = np.maximum(np.arange(flows.shape[1]) - RECENT_YEARS, 0)
    number = count - count[:, first]
    mean = np.divide(total - total[:, first], number, out=np.full_like(total, np.nan), where=number >= FEWEST_CHANGES)
    return np.maximum(mean, LEAST_MOVE)


def own_change_of(values: Sequence[tuple[int, float]]) -> float | None:
    """The same for one history of (year, amount) up to its last year; None where too few years follow each other."""
    recent = [(year, amount) for year, amount in sorted(values) if amount > 0 and year >= values[-1][0] - RECENT_YEARS]
    moved = [abs(np.log(later / earlier)) for (first, earlier), (year, later) in pairwise(recent) if year == first + 1]
    return max(float(np.mean(moved)), LEAST_MOVE) if len(moved) >= FEWEST_CHANGES else None


@dataclass(frozen=True, slots=True)
class Scores:
    """Numbers that a movement is made of, the same for all flows but for `passing`.

    `steps` and `common` are normal scores of each year's lasting move, of the flow and of all flows (draws x years);
    `passing` those of the error of the last reported year and of each year after it (draws x years + 1); `restless` and
    `width` are one uniform a draw.
    """

    steps: Array
    passing: Array
    common: Array
    restless: Array
    width: Array


def draw_movement(noise: Noise, scores: Scores) -> Array:
    """Movement of the logarithm since the last reported year: draws x years."""
    passing = scores.passing[:, 1:] - scores.passing[:, :1]
    path = np.cumsum(scores.steps, axis=1) * noise.permanent_sd + passing * noise.transitory_sd
    rise = _mixing(scores.restless, noise.rise_shape)[:, None]
    fall = _mixing(scores.restless, noise.fall_shape)[:, None] * noise.fall_ratio
    width = np.sqrt(noise.common_years / chdtri(noise.common_years, scores.width))[:, None]
    common = np.cumsum(scores.common, axis=1) * width * noise.common_sd
    return np.asarray(path * np.where(path > 0, rise, fall) + common)


def movement_quantiles(noise: Noise, *, years: float, shares: Array, factor: float = 1.0) -> Array:
    """Quantiles of that movement after so many years, without drift, for ascending shares.

    `factor` is how much wider the flow's own movement is than the noise says.
    """
    if noise.common_sd == 0:
        return factor * _own_quantiles(noise, years=years, shares=shares)
    own, together = ((np.arange(number) + 0.5) / number for number in MIXED)
    common = noise.common_sd * np.sqrt(years) * stdtrit(noise.common_years, together)
    mixed = factor * _own_quantiles(noise, years=years, shares=own)[:, None] + common
    return np.asarray(np.quantile(mixed, shares))


def _own_quantiles(noise: Noise, *, years: float, shares: Array) -> Array:
    above = _tail_quantiles(noise.rise_shape, tuple(np.maximum(shares, 0.5).tolist()))
    below = -noise.fall_ratio * _tail_quantiles(noise.fall_shape, tuple(np.maximum(1 - shares, 0.5).tolist()))
    return np.asarray(noise.spread(years) * np.where(shares > 0.5, above, below))


@dataclass(frozen=True, slots=True)
class _Side:
    shape: float
    scales: Array


def _moves(
    flows: Array, changes: Array | None, years: int, *, begins: tuple[Integers, ...], level: Array
) -> tuple[Array, Array]:
    """Changes of the logarithm over so many years from each row and column of `begins`, and each flow's own change.

    `level` is the common path, which is taken off; what ends beyond the record or at nought is left out.
    """
    row, first = (numbers[begins[1] + years < flows.shape[1]] for numbers in begins)
    reported = flows[row, first + years] > 0
    row, first = row[reported], first[reported]
    own = np.ones(row.size) if changes is None else changes[row, first]
    return np.log(flows[row, first + years] / flows[row, first]) - (level[first + years] - level[first]), own


def _fit_exponent(moves: Array, own: Array) -> tuple[float, float]:
    """Slope of the logarithm of the size of a yearly change on that of the flow's own change, and the usual one."""
    typical = float(np.median(own))
    known = np.log(own / typical)
    variance = float(known.var())
    if moves.size < FEWEST or variance == 0:
        return 0.0, typical
    size = np.log(np.maximum(np.abs(moves), LEAST_MOVE / 2))
    return float(np.clip(np.mean((known - known.mean()) * size) / variance, 0.0, 1.0)), typical


def _widths(moves: Array) -> Array:
    """Distances of the upper (first row) and lower (second) quantiles of `TAIL` from the median."""
    tail = np.array(TAIL)
    middle, *rest = np.quantile(moves, [0.5, *tail, *(1 - tail)])
    upper, lower = np.array(rest[: tail.size]), np.array(rest[tail.size :])
    return np.stack([upper - middle, middle - lower])


def _fit_side(widths: Array) -> _Side:
    """The shape whose quantiles are nearest to the widths (horizons x tail) in logarithms, and the scales with it."""
    fits = []
    for shape in SHAPES:
        gaps = np.log(widths / _tail_quantiles(shape, TAIL))
        fits.append((float(((gaps - gaps.mean(axis=1, keepdims=True)) ** 2).sum()), shape, np.exp(gaps.mean(axis=1))))
    _, shape, scales = min(fits, key=lambda fit: fit[0])
    return _Side(shape, scales)


def split_variances(years: Sequence[int], variances: Array) -> tuple[float, float]:
    """Permanent and transitory standard deviation from the variance at each horizon, none below nought."""
    if len(years) == 1:
        return float(np.sqrt(variances[0] / years[0])), 0.0
    terms = np.column_stack([np.array(years, dtype=float), np.full(len(years), 2.0)]) / variances[:, None]
    found = np.linalg.lstsq(terms, np.ones(len(years)))[0]
    if found.min() < 0:  # the best of two that are not below nought has one of them at nought
        alone = terms.sum(axis=0) / (terms**2).sum(axis=0)
        better = np.argmin(((terms * alone - 1) ** 2).sum(axis=0))
        found = np.where(np.arange(2) == better, alone, 0.0)
    return float(np.sqrt(found[0])), float(np.sqrt(found[1]))


def _running(values: Array) -> Array:
    """Sums up to each year of values that begin in the second."""
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _mixing(uniforms: Array, shape: float) -> Array:
    """Square roots of gamma variates of mean one."""
    if np.isinf(shape):
        return np.ones_like(uniforms)
    return np.asarray(np.sqrt(gammaincinv(shape, uniforms) / shape))


@cache
def _tail_quantiles(shape: float, shares: tuple[float, ...]) -> Array:
    """Quantiles of s * z for shares of one half and more, by bisection on a stratified mixture."""
    wanted = np.array(shares)
    if np.isinf(shape):
        return np.asarray(ndtri(wanted))
    scales = _mixing((np.arange(STRATA) + 0.5) / STRATA, shape)
    low, high = np.zeros_like(wanted), np.full_like(wanted, 50.0)
    for _ in range(60):
        middle = (low + high) / 2
        below = ndtr(middle[:, None] / scales).mean(axis=1) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray((low + high) / 2)
