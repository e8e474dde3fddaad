"""Cargo begins and ends ashore: what leaves or reaches a port by ship passes the port."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rahdari.case.shipment import Shipment, plan_shipment
from rahdari.exceptions import InputFault
from rahdari.transport.graph import ASHORE, build_graph
from tests.islands import OPEN_DAY, islands


def test_a_way_by_ferry_alone_holds_both_ports() -> None:
    best = plan_shipment(islands(), Shipment("Northport", "Southport", day=OPEN_DAY, modes=("ferry",))).routes[0]
    assert best.time_h.mean == pytest.approx(20 + 12 + 10 + 10)  # sailing, waiting for it, two ports
    assert best.cost_usd_per_t == pytest.approx(8 + 9 + 9)
    assert best.via == ()  # it begins and ends there


def test_a_port_that_no_land_link_reaches_has_a_place_ashore() -> None:
    network = islands().network
    alone = replace(network, links=tuple(link for link in network.links if link.mode == "ferry"))
    graph = build_graph(alone)
    for node in ("northport", "southport"):
        assert [graph.vertices[vertex] for vertex in graph.starts_at(node)] == [(node, ASHORE)]
        assert [graph.vertices[vertex] for vertex in graph.ends_at(node)] == [(node, ASHORE)]


def test_a_way_by_land_from_a_port_passes_no_port() -> None:
    best = plan_shipment(islands(), Shipment("Northport", "Norton", day=OPEN_DAY)).routes[0]
    assert best.modes == ("road",)
    assert not [stop for stop in best.stops if stop.kind == "port"]


def test_cargo_off_a_ship_passes_the_port_by_land_and_cargo_made_there_does_not() -> None:
    case, question = islands(), Shipment("Northport", "Norton", day=OPEN_DAY, modes=("road",))
    made, landed = (plan_shipment(case, replace(question, from_ship=asked)).routes[0] for asked in (False, True))
    assert landed.time_h.mean - made.time_h.mean == pytest.approx(10)
    assert landed.cost_usd_per_t - made.cost_usd_per_t == pytest.approx(9)
    assert [stop.kind for stop in landed.stops if stop.kind == "port"] == ["port"]
    assert landed.via == made.via


def test_cargo_that_goes_onto_a_ship_passes_the_port_where_its_way_ends() -> None:
    answer = plan_shipment(islands(), Shipment("Norton", "Northport", day=OPEN_DAY, modes=("road",), to_ship=True))
    assert [stop.kind for stop in answer.routes[0].stops if stop.kind == "port"] == ["port"]
    assert (answer.from_ship, answer.to_ship) == (False, True)


def test_cargo_off_a_ship_that_goes_on_by_ship_passes_each_port_once() -> None:
    question = Shipment("Northport", "Southport", day=OPEN_DAY, modes=("ferry",), from_ship=True, to_ship=True)
    best = plan_shipment(islands(), question).routes[0]
    assert best.time_h.mean == pytest.approx(20 + 12 + 10 + 10)


def test_no_cargo_comes_off_a_ship_where_there_is_no_port() -> None:
    with pytest.raises(InputFault, match="Norton is no port of the case"):
        plan_shipment(islands(), Shipment("Norton", "Northport", day=OPEN_DAY, from_ship=True))
