"""The game of measures: the mean flow of each book in its last deadline's year for coalitions of measures.

A measure has no effect until those that it needs act. Of measures that exclude each other a coalition is worth what
the first of them in the case's order brings, the next standing in while that one does not act; one that alone names
the other yields to it. Its worth is that of its feasible part (Derks and Peters 1993, International Journal of Game
Theory 21, 351-360).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.attribution import (
    Attribution,
    Whole,
    attribute,
    attribute_sampled,
    coalitions_passed,
    draw_feasible_orders,
    draw_orders,
)
from rahdari.appraisal.coalitions import run_sets
from rahdari.appraisal.forecast import Extent
from rahdari.appraisal.trade_costs import touches_routes
from rahdari.appraisal.world import World
from rahdari.claims import Period
from rahdari.measures import contract_deliveries, tariff_changes

Array = NDArray[np.float64]
MAX_PLAYERS = 12  # every coalition is run up to so many measures, orders are drawn beyond
ORDER_PAIRS = 24  # each order with its reverse


@dataclass(frozen=True, slots=True)
class Game:
    """Attributions by book, the reporting year that they are for, and every coalition's mean flow (USD million).

    `coalitions` are numbers whose bit k is set where player k is in, sorted; `values` has one row each. `needs` holds
    for each player the coalition that it needs, `excludes` the one that it cannot stand beside.
    """

    players: tuple[str, ...]
    periods: Mapping[str, Period]
    attributions: Mapping[str, Attribution]
    coalitions: Whole
    values: Mapping[str, Array]
    needs: tuple[int, ...]
    excludes: tuple[int, ...]
    draws: int

    @property
    def is_exact(self) -> bool:
        """True where every coalition was run."""
        return self.coalitions.size == 1 << len(self.players)

    def members(self, coalition: int) -> tuple[str, ...]:
        """The measures of a coalition."""
        return tuple(player for bit, player in enumerate(self.players) if coalition >> bit & 1)


def last_year(world: World, name: str) -> int:
    """The reporting year of a book that ends last by the last deadline; the first forecast year if none does."""
    baseline = world.baselines[name]
    latest = max(deadline.latest for deadline in world.case.register.deadlines)
    years = range(baseline.year + 1, world.case.settings.horizon + 1)
    by_then = [year for year in years if baseline.book.reporting_year(year).end <= latest]
    return by_then[-1] if by_then else baseline.year + 1


def play(world: World, *, draws: int, rng: np.random.Generator) -> Game:
    """The coalitions of the measures that act by then, on the first `draws` draws; the others are dummies worth 0.

    All coalitions to twelve measures, beyond that those which `ORDER_PAIRS` random orders and as many feasible ones
    pass through.
    """
    periods = {name: base.book.reporting_year(last_year(world, name)) for name, base in world.baselines.items()}
    steps = max(world.timeline.steps_of(period).stop for period in periods.values())
    extent = Extent(min(draws, world.draws), steps)
    players = acting_by(world, extent)
    needs, excludes = _ties(world, players, "needs"), _ties(world, players, "excludes")
    orders, feasible, coalitions = None, None, np.arange(2 ** min(len(players), MAX_PLAYERS), dtype=np.int64)
    if len(players) > MAX_PLAYERS:
        orders = draw_orders(len(players), pairs=ORDER_PAIRS, rng=rng)
        feasible = draw_feasible_orders(needs, count=2 * ORDER_PAIRS, rng=rng) if any(needs) else None
        coalitions = _coalitions_of(orders, feasible)
    tables = _run_coalitions(world, players, coalitions, extent=extent, periods=periods)
    return Game(
        players=players,
        periods=periods,
        attributions={
            name: attribute(players, table, needs=needs)
            if orders is None
            else attribute_sampled(players, coalitions, table, orders=orders, feasible=feasible)
            for name, table in tables.items()
        },
        coalitions=coalitions,
        values={name: table.mean(axis=1) for name, table in tables.items()},
        needs=needs,
        excludes=excludes,
        draws=extent.draws,
    )


def _ties(world: World, players: Sequence[str], kind: str) -> tuple[int, ...]:
    """For each player the coalition of players that its measure names under `needs` or `excludes`."""
    named = {measure.id: getattr(measure, kind) for measure in world.measures}
    return tuple(sum(1 << players.index(other) for other in named[player] if other in players) for player in players)


def _coalitions_of(orders: Whole, feasible: Whole | None) -> Whole:
    """Every coalition that the orders pass, each player alone and everyone without it, sorted."""
    bits = np.int64(1) << np.arange(orders.shape[1])
    passed = [coalitions_passed(one).ravel() for one in (orders, feasible) if one is not None]
    return np.unique(np.concatenate([*passed, bits, bits.sum() ^ bits]))


def _run_coalitions(
    world: World, players: Sequence[str], coalitions: Whole, *, extent: Extent, periods: Mapping[str, Period]
) -> dict[str, Array]:
    """Each book's flow in its period: coalitions x draws."""
    sets = [tuple(player for bit, player in enumerate(players) if one >> bit & 1) for one in coalitions.tolist()]
    runs = run_sets(world, sets, extent=extent)
    return {name: runs.totals(name, runs.paths[name].periods.index(period)) for name, period in periods.items()}


def acting_by(world: World, extent: Extent) -> tuple[str, ...]:
    """The measures that have begun in some draw by the end of the extent and touch the pair's trade at all."""
    months = world.timeline.months // world.timeline.steps * extent.steps
    touching = network_players(world) | {
        measure.id for measure in world.measures if contract_deliveries(measure) or tariff_changes(measure)
    }
    wanted = _with_ties(world, touching)
    return tuple(
        measure.id
        for measure in world.measures
        if measure.id in wanted and (world.delivered[measure.id].starts[: extent.draws] < months).any()
    )


def network_players(world: World) -> frozenset[str]:
    """The measures that change what the pair's candidate routes cost or whether they are open."""
    return frozenset(measure.id for measure in world.measures if touches_routes(world.cost_model, measure))


def _with_ties(world: World, names: frozenset[str]) -> frozenset[str]:
    """The measures and all that decide whether they act: what they need and exclude, and so on."""
    tied = set(names)
    for _ in world.measures:
        tied |= {other for one in world.measures if one.id in tied for other in (*one.needs, *one.excludes)}
    return frozenset(tied)
