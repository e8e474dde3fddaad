from __future__ import annotations

from dataclasses import replace

import pytest

from rahdari.case.shipment import Shipment, plan_shipment
from rahdari.report.itinerary import tell_route
from rahdari.report.terminal import say_recommendation
from tests.islands import OPEN_DAY, islands


def steps(number: int = 0, *, modes: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    answer = plan_shipment(islands(), Shipment("Norton", "Sutton", day=OPEN_DAY, modes=modes))
    return [(step.kind, step.what) for step in tell_route(answer.routes[number], islands())]


def test_a_stop_at_a_border_stands_after_the_stretch_that_crosses_it_both_sides_in_one() -> None:
    assert steps() == [
        ("road", "Norton - East Bridge (north end)"),
        ("road", "East Bridge (north end) - East Bridge (south end)"),
        ("border", "East Bridge"),
        ("road", "East Bridge (south end) - Sutton"),
    ]


def test_a_port_stands_where_the_cargo_goes_afloat_or_ashore() -> None:
    kinds = [kind for kind, _ in steps(2)]

    assert kinds == ["road", "port", "ferry", "port", "road", "waiting"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_steps_sum_to_the_route(number: int) -> None:
    route = plan_shipment(islands(), Shipment("Norton", "Sutton", day=OPEN_DAY)).routes[number]
    told = tell_route(route, islands())

    assert sum(step.time_h for step in told) == pytest.approx(route.time_h.mean)
    assert sum(step.cost_usd_per_t for step in told) == pytest.approx(route.cost_usd_per_t)
    assert sum(step.length_km or 0.0 for step in told) == pytest.approx(route.length_km)


def recommended(*chances: float) -> str:
    answer = plan_shipment(islands(), Shipment("Norton", "Sutton", day=OPEN_DAY))
    routes = tuple(replace(one, availability=chance) for one, chance in zip(answer.routes, chances, strict=False))
    return say_recommendation(replace(answer, routes=routes), islands())


def test_a_risky_way_is_told_with_the_first_that_likely_gets_through() -> None:
    assert "What must arrive goes by way 3" in recommended(0.49, 0.6, 0.97)


@pytest.mark.parametrize("chances", [(0.95, 0.97, 0.99), (0.49, 0.6, 0.7)])
def test_no_other_way_is_told_where_the_first_is_safe_or_none_is(chances: tuple[float, ...]) -> None:
    assert "What must arrive" not in recommended(*chances)
