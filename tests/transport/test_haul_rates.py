"""Roads whose rates depend on the haul, on two islands: 0.10 USD/tkm out of a port, 0.06 inland and 0.04 to a port.

By the East Bridge Norton and Sutton lie 200 km apart, each 50 km from its port: from Northport to Sutton 250 km cost
25 USD/t, from Norton to Sutton 200 km cost 12 and from Norton to Southport 250 km cost 10; the entry takes 4 besides.
"""

from __future__ import annotations

import csv
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from rahdari.case import Case, check_case, find_case, read_case
from rahdari.transport.alternatives import edge_sums
from rahdari.transport.archive import archive_graph, find_cheapest
from rahdari.transport.elements import (
    Change,
    Elements,
    apply_changes,
    build_elements,
    central_values,
    change_coefficients,
    collect_estimates,
    transform,
)
from rahdari.transport.graph import Graph, Route, build_graph, count_elements, find_routes, reverse_routes
from rahdari.transport.itinerary import PlannedRoute
from rahdari.transport.routes import find_place, plan_routes
from rahdari.transport.skims import skim, skim_slopes, tabulate_routes
from tests.islands import OPEN_DAY, cargo_of, islands

NORTH = ("norton-northport-road", "norton-east-bridge-road")
EAST = (*NORTH, "east-bridge-road", "east-bridge-sutton-road", "southport-sutton-road")
RATES = "road-inner;road-home"
INVENTED = "two-islands-invention,D,Invented\n"
INNER = f"rate:road-inner,cost_usd_per_tkm,0.06,USD/tkm,exactly,,,{INVENTED}"
HOME = f"rate:road-home,cost_usd_per_tkm,0.04,USD/tkm,exactly,,,{INVENTED}"
FEE = f"rate:road-isle,border_cost_usd,60,USD,exactly,,,{INVENTED}"


def write_case(folder: Path, *, links: tuple[str, ...], rates: str = RATES, claims: str = INNER + HOME) -> Path:
    """A copy of the case in which `links` have `rates` by kind of haul, with `claims` added."""
    copy = folder / "two_islands"
    shutil.copytree(find_case("two_islands"), copy)
    table = copy / "network/links.csv"
    with table.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    with table.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, [*rows[0], "haul_rates"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | {"haul_rates": rates if row["id"] in links else ""} for row in rows)
    with (copy / "network/claims.csv").open("a", encoding="utf-8") as stream:
        stream.write(claims)
    return copy


@cache
def hauled(links: tuple[str, ...] = EAST, claims: str = INNER + HOME) -> Case:
    with TemporaryDirectory() as folder:
        return read_case(write_case(Path(folder), links=links, claims=claims))


def by_east(case: Case, start: str, end: str) -> PlannedRoute:
    answer = plan_routes(
        case.network,
        case.claims,
        start=find_place(start, case.network.nodes),
        end=find_place(end, case.network.nodes),
        cargo=cargo_of(),
        day=OPEN_DAY,
        modes=("road",),
        rng=np.random.default_rng(1),
    )
    return next(route for route in answer.routes if route.via == ("East Bridge",))


def elements_of(case: Case) -> Elements:
    return build_elements(case.network, central_values(collect_estimates(case.network, case.claims)))


def way(case: Case, graph: Graph, start: str, end: str) -> Route:
    """The way over the links with rates by kind of haul alone."""
    usable = np.isin(graph.links, [index for index, link in enumerate(case.network.links) if link.id in EAST])
    (found,) = find_routes(graph, start, end, weights=[np.ones(len(graph.tails))], usable=usable, detours=1)
    return found


