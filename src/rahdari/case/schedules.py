"""Schedules in GTFS's files -> GeoJSON features: stretches between stops with their hours and departures a week (I/O).

Read are stops, routes, trips, stop_times, calendar, calendar_dates, frequencies and shapes (gtfs.org, Schedule
Reference), from a folder or a zip. Where a trip has a shape, a stretch has its points between the stops, else it is the
straight line. A column `rate` in routes (and `gauge` for rail) and `country` in stops say what GTFS has no word
for; where they are missing the import's own options serve. Of a line's two directions the departures are averaged, for
a link is passed both ways. Departures are a mean over the whole feed: of a summer's and a winter's calendar each counts
for the part of the feed in which it holds.
"""

from __future__ import annotations

import csv
import io
import math
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from rahdari.case.shapes import FARTHEST_KM, Shape, locate_stops, points_between, read_shapes
from rahdari.exceptions import Fault, FaultyInput, InputFault, Where

MAX_BYTES = 200_000_000
MOST_ROWS = 1_000_000
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEEDED = ("stops", "routes", "trips", "stop_times")
EXCEPTIONS = {"1": 1, "2": -1}  # exception_type of calendar_dates: service is added, or removed, on that day
SEQUENCES = {"stop_times.txt": "stop_sequence", "shapes.txt": "shape_pt_sequence"}
MOST_FAULTS = 1000
LONGEST_NUMBER = 9  # digits
# route_type, with the extended types in hundreds: https://gtfs.org/schedule/reference/#routestxt
_PLAIN = {"2": "rail", "3": "road", "4": "ferry", "11": "road"}
_EXTENDED = {1: "rail", 2: "road", 7: "road", 8: "road", 10: "ferry", 11: "air", 12: "ferry"}

Row = Mapping[str, str]


@dataclass(slots=True)
class _Stretch:
    """All departures between two stops of a line, by direction, and the points that the first direction passes."""

    departures: dict[tuple[str, str], float]
    points: list[list[float]] = field(default_factory=list)
    hours: float = 0.0
    weight: float = 0.0


def read_schedules(path: Path) -> list[Any]:
    """A feature for each pair of neighbouring stops of each route, with `time_h` and `departures_per_week`."""
    tables = {name: list(_read_table(path, name)) for name in (*NEEDED, "calendar", "calendar_dates", "frequencies")}
    missing = [f"{name}.txt" for name in NEEDED if not tables[name]]
    if missing:
        message = f"The schedules lack {', '.join(missing)}, or these are empty."
        raise InputFault(message, kind="faulty-lines", where=Where(path.name))
    weekly = services_per_week(tables["calendar"], tables["calendar_dates"])
    runs = _runs_per_trip(tables["frequencies"])
    faults: list[Fault] = []
    trips, routes, stops = (
        _by_id(tables[name], column, file=f"{name}.txt", faults=faults)
        for name, column in (("trips", "trip_id"), ("routes", "route_id"), ("stops", "stop_id"))
    )
    shapes = read_shapes(_read_table(path, "shapes"), wanted={trip.get("shape_id", "") for trip in trips.values()})
    found: dict[tuple[str, frozenset[str]], _Stretch] = {}
    drawn: set[tuple[str, ...]] = set()
    ordered = sorted(tables["stop_times"], key=lambda row: (row["trip_id"], int(row["stop_sequence"])))
    for trip_id, calls in groupby(ordered, key=lambda row: row["trip_id"]):
        trip = trips.get(trip_id)
        known = trip is not None and trip["route_id"] in routes
        if trip is None or not known:
            faults.append(Fault(f"trip {trip_id!r} has no row in trips.txt and routes.txt.", Where("stop_times.txt")))
            continue
        service = trip["service_id"]
        if service not in weekly:
            message = f"service {service!r} has no row in calendar.txt or calendar_dates.txt."
            faults.append(Fault(message, Where("trips.txt")))
            continue
        departures = weekly[service] * runs.get(trip_id, 1.0)
        timed, told = _timed_calls(list(calls), stops)
        faults += told
        faults += _add_trip(found, trip["route_id"], timed, departures=departures)
        way = (trip["route_id"], shape := trip.get("shape_id", ""), *(call["stop_id"] for call in timed))
        if shapes is not None and shape and way not in drawn:
            drawn.add(way)
            faults += _draw_trip(found, trip["route_id"], timed, shape=shapes.get(shape), stops=stops)
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise FaultyInput(faults, kind="faulty-lines")
    return [
        _feature(stretch, routes[route], stops)
        for (route, _), stretch in sorted(found.items(), key=lambda item: (item[0][0], sorted(item[0][1])))
        if stretch.weight > 0
    ]


def _by_id(rows: Iterable[dict[str, str]], column: str, *, file: str, faults: list[Fault]) -> dict[str, dict[str, str]]:
    """The rows by their id; one that stands twice is added to the faults, up to the most that are told."""
    held: dict[str, dict[str, str]] = {}
    for row in rows:
        if row[column] in held and len(faults) < MOST_FAULTS:
            faults.append(Fault(f"{row[column]!r} stands twice.", Where(file, None, column)))
        held[row[column]] = row
    return held


