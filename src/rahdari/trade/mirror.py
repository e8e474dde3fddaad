"""How far two books of the same trade differ, and how much each reporter's word weighs.

After Gaulier and Zignago (2010, CEPII working paper 2010-23, sections 2.3 and 2.4): imports are brought to FOB; the
distance |ln(imports at FOB / exports)| of all flows that are told twice is decomposed into a part of the country that
reports the exports and a part of the one that reports the imports; what a country's reports are usually off by says how
little they weigh. Three things differ from theirs, for want of their data or for plainness: the CIF margin is one rate
for all flows instead of a fitted one, the decomposition has no effects of products and years, and its level, which the
data leave open, is split evenly between the two sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rahdari.trade.markets import FloatArray

# CIF over FOB, less 1, that the IMF takes for its estimates of partners' trade (Direction of Trade Statistics Yearbook
# 2017); the OECD's trade-weighted average for 1995-2014 is 6 % too (ITIC database, 2016).
CIF_MARGIN = 0.06
# Nobody is taken to report better than this, in logs: the weight of one who never differs would be without bound.
LEAST_DISTANCE = 0.02
# A country's reports cannot be judged by fewer partners.
FEWEST_PARTNERS = 3


@dataclass(frozen=True, slots=True)
class Reporter:
    """How far a country's reports usually are from its partners', in logs; None where too few flows tell."""

    economy: str
    as_exporter: float | None
    as_importer: float | None
    partners: int


@dataclass(frozen=True, slots=True, eq=False)
class TwiceTold:
    """The flows of each pair that both books tell: positions of exporter and importer, and two sums over its flows.

    `weight` is the sum of the flows' weights, `distance` that of weight times |ln(imports at FOB / exports)|.
    """

    exporter: NDArray[np.int64]
    importer: NDArray[np.int64]
    weight: FloatArray
    distance: FloatArray


def judge_reporters(told: TwiceTold, economies: tuple[str, ...]) -> tuple[Reporter, ...]:
    """Each economy's usual distance as reporter of exports and of imports, by weighted least squares."""
    size = len(economies)
    sells, buys = _effects(told, size) if len(told.weight) else (np.zeros(size), np.zeros(size))
    as_exporter = np.bincount(told.exporter, minlength=size)
    as_importer = np.bincount(told.importer, minlength=size)
    return tuple(
        Reporter(
            economy,
            float(sells[index]) if as_exporter[index] >= FEWEST_PARTNERS else None,
            float(buys[index]) if as_importer[index] >= FEWEST_PARTNERS else None,
            int(as_exporter[index] + as_importer[index]),
        )
        for index, economy in enumerate(economies)
    )


def exporter_weight(as_exporter: float | None, as_importer: float | None) -> float:
    """What the exporter's book weighs against the importer's, 0 to 1: inverse squares of distances, or one half.

    One half also where either side cannot be judged.
    """
    if as_exporter is None or as_importer is None:
        return 0.5
    return as_importer**2 / (as_exporter**2 + as_importer**2)


def _effects(told: TwiceTold, size: int) -> tuple[FloatArray, FloatArray]:
    """Effects of exporters and of importers (N,) on the distance, at or above the least one."""
    normal = np.zeros((2 * size, 2 * size))
    right = np.zeros(2 * size)
    rows, columns = told.exporter, told.importer + size
    np.add.at(normal, (rows, columns), told.weight)
    normal += normal.T
    for side in (rows, columns):
        np.add.at(normal, (side, side), told.weight)
        np.add.at(right, side, told.distance)
    # Singular by one direction (and one for each group of countries without a link): the shortest solution is taken.
    effects = np.linalg.lstsq(normal, right, rcond=None)[0]
    sells, buys = effects[:size], effects[size:]
    heard = np.bincount(told.exporter, minlength=size) > 0, np.bincount(told.importer, minlength=size) > 0
    shift = (float(buys[heard[1]].mean()) - float(sells[heard[0]].mean())) / 2.0
    return np.maximum(sells + shift, LEAST_DISTANCE), np.maximum(buys - shift, LEAST_DISTANCE)
