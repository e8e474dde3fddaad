"""Detention of containers on the two islands: days there and back over land, by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rahdari.case import Case, find_case, read_case
from rahdari.case.shipment import Shipment, plan_shipment
from rahdari.transport.detention import Detention

# One way from Southport to Norton by the East Bridge: 1 h to Sutton, 1.8 + 2 + 10 + 0.2 + 2 h on to Norton.
LAND_H = 1 + 1.8 + 2 + 10 + 0.2 + 2


@pytest.fixture
def case(tmp_path: Path) -> Case:
    folder = tmp_path / "islands"
    shutil.copytree(find_case("two_islands"), folder)
    with (folder / "network" / "claims.csv").open("a", encoding="utf-8") as file:
        for attribute, value, unit in (("detention_free_h", 24, "h"), ("detention_usd_per_day", 48, "USD/day"),
                                       ("detention_usd_per_day", 96, "USD/day")):  # fmt: skip
            file.write(f"stop:island-port,{attribute},{value},{unit},exactly,,,two-islands-invention,D,Invented\n")
    return read_case(folder)


def detention(case: Case, start: str, end: str) -> Detention | None:
    answer = plan_shipment(case, Shipment(start, end, "machines", None, (), ("reopen-bridges",), ("road",)))
    return next(route.detention for route in answer.routes if "East Bridge" in route.via)


def test_days_beyond_the_free_ones_are_charged_there_and_back(case: Case) -> None:
    found = detention(case, "Southport", "Norton")
    assert found is not None
    assert (found.port, found.free_days, found.sources) == ("Southport", 1.0, ("two-islands-invention",))
    assert found.days_away == pytest.approx(2 * LAND_H / 24)
    assert found.low_usd == pytest.approx((2 * LAND_H - 24) / 24 * 48)
    assert found.high_usd == pytest.approx(2 * found.low_usd)


def test_cargo_that_goes_by_no_such_port_or_only_afloat_has_none(case: Case) -> None:
    assert detention(case, "Norton", "Sutton") is None
    answer = plan_shipment(case, Shipment("Northport", "Southport", "machines", None, (), (), ("ferry",)))
    (route,) = answer.routes
    assert route.detention is None
