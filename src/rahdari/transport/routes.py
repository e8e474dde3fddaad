"""The routes of one shipment on one day: a handful that really differ, leg by leg, and what is shut and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rahdari.claims import Claims, Estimate
from rahdari.exceptions import unknown_name
from rahdari.transport.availability import (
    NO_EXCEPTIONS,
    Cause,
    Conditions,
    Exceptions,
    conditions_on,
    state_on,
    states_by_entity,
)
from rahdari.transport.cargo import Cargo
from rahdari.transport.closures import ClosureProcess
from rahdari.transport.criteria import route_criteria
from rahdari.transport.elements import (
    Change,
    Elements,
    Key,
    apply_changes,
    build_elements,
    central_values,
    collect_estimates,
    draw_values,
)
from rahdari.transport.graph import (
    Graph,
    Route,
    build_graph,
    count_elements,
    drop_roundabouts,
    find_routes,
    returns,
)
from rahdari.transport.network import Network, Node, Permit, State
from rahdari.transport.permits import SANCTIONS, flag_link, list_permits
from rahdari.transport.search import find_front, prepare_search

MAX_ROUTES = 8
TIME_DRAWS = 1000
WORTH_SHOWING = 4.0  # routes dearer than this multiple of the best are left out of an answer
GREEN_BOUND = 0.01  # a way may be so much cheaper in some criterion than the one answered, once CO2e counts too
HOURS_PER_YEAR = 8766.0

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Leg:
    """One link of a route; `flags` say what a forwarder must know."""

    start: str
    end: str
    mode: str
    name: str
    length_km: float
    time_h: float
    cost_usd_per_t: float
    flags: tuple[str, ...]
    sources: tuple[str, ...]
    nodes: tuple[str, str]


@dataclass(frozen=True, slots=True)
class RouteStop:
    """One stop of a route."""

    at: str
    kind: str
    time_h: float
    cost_usd_per_t: float
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Mean and quantiles of a time in hours."""

    mean: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class PlannedRoute:
    """A route with its legs and stops; costs are USD per tonne, `generalised_cost` includes time, risk and chance."""

    name: str
    legs: tuple[Leg, ...]
    stops: tuple[RouteStop, ...]
    via: tuple[str, ...]
    modes: tuple[str, ...]
    length_km: float
    time_h: Quantiles
    cost_usd_per_t: float
    generalised_cost_usd_per_t: float
    co2e_kg_per_t: float
    availability: float
    breaks_of_gauge: int
    documents: tuple[str, ...]
    permits: tuple[Permit, ...] = ()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something shut or at risk on a way that would otherwise be worth taking."""

    name: str
    entity: str
    state: str
    why: str
    since: date | None
    until: date | None
    last_verified: date | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CrossingState:
    """A border crossing with its state on the day, where that was read and the day it was last verified."""

    name: str
    state: str
    since: date | None
    last_verified: date | None
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoutesAnswer:
    """What `plan_routes` returns."""

    start: Node
    end: Node
    day: date
    cargo: Cargo
    routes: tuple[PlannedRoute, ...]
    closed: tuple[Obstacle, ...]
    blocked_by: tuple[str, ...]
    crossings: tuple[CrossingState, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Routes with what their figures in use come to: arrays over routes."""

    routes: tuple[Route, ...]
    counts: Array
    time_h: Array
    cost_usd_per_t: Array
    co2e_kg_per_t: Array
    length_km: Array


def find_place(name: str, nodes: Sequence[Node]) -> Node:
    """The node with that id, name or alias; an unknown name suggests the nearest."""
    known: dict[str, Node] = {}
    for node in nodes:
        for label in (node.id, node.name, *node.aliases):
            known.setdefault(label.casefold(), node)
    if name.casefold() in known:
        return known[name.casefold()]
    raise unknown_name("place", name, known=known)


