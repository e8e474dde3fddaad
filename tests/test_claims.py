from __future__ import annotations

import math
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rahdari.claims import Book, Claim, Claims, Period, Scale, measure_spread, parse_period, pick_claim, shift_by_scores
from rahdari.exceptions import InputFault

FLOORS = MappingProxyType({"A": 0.02, "B": 0.05, "C": 0.15, "D": 0.3})
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
values = st.floats(0.001, 1e6)


def claim(
    value: float = 1.0,
    *,
    strength: str = "A",
    published: str = "2024",
    comparator: str = "exactly",
    period: str = "",
    book: str = "",
    source: str = "s",
    attribute: str = "length_km",
) -> Claim:
    return Claim(
        entity="link:a-b",
        attribute=attribute,
        value=value,
        unit="km",
        reported=value,
        reported_unit="km",
        comparator=comparator,
        period=parse_period(period) if period else None,
        book=book,
        source=source,
        strength=strength,
        note="",
        published=published,
    )


def held(*rows: Claim, as_of: date = date(2026, 3, 15), scale: Scale = "log") -> Claims:
    scales: dict[tuple[str, str], Scale] = {("link", "length_km"): scale}
    return Claims(rows=rows, scales=scales, floors=FLOORS, as_of=as_of)


def test_the_strongest_rival_is_in_use_whenever_it_was_published() -> None:
    assert pick_claim([claim(1, strength="B", published="2026"), claim(2, strength="A", published="2010")]).value == 2


def test_among_equally_strong_rivals_the_latest_published_is_in_use() -> None:
    assert pick_claim([claim(1, published="2023-11-30"), claim(2, published="2024")]).value == 2


def test_an_exact_figure_is_preferred_to_a_stronger_bound() -> None:
    assert pick_claim([claim(1, strength="A", comparator="at_least"), claim(2, strength="C")]).value == 2


def test_about_is_a_figure_and_no_bound() -> None:
    assert pick_claim([claim(1, strength="A", comparator="about"), claim(2, strength="B")]).value == 1


def test_of_two_alike_the_first_named_is_in_use() -> None:
    assert pick_claim([claim(1, source="first"), claim(2, source="second")]).source == "first"


@given(st.permutations([("A", "2020"), ("A", "2024"), ("B", "2026"), ("D", "2026-01-01")]))
def test_the_order_of_rows_does_not_decide_among_unlike_rivals(order: list[tuple[str, str]]) -> None:
    rivals = [claim(strength=strength, published=published) for strength, published in order]

    assert (pick_claim(rivals).strength, pick_claim(rivals).published) == ("A", "2024")


def test_rivals_stay_beside_the_figure_in_use_with_their_sources() -> None:
    estimate = held(claim(100, strength="B", source="press"), claim(110, source="office")).get("link:a-b", "length_km")

    assert estimate.value == 110
    assert estimate.sources == ("office", "press")
    assert [rival.value for rival in estimate.rivals] == [100, 110]


@pytest.mark.parametrize("strength", "ABCD")
def test_the_spread_of_a_lone_figure_is_the_floor_of_its_strength(strength: str) -> None:
    assert held(claim(strength=strength)).get("link:a-b", "length_km").spread == FLOORS[strength]


def test_the_spread_is_the_standard_deviation_of_the_logarithms_where_that_is_more() -> None:
    # ln 100 and ln 200 differ by ln 2; the sample standard deviation of two points is their difference over sqrt 2.
    spread = held(claim(100), claim(200, strength="B")).get("link:a-b", "length_km").spread

    assert spread == pytest.approx(math.log(2) / math.sqrt(2))


def test_the_floor_is_that_of_the_figure_in_use_and_not_of_its_weakest_rival() -> None:
    assert held(claim(100), claim(100, strength="D")).get("link:a-b", "length_km").spread == FLOORS["A"]


def test_a_bound_adds_no_spread() -> None:
    assert held(claim(100), claim(900, comparator="at_most")).get("link:a-b", "length_km").spread == FLOORS["A"]


@given(st.lists(values, min_size=1, max_size=6), st.floats(0, 1))
def test_no_spread_lies_below_its_floor(figures: list[float], floor: float) -> None:
    assert measure_spread([claim(figure) for figure in figures], scale="log", floor=floor) >= floor


def test_the_scale_none_has_no_spread() -> None:
    assert measure_spread([claim(1), claim(5)], scale="none", floor=0.5) == 0.0


def test_a_linear_floor_is_relative_to_the_figure_in_use() -> None:
    assert measure_spread([claim(-4.0)], scale="linear", floor=0.1) == pytest.approx(0.4)


def test_on_the_logit_scale_certainty_counts_for_no_spread() -> None:
    assert measure_spread([claim(0.5), claim(1.0)], scale="logit", floor=0.1) == 0.1


@given(values, st.floats(0, 1), st.sampled_from(["log", "linear", "none"]))
def test_the_median_draw_is_the_figure_in_use(value: float, spread: float, scale: Scale) -> None:
    assert shift_by_scores(value, np.zeros(3), scale=scale, spread=spread) == pytest.approx([value] * 3)


@given(st.floats(0.001, 0.999), st.floats(0, 2), st.floats(-4, 4))
def test_a_draw_of_a_share_stays_a_share(value: float, spread: float, z: float) -> None:
    assert 0 < shift_by_scores(value, np.array([z]), scale="logit", spread=spread)[0] < 1


@given(values, st.floats(0, 1), st.floats(-4, 4))
def test_a_draw_of_a_positive_figure_is_positive(value: float, spread: float, z: float) -> None:
    assert shift_by_scores(value, np.array([z]), scale="log", spread=spread)[0] > 0


