"""Which products one economy could sell another: advantage, complementarity and unrealised potential, ranked.

Balassa (1965, Manchester School 33(2)) for revealed advantage; Michaely (1996) for complementarity; Decreux and Spies
(2016, Export potential assessments, International Trade Centre) for potential as supply times demand times ease:

    potential[k] = (exports[k] / world[k]) x imports[k] x ease
    ease = bilateral trade / sum over k of (exports[k] / world[k]) x imports[k]

with the exporter's exports to all, the importer's imports from all and world trade of product k. Their projections of
growth, corrections for re-exports and tariff advantages are left out; years are averaged instead. Where imports by
product are not known, `rank_potential` puts the importer's share of world imports and its own lack of the product in
their place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
class ProductTrade:
    """A product in world trade, million USD a year: the exporter's sales, the importer's purchases, all, the two's."""

    code: str
    name: str
    exports_musd: float
    imports_musd: float
    world_musd: float
    bilateral_musd: float
    tonnes: float | None


@dataclass(frozen=True, slots=True)
class ProductTerm:
    """What a source tells of a direction's terms for some codes: a tariff (fractions), SPS, payment or demand."""

    exporter: str
    importer: str
    hs: str
    kind: str
    low: float | None
    high: float | None
    text: str
    source: str
    strength: str


@dataclass(frozen=True, slots=True)
class ProductPotential:
    """One product of one direction; values in million USD a year, means over the years used.

    `advantage` is the product's share in the exporter's exports over its share in those of the reference: the world,
    or the importer's own exports where the world's are not known (1 = alike). `complement` is between 0 and 1: 1 where
    the importer sells none of it itself, one half where both do alike; None where imports by product are known.
    `potential_musd` is supply times demand times ease; `unrealised_musd` is None where the present flow is not known.
    """

    exporter: str
    importer: str
    code: str
    name: str
    exports_musd: float
    advantage: float
    complement: float | None
    potential_musd: float
    present_musd: float | None
    unrealised_musd: float | None
    usd_per_t: float | None
    needs_health_certificate: bool
    margin: str
    source: str

    @property
    def attainable_musd(self) -> float:
        """What could be traded, million USD a year: the potential, and never less than what is traded already."""
        return max(self.potential_musd, self.present_musd or 0.0)


@dataclass(frozen=True, slots=True)
class Market:
    """The importer's side: its share of world imports, its trade with the exporter, and how close the two are.

    `ease` is present trade over what supply and demand alone would give; `demand_share` is one for all products where
    imports by product are not known, and None where they are. `complementarity` is Michaely's index, None if unknown.
    """

    exporter: str
    importer: str
    demand_share: float | None
    ease: float
    complementarity: float | None = None


def rank_potential(
    products: Sequence[ProductExports],
    market: Market,
    *,
    years: Sequence[int],
    present_musd: Mapping[str, float | None] | None = None,
) -> tuple[ProductPotential, ...]:
    """The exporter's products by what could be traded in the importer's market, the largest first.

    Needs both economies' exports to the world by product: advantage is told against the importer's own exports, because
    the world's by product are not in the shipped tables. In `present_musd` a code that is absent has no trade, and one
    that is None is not known.
    """
    ours, theirs = (_by_code(products, side, years=years) for side in (market.exporter, market.importer))
    if not ours or not theirs:
        lacking = market.importer if ours else market.exporter
        raise InputFault(
            f"There are no exports of {lacking} by product in {', '.join(map(str, years))}.", kind="no-data"
        )
    if market.demand_share is None:
        raise InputFault("Without imports by product the importer's share of all imports is needed.", kind="no-data")
    total, their_total = (sum(entry.exports_musd for entry in side.values()) for side in (ours, theirs))
    ranked = []
    for code, entry in ours.items():
        share = entry.exports_musd / total
        their_share = theirs[code].exports_musd / their_total if code in theirs else 0.0
        complement = share / (share + their_share) if share + their_share > 0 else 0.0
        potential = entry.exports_musd * market.demand_share * market.ease * 2.0 * complement
        present = None if present_musd is None else present_musd.get(code, 0.0)
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
                needs_health_certificate=_is_food(code),
                source=entry.source,
                margin="unknown" if present is None else "more of the same" if present > 0 else "new",
            )
        )
    return tuple(sorted(ranked, key=lambda entry: (-entry.attainable_musd, entry.code)))


def rank_indicator(
    products: Sequence[ProductTrade], exporter: str, *, importer: str, source: str
) -> tuple[Market, tuple[ProductPotential, ...]]:
    """The two's closeness, and the exporter's products by what could be traded, by the export potential indicator."""
    arrays = {
        name: np.array([getattr(entry, name) for entry in products], dtype=np.float64)
        for name in ("exports_musd", "imports_musd", "world_musd", "bilateral_musd")
    }
    exports, imports, world = arrays["exports_musd"], arrays["imports_musd"], arrays["world_musd"]
    for side, name in ((exports, exporter), (imports, importer)):
        if side.sum() <= 0:
            raise InputFault(f"The import tells no trade of {name} by product.", kind="no-data")
    shares = np.divide(exports, world, out=np.zeros_like(world), where=world > 0)
    expected = shares * imports
    if expected.sum() <= 0:
        raise InputFault(f"{exporter} sells nothing that {importer} buys.", kind="no-data")
    ease = float(arrays["bilateral_musd"].sum() / expected.sum())
    advantage = revealed_advantage(np.stack([exports, np.maximum(world - exports, 0.0)]))[0]
    ranked = [
        ProductPotential(
            exporter=exporter,
            importer=importer,
            code=entry.code,
            name=entry.name,
            exports_musd=entry.exports_musd,
            advantage=float(advantage[index]),
            complement=None,
            potential_musd=float(expected[index] * ease),
            present_musd=entry.bilateral_musd,
            unrealised_musd=max(float(expected[index] * ease) - entry.bilateral_musd, 0.0),
            usd_per_t=1e6 * entry.exports_musd / entry.tonnes if entry.tonnes else None,
            needs_health_certificate=_is_food(entry.code),
            margin="more of the same" if entry.bilateral_musd > 0 else "new",
            source=source,
        )
        for index, entry in enumerate(products)
        if entry.exports_musd > 0
    ]
    market = Market(exporter, importer, None, ease, complementarity=complementarity(exports, imports))
    return market, tuple(sorted(ranked, key=lambda entry: (-entry.attainable_musd, entry.code)))


def covers(listed: str, code: str) -> bool:
    """Whether a list of codes such as `0805;12-14` covers a code or, where the code is the shorter, is part of it.

    An empty list covers every code.
    """
    for part in filter(None, listed.split(";")):
        low, _, high = part.partition("-")
        size = min(len(low), len(code))
        if low[:size] <= code[:size] <= (high or low)[:size]:
            return True
    return not listed


def _is_food(code: str) -> bool:
    return code[:2].isdigit() and int(code[:2]) <= LAST_FOOD_CHAPTER


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
