"""What a way risks: the causes that act on it, its chance to pass, premiums and generalised cost."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.transport.alternatives import Candidates
from rahdari.transport.availability import Cause, Conditions
from rahdari.transport.cargo import Cargo
from rahdari.transport.departures import Passage, Turning, pass_route
from rahdari.transport.graph import Graph, Route
from rahdari.transport.network import State

HOURS_PER_YEAR = 8766.0

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Routes judged for one departure: generalised cost in USD per tonne and chance to pass, arrays over routes."""

    cost: Array
    availability: Array
    passages: tuple[Passage, ...]


def route_causes(graph: Graph, route: Route, conditions: Conditions) -> tuple[Cause, ...]:
    """The causes that act on a route, each once."""
    links = graph.links[list(route.edges)].tolist() if route.edges else []
    return tuple(dict.fromkeys(cause for link in links if link >= 0 for cause in conditions.causes[link]))


def combine_causes(causes: Iterable[Cause], *, time_h: float = 0.0) -> tuple[float, float]:
    """Chance to pass and surcharge (share of value) of a trip that takes `time_h`.

    War risks that began on one day are one shock, of which the worst counts. A crossing that is open when the trip
    starts stays so with the chance that no new closure comes while it lasts.
    """
    shocks: dict[object, list[Cause]] = {}
    for cause in causes:
        shocks.setdefault(shock_of(cause), []).append(cause)
    rate = sum(cause.closures_per_year for shock in shocks.values() for cause in shock)
    availability = math.exp(-rate * time_h / HOURS_PER_YEAR)
    surcharge = 0.0
    for shock in shocks.values():
        availability *= min(cause.availability for cause in shock)
        surcharge += max(cause.surcharge for cause in shock)
    return availability, surcharge


def shock_of(cause: Cause) -> tuple[str, object]:
    """What tells the shock of a cause from others: its state and, for war risks, the day on which they began."""
    begun = cause.record.since if isinstance(cause.record, State) and cause.state == "war-risk" else cause.entity
    return cause.state, begun


def judge_routes(graph: Graph, found: Candidates, *, turning: Turning, element_h: Array, cargo: Cargo) -> Judgement:
    """The routes on a departure, by the seasons that the cargo meets on its way; inf where a way is not passed."""
    passages = tuple(pass_route(graph, route, turning, element_h=element_h) for route in found.routes)
    chances, surcharges = np.zeros(len(passages)), np.zeros(len(passages))
    for row, (route, passage) in enumerate(zip(found.routes, passages, strict=True)):
        if passage.passed:
            chances[row], surcharges[row] = combine_causes(passage.causes(graph, route), time_h=passage.time_h)
    hours = np.array([passage.time_h for passage in passages])
    cost = generalised_cost(found.cost_usd_per_t, hours, cargo=cargo, surcharge=surcharges, availability=chances)
    return Judgement(cost, chances, passages)


def generalised_cost(cost: Array, time_h: Array, *, cargo: Cargo, surcharge: Array, availability: Array) -> Array:
    """USD per tonne that gets through: freight, time and war-risk premium over the chance to pass.

    Dividing by the chance assumes that a blocked attempt costs as much as one that succeeds (strength D).
    """
    whole = cost + cargo.time_usd_per_t_h * time_h + surcharge * cargo.value_usd_per_t
    return np.asarray(np.divide(whole, availability, out=np.full_like(whole, np.inf), where=availability > 0))
