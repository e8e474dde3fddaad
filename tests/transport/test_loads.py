"""How the time of a stop grows with its load."""

from __future__ import annotations

import numpy as np
import pytest

from rahdari.transport.loads import delay_ratio


def test_without_more_load_the_time_is_the_known_one() -> None:
    assert delay_ratio(0.0, background=3.0, capacity=2.0) == 1


def test_at_capacity_the_time_is_fifteen_percent_above_that_of_an_empty_stop() -> None:
    assert delay_ratio(5.0, background=0.0, capacity=5.0) == pytest.approx(1.15)


def test_the_known_time_already_holds_the_background() -> None:
    # from half the capacity to twice: (1 + 0.15 x 16) / (1 + 0.15 / 16)
    assert delay_ratio(1.5, background=0.5, capacity=1.0) == pytest.approx(3.4 / (1 + 0.15 / 16))


def test_less_load_makes_it_quicker_but_never_less_than_empty() -> None:
    ratios = delay_ratio(np.array([-1.0, -2.0, -5.0]), background=2.0, capacity=2.0)
    assert ratios[0] < 1
    assert ratios[1] == ratios[2] == pytest.approx(1 / 1.15)
