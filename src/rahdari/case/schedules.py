"""Schedules in GTFS's files -> GeoJSON features: stretches between stops with their hours and departures a week (I/O).

Read are stops, routes, trips, stop_times, calendar, calendar_dates and frequencies (gtfs.org, Schedule Reference), from
a folder or a zip. A column `rate` in routes (and `gauge` for rail) and `country` in stops say what GTFS has no word
for; where they are missing the import's own options serve. Of a line's two directions the departures are averaged, for
a link is passed both ways.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from rahdari.exceptions import Fault, FaultyInput, InputFault, Where

MAX_BYTES = 500_000_000
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEEDED = ("stops", "routes", "trips", "stop_times")
ADDED = "1"  # exception_type of calendar_dates: service is added on that day
MOST_FAULTS = 1000
# route_type, with the extended types in hundreds: https://gtfs.org/schedule/reference/#routestxt
_PLAIN = {"2": "rail", "3": "road", "4": "ferry", "11": "road"}
_EXTENDED = {1: "rail", 2: "road", 7: "road", 8: "road", 10: "ferry", 11: "air", 12: "ferry"}

Row = Mapping[str, str]


@dataclass(slots=True)
class _Stretch:
    """All departures between two stops of a line, by direction."""

    departures: dict[tuple[str, str], float]
    hours: float = 0.0
    weight: float = 0.0


def read_schedules(path: Path) -> list[Any]:
    """A feature for each pair of neighbouring stops of each route, with `time_h` and `departures_per_week`."""
    tables = {name: list(_read_table(path, name)) for name in (*NEEDED, "calendar", "calendar_dates", "frequencies")}
    missing = [f"{name}.txt" for name in NEEDED if not tables[name]]
    if missing:
        message = f"The schedules lack {', '.join(missing)}, or these are empty."
        raise InputFault(message, kind="faulty-lines", where=Where(path.name))
    weekly = _services_per_week(tables["calendar"], tables["calendar_dates"])
    runs = _runs_per_trip(tables["frequencies"])
    trips = {row["trip_id"]: row for row in tables["trips"]}
    routes = {row["route_id"]: row for row in tables["routes"]}
    stops = {row["stop_id"]: row for row in tables["stops"]}
    faults: list[Fault] = []
    found: dict[tuple[str, frozenset[str]], _Stretch] = {}
    ordered = sorted(tables["stop_times"], key=lambda row: (row["trip_id"], int(row["stop_sequence"])))
    for trip_id, calls in groupby(ordered, key=lambda row: row["trip_id"]):
        trip = trips.get(trip_id)
        known = trip is not None and trip["route_id"] in routes
        if trip is None or not known:
            faults.append(Fault(f"trip {trip_id!r} has no row in trips.txt and routes.txt.", Where("stop_times.txt")))
            continue
        departures = weekly.get(trip["service_id"], 0.0) * runs.get(trip_id, 1.0)
        faults += _add_trip(found, trip["route_id"], list(calls), departures=departures, stops=stops)
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise FaultyInput(faults, kind="faulty-lines")
    return [
        _feature(stretch, routes[route], stops)
        for (route, _), stretch in sorted(found.items(), key=lambda item: (item[0][0], sorted(item[0][1])))
        if stretch.weight > 0
    ]


def _read_table(path: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of NAME.txt in the folder or zip, none where it is missing; too large a file is refused unread."""
    if path.is_dir():
        file = path / f"{name}.txt"
        if file.is_file():
            _check_size(file.stat().st_size, file.name)
            with file.open(encoding="utf-8-sig", newline="") as stream:
                yield from _rows(stream, file.name)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            if f"{name}.txt" not in archive.namelist():
                return
            entry = archive.getinfo(f"{name}.txt")
            _check_size(entry.file_size, entry.filename)
            with archive.open(entry) as held:
                yield from _rows(io.TextIOWrapper(held, encoding="utf-8-sig", newline=""), entry.filename)
    except zipfile.BadZipFile as error:
        message = "GTFS is a folder of .txt tables, or a zip of them; this file is neither."
        raise InputFault(message, kind="faulty-lines", where=Where(path.name)) from error


def _rows(stream: io.TextIOBase, name: str) -> Iterator[dict[str, str]]:
    needed = {
        "stops": ("stop_id", "stop_lat", "stop_lon"),
        "routes": ("route_id", "route_type"),
        "trips": ("trip_id", "route_id", "service_id"),
        "stop_times": ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time"),
        "calendar": ("service_id", *WEEKDAYS),
        "calendar_dates": ("service_id", "date", "exception_type"),
        "frequencies": ("trip_id", "start_time", "end_time", "headway_secs"),
    }[name.removesuffix(".txt")]
    reader = csv.DictReader(stream)
    missing = [column for column in needed if column not in (reader.fieldnames or ())]
    if missing:
        message = f"The column {missing[0]} is missing."
        raise InputFault(message, kind="faulty-lines", where=Where(name, 1, missing[0]))
    for number, row in enumerate(reader, start=2):
        if None in row or any(row[column] is None for column in needed):
            message = "The row has not as many cells as the header."
            raise InputFault(message, kind="faulty-lines", where=Where(name, number, None))
        if name == "stop_times.txt" and not row["stop_sequence"].strip().isdigit():
            message = f"stop_sequence is no whole number: {row['stop_sequence']!r}."
            raise InputFault(message, kind="faulty-lines", where=Where(name, number, "stop_sequence"))
        yield {column: value.strip() for column, value in row.items() if value is not None}


