"""Numbers and deadlines: what the words say, in whole units and calendar days."""

from __future__ import annotations

import datetime as dt

import pytest

from rahdari.register.changes import find_quantities
from rahdari.register.deadlines import find_deadlines
from rahdari.register.lexicon import load_lexicon
from rahdari.register.numbers import Quantity
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
        ("Rs 2.5 lakh crore", 2.5e12, "rupee", "exactly"),
        ("3 crore tonnes", 3e7, "tonnes", "exactly"),
        ("EUR 90m for roads", 90e6, "EUR", "exactly"),
        ("A$75 million", 75e6, "AUD", "exactly"),
        ("a $75 million line", 75e6, "USD", "exactly"),
        ("at least 20 per cent", 20, "percent", "at_least"),
        ("threefold", 3, "times", "exactly"),
        ("a 5-fold rise", 5, "times", "exactly"),
        ("2,000 Kenyan students", 2000, "students", "exactly"),
        ("5-6 billion dollars", 5e9, "USD", "exactly"),
        ("2.3 million tonnes", 2300000, "tonnes", "exactly"),
        ("twelve new electric buses for Lima", 12, "buses", "exactly"),
        ("a 120 MW plant", 120, "MW", "exactly"),
        ("2 400 additional Solaris+ places", 2400, "places", "exactly"),
        ("680 millions dollars", 680e6, "USD", "exactly"),
        ("a billion and a half euros", 1.5e9, "EUR", "exactly"),
        ("two and a half million litres", 2.5e6, "litres", "exactly"),
        ("forty (40) scholarships", 40, "scholarships", "exactly"),
        ("€1.000,5 million", 1000.5e6, "EUR", "exactly"),
        ("1,45,000 tons", 145000, "tonnes", "exactly"),
        ("a quarter of the capacity", 25, "percent", "exactly"),
        ("cut by a third", 100 / 3, "percent", "exactly"),
        ("multiply trade by three", 3, "times", "exactly"),
        ("between $5 billion and $6 billion", 5e9, "USD", "exactly"),
        ("between 500,000 and 600,000 tonnes", 500000, "tonnes", "exactly"),
        ("400 to 500 megawatts", 400, "MW", "exactly"),
        ("10 bcm of gas", 1e10, "cubic metres", "exactly"),
        ("RMB 360 billion", 360e9, "CNY", "exactly"),
        ("five weekly flights Sidi-Marsa", 5, "flights", "exactly"),
        ("thrice-weekly flights", 3, "flights", "exactly"),
        ("a Rs30bn plant", 30e9, "rupee", "exactly"),
        ("60.000 tonnes", 60000, "tonnes", "exactly"),
        ("ten container trucks along the road", 10, "trucks", "exactly"),
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
        "for ten years", "one of them", "a country", "Article 5", "the two central banks", "a 400 kV line",
        "three times a week", "on 15.10.2026 ministers", "2.4 Peru asked for time",
    ],
)  # fmt: skip
def test_years_sides_durations_and_ordinals_are_no_quantities(text: str) -> None:
    assert quantities(text) == ()


def test_what_comes_after_from_is_the_base() -> None:
    found = quantities("from nearly $250 million to $1 billion")
    assert [(q.value, q.is_baseline) for q in found] == [(250e6, True), (1e9, False)]


@pytest.mark.parametrize(
    ("text", "base", "value", "unit"),
    [
        ("from 15 000 to 25 000 tonnes", 15000, 25000, "tonnes"),
        ("raise its services from four to seven flights per week", 4, 7, "flights"),
        ("increase flights to Oran from 2 to 5 a week", 2, 5, "flights"),
        ("the number of slots from 450 to 1,000", 450, 1000, "slots"),
        ("from 180 tonnes to between 500 and 600 tonnes", 180, 500, "tonnes"),
        ("from USD 500 million last year to USD 1 billion", 5e8, 1e9, "USD"),
        ("five weekly flights, against three today", 3, 5, "flights"),
        ("add 300 seats, from 900 seats at present", 900, 300, "seats"),
        ("trade, which did not exceed EUR 45 million, to EUR 100 million", 45e6, 1e8, "EUR"),
        ("past $5 billion, a jump over the present $3.4bn", 3.4e9, 5e9, "USD"),
    ],
)
def test_a_change_has_its_base_and_one_unit(text: str, base: float, value: float, unit: str) -> None:
    found = quantities(text)
    assert {(q.value, q.unit, q.is_baseline) for q in found} == {(base, unit, True), (value, unit, False)}


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("до полумиллиарда долларов", 5e8, "USD"),
        ("два с половиной миллиарда долларов", 2.5e9, "USD"),
        ("до полутора тысяч тонн", 1500, "tonnes"),
        ("не менее 300 тыс. тонн в год", 300000, "tonnes"),
        ("100 млн долл. США", 1e8, "USD"),
        ("увеличить в полтора раза", 1.5, "times"),
        ("увеличить вдвое", 2, "times"),
        ("от 5 до 7 млн тонн", 5e6, "tonnes"),
        ("снизить на четверть", 25, "percent"),
        ("1 200 студентов", 1200, "students"),
        ("35 рейсов в неделю", 35, "flights"),
        ("150 стипендий студентам", 150, "scholarships"),
        ("500 млн кВт·ч", 5e8, "kWh"),
    ],
)
def test_russian_quantities_have_the_same_units(text: str, value: float, unit: str) -> None:
    found = find_quantities(tokenize(text, 0, len(text)), load_lexicon("ru"))
    assert [(q.value, q.unit) for q in found] == [(value, unit)]


