"""Writes `report/static/region.json`: land and borders of one region, cut and simplified from Natural Earth.

    npm install world-atlas@2.0.2
    python tools/map_shapes.py node_modules/world-atlas

world-atlas holds Natural Earth 1:50m (public domain) as TopoJSON. An arc that two countries share is a border; the
borders of DISPUTED are marked, so that the map can draw them dashed. The package needs neither npm nor this script.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rahdari.report.geometry import Box, Point, bound_points, clip_line, clip_ring, simplify_line

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
MOST_NAMES, NAMES_APART_DEG, LEAST_DEPTH_DEG = 300, 2.0, 0.4
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


def read_name_places(folder: Path) -> dict[str, list[Point]]:
    """For each country of some size points well inside it, the farthest from its borders first."""
    topology = json.loads((folder / "countries-50m.json").read_text(encoding="utf-8"))
    arcs = decode_arcs(topology)
    places = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        rings = [join_arcs(numbers, arcs) for numbers in rings_of(geometry)]
        rings = [ring for ring in rings if len(ring) > 3 and any(REGION.holds(point) for point in ring)]
        inner = sorted((-depth_of(point, rings), point) for point in grid_points(rings))
        chosen: list[Point] = []
        for depth, point in inner:
            apart = all(abs(point[0] - x) + abs(point[1] - y) >= NAMES_APART_DEG for x, y in chosen)
            if depth < -LEAST_DEPTH_DEG and apart and len(chosen) < MOST_NAMES:
                chosen.append(point)
        if chosen:
            places[geometry["properties"]["name"]] = chosen
    return dict(sorted(places.items()))


def grid_points(rings: list[list[Point]]) -> Iterator[Point]:
    """Points half a degree apart within the region and the box of the rings."""
    if rings:
        box = bound_points([point for ring in rings for point in ring])
        for x in range(int(max(box.west, REGION.west) * 2), int(min(box.east, REGION.east) * 2) + 1):
            for y in range(int(max(box.south, REGION.south) * 2), int(min(box.north, REGION.north) * 2) + 1):
                yield x / 2, y / 2


def depth_of(point: Point, rings: list[list[Point]]) -> float:
    """Degrees to the nearest corner of a ring, below zero outside (even-odd rule)."""
    inside = False
    nearest = 1e9
    for ring in rings:
        for (x1, y1), (x2, y2) in itertools.pairwise(ring):
            if (y1 > point[1]) != (y2 > point[1]) and point[0] < x1 + (point[1] - y1) / (y2 - y1) * (x2 - x1):
                inside = not inside
            nearest = min(nearest, abs(x1 - point[0]) + abs(y1 - point[1]))
    return nearest if inside else -nearest


def split_by_dispute(line: list[Point], names: set[str]) -> Iterator[tuple[bool, list[Point]]]:
    """Runs of the line, each with whether it is in dispute; neighbouring runs share a point."""
    boxes = [box for countries, box in DISPUTED if names <= countries]
    run = [line[0]]
    held = None
    for here, there in itertools.pairwise(line):
        marked = any(box.holds(here) or box.holds(there) for box in boxes)
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
        "names": {name: round_line(points) for name, points in read_name_places(folder).items()},
        "disputed": [round_line(line) for disputed, line in borders if disputed],
    }
    OUT.write_text(json.dumps(shapes, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_region(Path(sys.argv[1]))
