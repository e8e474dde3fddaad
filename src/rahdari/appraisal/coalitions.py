"""Many sets of measures on the same draws at once: what comes to the same in a draw is run once.

A measure that is never delivered in a draw changes nothing there, so of the thousands of coalitions of a dozen measures
only a few differ in any one draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.delivery import Delivered
from rahdari.appraisal.executor import map_in_order
from rahdari.appraisal.forecast import (
    BookPaths,
    Extent,
    effective_measures,
    forecast_book,
    pair_costs,
    situation_weights,
)
from rahdari.appraisal.timeline import MONTHS_PER_STEP
from rahdari.appraisal.trade_costs import FlowCosts
from rahdari.appraisal.world import World, take_draws

Array = NDArray[np.float64]
Index = NDArray[np.int64]
BLOCK = 1024  # rows run at a time: a thread's tables stay small


@dataclass(frozen=True, slots=True)
class SetRuns:
    """Runs of several sets of measures: `place` (sets x draws) names the row of each in `costs` and `paths`."""

    sets: tuple[tuple[str, ...], ...]
    place: Index
    costs: Mapping[str, FlowCosts]
    paths: Mapping[str, BookPaths]

    def costs_of(self, number: int) -> dict[str, FlowCosts]:
        """Trade costs of both directions with the set of that number."""
        rows = self.place[number]
        return {flow: FlowCosts(one.log_cost[rows], one.open_share[rows]) for flow, one in self.costs.items()}

    def paths_of(self, number: int) -> dict[str, BookPaths]:
        """Every book's paths with the set of that number."""
        return {name: _pick_rows(one, self.place[number]) for name, one in self.paths.items()}

    def totals(self, book: str, column: int) -> Array:
        """The book's flow in one reporting year: sets x draws."""
        return np.asarray(self.paths[book].total[:, column][self.place])


def run_sets(world: World, sets: Sequence[Sequence[str]], *, extent: Extent) -> SetRuns:
    """Every set's trade costs and paths on the extent's draws and half-years."""
    part = take_draws(world, np.arange(extent.draws))
    asked = tuple(tuple(active) for active in sets)
    acting = [effective_measures(part, active) for active in asked]
    place, origin = _find_rows(part, acting, months=extent.steps * MONTHS_PER_STEP)
    blocks = [origin[begin : begin + BLOCK] for begin in range(0, len(origin), BLOCK)]
    runs = map_in_order(lambda rows: _run_rows(part, acting, rows, steps=extent.steps), blocks)
    flows, books = runs[0][0], runs[0][1]
    return SetRuns(
        sets=asked,
        place=place,
        costs={
            flow: FlowCosts(
                np.concatenate([costs[flow].log_cost for costs, _ in runs]),
                np.concatenate([costs[flow].open_share for costs, _ in runs]),
            )
            for flow in flows
        },
        paths={name: _join_rows([paths[name] for _, paths in runs]) for name in books},
    )


def _find_rows(world: World, acting: Sequence[Mapping[str, Delivered]], *, months: int) -> tuple[Index, Index]:
    """The row of each set and draw, and for each row the set and draw that it is run from (rows x 2).

    Two are one row where the same measures act to the same share in every month up to `months`.
    """
    rows: dict[tuple[int, bytes], int] = {}
    place = np.empty((len(acting), world.draws), dtype=np.int64)
    origin: list[tuple[int, int]] = []
    nothing = np.zeros((world.draws, months + 1))
    nothing[:, 0] = months
    for number, delivered in enumerate(acting):
        told = np.concatenate(
            [
                np.column_stack([np.minimum(one.starts, months), one.share[:, :months]])
                if (one := delivered.get(measure.id)) is not None
                else nothing
                for measure in world.measures
            ],
            axis=1,
        ) if world.measures else nothing  # fmt: skip
        for draw in range(world.draws):
            key = draw, told[draw].tobytes()
            if key not in rows:
                rows[key] = len(origin)
                origin.append((number, draw))
            place[number, draw] = rows[key]
    return place, np.array(origin, dtype=np.int64)


def _run_rows(
    world: World, acting: Sequence[Mapping[str, Delivered]], rows: Index, *, steps: int
) -> tuple[dict[str, FlowCosts], dict[str, BookPaths]]:
    """Costs and paths of some rows, each a draw with a set of measures."""
    sets, draws = rows[:, 0], rows[:, 1]
    delivered = {measure.id: _gather(measure.id, acting, sets, draws, months=world.timeline.months)
                 for measure in world.measures}  # fmt: skip
    drawn = take_draws(world, draws)
    extent = Extent(len(rows), steps)
    weights = situation_weights(drawn, delivered, draws=extent.draws)
    costs = pair_costs(drawn, delivered, extent=extent, weights=weights)
    paths = {name: forecast_book(drawn, name, acting=delivered, costs=costs, extent=extent) for name in world.baselines}
    return costs, paths


def _gather(
    name: str, acting: Sequence[Mapping[str, Delivered]], sets: Index, draws: Index, *, months: int
) -> Delivered:
    """One measure as it acts in each row."""
    starts, share = np.full(len(sets), np.inf), np.zeros((len(sets), months))
    for number in np.unique(sets).tolist():
        one = acting[number].get(name)
        if one is not None:
            here = sets == number
            starts[here], share[here] = one.starts[draws[here]], one.share[draws[here]]
    return Delivered(starts, share)


def _pick_rows(paths: BookPaths, rows: Index) -> BookPaths:
    return replace(
        paths,
        total=paths.total[rows],
        by_direction={flow: one[rows] for flow, one in paths.by_direction.items()},
        contracts=paths.contracts[rows],
        response={flow: one[rows] for flow, one in paths.response.items()},
    )


def _join_rows(parts: Sequence[BookPaths]) -> BookPaths:
    first = parts[0]
    return replace(
        first,
        total=np.concatenate([one.total for one in parts]),
        by_direction={flow: np.concatenate([one.by_direction[flow] for one in parts]) for flow in first.by_direction},
        contracts=np.concatenate([one.contracts for one in parts]),
        response={flow: np.concatenate([one.response[flow] for one in parts]) for flow in first.response},
    )
