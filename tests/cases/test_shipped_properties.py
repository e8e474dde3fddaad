"""What must hold of routes in the shipped case whatever its figures: railways, border times, seasons and wars."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from rahdari.case import Case, find_case, read_case
from rahdari.case.shipment import Shipment, plan_shipment
from rahdari.transport.itinerary import PlannedRoute

SUMMER, WINTER, AT_WAR = date(2024, 7, 15), date(2023, 1, 15), date(2026, 3, 15)
AFGHAN_BORDER = ("Torkham", "Chaman", "Kharlachi", "Ghulam Khan", "Angoor Adda")


@cache
def case() -> Case:
    return read_case(find_case("pakistan_kazakhstan"))


@cache
def routes(
    start: str,
    end: str,
    day: date,
    *,
    commodity: str = "",
    close: tuple[str, ...] = (),
    measures: tuple[str, ...] = (),
    modes: tuple[str, ...] = (),
) -> tuple[PlannedRoute, ...]:
    return plan_shipment(case(), Shipment(start, end, commodity, day, close, measures, modes)).routes


@pytest.mark.parametrize(
    ("railway", "crossings"),
    [
        ("trans-afghan-railway-east", {"Hairatan - Termez", "Kharlachi"}),
        ("trans-afghan-railway-west", {"Torghundi - Serhetabat", "Chaman - Spin Boldak"}),
    ],
)
def test_a_trans_afghan_railway_opens_a_cheaper_way_with_one_break_of_gauge(railway: str, crossings: set[str]) -> None:
    before = routes("Tashkent", "Karachi", SUMMER, modes=("rail",))
    after = routes("Tashkent", "Karachi", SUMMER, modes=("rail",), measures=(railway,))
    assert not any(crossings <= set(route.via) for route in before)
    through = next(route for route in after if crossings <= set(route.via))
    assert through.breaks_of_gauge == 1  # from 1,520 mm to Pakistan's 1,676
    assert min(route.breaks_of_gauge for route in before) == 2  # by Iran's 1,435
    assert through.cost_usd_per_t < min(route.cost_usd_per_t for route in before)
    assert after[0] == through


def test_halving_the_time_on_the_pakistani_side_of_torkham_saves_half_of_it_and_nothing_else() -> None:
    (plain, *others) = routes("Peshawar", "Kabul", SUMMER, modes=("road",))
    (halved, *same) = routes("Peshawar", "Kabul", SUMMER, modes=("road",), measures=("halve-time-torkham",))
    assert plain.via == halved.via == ("Torkham",)
    on_this_side = sum(stop.time_h for stop in plain.stops if "exit from Pakistan" in stop.at)
    assert on_this_side > 1
    assert plain.time_h.mean - halved.time_h.mean == pytest.approx(on_this_side / 2)
    assert halved.cost_usd_per_t == pytest.approx(plain.cost_usd_per_t)
    assert [route.time_h.mean for route in same] == [route.time_h.mean for route in others]


def test_a_shut_afghan_border_is_gone_round_another_way_by_season_and_state_of_the_world() -> None:
    first = {
        day: routes("Karachi", "Almaty", day, commodity="citrus", close=AFGHAN_BORDER)
        for day in (SUMMER, WINTER, AT_WAR)
    }
    for found in first.values():
        assert found
        assert not any({"Torkham", "Chaman - Spin Boldak", "Kharlachi"} & set(route.via) for route in found)
        assert all(route.cost_usd_per_t > 0 for route in found)
    by_khunjerab = {day: any("Khunjerab Pass" in route.via for route in found) for day, found in first.items()}
    assert by_khunjerab == {SUMMER: True, WINTER: False, AT_WAR: True}  # shut in winter until December 2024
    assert "Khunjerab Pass" in first[AT_WAR][0].via  # Iran and Hormuz at war risk
    assert "Khunjerab Pass" not in first[SUMMER][0].via
    assert first[AT_WAR][0].generalised_cost_usd_per_t > first[SUMMER][0].generalised_cost_usd_per_t


def test_to_tashkent_each_season_and_state_of_the_world_has_a_best_way_of_its_own() -> None:
    best = [routes("Karachi", "Tashkent", day, commodity="citrus", close=AFGHAN_BORDER)[0].via
            for day in (SUMMER, WINTER, AT_WAR)]  # fmt: skip
    assert len(set(best)) == len(best)
