"""Claims: every number with its unit, period, book, source and strength; the rule that picks among rivals.

Two claims are rivals where entity, attribute, period and book agree (a book fixes flow, basis and valuation).
Those of the latest period count, and for something on a past day those of the period nearest to it. Rivals stay side
by side. The one in use is an exact figure before a bound, then the strongest, then the latest
published. Their spread - never below a floor set by the strength of the one in use - is the uncertainty that a
simulation draws from. Differences of concept live in different books and are never drawn as noise.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rahdari.exceptions import InputFault, unknown_name

Scale = Literal["log", "logit", "linear", "none"]
_BOUNDS = ("at_least", "at_most")
_PART = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A time from the first to the last day, both included."""

    start: date
    end: date

    @property
    def months(self) -> float:
        """Length in months of 30.44 days."""
        return ((self.end - self.start).days + 1) / 30.4375

    def days_from(self, day: date) -> int:
        """Days from `day` to the nearest day of the period; 0 within it."""
        return max((self.start - day).days, (day - self.end).days, 0)

    def __str__(self) -> str:
        whole = parse_period(f"{self.start.year:04d}")
        if whole == self:
            return f"{self.start.year}"
        return f"{self.start.isoformat()}/{self.end.isoformat()}"


def _part(text: str) -> tuple[date, date]:
    match = _PART.match(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    year = int(match[1])
    if match[2] is None:
        return date(year, 1, 1), date(year, 12, 31)
    month = int(match[2])
    if match[3] is None:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    day = date(year, month, int(match[3]))
    return day, day


def parse_period(text: str) -> Period:
    """The period that `text` names: YYYY, YYYY-MM, YYYY-MM-DD or start/end of these. ValueError otherwise."""
    first, slash, last = text.partition("/")
    start, end = _part(first)
    if slash:
        end = _part(last)[1]
    if end < start:
        raise ValueError(f"{text!r} ends before it starts")
    return Period(start, end)


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures were read."""

    id: str
    title: str
    publisher: str
    date: str
    url: str
    terms: str
    note: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure, in the unit of its attribute (`reported` and `reported_unit` as the source gives them)."""

    entity: str
    attribute: str
    value: float
    unit: str
    reported: float
    reported_unit: str
    comparator: str
    period: Period | None
    book: str
    source: str
    strength: str
    note: str
    published: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The figure in use with its rivals and the spread to draw from (on `scale`)."""

    claim: Claim
    rivals: tuple[Claim, ...]
    scale: Scale
    spread: float

    @property
    def value(self) -> float:
        """The figure in use, in the attribute's unit."""
        return self.claim.value

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of the figure in use and of its rivals, that of the figure first."""
        return tuple(dict.fromkeys([self.claim.source, *(rival.source for rival in self.rivals)]))

    def at(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Draws of the figure for standard normal scores `z` (any shape); the median is the figure in use."""
        return shift_by_scores(self.value, z, scale=self.scale, spread=self.spread)


def shift_by_scores(value: float, z: NDArray[np.float64], *, scale: Scale, spread: float) -> NDArray[np.float64]:
    """`value` moved by `spread` times `z` on its scale: log, logit or linear; unchanged on `none`."""
    if scale == "none" or spread == 0.0 or (scale in ("log", "logit") and value <= 0.0):
        return np.full(np.shape(z), value)
    if scale == "log":
        return np.asarray(value * np.exp(spread * z))
    if scale == "linear":
        return np.asarray(value + spread * z)
    if value >= 1.0:
        return np.full(np.shape(z), value)
    odds = value / (1.0 - value) * np.exp(spread * z)
    return np.asarray(odds / (1.0 + odds))


def pick_claim(rivals: Iterable[Claim]) -> Claim:
    """The claim in use: exact before bound, then strongest, then latest published, then first named."""
    ordered = sorted(rivals, key=lambda claim: claim.published, reverse=True)
    return min(ordered, key=lambda claim: (claim.comparator in _BOUNDS, claim.strength))


def measure_spread(rivals: Iterable[Claim], *, scale: Scale, floor: float) -> float:
    """The spread among rivals on `scale`, never below `floor` (linear: `floor` times the value in use)."""
    values = [claim.value for claim in rivals if claim.comparator not in _BOUNDS]
    if scale == "none":
        return 0.0
    if scale == "linear":
        among = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
        return max(among, floor * abs(values[0])) if values else 0.0
    if scale == "logit":
        points = [math.log(value / (1.0 - value)) for value in values if 0.0 < value < 1.0]
    else:
        points = [math.log(value) for value in values if value > 0.0]
    among = float(np.std(points, ddof=1)) if len(points) > 1 else 0.0
    return max(among, floor)


@dataclass(frozen=True, slots=True)
class Claims:
    """All claims of a case, indexed; `floors` are the least spreads by strength (A to D).

    `day`, where there is one, is the past day that is asked about. Estimates are kept once found: claims do not change,
    and the same ones are asked for many times.
    """

    rows: tuple[Claim, ...]
    scales: Mapping[tuple[str, str], Scale]
    floors: Mapping[str, float]
    as_of: date
    day: date | None = None
    _index: Mapping[tuple[str, str], tuple[Claim, ...]] = field(default_factory=dict, repr=False, compare=False)
    _found: dict[tuple[str, str, str, Period | None], Estimate | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        index: dict[tuple[str, str], list[Claim]] = {}
        for claim in self.rows:
            index.setdefault((claim.entity, claim.attribute), []).append(claim)
        frozen = MappingProxyType({key: tuple(found) for key, found in index.items()})
        object.__setattr__(self, "_index", frozen)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def all_of(self, entity: str, attribute: str, *, book: str = "") -> tuple[Claim, ...]:
        """Every claim of the attribute in that book, in file order."""
        return tuple(claim for claim in self._index.get((entity, attribute), ()) if claim.book == book)

    def find(self, entity: str, attribute: str, *, book: str = "", period: Period | None = None) -> Estimate | None:
        """The estimate of the latest period that has begun by `as_of` (or of `period`), or None.

        Claims as they held on a past day answer with the period nearest to that day, the later of two as near.
        """
        key = entity, attribute, book, period
        if key not in self._found:
            self._found[key] = self._find(entity, attribute, book=book, period=period)
        return self._found[key]

    def _find(self, entity: str, attribute: str, *, book: str, period: Period | None) -> Estimate | None:
        found = list(self.all_of(entity, attribute, book=book))
        if period is not None:
            found = [claim for claim in found if claim.period == period]
        else:
            found = [claim for claim in found if claim.period is None or claim.period.start <= self.as_of]
            periods = [claim.period for claim in found if claim.period is not None]
            if periods:
                end = min(periods, key=self._distance).end
                found = [claim for claim in found if claim.period is not None and claim.period.end == end]
        if not found:
            return None
        used = pick_claim(found)
        rivals = tuple(found)
        scale = self.scales[(entity.partition(":")[0], attribute)]
        ordered = [used, *(claim for claim in rivals if claim is not used)]
        spread = measure_spread(ordered, scale=scale, floor=self.floors.get(used.strength, 0.0))
        return Estimate(claim=used, rivals=rivals, scale=scale, spread=spread)

    def _distance(self, period: Period) -> tuple[int, int]:
        """Days between the period and the day asked about, then how early it ends: the least is the one in use."""
        early = -period.end.toordinal()
        return (period.days_from(self.day), early) if self.day is not None else (0, early)

    def on(self, day: date) -> Claims:
        """The claims as they held on `day`; from `as_of` on these themselves, for the latest figures go on holding."""
        return self if day >= self.as_of else replace(self, day=day)

    def get(self, entity: str, attribute: str, *, book: str = "", period: Period | None = None) -> Estimate:
        """As `find`, but a missing figure raises and names what is missing."""
        estimate = self.find(entity, attribute, book=book, period=period)
        if estimate is not None:
            return estimate
        if not any(key[0] == entity for key in self._index):
            raise unknown_name("entity among the claims", entity, known={key[0] for key in self._index})
        raise InputFault(
            f"No claim gives {attribute} of {entity}{f' in book {book}' if book else ''}: add a row to claims.csv.",
            kind="missing-claim",
        )

    def value(self, entity: str, attribute: str, *, default: float | None = None) -> float:
        """The figure in use, in the attribute's unit; `default` where no claim gives it, else it raises."""
        estimate = self.find(entity, attribute)
        if estimate is None and default is not None:
            return default
        return self.get(entity, attribute).value if estimate is None else estimate.value


@dataclass(frozen=True, slots=True)
class Book:
    """A reporting source: whose statistics, which flow, on what basis, in which reporting year."""

    id: str
    title: str
    reporter: str
    flow: str
    basis: str
    valuation: str
    partner_rule: str
    fiscal_year_start: int
    forecast: bool
    source: str
    note: str

    def reporting_year(self, label: int) -> Period:
        """The reporting year that ends in calendar year `label`."""
        if self.fiscal_year_start == 1:
            return Period(date(label, 1, 1), date(label, 12, 31))
        last = self.fiscal_year_start - 1
        end = date(label, last, calendar.monthrange(label, last)[1])
        return Period(date(label - 1, self.fiscal_year_start, 1), end)

    def year_of(self, period: Period) -> int | None:
        """The label of the reporting year that `period` is, or None where it is not a whole reporting year."""
        label = period.end.year
        return label if self.reporting_year(label) == period else None
