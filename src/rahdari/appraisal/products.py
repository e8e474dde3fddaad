"""The trade potential of a case's pair by product, with what sources say of each product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rahdari.case import Case
from rahdari.exceptions import InputFault, unknown_name
from rahdari.trade.potential import Market, ProductNote, ProductPotential, market_ease, rank_potential

# 2020 is distorted, and one year is noise in a chapter of few shipments.
YEARS_AVERAGED = 3


@dataclass(frozen=True, slots=True)
class NotedPotential:
    """A product's potential and what the case's sources say of it; None where no note is held."""

    potential: ProductPotential
    note: ProductNote | None


@dataclass(frozen=True, slots=True)
class PairPotential:
    """One direction, ranked, with the market's figures that all products share and what they rest on."""

    market: Market
    years: tuple[int, ...]
    products: tuple[NotedPotential, ...]
    sources: tuple[str, ...]
    warnings: tuple[str, ...]


def assess_potential(case: Case, exporter: str, *, importer: str) -> PairPotential:
    """The exporter's products ranked by potential in the importer's market, values in million USD a year."""
    position = {entry.id: index for index, entry in enumerate(case.trade.economies)}
    for name in (exporter, importer):
        if name not in position:
            raise unknown_name("economy", name, known=position)
    if exporter == importer:
        raise InputFault("Potential needs two economies.", kind="usage")
    known = sorted({entry.year for entry in case.trade.products if entry.year <= case.trade.year})
    years = tuple(known[-YEARS_AVERAGED:])
    abroad = case.trade.value_musd * ~np.eye(len(position), dtype=bool)
    seller, buyer = position[exporter], position[importer]
    demand = float(abroad[:, buyer].sum() / abroad.sum())
    ease = market_ease(float(abroad[seller, buyer]), exports=float(abroad[seller].sum()), demand_share=demand)
    market = Market(exporter, importer, demand_share=demand, ease=ease)
    ranked = rank_potential(case.trade.products, market, years=years)
    notes = {(note.exporter, note.importer, note.code): note for note in case.trade.product_notes}
    products = tuple(NotedPotential(entry, notes.get((exporter, importer, entry.code))) for entry in ranked)
    used = [*(entry.potential.source for entry in products), *case.trade.sources]
    used += [entry.note.source for entry in products if entry.note is not None]
    return PairPotential(market, years, products, tuple(dict.fromkeys(used)), _warnings(case))


def _warnings(case: Case) -> tuple[str, ...]:
    lacking = (
        "The shipped tables hold what the two sell the world by chapter of the Harmonized System, not what they buy by "
        "product nor what they sell each other by product: demand is the importer's share of all imports, advantage is "
        "told against the importer's own exports, and unrealised potential and margins stay unknown."
    )
    return lacking, f"Tariffs by product are not in the case, and closeness is that of {case.trade.year}."
