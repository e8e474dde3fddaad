"""Noise that is known beforehand is found again, and draws agree with quantiles."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import nnls
from scipy.stats import laplace
from scipy.stats import t as student

from rahdari.appraisal.noise import (
    Noise,
    Scores,
    common_changes,
    draw_movement,
    fit_flows,
    fit_noise,
    movement_quantiles,
    own_change_of,
    own_changes,
    split_variances,
)
from rahdari.trade.pairs import PairHistory


def synthetic_pairs(*, permanent: float, transitory: float) -> PairHistory:
    """1,770 pairs over 13 years: a random walk of the logarithm observed with error."""
    rng = np.random.default_rng(5)
    size, years = 60, 13
    walk = np.cumsum(permanent * rng.standard_normal((size, size, years)), axis=2)
    exports = 100 * np.exp(walk + transitory * rng.standard_normal((size, size, years)))
    upper = np.triu(np.ones((size, size), dtype=bool), k=1)
    exports[~upper] = 0
    names = tuple(f"X{number:02d}" for number in range(size))
    return PairHistory(names, tuple(range(2000, 2000 + years)), exports.astype(np.float32), "s")


def moving_flows(noise: Noise, *, flows: int, years: int, seed: int = 4) -> np.ndarray:
    """Flows that start at 100 and move as the noise says, with one error-free first year."""
    rng = np.random.default_rng(seed)
    scores = Scores(
        steps=rng.standard_normal((flows, years)),
        passing=rng.standard_normal((flows, years + 1)),
        common=rng.standard_normal((flows, years)),
        restless=rng.random(flows),
        width=rng.random(flows),
    )
    moved = draw_movement(noise, scores)
    return np.concatenate([np.full((flows, 1), 100.0), 100 * np.exp(moved)], axis=1)


@pytest.mark.parametrize(("permanent", "transitory"), [(0.2, 0.1), (0.1, 0.3), (0.3, 0.0)])
def test_noise_of_a_known_walk_is_found_again(permanent: float, transitory: float) -> None:
    # Changes over one to five years have variances of at most 0.45; thousands of windows, of which about half are
    # independent, give each to about three per cent, and the share that lasts to 0.004: four times that are allowed.
    noise = fit_noise(synthetic_pairs(permanent=permanent, transitory=transitory), low_musd=0, high_musd=1e9)
    assert noise.observations == 1770 * 12
    assert noise.permanent_sd**2 == pytest.approx(permanent**2, abs=0.016)
    assert noise.transitory_sd**2 == pytest.approx(transitory**2, abs=0.016)
    assert min(noise.rise_shape, noise.fall_shape) >= 5  # normal changes have no heavy tails
    assert noise.fall_ratio == pytest.approx(1, abs=0.05)


def test_heavier_falls_are_found_again() -> None:
    # windows that start in the first year only, at 100 exactly; 30,000 of them give quantiles to about two per cent
    told = Noise(0.3, 0.1, 0, rise_shape=2.0, fall_shape=0.6, fall_ratio=1.4)
    flows = moving_flows(told, flows=30_000, years=5)
    flows[:, 1:] *= np.where(np.abs(flows[:, 1:] - 100) < 1e-6, 1.001, 1.0)
    found = fit_flows(flows, None, low_musd=100, high_musd=100, common=np.zeros(5))
    assert found.spread(1) == pytest.approx(told.spread(1), rel=0.06)
    assert found.spread(5) == pytest.approx(told.spread(5), rel=0.06)
    assert found.rise_shape in (1.5, 2.0, 3.0)
    assert found.fall_shape in (0.5, 0.6, 0.8)
    assert found.fall_ratio == pytest.approx(1.4, rel=0.08)


def test_a_shape_of_one_is_the_laplace_distribution() -> None:
    # variance-gamma with shape one and variance v is Laplace with scale sqrt(v / 2); 400 strata blur the far tail
    shares = np.array([0.05, 0.25, 0.75, 0.95])
    found = movement_quantiles(Noise(0.2, 0.0, 0, 1.0, 1.0), years=4, shares=shares)
    assert found == pytest.approx(laplace.ppf(shares, scale=0.4 / math.sqrt(2)), rel=0.01)


def test_draws_agree_with_quantiles() -> None:
    # 40,000 draws give these quantiles to about two per cent
    noise = Noise(0.25, 0.1, 0, rise_shape=1.5, fall_shape=0.8, fall_ratio=1.3)
    moved = np.log(moving_flows(noise, flows=40_000, years=3)[:, 3] / 100)
    shares = np.array([0.05, 0.1, 0.25, 0.75, 0.9, 0.95])
    assert np.quantile(moved, shares) == pytest.approx(movement_quantiles(noise, years=3, shares=shares), rel=0.06)


def test_draws_of_the_common_movement_agree_with_quantiles() -> None:
    noise = Noise(0.2, 0.1, 0, rise_shape=1.5, common_sd=0.15, common_years=8)
    moved = np.log(moving_flows(noise, flows=40_000, years=3)[:, 3] / 100)
    shares = np.array([0.05, 0.1, 0.25, 0.75, 0.9, 0.95])
    assert np.quantile(moved, shares) == pytest.approx(movement_quantiles(noise, years=3, shares=shares), rel=0.06)


def test_the_common_movement_alone_is_t_distributed() -> None:
    noise = Noise(0.0, 0.0, 0, common_sd=0.2, common_years=5)
    shares = np.array([0.1, 0.5, 0.9])
    # sixty quantiles stand for it, so that a tenth lies within a sixtieth of its share
    assert movement_quantiles(noise, years=4, shares=shares) == pytest.approx(0.4 * student.ppf(shares, 5), abs=0.02)


def test_common_changes_are_medians_over_flows_that_are_large_enough() -> None:
    # the first flow counts from ten million on, that is in the second step; the last is not reported at its end
    flows = np.array([[5.0, 50, 5], [10, 20, 20], [10, 40, 20], [100, 100, 0]])
    assert common_changes(flows) == pytest.approx([math.log(2), math.log(0.5)])


def test_what_all_flows_share_is_told_apart_from_their_own_movement() -> None:
    # all rise and fall by a third in turn beside their own walk; the fit finds the walk and the common step apart
    pairs = synthetic_pairs(permanent=0.1, transitory=0.0)
    swing = np.where(np.arange(13) % 2, np.log(4 / 3), 0.0)
    swung = replace(pairs, exports_musd=(pairs.exports_musd * np.exp(swing)).astype(np.float32))
    noise = fit_noise(swung, low_musd=0, high_musd=1e9)
    assert noise.common_sd == pytest.approx(math.log(4 / 3), rel=0.02)
    assert noise.common_years == 12
    assert noise.permanent_sd == pytest.approx(0.1, rel=0.1)


def test_without_noise_nothing_moves() -> None:
    assert (moving_flows(Noise(0.0, 0.0, 0), flows=5, years=3) == 100).all()


def test_only_pairs_of_that_size_count() -> None:
    exports = np.zeros((3, 3, 3), dtype=np.float32)
    exports[0, 1], exports[0, 2], exports[1, 2] = [10, 20, 40], [100, 100, 100], [10, 0, 10]
    pairs = PairHistory(("XAA", "XBB", "XCC"), (2000, 2001, 2002), exports, "s")
    assert fit_noise(pairs, low_musd=5, high_musd=50).observations == 2  # XAA-XBB twice; XBB-XCC has a gap
    assert fit_noise(pairs, low_musd=5, high_musd=500).observations == 4


def test_own_changes_by_hand() -> None:
    # doubling each year is a change of ln 2; four changes are needed, and a gap interrupts two of them
    flows = np.array([[1.0, 2, 4, 8, 16, 32], [1, 2, 4, 0, 8, 16]])
    found = own_changes(flows)
    assert np.isnan(found[0, :4]).all()
    assert found[0, 4:] == pytest.approx([math.log(2)] * 2)
    assert np.isnan(found[1]).all()


def test_own_changes_are_those_of_the_last_eight_years() -> None:
    logs = np.array([0.0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4])
    assert own_changes(np.exp(logs)[None])[0, -1] == pytest.approx(0.02)  # not below two per cent
    assert own_changes(np.exp(logs)[None])[0, 8] == pytest.approx(0.5)  # four of eight years


def test_a_book_needs_four_years_that_follow_each_other() -> None:
    assert own_change_of([(2020, 1.0), (2021, 2.0), (2022, 1.0), (2024, 2.0), (2025, 1.0)]) is None
    five = [(2020 + year, 2.0 ** (year % 2)) for year in range(5)]
    assert own_change_of(five) == pytest.approx(math.log(2))


def test_a_restless_flow_has_wider_bands() -> None:
    # with an exponent of one half a flow that moves four times as much as usual spreads twice as wide
    noise = Noise(0.2, 0.1, 0, exponent=0.5, typical=0.1)
    assert noise.scaled_to(0.4).spread(3) == pytest.approx(2 * noise.spread(3))
    assert noise.scaled_to(0.1) == noise


@pytest.mark.parametrize(
    "variances", [(0.1, 0.15, 0.2, 0.3), (0.1, 0.3, 0.5, 0.9), (0.4, 0.3, 0.3, 0.2), (1.0, 1.0, 1.0, 1.0)]
)
def test_a_variance_is_split_into_two_parts_of_which_none_is_below_nought(variances: tuple[float, ...]) -> None:
    # steep growth has no passing part, falling variances no lasting one: the least squares that may not fall below 0
    years = np.array([1.0, 2.0, 3.0, 5.0])
    terms = np.column_stack([years, np.full(4, 2.0)]) / np.array(variances)[:, None]
    assert split_variances((1, 2, 3, 5), np.array(variances)) == pytest.approx(np.sqrt(nnls(terms, np.ones(4))[0]))
