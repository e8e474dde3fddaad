"""Measures: what a commitment does to transport, tariffs and contracts, with its delivery and its cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Edit:
    """One typed change that a measure makes; `value` is in the attribute's unit, or a factor for multiply."""

    measure: str
    entity: str
    attribute: str
    operation: str
    value: float | None
    unit: str
    start: date | None
    end: date | None
    source: str
    strength: str
    note: str


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that the parties could do, when it could start, what it needs and what it rests on."""

    id: str
    title: str
    commitments: tuple[str, ...]
    start: date
    payer: str
    needs: tuple[str, ...]
    excludes: tuple[str, ...]
    transit: bool
    not_modelled: str
    source: str
    strength: str
    note: str
    edits: tuple[Edit, ...]
