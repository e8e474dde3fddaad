"""Cargo begins and ends ashore: what leaves or reaches a port by ship passes the port."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rahdari.case.shipment import Shipment, plan_shipment
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
