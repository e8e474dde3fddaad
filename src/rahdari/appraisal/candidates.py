"""The pair's candidate routes: those that carry a noticeable share of some commodity in some situation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.passing import judge_patterns, suppose_situation, touched_entities
from rahdari.appraisal.situations import Shock, find_shocks, find_shut, moves_ways
from rahdari.case import Case
from rahdari.exceptions import NoAnswer
from rahdari.measures import Measure, apply_measures
from rahdari.transport.alternatives import find_candidates, usable_edges
from rahdari.transport.availability import (
    NO_EXCEPTIONS,
    Exceptions,
    StateIndex,
    conditions_on,
    index_states,
    month_middles,
)
from rahdari.transport.cargo import Cargo, read_cargo
from rahdari.transport.choice import choice_shares, measure_path_size
from rahdari.transport.elements import Elements, Key, build_elements
from rahdari.transport.graph import Graph, Route, count_elements, reverse_routes
from rahdari.transport.hazards import generalised_cost
from rahdari.transport.network import Network

Array = NDArray[np.float64]
Pair = tuple[str, str]
LEAST_SHARE = 0.02  # a route that never carries more than this share of any commodity is dropped
MOST_ROUTES = 24  # and at most so many are kept for a pair of zones, by the largest share that they ever carry
DETOURS = 3
COMMON_YEAR = 2001  # any year that is no leap year, to find its seasons in


@dataclass(frozen=True, slots=True)
class Flow:
    """One direction of the pair: its commodities' cargo numbers and their shares of the flow."""

    exporter: str
    importer: str
    cargoes: tuple[Cargo, ...]
    shares: Array

    @property
    def id(self) -> str:
        """EXPORTER-IMPORTER."""
        return f"{self.exporter}-{self.importer}"


@dataclass(frozen=True, slots=True)
class CandidateRoutes:
    """Routes by direction and pair of zones, and the shocks that touch them."""

    by_flow: Mapping[str, Mapping[Pair, tuple[Route, ...]]]
    shocks: tuple[Shock, ...]


def read_flows(case: Case) -> tuple[Flow, Flow]:
    """Both directions of the pair with their commodities; shares of a flow sum to 1."""
    first, second = case.settings.parties
    return _read_flow(case, first, second), _read_flow(case, second, first)


def _read_flow(case: Case, exporter: str, importer: str) -> Flow:
    cargoes: list[Cargo] = []
    shares: list[float] = []
    for commodity in case.network.commodities:
        share = case.claims.find(f"mix:{exporter}-{importer}:{commodity.id}", "share")
        if share is not None and share.value > 0:
            cargoes.append(read_cargo(commodity, case.claims))
            shares.append(share.value)
    if not cargoes:
        raise NoAnswer(
            f"No claim says what {exporter} sells to {importer}: add shares of mix:{exporter}-{importer}:COMMODITY.",
            kind="missing-claim",
        )
    return Flow(exporter, importer, tuple(cargoes), np.array(shares))


def find_pair_routes(
    case: Case,
    graph: Graph,
    central: Mapping[Key, Array],
    *,
    flows: tuple[Flow, Flow],
    measures: Sequence[Measure],
    since: date,
) -> CandidateRoutes:
    """Candidates for every pair of zones under all that may come to be open; the way back is the way there."""
    network = case.network
    changed, supposed = apply_measures(central, measures)
    before, after = build_elements(network, central), build_elements(network, changed)
    shocks = find_shocks(network, as_of=case.as_of, since=since, links=frozenset(range(len(network.links))))
    everything = frozenset(state for shock in shocks for state in shock.states)
    worlds = [(NO_EXCEPTIONS, before), (Exceptions(lifted=everything), before)]
    worlds += [(Exceptions(lifted=everything - shock.states), before) for shock in shocks]
    # what one measure opens may be worth taking only while the others have not opened something better
    shut = find_shut(network, case.as_of)
    alone = [apply_measures(central, [measure]) for measure in measures if moves_ways(measure, shocks, shut=shut)]
    opening = [(build_elements(network, values), one) for values, one in alone]
    opening.append((after, Exceptions(opened=supposed.opened)))
    worlds += [(replace(supposing, lifted=everything), elements) for elements, supposing in opening]
    zones = [(a, b) for a in case.settings.zones[flows[0].exporter] for b in case.settings.zones[flows[0].importer]]
    found: dict[Pair, dict[tuple[int, ...], Route]] = {pair: {} for pair in zones}
    _search(case, graph, worlds, flows=flows, found=found)
    for pair, routes in found.items():
        if not routes:
            message = f"No route joins {pair[0]} and {pair[1]}, whatever is open: check network/links.csv."
            raise NoAnswer(message, kind="no-route")
    index = index_states(network, case.as_of)
    judged = tuple(
        (
            elements,
            tuple(
                suppose_situation(index.groups, shocks, situation, supposing=supposing)
                for situation in range(2 ** len(shocks))
            ),
        )
        for elements, supposing in ((before, NO_EXCEPTIONS), *opening)
    )
    judge = _Judge(case, graph, index, flows=flows, worlds=judged)
    forward = {pair: judge.prune(tuple(routes.values())) for pair, routes in found.items()}
    backward = {(end, start): reverse_routes(graph, routes) for (start, end), routes in forward.items()}
    used = {int(graph.links[edge]) for routes in forward.values() for route in routes for edge in route.edges} - {-1}
    return CandidateRoutes(
        by_flow={flows[0].id: forward, flows[1].id: backward},
        shocks=find_shocks(network, as_of=case.as_of, since=since, links=frozenset(used)),
    )


