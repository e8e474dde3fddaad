"""Feedback of trade on border times: flows load the stops that they pass, loads slow them down, until both settle.

It acts on stops whose background traffic and capacity the case knows; the known time of a stop is that of the
background, in which the pair's trade of the base year is. A flow's goods keep their shares. Loads are means over draws
in the last deadline's year with all measures, of the first book; the times that they bring hold from the end of the
last baseline on for every set of measures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.carriage import share_routes
from rahdari.appraisal.delivery import Delivered
from rahdari.appraisal.forecast import (
    Extent,
    effective_measures,
    forecast_paths,
    on_network,
    pair_costs,
    situation_weights,
)
from rahdari.appraisal.game import last_year
from rahdari.appraisal.result import FeedbackAnswer, StopLoad
from rahdari.appraisal.trade_costs import BORDER_LOADS
from rahdari.appraisal.world import World, take_draws
from rahdari.exceptions import NoAnswer
from rahdari.transport.elements import Change
from rahdari.transport.loads import delay_ratio

Array = NDArray[np.float64]
DRAWS = 256  # over which loads are means
ROUNDS = 60
DAMPING = 0.5  # of the old loads kept in each round
SETTLED = 1e-4  # of capacity, the largest change of a load
WHY_OFF = "The case holds no sourced traffic and capacity of a stop, so border times do not rise with trade."


@dataclass(frozen=True, slots=True)
class Feedback:
    """The answer's words, and by how much each loaded stop takes longer once all has settled."""

    answer: FeedbackAnswer
    ratios: Mapping[str, float]


def settle_loads(world: World) -> Feedback:
    """Loads and border times that agree with each other; it raises where they do not settle."""
    claims = world.case.claims
    stops = world.cost_model.loaded
    if not stops:
        return Feedback(FeedbackAnswer(on=False, why=WHY_OFF, stops=(), rounds=0), {})
    background, capacity = (
        np.array([claims.value(stop, f"{what}_mt_per_year") for stop in stops]) for what in ("background", "capacity")
    )
    sample = take_draws(world, np.arange(min(DRAWS, world.draws)))
    base = _loads(sample, at_baseline=True)
    added = np.zeros(len(stops))
    for number in range(1, ROUNDS + 1):
        ratios = delay_ratio(added, background=background, capacity=capacity)
        found = _loads(apply_loads(sample, dict(zip(stops, ratios.tolist(), strict=True)))) - base
        gap = np.abs(found - added)
        if (gap <= SETTLED * capacity).all():
            told = tuple(
                StopLoad(stop, one, limit, more, ratio)
                for stop, one, limit, more, ratio in zip(
                    stops, background.tolist(), capacity.tolist(), added.tolist(), ratios.tolist(), strict=True
                )
            )
            why = "Background traffic and capacity are known for these stops."
            return Feedback(FeedbackAnswer(True, why, told, number), dict(zip(stops, ratios.tolist(), strict=True)))
        added = DAMPING * added + (1 - DAMPING) * found
    worst = stops[int(np.argmax(gap / capacity))]
    raise NoAnswer(
        f"Loads and border times did not settle in {ROUNDS} rounds; the load of {worst} still moves by "
        f"{gap.max():.3g} Mt a year: check its capacity and background.",
        kind="not-converged",
    )


def apply_loads(world: World, ratios: Mapping[str, float]) -> World:
    """The world with the time of each loaded stop changed by its ratio after the last baseline."""
    if not ratios:
        return world
    model = world.cost_model
    changes = dict(model.changes)
    for stop, ratio in ratios.items():
        key = stop, "time_h"
        others = tuple(one for one in changes[key] if one[0] != BORDER_LOADS)
        changes[key] = (*others, (BORDER_LOADS, Change(stop, "time_h", "multiply", ratio)))
    ends = max(world.timeline.steps_of(base.period).stop for base in world.baselines.values())
    months = np.arange(world.timeline.months) * world.timeline.steps // world.timeline.months >= ends
    acting = Delivered(np.full(world.draws, float(np.argmax(months))), np.tile(months.astype(float), (world.draws, 1)))
    return replace(
        world, cost_model=replace(model, changes=changes), delivered={**world.delivered, BORDER_LOADS: acting}
    )


def _loads(world: World, *, at_baseline: bool = False) -> Array:
    """Million tonnes a year over each loaded stop, of the first book: in the last deadline's year or the baseline's."""
    name, baseline = next(iter(world.baselines.items()))
    acting = effective_measures(world, [measure.id for measure in world.measures])
    extent = Extent(world.draws, world.timeline.steps)
    stays = situation_weights(world, acting, extent=extent)
    if at_baseline:
        step = world.timeline.steps_of(baseline.period).start
        musd = {one.flow: one.regular_musd for one in baseline.directions}
    else:
        year = last_year(world, name)
        step = world.timeline.steps_of(baseline.book.reporting_year(year)).stop - 1
        costs = pair_costs(world, acting, stays=stays)
        paths = forecast_paths(world, acting=acting, costs=costs)[name]
        column = paths.years.index(year)
        musd = {flow: float(values[:, column].mean()) for flow, values in paths.by_direction.items()}
    loads = np.zeros(len(world.cost_model.loaded))
    for flow in world.cost_model.flows:
        if flow.id not in musd:
            continue
        value = np.array([cargo.value_usd_per_t for cargo in flow.cargoes])
        tonnes = musd[flow.id] * flow.shares / value  # million
        sets = world.cost_model.route_sets[flow.id]
        for routes in sets:
            share = share_routes(
                world.cost_model, flow, routes, stays=stays, delivered=on_network(world, acting), step=step
            )
            over = np.stack([routes.coefficients[stop, "time_h"][0] for stop in world.cost_model.loaded])
            loads += over @ (share @ tonnes) / len(sets)
    return loads
