"""Where the trade would pass: routes in each setting, the share of every gateway, and third-country transit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.candidates import read_flows
from rahdari.appraisal.result import IndicatorAnswer, RouteAnswer, SettingAnswer
from rahdari.appraisal.situations import Shock
from rahdari.appraisal.world import World
from rahdari.case import Case
from rahdari.measures import Measure, apply_measures, network_changes, opened_entities
from rahdari.transport.alternatives import crossings_of, find_candidates, usable_edges
from rahdari.transport.availability import Exceptions, StateIndex, conditions_on, index_states
from rahdari.transport.cargo import Cargo
from rahdari.transport.choice import choice_shares, measure_path_size
from rahdari.transport.elements import Key, build_elements, central_values, collect_estimates
from rahdari.transport.graph import Graph, Route, build_graph, count_elements, elements_of
from rahdari.transport.hazards import combine_causes, generalised_cost, route_causes
from rahdari.transport.itinerary import PlannedRoute
from rahdari.transport.network import State
from rahdari.transport.routes import find_place, plan_routes

Array = NDArray[np.float64]
ROUTES_SHOWN = 4
TRANSIT_DETOURS = 10  # with fewer no route may pass the gateway; more change tonnes by a sixth at most


@dataclass(frozen=True, slots=True)
class Setting:
    """A day and what is supposed about it."""

    name: str
    day: date
    measures: tuple[Measure, ...]


def make_settings(case: Case, shocks: Sequence[Shock]) -> tuple[Setting, ...]:
    """Before the first shock, on the case's day, and on that day with the present closures ended by measures."""
    settings = []
    if shocks:
        before = min(shock.since for shock in shocks) - timedelta(days=1)
        settings.append(Setting("before the closure", before, ()))
    settings.append(Setting("today", case.as_of, ()))
    groups = {f"group:{shock.group}" for shock in shocks if shock.kind == "closed"}
    entities = groups | {entity for shock in shocks if shock.kind == "closed" for entity in shock.entities}
    reopening = tuple(measure for measure in case.measures if opened_entities(measure) & entities)
    if reopening:
        settings.append(Setting("today, with the crossings reopened", case.as_of, reopening))
    return tuple(settings)


def plan_settings(case: Case, settings: Sequence[Setting], *, seed: int) -> tuple[SettingAnswer, ...]:
    """The best few routes between the parties' first zones in every setting, for the middle of their goods."""
    first, second = case.settings.parties
    start = find_place(case.settings.zones[first][0], case.network.nodes)
    end = find_place(case.settings.zones[second][0], case.network.nodes)
    cargo = middle_cargo(case)
    answers = []
    for setting in settings:
        changes = tuple(change for measure in setting.measures for change in network_changes(measure))
        opened = frozenset(entity for measure in setting.measures for entity in opened_entities(measure))
        answer = plan_routes(
            case.network,
            case.claims,
            start=start,
            end=end,
            cargo=cargo,
            day=setting.day,
            exceptions=Exceptions(opened=opened),
            changes=changes,
            rng=np.random.default_rng(seed),
        )
        routes = tuple(
            RouteAnswer(
                name=route.name,
                via=tuple(route.via),
                time_h=route.time_h.mean,
                p10=route.time_h.p10,
                p90=route.time_h.p90,
                cost_usd_per_t=route.cost_usd_per_t,
                availability=route.availability,
                nodes=(route.legs[0].nodes[0], *(leg.nodes[1] for leg in route.legs)),
                modes=route.modes,
            )
            for route in _pick_routes(case, answer.routes, opened)
        )
        closed = tuple(f"{obstacle.name}: {obstacle.state}" for obstacle in answer.closed)
        answers.append(SettingAnswer(setting.name, setting.day, start.name, end.name, cargo.name, routes, closed))
    return tuple(answers)


def _pick_routes(case: Case, routes: Sequence[PlannedRoute], opened: frozenset[str]) -> tuple[PlannedRoute, ...]:
    """The best few routes; where something was opened, the last of them is the best one that passes it."""
    names = {one.name for one in case.network.crossings if {f"crossing:{one.id}", f"group:{one.group}"} & opened}
    through = [route for route in routes if names & set(route.via)]
    best = tuple(routes[:ROUTES_SHOWN])
    return best if not through or through[0] in best else (*best[:-1], through[0])


