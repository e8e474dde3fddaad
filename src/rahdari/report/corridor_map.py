"""The corridors on a map: where each runs, which stretches belong to one that is open, and what shuts the others."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rahdari.case import Case
from rahdari.report.charts import Dot, Label, Line, pixels
from rahdari.report.geometry import Point, Projection, fit_view
from rahdari.report.maps import BaseMap, Mark, draw_ground, label_box, list_marks, place_names, points_between
from rahdari.report.words import Words
from rahdari.transport.availability import conditions_on
from rahdari.transport.corridors import Passage
from rahdari.transport.network import Node

WIDTH = 360.0


@dataclass(frozen=True, slots=True)
class CorridorMap:
    """Stretches of open corridors (whole lines) and of those that are shut (broken lines), crossings and places."""

    id: str
    title: str
    description: str
    base: BaseMap
    open: tuple[Line, ...]
    shut: tuple[Line, ...]
    marks: tuple[Mark, ...]
    ends: tuple[Dot, ...]
    labels: tuple[Label, ...]


def draw_corridors(case: Case, passages: Sequence[Passage], *, say: Words) -> CorridorMap | None:
    """All corridors on one ground; None where there is none."""
    nodes = {node.id: node for node in case.network.nodes}
    used = [nodes[name] for passage in passages for name in passage.nodes]
    if not used:
        return None
    projection = fit_view(
        [(node.lon, node.lat) for node in used], width=WIDTH, margin=0.05, least_shape=0.6, most_shape=1.1
    )
    stretches = _stretches(passages)
    marks = list_marks(
        case,
        conditions_on(case.network, case.as_of),
        projection,
        passed={name for one in passages for name in one.nodes},
    )
    base = draw_ground(case, projection, avoid=_along(stretches, nodes, projection), say=say)
    lines = {is_open: _lines(stretches, is_open, nodes, projection) for is_open in (True, False)}
    ends = list(dict.fromkeys(nodes[name] for one in passages for name in (one.nodes[0], one.nodes[-1])))
    corridors = list(dict.fromkeys(one.corridor.name for one in passages))
    shut = {one.corridor.name for one in passages if one.today.shut_by}
    return CorridorMap(
        id="corridors-map",
        title=say("corridors.map_title", date=say.day(case.as_of)),
        description=say(
            "corridors.map_text",
            count=len(corridors),
            open=len(corridors) - len(shut),
            names=say.join([say.name(mark.name) for mark in marks if mark.kind == "shut"]) or say("map.none_shut"),
        ),
        base=base,
        open=lines[True],
        shut=lines[False],
        marks=marks,
        ends=tuple(Dot(*(pixels(value) for value in projection.place((node.lon, node.lat)))) for node in ends),
        labels=place_names(
            ends, marks, projection=projection, say=say, taken=[label_box(one) for one in base.countries]
        ),
    )


def _stretches(passages: Sequence[Passage]) -> Mapping[tuple[str, str], bool]:
    """Each stretch between neighbours, and whether any corridor that is open today runs on it."""
    found: dict[tuple[str, str], bool] = {}
    for passage in passages:
        for here, there in itertools.pairwise(passage.nodes):
            key = (min(here, there), max(here, there))
            found[key] = found.get(key, False) or not passage.today.shut_by
    return found


def _along(stretches: Mapping[tuple[str, str], bool], nodes: Mapping[str, Node], projection: Projection) -> list[Point]:
    places = {name: projection.place((nodes[name].lon, nodes[name].lat)) for pair in stretches for name in pair}
    return [point for here, there in stretches for point in points_between(places[here], places[there])]


def _lines(
    stretches: Mapping[tuple[str, str], bool], is_open: bool, nodes: Mapping[str, Node], projection: Projection
) -> tuple[Line, ...]:
    lines = []
    for (here, there), state in stretches.items():
        if state == is_open:
            (x1, y1), (x2, y2) = (projection.place((nodes[name].lon, nodes[name].lat)) for name in (here, there))
            lines.append(Line(pixels(x1), pixels(y1), pixels(x2), pixels(y2)))
    return tuple(lines)
