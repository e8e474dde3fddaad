"""What a shipping line charges for its container where the way inland and back takes longer than it allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.claims import Claims
from rahdari.transport.graph import Graph, Route
from rahdari.transport.network import Network

HOURS_PER_DAY = 24.0
_LAND = ("road", "rail", "break-of-gauge", "terminal")


@dataclass(frozen=True, slots=True)
class Detention:
    """Detention of a container taken inland from `port` and brought back empty by the same way (assumed, D).

    `low` and `high` are USD a day after `free_days`; costs are USD a container for the days beyond these, at the mean.
    """

    port: str
    free_days: float
    low_usd_per_day: float
    high_usd_per_day: float
    days_away: float
    sources: tuple[str, ...]

    @property
    def days_charged(self) -> float:
        """Days beyond those free of charge."""
        return max(self.days_away - self.free_days, 0.0)

    @property
    def low_usd(self) -> float:
        """The charge at the lower rate."""
        return self.days_charged * self.low_usd_per_day

    @property
    def high_usd(self) -> float:
        """The charge at the higher rate."""
        return self.days_charged * self.high_usd_per_day


def measure_detention(
    network: Network, graph: Graph, route: Route, *, element_h: NDArray[np.float64], claims: Claims
) -> Detention | None:
    """The detention of the port that the route's longest stretch over land begins or ends at, where one is sourced.

    None where no land is passed from such a port: a container that comes by sea and stays there is not taken inland.
    """
    names = {node.id: node.name for node in network.nodes}
    entities = {stop.at: stop.entity for stop in reversed(network.stops) if stop.kind == "port"}  # the first counts
    found: list[Detention] = []
    for position, vertex in enumerate(route.vertices):
        node = graph.vertices[vertex][0]
        rate = claims.find(entities[node], "detention_usd_per_day") if node in entities else None
        free = claims.find(entities[node], "detention_free_h") if rate is not None else None
        if rate is None or free is None:
            continue
        ahead = _hours_by_land(graph, route.edges[position:], element_h)
        behind = _hours_by_land(graph, reversed(route.edges[:position]), element_h)
        if not (ahead or behind):
            continue
        told = [rate.value, *(rival.value for rival in rate.rivals)]
        sources = tuple(dict.fromkeys((*rate.sources, *free.sources)))
        away = 2 * max(ahead, behind) / HOURS_PER_DAY
        found.append(Detention(names[node], free.value / HOURS_PER_DAY, min(told), max(told), away, sources))
    return max(found, key=lambda one: one.days_away, default=None)


def _hours_by_land(graph: Graph, edges: Iterable[int], element_h: NDArray[np.float64]) -> float:
    hours = 0.0
    for edge in edges:
        if graph.modes[edge] not in _LAND:
            break
        hours += sum(float(element_h[element]) for element in graph.elements[edge])
    return hours