def plan_routes(
    network: Network,
    claims: Claims,
    *,
    start: Node,
    end: Node,
    cargo: Cargo,
    day: date,
    modes: Sequence[str] = (),
    exceptions: Exceptions = NO_EXCEPTIONS,
    changes: tuple[Change, ...] = (),
    processes: Mapping[str, ClosureProcess] | None = None,
    rng: np.random.Generator,
) -> RoutesAnswer:
    """At most eight different routes for the cargo on `day`, by generalised cost, with what is shut and why."""
    graph = build_graph(network)
    estimates = collect_estimates(network, claims)
    values = apply_changes(central_values(estimates), changes)
    elements = build_elements(network, values)
    conditions = conditions_on(network, day, exceptions=exceptions, processes=processes or {})
    allowed = tuple(modes) or cargo.modes
    found = _find_open(graph, elements, start=start.id, end=end.id, cargo=cargo, conditions=conditions, modes=allowed)
    judged = _judge(graph, found, conditions=conditions, cargo=cargo)
    kept = _thin(network, graph, found, judged)
    draws = apply_changes(draw_values(estimates, rng=rng, draws=TIME_DRAWS), changes)
    simulated = build_elements(network, draws)
    scatter = (claims.value("model", "dwell_cv"), claims.value("model", "travel_cv"))
    planned = tuple(
        _describe(network, graph, found.routes[row], elements, conditions=conditions, estimates=estimates,
                  generalised=judged.cost[row], availability=judged.availability[row],
                  time_h=_simulate_time(found.counts[row], simulated, scatter=scatter, rng=rng,
                                        mean=float(found.time_h[row])))
        for row in kept
    )  # fmt: skip
    dearest = float(judged.cost[kept[-1]]) if kept else np.inf
    closed, blocked_by = _find_obstacles(
        network, graph, elements, start=start.id, end=end.id, cargo=cargo, conditions=conditions, modes=allowed,
        dearest=dearest,
    )  # fmt: skip
    if start.id == end.id:
        closed, blocked_by = (), ()
    passed = {element for row in kept for element in _crossings_of(network, graph, found.routes[row])}
    held = {obstacle.entity for obstacle in closed}
    passed |= {one.id for one in network.crossings if {f"crossing:{one.id}", f"group:{one.group}"} & held}
    return RoutesAnswer(
        start=start,
        end=end,
        day=day,
        cargo=cargo,
        routes=planned,
        closed=closed,
        blocked_by=blocked_by if not planned else (),
        crossings=describe_crossings(network, day, names=passed, exceptions=exceptions),
        warnings=_warn(day, as_of=claims.as_of),
    )


def _find_open(
    graph: Graph,
    elements: Elements,
    *,
    start: str,
    end: str,
    cargo: Cargo,
    conditions: Conditions,
    modes: Sequence[str],
) -> Candidates:
    """Candidates over all that is open, and again over what is open without risk, with the front of all that is open.

    The first two know cost and time but no risk, and give ways that differ; the front holds every way that none beats.
    """
    certain = tuple(
        all(cause.availability == 1 and cause.surcharge == 0 for cause in causes) for causes in conditions.causes
    )
    routes: dict[tuple[int, ...], Route] = {}
    for usable in (conditions.usable, certain):
        edges = usable_edges(graph, Conditions(conditions.day, conditions.causes, usable), modes=modes)
        found = find_candidates(graph, elements, start=start, end=end, cargo=cargo, usable=edges)
        routes.update({route.edges: route for route in found.routes})
    open_edges = usable_edges(graph, conditions, modes=modes)
    front = _find_fronts(
        graph, elements, start=start, end=end, cargo=cargo, conditions=conditions, usable=open_edges,
        may_return=bool(routes) and all(returns(graph, route) for route in routes.values()),
    )  # fmt: skip
    routes.update({route.edges: route for route in front})
    return _measure(graph, elements, drop_roundabouts(graph, tuple(routes.values())))


def _find_fronts(
    graph: Graph,
    elements: Elements,
    *,
    start: str,
    end: str,
    cargo: Cargo,
    conditions: Conditions,
    usable: NDArray[np.bool_],
    may_return: bool,
) -> list[Route]:
    """The whole front by cost, time and chance to get through, and that by CO2e too within `GREEN_BOUND`.

    The way of least generalised cost is on the first (see `criteria`). The second is bounded because emissions run
    beside cost and time: by all five the whole front is ten times as large.
    """
    criteria = route_criteria(graph, elements, conditions=conditions, cargo=cargo)
    first = criteria.select([name for name in criteria.names if name != "co2e_kg_per_t"])
    found: list[Route] = []
    for chosen, bound in ((first, 0.0), (criteria, GREEN_BOUND)):
        space = prepare_search(graph, chosen, usable=usable, may_return=may_return)
        found += find_front(space, start, end, bound=bound).routes
    return found