def _check_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        message = f"The table is larger than {MAX_BYTES / 1e6:.0f} MB: keep the freight services only."
        raise InputFault(message, kind="too-large", where=Where(name))


def _services_per_week(calendar: list[dict[str, str]], dates: list[dict[str, str]]) -> dict[str, float]:
    """Days of service a week: those of the calendar, else the added days over the weeks that they span."""
    weekly = {row["service_id"]: float(sum(row[day] == "1" for day in WEEKDAYS)) for row in calendar}
    added: dict[str, list[date]] = defaultdict(list)
    for number, row in enumerate(dates, start=2):
        if row["exception_type"] == ADDED and row["service_id"] not in weekly:
            try:
                added[row["service_id"]].append(date.fromisoformat(row["date"]))
            except ValueError as error:
                message = f"{row['date']!r} is no day: write YYYYMMDD."
                raise InputFault(
                    message, kind="faulty-lines", where=Where("calendar_dates.txt", number, "date")
                ) from error
    for service, days in added.items():
        weeks = max(((max(days) - min(days)).days + 1) / 7, 1.0)
        weekly[service] = len(days) / weeks
    return weekly


def _runs_per_trip(frequencies: list[dict[str, str]]) -> dict[str, float]:
    runs: dict[str, float] = defaultdict(float)
    for number, row in enumerate(frequencies, start=2):
        begin, end = _hours(row["start_time"]), _hours(row["end_time"])
        if begin is None or end is None or not row["headway_secs"].isdigit() or int(row["headway_secs"]) == 0:
            message = "start_time and end_time must be HH:MM:SS and headway_secs whole seconds above 0."
            raise InputFault(message, kind="faulty-lines", where=Where("frequencies.txt", number, None))
        runs[row["trip_id"]] += (end - begin) * 3600 / int(row["headway_secs"])
    return runs


def _add_trip(
    found: dict[tuple[str, frozenset[str]], _Stretch],
    route: str,
    calls: list[Row],
    *,
    departures: float,
    stops: Mapping[str, Row],
) -> Iterator[Fault]:
    """The trip's faults; its sound stretches are added. Calls without a time are passed over, as GTFS allows."""
    unknown = [call["stop_id"] for call in calls if call["stop_id"] not in stops]
    yield from (Fault(f"stop {stop!r} has no row in stops.txt.", Where("stop_times.txt")) for stop in unknown)
    timed = [call for call in calls if call["arrival_time"] and call["departure_time"] and call["stop_id"] in stops]
    for first, then in pairwise(timed):
        leaves, comes = _hours(first["departure_time"]), _hours(then["arrival_time"])
        ends = (first["stop_id"], then["stop_id"])
        if leaves is None or comes is None or comes <= leaves:
            message = (
                f"trip {first['trip_id']!r} leaves {ends[0]} at {first['departure_time']!r} and reaches {ends[1]} at "
                f"{then['arrival_time']!r}: write HH:MM:SS, past 24:00:00 for the next day."
            )
            yield Fault(message, Where("stop_times.txt"))
            continue
        stretch = found.setdefault((route, frozenset(ends)), _Stretch({}))
        stretch.departures[ends] = stretch.departures.get(ends, 0.0) + departures
        stretch.hours += departures * (comes - leaves)
        stretch.weight += departures


def _hours(text: str) -> float | None:
    parts = text.split(":")
    if len(parts) != 3 or not all(part.strip().isdigit() for part in parts):
        return None
    hours, minutes, seconds = (int(part) for part in parts)
    return hours + minutes / 60 + seconds / 3600


def _feature(stretch: _Stretch, route: Row, stops: Mapping[str, Row]) -> dict[str, Any]:
    first, last = (stops[stop] for stop in next(iter(stretch.departures)))
    told = {
        "mode": _mode(route["route_type"]),
        "rate": route.get("rate", ""),
        "gauge": route.get("gauge", ""),
        "name": route.get("route_long_name") or route.get("route_short_name", ""),
        "from": first.get("stop_name", ""),
        "to": last.get("stop_name", ""),
        "from_country": first.get("country", ""),
        "to_country": last.get("country", ""),
        "time_h": stretch.hours / stretch.weight,
        "departures_per_week": stretch.weight / len(stretch.departures),
    }
    ends = [[_degrees(stop["stop_lon"]), _degrees(stop["stop_lat"])] for stop in (first, last)]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": ends},
        "properties": {name: value for name, value in told.items() if value not in ("", None)},
    }


def _mode(route_type: str) -> str:
    """The mode of a route_type; an unknown one goes on as it is, and the import names it."""
    if route_type in _PLAIN:
        return _PLAIN[route_type]
    hundreds = int(route_type) // 100 if route_type.isdigit() else 0
    return _EXTENDED.get(hundreds, f"route_type {route_type}")


def _degrees(text: str) -> float | None:
    """The number, or None: the import then says that the point is none."""
    try:
        return float(text)
    except ValueError:
        return None
