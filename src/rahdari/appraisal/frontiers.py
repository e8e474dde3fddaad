"""The frontiers of each book: in the last deadline's year as expected, in the horizon's last with all delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.coalitions import run_sets
from rahdari.appraisal.forecast import Extent
from rahdari.appraisal.full_delivery import FullDelivery, lasting_flow, own_effects, stands_out
from rahdari.appraisal.game import Game
from rahdari.appraisal.portfolio import (
    MOST_POINTS,
    Candidates,
    Frontier,
    Package,
    add_effects,
    enumerate_frontier,
    members_of,
    order_by_gain,
    program_frontier,
)
from rahdari.appraisal.world import World

Array = NDArray[np.float64]
MOST_ENUMERATED = 16  # measures whose every coalition is looked at where values are only added
MOST_SIMULATED = 5  # measures with a cost whose every coalition is run over the whole horizon
SIMULATED_DRAWS = 16


def find_frontiers(world: World, game: Game, full: FullDelivery) -> tuple[Frontier, ...]:
    """For each book the frontier in the last deadline's year, and in the horizon's last with all delivered."""
    acting = collect_candidates(world, game.players)
    delivered = _frontiers_delivered(world, full)
    found = []
    for book, values in game.values.items():
        end = game.periods[book].end
        if game.is_exact:
            gains = values - values[0]
            packages = enumerate_frontier(acting, gains)
            order = order_by_gain(acting, _worth_of(gains))
            found.append(Frontier(book, end, "expected", "simulated", "enumeration", packages, order, True))
        else:
            found.append(add_frontier(acting, game.attributions[book].shapley, book=book, end=end, basis="expected"))
        found.append(delivered[book])
    return tuple(found)


def collect_candidates(world: World, names: Sequence[str]) -> Candidates:
    """Measures of the world as candidates; a need that the simulated situation may meet is none."""
    measures = {measure.id: measure for measure in world.measures}
    waived = world.cost_model.waived
    costs = [world.case.claims.find(f"measure:{name}", "cost_musd") for name in names]

    def coalition(named: Iterable[str]) -> int:
        return sum(1 << names.index(other) for other in named if other in names)

    return Candidates(
        names=tuple(names),
        costs=tuple(None if cost is None else cost.value for cost in costs),
        needs=tuple(coalition(set(measures[name].needs) - waived) for name in names),
        excludes=tuple(coalition(measures[name].excludes) for name in names),
    )


def add_frontier(candidates: Candidates, effects: Array, *, book: str, end: date, basis: str) -> Frontier:
    """The frontier where a package is worth the sum of its measures' effects."""
    order = order_by_gain(candidates, lambda coalition: float(effects[list(members_of(coalition))].sum()))
    if len(candidates.names) <= MOST_ENUMERATED:
        packages = enumerate_frontier(candidates, add_effects(effects))
        return Frontier(book, end, basis, "added", "enumeration", packages, order, True)
    packages = program_frontier(candidates, effects)
    complete = len(packages) <= MOST_POINTS
    return Frontier(book, end, basis, "added", "integer program", packages, order, complete)


def _worth_of(gains: Array) -> Callable[[int], float]:
    return lambda coalition: float(gains[coalition])


def _frontiers_delivered(world: World, full: FullDelivery) -> dict[str, Frontier]:
    """Each book's frontier in the last year with all delivered: run where few measures have a cost, else added.

    A measure whose effect stands out from its error in no book is left out of what is run.
    """
    every = collect_candidates(world, tuple(measure.id for measure in world.measures))
    effects = own_effects(full)
    ends = {book: paths.periods[-1].end for book, paths in full.nothing.paths.items()}
    moving = [k for k, name in enumerate(every.names) if any(stands_out(full, name, book) for book in ends)]
    free = _fit_together(every, [k for k in moving if every.costs[k] is None])
    costly = [k for k in moving if every.costs[k] is not None]
    if len(costly) > MOST_SIMULATED or any(every.needs[k] & ~_coalition([*free, *costly]) for k in costly):
        return {
            book: add_frontier(every, np.array([effects[name][book] for name in every.names]), book=book, end=end,
                               basis="delivered")
            for book, end in ends.items()
        }  # fmt: skip
    gains = _simulate(full, free=free, costly=costly, effects=effects)
    return {
        book: _with_free(every, gains[book], free=free, costly=costly, book=book, end=end, effects=effects)
        for book, end in ends.items()
    }


