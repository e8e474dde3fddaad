"""Deadlines: a document's words for a day to come, and the earliest and latest day that any reading of them gives."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rahdari.register.commitment import Deadline
from rahdari.register.lexicon import DeadlineShape, Lexicon
from rahdari.register.phrases import Hit, Token

Span = tuple[dt.date | None, dt.date | None]
UNKNOWN: Span = (None, None)
DAYS = {"day": 1, "week": 7}
MONTHS = {"month": 1, "year": 12, "decade": 120}


@dataclass(frozen=True, slots=True)
class DeadlineHit:
    """A deadline with the token range of its words; one that is not `firm` may tell of the past as well."""

    deadline: Deadline
    first: int
    last: int
    firm: bool


@dataclass(frozen=True, slots=True)
class _Slots:
    """What the slots of a deadline's phrase hold, as numbers, and the document's date."""

    date: dt.date | None
    years: tuple[int, ...]
    month: int | None
    day: int | None
    number: float | None
    unit: str | None
    ordinal: int | None


def find_deadlines(
    tokens: tuple[Token, ...], text: str, *, lexicon: Lexicon, date: dt.date | None
) -> tuple[DeadlineHit, ...]:
    """The deadlines among a sentence's words, the longest reading of each, dated from the document's `date`."""
    longest: list[Hit[DeadlineShape]] = []
    for hit in sorted(lexicon.deadlines.find(tokens), key=lambda hit: (hit.first, -hit.last)):
        if not longest or hit.first >= longest[-1].last:
            longest.append(hit)
    found: list[DeadlineHit] = []
    for hit in longest:
        earliest, latest = _read(hit, lexicon, date)
        words = text[tokens[hit.first].start : tokens[hit.last - 1].end]
        found.append(DeadlineHit(Deadline(words, earliest, latest), hit.first, hit.last, hit.entry.firm))
    return tuple(found)


def _read(hit: Hit[DeadlineShape], lexicon: Lexicon, date: dt.date | None) -> Span:
    slots = _slot_values(hit, lexicon, date)
    try:
        return READINGS[hit.entry.reading](slots)
    except (ValueError, OverflowError):  # beyond the calendar ("within 9,000 years"), or a day that no month has
        return UNKNOWN


def _slot_values(hit: Hit[DeadlineShape], lexicon: Lexicon, date: dt.date | None) -> _Slots:
    tokens: Mapping[str, Token] = dict(hit.slots)
    number, unit = tokens.get("number"), tokens.get("unit") or tokens.get("single")
    return _Slots(
        date=date,
        years=tuple(int(token.raw) for name, token in hit.slots if name == "year"),
        month=lexicon.month_of[tokens["month"].word] if "month" in tokens else None,
        day=int(tokens["day"].raw) if "day" in tokens else None,
        number=_number(number, lexicon) if number else None,
        unit=lexicon.unit_of[unit.word] if unit else None,
        ordinal=lexicon.ordinal_of[tokens["ordinal"].word] if "ordinal" in tokens else None,
    )


def _number(token: Token, lexicon: Lexicon) -> float:
    return float(token.raw) if token.is_number else lexicon.numbers.words[token.word]


def _year_span(year: int) -> Span:
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _last_day(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _year(slots: _Slots) -> Span:
    # "by 2030" is met by some when the year begins, by others when it ends.
    return _year_span(slots.years[-1])


def _year_end(slots: _Slots) -> Span:
    end = dt.date(slots.years[-1], 12, 31)
    return end, end


def _year_half(slots: _Slots) -> Span:
    year, half = slots.years[-1], slots.ordinal or 1
    return (dt.date(year, 1, 1), dt.date(year, 6, 30)) if half == 1 else (dt.date(year, 7, 1), dt.date(year, 12, 31))


def _year_quarter(slots: _Slots) -> Span:
    year, quarter = slots.years[-1], slots.ordinal or 1
    return dt.date(year, 3 * quarter - 2, 1), _last_day(year, 3 * quarter)


def _year_mid(slots: _Slots) -> Span:
    return dt.date(slots.years[-1], 6, 1), dt.date(slots.years[-1], 7, 31)


def _year_early(slots: _Slots) -> Span:
    return dt.date(slots.years[-1], 1, 1), dt.date(slots.years[-1], 4, 30)


def _month_and_year(slots: _Slots) -> tuple[int, int] | None:
    """The year and month meant; a month without a year is the next one after the document's date."""
    if slots.month is None:
        return None
    if slots.years:
        return slots.years[-1], slots.month
    if slots.date is None:
        return None
    return slots.date.year + (slots.month < slots.date.month), slots.month


