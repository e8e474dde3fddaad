"""Which products one economy could sell another: advantage, complementarity and unrealised potential, ranked.

Balassa (1965, Manchester School 33(2)) for revealed advantage; Michaely (1996) for complementarity; Decreux and Spies
(2016, Export potential assessments, International Trade Centre) for potential as supply times demand times ease.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rahdari.exceptions import InputFault
from rahdari.trade.markets import FloatArray

# Chapters of animals, plants and food: their goods need sanitary or phytosanitary certificates (WTO SPS Agreement).
LAST_FOOD_CHAPTER = 24


@dataclass(frozen=True, slots=True)
class ProductExports:
    """What an economy sells the world of one product in a year: million USD and tonnes (None where not told)."""

    exporter: str
    code: str
    name: str
    year: int
    exports_musd: float
    tonnes: float | None
    source: str


@dataclass(frozen=True, slots=True)
class ProductNote:
    """What sources say of a product of one direction; `status` is traded, sought or not_named."""

    exporter: str
    importer: str
    code: str
    status: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class ProductPotential:
    """One product of one direction; values in million USD a year, means over the years used.

    `advantage` is the product's share in the exporter's exports over its share in those of the reference (1 = alike).
    `complement` is between 0 and 1: 1 where the importer sells none of it itself, one half where both do alike.
    `potential_musd` is supply times demand times ease; `unrealised_musd` is None where the present flow is not known.
    """

    exporter: str
    importer: str
    code: str
    name: str
    exports_musd: float
    advantage: float
    complement: float
    potential_musd: float
    present_musd: float | None
    unrealised_musd: float | None
    usd_per_t: float | None
    needs_health_certificate: bool
    margin: str
    source: str


@dataclass(frozen=True, slots=True)
class Market:
    """The importer's side: its share of world imports, its trade with the exporter, and how close the two are.

    `ease` is present trade over what supply and demand alone would give; `demand_share` may be one for all products,
    where imports by product are not known.
    """

    exporter: str
    importer: str
    demand_share: float
    ease: float


def rank_potential(
    products: Sequence[ProductExports],
    market: Market,
    *,
    years: Sequence[int],
    present_musd: dict[str, float] | None = None,
) -> tuple[ProductPotential, ...]:
    """The exporter's products by potential in the importer's market, the largest first.

    Needs both economies' exports to the world by product: advantage is told against the importer's own exports, because
    the world's by product are not in the shipped tables.
    """
    ours, theirs = (_by_code(products, side, years=years) for side in (market.exporter, market.importer))
    if not ours or not theirs:
        lacking = market.importer if ours else market.exporter
        raise InputFault(
            f"There are no exports of {lacking} by product in {', '.join(map(str, years))}.", kind="no-data"
        )
    total, their_total = (sum(entry.exports_musd for entry in side.values()) for side in (ours, theirs))
    ranked = []
    for code, entry in ours.items():
        share = entry.exports_musd / total
        their_share = theirs[code].exports_musd / their_total if code in theirs else 0.0
        complement = share / (share + their_share) if share + their_share > 0 else 0.0
        potential = entry.exports_musd * market.demand_share * market.ease * 2.0 * complement
        present = None if present_musd is None else present_musd.get(code)
        ranked.append(
            ProductPotential(
                exporter=market.exporter,
                importer=market.importer,
                code=code,
                name=entry.name,
                exports_musd=entry.exports_musd,
                advantage=share / their_share if their_share > 0 else float("inf"),
                complement=complement,
                potential_musd=potential,
                present_musd=present,
                unrealised_musd=None if present is None else max(potential - present, 0.0),
                usd_per_t=1e6 * entry.exports_musd / entry.tonnes if entry.tonnes else None,
                needs_health_certificate=code[:2].isdigit() and int(code[:2]) <= LAST_FOOD_CHAPTER,
                source=entry.source,
                margin="unknown" if present is None else "more of the same" if present > 0 else "new",
            )
        )
    return tuple(sorted(ranked, key=lambda entry: (-entry.potential_musd, entry.code)))


def revealed_advantage(exports: FloatArray) -> FloatArray:
    """Balassa's index (N, K) of exports by economy and product: share in own exports over share in all; NaN if none."""
    own, world = exports.sum(axis=1, keepdims=True), exports.sum(axis=0, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        index: FloatArray = (exports / own) / (world / exports.sum())
    return index


def complementarity(exports: FloatArray, imports: FloatArray) -> float:
    """Michaely's index of an exporter's exports and an importer's imports by product (K,): 0 no overlap, 1 the same."""
    return float(1.0 - np.abs(exports / exports.sum() - imports / imports.sum()).sum() / 2.0)


def market_ease(bilateral: float, *, exports: float, demand_share: float) -> float:
    """Present trade over what the exporter's exports times the importer's share of world demand would give."""
    expected = exports * demand_share
    if expected <= 0:
        raise InputFault("Ease needs exports and a share of world imports above 0.", kind="no-data")
    return bilateral / expected


def _by_code(products: Sequence[ProductExports], exporter: str, *, years: Sequence[int]) -> dict[str, ProductExports]:
    """Means over the years by product; a year without a row counts as no exports told, not as zero."""
    held: dict[str, list[ProductExports]] = {}
    for entry in products:
        if entry.exporter == exporter and entry.year in years:
            held.setdefault(entry.code, []).append(entry)
    means = {}
    for code, entries in held.items():
        tonnes = [entry.tonnes for entry in entries if entry.tonnes is not None]
        means[code] = ProductExports(
            exporter=exporter,
            code=code,
            name=entries[0].name,
            year=max(entry.year for entry in entries),
            exports_musd=float(np.mean([entry.exports_musd for entry in entries])),
            tonnes=float(np.mean(tonnes)) if len(tonnes) == len(entries) else None,
            source=entries[0].source,
        )
    return means
