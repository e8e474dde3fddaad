"""Trade costs of the pair in every draw and half-year, by commodity.

Per direction and pair of zones the candidate routes give an incidence matrix (routes x links and stops), so that
draws are matrix products and a measure adds its change times a coefficient. Freight, time and risk over value per
tonne, f, is the logsum of the path-size logit over the open routes, shifted so that f is the expected cost share
where nothing is shut and nothing is done; the trade cost is 1 + f. No open route means no flow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.candidates import (
    Flow,
    carried_by,
    find_pair_routes,
    judge_routes,
    read_flows,
    seasonal_chance,
    situation_conditions,
)
from rahdari.appraisal.delivery import Delivered
from rahdari.appraisal.situations import Shock, opens_lasting
from rahdari.appraisal.timeline import Timeline
from rahdari.case import Case
from rahdari.measures import Measure, network_changes, opened_entities
from rahdari.transport.availability import Conditions, index_states
from rahdari.transport.choice import choice_shares, logsum_cost, measure_path_size
from rahdari.transport.elements import (
    Change,
    Key,
    build_elements,
    central_values,
    change_coefficients,
    collect_estimates,
    draw_values,
    transform,
)
from rahdari.transport.graph import Graph, Route, build_graph, count_elements

Array = NDArray[np.float64]
CHUNK = 512  # entries evaluated at a time, so that their table stays in the cache
OPEN_FROM = 0.5  # a link that a measure opens is usable once half of the measure's ramp has passed


@dataclass(frozen=True, slots=True)
class RouteSet:
    """Candidate routes between two zones; times and costs are draws x routes.

    `chance`, `surcharge` and `path_size` are situations x openings x routes: bit k of an opening is set where the
    k-th measure that opens what no shock has shut has done so.
    """

    start: str
    end: str
    routes: tuple[Route, ...]
    counts: Array
    carried: NDArray[np.bool_]
    time_h: Array
    cost_usd_per_t: Array
    season: Array
    chance: Array
    surcharge: Array
    path_size: Array
    coefficients: Mapping[Key, tuple[Array, Array]]
    offset: Array


@dataclass(frozen=True, slots=True)
class CostModel:
    """All that the pair's trade costs rest on, drawn once."""

    graph: Graph
    timeline: Timeline
    flows: tuple[Flow, Flow]
    route_sets: Mapping[str, tuple[RouteSet, ...]]
    shocks: tuple[Shock, ...]
    openers: tuple[str, ...]
    changes: Mapping[Key, tuple[tuple[str, Change], ...]]
    values: Mapping[Key, Array]
    scale: float


@dataclass(frozen=True, slots=True)
class FlowCosts:
    """Log trade cost of one direction and the share of each half-year with an open route: draws x steps x goods."""

    log_cost: Array
    open_share: Array


def build_cost_model(
    case: Case, *, timeline: Timeline, measures: Sequence[Measure], rng: np.random.Generator, draws: int
) -> CostModel:
    """Candidate routes of the pair and draws of what they cost, ready for any subset of the measures."""
    network = case.network
    graph = build_graph(network)
    estimates = collect_estimates(network, case.claims)
    central = central_values(estimates)
    flows = read_flows(case)
    found = find_pair_routes(case, graph, central, flows=flows, measures=measures, since=timeline.first)
    values = draw_values(estimates, rng=rng, draws=draws)
    changes: dict[Key, list[tuple[str, Change]]] = {}
    for measure in measures:
        for change in network_changes(measure):
            changes.setdefault((change.entity, change.attribute), []).append((measure.id, change))
    values |= {key: np.zeros(draws) for key in changes if key not in values}
    openers = tuple(measure for measure in measures if opens_lasting(measure, found.shocks))
    model = CostModel(
        graph=graph,
        timeline=timeline,
        flows=flows,
        route_sets={},
        shocks=found.shocks,
        openers=tuple(measure.id for measure in openers),
        changes={key: tuple(listed) for key, listed in changes.items()},
        values=values,
        scale=case.claims.value("model", "route_choice_scale"),
    )
    conditions = _pattern_conditions(case, found.shocks, openers)
    route_sets = {
        flow.id: tuple(
            _route_set(case, model, flow, pair, routes, conditions=conditions, central=central)
            for pair, routes in found.by_flow[flow.id].items()
        )
        for flow in flows
    }
    return replace(model, route_sets=route_sets)