def usable_edges(graph: Graph, conditions: Conditions, *, modes: Sequence[str]) -> NDArray[np.bool_]:
    """True for edges that the modes allow and no cause shuts; changes of layer are always allowed."""
    return np.array(
        [
            link < 0 or (conditions.usable[link] and mode in modes)
            for link, mode in zip(graph.links.tolist(), graph.modes, strict=True)
        ]
    )


def find_candidates(
    graph: Graph,
    elements: Elements,
    *,
    start: str,
    end: str,
    cargo: Cargo,
    usable: NDArray[np.bool_],
    detours: int = 6,
) -> Candidates:
    """Routes worth considering: the cheapest and its detours under several values of time and sets of modes."""
    cost = edge_sums(graph, elements.cost_usd_per_t[0])
    time = edge_sums(graph, elements.time_h[0])
    modes = np.array(graph.modes)
    everywhere = np.ones(len(modes), dtype=bool)
    masks = [everywhere, modes != "air", ~np.isin(modes, ("air", "sea")), ~np.isin(modes, ("air", "rail")),
             ~np.isin(modes, ("air", "road", "sea")), modes != "rail"]  # fmt: skip
    dearest = cost[np.isfinite(cost)].max(initial=1.0) / max(float(time.max(initial=1.0)), 1e-9)
    hours = tuple(dict.fromkeys((cargo.time_usd_per_t_h, 0.2, dearest)))
    weights = [np.where(mask, cost + hour * time, np.inf) for mask in masks for hour in hours]
    routes = find_routes(graph, start, end, weights=weights, usable=usable, detours=detours)
    return _measure(graph, elements, routes)


def _measure(graph: Graph, elements: Elements, routes: Sequence[Route]) -> Candidates:
    counts = count_elements(graph, routes, elements=elements.length_km.size)
    return Candidates(
        routes=tuple(routes),
        counts=counts,
        time_h=counts @ elements.time_h[0],
        cost_usd_per_t=counts @ elements.cost_usd_per_t[0],
        co2e_kg_per_t=counts @ elements.co2e_kg_per_t,
        length_km=counts @ elements.length_km,
    )


def edge_sums(graph: Graph, element_values: Array) -> Array:
    """What each edge's elements sum to."""
    return np.array([sum(float(element_values[element]) for element in used) for used in graph.elements])


@dataclass(frozen=True, slots=True)
class _Judgement:
    cost: Array
    availability: Array


def route_causes(graph: Graph, route: Route, conditions: Conditions) -> tuple[Cause, ...]:
    """The causes that act on a route, each once."""
    found = {
        cause: None for edge in route.edges if (link := graph.links[edge]) >= 0 for cause in conditions.causes[link]
    }
    return tuple(found)


def combine_causes(causes: Iterable[Cause], *, time_h: float = 0.0) -> tuple[float, float]:
    """Chance to pass and surcharge (share of value) of a trip that takes `time_h`.

    War risks that began on one day are one shock, of which the worst counts. A crossing that is open when the trip
    starts stays so with the chance that no new closure comes while it lasts.
    """
    shocks: dict[object, list[Cause]] = {}
    for cause in causes:
        begun = cause.record.since if isinstance(cause.record, State) and cause.state == "war-risk" else cause.entity
        shocks.setdefault((cause.state, begun), []).append(cause)
    rate = sum(cause.closures_per_year for shock in shocks.values() for cause in shock)
    availability = float(np.exp(-rate * time_h / HOURS_PER_YEAR))
    surcharge = 0.0
    for shock in shocks.values():
        availability *= min(cause.availability for cause in shock)
        surcharge += max(cause.surcharge for cause in shock)
    return availability, surcharge


def _judge(graph: Graph, found: Candidates, *, conditions: Conditions, cargo: Cargo) -> _Judgement:
    pairs = [
        combine_causes(route_causes(graph, route, conditions), time_h=hours)
        for route, hours in zip(found.routes, found.time_h.tolist(), strict=True)
    ]
    availability = np.array([pair[0] for pair in pairs])
    surcharge = np.array([pair[1] for pair in pairs])
    return _Judgement(
        cost=generalised_cost(found.cost_usd_per_t, found.time_h, cargo=cargo, surcharge=surcharge,
                              availability=availability),
        availability=availability,
    )  # fmt: skip


