"""What would have to be true for the target, and what has an even chance instead, in plain words."""

from __future__ import annotations

from datetime import date

from rahdari.appraisal.prospects import BEST_FOR_SURE, NOTHING
from rahdari.appraisal.result import Appraisal
from rahdari.report.words import Words


def say_conditions(appraisal: Appraisal, *, last: date, say: Words) -> tuple[str, ...]:
    """What would have to be true for the target, and what has an even chance instead."""
    if not appraisal.books or not appraisal.deadlines:
        return ()
    return (
        *_growth_needed(appraisal, say),
        _cost_needed(appraisal, say),
        *_all_for_sure(appraisal, last=last, say=say),
        *_even_chance(appraisal, say),
    )


def _growth_needed(appraisal: Appraisal, say: Words) -> list[str]:
    deadline = max(appraisal.deadlines, key=lambda one: one.latest)
    items = [
        say(
            "condition.growth_item",
            book=say.name(book.title),
            growth=say.percent(book.outside[deadline.id].required_growth),
        )
        for book in appraisal.books.values()
    ]
    return [say("condition.growth", items=say.join(items))]


def _cost_needed(appraisal: Appraisal, say: Words) -> str:
    name = min(appraisal.required, key=lambda one: appraisal.required[one].growth)
    short, long = appraisal.required[name].cost_factor[:2]
    factors = [book.free_transport_factor for book in appraisal.books.values()]
    enough = all(book.free_transport_factor >= appraisal.required[one].growth for one, book in appraisal.books.items())
    low, high = say.digits(min(factors), 1), say.digits(max(factors), 1)
    key = "condition.free_enough" if enough else "condition.free_short"
    free = say(f"{key}_one" if low == high else key, low=low, high=high)
    cost = say(
        "condition.cost",
        book=say.name(appraisal.books[name].title),
        short=say.percent(1 - short.factor),
        short_elasticity=say.plain(short.elasticity),
        long=say.percent(1 - long.factor),
        long_elasticity=say.plain(long.elasticity),
    )
    return f"{cost} {free}"


def _all_for_sure(appraisal: Appraisal, *, last: date, say: Words) -> list[str]:
    """What the measures could do at the most, in the book where that is most likely."""
    deadline = max(appraisal.deadlines, key=lambda one: one.latest).id
    sure = [one for one in appraisal.reach if one.package == BEST_FOR_SURE and one.measures]
    if not sure:
        return []
    best = max(sure, key=lambda one: (one.probability[deadline], one.probability_by_horizon))
    nothing = next(one for one in appraisal.reach if one.book == best.book and one.package == NOTHING)
    if best.probability_by_horizon == nothing.probability_by_horizon:
        return []  # no path that would not have got there anyway: the rest says so already
    book = appraisal.books[best.book]
    return [
        say(
            "condition.sure",
            book=say.name(book.title),
            month=say.month(last),
            sure=say.chance(best.probability[deadline]),
            idle=say.chance(nothing.probability[deadline]),
            year=book.path[-1].end.year,
            later=say.chance(best.probability_by_horizon),
            idle_later=say.chance(nothing.probability_by_horizon),
        )
    ]


def _even_chance(appraisal: Appraisal, say: Words) -> list[str]:
    """The largest target with an even chance in the last reporting year that ends by the last deadline, by book."""
    items = []
    for name, book in appraisal.books.items():
        end = appraisal.attribution_year[name]
        row = next(
            (one for one in appraisal.target_setting.even_chance if one.book == name and one.end == end), None
        )  # each book's own flow comes first
        if row is not None:
            items.append(
                say(
                    "condition.even_item",
                    book=say.name(book.title),
                    value=say.money(row.in_year_musd),
                    month=say.month(end),
                )
            )
    return [say("condition.even", items="; ".join(items))] if items else []
