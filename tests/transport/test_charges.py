"""Items that cargo or its lorry may be charged: on which routes, goods and days, and what they come to a tonne."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from rahdari.case import check_case, find_case, read_case
from rahdari.transport.charges import list_charges
from rahdari.transport.graph import Route, build_graph, find_routes
from rahdari.transport.network import Charge
from tests.islands import OPEN_DAY, cargo_of, islands

GRAPH = build_graph(islands().network)
ITEM = Charge(
    id="toll", title="Toll", modes=(), ports=(), starts=(), enters=(), ends=(), commodities=(), per="truck",
    low=40.0, high=60.0, free_days=None, since=None, until=None, source="two-islands-invention", strength="D", note="",
)  # fmt: skip


def way(start: str, end: str, *modes: str) -> Route:
    """The way of fewest changes and links by these modes."""
    usable = np.array([link < 0 or mode in modes for link, mode in zip(GRAPH.links, GRAPH.modes, strict=True)])
    weights = [np.where(GRAPH.links < 0, 10.0, 1.0)]
    return find_routes(GRAPH, start, end, weights=weights, usable=usable, detours=1)[0]


def falls_due(charge: Charge, route: Route, day: date = OPEN_DAY) -> bool:
    network = replace(islands().network, charges=(charge,))
    return bool(list_charges(network, GRAPH, route, cargo=cargo_of(), day=day))


@pytest.mark.parametrize(
    ("start", "end", "due"),
    [("northport", "sutton", True), ("norton", "sutton", False), ("northport", "norton", False),
     ("sutton", "northport", False)],
)  # fmt: skip
def test_an_item_of_a_port_falls_due_where_cargo_goes_by_land_from_there_to_another_country(
    start: str, end: str, due: bool
) -> None:
    assert falls_due(replace(ITEM, ports=("northport",)), way(start, end, "road")) is due


def test_cargo_that_comes_over_sea_to_the_port_pays_as_well_and_cargo_that_sails_on_does_not() -> None:
    item = replace(ITEM, ports=("northport",))
    assert falls_due(item, way("tradehaven", "sutton", "sea", "road")) is False
    ashore = replace(ITEM, ports=("southport",))
    assert falls_due(ashore, way("tradehaven", "norton", "sea", "rail")) is True


def test_an_item_holds_for_what_enters_and_ends_where_it_says_by_its_modes_and_goods() -> None:
    road = way("norton", "sutton", "road")
    assert falls_due(replace(ITEM, enters=("XSO",), ends=("XSO",), modes=("road", "sea")), road)
    assert not falls_due(replace(ITEM, enters=("XNO",)), road)
    assert not falls_due(replace(ITEM, ends=("XNO",)), road)
    assert not falls_due(replace(ITEM, modes=("rail",)), road)
    assert falls_due(replace(ITEM, commodities=(cargo_of().id,)), road)
    assert not falls_due(replace(ITEM, commodities=("nothing-else",)), road)


def test_papers_for_export_fall_due_on_what_begins_in_the_country_and_leaves_it() -> None:
    export = replace(ITEM, starts=("XNO",))
    assert falls_due(export, way("norton", "sutton", "road"))
    assert not falls_due(export, way("sutton", "norton", "road"))
    assert not falls_due(export, way("northport", "norton", "road"))
    assert not falls_due(replace(export, ends=("XNO",)), way("norton", "sutton", "road"))


def test_what_a_lorry_pays_at_a_border_does_not_fall_on_cargo_that_passes_it_by_train() -> None:
    mixed = way("norton", "southport", "rail")
    entry = replace(ITEM, enters=("XSO",), modes=("road", "rail"))
    assert falls_due(entry, mixed)
    by_sea_and_road = way("tradehaven", "norton", "sea", "road")
    assert falls_due(replace(ITEM, modes=("road",)), by_sea_and_road)
    assert falls_due(replace(ITEM, enters=("XNO",), modes=("sea",)), by_sea_and_road)
    assert not falls_due(replace(ITEM, enters=("XNO",), modes=("road",)), by_sea_and_road)


def test_an_item_holds_from_its_first_day_to_its_last() -> None:
    item, road, day = replace(ITEM, since=OPEN_DAY, until=OPEN_DAY), way("norton", "sutton", "road"), timedelta(days=1)
    assert [falls_due(item, road, OPEN_DAY + shift * day) for shift in (-1, 0, 1)] == [False, True, False]


@pytest.mark.parametrize(("per", "low", "high"), [("truck", 2.0, 3.0), ("value", 64.0, 96.0), ("levies", None, None)])
def test_an_item_is_told_by_the_tonne_where_what_it_counts_is_known(
    per: str, low: float | None, high: float | None
) -> None:
    # a lorry carries 20 t, a tonne of machines is worth 160 USD
    network = replace(islands().network, charges=(replace(ITEM, per=per),))
    (found,) = list_charges(network, GRAPH, way("norton", "sutton", "road"), cargo=cargo_of(), day=OPEN_DAY)
    assert (found.low_usd_per_t, found.high_usd_per_t) == (low, high)


def test_an_item_without_a_price_is_told_without_one() -> None:
    network = replace(islands().network, charges=(replace(ITEM, low=None, high=None, free_days=5.0),))
    (found,) = list_charges(network, GRAPH, way("norton", "sutton", "road"), cargo=cargo_of(), day=OPEN_DAY)
    assert (found.low_usd_per_t, found.high_usd_per_t, found.charge.free_days) == (None, None, 5.0)


def test_the_items_of_a_case_are_read_from_its_table_and_a_wrong_word_in_it_is_a_fault(tmp_path: Path) -> None:
    copy = tmp_path / "two_islands"
    shutil.copytree(find_case("two_islands"), copy)
    header = "id,title,modes,ports,enters,ends,commodities,per,low,high,free_days,since,until,source,strength,note\n"
    table = copy / "network" / "charges.csv"
    table.write_text(
        header + "toll,Toll,road,,XSO,,,truck,40,60,,,,two-islands-invention,D,Invented\n", encoding="utf-8"
    )
    assert read_case(copy).network.charges == (replace(ITEM, modes=("road",), enters=("XSO",), note="Invented"),)
    table.write_text(
        header + "toll,Toll,road,harbour,,,,lorry,40,60,,,,two-islands-invention,D,Invented\n", encoding="utf-8"
    )
    assert {fault.where.column for fault in check_case(copy)} == {"ports", "per"}
