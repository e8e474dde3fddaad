"""Draws added in blocks until the chance of the target is known as closely as asked, or a plain refusal."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.forecast import BookPaths, join_paths
from rahdari.exceptions import InputFault, NoAnswer
from rahdari.register.entries import Deadline

MOST_DRAWS = 100_000


@dataclass(frozen=True, slots=True)
class Runs:
    """Paths of every book with the measures and without any, on the same draws."""

    paths: Mapping[str, BookPaths]
    without: Mapping[str, BookPaths]

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(next(iter(self.paths.values())).total)


def reached_by(paths: BookPaths, deadline: Deadline, target_musd: float) -> NDArray[np.bool_]:
    """For each draw whether some reporting year that ends by the deadline reaches the target."""
    columns = [column for column, period in enumerate(paths.periods) if period.end <= deadline.latest]
    if not columns:
        return np.zeros(len(paths.total), dtype=bool)
    return np.asarray((paths.total[:, columns] >= target_musd).any(axis=1))


def add_draws(
    first: Runs,
    run_block: Callable[[], Runs],
    *,
    precision: float | None,
    deadlines: Sequence[Deadline],
    target_musd: float,
    most: int = MOST_DRAWS,
) -> Runs:
    """The first runs and as many blocks more as the standard error of every chance needs to fall to `precision`.

    The error is that of (hits + 1) / (draws + 2), so that no hit in a few draws does not pass for certainty (Agresti
    and Coull 1998, American Statistician 52(2), on adding successes and failures). It raises where more than `most`
    draws would be needed.
    """
    if precision is None:
        return first
    if not precision > 0:
        raise InputFault(f"A precision of {precision} cannot be met; it must be above 0.", kind="out-of-bounds")
    blocks, drawn = [first], first.draws
    while drawn < (needed := _count_needed(blocks, precision, deadlines=deadlines, target_musd=target_musd)):
        if needed > most:
            raise NoAnswer(
                f"A standard error of {precision:g} needs about {needed:,} draws, more than {most:,}: "
                f"ask for {precision * math.sqrt(needed / most):.2g} or more.",
                kind="precision",
            )
        blocks.append(run_block())
        drawn += blocks[-1].draws
    return Runs(paths=_join([block.paths for block in blocks]), without=_join([block.without for block in blocks]))


def _count_needed(
    blocks: Sequence[Runs], precision: float, *, deadlines: Sequence[Deadline], target_musd: float
) -> int:
    drawn = sum(block.draws for block in blocks)
    most = 0.0
    for name in blocks[0].paths:
        for deadline in deadlines:
            hits = sum(int(reached_by(block.paths[name], deadline, target_musd).sum()) for block in blocks)
            share = (hits + 1) / (drawn + 2)
            most = max(most, share * (1 - share) / precision**2)
    return math.ceil(most)


def _join(blocks: Sequence[Mapping[str, BookPaths]]) -> dict[str, BookPaths]:
    return {name: join_paths([block[name] for block in blocks]) for name in blocks[0]}
