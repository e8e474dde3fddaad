"""The Pareto front of routes between two places over any number of criteria, with a bound on whole routes.

**Bound.** For every way w that may be taken there is a route r in the answer with cost_k(r) <= (1 + bound) cost_k(w)
in every criterion k: the factor holds for the route as a whole, it does not grow with the number of its links. With a
bound of zero the answer holds the whole front (of ways that tie in every criterion one).

**Search.** Best-first label setting with apexes (A*pex: Zhang, Salzman, Felner, Kumar, Hernandez Ulloa and Koenig
2022). A label at a vertex v has the cost g of one way to v and an apex a <= g, the least by each criterion over all the
ways that it stands for. h(v) is the least cost from v to the end by each criterion alone (reverse Dijkstra); it
satisfies h(v) <= c(v, u) + h(u).

**Proof.** Two things are held. (1) g + h(v) <= (1 + bound)(a + h(v)) for every label: a merge is made only where it
holds, and taking an edge of cost c keeps it, since with g + h(v) <= (1 + bound)(a + h(v)) we have
g + c + h(u) = g + h(v) + (c + h(u) - h(v)) <= (1 + bound)(a + c + h(u)), the bracket being at least 0. (2) What a label
stands for is covered: for every rest q of a way that may follow it, some r in the answer has
cost(r) <= (1 + bound)(a + q). By induction on the edges of q, over the five fates of a label. It is dropped because a
found route r has cost(r) <= (1 + bound)(a + h(v)): then q >= h(v) does it. It is dropped because a label that was
expanded at v has an apex a' <= a and may be followed by all that may follow this one: that label covers q. It is
merged: the merged apex is no greater, and what may follow is as much. It is expanded at the end: q = 0, and r is its
own way by (1), h being 0 there. It is expanded elsewhere: the label along the first edge of q covers the rest, which
is one edge shorter. The label at the start has a = 0, so every way is covered. The queue empties because costs are
not negative and a label that comes back to a vertex is dropped by the one that was there.

**Shocks count once.** Some criteria do not add up over links: a war that touches ten links is one risk. Such shocks are
bits; a bit adds its cost when it is first met. A label drops another where it is no worse even after paying for all
that the other has met and it has not: whatever follows adds no more to it than to the other, but for those. Labels
merge only where they have met the same.

**No way back.** A way that enters a country again that it has left evades a border on paper only. Labels keep
the countries they have seen; one may drop another or stay in its place only where it has seen no more than that one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import InputFault, NoAnswer
from rahdari.transport import kernels
from rahdari.transport.graph import OPEN_SEA, Graph, Route

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
MOST_BITS: Final = 62  # of a mask in a 64-bit integer
FIRST_ROOM: Final = 1 << 11  # labels; eightfold each time it is too small
FIRST_ROOM_COMPILED: Final = 1 << 15  # memory that is not written to costs nothing there
BLOCK: Final = 256  # routes compared with all others at once
MOST_LABELS: Final = 1 << 23


@dataclass(frozen=True, slots=True)
class Criteria:
    """What routes are compared by: none is negative, less is better.

    `edge_cost` (edges x criteria) adds up along a route, inf where an edge is shut. Bit b of `risks` (one an edge)
    adds `risk_cost[b]` (risks x criteria) once, however many edges of the route have it.
    """

    names: tuple[str, ...]
    edge_cost: Array
    risks: Integers
    risk_cost: Array

    def select(self, names: Sequence[str]) -> Criteria:
        """Only the criteria of these names; shocks that none of them feels are left out."""
        columns = [self.names.index(name) for name in names]
        felt = np.flatnonzero((self.risk_cost[:, columns] > 0).any(axis=1)).tolist()
        risks = np.zeros_like(self.risks)
        for bit, old in enumerate(felt):
            risks |= (self.risks >> old & 1) << bit
        return Criteria(tuple(names), self.edge_cost[:, columns], risks, self.risk_cost[felt][:, columns])

    def measure(self, route: Route) -> Array:
        """The cost of a route by each criterion."""
        used = list(route.edges)
        met = np.bitwise_or.reduce(self.risks[used]) if used else 0
        bits = [bit for bit in range(len(self.risk_cost)) if int(met) >> bit & 1]
        return np.asarray(self.edge_cost[used].sum(axis=0) + self.risk_cost[bits].sum(axis=0))


@dataclass(frozen=True, slots=True)
class Front:
    """Routes of which none is as good as another in every criterion; `cost` is routes x criteria.

    Every way that may be taken is at least as dear in every criterion as some route here over 1 + `bound`.
    """

    routes: tuple[Route, ...]
    cost: Array
    bound: float
    expanded: int


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """Usable edges in the two orders that the search needs, by tail and by head, for any number of pairs."""

    graph: Graph
    criteria: Criteria
    zones: Integers
    forward: _Side
    backward: _Side


@dataclass(frozen=True, slots=True)
class _Side:
    """Edges sorted by one end: those of vertex v are `begins[v]:begins[v + 1]`; `far` is the other end."""

    begins: Integers
    far: Integers
    edges: Integers
    cost: Array


def only_additive(names: Sequence[str], edge_cost: Array) -> Criteria:
    """Criteria that all add up along a route (edge_cost: edges x criteria)."""
    return Criteria(tuple(names), edge_cost, np.zeros(len(edge_cost), np.int64), np.zeros((0, len(names))))


def prepare_search(
    graph: Graph, criteria: Criteria, *, usable: NDArray[np.bool_], may_return: bool = False
) -> SearchSpace:
    """The edges that may be used, ready for any number of searches; negative or missing costs raise.

    Unless `may_return`, no way enters a country again that it has left. Of more than 62 countries the way back is
    not watched: masks have no more bits.
    """
    _check_criteria(graph, criteria)
    picked = np.flatnonzero(usable & np.isfinite(criteria.edge_cost).all(axis=1))
    codes = [code for code in dict.fromkeys(graph.countries) if code != OPEN_SEA]
    bits = {code: 1 << bit for bit, code in enumerate(codes)}
    watched = not may_return and len(codes) <= MOST_BITS
    zones = np.array([bits.get(code, 0) if watched else 0 for code in graph.countries], dtype=np.int64)
    size = len(graph.countries)
    return SearchSpace(
        graph=graph,
        criteria=criteria,
        zones=zones,
        forward=_sort_edges(graph.tails, graph.heads, picked=picked, cost=criteria.edge_cost, size=size),
        backward=_sort_edges(graph.heads, graph.tails, picked=picked, cost=criteria.edge_cost, size=size),
    )


def _check_criteria(graph: Graph, criteria: Criteria) -> None:
    count = len(criteria.names)
    if criteria.edge_cost.shape != (len(graph.tails), count) or criteria.risk_cost.shape[1:] != (count,):
        message = (
            f"Costs of {criteria.edge_cost.shape} and of risks {criteria.risk_cost.shape} do not fit "
            f"{len(graph.tails)} edges and {count} criteria."
        )
        raise InputFault(message, kind="criteria-shape")
    if len(criteria.risk_cost) > MOST_BITS:
        message = f"{len(criteria.risk_cost)} shocks are more than the {MOST_BITS} that one search can tell apart."
        raise InputFault(message, kind="too-many-shocks")
    for column, name in enumerate(criteria.names):
        values = criteria.edge_cost[:, column]
        bad = np.flatnonzero(~(values >= 0))
        if len(bad) or not (criteria.risk_cost[:, column] >= 0).all():
            where = f" of edge {int(bad[0])} ({values[bad[0]]})" if len(bad) else " of a shock"
            raise InputFault(f"The {name}{where} is negative or missing: give a number of 0 or more.", kind="bad-cost")


def _sort_edges(near: Integers, far: Integers, *, picked: Integers, cost: Array, size: int) -> _Side:
    edges = picked[np.argsort(near[picked], kind="stable")]
    begins = np.searchsorted(near[edges], np.arange(size + 1))
    return _Side(begins.astype(np.int64), far[edges], edges, np.ascontiguousarray(cost[edges]))


def find_front(space: SearchSpace, start: str, end: str, *, bound: float = 0.0, compiled: bool = False) -> Front:
    """The front of routes from node `start` to node `end`, in order of the first criterion; empty where none is.

    `bound` is the share by which any way may be cheaper in a criterion than the route that stands for it.
    `compiled` runs the same loops compiled by numba (the extra `fast`): the same answer, worth its start-up for many
    pairs or for networks of more than a few hundred vertices.
    """
    if not bound >= 0:
        raise InputFault(f"A bound of {bound} is none: give 0 for the whole front or a share above it.", kind="bound")
    graph = space.graph
    starts, ends = graph.starts_at(start), graph.ends_at(end)
    if not starts or not ends:
        return Front((), np.zeros((0, len(space.criteria.names))), bound, 0)
    return _read_front(space, _run(space, starts, ends, bound=bound, compiled=compiled), bound=bound)


@dataclass(frozen=True, slots=True)
class _Labels:
    found: Sequence[int]
    cost: Sequence[float]
    vertices: Sequence[int]
    parents: Sequence[int]
    edges: Sequence[int]
    expanded: int


def _run(space: SearchSpace, starts: Sequence[int], ends: Sequence[int], *, bound: float, compiled: bool) -> _Labels:
    least, search = _compile() if compiled else (kernels.least_costs, kernels.search_labels)
    count = len(space.criteria.names)
    goal = np.zeros(len(space.zones), dtype=np.int64)
    goal[list(ends)] = 1

    def form(values: NDArray[Any]) -> Any:
        return np.ascontiguousarray(values) if compiled else values.tolist()

    back, ahead = space.backward, space.forward
    low = least(form(back.begins), form(back.far), form(back.cost.ravel()), form(np.array(ends)), count)
    given = (
        form(ahead.begins), form(ahead.far), form(ahead.cost.ravel()), form(space.criteria.risks[ahead.edges]),
        form(space.criteria.risk_cost.ravel()), form(space.zones), form(np.asarray(low)), form(np.array(starts)),
        form(goal), count, bound,
    )  # fmt: skip
    room = FIRST_ROOM_COMPILED if compiled else FIRST_ROOM
    while room <= MOST_LABELS:
        rooms: list[Any] = [np.empty(room * count) if compiled else [0.0] * (room * count) for _ in range(2)]
        rooms += [np.empty(room, dtype=np.int64) if compiled else [0] * room for _ in range(10)]
        fronts, expanded = search(*given, *rooms)
        if fronts >= 0:
            found = [int(label) for label in rooms[-1][:fronts]]
            made = max(found, default=-1) + 1
            cost, vertices, parents, edges = (
                list(one) if not compiled else one.tolist()
                for one in (rooms[1][: made * count], rooms[2][:made], rooms[3][:made], rooms[4][:made])
            )
            return _Labels(found, cost, vertices, parents, edges, int(expanded))
        room *= 8
    message = f"The front needs more than {MOST_LABELS} labels: ask with a bound (0.01 means 1 %) or fewer criteria."
    raise NoAnswer(message, kind="front-too-large")


@cache
def _compile() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The loops compiled by numba and kept on disk; a message that says how to install it where it is missing."""
    try:
        import numba  # noqa: PLC0415 - half a second that only compiled searches should pay
    except ImportError as error:
        message = "Compiled searches need numba: pip install 'rahdari[fast]', or leave `compiled` out."
        raise InputFault(message, kind="missing-extra") from error
    compile_ = numba.njit(cache=True)
    return compile_(kernels.least_costs), compile_(kernels.search_labels)


