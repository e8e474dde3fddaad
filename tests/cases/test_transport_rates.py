"""Rates of the shipped case: what a kilometre emits, costs and waits, each counted once."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from rahdari.case import Case, find_case, read_case
from rahdari.case.shipment import Shipment, plan_shipment
from rahdari.claims import parse_period
from rahdari.transport.network import Link

# Trips that the waiting of a road was worked out from: year of the speeds, km, borders that the trip crosses.
TRIPS = {
    "road-pak": ("2023", 1425, ("rate:road-pak:border_time_h:2023",)),
    "road-afg": ("2020", 700, ("stop:torkham-road-pak-afg-in:time_h:2020", "stop:average-road-afg-out:time_h:2020")),
    "road-kaz": ("2022", 810, ("rate:road-kaz:border_time_h:2022",)),
    "road-uzb": ("2022", 690, ("rate:road-uzb:border_time_h:2022",)),
    "road-tkm": ("2022", 640, ("stop:average-road-tkm-in:time_h:2022", "stop:average-road-tkm-out:time_h:2022")),
    "road-kgz": ("2020", 540, ("rate:road-kgz:border_time_h:2020",) * 2),
    "road-tjk": ("2022", 400, ("rate:road-tjk:border_time_h:2022",) * 2),
}
SHIPMENTS = [
    Shipment("Almaty", "Karachi", day=date(2024, 7, 15)),
    Shipment("Xi'an", "Poti", modes=("rail", "ferry"), day=date(2024, 7, 15)),
    Shipment("Lianyungang", "Karachi", modes=("sea",), day=date(2024, 7, 15)),
    Shipment("Tashkent", "Lahore", modes=("air",), day=date(2025, 7, 15)),
]


@cache
def shipped() -> Case:
    return read_case(find_case("pakistan_kazakhstan"))


def figure(name: str) -> float:
    *entity, attribute, year = name.split(":")
    return shipped().claims.get(":".join(entity), attribute, period=parse_period(year)).value


@pytest.mark.parametrize("rate", TRIPS)
def test_the_waiting_on_a_road_leaves_out_every_border_that_its_trip_crosses(rate: str) -> None:
    year, km, borders = TRIPS[rate]
    with_delay = figure(f"rate:{rate}:speed_with_delay_km_per_h:{year}")
    without = figure(f"rate:{rate}:speed_without_delay_km_per_h:{year}")
    left = (1 / with_delay - 1 / without) * 100 - sum(map(figure, borders)) * 100 / km

    assert figure(f"rate:{rate}:waiting_h_per_100km:{year}") == pytest.approx(max(left, 0.0), abs=0.011)


def link_of(nodes: tuple[str, str], mode: str, name: str) -> Link:
    (link,) = [
        link
        for link in shipped().network.links
        if {link.start, link.end} == set(nodes) and link.mode == mode and link.name == name
    ]
    return link


@pytest.mark.parametrize("shipment", SHIPMENTS, ids=lambda shipment: f"{shipment.start}-{shipment.end}")
def test_the_emissions_of_a_route_are_its_tonne_kilometres_times_the_factor_of_each_rate(shipment: Shipment) -> None:
    routes = plan_shipment(shipped(), shipment).routes

    assert routes
    for route in routes:
        legs = [(leg, link_of(leg.nodes, leg.mode, leg.name)) for leg in route.legs]
        total = sum(
            leg.length_km * shipped().claims.get(f"rate:{link.rate}", "co2e_kg_per_tkm").value for leg, link in legs
        )
        assert route.co2e_kg_per_t == pytest.approx(total)


def test_every_rate_in_use_has_a_well_to_wheel_factor_with_a_source() -> None:
    used = {link.rate for link in shipped().network.links if link.mode != "pipeline"}
    factors = {rate: shipped().claims.get(f"rate:{rate}", "co2e_kg_per_tkm") for rate in used}

    assert all(set(estimate.sources) <= shipped().sources.keys() for estimate in factors.values())
    by_mode = {mode: [factors[rate].value for rate in used if rate.startswith(mode)] for mode in ("rail", "road")}
    assert max(by_mode["rail"]) < min(by_mode["road"]) < factors["air-cargo"].value
    assert factors["sea-ocean"].value < factors["sea-gulf"].value < factors["ferry-caspian"].value


def test_no_change_of_gauge_is_slower_than_unloading_to_the_road_and_loading_again() -> None:
    stops = {(stop.at, stop.kind): stop for stop in shipped().network.stops if stop.mode != "air"}
    hours = {key: shipped().claims.get(stop.entity, "time_h").value for key, stop in stops.items()}
    both = [at for at, kind in hours if kind == "break-of-gauge" and (at, "terminal") in hours]

    assert both
    assert all(hours[at, "break-of-gauge"] <= 2 * hours[at, "terminal"] for at in both)


# The train of 2009: hours told for each country, km, running speed, and the stops that the hours hold.
TRAIN_OF_2009 = {
    "rail-pak": (104, 1990, ("border-rail-generic",)),
    "rail-irn": (127, 2603, ("border-rail-generic", "border-rail-generic", "break-zahedan")),
    "rail-tur": (135, 1950, ("border-rail-generic",)),
}


@pytest.mark.parametrize("rate", TRAIN_OF_2009)
def test_the_waiting_on_the_railways_to_istanbul_leaves_out_running_borders_and_transhipment(rate: str) -> None:
    hours, km, stops = TRAIN_OF_2009[rate]
    running = km / shipped().claims.get(f"rate:{rate}", "speed_without_delay_km_per_h").value
    stopped = sum(shipped().claims.get(f"stop:{stop}", "time_h").value for stop in stops)
    left = (hours - running - stopped) * 100 / km

    assert figure(f"rate:{rate}:waiting_h_per_100km:2009") == pytest.approx(max(left, 0.0), abs=0.011)


def test_no_border_charges_a_fee_on_top_of_a_carriage_that_holds_it() -> None:
    charged = {
        stop.entity: stop.kind
        for stop in shipped().network.stops
        if shipped().claims.find(stop.entity, "fee_usd_per_t") is not None
    }

    assert "border" not in charged.values()
    assert "port" in charged.values()


def in_use(entity: str, attribute: str = "time_h") -> float:
    return shipped().claims.get(entity, attribute).value


def test_the_wait_for_wagons_at_sarakhs_is_what_is_left_of_the_days_of_the_containers_that_waited_there() -> None:
    asked = Shipment("Bandar Abbas", "Tashkent", modes=("rail",), day=date(2024, 7, 15), commodity="textiles-apparel")
    (route,) = [route for route in plan_shipment(shipped(), asked).routes if "Sarakhs" in route.via]
    assert route.time_h.mean == pytest.approx(20 * 24, abs=0.1)
    assert in_use("stop:terminal-sarakhs-ir") == pytest.approx(in_use("stop:break-sarakhs-ir") / 2, abs=0.1)


def test_containers_wait_at_turkmenbashi_for_what_is_left_of_a_week_to_baku() -> None:
    ferry = "link:turkmenbashi-alat-ferry"
    crossing = in_use(ferry, "length_km") / in_use("rate:ferry-caspian", "speed_without_delay_km_per_h")
    headway = 168 / in_use(ferry, "departures_per_week")

    left = 7 * 24 - crossing - headway / 2 - in_use("stop:port-alat")
    assert in_use("stop:port-turkmenbashi-rail") == pytest.approx(left, abs=0.1)


def test_whole_trains_through_iran_wait_for_what_running_leaves_of_their_three_days() -> None:
    ends = ("Sarakhs (Iran)", "Bandar Abbas")
    (route,) = plan_shipment(shipped(), Shipment(*ends, modes=("rail",), day=date(2024, 7, 15))).routes[:1]
    running = route.length_km / in_use("rate:rail-irn", "speed_without_delay_km_per_h")

    whole = in_use("rate:rail-irn", "waiting_whole_train_h_per_100km")
    assert whole == pytest.approx((72 - running) / route.length_km * 100, abs=0.1)
    assert whole < in_use("rate:rail-irn", "waiting_h_per_100km")


BORDER = "stop:border-rail-generic"
# Measured trips of goods or container trains: period of the claim, hours told, km, and the stops that the hours hold.
MEASURED = {
    "rail-kaz": ("2025", 1000 / 38, 1000, ()),
    "rail-kgz": ("2025", 1000 / 38, 1000, ()),
    "rail-blr": ("2021", 24, 1000, ()),
    "rail-chn": ("2014", 52.2, 3045, ()),
    "rail-tur": ("2020", 70, 1960, (BORDER,)),
    "rail-aze": ("2014", 34, 891, (BORDER, BORDER)),
    "rail-geo": ("2014", 34, 891, (BORDER, BORDER)),
}


@pytest.mark.parametrize("rate", MEASURED)
def test_trains_wait_on_their_way_for_what_running_and_borders_leave_of_their_measured_hours(rate: str) -> None:
    year, hours, km, stops = MEASURED[rate]
    running = km / in_use(f"rate:{rate}", "speed_without_delay_km_per_h")
    left = (hours - running - sum(in_use(stop) for stop in stops)) * 100 / km

    assert figure(f"rate:{rate}:waiting_h_per_100km:{year}") == pytest.approx(left, abs=0.006)


# Section speed of goods trains in Russia, which holds the halts between yards, by period of the claim.
SECTION_KM_PER_H = {"2020-01/2020-09": 41.8, "2024": 35.7, "2025-02": 38.8, "2026-01/2026-02": 38.85}


@pytest.mark.parametrize("period", SECTION_KM_PER_H)
def test_the_halts_of_goods_trains_in_russia_are_what_section_speed_tells_beyond_technical_speed(period: str) -> None:
    running = 100 / figure(f"rate:rail-rus:speed_without_delay_km_per_h:{period}")

    halts = figure(f"rate:rail-rus:waiting_h_per_100km:{period}")
    assert halts == pytest.approx(100 / SECTION_KM_PER_H[period] - running, abs=0.006)


@pytest.mark.parametrize(
    ("start", "end", "rate", "beyond_km"),
    [("Xi'an", "Alashankou", "rail-chn", 0), ("Akhalkalaki", "Istanbul", "rail-tur", 100)],
)
def test_measured_trips_have_the_length_that_the_network_gives_them(
    start: str, end: str, rate: str, beyond_km: int
) -> None:
    route = plan_shipment(shipped(), Shipment(start, end, modes=("rail",), day=date(2024, 7, 15))).routes[0]

    assert route.length_km - beyond_km == pytest.approx(MEASURED[rate][2], abs=25)


def test_container_trains_in_transit_need_their_measured_days_from_the_border_of_china_to_the_caspian() -> None:
    across = Shipment("Altynkol", "Aktau", modes=("rail",), day=date(2024, 7, 15))

    assert plan_shipment(shipped(), across).routes[0].time_h.mean == pytest.approx(84, abs=1)


def test_trains_wait_half_the_headway_of_the_ferries_of_lake_van_and_cross_in_their_hours() -> None:
    running = 89 / in_use("rate:rail-tur", "speed_without_delay_km_per_h")

    assert in_use("link:tabriz-malatya-rail", "calls_h") == pytest.approx(365 * 24 / 287 / 2 + 3.5 - running, abs=0.1)


@pytest.mark.parametrize(
    ("link", "calls", "canal_h"),
    [
        ("karachi-lianyungang", 4.5, 0.0),
        ("strait-of-hormuz-lianyungang", 4.5, 0.0),
        ("mundra-bab-el-mandeb", 2 / 3, 0.0),
        ("bab-el-mandeb-istanbul", 5 / 3, 9.4),
        ("bab-el-mandeb-mersin", 2, 9.4),
    ],
)
def test_a_liner_stays_in_each_port_of_call_for_the_mean_time_of_four_countries(
    link: str, calls: float, canal_h: float
) -> None:
    days_a_call = (1.2 + 1.2 + 0.9 + 1.1) / 4  # Singapore, Malaysia, India, Emirates
    held = shipped().claims.value(f"link:{link}-sea", "calls_h")
    assert held == pytest.approx(calls * days_a_call * 24 + canal_h, abs=0.05)


def test_every_ship_through_the_bosphorus_waits_for_it() -> None:
    north = {"constanta", "poti", "novorossiysk"}
    through = [link for link in shipped().network.links if link.mode == "sea" and {link.start, link.end} & north
               and "istanbul" in (link.start, link.end)]  # fmt: skip
    assert len(through) == len(north)
    assert {shipped().claims.value(f"link:{link.id}", "calls_h") for link in through} == {14.0}
