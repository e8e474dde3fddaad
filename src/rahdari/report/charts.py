"""Charts as geometry: paths, lines and labels in pixels, which the template draws as SVG without arithmetic.

Drawn by hand and not by a chart library: the colours follow the reader's light or dark theme through CSS, text is
real text of a fixed size at any width, and the page stays small.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rahdari.appraisal.result import Appraisal, BookAnswer, DeadlineAnswer, HistoryYear, PathYear
from rahdari.report.words import Words

WIDTH, HEIGHT = 360.0, 290.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 12.0, 30.0, 24.0
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Label:
    """A text with its anchor point in pixels; `anchor` is start, middle or end."""

    x: str
    y: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line in pixels."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A grid line with its label."""

    line: Line
    label: Label


@dataclass(frozen=True, slots=True)
class Band:
    """An area between two quantiles; `kind` names it for the style sheet."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A marker in pixels."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class FanChart:
    """One book's fan of paths."""

    id: str
    title: str
    description: str
    width: str
    height: str
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    bands: tuple[Band, ...]
    history: str
    history_dots: tuple[Dot, ...]
    median: str
    median_dots: tuple[Dot, ...]
    without: str
    target: Tick
    deadlines: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in per cent of the chart's width, with its error line."""

    start: str
    width: str
    error_start: str
    error_width: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A logarithmic axis in USD million against time in years."""

    first: float
    last: float
    low: float
    high: float

    def x(self, day: date) -> float:
        """Pixels from the left of a day."""
        return LEFT + (year_of(day) - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """Pixels from the top of a value; values below the axis lie on it."""
        share = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return HEIGHT - BOTTOM - min(share, 1.0) * (HEIGHT - TOP - BOTTOM)


def year_of(day: date) -> float:
    """A day as a year with its fraction."""
    first, last = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return day.year + (day - first).days / (last - first).days


def pixels(value: float) -> str:
    """Pixels to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def common_scale(books: Mapping[str, BookAnswer], *, target_musd: float) -> Scale:
    """One scale for every book, so that their fans can be compared."""
    days = [year.end for book in books.values() for year in book.history]
    days += [year.end for book in books.values() for year in book.path]
    values = [year.value_musd for book in books.values() for year in book.history]
    values += [value for book in books.values() for year in book.path for value in (year.p05, year.p95)]
    floor = target_musd / 200
    low = max(floor, min([value for value in values if value > 0] or [floor]))
    high = max([*values, target_musd]) * 1.25
    return Scale(year_of(min(days)) - 0.6, year_of(max(days)) + 0.2, low / 1.15, high)


def draw_fans(appraisal: Appraisal, *, say: Words) -> tuple[FanChart, ...]:
    """One fan a book, all on one scale."""
    if not appraisal.books:
        return ()
    scale = common_scale(appraisal.books, target_musd=appraisal.target.value_musd)
    return tuple(
        _draw_fan(book, number=number, appraisal=appraisal, scale=scale, say=say)
        for number, book in enumerate(appraisal.books.values(), start=1)
    )


def _draw_fan(book: BookAnswer, *, number: int, appraisal: Appraisal, scale: Scale, say: Words) -> FanChart:
    pairs: tuple[tuple[str, Callable[[PathYear], float], Callable[[PathYear], float]], ...] = (
        ("90", lambda year: year.p05, lambda year: year.p95),
        ("80", lambda year: year.p10, lambda year: year.p90),
        ("50", lambda year: year.p25, lambda year: year.p75),
    )
    bands = tuple(Band(kind, _area(book.path, low, high, scale=scale)) for kind, low, high in pairs)
    return FanChart(
        id=f"fan-{number}",
        title=say("chart.fan_title", book=say.name(book.title), year=book.path[-1].end.year),
        description=describe_fan(book, target_musd=appraisal.target.value_musd, say=say),
        width=pixels(WIDTH),
        height=pixels(HEIGHT),
        y_ticks=_y_ticks(scale, say),
        x_ticks=_x_ticks(scale),
        bands=bands,
        history=_polyline([(scale.x(year.end), scale.y(year.value_musd)) for year in book.history]),
        history_dots=tuple(_dot(year, scale=scale) for year in book.history),
        median=_polyline([(scale.x(year.end), scale.y(year.p50)) for year in book.path]),
        median_dots=tuple(Dot(pixels(scale.x(year.end)), pixels(scale.y(year.p50))) for year in book.path),
        without=_polyline([(scale.x(year.end), scale.y(year.p50)) for year in book.without]),
        target=_target(scale, appraisal.target.value_musd, say),
        deadlines=_deadlines(scale, appraisal.deadlines),
    )


