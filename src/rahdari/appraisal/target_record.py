"""What became of announced targets: a small Bayesian logistic model, and its score on pairs that it has not seen.

The log odds that a target is met are linear in the growth that it needs, its years, the size it starts from and
whether the pair renews an earlier target. Everything was fixed before the first run: units of the traits are stated
constants, the intercept is normal(0, 1.5) and each slope normal(0, 1) a priori (weak: Gelman, Jakulin, Pittau and Su
2008, Annals of Applied Statistics 2(4), give reasons for this scale). The posterior is integrated by importance
sampling on quasi-random points around its mode.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from rahdari.exceptions import NoAnswer
from rahdari.register.entries import PastTarget

Array = NDArray[np.float64]
PRIOR_SD = np.array([1.5, 1.0, 1.0, 1.0, 1.0])
# At the middle of each scale the trait counts nought; one unit up is worth one slope.
GROWTH_MIDDLE, GROWTH_UNIT = math.log(1.12), 0.1  # logarithm of growth a year: twelve per cent, ten points
YEARS_MIDDLE, YEARS_UNIT = math.log(5), 0.5
SIZE_MIDDLE, SIZE_UNIT = math.log(10_000), 1.5  # USD million
POINTS = 4096
WIDENED = 1.3  # of the mode's normal, so that the sample covers the posterior's tails
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class TargetTraits:
    """What is known of a target on the day it is announced: growth a year as a fraction, years, size in USD million."""

    growth: float
    years: float
    baseline_musd: float
    renewal: bool


@dataclass(frozen=True, slots=True)
class TargetModel:
    """Posterior of the intercept and four slopes: points and their weights, and how many targets it has seen."""

    points: Array
    weights: Array
    targets: int
    effective_points: float


@dataclass(frozen=True, slots=True)
class TargetEvidence:
    """The chance that such a target is met: mean, median, 80 % interval, and the observations that it is worth.

    Far from what is on record most points of the posterior give next to no chance and a few give much: the mean may
    then lie above the interval.
    """

    mean: float
    p50: float
    low: float
    high: float
    observations: float
    targets: int


@dataclass(frozen=True, slots=True)
class LeftOutScore:
    """Brier scores of targets of pairs left out in turn, of the model and of the share met by the others.

    `skill` is the share of the latter's score that is saved, with a 95 % interval from resampled pairs.
    """

    targets: int
    pairs: int
    brier: float
    brier_share: float
    skill: float
    skill_low: float
    skill_high: float


def fit_targets(targets: Sequence[PastTarget]) -> TargetModel | None:
    """The posterior from all resolved targets whose traits are known; None where there is none."""
    seen = _resolved(targets)
    if not seen:
        return None
    return _fit(np.stack([_row(traits) for _, traits, _ in seen]), np.array([met for *_, met in seen]))


def judge_target(model: TargetModel, traits: TargetTraits) -> TargetEvidence:
    """The chance of a target with these traits.

    `observations` are those of the beta distribution with the same mean and variance: far from every target on
    record the slopes are uncertain, and it is worth little.
    """
    chances = expit(model.points @ _row(traits))
    mean = float(model.weights @ chances)
    variance = float(model.weights @ (chances - mean) ** 2)
    order = np.argsort(chances)
    share = np.cumsum(model.weights[order])
    low, middle, high = (float(chances[order[np.searchsorted(share, at)]]) for at in (0.1, 0.5, 0.9))
    worth = max(mean * (1 - mean) / variance - 1, 0.0) if variance > 0 else float(model.targets)
    return TargetEvidence(mean, middle, low, high, min(worth, float(model.targets)), model.targets)


def score_left_out(targets: Sequence[PastTarget], *, rng: np.random.Generator) -> LeftOutScore:
    """Leave-pair-out score: each pair's targets are judged by the model fitted to all other pairs'."""
    seen = _resolved(targets)
    rows, met = np.stack([_row(traits) for _, traits, _ in seen]), np.array([hit for *_, hit in seen])
    pairs = np.unique([" ".join(sorted(pair)) for pair, *_ in seen], return_inverse=True)[1]
    ours, share = np.zeros(len(seen)), np.zeros(len(seen))
    for pair in range(pairs.max() + 1):
        out = pairs == pair
        model = _fit(rows[~out], met[~out])
        ours[out] = model.weights @ expit(model.points @ rows[out].T)
        share[out] = (met[~out].sum() + 0.5) / ((~out).sum() + 1)
    brier, brier_share = (ours - met) ** 2, (share - met) ** 2
    by_pair = np.array([np.bincount(pairs, brier), np.bincount(pairs, brier_share)])
    drawn = rng.integers(by_pair.shape[1], size=(RESAMPLES, by_pair.shape[1]))
    sums = by_pair[:, drawn].sum(axis=2)
    low, high = np.quantile(1 - sums[0] / sums[1], (0.025, 0.975)).tolist()
    skill = float(1 - brier.sum() / brier_share.sum())
    return LeftOutScore(
        len(seen), by_pair.shape[1], float(brier.mean()), float(brier_share.mean()), skill, float(low), float(high)
    )


def renews(parties: tuple[str, str], announced: int, targets: Sequence[PastTarget]) -> bool:
    """True where the record holds a target that the two announced in an earlier year or month."""
    return any(
        _is_pair(target, parties) and (when := _month(target.announced)) is not None and when < announced
        for target in targets
    )


def month_number(year: int, month: int) -> int:
    """Months since the year nought."""
    return 12 * year + month - 1


def _resolved(targets: Sequence[PastTarget]) -> list[tuple[tuple[str, str], TargetTraits, float]]:
    found = []
    for target in targets:
        growth = target.required_growth
        if growth is None or target.met not in ("yes", "no"):
            continue
        pair = (target.party_a, target.party_b)
        when = _month(target.announced)
        years = cast(int, target.deadline_year) - cast(int, target.baseline_year)
        renewal = when is not None and renews(pair, when, targets)
        traits = TargetTraits(growth, years, cast(float, target.baseline_musd), renewal)
        found.append((pair, traits, float(target.met == "yes")))
    return found


def _is_pair(target: PastTarget, parties: tuple[str, str]) -> bool:
    return {target.party_a, target.party_b} == set(parties)


def _month(announced: str) -> int | None:
    """The month of an announcement, July where only the year is known; None where neither is."""
    found = re.search(r"(\d{4})(?:-(\d{2}))?", announced)
    return None if found is None else month_number(int(found[1]), int(found[2] or 7))


def _row(traits: TargetTraits) -> Array:
    return np.array([
        1.0,
        (math.log1p(traits.growth) - GROWTH_MIDDLE) / GROWTH_UNIT,
        (math.log(traits.years) - YEARS_MIDDLE) / YEARS_UNIT,
        (math.log(traits.baseline_musd) - SIZE_MIDDLE) / SIZE_UNIT,
        float(traits.renewal),
    ])  # fmt: skip


def _fit(rows: Array, met: Array) -> TargetModel:
    mode, precision = _find_mode(rows, met)
    spread = np.linalg.cholesky(np.linalg.inv(precision)) * math.sqrt(WIDENED)
    scores = ndtri(_even_points(mode.size))
    points = mode + scores @ spread.T
    proposal = -0.5 * (scores**2).sum(axis=1)
    logs = _log_posterior(points, rows, met) - proposal
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    return TargetModel(points, weights, len(met), float(1 / (weights**2).sum()))


def _even_points(dimensions: int) -> Array:
    """Evenly spread points of the unit cube, none in a corner, where a normal proposal would weigh far too much.

    Multiples of the powers of the generalised golden ratio, the root of x ** (d + 1) = x + 1, modulo one.
    """
    ratio = 2.0
    for _ in range(60):
        ratio = (1 + ratio) ** (1 / (dimensions + 1))
    steps = ratio ** -np.arange(1.0, dimensions + 1)
    return np.asarray((0.5 + np.arange(1, POINTS + 1)[:, None] * steps) % 1.0)


def _log_posterior(points: Array, rows: Array, met: Array) -> Array:
    """Log of prior times likelihood of each point, but for a constant."""
    logits = points @ rows.T
    likelihood = (met * logits - np.logaddexp(0.0, logits)).sum(axis=1)
    return np.asarray(likelihood - 0.5 * ((points / PRIOR_SD) ** 2).sum(axis=1))


def _find_mode(rows: Array, met: Array) -> tuple[Array, Array]:
    """The posterior's mode and the negative Hessian there, by Newton steps on a concave function."""
    mode = np.zeros(rows.shape[1])
    prior = np.diag(PRIOR_SD**-2)
    for _ in range(100):
        chance = expit(rows @ mode)
        precision = prior + (rows * (chance * (1 - chance))[:, None]).T @ rows
        step = np.linalg.solve(precision, rows.T @ (met - chance) - prior @ mode)
        before = _log_posterior(mode[None], rows, met)[0]
        size = 1.0
        while size > 1e-6 and _log_posterior((mode + size * step)[None], rows, met)[0] < before:
            size /= 2
        mode = mode + size * step
        if np.abs(step).max() < 1e-9:
            return mode, precision
    raise NoAnswer("The model of announced targets did not settle in 100 steps.", kind="not-converged")
