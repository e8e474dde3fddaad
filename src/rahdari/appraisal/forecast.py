"""Paths of each book for a set of measures: level, income, trade costs with the elasticity of each horizon, contracts.

The response to a change of the trade cost builds up with time: with eps(h) the elasticity h years after a lasting
change (Boehm, Levchenko and Pandalai-Nayar 2023), the log flow at t is minus the sum over s of eps(t - s) times the
change of the log cost at s. A closure that ends is two changes, so it fades as it came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.baseline import BookBaseline
from rahdari.appraisal.candidates import Flow
from rahdari.appraisal.carriage import measure_costs
from rahdari.appraisal.delivery import Delivered
from rahdari.appraisal.situations import Pace, ShockNumbers, Stays, simulate_shock, weigh_situations
from rahdari.appraisal.timeline import MONTHS_PER_STEP
from rahdari.appraisal.trade_costs import BORDER_LOADS, FlowCosts
from rahdari.appraisal.world import World
from rahdari.claims import Period
from rahdari.measures import Measure, contract_deliveries, opened_entities, tariff_changes
from rahdari.trade.response import long_run_share

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BookPaths:
    """Flows of one book in USD million: draws x reporting years, in total and by direction and part."""

    years: tuple[int, ...]
    periods: tuple[Period, ...]
    total: Array
    by_direction: Mapping[str, Array]
    contracts: Array
    response: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of the world to run: the first `draws` draws and the first `steps` half-years."""

    draws: int
    steps: int


def effective_measures(world: World, active: Sequence[str]) -> dict[str, Delivered]:
    """The delivered measures of a set: one acts only while those that it needs do, and shuts out what it excludes.

    A need that only ends a present closure is met by the crossing being open, however that came about, and is left to
    the simulated situation; so is one that opens what is open anyway. Every other need holds its measure back.
    """
    chosen = {measure.id: measure for measure in world.measures if measure.id in active}
    acting = _meet_needs(world, chosen, {name: world.delivered[name] for name in chosen})
    return _meet_needs(world, chosen, _yield_to_excluded(chosen, acting))


def _meet_needs(world: World, chosen: Mapping[str, Measure], before: Mapping[str, Delivered]) -> dict[str, Delivered]:
    """Each measure held back until those that it needs act, whatever the order in which the case lists them."""
    held: dict[str, Delivered] = {}

    def hold(name: str) -> Delivered:
        if name not in held:
            one = before[name]
            for needed in chosen[name].needs:
                if needed in world.cost_model.waived:
                    continue
                if needed not in chosen:
                    return held.setdefault(name, Delivered(np.full_like(one.starts, np.inf), np.zeros_like(one.share)))
                other = hold(needed)
                one = Delivered(np.maximum(one.starts, other.starts), one.share * (other.share > 0))
            held[name] = one
        return held[name]

    return {name: hold(name) for name in chosen}


def _yield_to_excluded(chosen: Mapping[str, Measure], acting: Mapping[str, Delivered]) -> dict[str, Delivered]:
    """Each measure without effect while one that it excludes acts; of two that exclude each other the first stays."""
    order = {name: position for position, name in enumerate(chosen)}
    left = dict(acting)
    for name, measure in chosen.items():
        for other in measure.excludes:
            is_mutual = other in chosen and name in chosen[other].excludes
            if other in chosen and (not is_mutual or order[other] < order[name]):
                share = left[name].share * (left[other].share == 0)
                left[name] = Delivered(np.where((share > 0).any(axis=1), left[name].starts, np.inf), share)
    return left


def missing_needs(world: World) -> dict[str, tuple[str, ...]]:
    """The measures that can have no effect, by what they need that is not among the world's measures."""
    known = {measure.id for measure in world.measures} | world.cost_model.waived
    missing = {one.id: tuple(needed for needed in one.needs if needed not in known) for one in world.measures}
    return {name: needed for name, needed in missing.items() if needed}


def _shocks_opened(world: World, measure: Measure) -> tuple[int, ...]:
    opened = opened_entities(measure)
    return tuple(
        index
        for index, shock in enumerate(world.cost_model.shocks)
        if shock.kind == "closed" and (shock.entities & opened or f"group:{shock.group}" in opened)
    )


