"""What one hour or one dollar a tonne less at each border, port or link would add to a book's flow.

The slope of a logsum by the cost of a link or stop is the share of the cargo that passes it (`transport.skims`). A
change of the generalised cost C of a good changes its trade cost factor 1 + f by dC / value, so the flow of the good
by -eps (dC / value) / (1 + f), with the elasticity eps that the horizon from the case's day to that year has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.candidates import Flow
from rahdari.appraisal.delivery import DAYS_PER_MONTH
from rahdari.appraisal.forecast import BookPaths
from rahdari.appraisal.timeline import MONTHS_PER_STEP
from rahdari.appraisal.world import World
from rahdari.claims import Period
from rahdari.measures import apply_measures
from rahdari.trade.response import elasticity_at
from rahdari.transport.availability import conditions_on
from rahdari.transport.elements import Elements, build_elements, central_values, collect_estimates
from rahdari.transport.hazards import generalised_cost
from rahdari.transport.network import Network
from rahdari.transport.skims import Passage, RouteTable, judge_passage, mean_shares, skim_slopes, tabulate_routes

if TYPE_CHECKING:
    from rahdari.appraisal.gateways import Setting

Array = NDArray[np.float64]
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Slope:
    """What one unit less at each passage of a border, port, other stop or link would add, USD million a year.

    `per_hour_musd` for an hour, `per_usd_per_t_musd` for a charge or freight of a dollar a tonne.
    """

    id: str
    title: str
    kind: str
    per_hour_musd: float
    per_usd_per_t_musd: float


@dataclass(frozen=True, slots=True)
class BookSlopes:
    """The ten stops and ten links of the largest slopes in a book's reporting year that ends on `end`.

    The change comes on the case's day and the setting, what is open, is taken to last, seasons apart; `elasticity` is
    that of the horizon. Slopes, not promises: they hold near what is, and an hour cannot be cut where less is spent.
    """

    book: str
    end: date
    setting: str
    elasticity: float
    stops: tuple[Slope, ...]
    links: tuple[Slope, ...]


@dataclass(frozen=True, slots=True)
class FlowSlopes:
    """By how much the log of a flow's trade cost rises with a dollar a tonne and with an hour more at each place."""

    per_usd: Array
    per_hour: Array


@dataclass(frozen=True, slots=True)
class Places:
    """What slopes are told for: links, and the stops of one kind at one node, whichever side or mode.

    `members` holds, for each place, the groups of elements of which a shipment passes all or none (exit and entry of a
    border by one mode): an hour less at the passage is an hour less at one of them.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    kinds: tuple[str, ...]
    members: tuple[tuple[tuple[int, ...], ...], ...]

    @staticmethod
    def of(network: Network) -> Places:
        """The places of a network."""
        names = {node.id: node.name for node in network.nodes}
        names |= {crossing.id: crossing.name for crossing in network.crossings}
        groups: dict[tuple[str, str, str], dict[str, list[int]]] = {}
        for column, link in enumerate(network.links):
            title = f"{names[link.start]} – {names[link.end]}, {link.mode}"
            groups[f"link:{link.id}", title, "link"] = {link.mode: [column]}
        for column, stop in enumerate(network.stops, start=len(network.links)):
            key = (f"{stop.kind}:{stop.at}", names[stop.at], stop.kind)
            groups.setdefault(key, {}).setdefault(stop.mode, []).append(column)
        ids, titles, kinds = zip(*groups, strict=True)
        members = tuple(tuple(tuple(columns) for columns in modes.values()) for modes in groups.values())
        return Places(ids, titles, kinds, members)

    def gather(self, values: Array) -> Array:
        """The values of elements by place."""
        listed = values.tolist()
        return np.array([sum(max(listed[column] for column in columns) for columns in modes) for modes in self.members])

    def rank(self, per_hour: Array, per_usd: Array) -> list[Slope]:
        """The places that anything passes, those where an hour counts most first."""
        return [
            Slope(self.ids[row], self.titles[row], self.kinds[row], float(per_hour[row]), float(per_usd[row]))
            for row in np.argsort(-per_hour, kind="stable").tolist()
            if per_hour[row] > 0
        ]


def find_slopes(
    world: World, settings: Sequence[Setting], *, paths: Mapping[str, BookPaths], periods: Mapping[str, Period]
) -> tuple[BookSlopes, ...]:
    """For each book and setting the largest slopes of the flow that the paths expect in the book's period."""
    found = []
    places = Places.of(world.case.network)
    by_setting = {setting.name: _flow_slopes(world, setting, places=places) for setting in settings}
    for book, period in periods.items():
        elasticity = elasticity_ahead(world, period)
        column = paths[book].periods.index(period)
        traded = {flow: float(values[:, column].mean()) for flow, values in paths[book].by_direction.items()}
        for name, slopes in by_setting.items():
            per_hour = elasticity * np.sum([traded[flow] * slopes[flow].per_hour for flow in traded], axis=0)
            per_usd = elasticity * np.sum([traded[flow] * slopes[flow].per_usd for flow in traded], axis=0)
            ranked = places.rank(per_hour, per_usd)
            stops = [slope for slope in ranked if slope.kind != "link"]
            links = [slope for slope in ranked if slope.kind == "link"]
            found.append(BookSlopes(book, period.end, name, elasticity, tuple(stops[:SHOWN]), tuple(links[:SHOWN])))
    return tuple(found)


