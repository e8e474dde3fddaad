"""Fronts against brute force on random small networks, and each rule of the search on a network made for it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from rahdari.exceptions import InputFault
from rahdari.transport.graph import OPEN_SEA, Graph, Route
from rahdari.transport.search import Criteria, find_front, only_additive, prepare_search

NETWORKS = 200


def graph_of(size: int, edges: list[tuple[int, int]], countries: list[str] | None = None) -> Graph:
    """Vertices n0, n1, ... and directed edges between them."""
    return Graph(
        vertices=tuple((f"n{index}", "road") for index in range(size)),
        countries=tuple(countries or ["XNO"] * size),
        tails=np.array([tail for tail, _ in edges], dtype=np.int64),
        heads=np.array([head for _, head in edges], dtype=np.int64),
        links=np.arange(len(edges)),
        elements=tuple((index,) for index in range(len(edges))),
        modes=("road",) * len(edges),
    )


def all_ways(graph: Graph, start: int, end: int, *, may_return: bool = True) -> Iterator[Route]:
    """Every way without a vertex twice, and unless `may_return` without a country left and entered again."""
    ahead: dict[int, list[int]] = {}
    for edge, tail in enumerate(graph.tails.tolist()):
        ahead.setdefault(tail, []).append(edge)
    stack = [((start,), ())]  # type: list[tuple[tuple[int, ...], tuple[int, ...]]]
    while stack:
        vertices, edges = stack.pop()
        if vertices[-1] == end:
            if may_return or not returns(graph, vertices):
                yield Route(vertices, edges)
            continue
        for edge in ahead.get(vertices[-1], []):
            head = int(graph.heads[edge])
            if head not in vertices:
                stack.append(((*vertices, head), (*edges, edge)))


def returns(graph: Graph, vertices: tuple[int, ...]) -> bool:
    on_land = [graph.countries[vertex] for vertex in vertices if graph.countries[vertex] != OPEN_SEA]
    stays = [code for place, code in enumerate(on_land) if place == 0 or on_land[place - 1] != code]
    return len(stays) != len(set(stays))


def pareto(cost: np.ndarray) -> np.ndarray:
    """The different rows that no other row is as good as in all and better in one."""
    unique = np.unique(cost, axis=0)
    worse = [((unique <= row).all(axis=1) & (unique < row).any(axis=1)).any() for row in unique]
    return np.asarray(unique[~np.array(worse, dtype=bool)])


def random_case(seed: int) -> tuple[Graph, Criteria]:
    """Five to eight vertices in up to four countries and the sea, whole-number costs so that sums are exact."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(5, 9))
    count = int(rng.integers(size, 3 * size))
    edges = [(int(a), int(b)) for a, b in rng.integers(0, size, (count, 2)) if a != b]
    edges += [(b, a) for a, b in edges]
    names = ["XNO", "XSO", "XTR", "XQU", OPEN_SEA]
    countries = [names[index] for index in rng.integers(0, 1 + seed % 5, size)]
    criteria = int(rng.integers(1, 6))
    shocks = int(rng.integers(0, 4))
    risks = np.zeros(len(edges), dtype=np.int64)
    for bit in range(shocks):
        risks[rng.random(len(edges)) < 0.3] |= 1 << bit
    cost = rng.integers(0, 12, (len(edges), criteria)).astype(float)
    extra = rng.integers(0, 15, (shocks, criteria)).astype(float)
    return graph_of(size, edges, countries), Criteria(tuple("abcde"[:criteria]), cost, risks, extra)


