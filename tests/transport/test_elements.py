"""Times and costs of links and stops, and what a change of one number does to a route."""

from __future__ import annotations

import numpy as np
import pytest

from rahdari.transport.elements import (
    Change,
    Key,
    apply_changes,
    build_elements,
    central_values,
    change_coefficients,
    collect_estimates,
    draw_values,
    transform,
)
from tests.islands import islands

NETWORK = islands().network
ESTIMATES = collect_estimates(NETWORK, islands().claims)
VALUES = central_values(ESTIMATES)
NAMES = [link.id for link in NETWORK.links] + [stop.id for stop in NETWORK.stops]
COLUMN = {name: index for index, name in enumerate(NAMES)}
CHANGES = [
    Change("stop:east-bridge-entry", "time_h", "multiply", 0.5),
    Change("stop:island-port", "fee_usd_per_t", "add", -3.0),
    Change("rate:road-isle", "speed_without_delay_km_per_h", "set", 80.0),
    Change("rate:road-isle", "cost_usd_per_tkm", "multiply", 0.9),
    Change("rate:rail-isle", "waiting_h_per_100km", "set", 3.0),
    Change("link:northport-southport-ferry", "departures_per_week", "set", 14.0),
    Change("link:northport-southport-ferry", "calls_h", "add", 5.0),
]


def test_a_link_takes_length_over_speed_and_costs_length_times_rate() -> None:
    elements = build_elements(NETWORK, VALUES)
    road = COLUMN["norton-east-bridge-road"]
    assert elements.moving_h[0, road] == pytest.approx(100 / 50)
    assert elements.cost_usd_per_t[0, road] == pytest.approx(100 * 0.1)
    assert elements.co2e_kg_per_t[road] == pytest.approx(100 * 0.1)


def test_a_links_own_time_and_tariff_replace_length_over_speed_and_rate() -> None:
    own: dict[Key, np.ndarray] = {
        ("link:norton-east-bridge-road", "time_h"): np.array([7.0]),
        ("link:norton-east-bridge-road", "cost_usd_per_t"): np.array([33.0]),
    }
    elements = build_elements(NETWORK, VALUES | own)
    road = COLUMN["norton-east-bridge-road"]
    assert (elements.moving_h[0, road], elements.cost_usd_per_t[0, road]) == (7, 33)


def test_waiting_is_that_of_the_rate_and_half_the_headway_of_a_service() -> None:
    elements = build_elements(NETWORK, VALUES)
    assert elements.waiting_h[0, COLUMN["norton-midway-rail"]] == pytest.approx(1)  # 100 km at 1 h/100km
    assert elements.waiting_h[0, COLUMN["northport-southport-ferry"]] == pytest.approx(168 / 7 / 2)


def test_hours_in_ports_of_call_are_waited_on_top() -> None:
    ferry = "northport-southport-ferry"
    own: dict[Key, np.ndarray] = {(f"link:{ferry}", "calls_h"): np.array([17.0])}
    before, after = build_elements(NETWORK, VALUES), build_elements(NETWORK, VALUES | own)
    assert after.waiting_h[0, COLUMN[ferry]] == pytest.approx(before.waiting_h[0, COLUMN[ferry]] + 17)
    assert after.moving_h[0, COLUMN[ferry]] == before.moving_h[0, COLUMN[ferry]]


def test_stops_that_share_numbers_have_the_same_time_and_fee() -> None:
    elements = build_elements(NETWORK, VALUES)
    for stop in ("port-northport", "port-southport", "port-tradehaven"):
        assert (elements.stop_h[0, COLUMN[stop]], elements.cost_usd_per_t[0, COLUMN[stop]]) == (10, 9)


@pytest.mark.parametrize(
    ("operation", "value", "half", "whole"), [("multiply", 0.5, 7.5, 5), ("set", 4, 7, 4), ("add", -6, 7, 4)]
)
def test_a_change_takes_effect_in_parts(operation: str, value: float, half: float, whole: float) -> None:
    change = Change("stop:x", "time_h", operation, value)
    base = np.array([10.0])
    assert [float(change.apply(base, share)[0]) for share in (0.0, 0.5, 1.0)] == pytest.approx([10, half, whole])


def test_changes_apply_in_order_and_leave_their_input_alone() -> None:
    key = ("stop:east-bridge-entry", "time_h")
    changes = (Change(*key, "multiply", 0.5), Change(*key, "add", 1.0))
    assert apply_changes(VALUES, changes)[key].tolist() == [6]
    assert apply_changes(VALUES, changes[::-1])[key].tolist() == [5.5]
    assert VALUES[key].tolist() == [10]


@pytest.mark.parametrize("change", CHANGES, ids=[f"{change.attribute}-{change.operation}" for change in CHANGES])
def test_a_coefficient_times_the_transformed_change_is_what_building_anew_gives(change: Change) -> None:
    rng = np.random.default_rng(1)
    before, after = build_elements(NETWORK, VALUES), build_elements(NETWORK, apply_changes(VALUES, (change,)))
    counts = rng.integers(0, 3, size=(5, before.length_km.size)).astype(float)
    key = (change.entity, change.attribute)
    per_time, per_cost = change_coefficients(NETWORK, counts, key, length_km=before.length_km)
    base = VALUES.get(key, np.zeros(1))  # a number that has no claim starts from 0
    moved = transform(key, change.apply(base, 1.0)) - transform(key, base)
    assert moved * per_time == pytest.approx(counts @ (after.time_h - before.time_h)[0])
    assert moved * per_cost == pytest.approx(counts @ (after.cost_usd_per_t - before.cost_usd_per_t)[0])


def test_figures_without_spread_do_not_move_in_draws() -> None:
    drawn = draw_values(ESTIMATES, rng=np.random.default_rng(1), draws=3)
    assert all((drawn[key] == value).all() for key, value in VALUES.items())


def test_some_elements_alone_are_as_among_all() -> None:
    case = islands()
    values = draw_values(collect_estimates(case.network, case.claims), rng=np.random.default_rng(3), draws=5)
    whole, some = build_elements(case.network, values), [1, 4, len(case.network.links), len(case.network.links) + 2]
    part = build_elements(case.network, values, only=some)
    assert part.time_h.shape == (5, 4)
    assert (part.time_h == whole.time_h[:, some]).all()
    assert (part.cost_usd_per_t == whole.cost_usd_per_t[:, some]).all()
    assert (part.length_km == whole.length_km[some]).all()
    assert (part.co2e_kg_per_t == whole.co2e_kg_per_t[some]).all()
