"""Cargo: what a tonne is worth and what a day costs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rahdari.claims import Claims
from rahdari.exceptions import nearest_names, unknown_name
from rahdari.transport.network import Commodity

HOURS_PER_DAY = 24.0


@dataclass(frozen=True, slots=True)
class Cargo:
    """A commodity's value (USD/t) and the cost of an hour (USD/t/h), with the sources of both."""

    id: str
    name: str
    value_usd_per_t: float
    time_usd_per_t_h: float
    modes: tuple[str, ...]
    sources: tuple[str, ...]


def read_cargo(commodity: Commodity, claims: Claims) -> Cargo:
    """The cargo's numbers; bulk pays interest only for its time (Hummels and Schaur 2013 for the rest)."""
    entity = f"commodity:{commodity.id}"
    value = claims.get(entity, "value_usd_per_t")
    per_day = claims.get(entity, "time_value_per_day")
    if commodity.kind == "bulk":
        per_day = claims.get("model", "interest_per_day")
    return Cargo(
        id=commodity.id,
        name=commodity.name,
        value_usd_per_t=value.value,
        time_usd_per_t_h=value.value * per_day.value / HOURS_PER_DAY,
        modes=commodity.modes,
        sources=tuple(dict.fromkeys((*value.sources, *per_day.sources))),
    )


def find_commodity(name: str, commodities: Sequence[Commodity]) -> Commodity:
    """The commodity with that id, name or alias; an unknown name suggests the nearest, or all where none is near."""
    known: dict[str, Commodity] = {}
    for commodity in commodities:
        for label in (commodity.id, commodity.name, *commodity.aliases):
            known.setdefault(label.casefold(), commodity)
    if name.casefold() in known:
        return known[name.casefold()]
    near = nearest_names(name, known)
    raise unknown_name("commodity", name, known=known if near else [commodity.id for commodity in commodities])
