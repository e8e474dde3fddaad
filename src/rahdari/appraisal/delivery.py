"""When measures take effect: whether, how late and how fast, drawn once for all coalitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rahdari.appraisal.timeline import Timeline
from rahdari.claims import Claims
from rahdari.measures import Measure

Array = NDArray[np.float64]
DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True, slots=True)
class Delivered:
    """One measure in every draw: month of effect from the timeline's start (inf for never) and share in effect."""

    starts: Array
    share: Array


def draw_deliveries(
    measures: Sequence[Measure],
    claims: Claims,
    *,
    timeline: Timeline,
    as_of: date,
    points: Mapping[str, Array],
) -> Mapping[str, Delivered]:
    """For each measure its start (months, draws) and its share in effect (draws x months).

    `points` are two uniforms a draw for each measure: whether it is delivered, and how late. Delivered with its
    probability; the delay after its start is exponential with the stated mean; the effect then grows linearly over the
    ramp. A measure not delivered in a draw stays without effect in that draw.
    """
    found = {}
    months = np.arange(timeline.months) + 0.5
    for measure in measures:
        whether, late = points[measure.id]
        entity = f"measure:{measure.id}"
        earliest = max(measure.start, as_of)
        start = timeline.month_of(earliest) + (earliest.day - 1) / DAYS_PER_MONTH
        starts = start - np.log1p(-late) * claims.value(entity, "delay_months")
        starts = np.where(whether < claims.value(entity, "probability"), starts, np.inf)
        ramp = claims.value(entity, "ramp_months")
        since = months - starts[:, None]
        share = np.clip(since / ramp, 0.0, 1.0) if ramp > 0 else (since > 0).astype(float)
        found[measure.id] = Delivered(starts, share)
    return found
