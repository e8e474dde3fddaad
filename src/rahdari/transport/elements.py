"""Time and cost of every link and stop, for the figures in use and for draws of them.

A link takes its length over the speed without delay, plus commercial waiting per distance, plus half the headway of a
service and its hours in ports of call; it costs its length times the cost of carriage, or its own tariff. A stop takes
its time and costs its fee; under a document that speeds borders up its time bears the document's factor. CPMM's border
fees sit within the cost of carriage and its border times within the stops: neither counts twice.
A haul to a port or between inland places over a link that has a rate for it adds an element that takes no time and
costs what that rate is dearer than the link's own (less than nothing where it is cheaper); together with the link it
never costs less than nothing. So does a lorry on a ferry that has a rate for lorries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rahdari.claims import Claims, Estimate
from rahdari.transport.network import BORDER, Haul, Link, Network, Stop
from rahdari.units import TONNES_PER_TRUCK

HOURS_PER_WEEK: Final = 168.0
_LINK = ("length_km", "time_h", "cost_usd_per_t", "departures_per_week", "calls_h")
_RATE = ("speed_without_delay_km_per_h", "cost_usd_per_tkm", "waiting_h_per_100km", "co2e_kg_per_tkm")
_STOP = ("time_h", "fee_usd_per_t")
_CARRIAGE = "cost_usd_per_tkm"
BORDER_TIME_FACTOR: Final = "border_time_factor"
_FEES = "border_cost_usd"

Key = tuple[str, str]
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Elements:
    """Numbers of links, stops and hauls: draws x elements; lengths and emissions are the figures in use."""

    moving_h: Array
    waiting_h: Array
    stop_h: Array
    cost_usd_per_t: Array
    length_km: Array
    co2e_kg_per_t: Array

    @property
    def time_h(self) -> Array:
        """Moving, waiting and stopping together, draws x elements."""
        return np.asarray(self.moving_h + self.waiting_h + self.stop_h)


def collect_estimates(network: Network, claims: Claims) -> Mapping[Key, Estimate]:
    """Every estimate that the network rests on, by (entity, attribute) in sorted order."""
    wanted = {(f"link:{link.id}", name) for link in network.links for name in _LINK}
    wanted |= {(f"rate:{link.rate}", name) for link in network.links for name in _RATE}
    wanted |= {(f"rate:{haul.rate}", _FEES if haul.layer == BORDER else _CARRIAGE) for haul in network.hauls}
    wanted |= {(stop.entity, name) for stop in network.stops for name in _STOP}
    wanted |= {document_key(stop) for stop in network.stops if stop.under}
    found = {}
    for key in sorted(wanted):
        estimate = claims.find(*key)
        if estimate is not None:
            found[key] = estimate
    return MappingProxyType(found)


def document_key(stop: Stop) -> Key:
    """The factor on the stop's time of the document that the cargo travels under there."""
    return f"permit:{stop.under}", BORDER_TIME_FACTOR


def central_values(estimates: Mapping[Key, Estimate]) -> dict[Key, Array]:
    """The figure in use of every estimate, as arrays of one draw."""
    return {key: np.array([estimate.value]) for key, estimate in estimates.items()}


def draw_values(estimates: Mapping[Key, Estimate], *, rng: np.random.Generator, draws: int) -> dict[Key, Array]:
    """Draws of every estimate around the figure in use, in the order of `estimates`."""
    return place_values(estimates, rng.standard_normal((len(estimates), draws)))


def place_values(estimates: Mapping[Key, Estimate], scores: Array) -> dict[Key, Array]:
    """Every estimate at its row of normal scores (estimates x draws), in the order of `estimates`."""
    return {key: estimate.at(score) for (key, estimate), score in zip(estimates.items(), scores, strict=True)}


def build_elements(network: Network, values: Mapping[Key, Array], *, only: Sequence[int] | None = None) -> Elements:
    """Times and costs of all links, stops and hauls for given values of their claims.

    Where `only` names elements, of these alone and in its order: many draws of all take time and memory.
    """
    draws = len(next(iter(values.values()))) if values else 1
    links, stops, hauls = len(network.links), len(network.stops), network.hauls
    numbers = range(links + stops + len(hauls)) if only is None else only
    # Filled element by element, so an element's draws lie together in memory; what goes out is the transpose.
    moving, waiting, stopping, cost = (np.zeros((len(numbers), draws)) for _ in range(4))
    length, emissions = np.zeros(len(numbers)), np.zeros(len(numbers))
    for row, element in enumerate(numbers):
        if element < links:
            link = network.links[element]
            entity, rate = f"link:{link.id}", f"rate:{link.rate}"
            km, own_time = values[entity, "length_km"], values.get((entity, "time_h"))
            moving[row] = km / values[rate, "speed_without_delay_km_per_h"] if own_time is None else own_time
            cost[row] = _carriage(link, values)
            if (rate, "waiting_h_per_100km") in values:
                waiting[row] += km / 100 * values[rate, "waiting_h_per_100km"]
            if (entity, "departures_per_week") in values:
                waiting[row] += HOURS_PER_WEEK / values[entity, "departures_per_week"] / 2
            if (entity, "calls_h") in values:
                waiting[row] += values[entity, "calls_h"]
            length[row] = _middle(km)
            if (rate, "co2e_kg_per_tkm") in values:
                emissions[row] = _middle(values[rate, "co2e_kg_per_tkm"])
        elif element < links + stops:
            stop = network.stops[element - links]
            stopping[row] = values[stop.entity, "time_h"] * (values[document_key(stop)] if stop.under else 1.0)
            if (stop.entity, "fee_usd_per_t") in values:
                cost[row] = values[stop.entity, "fee_usd_per_t"]
        else:
            cost[row] = _haul_cost(network, hauls[element - links - stops], values)
    return Elements(moving.T, waiting.T, stopping.T, cost.T, length, length * emissions)