def describe_fan(book: BookAnswer, *, target_musd: float, say: Words) -> str:
    """What the fan shows, for those who do not see it."""
    first, last = book.path[0], book.path[-1]
    return say(
        "chart.fan_text",
        latest=say.money(book.baseline.value_musd),
        first=say.money(first.p50),
        first_month=say.month(first.end),
        last=say.money(last.p50),
        last_month=say.month(last.end),
        low=say.money(last.p05),
        high=say.money(last.p95),
        without=say.money(book.without[-1].p50),
        target=say.money(target_musd),
    )


def _dot(year: HistoryYear, *, scale: Scale) -> Dot:
    return Dot(pixels(scale.x(year.end)), pixels(scale.y(year.value_musd)))


def _polyline(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{pixels(x)},{pixels(y)}" for x, y in points)


def _area(
    path: Sequence[PathYear],
    low: Callable[[PathYear], float],
    high: Callable[[PathYear], float],
    *,
    scale: Scale,
) -> str:
    over = [(scale.x(year.end), scale.y(high(year))) for year in path]
    under = [(scale.x(year.end), scale.y(low(year))) for year in reversed(path)]
    return "M" + "L".join(f"{pixels(x)} {pixels(y)}" for x, y in (*over, *under)) + "Z"


def _y_ticks(scale: Scale, say: Words) -> tuple[Tick, ...]:
    ticks = []
    for power in range(math.floor(math.log10(scale.low)), math.ceil(math.log10(scale.high)) + 1):
        for step in (1, 2, 5):
            value = step * 10.0**power
            if scale.low <= value <= scale.high:
                y = scale.y(value)
                line = Line(pixels(LEFT), pixels(y), pixels(WIDTH - RIGHT), pixels(y))
                ticks.append(Tick(line, Label(pixels(LEFT - 6), pixels(y + 4), say.plain(value), "end")))
    return tuple(ticks)


def _x_ticks(scale: Scale) -> tuple[Tick, ...]:
    years = range(math.ceil(scale.first), math.floor(scale.last) + 1)
    step = max(1, math.ceil(len(years) / 6))
    ticks = []
    for year in years:
        if (year - years[-1]) % step == 0:
            x = scale.x(date(year, 1, 1))
            line = Line(pixels(x), pixels(HEIGHT - BOTTOM), pixels(x), pixels(HEIGHT - BOTTOM + 4))
            ticks.append(Tick(line, Label(pixels(x), pixels(HEIGHT - BOTTOM + 17), str(year))))
    return tuple(ticks)


def _target(scale: Scale, value: float, say: Words) -> Tick:
    y = scale.y(value)
    line = Line(pixels(LEFT), pixels(y), pixels(WIDTH - RIGHT), pixels(y))
    return Tick(line, Label(pixels(LEFT + 4), pixels(y - 5), say("chart.target", value=say.money(value)), "start"))


def _deadlines(scale: Scale, deadlines: Sequence[DeadlineAnswer]) -> tuple[Tick, ...]:
    """One upright line a reading; letters that would touch stand apart, in order."""
    places = [scale.x(one.latest) for one in deadlines]
    labels = spread_labels(places, gap=10.0)
    ticks = []
    for letter, x, label_x in zip(LETTERS, places, labels, strict=False):
        line = Line(pixels(x), pixels(TOP - 8), pixels(x), pixels(HEIGHT - BOTTOM))
        ticks.append(Tick(line, Label(pixels(label_x), pixels(TOP - 12), letter)))
    return tuple(ticks)


def spread_labels(places: Sequence[float], *, gap: float) -> tuple[float, ...]:
    """Places moved as little as it takes for neighbours to be `gap` apart, their order kept."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    for _ in range(20):
        for before, after in itertools.pairwise(order):
            lack = gap - (moved[after] - moved[before])
            if lack > 1e-9:
                moved[before] -= lack / 2
                moved[after] += lack / 2
    return tuple(moved)


def draw_bar(value: float, error: float, *, low: float, high: float) -> Bar:
    """A bar from zero to `value` with its error line, on an axis from `low` to `high` (low <= 0 <= high)."""

    def place(number: float) -> float:
        return (min(max(number, low), high) - low) / (high - low) * 100 if high > low else 0.0

    start, end = sorted((place(0.0), place(value)))
    first, last = place(value - error), place(value + error)
    return Bar(f"{start:.2f}", f"{end - start:.2f}", f"{first:.2f}", f"{last - first:.2f}")
