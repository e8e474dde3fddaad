"""An open appraisal: the world is drawn once, and a set of measures is answered while a slider moves.

It has fewer draws than a full appraisal and leaves out what does not change with the measures, or what they contribute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rahdari.appraisal.coalitions import RunStore
from rahdari.appraisal.feedback import apply_loads, settle_loads
from rahdari.appraisal.forecast import BookPaths, Extent
from rahdari.appraisal.world import World, draw_world, forecast_books
from rahdari.case import Case
from rahdari.measures import find_measures
from rahdari.register.entries import Deadline

OUTLOOK_DRAWS = 300
MOST_SETS = 100  # whose runs are kept: of 300 draws of the shipped case a quarter of a gigabyte at the most


@dataclass(frozen=True, slots=True)
class YearOutlook:
    """Quantiles of a book's flow in the reporting year that ends in `year`, in million USD."""

    year: int
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class BookOutlook:
    """One book with a set of measures: its fan and the chance of the target by each deadline, with its error."""

    path: tuple[YearOutlook, ...]
    probability: Mapping[str, float]
    probability_se: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an open appraisal answers for a set of measures."""

    measures: tuple[str, ...]
    draws: int
    books: Mapping[str, BookOutlook]


class OpenAppraisal:
    """A case with its world drawn, ready to be asked for any set of its measures.

    Runs are kept, of `most_sets` sets at the most: what was asked for the longest ago is forgotten first, and run anew,
    to the same answer, when it is asked for again.
    """

    def __init__(self, world: World, *, target_musd: float, most_sets: int = MOST_SETS) -> None:
        """Open with every measure run."""
        self._world = world
        self._target = target_musd
        self._store = RunStore(world, extent=Extent(world.draws, world.timeline.steps), most_sets=most_sets)
        self.ask(tuple(measure.id for measure in world.measures))

    def ask(self, measures: Sequence[str]) -> Outlook:
        """The outlook with these measures; an unknown one suggests the nearest."""
        chosen = tuple(measure.id for measure in find_measures(measures, self._world.measures))
        runs = self._store.run([chosen])
        deadlines = self._world.case.register.deadlines
        books = {
            name: _describe(paths, deadlines=deadlines, target_musd=self._target)
            for name, paths in runs.paths_of(0).items()
        }
        return Outlook(chosen, self._world.draws, books)


def open_appraisal(case: Case, *, draws: int = OUTLOOK_DRAWS, seed: int = 1) -> OpenAppraisal:
    """The case opened: the seed gives the same answers however often and in whatever order it is asked."""
    rng = np.random.default_rng(seed)
    books = forecast_books(case, None)
    drawn = draw_world(case, measures=case.measures, books=books, draws=draws, rng=rng)
    world = apply_loads(drawn, settle_loads(drawn).ratios)
    return OpenAppraisal(world, target_musd=case.claims.get("target", "value_musd").value)


def _describe(paths: BookPaths, *, deadlines: Sequence[Deadline], target_musd: float) -> BookOutlook:
    low, middle, high = np.quantile(paths.total, (0.1, 0.5, 0.9), axis=0).tolist()
    chances = {}
    for deadline in deadlines:
        by_then = [column for column, period in enumerate(paths.periods) if period.end <= deadline.latest]
        chances[deadline.id] = float((paths.total[:, by_then] >= target_musd).any(axis=1).mean()) if by_then else 0.0
    draws = len(paths.total)
    return BookOutlook(
        path=tuple(YearOutlook(*values) for values in zip(paths.years, low, middle, high, strict=True)),
        probability=chances,
        probability_se={key: float(np.sqrt(chance * (1 - chance) / draws)) for key, chance in chances.items()},
    )
