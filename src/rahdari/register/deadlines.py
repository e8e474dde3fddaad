"""Deadlines: a document's words for a day to come, and the earliest and latest day that any reading of them gives."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rahdari.register.commitment import Deadline
from rahdari.register.lexicon import DeadlineShape, Lexicon
from rahdari.register.numbers import is_year
from rahdari.register.numerals import read_numeral
from rahdari.register.phrases import Hit, Token

Span = tuple[dt.date | None, dt.date | None]
UNKNOWN: Span = (None, None)
YEAR_SLOTS = frozenset({"year", "short", "joined", "fiscal"})
ORDINAL_SLOTS = ("ordinal", "quarter", "half")
CENTURY = 1000
OPENING_MARKS = frozenset({"", "|", ":", "(", ";", "["})
CLOSING_MARKS = frozenset({"", "|", ".", ")", ";", "]"})
# "six months of the signing of this Declaration": links of a tail, and words of each.
LONGEST_TAIL = 3
TAIL_WORDS = 5
DAYS = {"day": 1, "week": 7, "fortnight": 14}
MONTHS = {"month": 1, "year": 12, "decade": 120}


@dataclass(frozen=True, slots=True)
class DeadlineHit:
    """A deadline with the token range of its words; one that is not `firm` may tell of the past as well."""

    deadline: Deadline
    first: int
    last: int
    firm: bool
    is_past: bool = False


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
    season: int | None


def find_deadlines(
    tokens: tuple[Token, ...], text: str, *, lexicon: Lexicon, date: dt.date | None
) -> tuple[DeadlineHit, ...]:
    """The deadlines among a sentence's words, the longest reading of each, dated from the document's `date`."""
    words = _with_figures(tokens, lexicon)
    found: list[DeadlineHit] = []
    for hit in _longest_hits(words, lexicon):
        last = (
            _tail_end(words.tokens, hit.last, lexicon) if hit.entry.tail else _without_marks(words.tokens, hit, lexicon)
        )
        earliest, latest = _read(hit, lexicon, date)
        if hit.entry.alone and date is not None and latest is not None and latest <= date:
            continue  # the document's own date, or one before it
        first, end = words.places[hit.first], words.places[last - 1] + words.widths[last - 1]
        said = text[tokens[first].start : tokens[end - 1].end]
        past = date is not None and latest is not None and latest < date
        found.append(DeadlineHit(Deadline(said, earliest, latest), first, end, hit.entry.firm, past))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Words:
    """A sentence's tokens with each number of several words as one in figures, and where each stood, how wide."""

    tokens: tuple[Token, ...]
    places: tuple[int, ...]
    widths: tuple[int, ...]


def _with_figures(tokens: tuple[Token, ...], lexicon: Lexicon) -> _Words:
    kept: list[Token] = []
    places: list[int] = []
    widths: list[int] = []
    position = 0
    while position < len(tokens):
        token, width = tokens[position], 1
        if token.is_number or token.word in lexicon.numbers.words:
            numeral = read_numeral(tokens, position, lexicon.numbers)
            if numeral is not None and (numeral.last > position + 1 or (token.is_number and not token.raw.isdecimal())):
                width = numeral.last - position
                figures = f"{numeral.value:g}"
                token = Token(token.start, tokens[numeral.last - 1].end, figures, figures, token.after_hyphen, False)
        kept.append(token)
        places.append(position)
        widths.append(width)
        position += width
    return _Words(tuple(kept), tuple(places), tuple(widths))


def _longest_hits(words: _Words, lexicon: Lexicon) -> list[Hit[DeadlineShape]]:
    """The phrases found, the longest where several overlap, without those that tell how long something holds."""
    longest: list[Hit[DeadlineShape]] = []
    lone = (
        hit
        for position in range(len(words.tokens))
        if (words.tokens[position - 1].raw if position else "") in OPENING_MARKS
        for hit in lexicon.lone_deadlines.find_at(words.tokens, position, len(words.tokens))
        if _stands_alone(words.tokens, hit)
    )
    for hit in sorted((*lexicon.deadlines.find(words.tokens), *lone), key=lambda hit: (hit.first, -hit.last)):
        if not longest or hit.first >= longest[-1].last:
            longest.append(hit)
    return [hit for hit in longest if not _is_validity(words.tokens, hit, lexicon)]


def _stands_alone(tokens: tuple[Token, ...], hit: Hit[DeadlineShape]) -> bool:
    """Whether marks close the words in on both sides: a table's cell, brackets, what follows a colon."""
    return (tokens[hit.last].raw if hit.last < len(tokens) else "") in CLOSING_MARKS


