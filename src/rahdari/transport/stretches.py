"""Ways made straight: between two borders, ports or changes of mode each takes the cheapest road or railway there is.

A search for ways that differ makes the roads dearer that earlier ways took (see `find_routes`), so a way over another
border may go round by roads that nobody would take. Its borders, ports and modes are what makes it differ; within a
country it may as well keep to what is cheapest.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from rahdari.transport.graph import LAND, Graph, Route, Tree, grow_tree, pair_edges, trace_route


def straighten_routes(
    graph: Graph, routes: Iterable[Route], *, weight: NDArray[np.float64], usable: NDArray[np.bool_]
) -> tuple[Route, ...]:
    """The routes with every stretch by land within a country the cheapest by `weight` (one an edge), each way once."""
    countries = np.array(graph.countries)
    domestic = usable & np.isfinite(weight) & np.isin(graph.modes, sorted(LAND))
    domestic &= (graph.links >= 0) & (countries[graph.tails] == countries[graph.heads])
    pairs = pair_edges(graph, domestic)
    trees: dict[int, Tree] = {}
    found: dict[tuple[int, ...], Route] = {}
    for route in routes:
        vertices, edges = [route.vertices[0]], list[int]()
        for begin, end in _stretches(route, domestic):
            if not domestic[route.edges[begin]]:
                edges.append(route.edges[begin])
                vertices.append(route.vertices[end])
                continue
            start = route.vertices[begin]
            if start not in trees:
                trees[start] = grow_tree(pairs, [start], weight=weight)
            straight = trace_route(pairs, trees[start], route.vertices[end], weight=weight)
            edges += straight.edges
            vertices += straight.vertices[1:]
        found.setdefault(tuple(edges), Route(tuple(vertices), tuple(edges)))
    return tuple(found.values())


def _stretches(route: Route, domestic: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where the stretches of a route begin and end among its vertices: runs of domestic edges, other edges alone."""
    found: list[tuple[int, int]] = []
    for position, edge in enumerate(route.edges):
        joins = found and domestic[edge] and domestic[route.edges[position - 1]]
        found.append((found.pop()[0] if joins else position, position + 1))
    return found
