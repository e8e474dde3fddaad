"""Invented economies for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rahdari.trade.equilibrium import DEFICIT_RULES, DeficitRule

Matrix = NDArray[np.float64]
RULES = cast("tuple[DeficitRule, ...]", DEFICIT_RULES)
every_rule = pytest.mark.parametrize("rule", RULES)
rules = st.sampled_from(RULES)
elasticities = st.floats(0.5, 9.0)
# In how many random economies a property is held to be true.
ECONOMIES = 200


def for_all(*drawn: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A test of a property in so many random economies."""
    return lambda test: settings(max_examples=ECONOMIES)(given(*drawn)(test))


@st.composite
def economies(draw: st.DrawFn) -> Matrix:
    """Flows of 2 to 8 economies of very different size, some pairs at zero, deficits up to a fifth of output."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(st.integers(2, 8))
    return invented_flows(rng, size)


def invented_flows(rng: np.random.Generator, size: int) -> Matrix:
    scale = np.exp(rng.normal(0, 1, size))
    flows = np.outer(scale, scale) * np.exp(rng.normal(0, 0.7, (size, size)))
    flows[rng.random((size, size)) < 0.2] = 0.0
    flows[np.diag_indices(size)] = 0.0
    # A ring keeps every economy linked, in both directions through the others.
    ring = np.arange(size)
    flows[ring, np.roll(ring, 1)] += 0.1 * scale
    flows[np.diag_indices(size)] = 4.0 * np.maximum(flows.sum(axis=0), flows.sum(axis=1))
    return cast("Matrix", flows)


@st.composite
def shocked(draw: st.DrawFn) -> tuple[Matrix, Matrix]:
    flows = draw(economies())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return flows, np.exp(rng.normal(0, 0.25, flows.shape))