def _read_table(path: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of NAME.txt in the folder or zip, none where it is missing; too large a file is refused unread."""
    try:
        yield from _open_table(path, name)
    except zipfile.BadZipFile as error:
        message = "GTFS is a folder of .txt tables, or a zip of them; this file is neither."
        raise InputFault(message, kind="faulty-lines", where=Where(path.name)) from error
    except (UnicodeDecodeError, csv.Error, zlib.error, NotImplementedError, RuntimeError) as error:
        # zipfile tells a locked entry by RuntimeError, an unknown compression by NotImplementedError.
        message = f"{name}.txt cannot be read as a table in UTF-8: {error}."
        raise InputFault(message, kind="faulty-lines", where=Where(path.name)) from error


def _open_table(path: Path, name: str) -> Iterator[dict[str, str]]:
    if path.is_dir():
        file = path / f"{name}.txt"
        if file.is_file():
            _check_size(file.stat().st_size, file.name)
            with file.open(encoding="utf-8-sig", newline="") as stream:
                yield from _rows(stream, file.name)
        return
    with zipfile.ZipFile(path) as archive:
        if f"{name}.txt" not in archive.namelist():
            return
        entry = archive.getinfo(f"{name}.txt")
        _check_size(entry.file_size, entry.filename)
        with archive.open(entry) as held:
            yield from _rows(io.TextIOWrapper(held, encoding="utf-8-sig", newline=""), entry.filename)


def _rows(stream: io.TextIOBase, name: str) -> Iterator[dict[str, str]]:
    needed = {
        "stops": ("stop_id", "stop_lat", "stop_lon"),
        "routes": ("route_id", "route_type"),
        "trips": ("trip_id", "route_id", "service_id"),
        "stop_times": ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time"),
        "calendar": ("service_id", *WEEKDAYS, "start_date", "end_date"),
        "calendar_dates": ("service_id", "date", "exception_type"),
        "frequencies": ("trip_id", "start_time", "end_time", "headway_secs"),
        "shapes": ("shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"),
    }[name.removesuffix(".txt")]
    reader = csv.DictReader(_bounded(stream, name))
    missing = [column for column in needed if column not in (reader.fieldnames or ())]
    if missing:
        message = f"The column {missing[0]} is missing."
        raise InputFault(message, kind="faulty-lines", where=Where(name, 1, missing[0]))
    for row in reader:
        number = reader.line_num  # of the file: blank lines count too
        if None in row or any(row[column] is None for column in needed):
            message = "The row has not as many cells as the header."
            raise InputFault(message, kind="faulty-lines", where=Where(name, number, None))
        column = SEQUENCES.get(name, "")
        if column and _whole(row[column].strip()) is None:
            message = f"{column} is no whole number: {row[column]!r}."
            raise InputFault(message, kind="faulty-lines", where=Where(name, number, column))
        yield {column: value.strip() for column, value in row.items() if value is not None}


def _bounded(stream: io.TextIOBase, name: str) -> Iterator[str]:
    """The lines of the table, blank ones among them, up to the most that are read."""
    for number, line in enumerate(stream, start=1):
        if number > MOST_ROWS:
            message = f"The table has more than {MOST_ROWS:,} lines: keep the freight services only."
            raise InputFault(message, kind="too-large", where=Where(name))
        yield line


def _check_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        message = f"The table is larger than {MAX_BYTES / 1e6:.0f} MB: keep the freight services only."
        raise InputFault(message, kind="too-large", where=Where(name))


def services_per_week(calendar: Iterable[Row], exceptions: Iterable[Row]) -> dict[str, float]:
    """Days of service a week, a mean over the whole feed, by service.

    A calendar's days of the week count for the part of the feed in which it holds; days added and removed are added and
    taken off. The feed runs from the first to the last day that any service names, a week at the least.
    """
    spans: dict[str, tuple[date, date, int]] = {}
    for number, row in enumerate(calendar, start=2):
        begin, end = (_day(row[name], Where("calendar.txt", number, name)) for name in ("start_date", "end_date"))
        if end < begin:
            message = f"The service ends on {row['end_date']}, before it starts."
            raise InputFault(message, kind="faulty-lines", where=Where("calendar.txt", number, "end_date"))
        spans[row["service_id"]] = begin, end, sum(row[day] == "1" for day in WEEKDAYS)
    named = [day for begin, end, _ in spans.values() for day in (begin, end)]
    changed: Counter[str] = Counter()
    for number, row in enumerate(exceptions, start=2):
        if row["exception_type"] not in EXCEPTIONS:
            message = f"exception_type is 1 (added) or 2 (removed), not {row['exception_type']!r}."
            raise InputFault(message, kind="faulty-lines", where=Where("calendar_dates.txt", number, "exception_type"))
        named.append(_day(row["date"], Where("calendar_dates.txt", number, "date")))
        changed[row["service_id"]] += EXCEPTIONS[row["exception_type"]]
    weeks = max(((max(named) - min(named)).days + 1) / 7, 1.0) if named else 1.0
    weekly = {service: count / weeks for service, count in changed.items()}
    for service, (begin, end, days) in spans.items():
        held = ((end - begin).days + 1) / 7
        weekly[service] = weekly.get(service, 0.0) + days * min(held / weeks, 1.0)
    return {service: max(days, 0.0) for service, days in weekly.items()}


def _day(text: str, where: Where) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputFault(f"{text!r} is no day: write YYYYMMDD.", kind="faulty-lines", where=where) from error


def _runs_per_trip(frequencies: list[dict[str, str]]) -> dict[str, float]:
    runs: dict[str, float] = defaultdict(float)
    for number, row in enumerate(frequencies, start=2):
        begin, end = _hours(row["start_time"]), _hours(row["end_time"])
        headway = _whole(row["headway_secs"])
        if begin is None or end is None or end <= begin or not headway:
            message = "start_time and a later end_time must be HH:MM:SS and headway_secs whole seconds above 0."
            raise InputFault(message, kind="faulty-lines", where=Where("frequencies.txt", number, None))
        runs[row["trip_id"]] += (end - begin) * 3600 / headway
    return runs


def _timed_calls(calls: list[Row], stops: Mapping[str, Row]) -> tuple[list[Row], list[Fault]]:
    """The calls at known stops with a time, and a fault for each unknown stop. GTFS allows calls without a time."""
    unknown = [call["stop_id"] for call in calls if call["stop_id"] not in stops]
    faults = [Fault(f"stop {stop!r} has no row in stops.txt.", Where("stop_times.txt")) for stop in unknown]
    timed = [call for call in calls if call["arrival_time"] and call["departure_time"] and call["stop_id"] in stops]
    return timed, faults


def _add_trip(
    found: dict[tuple[str, frozenset[str]], _Stretch], route: str, timed: list[Row], *, departures: float
) -> Iterator[Fault]:
    """The trip's faults; its sound stretches are added."""
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


def _draw_trip(
    found: Mapping[tuple[str, frozenset[str]], _Stretch],
    route: str,
    timed: list[Row],
    *,
    shape: Shape | None,
    stops: Mapping[str, Row],
) -> Iterator[Fault]:
    """What is wrong with the trip's shape; its stretches that have no points yet get those between their stops."""
    if not timed:
        return
    if shape is None:
        yield Fault(f"the shape of trip {timed[0]['trip_id']!r} has no row in shapes.txt.", Where("trips.txt"))
        return
    names = [call["stop_id"] for call in timed]
    degrees = [(_degrees(stops[name]["stop_lat"]), _degrees(stops[name]["stop_lon"])) for name in names]
    sound = [(lat, lon) for lat, lon in degrees if lat is not None and lon is not None]
    if len(sound) < len(names):
        return  # the import tells which points are none
    travelled = [_degrees(call.get("shape_dist_traveled", "")) for call in timed]
    places, away = locate_stops(shape, sound, travelled=travelled)
    for name, km in zip(names, away, strict=True):
        if km > FARTHEST_KM:
            message = (
                f"shape {shape.id!r} passes stop {name!r} at {km:,.0f} km, and at most {FARTHEST_KM:g} are believed: "
                "mend its points (in the order of travel), or leave shape_id in trips.txt empty (the stretch is then "
                "the straight line)."
            )
            yield Fault(message, Where("shapes.txt"))
    for (first, then), (here, there) in zip(pairwise(names), pairwise(places), strict=True):
        stretch = found.get((route, frozenset((first, then))))
        if stretch is not None and not stretch.points:
            points = points_between(shape, here, there)
            stretch.points = points if next(iter(stretch.departures)) == (first, then) else points[::-1]


def _hours(text: str) -> float | None:
    """Hours since midnight of HH:MM:SS, which may be past 24; None where it is no time."""
    parts = [_whole(part.strip()) for part in text.split(":")]
    if len(parts) != 3:
        return None
    hours, minutes, seconds = parts
    return None if hours is None or minutes is None or seconds is None else hours + minutes / 60 + seconds / 3600


def _whole(text: str) -> int | None:
    """The whole number, or None where it is none or longer than any schedule has."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


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
        "geometry": {"type": "LineString", "coordinates": [ends[0], *stretch.points, ends[1]]},
        "properties": {name: value for name, value in told.items() if value not in ("", None)},
    }


def _mode(route_type: str) -> str:
    """The mode of a route_type; an unknown one goes on as it is, and the import names it."""
    if route_type in _PLAIN:
        return _PLAIN[route_type]
    hundreds = (_whole(route_type) or 0) // 100
    return _EXTENDED.get(hundreds, f"route_type {route_type}")


def _degrees(text: str) -> float | None:
    """The finite number, or None: the import then says that the point is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
