"""Small networks made for one question each, and properties that hold on any network."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rahdari.transport.alternatives import find_candidates
from rahdari.transport.cargo import Cargo
from rahdari.transport.elements import Key, build_elements
from rahdari.transport.graph import build_graph, count_elements, find_routes, reverse_routes
from rahdari.transport.hazards import generalised_cost
from rahdari.transport.network import Link, Network, Node, Stop

CARGO = Cargo("goods", "Goods", 100.0, 0.5, ("road", "rail"), ())


def node(name: str, *transfers: str, country: str = "XNO") -> Node:
    return Node(name, name, country, "city", 0.0, 0.0, transfers, (), "")


def link(start: str, end: str, mode: str = "road", gauge: str = "", *, crossing: str = "", tag: str = "") -> Link:
    return Link(f"{start}-{end}-{mode}{gauge}{tag}", start, end, mode, gauge, mode, crossing, "", "")


def network(nodes: list[Node], links: list[Link], stops: tuple[Stop, ...] = ()) -> Network:
    return Network(tuple(nodes), tuple(links), (), stops, (), (), (), ())


def lengths(graph_network: Network, km: Mapping[str, float]) -> dict[Key, np.ndarray]:
    values: dict[Key, np.ndarray] = {
        (f"link:{one.id}", "length_km"): np.array([km[one.id]]) for one in graph_network.links
    }
    for rate in {one.rate for one in graph_network.links}:
        values[f"rate:{rate}", "speed_without_delay_km_per_h"] = np.array([50.0])
        values[f"rate:{rate}", "cost_usd_per_tkm"] = np.array([0.1])
    for stop in graph_network.stops:
        values[stop.entity, "time_h"] = np.array([1.0])
    return values


def routes_between(made: Network, start: str, end: str, *, cost: float = 1.0) -> list[list[tuple[str, str]]]:
    graph = build_graph(made)
    edges = len(graph.tails)
    handling = np.where(np.array(graph.modes) == "port", 10.0, 1.0)
    weights = [np.where(graph.links >= 0, cost, handling)]
    found = find_routes(graph, start, end, weights=weights, usable=np.ones(edges, dtype=bool))
    return [[graph.vertices[vertex] for vertex in route.vertices] for route in found]


def test_a_link_runs_both_ways() -> None:
    made = network([node("a"), node("b")], [link("a", "b")])
    assert routes_between(made, "b", "a") == [[("b", "road"), ("a", "road")]]


def test_rail_of_another_gauge_is_out_of_reach_without_a_break() -> None:
    rails = [link("a", "b", "rail", "1520"), link("b", "c", "rail", "1435")]
    assert routes_between(network([node("a"), node("b"), node("c")], rails), "a", "c") == []
    with_break = network([node("a"), node("b", "break-of-gauge"), node("c")], rails)
    assert len(routes_between(with_break, "a", "c")) == 1


@pytest.mark.parametrize(
    ("first", "second", "handling"),
    [("road", "rail", "terminal"), ("road", "ferry", "port"), ("rail", "sea", "port"), ("road", "air", "airport")],
)
def test_cargo_changes_mode_only_where_the_node_has_the_handling(first: str, second: str, handling: str) -> None:
    links = [
        link("a", "b", first, "1520" if first == "rail" else ""),
        link("b", "c", second, "1435" if second == "rail" else ""),
    ]
    for transfers in ((), ("terminal",), ("port",), ("airport",), ("break-of-gauge",)):
        found = routes_between(network([node("a"), node("b", *transfers), node("c")], links), "a", "c")
        assert bool(found) == (transfers == (handling,))


def test_border_stops_count_by_direction_and_mode() -> None:
    out = Stop("out", "Out", "gate", "border", "road", "XNO", "XSO", "", "")
    back = Stop("back", "Back", "gate", "border", "road", "XSO", "XNO", "", "")
    rail = Stop("rail", "Rail", "gate", "border", "rail", "XNO", "XSO", "", "")
    made = network([node("a"), node("b", country="XSO")], [link("a", "b", crossing="gate")], (out, back, rail))
    graph = build_graph(made)
    assert graph.elements == ((0, 1), (0, 2))


def test_a_ports_stop_for_one_land_mode_goes_before_the_one_for_all() -> None:
    anyone = Stop("any", "Any", "b", "port", "any", "", "", "", "")
    wagons = Stop("wagons", "Wagons", "b", "port", "rail", "", "", "", "")
    links = [link("a", "b"), link("a", "b", "rail", "1520"), link("b", "c", "ferry")]
    for stops in ((anyone, wagons), (wagons, anyone)):
        graph = build_graph(network([node("a"), node("b", "port"), node("c")], links, stops))
        handled = {
            graph.vertices[tail][1]: stops[element - len(links)].id
            for tail, elements, change in zip(graph.tails.tolist(), graph.elements, graph.modes, strict=True)
            if change == "port" and graph.vertices[tail][1] != "ferry"
            for element in elements
        }
        assert handled == {"road": "any", "rail-1520": "wagons"}


def test_a_ports_stop_for_one_land_mode_says_nothing_of_the_other() -> None:
    lorries = Stop("lorries", "Lorries", "b", "port", "road", "", "", "", "")
    links = [link("a", "b", "rail", "1520"), link("b", "c", "ferry")]
    graph = build_graph(network([node("a"), node("b", "port"), node("c")], links, (lorries,)))
    changes = [elements for elements, change in zip(graph.elements, graph.modes, strict=True) if change == "port"]
    assert changes == [(), ()]


def test_a_way_that_returns_to_a_country_it_has_left_is_dropped_where_there_is_another() -> None:
    places = [node("a"), node("b", country="XSO"), node("c"), node("d")]
    made = network(places, [link("a", "b"), link("b", "d"), link("a", "c"), link("c", "d")])
    assert routes_between(made, "a", "d") == [[("a", "road"), ("c", "road"), ("d", "road")]]


@pytest.mark.parametrize("stops", [(), (Stop("yard", "Yard", "b", "terminal", "any", "", "", "", ""),)])
def test_a_detour_through_a_third_layer_is_no_route_of_its_own(stops: tuple[Stop, ...]) -> None:
    # ashore at b one may pass by the rails to the road, at a charge or free: the same way with one change more
    places = [node("a"), node("b", "port", "terminal"), node("c"), node("d")]
    made = network(places, [link("a", "b", "ferry"), link("b", "c"), link("b", "d", "rail", "1435")], stops)
    assert routes_between(made, "a", "c") == [[("a", "ferry"), ("b", "ferry"), ("b", "road"), ("c", "road")]]


def test_the_way_back_uses_the_same_links_in_reverse() -> None:
    made = network([node("a"), node("b"), node("c")], [link("a", "b"), link("b", "c")])
    graph = build_graph(made)
    (route,) = find_routes(
        graph, "a", "c", weights=[np.ones(len(graph.tails))], usable=np.ones(len(graph.tails), dtype=bool)
    )
    (back,) = reverse_routes(graph, [route])
    assert [graph.vertices[vertex][0] for vertex in back.vertices] == ["c", "b", "a"]
    assert count_elements(graph, [back], elements=2).tolist() == [[1, 1]]


def test_of_parallel_links_the_cheaper_is_found_first_and_the_other_too() -> None:
    made = network([node("a"), node("b")], [link("a", "b", tag="-slow"), link("a", "b", tag="-fast")])
    graph = build_graph(made)
    weight = np.array([2.0, 2.0, 1.9, 1.9])
    found = find_routes(graph, "a", "b", weights=[weight], usable=np.ones(4, dtype=bool))
    assert [made.links[graph.links[route.edges[0]]].id for route in found] == ["a-b-road-fast", "a-b-road-slow"]


@st.composite
def random_networks(draw: st.DrawFn) -> tuple[Network, dict[str, float]]:
    """Four to seven places in one country, roads between random pairs, lengths of 1 to 1000 km."""
    size = draw(st.integers(4, 7))
    names = [f"n{number}" for number in range(size)]
    pairs = [(a, b) for position, a in enumerate(names) for b in names[position + 1 :]]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=3, max_size=12, unique=True))
    made = network([node(name) for name in names], [link(a, b) for a, b in chosen])
    return made, {one.id: draw(st.floats(1, 1000)) for one in made.links}


def best_cost(made: Network, km: Mapping[str, float]) -> float:
    elements = build_elements(made, lengths(made, km))
    graph = build_graph(made)
    usable = np.ones(len(graph.tails), dtype=bool)
    found = find_candidates(graph, elements, start="n0", end="n1", cargo=CARGO, usable=usable)
    ones = np.ones(len(found.routes))
    whole = generalised_cost(found.cost_usd_per_t, found.time_h, cargo=CARGO, surcharge=0 * ones, availability=ones)
    assert (whole >= 0).all()
    assert (found.cost_usd_per_t >= 0).all()
    return float(whole.min(initial=np.inf))


@given(random_networks(), st.integers(0, 11), st.floats(0.01, 1))
def test_a_shorter_link_never_raises_the_best_routes_cost(
    made_and_km: tuple[Network, dict[str, float]], which: int, factor: float
) -> None:
    made, km = made_and_km
    before = best_cost(made, km)
    name = made.links[which % len(made.links)].id
    assert best_cost(made, km | {name: km[name] * factor}) <= before + 1e-6


@given(random_networks())
def test_the_best_route_is_the_shortest_way_by_bellman_and_ford(made_and_km: tuple[Network, dict[str, float]]) -> None:
    made, km = made_and_km
    distance = {one.id: np.inf for one in made.nodes} | {"n0": 0.0}
    for _ in made.nodes:
        for one in made.links:
            for tail, head in ((one.start, one.end), (one.end, one.start)):
                distance[head] = min(distance[head], distance[tail] + km[one.id])
    assume(math.isfinite(distance["n1"]))
    # 0.1 USD and 1/50 h at 0.5 USD an hour for each km
    assert best_cost(made, km) == pytest.approx(distance["n1"] * (0.1 + 0.5 / 50))


def test_a_change_of_gauge_is_not_told_as_two_changes_with_the_road() -> None:
    made = network(
        [node("a"), node("b", "terminal", "break-of-gauge"), node("c"), node("d")],
        [link("a", "b", "rail", "1520"), link("b", "c", "rail", "1435"), link("b", "d")],
    )
    direct = [("a", "rail-1520"), ("b", "rail-1520"), ("b", "rail-1435"), ("c", "rail-1435")]

    assert routes_between(made, "a", "c") == [direct]


def test_where_the_gauge_cannot_change_at_once_the_road_between_is_told() -> None:
    made = network(
        [node("a"), node("b", "terminal"), node("c"), node("d")],
        [link("a", "b", "rail", "1520"), link("b", "c", "rail", "1435"), link("b", "d")],
    )
    (way,) = routes_between(made, "a", "c")

    assert ("b", "road") in way


@given(random_networks(), st.sets(st.integers(0, 11)))
def test_weightings_searched_together_find_what_each_finds_alone(
    made_and_km: tuple[Network, dict[str, float]], barred: set[int]
) -> None:
    made, km = made_and_km
    graph = build_graph(made)
    whole = np.array([km[made.links[link].id] if link >= 0 else 1.0 for link in graph.links.tolist()])
    part = np.where(np.isin(graph.links, list(barred)), np.inf, whole)
    usable = np.ones(len(whole), dtype=bool)
    together, first, second = (
        [route.edges for route in find_routes(graph, "n0", "n3", weights=weights, usable=usable)]
        for weights in ([whole, part], [whole], [part])
    )
    assert together == list(dict.fromkeys(first + second))
