"""Units that claims may be given in, and their conversion to the attribute's own unit."""

from __future__ import annotations

from types import MappingProxyType

TONNES_PER_TRUCK = 20.0  # CAREC CPMM states its costs for a truck or wagon load of 20 t

# unit -> (dimension, factor to the dimension's first unit)
_UNITS: dict[str, tuple[str, float]] = {
    "km": ("length", 1.0),
    "m": ("length", 0.001),
    "nmi": ("length", 1.852),
    "h": ("time", 1.0),
    "min": ("time", 1 / 60),
    "days": ("time", 24.0),
    "km/h": ("speed", 1.0),
    "km/day": ("speed", 1 / 24),
    "USD/t": ("cost per tonne", 1.0),
    "USD/kg": ("cost per tonne", 1000.0),
    "USD/20t": ("cost per tonne", 1 / TONNES_PER_TRUCK),
    "USD/tkm": ("cost per tonne-kilometre", 1.0),
    "USD/500km/20t": ("cost per tonne-kilometre", 1 / 500 / TONNES_PER_TRUCK),
    "USD/km/20t": ("cost per tonne-kilometre", 1 / TONNES_PER_TRUCK),
    "USD/day": ("cost per day", 1.0),
    "h/100km": ("delay per distance", 1.0),
    "kg/tkm": ("emission per tonne-kilometre", 1.0),
    "g/tkm": ("emission per tonne-kilometre", 0.001),
    "fraction": ("share", 1.0),
    "percent": ("share", 0.01),
    "times": ("ratio", 1.0),
    "ratio": ("ratio", 1.0),
    "musd": ("money", 1.0),
    "USD": ("money", 1e-6),
    "kusd": ("money", 1e-3),
    "busd": ("money", 1e3),
    "count": ("count", 1.0),
    "per_week": ("frequency", 1.0),
    "per_month": ("frequency", 12 / 52.1775),
    "per_year": ("frequency", 1 / 52.1775),
    "Mt/year": ("mass per year", 1.0),
    "t/year": ("mass per year", 1e-6),
    "bcm/year": ("gas per year", 1.0),
    "USD/MMBtu": ("cost per energy", 1.0),
    "month": ("months", 1.0),
    "months": ("months", 1.0),
    "years": ("months", 12.0),
    "year": ("year", 1.0),
    "million": ("people", 1.0),
    "degree": ("angle", 1.0),
    "mm": ("gauge", 1.0),
}
UNITS = MappingProxyType(_UNITS)


def can_convert(unit: str, target: str) -> bool:
    """True where a figure in `unit` can be expressed in `target`."""
    return unit in UNITS and target in UNITS and UNITS[unit][0] == UNITS[target][0]


def conversion_factor(unit: str, target: str) -> float:
    """The number by which a figure in `unit` is multiplied to be in `target`; KeyError or ValueError otherwise."""
    if not can_convert(unit, target):
        raise ValueError(f"{unit} does not convert to {target}")
    return UNITS[unit][1] / UNITS[target][1]


def units_like(target: str) -> tuple[str, ...]:
    """Every unit that converts to `target`."""
    return tuple(unit for unit in UNITS if can_convert(unit, target))