def _read_front(space: SearchSpace, labels: _Labels, *, bound: float) -> Front:
    count = len(space.criteria.names)
    whole = np.array(labels.cost).reshape(-1, count)[labels.found]
    order = np.lexsort(whole.T[::-1])
    cost = whole[order]
    kept = _beaten_by_none(cost)
    routes = tuple(_trace(space, labels, labels.found[row]) for row in order[kept].tolist())
    return Front(routes, cost[kept], bound, labels.expanded)


def _beaten_by_none(cost: Array) -> list[int]:
    """The rows that no earlier row is as good as: sorted row by row, what is as good as a row comes before it."""
    kept: list[int] = []
    for begin in range(0, len(cost), BLOCK):
        block = cost[begin : begin + BLOCK]
        as_good = (cost[None, : begin + len(block)] <= block[:, None]).all(axis=2)
        earlier = np.arange(begin + len(block))[None] < np.arange(begin, begin + len(block))[:, None]
        kept += (begin + np.flatnonzero(~(as_good & earlier).any(axis=1))).tolist()
    return kept


def _trace(space: SearchSpace, labels: _Labels, label: int) -> Route:
    vertices, sorted_edges = [labels.vertices[label]], []
    while labels.parents[label] >= 0:
        sorted_edges.append(labels.edges[label])
        label = labels.parents[label]
        vertices.append(labels.vertices[label])
    edges = space.forward.edges[sorted_edges[::-1]] if sorted_edges else np.zeros(0, dtype=np.int64)
    return Route(tuple(reversed(vertices)), tuple(edges.tolist()))