@pytest.mark.parametrize(("value", "scale"), [(0.0, "log"), (0.0, "logit"), (1.0, "logit")])
def test_zero_and_certainty_are_not_drawn(value: float, scale: Scale) -> None:
    assert shift_by_scores(value, np.array([2.0]), scale=scale, spread=1.0).tolist() == [value]


def test_the_latest_period_is_in_use_and_an_earlier_one_is_no_rival() -> None:
    estimate = held(claim(1, period="2023"), claim(2, period="2024")).get("link:a-b", "length_km")

    assert (estimate.value, len(estimate.rivals)) == (2, 1)


def test_a_period_that_begins_after_the_cases_day_is_not_used() -> None:
    estimate = held(claim(1, period="2025"), claim(2, period="2027")).get("link:a-b", "length_km")

    assert estimate.value == 1


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2019, 6, 1), 1),  # before any: the first
        (date(2021, 7, 1), 1),  # within 2021
        (date(2023, 6, 30), 1),  # 546 days after 2021, 551 before 2025
        (date(2023, 7, 15), 2),
        (date(2025, 12, 31), 2),
        (date(2026, 3, 1), 3),
    ],
)
def test_something_on_a_past_day_takes_the_figure_of_the_period_nearest_to_it(day: date, value: float) -> None:
    claims = held(claim(1, period="2021"), claim(2, period="2025"), claim(3, period="2026-02"))

    assert claims.on(day).get("link:a-b", "length_km").value == value


def test_of_two_periods_as_near_a_past_day_takes_the_later() -> None:
    claims = held(claim(1, period="2023-01"), claim(2, period="2023-03-02/2023-03-31"))

    assert claims.on(date(2023, 2, 15)).get("link:a-b", "length_km").value == 2  # 15 days from either
    assert claims.on(date(2023, 2, 14)).get("link:a-b", "length_km").value == 1


def test_from_the_cases_day_on_the_latest_figures_hold() -> None:
    claims = held(claim(1, period="2024"), claim(2, period="2025"))

    assert claims.on(date(2026, 3, 15)) is claims
    assert claims.on(date(2030, 1, 1)).get("link:a-b", "length_km").value == 2


def test_a_past_day_changes_nothing_of_a_figure_without_a_period() -> None:
    assert held(claim(1)).on(date(2020, 1, 1)).get("link:a-b", "length_km").value == 1


def test_a_named_period_is_found_alone() -> None:
    claims = held(claim(1, period="2023"), claim(2, period="2024"))

    assert claims.get("link:a-b", "length_km", period=parse_period("2023")).value == 1
    assert claims.find("link:a-b", "length_km", period=parse_period("2022")) is None


def test_figures_of_different_books_are_no_rivals() -> None:
    claims = held(claim(1, book="customs"), claim(4, book="payments"))

    assert claims.get("link:a-b", "length_km", book="customs").rivals == (claim(1, book="customs"),)
    assert claims.find("link:a-b", "length_km") is None


def test_a_missing_figure_is_named() -> None:
    with pytest.raises(InputFault, match="No claim gives cost_usd_per_t of link:a-b"):
        held(claim()).get("link:a-b", "cost_usd_per_t")


def test_an_unknown_entity_suggests_the_nearest() -> None:
    with pytest.raises(InputFault) as caught:
        held(claim()).get("link:a-c", "length_km")
    assert caught.value.suggestions == ("link:a-b",)


def test_a_default_stands_in_only_where_no_claim_is() -> None:
    claims = held(claim(7))

    assert claims.value("link:a-b", "length_km", default=1.0) == 7
    assert claims.value("link:x", "length_km", default=1.0) == 1.0


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-05", date(2024, 2, 5), date(2024, 2, 5)),
        ("2024-07/2025-06", date(2024, 7, 1), date(2025, 6, 30)),
        ("2024/2025-02-03", date(2024, 1, 1), date(2025, 2, 3)),
    ],
)
def test_a_period_has_its_first_and_last_day(text: str, start: date, end: date) -> None:
    assert parse_period(text) == Period(start, end)


@pytest.mark.parametrize("text", ["", "24", "2024-13", "2024-02-30", "0000", "2025/2024", "2024/", "2024-1", "soon"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the calendar has words of its own for some of these
        parse_period(text)


@given(days, st.integers(0, 4000))
def test_a_period_is_read_back_from_its_words(start: date, length: int) -> None:
    period = Period(start, start + timedelta(days=length))

    assert parse_period(str(period)) == period


def test_a_whole_year_has_twelve_months() -> None:
    assert parse_period("2023").months == pytest.approx(12, abs=0.02)


def book(first_month: int) -> Book:
    return Book("b", "B", "PAK", "turnover", "customs", "", "", first_month, forecast=True, source="s", note="")


def test_a_fiscal_year_is_named_by_the_year_in_which_it_ends() -> None:
    assert book(7).reporting_year(2025) == parse_period("2024-07/2025-06")
    assert book(1).reporting_year(2025) == parse_period("2025")


@given(st.integers(1, 12), st.integers(1990, 2060))
def test_reporting_years_follow_each_other_without_a_gap(first_month: int, label: int) -> None:
    year, following = book(first_month).reporting_year(label), book(first_month).reporting_year(label + 1)

    assert following.start == year.end + timedelta(days=1)
    assert book(first_month).year_of(year) == label


def test_a_half_year_is_no_reporting_year() -> None:
    assert book(1).year_of(parse_period("2025-01/2025-06")) is None
