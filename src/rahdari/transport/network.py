"""The network as a case gives it: nodes, links, crossings, stops, dated states, seasons and closures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

# Landlocked countries (UN-OHRLLS list of landlocked developing countries, with Europe's): no ocean port.
LANDLOCKED = frozenset(
    {
        "AFG",
        "ARM",
        "AZE",
        "BTN",
        "BWA",
        "BFA",
        "BDI",
        "CAF",
        "TCD",
        "SWZ",
        "ETH",
        "KAZ",
        "KGZ",
        "LAO",
        "LSO",
        "MWI",
        "MLI",
        "MDA",
        "MNG",
        "NPL",
        "NER",
        "PRY",
        "RWA",
        "SSD",
        "TJK",
        "MKD",
        "TKM",
        "UGA",
        "UZB",
        "ZMB",
        "ZWE",
        "BOL",
        "AND",
        "AUT",
        "BLR",
        "CZE",
        "HUN",
        "LIE",
        "LUX",
        "SMR",
        "SRB",
        "SVK",
        "CHE",
        "VAT",
    }
)
EARTH_RADIUS_KM = 6371.0088  # mean radius (IUGG)
INLAND, TO_PORT, BORDER, LORRY = "inland", "to-port", "border", "lorry"
FERRY = "ferry"


@dataclass(frozen=True, slots=True)
class Node:
    """A place on the network."""

    id: str
    name: str
    country: str
    kind: str
    lat: float
    lon: float
    transfers: tuple[str, ...]
    aliases: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch between two nodes by one mode, passable both ways; its numbers are claims.

    Where `haul_rates` is set, `rate` prices hauls out of a port alone: the first of them prices carriage between inland
    places, the last that to a port. On a ferry it is the rate of lorries, which drive on board; `rate` or the tariff of
    the link prices wagons and containers. A ferry without, at a port where another has one, takes no lorries. Times do
    not differ.
    """

    id: str
    start: str
    end: str
    mode: str
    gauge: str
    rate: str
    crossing: str
    name: str
    note: str
    haul_rates: tuple[str, ...] = ()

    @property
    def layer(self) -> str:
        """The layer of the graph that the link lies in: its mode, with the gauge for rail."""
        return f"{self.mode}-{self.gauge}" if self.mode == "rail" else self.mode

    @property
    def ends(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Its two ends in its layer."""
        return (self.start, self.layer), (self.end, self.layer)


@dataclass(frozen=True, slots=True)
class Haul:
    """A kind of haul for which the link at position `link` has the rate `rate` (INLAND, TO_PORT; LORRY on a ferry).

    BORDER marks a link over the border to where hauls have no rates: fares within a country hold no border fee, so
    such hauls pay that of `rate`, the class of the roads that the link joins.
    """

    link: int
    layer: str
    rate: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """A border crossing point; crossings of one group close together."""

    id: str
    name: str
    a: str
    b: str
    group: str
    note: str
    hours: str = ""
    hours_source: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where cargo waits, is handled or cleared; `numbers` names the claims that hold its time and fee.

    `under` is the document that the cargo travels under here, whose factor its time bears (see `travel_under`).
    """

    id: str
    name: str
    at: str
    kind: str
    mode: str
    from_country: str
    to_country: str
    numbers: str
    note: str
    under: str = ""

    @property
    def entity(self) -> str:
        """The entity whose claims hold the stop's numbers."""
        return f"stop:{self.numbers or self.id}"


@dataclass(frozen=True, slots=True)
class State:
    """What a link, crossing, node, group or country was from `since` to `until`, and how far that is verified."""

    entity: str
    state: str
    since: date
    until: date | None
    last_verified: date
    availability: float | None
    surcharge_percent_of_value: float
    source: str
    strength: str
    note: str


@dataclass(frozen=True, slots=True)
class Season:
    """A yearly time in which something is shut or hard to pass; start and end are MM-DD."""

    entity: str
    start: str
    end: str
    first: date | None
    last: date | None
    availability: float
    source: str
    strength: str
    note: str

    def holds(self, day: date) -> bool:
        """True where `day` lies in the season."""
        if (self.first is not None and day < self.first) or (self.last is not None and day > self.last):
            return False
        mark = f"{day.month:02d}-{day.day:02d}"
        if self.start <= self.end:
            return self.start <= mark <= self.end
        return mark >= self.start or mark <= self.end


@dataclass(frozen=True, slots=True)
class Closure:
    """One dated closure of a crossing or group; `end` is None while it lasts."""

    group: str
    start: date
    end: date | None
    source: str
    strength: str
    note: str


@dataclass(frozen=True, slots=True)
class Commodity:
    """A class of cargo; its value per tonne and time value are claims."""

    id: str
    name: str
    kind: str
    hs: str
    modes: tuple[str, ...]
    aliases: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Corridor:
    """A named way through places in order, passable in both directions, by the modes in order of preference."""

    id: str
    name: str
    modes: tuple[str, ...]
    nodes: tuple[str, ...]
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A country's section of a pipeline; sections of one name follow each other. No cargo is routed over it."""

    id: str
    name: str
    start: str
    end: str
    country: str
    note: str


@dataclass(frozen=True, slots=True)
class Permit:
    """A document, permit, visa or sanction and where it applies.

    It applies to a route whose legs by one of `modes` (any where empty) touch `at_least` of `countries` (of all where
    empty) and, where `crossings` are named, pass one of these. Cargo cannot travel under it at `except_crossings`.
    """

    id: str
    title: str
    kind: str
    modes: tuple[str, ...]
    countries: tuple[str, ...]
    at_least: int
    crossings: tuple[str, ...]
    since: date | None
    until: date | None
    issuer: str
    source: str
    strength: str
    note: str
    except_crossings: tuple[str, ...] = ()

    @property
    def entity(self) -> str:
        """The entity whose claims hold the document's numbers."""
        return f"permit:{self.id}"


@dataclass(frozen=True, slots=True)
class Charge:
    """What cargo or its lorry may be charged beyond carriage and stops, and where: told, never added to the cost.

    It concerns routes that use one of `modes`, go by land from one of `ports` to another country, begin in one of
    `starts` to end in another country, enter one of `enters` over a border by one of the modes (a lorry on a ferry
    enters by road) and end in one of `ends`, each where it is given. `low` and `high` are USD a truck of 20 t, percent
    of the cargo's value or percent of the import levies, as `per` says; None where no source prices it.
    """

    id: str
    title: str
    modes: tuple[str, ...]
    ports: tuple[str, ...]
    starts: tuple[str, ...]
    enters: tuple[str, ...]
    ends: tuple[str, ...]
    commodities: tuple[str, ...]
    per: str
    low: float | None
    high: float | None
    free_days: float | None
    since: date | None
    until: date | None
    source: str
    strength: str
    note: str


@dataclass(frozen=True, slots=True)
class Network:
    """All of a case's network tables."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    crossings: tuple[Crossing, ...]
    stops: tuple[Stop, ...]
    states: tuple[State, ...]
    seasons: tuple[Season, ...]
    closures: tuple[Closure, ...]
    commodities: tuple[Commodity, ...]
    corridors: tuple[Corridor, ...] = ()
    permits: tuple[Permit, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    charges: tuple[Charge, ...] = ()
    _hauls: tuple[Haul, ...] = field(init=False, repr=False, compare=False)

    @property
    def hauled(self) -> Mapping[tuple[str, str], str]:
        """The places, in their layer, where kinds of haul are told apart, with the rate class of the links there."""
        told = (link for link in self.links if link.haul_rates and link.mode != FERRY)
        return {end: link.rate for link in told for end in link.ends}

    @property
    def lorry_ports(self) -> frozenset[str]:
        """The places where lorries drive on board a ferry at a rate of their own."""
        ferries = (link for link in self.links if link.haul_rates and link.mode == FERRY)
        return frozenset(end for link in ferries for end in (link.start, link.end))

    @property
    def hauls(self) -> tuple[Haul, ...]:
        """The kinds of haul that cost something of their own on a link: each has an element, after links and stops."""
        return self._hauls

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hauls", self._list_hauls())

    def _list_hauls(self) -> tuple[Haul, ...]:
        hauled = self.hauled
        found: list[Haul] = []
        for index, link in enumerate(self.links):
            if link.haul_rates and link.mode == FERRY:
                found.append(Haul(index, LORRY, link.haul_rates[0]))
            elif link.haul_rates:
                found += [Haul(index, INLAND, link.haul_rates[0]), Haul(index, TO_PORT, link.haul_rates[-1])]
            joined = [hauled[end] for end in link.ends if end in hauled]
            if link.crossing and len(joined) == 1:
                found.append(Haul(index, BORDER, joined[0]))
        return tuple(found)

    def stop_at(self, element: int) -> Stop | None:
        """The stop that an element stands for, None where it is a link or a kind of haul over one."""
        index = element - len(self.links)
        return self.stops[index] if 0 <= index < len(self.stops) else None


def great_circle_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance in km (haversine; degrees in)."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half_lat = math.sin((phi_b - phi_a) / 2) ** 2
    half_lon = math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half_lat + math.cos(phi_a) * math.cos(phi_b) * half_lon))
