"""The back-test on invented pairs whose movement is known, and nothing from the future in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rahdari.appraisal.backtest import HorizonScore, backtest_pairs
from rahdari.appraisal.noise import Noise, Scores, draw_movement
from rahdari.exceptions import InputFault
from rahdari.trade.pairs import PairHistory

CALM = Noise(0.2, 0.05, 0)
TAILED = Noise(0.2, 0.05, 0, rise_shape=1.0, fall_shape=0.6, fall_ratio=1.4)


def invented_pairs(noise: Noise, *, economies: int = 60, years: int = 14, restless: float = 1.0) -> PairHistory:
    """Pairs that begin at 100 million dollars and move as the noise says; the second half `restless` times as much."""
    rng = np.random.default_rng(8)
    upper = np.triu_indices(economies, k=1)
    pairs = upper[0].size
    scores = Scores(
        steps=rng.standard_normal((pairs, years)),
        passing=rng.standard_normal((pairs, years + 1)),
        common=np.tile(rng.standard_normal(years), (pairs, 1)),
        restless=rng.random(pairs),
        width=np.full(pairs, 0.5),
    )
    moved = draw_movement(noise, scores)
    moved[pairs // 2 :] *= restless
    exports = np.zeros((economies, economies, years), dtype=np.float32)
    exports[upper] = 100 * np.exp(moved)
    names = tuple(f"X{number:02d}" for number in range(economies))
    return PairHistory(names, tuple(range(2000, 2000 + years)), exports, "invented")


def first(pairs: PairHistory, *, own_change: bool = False, drift: bool = False) -> HorizonScore:
    rng = np.random.default_rng(1)
    return backtest_pairs(pairs, rng=rng, own_change=own_change, drift=drift, ahead=(1,)).horizons[0]


@pytest.mark.parametrize("noise", [CALM, TAILED])
def test_bands_cover_what_they_say(noise: Noise) -> None:
    # 1,770 pairs from five origins, but for those below ten million dollars; a pair's restlessness lasts, so a share of
    # one half is known to about one in a hundred, and five are allowed
    score = first(invented_pairs(noise))
    assert 0.95 * 1770 * 5 < score.forecasts < 1770 * 5
    assert score.coverage == pytest.approx((0.5, 0.8, 0.95), abs=0.05)


def test_a_walk_with_normal_steps_cannot_be_beaten() -> None:
    score = first(invented_pairs(replace(CALM, transitory_sd=0.0)))
    assert score.skill == pytest.approx(0, abs=0.01)
    assert score.skill_low < score.skill < score.skill_high


def test_heavy_tails_are_where_a_normal_walk_loses() -> None:
    score = first(invented_pairs(TAILED))
    assert score.skill_low > 0.01


def test_to_know_each_flow_narrows_the_bands_of_the_calm() -> None:
    pairs = invented_pairs(CALM, restless=3.0)
    assert first(pairs, own_change=True).crps < 0.97 * first(pairs).crps


def test_nothing_after_the_origin_is_used() -> None:
    # with ten years there is one origin (the ninth year); what comes after the tenth must not matter, and unreported
    # years end no window
    pairs = invented_pairs(TAILED)
    known = replace(pairs, years=pairs.years[:10], exports_musd=pairs.exports_musd[:, :, :10])
    later = pairs.exports_musd.copy()
    later[:, :, 10:] = 0
    assert first(known) == first(replace(pairs, exports_musd=later))


def test_one_pair_alone_is_scored_by_the_noise_of_all() -> None:
    pairs = invented_pairs(CALM)
    rng = np.random.default_rng(1)
    alone = backtest_pairs(pairs, rng=rng, only=("X03", "X02"), ahead=(1,)).horizons[0]
    assert alone.forecasts == 5  # one from each origin
    row = pairs.row_of("X02", "X03")
    kept = pairs.turnover_musd()[row]
    assert (kept == np.float32(pairs.exports_musd[2, 3])).all()
    assert {round(share * 5, 9) % 1 for share in alone.coverage} == {0.0}
    with pytest.raises(InputFault, match="X99"):
        pairs.row_of("X02", "X99")


def test_growth_that_ended_misleads_where_it_is_carried_on() -> None:
    pairs = invented_pairs(CALM)
    grown = pairs.exports_musd * np.exp(0.3 * np.minimum(np.arange(14), 8)).astype(np.float32)
    stopped = replace(pairs, exports_musd=grown)
    assert first(stopped, drift=True).crps > first(stopped).crps


def test_the_same_seed_gives_the_same_interval() -> None:
    pairs = invented_pairs(TAILED)
    assert first(pairs) == first(pairs)
