"""What to do next, in plain words: what counts in time, what lasts, what pays, and what no measure decides."""

from __future__ import annotations

from datetime import date

from rahdari.appraisal.result import Appraisal
from rahdari.appraisal.returns import Return
from rahdari.appraisal.timing import NOTICEABLE_MUSD
from rahdari.case import Case
from rahdari.report.words import Words

LEAST_SHARE = 0.1  # smaller shares have errors of their own size


def say_steps(case: Case, appraisal: Appraisal, *, last: date, say: Words) -> tuple[str, ...]:
    """The next steps, the most urgent first, by the first book; `last` is the last reading of the deadline."""
    steps = [say("step.name_the_book")]
    book = next(iter(appraisal.books), None)
    if book is not None:
        steps += _in_time(appraisal, book, last, say)
        steps += _lasting(case, appraisal, book, say)
        steps += _paying(appraisal, say)
        steps += _patience(appraisal, book, say)
    return tuple(steps)


def latest_start(appraisal: Appraisal, measure: str, book: str, *, last: date) -> date | None:
    """The last month in which a measure may come, for sure, and still show in the book by the last deadline."""
    readings = {one.id for one in appraisal.deadlines if one.latest == last}
    starts = (one.latest for one in appraisal.latest_starts
              if (one.measure, one.book) == (measure, book) and one.deadline in readings)  # fmt: skip
    return next(starts, None)


def _in_time(appraisal: Appraisal, book: str, last: date, say: Words) -> list[str]:
    """What to leave unsaid where no measure can show in the book by the last deadline any more."""
    late = not any(latest_start(appraisal, one.id, book, last=last) for one in appraisal.measures)
    return [say("step.nothing_in_time", month=say.month(last))] if late and appraisal.latest_starts else []


def _lasting(case: Case, appraisal: Appraisal, book: str, say: Words) -> list[str]:
    """The measure that brings most in the horizon's last year, of those that this trade's savings may pay for."""
    unpaid = {one.measure for one in appraisal.returns if one.cost_musd is not None and not _pays(one)}
    worth = [one for one in appraisal.measures if one.id not in unpaid]
    best = max(worth, key=lambda one: one.full_effect_musd.get(book, 0.0), default=None)
    if best is None or best.full_effect_musd.get(book, 0.0) < NOTICEABLE_MUSD:
        return []
    value, name = say.money(best.full_effect_musd[book]), say.name(appraisal.books[book].title)
    return [say("step.lasting", measure=say.name(best.title), value=value, year=case.settings.horizon, book=name)]


def _paying(appraisal: Appraisal, say: Words) -> list[str]:
    """Whether any measure with a known cost is worth it to this trade alone, in any book."""
    priced = [one for one in appraisal.returns if one.cost_musd is not None]
    titles = {one.id: one.title for one in appraisal.measures}
    worth = [say("quoted", words=say.name(titles[one.measure])) for one in priced if _pays(one)]
    if not priced:
        return []
    return [say("step.pays", items=say.join(worth)) if worth else say("step.none_pays", count=len(priced))]


def _pays(one: Return) -> bool:
    return any(book.npv_musd is not None and book.npv_musd > 0 for book in one.by_book)


def _patience(appraisal: Appraisal, book: str, say: Words) -> list[str]:
    """How little of the spread of a year the measures decide, so that one good year proves nothing."""
    found = next((one for one in appraisal.sensitivity if one.book == book), None)
    shares = {one.group: one.index for one in found.groups} if found is not None else {}
    if found is None or not {"movement", "delivery"} <= shares.keys() or shares["movement"] <= shares["delivery"]:
        return []
    return [
        say(
            "step.patience",
            movement=_say_share(shares["movement"], say),
            delivery=_say_share(shares["delivery"], say),
            book=say.name(appraisal.books[book].title),
        )
    ]


def _say_share(share: float, say: Words) -> str:
    if share < LEAST_SHARE:
        return say("number.under", value=say.percent(LEAST_SHARE))
    return say("chance.about") + say.percent(share)
