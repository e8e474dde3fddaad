"""Plane geometry of the maps: boxes, clipping, simplification and projection of longitude and latitude."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, point: Point) -> bool:
        """True where the point lies in the box or on its edge."""
        return self.west <= point[0] <= self.east and self.south <= point[1] <= self.north

    def grow(self, degrees: float) -> Box:
        """The box with so many degrees more on each side."""
        return Box(self.west - degrees, self.south - degrees, self.east + degrees, self.north + degrees)


def bound_points(points: Sequence[Point]) -> Box:
    """The least box around the points."""
    longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
    return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def clip_ring(ring: Sequence[Point], box: Box) -> list[Point]:
    """The part of a closed ring within the box (Sutherland and Hodgman 1974); empty where there is none."""
    edges = ((0, box.west, 1), (0, box.east, -1), (1, box.south, 1), (1, box.north, -1))
    points = list(ring)
    for axis, limit, side in edges:
        points = list(_cut(points, axis=axis, limit=limit, side=side))
        if not points:
            return []
    return [*points, points[0]] if points[0] != points[-1] else points


def _cut(points: Sequence[Point], *, axis: int, limit: float, side: int) -> Iterator[Point]:
    previous = points[-1]
    was_in = side * (previous[axis] - limit) >= 0
    for point in points:
        is_in = side * (point[axis] - limit) >= 0
        if is_in != was_in:
            share = (limit - previous[axis]) / (point[axis] - previous[axis])
            other = previous[1 - axis] + share * (point[1 - axis] - previous[1 - axis])
            yield (limit, other) if axis == 0 else (other, limit)
        if is_in:
            yield point
        previous, was_in = point, is_in


def clip_line(line: Sequence[Point], box: Box) -> list[list[Point]]:
    """Runs of the line of which each segment has at least one end in the box."""
    runs: list[list[Point]] = []
    run: list[Point] = []
    for here, there in itertools.pairwise(line):
        if box.holds(here) or box.holds(there):
            run = run or [here]
            run.append(there)
        elif run:
            runs.append(run)
            run = []
    return [*runs, run] if run else runs


def simplify_line(line: Sequence[Point], tolerance: float) -> list[Point]:
    """Fewer points, none left out farther than `tolerance` from the line (Douglas and Peucker 1973)."""
    if len(line) < 3:
        return list(line)
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        far, distance = first, 0.0
        for index in range(first + 1, last):
            away = distance_to_segment(line[index], line[first], line[last])
            if away > distance:
                far, distance = index, away
        if distance > tolerance:
            keep.add(far)
            spans += [(first, far), (far, last)]
    return [line[index] for index in sorted(keep)]


def distance_to_segment(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from a segment, in the unit of the coordinates."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    share = 0.0
    if length > 0:
        share = max(0.0, min(1.0, ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length))
    return math.hypot(point[0] - start[0] - share * dx, point[1] - start[1] - share * dy)


@dataclass(frozen=True, slots=True)
class Projection:
    """Longitude and latitude to pixels: equirectangular, true to scale at the view's middle latitude."""

    view: Box
    width: float
    height: float

    def place(self, point: Point) -> Point:
        """Pixels from the left and from the top."""
        x = (point[0] - self.view.west) / (self.view.east - self.view.west) * self.width
        y = (self.view.north - point[1]) / (self.view.north - self.view.south) * self.height
        return x, y


def fit_view(
    points: Sequence[Point], *, width: float, margin: float, least_shape: float, most_shape: float
) -> Projection:
    """A projection `width` pixels wide around the points.

    `margin` is a share of the larger side; the shape, height over width, stays between its bounds.
    """
    box = bound_points(points)
    stretch = math.cos(math.radians((box.south + box.north) / 2))
    wide, high = (box.east - box.west) * stretch, box.north - box.south
    pad = margin * max(wide, high, 1.0)
    wide, high = wide + 2 * pad, high + 2 * pad
    shape = max(least_shape, min(most_shape, high / wide))
    wide, high = max(wide, high / shape), max(high, wide * shape)
    mid_x, mid_y = (box.west + box.east) / 2, (box.south + box.north) / 2
    half = wide / stretch / 2
    view = Box(mid_x - half, mid_y - high / 2, mid_x + half, mid_y + high / 2)
    return Projection(view, width, width * shape)