def generalised_cost(cost: Array, time_h: Array, *, cargo: Cargo, surcharge: Array, availability: Array) -> Array:
    """USD per tonne that gets through: freight, time and war-risk premium over the chance to pass.

    Dividing by the chance assumes that a blocked attempt costs as much as one that succeeds (strength D).
    """
    whole = cost + cargo.time_usd_per_t_h * time_h + surcharge * cargo.value_usd_per_t
    return np.asarray(np.divide(whole, availability, out=np.full_like(whole, np.inf), where=availability > 0))


def _thin(network: Network, graph: Graph, found: Candidates, judged: _Judgement) -> list[int]:
    kept: list[int] = []
    seen = set()
    for row in np.argsort(judged.cost, kind="stable").tolist():
        if len(kept) == MAX_ROUTES or not np.isfinite(judged.cost[row]):
            break
        if kept and judged.cost[row] > WORTH_SHOWING * judged.cost[kept[0]]:
            break
        signature = (_via(network, graph, found.routes[row]), _modes(graph, found.routes[row]))
        if signature not in seen:
            seen.add(signature)
            kept.append(row)
    return kept


def _links_of(graph: Graph, route: Route) -> list[int]:
    return [int(graph.links[edge]) for edge in route.edges if graph.links[edge] >= 0]


def _crossings_of(network: Network, graph: Graph, route: Route) -> list[str]:
    return [network.links[link].crossing for link in _links_of(graph, route) if network.links[link].crossing]


def _modes(graph: Graph, route: Route) -> tuple[str, ...]:
    return tuple(dict.fromkeys(graph.modes[edge] for edge in route.edges if graph.links[edge] >= 0))


def _via(network: Network, graph: Graph, route: Route) -> tuple[str, ...]:
    """What tells a route from others: its crossings, and the straits and ports where it goes afloat or ashore."""
    names = {crossing.id: crossing.name for crossing in network.crossings}
    nodes = {node.id: node for node in network.nodes}
    passed: dict[str, None] = {}
    for position, edge in enumerate(route.edges):
        link = graph.links[edge]
        node = nodes[graph.vertices[route.vertices[position]][0]]
        handled = link < 0 and graph.modes[edge] in ("port", "airport")
        if position > 0 and (handled or node.kind == "strait"):
            passed.setdefault(node.name)
        if link >= 0 and network.links[link].crossing:
            passed.setdefault(names[network.links[link].crossing])
    return tuple(passed)


def _name(via: tuple[str, ...], modes: tuple[str, ...]) -> str:
    way = " and ".join(modes) if len(modes) < 3 else ", ".join(modes[:-1]) + " and " + modes[-1]
    if not via:
        return f"direct, by {way}"
    places = via[0] if len(via) == 1 else ", ".join(via[:-1]) + " and " + via[-1]
    return f"via {places}, by {way}"


def _simulate_time(
    counts: Array, elements: Elements, *, scatter: tuple[float, float], rng: np.random.Generator, mean: float
) -> Quantiles:
    """Quantiles of the whole time: gamma stops and log-normal moving times around draws of their means."""
    dwell_cv, travel_cv = scatter
    used = np.flatnonzero(counts)
    stopping = elements.stop_h[:, used] * counts[used]
    if dwell_cv > 0:
        shape = 1 / dwell_cv**2
        stopping = stopping * rng.gamma(shape, 1 / shape, size=stopping.shape)
    sd = float(np.sqrt(np.log1p(travel_cv**2)))
    noise = np.exp(sd * rng.standard_normal(stopping.shape) - sd**2 / 2)
    moving = (elements.moving_h[:, used] + elements.waiting_h[:, used]) * counts[used] * noise
    total = (stopping + moving).sum(axis=1)
    p10, p50, p90 = np.quantile(total, (0.1, 0.5, 0.9))
    return Quantiles(mean=mean, p10=float(p10), p50=float(p50), p90=float(p90))


