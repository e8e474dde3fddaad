"""The map part of the page: a map and its routes for each setting, what is shut and since when, the gateways."""

from __future__ import annotations

from datetime import date

from rahdari.appraisal.result import Appraisal, SettingAnswer
from rahdari.case import Case
from rahdari.report.citations import Citations
from rahdari.report.maps import BaseMap, RouteMap, draw_maps
from rahdari.report.page import MapPart, ObstacleRow, RouteRow, RoutesPanel, Table
from rahdari.report.words import NONE, say_date, say_days, say_list, say_number, say_percent, say_state
from rahdari.transport.availability import state_on, states_by_entity

OBSTACLES = ("closed", "war-risk", "suspended")
SHOWN_KINDS = ("crossing", "group", "node", "country")


def build_map_part(case: Case, appraisal: Appraisal, citations: Citations) -> MapPart:
    """Maps and routes of every setting of the appraisal, and the obstacles of the case's day."""
    drawn = draw_maps(case, appraisal)
    maps: tuple[RouteMap | None, ...] = drawn[1] if drawn else (None,) * len(appraisal.routes)
    return MapPart(
        lead=_lead(appraisal),
        base=drawn[0] if drawn else None,
        ground_note=_say_ground(drawn[0]) if drawn else "",
        panels=tuple(
            _panel(setting, shown, today=_find_today(appraisal))
            for setting, shown in zip(appraisal.routes, maps, strict=True)
        ),
        obstacles=list_obstacles(case, citations),
        gateways=_gateways(appraisal),
    )


def _find_today(appraisal: Appraisal) -> SettingAnswer:
    """The setting of the case's day as it is: the first of that day."""
    return next((one for one in appraisal.routes if one.date == appraisal.as_of), appraisal.routes[0])


def _say_ground(base: BaseMap) -> str:
    """Where the ground of the maps is from, and what its borders mean."""
    note = "Lines of the network join places and are not surveyed tracks."
    if not base.land:
        return f"No land is drawn: the places lie outside the shapes that the program ships. {note}"
    borders = "Borders are drawn where control runs in fact"
    if base.disputed:
        borders += (
            "; those in dispute, such as the lines in and around Kashmir, are "
            "dashed, and no position is taken on any of them"
        )
    return f"Land and borders: Natural Earth, 1:50 million, public domain. {borders}. {note}"


def _lead(appraisal: Appraisal) -> str:
    if not appraisal.routes:
        return "The case has no routes."
    one = appraisal.routes[0]
    return (
        f"The best few ways for {one.commodity.lower()} from {one.start} to {one.end}, by cost, time and risk "
        "together. Days are the mean, with the range that holds eight journeys in ten; a chance is that of being "
        "open throughout."
    )


def _say_note(setting: SettingAnswer, *, today: SettingAnswer) -> str:
    """That there is no way, or that what the setting supposes changes none of the routes; else nothing."""
    if not setting.routes:
        return f"No open way; what shuts it: {say_list(setting.closed) or NONE}."
    if setting is not today and setting.routes == today.routes:
        return f"The same routes come first as {today.setting}."
    return ""


def _panel(setting: SettingAnswer, shown: RouteMap | None, *, today: SettingAnswer) -> RoutesPanel:
    return RoutesPanel(
        heading=setting.setting[:1].upper() + setting.setting[1:],
        subheading=say_date(setting.date),
        map=shown,
        routes=tuple(
            RouteRow(
                rank=rank,
                name=route.name,
                days=say_days(route.time_h),
                spread=f"{say_days(route.p10)}–{say_days(route.p90)}",
                cost=say_number(route.cost_usd_per_t),
                chance="open" if route.availability >= 1 else say_percent(route.availability),
            )
            for rank, route in enumerate(setting.routes, start=1)
        ),
        note=_say_note(setting, today=today),
    )


def list_obstacles(case: Case, citations: Citations) -> tuple[ObstacleRow, ...]:
    """What is shut, at risk or suspended on the case's day, shut first; places of one state and cause in one row."""
    found: dict[tuple[int, date, date, str, str], list[str]] = {}
    for entity, rows in states_by_entity(case.network).items():
        kind, _, name = entity.partition(":")
        state = state_on(rows, case.as_of)
        if state is None or kind not in SHOWN_KINDS or state.state not in OBSTACLES:
            continue
        key = (OBSTACLES.index(state.state), state.since, state.last_verified, state.note, state.source)
        found.setdefault(key, []).append(_name(case, kind, name))
    return tuple(
        ObstacleRow(
            name=say_list(sorted(names)),
            state=say_state(OBSTACLES[order]),
            since=say_date(since),
            verified=say_date(verified),
            note=citations.weave(note),
            citations=citations.cite([source]),
        )
        for (order, since, verified, note, source), names in sorted(found.items())
    )


def _name(case: Case, kind: str, name: str) -> str:
    if kind == "country":
        return f"{case.name_of(name)}, on land"
    if kind == "group":
        members = [crossing.name for crossing in case.network.crossings if crossing.group == name]
        return say_list(members) or name
    if kind == "crossing":
        return next((crossing.name for crossing in case.network.crossings if crossing.id == name), name)
    return next((node.name for node in case.network.nodes if node.id == name), name)


def _gateways(appraisal: Appraisal) -> Table:
    """Share of the pair's trade that passes each crossing, by setting."""
    settings = list(dict.fromkeys(one.setting for one in appraisal.indicators if one.unit == "fraction"))
    shares: dict[str, dict[str, float]] = {}
    for one in appraisal.indicators:
        if one.unit == "fraction":
            shares.setdefault(one.title, {})[one.setting] = one.value
    rows = tuple(
        (title, *(say_percent(by[setting]) if setting in by else NONE for setting in settings))
        for title, by in shares.items()
    )
    headings = ("Gateway", *(setting[:1].upper() + setting[1:] for setting in settings))
    return Table("Share of trade by gateway; a route passes several, so the shares add up to more than all",
                 headings, rows, (False, *[True] * len(settings)))  # fmt: skip
