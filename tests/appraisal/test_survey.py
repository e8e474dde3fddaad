"""The survey of corridors: on the invented islands and on the shipped case."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from rahdari.appraisal.survey import TODAY, WITH_MEASURES, Survey, gateway_name, survey_corridors, trace_passages
from rahdari.case import Case, find_case, read_case
from rahdari.claims import parse_period
from rahdari.measures import find_measures
from rahdari.report.answers import corridors_answer
from tests.islands import islands

KEYS = {"corridor", "direction", "mode", "tfi1_h", "tfi2_usd", "tfi3_usd_per_500km_20t", "tfi4_km_per_h",
        "speed_without_delay_km_per_h", "border_time_share", "sources"}  # fmt: skip


@cache
def shipped() -> Case:
    return read_case(find_case("pakistan_kazakhstan"))


@cache
def surveyed() -> Survey:
    return survey_corridors(shipped(), measures=shipped().measures, day=shipped().as_of)


def test_every_corridor_has_both_directions_with_the_keys_of_the_contract() -> None:
    answer = json.loads(json.dumps(corridors_answer(surveyed(), shipped()), allow_nan=False))
    rows = answer["corridors"]
    assert len(rows) == 2 * len(shipped().network.corridors) >= 20
    assert all(row.keys() >= KEYS and row["sources"] for row in rows)
    assert {row["corridor"] for row in rows} >= {"belarus-pakistan", "khunjerab-qtta", "iran-rail", "trans-caspian"}
    assert {source for row in rows for source in row["sources"]} <= set(shipped().sources)


def test_speed_with_stops_is_below_that_without_and_the_directions_differ_at_torkham() -> None:
    told = {(one.corridor.id, one.direction): one.today for one in surveyed().passages}
    assert all(one.tfi4_km_per_h < one.speed_without_delay_km_per_h for one in told.values())
    north, south = (told["almaty-karachi-torkham", way] for way in ("Karachi to Almaty", "Almaty to Karachi"))
    assert south.tfi1_h is not None
    assert north.tfi1_h is not None
    assert south.tfi1_h > 1.5 * north.tfi1_h
    assert south.shut_by == ("group:pak-afg",) or "crossing:torkham" in south.shut_by


def test_halving_the_time_at_torkham_halves_it_there_and_nowhere_else() -> None:
    case = shipped()
    survey = survey_corridors(case, measures=find_measures(["halve-time-torkham"], case.measures), day=case.as_of)
    row = next(one for one in survey.passages if one.corridor.id == "almaty-karachi-torkham"
               and one.direction == "Karachi to Almaty")  # fmt: skip
    assert row.with_measures is not None
    saved = row.today.border_time_h - row.with_measures.border_time_h
    assert saved == pytest.approx(case.claims.get("stop:torkham-road-pak-afg-out", "time_h").value / 2)
    assert row.with_measures.shut_by == row.today.shut_by


def test_reopening_opens_what_the_closed_crossings_shut() -> None:
    case = shipped()
    measures = find_measures(["reopen-afghan-crossings"], case.measures)
    survey = survey_corridors(case, measures=measures, day=case.as_of)
    row = next(one for one in survey.passages if one.corridor.id == "belarus-pakistan")
    assert row.today.shut_by
    assert row.with_measures is not None
    assert row.with_measures.shut_by == ()
    kabul = next(one for one in survey.access if one.city == "Kabul")
    assert kabul.index_with_measures is not None
    assert kabul.index_with_measures > kabul.index


def test_the_most_critical_border_of_today_is_one_that_is_open() -> None:
    survey = surveyed()
    critical = survey.most_critical(TODAY)
    assert critical is not None
    assert critical.gateway == "crossing:khunjerab"
    assert critical.reroute_usd_per_day is not None
    assert critical.closure_usd_per_day == min(critical.wait_usd_per_day, critical.reroute_usd_per_day)
    assert {one.gateway for one in survey.gateways if one.setting == TODAY}.isdisjoint({"group:pak-afg"})
    assert "group:pak-afg" in {one.gateway for one in survey.gateways if one.setting == WITH_MEASURES}


def test_no_measure_leaves_the_second_column_empty() -> None:
    case = islands()
    answer = corridors_answer(survey_corridors(case, measures=(), day=case.as_of), case)
    rows = answer["corridors"]
    assert isinstance(rows, list)
    assert [row["with_measures"] for row in rows] == [None] * 4
    assert answer["measures"] == []


def test_a_closed_port_on_the_only_way_stops_all_of_the_islands_trade() -> None:
    survey = survey_corridors(islands(), measures=(), day=islands().as_of)
    assert {one.gateway for one in survey.gateways} == {"node:northport", "node:southport"}
    assert all(one.stops_all and one.reroute_usd_per_day is None for one in survey.gateways)
    exports = next(one for one in survey.gateways if one.flow == "XNO-XSO")
    assert exports.tonnes_per_day == pytest.approx(60e6 / 160 / 365)
    assert exports.wait_usd_per_day == pytest.approx(exports.tonnes_per_day * 24)


def test_a_corridor_on_a_past_day_has_the_hours_of_its_time() -> None:
    case = islands()
    fast = next(claim for claim in case.claims if claim.entity == "rate:road-isle" and "without" in claim.attribute)
    slow = replace(fast, value=fast.value / 2, period=parse_period("2023"))
    rows = tuple(claim for claim in case.claims if claim is not fast)
    held = replace(case, claims=replace(case.claims, rows=(*rows, slow, replace(fast, period=parse_period("2025")))))

    def speed(day: date) -> float:
        return trace_passages(held, measures=(), day=day)[0].today.speed_without_delay_km_per_h

    assert speed(date(2023, 6, 1)) == pytest.approx(fast.value / 2)
    assert speed(date(2025, 6, 1)) == speed(case.as_of) == pytest.approx(fast.value)


def test_a_group_is_named_by_its_countries() -> None:
    assert gateway_name(shipped(), "group:pak-afg") == "all 5 crossings between Pakistan and Afghanistan"
    assert gateway_name(shipped(), "country:CHN") == "China"
