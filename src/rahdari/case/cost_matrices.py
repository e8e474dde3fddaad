"""Trade-cost matrices of a case: what carriage costs between places by scenario, day, commodity and draw, labelled.

A scenario is a set of measures in full effect. All scenarios and days share the same draws and routes, so that a
difference between two of them is theirs alone. States, seasons and figures are those of the day of departure. Routes
are candidates that are good in nearly every draw (see `candidate_set`), gathered anew for each chance with which links
are open, so that a safe way stands beside a cheap one that may be shut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rahdari.case.reader import Case
from rahdari.case.shipment import check_day, find_place
from rahdari.exceptions import InputFault, unknown_name
from rahdari.measures import apply_measures, find_measures
from rahdari.transport.alternatives import links_of, usable_edges
from rahdari.transport.availability import Conditions, conditions_on
from rahdari.transport.candidate_set import gather_candidates
from rahdari.transport.cargo import Cargo, find_commodity, read_cargo
from rahdari.transport.elements import Elements, build_elements, collect_estimates, place_values
from rahdari.transport.graph import Graph, Route, build_graph
from rahdari.transport.network import Network
from rahdari.transport.skims import (
    Pair,
    RouteTable,
    Skim,
    SkimSlopes,
    judge_passage,
    skim,
    skim_slopes,
    tabulate_routes,
)

AS_THINGS_ARE: Mapping[str, tuple[str, ...]] = MappingProxyType({"as things are": ()})
SEARCH_DRAWS = 400  # routes are sought on draws of their own, as many as it takes
MOST_VALUES = 50_000_000  # of one answer: 400 MB

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CostMatrices:
    """Generalised cost in USD a tonne: scenarios x days x pairs x commodities x draws; inf where no way is open.

    Each is the logsum of a path-size logit and has no zero of its own: use it as a difference between two scenarios
    or days of the same pair and commodity. The slopes tell by how much its mean over the draws rises with a dollar a
    tonne, or with an hour (both in USD/t), more at each of `elements`, the network's links, stops and hauls:
    scenarios x days x pairs x commodities x elements.
    """

    scenarios: tuple[str, ...]
    days: tuple[date, ...]
    pairs: tuple[Pair, ...]
    commodities: tuple[str, ...]
    cost_usd_per_t: Array
    elements: tuple[str, ...]
    slope_per_usd: Array
    slope_per_hour: Array

    def draws_of(self, *, scenario: str, day: date, pair: Pair, commodity: str) -> Array:
        """The draws at these labels; an unknown one suggests the nearest."""
        at = (
            _position("scenario", scenario, self.scenarios),
            _position("day", day.isoformat(), [one.isoformat() for one in self.days]),
            _position("pair", " - ".join(pair), [" - ".join(one) for one in self.pairs]),
            _position("commodity", commodity, self.commodities),
        )
        return np.asarray(self.cost_usd_per_t[at])


def _position(what: str, label: str, labels: Sequence[str]) -> int:
    if label not in labels:
        raise unknown_name(what, label, known=labels)
    return labels.index(label)


def price_pairs(
    case: Case,
    *,
    pairs: Sequence[Pair],
    commodities: Sequence[str] = (),
    days: Sequence[date] = (),
    scenarios: Mapping[str, Sequence[str]] = AS_THINGS_ARE,
    draws: int = 1000,
    rng: np.random.Generator,
) -> CostMatrices:
    """The matrices for pairs of places and for commodities, in any of their spellings.

    Without `commodities` all of the case, without `days` its day of knowledge; `scenarios` are ids of measures by name.
    """
    network = case.network
    places = [(find_place(start, case).id, find_place(end, case).id) for start, end in pairs]
    found = tuple(dict.fromkeys(places))
    asked = tuple(dict.fromkeys(check_day(day, case) for day in days or [case.as_of]))
    named = [find_commodity(name, network.commodities) for name in commodities] or network.commodities
    cargoes = [read_cargo(commodity, case.claims) for commodity in dict.fromkeys(named)]
    elements = tuple(_element_names(network))
    shape = (len(scenarios), len(asked))
    values = len(scenarios) * len(asked) * len(found) * len(cargoes) * (draws + 2 * len(elements))
    _check_size(
        values + 4 * len(scenarios) * len(asked) * len(elements) * draws, pairs=found, scenarios=scenarios, draws=draws
    )
    graph = build_graph(network)
    settings = list(_settings(case, scenarios, asked, draws=draws, rng=rng))
    routes: dict[Pair, dict[tuple[int, ...], Route]] = {pair: {} for pair in found}
    for one in settings:
        for pair, listed in _gather(graph, one.seekers, pairs=found, cargoes=cargoes, conditions=one.conditions):
            routes[pair].update({route.edges: route for route in listed})
    # One table for all: were path sizes another with each setting's own routes, opening a way could raise a cost.
    by_pair = {pair: tuple(held.values()) for pair, held in routes.items()}
    table = tabulate_routes(graph, by_pair, length_km=settings[0].elements.length_km)
    priced = [_price(graph, table, one, cargoes, scale=case.claims.value("model", "route_choice_scale"))
              for one in settings]  # fmt: skip
    return CostMatrices(
        scenarios=tuple(scenarios),
        days=asked,
        pairs=found,
        commodities=tuple(cargo.id for cargo in cargoes),
        cost_usd_per_t=_stack([made.cost_usd_per_t for made, _ in priced], shape),
        elements=elements,
        slope_per_usd=_stack([slopes.per_usd for _, slopes in priced], shape),
        slope_per_hour=_stack([slopes.per_hour for _, slopes in priced], shape),
    )


@dataclass(frozen=True, slots=True)
class _Setting:
    """A scenario on a day: the figures of the draws, those of the draws that routes are sought on, and what is open."""

    elements: Elements
    seekers: Elements
    conditions: Conditions


def _settings(
    case: Case, scenarios: Mapping[str, Sequence[str]], days: Sequence[date], *, draws: int, rng: np.random.Generator
) -> Iterator[_Setting]:
    """Every scenario on every day, on common draws, with the figures of the day."""
    of_days = [collect_estimates(case.network, case.claims.on(day)) for day in days]
    scores, others = (rng.standard_normal((len(of_days[0]), count)) for count in (draws, SEARCH_DRAWS))
    for ids in scenarios.values():
        measures = find_measures(ids, case.measures)
        for day, estimates in zip(days, of_days, strict=True):
            values, exceptions = apply_measures(place_values(estimates, scores), measures)
            search, _ = apply_measures(place_values(estimates, others), measures)
            yield _Setting(
                build_elements(case.network, values),
                build_elements(case.network, search),
                conditions_on(case.network, day, exceptions=exceptions),
            )


def _price(
    graph: Graph, table: RouteTable, one: _Setting, cargoes: Sequence[Cargo], *, scale: float
) -> tuple[Skim, SkimSlopes]:
    passage = judge_passage(graph, table, conditions=one.conditions, cargoes=cargoes, elements=one.elements)
    return (
        skim(table, one.elements, cargoes=cargoes, scale=scale, passage=passage),
        skim_slopes(table, one.elements, cargoes=cargoes, scale=scale, passage=passage),
    )


def _check_size(values: int, *, pairs: Sequence[Pair], scenarios: Mapping[str, Sequence[str]], draws: int) -> None:
    if not pairs or not scenarios or draws < 1:
        raise InputFault("Name at least one pair of places, one scenario and one draw.", kind="no-pairs")
    same = next((start for start, end in pairs if start == end), None)
    if same is not None:
        raise InputFault(f"A pair begins and ends in {same}: name two different places.", kind="same-place")
    if values > MOST_VALUES:
        message = (
            f"{values:,} values, and at most {MOST_VALUES:,} fit: ask in parts, by fewer pairs, scenarios, days or "
            "draws."
        )
        raise InputFault(message, kind="too-large")


def _gather(
    graph: Graph, elements: Elements, *, pairs: Sequence[Pair], cargoes: Sequence[Cargo], conditions: Conditions
) -> Iterator[tuple[Pair, tuple[Route, ...]]]:
    """Candidates of every pair under each level of risk: all that is open, and what is open with a better chance."""
    chances = [float(np.prod([cause.availability for cause in causes])) for causes in conditions.causes]
    modes = sorted({mode for cargo in cargoes for mode in cargo.modes})
    by_time = sorted(cargoes, key=lambda cargo: cargo.time_usd_per_t_h)
    some = list({cargo.id: cargo for cargo in (by_time[0], by_time[len(by_time) // 2], by_time[-1])}.values())
    for cargo in by_time:
        if cargo.modes not in {one.modes for one in some}:
            some.append(cargo)
    levels = sorted({chance for chance in chances if chance > 0})
    while levels:
        level = levels[0]
        sure = replace(conditions, usable=tuple(chance >= level for chance in chances))
        usable = usable_edges(graph, sure, modes=modes)
        gathered = gather_candidates(graph, elements, pairs=pairs, cargoes=some, usable=usable)
        yield from gathered.routes.items()
        # What is as sure as the least sure link of these routes would be found again.
        used = {link for listed in gathered.routes.values() for route in listed for link in links_of(graph, route)}
        least = min((chances[link] for link in used), default=level)
        levels = [one for one in levels if one > least]


def _stack(parts: Sequence[Array], shape: tuple[int, int]) -> Array:
    return np.stack(parts).reshape(shape + parts[0].shape)


def _element_names(network: Network) -> Iterator[str]:
    """What each element is: a link, a stop, or a haul (a rate of its own on a link)."""
    yield from (f"link:{link.id}" for link in network.links)
    yield from (f"stop:{stop.id}" for stop in network.stops)
    yield from (f"haul:{network.links[haul.link].id}:{haul.layer}" for haul in network.hauls)
