"""What is open on a day: dated states, seasons, and what a measure or a question opens or shuts."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from rahdari.transport.closures import ClosureProcess
from rahdari.transport.network import Link, Network, Season, State

_SHUT = ("closed", "planned", "suspended")


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a link is shut, at risk or less than certain.

    `availability` is the chance to pass; `closures_per_year` is the rate at which an open crossing closes.
    """

    entity: str
    state: str
    availability: float
    surcharge: float
    record: State | Season | None
    closures_per_year: float = 0.0


@dataclass(frozen=True, slots=True)
class Conditions:
    """For each link (in network order) the causes that act on it; a link is usable where no cause shuts it."""

    day: date
    causes: tuple[tuple[Cause, ...], ...]
    usable: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Exceptions:
    """What a question or a measure sets aside: entities taken as open, as shut, and states taken as ended."""

    opened: frozenset[str] = frozenset()
    shut: frozenset[str] = frozenset()
    lifted: frozenset[State] = frozenset()


NO_EXCEPTIONS = Exceptions()


def link_entities(network: Network) -> tuple[tuple[str, ...], ...]:
    """For each link the entities whose states act on it: itself, crossing, group, both nodes, their countries."""
    country = {node.id: node.country for node in network.nodes}
    group = {crossing.id: crossing.group for crossing in network.crossings}
    return tuple(tuple(_entities(link, country=country, group=group)) for link in network.links)


def _entities(link: Link, *, country: Mapping[str, str], group: Mapping[str, str]) -> Iterator[str]:
    yield f"link:{link.id}"
    if link.crossing:
        yield f"crossing:{link.crossing}"
        if group[link.crossing]:
            yield f"group:{group[link.crossing]}"
    yield f"node:{link.start}"
    yield f"node:{link.end}"
    if link.mode not in ("sea", "air"):  # a country at risk does not shut the sea or the sky off its coast
        yield from (f"country:{code}" for code in dict.fromkeys((country[link.start], country[link.end])))


def state_on(rows: Iterable[State], day: date) -> State | None:
    """The state of one entity on `day`: the latest begun that has not ended; a plan holds before it was recorded."""
    held = [row for row in rows if row.since <= day and (row.until is None or row.until >= day)]
    if held:
        return max(held, key=lambda row: row.since)
    first = min(rows, key=lambda row: row.since, default=None)
    if first is not None and day < first.since and first.state in ("planned", "suspended"):
        return first
    return None


def states_by_entity(network: Network) -> Mapping[str, tuple[State, ...]]:
    """All dated states of each entity."""
    found: dict[str, list[State]] = {}
    for row in network.states:
        found.setdefault(row.entity, []).append(row)
    return MappingProxyType({entity: tuple(rows) for entity, rows in found.items()})


@dataclass(frozen=True, slots=True)
class StateIndex:
    """What acts on each link on one day, looked up once for any number of suppositions.

    `held` has the entities that are in some state on that day; `links_of` the links that an entity acts on.
    """

    day: date
    entities: tuple[tuple[str, ...], ...]
    held: Mapping[str, State]
    groups: Mapping[str, str]
    links_of: Mapping[str, tuple[int, ...]]


def index_states(network: Network, day: date) -> StateIndex:
    """The states that hold on `day` by entity, and the entities that act on each link."""
    entities = link_entities(network)
    links_of: dict[str, list[int]] = {}
    for link, found in enumerate(entities):
        for entity in found:
            links_of.setdefault(entity, []).append(link)
    states = {entity: state_on(rows, day) for entity, rows in states_by_entity(network).items() if entity in links_of}
    held = {entity: state for entity, state in states.items() if state is not None}
    groups = {f"crossing:{crossing.id}": f"group:{crossing.group}" for crossing in network.crossings if crossing.group}
    return StateIndex(
        day,
        entities,
        MappingProxyType(held),
        MappingProxyType(groups),
        MappingProxyType({entity: tuple(links) for entity, links in links_of.items()}),
    )


def conditions_on(
    network: Network,
    day: date,
    *,
    exceptions: Exceptions = NO_EXCEPTIONS,
    processes: Mapping[str, ClosureProcess] = MappingProxyType({}),
    seasons: bool = True,
    index: StateIndex | None = None,
) -> Conditions:
    """The causes that act on every link on `day`; `processes` add the rate of new closures to open crossings.

    An `index` of the same day saves looking the states up again.
    """
    known = index_states(network, day) if index is None else index
    in_season: dict[str, list[Season]] = {}
    for season in network.seasons:
        if seasons and season.holds(day):
            in_season.setdefault(season.entity, []).append(season)
    closing = {f"{kind}:{name}": process for name, process in processes.items() for kind in ("crossing", "group")}
    by_entity: dict[str, tuple[Cause, ...]] = {}
    for entity in {*known.held, *in_season, *closing, *exceptions.shut}:
        if entity not in known.links_of:
            continue
        causes = state_causes(known, (entity,), exceptions=exceptions)
        causes += [Cause(entity, "season", season.availability, 0.0, season) for season in in_season.get(entity, ())]
        process = closing.get(entity)
        if process is not None and not any(cause.state == "closed" for cause in causes):
            causes.append(Cause(entity, "closure-process", 1.0, 0.0, None, process.rate_per_year))
        if causes:
            by_entity[entity] = tuple(causes)
    causes_by_link: list[tuple[Cause, ...]] = [()] * len(known.entities)
    usable = [True] * len(known.entities)
    for link in {link for entity in by_entity for link in known.links_of[entity]}:
        acting = tuple(cause for entity in known.entities[link] for cause in by_entity.get(entity, ()))
        causes_by_link[link] = acting
        usable[link] = all(cause.availability > 0 for cause in acting)
    return Conditions(day, tuple(causes_by_link), tuple(usable))


def state_causes(index: StateIndex, entities: Iterable[str], *, exceptions: Exceptions) -> list[Cause]:
    """The causes that the states of these entities are, each acting on the links of its entity."""
    causes = []
    for entity in entities:
        is_opened = entity in exceptions.opened or index.groups.get(entity) in exceptions.opened
        causes += _causes(entity, index.held.get(entity), opened=is_opened, exceptions=exceptions)
    return causes


def _causes(entity: str, state: State | None, *, opened: bool, exceptions: Exceptions) -> list[Cause]:
    if entity in exceptions.shut:
        return [Cause(entity, "closed", 0.0, 0.0, None)]
    if state is None or state in exceptions.lifted or (opened and state.state in _SHUT):
        return []
    if state.state in _SHUT:
        return [Cause(entity, state.state, 0.0, 0.0, state)]
    availability = 1.0 if state.availability is None else state.availability
    surcharge = state.surcharge_percent_of_value / 100
    if availability == 1.0 and surcharge == 0.0 and state.state == "open":
        return []
    return [Cause(entity, state.state, availability, surcharge, state)]


def month_middles(year: int, months: Iterable[int]) -> tuple[date, ...]:
    """The middle day of each month."""
    return tuple(date(year, month, (calendar.monthrange(year, month)[1] + 1) // 2) for month in months)
