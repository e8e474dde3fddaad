"""A train that one cargo fills, on the invented islands: what it is spared, and what not.

From Norton to Midway the railway takes 2 h for 100 km and 1 h of waiting; here it has a train twice a week too.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from rahdari.case.shipment import Shipment, plan_shipment
from rahdari.claims import Claim, Claims
from rahdari.transport.elements import Change, build_elements, central_values, collect_estimates
from rahdari.transport.trains import charter_train, spare_departures
from tests.islands import SHUT_DAY, islands

NETWORK = islands().network
RAIL, FERRY = "link:norton-midway-rail", "link:northport-southport-ferry"


def told(entity: str, attribute: str, value: float, unit: str) -> Claim:
    return Claim(entity, attribute, value, unit, value, unit, "exactly", None, "", "two-islands-invention", "D", "")


def with_claims(*added: Claim) -> Claims:
    return replace(islands().claims, rows=(*islands().claims.rows, *added))


TWICE_A_WEEK = told(RAIL, "departures_per_week", 2.0, "per_week")
WHOLE_TRAINS = told("rate:rail-isle", "waiting_whole_train_h_per_100km", 0.25, "h/100km")


def waiting_h(claims: Claims, link: str) -> float:
    elements = build_elements(NETWORK, central_values(collect_estimates(NETWORK, claims)))
    return float(elements.waiting_h[0, [f"link:{one.id}" for one in NETWORK.links].index(link)])


def test_a_whole_train_leaves_once_it_is_loaded_and_other_cargo_waits_half_the_headway() -> None:
    claims = with_claims(TWICE_A_WEEK)

    assert waiting_h(claims, RAIL) == pytest.approx(1 + 168 / 2 / 2)
    assert waiting_h(charter_train(NETWORK, claims), RAIL) == pytest.approx(1)


def test_a_whole_train_waits_on_its_way_as_whole_trains_of_that_railway_do() -> None:
    claims = with_claims(WHOLE_TRAINS)

    assert waiting_h(claims, RAIL) == pytest.approx(1)
    assert waiting_h(charter_train(NETWORK, claims), RAIL) == pytest.approx(0.25)


def test_ships_keep_their_departures_and_a_railway_without_a_figure_its_waits() -> None:
    chartered = charter_train(NETWORK, islands().claims)

    assert [waiting_h(chartered, link) for link in (FERRY, RAIL)] == pytest.approx([12, 1])


def test_a_measure_that_adds_trains_changes_nothing_for_a_train_of_ones_own() -> None:
    more = [Change(link, "departures_per_week", "set", 14.0) for link in (RAIL, FERRY)]
    faster = Change("rate:rail-isle", "speed_without_delay_km_per_h", "set", 80.0)

    assert spare_departures(NETWORK, (*more, faster)) == (more[1], faster)


def test_a_shipment_in_a_train_of_its_own_is_planned_as_such_and_says_so() -> None:
    case = replace(islands(), claims=with_claims(TWICE_A_WEEK, WHOLE_TRAINS))
    question = Shipment("Norton", "Midway", day=SHUT_DAY, modes=("rail",), measures=("tunnel-railway",))

    plain, whole = (plan_shipment(case, replace(question, whole_train=asked)) for asked in (False, True))

    assert (plain.whole_train, whole.whole_train) == (False, True)
    hours = [answer.routes[0].time_h.mean for answer in (plain, whole)]
    assert hours == pytest.approx([2 + 2 + 1 + 42, 2 + 2 + 0.25])  # running and two border checks, then what is waited
