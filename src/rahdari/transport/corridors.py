"""Corridors: named ways whose speed, cost and border times are told as CAREC's corridor monitoring tells them.

TFI1 is the mean time (h) at a border-crossing point, each side of a border being one; TFI2 the mean charge (USD for a
truck of 20 t) at one; TFI3 the cost of carriage (USD) of 20 t over 500 km, border charges within; TFI4 the speed
(km/h) with all stops, beside the speed without (CAREC CPMM, annual report 2023, introduction). As there, a change of
gauge at a border is border time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.claims import Claims, Estimate
from rahdari.exceptions import InputFault
from rahdari.transport.availability import Conditions
from rahdari.transport.elements import Elements, Key
from rahdari.transport.graph import Graph, Route, count_elements
from rahdari.transport.hazards import combine_causes, route_causes
from rahdari.transport.network import Corridor, Network, Stop
from rahdari.units import TONNES_PER_TRUCK

TFI3_KM = 500.0

Array = NDArray[np.float64]
_Way = tuple[int, tuple[int, ...], tuple[int, ...]]  # cost, vertices, edges


@dataclass(frozen=True, slots=True)
class Indicators:
    """What a corridor gives in one direction; None where it passes no border or no charge is known.

    `shut_by` are the entities that bar it, `availability` is the chance to get through on the day.
    """

    tfi1_h: float | None
    tfi2_usd: float | None
    tfi3_usd_per_500km_20t: float
    tfi4_km_per_h: float
    speed_without_delay_km_per_h: float
    border_time_share: float
    border_time_h: float
    border_points: int
    breaks_of_gauge: int
    length_km: float
    time_h: float
    cost_usd_per_t: float
    availability: float
    shut_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """One direction of a corridor: its indicators as things are and once the measures have taken effect."""

    corridor: Corridor
    direction: str
    modes: tuple[str, ...]
    nodes: tuple[str, ...]
    today: Indicators
    with_measures: Indicators | None
    sources: tuple[str, ...]


def trace_corridor(graph: Graph, corridor: Corridor, *, backwards: bool = False) -> Route:
    """The corridor's way through the graph: neighbours joined by its first mode that can be had without a change."""
    places = tuple(reversed(corridor.nodes)) if backwards else corridor.nodes
    from_vertex: dict[int, list[int]] = {}
    for edge, tail in enumerate(graph.tails.tolist()):
        from_vertex.setdefault(tail, []).append(edge)
    # at each place the best ways to its layers: fewest changes, then the order of the modes
    best: dict[int, _Way] = {vertex: (0, (vertex,), ()) for vertex in graph.starts_at(places[0])}
    for place in places[1:]:
        best = _advance(graph, best, place, from_vertex=from_vertex, modes=corridor.modes)
        if not best:
            raise InputFault(
                f"The corridor {corridor.id} breaks before {place}: no link of its modes can be reached with the "
                f"changes that the places allow. Add a transfer to network/nodes.csv or mend its nodes.",
                kind="broken-corridor",
            )
    _, vertices, edges = min((best[vertex] for vertex in graph.ends_at(places[-1]) if vertex in best), key=_cost_of)
    return Route(vertices, edges)


def _cost_of(way: _Way) -> int:
    return way[0]


def _advance(
    graph: Graph,
    best: Mapping[int, _Way],
    place: str,
    *,
    from_vertex: Mapping[int, Sequence[int]],
    modes: Sequence[str],
) -> dict[int, _Way]:
    """The best ways one place further, by the vertex that they end at; a change costs more than any mode's rank."""
    found: dict[int, _Way] = {}
    for vertex, (cost, vertices, edges) in _with_changes(graph, best, from_vertex=from_vertex).items():
        for edge in from_vertex.get(vertex, ()):
            head = int(graph.heads[edge])
            mode = graph.modes[edge]
            if graph.links[edge] < 0 or graph.vertices[head][0] != place or mode not in modes:
                continue
            way = (cost + modes.index(mode), (*vertices, head), (*edges, edge))
            if head not in found or way[0] < found[head][0]:
                found[head] = way
    return found