def _fit_together(candidates: Candidates, rows: Sequence[int]) -> list[int]:
    """Those of the candidates, in their order, that have all they need and exclude none before them."""
    kept: list[int] = []
    for k in rows:
        apart = any(candidates.excludes[k] >> other & 1 or candidates.excludes[other] >> k & 1 for other in kept)
        if not apart and not candidates.needs[k] & ~_coalition(rows):
            kept.append(k)
    return kept


def _coalition(rows: Iterable[int]) -> int:
    return sum(1 << k for k in rows)


@dataclass(frozen=True, slots=True)
class _Gains:
    """What coalitions add, USD million, with the standard error of how their measures act together."""

    mean: Array
    se: Array


def _simulate(
    full: FullDelivery, *, free: Sequence[int], costly: Sequence[int], effects: Mapping[str, Mapping[str, float]]
) -> dict[str, _Gains]:
    """What each coalition of the costly ones adds, with the free ones, to doing nothing: by book, USD million.

    Few draws tell how the measures act together; what each does alone is known from more (a control variate).
    """
    world = full.world
    extent = Extent(min(SIMULATED_DRAWS, full.extent.draws), full.extent.steps)
    rows = [[*free, *(costly[bit] for bit in members_of(one))] for one in range(2 ** len(costly))]
    sets = [tuple(measure.id for k, measure in enumerate(world.measures) if k in chosen) for chosen in rows]
    runs = run_sets(world, sets, extent=extent)
    gains = {}
    for book, paths in runs.paths.items():
        lasting = (paths.total[:, -1] - paths.contracts[:, -1])[runs.place]
        nothing = lasting_flow(full.nothing, book)[: extent.draws]
        own = {name: (lasting_flow(having, book) - lasting_flow(full.lacking[name], book))[: extent.draws]
               for name, having in full.having.items()}  # fmt: skip
        together = np.stack([
            lasting[row] - nothing - np.sum([own[name] for name in chosen], axis=0)
            for row, chosen in enumerate(sets)
        ])  # fmt: skip
        known = np.array([sum(effects[name][book] for name in chosen) for chosen in sets])
        spread = together.std(axis=1, ddof=1) if extent.draws > 1 else np.zeros(len(sets))
        gains[book] = _Gains(known + together.mean(axis=1), spread / np.sqrt(extent.draws))
    return gains


def _with_free(
    every: Candidates,
    gains: _Gains,
    *,
    free: Sequence[int],
    costly: Sequence[int],
    book: str,
    end: date,
    effects: Mapping[str, Mapping[str, float]],
) -> Frontier:
    """The frontier of the costly ones on top of the free ones, which come first in the order."""
    chosen, given = _take(every, costly), _take(every, free)
    packages = []
    for one in enumerate_frontier(chosen, gains.mean):
        members = {*given.names, *one.measures}
        se = float(gains.se[_coalition(chosen.names.index(name) for name in one.measures)])
        measures = tuple(name for name in every.names if name in members)
        packages.append(Package(measures, one.cost_musd, one.effect_musd, se, given.names))
    alone = add_effects(np.array([effects[name][book] for name in given.names]))
    order = (*order_by_gain(given, _worth_of(alone)), *order_by_gain(chosen, _worth_of(gains.mean)))
    return Frontier(book, end, "delivered", "simulated", "enumeration", tuple(packages), order, True)


def _take(candidates: Candidates, rows: Sequence[int]) -> Candidates:
    """Some of the candidates; needs on the others are met."""

    def renumber(coalition: int) -> int:
        return sum(1 << place for place, k in enumerate(rows) if coalition >> k & 1)

    return Candidates(
        names=tuple(candidates.names[k] for k in rows),
        costs=tuple(candidates.costs[k] for k in rows),
        needs=tuple(renumber(candidates.needs[k]) for k in rows),
        excludes=tuple(renumber(candidates.excludes[k]) for k in rows),
    )
