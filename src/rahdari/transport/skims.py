"""Skims: what it costs to carry each commodity between each pair of places, for any number of draws at once.

Each pair has candidate routes. How often a route uses each link and stop is a sparse matrix, so that the times and
costs of all routes in all draws are two matrix products; the logsum of a path-size logit over the routes of a pair is
its generalised cost. What the fixed candidates miss is measured against a search anew in each draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rahdari.exceptions import InputFault, unknown_name
from rahdari.transport.availability import Conditions
from rahdari.transport.cargo import Cargo
from rahdari.transport.choice import choice_shares, logsum_cost, measure_path_size
from rahdari.transport.elements import Elements
from rahdari.transport.graph import Graph, Route
from rahdari.transport.hazards import combine_causes, route_causes

Array = NDArray[np.float64]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RouteTable:
    """Candidate routes of many pairs: those of pair p are `routes[begins[p]:begins[p + 1]]`.

    `use` (routes x elements, sparse) says how often a route uses each link and stop; `path_size` is one a route.
    """

    pairs: tuple[Pair, ...]
    routes: tuple[Route, ...]
    begins: NDArray[np.int64]
    use: csr_array
    path_size: Array

    def rows(self, pair: int) -> slice:
        """The rows of one pair's routes."""
        return slice(int(self.begins[pair]), int(self.begins[pair + 1]))


@dataclass(frozen=True, slots=True)
class Passage:
    """How each route gets through: `chance` and `surcharge` (share of value) by route, routes x commodities carried."""

    chance: Array
    surcharge: Array
    carried: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Skim:
    """Logsum generalised cost in USD/t, pairs x commodities x draws; inf where no route is open.

    A logsum has no zero of its own: use it as a difference between two skims of the same pair and commodity.
    """

    pairs: tuple[Pair, ...]
    commodities: tuple[str, ...]
    cost_usd_per_t: Array

    def draws_of(self, pair: Pair, commodity: str) -> Array:
        """The draws of one pair and commodity; an unknown label suggests the nearest."""
        if pair not in self.pairs:
            raise unknown_name("pair", " - ".join(pair), known=[" - ".join(one) for one in self.pairs])
        if commodity not in self.commodities:
            raise unknown_name("commodity", commodity, known=self.commodities)
        return np.asarray(self.cost_usd_per_t[self.pairs.index(pair), self.commodities.index(commodity)])


@dataclass(frozen=True, slots=True)
class SkimSlopes:
    """By how much the mean skim over the draws rises with each link and stop, pairs x commodities x elements.

    `per_usd` for a dollar a tonne more at the element, `per_hour` (USD/t) for an hour more.
    """

    pairs: tuple[Pair, ...]
    commodities: tuple[str, ...]
    per_usd: Array
    per_hour: Array


def tabulate_routes(graph: Graph, found: Mapping[Pair, Sequence[Route]], *, length_km: Array) -> RouteTable:
    """The routes of every pair in one table; path sizes are taken among the routes of a pair.

    Of routes that use the same links and stops one is kept: a duplicate would weigh on those that share with it.
    """
    kept = [_drop_duplicates(graph, listed) for listed in found.values()]
    routes = [route for listed in kept for route in listed]
    begins = np.concatenate([[0], np.cumsum([len(listed) for listed in kept])]).astype(np.int64)
    rows = [row for row, route in enumerate(routes) for edge in route.edges for _ in graph.elements[edge]]
    columns = [element for route in routes for edge in route.edges for element in graph.elements[edge]]
    use = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(routes), length_km.size))
    sizes = [
        measure_path_size(use[begin:stop].toarray(), length_km)
        for begin, stop in zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True)
        if stop > begin
    ]
    return RouteTable(tuple(found), tuple(routes), begins, use, np.concatenate([np.zeros(0), *sizes]))


def _drop_duplicates(graph: Graph, routes: Sequence[Route]) -> tuple[Route, ...]:
    by_use: dict[tuple[int, ...], Route] = {}
    for route in routes:
        by_use.setdefault(tuple(sorted(element for edge in route.edges for element in graph.elements[edge])), route)
    return tuple(by_use.values())


def judge_passage(
    graph: Graph, table: RouteTable, *, conditions: Conditions, cargoes: Sequence[Cargo], elements: Elements
) -> Passage:
    """The chance, surcharge and modes of every route under the conditions, at the first draw's times."""
    hours = np.asarray(table.use @ elements.time_h[0])
    pairs = [
        combine_causes(route_causes(graph, route, conditions), time_h=time)
        for route, time in zip(table.routes, hours.tolist(), strict=True)
    ]
    modes = [{graph.modes[edge] for edge in route.edges if graph.links[edge] >= 0} for route in table.routes]
    carried = np.array([[used <= set(cargo.modes) for cargo in cargoes] for used in modes], dtype=bool)
    return Passage(
        chance=np.array([pair[0] for pair in pairs]),
        surcharge=np.array([pair[1] for pair in pairs]),
        carried=carried.reshape(len(table.routes), len(cargoes)),
    )


def always_open(table: RouteTable, cargoes: Sequence[Cargo]) -> Passage:
    """Every route open for sure, without surcharge, to every commodity."""
    count = len(table.routes)
    return Passage(np.ones(count), np.zeros(count), np.ones((count, len(cargoes)), dtype=bool))


