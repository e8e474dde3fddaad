"""The model of announced targets on invented records whose answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rahdari.appraisal.target_record import (
    TargetTraits,
    fit_targets,
    judge_target,
    month_number,
    renews,
    score_left_out,
)
from rahdari.register.entries import PastTarget

REFERENCE = TargetTraits(growth=0.12, years=5, baseline_musd=10_000, renewal=False)  # all traits count nought here


def target(
    growth: float, met: str, *, years: int = 5, pair: tuple[str, str] = ("XAA", "XBB"), announced: str = "2005"
) -> PastTarget:
    """A target that starts from ten billion dollars."""
    return PastTarget(
        party_a=pair[0],
        party_b=pair[1],
        announced=announced,
        baseline_musd=10_000,
        baseline_year=2000,
        target_musd=10_000 * (1 + growth) ** years,
        deadline_year=2000 + years,
        outcome_musd=None,
        outcome_year=None,
        met=met,
        source="s",
        outcome_source="s",
        strength="D",
        note="",
    )


def record(count: int) -> list[PastTarget]:
    """Pairs of which each announces once: half need five per cent and meet it, half need thirty and do not."""
    rows = []
    for number in range(count):
        easy = number % 2 == 0
        rows.append(target(0.05 if easy else 0.3, "yes" if easy else "no", pair=(f"X{number:03d}", "XZZ")))
    return rows


def test_half_of_a_hundred_alike_is_about_a_half() -> None:
    rows = [target(0.12, "yes" if number % 2 else "no", pair=(f"X{number}", "XZZ")) for number in range(100)]
    model = fit_targets(rows)
    assert model is not None
    found = judge_target(model, REFERENCE)
    # the intercept's posterior is normal(0, s) with 1/s2 = 1/1.5**2 + 100/4, so the chance spreads by s/4 = 0.05
    assert found.mean == pytest.approx(0.5, abs=0.005)
    assert found.high - found.low == pytest.approx(2 * 1.2816 * 0.05, rel=0.1)
    assert found.observations == pytest.approx(0.25 / 0.05**2 - 1, rel=0.1)


def test_the_posterior_equals_a_grid_where_one_target_was_met() -> None:
    # one target at the reference: only the intercept learns, so its posterior can be integrated on a line
    model = fit_targets([target(0.12, "yes")])
    assert model is not None
    line = np.linspace(-9, 9, 20_001)
    density = np.exp(-0.5 * (line / 1.5) ** 2) / (1 + np.exp(-line))
    exact = float((density / (1 + np.exp(-line))).sum() / density.sum())
    assert judge_target(model, REFERENCE).mean == pytest.approx(exact, abs=0.003)


@pytest.mark.parametrize("count", [1, 6, 40])
def test_no_few_points_carry_the_posterior(count: int) -> None:
    model = fit_targets(record(count))
    assert model is not None
    assert model.effective_points > 0.6 * len(model.points)


def test_more_growth_in_less_time_has_less_chance() -> None:
    model = fit_targets(record(40))
    assert model is not None
    chances = [judge_target(model, replace(REFERENCE, growth=growth)).mean for growth in (0.05, 0.12, 0.3, 1.0)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.8
    assert chances[-1] < 0.02


def test_a_target_far_from_the_record_is_worth_little() -> None:
    model = fit_targets(record(20))
    assert model is not None
    near = judge_target(model, replace(REFERENCE, growth=0.05))
    far = judge_target(model, TargetTraits(growth=4.0, years=1, baseline_musd=50, renewal=True))
    assert far.observations < near.observations / 2
    assert near.observations <= 20
    assert all(one.low <= one.p50 <= one.high for one in (near, far))


def test_without_resolved_targets_there_is_no_model() -> None:
    assert fit_targets([]) is None
    assert fit_targets([target(0.1, "pending"), replace(target(0.1, "no"), deadline_year=None)]) is None


def test_a_record_with_a_rule_beats_the_share_met() -> None:
    score = score_left_out(record(40), rng=np.random.default_rng(1))
    assert (score.targets, score.pairs) == (40, 40)
    assert score.skill_low > 0.3


def test_a_record_without_a_rule_does_not() -> None:
    rng = np.random.default_rng(3)
    rows = [replace(row, met=str(rng.choice(["yes", "no"]))) for row in record(40)]
    score = score_left_out(rows, rng=np.random.default_rng(1))
    assert score.skill < 0.05
    assert score.skill_low < 0 < score.skill_high + 0.2


def test_a_pair_is_left_out_whole() -> None:
    # both targets of XAA-XBB, whichever way the pair is written, are judged by the third alone
    rows = [target(0.12, "yes"), target(0.12, "yes", pair=("XBB", "XAA")), target(0.12, "no", pair=("XCC", "XDD"))]
    score = score_left_out(rows, rng=np.random.default_rng(1))
    assert score.pairs == 2
    # of the others' share: (0 + 0.5) / 2 for the two that were met, (2 + 0.5) / 3 for the one that was not
    assert score.brier_share == pytest.approx((2 * 0.75**2 + (2.5 / 3) ** 2) / 3)


@pytest.mark.parametrize(
    ("announced", "expected"),
    [("2018-05", True), ("by 2018-07", True), ("2019-03", False), ("", False), ("2018", True)],
)
def test_a_renewal_follows_an_earlier_announcement_of_the_same_two(announced: str, *, expected: bool) -> None:
    rows = [target(0.1, "pending", announced=announced), target(0.1, "no", pair=("XAA", "XCC"), announced="2001")]
    assert renews(("XBB", "XAA"), month_number(2019, 2), rows) is expected
