"""Back-test with rolling origin: what the forecast's noise would have said of each pair, against what came.

From each origin the noise is fitted to what had been reported by then, to pairs of that size, by the same function
as in the forecast, and its bands are set against the trade one, two and five years on. Scores are of the logarithm:
the continuous ranked probability score (Gneiting and Raftery 2007, JASA 102(477), equation 20) as twice the mean
quantile loss. The rival is a random walk: the last figure, with a normal band that widens with the square root of
time. Left out: windows whose start or end is not reported. How growth enters is tested by `backtest_growth`: the same
noise around two rules of growth, each the other's rival.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from rahdari.appraisal.growth_rules import GrowthRule, foresee_growth
from rahdari.appraisal.noise import Noise, common_changes, fit_flows, movement_quantiles, own_changes
from rahdari.trade.pairs import PairHistory

Array = NDArray[np.float64]
AHEAD = (1, 2, 5)
SMALLEST_MUSD = 10.0
CLASS_RATIO = 2.0  # sizes within a class differ by no more than this
WINDOW = (0.6, 1.6)  # of the middle of a class: the range around a baseline that the shipped case uses
FIRST_ORIGIN = 8  # years of history, so that changes over five years have been seen
BANDS = (0.5, 0.8, 0.95)
EDGES = tuple(edge for band in BANDS for edge in ((1 - band) / 2, (1 + band) / 2))
FACTORS = 12  # of restlessness, between which quantiles are interpolated
LEVELS = (np.arange(50) + 0.5) / 50
RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class HorizonScore:
    """Forecasts so many years ahead: shares within the bands, and the skill over a random walk with its interval.

    `lowest80` and `highest80` are the coverage of the 80 % band from the worst and the best origin: pairs miss
    together. Skill is the share of the walk's score that is saved; its interval (95 %) resamples whole pairs.
    """

    years: int
    forecasts: int
    coverage: tuple[float, ...]
    lowest80: float
    highest80: float
    crps: float
    crps_walk: float
    skill: float
    skill_low: float
    skill_high: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """Scores by horizon, and the years of the first and last origin."""

    first_origin: int
    last_origin: int
    horizons: tuple[HorizonScore, ...]


@dataclass(frozen=True, slots=True)
class _Forecasts:
    """Forecasts from one origin for the flows of one class: flow, whether in each band, and both scores."""

    flow: NDArray[np.int64]
    inside: NDArray[np.bool_]
    crps: Array
    crps_walk: Array


def backtest_pairs(
    pairs: PairHistory,
    *,
    rng: np.random.Generator,
    own_change: bool = False,
    one_way: bool = False,
    drift: bool = False,
    only: tuple[str, str] | None = None,
    ahead: Sequence[int] = AHEAD,
) -> Backtest:
    """Scores of the forecast's noise over all pairs of at least ten million dollars, from each year with eight before.

    With `own_change` both the forecast and its rival know how much each flow has moved, else only its size. With
    `drift` the forecast carries on the median growth of similar pairs. With `only`, two economies' codes, their
    turnover alone is scored, by noise fitted to all pairs of its size.
    """
    flows = pairs.flows_musd(one_way=one_way)
    scored_rows = np.arange(len(flows)) if only is None else np.array([pairs.row_of(*only)])
    changes = own_changes(flows) if own_change else None
    found: dict[int, list[tuple[int, _Forecasts]]] = {years: [] for years in ahead}
    origins = range(FIRST_ORIGIN, flows.shape[1] - min(ahead))
    for origin in origins:
        for found_rows, noise, found_walk, growth in _fit_classes(flows, changes, origin):
            among = np.isin(found_rows, scored_rows)
            chosen, walk = found_rows[among], found_walk[among]
            for years in ahead if chosen.size else ():
                if origin + years < flows.shape[1]:
                    step = np.full(chosen.size, growth * years if drift else 0.0)
                    scored = _score(flows, changes, chosen, noise, walk, origin=origin, years=years, drift=step)
                    found[years].append((origin, scored))
    return Backtest(
        first_origin=pairs.years[origins[0]],
        last_origin=pairs.years[origins[-1]],
        horizons=tuple(_summarise(years, found[years], flows=len(flows), rng=rng) for years in ahead if found[years]),
    )


def backtest_growth(
    pairs: PairHistory,
    *,
    rule: GrowthRule,
    rival: GrowthRule,
    rng: np.random.Generator,
    ahead: Sequence[int] = AHEAD,
) -> Backtest:
    """Scores of turnover forecast by a rule of growth; the walk's score and the skill are over the rival's rule.

    The noise, its centre apart, is the same on both sides. Windows whose growth either rule does not know are left out.
    """
    flows = pairs.turnover_musd()
    found: dict[int, list[tuple[int, _Forecasts]]] = {years: [] for years in ahead}
    origins = range(FIRST_ORIGIN, flows.shape[1] - min(ahead))
    for origin in origins:
        within = [years for years in ahead if origin + years < flows.shape[1]]
        shifts = {
            years: tuple(foresee_growth(one, pairs, origin=origin, years=years) for one in (rule, rival))
            for years in within
        }
        for chosen, noise, walk, _ in _fit_classes(flows, None, origin):
            for years in within:
                ours, theirs = (shift[chosen] for shift in shifts[years])
                known = np.isfinite(ours) & np.isfinite(theirs)
                rows = chosen[known]
                scored, against = (
                    _score(flows, None, rows, noise, walk[known], origin=origin, years=years, drift=shift[known])
                    for shift in (ours, theirs)
                )
                found[years].append((origin, replace(scored, crps_walk=against.crps)))
    return Backtest(
        first_origin=pairs.years[origins[0]],
        last_origin=pairs.years[origins[-1]],
        horizons=tuple(_summarise(years, found[years], flows=len(flows), rng=rng) for years in ahead if found[years]),
    )


def _fit_classes(
    flows: Array, changes: Array | None, origin: int
) -> Iterator[tuple[NDArray[np.int64], Noise, Array, float]]:
    """For each size class at an origin: its flows, the noise, the walk's yearly spread by flow and yearly growth."""
    past, now = flows[:, : origin + 1], flows[:, origin]
    known = None if changes is None else changes[:, : origin + 1]
    own = None if changes is None else _own_spread(past)
    common = common_changes(past)
    low = SMALLEST_MUSD
    while low <= now.max():
        chosen = np.flatnonzero((now >= low) & (now < low * CLASS_RATIO))
        if known is not None:
            chosen = chosen[np.isfinite(known[chosen, -1])]
        middle = low * CLASS_RATIO**0.5
        low *= CLASS_RATIO
        if not chosen.size:
            continue
        lowest, highest = WINDOW[0] * middle, WINDOW[1] * middle
        near = np.flatnonzero(((past >= lowest) & (past <= highest)).any(axis=1))
        noise = fit_flows(
            past[near], None if known is None else known[near], low_musd=lowest, high_musd=highest, common=common
        )
        start, end = past[near, :-1], past[near, 1:]
        windows = (start >= lowest) & (start <= highest) & (end > 0)
        yearly = np.log(end[windows] / start[windows])
        if yearly.size < 2 or noise.spread(1) == 0:
            continue
        walk = np.full(chosen.size, yearly.std()) if own is None else own[chosen]
        yield chosen, noise, walk, float(np.median(yearly))


