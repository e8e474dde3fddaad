"""Maps as geometry: one small map a setting, with the network, the routes and what is shut or at risk."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from rahdari.appraisal.result import Appraisal, RouteAnswer, SettingAnswer
from rahdari.case import Case
from rahdari.measures import opened_entities
from rahdari.report.charts import Dot, Label, Line, pixels
from rahdari.report.geometry import Box, Point, Projection, clip_line, clip_ring, fit_view, simplify_line
from rahdari.report.words import Words
from rahdari.transport.availability import NO_EXCEPTIONS, Conditions, Exceptions, conditions_on
from rahdari.transport.network import Network, Node

WIDTH = 360.0
LETTER_WIDTH, LETTER_HEIGHT = 5.9, 12.0
ROUTE_GAP = 2.4
MOST_LABELS = 14
STEP_DEG = 0.012


@dataclass(frozen=True, slots=True)
class Shapes:
    """Land and borders of the region in degrees; `disputed` borders are drawn dashed; `names` are points for labels."""

    land: tuple[tuple[Point, ...], ...]
    borders: tuple[tuple[Point, ...], ...]
    disputed: tuple[tuple[Point, ...], ...]
    names: Mapping[str, tuple[Point, ...]]


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A route as a path; `rank` (1 to 4) sets its line style."""

    rank: int
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A crossing or strait: shut (cross), at risk (triangle) or open (dot)."""

    kind: str
    at: Dot
    name: str


@dataclass(frozen=True, slots=True)
class BaseMap:
    """What every map of a page shares."""

    width: str
    height: str
    land: str
    borders: str
    disputed: str
    network: tuple[Line, ...]
    countries: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class RouteMap:
    """One setting's map."""

    id: str
    title: str
    description: str
    routes: tuple[RouteLine, ...]
    marks: tuple[Mark, ...]
    ends: tuple[Dot, ...]
    labels: tuple[Label, ...]


@cache
def read_shapes() -> Shapes:
    """The region's shapes, as `tools/map_shapes.py` wrote them."""
    text = files("rahdari").joinpath("report/static/region.json").read_text(encoding="utf-8")
    held = json.loads(text)

    def points(flat: Sequence[float]) -> tuple[Point, ...]:
        return tuple(zip(flat[::2], flat[1::2], strict=True))

    return Shapes(
        land=tuple(map(points, held["land"])),
        borders=tuple(map(points, held["borders"])),
        disputed=tuple(map(points, held["disputed"])),
        names=MappingProxyType({name: points(flat) for name, flat in held["names"].items()}),
    )


def draw_maps(case: Case, appraisal: Appraisal, *, say: Words) -> tuple[BaseMap, tuple[RouteMap, ...]] | None:
    """The shared ground and one map a setting, all of one view; None where no setting has a route."""
    nodes = {node.id: node for node in case.network.nodes}
    used = [nodes[name] for setting in appraisal.routes for route in setting.routes for name in route.nodes]
    if not used:
        return None
    points = [(node.lon, node.lat) for node in used]
    projection = fit_view(points, width=WIDTH, margin=0.12, least_shape=0.75, most_shape=1.25)
    base = draw_ground(case, projection, avoid=_sample_routes(case, appraisal, projection), say=say)
    taken = [label_box(label) for label in base.countries]
    maps = tuple(
        _draw_setting(case, appraisal, setting, number=number, projection=projection, taken=taken, say=say)
        for number, setting in enumerate(appraisal.routes, start=1)
    )
    return base, maps


def draw_ground(case: Case, projection: Projection, *, avoid: Sequence[Point], say: Words) -> BaseMap:
    """Land, borders, network and the countries' names, these clear of the points (pixels) to avoid."""
    shapes = read_shapes()
    around = projection.view.grow(1.0)
    nodes = {node.id: node for node in case.network.nodes}
    return BaseMap(
        width=pixels(projection.width),
        height=pixels(projection.height),
        land=_rings(shapes.land, projection, around),
        borders=_lines(shapes.borders, projection, around),
        disputed=_lines(shapes.disputed, projection, around),
        network=_network_lines(case.network, nodes, projection),
        countries=_country_labels(case, projection, avoid, say),
    )


