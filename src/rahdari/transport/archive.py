"""A network ready to be searched in one file of arrays: a hundred thousand links are read in milliseconds.

A case's network carries names, sources and states, which a program reads row by row. Where only the cheapest ways over
a large network are asked for, its sorted edges are kept as they are searched, and names are looked up on the way found.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import InputFault, unknown_name
from rahdari.transport.graph import LEAST_WEIGHT, Graph, PairEdges, grow_tree, pair_edges, trace_route

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
_KEYS: Final = (
    "nodes", "node_of", "no_start", "no_end", "begins", "heads", "row_begins", "links", "cost_usd_per_t", "time_h",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Archive:
    """Vertices with their node (`nodes[node_of[v]]`), and edges sorted by their ends with link, cost and time.

    No trip begins at a vertex of `no_start` or ends at one of `no_end`.
    """

    nodes: NDArray[np.str_]
    node_of: Integers
    no_start: Integers
    no_end: Integers
    pairs: PairEdges
    links: Integers
    cost_usd_per_t: Array
    time_h: Array


@dataclass(frozen=True, slots=True)
class ArchivedRoute:
    """The cheapest way: its nodes and links in order (-1 for a change of layer), USD/t and hours."""

    nodes: tuple[str, ...]
    links: tuple[int, ...]
    cost_usd_per_t: float
    time_h: float


def archive_graph(graph: Graph, *, cost_usd_per_t: Array, time_h: Array, usable: NDArray[np.bool_]) -> Archive:
    """The usable edges of the graph with what each costs (USD/t and hours, one an edge)."""
    pairs = pair_edges(graph, usable)
    codes = {node: code for code, node in enumerate(dict.fromkeys(node for node, _ in graph.vertices))}
    return Archive(
        nodes=np.array(list(codes), dtype=np.str_),
        node_of=np.array([codes[node] for node, _ in graph.vertices], dtype=np.int64),
        no_start=np.array(sorted(graph.no_start), dtype=np.int64),
        no_end=np.array(sorted(graph.no_end), dtype=np.int64),
        pairs=PairEdges(np.arange(len(pairs.order)), pairs.begins, pairs.heads, pairs.row_begins),
        links=graph.links[pairs.order],
        cost_usd_per_t=cost_usd_per_t[pairs.order],
        time_h=time_h[pairs.order],
    )


def write_archive(path: Path, archive: Archive) -> None:
    """The archive written to `path`, not compressed: reading is what should be quick."""
    pairs = archive.pairs
    with path.open("wb") as file:
        np.savez(
            file, nodes=archive.nodes, node_of=archive.node_of, no_start=archive.no_start, no_end=archive.no_end,
            begins=pairs.begins, heads=pairs.heads, row_begins=pairs.row_begins, links=archive.links,
            cost_usd_per_t=archive.cost_usd_per_t, time_h=archive.time_h,
        )  # fmt: skip


def read_archive(path: Path) -> Archive:
    """The archive at `path`; a file of another kind raises and says so."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            held = {key: stored[key] for key in _KEYS}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        message = f"{path.name} is no network archive that this version can read: write it anew from the network."
        raise InputFault(message, kind="archive") from error
    edges = np.arange(len(held["links"]))
    pairs = PairEdges(edges, held["begins"], held["heads"], held["row_begins"])
    numbers = (held[key] for key in ("links", "cost_usd_per_t", "time_h"))
    return Archive(held["nodes"], held["node_of"], held["no_start"], held["no_end"], pairs, *numbers)


def find_cheapest(archive: Archive, start: str, end: str, *, time_usd_per_t_h: float) -> ArchivedRoute | None:
    """The way of least cost and time between two nodes, None where there is none; an unknown node raises.

    Nothing but cost and time is weighed here, and nothing hinders a way from returning to a country that it has left.
    """
    starts = _vertices_of(archive, start, but=archive.no_start)
    ends = _vertices_of(archive, end, but=archive.no_end)
    weight = np.maximum(archive.cost_usd_per_t + time_usd_per_t_h * archive.time_h, LEAST_WEIGHT)
    tree = grow_tree(archive.pairs, starts, weight=weight)
    vertex = min(ends, key=lambda one: float(tree.cost[one]))
    if not np.isfinite(tree.cost[vertex]):
        return None
    route = trace_route(archive.pairs, tree, vertex, weight=weight)
    used = list(route.edges)
    return ArchivedRoute(
        nodes=tuple(archive.nodes[archive.node_of[list(route.vertices)]].tolist()),
        links=tuple(archive.links[used].tolist()),
        cost_usd_per_t=float(archive.cost_usd_per_t[used].sum()),
        time_h=float(archive.time_h[used].sum()),
    )


def _vertices_of(archive: Archive, node: str, *, but: Integers) -> list[int]:
    codes = np.flatnonzero(archive.nodes == node)
    if not len(codes):
        raise unknown_name("place", node, known=archive.nodes.tolist())
    found: list[int] = np.setdiff1d(np.flatnonzero(archive.node_of == codes[0]), but).tolist()
    return found