@pytest.mark.parametrize(
    ("start", "end", "carriage"),
    [
        ("Northport", "Sutton", 25),
        ("Northport", "Southport", 30),
        ("Norton", "Sutton", 12),
        ("Sutton", "Norton", 12),
        ("Norton", "Southport", 10),
        ("Sutton", "Northport", 10),
    ],
)
def test_carriage_costs_what_its_kind_of_haul_says_and_takes_as_long(start: str, end: str, carriage: float) -> None:
    before, after = by_east(islands(), start, end), by_east(hauled(), start, end)
    assert sum(leg.cost_usd_per_t for leg in after.legs) == pytest.approx(carriage)
    saved = before.length_km * 0.1 - carriage
    assert after.cost_usd_per_t == pytest.approx(before.cost_usd_per_t - saved)
    assert after.generalised_cost_usd_per_t == pytest.approx(before.generalised_cost_usd_per_t - saved)
    assert (after.time_h.mean, after.length_km, after.co2e_kg_per_t, after.stops) == (
        before.time_h.mean,
        before.length_km,
        before.co2e_kg_per_t,
        before.stops,
    )


def test_one_rate_for_hauls_holds_to_a_port_too(tmp_path: Path) -> None:
    case = read_case(write_case(tmp_path, links=EAST, rates="road-inner", claims=INNER))
    assert sum(leg.cost_usd_per_t for leg in by_east(case, "Norton", "Southport").legs) == pytest.approx(15)


def test_a_haul_keeps_to_its_kind_on_links_that_tell_them_apart() -> None:
    graph = build_graph(hauled().network)
    kinds = [layer.partition(":")[2] for _, layer in graph.vertices]
    own = [index for index, link in enumerate(hauled().network.links) if link.id in EAST]
    for edge in np.flatnonzero(np.isin(graph.links, own)):
        assert kinds[graph.tails[edge]] == kinds[graph.heads[edge]]


def test_a_trip_begins_and_ends_only_where_its_kind_of_haul_does() -> None:
    graph = build_graph(hauled().network)

    def layers(vertices: list[int]) -> set[str]:
        return {graph.vertices[vertex][1] for vertex in vertices}

    assert layers(graph.starts_at("northport")) == {"road"}  # ashore
    assert layers(graph.ends_at("northport")) == {"road", "road:to-port"}
    at_sutton = {"rail-1435", "air"}
    assert layers(graph.starts_at("sutton")) == {"road:inland", "road:to-port", *at_sutton}
    assert layers(graph.ends_at("sutton")) == {"road", "road:inland", *at_sutton}


def test_cargo_from_a_ship_goes_on_as_out_of_a_port_and_cargo_for_one_as_to_a_port() -> None:
    graph = build_graph(hauled().network)
    ashore = {
        (graph.vertices[tail][1], graph.vertices[head][1])
        for tail, head, mode in zip(graph.tails.tolist(), graph.heads.tolist(), graph.modes, strict=True)
        if mode == "port" and graph.vertices[tail][0] == "northport"
    }
    assert {("sea", "road"), ("road:to-port", "sea")} <= ashore
    assert not {("sea", "road:to-port"), ("sea", "road:inland"), ("road:inland", "sea")} & ashore


def test_the_way_back_of_a_haul_out_of_a_port_is_one_to_it() -> None:
    graph = build_graph(hauled().network)
    out, home = way(hauled(), graph, "northport", "sutton"), way(hauled(), graph, "sutton", "northport")
    inland, same = way(hauled(), graph, "norton", "sutton"), way(hauled(), graph, "sutton", "norton")
    assert reverse_routes(graph, [out]) == (home,)
    assert reverse_routes(graph, [home]) == (out,)
    assert reverse_routes(graph, [inland]) == (same,)


@pytest.mark.parametrize(
    ("start", "end", "fee"),
    [("Norton", "Sutton", 3), ("Sutton", "Norton", 3), ("Sutton", "Northport", 3), ("Northport", "Sutton", 0)],
)
def test_over_a_border_a_fare_of_the_country_pays_the_border_fee_that_the_rate_out_of_a_port_holds(
    start: str, end: str, fee: float
) -> None:
    # only the north has rates by kind of haul, and 60 USD a truck of 20 t at its border
    with_fee, without = hauled(NORTH, INNER + HOME + FEE), hauled(NORTH)
    paid = by_east(with_fee, start, end).cost_usd_per_t - by_east(without, start, end).cost_usd_per_t
    assert paid == pytest.approx(fee)


