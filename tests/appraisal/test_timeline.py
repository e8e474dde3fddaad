"""Half-years that both calendar and fiscal years are made of."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from rahdari.appraisal.timeline import make_timeline
from rahdari.claims import Period, parse_period

FROM_JULY = make_timeline(date(2024, 7, 1), 2026)


@pytest.mark.parametrize(
    ("first", "start", "steps"),
    [
        (date(2024, 7, 1), date(2024, 7, 1), 5),
        (date(2025, 3, 9), date(2025, 1, 1), 4),
        (date(2026, 12, 31), date(2026, 7, 1), 1),
    ],
)
def test_it_starts_with_the_half_year_of_the_first_day_and_ends_with_the_last_year(
    first: date, start: date, steps: int
) -> None:
    timeline = make_timeline(first, 2026)
    assert (timeline.first, timeline.steps, timeline.months) == (start, steps, 6 * steps)
    assert timeline.step_period(timeline.steps - 1).end == date(2026, 12, 31)


def test_calendar_and_fiscal_years_are_two_half_years_each() -> None:
    assert FROM_JULY.steps_of(parse_period("2025")) == slice(1, 3)
    assert FROM_JULY.steps_of(parse_period("2024-07/2025-06")) == slice(0, 2)
    assert FROM_JULY.steps_of(parse_period("2025-07/2026-06")) == slice(2, 4)


def test_months_count_from_the_first() -> None:
    assert [FROM_JULY.month_of(day) for day in (date(2024, 6, 30), date(2024, 7, 1), date(2026, 1, 31))] == [-1, 0, 18]
    assert FROM_JULY.month_start(18) == date(2026, 1, 1)
    assert FROM_JULY.month_middle(19) == date(2026, 2, 14)


def test_a_half_years_value_is_the_mean_of_its_months() -> None:
    monthly = np.arange(30.0)[None]
    assert FROM_JULY.per_step(monthly).tolist() == [[2.5, 8.5, 14.5, 20.5, 26.5]]


def test_a_half_year_has_its_first_and_last_day() -> None:
    assert FROM_JULY.step_period(1) == Period(date(2025, 1, 1), date(2025, 6, 30))
