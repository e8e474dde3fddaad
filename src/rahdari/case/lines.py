"""A user's own lines -> rows of a case's network: places, links and their numbers, all faults at once (I/O).

A feature is a LineString with the properties `mode` and `rate`, and where they apply `gauge`, `crossing`, `name`,
`from`, `to`, `country` (or `from_country` and `to_country`), `length_km`, `time_h` and `departures_per_week`. Its ends
are taken for a place of the case that lies within a kilometre, else they become new places; a line between points of
one place is a fault, or left out where its property `short` is "yes".
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import floor
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rahdari.case.attributes import read_attributes
from rahdari.case.line_files import LINE_READERS, check_count
from rahdari.case.table import MAX_BYTES, MAX_ROWS
from rahdari.exceptions import Fault, FaultyInput, InputFault, Where, nearest_names
from rahdari.transport.network import LANDLOCKED, great_circle_km

SNAP_KM = 1.0
CELL_DEGREES = 0.05  # wider than SNAP_KM up to 79 degrees of latitude, so neighbours are found in nine cells
ROUGH = 0.97  # points may be rough, but a way is not shorter than its own line
MOST_FAULTS = 1000
MODES = ("road", "rail", "sea", "air", "ferry")
GAUGES = ("1520", "1435", "1676")
STRAIGHT = "Length of the straight line between its ends: the file gives no points between them"
SETTABLE = ("country", "rate", "gauge", "crossing")
SERVICE = MappingProxyType({"time_h": "h", "departures_per_week": "per_week"})
WORDS = ("id", "name", "from", "to", "rate", "crossing")
_FILES = ("nodes", "links", "claims", "sources")
_COUNTRY = re.compile(r"[A-Z]{3}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class LinesImport:
    """What an import of lines added to the case: `rows` links of `length_km` in all, new places; `skipped` repeats."""

    rows: int
    skipped: int
    places: int
    length_km: float


@dataclass(slots=True)
class _Place:
    id: str
    lat: float
    lon: float
    country: str
    name: str
    is_new: bool


@dataclass(slots=True)
class _Ids:
    """Ids that are taken; numbers of repeats go on where they stopped, so that a million of one name take no time."""

    taken: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)

    def free(self, wanted: str) -> str:
        """The id wanted, with the first free number after it where it is taken."""
        number = self.numbers.get(wanted, 1)
        while (found := wanted if number == 1 else f"{wanted}-{number}") in self.taken:
            number += 1
        self.numbers[wanted] = number
        return found


@dataclass(slots=True)
class _Draft:
    """Rows to be written, and what the case holds already."""

    ids: _Ids
    keys: set[tuple[str, ...]]
    places: list[_Place] = field(default_factory=list)
    place_ids: _Ids = field(default_factory=_Ids)
    grid: dict[tuple[int, int], list[_Place]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)
    claims: list[dict[str, str]] = field(default_factory=list)
    skipped: int = 0
    length_km: float = 0.0

    def hold(self, place: _Place) -> None:
        """Nothing; the place can be found from now on."""
        self.places.append(place)
        self.place_ids.taken.add(place.id)
        self.grid.setdefault(_cell(place.lat, place.lon), []).append(place)


def import_lines(
    path: Path, *, into: Path, form: str = "geojson", defaults: Mapping[str, str] = MappingProxyType({})
) -> LinesImport:
    """What was added to the case folder `into`; FaultyInput with every fault of the file, and then nothing is written.

    `form` is geojson, gtfs or osm; `defaults` are properties that hold where a feature does not give its own, for one
    mode alone where they begin with it ("rail.gauge"). A link that joins the same places by the same mode, gauge, rate
    and name as one that is there is left out.
    """
    if not (into / "case.toml").is_file():
        raise InputFault(f"{into} is a folder without case.toml, so it is no case.", kind="no-case")
    _check_inside(into)
    features = LINE_READERS[form](path)
    check_count(len(features), path.name)
    draft = _read_draft(into)
    source = f"imported-{_slug(path.stem)}"
    for number, feature in enumerate(features, start=1):
        problem = _add_feature(feature, draft, source=source, defaults=defaults)
        if problem:
            draft.faults.append(Fault(f"Feature {number}: {problem}", Where(path.name)))
        if len(draft.faults) == MOST_FAULTS:
            break
        check_count(max(len(draft.places), len(draft.claims)), path.name)
    if draft.faults:
        raise FaultyInput(draft.faults, kind="faulty-lines")
    _write(draft, into, source=source, file=path.name)
    new = sum(place.is_new for place in draft.places)
    return LinesImport(len(draft.links), draft.skipped, new, draft.length_km)


def read_defaults(settings: Iterable[str]) -> Mapping[str, str]:
    """The properties that words such as "country=XNO" or "rail.gauge=1520" set."""
    found = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        mode, dot, plain = name.rpartition(".")
        if not equals or plain not in SETTABLE or (dot and mode not in MODES):
            message = f"{setting!r} sets nothing: write NAME=VALUE or MODE.NAME=VALUE, NAME of {', '.join(SETTABLE)}."
            raise InputFault(message, kind="usage")
        found[name] = value.strip()
    return MappingProxyType(found)


def _check_inside(into: Path) -> None:
    """Nothing, or a fault where a table of the network is a link that leads out of the case folder."""
    for name in _FILES:
        # Not Path.resolve, which raises where a link leads to itself.
        real = Path(os.path.realpath(into / "network" / f"{name}.csv"))
        if not real.is_relative_to(into.resolve()):
            message = "The link leads out of the case folder, so nothing is written to it: put the file itself there."
            raise InputFault(message, kind="outside-case", where=Where(f"network/{name}.csv"))


def _read_draft(into: Path) -> _Draft:
    rows = {name: list(_read_rows(into, name)) for name in ("nodes", "links")}
    try:
        places = [_Place(row["id"], float(row["lat"]), float(row["lon"]), row["country"], row["name"], False)
                  for row in rows["nodes"]]  # fmt: skip
        draft = _Draft(_Ids({row["id"] for row in rows["links"]}), {_key(row) for row in rows["links"]})
    except (KeyError, TypeError, ValueError) as error:
        message = f"The network of {into} has faults of its own, so nothing can be added. Run: rahdari check {into}"
        raise InputFault(message, kind="faulty-case") from error
    for place in places:
        draft.hold(place)
    return draft


def _read_rows(into: Path, name: str) -> Iterator[dict[str, str]]:
    file = into / "network" / f"{name}.csv"
    if file.is_file():
        with file.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream)


def _key(row: Mapping[str, str]) -> tuple[str, ...]:
    ends = sorted((row["from"], row["to"]))
    return (*ends, row["mode"], row["gauge"], row["rate"], row["name"])


def _add_feature(feature: Any, draft: _Draft, *, source: str, defaults: Mapping[str, str]) -> str:
    """What is wrong with the feature, or nothing; a sound one is added to the draft."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") != "LineString":
        return "its geometry is no LineString (split a MultiLineString into its parts)."
    points = geometry.get("coordinates")
    if not isinstance(points, list) or len(points) < 2 or not all(_is_point(point) for point in points):
        return "coordinates must be two or more pairs of longitude (-180 to 180) and latitude (-90 to 90)."
    given = feature.get("properties") or {}
    if not isinstance(given, dict):
        return "its properties are no object of names and values."
    own = {str(name): str(value).strip() for name, value in given.items() if value is not None}
    told = {**_defaults_of(own.get("mode", ""), defaults), **own}
    along = sum(great_circle_km(a[1], a[0], b[1], b[0]) for a, b in pairwise(points))
    ends = (_find_place(points[0], told, "from", draft), _find_place(points[-1], told, "to", draft))
    if told.get("short") == "yes" and _is_one_place(*ends):
        draft.skipped += 1
        return ""
    problem = _check_properties(told) or _check_length(told, along) or _check_service(told) or _check_ends(ends, told)
    if not problem:
        straight = STRAIGHT if len(points) == 2 and "length_km" not in told else ""
        _add_link(draft, ends, told, length=float(told.get("length_km", along)), note=straight, source=source)
    return problem


