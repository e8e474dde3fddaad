"""The issue's four questions about Almaty-Karachi, asked of the shipped case."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from rahdari.case import Case, find_case, read_case
from rahdari.case.shipment import Shipment, plan_shipment
from rahdari.transport.routes import RoutesAnswer

AFGHAN_CROSSINGS = {"Torkham", "Chaman - Spin Boldak", "Kharlachi", "Ghulam Khan", "Angoor Adda"}
QUESTIONS = {
    "open": Shipment("Almaty", "Karachi", day=date(2024, 7, 15)),
    "shut": Shipment("Almaty", "Karachi", day=date(2025, 11, 15)),
    "as-of": Shipment("Almaty", "Karachi"),
    "reopened": Shipment("Almaty", "Karachi", measures=("reopen-afghan-crossings",)),
}


@cache
def shipped() -> Case:
    return read_case(find_case("pakistan_kazakhstan"))


@cache
def answer(name: str) -> RoutesAnswer:
    return plan_shipment(shipped(), QUESTIONS[name])


def passes_afghan_border(routes: RoutesAnswer) -> bool:
    return any(AFGHAN_CROSSINGS & set(route.via) for route in routes.routes)


@pytest.mark.parametrize(("name", "passes"), [("open", True), ("shut", False), ("as-of", False), ("reopened", True)])
def test_routes_pass_the_afghan_border_only_while_it_is_open(name: str, passes: bool) -> None:
    assert passes_afghan_border(answer(name)) == passes


def test_no_two_of_the_questions_have_the_same_answer() -> None:
    told = {name: tuple((route.name, route.cost_usd_per_t) for route in answer(name).routes) for name in QUESTIONS}

    assert len(set(told.values())) == len(QUESTIONS)


def test_the_cases_own_day_tells_of_the_shut_border_and_the_war_risk() -> None:
    told = {obstacle.name: obstacle.state for obstacle in answer("as-of").closed}

    assert told["Torkham"] == told["Chaman - Spin Boldak"] == "closed"
    assert told["Iran"] == told["Strait of Hormuz"] == "war-risk"


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_crossing_has_a_state_a_source_and_the_day_it_was_last_verified(name: str) -> None:
    assert answer(name).crossings
    for crossing in answer(name).crossings:
        assert crossing.state != "unknown", crossing.name
        assert crossing.last_verified is not None, crossing.name
        assert set(crossing.sources) <= shipped().sources.keys(), crossing.name
        assert crossing.sources, crossing.name


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_shut_or_at_risk_says_why_and_by_which_source(name: str) -> None:
    for obstacle in answer(name).closed:
        assert obstacle.why, obstacle.name
        assert set(obstacle.sources) <= shipped().sources.keys(), obstacle.name
        assert obstacle.sources, obstacle.name


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_source_of_a_leg_or_stop_is_listed(name: str) -> None:
    for route in answer(name).routes:
        for sources in [*(leg.sources for leg in route.legs), *(stop.sources for stop in route.stops)]:
            assert sources
            assert set(sources) <= shipped().sources.keys()


def test_a_way_through_iran_is_flagged_for_sanctions_and_one_over_khunjerab_needs_the_quadrilateral_permit() -> None:
    case = read_case(find_case("pakistan_kazakhstan"))
    answer = plan_shipment(case, Shipment("Almaty", "Karachi", day=date(2026, 1, 15), modes=("road", "rail")))
    iran = next(route for route in answer.routes if "Taftan - Mirjaveh" in route.via)
    assert {"sanctions-iran-un", "sanctions-iran-us"} <= {permit.id for permit in iran.permits}
    assert any("sanctions" in leg.flags for leg in iran.legs if leg.nodes == ("mirjaveh", "taftan"))
    assert not any("Sanctions" in title for title in iran.documents)
    road = plan_shipment(case, Shipment("Karachi", "Almaty", day=date(2026, 1, 15), modes=("road",)))
    over = next(route for route in road.routes if "Khunjerab Pass" in route.via and "Torugart" in route.via)
    assert {"tir-carnet", "qtta-permit", "eaeu-transit"} <= {permit.id for permit in over.permits}
    assert next(leg.flags for leg in over.legs if leg.nodes == ("khunjerab", "tashkurgan")).count("permit") == 1
