"""The map part of the page: a map and its routes for each setting, what is shut and since when, the gateways."""

from __future__ import annotations

from datetime import date

from rahdari.appraisal.result import Appraisal, SettingAnswer
from rahdari.case import Case
from rahdari.report.citations import Citations
from rahdari.report.maps import BaseMap, RouteMap, draw_maps, say_route
from rahdari.report.page import MapPart, ObstacleRow, RouteRow, RoutesPanel, Table
from rahdari.report.words import NONE, WIDE, Words, capitalise
from rahdari.transport.availability import state_on, states_by_entity

OBSTACLES = ("closed", "war-risk", "suspended")
SHOWN_KINDS = ("crossing", "group", "node", "country")


def build_map_part(case: Case, appraisal: Appraisal, citations: Citations, *, say: Words) -> MapPart:
    """Maps and routes of every setting of the appraisal, and the obstacles of the case's day."""
    drawn = draw_maps(case, appraisal, say=say)
    maps: tuple[RouteMap | None, ...] = drawn[1] if drawn else (None,) * len(appraisal.routes)
    return MapPart(
        lead=_lead(appraisal, say),
        base=drawn[0] if drawn else None,
        ground_note=_say_ground(drawn[0], say) if drawn else "",
        panels=tuple(
            _panel(setting, shown, today=_find_today(appraisal), say=say)
            for setting, shown in zip(appraisal.routes, maps, strict=True)
        ),
        obstacles=list_obstacles(case, citations, say),
        obstacles_heading=say("routes.obstacles", date=say.day(appraisal.as_of)),
        gateways=_gateways(case, appraisal, say),
        emissions=_emissions(case, appraisal, say),
    )


def _find_today(appraisal: Appraisal) -> SettingAnswer:
    """The setting of the case's day as it is: the first of that day."""
    return next((one for one in appraisal.routes if one.date == appraisal.as_of), appraisal.routes[0])


def _say_ground(base: BaseMap, say: Words) -> str:
    """Where the ground of the maps is from, and what its borders mean."""
    if not base.land:
        return say("map.no_ground")
    return say("map.ground_disputed" if base.disputed else "map.ground")


def _lead(appraisal: Appraisal, say: Words) -> str:
    if not appraisal.routes:
        return say("routes.none")
    one = appraisal.routes[0]
    return say("routes.lead", cargo=say.name(one.commodity).lower(), start=say.name(one.start), end=say.name(one.end))


def _say_note(setting: SettingAnswer, *, today: SettingAnswer, say: Words) -> str:
    """That there is no way, or that what the setting supposes changes none of the routes; else nothing."""
    if not setting.routes:
        return say("routes.no_way", names=say.join([say.name(name) for name in setting.closed]) or NONE)
    if setting is not today and setting.routes == today.routes:
        return say("routes.same", setting=say.setting(today.setting))
    return ""


def _panel(setting: SettingAnswer, shown: RouteMap | None, *, today: SettingAnswer, say: Words) -> RoutesPanel:
    heading = capitalise(say.setting(setting.setting))
    return RoutesPanel(
        heading=heading,
        caption=say("routes.table", setting=heading),
        subheading=say.day(setting.date),
        map=shown,
        routes=tuple(
            RouteRow(
                rank=rank,
                name=say_route(route, say),
                days=say.days(route.time_h),
                spread=f"{say.days(route.p10)}–{say.days(route.p90)}",
                cost=say.number(route.cost_usd_per_t),
                chance=say("routes.open") if route.availability >= 1 else say.percent(route.availability),
            )
            for rank, route in enumerate(setting.routes, start=1)
        ),
        note=_say_note(setting, today=today, say=say),
    )


def list_obstacles(case: Case, citations: Citations, say: Words) -> tuple[ObstacleRow, ...]:
    """What is shut, at risk or suspended on the case's day, shut first; places of one state and cause in one row."""
    found: dict[tuple[int, date, date, str, str], list[str]] = {}
    for entity, rows in states_by_entity(case.network).items():
        kind, _, name = entity.partition(":")
        state = state_on(rows, case.as_of)
        if state is None or kind not in SHOWN_KINDS or state.state not in OBSTACLES:
            continue
        key = (OBSTACLES.index(state.state), state.since, state.last_verified, state.note, state.source)
        found.setdefault(key, []).append(_name(case, kind, name, say))
    return tuple(
        ObstacleRow(
            name=say.join(sorted(names)),
            state=say.state(OBSTACLES[order]),
            since=say.day(since),
            verified=say.day(verified),
            note=citations.weave(say.name(note)),
            citations=citations.cite([source]),
        )
        for (order, since, verified, note, source), names in sorted(found.items())
    )


def _name(case: Case, kind: str, name: str, say: Words) -> str:
    if kind == "country":
        return say("routes.on_land", country=say.name(case.name_of(name)))
    if kind == "group":
        members = [say.name(crossing.name) for crossing in case.network.crossings if crossing.group == name]
        return say.join(members) or name
    if kind == "crossing":
        return next((say.name(crossing.name) for crossing in case.network.crossings if crossing.id == name), name)
    return next((say.name(node.name) for node in case.network.nodes if node.id == name), name)


def _gateways(case: Case, appraisal: Appraisal, say: Words) -> Table:
    """Share of the trade of the first party to the second that passes each crossing, by setting."""
    settings = list(dict.fromkeys(one.setting for one in appraisal.indicators if one.unit == "fraction"))
    names = {f"gateway-{crossing.id}": crossing.name for crossing in case.network.crossings}
    shares: dict[str, dict[str, float]] = {}
    for one in appraisal.indicators:
        if one.unit == "fraction" and one.id in names:
            shares.setdefault(say.name(names[one.id]), {})[one.setting] = one.value
    rows = tuple(
        (title, *(say.percent(by[setting]) if setting in by else NONE for setting in settings))
        for title, by in shares.items()
    )
    headings = (say("column.crossing"), *(capitalise(say.setting(setting)) for setting in settings))
    flow = say.direction_of(case, "-".join(case.settings.parties))
    return Table(say("routes.gateways", flow=flow), headings, rows, (False, *[True] * len(settings)))


def _emissions(case: Case, appraisal: Appraisal, say: Words) -> Table:
    """Kg CO2e a tonne of each direction by setting, with the tonnes of a year where a book tells both directions."""
    settings = list(dict.fromkeys(one.setting for one in appraisal.emissions))
    cells: dict[str, dict[str, str]] = {}
    for one in appraisal.emissions:
        year = "" if one.t_per_year is None else f" ({say.tonnes(one.t_per_year).replace(' ', WIDE)})"
        cells.setdefault(say.direction_of(case, one.direction), {})[one.setting] = f"{say.number(one.kg_per_t)}{year}"
    rows = tuple((flow, *(by.get(setting, NONE) for setting in settings)) for flow, by in cells.items())
    headings = (say("column.direction"), *(capitalise(say.setting(setting)) for setting in settings))
    return Table(say("routes.emissions"), headings, rows, (False, *[True] * len(settings)))
