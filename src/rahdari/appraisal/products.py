"""The trade potential of a case's pair by product, with what sources say of each product and its terms of access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rahdari.appraisal.freight import commodity_mix, estimate_present, find_ways, freight_of
from rahdari.appraisal.product_terms import Terms, find_payment, find_terms
from rahdari.case import Case
from rahdari.exceptions import InputFault, unknown_name
from rahdari.trade.potential import (
    Market,
    ProductNote,
    ProductPotential,
    ProductTerm,
    market_ease,
    rank_indicator,
    rank_potential,
)
from rahdari.trade.product_trade import YEARS_AVERAGED, has_import, read_product_trade

SHIPPED_DIGITS = 2
MARGINS = ("more of the same", "new", "unknown")
PROXY_WARNING = (
    "The case's tables hold what the two sell the world by chapter of the Harmonized System, not what they buy by "
    "product: demand is the importer's share of all imports, advantage is told against the importer's own exports. "
    "Import BACI for products of four or six digits."
)
INDICATOR, PROXY = "export potential indicator", "supply, share of demand and complement"


@dataclass(frozen=True, slots=True)
class NotedPotential:
    """A product's potential, what the case's sources say of it (None where no note is held), and its terms."""

    potential: ProductPotential
    note: ProductNote | None
    terms: Terms


@dataclass(frozen=True, slots=True)
class Margin:
    """All products of one margin: how many, their potential and what of it is not yet traded, million USD a year.

    `unrealised_musd` is None where present trade is not known.
    """

    margin: str
    products: int
    potential_musd: float
    unrealised_musd: float | None


@dataclass(frozen=True, slots=True)
class PairPotential:
    """One direction, ranked, with the market's figures that all products share and what they rest on."""

    market: Market
    method: str
    digits: int
    years: tuple[int, ...]
    products: tuple[NotedPotential, ...]
    payment: tuple[ProductTerm, ...]
    sources: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def margins(self) -> tuple[Margin, ...]:
        """More of the same, new products, and products whose present trade is not known; those that occur."""
        found = []
        for name in MARGINS:
            held = [entry.potential for entry in self.products if entry.potential.margin == name]
            known = [entry.unrealised_musd for entry in held if entry.unrealised_musd is not None]
            total = sum(entry.potential_musd for entry in held)
            if held:
                found.append(Margin(name, len(held), total, sum(known) if known else None))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Products in order by one of the two methods."""

    market: Market
    method: str
    digits: int
    years: tuple[int, ...]
    products: tuple[ProductPotential, ...]
    warnings: tuple[str, ...]


def assess_potential(case: Case, exporter: str, *, importer: str, digits: int | None = None) -> PairPotential:
    """The exporter's products by what could be traded in the importer's market, values in million USD a year.

    An import of BACI in the case gives codes of 2, 4 or 6 digits (6 by default) and the export potential indicator;
    without one the case's own tables give chapters.
    """
    economies = {entry.id for entry in case.trade.economies}
    for name in (exporter, importer):
        if name not in economies:
            raise unknown_name("economy", name, known=economies)
    if exporter == importer:
        raise InputFault("Potential needs two economies.", kind="usage")
    mix = commodity_mix(case, exporter, importer=importer)
    if has_import(case.folder, "baci"):
        ranking = _rank_imported(case, exporter, importer=importer, digits=digits or 6)
    elif digits not in (None, SHIPPED_DIGITS):
        raise InputFault(
            f"The case's own tables hold chapters only; for {digits} digits run  rahdari import baci PATH --into CASE.",
            kind="no-data",
        )
    else:
        ranking = _rank_shipped(case, exporter, importer=importer, mix=mix)
    ways = find_ways(case, exporter, importer=importer)
    freights = {entry.code: freight_of(case, entry, ways=ways, mix=mix) for entry in ranking.products}
    terms = find_terms(case, ranking.products, freights=freights, digits=ranking.digits)
    noted = _with_notes(case, ranking.products, terms)
    payment = find_payment(case, exporter, importer=importer)
    return PairPotential(
        market=ranking.market,
        method=ranking.method,
        digits=ranking.digits,
        years=ranking.years,
        products=noted,
        payment=payment,
        sources=_sources(case, noted, payment, with_flows=ranking.method == PROXY),
        warnings=(*ranking.warnings, *_warn_of_terms(noted, payment)),
    )


def _rank_imported(case: Case, exporter: str, *, importer: str, digits: int) -> _Ranking:
    """The ranking by the export potential indicator, from the case's import of BACI."""
    found = read_product_trade(case.folder, exporter, importer=importer, digits=digits)
    market, ranked = rank_indicator(found.products, exporter, importer=importer, source="import baci")
    told = "Years are averaged; growth, re-exports and tariff advantages, which the full indicator projects, are not."
    return _Ranking(market, INDICATOR, digits, found.years, ranked, (told,))