def _rings(rings: Iterable[Sequence[Point]], projection: Projection, around: Box) -> str:
    paths = []
    for ring in rings:
        cut = simplify_line(clip_ring(ring, around), STEP_DEG)
        if len(cut) > 3:
            paths.append(_path([projection.place(point) for point in cut]) + "Z")
    return "".join(paths)


def _lines(lines: Iterable[Sequence[Point]], projection: Projection, around: Box) -> str:
    runs = [run for line in lines for run in clip_line(line, around)]
    return "".join(_path([projection.place(point) for point in run]) for run in runs)


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{pixels(x)} {pixels(y)}" for x, y in points)


def _network_lines(network: Network, nodes: Mapping[str, Node], projection: Projection) -> tuple[Line, ...]:
    lines: dict[frozenset[str], Line] = {}
    for link in network.links:
        ends = (nodes[link.start], nodes[link.end])
        inside = [projection.view.holds((node.lon, node.lat)) for node in ends]
        if link.mode in ("road", "rail", "ferry") and any(inside):  # a straight sea leg would run over land
            (x1, y1), (x2, y2) = (projection.place((node.lon, node.lat)) for node in ends)
            lines.setdefault(frozenset({link.start, link.end}), Line(pixels(x1), pixels(y1), pixels(x2), pixels(y2)))
    return tuple(lines.values())


def _country_labels(case: Case, projection: Projection, routes: Sequence[Point], say: Words) -> tuple[Label, ...]:
    """Names of the network's countries, each well inside its borders and off the routes, or not at all."""
    counts = Counter(node.country for node in case.network.nodes if projection.view.holds((node.lon, node.lat)))
    names = case.country_names()
    labels: list[Label] = []
    for country, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        name = names.get(country, country)
        for x, y in map(projection.place, read_shapes().names.get(name, ())):
            label = Label(pixels(x), pixels(y + 4), say.name(name))
            box = label_box(label)
            free = not any(box.west - 3 < px < box.east + 3 and box.south - 2 < py < box.north + 2 for px, py in routes)
            if free and _inside(box, projection) and not _touches(box, map(label_box, labels)):
                labels.append(label)
                break
    return tuple(labels)


def _sample_routes(case: Case, appraisal: Appraisal, projection: Projection) -> list[Point]:
    """Points in pixels every few pixels along all routes of all settings."""
    nodes = {node.id: projection.place((node.lon, node.lat)) for node in case.network.nodes}
    steps = {
        frozenset(pair)
        for setting in appraisal.routes
        for route in setting.routes
        for pair in itertools.pairwise(route.nodes)
    }
    points: list[Point] = []
    for pair in sorted(sorted(step) for step in steps if len(step) == 2):
        points += points_between(nodes[pair[0]], nodes[pair[1]])
    return points


def points_between(start: Point, end: Point) -> list[Point]:
    """Points in pixels every few pixels from one to the other, both with them."""
    (x1, y1), (x2, y2) = start, end
    count = max(1, round(max(abs(x2 - x1), abs(y2 - y1)) / 4))
    return [(x1 + (x2 - x1) * k / count, y1 + (y2 - y1) * k / count) for k in range(count + 1)]


