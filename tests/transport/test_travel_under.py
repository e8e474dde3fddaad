"""Cargo that travels under a document on the invented islands: which border checks it shortens, and which not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from rahdari.claims import Claim, Claims
from rahdari.exceptions import InputFault
from rahdari.transport.elements import build_elements, central_values, collect_estimates, draw_values
from rahdari.transport.network import Network, Permit
from rahdari.transport.permits import find_document, travel_under
from rahdari.transport.routes import RoutesAnswer, find_place, plan_routes
from tests.islands import OPEN_DAY, cargo_of, islands

NETWORK = islands().network
PASS = Permit("pass", "Bridge pass", "document", ("road",), ("XNO", "XSO"), 2, (), None, None, "the toll house",
              "two-islands-invention", "D", "Invented")  # fmt: skip
HALF = Claim("permit:pass", "border_time_factor", 0.5, "times", 0.5, "times", "exactly", None, "",
             "two-islands-invention", "D", "Invented")  # fmt: skip


def with_half() -> Claims:
    claims = islands().claims
    return replace(claims, rows=(*claims.rows, HALF))


def hours_at(network: Network) -> dict[str, float]:
    """The time of every stop, by its id."""
    elements = build_elements(network, central_values(collect_estimates(network, with_half())))
    first = len(network.links)
    return {stop.id: float(elements.stop_h[0, first + row]) for row, stop in enumerate(network.stops)}


def shortened(permit: Permit) -> set[str]:
    """The stops that take half their time under the document; all others take the whole."""
    before, after = hours_at(NETWORK), hours_at(travel_under(NETWORK, permit, OPEN_DAY))
    halved = {stop for stop in before if after[stop] == before[stop] / 2}
    assert all(after[stop] == before[stop] for stop in before if stop not in halved)
    return halved


def plan(network: Network) -> RoutesAnswer:
    start, end = (find_place(name, network.nodes) for name in ("Norton", "Sutton"))
    return plan_routes(network, with_half(), start=start, end=end, cargo=cargo_of(), day=OPEN_DAY, modes=("road",),
                       rng=np.random.default_rng(1))  # fmt: skip


def road_checks(*crossings: str) -> set[str]:
    return {stop.id for stop in NETWORK.stops if stop.kind == "border" and stop.mode == "road" and stop.at in crossings}


def test_every_border_check_of_its_mode_takes_the_documents_share_of_its_time() -> None:
    assert shortened(PASS) == road_checks("east-bridge", "west-bridge")


def test_a_document_without_modes_shortens_the_checks_of_every_mode() -> None:
    checks = {stop.id for stop in NETWORK.stops if stop.kind == "border"}
    assert shortened(replace(PASS, modes=())) == checks > road_checks("east-bridge", "west-bridge")


def test_a_crossing_that_does_not_take_the_document_keeps_its_time() -> None:
    assert shortened(replace(PASS, except_crossings=("west-bridge",))) == road_checks("east-bridge")
    assert shortened(replace(PASS, crossings=("west-bridge",))) == road_checks("west-bridge")


def test_a_border_with_a_country_outside_keeps_its_time() -> None:
    assert shortened(replace(PASS, countries=("XNO",))) == set()
    assert shortened(replace(PASS, countries=())) == road_checks("east-bridge", "west-bridge")


def test_a_route_under_the_document_is_shorter_by_what_its_checks_save_and_names_the_source() -> None:
    without, under = plan(NETWORK).routes[0], plan(travel_under(NETWORK, PASS, OPEN_DAY)).routes[0]

    checks = sum(stop.time_h for stop in without.stops if stop.kind == "border")
    assert under.name == without.name
    assert without.time_h.mean - under.time_h.mean == pytest.approx(checks / 2)
    assert under.cost_usd_per_t == without.cost_usd_per_t
    assert all(HALF.source in stop.sources for stop in under.stops if stop.kind == "border")


def test_the_share_is_drawn_once_for_all_checks_of_a_draw() -> None:
    network = travel_under(NETWORK, PASS, OPEN_DAY)
    estimates = collect_estimates(network, replace(with_half(), floors={"D": 0.2}))
    values = draw_values(estimates, rng=np.random.default_rng(1), draws=50)
    stops = build_elements(network, values).stop_h[:, len(network.links) :]

    factor = values["permit:pass", "border_time_factor"]
    assert factor.std() > 0
    for row, stop in enumerate(network.stops):
        share = factor if stop.under else 1.0
        np.testing.assert_array_equal(stops[:, row], values[stop.entity, "time_h"] * share)


def test_a_document_is_found_by_id_or_title_and_only_where_its_effect_is_known() -> None:
    assert find_document(" PASS", [PASS], with_half()) == PASS
    assert find_document("bridge pass", [PASS], with_half()) == PASS
    with pytest.raises(InputFault, match=r"Unknown document: 'pas'\. Did you mean pass"):
        find_document("pas", [PASS], with_half())
    with pytest.raises(InputFault, match="Unknown document"):
        find_document("pass", [PASS], islands().claims)


def test_a_document_that_is_not_in_force_on_the_day_is_a_fault() -> None:
    with pytest.raises(InputFault, match="Bridge pass is not in force on 2025-06-01"):
        travel_under(NETWORK, replace(PASS, since=date(2025, 6, 2)), OPEN_DAY)