def skim(
    table: RouteTable, elements: Elements, *, cargoes: Sequence[Cargo], scale: float, passage: Passage | None = None
) -> Skim:
    """The logsum generalised cost of every pair, commodity and draw; `scale` is that of route choice in USD/t."""
    prices = _collect_prices(table, elements, cargoes, passage=passage)
    cost = np.full((len(table.pairs), len(cargoes), len(elements.cost_usd_per_t)), np.inf)
    for pair in range(len(table.pairs)):
        rows = table.rows(pair)
        if rows.stop > rows.start:
            whole = _price_routes(prices, rows)
            cost[pair] = logsum_cost(whole, table.path_size[rows, None, None], scale=scale, axis=0)
    return Skim(table.pairs, tuple(cargo.id for cargo in cargoes), cost)


@dataclass(frozen=True, slots=True)
class _Prices:
    """What generalised cost is made of: times and costs routes x draws, the rest by route and commodity."""

    time_h: Array
    cost: Array
    hour: Array
    premium: Array
    dearer: Array
    is_plain: bool


def _collect_prices(
    table: RouteTable, elements: Elements, cargoes: Sequence[Cargo], *, passage: Passage | None
) -> _Prices:
    if table.use.shape[1] != elements.length_km.size:
        message = f"The routes count {table.use.shape[1]} links and stops, the figures {elements.length_km.size}."
        raise InputFault(message, kind="elements-shape")
    known = always_open(table, cargoes) if passage is None else passage
    with np.errstate(divide="ignore"):
        dearer = np.where(known.carried, 1 / known.chance[:, None], np.inf)[:, :, None]
    premium = (known.surcharge[:, None] * np.array([cargo.value_usd_per_t for cargo in cargoes]))[:, :, None]
    # only what some route uses: most of a large network is on none, and draws of all of it would fill the memory
    used = np.unique(table.use.indices)
    use = table.use[:, used]
    time = elements.moving_h.T[used]
    time += elements.waiting_h.T[used]
    time += elements.stop_h.T[used]
    return _Prices(
        time_h=use @ time,
        cost=use @ elements.cost_usd_per_t.T[used],
        hour=np.array([cargo.time_usd_per_t_h for cargo in cargoes])[:, None],
        premium=premium,
        dearer=dearer,
        is_plain=bool((dearer == 1).all() and (premium == 0).all()),
    )


def _price_routes(prices: _Prices, rows: slice) -> Array:
    """USD/t that gets through, routes x commodities x draws; inf where a route is shut or does not carry it."""
    whole: Array = prices.time_h[rows, None, :] * prices.hour
    whole += prices.cost[rows, None, :]
    if not prices.is_plain:
        whole += prices.premium[rows]
        shut = np.isinf(prices.dearer[rows])
        whole *= np.where(shut, 1.0, prices.dearer[rows])
        whole += np.where(shut, np.inf, 0.0)  # not as a factor: 0 x inf is no number
    return whole


def mean_shares(
    table: RouteTable, elements: Elements, *, cargoes: Sequence[Cargo], scale: float, passage: Passage | None = None
) -> Array:
    """The share of each commodity that takes each route of its pair, mean over the draws: routes x commodities."""
    prices = _collect_prices(table, elements, cargoes, passage=passage)
    shares = np.zeros((len(table.routes), len(cargoes)))
    for pair in range(len(table.pairs)):
        rows = table.rows(pair)
        if rows.stop > rows.start:
            whole = np.moveaxis(_price_routes(prices, rows), 0, -1)
            shares[rows] = choice_shares(whole, table.path_size[rows], scale=scale).mean(axis=1).T
    return shares


def skim_slopes(
    table: RouteTable, elements: Elements, *, cargoes: Sequence[Cargo], scale: float, passage: Passage | None = None
) -> SkimSlopes:
    """Derivatives of the mean skim with respect to the cost and the time of every link and stop.

    The slope of a logsum by a route's cost is the route's share (Williams 1977, Daly and Zachary 1978): here by an
    element's, the sum over the routes of share x uses / chance. Path sizes rest on lengths and do not move.
    """
    known = always_open(table, cargoes) if passage is None else passage
    shares = mean_shares(table, elements, cargoes=cargoes, scale=scale, passage=known)
    chance = np.where(known.chance > 0, known.chance, 1.0)[:, None]
    weight = shares / chance
    slopes = np.zeros((len(table.pairs), len(cargoes), table.use.shape[1]))
    for pair in range(len(table.pairs)):
        rows = table.rows(pair)
        slopes[pair] = (table.use[rows].T @ weight[rows]).T
    hour = np.array([cargo.time_usd_per_t_h for cargo in cargoes])[:, None]
    return SkimSlopes(table.pairs, tuple(cargo.id for cargo in cargoes), slopes, slopes * hour)


def assign_flows(
    table: RouteTable,
    flows_t: Array,
    *,
    elements: Elements,
    cargoes: Sequence[Cargo],
    scale: float,
    passage: Passage | None = None,
) -> Array:
    """Tonnes that pass each link and stop, elements x commodities: flows (pairs x commodities) over their routes.

    A flow between places that no open route joins goes nowhere.
    """
    if flows_t.shape != (len(table.pairs), len(cargoes)):
        message = f"Flows are {flows_t.shape}: give {len(table.pairs)} pairs x {len(cargoes)} commodities."
        raise InputFault(message, kind="flows-shape")
    shares = mean_shares(table, elements, cargoes=cargoes, scale=scale, passage=passage)
    by_route = np.repeat(flows_t, np.diff(table.begins), axis=0) * shares
    return np.asarray(table.use.T @ by_route)
