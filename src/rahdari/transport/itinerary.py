"""A route leg by leg and stop by stop, with its name, papers and simulated times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from rahdari.claims import Estimate
from rahdari.transport.alternatives import links_of, modes_of
from rahdari.transport.availability import Conditions
from rahdari.transport.charges import RouteCharge
from rahdari.transport.departures import Passage, Turning, simulate_hours
from rahdari.transport.detention import Detention
from rahdari.transport.elements import Elements, Key, document_key
from rahdari.transport.graph import Graph, Route, count_elements, elements_of
from rahdari.transport.network import Network, Permit, Stop
from rahdari.transport.permits import SANCTIONS, flag_link, list_permits

ONE_DAY = timedelta(days=1)
_FLAGS = {"war-risk": "war-risk", "season": "seasonal", "planned": "planned"}

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
    detention: Detention | None = None
    charges: tuple[RouteCharge, ...] = ()


def describe_route(
    network: Network,
    graph: Graph,
    route: Route,
    elements: Elements,
    *,
    day: date,
    passage: Passage,
    estimates: Mapping[Key, Estimate],
    generalised: float,
    availability: float,
    time_h: Quantiles,
    detention: Detention | None,
    charges: tuple[RouteCharge, ...],
) -> PlannedRoute:
    """The route leg by leg as the cargo finds it that leaves on `day`, with where it waits for a season to end."""
    legs: list[Leg] = []
    stops: list[RouteStop] = []
    permits = list_permits(network, links_of(graph, route), day)
    for position, edge in enumerate(route.edges):
        link = int(graph.links[edge])
        ends = tuple(graph.vertices[route.vertices[place]][0] for place in (position, position + 1))
        if position in passage.waits_h:
            stops.append(_wait_for_season(network, link, passage=passage, position=position))
        if link >= 0:
            leg = _leg(network, link, ends, elements, conditions=passage.conditions[position], estimates=estimates)
            leg = _price_haul(network, graph.elements[edge], leg, elements, estimates=estimates)
            flags = flag_link(network, network.links[link], permits)
            legs.append(replace(leg, flags=tuple(dict.fromkeys((*leg.flags, *flags)))))
            waiting = float(elements.waiting_h[0, link])
            if waiting > 0:
                stops.append(_waiting(network, link, waiting, estimates=estimates))
        handled = [
            (stop, element) for element in graph.elements[edge] if (stop := network.stop_at(element)) is not None
        ]
        stops += [_stop(stop, element, elements, estimates=estimates) for stop, element in handled]
    cost = sum(leg.cost_usd_per_t for leg in legs) + sum(stop.cost_usd_per_t for stop in stops)
    via, modes = pass_through(network, graph, route), modes_of(graph, route)
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
        detention=detention,
        charges=charges,
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


def _price_haul(
    network: Network, used: Sequence[int], leg: Leg, elements: Elements, *, estimates: Mapping[Key, Estimate]
) -> Leg:
    """The leg at the rate of its kind of haul, where the edge uses such an element."""
    first = len(network.links) + len(network.stops)
    for element in used:
        if element >= first:
            entity = f"rate:{network.hauls[element - first].rate}"
            keys = [(entity, name) for name in ("cost_usd_per_tkm", "border_cost_usd") if (entity, name) in estimates]
            sources = dict.fromkeys((*leg.sources, *(one for key in keys for one in estimates[key].sources)))
            cost = leg.cost_usd_per_t + float(elements.cost_usd_per_t[0, element])
            return replace(leg, cost_usd_per_t=cost, sources=tuple(sources))
    return leg


def _stop(stop: Stop, element: int, elements: Elements, *, estimates: Mapping[Key, Estimate]) -> RouteStop:
    keys = ((stop.entity, "time_h"), document_key(stop), (stop.entity, "fee_usd_per_t"))
    found = [estimates[key] for key in keys if key in estimates]
    return RouteStop(
        at=stop.name,
        kind=stop.kind,
        time_h=float(elements.stop_h[0, element]),
        cost_usd_per_t=float(elements.cost_usd_per_t[0, element]),
        sources=tuple(dict.fromkeys(source for estimate in found for source in estimate.sources)),
    )


def _waiting(network: Network, link: int, hours: float, *, estimates: Mapping[Key, Estimate]) -> RouteStop:
    entry = network.links[link]
    along, sailing, calling = (
        (f"rate:{entry.rate}", "waiting_h_per_100km"),
        (f"link:{entry.id}", "departures_per_week"),
        (f"link:{entry.id}", "calls_h"),
    )
    used = [estimates[key] for key in (along, sailing, calling) if key in estimates]
    where = f"on the way ({entry.rate})"
    if sailing in estimates:
        where = f"waiting for a departure, {entry.name}"
    elif calling in estimates:
        where = f"calls and convoys, {entry.name}"
    sources = tuple(dict.fromkeys(source for estimate in used for source in estimate.sources))
    return RouteStop(at=where, kind="waiting", time_h=hours, cost_usd_per_t=0.0, sources=sources)


def _wait_for_season(network: Network, link: int, *, passage: Passage, position: int) -> RouteStop:
    opens = passage.conditions[position].day
    entry = network.links[link]
    names = {crossing.id: crossing.name for crossing in network.crossings}
    entities = {f"link:{entry.id}", f"crossing:{entry.crossing}"}
    seasons = [season for season in network.seasons if season.entity in entities and season.holds(opens - ONE_DAY)]
    return RouteStop(
        at=f"until {names.get(entry.crossing, entry.name)} opens on {opens}",
        kind="waiting",
        time_h=passage.waits_h[position],
        cost_usd_per_t=0.0,
        sources=tuple(dict.fromkeys(season.source for season in seasons)),
    )


def _merge_waiting(stops: Sequence[RouteStop]) -> tuple[RouteStop, ...]:
    """The stops with the waiting of one rate summed where it first occurs."""
    merged: dict[object, RouteStop] = {}
    for index, stop in enumerate(stops):
        key: object = stop.at if stop.kind == "waiting" else index
        before = merged.get(key)
        hours = stop.time_h + (before.time_h if before is not None else 0.0)
        merged[key] = RouteStop(stop.at, stop.kind, hours, stop.cost_usd_per_t, stop.sources)
    return tuple(merged.values())


def pass_through(network: Network, graph: Graph, route: Route) -> tuple[str, ...]:
    """What tells a route from others: its crossings, and the straits and ports where it goes afloat or ashore."""
    names = {crossing.id: crossing.name for crossing in network.crossings}
    nodes = {node.id: node for node in network.nodes}
    ends = {graph.vertices[route.vertices[end]][0] for end in (0, -1)}
    passed: dict[str, None] = {}
    for position, edge in enumerate(route.edges):
        link = graph.links[edge]
        node = nodes[graph.vertices[route.vertices[position]][0]]
        handled = link < 0 and graph.modes[edge] in ("port", "airport")
        if node.id not in ends and (handled or node.kind == "strait"):
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


def simulate_time(
    graph: Graph,
    route: Route,
    turning: Turning,
    *,
    elements: Elements,
    columns: Sequence[int],
    scatter: tuple[float, float],
    rng: np.random.Generator,
    mean: float,
) -> tuple[Quantiles, float]:
    """Quantiles of the whole time, and the share of draws that are not too late for a season.

    `elements` has draws of those that `columns` names in ascending order, of which the route uses some.
    Gamma stops and log-normal moving times around draws of their means; a season makes early cargo wait.
    """
    dwell_cv, travel_cv = scatter
    used = elements_of(graph, [route])
    places = np.searchsorted(columns, used)
    stopping = elements.stop_h[:, places]
    if dwell_cv > 0:
        shape = 1 / dwell_cv**2
        stopping = stopping * rng.gamma(shape, 1 / shape, size=stopping.shape)
    sd = float(np.sqrt(np.log1p(travel_cv**2)))
    noise = np.exp(sd * rng.standard_normal(stopping.shape) - sd**2 / 2)
    hours = stopping + (elements.moving_h[:, places] + elements.waiting_h[:, places]) * noise
    total = simulate_hours(graph, route, turning, element_h=dict(zip(used, hours.T, strict=True)), draws=len(hours))
    arrived = total[np.isfinite(total)]
    if not arrived.size:
        return Quantiles(mean, mean, mean, mean), 0.0
    p10, p50, p90 = np.quantile(arrived, (0.1, 0.5, 0.9))
    return Quantiles(mean=mean, p10=float(p10), p50=float(p50), p90=float(p90)), arrived.size / total.size