def situation_weights(world: World, acting: Mapping[str, Delivered], *, extent: Extent) -> Stays:
    """In which situation cargo is settled while in which, in the extent's half-years, with these measures.

    Rows of a draw in which measures open the same at the same time, as random sums tell, are simulated once.
    """
    draws, months = extent.draws, extent.steps * MONTHS_PER_STEP
    pace, shocks = world.pace, world.cost_model.shocks
    opened_at = np.full((len(shocks), draws), np.inf)
    for measure in world.measures:
        if measure.id in acting:
            for index in _shocks_opened(world, measure):
                opened_at[index] = np.minimum(opened_at[index], acting[measure.id].starts[:draws])
    told = [pace.switch_months[:draws], pace.return_months[:draws], *np.minimum(opened_at, months)]
    told += [numbers.uniforms[:draws, 0] for numbers in world.shock_numbers]
    sums = (np.random.default_rng(0).random((len(told), 1)) * told).sum(axis=0)
    _, first, alike = np.unique(sums, return_index=True, return_inverse=True)
    shares = [
        simulate_shock(
            shock, ShockNumbers(numbers.uniforms[first, :months], numbers.scores[first, :months]),
            claims=world.case.claims, timeline=world.timeline, processes=world.processes, opened_at=opened[first],
        )
        for shock, numbers, opened in zip(shocks, world.shock_numbers, opened_at, strict=True)
    ]  # fmt: skip
    paces = Pace(pace.switch_months[first], pace.return_months[first])
    return weigh_situations(shares, steps=extent.steps, pace=paces).take(alike)


def on_network(world: World, acting: Mapping[str, Delivered]) -> dict[str, Delivered]:
    """What acts on the network: the measures, and the loads of stops where the world knows them."""
    loads = {name: one for name, one in world.delivered.items() if name == BORDER_LOADS}
    return {**acting, **loads}


def pair_costs(world: World, acting: Mapping[str, Delivered], *, stays: Stays) -> dict[str, FlowCosts]:
    """Trade costs of both directions with these measures on the network, tariffs apart."""
    return measure_costs(world.cost_model, stays=stays, delivered=on_network(world, acting))


def forecast_paths(
    world: World, *, acting: Mapping[str, Delivered], costs: Mapping[str, FlowCosts]
) -> dict[str, BookPaths]:
    """Every book's path in every draw with these measures at these costs, over the half-years of the costs."""
    flows = {flow.id: flow for flow in world.cost_model.flows}
    draws, steps = next(iter(costs.values())).log_cost.shape[:2]
    signed = {flow: _deliver_contracts(world, flows[flow], one, acting=acting) for flow, one in costs.items()}
    answered: dict[tuple[str, Period], Array] = {}  # books of the same period share it
    found = {}
    for name, baseline in world.baselines.items():
        years = forecast_years(world, baseline, steps=steps)
        spans = [world.timeline.steps_of(baseline.book.reporting_year(year)) for year in years]
        by_direction, response, contracts = {}, {}, np.zeros((draws, len(years)))
        for flow in (direction.flow for direction in baseline.directions):
            key = flow, baseline.period
            if key not in answered:
                answered[key] = respond(world, baseline.period, flows[flow], costs[flow], acting=acting)
            response[flow] = np.stack([answered[key][:, span].mean(axis=1) for span in spans], axis=1)
            delivered = np.stack([signed[flow][:, span].sum(axis=1) for span in spans], axis=1)
            by_direction[flow] = _base_path(world, name, flow, years=years, draws=draws) * response[flow] + delivered
            contracts += delivered
        found[name] = BookPaths(
            years=years,
            periods=tuple(baseline.book.reporting_year(year) for year in years),
            total=np.sum(list(by_direction.values()), axis=0),
            by_direction=by_direction,
            contracts=contracts,
            response=response,
        )
    return found


def join_paths(parts: Sequence[BookPaths]) -> BookPaths:
    """The draws of one book's parts one after another."""
    return replace(
        parts[0],
        total=np.concatenate([part.total for part in parts]),
        by_direction={
            flow: np.concatenate([part.by_direction[flow] for part in parts]) for flow in parts[0].by_direction
        },
        contracts=np.concatenate([part.contracts for part in parts]),
        response={flow: np.concatenate([part.response[flow] for part in parts]) for flow in parts[0].response},
    )


