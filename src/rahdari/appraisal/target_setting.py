"""The target the other way round: what would have an even chance, under which reading, and words to sign.

A promise leaves open whose statistics count, which flow, which twelve months and until when. Each reading is a cell
of a matrix with its own chance, from the same draws as the forecast. Months within a reporting year are taken as
alike, so that calendar years can be put together from fiscal ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.baseline import TURNOVER, BookBaseline
from rahdari.appraisal.forecast import BookPaths
from rahdari.appraisal.indicator_words import Indicator, write_english, write_russian
from rahdari.appraisal.world import World
from rahdari.case import Case
from rahdari.claims import Period
from rahdari.register.entries import Deadline
from rahdari.trade.response import required_cost_factor

Array = NDArray[np.float64]
Window = Literal["reporting-year", "year-under-way", "calendar-year", "since-announcement"]
WINDOWS: tuple[Window, ...] = ("reporting-year", "year-under-way", "calendar-year", "since-announcement")
DRAFT_YEARS = 5  # after the announcement: the draft's target falls due in the last reporting year that ends by then
ELASTICITIES = ("elasticity_short", "elasticity_long", "elasticity_sensitivity")


@dataclass(frozen=True, slots=True)
class EvenTarget:
    """Targets (USD million) for one reporting year of a book: with an even chance and with four chances in five.

    `in_year_musd` is reached in that very year with a chance of one half, `by_year_musd` in some year up to it.
    """

    book: str
    flow: str
    start: date
    end: date
    in_year_musd: float
    by_year_musd: float
    likely_musd: float


@dataclass(frozen=True, slots=True)
class VerdictCell:
    """The chance of the promised target under one reading of source, flow, window and deadline.

    `periods` counts the windows that end in time (none: the chance is nought, whatever trade does); `growth` is
    what the target needs a year from the flow's baseline to the last of them, None where months of more than a year
    are added up.
    """

    book: str
    flow: str
    window: Window
    deadline: str
    periods: int
    probability: float
    verdict: str
    growth: float | None


@dataclass(frozen=True, slots=True)
class CostRequirement:
    """The trade-cost factor that would bring the target alone, at one elasticity."""

    elasticity: float
    factor: float


@dataclass(frozen=True, slots=True)
class FlowRequirement:
    """What the target asks of a flow in a book: multiple of its baseline (USD million) and trade-cost factors."""

    book: str
    flow: str
    baseline_musd: float
    multiple: float
    cost_factors: tuple[CostRequirement, ...]


@dataclass(frozen=True, slots=True)
class IndicatorDraft:
    """A paragraph that defines the indicator by one book, for both sides to sign."""

    book: str
    target_musd: float
    end: date
    english: str
    russian: str


@dataclass(frozen=True, slots=True)
class TargetSetting:
    """Even-chance targets, the matrix of readings, what is required and drafts, by book."""

    even_chance: tuple[EvenTarget, ...]
    matrix: tuple[VerdictCell, ...]
    required: tuple[FlowRequirement, ...]
    drafts: tuple[IndicatorDraft, ...]


def set_targets(world: World, paths: Mapping[str, BookPaths], *, target_musd: float) -> TargetSetting:
    """Everything about the target itself, for every book of the forecast."""
    even = [row for name, path in paths.items() for row in even_targets(name, path)]
    cells = [
        _judge_reading(
            world.case,
            world.baselines[name],
            path,
            flow=flow,
            window=window,
            deadline=deadline,
            target_musd=target_musd,
        )
        for name, path in paths.items()
        for flow in flows_of(path)
        for window in WINDOWS
        for deadline in world.case.register.deadlines
    ]
    return TargetSetting(
        even_chance=tuple(even),
        matrix=tuple(cells),
        required=tuple(
            _require(world.case, world.baselines[name], flow, target_musd)
            for name, path in paths.items()
            for flow in flows_of(path)
        ),
        drafts=tuple(_draft(world, name, [row for row in even if row.book == name]) for name in paths),
    )


def flows_of(paths: BookPaths) -> tuple[str, ...]:
    """Both directions together, then each; one where the book counts one direction only."""
    return (TURNOVER, *paths.by_direction) if len(paths.by_direction) > 1 else tuple(paths.by_direction)


def even_targets(book: str, paths: BookPaths) -> list[EvenTarget]:
    """The largest targets with an even chance, for each reporting year and flow."""
    rows = []
    for flow in flows_of(paths):
        values = _values(paths, flow)
        best = np.maximum.accumulate(values, axis=1)
        for column, period in enumerate(paths.periods):
            year = values[:, column]
            middle, likely = np.quantile(year, (0.5, 0.2)).tolist()
            by_year = float(np.median(best[:, column]))
            rows.append(EvenTarget(book, flow, period.start, period.end, middle, by_year, likely))
    return rows


def read_windows(paths: BookPaths, window: Window, *, announced: date, latest: date) -> tuple[Period, ...]:
    """The periods in which the target may be met under one reading of the window, within the years forecast."""
    first, last = paths.periods[0].start, paths.periods[-1].end
    if window == "reporting-year":
        return tuple(period for period in paths.periods if announced < period.end <= latest)
    if window == "year-under-way":
        return tuple(period for period in paths.periods if announced < period.end and period.start <= latest)
    if window == "calendar-year":
        years = range(announced.year, latest.year + 1)
        periods = (Period(date(year, 1, 1), date(year, 12, 31)) for year in years)
        return tuple(one for one in periods if first <= one.start and one.end <= min(latest, last))
    start, end = announced + timedelta(days=1), min(latest, last)
    return (Period(start, end),) if start <= end else ()


def amounts_within(values: Array, periods: Sequence[Period], within: Period) -> Array:
    """Trade of each draw within a span of days, from yearly values (draws x years), months within a year alike."""
    return np.asarray(values @ np.array([_overlap(period, within) / _days(period) for period in periods]))


def _judge_reading(
    case: Case,
    baseline: BookBaseline,
    paths: BookPaths,
    *,
    flow: str,
    window: Window,
    deadline: Deadline,
    target_musd: float,
) -> VerdictCell:
    spans = read_windows(paths, window, announced=case.settings.announced, latest=deadline.latest)
    values = np.column_stack([np.full(len(paths.total), _reported(baseline, flow)), _values(paths, flow)])
    periods = (baseline.period, *paths.periods)
    met = np.zeros(len(values), dtype=bool)
    for span in spans:
        met |= amounts_within(values, periods, span) >= target_musd
    chance = float(met.mean())
    years = (spans[-1].end - baseline.period.end).days / 365.25 if spans else 0.0
    multiple = target_musd / _reported(baseline, flow) if _reported(baseline, flow) else math.inf
    yearly = window != "since-announcement" and years > 0 and math.isfinite(multiple)
    growth = multiple ** (1 / years) - 1 if yearly else None
    return VerdictCell(
        baseline.book.id, flow, window, deadline.id, len(spans), chance, name_chance(chance, periods=len(spans)), growth
    )


def name_chance(chance: float, *, periods: int) -> str:
    """The chance in one word or two: five steps, and one for a deadline before any such period ends."""
    if not periods:
        return "no such period"
    steps = ((0.8, "likely"), (0.5, "more likely than not"), (0.2, "less likely than not"), (0.01, "unlikely"))
    return next((word for least, word in steps if chance >= least), "out of reach")


def _require(case: Case, baseline: BookBaseline, flow: str, target_musd: float) -> FlowRequirement:
    reported = _reported(baseline, flow)
    multiple = target_musd / reported
    factors = tuple(
        CostRequirement(value, float(required_cost_factor(multiple, value)))
        for value in (case.claims.value("model", name) for name in ELASTICITIES)
    )
    return FlowRequirement(baseline.book.id, flow, reported, multiple, factors)


def _draft(world: World, name: str, even: Sequence[EvenTarget]) -> IndicatorDraft:
    """The draft for a book: its own flow, and the even-chance target some years on, to two figures."""
    case, baseline = world.case, world.baselines[name]
    settings, book = case.settings, baseline.book
    own = [row for row in even if row.flow == even[0].flow]
    due = settings.announced.replace(year=settings.announced.year + DRAFT_YEARS, day=min(settings.announced.day, 28))
    by_then = [row for row in own if row.end <= due] or own[:1]
    row = by_then[-1]
    target = round_down(row.in_year_musd)
    others = [other.book for other_name, other in world.baselines.items() if other_name != name]
    indicator = Indicator(
        parties=(settings.names.get(settings.parties[0], settings.parties[0]),
                 settings.names.get(settings.parties[1], settings.parties[1])),
        codes=settings.parties,
        book=book,
        beside=tuple(other.title for other in others),
        baseline_musd=sum(direction.regular_musd for direction in baseline.directions),
        episode_musd=sum(
            max(direction.reported_musd - direction.regular_musd, 0.0) for direction in baseline.directions
        ),
        baseline=baseline.period,
        target_musd=target,
        due=Period(row.start, row.end),
    )  # fmt: skip
    words = settings.words.get("ru", {})
    return IndicatorDraft(name, target, row.end, write_english(indicator), write_russian(indicator, words))


def round_down(value: float) -> float:
    """The value to two significant figures, never above it, so that the chance stays even or better."""
    if value <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return math.floor(value / unit) * unit


def _values(paths: BookPaths, flow: str) -> Array:
    return paths.total if flow == TURNOVER else paths.by_direction[flow]


def _reported(baseline: BookBaseline, flow: str) -> float:
    if flow == TURNOVER:
        return baseline.value_musd
    return next(direction.reported_musd for direction in baseline.directions if direction.flow == flow)


def _overlap(period: Period, within: Period) -> int:
    return max((min(period.end, within.end) - max(period.start, within.start)).days + 1, 0)


def _days(period: Period) -> int:
    return (period.end - period.start).days + 1
