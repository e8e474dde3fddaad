"""Candidate routes that are good in nearly every draw, and how far they are from the best route of each draw.

Routes are taken in from searches on draws of all times and costs (Sheffi and Powell 1982; Prato 2009 on simulation as
a way to generate route choice sets) until draws not yet seen find hardly anything better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rahdari.exceptions import NoAnswer
from rahdari.transport.cargo import Cargo
from rahdari.transport.elements import Elements
from rahdari.transport.graph import (
    LEAST_WEIGHT,
    Graph,
    PairEdges,
    Route,
    Tree,
    grow_tree,
    pair_edges,
    returns,
    trace_route,
)
from rahdari.transport.search import find_front, only_additive, prepare_search

Array = NDArray[np.float64]
Pair = tuple[str, str]
TOLERANCE: Final = 0.005  # of generalised cost
SAME: Final = 1e-9  # sums made in another order differ by less


@dataclass(frozen=True, slots=True)
class Regret:
    """How much dearer the best candidate is than the best route of each draw, as a share of the latter.

    `by_pair` is the mean over draws and commodities; `mean` over all, `worst` the largest of any draw.
    """

    by_pair: Array
    mean: float
    worst: float
    searches: int


@dataclass(frozen=True, slots=True)
class CandidateSet:
    """Routes of every pair, and the regret of those known before the last batch of draws on that batch."""

    routes: Mapping[Pair, tuple[Route, ...]]
    regret: Regret
    draws: int


def gather_candidates(
    graph: Graph,
    elements: Elements,
    *,
    pairs: Sequence[Pair],
    cargoes: Sequence[Cargo],
    usable: NDArray[np.bool_],
    known: Mapping[Pair, Sequence[Route]] | None = None,
    batch: int = 20,
    tolerance: float = TOLERANCE,
) -> CandidateSet:
    """Candidates whose mean regret on a batch of draws that they do not come from is below `tolerance`.

    A route is taken in where it is cheaper than all known ones by more than half the tolerance. Draws of `elements`
    are used batch by batch, the first ones smaller; where they run out before the regret is low enough, it raises.
    """
    ground = _prepare(graph, elements, pairs=pairs, cargoes=cargoes, usable=usable)
    found: dict[Pair, dict[tuple[int, ...], Route]] = {
        pair: {route.edges: route for route in (known or {}).get(pair, ())} for pair in pairs
    }
    draws = len(elements.cost_usd_per_t)
    regret = Regret(np.zeros(len(pairs)), np.inf, np.inf, 0)
    used, size, is_good = 0, 1, False
    while used < draws and not is_good:
        chosen = range(used, min(used + size, draws))
        regret = _compare(ground, found, chosen, take_from=tolerance / 2)
        used = chosen.stop
        is_good = size == batch and regret.mean < tolerance
        size = min(2 * size, batch)  # small at first: what one draw finds spares the next ones a route
    if not is_good:
        message = (
            f"After {used} draws the candidate routes are still {regret.mean:.2%} dearer than the best on average, "
            f"more than {tolerance:.2%}: give more draws."
        )
        raise NoAnswer(message, kind="candidates")
    return CandidateSet({pair: tuple(routes.values()) for pair, routes in found.items()}, regret, used)


def measure_regret(
    graph: Graph,
    elements: Elements,
    *,
    routes: Mapping[Pair, Sequence[Route]],
    cargoes: Sequence[Cargo],
    usable: NDArray[np.bool_],
) -> Regret:
    """How far the best of fixed routes is from the best route of each draw, searched anew in every draw."""
    ground = _prepare(graph, elements, pairs=tuple(routes), cargoes=cargoes, usable=usable)
    found = {pair: {route.edges: route for route in listed} for pair, listed in routes.items()}
    return _compare(ground, found, range(len(elements.cost_usd_per_t)), take_from=np.inf)


@dataclass(frozen=True, slots=True)
class _Ground:
    """The graph ready for searches on many draws; `edges` are those that carry each cargo."""

    graph: Graph
    elements: Elements
    pairs: tuple[Pair, ...]
    cargoes: tuple[Cargo, ...]
    uses: csr_array
    usable: tuple[NDArray[np.bool_], ...]
    edges: tuple[PairEdges, ...]
    starts: Mapping[str, list[int]]
    ends: Mapping[str, list[int]]


def _prepare(
    graph: Graph,
    elements: Elements,
    *,
    pairs: Sequence[Pair],
    cargoes: Sequence[Cargo],
    usable: NDArray[np.bool_],
) -> _Ground:
    rows = [edge for edge, used in enumerate(graph.elements) for _ in used]
    columns = [element for used in graph.elements for element in used]
    modes = np.array(graph.modes)
    carried = tuple(usable & ((graph.links < 0) | np.isin(modes, list(cargo.modes))) for cargo in cargoes)
    return _Ground(
        graph=graph,
        elements=elements,
        pairs=tuple(pairs),
        cargoes=tuple(cargoes),
        uses=csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(graph.elements), elements.length_km.size)),
        usable=carried,
        edges=tuple(pair_edges(graph, allowed) for allowed in carried),
        starts=MappingProxyType({start: graph.starts_at(start) for start, _ in pairs}),
        ends=MappingProxyType({end: graph.ends_at(end) for _, end in pairs}),
    )


def _compare(
    ground: _Ground, found: Mapping[Pair, dict[tuple[int, ...], Route]], draws: range, *, take_from: float
) -> Regret:
    """The regret on `draws` of the routes found before; those that are better by more than `take_from` are taken in."""
    known_ways, begins = _stack_ways(ground, found)
    time = np.asarray(ground.uses @ ground.elements.time_h[draws.start : draws.stop].T)
    cost = np.asarray(ground.uses @ ground.elements.cost_usd_per_t[draws.start : draws.stop].T)
    totals, cases, worst = np.zeros(len(ground.pairs)), np.zeros(len(ground.pairs)), 0.0
    for column in range(len(draws)):
        for which, cargo in enumerate(ground.cargoes):
            weight = np.maximum(cost[:, column] + cargo.time_usd_per_t_h * time[:, column], LEAST_WEIGHT)
            barred = np.where(ground.usable[which], weight, np.inf)
            trees = {
                start: grow_tree(ground.edges[which], vertices, weight=weight)
                for start, vertices in ground.starts.items()
            }
            ways = known_ways @ barred
            for index, pair in enumerate(ground.pairs):
                known = float(ways[begins[index] : begins[index + 1]].min(initial=np.inf))
                best, route = _best_way(ground, trees[pair[0]], pair, which=which, weight=weight, known=known)
                if not np.isfinite(best) or best <= 0:
                    continue
                regret = max(known / best - 1, 0.0) if np.isfinite(known) else 1.0
                totals[index] += regret
                cases[index] += 1
                worst = max(worst, regret)
                if regret > take_from and route is not None:
                    found[pair].setdefault(route.edges, route)
    by_pair = np.divide(totals, cases, out=np.zeros_like(totals), where=cases > 0)
    return Regret(by_pair, float(totals.sum() / max(cases.sum(), 1)), worst, int(cases.sum()))


def _stack_ways(ground: _Ground, found: Mapping[Pair, dict[tuple[int, ...], Route]]) -> tuple[csr_array, list[int]]:
    """The edges of every route, routes x edges, those of pair p from `begins[p]` to `begins[p + 1]`."""
    listed = [edges for pair in ground.pairs for edges in found[pair]]
    begins = np.concatenate([[0], np.cumsum([len(found[pair]) for pair in ground.pairs])]).tolist()
    rows = np.repeat(np.arange(len(listed)), [len(edges) for edges in listed])
    columns = np.array([edge for edges in listed for edge in edges], dtype=np.int64)
    shape = (len(listed), len(ground.graph.tails))
    return csr_array((np.ones(len(columns)), (rows, columns)), shape=shape), begins


def _best_way(
    ground: _Ground, tree: Tree, pair: Pair, *, which: int, weight: Array, known: float
) -> tuple[float, Route | None]:
    """The least cost of a draw and its route; no route where a known one is as good.

    Where the least way returns to a country that it has left, the search is made again without such ways.
    """
    vertex = min(ground.ends[pair[1]], key=lambda end: float(tree.cost[end]))
    best = float(tree.cost[vertex])
    if not np.isfinite(best) or known <= best * (1 + SAME):
        return best, None
    route = trace_route(ground.edges[which], tree, vertex, weight=weight)
    if returns(ground.graph, route):
        criteria = only_additive(("cost_usd_per_t",), weight[:, None])
        front = find_front(prepare_search(ground.graph, criteria, usable=ground.usable[which]), *pair)
        if front.routes:
            return float(front.cost[0, 0]), front.routes[0]
    return best, route