@pytest.mark.parametrize(
    ("rate", "attribute", "per_unit"),
    [
        ("road-isle", "cost_usd_per_tkm", [250, 100, 100]),
        ("road-inner", "cost_usd_per_tkm", [0, 100, 0]),
        ("road-home", "cost_usd_per_tkm", [0, 0, 150]),
        ("road-isle", "border_cost_usd", [0, 1 / 20, 1 / 20]),
    ],
)
def test_a_coefficient_times_the_change_of_a_number_is_what_building_anew_gives(
    rate: str, attribute: str, per_unit: list[float]
) -> None:
    case = hauled(NORTH, INNER + HOME + FEE)
    values = central_values(collect_estimates(case.network, case.claims))
    change = Change(f"rate:{rate}", attribute, "multiply", 1.5)
    key = (change.entity, change.attribute)
    before, after = build_elements(case.network, values), build_elements(case.network, apply_changes(values, (change,)))
    graph = build_graph(case.network)
    routes = [way(case, graph, *ends) for ends in (("northport", "sutton"), ("norton", "sutton"))]
    routes.append(way(case, graph, "sutton", "northport"))
    counts = count_elements(graph, routes, elements=before.length_km.size)
    _, per_cost = change_coefficients(case.network, counts, key, length_km=before.length_km)
    moved = transform(key, change.apply(values[key], 1.0)) - values[key]
    assert moved * per_cost == pytest.approx(counts @ (after.cost_usd_per_t - before.cost_usd_per_t)[0])
    assert per_cost == pytest.approx(per_unit)


def test_the_slopes_of_a_skim_agree_with_finite_differences_on_every_kind_of_haul() -> None:
    case, cargo = hauled(), cargo_of()
    elements, graph = elements_of(case), build_graph(case.network)
    pairs = [("northport", "sutton"), ("norton", "sutton"), ("sutton", "northport")]
    table = tabulate_routes(graph, {pair: [way(case, graph, *pair)] for pair in pairs}, length_km=elements.length_km)
    slopes = skim_slopes(table, elements, cargoes=[cargo], scale=1.0).per_usd[:, 0]
    base = skim(table, elements, cargoes=[cargo], scale=1.0).cost_usd_per_t[:, 0, 0]
    for column in range(elements.length_km.size):
        elements.cost_usd_per_t[0, column] += 0.01
        dearer = skim(table, elements, cargoes=[cargo], scale=1.0).cost_usd_per_t[:, 0, 0]
        elements.cost_usd_per_t[0, column] -= 0.01
        assert (dearer - base) / 0.01 == pytest.approx(slopes[:, column], abs=1e-6)


def test_an_archive_keeps_where_hauls_may_begin_and_end() -> None:
    graph, elements = build_graph(hauled().network), elements_of(hauled())
    archive = archive_graph(
        graph,
        cost_usd_per_t=edge_sums(graph, elements.cost_usd_per_t[0]),
        time_h=edge_sums(graph, elements.time_h[0]),
        usable=np.isin(graph.links, [index for index, link in enumerate(hauled().network.links) if link.id in EAST]),
    )
    found = find_cheapest(archive, "norton", "sutton", time_usd_per_t_h=0.0)
    assert found is not None
    assert found.cost_usd_per_t == pytest.approx(12 + 4)


@pytest.mark.parametrize(
    ("rates", "claims", "message"),
    [
        (RATES, INNER, "No claim gives the cost of carriage of rate:road-home."),
        (f"{RATES};road-isle", INNER + HOME, "3 rates: give one between inland places and one to a port."),
        (
            RATES,
            INNER + HOME + f"link:east-bridge-road,cost_usd_per_t,3,USD/t,exactly,,,{INVENTED}",
            "link:east-bridge-road has a tariff of its own, so no rate by kind of haul holds on it.",
        ),
    ],
)
def test_rates_by_kind_of_haul_that_cannot_be_are_faults(tmp_path: Path, rates: str, claims: str, message: str) -> None:
    faults = check_case(write_case(tmp_path, links=EAST, rates=rates, claims=claims))
    assert message in [fault.message for fault in faults]
