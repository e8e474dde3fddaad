"""Slopes by hand, and against the forecast itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.slopes import BookSlopes, Places
from rahdari.case import Case
from rahdari.measures import Edit
from tests.islands import NO_CLOSURE, changed_islands, islands


def slopes_of(case: Case, *, setting: str, book: str = "north-customs") -> BookSlopes:
    answer = appraise(case, Options(measures=(), draws=4))
    (found,) = (one for one in answer.derivatives if (one.book, one.setting) == (book, setting))
    return found


def test_while_only_the_ferry_is_open_all_cargo_passes_the_ports_and_no_bridge() -> None:
    # one dollar a tonne at the port: 1 of 250 for machines (160 and 90), 1 of 281.4 for grain; an hour is a dollar or
    # ten cents. The flow of the book's year at the elasticity of that horizon
    answer = appraise(islands(), Options(measures=(), draws=4))
    (found,) = (one for one in answer.derivatives if (one.book, one.setting) == ("north-customs", "today"))
    level = next(one.mean for one in answer.books["north-customs"].path if one.end == found.end)
    assert not [one for one in found.stops if one.kind == "border" and "Bridge" in one.title]
    ports = [one for one in found.stops if one.kind == "port"]
    assert {one.id for one in ports} == {"port:northport", "port:southport"}
    (port, other) = ports
    assert port.per_usd_per_t_musd == pytest.approx(other.per_usd_per_t_musd)
    most = found.elasticity * level / 250
    least = found.elasticity * level / 281.4
    assert least < port.per_usd_per_t_musd < most
    assert port.per_hour_musd < port.per_usd_per_t_musd


def test_links_and_stops_are_told_apart_the_largest_first() -> None:
    found = slopes_of(islands(), setting="today")
    assert {one.kind for one in found.links} == {"link"}
    assert "link" not in {one.kind for one in found.stops}
    for listed in (found.stops, found.links):
        values = [one.per_hour_musd for one in listed]
        assert values == sorted(values, reverse=True)
        assert len(listed) <= 10


def test_a_slope_is_what_the_forecast_gains_from_a_little_less(tmp_path: Path) -> None:
    # with the bridges open all along the setting lasts, so a hundredth of an hour off the entry check tells the slope
    case = changed_islands(tmp_path, without=[NO_CLOSURE])
    found = slopes_of(case, setting="today")
    (border,) = (one for one in found.stops if one.title == "East Bridge")
    (check,) = (one for one in case.measures if one.id == "halve-east-bridge-time")
    edit: Edit = replace(check.edits[0], operation="add", value=-0.01, unit="h")
    shorter = replace(check, edits=(edit,), needs=(), start=case.as_of)
    answer = appraise(replace(case, measures=(shorter,)), Options(draws=4))
    gained = answer.total_effect_musd["north-customs"] / 0.01
    assert border.per_hour_musd == pytest.approx(gained, rel=0.005)  # the day within a month, and a curve


def test_exit_and_entry_of_one_border_count_once() -> None:
    network = islands().network
    places = Places.of(network)
    values = np.zeros(len(network.links) + len(network.stops))
    stops = [column for column, stop in enumerate(network.stops, start=len(network.links))
             if stop.at == "east-bridge" and stop.kind == "border"]  # fmt: skip
    values[stops] = 2.0
    row = places.ids.index("border:east-bridge")
    assert len(stops) > 1
    assert places.gather(values)[row] == 2.0
