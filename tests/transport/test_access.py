"""What a place reaches and what a gateway carries, on the invented islands."""

from __future__ import annotations

from math import exp

import pytest

from rahdari.transport.access import (
    Reach,
    detour_cost,
    gateways_of,
    list_choice,
    measure_access,
    reach_places,
    share_gateways,
    waiting_cost_usd_per_t,
)
from rahdari.transport.availability import Exceptions, conditions_on
from rahdari.transport.cargo import find_commodity, read_cargo
from rahdari.transport.elements import build_elements, central_values, collect_estimates
from rahdari.transport.graph import build_graph
from tests.islands import OPEN_DAY, SHUT_DAY, islands

CASE = islands()
GRAPH = build_graph(CASE.network)
ELEMENTS = build_elements(CASE.network, central_values(collect_estimates(CASE.network, CASE.claims)))
MACHINES = read_cargo(find_commodity("machines", CASE.network.commodities), CASE.claims)
OPEN = conditions_on(CASE.network, OPEN_DAY)
SHUT = conditions_on(CASE.network, SHUT_DAY)
BRIDGE = Exceptions(shut=frozenset({"crossing:east-bridge"}))


def test_a_place_is_reached_by_its_cheapest_way_with_time_counted() -> None:
    (reach,) = reach_places(CASE.network, GRAPH, ELEMENTS, start="norton", ends=["sutton"], cargo=MACHINES,
                            conditions=OPEN)  # fmt: skip
    assert reach.generalised_cost_usd_per_t == pytest.approx(40)
    assert (reach.time_h, reach.cost_usd_per_t) == pytest.approx((16, 24))


def test_the_potential_falls_by_e_at_the_decay_and_a_place_out_of_reach_adds_nothing() -> None:
    ways = [Reach("near", 40, 16, 24), Reach("far", float("inf"), float("inf"), float("inf"))]
    access = measure_access(ways, {"near": 3, "far": 1}, decay_usd_per_t=40)
    assert access.potential == pytest.approx(3 * exp(-1))
    assert access.reached_share == pytest.approx(0.75)
    assert (access.time_h, access.cost_usd_per_t) == (16, 24)


def test_nothing_reached_is_told_as_such() -> None:
    access = measure_access([Reach("far", float("inf"), float("inf"), float("inf"))], {"far": 1}, decay_usd_per_t=1)
    assert (access.potential, access.reached_share, access.time_h) == (0, 0, None)


def test_a_route_depends_on_its_crossing_its_group_and_its_ports() -> None:
    choice = list_choice(CASE.network, GRAPH, ELEMENTS, start="norton", end="sutton", cargo=MACHINES, conditions=OPEN)
    found = {gateways_of(CASE.network, GRAPH, route) for route in choice.routes}
    assert frozenset({"crossing:east-bridge", "group:bridges"}) in found
    afloat = list_choice(CASE.network, GRAPH, ELEMENTS, start="norton", end="sutton", cargo=MACHINES, conditions=SHUT)
    assert {gateways_of(CASE.network, GRAPH, route) for route in afloat.routes} >= {
        frozenset({"node:northport", "node:southport"})
    }


def test_shares_of_the_open_ways_sum_to_one_and_one_way_alone_counts_as_one() -> None:
    choice = list_choice(CASE.network, GRAPH, ELEMENTS, start="norton", end="sutton", cargo=MACHINES, conditions=OPEN)
    shares, ways = share_gateways(choice, MACHINES, lengths=ELEMENTS.length_km, scale=10)
    assert shares["crossing:east-bridge"] + shares["crossing:west-bridge"] == pytest.approx(shares["group:bridges"])
    assert shares["group:bridges"] == pytest.approx(1)
    assert 1 < ways < 2
    only = list_choice(CASE.network, GRAPH, ELEMENTS, start="norton", end="sutton", cargo=MACHINES, conditions=SHUT)
    assert share_gateways(only, MACHINES, lengths=ELEMENTS.length_km, scale=10)[1] == pytest.approx(1, abs=1e-3)


def test_shutting_the_cheaper_bridge_costs_the_difference_to_the_dearer_one() -> None:
    closed = conditions_on(CASE.network, OPEN_DAY, exceptions=BRIDGE)
    both, one = (
        list_choice(CASE.network, GRAPH, ELEMENTS, start="norton", end="sutton", cargo=MACHINES, conditions=world)
        for world in (OPEN, closed)
    )
    extra = detour_cost(both, one, MACHINES, lengths=ELEMENTS.length_km, scale=0.01)
    assert extra == pytest.approx(52 - 40, abs=0.1)  # West 52 instead of East 40
    assert detour_cost(both, both, MACHINES, lengths=ELEMENTS.length_km, scale=0.01) == 0


def test_no_way_left_has_no_price_and_a_day_of_waiting_costs_the_days_time() -> None:
    shut = conditions_on(CASE.network, SHUT_DAY, exceptions=Exceptions(shut=frozenset({"node:northport"})))
    none = list_choice(CASE.network, GRAPH, ELEMENTS, start="norton", end="sutton", cargo=MACHINES, conditions=shut)
    some = list_choice(CASE.network, GRAPH, ELEMENTS, start="norton", end="sutton", cargo=MACHINES, conditions=OPEN)
    assert none.routes == ()
    assert detour_cost(some, none, MACHINES, lengths=ELEMENTS.length_km, scale=1) is None
    assert waiting_cost_usd_per_t(MACHINES) == pytest.approx(24)
