"""Trade costs of the pair in every draw and half-year, by commodity.

Per direction and pair of zones the candidate routes give an incidence matrix (routes x links and stops), so that
draws are matrix products and a measure adds its change times a coefficient. Freight, time and risk over value per
tonne, f, is the logsum of the path-size logit over the open routes, shifted so that f is the expected cost share over
the year where nothing is shut and nothing is done; the trade cost is 1 + f. No open route means no flow.
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
    find_seasons,
    read_flows,
)
from rahdari.appraisal.passing import judge_patterns, suppose_situation, touched_entities
from rahdari.appraisal.situations import Shock, find_shut, moves_ways, waived_needs
from rahdari.appraisal.timeline import Timeline
from rahdari.case import Case
from rahdari.exceptions import InputFault
from rahdari.measures import Measure, closed_entities, network_changes, opened_entities
from rahdari.trade.blas import one_thread
from rahdari.transport.availability import Exceptions, StateIndex, index_states
from rahdari.transport.choice import choose_routes
from rahdari.transport.elements import (
    Change,
    Key,
    build_elements,
    central_values,
    change_coefficients,
    collect_estimates,
)
from rahdari.transport.graph import Graph, Route, build_graph, count_elements, elements_of

Array = NDArray[np.float64]
LOADS = ("background_mt_per_year", "capacity_mt_per_year")
BORDER_LOADS = "border-loads"  # what changes the times of loaded stops, beside the measures


@dataclass(frozen=True, slots=True)
class RouteSet:
    """Candidate routes between two zones; times and costs are routes x draws.

    `season` (seasons x routes) is the chance to pass in a season, `season_share` (2 x seasons) how much of each half of
    a year it takes. `chance`, `surcharge` and `path_size` are situations x openings x routes: bit k of an opening is
    set where the k-th measure that opens what no shock has shut has done so.
    """

    start: str
    end: str
    routes: tuple[Route, ...]
    counts: Array
    carried: NDArray[np.bool_]
    time_h: Array
    cost_usd_per_t: Array
    season: Array
    season_share: Array
    chance: Array
    surcharge: Array
    path_size: Array
    coefficients: Mapping[Key, tuple[Array, Array]]
    offset: Array


@dataclass(frozen=True, slots=True)
class CostModel:
    """All that the pair's trade costs rest on, drawn once; `waived` are measures that nothing has to wait for.

    `loaded` are the stops whose traffic and capacity the case knows.
    """

    graph: Graph
    timeline: Timeline
    flows: tuple[Flow, Flow]
    route_sets: Mapping[str, tuple[RouteSet, ...]]
    shocks: tuple[Shock, ...]
    openers: tuple[str, ...]
    waived: frozenset[str]
    loaded: tuple[str, ...]
    changes: Mapping[Key, tuple[tuple[str, Change], ...]]
    values: Mapping[Key, Array]
    scale: float


@dataclass(frozen=True, slots=True)
class FlowCosts:
    """Log trade cost of one direction and the share of each half-year with an open route: draws x steps x goods."""

    log_cost: Array
    open_share: Array


def build_cost_model(
    case: Case, *, timeline: Timeline, measures: Sequence[Measure], values: Mapping[Key, Array]
) -> CostModel:
    """Candidate routes of the pair and what they cost at drawn values, ready for any subset of the measures."""
    network = case.network
    graph = build_graph(network)
    central = central_values(collect_estimates(network, case.claims))
    flows = read_flows(case)
    found = find_pair_routes(case, graph, central, flows=flows, measures=measures, since=timeline.first)
    loaded = find_loaded(case)
    changes: dict[Key, list[tuple[str, Change]]] = {(stop, "time_h"): [] for stop in loaded}
    for measure in measures:
        for change in network_changes(measure):
            changes.setdefault((change.entity, change.attribute), []).append((measure.id, change))
    draws = len(next(iter(values.values())))
    values = {**values, **{key: np.zeros(draws) for key in changes if key not in values}}
    shut = find_shut(network, case.as_of)
    openers = tuple(measure for measure in measures if moves_ways(measure, found.shocks, shut=shut))
    model = CostModel(
        graph=graph,
        timeline=timeline,
        flows=flows,
        route_sets={},
        shocks=found.shocks,
        openers=tuple(measure.id for measure in openers),
        loaded=loaded,
        waived=waived_needs(case.measures, found.shocks, shut=shut),
        changes={key: tuple(listed) for key, listed in changes.items()},
        values=values,
        scale=case.claims.value("model", "route_choice_scale"),
    )
    used = elements_of(graph, [route for ways in found.by_flow.values() for one in ways.values() for route in one])
    elements, length = build_elements(network, values, only=used), build_elements(network, central).length_km
    totals = np.ascontiguousarray(elements.time_h.T), np.ascontiguousarray(elements.cost_usd_per_t.T)
    index = index_states(network, case.as_of)
    patterns = _list_patterns(index, found.shocks, openers)
    with one_thread():
        route_sets = {
            flow.id: tuple(
                _route_set(
                    case,
                    model,
                    flow,
                    pair,
                    routes,
                    patterns=patterns,
                    index=index,
                    used=used,
                    totals=totals,
                    length=length,
                )
                for pair, routes in found.by_flow[flow.id].items()
            )
            for flow in flows
        }
    return replace(model, route_sets=route_sets)


def _list_patterns(index: StateIndex, shocks: Sequence[Shock], openers: Sequence[Measure]) -> tuple[Exceptions, ...]:
    """What is set aside in every situation with every set of openers done, the openings of a situation together."""
    openings = []
    for opening in range(2 ** len(openers)):
        done = [measure for bit, measure in enumerate(openers) if opening >> bit & 1]
        opened = frozenset(entity for measure in done for entity in opened_entities(measure))
        openings.append(Exceptions(opened=opened, shut=frozenset().union(*map(closed_entities, done))))
    return tuple(
        suppose_situation(index.groups, shocks, situation, supposing=one)
        for situation in range(2 ** len(shocks))
        for one in openings
    )


def _route_set(
    case: Case,
    model: CostModel,
    flow: Flow,
    pair: tuple[str, str],
    routes: tuple[Route, ...],
    *,
    patterns: Sequence[Exceptions],
    index: StateIndex,
    used: Sequence[int],
    totals: tuple[Array, Array],
    length: Array,
) -> RouteSet:
    network = case.network
    counts = count_elements(model.graph, routes, elements=length.size)
    touched = touched_entities(model.graph, routes, index)
    passing = judge_patterns(touched, patterns, index=index)
    chance, surcharge, path_size = (
        one.reshape(2 ** len(model.shocks), 2 ** len(model.openers), len(routes))
        for one in (passing.chance, passing.surcharge, passing.path_sizes(counts, length))
    )
    time_h, cost = (counts[:, used] @ total for total in totals)
    carried = carried_by(model.graph, routes, flow.cargoes)
    seasons = find_seasons(network, touched)
    return RouteSet(
        start=pair[0],
        end=pair[1],
        routes=routes,
        counts=counts,
        carried=carried,
        time_h=time_h,
        cost_usd_per_t=cost,
        season=seasons.chance,
        season_share=seasons.share,
        chance=chance,
        surcharge=surcharge,
        path_size=path_size,
        coefficients={key: change_coefficients(network, counts, key, length_km=length) for key in model.changes},
        offset=sum(
            share
            * _offset(
                flow,
                time_h,
                cost,
                carried=carried,
                chance=chance[0, 0] * in_season,
                surcharge=surcharge[0, 0],
                sizes=path_size[0, 0],
                scale=model.scale,
            )
            for share, in_season in zip(seasons.share.mean(axis=0).tolist(), seasons.chance, strict=True)
        ),
    )


def find_loaded(case: Case) -> tuple[str, ...]:
    """The stops whose background traffic and capacity the case holds, in order; one of both is a fault."""
    loaded = []
    for stop in dict.fromkeys(stop.entity for stop in case.network.stops):
        known = [case.claims.find(stop, name) is not None for name in LOADS]
        if any(known) and not all(known):
            missing = LOADS[known.index(False)]
            message = f"{stop} has no {missing}: without it its time cannot rise with load; add it or drop the other."
            raise InputFault(message, kind="missing-claim")
        if all(known):
            loaded.append(stop)
    return tuple(loaded)


def touches_routes(model: CostModel, measure: Measure) -> bool:
    """True where the measure opens or closes something or changes a number that some candidate route uses."""
    if opened_entities(measure) or closed_entities(measure):
        return True
    keys = {(change.entity, change.attribute) for change in network_changes(measure)}
    sets = [one for sets in model.route_sets.values() for one in sets]
    return any(one.coefficients[key][part].any() for one in sets for key in keys for part in (0, 1))


def price_routes(
    flow: Flow, time_h: Array, cost: Array, *, carried: NDArray[np.bool_], surcharge: Array, chance: Array
) -> Array:
    """Generalised cost per tonne that gets through, routes x commodities x draws; inf where a mode does not carry it.

    Times and costs are routes x draws; `chance` to pass, above nought, and `surcharge` are one a route.
    """
    hour = np.array([cargo.time_usd_per_t_h for cargo in flow.cargoes])[:, None]
    value = np.array([cargo.value_usd_per_t for cargo in flow.cargoes])[:, None]
    whole: Array = time_h[:, None, :] * hour
    whole += cost[:, None, :]
    whole += surcharge[:, None, None] * value
    whole /= chance[:, None, None]
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
        return np.zeros((time_h.shape[1], len(flow.cargoes)))
    whole = price_routes(
        flow, time_h[usable], cost[usable], carried=carried[usable], surcharge=surcharge[usable], chance=chance[usable]
    )
    choice = choose_routes(whole, sizes[usable][:, None, None], scale=scale)
    expected = (choice.share * np.where(choice.share > 0, whole, 0.0)).sum(axis=0)
    return np.where(np.isfinite(choice.logsum), expected - choice.logsum, 0.0).T
