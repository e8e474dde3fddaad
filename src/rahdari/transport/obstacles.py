"""What is shut or at risk on ways that would otherwise be worth taking, and the state of crossings on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from rahdari.transport.alternatives import find_candidates, links_of, usable_edges
from rahdari.transport.availability import NO_EXCEPTIONS, Cause, Conditions, Exceptions, state_on, states_by_entity
from rahdari.transport.cargo import Cargo
from rahdari.transport.elements import Elements
from rahdari.transport.graph import Graph
from rahdari.transport.hazards import route_causes
from rahdari.transport.network import Network, State


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something shut or at risk on a way that would otherwise be worth taking."""

    name: str
    entity: str
    state: str
    why: str
    since: date | None
    until: date | None
    last_verified: date | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CrossingState:
    """A border crossing with its state on the day, where that was read, the day it was last verified, and its hours."""

    name: str
    state: str
    since: date | None
    last_verified: date | None
    note: str
    sources: tuple[str, ...]
    hours: str = ""


def find_obstacles(
    network: Network,
    graph: Graph,
    elements: Elements,
    *,
    start: str,
    end: str,
    cargo: Cargo,
    conditions: Conditions,
    modes: Sequence[str],
    dearest: float,
) -> tuple[tuple[Obstacle, ...], tuple[str, ...]]:
    """What shuts ways that would be among those answered (none dearer than `dearest`), and what bars every way.

    The second are the obstacles of the cheapest way that is shut.
    """
    shut = [[cause for cause in causes if cause.availability == 0] for causes in conditions.causes]
    for lifted in (("closed", "season"), ("closed", "season", "suspended", "planned")):
        usable = tuple(all(cause.state in lifted for cause in causes) for causes in shut)
        edges = usable_edges(graph, Conditions(conditions.day, conditions.causes, usable), modes=modes)
        found = find_candidates(graph, elements, start=start, end=end, cargo=cargo, usable=edges, detours=3)
        if found.routes:
            break
    listed: dict[str, Obstacle] = {}
    blocked_by: tuple[str, ...] = ()
    cost = found.cost_usd_per_t + cargo.time_usd_per_t_h * found.time_h
    for row in np.argsort(cost, kind="stable").tolist():
        links = links_of(graph, found.routes[row])
        held = [cause for link in links for cause in shut[link]]
        if cost[row] > dearest or not held:
            continue
        obstacles = [_obstacle(network, cause) for cause in dict.fromkeys(held)]
        blocked_by = blocked_by or tuple(dict.fromkeys(obstacle.name for obstacle in obstacles))
        for obstacle in obstacles:
            listed.setdefault(obstacle.entity, obstacle)
    at_risk = [
        cause
        for row in np.flatnonzero(cost <= dearest).tolist()
        for cause in route_causes(graph, found.routes[row], conditions)
        if cause.state == "war-risk"
    ]
    for cause in at_risk:
        listed.setdefault(cause.entity, _obstacle(network, cause))
    return tuple(listed.values()), blocked_by


def _obstacle(network: Network, cause: Cause) -> Obstacle:
    record = cause.record
    name = entity_name(network, cause.entity)
    if isinstance(record, State):
        return Obstacle(name, cause.entity, cause.state, record.note or cause.state, record.since, record.until,
                        record.last_verified, (record.source,))  # fmt: skip
    why = record.note if record is not None else "as the question supposes"
    sources = (record.source,) if record is not None else ()
    return Obstacle(name, cause.entity, cause.state, why, None, None, None, sources)


def entity_name(network: Network, entity: str) -> str:
    """The name that people use for a link, crossing, node, group or country."""
    kind, _, name = entity.partition(":")
    if kind == "link":
        for link in network.links:
            if link.id == name:
                return link.name or link.id
    names = {("crossing", crossing.id): crossing.name for crossing in network.crossings}
    names |= {("node", node.id): node.name for node in network.nodes}
    return names.get((kind, name), name)


def describe_crossings(
    network: Network, day: date, *, names: Iterable[str], exceptions: Exceptions = NO_EXCEPTIONS
) -> tuple[CrossingState, ...]:
    """The state of crossings on `day` with source and day last verified; a group's state counts for its members."""
    wanted = set(names)
    rows = states_by_entity(network)
    described = []
    for crossing in network.crossings:
        if crossing.id not in wanted:
            continue
        keys = (f"crossing:{crossing.id}", f"group:{crossing.group}")
        held = [state for key in keys if (state := state_on(rows.get(key, ()), day)) is not None]
        shut = [state for state in held if state.state != "open"]
        state = next(iter([*shut, *held]), None)
        supposed = any(key in exceptions.opened for key in keys) and bool(shut)
        described.append(
            CrossingState(
                name=crossing.name,
                state="open (supposed)" if supposed else "unknown" if state is None else state.state,
                since=None if state is None else state.since,
                last_verified=None if state is None else state.last_verified,
                note="" if state is None else state.note,
                sources=(*(() if state is None else (state.source,)), *filter(None, (crossing.hours_source,))),
                hours=crossing.hours,
            )
        )
    return tuple(described)
