"""A trip while the calendar turns under it: the season of each link on the day on which the cargo gets there.

States are those of the day of departure, for nobody knows at the gate what a border will do; seasons are known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rahdari.transport.availability import NO_EXCEPTIONS, Cause, Conditions, Exceptions, conditions_on, index_states
from rahdari.transport.closures import ClosureProcess
from rahdari.transport.graph import Graph, Route
from rahdari.transport.network import Network

LONGEST_TRIP_DAYS = 45
LONGEST_WAIT_DAYS = 14  # who would wait longer sends later or by another way (assumption)
HOURS_PER_DAY = 24.0

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Turning:
    """The calendar from the day of departure: `conditions[k]` hold from `begins_h[k]` hours after its first minute."""

    begins_h: Array
    conditions: tuple[Conditions, ...]

    @property
    def departure(self) -> Conditions:
        """The conditions on the day of departure."""
        return self.conditions[0]

    def regimes(self) -> tuple[Conditions, ...]:
        """One of the conditions for each different set of links that are open."""
        return tuple({conditions.usable: conditions for conditions in reversed(self.conditions)}.values())[::-1]


@dataclass(frozen=True, slots=True)
class Passage:
    """A route passed on a departure: hours from start to end, waits for a season's end within them.

    `conditions` are those met on each edge, `waits_h` the hours waited before an edge; `passed` is false where a link
    stays shut for longer than `LONGEST_WAIT_DAYS`.
    """

    time_h: float
    waits_h: Mapping[int, float]
    conditions: tuple[Conditions, ...]
    passed: bool

    def causes(self, graph: Graph, route: Route) -> tuple[Cause, ...]:
        """The causes that act on the route when the cargo gets there, each once."""
        met = zip(route.edges, self.conditions, strict=True)
        return tuple(
            dict.fromkeys(
                cause for edge, held in met if (link := graph.links[edge]) >= 0 for cause in held.causes[link]
            )
        )


def turn_calendar(
    network: Network,
    day: date,
    *,
    exceptions: Exceptions = NO_EXCEPTIONS,
    processes: Mapping[str, ClosureProcess] = MappingProxyType({}),
) -> Turning:
    """The conditions of a trip that starts on `day`, a new entry on each day on which a season begins or ends."""
    index = index_states(network, day)
    begins: list[float] = []
    found: list[Conditions] = []
    before: list[bool] = []
    for ahead in range(LONGEST_TRIP_DAYS + LONGEST_WAIT_DAYS):
        today = day + timedelta(days=ahead)
        held = [season.holds(today) for season in network.seasons]
        if found and held == before:
            continue
        begins.append(ahead * HOURS_PER_DAY)
        found.append(conditions_on(network, today, exceptions=exceptions, processes=processes, index=index))
        before = held
    return Turning(np.array(begins), tuple(found))


def pass_route(graph: Graph, route: Route, turning: Turning, *, element_h: Array) -> Passage:
    """The route with the hours of each element (links, then stops), as the seasons are when the cargo gets there."""
    elapsed, passed = 0.0, True
    waits: dict[int, float] = {}
    met: list[Conditions] = []
    begins, hours = turning.begins_h.tolist(), element_h.tolist()
    for position, edge in enumerate(route.edges):
        opens = opening_h(turning, int(graph.links[edge]), np.array([elapsed]))[0]
        if not np.isfinite(opens):
            passed, opens = False, elapsed
        if opens > elapsed:
            waits[position] = float(opens) - elapsed
        elapsed = float(opens)
        met.append(turning.conditions[bisect_right(begins, elapsed) - 1])
        elapsed += sum(hours[element] for element in graph.elements[edge])
    return Passage(elapsed, MappingProxyType(waits), tuple(met), passed)


def simulate_hours(
    graph: Graph, route: Route, turning: Turning, *, element_h: Mapping[int, Array], draws: int
) -> Array:
    """The hours from start to end in each draw of the hours of the elements used; inf where it is shut."""
    elapsed = np.zeros(draws)
    for edge in route.edges:
        elapsed = opening_h(turning, int(graph.links[edge]), elapsed)
        for element in graph.elements[edge]:
            elapsed = elapsed + element_h[element]
    return elapsed


def opening_h(turning: Turning, link: int, arrival_h: Array) -> Array:
    """When a link can be entered by cargo that gets there at each of `arrival_h`: then, or once it opens, else inf."""
    if link < 0 or all(conditions.usable[link] for conditions in turning.conditions):
        return arrival_h
    usable = np.array([conditions.usable[link] for conditions in turning.conditions])
    regime = np.searchsorted(turning.begins_h, arrival_h, side="right") - 1
    later = np.full(len(usable) + 1, np.inf)
    for k in range(len(usable) - 1, -1, -1):
        later[k] = turning.begins_h[k] if usable[k] else later[k + 1]
    opens = np.where(usable[regime], arrival_h, later[regime])
    return np.where(opens - arrival_h <= LONGEST_WAIT_DAYS * HOURS_PER_DAY, opens, np.inf)