def _month(slots: _Slots) -> Span:
    found = _month_and_year(slots)
    return (dt.date(found[0], found[1], 1), _last_day(*found)) if found else UNKNOWN


def _month_end(slots: _Slots) -> Span:
    found = _month_and_year(slots)
    return (_last_day(*found), _last_day(*found)) if found else UNKNOWN


def _day(slots: _Slots) -> Span:
    found = _month_and_year(slots)
    if not found or slots.day is None:
        return UNKNOWN
    day = dt.date(found[0], found[1], slots.day)
    if not slots.years and slots.date is not None and day < slots.date:
        day = dt.date(found[0] + 1, found[1], slots.day)
    return day, day


def _this_year(slots: _Slots) -> Span:
    return (slots.date, dt.date(slots.date.year, 12, 31)) if slots.date else UNKNOWN


def _this_year_end(slots: _Slots) -> Span:
    return (dt.date(slots.date.year, 12, 31), dt.date(slots.date.year, 12, 31)) if slots.date else UNKNOWN


def _next_year(slots: _Slots) -> Span:
    return _year_span(slots.date.year + 1) if slots.date else UNKNOWN


def _next_year_end(slots: _Slots) -> Span:
    return (dt.date(slots.date.year + 1, 12, 31), dt.date(slots.date.year + 1, 12, 31)) if slots.date else UNKNOWN


def _this_month(slots: _Slots) -> Span:
    return (slots.date, _last_day(slots.date.year, slots.date.month)) if slots.date else UNKNOWN


def _next_month(slots: _Slots) -> Span:
    if slots.date is None:
        return UNKNOWN
    first = add_months(slots.date.replace(day=1), 1)
    return first, _last_day(first.year, first.month)


def _within(slots: _Slots) -> Span:
    if slots.date is None or slots.unit is None:
        return UNKNOWN
    end = _after(slots.date, slots.number or 1.0, slots.unit)
    return end, end


def _within_next(slots: _Slots) -> Span:
    """The dates of "within the next year": twelve months from now, or the last day of the next calendar year."""
    earliest, latest = _within(slots)
    if latest is not None and slots.unit == "year":
        latest = dt.date(latest.year, 12, 31)
    return earliest, latest


def _decade_end(slots: _Slots) -> Span:
    if slots.date is None:
        return UNKNOWN
    # "The end of the 2020s" is 2029 to most and 2030 to those who count from one.
    last = slots.date.year // 10 * 10 + 9
    return dt.date(last, 12, 31), dt.date(last + 1, 12, 31)


def _vague(_: _Slots) -> Span:
    return UNKNOWN


def _after(date: dt.date, number: float, unit: str) -> dt.date:
    if unit in DAYS:
        return date + dt.timedelta(days=round(number * DAYS[unit]))
    return add_months(date, round(number * MONTHS[unit]))


def add_months(date: dt.date, months: int) -> dt.date:
    """The same day that many months later, or that month's last day where it is shorter."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


READINGS: Mapping[str, Callable[[_Slots], Span]] = {
    "year": _year,
    "year_end": _year_end,
    "year_half": _year_half,
    "year_quarter": _year_quarter,
    "year_mid": _year_mid,
    "year_early": _year_early,
    "month": _month,
    "month_end": _month_end,
    "day": _day,
    "this_year": _this_year,
    "this_year_end": _this_year_end,
    "next_year": _next_year,
    "next_year_end": _next_year_end,
    "this_month": _this_month,
    "next_month": _next_month,
    "within": _within,
    "within_next": _within_next,
    "decade_end": _decade_end,
    "vague": _vague,
}
