"""The routes of one shipment on one day: a handful that really differ, and what is shut and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rahdari.claims import Claims, Estimate
from rahdari.exceptions import InputFault, unknown_name
from rahdari.transport.alternatives import (
    Candidates,
    crossings_of,
    edge_sums,
    find_candidates,
    measure_routes,
    modes_of,
    usable_edges,
)
from rahdari.transport.availability import NO_EXCEPTIONS, Conditions, Exceptions
from rahdari.transport.cargo import Cargo
from rahdari.transport.charges import list_charges
from rahdari.transport.closures import ClosureProcess
from rahdari.transport.criteria import route_criteria
from rahdari.transport.departures import Turning, turn_calendar
from rahdari.transport.detention import measure_detention
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
    LEAST_WEIGHT,
    Graph,
    Route,
    build_graph,
    countries_of,
    drop_roundabouts,
    elements_of,
    returns,
)
from rahdari.transport.hazards import Judgement, judge_routes
from rahdari.transport.itinerary import PlannedRoute, describe_route, pass_through, simulate_time
from rahdari.transport.network import Network, Node
from rahdari.transport.obstacles import CrossingState, Obstacle, describe_crossings, find_obstacles
from rahdari.transport.search import find_front, prepare_search
from rahdari.transport.stretches import straighten_routes

MAX_ROUTES = 8
TIME_DRAWS = 1000
WORTH_SHOWING = 4.0  # routes dearer than this multiple of the best are left out of an answer
GREEN_BOUND = 0.01  # a way may be so much cheaper in some criterion than the one answered, once CO2e counts too


@dataclass(frozen=True, slots=True)
class RoutesAnswer:
    """What `plan_routes` returns; `under` is the document that was asked to travel under, empty for none.

    `whole_train` says that the cargo fills a train of its own, `from_ship` that it comes off a ship at the start,
    `to_ship` that it goes onto one at the end.
    """

    start: Node
    end: Node
    day: date
    cargo: Cargo
    routes: tuple[PlannedRoute, ...]
    closed: tuple[Obstacle, ...]
    blocked_by: tuple[str, ...]
    crossings: tuple[CrossingState, ...]
    warnings: tuple[str, ...]
    under: str = ""
    whole_train: bool = False
    from_ship: bool = False
    to_ship: bool = False


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
    from_ship: bool = False,
    to_ship: bool = False,
    rng: np.random.Generator,
) -> RoutesAnswer:
    """At most eight different routes for cargo that leaves on `day`, by generalised cost, with what is shut and why.

    States and figures are those of `day`, seasons those that the cargo meets on its way (see `departures`). Cargo that
    comes off a ship at its start, or goes onto one at its end, passes that port whichever way it takes.
    """
    ships_at = tuple(place for place, asked in ((start, from_ship), (end, to_ship)) if asked)
    check_ports(ships_at)
    graph = build_graph(network, ships_at=[place.id for place in ships_at])
    claims = claims.on(day)
    estimates = collect_estimates(network, claims)
    values = apply_changes(central_values(estimates), changes)
    elements = build_elements(network, values)
    turning = turn_calendar(network, day, exceptions=exceptions, processes=processes or {})
    allowed = tuple(modes) or cargo.modes
    found = _find_on_calendar(graph, elements, start=start.id, end=end.id, cargo=cargo, turning=turning, modes=allowed)
    judged = judge_routes(graph, found, turning=turning, element_h=elements.time_h[0], cargo=cargo)
    kept = _thin(network, graph, found, judged)
    draws = apply_changes(draw_values(estimates, rng=rng, draws=TIME_DRAWS), changes)
    planned = _describe_routes(
        network, graph, found.routes, kept, judged, elements=elements, draws=draws, turning=turning,
        estimates=estimates, claims=claims, cargo=cargo, day=day, rng=rng,
    )  # fmt: skip
    dearest = float(judged.cost[kept[-1]]) if kept else np.inf
    closed, blocked_by = find_obstacles(
        network, graph, elements, start=start.id, end=end.id, cargo=cargo, conditions=turning.departure, modes=allowed,
        dearest=dearest,
    )  # fmt: skip
    if start.id == end.id:
        closed, blocked_by = (), ()
    passed = {element for row in kept for element in crossings_of(network, graph, found.routes[row])}
    held = {obstacle.entity for obstacle in closed}
    passed |= {one.id for one in network.crossings if {f"crossing:{one.id}", f"group:{one.group}"} & held}
    return RoutesAnswer(
        start=start,
        end=end,
        day=day,
        cargo=cargo,
        routes=tuple(planned),
        closed=closed,
        blocked_by=blocked_by if not planned else (),
        crossings=describe_crossings(network, day, names=passed, exceptions=exceptions),
        warnings=_warn(day, as_of=claims.as_of),
        from_ship=from_ship,
        to_ship=to_ship,
    )


def _describe_routes(
    network: Network,
    graph: Graph,
    routes: Sequence[Route],
    kept: Sequence[int],
    judged: Judgement,
    *,
    elements: Elements,
    draws: Mapping[Key, NDArray[np.float64]],
    turning: Turning,
    estimates: Mapping[Key, Estimate],
    claims: Claims,
    cargo: Cargo,
    day: date,
    rng: np.random.Generator,
) -> list[PlannedRoute]:
    """The kept rows of the routes with their simulated hours, by generalised cost; one that never gets through goes."""
    used = elements_of(graph, [routes[row] for row in kept])
    simulated = build_elements(network, draws, only=used)
    scatter = (claims.value("model", "dwell_cv"), claims.value("model", "travel_cv"))
    planned = []
    for row in kept:
        route, passage = routes[row], judged.passages[row]
        time_h, in_time = simulate_time(
            graph, route, turning, elements=simulated, columns=used, scatter=scatter, rng=rng, mean=passage.time_h
        )
        if in_time > 0:
            planned.append(
                describe_route(
                    network, graph, route, elements, day=day, passage=passage, estimates=estimates, time_h=time_h,
                    generalised=judged.cost[row] / in_time, availability=judged.availability[row] * in_time,
                    detention=measure_detention(network, graph, route, element_h=elements.time_h[0], claims=claims),
                    charges=list_charges(network, graph, route, cargo=cargo, day=day),
                )
            )  # fmt: skip
    return sorted(planned, key=lambda route: route.generalised_cost_usd_per_t)


def check_ports(places: Sequence[Node]) -> None:
    """Raises where cargo is to come off a ship, or to go onto one, at a place without the handling of a port."""
    for place in places:
        if "port" not in place.transfers:
            message = f"{place.name} is no port of the case: ask without a ship there, or name a port."
            raise InputFault(message, kind="no-port")


def _find_on_calendar(
    graph: Graph, elements: Elements, *, start: str, end: str, cargo: Cargo, turning: Turning, modes: Sequence[str]
) -> Candidates:
    """The candidates of every season that the trip may meet, each way once."""
    routes = {
        route.edges: route
        for conditions in turning.regimes()
        for route in _find_open(
            graph, elements, start=start, end=end, cargo=cargo, conditions=conditions, modes=modes
        ).routes
    }
    return measure_routes(graph, elements, drop_roundabouts(graph, tuple(routes.values())))


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

    The first two know cost and time but no risk, and give ways that differ, each also made straight (see `stretches`);
    the front holds every way that none beats.
    """
    certain = tuple(
        all(cause.availability == 1 and cause.surcharge == 0 for cause in causes) for causes in conditions.causes
    )
    cost, time = (edge_sums(graph, one[0]) for one in (elements.cost_usd_per_t, elements.time_h))
    weight = np.maximum(cost + cargo.time_usd_per_t_h * time, LEAST_WEIGHT)
    routes: dict[tuple[int, ...], Route] = {}
    for usable in (conditions.usable, certain):
        edges = usable_edges(graph, Conditions(conditions.day, conditions.causes, usable), modes=modes)
        found = find_candidates(graph, elements, start=start, end=end, cargo=cargo, usable=edges)
        routes.update({route.edges: route for route in found.routes})
        straight = straighten_routes(graph, found.routes, weight=weight, usable=edges)
        routes.update({route.edges: route for route in straight})
    open_edges = usable_edges(graph, conditions, modes=modes)
    front = _find_fronts(
        graph, elements, start=start, end=end, cargo=cargo, conditions=conditions, usable=open_edges,
        may_return=bool(routes) and all(returns(graph, route) for route in routes.values()),
    )  # fmt: skip
    routes.update({route.edges: route for route in front})
    return measure_routes(graph, elements, drop_roundabouts(graph, tuple(routes.values())))


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


