"""Many sets of measures on the same draws at once: what comes to the same in a draw is run once.

A measure that is never delivered in a draw changes nothing there, so of the thousands of coalitions of a dozen measures
only a few differ in any one draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.delivery import Delivered
from rahdari.appraisal.executor import WORKERS, map_in_order
from rahdari.appraisal.forecast import (
    BookPaths,
    Extent,
    effective_measures,
    forecast_paths,
    join_paths,
    on_network,
    pair_costs,
    situation_weights,
)
from rahdari.appraisal.situations import ShockNumbers
from rahdari.appraisal.timeline import MONTHS_PER_STEP
from rahdari.appraisal.trade_costs import FlowCosts, touches_routes
from rahdari.appraisal.world import World, take_draws
from rahdari.measures import contract_deliveries, tariff_changes

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Block = TypeVar("Block")
BLOCK = 13_000  # half-years of rows run at a time: a thread's tables stay small
FEW_ROWS = 128  # not worth a second thread


@dataclass(frozen=True, slots=True)
class SetRuns:
    """Runs of several sets of measures: `place` and `at_cost` (sets x draws) name their rows in `paths` and `costs`."""

    sets: tuple[tuple[str, ...], ...]
    place: Index
    at_cost: Index
    costs: Mapping[str, FlowCosts]
    paths: Mapping[str, BookPaths]

    def costs_of(self, number: int) -> dict[str, FlowCosts]:
        """Trade costs of both directions with the set of that number."""
        return _pick_costs(self.costs, self.at_cost[number])

    def paths_of(self, number: int) -> dict[str, BookPaths]:
        """Every book's paths with the set of that number."""
        return {name: _pick_rows(one, self.place[number]) for name, one in self.paths.items()}

    def totals(self, book: str, column: int) -> Array:
        """The book's flow in one reporting year: sets x draws."""
        return np.asarray(self.paths[book].total[:, column][self.place])


def run_sets(world: World, sets: Sequence[Sequence[str]], *, extent: Extent) -> SetRuns:
    """Every set's trade costs and paths on the extent's draws and half-years."""
    return RunStore(world, extent=extent).run(sets)


class RunStore:
    """Runs of sets of measures on the same draws, kept: what was run once in a draw is not run again.

    With `most_sets` no more rows are kept than that many sets take that share none; of what is more, the rows that were
    asked for the longest ago are forgotten, and run anew when they are asked for again.
    """

    def __init__(self, world: World, *, extent: Extent, most_sets: int | None = None) -> None:
        """A store for the world's first draws, empty."""
        self._most_rows = None if most_sets is None else most_sets * extent.draws
        self._world = take_draws(world, np.arange(extent.draws))
        self._steps = extent.steps
        self._months = months = extent.steps * MONTHS_PER_STEP
        # what the measures do is gathered row by row, so it need not be taken with the rest
        numbers = [ShockNumbers(one.uniforms[:, :months], one.scores[:, :months]) for one in world.shock_numbers]
        self._bare = replace(self._world, delivered=on_network(self._world, {}), shock_numbers=tuple(numbers))
        self._on_network = tuple(one.id for one in world.measures if touches_routes(world.cost_model, one))
        self._on_paths = tuple(one.id for one in world.measures if contract_deliveries(one) or tariff_changes(one))
        self._cost_rows = _Rows(self._on_network, months=months)
        self._path_rows = _Rows([measure.id for measure in world.measures], months=months)
        self._costs: dict[str, FlowCosts] = {}
        self._paths: dict[str, BookPaths] = {}

    def run(self, sets: Sequence[Sequence[str]]) -> SetRuns:
        """The runs of these sets, of which only what is new in some draw takes time."""
        asked = tuple(tuple(active) for active in sets)
        acting = [effective_measures(self._world, active) for active in asked]
        at_cost, fresh = self._cost_rows.place(acting, draws=self._world.draws)
        costs = map_in_order(lambda rows: self._cost(acting, rows), _split(fresh, self._steps))
        self._costs = _join([self._costs, *costs], _join_costs)
        place, fresh = self._path_rows.place(acting, draws=self._world.draws)
        paths = map_in_order(lambda rows: self._forecast(acting, rows, at_cost), _split(fresh, self._steps))
        self._paths = _join([self._paths, *paths], join_paths)
        runs = SetRuns(asked, place, at_cost, self._costs, self._paths)
        if self._most_rows is not None:
            self._forget(self._most_rows)
        return runs

    def _forget(self, most: int) -> None:
        """Nothing; no more than `most` rows of costs and of paths are kept, those asked for last."""
        if (kept := self._cost_rows.forget(most)) is not None:
            self._costs = _pick_costs(self._costs, kept)
        if (kept := self._path_rows.forget(most)) is not None:
            self._paths = {name: _pick_rows(one, kept) for name, one in self._paths.items()}

    def _cost(self, acting: Sequence[Mapping[str, Delivered]], rows: Index) -> dict[str, FlowCosts]:
        """Trade costs of some rows, each a draw with a set of measures."""
        world, delivered = take_draws(self._bare, rows[:, 1]), self._gather(self._on_network, acting, rows)
        stays = situation_weights(world, delivered, extent=Extent(len(rows), self._steps))
        return pair_costs(world, delivered, stays=stays)

    def _forecast(self, acting: Sequence[Mapping[str, Delivered]], rows: Index, at_cost: Index) -> dict[str, BookPaths]:
        """Every book's paths in some rows, each a draw with a set of measures."""
        world, delivered = take_draws(self._bare, rows[:, 1]), self._gather(self._on_paths, acting, rows)
        costs = _pick_costs(self._costs, at_cost[rows[:, 0], rows[:, 1]])
        return forecast_paths(world, acting=delivered, costs=costs)

    def _gather(
        self, names: Sequence[str], acting: Sequence[Mapping[str, Delivered]], rows: Index
    ) -> dict[str, Delivered]:
        """These measures as they act in each row."""
        sets, draws = rows.T
        found = {}
        for name in names:
            different = {id(one[name]): one[name] for one in acting if name in one}
            which = np.array([id(one.get(name)) for one in acting])[sets]
            starts, share = np.full(len(rows), np.inf), np.zeros((len(rows), self._months))
            for key, one in different.items():
                here = np.flatnonzero(which == key)
                starts[here] = one.starts[draws[here]]
                share[here] = one.share[draws[here], : self._months]
            found[name] = Delivered(starts, share)
        return found