def forecast_years(world: World, baseline: BookBaseline, *, steps: int) -> tuple[int, ...]:
    """Reporting years after the baseline that the first `steps` half-years cover."""
    years = range(baseline.year + 1, world.case.settings.horizon + 1)
    last = world.timeline.step_period(steps - 1).end
    return tuple(year for year in years if baseline.book.reporting_year(year).end <= last)


def respond(world: World, period: Period, flow: Flow, costs: FlowCosts, *, acting: Mapping[str, Delivered]) -> Array:
    """Ratio of the flow in each half-year to what it would be at the costs of a period: draws x steps, one until then.

    Of each change the short-run elasticity acts at once, the rest of the long-run one as `long_run_share` tells, so
    all of the first sum to the distance from the period's cost.
    """
    draws, steps = costs.log_cost.shape[:2]
    log_cost = costs.log_cost + _log_tariff(world, flow, acting=acting, shape=(draws, steps))[..., None]
    start = world.timeline.steps_of(period)
    moved = log_cost[:, start.stop :] - log_cost[:, start].mean(axis=1, keepdims=True)
    since = np.arange(moved.shape[1])
    years = np.maximum(since[:, None] - since + 1, 0) * MONTHS_PER_STEP / 12
    share = long_run_share(years, reached_after_years=world.case.claims.value("model", "elasticity_long_after_years"))
    short, long = (one[:draws, None, None] for one in (world.elasticity_short, world.elasticity_long))
    by_good = -short * moved
    by_good -= (long - short) * (share @ np.diff(moved, axis=1, prepend=0.0))
    np.exp(by_good, out=by_good)
    by_good *= costs.open_share[:, start.stop :]
    at_start = costs.open_share[:, start].mean(axis=1)[:, None]
    by_good = np.divide(by_good, at_start, out=np.zeros_like(by_good), where=at_start > 0)
    ratio = np.ones((draws, steps))
    ratio[:, start.stop :] = by_good @ flow.shares
    return ratio


def _log_tariff(world: World, flow: Flow, *, acting: Mapping[str, Delivered], shape: tuple[int, int]) -> Array:
    """Log of one plus the tariff in each half-year: draws x steps."""
    draws, steps = shape
    value: Array = np.repeat(world.tariffs[flow.id][:draws, None], steps, axis=1)
    for measure in world.measures:
        for tariff in tariff_changes(measure):
            if measure.id in acting and f"{tariff.exporter}-{tariff.importer}" == flow.id:
                share = world.timeline.per_step(acting[measure.id].share[:draws])[:, :steps]
                value = tariff.change.apply(value, share)
    return np.log1p(value)


def _base_path(world: World, name: str, flow: str, *, years: Sequence[int], draws: int) -> Array:
    """Level, income growth, noise and episodes without any change of trade costs: draws x years."""
    baseline, numbers = world.baselines[name], world.books[name]
    first, last = baseline.year + 1 - world.first_year, years[-1] + 1 - world.first_year
    growth = np.cumsum(world.growth[:draws, first:last], axis=1)
    moved = numbers.movement[:draws, : len(years)]
    regular = numbers.levels[flow][:draws, None] * np.exp(growth + moved)
    return np.asarray(regular + numbers.episodes[flow][:draws, : len(years)])


def _deliver_contracts(world: World, flow: Flow, costs: FlowCosts, *, acting: Mapping[str, Delivered]) -> Array:
    """Deliveries under contract beyond what growth would have brought, while a route is open: draws x steps."""
    draws, steps = costs.open_share.shape[:2]
    months = np.arange(steps * MONTHS_PER_STEP) + 0.5
    signed = np.zeros((draws, steps))
    for measure in world.measures:
        for delivery in contract_deliveries(measure):
            if measure.id not in acting or f"{delivery.exporter}-{delivery.importer}" != flow.id:
                continue
            start, end = (world.timeline.month_of(day) for day in (delivery.start, delivery.end))
            begin = np.maximum(start, acting[measure.id].starts[:draws])[:, None]
            within = (months >= begin) & (months < begin + end - start + 1)
            by_step = within.reshape(draws, steps, MONTHS_PER_STEP).sum(axis=2)
            signed += by_step * (delivery.value_musd / (end - start + 1))
    if signed.any():
        signed *= (world.realised * world.additional)[:draws, None] * (costs.open_share @ flow.shares)
    return signed