def _thin(network: Network, graph: Graph, found: Candidates, judged: Judgement) -> list[int]:
    """The rows of the routes to show, by generalised cost: the best through each set of countries comes first.

    Places that are left go to the best by other modes through the same countries, then to other ways of the same kind:
    else ways that differ by a crossing or a mode within the cheapest corridor would leave no place for the others.
    """
    through_new, by_new, others = list[int](), list[int](), list[int]()
    ways, kinds, through = set[object](), set[object](), set[object]()
    cheapest = float(np.min(judged.cost, initial=np.inf))
    for row in np.argsort(judged.cost, kind="stable").tolist():
        if not np.isfinite(judged.cost[row]) or judged.cost[row] > WORTH_SHOWING * cheapest:
            break
        route = found.routes[row]
        countries, modes = countries_of(graph, route), modes_of(graph, route)
        way = (pass_through(network, graph, route), modes)
        if way in ways:
            continue
        kept = through_new if countries not in through else by_new if (countries, modes) not in kinds else others
        kept.append(row)
        ways.add(way)
        kinds.add((countries, modes))
        through.add(countries)
    shown = [*through_new, *by_new, *others][:MAX_ROUTES]
    return sorted(shown, key=lambda row: float(judged.cost[row]))


def _warn(day: date, *, as_of: date) -> tuple[str, ...]:
    if day <= as_of:
        return ()
    return (f"Nothing is known after {as_of}: the last known state of borders and straits is taken to hold on {day}.",)