class _Rows:
    """Draws with sets of measures, numbered; two are one row where the same of `names` act alike in every month.

    What acts in a draw is told by a random sum of when and how much; rows are numbered as they come, by draw.
    """

    def __init__(self, names: Sequence[str], *, months: int) -> None:
        rng = np.random.default_rng(0)
        self._names = dict(zip(names, rng.random((len(names), 2)), strict=True))
        self._months = months
        self._by_month = rng.random(months)
        self._draw = np.zeros(0, dtype=np.int64)
        self._sign = np.zeros(0)
        self._asked = np.zeros(0, dtype=np.int64)  # the call that asked for the row last
        self._calls = 0

    def place(self, acting: Sequence[Mapping[str, Delivered]], *, draws: int) -> tuple[Index, Index]:
        """The row of each set and draw, and the set and draw that each new row is run from (rows x 2)."""
        known = len(self._draw)
        draw = np.concatenate([self._draw, np.tile(np.arange(draws), len(acting))])
        sign = np.concatenate([self._sign, *self._tell(acting, draws=draws)])
        order = np.lexsort((sign, draw))  # equals stay in their order, so that what is known comes first
        is_first = np.ones(len(order), dtype=bool)
        is_first[1:] = (np.diff(draw[order]) != 0) | (np.diff(sign[order]) != 0)
        first = order[is_first]
        fresh = first[first >= known]
        number = np.where(first < known, first, known + np.cumsum(first >= known) - 1)
        place = np.empty_like(order)
        place[order] = number[np.cumsum(is_first) - 1]
        self._draw, self._sign = np.append(self._draw, draw[fresh]), np.append(self._sign, sign[fresh])
        self._calls += 1
        self._asked = np.append(self._asked, np.zeros(len(fresh), dtype=np.int64))
        self._asked[place[known:]] = self._calls
        return place[known:].reshape(len(acting), draws), np.column_stack(np.divmod(fresh - known, draws))

    def forget(self, most: int) -> Index | None:
        """The rows that are kept, numbered anew in their order, where more than `most` were held; else None."""
        if len(self._draw) <= most:
            return None
        kept = np.sort(np.argsort(-self._asked, kind="stable")[:most])
        self._draw, self._sign, self._asked = self._draw[kept], self._sign[kept], self._asked[kept]
        return kept

    def _tell(self, acting: Sequence[Mapping[str, Delivered]], *, draws: int) -> list[Array]:
        """The sums of each set, by draw."""
        sums: dict[tuple[str, int], Array] = {}
        told = []
        for delivered in acting:
            sign = np.zeros(draws)
            for name, (by_start, by_share) in self._names.items():
                one = delivered.get(name)
                if one is not None:
                    key = name, id(one)
                    if key not in sums:
                        ahead = self._months - np.minimum(one.starts, self._months)
                        sums[key] = by_start * ahead + by_share * (one.share[:, : self._months] @ self._by_month)
                    sign += sums[key]
            told.append(sign)
        return told


def _split(rows: Index, steps: int) -> list[Index]:
    """The rows in blocks of at most `BLOCK` half-years, at least one for each worker unless they are few."""
    blocks = -(-len(rows) * steps // BLOCK)
    if len(rows) >= FEW_ROWS:
        blocks = max(blocks, WORKERS)
    return np.array_split(rows, blocks) if blocks else []


def _pick_costs(costs: Mapping[str, FlowCosts], rows: Index) -> dict[str, FlowCosts]:
    return {
        flow: FlowCosts(one.log_cost.take(rows, axis=0), one.open_share.take(rows, axis=0))
        for flow, one in costs.items()
    }


def _pick_rows(paths: BookPaths, rows: Index) -> BookPaths:
    return replace(
        paths,
        total=paths.total[rows],
        by_direction={flow: one[rows] for flow, one in paths.by_direction.items()},
        contracts=paths.contracts[rows],
        response={flow: one[rows] for flow, one in paths.response.items()},
    )


def _join(blocks: Sequence[Mapping[str, Block]], join: Callable[[Sequence[Block]], Block]) -> dict[str, Block]:
    """The blocks' rows one after another by name; a block that is empty is none."""
    held = [block for block in blocks if block]
    return {name: join([block[name] for block in held]) if len(held) > 1 else one for name, one in held[0].items()}


def _join_costs(parts: Sequence[FlowCosts]) -> FlowCosts:
    return FlowCosts(np.concatenate([one.log_cost for one in parts]), np.concatenate([one.open_share for one in parts]))
