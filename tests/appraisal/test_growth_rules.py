"""Rules of growth on three economies worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rahdari.appraisal.backtest import backtest_growth
from rahdari.appraisal.growth_rules import foresee_growth
from rahdari.trade.pairs import PairHistory

YEARS = tuple(range(2000, 2011))


def three(first: np.ndarray, second: np.ndarray, third: np.ndarray) -> PairHistory:
    """Trade of A with B, A with C and B with C by year, one way."""
    exports = np.zeros((3, 3, len(YEARS)), dtype=np.float32)
    exports[0, 1], exports[0, 2], exports[1, 2] = first, second, third
    return PairHistory(("XAA", "XBB", "XCC"), YEARS, exports, "s")


def test_a_pair_grows_with_both_sizes_over_the_world_its_own_trade_left_out() -> None:
    # from 2008 to 2010 A-C doubles and B-C stays at 100: A's trade with others than B doubles, B's stays, and the
    # world's grows from 300 to 500 with what A-B itself did
    grown = np.full(11, 100.0)
    grown[10] = 200.0
    pairs = three(grown, grown, np.full(11, 100.0))
    assert foresee_growth("summed", pairs, origin=8, years=2)[0] == pytest.approx(math.log(2))
    assert foresee_growth("sizes", pairs, origin=8, years=2)[0] == pytest.approx(math.log(2) - math.log(500 / 300))


def test_the_trend_and_the_expected_carry_on_the_eight_years_before() -> None:
    rising = 100 * 1.1 ** np.arange(11.0)
    pairs = three(rising, rising, rising)
    assert foresee_growth("trend", pairs, origin=8, years=2) == pytest.approx(np.full(3, 2 * math.log(1.1)))
    # both sizes and the world grow by a tenth: so does the pair
    assert foresee_growth("expected", pairs, origin=8, years=2) == pytest.approx(np.full(3, 2 * math.log(1.1)))


def test_growth_from_or_to_nothing_is_unknown() -> None:
    late = np.where(np.arange(11) < 9, 0.0, 100.0)
    pairs = three(np.full(11, 100.0), late, np.full(11, 100.0))
    assert np.isnan(foresee_growth("sizes", pairs, origin=8, years=2)[0])  # A sold to B alone at the origin
    assert np.isnan(foresee_growth("trend", pairs, origin=8, years=2)[1])
    assert foresee_growth("none", pairs, origin=8, years=2).tolist() == [0, 0, 0]


def test_a_rule_that_knows_the_sizes_beats_none_where_trade_follows_them() -> None:
    # forty economies whose sizes walk; trade is the product over the world's, with a little error
    rng = np.random.default_rng(3)
    count, years = 40, 14
    size = np.exp(np.cumsum(0.2 * rng.standard_normal((count, years)), axis=1))
    exports = 2000 * size[:, None] * size[None] / size.sum(axis=0)
    exports *= np.exp(0.05 * rng.standard_normal(exports.shape))
    exports[np.arange(count), np.arange(count)] = 0
    names = tuple(f"X{number:02d}" for number in range(count))
    pairs = PairHistory(names, tuple(range(2000, 2000 + years)), exports.astype(np.float32), "invented")
    over_none = backtest_growth(pairs, rule="sizes", rival="none", rng=np.random.default_rng(1), ahead=(2,))
    assert over_none.horizons[0].skill_low > 0.2
    itself = backtest_growth(pairs, rule="sizes", rival="sizes", rng=np.random.default_rng(1), ahead=(2,))
    assert itself.horizons[0].skill == 0