def _own_spread(past: Array) -> Array:
    """Root mean square of each flow's yearly changes of the logarithm so far."""
    logs = np.where(past > 0, np.log(np.where(past > 0, past, 1.0)), np.nan)
    moved = np.diff(logs, axis=1)
    number = np.isfinite(moved).sum(axis=1)
    return np.asarray(np.sqrt(np.nansum(moved**2, axis=1) / np.maximum(number, 1)))


def _score(
    flows: Array,
    changes: Array | None,
    chosen: NDArray[np.int64],
    noise: Noise,
    walk: Array,
    *,
    origin: int,
    years: int,
    drift: Array,
) -> _Forecasts:
    reported = flows[chosen, origin + years] > 0
    rows, walk, drift = chosen[reported], walk[reported], drift[reported]
    came = np.log(flows[rows, origin + years] / flows[rows, origin])
    factor = np.ones(rows.size)
    if changes is not None:
        factor = (changes[rows, origin] / noise.typical) ** noise.exponent
    moved = came - drift
    bands = _spread_quantiles(noise, factor, years=years, shares=np.array(EDGES)).reshape(-1, len(BANDS), 2)
    return _Forecasts(
        flow=rows,
        inside=(moved[:, None] >= bands[:, :, 0]) & (moved[:, None] <= bands[:, :, 1]),
        crps=_quantile_score(moved, _spread_quantiles(noise, factor, years=years, shares=LEVELS)),
        crps_walk=_quantile_score(came, walk[:, None] * np.sqrt(years) * ndtri(LEVELS)),
    )


