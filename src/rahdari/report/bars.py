"""Bar charts as geometry: the way from baseline to target (waterfall) and what the outlook hangs on (tornado).

The label stands above its bar, so that long names fit a narrow screen; kinds differ by fill, hatching and outline and
by the sign of the figure beside them, so that the chart reads without colour.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rahdari.appraisal.contributions import BookWaterfall, WaterfallStep
from rahdari.appraisal.result import Appraisal
from rahdari.appraisal.sensitivity import BookSensitivity
from rahdari.report.charts import Label, Line, pixels
from rahdari.report.words import Words

WIDTH = 360.0
LETTERS_A_LINE = 56
LINE_HEIGHT, BAR_HEIGHT, ROW_GAP = 14.0, 13.0, 9.0
VALUE_WIDTH = 78.0  # on the right, for the figure
STEPS_SHOWN = 4  # measures of a waterfall that are told one by one
LEAST_SHOWN = 1e-3  # of the target: what a measure must bring to be told by itself


@dataclass(frozen=True, slots=True)
class Column:
    """One bar in pixels; `kind` (level, rise, fall, gap, share) sets how it is filled; `error` is empty for none."""

    kind: str
    labels: tuple[Label, ...]
    x: str
    y: str
    width: str
    height: str
    error: Line | None
    value: Label


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars below each other with their labels, and the lines that join one height to the next."""

    id: str
    title: str
    description: str
    width: str
    height: str
    bars: tuple[Column, ...]
    joins: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A bar before it is drawn: its words, its ends, its error and the height that it leaves (all in one unit)."""

    kind: str
    label: str
    start: float
    end: float
    error: float
    value: str
    leaves: float | None


def draw_waterfalls(appraisal: Appraisal, *, say: Words) -> tuple[BarChart, ...]:
    """From baseline to target for each book."""
    charts = []
    for number, one in enumerate(appraisal.waterfalls, start=1):
        title = say("waterfall.title", book=say.name(appraisal.books[one.book].title), month=say.month(one.end))
        spans = list_spans(one, say)
        told = "; ".join(f"{span.label}: {span.value}" for span in spans)
        text = say("waterfall.text", steps=told)
        charts.append(draw_bars(spans, id_=f"waterfall-{number}", title=title, description=text))
    return tuple(charts)


def list_spans(waterfall: BookWaterfall, say: Words) -> tuple[Span, ...]:
    """The waterfall's bars; the smaller measures are one bar."""
    spans = []
    height = 0.0
    for step in merge_steps(waterfall.steps, say):
        if step.kind == "level":
            spans.append(Span("level", step.title, 0.0, step.value_musd, 0.0, say.number(step.value_musd),
                              step.value_musd))  # fmt: skip
            height = step.value_musd
            continue
        kind = "gap" if step.id == "gap" else "rise" if step.value_musd >= 0 else "fall"
        ends = (height, height + step.value_musd)
        height = ends[1]
        spans.append(Span(kind, step.title, min(ends), max(ends), 0.0, _say_change(step.value_musd, say), height))
    return tuple(spans)


def merge_steps(steps: Sequence[WaterfallStep], say: Words) -> list[WaterfallStep]:
    """The steps with words of the language; measures beyond the largest few are one step."""
    fixed = {step.id: say.texts.get(f"waterfall.{step.id}") for step in steps}
    measures = [step for step in steps if fixed[step.id] is None]
    least = LEAST_SHOWN * max((step.value_musd for step in steps if step.id == "target"), default=0.0)
    ranked = sorted(measures, key=lambda step: -abs(step.value_musd))
    large = [step for step in ranked if abs(step.value_musd) >= least]
    shown = ranked if len(ranked) < 2 else large[:STEPS_SHOWN]
    rest = [step for step in measures if step not in shown]
    merged = []
    for step in steps:
        if step.id == "expected" and rest:
            total = sum(one.value_musd for one in rest)
            merged.append(WaterfallStep("others", say("waterfall.others", count=len(rest)), "change", total))
        if step not in rest:
            title = fixed[step.id] or say.name(step.title)
            merged.append(WaterfallStep(step.id, title, step.kind, step.value_musd))
    return merged


def _say_change(value: float, say: Words) -> str:
    """A change with its sign: '+8.2', '−90', '+0.0'."""
    return ("" if value < 0 else "+") + say.digits(value, 0 if abs(value) >= 10 else 1)


def draw_tornadoes(appraisal: Appraisal, *, say: Words) -> tuple[BarChart, ...]:
    """What each book's outlook is most sensitive to, largest first."""
    return tuple(
        _draw_tornado(one, appraisal, number=number, say=say)
        for number, one in enumerate(appraisal.sensitivity, start=1)
    )


def _draw_tornado(one: BookSensitivity, appraisal: Appraisal, *, number: int, say: Words) -> BarChart:
    spans = [
        Span("share", say.term("sensitivity", group.group, group.title), 0.0, group.index, group.se,
             say.percent(group.index), None)
        for group in one.groups
    ]  # fmt: skip
    title = say("tornado.title", book=say.name(appraisal.books[one.book].title), month=say.month(one.end))
    text = say("tornado.text", groups="; ".join(f"{span.label}: {span.value}" for span in spans[:3]))
    return draw_bars(spans, id_=f"tornado-{number}", title=title, description=text)


def draw_bars(spans: Sequence[Span], *, id_: str, title: str, description: str) -> BarChart:
    """The bars on one axis from the lowest to the highest end."""
    low = min([0.0, *(span.start for span in spans)])
    high = max([*(span.end + span.error for span in spans), low + 1e-9])

    def x(value: float) -> float:
        return (min(max(value, low), high) - low) / (high - low) * (WIDTH - VALUE_WIDTH)

    bars: list[Column] = []
    joins: list[Line] = []
    y = 0.0
    above: tuple[float, float] | None = None  # the height that the bar before leaves, and where that bar ends
    for span in spans:
        lines = textwrap.wrap(span.label, LETTERS_A_LINE)
        labels = tuple(
            Label("0", pixels(y + LINE_HEIGHT * (row + 1) - 3), text, "start") for row, text in enumerate(lines)
        )
        top = y + LINE_HEIGHT * len(lines) + 2
        if above is not None and span.leaves is not None:
            joins.append(Line(pixels(above[0]), pixels(above[1]), pixels(above[0]), pixels(top)))
        bars.append(
            Column(
                kind=span.kind,
                labels=labels,
                x=pixels(x(span.start)),
                y=pixels(top),
                width=pixels(max(x(span.end) - x(span.start), 0.8)),
                height=pixels(BAR_HEIGHT),
                error=_error(span, x, middle=top + BAR_HEIGHT / 2) if span.error > 0 else None,
                value=Label(pixels(WIDTH), pixels(top + BAR_HEIGHT - 2.5), span.value, "end"),
            )
        )
        above = None if span.leaves is None else (x(span.leaves), top + BAR_HEIGHT)
        y = top + BAR_HEIGHT + ROW_GAP
    return BarChart(id_, title, description, pixels(WIDTH), pixels(y), tuple(bars), tuple(joins))


def _error(span: Span, x: Callable[[float], float], *, middle: float) -> Line:
    """One standard error to each side of the bar's end."""
    return Line(pixels(x(span.end - span.error)), pixels(middle), pixels(x(span.end + span.error)), pixels(middle))
