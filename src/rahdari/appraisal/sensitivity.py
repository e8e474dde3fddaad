"""What the answer is most sensitive to: Sobol' total indices of groups of uncertain inputs.

The total index of a group is the share of the variance that remains when all else is known (Homma and Saltelli 1996).
Half of the world's draws are set beside the other half: a group's numbers are taken from the second half, all others
from the first, and Jansen's estimator (1999, Computer Physics Communications 117, equation 9) compares the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.executor import map_in_order
from rahdari.appraisal.forecast import Extent, effective_measures, forecast_paths, pair_costs, situation_weights
from rahdari.appraisal.game import last_year
from rahdari.appraisal.trade_costs import FlowCosts
from rahdari.appraisal.world import World, take_draws

Array = NDArray[np.float64]
SENSITIVITY_DRAWS = 512
BATCHES = 16  # of draws, whose spread gives the standard error


@dataclass(frozen=True, slots=True)
class TotalIndices:
    """Total index of each group, one a row, with its standard error."""

    index: Array
    se: Array


@dataclass(frozen=True, slots=True)
class GroupIndex:
    """How much of the spread of a book's year remains if all but this group were known."""

    group: str
    title: str
    index: float
    se: float


@dataclass(frozen=True, slots=True)
class BookSensitivity:
    """Total indices of the logarithm of a book's flow in the reporting year that ends on `end`, largest first."""

    book: str
    end: date
    draws: int
    groups: tuple[GroupIndex, ...]


def total_indices(first: Array, mixed: Array) -> TotalIndices:
    """Jansen's estimates from answers to the first sample (n) and to those with one group exchanged (groups x n).

    The variance is that of all the answers, which share a distribution. Without any every index is nought.
    """
    variance = float(np.concatenate([first, mixed.ravel()]).var())
    if variance == 0:
        return TotalIndices(np.zeros(len(mixed)), np.zeros(len(mixed)))
    squares = (first - mixed) ** 2 / (2 * variance)
    batches = [part.mean(axis=1) for part in np.array_split(squares, min(BATCHES, first.size), axis=1)]
    se = np.std(batches, axis=0, ddof=1) / np.sqrt(len(batches)) if len(batches) > 1 else np.zeros(len(mixed))
    return TotalIndices(squares.mean(axis=1), np.asarray(se))


def find_sensitivity(
    world: World, *, rng: np.random.Generator, draws: int = SENSITIVITY_DRAWS
) -> tuple[BookSensitivity, ...]:
    """Total indices for the last deadline's year of every book, with all measures; none for fewer than four draws.

    The second half of the draws is shuffled: points of one sequence that stand a power of two apart are akin.
    """
    number = min(draws, world.draws // 2)
    if number < 2:
        return ()
    halves = np.arange(number), number + rng.permutation(number)
    first, second = (take_draws(world, half) for half in halves)
    columns = {name: last_year(world, name) for name in world.baselines}
    extent = Extent(number, max(
        world.timeline.steps_of(base.book.reporting_year(columns[name])).stop for name, base in world.baselines.items()
    ))  # fmt: skip
    changed = {name: exchange(first, second) for name, (_, exchange) in GROUPS.items()}
    on_costs = [first, *(world for name, world in changed.items() if name in ON_COSTS)]
    usual, *moved = map_in_order(lambda one: _costs(one, extent), on_costs)
    costs = dict(zip([name for name in changed if name in ON_COSTS], moved, strict=True))
    answers = _answer(first, usual, columns=columns)
    mixed: dict[str, list[Array]] = {name: [] for name in world.baselines}
    for name, one in changed.items():
        for book, values in _answer(one, costs.get(name, usual), columns=columns).items():
            mixed[book].append(values)
    found = []
    for book, values in answers.items():
        indices = total_indices(values, np.stack(mixed[book]))
        groups = [
            GroupIndex(name, GROUPS[name][0], index, se)
            for name, index, se in zip(GROUPS, indices.index.tolist(), indices.se.tolist(), strict=True)
        ]
        groups.sort(key=lambda group: -group.index)
        period = world.baselines[book].book.reporting_year(columns[book])
        found.append(BookSensitivity(book, period.end, number, tuple(groups)))
    return tuple(found)


def _costs(world: World, extent: Extent) -> Mapping[str, FlowCosts]:
    acting = effective_measures(world, tuple(measure.id for measure in world.measures))
    stays = situation_weights(world, acting, extent=extent)
    return pair_costs(world, acting, stays=stays)


def _answer(world: World, costs: Mapping[str, FlowCosts], *, columns: Mapping[str, int]) -> dict[str, Array]:
    acting = effective_measures(world, tuple(measure.id for measure in world.measures))
    paths = forecast_paths(world, acting=acting, costs=costs)
    return {name: np.log1p(paths[name].total[:, paths[name].years.index(year)]) for name, year in columns.items()}


Exchange = Callable[[World, World], World]


def _exchange_books(part: str) -> Exchange:
    def exchange(first: World, second: World) -> World:
        books = {name: replace(one, **{part: getattr(second.books[name], part)}) for name, one in first.books.items()}
        return replace(first, books=books)

    return exchange


def _exchange(*parts: str) -> Exchange:
    return lambda first, second: replace(first, **{part: getattr(second, part) for part in parts})


GROUPS: Mapping[str, tuple[str, Exchange]] = MappingProxyType(
    {
        "movement": ("How such flows move of themselves", _exchange_books("movement")),
        "episodes": ("Single lumpy deliveries", _exchange_books("episodes")),
        "level": ("Where trade stands: rival figures for the baseline", _exchange_books("levels")),
        "growth": ("Growth of both economies and trade's response to it", _exchange("growth")),
        "elasticity": ("Response of trade to its cost", _exchange("elasticity_short", "elasticity_long")),
        "transport": ("Times, fees and rates on the way", _exchange("cost_model")),
        "closures": (
            "Closures and war risks: how long, how often, how soon cargo finds a way",
            _exchange("shock_numbers", "pace"),
        ),
        "delivery": ("Whether and when measures are delivered", _exchange("delivered")),
        "contracts": ("How much of the signed contracts is realised", _exchange("realised", "additional")),
        "tariffs": ("Tariffs in force", _exchange("tariffs")),
    }
)
ON_COSTS = frozenset({"transport", "closures", "delivery"})
