"""Corridors of the invented islands, whose indicators can be worked out by hand (see tests/islands.py)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rahdari.exceptions import InputFault
from rahdari.transport.availability import conditions_on
from rahdari.transport.corridors import Indicators, measure_corridor, trace_corridor
from rahdari.transport.elements import build_elements, central_values, collect_estimates
from rahdari.transport.graph import build_graph
from rahdari.transport.network import Corridor
from tests.islands import OPEN_DAY, SHUT_DAY, islands

CASE = islands()
GRAPH = build_graph(CASE.network)
CORRIDORS = {corridor.id: corridor for corridor in CASE.network.corridors}
FERRY = Corridor("north-sea", "Road and ferry", ("road", "ferry"), ("norton", "northport", "southport", "sutton"),
                 "two-islands-invention", "")  # fmt: skip


def measured(corridor: Corridor, *, backwards: bool = False, shut: bool = False) -> Indicators:
    route = trace_corridor(GRAPH, corridor, backwards=backwards)
    elements = build_elements(CASE.network, central_values(collect_estimates(CASE.network, CASE.claims)))
    conditions = conditions_on(CASE.network, SHUT_DAY if shut else OPEN_DAY)
    return measure_corridor(CASE.network, GRAPH, route, elements, conditions=conditions, claims=CASE.claims)


def test_road_indicators_are_those_of_the_hand_calculation() -> None:
    told = measured(CORRIDORS["east-road"])
    assert (told.length_km, told.time_h, told.cost_usd_per_t) == pytest.approx((200, 16, 24))
    assert told.tfi1_h == pytest.approx(6)  # 2 h out and 10 h in, two sides
    assert told.tfi2_usd == pytest.approx(80)  # 4 USD a tonne on 20 t at the one side that charges
    assert told.tfi3_usd_per_500km_20t == pytest.approx(24 * 20 * 500 / 200)
    assert told.tfi4_km_per_h == pytest.approx(200 / 16)
    assert told.speed_without_delay_km_per_h == pytest.approx(50)
    assert told.border_time_share == pytest.approx(12 / 16)


def test_a_change_of_gauge_is_border_time_and_no_border_of_its_own() -> None:
    told = measured(CORRIDORS["tunnel-rail"])
    assert (told.border_points, told.breaks_of_gauge) == (2, 1)
    assert told.tfi1_h == pytest.approx((1 + 1 + 2) / 2)
    assert told.tfi2_usd is None


def test_a_corridor_changes_mode_where_the_places_allow_it_and_may_cross_no_land_border() -> None:
    told = measured(FERRY)
    assert (told.time_h, told.cost_usd_per_t) == pytest.approx((54, 36))
    assert (told.tfi1_h, told.tfi2_usd, told.border_time_share) == (None, None, 0)


def test_the_way_back_passes_the_stops_of_that_direction() -> None:
    forward, back = (trace_corridor(GRAPH, CORRIDORS["east-road"], backwards=way) for way in (False, True))
    used = [
        {CASE.network.stops[element - len(CASE.network.links)].id for edge in route.edges
         for element in GRAPH.elements[edge] if element >= len(CASE.network.links)}
        for route in (forward, back)
    ]  # fmt: skip
    assert used == [{"east-bridge-southbound-exit", "east-bridge-southbound-entry"},
                    {"east-bridge-northbound-exit", "east-bridge-northbound-entry"}]  # fmt: skip


def test_what_shuts_a_corridor_is_named_and_its_figures_stay() -> None:
    told = measured(CORRIDORS["east-road"], shut=True)
    assert told.shut_by == ("group:bridges",)
    assert told.availability == 0
    assert told.tfi1_h == pytest.approx(6)
    assert measured(CORRIDORS["east-road"]).shut_by == ()


def test_a_change_that_no_place_allows_breaks_the_corridor() -> None:
    corridor = replace(CORRIDORS["tunnel-rail"], nodes=("northport", "norton", "east-bridge-north"), modes=("ferry",))
    with pytest.raises(InputFault, match="breaks before norton"):
        trace_corridor(GRAPH, corridor)
