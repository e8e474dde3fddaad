"""A ferry that has a rate for lorries, on two islands: 400 km at 0.02 USD/tkm for wagons, 0.05 for lorries."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from rahdari.case import Case, check_case, read_case
from rahdari.transport.alternatives import usable_edges
from rahdari.transport.availability import Conditions
from rahdari.transport.elements import (
    Change,
    apply_changes,
    build_elements,
    central_values,
    change_coefficients,
    collect_estimates,
)
from rahdari.transport.graph import Graph, Route, build_graph, count_elements, find_routes, reverse_routes
from rahdari.transport.itinerary import PlannedRoute
from rahdari.transport.routes import find_place, plan_routes
from tests.islands import OPEN_DAY, cargo_of, islands
from tests.transport.test_charges import ITEM
from tests.transport.test_graph import link, network, node
from tests.transport.test_haul_rates import INVENTED, write_case

FERRY = "northport-southport-ferry"
LORRY = f"rate:ferry-lorry,cost_usd_per_tkm,0.05,USD/tkm,exactly,,,{INVENTED}"
OWN = f"link:{FERRY},cost_usd_per_t,6,USD/t,exactly,,,{INVENTED}"


@cache
def with_lorries(claims: str = LORRY) -> Case:
    with TemporaryDirectory() as folder:
        return read_case(write_case(Path(folder), links=(FERRY,), rates="ferry-lorry", claims=claims))


def by_ferry(case: Case, start: str, end: str, *modes: str) -> PlannedRoute:
    answer = plan_routes(
        case.network,
        case.claims,
        start=find_place(start, case.network.nodes),
        end=find_place(end, case.network.nodes),
        cargo=cargo_of(),
        day=OPEN_DAY,
        modes=("ferry", *modes),
        rng=np.random.default_rng(1),
    )
    return next(route for route in answer.routes if any(leg.mode == "ferry" for leg in route.legs))


def ferry_cost(route: PlannedRoute) -> float:
    return sum(leg.cost_usd_per_t for leg in route.legs if leg.mode == "ferry")


def way(graph: Graph, start: str, end: str, *modes: str) -> Route:
    usable = np.isin(graph.modes, [*modes, "port"])
    (found,) = find_routes(graph, start, end, weights=[np.ones(len(graph.tails))], usable=usable, detours=1)
    return found


@pytest.mark.parametrize("claims", [LORRY, LORRY + OWN])
def test_a_lorry_pays_its_own_rate_on_the_ferry_whatever_wagons_pay(claims: str) -> None:
    case = with_lorries(claims)
    assert ferry_cost(by_ferry(islands(), "Norton", "Sutton", "road")) == pytest.approx(8)
    assert ferry_cost(by_ferry(case, "Norton", "Sutton", "road")) == pytest.approx(20)
    assert ferry_cost(by_ferry(case, "Northport", "Southport")) == pytest.approx(20)  # no railway reaches Northport


def test_a_lorry_takes_as_long_as_before_and_pays_the_difference() -> None:
    before = by_ferry(islands(), "Norton", "Sutton", "road")
    after = by_ferry(with_lorries(), "Norton", "Sutton", "road")
    assert (after.time_h.mean, after.length_km, after.stops) == (before.time_h.mean, before.length_km, before.stops)
    assert after.cost_usd_per_t == pytest.approx(before.cost_usd_per_t + 12)


@pytest.mark.parametrize(("mode", "due"), [("road", ["toll"]), ("rail", []), ("ferry", ["toll"])])
def test_a_lorry_that_leaves_a_ferry_enters_the_country_by_road(mode: str, due: list[str]) -> None:
    case = with_lorries()
    item = replace(ITEM, modes=(mode,), enters=("XSO",))
    route = by_ferry(replace(case, network=replace(case.network, charges=(item,))), "Norton", "Sutton", "road")
    assert [one.charge.id for one in route.charges] == due


def test_what_boards_by_road_lands_by_road_and_what_boards_by_rail_by_rail() -> None:
    links = [
        link("a", "b", "road"),
        link("a", "b", "rail", "1520"),
        replace(link("b", "c", "ferry"), haul_rates=("lorry",)),
    ]
    links += [link("c", "d", "road"), link("c", "d", "rail", "1520")]
    graph = build_graph(network([node("a"), node("b", "port"), node("c", "port"), node("d")], links))
    changes = {
        tuple(graph.vertices[vertex][1] for vertex in ends)
        for *ends, mode in zip(graph.tails.tolist(), graph.heads.tolist(), graph.modes, strict=True)
        if mode == "port"
    }
    aboard = {("road", "ferry:lorry"), ("rail-1520", "ferry")}
    assert changes == aboard | {(ship, shore) for shore, ship in aboard}


def test_a_ferry_without_a_rate_for_lorries_takes_none_at_a_port_where_another_has_one() -> None:
    links = [link("a", "b", "road"), replace(link("b", "c", "ferry"), haul_rates=("lorry",)), link("c", "d", "road")]
    links += [link("b", "e", "ferry"), link("e", "d", "road")]
    nodes = [node("a"), node("b", "port"), node("c", "port"), node("d"), node("e", "port")]
    graph = build_graph(network(nodes, links))
    there = way(graph, "a", "d", "road", "ferry")
    assert [graph.vertices[vertex] for vertex in there.vertices][2:4] == [("b", "ferry:lorry"), ("c", "ferry:lorry")]
    assert reverse_routes(graph, [there]) == (way(graph, "d", "a", "road", "ferry"),)


@pytest.mark.parametrize(
    ("modes", "aboard"),
    [
        (("road", "ferry"), ["ferry:lorry"]),
        (("rail", "ferry"), ["ferry"]),
        (("ferry",), ["ferry", "ferry:lorry"]),
        (("road", "rail", "ferry"), ["ferry", "ferry:lorry"]),
    ],
)
def test_by_road_and_ferry_goes_a_lorry_and_by_rail_and_ferry_a_wagon(
    modes: tuple[str, ...], aboard: list[str]
) -> None:
    links = [link("a", "b", "road"), link("a", "b", "rail", "1520")]
    links += [replace(link("b", "c", "ferry"), haul_rates=("lorry",)), link("c", "d", "road")]
    links += [link("c", "d", "rail", "1520")]
    graph = build_graph(network([node("a"), node("b", "port"), node("c", "port"), node("d")], links))
    usable = usable_edges(graph, Conditions(OPEN_DAY, ((),) * len(links), (True,) * len(links)), modes=modes)
    out = {graph.vertices[tail][1] for tail in graph.tails[usable & (graph.links == 2)].tolist()}
    assert sorted(out) == aboard


@pytest.mark.parametrize(
    ("entity", "attribute", "per_unit"),
    [
        ("rate:ferry-lorry", "cost_usd_per_tkm", [400, 0]),
        ("rate:ferry-isle", "cost_usd_per_tkm", [0, 400]),
        (f"link:{FERRY}", "cost_usd_per_t", [0, 1]),
    ],
)
def test_a_coefficient_times_the_change_of_a_number_is_what_building_anew_gives(
    entity: str, attribute: str, per_unit: list[float]
) -> None:
    case = with_lorries(LORRY + OWN if entity.startswith("link") else LORRY)
    values = central_values(collect_estimates(case.network, case.claims))
    change = Change(entity, attribute, "multiply", 1.5)
    before, after = build_elements(case.network, values), build_elements(case.network, apply_changes(values, (change,)))
    graph = build_graph(case.network)
    routes = [
        Route((int(graph.tails[edge]), int(graph.heads[edge])), (edge,))
        for layer in ("ferry:lorry", "ferry")
        for edge in [graph.modes.index("ferry") + (layer == "ferry:lorry")]
        if graph.vertices[graph.tails[edge]] == ("northport", layer)
    ]
    assert len(routes) == 2
    counts = count_elements(graph, routes, elements=before.length_km.size)
    key = (entity, attribute)
    _, per_cost = change_coefficients(case.network, counts, key, length_km=before.length_km)
    assert per_cost == pytest.approx(per_unit)
    moved = change.apply(values[key], 1.0) - values[key]
    assert moved * per_cost == pytest.approx(counts @ (after.cost_usd_per_t - before.cost_usd_per_t)[0])


def test_two_rates_on_a_ferry_are_a_fault(tmp_path: Path) -> None:
    copy = write_case(tmp_path, links=(FERRY,), rates="ferry-lorry;road-isle", claims=LORRY)
    assert [fault.message for fault in check_case(copy)] == ["2 rates: on a ferry give that of lorries alone."]
