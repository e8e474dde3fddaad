"""Trips across a change of season on the two islands; hours by hand from the lengths, speeds and stops of the case.

The West Road floods from 1 August to 30 September: shut. By it Norton - Sutton takes 3 + 2 + 10 + 0.2 + 2.8 = 18 h. The
ferry way takes 1 + 10 + 12 + 20 + 10 + 1 = 54 h and is on the Southport road after 53.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from rahdari.transport.departures import LONGEST_WAIT_DAYS, opening_h, turn_calendar
from rahdari.transport.itinerary import PlannedRoute
from rahdari.transport.network import Network, Season
from tests.islands import OPEN_DAY, islands, plan

BRIDGES = frozenset({"crossing:east-bridge", "crossing:west-bridge"})
SOUTHPORT_ROAD = "southport-sutton-road"


def by_west_bridge(day: date) -> PlannedRoute | None:
    return next((route for route in plan(day=day).routes if "West Bridge" in route.via), None)


def with_season(start: str, end: str, availability: float = 0.0) -> Network:
    season = Season(f"link:{SOUTHPORT_ROAD}", start, end, None, None, availability, "two-islands-invention", "D", "")
    return replace(islands().network, seasons=(season,))


def test_cargo_that_leaves_a_day_before_a_season_ends_waits_for_the_first_minute_after_it() -> None:
    route = by_west_bridge(date(2025, 9, 30))
    assert route is not None
    assert route.time_h.mean == pytest.approx(24 + 18)
    waits = [stop for stop in route.stops if stop.at.startswith("until")]
    assert [(stop.at, stop.kind) for stop in waits] == [("until West Road opens on 2025-10-01", "waiting")]
    assert waits[0].time_h == pytest.approx(24)
    assert waits[0].sources == ("two-islands-invention",)


def test_the_time_of_a_route_is_the_sum_of_its_legs_and_stops_when_it_waits_for_a_season() -> None:
    route = by_west_bridge(date(2025, 9, 29))
    assert route is not None
    parts = sum(leg.time_h for leg in route.legs) + sum(stop.time_h for stop in route.stops)
    assert route.time_h.mean == pytest.approx(parts)


def test_a_way_that_would_wait_for_weeks_is_not_answered() -> None:
    assert by_west_bridge(date(2025, 9, 30 - LONGEST_WAIT_DAYS)) is None
    assert by_west_bridge(date(2025, 10, 1)) is not None


def test_a_season_that_begins_before_the_cargo_gets_there_shuts_the_way() -> None:
    after = OPEN_DAY.replace(day=3)  # the ferry's cargo is on the road after 53 hours, on the third day
    network = with_season(f"{after:%m-%d}", "07-31")
    assert plan(day=OPEN_DAY, network=network, shut=BRIDGES, modes=("road", "ferry")).routes == ()
    later = with_season(f"{after.replace(day=4):%m-%d}", "07-31")
    assert [
        route.time_h.mean for route in plan(day=OPEN_DAY, network=later, shut=BRIDGES, modes=("road", "ferry")).routes
    ] == [54]


def test_a_season_that_begins_and_ends_on_the_way_is_waited_out() -> None:
    network = with_season("06-03", "06-10")
    (route,) = plan(day=OPEN_DAY, network=network, shut=BRIDGES, modes=("road", "ferry")).routes
    assert route.time_h.mean == pytest.approx(10 * 24 + 1)  # the road opens with the eleventh day


def test_the_chance_of_a_season_is_that_of_the_day_of_arrival() -> None:
    (soon,) = plan(
        day=OPEN_DAY, network=with_season("06-03", "06-10", 0.5), shut=BRIDGES, modes=("road", "ferry")
    ).routes
    (early,) = plan(
        day=OPEN_DAY, network=with_season("06-01", "06-02", 0.5), shut=BRIDGES, modes=("road", "ferry")
    ).routes
    assert (soon.availability, early.availability) == (0.5, 1.0)
    assert soon.generalised_cost_usd_per_t == pytest.approx(2 * early.generalised_cost_usd_per_t)


def test_a_link_opens_at_once_later_or_not_in_time() -> None:
    turning = turn_calendar(islands().network, date(2025, 9, 20))
    link = [link.name for link in islands().network.links].index("West Road")
    days = np.array([0.0, 10.5, 11.0, 12.0])
    assert opening_h(turning, link, days * 24) == pytest.approx(np.array([11.0, 11.0, 11.0, 12.0]) * 24)
    too_early = turn_calendar(islands().network, date(2025, 9, 1))
    assert np.isinf(opening_h(too_early, link, np.array([0.0])))
    assert opening_h(turning, -1, np.array([5.0])) == pytest.approx([5.0])
