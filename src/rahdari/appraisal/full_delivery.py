"""What each measure brings when it is delivered for sure and on time: one run of the whole horizon each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.coalitions import run_sets
from rahdari.appraisal.delivery import Delivered
from rahdari.appraisal.forecast import BookPaths, Extent
from rahdari.appraisal.portfolio import NEGLIGIBLE_MUSD
from rahdari.appraisal.trade_costs import FlowCosts
from rahdari.appraisal.world import World

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Run:
    """A set of measures with its trade costs by direction and its paths by book."""

    active: tuple[str, ...]
    costs: Mapping[str, FlowCosts]
    paths: Mapping[str, BookPaths]


@dataclass(frozen=True, slots=True)
class FullDelivery:
    """Runs of each measure with all that it needs, and without it, in the world where all is delivered on time."""

    world: World
    extent: Extent
    nothing: Run
    having: Mapping[str, Run]
    lacking: Mapping[str, Run]


def deliver_in_full(world: World, *, draws: int) -> FullDelivery:
    """Every measure with those that it needs, delivered for sure and on time, over the first `draws` draws."""
    sure = {measure.id: deliver_at(world, measure.id) for measure in world.measures}
    certain = replace(world, delivered=sure)
    extent = Extent(min(draws, world.draws), world.timeline.steps)
    needed = {measure.id: needs_of(world, measure.id) for measure in world.measures}
    having = {name: _in_order(world, (*others, name)) for name, others in needed.items()}
    lacking = {name: _in_order(world, others) for name, others in needed.items()}
    sets = list(dict.fromkeys([(), *lacking.values(), *having.values()]))
    found = run_sets(certain, sets, extent=extent)
    runs = {active: Run(active, found.costs_of(row), found.paths_of(row)) for row, active in enumerate(found.sets)}
    return FullDelivery(
        world=certain,
        extent=extent,
        nothing=runs[()],
        having={name: runs[active] for name, active in having.items()},
        lacking={name: runs[active] for name, active in lacking.items()},
    )


def full_effects(full: FullDelivery) -> dict[str, dict[str, float]]:
    """What each measure, with those that it needs, adds in the last year to doing nothing: by book, USD million.

    Deliveries under contract are left out: they end, and this is about what lasts.
    """
    return {
        name: {book: float((lasting_flow(run, book) - lasting_flow(full.nothing, book)).mean()) for book in run.paths}
        for name, run in full.having.items()
    }


def own_effects(full: FullDelivery) -> dict[str, dict[str, float]]:
    """The same for a measure alone, on top of those that it needs: by measure and book, USD million."""
    return {
        name: {
            book: float((lasting_flow(run, book) - lasting_flow(full.lacking[name], book)).mean()) for book in run.paths
        }
        for name, run in full.having.items()
    }


def stands_out(full: FullDelivery, name: str, book: str, *, sign: int = 0) -> bool:
    """True where a measure's own effect is more than twice its standard error (of this sign, if one is given)."""
    effect = lasting_flow(full.having[name], book) - lasting_flow(full.lacking[name], book)
    error = float(effect.std(ddof=1)) / np.sqrt(effect.size) if effect.size > 1 else 0.0
    mean = float(effect.mean())
    return abs(mean) > max(2 * error, NEGLIGIBLE_MUSD) and mean * sign >= 0


def lasting_flow(run: Run, book: str) -> Array:
    """The flow of a book in the last year in each draw, without deliveries under contract."""
    paths = run.paths[book]
    return np.asarray(paths.total[:, -1] - paths.contracts[:, -1])


def needs_of(world: World, name: str) -> tuple[str, ...]:
    """All that a measure needs, directly or through what it needs."""
    measure = next(measure for measure in world.measures if measure.id == name)
    known = {one.id for one in world.measures}
    found = [other for need in measure.needs if need in known for other in (*needs_of(world, need), need)]
    return tuple(dict.fromkeys(found))


def deliver_at(world: World, name: str, *, months_late: float = 0.0) -> Delivered:
    """A measure delivered for sure so many months after its start, in full effect at once."""
    measure = next(measure for measure in world.measures if measure.id == name)
    start = float(world.timeline.month_of(max(measure.start, world.case.as_of))) + months_late
    share = (np.arange(world.timeline.months) + 0.5 > start).astype(float)
    return Delivered(np.full(world.draws, start), np.tile(share, (world.draws, 1)))


def _in_order(world: World, names: Iterable[str]) -> tuple[str, ...]:
    wanted = set(names)
    return tuple(measure.id for measure in world.measures if measure.id in wanted)
