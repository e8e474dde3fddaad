"""Numbers and deadlines: what the words say, in whole units and calendar days."""

from __future__ import annotations

import datetime as dt

import pytest

from rahdari.register.deadlines import find_deadlines
from rahdari.register.lexicon import load_lexicon
from rahdari.register.numbers import Quantity, find_quantities
from rahdari.register.phrases import tokenize

LEXICON = load_lexicon("en")
DAY = dt.date(2026, 2, 4)


def quantities(text: str) -> tuple[Quantity, ...]:
    return find_quantities(tokenize(text, 0, len(text)), LEXICON)


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparator"),
    [
        ("worth $1 billion", 1e9, "USD", "exactly"),
        ("nearly $250 million", 250e6, "USD", "about"),
        ("up to US$ 1,250.5 million", 1250.5e6, "USD", "at_most"),
        ("more than 250 companies", 250, "companies", "at_least"),
        ("over two dozen agreements", 24, "count", "at_least"),
        ("one hundred and fifty buses", 150, "buses", "exactly"),
        ("half a billion dollars", 5e8, "USD", "exactly"),
        ("a hundred nurses", 100, "nurses", "exactly"),
        ("Rs 2.5 lakh crore", 2.5e12, "PKR", "exactly"),
        ("3 crore tonnes", 3e7, "tonnes", "exactly"),
        ("EUR 90m for roads", 90e6, "EUR", "exactly"),
        ("A$75 million", 75e6, "AUD", "exactly"),
        ("a $75 million line", 75e6, "USD", "exactly"),
        ("at least 20 per cent", 20, "percent", "at_least"),
        ("threefold", 3, "times", "exactly"),
        ("a 5-fold rise", 5, "times", "exactly"),
        ("2,000 Kenyan students", 2000, "students", "exactly"),
        ("5-6 billion dollars", 6e9, "USD", "exactly"),
        ("2.3 million tonnes", 2300000, "tonnes", "exactly"),
        ("twelve new electric buses for Lima", 12, "buses", "exactly"),
        ("a 120 MW plant", 120, "megawatts", "exactly"),
    ],
)
def test_a_quantity_has_a_value_a_unit_and_a_bound(text: str, value: float, unit: str, comparator: str) -> None:
    found = quantities(text)
    assert [(q.value, q.unit, q.comparator) for q in found] == [(value, unit, comparator)]


@pytest.mark.parametrize(
    "text",
    [
        "in 2030", "the two sides", "a five-year plan", "a two-state solution", "on 4 March", "double taxation",
        "the 3rd round",
        "for ten years", "one of them", "a country", "Article 5",
    ],
)  # fmt: skip
def test_years_sides_durations_and_ordinals_are_no_quantities(text: str) -> None:
    assert quantities(text) == ()


def test_what_comes_after_from_is_the_base() -> None:
    found = quantities("from nearly $250 million to $1 billion")
    assert [(q.value, q.is_baseline) for q in found] == [(250e6, True), (1e9, False)]


@pytest.mark.parametrize(
    ("text", "words", "earliest", "latest"),
    [
        ("to $1bn within the next year.", "within the next year", "2027-02-04", "2027-12-31"),
        ("done within a year", "within a year", "2027-02-04", "2027-02-04"),
        ("done within two years", "within two years", "2028-02-04", "2028-02-04"),
        ("over the next five years", "over the next five years", "2031-02-04", "2031-12-31"),
        ("by 2030", "by 2030", "2030-01-01", "2030-12-31"),
        ("by the end of 2030", "by the end of 2030", "2030-12-31", "2030-12-31"),
        ("by the end of the year", "by the end of the year", "2026-12-31", "2026-12-31"),
        ("next year", "next year", "2027-01-01", "2027-12-31"),
        ("by March", "by March", "2026-03-01", "2026-03-31"),
        ("by January", "by January", "2027-01-01", "2027-01-31"),
        ("by 30 June 2026", "by 30 June 2026", "2026-06-30", "2026-06-30"),
        ("in the second quarter of 2027", "in the second quarter of 2027", "2027-04-01", "2027-06-30"),
        ("within 90 days", "within 90 days", "2026-05-05", "2026-05-05"),
        ("by the end of the decade", "by the end of the decade", "2029-12-31", "2030-12-31"),
        ("in the coming months", "in the coming months", None, None),
        ("within 999 decades", "within 999 decades", None, None),
    ],
)
def test_a_deadline_keeps_its_words_and_every_reading(
    text: str, words: str, earliest: str | None, latest: str | None
) -> None:
    found = find_deadlines(tokenize(text, 0, len(text)), text, lexicon=LEXICON, date=DAY)
    assert found[-1].deadline.text == words
    assert found[-1].deadline.earliest == (dt.date.fromisoformat(earliest) if earliest else None)
    assert found[-1].deadline.latest == (dt.date.fromisoformat(latest) if latest else None)


def test_a_relative_deadline_of_an_undated_document_has_no_dates() -> None:
    text = "within the next year"
    (hit,) = find_deadlines(tokenize(text, 0, len(text)), text, lexicon=LEXICON, date=None)
    assert (hit.deadline.earliest, hit.deadline.latest) == (None, None)


def test_an_impossible_day_gives_no_dates() -> None:
    text = "by 31 June 2027"
    (hit,) = find_deadlines(tokenize(text, 0, len(text)), text, lexicon=LEXICON, date=DAY)
    assert (hit.deadline.earliest, hit.deadline.latest) == (None, None)
