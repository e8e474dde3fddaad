"""What economies sell at home, where no file tells it: estimates, each with its reason.

Home sales are gross output less exports. Gross output of goods is estimated as value added in agriculture and industry
(shares of GDP) over the share of value added in gross output. Campos, Timini and Vidal (2021, Economics Letters)
find that estimates of gravity hardly depend on which of the usual measures of home sales is taken; levels of welfare
effects do, so that an estimate is always told as one (strength D).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rahdari.trade.markets import FloatArray

# An assumption, between the thirds of manufacturing and the halves of farming; industry here includes construction.
VALUE_ADDED_SHARE = 0.365
# Entrepots export more than they make: at least this share of what they buy abroad is taken to be bought at home too.
LEAST_HOME_SHARE = 0.1

Basis = Literal["observed", "told", "estimated", "floor"]


@dataclass(frozen=True, slots=True)
class Production:
    """What is known of an economy's output of goods; None where nothing is. Million USD; `goods_share` of GDP."""

    economy: str
    gdp_musd: float | None
    goods_share: float | None
    gross_output_musd: float | None = None


@dataclass(frozen=True, slots=True)
class HomeSales:
    """What an economy sells at home, million USD, and where that comes from."""

    economy: str
    value_musd: float
    basis: Basis
    reason: str


def estimate_home_sales(production: Production, *, exports_musd: float, imports_musd: float) -> HomeSales | None:
    """Home sales of goods, or None where neither output nor GDP and its shares are known."""
    floor = LEAST_HOME_SHARE * imports_musd
    if production.gross_output_musd is not None:
        value = production.gross_output_musd - exports_musd
        basis: Basis = "told"
        reason = "gross output told, less exports"
    elif production.gdp_musd is not None and production.goods_share is not None:
        output = production.gdp_musd * production.goods_share / VALUE_ADDED_SHARE
        reason = (
            f"GDP {production.gdp_musd:,.0f} x {production.goods_share:.1%} in agriculture and industry / "
            f"{VALUE_ADDED_SHARE:g}, less exports"
        )
        value, basis = output - exports_musd, "estimated"
    else:
        return None
    if value < floor:
        short = f"{reason}, would be {value:,.0f}: taken is {LEAST_HOME_SHARE:.0%} of imports"
        return HomeSales(production.economy, floor, "floor", short)
    return HomeSales(production.economy, value, basis, reason)


def split_home_sales(total: float, *, exports: FloatArray, imports: FloatArray) -> FloatArray:
    """Home sales by sector (J,): as the sectors weigh in the economy's own trade, the mean of its exports and imports.

    An assumption: nothing that is traded tells what is not.
    """
    shares = [side / side.sum() for side in (exports, imports) if side.sum() > 0]
    split: FloatArray = total * np.mean(shares, axis=0) if shares else np.full(len(exports), total / len(exports))
    return split


def input_mix(purchases: FloatArray) -> FloatArray:
    """Shares of supplying sectors in each sector's inputs (J,), assumed to be those of the economy's purchases (J,)."""
    mix: FloatArray = purchases / purchases.sum()
    return mix
