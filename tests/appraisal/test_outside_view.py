"""The record of pairs and of targets, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rahdari.appraisal.outside_view import (
    WindowCount,
    combine_records,
    count_targets,
    count_windows,
    floor_share,
    pool_log_odds,
)
from rahdari.appraisal.target_record import TargetEvidence
from rahdari.trade.pairs import PairHistory
from tests.islands import islands

chances = st.floats(0.001, 0.999)
TARGETS = islands().register.past_targets


def pairs() -> PairHistory:
    """XAA-XBB doubles each year from 100, half each way; XAA-XCC stays at 100; XBB-XCC is too small."""
    exports = np.zeros((3, 3, 4), dtype=np.float32)
    exports[0, 1] = exports[1, 0] = [50, 100, 200, 400]
    exports[0, 2] = [100, 100, 0, 100]
    exports[1, 2] = [1, 50, 50, 50]
    return PairHistory(("XAA", "XBB", "XCC"), (2000, 2001, 2002, 2003), exports, "s")


def count(years: int, multiple: float, *, one_way: bool = False) -> tuple[int, int]:
    found = count_windows(pairs(), years=years, multiple=multiple, low_musd=90, high_musd=250, one_way=one_way)
    return found.hits, found.windows


def test_windows_of_one_year_by_hand() -> None:
    # starts of 90 to 250 with a reported end: XAA-XBB 2000 and 2001 (both double), XAA-XCC 2000 (stays);
    # XAA-XCC 2001 ends in an unreported year
    assert count(1, 2.0) == (2, 3)
    assert count(1, 2.1) == (0, 3)


def test_windows_of_two_years_by_hand() -> None:
    # XAA-XBB 2000 and 2001 (times four), XAA-XCC 2001 (to 2003, the gap between does not matter)
    assert count(2, 4.0) == (2, 3)


def test_one_way_counts_each_direction_as_a_flow() -> None:
    # of 90 to 250 one way: XAA>XBB 2001 and 2002, XBB>XAA the same (all double), XAA>XCC 2000
    assert count(1, 2.0, one_way=True) == (4, 5)


def test_no_hit_counts_as_half_a_hit() -> None:
    assert WindowCount(1, 4.0, 90, 250, 0, 99).share == pytest.approx(0.5 / 100)
    assert WindowCount(1, 4.0, 90, 250, 3, 60).share == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("growth", "met", "resolved"),
    # of the six resolved targets two needed 100 percent a year (none met), two 50 (one met), two 10 (both met)
    [(1.0, 0, 2), (0.5, 1, 4), (0.3, 1, 4), (0.05, 3, 6)],
)
def test_targets_that_needed_as_much_by_hand(growth: float, met: int, resolved: int) -> None:
    record = count_targets(TARGETS, growth=growth)
    assert (record.met, record.resolved) == (met, resolved)


def test_where_none_needed_as_much_the_most_demanding_quarter_counts() -> None:
    # a quarter of six is one target, which shares its growth of 100 percent a year with another
    record = count_targets(TARGETS, growth=3.0)
    assert (record.met, record.resolved) == (0, 2)


def test_pending_and_undated_targets_do_not_count() -> None:
    nearest = count_targets(TARGETS, growth=0.5, most=10).nearest
    assert {target.met for target in nearest} == {"yes", "no"}
    assert len(nearest) == 6
    assert nearest[0].baseline_musd == 100


def test_records_combine_as_a_beta_prior_and_its_update() -> None:
    record = count_targets(TARGETS, growth=1.0)
    prior = WindowCount(1, 2.0, 50, 200, 5, 100)
    evidence = TargetEvidence(mean=0.2, p50=0.18, low=0.1, high=0.4, observations=6.0, targets=6)
    # (0.05 x 10 + 0.2 x 6) / (10 + 6), and without pairs (0.5 x 1 + 0.2 x 6) / (1 + 6)
    assert combine_records(prior, record, evidence=evidence, prior_weight=10).probability == pytest.approx(1.7 / 16)
    assert combine_records(None, record, evidence=evidence, prior_weight=10).probability == pytest.approx(1.7 / 7)


def test_without_evidence_of_targets_the_pairs_stand_alone() -> None:
    prior = WindowCount(1, 2.0, 50, 200, 5, 100)
    assert combine_records(prior, count_targets([], growth=1.0), evidence=None, prior_weight=10).probability == 0.05


def test_without_any_record_the_view_is_even() -> None:
    assert combine_records(None, count_targets([], growth=1.0), evidence=None, prior_weight=10).probability == 0.5


def test_pooling_by_hand() -> None:
    # odds of 1 and 9 have the geometric mean 3
    assert pool_log_odds(0.5, 0.9) == pytest.approx(0.75)


@given(chances, chances)
def test_pooling_lies_between_is_symmetric_and_leaves_agreement_alone(first: float, second: float) -> None:
    pooled = pool_log_odds(first, second)
    assert min(first, second) - 1e-12 <= pooled <= max(first, second) + 1e-12
    assert pooled == pytest.approx(pool_log_odds(second, first))
    assert pool_log_odds(first, first) == pytest.approx(first)
    assert pool_log_odds(first, 1 - first) == pytest.approx(0.5)


def test_shares_are_kept_off_nought_and_one() -> None:
    assert floor_share(0, 100) == pytest.approx(0.5 / 101)
    assert floor_share(100, 100) == pytest.approx(100.5 / 101)
    assert floor_share(30, 100) == pytest.approx(0.3)
