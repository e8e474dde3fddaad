"""Border closures as a process: rate and log-normal duration fitted to dated closures, and its simulation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rahdari.transport.network import Closure

DAYS_PER_MONTH = 30.4375
DAYS_PER_YEAR = 365.25
ENOUGH = 4  # completed closures from which a crossing's own durations are used


@dataclass(frozen=True, slots=True)
class ClosureProcess:
    """New closures of one crossing or group: `rate_per_year` while open; durations in days are log-normal."""

    group: str
    rate_per_year: float
    log_mean: float
    log_sd: float
    closures: int
    ongoing_since: date | None

    @property
    def mean_days(self) -> float:
        """Mean duration of a closure in days."""
        return math.exp(self.log_mean + self.log_sd**2 / 2)

    @property
    def open_share(self) -> float:
        """Share of time that it is open in the long run, leaving out the closure that lasts (alternating renewal)."""
        shut = self.rate_per_year * self.mean_days / DAYS_PER_YEAR
        return 1 / (1 + shut)


def fit_closures(closures: Sequence[Closure], *, as_of: date) -> Mapping[str, ClosureProcess]:
    """A process for each crossing or group named in the record.

    The rate counts closures over the open time between the first recorded one and `as_of`. Durations are those of
    completed closures (one that lasts is right-censored and does not enter): its own where there are at least
    `ENOUGH`, else those of the whole record.
    """
    everything = [closure for closure in closures if closure.end is not None]
    fitted = {}
    for group in dict.fromkeys(closure.group for closure in closures):
        own = [closure for closure in closures if closure.group == group]
        first = min(closure.start for closure in own)
        shut = sum(_days(closure, as_of) for closure in own)
        completed = [closure for closure in own if closure.end is not None]
        log_mean, log_sd = _fit_duration(completed if len(completed) >= ENOUGH else everything, as_of)
        open_years = max((as_of - first).days + 1 - shut, 1) / DAYS_PER_YEAR
        ongoing = [closure.start for closure in own if closure.end is None]
        fitted[group] = ClosureProcess(
            group=group,
            rate_per_year=len(own) / open_years,
            log_mean=log_mean,
            log_sd=log_sd,
            closures=len(own),
            ongoing_since=min(ongoing) if ongoing else None,
        )
    return MappingProxyType(fitted)


def _fit_duration(closures: Sequence[Closure], as_of: date) -> tuple[float, float]:
    logs = [math.log(_days(closure, as_of)) for closure in closures]
    log_sd = float(np.std(logs, ddof=1)) if len(logs) > 1 else 0.0
    return (float(np.mean(logs)) if logs else 0.0), log_sd


def _days(closure: Closure, as_of: date) -> int:
    return ((closure.end or as_of) - closure.start).days + 1


def simulate_shut_share(
    process: ClosureProcess | None,
    *,
    ends_per_month: float,
    ends_at: NDArray[np.float64],
    uniforms: NDArray[np.float64],
    scores: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Share of each month that is shut (draws x months), shut at the start.

    The present closure ends with chance `ends_per_month` each month, or at `ends_at` (months from the start,
    inf for never) if that comes first. Once open, new closures come at the process's rate (none without a
    process) and last a log-normal time. `uniforms` and `scores` are draws x months of common random numbers.
    """
    draws, months = uniforms.shape
    shut = np.zeros((draws, months))
    present = np.ones(draws, dtype=bool)
    left = np.zeros(draws)  # months that a later closure still lasts
    start_chance = 0.0 if process is None else 1 - math.exp(-process.rate_per_year / 12)
    for month in range(months):
        present &= ~((ends_at <= month) | (uniforms[:, month] < ends_per_month))
        later = ~present
        if process is not None:
            begins = later & (left <= 0) & (uniforms[:, month] > 1 - start_chance)
            duration = np.exp(process.log_mean + process.log_sd * scores[:, month]) / DAYS_PER_MONTH
            left = np.where(begins, duration, left)
        shut[:, month] = np.where(present, 1.0, np.clip(left, 0.0, 1.0))
        left = np.where(later, np.maximum(left - 1.0, 0.0), 0.0)
    return shut