def elasticity_ahead(world: World, period: Period) -> float:
    """The elasticity of a change on the case's day, meant over the half-years of a period, for the figures in use."""
    claims, timeline = world.case.claims, world.timeline
    steps = np.arange(timeline.steps)[timeline.steps_of(period)]
    day = world.case.as_of
    since = timeline.month_of(day) + (day.day - 1) / DAYS_PER_MONTH
    ahead = ((steps + 1) * MONTHS_PER_STEP - since) / 12
    values = elasticity_at(
        np.maximum(ahead, 0.0),
        claims.value("model", "elasticity_short"),
        claims.value("model", "elasticity_long"),
        reached_after_years=claims.value("model", "elasticity_long_after_years"),
    )
    return float(np.where(ahead > 0, values, 0.0).mean())


def _flow_slopes(world: World, setting: Setting, *, places: Places) -> dict[str, FlowSlopes]:
    """Slopes of each direction with the setting's measures, at the figures in use: a mean over the pairs of zones."""
    case, model = world.case, world.cost_model
    values, supposed = apply_measures(central_values(collect_estimates(case.network, case.claims)), setting.measures)
    elements = build_elements(case.network, values)
    conditions = conditions_on(case.network, setting.day, exceptions=supposed, seasons=False)
    found = {}
    for flow in model.flows:
        routes = {(one.start, one.end): one.routes for one in model.route_sets[flow.id]}
        table = tabulate_routes(model.graph, routes, length_km=elements.length_km)
        passage = judge_passage(model.graph, table, conditions=conditions, cargoes=flow.cargoes, elements=elements)
        slopes = skim_slopes(table, elements, cargoes=flow.cargoes, scale=model.scale, passage=passage)
        spent = _mean_cost(flow, table, elements=elements, passage=passage, scale=model.scale)
        value = np.array([cargo.value_usd_per_t for cargo in flow.cargoes])
        weights = flow.shares / (value + spent) / len(table.pairs)
        found[flow.id] = FlowSlopes(
            per_usd=places.gather(np.einsum("pc,pce->e", weights, slopes.per_usd)),
            per_hour=places.gather(np.einsum("pc,pce->e", weights, slopes.per_hour)),
        )
    return found


def _mean_cost(flow: Flow, table: RouteTable, *, elements: Elements, passage: Passage, scale: float) -> Array:
    """What the cargo pays on its way on average, USD/t with time and risk: pairs x commodities."""
    shares = mean_shares(table, elements, cargoes=flow.cargoes, scale=scale, passage=passage)
    time_h, cost = table.use @ elements.time_h[0], table.use @ elements.cost_usd_per_t[0]
    spent = np.zeros((len(table.pairs), len(flow.cargoes)))
    for column, cargo in enumerate(flow.cargoes):
        whole = generalised_cost(cost, time_h, cargo=cargo, surcharge=passage.surcharge, availability=passage.chance)
        paid = shares[:, column] * np.where(shares[:, column] > 0, whole, 0.0)
        spent[:, column] = [paid[table.rows(pair)].sum() for pair in range(len(table.pairs))]
    return spent
