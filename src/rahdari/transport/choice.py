"""Route choice: path sizes, path-size logit probabilities and the logsum generalised cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Choice:
    """The logsum of a choice among routes and the share of each; `share` has routes as its first axis."""

    logsum: NDArray[np.float64]
    share: NDArray[np.float64]


def measure_path_size(counts: NDArray[np.float64], lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Path size of each route, 0 to 1: routes x elements and element lengths in; two equal routes get 1/2 each.

    Ben-Akiva and Bierlaire (1999), eq. for PS_in with length shares; an element without length does not count.
    """
    share = counts * lengths
    total = share.sum(axis=1, keepdims=True)
    users = np.maximum((counts > 0).sum(axis=0), 1)
    safe = np.where(total > 0, total, 1.0)
    sizes: NDArray[np.float64] = (share / safe / users).sum(axis=1)
    return np.where(total[:, 0] > 0, sizes, 1.0)


def logsum_cost(
    cost: NDArray[np.float64], path_size: NDArray[np.float64], *, scale: float, axis: int = -1
) -> NDArray[np.float64]:
    """Expected least generalised cost in the unit of `cost`: `axis` runs over routes, inf where one is shut.

    Path-size logit: P_r proportional to PS_r exp(-C_r / scale); the logsum is used as a difference only
    (Small and Rosen 1981). Inf where no route is open.
    """
    least = cost.min(axis=axis, keepdims=True)
    anchor = np.where(np.isfinite(least), least, 0.0)
    terms = cost - anchor
    terms *= -1 / scale
    np.exp(terms, out=terms)
    terms *= path_size
    with np.errstate(divide="ignore"):
        return np.asarray(anchor.squeeze(axis) - scale * np.log(terms.sum(axis=axis)))


def choice_shares(cost: NDArray[np.float64], path_size: NDArray[np.float64], *, scale: float) -> NDArray[np.float64]:
    """Probability of each route (last axis); all zero where none is open."""
    least = cost.min(axis=-1, keepdims=True)
    anchor = np.where(np.isfinite(least), least, 0.0)
    terms = path_size * np.exp(-(cost - anchor) / scale)
    total = terms.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(terms, total, out=np.zeros_like(terms), where=total > 0))


def choose_routes(cost: NDArray[np.float64], path_size: NDArray[np.float64], *, scale: float) -> Choice:
    """The logsum cost and the shares among the routes of the first axis; inf and nought where none is open."""
    least = cost.min(axis=0)
    anchor = np.where(np.isfinite(least), least, 0.0)
    terms = cost - anchor
    terms *= -1 / scale
    np.exp(terms, out=terms)
    terms *= path_size
    total = terms.sum(axis=0)
    with np.errstate(divide="ignore"):
        logsum = anchor - scale * np.log(total)
    terms /= np.where(total > 0, total, 1.0)
    return Choice(logsum, terms)
