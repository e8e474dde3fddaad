"""Shapes of GTFS: the points that a trip passes between two of its stops, so that a stretch has the line's own length.

Where both tables give `shape_dist_traveled` it says where a stop stands on its shape; else that is the nearest point of
the shape at or after the stop before (gtfs.org, Schedule Reference, shapes.txt).
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import Fault, FaultyInput, Where
from rahdari.transport.network import EARTH_RADIUS_KM

Array = NDArray[np.float64]
FARTHEST_KM = 10.0  # a ship passes its quay, a train its station: what is farther off is another line's shape
AS_NEAR_KM = 0.05  # of two passes of a stop as near as this the first counts: a ring ends where it begins
MOST_FAULTS = 1000
FILE = "shapes.txt"
NUMBERS = ("shape_pt_lat", "shape_pt_lon", "shape_dist_traveled")


@dataclass(frozen=True, slots=True)
class Shape:
    """A way's points in order, in degrees; `travelled` in the feed's own unit, or None where a point has none."""

    id: str
    lat: Array
    lon: Array
    travelled: Array | None


def read_shapes(rows: Iterable[Mapping[str, str]], *, wanted: Collection[str]) -> dict[str, Shape] | None:
    """The shapes of these ids, None where the feed has no shapes at all; every point that is none is a fault."""
    held: dict[str, array[float]] = {}
    is_empty = True
    faults: list[Fault] = []
    for row in rows:
        is_empty = False
        if row["shape_id"] not in wanted:
            continue
        lat, lon, travelled = (_number(row.get(name) or "") for name in NUMBERS)
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            point = f"point {row['shape_pt_sequence']} of shape {row['shape_id']!r}"
            faults.append(Fault(f"{point} has no latitude (-90 to 90) and longitude (-180 to 180).", Where(FILE)))
            if len(faults) == MOST_FAULTS:
                break
        held.setdefault(row["shape_id"], array("d")).extend((float(row["shape_pt_sequence"]), lat, lon, travelled))
    faults += [Fault(f"shape {id_!r} has one point only.", Where(FILE)) for id_, one in held.items() if len(one) == 4]
    if faults:
        raise FaultyInput(faults, kind="faulty-lines")
    return None if is_empty else {id_: _shape(id_, np.array(points).reshape(-1, 4)) for id_, points in held.items()}


def _number(text: str) -> float:
    """The number, nan where there is none: a point needs its place, and how far along it stands may go untold."""
    try:
        return float(text)
    except ValueError:
        return np.nan


def _shape(id_: str, points: Array) -> Shape:
    ordered = points[np.argsort(points[:, 0], kind="stable")]
    travelled = ordered[:, 3]
    is_told = bool(np.isfinite(travelled).all() and (np.diff(travelled) >= 0).all())
    return Shape(id_, ordered[:, 1], ordered[:, 2], travelled if is_told else None)


def locate_stops(
    shape: Shape, stops: Sequence[tuple[float, float]], *, travelled: Sequence[float | None]
) -> tuple[list[float], list[float]]:
    """Where each stop (latitude, longitude) stands on the shape, in points from its first, and its distance in km."""
    places: list[float] = []
    away: list[float] = []
    told = [one for one in travelled if one is not None]
    by_distance = shape.travelled is not None and len(told) == len(stops) and told == sorted(told)
    for number, (lat, lon) in enumerate(stops):
        along, apart = _nearest(shape, lat, lon)
        if by_distance and shape.travelled is not None:
            place = float(np.interp(told[number], shape.travelled, np.arange(len(shape.travelled))))
        else:
            first = int(places[-1]) if places else 0
            ahead = apart[first:]
            segment = first + int(np.argmax(ahead <= ahead.min() + AS_NEAR_KM))
            place = max(segment + float(along[segment]), places[-1] if places else 0.0)
        segment = min(int(place), len(apart) - 1)
        places.append(place)
        away.append(float(min(apart[segment], apart[max(segment - 1, 0)])))
    return places, away


def points_between(shape: Shape, first: float, last: float) -> list[list[float]]:
    """The shape's points (longitude, latitude) strictly between two places on it."""
    inner = range(int(np.floor(first)) + 1, int(np.ceil(last)))
    return [[float(shape.lon[point]), float(shape.lat[point])] for point in inner]


def _nearest(shape: Shape, lat: float, lon: float) -> tuple[Array, Array]:
    """Of each segment the share of its length where the stop is nearest, and how far off it is there, in km.

    On a plane that touches the earth at the stop: exact enough for the few kilometres that decide.
    """
    degree = np.pi / 180 * EARTH_RADIUS_KM
    east = (shape.lon - lon + 180) % 360 - 180  # across the date line too
    x = east * degree * np.cos(np.radians(lat))
    y = (shape.lat - lat) * degree
    dx, dy = np.diff(x), np.diff(y)
    length = dx**2 + dy**2
    along = np.clip(-(x[:-1] * dx + y[:-1] * dy) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    return along, np.hypot(x[:-1] + along * dx, y[:-1] + along * dy)
