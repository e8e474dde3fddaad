"""What a tonne is worth and what an hour costs it."""

from __future__ import annotations

import pytest

from rahdari.exceptions import RahdariError
from rahdari.transport.cargo import find_commodity
from tests.islands import cargo_of, islands


def test_an_hour_costs_a_share_of_the_value() -> None:
    # 15 percent of 160 a day are 24 USD a day
    assert cargo_of("machines").time_usd_per_t_h == pytest.approx(1)


def test_bulk_pays_interest_only() -> None:
    # interest of 1 percent of 240 a day, whatever its own row says
    assert cargo_of("grain").time_usd_per_t_h == pytest.approx(2.4 / 24)


def test_an_alias_finds_a_commodity_and_a_mistyped_name_gets_the_nearest() -> None:
    commodities = islands().network.commodities
    assert find_commodity("Cranes", commodities).id == "machines"
    with pytest.raises(RahdariError) as caught:
        find_commodity("machine", commodities)
    assert "machines" in {name.casefold() for name in caught.value.suggestions}


def test_a_name_that_resembles_none_gets_the_ids_of_all() -> None:
    commodities = islands().network.commodities
    with pytest.raises(RahdariError, match=f"Known: {', '.join(one.id for one in commodities)}"):
        find_commodity("zzz", commodities)