def _draw_setting(
    case: Case,
    appraisal: Appraisal,
    setting: SettingAnswer,
    *,
    number: int,
    projection: Projection,
    taken: Sequence[Box],
    say: Words,
) -> RouteMap:
    nodes = {node.id: node for node in case.network.nodes}
    exceptions = suppose(case, appraisal, setting)
    conditions = conditions_on(case.network, setting.date, exceptions=exceptions)
    marks = list_marks(
        case,
        conditions,
        projection,
        passed={name for route in setting.routes for name in route.nodes},
        as_it_is=conditions_on(case.network, setting.date),
    )
    passed = [nodes[route.nodes[index]] for route in setting.routes[:1] for index in (0, -1)]
    ends = tuple(Dot(*(pixels(value) for value in projection.place((node.lon, node.lat)))) for node in passed)
    routes = tuple(
        RouteLine(rank, _path(_displace(route, rank=rank, of=len(setting.routes), nodes=nodes, projection=projection)),
                  say_route(route, say))
        for rank, route in enumerate(setting.routes, start=1)
    )  # fmt: skip
    return RouteMap(
        id=f"map-{number}",
        title=say(
            "map.title",
            start=say.name(setting.start),
            end=say.name(setting.end),
            setting=say.setting(setting.setting),
        ),
        description=describe_setting(setting, marks, say=say),
        routes=routes,
        marks=marks,
        ends=ends,
        labels=place_names(
            passed,
            marks,
            projection=projection,
            say=say,
            towns=[nodes[name] for route in setting.routes for name in route.nodes],
            taken=taken,
        ),
    )


def suppose(case: Case, appraisal: Appraisal, setting: SettingAnswer) -> Exceptions:
    """What a setting takes as open: all that a measure opens, where the setting is the case's day but not as it is."""
    first = next((one for one in appraisal.routes if one.date == appraisal.as_of), setting)
    if setting.date != appraisal.as_of or setting is first:
        return NO_EXCEPTIONS
    shut = {state.entity for state in case.network.states if state.state == "closed"}
    groups = {f"group:{crossing.group}" for crossing in case.network.crossings if crossing.group}
    opened = frozenset().union(*(opened_entities(measure) for measure in case.measures))
    return Exceptions(opened=frozenset(entity for entity in opened if entity in shut or entity in groups))


def describe_setting(setting: SettingAnswer, marks: Sequence[Mark], *, say: Words) -> str:
    """What the map shows, for those who do not see it."""
    shut = [say.name(mark.name) for mark in marks if mark.kind == "shut"]
    risky = [say.name(mark.name) for mark in marks if mark.kind == "risk"]
    start, end = say.name(setting.start), say.name(setting.end)
    sentences = [say("map.count", count=len(setting.routes), start=start, end=end)]
    if setting.routes:
        sentences.append(say("map.first", name=say_route(setting.routes[0], say)))
    sentences.append(say("map.shut", names=say.join(shut)) if shut else say("map.none_shut"))
    if risky:
        sentences.append(say("map.risk", names=say.join(risky)))
    sentences.append(say("map.table"))
    return " ".join(sentences)


def say_route(route: RouteAnswer, say: Words) -> str:
    """A route by what it passes: 'via Torkham, by road'."""
    modes = say.join([say.term("mode", mode) for mode in route.modes])
    if not route.via:
        return say("route.direct", modes=modes)
    return say("route.via", names=say.join([say.name(name) for name in route.via]), modes=modes)


def _displace(
    route: RouteAnswer, *, rank: int, of: int, nodes: Mapping[str, Node], projection: Projection
) -> list[Point]:
    """The route's points, moved sideways by its rank so that routes on one road lie beside each other."""
    aside = (rank - (of + 1) / 2) * ROUTE_GAP
    points: list[Point] = []
    for here, there in itertools.pairwise(route.nodes):
        start, end = (projection.place((nodes[name].lon, nodes[name].lat)) for name in (here, there))
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = (dx * dx + dy * dy) ** 0.5
        if length < 1e-6:
            continue
        side = 1.0 if here < there else -1.0  # the same side whichever way a route runs
        shift = (-dy / length * aside * side, dx / length * aside * side)
        points += [(start[0] + shift[0], start[1] + shift[1]), (end[0] + shift[0], end[1] + shift[1])]
    return points