def front_and_truth(
    seed: int, bound: float, *, may_return: bool, compiled: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    graph, criteria = random_case(seed)
    everything = np.ones(len(graph.tails), dtype=bool)
    space = prepare_search(graph, criteria, usable=everything, may_return=may_return)
    front = find_front(space, "n0", "n1", bound=bound, compiled=compiled)
    for route, cost in zip(front.routes, front.cost, strict=True):
        assert (graph.tails[list(route.edges)] == route.vertices[:-1]).all()
        assert (graph.heads[list(route.edges)] == route.vertices[1:]).all()
        assert may_return or not returns(graph, route.vertices)
        assert cost == pytest.approx(criteria.measure(route))
    ways = [criteria.measure(route) for route in all_ways(graph, 0, 1, may_return=may_return)]
    return front.cost, np.array(ways).reshape(len(ways), len(criteria.names))


@pytest.mark.parametrize("may_return", [True, False])
def test_without_slack_the_front_is_that_of_brute_force(may_return: bool) -> None:
    answered = 0
    for seed in range(NETWORKS):
        found, ways = front_and_truth(seed, 0.0, may_return=may_return)
        truth = pareto(ways)
        answered += bool(len(truth))
        assert np.array_equal(np.unique(found, axis=0), truth), seed
        assert len(found) == len(truth), seed
    assert answered > NETWORKS / 2


@pytest.mark.parametrize("bound", [0.01, 0.1, 0.5, 2.0])
def test_every_way_there_is_lies_within_the_bound_of_a_route_found(bound: float) -> None:
    fewer = 0
    for seed in range(NETWORKS):
        found, ways = front_and_truth(seed, bound, may_return=False)
        for way in ways:
            assert (found <= (1 + bound) * way + 1e-9).all(axis=1).any(), seed
        assert len(found) <= len(pareto(ways))
        fewer += len(found) < len(pareto(ways))
    assert fewer > 0 or bound < 0.1


def test_the_bound_is_on_the_whole_way_however_many_links_it_has() -> None:
    # twenty places in a row, at each a choice that saves 1 of 100 in one criterion for 1 in the other: slack at each
    # place would add up to 20 times itself
    edges = [(place, place + 1) for place in range(20) for _ in (0, 1)]
    cost = np.array([[100.0, 101.0], [101.0, 100.0]] * 20)
    graph = graph_of(21, edges)
    space = prepare_search(graph, only_additive(("a", "b"), cost), usable=np.ones(40, dtype=bool))
    whole = find_front(space, "n0", "n20")
    rough = find_front(space, "n0", "n20", bound=0.004)
    assert len(whole.routes) == 21
    assert 1 < len(rough.routes) < 21
    for way in whole.cost:
        assert (rough.cost <= 1.004 * way).all(axis=1).any()


def test_a_shock_met_twice_costs_once() -> None:
    # the safe way costs 5; the risky one passes two links of one war, whose premium is 3: 1 + 1 + 3 = 5 - not 8
    graph = graph_of(3, [(0, 2), (2, 1), (0, 1)])
    criteria = Criteria(("cost",), np.array([[1.0], [1.0], [5.5]]), np.array([1, 1, 0]), np.array([[3.0]]))
    front = find_front(prepare_search(graph, criteria, usable=np.ones(3, dtype=bool)), "n0", "n1")
    assert front.cost.tolist() == [[5.0]]


def test_a_way_that_returns_to_a_country_is_found_only_where_it_is_allowed() -> None:
    graph = graph_of(3, [(0, 2), (2, 1), (0, 1)], ["XNO", "XNO", "XSO"])
    criteria = only_additive(("cost",), np.array([[1.0], [1.0], [5.0]]))
    usable = np.ones(3, dtype=bool)
    straight = find_front(prepare_search(graph, criteria, usable=usable), "n0", "n1")
    free = find_front(prepare_search(graph, criteria, usable=usable, may_return=True), "n0", "n1")
    assert (straight.cost.tolist(), free.cost.tolist()) == ([[5.0]], [[2.0]])


def test_shut_edges_and_edges_that_are_not_usable_are_not_taken() -> None:
    graph = graph_of(2, [(0, 1), (0, 1), (0, 1)])
    criteria = only_additive(("cost",), np.array([[np.inf], [1.0], [2.0]]))
    front = find_front(prepare_search(graph, criteria, usable=np.array([True, False, True])), "n0", "n1")
    assert [route.edges for route in front.routes] == [(2,)]


def test_from_a_place_to_itself_the_way_is_empty_and_to_an_unknown_place_there_is_none() -> None:
    graph = graph_of(2, [(0, 1)])
    space = prepare_search(graph, only_additive(("cost",), np.ones((1, 1))), usable=np.ones(1, dtype=bool))
    assert find_front(space, "n0", "n0").routes == (Route((0,), ()),)
    assert find_front(space, "n1", "n0").routes == ()
    assert find_front(space, "n0", "nowhere").routes == ()


@pytest.mark.parametrize("value", [-1.0, np.nan])
def test_a_negative_or_missing_cost_is_refused_by_name(value: float) -> None:
    criteria = only_additive(("time_h",), np.array([[1.0], [value]]))
    with pytest.raises(InputFault, match="time_h of edge 1"):
        prepare_search(graph_of(2, [(0, 1), (1, 0)]), criteria, usable=np.ones(2, dtype=bool))


def test_a_negative_bound_is_refused() -> None:
    space = prepare_search(
        graph_of(2, [(0, 1)]), only_additive(("cost",), np.ones((1, 1))), usable=np.ones(1, dtype=bool)
    )
    with pytest.raises(InputFault, match="bound"):
        find_front(space, "n0", "n1", bound=-0.1)


def test_compiled_and_plain_searches_give_the_same_fronts() -> None:
    pytest.importorskip("numba", reason="the extra `fast` is not installed")
    for seed in range(NETWORKS):
        for bound in (0.0, 0.1):
            plain, _ = front_and_truth(seed, bound, may_return=False)
            fast, _ = front_and_truth(seed, bound, may_return=False, compiled=True)
            assert np.array_equal(plain, fast)