def _pattern_conditions(
    case: Case, shocks: Sequence[Shock], openers: Sequence[Measure]
) -> tuple[tuple[Conditions, ...], ...]:
    """What is open in every situation with every set of openers done: situations x openings."""
    index = index_states(case.network, case.as_of)
    openings = []
    for opening in range(2 ** len(openers)):
        done = [measure for bit, measure in enumerate(openers) if opening >> bit & 1]
        openings.append(frozenset(entity for measure in done for entity in opened_entities(measure)))
    return tuple(
        tuple(situation_conditions(case, shocks, situation, opened=opened, index=index) for opened in openings)
        for situation in range(2 ** len(shocks))
    )


def _route_set(
    case: Case,
    model: CostModel,
    flow: Flow,
    pair: tuple[str, str],
    routes: tuple[Route, ...],
    *,
    conditions: Sequence[Sequence[Conditions]],
    central: Mapping[Key, Array],
) -> RouteSet:
    network = case.network
    elements = build_elements(network, model.values)
    length = build_elements(network, central).length_km
    counts = count_elements(model.graph, routes, elements=length.size)
    shape = (len(conditions), len(conditions[0]), len(routes))
    chance, surcharge, path_size = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for situation in range(shape[0]):
        for opening in range(shape[1]):
            passing, extra = judge_routes(model.graph, routes, conditions[situation][opening])
            chance[situation, opening], surcharge[situation, opening] = passing, extra
            usable = np.flatnonzero(passing > 0)
            path_size[situation, opening, usable] = measure_path_size(counts[usable], length)
    time_h, cost = elements.time_h @ counts.T, elements.cost_usd_per_t @ counts.T
    carried = carried_by(model.graph, routes, flow.cargoes)
    season = seasonal_chance(network, model.graph, routes)
    return RouteSet(
        start=pair[0],
        end=pair[1],
        routes=routes,
        counts=counts,
        carried=carried,
        time_h=time_h,
        cost_usd_per_t=cost,
        season=season,
        chance=chance,
        surcharge=surcharge,
        path_size=path_size,
        coefficients={key: change_coefficients(network, counts, key, length_km=length) for key in model.changes},
        offset=_offset(
            flow,
            time_h,
            cost,
            carried=carried,
            chance=chance[0, 0] * season.mean(axis=1),
            surcharge=surcharge[0, 0],
            sizes=path_size[0, 0],
            scale=model.scale,
        ),
    )


def touches_routes(model: CostModel, measure: Measure) -> bool:
    """True where the measure opens something or changes a number that some candidate route uses."""
    if opened_entities(measure):
        return True
    keys = {(change.entity, change.attribute) for change in network_changes(measure)}
    sets = [one for sets in model.route_sets.values() for one in sets]
    return any(one.coefficients[key][part].any() for one in sets for key in keys for part in (0, 1))


def measure_costs(
    model: CostModel, flow: Flow, *, weights: Array, delivered: Mapping[str, Delivered], steps: int
) -> FlowCosts:
    """Costs of one direction over the first `steps` half-years with the `delivered` measures, averaged over zones.

    `weights` (draws x steps x situations) says how much of each half-year is spent in each situation.
    """
    shares = {name: model.timeline.per_step(one.share)[:, :steps] for name, one in delivered.items()}
    draws = weights.shape[0]
    total = np.zeros((draws, steps, len(flow.cargoes)))
    open_share = np.zeros_like(total)
    sets = model.route_sets[flow.id]
    for routes in sets:
        log_cost, is_open = _zone_costs(model, flow, routes, weights=weights[:, :steps], shares=shares)
        total += hold_while_shut(log_cost, is_open) / len(sets)
        open_share += is_open / len(sets)
    return FlowCosts(total, open_share)


def hold_while_shut(log_cost: Array, open_share: Array) -> Array:
    """The log cost (draws x steps x goods) with that of the last open step where no route is open.

    A way that is shut has no cost; were it taken as zero, its reopening would look like a fall of the cost long ago.
    Before the first open step it is that of the first open step.
    """
    steps = np.arange(log_cost.shape[1])[None, :, None]
    last = np.maximum.accumulate(np.where(open_share > 0, steps, -1), axis=1)
    first = np.argmax(open_share > 0, axis=1)[:, None, :]
    return np.take_along_axis(log_cost, np.where(last < 0, first, last), axis=1)