def list_marks(
    case: Case,
    conditions: Conditions,
    projection: Projection,
    *,
    passed: Container[str],
    as_it_is: Conditions | None = None,
) -> tuple[Mark, ...]:
    """Crossings that are shut, whose places are passed or that are shut as it is, and straits that are not open."""
    links = case.network.links
    places = {node.id: (node.lon, node.lat) for node in case.network.nodes}
    marks = []
    for crossing in case.network.crossings:
        own = [index for index, link in enumerate(links) if link.crossing == crossing.id]
        kind = _kind(conditions, own)
        if not kind:
            continue
        first = links[own[0]]
        on_route = first.start in passed and first.end in passed
        if kind == "shut" or on_route or (as_it_is is not None and _kind(as_it_is, own) == "shut"):
            (x1, y1), (x2, y2) = places[first.start], places[first.end]
            marks += _mark(kind, ((x1 + x2) / 2, (y1 + y2) / 2), crossing.name, projection)
    for node in case.network.nodes:
        if node.kind == "strait":
            kind = _kind(conditions, [i for i, link in enumerate(links) if node.id in (link.start, link.end)])
            if kind in ("shut", "risk"):
                marks += _mark(kind, places[node.id], node.name, projection)
    return tuple(marks)


def _mark(kind: str, point: Point, name: str, projection: Projection) -> list[Mark]:
    if not projection.view.holds(point):
        return []
    x, y = projection.place(point)
    return [Mark(kind, Dot(pixels(x), pixels(y)), name)]


def _kind(conditions: Conditions, links: Sequence[int]) -> str:
    """shut, risk or open; empty where the crossing is only planned or has no link."""
    causes = [[cause for cause in conditions.causes[link] if cause.state != "season"] for link in links]
    built = [row for row in causes if not any(cause.state == "planned" for cause in row)]
    if not built:
        return ""
    best = max(min((cause.availability for cause in row), default=1.0) for row in built)
    return "shut" if best <= 0 else "risk" if best < 1 else "open"


def place_names(
    ends: Sequence[Node],
    marks: Sequence[Mark],
    *,
    projection: Projection,
    say: Words,
    towns: Sequence[Node] = (),
    taken: Sequence[Box] = (),
) -> tuple[Label, ...]:
    """Names of ends, shut and risky places, towns and passed crossings, each where it covers nothing."""
    boxes = [*taken, *(_mark_box(mark) for mark in marks)]
    wanted = [(node.name, projection.place((node.lon, node.lat))) for node in ends]
    wanted += [(mark.name.partition(" - ")[0], (float(mark.at.x), float(mark.at.y))) for mark in marks
               if mark.kind != "open"]  # fmt: skip
    wanted += [(node.name, projection.place((node.lon, node.lat))) for node in towns if node.kind in ("city", "port")]
    wanted += [(mark.name.partition(" - ")[0], (float(mark.at.x), float(mark.at.y))) for mark in marks]
    labels: list[Label] = []
    for full_name, (x, y) in dict.fromkeys(wanted):
        name = say.name(full_name).partition(" (")[0]
        if len(labels) >= MOST_LABELS or any(label.text == name for label in labels):
            continue
        for label in (
            Label(pixels(x + 7), pixels(y + 4), name, "start"),
            Label(pixels(x - 7), pixels(y + 4), name, "end"),
            Label(pixels(x), pixels(y - 8), name, "middle"),
            Label(pixels(x), pixels(y + 16), name, "middle"),
        ):
            box = label_box(label)
            if _inside(box, projection) and not _touches(box, boxes):
                labels.append(label)
                boxes.append(box)
                break
    return tuple(labels)


def label_box(label: Label) -> Box:
    """The rectangle in pixels that a label takes (south above north: y runs down)."""
    width = len(label.text) * LETTER_WIDTH
    x, y = float(label.x), float(label.y)
    left = x if label.anchor == "start" else x - width if label.anchor == "end" else x - width / 2
    return Box(left, y - LETTER_HEIGHT + 2, left + width, y + 3)


def _mark_box(mark: Mark) -> Box:
    x, y = float(mark.at.x), float(mark.at.y)
    return Box(x - 5, y - 5, x + 5, y + 5)


def _inside(box: Box, projection: Projection) -> bool:
    return box.west >= 2 and box.south >= 2 and box.east <= projection.width - 2 and box.north <= projection.height - 2


def _touches(box: Box, others: Iterable[Box]) -> bool:
    return any(
        box.west < other.east and other.west < box.east and box.south < other.north and other.south < box.north
        for other in others
    )
