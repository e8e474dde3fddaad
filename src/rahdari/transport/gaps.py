"""Why a network holds no way at all between two places, whatever is open: where it breaks off, in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from rahdari.transport.graph import Graph, build_graph, mode_of
from rahdari.transport.network import Network, Node

MOST_NAMED = 3
Layers = dict[str, set[str]]


def explain_gap(network: Network, *, start: Node, end: Node, modes: Sequence[str]) -> str:
    """What would have to be added for a way by these modes; empty where the network holds one.

    Either nothing changes from one mode or gauge to the other where they meet, or a part stands apart.
    """
    graph = build_graph(network)
    part = _parts(graph, modes=modes)
    names = {node.id: node.name for node in network.nodes}
    sides = [
        _layers(graph, np.flatnonzero(np.isin(part, sorted({int(part[vertex]) for vertex in vertices}))).tolist())
        for vertices in (graph.starts_at(start.id), graph.ends_at(end.id))
    ]
    for place, side in zip((start, end), sides, strict=True):
        if not any(mode_of(layer) in modes for layer in side.get(place.id, ())):
            return f"No link of these modes ends at {place.name}: add one to network/links.csv."
    here, there = sides
    if any(here[node] & there[node] for node in here.keys() & there.keys()):
        return ""
    meeting = [node for node in here if node in there]
    if meeting:
        told = "; ".join(
            f"at {names[node]} from {_say(here[node], modes)} to {_say(there[node], modes)}"
            for node in meeting[:MOST_NAMED]
        )
        done = "terminal, port or break-of-gauge"
        return f"Nothing changes {told}: add {done} to its transfers in network/nodes.csv, and the stop to stops.csv."
    place, side = min(((start, here), (end, there)), key=lambda one: len(one[1]))
    others = [names[node] for node in side if node != place.id]
    listed = ", ".join(others[:MOST_NAMED]) + (f" and {len(others) - MOST_NAMED} more" if others[MOST_NAMED:] else "")
    modes_used = _say(set().union(*side.values()), modes)
    return f"{place.name} is joined to {listed} alone, by {modes_used}: add a link to the others to network/links.csv."


def _parts(graph: Graph, *, modes: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The number of the connected part of each vertex, by links of these modes and all changes."""
    used = np.array(
        [link < 0 or mode in modes for link, mode in zip(graph.links, graph.modes, strict=True)], dtype=bool
    )
    size = len(graph.vertices)
    joined = csr_array((np.ones(int(used.sum())), (graph.tails[used], graph.heads[used])), shape=(size, size))
    return np.asarray(connected_components(joined, directed=False)[1], dtype=np.int64)


def _layers(graph: Graph, vertices: Iterable[int]) -> Layers:
    """The layers of each node among these vertices, without the kind of haul."""
    found: Layers = {}
    for vertex in vertices:
        node, layer = graph.vertices[vertex]
        found.setdefault(node, set()).add(layer.partition(":")[0])
    return found


def _say(layers: Iterable[str], modes: Sequence[str]) -> str:
    """Modes, rail with its gauge: 'road or rail of 1520 mm'."""
    told = []
    for layer in sorted(layers):
        mode, _, gauge = layer.partition("-")
        if mode in modes:
            told.append(f"{mode} of {gauge} mm" if gauge else mode)
    return " or ".join(told)
