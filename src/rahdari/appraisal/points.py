"""The numbers behind everything uncertain: one scrambled Sobol' point a draw, shared out by what is uncertain.

Sobol' points fill the cube more evenly than chance would, and scrambling (Owen 1998, ACM TOMACS 8(1); Matousek 1998)
keeps means unbiased, so that as many draws say more. What moves most comes first, where the points are most even. The
layout rests on the case and not on the measures or books asked for, so that they all meet the same draws. The months of
closures, hundreds of numbers of which few matter in any draw, come from plain random numbers beside them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from rahdari.appraisal.baseline import BookBaseline
from rahdari.appraisal.sobol import sobol_points

Array = NDArray[np.float64]
RESPONSES = 6  # elasticities, realisation and addition of contracts, paces


@dataclass(frozen=True, slots=True)
class BookPoints:
    """Of one book: normal scores of levels and episode sizes, uniforms of episodes (by direction), passing errors.

    Levels and chances are one a draw; `occurs` and `sizes` years x draws, `passing` one more.
    """

    levels: Mapping[str, Array]
    chances: Mapping[str, Array]
    occurs: Mapping[str, Array]
    sizes: Mapping[str, Array]
    passing: Array


@dataclass(frozen=True, slots=True)
class Points:
    """Everything's points, draws last: uniforms of width, restlessness and deliveries, else normal scores.

    `steps` and `common` are years x draws; `growth` parties and three more; `deliveries` by measure 2 x draws.
    """

    steps: Array
    common: Array
    restless: Array
    width: Array
    responses: Array
    growth: Array
    tariffs: Array
    books: Mapping[str, BookPoints]
    deliveries: Mapping[str, Array]
    estimates: Array


def lay_points(
    baselines: Mapping[str, BookBaseline],
    *,
    years: int,
    parties: int,
    measures: Sequence[str],
    estimates: int,
    draws: int,
    rng: np.random.Generator,
) -> Points:
    """The points of every draw; the first draws stay the same however many follow."""
    flows = {name: tuple(one.flow for one in base.directions) for name, base in baselines.items()}
    of_books = sum(len(named) * (2 + 2 * years) + years + 1 for named in flows.values())
    count = 2 * years + 2 + RESPONSES + parties + 3 + parties + of_books + 2 * len(measures) + estimates
    rows = iter(draw_points(draws, count, rng=rng))
    return Points(
        steps=ndtri(_take(rows, years)),
        common=ndtri(_take(rows, years)),
        restless=next(rows),
        width=next(rows),
        responses=ndtri(_take(rows, RESPONSES)),
        growth=ndtri(_take(rows, parties + 3)),
        tariffs=ndtri(_take(rows, parties)),
        books={name: _lay_book(rows, named, years=years) for name, named in flows.items()},
        deliveries={name: _take(rows, 2) for name in measures},
        estimates=ndtri(_take(rows, estimates)),
    )


def _lay_book(rows: Iterator[Array], flows: Sequence[str], *, years: int) -> BookPoints:
    return BookPoints(
        levels={flow: ndtri(next(rows)) for flow in flows},
        passing=ndtri(_take(rows, years + 1)),
        chances={flow: next(rows) for flow in flows},
        occurs={flow: _take(rows, years) for flow in flows},
        sizes={flow: ndtri(_take(rows, years)) for flow in flows},
    )


def _take(rows: Iterator[Array], count: int) -> Array:
    return np.stack(list(islice(rows, count))) if count else np.zeros((0, 0))


def draw_points(draws: int, count: int, *, rng: np.random.Generator) -> Array:
    """The first points of a scrambled Sobol' sequence, strictly within the cube: count x draws."""
    points = sobol_points(max(math.ceil(math.log2(draws)), 0), count, rng=rng)
    return np.ascontiguousarray(points[:, :draws]) + 2.0**-31  # multiples of 2**-30 moved to the middle of their cells