def _carriage(link: Link, values: Mapping[Key, Array]) -> Array:
    own = values.get((f"link:{link.id}", "cost_usd_per_t"))
    return values[f"link:{link.id}", "length_km"] * values[f"rate:{link.rate}", _CARRIAGE] if own is None else own


def _haul_cost(network: Network, haul: Haul, values: Mapping[Key, Array]) -> Array | float:
    rate, link = f"rate:{haul.rate}", network.links[haul.link]
    if haul.layer == BORDER:
        return values[rate, _FEES] / TONNES_PER_TRUCK if (rate, _FEES) in values else 0.0
    return values[f"link:{link.id}", "length_km"] * values[rate, _CARRIAGE] - _carriage(link, values)


def _middle(draws: Array) -> float:
    """The median of a number's draws; most lengths are the same in all."""
    first = float(draws[0])
    return first if draws.size == 1 or (draws == first).all() else float(np.median(draws))


@dataclass(frozen=True, slots=True)
class Change:
    """A change that a measure makes to one number of the network: multiply, set or add `value`."""

    entity: str
    attribute: str
    operation: str
    value: float

    def apply(self, base: Array, share: Array | float) -> Array:
        """The number after the change has taken effect to `share` (0 to 1) of its full size."""
        if self.operation == "multiply":
            return np.asarray(base * (1 + (self.value - 1) * share))
        if self.operation == "set":
            return np.asarray(base + (self.value - base) * share)
        return np.asarray(base + self.value * share)


def apply_changes(values: Mapping[Key, Array], changes: tuple[Change, ...]) -> dict[Key, Array]:
    """New values with every change in full effect, in order; a change to a number that has no claim starts from 0."""
    changed = dict(values)
    draws = len(next(iter(values.values())))
    for change in changes:
        key = (change.entity, change.attribute)
        changed[key] = change.apply(changed.get(key, np.zeros(draws)), 1.0)
    return changed


def change_coefficients(network: Network, counts: Array, key: Key, *, length_km: Array) -> tuple[Array, Array]:
    """What one unit of the number `key` adds to each route's time (h) and cost (USD/t).

    Departures a week and speed enter by their inverse (see `transform`); lengths are the figures in use.
    """
    entity, attribute = key
    kind, _, name = entity.partition(":")
    links = len(network.links)
    none = np.zeros(counts.shape[0])
    if kind == "stop":
        uses = counts[:, [links + i for i, stop in enumerate(network.stops) if stop.entity == entity]].sum(axis=1)
        return (uses, none) if attribute == "time_h" else (none, uses)
    if kind == "rate":
        columns = [i for i, link in enumerate(network.links) if link.rate == name]
        uses = counts[:, columns] @ length_km[columns]
        if attribute == _FEES:
            return none, _border_uses(network, counts, name) / TONNES_PER_TRUCK
        if attribute == _CARRIAGE:
            return none, uses + _haul_km(network, counts, name, length_km=length_km)
        return (uses / 100 if attribute == "waiting_h_per_100km" else uses), none
    uses = counts[:, [i for i, link in enumerate(network.links) if link.id == name]].sum(axis=1)
    if attribute == "cost_usd_per_t":
        return none, uses - _haul_uses(network, counts, name)
    return (uses * HOURS_PER_WEEK / 2 if attribute == "departures_per_week" else uses), none


def _haul_km(network: Network, counts: Array, rate: str, *, length_km: Array) -> Array:
    """The km that each route pays more at `rate` for its hauls; less than nothing at the rate of the links."""
    km = np.zeros(counts.shape[0])
    for element, haul in enumerate(network.hauls, start=len(network.links) + len(network.stops)):
        if haul.layer == BORDER:
            continue
        own = network.links[haul.link].rate
        km += counts[:, element] * length_km[haul.link] * ((haul.rate == rate) - (own == rate))
    return km


def _haul_uses(network: Network, counts: Array, name: str) -> Array:
    """How often each route passes the link `name` at a rate of its haul, which no tariff of the link moves."""
    first = len(network.links) + len(network.stops)
    own = [haul.layer != BORDER and network.links[haul.link].id == name for haul in network.hauls]
    return np.asarray(counts[:, first:][:, own].sum(axis=1))


def _border_uses(network: Network, counts: Array, rate: str) -> Array:
    """How often each route pays the border fee of `rate` on top of carriage."""
    first = len(network.links) + len(network.stops)
    paid = [haul.layer == BORDER and haul.rate == rate for haul in network.hauls]
    return np.asarray(counts[:, first:][:, paid].sum(axis=1))


def transform(key: Key, value: Array) -> Array:
    """The form in which a number enters time and cost linearly: its inverse for speed and departures."""
    if key[1] in ("speed_without_delay_km_per_h", "departures_per_week"):
        return np.asarray(1.0 / value)
    return value
