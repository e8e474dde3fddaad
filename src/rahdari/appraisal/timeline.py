"""The half-years of a forecast: the finest common step of calendar and fiscal years, and what share of each acts."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rahdari.claims import Period

MONTHS_PER_STEP = 6


@dataclass(frozen=True, slots=True)
class Timeline:
    """Whole half-years from `first` (a January or July) on; `steps` of them."""

    first: date
    steps: int

    @property
    def months(self) -> int:
        """Number of months."""
        return self.steps * MONTHS_PER_STEP

    def month_start(self, month: int) -> date:
        """First day of a month counted from 0."""
        index = self.first.year * 12 + self.first.month - 1 + month
        return date(index // 12, index % 12 + 1, 1)

    def month_middle(self, month: int) -> date:
        """Middle day of a month counted from 0."""
        start = self.month_start(month)
        return start.replace(day=(calendar.monthrange(start.year, start.month)[1] + 1) // 2)

    def month_of(self, day: date) -> int:
        """The month, counted from 0, in which a day lies; negative before the first."""
        return (day.year - self.first.year) * 12 + day.month - self.first.month

    def steps_of(self, period: Period) -> slice:
        """The half-years that make up a period of whole half-years."""
        return slice(self.month_of(period.start) // MONTHS_PER_STEP, self.month_of(period.end) // MONTHS_PER_STEP + 1)

    def step_period(self, step: int) -> Period:
        """First and last day of a half-year."""
        start = self.month_start(step * MONTHS_PER_STEP)
        last = self.month_start((step + 1) * MONTHS_PER_STEP - 1)
        return Period(start, last.replace(day=calendar.monthrange(last.year, last.month)[1]))

    def per_step(self, monthly: NDArray[np.float64]) -> NDArray[np.float64]:
        """Means of monthly values over half-years; the last axis runs over months."""
        by_step = monthly.reshape(*monthly.shape[:-1], -1, MONTHS_PER_STEP)
        return np.asarray(by_step @ np.ones(MONTHS_PER_STEP) / MONTHS_PER_STEP)


def make_timeline(first: date, last_year: int) -> Timeline:
    """Half-years from the one in which `first` lies to the end of `last_year`."""
    start = date(first.year, 1 if first.month <= MONTHS_PER_STEP else 7, 1)
    months = (last_year - start.year) * 12 + 13 - start.month
    return Timeline(start, months // MONTHS_PER_STEP)
