"""What the routes of a shipment are compared by: cost, time, CO2e, and the two parts of the chance to get through.

The chance is exp(-risk - closures_per_year x time) (`combine_causes`), so generalised cost never falls when one of the
five criteria grows: its least is on their front, whatever the cargo's value and the price of its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rahdari.transport.availability import Cause, Conditions
from rahdari.transport.cargo import Cargo
from rahdari.transport.elements import Elements
from rahdari.transport.graph import LEAST_WEIGHT, Graph
from rahdari.transport.network import State
from rahdari.transport.search import MOST_BITS, Criteria

NAMES: Final = ("cost_usd_per_t", "time_h", "co2e_kg_per_t", "risk", "closures_per_year")
COST, RISK, CLOSURES = 0, 3, 4

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Step:
    """A rise that is met once: of a shock's surcharge or risk from one of its levels to the next, or a closure rate."""

    column: int
    shock: object
    level: float


def shock_of(cause: Cause) -> tuple[object, ...]:
    """What a cause is a case of: war risks that began on one day are one shock, all else is its own."""
    begun = cause.record.since if isinstance(cause.record, State) and cause.state == "war-risk" else cause.entity
    return (cause.state, begun)


def route_criteria(graph: Graph, elements: Elements, *, conditions: Conditions, cargo: Cargo) -> Criteria:
    """The five criteria of `NAMES` on every edge for the cargo; a shock counts once on a route, at its worst.

    Of a shock with several levels each rise to the next one is a bit of its own. Beyond 62 bits the least of them
    add up over links instead: a route that meets such a one twice then pays twice in the search.
    """
    edge_cost = np.zeros((len(graph.tails), len(NAMES)))
    columns = (elements.cost_usd_per_t[0], elements.time_h[0], elements.co2e_kg_per_t)
    for edge, used in enumerate(graph.elements):
        for element in used:
            for column, values in enumerate(columns):
                edge_cost[edge, column] += values[element]
    # a change of layer that is free and takes no time would tie with going on without it
    edge_cost[:, COST] = np.maximum(edge_cost[:, COST], LEAST_WEIGHT)
    by_link = {
        link: steps
        for link in np.unique(graph.links[graph.links >= 0]).tolist()
        if conditions.usable[link] and (steps := _steps_of(conditions.causes[link], value=cargo.value_usd_per_t))
    }
    rises = _measure_rises(by_link)
    listed = sorted(rises, key=lambda step: -rises[step])
    bits = {step: bit for bit, step in enumerate(listed[:MOST_BITS])}
    risk_cost = np.zeros((len(bits), len(NAMES)))
    for step, bit in bits.items():
        risk_cost[bit, step.column] = rises[step]
    risks = np.zeros(len(graph.tails), dtype=np.int64)
    for edge, link in enumerate(graph.links.tolist()):
        for met in by_link.get(link, ()):
            for step in (step for step in rises if _is_within(step, met)):
                if step in bits:
                    risks[edge] |= 1 << bits[step]
                else:
                    edge_cost[edge, step.column] += rises[step]
    return Criteria(NAMES, edge_cost, risks, risk_cost)


def _steps_of(causes: tuple[Cause, ...], *, value: float) -> tuple[_Step, ...]:
    found: dict[_Step, None] = {}
    for cause in causes:
        shock = shock_of(cause)
        if cause.surcharge > 0:
            found[_Step(COST, shock, cause.surcharge * value)] = None
        if cause.availability < 1:
            found[_Step(RISK, shock, float(-np.log(cause.availability)))] = None
        if cause.closures_per_year > 0:
            found[_Step(CLOSURES, cause.entity, cause.closures_per_year)] = None
    return tuple(found)


def _measure_rises(by_link: Mapping[int, tuple[_Step, ...]]) -> dict[_Step, float]:
    """How much each level of a shock lies above the one below it."""
    levels: dict[tuple[int, object], set[float]] = {}
    for steps in by_link.values():
        for step in steps:
            levels.setdefault((step.column, step.shock), set()).add(step.level)
    rises: dict[_Step, float] = {}
    for (column, shock), found in levels.items():
        below = 0.0
        for level in sorted(found):
            rises[_Step(column, shock, level)] = level - below
            below = level
    return rises


def _is_within(step: _Step, met: _Step) -> bool:
    return (step.column, step.shock) == (met.column, met.shock) and step.level <= met.level
