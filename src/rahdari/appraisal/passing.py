"""Which routes pass in each situation with each set of openings: their chance, surcharge and path sizes.

The causes that act on a route are those of the entities that it touches, so many patterns of what is shut and opened
are judged at once, entity by entity and not link by link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.situations import Shock
from rahdari.transport.availability import Exceptions, StateIndex, state_causes
from rahdari.transport.choice import measure_path_size
from rahdari.transport.graph import Graph, Route
from rahdari.transport.hazards import shock_of

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Passing:
    """Chance to pass and surcharge as a share of value: patterns x routes."""

    chance: Array
    surcharge: Array

    def path_sizes(self, counts: Array, lengths: Array) -> Array:
        """Path sizes among the routes that pass, nought for the others: patterns x routes."""
        usable, pattern_of = np.unique(self.chance > 0, axis=0, return_inverse=True)
        sizes = np.zeros(usable.shape)
        for row, passing in enumerate(usable):
            sizes[row, passing] = measure_path_size(counts[passing], lengths)
        return np.asarray(sizes[pattern_of.reshape(-1)])


def suppose_situation(
    groups: Mapping[str, str], shocks: Sequence[Shock], situation: int, *, supposing: Exceptions
) -> Exceptions:
    """What is set aside in a situation (bit k set where shock k acts) with what is opened or shut.

    `groups` are those of crossings, as in `StateIndex`. What a shock that acts has shut no opening opens.
    """
    acting = [shock for bit, shock in enumerate(shocks) if situation >> bit & 1]
    lifted = frozenset(state for bit, shock in enumerate(shocks) if not situation >> bit & 1 for state in shock.states)
    entities = frozenset(entity for shock in acting for entity in shock.entities)
    held = entities | {groups[entity] for entity in entities if entity in groups}
    return Exceptions(lifted=lifted, opened=supposing.opened - held, shut=supposing.shut)


def touched_entities(graph: Graph, routes: Sequence[Route], index: StateIndex) -> tuple[frozenset[str], ...]:
    """For each route the entities that act on one of its links."""
    links = [{int(graph.links[edge]) for edge in route.edges} - {-1} for route in routes]
    return tuple(frozenset(entity for link in used for entity in index.entities[link]) for used in links)


def judge_patterns(touched: Sequence[frozenset[str]], patterns: Sequence[Exceptions], *, index: StateIndex) -> Passing:
    """What every route risks in every pattern, seasons apart (see `hazards.combine_causes`)."""
    acting = frozenset(index.held).union(*(one.shut for one in patterns))
    entities = sorted(acting.intersection(frozenset().union(*touched)))
    shocks: dict[object, dict[str, tuple[Array, Array]]] = {}
    for row, exceptions in enumerate(patterns):
        for cause in state_causes(index, entities, exceptions=exceptions):
            members = shocks.setdefault(shock_of(cause), {})
            chances, surcharges = members.setdefault(cause.entity, (np.ones(len(patterns)), np.zeros(len(patterns))))
            chances[row], surcharges[row] = cause.availability, cause.surcharge
    chance, surcharge = np.ones((len(patterns), len(touched))), np.zeros((len(patterns), len(touched)))
    for members in shocks.values():
        least, most = np.ones_like(chance), np.zeros_like(surcharge)
        for entity, (chances, surcharges) in members.items():
            on = np.array([entity in its for its in touched])
            least[:, on] = np.minimum(least[:, on], chances[:, None])
            most[:, on] = np.maximum(most[:, on], surcharges[:, None])
        chance *= least
        surcharge += most
    return Passing(chance, surcharge)