def _without_marks(tokens: tuple[Token, ...], hit: Hit[DeadlineShape], lexicon: Lexicon) -> int:
    """The token after a hit's words, less the comma or stop of the sentence that an optional mark has taken."""
    last = hit.last
    while last > hit.first + 1 and tokens[last - 1].raw in {",", "."}:
        if tokens[last - 1].raw == "." and tokens[last - 2].word in lexicon.deadline_words["abbreviations"]:
            return last
        last -= 1
    return last


def _is_validity(tokens: tuple[Token, ...], hit: Hit[DeadlineShape], lexicon: Lexicon) -> bool:
    """Whether "until 2029" follows "runs" or "valid": how long something holds."""
    lasting = tokens[hit.first].word in lexicon.deadline_words["validity_leads"]
    return lasting and hit.first > 0 and tokens[hit.first - 1].word in lexicon.deadline_words["validity"]


def _tail_end(tokens: tuple[Token, ...], start: int, lexicon: Lexicon) -> int:
    """The token after the words of what a deadline is that of: "of the signing of this Declaration"."""
    end = start
    for _ in range(LONGEST_TAIL):
        cursor = end
        links = lexicon.deadline_words["tail_links"]
        if links:
            if cursor >= len(tokens) or tokens[cursor].word not in links:
                return end
            cursor += 1
        while cursor < len(tokens) and tokens[cursor].word in lexicon.words["determiners"] | {"this"}:
            cursor += 1
        named = cursor
        while cursor < len(tokens) and cursor - named < TAIL_WORDS and _in_tail(tokens[cursor], lexicon):
            cursor += 1
        if cursor == named:
            return end
        end = cursor
    return end


def _in_tail(token: Token, lexicon: Lexicon) -> bool:
    if token.word in lexicon.deadline_words["tail_inner"]:
        return True
    if token.is_mark or token.word in lexicon.words["function_words"]:
        return False
    if token.is_number:
        return is_year(token.raw) and bool(lexicon.deadline_words["tail_links"])
    endings = tuple(lexicon.deadline_words["tail_endings"])
    return not endings or token.word.endswith(endings)


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
        years=tuple(_year_of(token) for name, token in hit.slots if name in YEAR_SLOTS),
        month=lexicon.month_of[tokens["month"].word] if "month" in tokens else None,
        day=int(tokens["day"].raw) if "day" in tokens else None,
        number=_number(number, lexicon) if number else None,
        unit=lexicon.unit_of[unit.word] if unit else None,
        ordinal=next((lexicon.ordinal_of[tokens[name].word] for name in ORDINAL_SLOTS if name in tokens), None),
        season=lexicon.season_of[tokens["season"].word] if "season" in tokens else None,
    )


def _year_of(token: Token) -> int:
    """The year of "2027", "27" or "FY27"."""
    digits = int("".join(letter for letter in token.raw if letter.isdecimal()))
    return digits if digits >= CENTURY else 2000 + digits


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


def _split_year(slots: _Slots) -> Span:
    """The dates of "2026/27": a financial year begins in April at the earliest, an academic one ends in September."""
    return dt.date(slots.years[0], 4, 1), dt.date(slots.years[-1], 9, 30)


def _season(slots: _Slots) -> Span:
    """The months of a season of the north; without a year it is the next one that ends after the document's date."""
    if slots.season is None or not (slots.years or slots.date):
        return UNKNOWN
    year = slots.years[-1] if slots.years else slots.date.year if slots.date else 0
    first = dt.date(year, slots.season, 1)
    last = add_months(first, 3) - dt.timedelta(days=1)
    if not slots.years and slots.date is not None and last < slots.date:
        return add_months(first, 12), add_months(last.replace(day=1), 13) - dt.timedelta(days=1)
    return first, last


def _year_or_coming(slots: _Slots, last_month: int) -> int | None:
    """The year named, else the one in which that month comes next after the document's date."""
    if slots.years:
        return slots.years[-1]
    if slots.date is None:
        return None
    return slots.date.year + (last_month < slots.date.month)


def _year_half(slots: _Slots) -> Span:
    half = slots.ordinal or 1
    year = _year_or_coming(slots, 6 * half)
    if year is None:
        return UNKNOWN
    return (dt.date(year, 1, 1), dt.date(year, 6, 30)) if half == 1 else (dt.date(year, 7, 1), dt.date(year, 12, 31))


def _year_quarter(slots: _Slots) -> Span:
    quarter = slots.ordinal or 1
    year = _year_or_coming(slots, 3 * quarter)
    if year is None:
        return UNKNOWN
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


def _next_named_month(slots: _Slots) -> Span:
    """The dates of "next April": the coming one, and where that is still of this year perhaps the one after."""
    earliest, latest = _month(slots)
    if earliest is None or latest is None or slots.date is None or earliest.year > slots.date.year:
        return earliest, latest
    return earliest, _last_day(latest.year + 1, latest.month)


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
    "split_year": _split_year,
    "season": _season,
    "month": _month,
    "next_named_month": _next_named_month,
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
