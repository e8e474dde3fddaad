"""Plans of the two islands against every way there is, listed by brute force and priced by the sums themselves."""

from __future__ import annotations

import numpy as np
import pytest

from rahdari.transport.alternatives import usable_edges
from rahdari.transport.availability import Conditions, conditions_on
from rahdari.transport.closures import fit_closures
from rahdari.transport.criteria import NAMES, route_criteria
from rahdari.transport.elements import Elements, build_elements, central_values, collect_estimates
from rahdari.transport.graph import Graph, Route, build_graph, count_elements, drop_roundabouts, returns
from rahdari.transport.hazards import combine_causes, generalised_cost, route_causes
from tests.islands import OPEN_DAY, SHUT_DAY, cargo_of, islands, plan

PROCESSES = fit_closures(islands().network.closures, as_of=SHUT_DAY)
PAIRS = [("Norton", "Sutton"), ("Sutton", "Northport"), ("Norton", "Tradehaven"), ("Tradehaven", "Sutton")]
Way = tuple[float, float, float, float, float]  # generalised cost, freight, hours, CO2e, availability


def world(day: object) -> tuple[Graph, Elements, Conditions]:
    network, claims = islands().network, islands().claims
    elements = build_elements(network, central_values(collect_estimates(network, claims)))
    conditions = conditions_on(network, OPEN_DAY if day == "open" else SHUT_DAY, processes=PROCESSES)
    return build_graph(network), elements, conditions


def every_way(graph: Graph, start: str, end: str, *, usable: np.ndarray) -> list[Route]:
    """All ways that pass no vertex twice and no country again that they have left."""
    ahead: dict[int, list[int]] = {}
    for edge in np.flatnonzero(usable).tolist():
        ahead.setdefault(int(graph.tails[edge]), []).append(edge)
    stack = [Route((index,), ()) for index in graph.starts_at(start)]
    ends, found = graph.ends_at(end), []
    while stack:
        way = stack.pop()
        if way.vertices[-1] in ends:
            found.append(way)
            continue
        for edge in ahead.get(way.vertices[-1], []):
            longer = Route((*way.vertices, int(graph.heads[edge])), (*way.edges, edge))
            if longer.vertices[-1] not in way.vertices and not returns(graph, longer):
                stack.append(longer)
    return found


def price(way: Route, graph: Graph, elements: Elements, conditions: Conditions, *, cargo: str) -> Way:
    used = count_elements(graph, [way], elements=elements.length_km.size)[0]
    hours = float(used @ elements.time_h[0])
    chance, surcharge = combine_causes(route_causes(graph, way, conditions), time_h=hours)
    freight = float(used @ elements.cost_usd_per_t[0])
    whole = generalised_cost(
        np.array([freight]), np.array([hours]), cargo=cargo_of(cargo), surcharge=np.array([surcharge]),
        availability=np.array([chance]),
    )  # fmt: skip
    return float(whole[0]), freight, hours, float(used @ elements.co2e_kg_per_t), chance


@pytest.mark.parametrize(("day", "cargo"), [("open", "machines"), ("open", "medicine"), ("shut", "grain")])
def test_no_way_there_is_beats_the_first_route_and_none_answered_is_beaten_by_one_of_its_kind(
    day: str, cargo: str
) -> None:
    graph, elements, conditions = world(day)
    usable = usable_edges(graph, conditions, modes=cargo_of(cargo).modes)
    compared = 0
    for start, end in PAIRS:
        ids = {node.name: node.id for node in islands().network.nodes}
        ways = every_way(graph, ids[start], ids[end], usable=usable)
        answer = plan(start, end, day=conditions.day, cargo=cargo, processes=PROCESSES)
        assert bool(answer.routes) == bool(ways), (start, end)
        if not ways:
            continue
        priced = [price(way, graph, elements, conditions, cargo=cargo) for way in ways]
        assert answer.routes[0].generalised_cost_usd_per_t == pytest.approx(min(one[0] for one in priced))
        for route in answer.routes:
            own = (route.generalised_cost_usd_per_t, route.cost_usd_per_t, route.time_h.mean, route.availability)
            for way, (whole, freight, hours, _, chance) in zip(ways, priced, strict=True):
                if tuple(dict.fromkeys(graph.modes[e] for e in way.edges if graph.links[e] >= 0)) != route.modes:
                    continue
                better = whole < own[0] - 1e-6 and freight <= own[1] and hours <= own[2] and chance >= own[3]
                shown = any(other.generalised_cost_usd_per_t <= whole + 1e-6 for other in answer.routes)
                assert not better or shown, (start, end, route.name)
                compared += 1
    assert compared > 5


@pytest.mark.parametrize("day", ["open", "shut"])
def test_the_criteria_of_a_way_are_its_cost_time_emissions_and_chance_with_every_shock_counted_once(day: str) -> None:
    graph, elements, conditions = world(day)
    cargo = cargo_of("machines")
    criteria = route_criteria(graph, elements, conditions=conditions, cargo=cargo)
    usable = usable_edges(graph, conditions, modes=cargo.modes)
    ways = [way for end in ("sutton", "tradehaven") for way in every_way(graph, "norton", end, usable=usable)]
    at_risk = 0
    for way in drop_roundabouts(graph, ways):
        cost, hours, co2e, risk, closures = criteria.measure(way)
        whole, _, true_hours, true_co2e, chance = price(way, graph, elements, conditions, cargo="machines")
        assert (hours, co2e) == pytest.approx((true_hours, true_co2e))
        assert np.exp(-risk - closures * hours / 8766) == pytest.approx(chance)
        assert (cost + cargo.time_usd_per_t_h * hours) / chance == pytest.approx(whole)
        at_risk += risk > 0
    assert at_risk > 0
    assert criteria.names == NAMES
