"""Links whose way back has a rate of its own, on two islands: out by the East Bridge 24 USD/t, 200 km of it at 0.10.

Back, most lorries look for a load: at 0.04 USD/tkm the same 200 km cost 8 USD/t instead of 20.
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
from rahdari.transport.elements import (
    Change,
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

EAST = ("norton-east-bridge-road", "east-bridge-road", "east-bridge-sutton-road")
HOMEWARD = "rate:road-home,cost_usd_per_tkm,0.04,USD/tkm,exactly,,,two-islands-invention,D,Invented\n"


def write_case(folder: Path, *, links: tuple[str, ...] = EAST, claims: str = HOMEWARD) -> Path:
    """A copy of the case in which `links` name the rate road-home for their way back, with `claims` added."""
    copy = folder / "two_islands"
    shutil.copytree(find_case("two_islands"), copy)
    table = copy / "network/links.csv"
    with table.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    with table.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, [*rows[0], "back_rate"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | {"back_rate": "road-home" if row["id"] in links else ""} for row in rows)
    with (copy / "network/claims.csv").open("a", encoding="utf-8") as stream:
        stream.write(claims)
    return copy


@cache
def homeward() -> Case:
    with TemporaryDirectory() as folder:
        return read_case(write_case(Path(folder)))


def by_east(case: Case, start: str, end: str) -> PlannedRoute:
    answer = plan_routes(
        case.network,
        case.claims,
        start=find_place(start, case.network.nodes),
        end=find_place(end, case.network.nodes),
        cargo=cargo_of(),
        day=OPEN_DAY,
        rng=np.random.default_rng(1),
    )
    return next(route for route in answer.routes if route.via == ("East Bridge",))


@cache
def both_ways() -> tuple[Graph, Route, Route]:
    """The graph, the way by the East Bridge and the same way back."""
    network = homeward().network
    graph = build_graph(network)
    usable = np.isin(graph.links, [index for index, link in enumerate(network.links) if link.id in EAST])
    (out,) = find_routes(graph, "norton", "sutton", weights=[np.ones(len(graph.tails))], usable=usable)
    return graph, out, reverse_routes(graph, [out])[0]


def test_the_way_out_is_as_without_a_rate_for_the_way_back() -> None:
    assert by_east(homeward(), "Norton", "Sutton") == by_east(islands(), "Norton", "Sutton")


def test_the_way_back_costs_its_length_times_its_own_rate_and_takes_as_long() -> None:
    before, after = by_east(islands(), "Sutton", "Norton"), by_east(homeward(), "Sutton", "Norton")
    assert sum(leg.cost_usd_per_t for leg in after.legs) == pytest.approx(200 * 0.04)
    assert after.cost_usd_per_t == pytest.approx(before.cost_usd_per_t - 200 * (0.1 - 0.04))
    assert after.generalised_cost_usd_per_t == pytest.approx(before.generalised_cost_usd_per_t - 12)
    assert (after.time_h.mean, after.co2e_kg_per_t, after.stops) == (
        before.time_h.mean,
        before.co2e_kg_per_t,
        before.stops,
    )


@pytest.mark.parametrize("rate", ["road-home", "road-isle"])
def test_a_coefficient_times_the_change_of_a_rate_is_what_building_anew_gives_on_the_way_back(rate: str) -> None:
    network = homeward().network
    values = central_values(collect_estimates(network, homeward().claims))
    change = Change(f"rate:{rate}", "cost_usd_per_tkm", "multiply", 1.5)
    key = (change.entity, change.attribute)
    before, after = build_elements(network, values), build_elements(network, apply_changes(values, (change,)))
    graph, out, back = both_ways()
    counts = count_elements(graph, [out, back], elements=before.length_km.size)
    _, per_cost = change_coefficients(network, counts, key, length_km=before.length_km)
    moved = transform(key, change.apply(values[key], 1.0)) - values[key]
    assert moved * per_cost == pytest.approx(counts @ (after.cost_usd_per_t - before.cost_usd_per_t)[0])
    assert per_cost == pytest.approx([0, 200] if rate == "road-home" else [200, 0])


def test_the_slopes_of_a_skim_agree_with_finite_differences_on_the_way_back() -> None:
    network, cargo = homeward().network, cargo_of()
    elements = build_elements(network, central_values(collect_estimates(network, homeward().claims)))
    graph, out, back = both_ways()
    found = {("norton", "sutton"): [out], ("sutton", "norton"): [back]}
    table = tabulate_routes(graph, found, length_km=elements.length_km)
    slopes = skim_slopes(table, elements, cargoes=[cargo], scale=1.0).per_usd[:, 0]
    base = skim(table, elements, cargoes=[cargo], scale=1.0).cost_usd_per_t[:, 0, 0]
    for column in range(elements.length_km.size):
        elements.cost_usd_per_t[0, column] += 0.01
        dearer = skim(table, elements, cargoes=[cargo], scale=1.0).cost_usd_per_t[:, 0, 0]
        elements.cost_usd_per_t[0, column] -= 0.01
        assert (dearer - base) / 0.01 == pytest.approx(slopes[:, column], abs=1e-6)


@pytest.mark.parametrize(
    ("links", "claims", "message"),
    [
        (EAST, "", "No claim gives the cost of carriage of rate:road-home."),
        (
            EAST,
            HOMEWARD + "link:east-bridge-road,cost_usd_per_t,3,USD/t,exactly,,,two-islands-invention,D,Invented\n",
            "link:east-bridge-road has a tariff of its own, so no rate holds on its way back.",
        ),
    ],
)
def test_a_way_back_without_a_cost_or_over_a_link_with_a_tariff_is_a_fault(
    tmp_path: Path, links: tuple[str, ...], claims: str, message: str
) -> None:
    faults = check_case(write_case(tmp_path, links=links, claims=claims))
    assert message in [fault.message for fault in faults]