def _defaults_of(mode: str, defaults: Mapping[str, str]) -> dict[str, str]:
    """Those that hold for every mode, and over them those of this one."""
    general = {name: value for name, value in defaults.items() if "." not in name}
    own = {name.removeprefix(f"{mode}."): value for name, value in defaults.items() if name.startswith(f"{mode}.")}
    return general | own


def _check_length(told: Mapping[str, str], along: float) -> str:
    if along == 0:
        return "its length is zero: leave it out, or mend its points."
    try:
        stated = float(told.get("length_km", along))
    except ValueError:
        return f"length_km is no number: {told['length_km']!r}."
    if not along * ROUGH <= stated < float("inf"):
        told_km = told["length_km"]
        return (
            f"length_km of {told_km} is shorter than its line ({along:.1f} km), or no length: mend it or leave it out."
        )
    return _check_bounds("length_km", stated)


def _check_service(told: Mapping[str, str]) -> str:
    for name in SERVICE:
        try:
            problem = _check_bounds(name, float(told[name])) if name in told else ""
        except ValueError:
            return f"{name} is no number: {told[name]!r}."
        if problem:
            return problem
    return ""


def _check_bounds(name: str, value: float) -> str:
    """What is wrong with a link's number by the bounds that `rahdari check` holds it to, or nothing."""
    column = read_attributes()["claim:link"][name]
    low, high = column.low or 0.0, column.high or float("inf")
    return "" if low <= value <= high else f"{name} must be {low:g} to {high:g} {column.unit}, not {value:g}."


