"""Ways made straight between their borders, on networks of a few roads."""

from __future__ import annotations

import numpy as np
import pytest

from rahdari.transport.graph import Graph, Route, build_graph, find_routes
from rahdari.transport.network import Link, Network
from rahdari.transport.stretches import straighten_routes
from tests.transport.test_graph import link, network, node

# From s to e over the near bridge 30, over the far one 44 by the town p and 45 round it by w.
KM = {"s-p": 10, "p-x": 10, "x-e": 10, "p-u": 14, "s-w": 10, "w-u": 15, "u-y": 10, "y-e": 10}
PLACES = [node(name) for name in "spwu"] + [node(name, country="XSO") for name in "xye"]


def two_bridges(*more: Link) -> Network:
    roads = [link(*name.split("-"), crossing={"p-x": "near", "u-y": "far"}.get(name, "")) for name in KM]
    return network(PLACES, [*roads, *more])


def weigh(made: Network, graph: Graph, *, other: float = 1.0) -> np.ndarray:
    km = [KM.get(f"{one.start}-{one.end}", other) if one.mode == "road" else other for one in made.links]
    return np.array([km[one] if one >= 0 else 1.0 for one in graph.links.tolist()])


def places(graph: Graph, route: Route) -> str:
    return "".join(graph.vertices[vertex][0] for vertex in route.vertices)


def test_a_way_over_another_border_goes_by_the_cheapest_roads_to_it() -> None:
    made = two_bridges()
    graph = build_graph(made)
    weight, usable = weigh(made, graph), np.ones(len(graph.tails), dtype=bool)
    found = find_routes(graph, "s", "e", weights=[weight], usable=usable, detours=3)
    assert {places(graph, route) for route in found} == {"spxe", "swuye"}  # the road s-p was made dearer
    straight = straighten_routes(graph, found, weight=weight, usable=usable)
    assert {places(graph, route) for route in straight} == {"spxe", "spuye"}
    for route in straight:
        ends = [(int(graph.tails[edge]), int(graph.heads[edge])) for edge in route.edges]
        assert ends == list(zip(route.vertices, route.vertices[1:], strict=False))


def test_a_road_that_may_not_be_used_makes_no_way_straight() -> None:
    made = two_bridges()
    graph = build_graph(made)
    weight, usable = weigh(made, graph), np.ones(len(graph.tails), dtype=bool)
    usable[np.isin(graph.links, [list(KM).index(name) for name in ("p-x", "p-u")])] = False
    (round_it,) = find_routes(graph, "s", "e", weights=[weight], usable=usable, detours=1)
    straight = straighten_routes(graph, [round_it], weight=weight, usable=usable)
    assert [places(graph, route) for route in straight] == ["swuye"]


@pytest.mark.parametrize("mode", ["ferry", "air"])
def test_ships_and_flights_keep_their_way(mode: str) -> None:
    made = network(
        [node("s", "port", "airport"), node("m"), node("e", "port", "airport")],
        [link("s", "m", mode), link("m", "e", mode), link("s", "e", mode)],
    )
    graph = build_graph(made)
    weight, usable = weigh(made, graph), np.ones(len(graph.tails), dtype=bool)
    by_m = Route(
        tuple(graph.vertices.index((name, mode)) for name in "sme"),
        tuple(
            next(
                edge
                for edge, one in enumerate(graph.links.tolist())
                if one == number and graph.vertices[graph.tails[edge]][0] == "sm"[number]
            )
            for number in (0, 1)
        ),
    )
    assert straighten_routes(graph, [by_m], weight=weight, usable=usable) == (by_m,)


def test_the_same_way_found_twice_comes_once() -> None:
    made = two_bridges()
    graph = build_graph(made)
    weight, usable = weigh(made, graph), np.ones(len(graph.tails), dtype=bool)
    found = find_routes(graph, "s", "e", weights=[weight], usable=usable, detours=1)
    assert straighten_routes(graph, [*found, *found], weight=weight, usable=usable) == found
