"""The game of measures: the mean flow of each book in its last deadline's year for every coalition of measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.attribution import Attribution, attribute
from rahdari.appraisal.delivery import Delivered
from rahdari.appraisal.executor import map_in_order
from rahdari.appraisal.forecast import (
    Extent,
    effective_measures,
    forecast_book,
    pair_costs,
    shock_openers,
    situation_weights,
)
from rahdari.appraisal.trade_costs import FlowCosts, touches_routes
from rahdari.appraisal.world import World
from rahdari.claims import Period
from rahdari.exceptions import InputFault
from rahdari.measures import contract_deliveries, tariff_changes

Array = NDArray[np.float64]
MAX_PLAYERS = 12


@dataclass(frozen=True, slots=True)
class Game:
    """Attributions by book, the reporting year that they are for, and every coalition's effect (USD million)."""

    players: tuple[str, ...]
    periods: Mapping[str, Period]
    attributions: Mapping[str, Attribution]
    values: Mapping[str, Array]
    draws: int


def last_year(world: World, name: str) -> int:
    """The reporting year of a book that ends last by the last deadline; the first forecast year if none does."""
    baseline = world.baselines[name]
    latest = max(deadline.latest for deadline in world.case.register.deadlines)
    years = range(baseline.year + 1, world.case.settings.horizon + 1)
    by_then = [year for year in years if baseline.book.reporting_year(year).end <= latest]
    return by_then[-1] if by_then else baseline.year + 1


def play(world: World, *, draws: int) -> Game:
    """Every coalition of the measures that act by then, on the first `draws` draws; the others are dummies worth 0."""
    periods = {name: base.book.reporting_year(last_year(world, name)) for name, base in world.baselines.items()}
    steps = max(world.timeline.steps_of(period).stop for period in periods.values())
    extent = Extent(min(draws, world.draws), steps)
    players = acting_by(world, extent)
    if len(players) > MAX_PLAYERS:
        raise InputFault(
            f"{len(players)} measures act by the last deadline; values are exact to {MAX_PLAYERS}: leave some out.",
            kind="too-many-measures",
        )
    coalitions = [
        tuple(player for bit, player in enumerate(players) if coalition >> bit & 1)
        for coalition in range(2 ** len(players))
    ]
    on_network, openers = _with_ties(world, network_players(world)), _with_ties(world, shock_openers(world))
    openings = {frozenset(active) & openers: active for active in coalitions}
    weights = {
        opening: situation_weights(world, effective_measures(world, active), draws=extent.draws)
        for opening, active in openings.items()
    }
    networks = {frozenset(active) & on_network: active for active in coalitions}

    def cost(key: frozenset[str]) -> dict[str, FlowCosts]:
        acting = effective_measures(world, networks[key])
        return pair_costs(world, acting, extent=extent, weights=weights[key & openers])

    costs = dict(zip(networks, map_in_order(cost, networks), strict=True))
    values = {name: np.zeros((len(coalitions), extent.draws)) for name in world.baselines}
    for row, active in enumerate(coalitions):
        acting = effective_measures(world, active)
        for name in world.baselines:
            paths = forecast_book(
                world, name, acting=acting, costs=costs[frozenset(active) & on_network], extent=extent
            )
            values[name][row] = paths.total[:, paths.periods.index(periods[name])]
    return Game(
        players=players,
        periods=periods,
        attributions={name: attribute(players, table) for name, table in values.items()},
        values={name: table.mean(axis=1) for name, table in values.items()},
        draws=extent.draws,
    )


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


def effects_in_full(world: World, *, draws: int) -> dict[str, dict[str, float]]:
    """What each measure, with those that it needs, would add in the last year if delivered for sure and on time.

    Means over the first `draws` draws of the difference to doing nothing, by measure and book, USD million.
    """
    sure = {measure.id: _on_time(world, measure.id) for measure in world.measures}
    certain = replace(world, delivered=sure)
    extent = Extent(min(draws, world.draws), world.timeline.steps)
    sets = [(), *(_with_needs(world, measure.id) for measure in world.measures)]
    nothing, *alone = map_in_order(lambda active: _last_means(certain, active, extent), sets)
    return {
        measure.id: {name: means[name] - nothing[name] for name in nothing}
        for measure, means in zip(world.measures, alone, strict=True)
    }


def _with_needs(world: World, name: str) -> tuple[str, ...]:
    measure = next(measure for measure in world.measures if measure.id == name)
    needed = [other for need in measure.needs for other in _with_needs(world, need)]
    return (*needed, name)


def _on_time(world: World, name: str) -> Delivered:
    measure = next(measure for measure in world.measures if measure.id == name)
    start = float(world.timeline.month_of(max(measure.start, world.case.as_of)))
    share = (np.arange(world.timeline.months) + 0.5 > start).astype(float)
    return Delivered(np.full(world.draws, start), np.tile(share, (world.draws, 1)))


def _last_means(world: World, active: Sequence[str], extent: Extent) -> dict[str, float]:
    acting = effective_measures(world, active)
    weights = situation_weights(world, acting, draws=extent.draws)
    costs = pair_costs(world, acting, extent=extent, weights=weights)
    found = {}
    for name in world.baselines:
        paths = forecast_book(world, name, acting=acting, costs=costs, extent=extent)
        found[name] = float(paths.total[:, -1].mean() - paths.contracts[:, -1].mean())
    return found