_CHANGE = 1000  # one change of layer outweighs every preference of a mode


def _with_changes(
    graph: Graph, best: Mapping[int, _Way], *, from_vertex: Mapping[int, Sequence[int]]
) -> dict[int, _Way]:
    reached = dict(best)
    for vertex, (cost, vertices, edges) in best.items():
        for edge in from_vertex.get(vertex, ()):
            head = int(graph.heads[edge])
            if graph.links[edge] >= 0 or not edges:
                continue
            way = (cost + _CHANGE, (*vertices, head), (*edges, edge))
            if head not in reached or way[0] < reached[head][0]:
                reached[head] = way
    return reached


def measure_corridor(
    network: Network, graph: Graph, route: Route, elements: Elements, *, conditions: Conditions, claims: Claims
) -> Indicators:
    """The trade facilitation indicators of a way, with what bars it on the day of `conditions`."""
    counts = count_elements(graph, [route], elements=elements.length_km.size)[0]
    length = float(counts @ elements.length_km)
    moving = float(counts @ elements.moving_h[0])
    time = float(counts @ elements.time_h[0])
    cost = float(counts @ elements.cost_usd_per_t[0])
    used = {int(element) for element in np.flatnonzero(counts)}
    stops = [(element, stop) for element in sorted(used) if (stop := network.stop_at(element)) is not None]
    borders = [(element, stop) for element, stop in stops if stop.kind == "border"]
    breaks = [(element, stop) for element, stop in stops if stop.kind == "break-of-gauge"]
    border_h = sum(float(elements.stop_h[0, element]) for element, _ in (*borders, *breaks))
    all_charges = (_charge(stop, claims, on_top=float(elements.cost_usd_per_t[0, at])) for at, stop in borders)
    charges = [charge for charge in all_charges if charge is not None]
    links = [int(graph.links[edge]) for edge in route.edges if graph.links[edge] >= 0]
    shut = dict.fromkeys(cause.entity for link in links for cause in conditions.causes[link] if cause.availability == 0)
    chance = combine_causes(route_causes(graph, route, conditions), time_h=time)[0]
    return Indicators(
        tfi1_h=border_h / len(borders) if borders else None,
        tfi2_usd=sum(charges) / len(charges) * TONNES_PER_TRUCK if charges else None,
        tfi3_usd_per_500km_20t=cost * TONNES_PER_TRUCK * TFI3_KM / length,
        tfi4_km_per_h=length / time,
        speed_without_delay_km_per_h=length / moving,
        border_time_share=border_h / time,
        border_time_h=border_h,
        border_points=len(borders),
        breaks_of_gauge=len(breaks),
        length_km=length,
        time_h=time,
        cost_usd_per_t=cost,
        availability=chance,
        shut_by=tuple(shut),
    )


def _charge(stop: Stop, claims: Claims, *, on_top: float) -> float | None:
    """USD per tonne charged at a border, whether the cost of carriage holds it or not; None where none is known."""
    within = claims.find(stop.entity, "fee_within_rate_usd_per_t")
    if within is None and claims.find(stop.entity, "fee_usd_per_t") is None:
        return None
    return on_top + (0.0 if within is None else within.value)


def list_sources(
    network: Network, graph: Graph, route: Route, *, corridor: Corridor, estimates: Mapping[Key, Estimate]
) -> tuple[str, ...]:
    """Ids of the sources that a way's figures rest on, that of the corridor first."""
    used: dict[str, None] = {}
    for edge in route.edges:
        for element in graph.elements[edge]:
            stop = network.stop_at(element)
            if stop is not None:
                used.setdefault(stop.entity)
            elif element < len(network.links):
                link = network.links[element]
                used |= dict.fromkeys((f"link:{link.id}", f"rate:{link.rate}"))
            else:
                haul = network.hauls[element - len(network.links) - len(network.stops)]
                used.setdefault(f"rate:{haul.rate}")
    found = dict.fromkeys((corridor.source,))
    for (entity, _), estimate in estimates.items():
        if entity in used:
            found |= dict.fromkeys(estimate.sources)
    return tuple(found)
