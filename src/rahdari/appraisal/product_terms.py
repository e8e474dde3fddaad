"""What stands beside a product's potential: freight on the best way, the importer's tariff, SPS, payment, demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rahdari.appraisal.freight import Freight
from rahdari.case import Case
from rahdari.trade.potential import ProductPotential, ProductTerm, covers
from rahdari.trade.product_trade import ImportedTariff, read_tariffs


@dataclass(frozen=True, slots=True)
class Tariff:
    """The importer's tariff as fractions: a rate, or the range of rates; `scope` says of what.

    `scope` is `code` (the product's own, from an import or a source) or `all goods` (the average of all).
    """

    rate: float | None
    low: float | None
    high: float | None
    scope: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """All that stands beside one product; None and empty where the case holds nothing."""

    freight: Freight | None
    tariff: Tariff | None
    preference: tuple[ProductTerm, ...]
    sps: tuple[ProductTerm, ...]
    demand: tuple[ProductTerm, ...]


def find_terms(
    case: Case, products: Sequence[ProductPotential], *, freights: Mapping[str, Freight | None], digits: int
) -> dict[str, Terms]:
    """The terms of each product of one direction by its code; `freights` by code."""
    exporter, importer = products[0].exporter, products[0].importer
    told = [term for term in case.trade.product_terms if (term.exporter, term.importer) == (exporter, importer)]
    imported = read_tariffs(case.folder, exporter, importer=importer, digits=digits)
    found = {}
    for product in products:
        mine = [term for term in told if term.hs and covers(term.hs, product.code)]
        found[product.code] = Terms(
            freight=freights[product.code],
            tariff=_tariff(case, product, told=mine, imported=imported),
            preference=tuple(term for term in mine if term.kind == "preference"),
            sps=tuple(term for term in mine if term.kind == "sps"),
            demand=tuple(term for term in mine if term.kind == "demand"),
        )
    return found


def find_payment(case: Case, exporter: str, *, importer: str) -> tuple[ProductTerm, ...]:
    """What the case's sources tell of paying for this direction's goods."""
    return tuple(
        term
        for term in case.trade.product_terms
        if term.kind == "payment" and (term.exporter, term.importer) == (exporter, importer)
    )


def _tariff(
    case: Case, product: ProductPotential, *, told: Sequence[ProductTerm], imported: Mapping[str, ImportedTariff]
) -> Tariff | None:
    """The product's own tariff from an import or a source, else the average of all goods, else None."""
    if product.code in imported:
        own = imported[product.code]
        return Tariff(own.rate, None, None, "code", (f"import wits ({own.duty} {own.year})",))
    ranges = [term for term in told if term.kind == "tariff"]
    if ranges:
        lows, highs = ([bound for bound in side if bound is not None] for side in
                       ((term.low for term in ranges), (term.high for term in ranges)))  # fmt: skip
        return Tariff(
            None,
            min(lows) if lows else None,
            max(highs) if highs else None,
            "code",
            tuple(dict.fromkeys(term.source for term in ranges)),
        )
    average = case.claims.find(f"tariff:{product.exporter}-{product.importer}", "rate")
    return None if average is None else Tariff(average.value, None, None, "all goods", tuple(average.sources))
