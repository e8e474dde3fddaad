"""The frontier as geometry: what packages of measures add against what they cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rahdari.appraisal.portfolio import Frontier
from rahdari.report.charts import Dot, Label, Line, Tick, pixels
from rahdari.report.words import Words

WIDTH, HEIGHT = 360.0, 250.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 14.0, 16.0, 40.0


@dataclass(frozen=True, slots=True)
class FrontierChart:
    """Effect against cost: a step for every package that no cheaper one equals."""

    id: str
    title: str
    description: str
    width: str
    height: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_label: Label
    steps: str
    dots: tuple[Dot, ...]
    numbers: tuple[Label, ...]


def draw_frontier(one: Frontier, *, number: int, book: str, say: Words) -> FrontierChart:
    """The frontier on an axis of cost whose small values are spread out (square root), effect from zero."""
    costs = [package.cost_musd for package in one.packages]
    effects = [package.effect_musd for package in one.packages]
    most_cost, most_effect = max([*costs, 1.0]), max([*effects, 1e-9])

    def x(cost: float) -> float:
        return LEFT + math.sqrt(cost / most_cost) * (WIDTH - LEFT - RIGHT)

    def y(effect: float) -> float:
        return HEIGHT - BOTTOM - effect / most_effect * (HEIGHT - TOP - BOTTOM)

    points: list[tuple[float, float]] = []
    for cost, effect in zip(costs, effects, strict=True):
        if points:
            points.append((x(cost), points[-1][1]))
        points.append((x(cost), y(effect)))
    points.append((WIDTH - RIGHT, points[-1][1]))
    shown = _spaced([(x(cost), y(effect)) for cost, effect in zip(costs, effects, strict=True)])
    return FrontierChart(
        id=f"frontier-{number}",
        title=say("packages.chart", book=book),
        description=_describe(one, say),
        width=pixels(WIDTH),
        height=pixels(HEIGHT),
        x_ticks=tuple(
            Tick(
                Line(pixels(x(cost)), pixels(HEIGHT - BOTTOM), pixels(x(cost)), pixels(HEIGHT - BOTTOM + 4)),
                Label(pixels(x(cost)), pixels(HEIGHT - BOTTOM + 16), say.digits(cost, 0)),
            )
            for cost in round_steps(most_cost)
        ),
        y_ticks=tuple(
            Tick(
                Line(pixels(LEFT), pixels(y(value)), pixels(WIDTH - RIGHT), pixels(y(value))),
                Label(pixels(LEFT - 6), pixels(y(value) + 4), say.plain(value), "end"),
            )
            for value in round_steps(most_effect)
        ),
        x_label=Label(pixels(WIDTH - RIGHT), pixels(HEIGHT - 6), say("packages.cost_axis"), "end"),
        steps=" ".join(f"{pixels(px)},{pixels(py)}" for px, py in points),
        dots=tuple(Dot(pixels(x(cost)), pixels(y(effect))) for cost, effect in zip(costs, effects, strict=True)),
        numbers=tuple(Label(pixels(px), pixels(py - 8), str(index + 1)) for index, px, py in shown),
    )


def _describe(one: Frontier, say: Words) -> str:
    first, last = one.packages[0], one.packages[-1]
    return say(
        "packages.text",
        count=len(one.packages),
        first_cost=say.money(first.cost_musd),
        first_effect=say.money(first.effect_musd),
        last_cost=say.money(last.cost_musd),
        last_effect=say.money(last.effect_musd),
    )


def _spaced(points: Sequence[tuple[float, float]]) -> list[tuple[int, float, float]]:
    """The points whose numbers would not touch, with their places in the row; the first always."""
    kept: list[tuple[int, float, float]] = []
    for index, (px, py) in enumerate(points):
        if all(abs(px - other_x) > 16 or abs(py - other_y) > 13 for _, other_x, other_y in kept):
            kept.append((index, px, py))
    return kept


def round_steps(most: float) -> list[float]:
    """Zero and a few round numbers up to `most`."""
    unit = 10.0 ** math.floor(math.log10(most))
    step = next(unit * factor for factor in (0.2, 0.5, 1.0, 2.0) if most / (unit * factor) <= 5)
    return [step * count for count in range(int(most / step) + 1)]