def _is_one_place(first: _Place, last: _Place) -> bool:
    return great_circle_km(first.lat, first.lon, last.lat, last.lon) <= SNAP_KM


def _check_ends(ends: tuple[_Place, _Place], told: Mapping[str, str]) -> str:
    first, last = ends
    for side, end in (("from", first), ("to", last)):
        if not _COUNTRY.match(end.country):
            return f"a new place needs its country (ISO 3166-1 alpha-3): give country, or {side}_country."
        if told["mode"] == "sea" and end.country in LANDLOCKED:
            return f"its mode is sea, and {end.country} has no ocean coast: write ferry for inland water."
    if _is_one_place(first, last):
        return f"both ends fall on one place, {first.id}: a line back to its start or of less than {SNAP_KM:g} km."
    if told["mode"] in ("road", "rail") and first.country != last.country and not told.get("crossing"):
        return f"it joins {first.country} and {last.country} on land: name its crossing."
    return ""


def _cell(lat: float, lon: float) -> tuple[int, int]:
    return floor(lat / CELL_DEGREES), floor(lon / CELL_DEGREES)


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) >= 2
        and all(isinstance(part, int | float) and not isinstance(part, bool) for part in point[:2])
        and -180 <= point[0] <= 180
        and -90 <= point[1] <= 90
    )


def _check_properties(told: Mapping[str, str]) -> str:
    mode = told.get("mode", "")
    if mode not in MODES:
        near = nearest_names(mode, MODES) if mode else ()
        hint = f" Did you mean {near[0]}?" if near else ""
        return f"the property mode must be one of {', '.join(MODES)}, not {mode!r}.{hint}"
    odd = next((name for name in WORDS if _CONTROL.search(told.get(name, ""))), None)
    if odd:
        return f"{odd} holds a line break or another control character: {told[odd][:40]!r}."
    if not told.get("rate"):
        return "the property rate is missing: name a class of speed and cost, such as road-kaz."
    if (mode == "rail") != (told.get("gauge", "") in GAUGES) or (mode != "rail" and told.get("gauge")):
        return f"rail needs a gauge of {', '.join(GAUGES)} mm and nothing else has one."
    return ""


def _find_place(point: list[float], told: Mapping[str, str], side: str, draft: _Draft) -> _Place:
    """The place within reach of the point, else a new one under the name or the coordinates."""
    lon, lat = float(point[0]), float(point[1])
    row, column = _cell(lat, lon)
    near = (
        place for up in (-1, 0, 1) for right in (-1, 0, 1) for place in draft.grid.get((row + up, column + right), ())
    )
    for place in near:
        if great_circle_km(place.lat, place.lon, lat, lon) <= SNAP_KM:
            return place
    name = told.get(side, "")
    country = told.get(f"{side}_country") or told.get("country", "")
    id_ = draft.place_ids.free(_slug(name) or _slug(f"place {lat:.3f} {lon:.3f}"))
    return _Place(id_, lat, lon, country, name or f"{lat:.3f}, {lon:.3f}", True)


