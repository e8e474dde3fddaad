"""Figures, dates and states in words, with their units; the page and the terminal say the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from rahdari.appraisal.verdict import say_chance, say_list, say_money

__all__ = [
    "keep_together",
    "say_amount",
    "say_chance",
    "say_date",
    "say_days",
    "say_identifier",
    "say_list",
    "say_money",
    "say_month",
    "say_number",
    "say_ordinal",
    "say_percent",
    "say_short_date",
    "say_short_month",
    "say_state",
    "say_status",
    "say_tonnes",
    "say_unit_value",
]

MINUS = "\u2212"
THIN = "\u202f"
WIDE = "\u00a0"
NONE = "–"

_STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "in_force": "in force",
        "not_started": "not started",
        "under_way": "under way",
        "unknown": "not known",
        "": "not stated",
    }
)
_STATES: Mapping[str, str] = MappingProxyType(
    {"closed": "shut", "war-risk": "at war risk", "suspended": "suspended", "planned": "planned", "open": "open"}
)
_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "h": "hours",
        "km": "km",
        "month": "months",
        "per_week": "a week",
        "per_year": "a year",
        "musd": "million USD",
        "busd": "billion USD",
        "usd": "USD",
        "usd_per_t": "USD a tonne",
        "usd_per_tkm": "USD a tonne-km",
        "km_per_h": "km an hour",
        "mt_per_year": "million tonnes a year",
        "none": "",
        "ratio": "",
        "count": "",
        "number": "",
    }
)


def _signed(text: str) -> str:
    return text.replace("-", MINUS)


def say_number(value: float) -> str:
    """A number with thousands separators and two or three digits that matter: '1,263', '24', '8.2', '0.45'."""
    size = abs(value)
    if size == 0:
        return "0"
    if size < 0.005:
        return f"under{THIN}0.01" if value > 0 else f"above{THIN}{MINUS}0.01"
    digits = 0 if size >= 10 else 1 if size >= 1 else 2
    return _signed(f"{value:,.{digits}f}")


def say_amount(value_musd: float | None) -> str:
    """An amount in USD million as a bare number for a table whose heading names the unit; a dash for none."""
    return NONE if value_musd is None else say_number(value_musd)


def say_percent(fraction: float) -> str:
    """A fraction as a percentage: '62 %', '0.8 %', '0.06 %'."""
    value = fraction * 100
    size = abs(value)
    digits = 0 if size >= 10 or size == 0 else 1 if size >= 1 else 2
    return _signed(f"{value:,.{digits}f}{THIN}%")


def say_tonnes(tonnes: float | None) -> str:
    """Tonnes to three digits: '1,260,000 t'; a dash where the measure is not about transit."""
    if tonnes is None:
        return NONE
    if abs(tonnes) < 0.5:
        return "0 t"
    step = 10 ** max(0, len(str(int(abs(tonnes)))) - 3)
    return _signed(f"{round(tonnes / step) * step:,.0f} t")


def say_days(hours: float) -> str:
    """Hours as days with one decimal: '11.0'."""
    return f"{hours / 24:.1f}"


def say_date(day: date | None) -> str:
    """A day in words: '4 February 2027'; a dash for none."""
    return NONE if day is None else f"{day.day} {day:%B %Y}"


def say_short_date(day: date) -> str:
    """A day for a narrow column, unbroken: '4 Feb 2027'."""
    return f"{day.day}{WIDE}{day:%b}{WIDE}{day.year}"


def say_short_month(day: date) -> str:
    """A month for a narrow column: 'Dec 2025'."""
    return f"{day:%b}{WIDE}{day.year}"


def keep_together(text: str) -> str:
    """The text with '1 in 140' kept on one line."""
    return re.sub(r"(\d[\d,]*) in (\d)", rf"\1{WIDE}in{WIDE}\2", text)


def say_month(day: date) -> str:
    """A month in words: 'December 2025'."""
    return f"{day:%B %Y}"


def say_status(status: str) -> str:
    """A status of a commitment, an instrument or a milestone in words."""
    return _STATUSES.get(status, status.replace("_", " "))


def say_state(state: str) -> str:
    """A state of a border, strait or service in words."""
    return _STATES.get(state, state.replace("-", " "))


def say_unit_value(value: float, unit: str) -> str:
    """A value with its unit in words: '60 %', '9 months', '0.76'."""
    if unit == "fraction":
        return say_percent(value)
    words = _UNITS.get(unit, unit.replace("_", " "))
    if value == 1 and words.endswith("s"):
        words = words.removesuffix("s")
    number = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
    return f"{_signed(number)} {words}".rstrip()


def say_ordinal(names: Sequence[str], count: int) -> str:
    """The first `count` names and how many more there are."""
    shown = list(names[:count])
    left = len(names) - len(shown)
    return say_list([*shown, f"{left} more"]) if left > 0 else say_list(shown)


def say_identifier(text: str) -> str:
    """An id as words: 'commercial-contracts' as 'commercial contracts'."""
    return re.sub(r"[-_]+", " ", text).strip()
