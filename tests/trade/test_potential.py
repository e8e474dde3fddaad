"""Trade potential by product: worked out by hand, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest

from rahdari.exceptions import InputFault
from rahdari.trade.potential import (
    Market,
    ProductExports,
    ProductTrade,
    complementarity,
    covers,
    market_ease,
    rank_indicator,
    rank_potential,
    revealed_advantage,
)

MARKET = Market("ORA", "LIM", demand_share=0.1, ease=2.0)


def sells(exporter: str, code: str, value: float, *, year: int = 2019, tonnes: float | None = 10.0) -> ProductExports:
    return ProductExports(exporter, code, f"product {code}", year, value, tonnes, "book")


PRODUCTS = (sells("ORA", "08", 60), sells("ORA", "72", 40), sells("LIM", "72", 50), sells("LIM", "84", 50))


def test_potential_is_supply_times_demand_times_ease_where_both_sell_alike() -> None:
    products = (sells("ORA", "08", 60), sells("ORA", "72", 40), sells("LIM", "08", 30), sells("LIM", "72", 20))
    assert [entry.potential_musd for entry in rank_potential(products, MARKET, years=(2019,))] == pytest.approx([12, 8])


def test_what_the_buyer_sells_itself_counts_for_less() -> None:
    """08: 60 x 0.1 x 2 x 2 x 1; 72: share 0.4 against 0.5, so 40 x 0.1 x 2 x 2 x 4/9."""
    fruit, steel = rank_potential(PRODUCTS, MARKET, years=(2019,))
    assert (fruit.code, fruit.complement) == ("08", 1)
    assert fruit.potential_musd == pytest.approx(24)
    assert steel.potential_musd == pytest.approx(16 * 4 / 9)
    assert steel.advantage == pytest.approx(0.8)
    assert fruit.advantage == float("inf")


def test_food_needs_a_health_certificate_and_value_per_tonne_stands_beside() -> None:
    fruit, steel = rank_potential(PRODUCTS, MARKET, years=(2019,))
    assert fruit.needs_health_certificate
    assert not steel.needs_health_certificate
    assert fruit.usd_per_t == pytest.approx(6e6)


def test_unrealised_potential_and_margin_need_the_present_flow() -> None:
    unknown = rank_potential(PRODUCTS, MARKET, years=(2019,))[0]
    assert (unknown.unrealised_musd, unknown.margin) == (None, "unknown")
    fruit, steel = rank_potential(PRODUCTS, MARKET, years=(2019,), present_musd={"08": 4.0, "72": 0.0})
    assert fruit.unrealised_musd == pytest.approx(20)
    assert fruit.margin == "more of the same"
    assert steel.margin == "new"


def test_years_are_averaged_over_those_told() -> None:
    products = (*PRODUCTS, sells("ORA", "08", 20, year=2018), sells("ORA", "08", 999, year=2020))
    fruit = next(entry for entry in rank_potential(products, MARKET, years=(2018, 2019)) if entry.code == "08")
    assert fruit.exports_musd == 40


def test_without_one_sides_exports_there_is_no_ranking() -> None:
    with pytest.raises(InputFault, match="LIM"):
        rank_potential(PRODUCTS[:2], MARKET, years=(2019,))


def test_balassa_by_hand() -> None:
    index = revealed_advantage(np.array([[60.0, 40.0], [40.0, 60.0]]))
    assert index == pytest.approx(np.array([[1.2, 0.8], [0.8, 1.2]]))


def test_complementarity_goes_from_nothing_in_common_to_the_same() -> None:
    assert complementarity(np.array([1.0, 0.0]), np.array([0.0, 5.0])) == 0
    assert complementarity(np.array([1.0, 3.0]), np.array([2.0, 6.0])) == 1


def test_ease_is_present_over_expected_trade() -> None:
    assert market_ease(30, exports=100, demand_share=0.1) == pytest.approx(3)
    with pytest.raises(InputFault):
        market_ease(30, exports=0, demand_share=0.1)


def test_the_indicator_spreads_present_trade_over_supply_and_demand() -> None:
    """Shares 0.5 and 0.1 of what the buyer takes, 20 and 40: 10 and 4 expected, 7 traded, so half of each."""
    products = (
        ProductTrade("08", "Fruit", 50, 20, 100, 7, 25),
        ProductTrade("72", "Steel", 10, 40, 100, 0, None),
        ProductTrade("99", "None of ours", 0, 40, 100, 0, None),
    )
    market, ranked = rank_indicator(products, "ORA", importer="LIM", source="book")
    assert market.ease == pytest.approx(0.5)
    assert [(entry.code, entry.attainable_musd) for entry in ranked] == [("08", 7), ("72", 2)]
    fruit, steel = ranked
    assert fruit.attainable_musd == 7
    assert (fruit.potential_musd, fruit.unrealised_musd) == (5, 0)
    assert (steel.unrealised_musd, steel.margin) == (2, "new")
    assert market.complementarity == pytest.approx(1 - (abs(5 / 6 - 0.2) + abs(1 / 6 - 0.4) + 0.4) / 2)


def test_the_indicator_needs_trade_of_both_sides_in_common_products() -> None:
    with pytest.raises(InputFault, match="LIM"):
        rank_indicator((ProductTrade("08", "Fruit", 5, 0, 10, 0, None),), "ORA", importer="LIM", source="book")
    apart = (ProductTrade("08", "Fruit", 5, 0, 10, 0, None), ProductTrade("72", "Steel", 0, 5, 10, 0, None))
    with pytest.raises(InputFault, match="sells nothing that"):
        rank_indicator(apart, "ORA", importer="LIM", source="book")


@pytest.mark.parametrize(
    ("listed", "code", "covered"),
    [
        ("0805;0804", "08", True),
        ("0805;0804", "080510", True),
        ("0805;0804", "0806", False),
        ("12-14;25", "1301", True),
        ("12-14;25", "15", False),
        ("7208-7212", "721049", True),
        ("7208-7212", "7213", False),
        ("", "99", True),
    ],
)
def test_a_list_of_codes_covers_headings_chapters_and_ranges(listed: str, code: str, *, covered: bool) -> None:
    assert covers(listed, code) is covered