def _describe(
    network: Network,
    graph: Graph,
    route: Route,
    elements: Elements,
    *,
    conditions: Conditions,
    estimates: Mapping[Key, Estimate],
    generalised: float,
    availability: float,
    time_h: Quantiles,
) -> PlannedRoute:
    legs: list[Leg] = []
    stops: list[RouteStop] = []
    permits = list_permits(network, _links_of(graph, route), conditions.day)
    for position, edge in enumerate(route.edges):
        link = int(graph.links[edge])
        ends = tuple(graph.vertices[route.vertices[place]][0] for place in (position, position + 1))
        if link >= 0:
            leg = _leg(network, link, ends, elements, conditions=conditions, estimates=estimates)
            flags = flag_link(network, network.links[link], permits)
            legs.append(replace(leg, flags=tuple(dict.fromkeys((*leg.flags, *flags)))))
            waiting = float(elements.waiting_h[0, link])
            if waiting > 0:
                stops.append(_waiting(network, link, waiting, estimates=estimates))
        handled = [element for element in graph.elements[edge] if element >= len(network.links)]
        stops += [_stop(network, element, elements, estimates=estimates) for element in handled]
    cost = sum(leg.cost_usd_per_t for leg in legs) + sum(stop.cost_usd_per_t for stop in stops)
    via, modes = _via(network, graph, route), _modes(graph, route)
    return PlannedRoute(
        name=_name(via, modes),
        legs=tuple(legs),
        stops=_merge_waiting(stops),
        via=via,
        modes=modes,
        length_km=sum(leg.length_km for leg in legs),
        time_h=time_h,
        cost_usd_per_t=cost,
        generalised_cost_usd_per_t=float(generalised),
        co2e_kg_per_t=float(
            count_elements(graph, [route], elements=elements.length_km.size)[0] @ elements.co2e_kg_per_t
        ),
        availability=float(availability),
        breaks_of_gauge=sum(graph.modes[edge] == "break-of-gauge" for edge in route.edges),
        documents=tuple(permit.title for permit in permits if permit.kind != SANCTIONS),
        permits=permits,
    )


def _leg(
    network: Network,
    link: int,
    ends: tuple[str, ...],
    elements: Elements,
    *,
    conditions: Conditions,
    estimates: Mapping[Key, Estimate],
) -> Leg:
    names = {node.id: node.name for node in network.nodes}
    entry = network.links[link]
    keys = [(f"link:{entry.id}", name) for name in ("length_km", "time_h", "cost_usd_per_t")]
    keys += [(f"rate:{entry.rate}", name) for name in ("speed_without_delay_km_per_h", "cost_usd_per_tkm")]
    causes = conditions.causes[link]
    flags = dict.fromkeys(_FLAGS[cause.state] for cause in causes if cause.state in _FLAGS)
    sources = dict.fromkeys(source for key in keys if key in estimates for source in estimates[key].sources)
    sources |= dict.fromkeys(cause.record.source for cause in causes if cause.record is not None)
    return Leg(
        start=names[ends[0]],
        end=names[ends[1]],
        mode=entry.mode,
        name=entry.name,
        length_km=float(elements.length_km[link]),
        time_h=float(elements.moving_h[0, link]),
        cost_usd_per_t=float(elements.cost_usd_per_t[0, link]),
        flags=tuple(flags),
        sources=tuple(sources),
        nodes=(ends[0], ends[1]),
    )


_FLAGS = {"war-risk": "war-risk", "season": "seasonal", "planned": "planned"}


def _stop(network: Network, element: int, elements: Elements, *, estimates: Mapping[Key, Estimate]) -> RouteStop:
    stop = network.stops[element - len(network.links)]
    found = [estimates[key] for key in ((stop.entity, "time_h"), (stop.entity, "fee_usd_per_t")) if key in estimates]
    return RouteStop(
        at=stop.name,
        kind=stop.kind,
        time_h=float(elements.stop_h[0, element]),
        cost_usd_per_t=float(elements.cost_usd_per_t[0, element]),
        sources=tuple(dict.fromkeys(source for estimate in found for source in estimate.sources)),
    )


def _waiting(network: Network, link: int, hours: float, *, estimates: Mapping[Key, Estimate]) -> RouteStop:
    entry = network.links[link]
    keys = ((f"rate:{entry.rate}", "waiting_h_per_100km"), (f"link:{entry.id}", "departures_per_week"))
    used = [estimates[key] for key in keys if key in estimates]
    where = f"waiting for a departure, {entry.name}" if keys[1] in estimates else f"on the way ({entry.rate})"
    sources = tuple(dict.fromkeys(source for estimate in used for source in estimate.sources))
    return RouteStop(at=where, kind="waiting", time_h=hours, cost_usd_per_t=0.0, sources=sources)


def _merge_waiting(stops: Sequence[RouteStop]) -> tuple[RouteStop, ...]:
    """The stops with the waiting of one rate summed where it first occurs."""
    merged: dict[object, RouteStop] = {}
    for index, stop in enumerate(stops):
        key: object = stop.at if stop.kind == "waiting" else index
        before = merged.get(key)
        hours = stop.time_h + (before.time_h if before is not None else 0.0)
        merged[key] = RouteStop(stop.at, stop.kind, hours, stop.cost_usd_per_t, stop.sources)
    return tuple(merged.values())


