"""Home sales where no file tells them."""

from __future__ import annotations

import numpy as np
import pytest

from rahdari.trade.domestic import Production, estimate_home_sales, input_mix, split_home_sales


def test_home_sales_are_goods_output_less_exports() -> None:
    sales = estimate_home_sales(Production("AAA", 1000.0, 0.365), exports_musd=300.0, imports_musd=100.0)
    assert sales is not None
    assert sales.value_musd == pytest.approx(700)
    assert sales.basis == "estimated"
    assert "36.5%" in sales.reason


def test_gross_output_that_is_told_takes_the_place_of_the_estimate() -> None:
    sales = estimate_home_sales(Production("AAA", 1000.0, 0.365, 800.0), exports_musd=300.0, imports_musd=100.0)
    assert sales is not None
    assert (sales.value_musd, sales.basis) == (500, "told")


def test_an_entrepot_sells_at_home_at_least_a_tenth_of_what_it_imports() -> None:
    sales = estimate_home_sales(Production("HUB", 100.0, 0.1), exports_musd=500.0, imports_musd=400.0)
    assert sales is not None
    assert (sales.value_musd, sales.basis) == (40, "floor")


def test_nothing_is_estimated_from_nothing() -> None:
    assert estimate_home_sales(Production("AAA", 1000.0, None), exports_musd=1.0, imports_musd=1.0) is None


def test_sectors_weigh_at_home_as_they_do_in_trade() -> None:
    split = split_home_sales(100.0, exports=np.array([3.0, 1.0]), imports=np.array([1.0, 1.0]))
    assert split == pytest.approx([62.5, 37.5])
    assert split_home_sales(10.0, exports=np.zeros(2), imports=np.zeros(2)) == pytest.approx([5, 5])
    assert input_mix(np.array([30.0, 10.0])) == pytest.approx([0.75, 0.25])
