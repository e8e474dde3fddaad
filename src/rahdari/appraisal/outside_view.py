"""The outside view: how often pairs of that size grew that much in that time, and what became of such targets.

Fixed before any model is run. First the record of country pairs (all windows that start within the stated range
around the baseline and whose end is reported; zero hits enter as half a hit), then an update by what the model of
announced targets (`target_record`) says of this one. Counts and nearest cases stand beside it for the reader.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rahdari.appraisal.target_record import TargetEvidence
from rahdari.register.entries import PastTarget
from rahdari.trade.pairs import PairHistory


@dataclass(frozen=True, slots=True)
class WindowCount:
    """Windows of `years` that started at a similar size, and those at whose end trade had grown by `multiple`."""

    years: int
    multiple: float
    low_musd: float
    high_musd: float
    hits: int
    windows: int

    @property
    def share(self) -> float:
        """Share of windows that grew so much; zero hits count as half a hit in n + 1."""
        return self.hits / self.windows if self.hits else 0.5 / (self.windows + 1)


@dataclass(frozen=True, slots=True)
class TargetRecord:
    """Announced and resolved targets that needed at least `growth` a year, and those that were met."""

    growth: float
    met: int
    resolved: int
    nearest: tuple[PastTarget, ...]


@dataclass(frozen=True, slots=True)
class OutsideView:
    """The record of pairs, the record of targets, what it says of this one, and the probability together."""

    pairs: WindowCount | None
    targets: TargetRecord
    evidence: TargetEvidence | None
    probability: float


def count_windows(
    pairs: PairHistory, *, years: int, multiple: float, low_musd: float, high_musd: float, one_way: bool = False
) -> WindowCount:
    """Count windows of `years` whose start lies between the amounts and whose end is reported (not zero).

    A pair is unordered and counts both directions; `one_way` counts each direction as a flow of its own. Windows
    overlap, so they are not independent: the count says how often, not how surely. Gaps inside a window do not matter.
    """
    trade = pairs.flows_musd(one_way=one_way)
    start, end = trade[:, :-years], trade[:, years:]
    chosen = (start >= low_musd) & (start <= high_musd) & (end > 0)
    hits = chosen & (end >= multiple * start)
    return WindowCount(years, multiple, low_musd, high_musd, int(hits.sum()), int(chosen.sum()))


def count_targets(targets: Sequence[PastTarget], *, growth: float, most: int = 5) -> TargetRecord:
    """Resolved targets that needed at least `growth` a year, and the nearest ones by the growth that they needed.

    Where none needed as much, the record is that of the most demanding quarter.
    """
    resolved = [
        (needed, target)
        for target in targets
        if target.met in ("yes", "no") and (needed := target.required_growth) is not None
    ]
    resolved.sort(key=lambda item: item[0])
    demanding = [target for needed, target in resolved if needed >= min(growth, _quarter(resolved))]
    nearest = sorted(resolved, key=lambda item: abs(math.log1p(item[0]) - math.log1p(growth)))[:most]
    return TargetRecord(
        growth=growth,
        met=sum(target.met == "yes" for target in demanding),
        resolved=len(demanding),
        nearest=tuple(target for _, target in nearest),
    )


def _quarter(resolved: Sequence[tuple[float, PastTarget]]) -> float:
    if not resolved:
        return math.inf
    return resolved[-max(1, len(resolved) // 4)][0]


def combine_records(
    pairs: WindowCount | None, targets: TargetRecord, *, evidence: TargetEvidence | None, prior_weight: float
) -> OutsideView:
    """The pairs' share as a beta prior worth `prior_weight` observations, updated by the evidence of announced targets.

    Evidence far from every target on record is worth few observations and moves little. Without pairs the prior is
    one half worth one observation.
    """
    share, weight = (0.5, 1.0) if pairs is None else (pairs.share, prior_weight)
    if evidence is None:
        return OutsideView(pairs, targets, evidence, share)
    total = weight + evidence.observations
    probability = (share * weight + evidence.mean * evidence.observations) / total if total else 0.5
    return OutsideView(pairs, targets, evidence, probability)


def pool_log_odds(first: float, second: float) -> float:
    """Equal-weight mean of two probabilities on the log-odds scale."""
    odds = math.sqrt(first / (1 - first) * second / (1 - second))
    return odds / (1 + odds)


def floor_share(hits: int, draws: int) -> float:
    """Share of draws, kept off zero and one by half a draw so that log-odds exist."""
    if 0 < hits < draws:
        return hits / draws
    return (hits + 0.5 if hits == 0 else draws + 0.5) / (draws + 1)