def _search(
    case: Case,
    graph: Graph,
    worlds: Sequence[tuple[Exceptions, Elements]],
    *,
    flows: tuple[Flow, Flow],
    found: Mapping[Pair, dict[tuple[int, ...], Route]],
) -> None:
    """Nothing; the candidates of each world are put into `found`, those of worlds that are alike once."""
    cargoes = sorted((*flows[0].cargoes, *flows[1].cargoes), key=lambda cargo: cargo.time_usd_per_t_h)
    middle = cargoes[len(cargoes) // 2]
    modes = tuple(dict.fromkeys(mode for cargo in cargoes for mode in cargo.modes))
    known = set()
    for exceptions, elements in worlds:
        conditions = conditions_on(case.network, case.as_of, exceptions=exceptions, seasons=False)
        usable = usable_edges(graph, conditions, modes=modes)
        alike = tuple(one.tobytes() for one in (usable, elements.time_h, elements.cost_usd_per_t))
        if alike in known:
            continue
        known.add(alike)
        for (start, end), routes in found.items():
            candidates = find_candidates(
                graph, elements, start=start, end=end, cargo=middle, usable=usable, detours=DETOURS
            )
            routes.update({route.edges: route for route in candidates.routes})


@dataclass(frozen=True, slots=True)
class _Judge:
    case: Case
    graph: Graph
    index: StateIndex
    flows: tuple[Flow, Flow]
    worlds: tuple[tuple[Elements, tuple[Exceptions, ...]], ...]

    def prune(self, routes: tuple[Route, ...]) -> tuple[Route, ...]:
        """The routes that carry a noticeable share of some commodity in some situation and season, measures or not."""
        length = self.worlds[0][0].length_km
        counts = count_elements(self.graph, routes, elements=length.size)
        sizes = measure_path_size(counts, length)
        scale = self.case.claims.value("model", "route_choice_scale")
        cargoes = tuple({cargo.id: cargo for flow in self.flows for cargo in flow.cargoes}.values())
        carried = carried_by(self.graph, routes, cargoes)
        touched = touched_entities(self.graph, routes, self.index)
        seasons = find_seasons(self.case.network, touched).chance
        most = np.zeros(len(routes))
        for elements, patterns in self.worlds:
            time, cost = counts @ elements.time_h[0], counts @ elements.cost_usd_per_t[0]
            judged = judge_patterns(touched, patterns, index=self.index)
            for season, (column, cargo) in product(seasons, enumerate(cargoes)):
                chance = season * judged.chance * carried[:, column]
                whole = generalised_cost(cost, time, cargo=cargo, surcharge=judged.surcharge, availability=chance)
                most = np.maximum(most, choice_shares(whole, sizes, scale=scale).max(axis=0))
        ranked = np.argsort(-most, kind="stable")[:MOST_ROUTES]
        return tuple(routes[row] for row in sorted(ranked.tolist()) if most[row] >= LEAST_SHARE)


def carried_by(graph: Graph, routes: Sequence[Route], cargoes: Sequence[Cargo]) -> NDArray[np.bool_]:
    """True where the modes of a route all carry the cargo: routes x cargoes."""
    modes = [{graph.modes[edge] for edge in route.edges if graph.links[edge] >= 0} for route in routes]
    return np.array([[used <= set(cargo.modes) for cargo in cargoes] for used in modes]).reshape(len(routes), -1)


@dataclass(frozen=True, slots=True)
class Seasons:
    """The chances of routes that hold together in some months: `chance` (seasons x routes).

    `share` (2 x seasons) says how much of the first and of the second half of a year each takes.
    """

    chance: Array
    share: Array


def find_seasons(network: Network, touched: Sequence[frozenset[str]]) -> Seasons:
    """The seasons that differ for any of the routes, as each month's middle day finds them.

    `touched` are the entities that act on each route.
    """
    monthly = np.ones((12, len(touched)))
    days = month_middles(COMMON_YEAR, range(1, 13))
    for season in network.seasons:
        if season.last is None:
            acting = np.array([season.entity in entities for entities in touched])
            holding = np.array([season.holds(day) for day in days])
            monthly[np.ix_(holding, acting)] *= season.availability
    chance, month_of = np.unique(monthly, axis=0, return_inverse=True)
    share = np.zeros((2, len(chance)))
    np.add.at(share, (np.repeat((0, 1), 6), month_of.reshape(-1)), 1 / 6)
    return Seasons(chance, share)