def _rank_shipped(case: Case, exporter: str, *, importer: str, mix: Mapping[str, float]) -> _Ranking:
    """The ranking by chapters from the case's own tables, with present trade estimated from its mix of commodities."""
    position = {entry.id: index for index, entry in enumerate(case.trade.economies)}
    known = sorted({entry.year for entry in case.trade.products if entry.year <= case.trade.year})
    years = tuple(known[-YEARS_AVERAGED:])
    abroad = case.trade.value_musd * ~np.eye(len(position), dtype=bool)
    seller, buyer = position[exporter], position[importer]
    demand = float(abroad[:, buyer].sum() / abroad.sum())
    bilateral = float(abroad[seller, buyer])
    ease = market_ease(bilateral, exports=float(abroad[seller].sum()), demand_share=demand)
    market = Market(exporter, importer, demand_share=demand, ease=ease)
    supply = rank_potential(case.trade.products, market, years=years)
    present = estimate_present(case.network.commodities, supply, mix=mix, bilateral_musd=bilateral)
    ranked = rank_potential(case.trade.products, market, years=years, present_musd=present)
    warnings = [PROXY_WARNING, f"Closeness is that of {case.trade.year}."]
    if present is not None:
        warnings.append(
            "What the two sell each other by chapter is an estimate (strength D): the case's mix of commodities, those "
            "of a few chapters split as the exporter's exports are. The order is by the larger of it and the potential."
        )
    return _Ranking(market, PROXY, SHIPPED_DIGITS, years, ranked, tuple(warnings))


def _with_notes(
    case: Case, products: Sequence[ProductPotential], terms: Mapping[str, Terms]
) -> tuple[NotedPotential, ...]:
    """The products with the note of their code or, for a longer code, of its chapter."""
    notes = {(note.exporter, note.importer, note.code): note for note in case.trade.product_notes}
    return tuple(
        NotedPotential(
            entry,
            next(
                (
                    notes[entry.exporter, entry.importer, code]
                    for code in (entry.code, entry.code[:4], entry.code[:2])
                    if (entry.exporter, entry.importer, code) in notes
                ),
                None,
            ),
            terms[entry.code],
        )
        for entry in products
    )


def _sources(
    case: Case, products: Sequence[NotedPotential], payment: Sequence[ProductTerm], *, with_flows: bool
) -> tuple[str, ...]:
    """The case's sources of all that is told, each once; imports are not among them."""
    used = [entry.potential.source for entry in products]
    used += case.trade.sources if with_flows else ()
    for entry in products:
        used += [] if entry.note is None else [entry.note.source]
        used += [] if entry.terms.tariff is None else entry.terms.tariff.sources
        used += [] if entry.terms.freight is None else entry.terms.freight.sources
        used += [term.source for term in (*entry.terms.preference, *entry.terms.sps, *entry.terms.demand)]
    used += [term.source for term in payment]
    return tuple(source for source in dict.fromkeys(used) if source in case.sources)


def _warn_of_terms(products: Sequence[NotedPotential], payment: Sequence[ProductTerm]) -> tuple[str, ...]:
    """What the case does not hold of tariffs, ways and payment."""
    notes = []
    scopes = {None if entry.terms.tariff is None else entry.terms.tariff.scope for entry in products}
    if None in scopes:
        notes.append("The case holds no tariff of the importer: import wits, or give claims of it.")
    elif "all goods" in scopes:
        notes.append("Where no source gives a product's own tariff the importer's average of all goods stands for it.")
    if any(entry.terms.freight is None for entry in products):
        notes.append("Some products have no way on the case's day, or no commodity that could stand for them.")
    if not payment:
        notes.append("The case holds nothing on how this direction's goods are paid.")
    return tuple(notes)