def _find_obstacles(
    network: Network,
    graph: Graph,
    elements: Elements,
    *,
    start: str,
    end: str,
    cargo: Cargo,
    conditions: Conditions,
    modes: Sequence[str],
    dearest: float,
) -> tuple[tuple[Obstacle, ...], tuple[str, ...]]:
    """What shuts ways that would be among those answered (none dearer than `dearest`), and what bars every way.

    The second are the obstacles of the cheapest way that is shut.
    """
    shut = [[cause for cause in causes if cause.availability == 0] for causes in conditions.causes]
    for lifted in (("closed", "season"), ("closed", "season", "suspended", "planned")):
        usable = tuple(all(cause.state in lifted for cause in causes) for causes in shut)
        edges = usable_edges(graph, Conditions(conditions.day, conditions.causes, usable), modes=modes)
        found = find_candidates(graph, elements, start=start, end=end, cargo=cargo, usable=edges, detours=3)
        if found.routes:
            break
    listed: dict[str, Obstacle] = {}
    blocked_by: tuple[str, ...] = ()
    cost = found.cost_usd_per_t + cargo.time_usd_per_t_h * found.time_h
    for row in np.argsort(cost, kind="stable").tolist():
        links = _links_of(graph, found.routes[row])
        held = [cause for link in links for cause in shut[link]]
        if cost[row] > dearest or not held:
            continue
        obstacles = [_obstacle(network, cause) for cause in dict.fromkeys(held)]
        blocked_by = blocked_by or tuple(dict.fromkeys(obstacle.name for obstacle in obstacles))
        for obstacle in obstacles:
            listed.setdefault(obstacle.entity, obstacle)
    at_risk = [
        cause
        for row in np.flatnonzero(cost <= dearest).tolist()
        for cause in route_causes(graph, found.routes[row], conditions)
        if cause.state == "war-risk"
    ]
    for cause in at_risk:
        listed.setdefault(cause.entity, _obstacle(network, cause))
    return tuple(listed.values()), blocked_by


def _obstacle(network: Network, cause: Cause) -> Obstacle:
    record = cause.record
    name = entity_name(network, cause.entity)
    if isinstance(record, State):
        return Obstacle(name, cause.entity, cause.state, record.note or cause.state, record.since, record.until,
                        record.last_verified, (record.source,))  # fmt: skip
    why = record.note if record is not None else "shut in the question asked"
    sources = (record.source,) if record is not None else ()
    return Obstacle(name, cause.entity, cause.state, why, None, None, None, sources)


def entity_name(network: Network, entity: str) -> str:
    """The name that people use for a link, crossing, node, group or country."""
    kind, _, name = entity.partition(":")
    if kind == "link":
        for link in network.links:
            if link.id == name:
                return link.name or link.id
    names = {("crossing", crossing.id): crossing.name for crossing in network.crossings}
    names |= {("node", node.id): node.name for node in network.nodes}
    return names.get((kind, name), name)


def describe_crossings(
    network: Network, day: date, *, names: Iterable[str], exceptions: Exceptions = NO_EXCEPTIONS
) -> tuple[CrossingState, ...]:
    """The state of crossings on `day` with source and day last verified; a group's state counts for its members."""
    wanted = set(names)
    rows = states_by_entity(network)
    described = []
    for crossing in network.crossings:
        if crossing.id not in wanted:
            continue
        keys = (f"crossing:{crossing.id}", f"group:{crossing.group}")
        held = [state for key in keys if (state := state_on(rows.get(key, ()), day)) is not None]
        shut = [state for state in held if state.state != "open"]
        state = next(iter([*shut, *held]), None)
        supposed = any(key in exceptions.opened for key in keys) and bool(shut)
        described.append(
            CrossingState(
                name=crossing.name,
                state="open (supposed)" if supposed else "unknown" if state is None else state.state,
                since=None if state is None else state.since,
                last_verified=None if state is None else state.last_verified,
                note="" if state is None else state.note,
                sources=() if state is None else (state.source,),
            )
        )
    return tuple(described)


def _warn(day: date, *, as_of: date) -> tuple[str, ...]:
    if day <= as_of:
        return ()
    return (f"Nothing is known after {as_of}: the last known state of borders and straits is taken to hold on {day}.",)
