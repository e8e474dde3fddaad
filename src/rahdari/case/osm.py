"""An extract of OpenStreetMap -> GeoJSON features: main roads, railways and ferries between their junctions (I/O).

Read by osmium (extra `osm`) from .osm, .osm.bz2 or .osm.pbf. Taken are motorways, trunk and primary roads, main and
branch railways with their gauge, and ferries (wiki.openstreetmap.org: Key:highway, Key:railway, Key:gauge,
Tag:route=ferry). Data are under the Open Database License: name OpenStreetMap where you publish what rests on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rahdari.exceptions import InputFault, Where

HIGHWAYS = frozenset({"motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link"})
SUFFIXES = (".osm", ".osm.bz2", ".osm.gz", ".osm.pbf", ".pbf")
MOST_WAYS = 2_000_000

Kind = tuple[str, str]  # mode, gauge


@dataclass(slots=True)
class _Chain:
    """A run of nodes of one kind of way, with the name most of its ways bear."""

    kind: Kind
    nodes: list[int]
    names: Counter[str]


def read_extract(path: Path) -> list[Any]:
    """A feature for each stretch between junctions, with `mode`, `gauge` and `name` where its ways tell them."""
    try:
        import osmium  # noqa: PLC0415 - an extra: only this import needs it
    except ImportError as error:
        message = "Reading OSM extracts needs the extra osm: pip install 'rahdari[osm]'."
        raise InputFault(message, kind="missing-extra") from error
    if not path.name.endswith(SUFFIXES):
        message = f"An OSM extract ends in {', '.join(SUFFIXES)}."
        raise InputFault(message, kind="faulty-lines", where=Where(path.name))
    places: dict[int, tuple[float, float]] = {}
    chains: list[_Chain] = []
    try:
        for entity in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations():
            if not isinstance(entity, osmium.osm.Way) or (kind := _kind_of(dict(entity.tags))) is None:
                continue
            nodes = [node for node in entity.nodes if node.location.valid()]
            places.update({node.ref: (node.lon, node.lat) for node in nodes})
            if len(nodes) > 1:
                chains.append(_Chain(kind, [node.ref for node in nodes], Counter([entity.tags.get("name") or ""])))
            if len(chains) > MOST_WAYS:
                message = f"The extract holds more than {MOST_WAYS:,} ways: cut it to the region, or to main roads."
                raise InputFault(message, kind="too-large", where=Where(path.name))
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise InputFault(
            f"The extract cannot be read: {error}.", kind="faulty-lines", where=Where(path.name)
        ) from error
    return [_feature(chain, places) for chain in join_chains(split_chains(chains)) if len(set(chain.nodes)) > 1]


def _kind_of(tags: Mapping[str, str]) -> Kind | None:
    if tags.get("highway") in HIGHWAYS:
        return "road", ""
    if (
        tags.get("railway") == "rail"
        and tags.get("service") is None
        and tags.get("usage", "main") in ("main", "branch")
    ):
        return "rail", tags.get("gauge", "").partition(";")[0]
    return ("ferry", "") if tags.get("route") == "ferry" else None


def split_chains(chains: Iterable[_Chain]) -> list[_Chain]:
    """The chains cut wherever ways of a kind meet, or one meets itself, so that they meet only at their ends."""
    held = list(chains)
    uses = Counter((chain.kind, node) for chain in held for node in chain.nodes)
    cut: list[_Chain] = []
    for chain in held:
        begin = 0
        for position in range(1, len(chain.nodes)):
            if position == len(chain.nodes) - 1 or uses[chain.kind, chain.nodes[position]] > 1:
                cut.append(_Chain(chain.kind, chain.nodes[begin : position + 1], Counter(chain.names)))
                begin = position
    return cut


def join_chains(chains: Iterable[_Chain]) -> list[_Chain]:
    """The chains joined where just two of a kind meet: what is left runs from junction to junction."""
    held: dict[int, _Chain] = dict(enumerate(chains))
    ends: dict[tuple[Kind, int], list[int]] = {}
    for number, chain in held.items():
        for node in (chain.nodes[0], chain.nodes[-1]):
            ends.setdefault((chain.kind, node), []).append(number)
    for (kind, node), meeting in ends.items():
        if len(meeting) != 2 or meeting[0] == meeting[1]:
            continue
        first, second = (held[number] for number in meeting)
        if first.nodes[-1] != node:
            first.nodes.reverse()
        if second.nodes[0] != node:
            second.nodes.reverse()
        first.nodes += second.nodes[1:]
        first.names += second.names
        at = (kind, first.nodes[-1])
        ends[at] = [meeting[0] if number == meeting[1] else number for number in ends[at]]
        del held[meeting[1]]
    return list(held.values())


def _feature(chain: _Chain, places: Mapping[int, tuple[float, float]]) -> dict[str, Any]:
    mode, gauge = chain.kind
    told = {"mode": mode, "gauge": gauge, "name": chain.names.most_common(1)[0][0], "short": "yes"}
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [list(places[node]) for node in chain.nodes]},
        "properties": {name: value for name, value in told.items() if value},
    }