def _spread_quantiles(noise: Noise, factor: Array, *, years: int, shares: Array) -> Array:
    """Quantiles of the movement of each flow, by how restless it is: flows x shares, between those of a few factors."""
    if not factor.size or np.ptp(factor) == 0:
        only = float(factor[0]) if factor.size else 1.0
        return np.tile(movement_quantiles(noise, years=years, shares=shares, factor=only), (factor.size, 1))
    known = np.geomspace(factor.min(), factor.max(), FACTORS)
    table = np.stack([movement_quantiles(noise, years=years, shares=shares, factor=one) for one in known.tolist()])
    return np.column_stack([np.interp(factor, known, column) for column in table.T])


def _quantile_score(came: Array, said: Array) -> Array:
    """Twice the mean quantile loss of each row, the score as an integral over quantiles."""
    gap = came[:, None] - said
    return np.asarray(2 * np.where(gap >= 0, LEVELS * gap, (LEVELS - 1) * gap).mean(axis=1))


def _summarise(
    years: int, found: Sequence[tuple[int, _Forecasts]], *, flows: int, rng: np.random.Generator
) -> HorizonScore:
    inside = np.concatenate([scored.inside for _, scored in found])
    flow = np.concatenate([scored.flow for _, scored in found])
    origin = np.concatenate([np.full(scored.flow.size, year) for year, scored in found])
    ours, walk = np.zeros(flows), np.zeros(flows)
    for _, scored in found:
        ours[scored.flow] += scored.crps
        walk[scored.flow] += scored.crps_walk
    by_origin = [float(inside[origin == year, 1].mean()) for year in np.unique(origin)]
    low, high = np.quantile(_resample_skill(ours, walk, rng=rng), (0.025, 0.975)).tolist()
    return HorizonScore(
        years=years,
        forecasts=int(flow.size),
        coverage=tuple(inside.mean(axis=0).tolist()),
        lowest80=min(by_origin),
        highest80=max(by_origin),
        crps=float(ours.sum() / flow.size),
        crps_walk=float(walk.sum() / flow.size),
        skill=float(1 - ours.sum() / walk.sum()),
        skill_low=low,
        skill_high=high,
    )


def _resample_skill(ours: Array, walk: Array, *, rng: np.random.Generator) -> Array:
    """Skill in samples of whole pairs with replacement, so that a pair's years stay together."""
    seen = np.flatnonzero(walk > 0)
    ours, walk = ours[seen], walk[seen]
    skills = np.empty(RESAMPLES)
    for sample in range(RESAMPLES):
        weight = np.bincount(rng.integers(seen.size, size=seen.size), minlength=seen.size)
        skills[sample] = 1 - (weight @ ours) / (weight @ walk)
    return skills