def test_russian_changes_have_their_base() -> None:
    text = "число стипендий будет увеличено с 50 до 120"
    found = find_quantities(tokenize(text, 0, len(text)), load_lexicon("ru"))
    assert [(q.value, q.unit, q.is_baseline) for q in found] == [
        (50, "scholarships", True),
        (120, "scholarships", False),
    ]


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
        ("no later than Q3 2028", "no later than Q3 2028", "2028-07-01", "2028-09-30"),
        (
            "not later than the second half of 2029",
            "not later than the second half of 2029",
            "2029-07-01",
            "2029-12-31",
        ),
        ("in H1 2027", "in H1 2027", "2027-01-01", "2027-06-30"),
        ("in the first trimester of 2027", "in the first trimester of 2027", "2027-01-01", "2027-03-31"),
        ("in the course of 2027", "in the course of 2027", "2027-01-01", "2027-12-31"),
        ("by the bicentennial year 2028", "by the bicentennial year 2028", "2028-01-01", "2028-12-31"),
        ("by the academic year 2030/31", "by the academic year 2030/31", "2030-04-01", "2031-09-30"),
        ("by FY2027-28", "by FY2027-28", "2027-04-01", "2028-09-30"),
        ("no later than mid-2026", "no later than mid-2026", "2026-06-01", "2026-07-31"),
        ("from the coming summer season", "from the coming summer season", "2026-06-01", "2026-08-31"),
        ("not later than next April", "not later than next April", "2026-04-01", "2027-04-30"),
        ("no later than the 15th of May 2027", "no later than the 15th of May 2027", "2027-05-15", "2027-05-15"),
        ("by May 15, 2027", "by May 15, 2027", "2027-05-15", "2027-05-15"),
        ("as of 1 January 2027", "as of 1 January 2027", "2027-01-01", "2027-01-01"),
        ("within ninety (90) days", "within ninety (90) days", "2026-05-05", "2026-05-05"),
        ("over 24 months", "over 24 months", "2028-02-04", "2028-02-04"),
        (
            "within six months of the signing of this Charter",
            "within six months of the signing of this Charter",
            "2026-08-04",
            "2026-08-04",
        ),
        (
            "before the next session of the Joint Council in Oslo",
            "before the next session of the Joint Council",
            None,
            None,
        ),
        ("by the end of their terms", "by the end of their terms", None, None),
        ("before the harvest season of 2027", "before the harvest season of 2027", None, None),
        ("by the same date", "by the same date", None, None),
        ("the Air Force during the current fiscal year", "during the current fiscal year", "2026-02-04", "2026-12-31"),
        ("by the end of FY 2026/27", "by the end of FY 2026/27", "2026-04-01", "2027-09-30"),
        ("from the last week of October", "from the last week of October", "2026-10-01", "2026-10-31"),
        ("within a fortnight", "within a fortnight", "2026-02-18", "2026-02-18"),
        ("in the near future", "in the near future", None, None),
        ("| Build a road | Q2 2027 |", "Q2 2027", "2027-04-01", "2027-06-30"),
        ("Deadline: 30 June 2027", "30 June 2027", "2027-06-30", "2027-06-30"),
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


@pytest.mark.parametrize(
    ("text", "words", "earliest", "latest"),
    [
        ("к концу 2027 года, а", "к концу 2027 года", "2027-12-31", "2027-12-31"),
        ("до конца 2026 г.", "до конца 2026 г.", "2026-12-31", "2026-12-31"),
        ("начиная со второго квартала 2027 года.", "начиная со второго квартала 2027 года", "2027-04-01", "2027-06-30"),
        ("в I полугодии 2027 года", "в I полугодии 2027 года", "2027-01-01", "2027-06-30"),
        ("в срок до 1 июля 2026 года", "в срок до 1 июля 2026 года", "2026-07-01", "2026-07-01"),
        ("в течение 30 (тридцати) дней", "в течение 30 (тридцати) дней", "2026-03-06", "2026-03-06"),
        ("в ближайшие пять лет", "в ближайшие пять лет", "2031-02-04", "2031-12-31"),
        ("до следующей сессии смешанной комиссии будет готов", "до следующей сессии смешанной комиссии", None, None),
        ("Срок: 30 июня 2026 года", "30 июня 2026 года", "2026-06-30", "2026-06-30"),
    ],
)
def test_russian_deadlines_keep_their_words_and_readings(
    text: str, words: str, earliest: str | None, latest: str | None
) -> None:
    found = find_deadlines(tokenize(text, 0, len(text)), text, lexicon=load_lexicon("ru"), date=DAY)
    assert found[0].deadline.text == words
    assert found[0].deadline.earliest == (dt.date.fromisoformat(earliest) if earliest else None)
    assert found[0].deadline.latest == (dt.date.fromisoformat(latest) if latest else None)


@pytest.mark.parametrize(
    "text", ["whose mandate runs until May 2027", "for five years", "the Action Plan for 2027-2030", "LIMA, 4 May 2027"]
)
def test_how_long_something_holds_is_no_deadline(text: str) -> None:
    assert find_deadlines(tokenize(text, 0, len(text)), text, lexicon=LEXICON, date=DAY) == ()


def test_a_relative_deadline_of_an_undated_document_has_no_dates() -> None:
    text = "within the next year"
    (hit,) = find_deadlines(tokenize(text, 0, len(text)), text, lexicon=LEXICON, date=None)
    assert (hit.deadline.earliest, hit.deadline.latest) == (None, None)


def test_an_impossible_day_gives_no_dates() -> None:
    text = "by 31 June 2027"
    (hit,) = find_deadlines(tokenize(text, 0, len(text)), text, lexicon=LEXICON, date=DAY)
    assert (hit.deadline.earliest, hit.deadline.latest) == (None, None)
