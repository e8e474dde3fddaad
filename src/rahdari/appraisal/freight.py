"""Freight between a pair: the best way on the case's day for each commodity, and which one stands for a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rahdari.case import Case
from rahdari.case.shipment import Shipment, plan_shipment
from rahdari.trade.potential import ProductPotential, covers
from rahdari.transport.cargo import read_cargo
from rahdari.transport.network import Commodity

GENERAL = "general"
# A commodity of more chapters says too little of each.
MOST_CHAPTERS = 4


@dataclass(frozen=True, slots=True)
class Freight:
    """The best way on the case's day for the commodity that stands for a product.

    `stands_by` says why it does: `code` (its list has the product's code) or `value` (the nearest in value per tonne).
    `share_of_value` is the cost of a tonne over the product's own value per tonne, None where that is not known.
    """

    commodity: str
    stands_by: str
    cost_usd_per_t: float
    time_h: float
    availability: float
    modes: tuple[str, ...]
    share_of_value: float | None
    sources: tuple[str, ...]


def find_ways(case: Case, exporter: str, *, importer: str) -> dict[str, Freight]:
    """The recommended way of each of the case's commodities between the two economies; those without one are absent."""
    zones = {entry.id: entry.zone for entry in case.trade.economies}
    ways = {}
    for commodity in case.network.commodities:
        answer = plan_shipment(case, Shipment(zones[exporter], zones[importer], commodity.id))
        if not answer.routes:
            continue
        best = answer.routes[0]
        sources = [source for leg in best.legs for source in leg.sources]
        sources += [source for stop in best.stops for source in stop.sources]
        ways[commodity.id] = Freight(
            commodity=commodity.id,
            stands_by="code",
            cost_usd_per_t=best.cost_usd_per_t,
            time_h=best.time_h.mean,
            availability=best.availability,
            modes=best.modes,
            share_of_value=None,
            sources=tuple(dict.fromkeys(sources)),
        )
    return ways


def freight_of(
    case: Case, product: ProductPotential, *, ways: Mapping[str, Freight], mix: Mapping[str, float]
) -> Freight | None:
    """The way of the commodity that stands for the product; None where there is none."""
    chosen = _commodity(case, product, mix=mix)
    if chosen is None or chosen.id not in ways:
        return None
    way = ways[chosen.id]
    share = way.cost_usd_per_t / product.usd_per_t if product.usd_per_t else None
    named = chosen.hs and covers(chosen.hs, product.code)
    return replace(way, stands_by="code" if named else "value", share_of_value=share)


def commodity_mix(case: Case, exporter: str, *, importer: str) -> dict[str, float]:
    """The case's commodities in the direction's present trade, as shares."""
    entity = f"mix:{exporter}-{importer}"
    shares = {
        commodity.id: case.claims.value(f"{entity}:{commodity.id}", "share", default=0.0)
        for commodity in case.network.commodities
    }
    return {name: share for name, share in shares.items() if share > 0}


def estimate_present(
    commodities: Sequence[Commodity],
    supply: Sequence[ProductPotential],
    *,
    mix: Mapping[str, float],
    bilateral_musd: float,
) -> dict[str, float | None] | None:
    """The direction's present trade by chapter, million USD, from the mix of commodities; None without a mix.

    A commodity's trade is split over its chapters as the exporter's exports to all are: an estimate (strength D). Of a
    commodity of more than a few chapters theirs is None: too broad. Chapters of no commodity are absent: no trade.
    """
    if not mix:
        return None
    present: dict[str, float | None] = {}
    for commodity in commodities:
        held = [entry for entry in supply if commodity.hs and covers(commodity.hs, entry.code)]
        weight = sum(entry.exports_musd for entry in held)
        if commodity.id not in mix or weight <= 0:
            continue
        for entry in held:
            before = present.get(entry.code, 0.0)
            broad = before is None or len(held) > MOST_CHAPTERS
            part = mix[commodity.id] * bilateral_musd * entry.exports_musd / weight
            present[entry.code] = None if broad or before is None else before + part
    return present


def _commodity(case: Case, product: ProductPotential, *, mix: Mapping[str, float]) -> Commodity | None:
    """The commodity whose codes cover the product, those of the mix first; else the nearest in value per tonne."""
    covering = [one for one in case.network.commodities if one.hs and covers(one.hs, product.code)]
    if covering:
        return max(covering, key=lambda one: mix.get(one.id, 0.0))
    general = [one for one in case.network.commodities if one.kind == GENERAL]
    if product.usd_per_t is None or not general:
        return None
    worth = product.usd_per_t

    def distance(one: Commodity) -> float:
        value = read_cargo(one, case.claims).value_usd_per_t
        return max(value / worth, worth / value)

    return min(general, key=distance)
