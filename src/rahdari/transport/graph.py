"""The network as a graph of (node, layer) vertices, and the routes that are worth considering between two nodes.

A layer is a mode, for rail with its gauge: cargo changes layer only where a node has the handling, so gauge is a
hard constraint. Costs and times hang on elements (links, then stops); a route counts how often it uses each.

Where carriage has rates by kind of haul, a mode has three layers: out of a port, between inland places, and to a port.
A haul keeps to the layer that it began in, so a link knows what load it carries: a lorry's fare is made at both ends
of its way, since where few loads go back the load out pays for the empty way (Demirel, van Ommeren and Rietveld 2010).
Where a ferry has a rate for lorries it has a layer for them beside that of wagons and containers: a lorry pays for its
length on the deck, and what came on board by road goes on by road. A container that leaves its lorry at the terminal of
the port travels as one that came by rail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from rahdari.transport.network import BORDER, FERRY, INLAND, LORRY, TO_PORT, Link, Network, Stop

ASHORE = "ashore"  # the layer of a port that ships alone reach
SHIP = "ship"  # the layer of a port where cargo comes off a ship from elsewhere, or goes onto one
_AFLOAT = ("sea", FERRY, SHIP)
LAND = frozenset({"road", "rail"})
_LORRIES = f"{FERRY}:{LORRY}"
OPEN_SEA = "XXX"
LEAST_WEIGHT = 1e-9  # scipy reads a stored zero as no edge

_Row = tuple[int, int, int, tuple[int, ...], str]  # tail, head, link, elements, mode


@dataclass(frozen=True, slots=True)
class Graph:
    """Directed edges between (node, layer) vertices; `links[e]` is -1 for a change of layer.

    Elements are the network's links, its stops and the hauls that have a rate of their own: `elements[e]` lists those
    that edge e uses. No trip begins at a vertex of `no_start` or ends at one of `no_end`: cargo begins and ends
    ashore, so what leaves or reaches a port by ship passes the port, and by land it passes none, unless the graph is
    built for cargo that comes off a ship where it begins or goes onto one where it ends.
    """

    vertices: tuple[tuple[str, str], ...]
    countries: tuple[str, ...]
    tails: NDArray[np.int64]
    heads: NDArray[np.int64]
    links: NDArray[np.int64]
    elements: tuple[tuple[int, ...], ...]
    modes: tuple[str, ...]
    no_start: frozenset[int] = frozenset()
    no_end: frozenset[int] = frozenset()

    def starts_at(self, node: str) -> list[int]:
        """The vertices of `node` at which a trip may begin."""
        return [one for one, (at, _) in enumerate(self.vertices) if at == node and one not in self.no_start]

    def ends_at(self, node: str) -> list[int]:
        """The vertices of `node` at which a trip may end."""
        return [one for one, (at, _) in enumerate(self.vertices) if at == node and one not in self.no_end]


@dataclass(frozen=True, slots=True)
class Route:
    """A way through the graph: its vertices in order and the edges between them."""

    vertices: tuple[int, ...]
    edges: tuple[int, ...]


def build_graph(network: Network, *, ships_at: Iterable[str] = ()) -> Graph:
    """The graph of the network, both directions of every link, with the changes of layer that nodes allow.

    At the ports of `ships_at` a trip begins and ends on a ship that the network does not hold, and so passes the port.
    """
    stops = dict(enumerate(network.stops))
    at_crossing: dict[str, dict[int, Stop]] = {}
    for index, stop in stops.items():
        if stop.kind == "border":
            at_crossing.setdefault(stop.at, {})[index] = stop
    country = {node.id: node.country for node in network.nodes}
    first_haul = len(network.links) + len(network.stops)
    priced = {(haul.link, haul.layer): place for place, haul in enumerate(network.hauls, start=first_haul)}
    hauled = network.hauled
    vertices: dict[tuple[str, str], int] = {}
    rows: list[_Row] = []
    for index, link in enumerate(network.links):
        layer = link.layer
        for leave, enter in ((link.start, link.end), (link.end, link.start)):
            held = at_crossing.get(link.crossing, {})
            passed = _border_stops(held, mode=link.mode, leave=country[leave], enter=country[enter])
            elements = (index, *(len(network.links) + stop for stop in passed))
            for own, next_ in _haul_layers(link, (leave, layer) in hauled, (enter, layer) in hauled):
                tail = vertices.setdefault((leave, _layer_of_haul(layer, own)), len(vertices))
                head = vertices.setdefault((enter, _layer_of_haul(layer, next_)), len(vertices))
                extra = priced.get((index, own if own == next_ else BORDER))
                rows.append((tail, head, index, elements if extra is None else (*elements, extra), link.mode))
    ports = {node.id for node in network.nodes if "port" in node.transfers}
    no_start, no_end = _bar_ends(vertices, hauled, ports=ports)
    afloat = _go_ashore(vertices, ports=ports)
    barred = afloat | _moor_ships(vertices, ports=ports & set(ships_at))
    rows += _layer_changes(network, vertices=vertices, stops=stops, no_start=no_start, no_end=no_end)
    return Graph(
        vertices=tuple(vertices),
        countries=tuple(country[node] for node, _ in vertices),
        tails=np.array([row[0] for row in rows], dtype=np.int64),
        heads=np.array([row[1] for row in rows], dtype=np.int64),
        links=np.array([row[2] for row in rows], dtype=np.int64),
        elements=tuple(row[3] for row in rows),
        modes=tuple(row[4] for row in rows),
        no_start=no_start | barred,
        no_end=no_end | barred,
    )


def mode_of(layer: str) -> str:
    """The mode of a layer, without its gauge and its kind of haul."""
    return layer.partition(":")[0].partition("-")[0]


def modes_aboard(graph: Graph) -> tuple[str, ...]:
    """The land mode by which cargo comes on board, for each vertex of a ferry that tells them apart; else nothing."""
    lorry_ports = {node for node, layer in graph.vertices if layer == _LORRIES}
    found = {_LORRIES: "road", FERRY: "rail"}
    return tuple(found.get(layer, "") if node in lorry_ports else "" for node, layer in graph.vertices)


def _layer_of_haul(layer: str, haul: str) -> str:
    return f"{layer}:{haul}" if haul else layer


def _haul_layers(link: Link, leaves_hauled: bool, enters_hauled: bool) -> tuple[tuple[str, str], ...]:
    """The kinds of haul ("" out of a port) at the tail and head of a link, by whether its ends tell hauls apart.

    What comes from where they are not told apart comes out of no port; what goes there ends at none.
    """
    if link.mode == FERRY:
        return (("", ""), (LORRY, LORRY)) if link.haul_rates else (("", ""),)
    if leaves_hauled and enters_hauled:
        return (("", ""), (INLAND, INLAND), (TO_PORT, TO_PORT))
    if leaves_hauled:
        return (("", ""), (INLAND, ""))
    return (("", INLAND), ("", TO_PORT)) if enters_hauled else (("", ""),)


def _bar_ends(
    vertices: Mapping[tuple[str, str], int], hauled: Iterable[tuple[str, str]], *, ports: set[str]
) -> tuple[frozenset[int], frozenset[int]]:
    """The vertices where no trip may begin, and where none may end: hauls of a port have an end there."""
    no_start: set[int] = set()
    no_end: set[int] = set()
    for node, layer in hauled:
        out, inland, to_port = (vertices[node, _layer_of_haul(layer, haul)] for haul in ("", INLAND, TO_PORT))
        no_start |= {inland, to_port} if node in ports else {out}
        no_end |= {inland} if node in ports else {to_port}
    return frozenset(no_start), frozenset(no_end)


def _go_ashore(vertices: dict[tuple[str, str], int], *, ports: set[str]) -> frozenset[int]:
    """The vertices of ports afloat, where no trip begins or ends; a port that no land link reaches gets one ashore."""
    layers: dict[str, set[str]] = {}
    for node, layer in vertices:
        if node in ports:
            layers.setdefault(node, set()).add(mode_of(layer))
    for node, found in layers.items():
        if found <= {*_AFLOAT, "air"}:
            vertices[node, ASHORE] = len(vertices)
    return frozenset(
        vertex for (node, layer), vertex in vertices.items() if node in ports and mode_of(layer) in _AFLOAT
    )


def _moor_ships(vertices: dict[tuple[str, str], int], *, ports: set[str]) -> frozenset[int]:
    """The vertices at which no trip may begin or end any more: at these ports they do so on a ship, added here."""
    others = frozenset(vertex for (node, _), vertex in vertices.items() if node in ports)
    for node in sorted(ports):
        vertices[node, SHIP] = len(vertices)
    return others


def _border_stops(held: Mapping[int, Stop], *, mode: str, leave: str, enter: str) -> list[int]:
    return [
        index
        for index, stop in held.items()
        if stop.mode in (mode, "any") and (stop.from_country, stop.to_country) == (leave, enter)
    ]


def _layer_changes(
    network: Network,
    *,
    vertices: Mapping[tuple[str, str], int],
    stops: Mapping[int, Stop],
    no_start: frozenset[int],
    no_end: frozenset[int],
) -> list[_Row]:
    allowed, lorry_ports = {node.id: node.transfers for node in network.nodes}, network.lorry_ports
    at: dict[tuple[str, str, str], int] = {}
    for index, stop in stops.items():
        if stop.kind != "border":
            ashore = stop.mode if stop.kind == "port" and stop.mode in LAND else ""
            at.setdefault((stop.at, "airport" if stop.mode == "air" else stop.kind, ashore), index)
    rows: list[_Row] = []
    layers: dict[str, list[str]] = {}
    for node, layer in vertices:
        layers.setdefault(node, []).append(layer)
    for node, found in layers.items():
        for first in found:
            for second in found:
                kind = _change_kind(first, second)
                tail, head = vertices[node, first], vertices[node, second]
                if first == second or kind not in allowed[node] or tail in no_end or head in no_start:
                    continue
                if node in lorry_ports and not _keeps_load(first, second):
                    continue
                stop_index = at.get((node, kind, _mode_ashore(first, second)), at.get((node, kind, "")))
                elements = () if stop_index is None else (len(network.links) + stop_index,)
                rows.append((tail, head, -1, elements, kind))
    return rows


def _keeps_load(first: str, second: str) -> bool:
    """Whether a ferry's lorries change with a road, its wagons and containers with a railway; true where none has part.

    Between a ship at sea and such a ferry cargo goes ashore, so that no lorry boards as less than one by way of a ship.
    """
    for ship, other in ((first, second), (second, first)):
        if mode_of(ship) == FERRY:
            return mode_of(other) in ("rail" if ship == FERRY else "road", ASHORE)
    return True


def _mode_ashore(first: str, second: str) -> str:
    """The land mode of a change between ship and shore; nothing where no ship or no land has part in it."""
    modes = {mode_of(layer) for layer in (first, second)}
    return next(iter(modes & LAND), "") if modes & set(_AFLOAT) else ""


def _change_kind(first: str, second: str) -> str:
    pair = {layer.partition(":")[0] for layer in (first, second)}
    if len(pair) == 1:
        return ""  # a haul keeps to its kind
    if "air" in pair:
        return "airport" if pair <= {"air", "road"} else ""
    if pair & set(_AFLOAT):
        return "port"
    return "terminal" if "road" in pair else "break-of-gauge"


def find_routes(
    graph: Graph,
    start: str,
    end: str,
    *,
    weights: Sequence[NDArray[np.float64]],
    usable: NDArray[np.bool_],
    detours: int = 6,
    penalty: float = 1.35,
) -> tuple[Route, ...]:
    """Different routes from `start` to `end` over usable edges, the cheapest under each weighting first found.

    Each weighting (edge costs, one array an edge) is searched `detours` times; after each the edges of the way
    found are made `penalty` times dearer, so that the next way differs (de la Barra, Perez and Anez 1993).
    """
    starts, ends = graph.starts_at(start), graph.ends_at(end)
    pairs = pair_edges(graph, usable)
    found: dict[tuple[int, ...], Route] = {}
    searched: list[tuple[NDArray[np.float64], set[int]]] = []
    for weight in weights:
        if any(_leads_alike(weight, *earlier) for earlier in searched):
            continue
        passed: set[int] = set()
        dearer = np.maximum(weight, LEAST_WEIGHT)
        for _ in range(detours):
            route = _cheapest(pairs, starts, ends, weight=dearer)
            if route is None:
                break
            found.setdefault(route.edges, route)
            passed.update(route.edges)
            dearer[list(route.edges)] *= penalty
        searched.append((weight, passed))
    straight = tuple(route for route in found.values() if not returns(graph, route))
    return drop_roundabouts(graph, straight or tuple(found.values()))


def _leads_alike(weight: NDArray[np.float64], earlier: NDArray[np.float64], passed: set[int]) -> bool:
    """True where a weighting is an earlier one with more edges barred, none of which that one passed."""
    differs = np.flatnonzero(weight != earlier)
    return bool(np.isinf(weight[differs]).all()) and passed.isdisjoint(differs.tolist())


def drop_roundabouts(graph: Graph, routes: Sequence[Route]) -> tuple[Route, ...]:
    """The routes without those that use all that another uses and more, or the same: no cargo gains by them.

    A way that changes layer twice where once is enough goes too, unless all do: between two gauges it would tell of two
    changes with the road where the cargo only changes gauge.
    """
    by_use: dict[frozenset[int], Route] = {}
    plain = tuple(route for route in routes if not changes_twice(graph, route))
    for route in plain or routes:
        by_use.setdefault(frozenset(element for edge in route.edges for element in graph.elements[edge]), route)
    return tuple(route for used, route in by_use.items() if not any(other < used for other in by_use))


def changes_twice(graph: Graph, route: Route) -> bool:
    """True where the route changes layer twice at a node that also allows the change at once."""
    pairs = zip(pairwise(route.edges), zip(route.vertices, route.vertices[2:], strict=False), strict=True)
    ends = [ends for edges, ends in pairs if all(graph.links[edge] < 0 for edge in edges)]
    return any(bool(np.any((graph.tails == tail) & (graph.heads == head))) for tail, head in ends)


def returns(graph: Graph, route: Route) -> bool:
    """True where the route enters a country again that it has left: such ways only evade a border on paper."""
    entered = countries_of(graph, route)
    return len(entered) != len(set(entered))


def countries_of(graph: Graph, route: Route) -> tuple[str, ...]:
    """The countries that the route enters, in its order; one that it enters again is there twice."""
    passed = [graph.countries[vertex] for vertex in route.vertices if graph.countries[vertex] != OPEN_SEA]
    return tuple(code for position, code in enumerate(passed) if position == 0 or passed[position - 1] != code)


@dataclass(frozen=True, slots=True)
class PairEdges:
    """Usable edges sorted by their ends: those of pair k are `order[begins[k]:begins[k + 1]]`.

    The pairs with tail v are those from `row_begins[v]` to `row_begins[v + 1]`, by ascending head; `codes` holds the
    ascending tail * vertices + head of each pair.
    """

    order: NDArray[np.int64]
    begins: NDArray[np.int64]
    heads: NDArray[np.int64]
    row_begins: NDArray[np.int64]
    codes: NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        size = len(self.row_begins) - 1
        object.__setattr__(self, "codes", np.repeat(np.arange(size) * size, np.diff(self.row_begins)) + self.heads)


def pair_edges(graph: Graph, usable: NDArray[np.bool_]) -> PairEdges:
    """The usable edges by their ends, ready for any number of searches."""
    picked = np.flatnonzero(usable)
    size = len(graph.vertices)
    codes = graph.tails[picked] * size + graph.heads[picked]
    sorting = np.argsort(codes, kind="stable")
    unique, begins = np.unique(codes[sorting], return_index=True)
    row_begins = np.searchsorted(unique // size, np.arange(size + 1))
    return PairEdges(picked[sorting], np.append(begins, len(picked)), unique % size, row_begins)


@dataclass(frozen=True, slots=True)
class Tree:
    """The least cost from the start to every vertex, inf where there is no way; `before` is negative where none is."""

    cost: NDArray[np.float64]
    before: NDArray[np.int32]


def grow_tree(pairs: PairEdges, starts: Sequence[int], *, weight: NDArray[np.float64]) -> Tree:
    """The cheapest ways from the nearest of `starts` to every vertex; weights are positive, inf where barred.

    Of parallel edges the cheapest counts.
    """
    size = len(pairs.row_begins) - 1
    least = np.minimum.reduceat(weight[pairs.order], pairs.begins[:-1]) if len(pairs.order) else np.zeros(0)
    matrix = csr_array((least, pairs.heads, pairs.row_begins), shape=(size, size))
    cost, before, _ = dijkstra(matrix, indices=starts, return_predecessors=True, min_only=True)
    return Tree(cost, before)


def trace_route(pairs: PairEdges, tree: Tree, end: int, *, weight: NDArray[np.float64]) -> Route:
    """The way along the tree to the vertex `end`."""
    before, path = tree.before.tolist(), [end]
    while before[path[-1]] >= 0:
        path.append(before[path[-1]])
    path.reverse()
    ways = np.array(path)
    numbers = pairs.codes.searchsorted(ways[:-1] * len(before) + ways[1:])
    begins, stops = pairs.begins[numbers], pairs.begins[numbers + 1]
    edges = pairs.order[begins]
    for place in np.flatnonzero(stops - begins > 1).tolist():
        parallel = pairs.order[begins[place] : stops[place]]
        edges[place] = parallel[np.argmin(weight[parallel])]
    return Route(tuple(path), tuple(edges.tolist()))


def _cheapest(
    pairs: PairEdges, starts: Sequence[int], ends: Sequence[int], *, weight: NDArray[np.float64]
) -> Route | None:
    tree = grow_tree(pairs, starts, weight=weight)
    vertex = min(ends, key=lambda end: float(tree.cost[end]), default=None)
    if vertex is None or not np.isfinite(tree.cost[vertex]):
        return None
    return trace_route(pairs, tree, vertex, weight=weight)


def count_elements(graph: Graph, routes: Iterable[Route], *, elements: int) -> NDArray[np.float64]:
    """How often each route uses each element: routes x elements (links, stops, hauls)."""
    listed = list(routes)
    counts = np.zeros((len(listed), elements))
    for row, route in enumerate(listed):
        for edge in route.edges:
            for element in graph.elements[edge]:
                counts[row, element] += 1
    return counts


def elements_of(graph: Graph, routes: Iterable[Route]) -> list[int]:
    """The elements that any of the routes uses, in ascending order."""
    return sorted({element for route in routes for edge in route.edges for element in graph.elements[edge]})


def reverse_routes(graph: Graph, routes: Iterable[Route]) -> tuple[Route, ...]:
    """The same ways in the other direction; a haul out of a port is then one to it."""
    index = {vertex: number for number, vertex in enumerate(graph.vertices)}
    by_ends = {
        (int(tail), int(head), int(link)): edge
        for edge, (tail, head, link) in enumerate(zip(graph.tails, graph.heads, graph.links, strict=True))
    }
    found = []
    for route in routes:
        vertices = tuple(_turn(graph.vertices[vertex], index) for vertex in reversed(route.vertices))
        links = [int(graph.links[edge]) for edge in reversed(route.edges)]
        edges = tuple(by_ends[a, b, link] for (a, b), link in zip(pairwise(vertices), links, strict=True))
        found.append(Route(vertices, edges))
    return tuple(found)


def _turn(vertex: tuple[str, str], index: Mapping[tuple[str, str], int]) -> int:
    """The number of the vertex that the way back passes in place of this one."""
    node, layer = vertex
    plain, _, haul = layer.partition(":")
    turned = {"": TO_PORT, TO_PORT: ""}.get(haul, haul)
    return index.get((node, _layer_of_haul(plain, turned)), index[vertex])
