"""What reaches the target at all and by when, and which measures no outcome speaks against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.coalitions import run_sets
from rahdari.appraisal.forecast import BookPaths, Extent
from rahdari.appraisal.full_delivery import FullDelivery, stands_out
from rahdari.appraisal.portfolio import NEGLIGIBLE_MUSD, Frontier
from rahdari.appraisal.returns import Return
from rahdari.register.entries import Deadline

Array = NDArray[np.float64]
REACH_DRAWS = 128
NOTHING, AS_JUDGED, BEST_FOR_SURE = "nothing", "all as judged", "best for sure"
NO_REGRET_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Reach:
    """The chance of the target with a package, by deadline and within the horizon, over `draws` draws.

    What the best for sure adds to all as judged is taken over the first `REACH_DRAWS` of them.

    Packages: `nothing`; `all as judged` (every measure with its chance and delay); `best for sure` (the measures that
    add most to the book, each delivered for sure and on time: the most that measures could do). `year_even` is the
    first reporting year by which half of the draws have reached the target, None where none does.
    """

    book: str
    package: str
    measures: tuple[str, ...]
    probability: Mapping[str, float]
    probability_by_horizon: float
    year_even: int | None
    draws: int


@dataclass(frozen=True, slots=True)
class Regret:
    """Whether a measure could be regretted, by book: shares of draws in which it raises and lowers the book's flow.

    Each draw is one outcome of closures, growth, elasticities and movement over the horizon; the measure is delivered
    for sure and on time, on top of what it needs. What opens a crossing earlier also changes when it may shut again.
    `no_regret` is true where it raises the flow in at least `NO_REGRET_SHARE` of the draws of every book and no net
    present value is below nought, and None where that is so but no source gives a cost.
    """

    measure: str
    share_raised: Mapping[str, float]
    share_lowered: Mapping[str, float]
    no_regret: bool | None
    why: str


def find_reach(
    full: FullDelivery,
    frontiers: Sequence[Frontier],
    *,
    without: Mapping[str, BookPaths],
    paths: Mapping[str, BookPaths],
    deadlines: Sequence[Deadline],
    target_musd: float,
) -> tuple[Reach, ...]:
    """The chance of the target in each book with nothing, with all measures as judged, and with the best for sure."""
    every = tuple(measure.id for measure in full.world.measures)
    best = {book: best_for_sure(full, frontiers, book=book) for book in paths}
    extent = Extent(min(REACH_DRAWS, full.world.draws), full.extent.steps)
    runs = run_sets(full.world, list(dict.fromkeys(best.values())), extent=extent)
    sure = {chosen: runs.paths_of(row) for row, chosen in enumerate(runs.sets)}
    found = []
    for book in paths:
        judged = share_reached(paths[book].total, target_musd)
        held = sure[best[book]][book].total
        added = share_reached(held, target_musd) - share_reached(paths[book].total[: len(held)], target_musd)
        for package, chosen, reached in (
            (NOTHING, (), share_reached(without[book].total, target_musd)),
            (AS_JUDGED, every, judged),
            (BEST_FOR_SURE, best[book], np.clip(judged + added, 0.0, 1.0)),
        ):
            found.append(_reach(paths[book], book, package, chosen, reached=reached, deadlines=deadlines))
    return tuple(found)


def share_reached(total: Array, target_musd: float) -> Array:
    """The share of draws (draws x years) that have reached the target by each year."""
    return np.asarray(np.logical_or.accumulate(total >= target_musd, axis=1).mean(axis=0))


def best_for_sure(full: FullDelivery, frontiers: Sequence[Frontier], *, book: str) -> tuple[str, ...]:
    """The measures of a book's best package of all, and those beside them that do not plainly take away from it."""
    (frontier,) = (one for one in frontiers if one.book == book and one.basis == "delivered")
    chosen = set(frontier.packages[-1].measures)
    for measure in full.world.measures:
        apart = chosen & set(measure.excludes) or any(
            measure.id in other.excludes for other in full.world.measures if other.id in chosen
        )
        if not apart and not stands_out(full, measure.id, book, sign=-1):
            chosen.add(measure.id)
    return tuple(measure.id for measure in full.world.measures if measure.id in chosen)


def _reach(
    paths: BookPaths,
    book: str,
    package: str,
    measures: Sequence[str],
    *,
    reached: Array,
    deadlines: Sequence[Deadline],
) -> Reach:
    ends = [period.end for period in paths.periods]
    by_deadline = {}
    for deadline in deadlines:
        columns = [column for column, end in enumerate(ends) if end <= deadline.latest]
        by_deadline[deadline.id] = float(reached[columns[-1]]) if columns else 0.0
    even = [year for year, share in zip(paths.years, reached.tolist(), strict=True) if share >= 0.5]
    return Reach(
        book=book,
        package=package,
        measures=tuple(measures),
        probability=by_deadline,
        probability_by_horizon=float(reached[-1]),
        year_even=even[0] if even else None,
        draws=len(paths.total),
    )


def find_regrets(full: FullDelivery, returns: Sequence[Return]) -> tuple[Regret, ...]:
    """For each measure whether any outcome speaks against it."""
    found = []
    for one in returns:
        having, lacking = full.having[one.measure].paths, full.lacking[one.measure].paths
        moved = {book: (having[book].total - lacking[book].total).sum(axis=1) for book in having}
        raised = {book: float((change > NEGLIGIBLE_MUSD).mean()) for book, change in moved.items()}
        lowered = {book: float((change < -NEGLIGIBLE_MUSD).mean()) for book, change in moved.items()}
        verdict, why = judge_regret(raised, lowered, [book.npv_musd for book in one.by_book])
        found.append(Regret(one.measure, raised, lowered, verdict, why))
    return tuple(found)


def judge_regret(
    raised: Mapping[str, float], lowered: Mapping[str, float], npvs: Sequence[float | None]
) -> tuple[bool | None, str]:
    """Whether a measure is without regret, None where its cost is unknown, and why."""
    least = min(raised, key=lambda book: raised[book], default=None)
    if least is not None and raised[least] < NO_REGRET_SHARE:
        if not raised[least] and not lowered[least]:
            return False, "It moves the trade of some book in no outcome."
        up, down = round(raised[least] * 100), round(lowered[least] * 100)
        return False, f"In some book it raises trade in {up} and lowers it in {down} of 100 outcomes."
    known = [value for value in npvs if value is not None]
    if not known:
        return None, "It raises trade in every book, but no source gives its cost."
    if min(known) < 0:
        return False, "It raises trade in every book, but saves the pair's trade less than it costs."
    return True, "It raises trade in every book and saves the pair's trade more than it costs."
