"""Routes of the two islands against sums made by hand (the working stands in tests/islands.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rahdari.case.shipment import Shipment, plan_shipment
from rahdari.claims import Claim, parse_period
from rahdari.exceptions import RahdariError
from rahdari.transport.availability import NO_EXCEPTIONS
from rahdari.transport.closures import fit_closures
from rahdari.transport.itinerary import PlannedRoute
from rahdari.transport.obstacles import describe_crossings
from rahdari.transport.routes import find_place
from tests.islands import OPEN_DAY, SHUT_DAY, islands, plan

EAST = "via East Bridge, by road"
WEST = "via West Bridge, by road"
FERRY = "via Northport and Southport, by road and ferry"
SEA = "via Northport, The Narrows and Southport, by road and sea"
RAIL = "via Rail Tunnel, by rail"


def by_name(routes: tuple[PlannedRoute, ...]) -> dict[str, PlannedRoute]:
    return {route.name: route for route in routes}


@pytest.mark.parametrize(
    ("name", "length_km", "time_h", "cost", "generalised"),
    [
        # 100 + 10 + 90 km; 200/50 + 2 + 10 h; 200 x 0.10 + 4; 24 + 16 x 1
        (EAST, 200, 16, 24, 40),
        # 150 + 10 + 140 km; 300/50 + 2 + 10 h; 300 x 0.10 + 4; 34 + 18 x 1
        (WEST, 300, 18, 34, 52),
        # 50 + 400 + 50 km; 2 + 20 + 12 + 2 x 10 h; 10 + 8 + 2 x 9; 36 + 54 x 1
        (FERRY, 500, 54, 36, 90),
    ],
)
def test_each_way_between_the_islands_has_the_length_time_and_cost_worked_out_by_hand(
    name: str, length_km: float, time_h: float, cost: float, generalised: float
) -> None:
    route = by_name(plan().routes)[name]
    assert route.length_km == pytest.approx(length_km)
    assert route.time_h.mean == pytest.approx(time_h)
    assert route.cost_usd_per_t == pytest.approx(cost)
    assert route.generalised_cost_usd_per_t == pytest.approx(generalised)


def test_routes_come_in_order_of_generalised_cost() -> None:
    assert [route.name for route in plan().routes] == [EAST, WEST, FERRY]


def test_where_places_are_few_the_best_of_each_corridor_goes_before_a_second_way_through_the_cheapest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rahdari.transport.routes.MAX_ROUTES", 2)

    names = [route.name for route in plan().routes]

    # By the West Bridge a tonne costs 52, by ferry 90: both bridges lead through the same countries by the same mode.
    assert names == [EAST, FERRY]


def test_the_way_back_is_as_long_and_as_dear_as_the_way_there() -> None:
    there, back = plan().routes[0], plan("Sutton", "Norton").routes[0]
    assert (back.name, back.length_km, back.cost_usd_per_t) == (there.name, there.length_km, there.cost_usd_per_t)
    assert [stop.at for stop in back.stops] == ["East Bridge, northbound exit", "East Bridge, northbound entry"]


def test_nothing_is_random_where_nothing_scatters() -> None:
    time = plan().routes[0].time_h
    assert (time.p10, time.p50, time.p90) == pytest.approx((16, 16, 16))


def test_emissions_are_the_sum_over_the_legs() -> None:
    # road 100 km x 0.1 + ferry 400 km x 0.05 kg/tkm
    assert by_name(plan().routes)[FERRY].co2e_kg_per_t == pytest.approx(10 + 20)


def test_cost_and_time_are_the_sums_of_legs_and_stops() -> None:
    for route in (*plan().routes, *plan(day=SHUT_DAY, measures=["tunnel-railway"]).routes):
        costs = [leg.cost_usd_per_t for leg in route.legs] + [stop.cost_usd_per_t for stop in route.stops]
        times = [leg.time_h for leg in route.legs] + [stop.time_h for stop in route.stops]
        assert (route.cost_usd_per_t, route.time_h.mean) == pytest.approx((sum(costs), sum(times)))


def test_waiting_for_a_sailing_is_half_the_headway() -> None:
    # seven a week: one every 24 h
    waits = [stop for stop in by_name(plan().routes)[FERRY].stops if stop.kind == "waiting"]
    assert [stop.time_h for stop in waits] == pytest.approx([12])


def test_the_ports_at_both_ends_count() -> None:
    # sea 1500 km / 25 km/h, 15 USD/t; two ports of 10 h and 9 USD/t; surcharge 1 percent of 160, chance one half: twice
    # the sum of 33, 80 and 1.6
    route = plan("Northport", "Tradehaven").routes[0]
    assert [stop.kind for stop in route.stops] == ["port", "port"]
    assert route.time_h.mean == pytest.approx(80)
    assert route.generalised_cost_usd_per_t == pytest.approx(229.2)


def test_a_shut_group_of_bridges_leaves_the_ferry_first() -> None:
    answer = plan(day=SHUT_DAY)
    assert answer.routes[0].name == FERRY
    assert not {EAST, WEST} & set(by_name(answer.routes))
    assert [(obstacle.entity, obstacle.state, obstacle.since) for obstacle in answer.closed] == [
        ("group:bridges", "closed", date(2026, 1, 1))
    ]
    assert answer.blocked_by == ()


def test_the_crossings_of_a_shut_group_are_shown_with_source_and_day_last_verified() -> None:
    shown = {crossing.name: crossing for crossing in plan(day=SHUT_DAY).crossings}
    assert set(shown) == {"East Bridge", "West Bridge"}
    assert {crossing.state for crossing in shown.values()} == {"closed"}
    assert {crossing.last_verified for crossing in shown.values()} == {date(2026, 3, 30)}
    assert {crossing.sources for crossing in shown.values()} == {("two-islands-invention",)}


def test_where_nothing_is_left_the_answer_says_what_to_open() -> None:
    answer = plan(day=SHUT_DAY, modes=["road"])
    assert answer.routes == ()
    assert answer.blocked_by == ("bridges",)


def test_reopening_restores_the_routes_of_the_day_before() -> None:
    before, after = plan(), plan(day=SHUT_DAY, measures=["reopen-bridges"])
    assert [(one.name, one.generalised_cost_usd_per_t) for one in after.routes] == [
        (one.name, one.generalised_cost_usd_per_t) for one in before.routes
    ]
    assert {crossing.state for crossing in after.crossings} == {"open (supposed)"}


def test_one_shut_bridge_leaves_the_other() -> None:
    answer = plan(day=date(2020, 1, 5))  # ten days of storm at the East Bridge
    assert answer.routes[0].name == WEST
    assert [obstacle.name for obstacle in answer.closed] == ["East Bridge"]
    assert [plan(day=day).routes[0].name for day in (date(2019, 12, 31), date(2020, 1, 11))] == [EAST, EAST]


def test_a_question_may_shut_what_is_open() -> None:
    answer = plan(shut=frozenset({"crossing:east-bridge"}))
    assert answer.routes[0].name == WEST
    assert answer.closed[0].why == "as the question supposes"


def test_a_season_shuts_its_road_in_and_only_in_the_season() -> None:
    # 1 August to 30 September, both included; cargo that leaves in the last fortnight waits for 1 October.
    found = {day: by_name(plan(day=day).routes).get(WEST) for day in (
        date(2025, 7, 31), date(2025, 8, 1), date(2025, 9, 30), date(2025, 10, 1))}  # fmt: skip
    hours = [None if route is None else pytest.approx(route.time_h.mean) for route in found.values()]
    assert hours == [18, None, 24 + 18, 18]


def test_halving_an_entry_check_saves_exactly_half_its_time() -> None:
    plain = by_name(plan(day=SHUT_DAY, measures=["reopen-bridges"]).routes)
    halved = by_name(plan(day=SHUT_DAY, measures=["reopen-bridges", "halve-east-bridge-time"]).routes)
    assert plain[EAST].time_h.mean - halved[EAST].time_h.mean == pytest.approx(10 / 2)
    assert halved[EAST].cost_usd_per_t == plain[EAST].cost_usd_per_t
    assert halved[WEST].time_h.mean == plain[WEST].time_h.mean


def test_halved_port_charges_and_a_second_ferry_save_what_they_promise() -> None:
    # charges 2 x 9 -> 2 x 4.5; waiting 12 h -> 6 h
    plain, cheaper = (
        by_name(plan(day=SHUT_DAY, measures=measures).routes)[FERRY] for measures in ([], ["port-charge-cut"])
    )
    assert plain.cost_usd_per_t - cheaper.cost_usd_per_t == pytest.approx(9)
    faster = by_name(plan(day=SHUT_DAY, measures=["second-ferry"]).routes)[FERRY]
    assert plain.time_h.mean - faster.time_h.mean == pytest.approx(6)


def test_the_planned_railway_cannot_be_used_until_it_opens() -> None:
    for day in (OPEN_DAY, SHUT_DAY, date(2030, 1, 1)):
        assert RAIL not in by_name(plan(day=day).routes)
    answer = plan(modes=["rail"], day=SHUT_DAY)
    assert answer.routes == ()
    assert set(answer.blocked_by) == {"Rail Tunnel", "Tunnel Railway"}


def test_the_opened_railway_counts_its_break_of_gauge() -> None:
    route = plan(day=SHUT_DAY, measures=["tunnel-railway"]).routes[0]
    # 200/50 + 200/100 x 1 + 1 + 1 + 2 h; 200 x 0.04 + 2 USD/t
    assert (route.name, route.breaks_of_gauge) == (RAIL, 1)
    assert (route.time_h.mean, route.cost_usd_per_t) == pytest.approx((10, 10))
    assert [stop.kind for stop in route.stops].count("break-of-gauge") == 1


def test_opening_the_rails_but_not_the_tunnel_opens_nothing() -> None:
    assert plan(modes=["rail"], opened=frozenset({"link:norton-midway-rail"})).routes == ()


def test_gauge_is_a_hard_constraint() -> None:
    network = islands().network
    nodes = tuple(replace(node, transfers=()) if node.id == "midway" else node for node in network.nodes)
    without_break = replace(network, nodes=nodes)
    asked = {"modes": ["rail"], "measures": ["tunnel-railway"], "day": SHUT_DAY}
    assert plan(**asked).routes != ()  # type: ignore[arg-type]
    assert plan(**asked, network=without_break).routes == ()  # type: ignore[arg-type]


def test_dear_and_hasty_cargo_flies_and_bulk_takes_the_cheap_way() -> None:
    # medicine: 400 USD/t and half an hour at 50 USD an hour: 425, by road 24 + 16 x 50 = 824
    first, second = plan(cargo="medicine").routes[:2]
    assert (first.modes, second.name) == (("air",), EAST)
    assert (first.generalised_cost_usd_per_t, second.generalised_cost_usd_per_t) == pytest.approx((425, 824))
    # grain pays interest alone: 1 percent of 240 a day is ten cents an hour, 24 + 16 x 0.10
    assert plan(cargo="grain").routes[0].generalised_cost_usd_per_t == pytest.approx(25.6)


def test_war_risk_costs_its_premium_and_its_chance_to_pass_and_is_flagged() -> None:
    # 100 km of road and 1000 km of sea: 2 + 40 + 20 h, 10 + 10 + 18 USD/t; (38 + 62 + 1 percent of 160) / 0.5
    route = by_name(plan(day=SHUT_DAY).routes)[SEA]
    assert route.availability == pytest.approx(0.5)
    assert route.generalised_cost_usd_per_t == pytest.approx(203.2)
    assert [leg.flags for leg in route.legs] == [(), ("war-risk",), ("war-risk",), ()]


def test_an_open_bridge_may_close_while_the_cargo_is_on_its_way() -> None:
    processes = fit_closures(islands().network.closures, as_of=SHUT_DAY)
    # closures of 2020-01-01 (10 days) and since 2026-01-01 (90 days by 31 March) in 2282 days: 2182 open days
    rate_per_day = 2 / 2182
    route = by_name(plan(processes=processes).routes)[EAST]
    chance = 1 - rate_per_day * 16 / 24  # exp(-x) is 1 - x up to x^2/2 = 2e-7
    assert route.availability == pytest.approx(chance, abs=1e-6)


def test_a_day_after_the_case_warns() -> None:
    assert plan(day=SHUT_DAY).warnings == ()
    assert "2026-03-31" in plan(day=date(2026, 4, 1)).warnings[0]


def test_names_and_aliases_find_a_place_and_a_mistyped_one_gets_the_nearest() -> None:
    nodes = islands().network.nodes
    assert find_place("north town", nodes).id == find_place("NORTON", nodes).id == "norton"
    with pytest.raises(RahdariError) as caught:
        find_place("Nortn", nodes)
    assert "norton" in {name.casefold() for name in caught.value.suggestions}


def test_from_a_place_to_itself_nothing_blocks() -> None:
    answer = plan("Norton", "Norton", day=SHUT_DAY)
    assert (answer.closed, answer.blocked_by) == ((), ())


def test_a_crossing_tells_its_hours_and_where_they_were_read() -> None:
    network = islands().network
    timed = tuple(replace(one, hours="08:00 to 20:00", hours_source="a-page") for one in network.crossings)
    told = describe_crossings(
        replace(network, crossings=timed), OPEN_DAY, names=[one.id for one in timed], exceptions=NO_EXCEPTIONS
    )

    assert {crossing.hours for crossing in told} == {"08:00 to 20:00"}
    assert all(crossing.sources[-1] == "a-page" for crossing in told)


def test_a_route_on_a_past_day_takes_the_figures_of_its_time() -> None:
    def waits(value: float, year: str) -> Claim:
        entity, attribute, unit = "rate:road-isle", "waiting_h_per_100km", "h/100km"
        return Claim(
            entity,
            attribute,
            value,
            unit,
            value,
            unit,
            "exactly",
            parse_period(year),
            "",
            "two-islands-invention",
            "D",
            "",
        )

    claims = islands().claims
    case = replace(islands(), claims=replace(claims, rows=(*claims.rows, waits(4, "2023"), waits(2, "2025"))))

    def hours(day: date) -> float:
        return plan_shipment(case, Shipment("Norton", "Northport", modes=("road",), day=day)).routes[0].time_h.mean

    # 50 km: 1 h of running, and half of what a hundred wait in the year
    assert [hours(date(2023, 6, 1)), hours(date(2025, 6, 1)), hours(case.as_of)] == pytest.approx([3, 2, 2])
