"""The target the other way round, by hand on a book of three reporting years."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest

from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.forecast import BookPaths
from rahdari.appraisal.result import Appraisal
from rahdari.appraisal.target_setting import (
    WINDOWS,
    amounts_within,
    even_targets,
    flows_of,
    name_chance,
    read_windows,
    round_down,
)
from rahdari.claims import Period
from tests.islands import islands

FISCAL = tuple(Period(date(year - 1, 7, 1), date(year, 6, 30)) for year in (2026, 2027, 2028))


def three_years(*, one_way: bool = False) -> BookPaths:
    """Five draws of three fiscal years; the second direction brings a tenth of the first."""
    first = np.array([[10.0, 50, 20], [20, 40, 30], [30, 30, 40], [40, 20, 50], [50, 10, 60]])
    parts = {"XAA-XBB": first} if one_way else {"XAA-XBB": first, "XBB-XAA": first / 10}
    total = first if one_way else first * 1.1
    zeros = np.zeros_like(first)
    return BookPaths((2026, 2027, 2028), FISCAL, total, parts, zeros, dict.fromkeys(parts, zeros + 1))


@pytest.fixture(scope="module")
def answer() -> Appraisal:
    return appraise(islands(), Options(measures=(), draws=20))


def test_even_chances_by_hand() -> None:
    rows = [row for row in even_targets("b", three_years(one_way=True)) if row.flow == "XAA-XBB"]
    assert [row.in_year_musd for row in rows] == [30, 30, 40]
    # the best year so far in each draw: up to the second year 50, 40, 30, 40, 50
    assert [row.by_year_musd for row in rows] == [30, 40, 50]
    assert [row.likely_musd for row in rows] == pytest.approx([18, 18, 28])


def test_a_book_of_both_directions_has_three_flows() -> None:
    assert flows_of(three_years()) == ("turnover", "XAA-XBB", "XBB-XAA")
    assert flows_of(three_years(one_way=True)) == ("XAA-XBB",)


@pytest.mark.parametrize(
    ("window", "latest", "ends"),
    [
        # announced on 1 March 2026: the year to June 2026 ends after that day and counts
        ("reporting-year", date(2027, 3, 1), [date(2026, 6, 30)]),
        ("reporting-year", date(2027, 6, 30), [date(2026, 6, 30), date(2027, 6, 30)]),
        ("year-under-way", date(2027, 3, 1), [date(2026, 6, 30), date(2027, 6, 30)]),
        ("calendar-year", date(2027, 3, 1), [date(2026, 12, 31)]),
        ("calendar-year", date(2026, 12, 30), []),
        ("since-announcement", date(2027, 3, 1), [date(2027, 3, 1)]),
    ],
)
def test_windows_by_hand(window: str, latest: date, ends: list[date]) -> None:
    (reading,) = (one for one in WINDOWS if one == window)
    found = read_windows(three_years(), reading, announced=date(2026, 3, 1), latest=latest)
    assert [period.end for period in found] == ends


def test_a_calendar_year_takes_its_days_from_both_fiscal_years() -> None:
    # July to December 2026 is 184 of the 365 days to June 2027, January to June 2026 181 of the 365 before
    calendar = Period(date(2026, 1, 1), date(2026, 12, 31))
    found = amounts_within(three_years(one_way=True).total, FISCAL, calendar)
    assert found[0] == pytest.approx(10 * 181 / 365 + 50 * 184 / 365)
    assert amounts_within(three_years(one_way=True).total, FISCAL, FISCAL[1]) == pytest.approx([50, 40, 30, 20, 10])


@pytest.mark.parametrize(("value", "rounded"), [(187.3, 180), (94.9, 94), (1_234_567, 1_200_000), (0, 0), (7.77, 7.7)])
def test_an_even_target_is_rounded_down(value: float, rounded: float) -> None:
    assert round_down(value) == pytest.approx(rounded)


def test_a_deadline_before_any_year_ends_is_told_from_a_small_chance() -> None:
    assert name_chance(0.0, periods=0) == "no such period"
    assert name_chance(0.0, periods=1) == "out of reach"
    assert [name_chance(chance, periods=1) for chance in (0.01, 0.2, 0.5, 0.8)] == [
        "unlikely", "less likely than not", "more likely than not", "likely",
    ]  # fmt: skip


def test_the_matrix_holds_every_reading_once(answer: Appraisal) -> None:
    cells = {(cell.book, cell.flow, cell.window, cell.deadline) for cell in answer.target_setting.matrix}
    # two books of three flows and one of one, four windows, two deadlines
    assert len(cells) == len(answer.target_setting.matrix) == 7 * 4 * 2


def test_the_reading_of_the_forecast_is_in_the_matrix(answer: Appraisal) -> None:
    for cell in answer.target_setting.matrix:
        if cell.flow == answer.books[cell.book].flow and cell.window == "reporting-year":
            assert cell.probability == answer.books[cell.book].probability[cell.deadline]


def test_even_chances_are_the_middle_of_the_fan(answer: Appraisal) -> None:
    for name, book in answer.books.items():
        rows = [row for row in answer.target_setting.even_chance if (row.book, row.flow) == (name, book.flow)]
        assert [row.in_year_musd for row in rows] == pytest.approx([year.p50 for year in book.path])


def test_what_is_required_of_a_direction_is_more_than_of_both(answer: Appraisal) -> None:
    required = {row.flow: row for row in answer.target_setting.required if row.book == "north-customs"}
    assert required["turnover"].multiple == pytest.approx(2)
    assert required["XNO-XSO"].multiple == pytest.approx(200 / 60)
    assert required["XNO-XSO"].cost_factors[0].factor == pytest.approx(60 / 200)  # at an elasticity of one


def test_drafts_name_source_flow_year_and_amount_in_both_languages(answer: Appraisal) -> None:
    drafts = {draft.book: draft for draft in answer.target_setting.drafts}
    treasury = drafts["south-treasury"]
    for part in ("Treasury of Southisle", "exports and imports together", "from 1 July to 30 June", "30 June 2030"):
        assert part in treasury.english
    for part in ("Северный остров", "экспорт и импорт в сумме", "с 1 июля по 30 июня", "30 июня 2030 года"):
        assert part in treasury.russian
    assert "Northisle" not in treasury.russian.replace("Customs of Northisle", "")
    assert "exports from Southisle to Northisle" in drafts["south-customs"].english
    for draft in drafts.values():
        figure = f"{draft.target_musd:,.0f}"
        assert f"at least {figure} million dollars" in draft.english
        assert re.search(rf"не менее {figure} млн", draft.russian)