def middle_cargo(case: Case) -> Cargo:
    """The commodity in the middle of what the parties trade, by what an hour costs it."""
    flows = read_flows(case)
    cargoes = sorted({cargo.id: cargo for flow in flows for cargo in flow.cargoes}.values(),
                     key=lambda cargo: (cargo.time_usd_per_t_h, cargo.id))  # fmt: skip
    return cargoes[len(cargoes) // 2]


def gateway_shares(case: Case, world: World, settings: Sequence[Setting]) -> tuple[IndicatorAnswer, ...]:
    """Share of each border crossing in the pair's trade by value, in every setting, those above one per cent."""
    names = {crossing.id: crossing.name for crossing in case.network.crossings}
    estimates = central_values(collect_estimates(case.network, case.claims))
    found: list[IndicatorAnswer] = []
    for setting in settings:
        values, supposed = apply_measures(estimates, setting.measures)
        elements = build_elements(case.network, values)
        conditions = conditions_on(case.network, setting.day, exceptions=supposed)
        shares: dict[str, float] = {}
        flow = world.cost_model.flows[0]
        sets = world.cost_model.route_sets[flow.id]
        for one in sets:
            counts = one.counts
            time, cost = counts @ elements.time_h[0], counts @ elements.cost_usd_per_t[0]
            judged = [combine_causes(route_causes(world.cost_model.graph, route, conditions)) for route in one.routes]
            chance, surcharge = (np.array(column) for column in zip(*judged, strict=True))
            usable = np.flatnonzero(chance > 0)
            if usable.size == 0:
                continue
            sizes = measure_path_size(counts[usable], elements.length_km)
            by_route = np.zeros(len(one.routes))
            for column, (cargo, weight) in enumerate(zip(flow.cargoes, flow.shares.tolist(), strict=True)):
                whole = generalised_cost(cost[usable], time[usable], cargo=cargo, surcharge=surcharge[usable],
                                         availability=chance[usable])  # fmt: skip
                whole = np.where(one.carried[usable, column], whole, np.inf)
                by_route[usable] += weight * choice_shares(whole, sizes, scale=world.cost_model.scale)
            for route, share in zip(one.routes, by_route.tolist(), strict=True):
                for crossing in dict.fromkeys(crossings_of(case.network, world.cost_model.graph, route)):
                    shares[crossing] = shares.get(crossing, 0.0) + share / len(sets)
        for crossing, share in sorted(shares.items(), key=lambda item: -item[1]):
            if share >= 0.01:
                title = f"Share of {flow.id} trade that passes {names[crossing]}"
                found.append(IndicatorAnswer(f"gateway-{crossing}", title, setting.name, share, "fraction"))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Transit:
    """Third-country cargo through a gateway's ports: tonnes a year (or share) and port charges, USD million (or USD/t).

    The charges are gross: what handling the cargo costs the ports is not known.
    """

    tonnes: float
    fees_musd: float


def transit_effects(case: Case, shocks: Sequence[Shock]) -> Mapping[str, Transit]:
    """What each transit measure would draw of third-country cargo to the gateway's ports, and what they would charge.

    The potential is a claim (transit:ORIGIN:GATEWAY:NODE); the share is that of routes through a port of the gateway,
    once the present closures and risks are over - but for a closure that the measure itself ends - and with the
    measures that it needs, against those alone. All are weighed on the same routes. Transit adds nothing to the pair's
    trade.
    """
    measures = [measure for measure in case.measures if measure.transit]
    totals = {measure.id: Transit(0.0, 0.0) for measure in measures}
    entities = sorted({claim.entity for claim in case.claims if claim.entity.startswith("transit:")})
    graph = build_graph(case.network)
    central = central_values(collect_estimates(case.network, case.claims))
    for entity in entities:
        potential = case.claims.get(entity, "potential_mt_per_year").value * 1e6
        lanes = _find_lanes(case, graph, central, measures, entity=entity, shocks=shocks)
        held: dict[object, Transit] = {}
        for measure in measures:
            needed = tuple(other for other in case.measures if other.id in measure.needs)
            ended = [shock for shock in shocks if f"group:{shock.group}" in opened_entities(measure)]
            lifted = frozenset(state for shock in shocks if shock not in ended for state in shock.states)
            key = (measure.needs, lifted)
            if key not in held:
                held[key] = _gateway_share(case, lanes, central, needed, lifted=lifted)
            after, drawn = _gateway_share(case, lanes, central, (*needed, measure), lifted=lifted), totals[measure.id]
            totals[measure.id] = Transit(
                tonnes=drawn.tonnes + potential * (after.tonnes - held[key].tonnes),
                fees_musd=drawn.fees_musd + potential * (after.fees_musd - held[key].fees_musd) / 1e6,
            )
    return totals if entities else {}


@dataclass(frozen=True, slots=True)
class _Lanes:
    """The routes of third-country cargo, how they use links and stops, and where the gateway's ports handle it.

    `used` are the elements that any of them uses; `counts` (routes x used) and `handled` number those.
    """

    graph: Graph
    cargo: Cargo
    index: StateIndex
    routes: tuple[Route, ...]
    used: tuple[int, ...]
    counts: Array
    handled: tuple[tuple[int, ...], ...]


def _find_lanes(
    case: Case,
    graph: Graph,
    central: Mapping[Key, Array],
    measures: Sequence[Measure],
    *,
    entity: str,
    shocks: Sequence[Shock],
) -> _Lanes:
    """Routes worth considering with the shocks over, before any measure and with what all of them open."""
    _, origin, gateway, destination = entity.split(":")
    network, cargo = case.network, middle_cargo(case)
    elements = build_elements(network, central)
    over = frozenset(state for shock in shocks for state in shock.states)
    opened = frozenset(one for measure in measures for one in opened_entities(measure))
    index = index_states(network, case.as_of)
    found: dict[tuple[int, ...], Route] = {}
    for exceptions in (Exceptions(lifted=over), Exceptions(lifted=over, opened=opened)):
        conditions = conditions_on(network, case.as_of, exceptions=exceptions, index=index)
        usable = usable_edges(graph, conditions, modes=cargo.modes)
        start = case.settings.zones[origin][0]
        candidates = find_candidates(
            graph, elements, start=start, end=destination, cargo=cargo, usable=usable, detours=TRANSIT_DETOURS
        )
        found |= {route.edges: route for route in candidates.routes}
    routes = tuple(found.values())
    ports = {node.id for node in network.nodes if node.country == gateway and "port" in node.transfers}
    used = elements_of(graph, routes)
    counts = count_elements(graph, routes, elements=elements.length_km.size)[:, used]
    handled = tuple(tuple(map(used.index, _handled_at(graph, route, ports))) for route in routes)
    return _Lanes(graph, cargo, index, routes, tuple(used), counts, handled)


def _gateway_share(
    case: Case, lanes: _Lanes, central: Mapping[Key, Array], measures: Sequence[Measure], *, lifted: frozenset[State]
) -> Transit:
    """The share of the cargo that passes the gateway's ports, and what a tonne of all the cargo pays them."""
    values, supposed = apply_measures(central, measures)
    elements = build_elements(case.network, values, only=lanes.used)
    supposed = replace(supposed, lifted=lifted)
    conditions = conditions_on(case.network, case.as_of, exceptions=supposed, index=lanes.index)
    judged = [combine_causes(route_causes(lanes.graph, route, conditions)) for route in lanes.routes]
    open_rows = [row for row, (chance, _) in enumerate(judged) if chance > 0]
    if not open_rows:
        return Transit(0.0, 0.0)
    chance, surcharge = (np.array(column)[open_rows] for column in zip(*judged, strict=True))
    counts = lanes.counts[open_rows]
    time_h, cost = counts @ elements.time_h[0], counts @ elements.cost_usd_per_t[0]
    whole = generalised_cost(cost, time_h, cargo=lanes.cargo, surcharge=surcharge, availability=chance)
    sizes = measure_path_size(counts, elements.length_km)
    shares = choice_shares(whole, sizes, scale=case.claims.value("model", "route_choice_scale"))
    handled = [lanes.handled[row] for row in open_rows]
    fees = [sum(float(elements.cost_usd_per_t[0, column]) for column in columns) for columns in handled]
    through = np.array([bool(columns) for columns in handled])
    return Transit(float(shares[through].sum()), float(shares @ np.array(fees)))


def _handled_at(graph: Graph, route: Route, ports: set[str]) -> tuple[int, ...]:
    """The stops at which these ports handle the cargo, as columns of the elements."""
    return tuple(
        column
        for position, edge in enumerate(route.edges)
        if graph.modes[edge] == "port" and graph.vertices[route.vertices[position]][0] in ports
        for column in graph.elements[edge]
    )
