"""Files of a user's own lines -> GeoJSON features: GeoJSON itself, GTFS schedules, OSM extracts (I/O)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rahdari.case.osm import read_extract
from rahdari.case.schedules import read_schedules
from rahdari.case.table import MAX_ROWS
from rahdari.exceptions import InputFault, Where

MAX_BYTES = 100_000_000  # parsed it takes up to nine times as much


def read_features(path: Path) -> list[Any]:
    """The features of a GeoJSON FeatureCollection, unchecked."""
    where = Where(path.name)
    if path.stat().st_size > MAX_BYTES:
        message = f"The file is larger than {MAX_BYTES / 1e6:.0f} MB: split it, or thin its points."
        raise InputFault(message, kind="too-large", where=where)
    try:
        text = path.read_text(encoding="utf-8-sig")
        check_count(text.count('"Feature"'), path.name)  # before parsing, which takes the memory
        held = json.loads(text)
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, or a number of thousands of digits
        raise InputFault(f"The file is no GeoJSON: {error}.", kind="faulty-lines", where=where) from error
    features = held.get("features") if isinstance(held, dict) and held.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise InputFault("GeoJSON must be a FeatureCollection.", kind="faulty-lines", where=where)
    return features


def check_count(rows: int, name: str) -> None:
    """Nothing, or a fault where a file makes more rows than a table of a case can hold."""
    if rows > MAX_ROWS:
        message = (
            f"The file makes {rows:,} rows or more, and a case's table holds {MAX_ROWS:,}: keep the main lines only."
        )
        raise InputFault(message, kind="too-large", where=Where(name))


LINE_READERS: Mapping[str, Callable[[Path], list[Any]]] = MappingProxyType(
    {"geojson": read_features, "gtfs": read_schedules, "osm": read_extract}
)
