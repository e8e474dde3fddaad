"""Files of a user's own lines -> GeoJSON features: GeoJSON itself, GTFS schedules, OSM extracts (I/O)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rahdari.case.osm import read_extract
from rahdari.case.schedules import read_schedules
from rahdari.exceptions import InputFault, Where

MAX_BYTES = 200_000_000


def read_features(path: Path) -> list[Any]:
    """The features of a GeoJSON FeatureCollection, unchecked."""
    where = Where(path.name)
    if path.stat().st_size > MAX_BYTES:
        message = f"The file is larger than {MAX_BYTES / 1e6:.0f} MB: split it, or thin its points."
        raise InputFault(message, kind="too-large", where=where)
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, or a number of thousands of digits
        raise InputFault(f"The file is no GeoJSON: {error}.", kind="faulty-lines", where=where) from error
    features = held.get("features") if isinstance(held, dict) and held.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise InputFault("GeoJSON must be a FeatureCollection.", kind="faulty-lines", where=where)
    return features


LINE_READERS: Mapping[str, Callable[[Path], list[Any]]] = MappingProxyType(
    {"geojson": read_features, "gtfs": read_schedules, "osm": read_extract}
)