def _zone_costs(
    model: CostModel, flow: Flow, routes: RouteSet, *, weights: Array, shares: Mapping[str, Array]
) -> tuple[Array, Array]:
    draws, steps, _ = weights.shape
    draw, step, situation = np.nonzero(weights)
    weight = weights[draw, step, situation]
    time_h, cost = routes.time_h[draw], routes.cost_usd_per_t[draw]
    for key, (per_time, per_cost) in routes.coefficients.items():
        delta = _change_of(model, key, shares, draws=draws)
        if delta is not None and (per_time.any() or per_cost.any()):
            moved = delta[draw, step][:, None]
            time_h = time_h + moved * per_time
            cost = cost + moved * per_cost
    opening = np.zeros(len(draw), dtype=np.int64)
    for bit, name in enumerate(model.openers):
        if name in shares:
            opening |= (shares[name][draw, step] >= OPEN_FROM).astype(np.int64) << bit
    half = (step + (model.timeline.first.month > 1)) % 2
    logsum = np.concatenate(
        [
            _logsums(
                model, flow, routes, time_h[rows], cost[rows],
                situation=situation[rows], opening=opening[rows], half=half[rows],
            )
            for rows in (slice(begin, begin + CHUNK) for begin in range(0, len(draw), CHUNK))
        ]
    )  # fmt: skip
    value = np.array([cargo.value_usd_per_t for cargo in flow.cargoes])
    share = (logsum + routes.offset[draw]) / value
    is_open = np.isfinite(logsum)
    log_cost = np.zeros((draws, steps, len(flow.cargoes)))
    open_share = np.zeros_like(log_cost)
    by_entry = np.log1p(np.where(is_open, share, 0.0)) * is_open
    np.add.at(log_cost, (draw, step), weight[:, None] * by_entry)
    np.add.at(open_share, (draw, step), weight[:, None] * is_open)
    np.divide(log_cost, open_share, out=log_cost, where=open_share > 0)
    return log_cost, open_share


def _change_of(model: CostModel, key: Key, shares: Mapping[str, Array], *, draws: int) -> Array | None:
    """What the measures add to the number `key` in the form that enters linearly: draws x steps."""
    acting = [(name, change) for name, change in model.changes[key] if name in shares]
    if not acting:
        return None
    base = model.values[key][:draws, None]
    value: Array = base
    for name, change in acting:
        value = change.apply(value, shares[name])
    return transform(key, value) - transform(key, base)


def _logsums(
    model: CostModel,
    flow: Flow,
    routes: RouteSet,
    time_h: Array,
    cost: Array,
    *,
    situation: NDArray[np.int64],
    opening: NDArray[np.int64],
    half: NDArray[np.int64],
) -> Array:
    """Logsum generalised cost of each commodity, entries x commodities; inf where no route is open."""
    chance = routes.chance[situation, opening] * routes.season.T[half]
    extra = routes.surcharge[situation, opening]
    whole = _generalised(flow, time_h, cost, carried=routes.carried, surcharge=extra, chance=chance)
    sizes = np.ascontiguousarray(routes.path_size[situation, opening].T)[:, None, :]
    return logsum_cost(whole, sizes, scale=model.scale, axis=0).T


def _generalised(
    flow: Flow, time_h: Array, cost: Array, *, carried: NDArray[np.bool_], surcharge: Array, chance: Array
) -> Array:
    """Generalised cost per tonne that gets through, routes x commodities x entries; inf where a route is shut.

    It is inf, too, where a mode of the route does not carry the commodity.

    The long axis comes last and the one that is summed over first: numpy is several times quicker that way.
    """
    hour = np.array([cargo.time_usd_per_t_h for cargo in flow.cargoes])[:, None]
    value = np.array([cargo.value_usd_per_t for cargo in flow.cargoes])[:, None]
    with np.errstate(divide="ignore"):
        passing = 1.0 / np.ascontiguousarray(chance.T)
    whole: Array = np.ascontiguousarray(time_h.T)[:, None, :] * hour
    whole += np.ascontiguousarray(cost.T)[:, None, :]
    if surcharge.any():
        whole += np.ascontiguousarray(surcharge.T)[:, None, :] * value
    whole *= passing[:, None, :]
    whole[~carried] = np.inf
    return whole


def _offset(
    flow: Flow,
    time_h: Array,
    cost: Array,
    *,
    carried: NDArray[np.bool_],
    chance: Array,
    surcharge: Array,
    sizes: Array,
    scale: float,
) -> Array:
    """Expected cost less logsum where nothing is shut and nothing is done: draws x commodities."""
    usable = np.flatnonzero(chance > 0)
    if usable.size == 0:
        return np.zeros((len(time_h), len(flow.cargoes)))
    by_route = _generalised(
        flow, time_h[:, usable], cost[:, usable], carried=carried[usable], surcharge=surcharge[None, usable],
        chance=chance[None, usable],
    )  # fmt: skip
    whole = by_route.transpose(2, 1, 0)
    shares = choice_shares(whole, sizes[usable], scale=scale)
    expected = (shares * np.where(shares > 0, whole, 0.0)).sum(axis=-1)
    logsum = logsum_cost(whole, sizes[usable], scale=scale)
    return np.where(np.isfinite(logsum), expected - logsum, 0.0)