def _add_link(
    draft: _Draft, ends: tuple[_Place, _Place], told: Mapping[str, str], *, length: float, note: str, source: str
) -> None:
    row = {
        "from": ends[0].id,
        "to": ends[1].id,
        "mode": told["mode"],
        "gauge": told.get("gauge", ""),
        "rate": told["rate"],
        "crossing": told.get("crossing", ""),
        "name": told.get("name", ""),
        "note": note,
    }
    if _key(row) in draft.keys:
        draft.skipped += 1
        return
    for end in ends:
        if end.is_new and end.id not in draft.place_ids.taken:
            draft.hold(end)
    id_ = draft.ids.free(_slug(told.get("id", "")) or f"{ends[0].id}-{ends[1].id}-{told['mode']}")
    draft.ids.taken.add(id_)
    draft.keys.add(_key(row))
    draft.links.append({"id": id_} | row)
    words = note or ("As the file states it" if "length_km" in told else "Along the points of the line")
    numbers = [("length_km", f"{length:.1f}", "km", words)]
    numbers += [(name, f"{float(told[name]):.2f}", unit, "As the file states it")
                for name, unit in SERVICE.items() if name in told]  # fmt: skip
    draft.claims += [
        {"entity": f"link:{id_}", "attribute": attribute, "value": value, "unit": unit, "comparator": "", "period": "",
         "book": "", "source": source, "strength": "D", "note": words}
        for attribute, value, unit, words in numbers
    ]  # fmt: skip
    draft.length_km += length


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def _write(draft: _Draft, into: Path, *, source: str, file: str) -> None:
    new = [{"id": place.id, "name": place.name, "country": place.country, "kind": "city", "lat": f"{place.lat:.5f}",
            "lon": f"{place.lon:.5f}", "transfers": "", "aliases": "", "note": f"From {file}"}
           for place in draft.places if place.is_new]  # fmt: skip
    held = {row["id"] for row in _read_rows(into, "sources")}
    sources = [] if source in held or not draft.links else [
        {"id": source, "title": f"Lines imported from {file}", "publisher": "the user", "date": "", "url": "",
         "terms": "", "note": "Lengths along the lines of the file unless it states them"}
    ]  # fmt: skip
    tables = [
        _extended(into / "network" / f"{name}.csv", rows, columns=tuple(read_attributes()[name]))
        for name, rows in zip(_FILES, (new, draft.links, draft.claims, sources), strict=True)
        if rows
    ]
    for path, text in tables:
        with path.open("a", encoding="utf-8", newline="") as stream:
            stream.write(text)


def _extended(file: Path, rows: list[dict[str, str]], *, columns: tuple[str, ...]) -> tuple[Path, str]:
    """The file with the text of the rows under its own header, or of a new file; a fault where a case would refuse it.

    Nothing is written yet, so that one table too large leaves the others as they are.
    """
    # Spreadsheets begin a file with a byte-order mark, which is no part of the first column's name.
    text = file.read_text(encoding="utf-8-sig") if file.is_file() else ""
    header = next(csv.reader(text.splitlines()), None) or list(columns)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, header, extrasaction="ignore", restval="", lineterminator="\n")
    if not text:
        writer.writeheader()
    elif not text.endswith("\n"):
        stream.write("\n")
    writer.writerows(rows)
    added = stream.getvalue()
    count, size = text.count("\n") + len(rows), len((text + added).encode())
    if count > MAX_ROWS or size > MAX_BYTES:
        message = (
            f"With these lines it would hold {count:,} rows and {size / 1e6:.0f} MB; a case "
            f"reads {MAX_ROWS:,} rows and {MAX_BYTES / 1e6:.0f} MB: keep the main lines only. Nothing was written."
        )
        raise InputFault(message, kind="too-large", where=Where(f"network/{file.name}"))
    return file, added
