"""The corridors of a case, what its cities reach and on which gateways its trade relies, before and after measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.baseline import read_baseline
from rahdari.appraisal.candidates import Flow, read_flows
from rahdari.case import Case
from rahdari.measures import Measure, apply_measures
from rahdari.transport.access import (
    Access,
    Choice,
    Reach,
    detour_cost,
    list_choice,
    measure_access,
    reach_places,
    share_gateways,
    waiting_cost_usd_per_t,
)
from rahdari.transport.availability import Conditions, Exceptions, conditions_on
from rahdari.transport.cargo import Cargo
from rahdari.transport.corridors import Indicators, Passage, list_sources, measure_corridor, trace_corridor
from rahdari.transport.elements import Elements, build_elements, central_values, collect_estimates
from rahdari.transport.graph import Graph, Route, build_graph
from rahdari.transport.obstacles import entity_name
from rahdari.transport.pipelines import PipelineAnswer, describe_pipelines

LEAST_SHARE = 0.01  # gateways that carry less are not told
DAYS_PER_YEAR = 365.0
TODAY = "today"
WITH_MEASURES = "with measures"

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CityAccess:
    """What one city reaches, as things are and with the measures; an index of 100 is the best city of today."""

    city: str
    country: str
    index: float
    index_with_measures: float | None
    today: Access
    with_measures: Access | None


@dataclass(frozen=True, slots=True)
class Spread:
    """Over how many equal ways the trade of one direction spreads in one setting; 0 where none is open."""

    flow: str
    setting: str
    ways: float


@dataclass(frozen=True, slots=True)
class Gateway:
    """A crossing, port, strait or country on which one direction relies in one setting, and what its closure costs.

    A day's closure costs `reroute_usd_per_day` if the day's cargo goes another way (None: there is none) and
    `wait_usd_per_day` if it waits a day, time alone; the cheaper of both is `closure_usd_per_day`.
    """

    gateway: str
    kind: str
    flow: str
    setting: str
    share: float
    tonnes_per_day: float
    reroute_usd_per_day: float | None
    wait_usd_per_day: float
    stops_all: bool

    @property
    def closure_usd_per_day(self) -> float:
        """What one day of closure costs at the least (USD)."""
        return min(self.wait_usd_per_day, np.inf if self.reroute_usd_per_day is None else self.reroute_usd_per_day)


@dataclass(frozen=True, slots=True)
class Survey:
    """What `survey_corridors` returns."""

    day: date
    measures: tuple[Measure, ...]
    cargo: Cargo
    book: str
    passages: tuple[Passage, ...]
    access: tuple[CityAccess, ...]
    spreads: tuple[Spread, ...]
    gateways: tuple[Gateway, ...]
    pipelines: tuple[PipelineAnswer, ...]
    warnings: tuple[str, ...]

    def most_critical(self, setting: str) -> Gateway | None:
        """The crossing or group of crossings whose lasting closure would cost the most in that setting."""
        borders = [one for one in self.gateways if one.setting == setting and one.kind in ("crossing", "group")]
        return max(borders, key=lambda one: (one.stops_all, one.reroute_usd_per_day or 0.0), default=None)


@dataclass(frozen=True, slots=True)
class _Setting:
    name: str
    elements: Elements
    conditions: Conditions
    exceptions: Exceptions


def survey_corridors(case: Case, *, measures: Sequence[Measure], day: date) -> Survey:
    """Indicators of every corridor, access of the cities, and what the pair's trade relies on, on `day`.

    States, hours and costs are those of `day`; the trade and the economies are the latest.
    """
    graph = build_graph(case.network)
    settings = _settings(case, measures=measures, day=day)
    flows = read_flows(case)
    cargo = _middle(flows)
    spreads, gateways, book = _rely(case, graph, settings, flows)
    warnings = () if day <= case.as_of else (
        f"Nothing is known after {case.as_of}: the last known state of borders and straits is taken to hold on {day}.",
    )  # fmt: skip
    return Survey(
        day=day,
        measures=tuple(measures),
        cargo=cargo,
        book=book,
        passages=_list_passages(case, graph, settings),
        access=_access(case, graph, settings, cargo=cargo),
        spreads=spreads,
        gateways=gateways,
        pipelines=describe_pipelines(case.network, case.claims.on(day), day=day),
        warnings=warnings,
    )


def trace_passages(case: Case, *, measures: Sequence[Measure], day: date) -> tuple[Passage, ...]:
    """Indicators of every corridor in both directions on `day`, as things are and with the measures."""
    return _list_passages(case, build_graph(case.network), _settings(case, measures=measures, day=day))


def _settings(case: Case, *, measures: Sequence[Measure], day: date) -> list[_Setting]:
    central = central_values(collect_estimates(case.network, case.claims.on(day)))
    settings = []
    for name, chosen in ((TODAY, ()), (WITH_MEASURES, tuple(measures))):
        if chosen or name == TODAY:
            values, exceptions = apply_measures(central, chosen)
            conditions = conditions_on(case.network, day, exceptions=exceptions)
            settings.append(_Setting(name, build_elements(case.network, values), conditions, exceptions))
    return settings


def _list_passages(case: Case, graph: Graph, settings: Sequence[_Setting]) -> tuple[Passage, ...]:
    network, claims = case.network, case.claims.on(settings[0].conditions.day)
    estimates = collect_estimates(network, claims)
    passages: list[Passage] = []
    for corridor in network.corridors:
        for backwards in (False, True):
            route = trace_corridor(graph, corridor, backwards=backwards)
            told = [measure_corridor(network, graph, route, one.elements, conditions=one.conditions,
                                     claims=claims) for one in settings]  # fmt: skip
            sources = list_sources(network, graph, route, corridor=corridor, estimates=estimates)
            passages.append(_passage(case, graph, route, told, corridor_index=len(passages) // 2, sources=sources))
    return tuple(passages)


def _passage(
    case: Case,
    graph: Graph,
    route: Route,
    told: Sequence[Indicators],
    *,
    corridor_index: int,
    sources: tuple[str, ...],
) -> Passage:
    names = {node.id: node.name for node in case.network.nodes}
    nodes = tuple(dict.fromkeys(graph.vertices[vertex][0] for vertex in route.vertices))
    modes = tuple(dict.fromkeys(graph.modes[edge] for edge in route.edges if graph.links[edge] >= 0))
    return Passage(
        corridor=case.network.corridors[corridor_index],
        direction=f"{names[nodes[0]]} to {names[nodes[-1]]}",
        modes=modes,
        nodes=nodes,
        today=told[0],
        with_measures=told[1] if len(told) > 1 else None,
        sources=sources,
    )


def _middle(flows: Sequence[Flow]) -> Cargo:
    """The commodity in the middle of what the parties trade, by what an hour costs it."""
    cargoes = sorted({cargo.id: cargo for flow in flows for cargo in flow.cargoes}.values(),
                     key=lambda cargo: (cargo.time_usd_per_t_h, cargo.id))  # fmt: skip
    return cargoes[len(cargoes) // 2]


def _access(case: Case, graph: Graph, settings: Sequence[_Setting], *, cargo: Cargo) -> tuple[CityAccess, ...]:
    """Access of every economy's city and of the parties' to the other economies.

    Economies weigh as their GDP, all alike where none is known. The cost at which a place counts e times less is the
    median of today's costs between all of them.
    """
    nodes = {node.id: node for node in case.network.nodes}
    weights: dict[str, float] = {}
    zones = [(entry.zone, case.claims.find(f"economy:{entry.id}", "gdp_busd")) for entry in case.trade.economies]
    is_known = any(gdp is not None for zone, gdp in zones if zone)
    for zone, gdp in zones:
        if zone and (gdp is not None or not is_known):
            weights[zone] = weights.get(zone, 0.0) + (1.0 if gdp is None else gdp.value)
    party_cities = (city for party in case.settings.parties for city in case.settings.zones[party])
    cities = list(dict.fromkeys((*party_cities, *weights)))
    found: dict[str, list[tuple[Reach, ...]]] = {}
    for city in cities:
        ends = [end for end in weights if nodes[end].country != nodes[city].country]
        for one in settings:
            reached = reach_places(case.network, graph, one.elements, start=city, ends=ends, cargo=cargo,
                                   conditions=one.conditions)  # fmt: skip
            found.setdefault(city, []).append(reached)
    decay = float(np.median([reach.generalised_cost_usd_per_t for city in cities for reach in found[city][0]
                             if np.isfinite(reach.generalised_cost_usd_per_t)] or [1.0]))  # fmt: skip
    measured = {
        city: [measure_access(reached, weights, decay_usd_per_t=decay) for reached in ways]
        for city, ways in found.items()
    }
    best = max((accesses[0].potential for accesses in measured.values()), default=0.0) or 1.0
    return tuple(
        CityAccess(
            city=nodes[city].name,
            country=nodes[city].country,
            index=100 * accesses[0].potential / best,
            index_with_measures=100 * accesses[1].potential / best if len(accesses) > 1 else None,
            today=accesses[0],
            with_measures=accesses[1] if len(accesses) > 1 else None,
        )
        for city, accesses in measured.items()
    )


def _rely(
    case: Case, graph: Graph, settings: Sequence[_Setting], flows: Sequence[Flow]
) -> tuple[tuple[Spread, ...], tuple[Gateway, ...], str]:
    scale = case.claims.value("model", "route_choice_scale")
    book, tonnes = _tonnes_by_flow(case, flows)
    spreads: list[Spread] = []
    gateways: list[Gateway] = []
    for one in settings:
        for flow in flows:
            start, end = (case.settings.zones[party][0] for party in (flow.exporter, flow.importer))
            search = _Search(case, graph, one, start, end, _middle((flow,)))
            base = search.choice(frozenset())
            shares, ways = _mean_shares(base, flow, lengths=one.elements.length_km, scale=scale)
            spreads.append(Spread(flow.id, one.name, ways))
            for gateway, share in sorted(shares.items(), key=lambda item: (-item[1], item[0])):
                if share >= LEAST_SHARE:
                    gateways.append(_gateway(search, base, flow, gateway, share=share, tonnes=tonnes[flow.id],
                                             scale=scale))  # fmt: skip
    return tuple(spreads), tuple(gateways), book


@dataclass(frozen=True, slots=True)
class _Search:
    case: Case
    graph: Graph
    setting: _Setting
    start: str
    end: str
    cargo: Cargo

    def choice(self, shut: frozenset[str]) -> Choice:
        """The routes of the flow with these gateways shut."""
        network, one = self.case.network, self.setting
        conditions = one.conditions
        if shut:
            exceptions = Exceptions(one.exceptions.opened, shut, one.exceptions.lifted)
            conditions = conditions_on(network, conditions.day, exceptions=exceptions)
        return list_choice(network, self.graph, one.elements, start=self.start, end=self.end, cargo=self.cargo,
                           conditions=conditions)  # fmt: skip


def _mean_shares(choice: Choice, flow: Flow, *, lengths: Array, scale: float) -> tuple[dict[str, float], float]:
    """Shares by gateway and the number of equal ways, both means over the commodities by value."""
    total: dict[str, float] = {}
    ways = 0.0
    if not choice.routes:
        return total, ways
    for cargo, weight in zip(flow.cargoes, flow.shares.tolist(), strict=True):
        shares, spread = share_gateways(choice, cargo, lengths=lengths, scale=scale)
        ways += weight * spread
        for gateway, share in shares.items():
            total[gateway] = total.get(gateway, 0.0) + weight * share
    return total, ways


def _gateway(
    search: _Search,
    base: Choice,
    flow: Flow,
    gateway: str,
    *,
    share: float,
    tonnes: Mapping[str, float],
    scale: float,
) -> Gateway:
    lengths = search.setting.elements.length_km
    shut = search.choice(frozenset({gateway}))
    reroute, wait, moved = 0.0, 0.0, 0.0
    stops_all = not shut.routes
    for cargo in flow.cargoes:
        passing = share_gateways(base, cargo, lengths=lengths, scale=scale)[0].get(gateway, 0.0) * tonnes[cargo.id]
        extra = detour_cost(base, shut, cargo, lengths=lengths, scale=scale)
        moved += passing
        wait += passing * waiting_cost_usd_per_t(cargo)
        if extra is None:
            stops_all = True
        else:
            reroute += extra * tonnes[cargo.id]
    kind, _, _ = gateway.partition(":")
    return Gateway(
        gateway=gateway,
        kind=kind if kind != "node" else _node_kind(search.case, gateway),
        flow=flow.id,
        setting=search.setting.name,
        share=share,
        tonnes_per_day=moved,
        reroute_usd_per_day=None if stops_all else reroute,
        wait_usd_per_day=wait,
        stops_all=stops_all,
    )


def _node_kind(case: Case, gateway: str) -> str:
    place = next(node for node in case.network.nodes if f"node:{node.id}" == gateway)
    return "strait" if place.kind == "strait" else "port"


def _tonnes_by_flow(case: Case, flows: Sequence[Flow]) -> tuple[str, dict[str, dict[str, float]]]:
    """The book, and tonnes a day of each commodity by flow: its latest year over the commodities' values.

    The first book that the case forecasts and that holds both directions.
    """
    wanted = {flow.id for flow in flows}
    for name, book in case.books.items():
        if not book.forecast:
            continue
        baseline = read_baseline(case, book)
        values = {row.flow: row.reported_musd for row in baseline.directions}
        if wanted <= set(values):
            tonnes = {
                flow.id: {
                    cargo.id: share * values[flow.id] * 1e6 / cargo.value_usd_per_t / DAYS_PER_YEAR
                    for cargo, share in zip(flow.cargoes, flow.shares.tolist(), strict=True)
                }
                for flow in flows
            }
            return name, tonnes
    return "", {flow.id: dict.fromkeys((cargo.id for cargo in flow.cargoes), 0.0) for flow in flows}


def gateway_name(case: Case, gateway: str) -> str:
    """The name that people use for a gateway: of a crossing, place, link or country, or of a group's crossings."""
    kind, _, name = gateway.partition(":")
    if kind == "country":
        return case.name_of(name)
    if kind == "group":
        names = [crossing.name for crossing in case.network.crossings if crossing.group == name]
        count = "both" if len(names) == 2 else f"all {len(names)}"
        return f"{count} crossings between {' and '.join(_sides(case, name))}"
    return entity_name(case.network, gateway)


def _sides(case: Case, group: str) -> tuple[str, str]:
    crossing = next(one for one in case.network.crossings if one.group == group)
    return case.name_of(crossing.a), case.name_of(crossing.b)
