"""The values of the register's reading: a commitment with its exact words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

# Closed lists of the public contract; `other` is the kind of what fits none.
KINDS: tuple[str, ...] = (
    "trade_target",
    "agreement_signed",
    "port_access",
    "transport_corridor",
    "air_link",
    "energy",
    "mining",
    "defence",
    "education",
    "investment_forum",
    "trade_facilitation",
    "finance",
    "digital",
    "agriculture",
    "diplomatic",
    "tourism_culture",
    "security",
    "other",
)
STATUSES: tuple[str, ...] = (
    "signed",
    "agreed",
    "offered",
    "reviewed",
    "discussed",
    "planned",
    "achieved",
    "supported",
)
COMPARATORS: tuple[str, ...] = ("exactly", "about", "at_least", "at_most")


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a document as a span, in Unicode code points: `text[start:end] == quote`."""

    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """The document's words for a deadline, and the earliest and latest day that any reading of them gives."""

    text: str
    earliest: dt.date | None
    latest: dt.date | None


@dataclass(frozen=True, slots=True)
class Commitment:
    """One promise found in a document: `value`, `baseline` in whole `unit`s, `parties` as ISO 3166-1 alpha-3."""

    id: str
    quote: str
    start: int
    end: int
    mentions: tuple[Mention, ...]
    parties: tuple[str, ...]
    kind: str
    status: str
    value: float | None
    unit: str | None
    comparator: str | None
    baseline: float | None
    deadline: Deadline | None
    places: tuple[str, ...]
    sectors: tuple[str, ...]

    def as_record(self) -> dict[str, Any]:
        """The keys of the public contract's `read`, in its order, ready for JSON."""
        return {
            "id": self.id,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "mentions": [{"quote": m.quote, "start": m.start, "end": m.end} for m in self.mentions],
            "parties": list(self.parties),
            "kind": self.kind,
            "status": self.status,
            "value": self.value,
            "unit": self.unit,
            "comparator": self.comparator,
            "baseline": self.baseline,
            "deadline": _deadline_record(self.deadline),
            "places": list(self.places),
            "sectors": list(self.sectors),
        }


def _deadline_record(deadline: Deadline | None) -> dict[str, str | None] | None:
    if deadline is None:
        return None
    earliest = deadline.earliest.isoformat() if deadline.earliest else None
    return {
        "text": deadline.text,
        "earliest": earliest,
        "latest": deadline.latest.isoformat() if deadline.latest else None,
    }
