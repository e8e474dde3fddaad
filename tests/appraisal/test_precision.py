"""Draws are added until the chance is known as closely as asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.forecast import BookPaths
from rahdari.appraisal.precision import Runs, add_draws
from rahdari.claims import Period
from rahdari.exceptions import InputFault, NoAnswer
from rahdari.register.entries import Deadline
from tests.islands import islands

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
DEADLINE = Deadline("soon", "soon", date(2026, 12, 31), date(2026, 12, 31), (), "")


def block(values: list[float]) -> Runs:
    total = np.array(values)[:, None]
    paths = {"book": BookPaths((2026,), (YEAR,), total, {"A-B": total}, 0 * total, {"A-B": total})}
    return Runs(paths, paths)


def coins(*, chance: float, size: int, seed: int = 1) -> Iterator[Runs]:
    rng = np.random.default_rng(seed)
    while True:
        yield block((rng.random(size) < chance).astype(float).tolist())


def run(blocks: Iterator[Runs], precision: float | None, *, most: int = 100_000) -> Runs:
    first = next(blocks)
    return add_draws(first, lambda: next(blocks), precision=precision, deadlines=[DEADLINE], target_musd=1.0, most=most)


def test_without_a_precision_the_first_block_is_all() -> None:
    assert run(coins(chance=0.5, size=100), None).draws == 100


def test_blocks_are_added_until_the_error_is_below_what_is_asked() -> None:
    # a chance of one half has an error of 0.5 / sqrt(n): 0.02 at 625 draws, hence seven blocks of a hundred
    found = run(coins(chance=0.5, size=100), 0.02)
    assert found.draws == 700
    assert found.paths["book"].by_direction["A-B"].shape == (700, 1)
    share = found.paths["book"].total.mean()
    assert (share * (1 - share) / 700) ** 0.5 < 0.02


def test_no_hit_in_a_few_draws_does_not_pass_for_certainty() -> None:
    # (0 + 1) / (10 + 2) has an error of 0.276 / sqrt(n); it is below 0.01 from 99 draws without a hit on
    assert run(coins(chance=0.0, size=10), 0.01).draws == 100


def test_what_needs_too_many_draws_is_refused_and_says_what_can_be_had() -> None:
    with pytest.raises(NoAnswer, match=r"needs about 2[34],\d{3} draws, more than 1,000: ask for 0\.01[56]"):
        run(coins(chance=0.5, size=100), 0.0032, most=1000)


def test_a_precision_of_nothing_is_a_fault() -> None:
    with pytest.raises(InputFault, match="above 0"):
        run(coins(chance=0.5, size=10), 0.0)


def test_an_appraisal_says_how_many_draws_it_took_and_keeps_its_first_block() -> None:
    usual = appraise(islands(), Options(draws=20))
    closer = appraise(islands(), Options(draws=20, precision=0.02))
    assert (usual.draws_used, usual.precision) == (20, None)
    assert (closer.draws, closer.precision) == (20, 0.02)
    assert closer.draws_used >= 60  # no hit: 1 / (n + 2) has an error of 0.02 at about 49
    assert closer.measures == usual.measures
    assert usual.feedback.on is False
    assert usual.feedback.why
