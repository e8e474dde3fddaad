"""Dates: full calendar dates in a text, and the one that a document gives itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache

from rahdari.documents.languages import Language, load_language

# A dateline stands near the start of one of the first blocks; a closing line is among the last ones.
OPENING_BLOCKS = 6
CLOSING_BLOCKS = 4
DATELINE_CHARACTERS = 70
LONGEST_OPENING = 1000
MEETING_REACH = 7
# "on 5 and 6 September", "9 - 11 December": a meeting of several days.
DAY_BEFORE = re.compile(r"\b\d{1,2}\s?(?:-|\u2013|\u2014|\w{1,3})\s?$")


@cache
def _patterns(code: str) -> tuple[re.Pattern[str], ...]:
    names = sorted((name for name, _ in load_language(code).months), key=len, reverse=True)
    month = rf"(?P<month>{'|'.join(map(re.escape, names))})\.?"
    return (
        re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{month},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
        re.compile(
            rf"\b{month}\s+(?:\d{{1,2}}\s?[-\u2013]\s?)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
            re.IGNORECASE,
        ),
        re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b"),
        re.compile(r"\b(?P<day>\d{1,2})\.(?P<month>\d{2})\.(?P<year>\d{4})\b"),
    )


def find_dates(text: str, *, language: Language) -> Iterator[tuple[int, int, dt.date]]:
    """Each full date of a text with its span; dates that no calendar holds are left out."""
    months = dict(language.months)
    for pattern in _patterns(language.code):
        for match in pattern.finditer(text):
            month = match["month"].casefold()
            number = int(month) if month.isdigit() else months[month]
            try:
                yield match.start(), match.end(), dt.date(int(match["year"]), number, int(match["day"]))
            except ValueError:  # 31 February: a misprint, not a date
                continue


def date_of_document(text: str, blocks: tuple[tuple[int, int], ...], *, language: Language) -> dt.date | None:
    """The date of a dateline at the start of a document, else of its closing line, else of its opening, else None."""
    for start, end in blocks[:OPENING_BLOCKS]:
        for whole in text[start : min(end, start + LONGEST_OPENING)].splitlines()[:OPENING_BLOCKS]:
            line = whole[: 2 * DATELINE_CHARACTERS]
            found = [date for left, _, date in find_dates(line, language=language) if left <= DATELINE_CHARACTERS]
            if found:
                return found[0]
    for start, end in reversed(blocks[-CLOSING_BLOCKS:]):
        line = text[start : min(end, start + 400)]
        if line.casefold().startswith(language.closing_words):
            found = [date for _, _, date in find_dates(line, language=language)]
            if found:
                return found[0]
    return _date_of_meeting(text, blocks[:OPENING_BLOCKS], language=language)


def _date_of_meeting(text: str, blocks: tuple[tuple[int, int], ...], *, language: Language) -> dt.date | None:
    """The latest date of the opening blocks that tells of a meeting: after its word, or the last of several days."""
    told: list[dt.date] = []
    for start, end in blocks:
        passage = text[start : min(end, start + LONGEST_OPENING)]
        for left, _, date in find_dates(passage, language=language):
            before = passage[:left].casefold().split()[-MEETING_REACH:]
            if DAY_BEFORE.search(passage[:left]) or any(word.startswith(language.meeting_words) for word in before):
                told.append(date)
    return max(told, default=None)
