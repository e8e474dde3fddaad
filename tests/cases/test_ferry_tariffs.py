"""What the ferries between Alat and the eastern shore cost, against the tariff of the shipping company."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from rahdari.case import Case, find_case, read_case
from rahdari.case.shipment import Shipment, plan_shipment
from rahdari.transport.elements import build_elements, central_values, collect_estimates
from rahdari.transport.network import LORRY
from rahdari.units import TONNES_PER_TRUCK


@cache
def case() -> Case:
    return read_case(find_case("pakistan_kazakhstan"))


@pytest.mark.parametrize(
    ("link", "container", "lorry"), [("turkmenbashi-alat-ferry", 500, 1000), ("kuryk-alat-ferry", 600, 1051.9)]
)
def test_a_lorry_pays_for_16_and_a_half_metres_and_a_container_its_own_tariff(
    link: str, container: float, lorry: float
) -> None:
    network = case().network
    elements = build_elements(network, central_values(collect_estimates(network, case().claims)))
    number = [one.id for one in network.links].index(link)
    (extra,) = (at for at, haul in enumerate(network.hauls) if (haul.link, haul.layer) == (number, LORRY))
    cost = elements.cost_usd_per_t[0] * TONNES_PER_TRUCK
    assert cost[number] == pytest.approx(container)
    assert cost[number] + cost[len(network.links) + len(network.stops) + extra] == pytest.approx(lorry, abs=1)


def test_lorries_cross_to_azerbaijan_from_kuryk_and_not_from_aktau() -> None:
    shipment = Shipment("Aktau", "Baku", day=date(2024, 7, 15), modes=("road", "ferry"))
    legs = [leg for route in plan_shipment(case(), shipment).routes for leg in route.legs if leg.mode == "ferry"]
    assert "kuryk" in {leg.nodes[0] for leg in legs}
    assert "aktau" not in {leg.nodes[0] for leg in legs}


def test_a_lorry_on_the_ferry_names_the_source_of_its_tariff() -> None:
    shipment = Shipment("Turkmenbashi", "Alat", day=date(2024, 7, 15), modes=("road", "ferry"))
    legs = [leg for leg in plan_shipment(case(), shipment).routes[0].legs if leg.mode == "ferry"]
    assert ["metbuat-2023-02-asco" in leg.sources for leg in legs] == [True]
