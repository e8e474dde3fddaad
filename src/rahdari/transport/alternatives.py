"""Ways that a cargo could take between two places: the cheapest and its detours, with what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.transport.availability import Conditions
from rahdari.transport.cargo import Cargo
from rahdari.transport.elements import Elements
from rahdari.transport.graph import LAND, Graph, Route, count_elements, find_routes, modes_aboard
from rahdari.transport.network import Network

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Routes with what their figures in use come to: arrays over routes."""

    routes: tuple[Route, ...]
    counts: Array
    time_h: Array
    cost_usd_per_t: Array
    co2e_kg_per_t: Array
    length_km: Array


def usable_edges(graph: Graph, conditions: Conditions, *, modes: Sequence[str]) -> NDArray[np.bool_]:
    """True for edges that the modes allow and no cause shuts; changes of layer are always allowed.

    Where a ferry tells lorries from wagons, by road and ferry goes a lorry, by rail and ferry a wagon or container, by
    ferry alone either.
    """
    allowed = np.array(
        [
            link < 0 or (conditions.usable[link] and mode in modes)
            for link, mode in zip(graph.links.tolist(), graph.modes, strict=True)
        ]
    )
    if LAND.isdisjoint(modes):
        return allowed
    aboard = np.array([mode in {"", *modes} for mode in modes_aboard(graph)])
    return np.asarray(allowed & aboard[graph.tails])


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
    return measure_routes(graph, elements, routes)


def measure_routes(graph: Graph, elements: Elements, routes: Sequence[Route]) -> Candidates:
    """The routes with hours, USD a tonne, kg of CO2e a tonne and km, at the elements' figures in use."""
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
    values = element_values.tolist()
    return np.array([sum([values[element] for element in used]) for used in graph.elements], dtype=float)


def links_of(graph: Graph, route: Route) -> list[int]:
    """The numbers of the links that a route passes, in its order."""
    return [int(graph.links[edge]) for edge in route.edges if graph.links[edge] >= 0]


def crossings_of(network: Network, graph: Graph, route: Route) -> list[str]:
    """The ids of the border crossings that a route passes, in its order; one passed by two links is there twice."""
    return [network.links[link].crossing for link in links_of(graph, route) if network.links[link].crossing]


def modes_of(graph: Graph, route: Route) -> tuple[str, ...]:
    """The modes of a route's links, each once, in the order in which they come."""
    return tuple(dict.fromkeys(graph.modes[edge] for edge in route.edges if graph.links[edge] >= 0))
