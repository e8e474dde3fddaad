"""Writes `report/static/region.json`: land and borders of one region, cut and simplified from Natural Earth.

    npm install world-atlas@2.0.2
    python tools/map_shapes.py node_modules/world-atlas

world-atlas holds Natural Earth 1:50m (public domain) as TopoJSON. An arc that two countries share is a border; the
borders of DISPUTED are marked, so that the map can draw them dashed. The package needs neither npm nor this script.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rahdari.report.geometry import Box, Point, clip_line, clip_ring, simplify_line

REGION = Box(west=20.0, south=5.0, east=125.0, north=62.0)
TOLERANCE_DEG = 0.03
# Names as world-atlas has them, with the part of their common borders that is in dispute.
DISPUTED = (
    (frozenset({"India", "Pakistan", "China", "Siachen Glacier"}), Box(west=72.0, south=32.0, east=81.0, north=37.5)),
    (frozenset({"Russia", "Ukraine"}), Box(west=32.0, south=45.0, east=40.5, north=50.2)),
    (frozenset({"India", "China"}), Box(west=91.0, south=26.5, east=97.5, north=29.6)),
    (frozenset({"Cyprus", "N. Cyprus"}), Box(west=32.0, south=34.5, east=34.7, north=35.8)),
    (frozenset({"Somalia", "Somaliland"}), Box(west=42.0, south=7.5, east=50.0, north=11.5)),
    (frozenset({"Kosovo", "Serbia"}), Box(west=20.0, south=41.8, east=22.0, north=43.3)),
)
OUT = Path(__file__).resolve().parent.parent / "src" / "rahdari" / "report" / "static" / "region.json"


def decode_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """Every arc as points of longitude and latitude in degrees (TopoJSON 1.0, delta-coded)."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(points)
    return arcs


def rings_of(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """The arc numbers of each ring of a polygon or of many."""
    if geometry["type"] == "Polygon":
        yield from geometry["arcs"]
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["arcs"]:
            yield from polygon


def join_arcs(numbers: Iterable[int], arcs: list[list[Point]]) -> list[Point]:
    """One ring; a number below zero means the arc ~number, backwards."""
    ring: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring.extend(arc if not ring else arc[1:])
    return ring


def read_land(folder: Path) -> list[list[Point]]:
    """Rings of land within the region."""
    topology = json.loads((folder / "land-50m.json").read_text(encoding="utf-8"))
    arcs = decode_arcs(topology)
    rings = []
    for geometry in topology["objects"]["land"]["geometries"]:
        for numbers in rings_of(geometry):
            ring = simplify_line(clip_ring(join_arcs(numbers, arcs), REGION), TOLERANCE_DEG)
            if len(ring) > 3:
                rings.append(ring)
    return rings


def read_borders(folder: Path) -> list[tuple[bool, list[Point]]]:
    """Borders within the region, each with whether it is in dispute."""
    topology = json.loads((folder / "countries-50m.json").read_text(encoding="utf-8"))
    arcs = decode_arcs(topology)
    users: dict[int, set[str]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        for numbers in rings_of(geometry):
            for number in numbers:
                users.setdefault(number if number >= 0 else ~number, set()).add(geometry["properties"]["name"])
    borders = []
    for number, names in sorted(users.items()):
        if len(names) == 2:
            for disputed, part in split_by_dispute(arcs[number], names):
                borders += [(disputed, simplify_line(run, TOLERANCE_DEG)) for run in clip_line(part, REGION)]
    return borders


def split_by_dispute(line: list[Point], names: set[str]) -> Iterator[tuple[bool, list[Point]]]:
    """Runs of the line, each with whether it is in dispute; neighbouring runs share a point."""
    boxes = [box for countries, box in DISPUTED if names <= countries]
    run = [line[0]]
    held = None
    for here, there in zip(line, line[1:], strict=False):
        marked = any(box.holds(here) and box.holds(there) for box in boxes)
        if held is not None and marked != held:
            yield held, run
            run = [here]
        held = marked
        run.append(there)
    if held is not None:
        yield held, run


def round_line(line: list[Point]) -> list[float]:
    """Longitude and latitude in turn, to a hundredth of a degree."""
    return [round(value, 2) for point in line for value in point]


def write_region(folder: Path) -> None:
    """Nothing; the region's shapes go into the package."""
    borders = read_borders(folder)
    shapes = {
        "source": "Natural Earth 1:50m by world-atlas 2.0.2, public domain",
        "land": [round_line(ring) for ring in read_land(folder)],
        "borders": [round_line(line) for disputed, line in borders if not disputed],
        "disputed": [round_line(line) for disputed, line in borders if disputed],
    }
    OUT.write_text(json.dumps(shapes, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_region(Path(sys.argv[1]))
