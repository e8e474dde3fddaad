"""What a city can reach, through which gateways a flow goes, and what a day's closure of one of them costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.transport.alternatives import edge_sums, find_candidates
from rahdari.transport.alternatives import usable_edges as edges_of
from rahdari.transport.availability import Conditions
from rahdari.transport.cargo import HOURS_PER_DAY, Cargo
from rahdari.transport.choice import choice_shares, logsum_cost, measure_path_size
from rahdari.transport.elements import Elements
from rahdari.transport.graph import Graph, Route, count_elements, find_routes
from rahdari.transport.hazards import combine_causes, generalised_cost, route_causes
from rahdari.transport.network import Network

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reach:
    """The cheapest way to a place: its cost (USD/t) with time and risk, or inf, and its time and freight alone."""

    end: str
    generalised_cost_usd_per_t: float
    time_h: float
    cost_usd_per_t: float


@dataclass(frozen=True, slots=True)
class Access:
    """What a city reaches: `potential` is the sum of weights that fall exponentially with generalised cost.

    Hansen (1959) with the negative exponential (Geurs and van Wee 2004), which no near neighbour can swamp.
    `reached_share` is the share of the weight that is reached; time (h) and freight (USD/t) are means over it.
    """

    potential: float
    reached_share: float
    time_h: float | None
    cost_usd_per_t: float | None


@dataclass(frozen=True, slots=True)
class Choice:
    """The routes of one flow with what tells their chance and cost: arrays over routes."""

    routes: tuple[Route, ...]
    gateways: tuple[frozenset[str], ...]
    counts: Array
    time_h: Array
    freight_usd_per_t: Array
    availability: Array
    surcharge: Array
    modes: tuple[frozenset[str], ...]


def reach_places(
    network: Network,
    graph: Graph,
    elements: Elements,
    *,
    start: str,
    ends: Sequence[str],
    cargo: Cargo,
    conditions: Conditions,
) -> tuple[Reach, ...]:
    """The cheapest way from `start` to each of `ends`, over all that is open and over what is open without risk."""
    weight = edge_sums(graph, elements.cost_usd_per_t[0])
    weight = weight + cargo.time_usd_per_t_h * edge_sums(graph, elements.time_h[0])
    worlds = [edges_of(graph, world, modes=cargo.modes) for world in _worlds(conditions)]
    reached = []
    for end in ends:
        routes = {
            route.edges: route
            for usable in worlds
            for route in find_routes(graph, start, end, weights=[weight], usable=usable, detours=1)
        }
        choice = _measure(network, graph, elements, tuple(routes.values()), conditions=conditions)
        costs = _costs(choice, cargo)
        best = int(np.argmin(costs)) if costs.size else -1
        if best < 0 or not np.isfinite(costs[best]):
            reached.append(Reach(end, float("inf"), float("inf"), float("inf")))
        else:
            reached.append(Reach(end, float(costs[best]), float(choice.time_h[best]),
                                 float(choice.freight_usd_per_t[best])))  # fmt: skip
    return tuple(reached)


def measure_access(reached: Sequence[Reach], weights: Mapping[str, float], *, decay_usd_per_t: float) -> Access:
    """The potential of what is reached, with the mean time and freight by weight; costs of `decay` count 1/e."""
    open_ = [reach for reach in reached if np.isfinite(reach.generalised_cost_usd_per_t)]
    total, held = sum(weights[reach.end] for reach in reached), sum(weights[reach.end] for reach in open_)
    if not held:
        return Access(0.0, 0.0, None, None)
    return Access(
        potential=sum(
            weights[reach.end] * float(np.exp(-reach.generalised_cost_usd_per_t / decay_usd_per_t)) for reach in open_
        ),
        reached_share=held / total,
        time_h=sum(weights[reach.end] * reach.time_h for reach in open_) / held,
        cost_usd_per_t=sum(weights[reach.end] * reach.cost_usd_per_t for reach in open_) / held,
    )


def list_choice(
    network: Network,
    graph: Graph,
    elements: Elements,
    *,
    start: str,
    end: str,
    cargo: Cargo,
    conditions: Conditions,
    detours: int = 3,
) -> Choice:
    """Routes worth considering from `start` to `end`, over all that is open and over what is open without risk."""
    routes: dict[tuple[int, ...], Route] = {}
    for world in _worlds(conditions):
        usable = edges_of(graph, world, modes=cargo.modes)
        found = find_candidates(graph, elements, start=start, end=end, cargo=cargo, usable=usable, detours=detours)
        routes |= {route.edges: route for route in found.routes}
    return _measure(network, graph, elements, tuple(routes.values()), conditions=conditions)


def share_gateways(choice: Choice, cargo: Cargo, *, lengths: Array, scale: float) -> tuple[dict[str, float], float]:
    """Share of the cargo through each gateway, and how many equal ways its spread amounts to (1 / Herfindahl).

    Routes through the same gateways count as one way; none open gives no share and 0 ways.
    """
    shares = choice_shares(_costs(choice, cargo), measure_path_size(choice.counts, lengths), scale=scale)
    by_gateway: dict[str, float] = {}
    by_way: dict[frozenset[str], float] = {}
    for gateways, share in zip(choice.gateways, shares.tolist(), strict=True):
        by_way[gateways] = by_way.get(gateways, 0.0) + share
        for gateway in gateways:
            by_gateway[gateway] = by_gateway.get(gateway, 0.0) + share
    concentration = sum(share**2 for share in by_way.values())
    return by_gateway, 1 / concentration if concentration else 0.0


def detour_cost(open_: Choice, shut: Choice, cargo: Cargo, *, lengths: Array, scale: float) -> float | None:
    """USD per tonne by which the expected cost rises from one choice to another; None where the second has no way.

    The logsum counts, so a way more or less among equals changes little.
    """
    before, after = (
        logsum_cost(_costs(one, cargo), measure_path_size(one.counts, lengths), scale=scale) if one.routes else np.inf
        for one in (open_, shut)
    )
    if not np.isfinite(after):
        return None
    return max(float(after - before), 0.0)


def waiting_cost_usd_per_t(cargo: Cargo) -> float:
    """What a day's wait costs a tonne: its time alone, since no source gives the lorry's detention by the day."""
    return cargo.time_usd_per_t_h * HOURS_PER_DAY


def _worlds(conditions: Conditions) -> tuple[Conditions, Conditions]:
    certain = tuple(
        all(cause.availability == 1 and cause.surcharge == 0 for cause in causes) for causes in conditions.causes
    )
    return conditions, Conditions(conditions.day, conditions.causes, certain)


def _measure(
    network: Network, graph: Graph, elements: Elements, routes: tuple[Route, ...], *, conditions: Conditions
) -> Choice:
    counts = count_elements(graph, routes, elements=elements.length_km.size)
    time = np.asarray(counts @ elements.time_h[0])
    judged = [
        combine_causes(route_causes(graph, route, conditions), time_h=hours)
        for route, hours in zip(routes, time.tolist(), strict=True)
    ]
    return Choice(
        routes=routes,
        gateways=tuple(gateways_of(network, graph, route) for route in routes),
        counts=counts,
        time_h=time,
        freight_usd_per_t=np.asarray(counts @ elements.cost_usd_per_t[0]),
        availability=np.array([pair[0] for pair in judged]),
        surcharge=np.array([pair[1] for pair in judged]),
        modes=tuple(frozenset(graph.modes[edge] for edge in route.edges if graph.links[edge] >= 0) for route in routes),
    )


def _costs(choice: Choice, cargo: Cargo) -> Array:
    """Generalised cost of each route (USD/t), inf where a mode does not carry the cargo."""
    whole = generalised_cost(choice.freight_usd_per_t, choice.time_h, cargo=cargo, surcharge=choice.surcharge,
                             availability=choice.availability)  # fmt: skip
    carried = np.array([modes <= set(cargo.modes) for modes in choice.modes], dtype=bool)
    return np.where(carried, whole, np.inf)


def gateways_of(network: Network, graph: Graph, route: Route) -> frozenset[str]:
    """What a route depends on: crossings with their groups, ports of call, straits, and the countries in between."""
    nodes = {node.id: node for node in network.nodes}
    groups = {crossing.id: crossing.group for crossing in network.crossings}
    found: set[str] = set()
    for position, edge in enumerate(route.edges):
        link = int(graph.links[edge])
        place = nodes[graph.vertices[route.vertices[position]][0]]
        if link < 0 and graph.modes[edge] == "port":
            found.add(f"node:{place.id}")
        if place.kind == "strait":
            found.add(f"node:{place.id}")
        if link >= 0 and network.links[link].crossing:
            crossing = network.links[link].crossing
            found.add(f"crossing:{crossing}")
            if groups[crossing]:
                found.add(f"group:{groups[crossing]}")
    passed = [graph.countries[vertex] for vertex in route.vertices]
    between = {country for country in passed if country not in (passed[0], passed[-1], "XXX")}
    return frozenset(found | {f"country:{country}" for country in between})
