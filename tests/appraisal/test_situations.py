"""What shuts and when: shocks found, simulated and weighed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from rahdari.appraisal.situations import ShockNumbers, find_shocks, simulate_shock, weigh_situations
from rahdari.appraisal.timeline import make_timeline
from tests.islands import SHUT_DAY, islands

NETWORK = islands().network
EVERY_LINK = frozenset(range(len(NETWORK.links)))
TIMELINE = make_timeline(date(2025, 7, 1), 2026)  # three half-years


def test_the_closure_that_began_after_the_baseline_is_a_shock_and_the_older_risk_is_not() -> None:
    (shock,) = find_shocks(NETWORK, as_of=SHUT_DAY, since=date(2024, 7, 1), links=EVERY_LINK)
    assert (shock.kind, shock.since, shock.group) == ("closed", date(2026, 1, 1), "bridges")
    kinds = [one.kind for one in find_shocks(NETWORK, as_of=SHUT_DAY, since=date(2020, 1, 1), links=EVERY_LINK)]
    assert kinds == ["war-risk", "closed"]


def test_what_touches_no_candidate_link_is_no_shock() -> None:
    air = frozenset(index for index, link in enumerate(NETWORK.links) if link.mode == "air")
    assert find_shocks(NETWORK, as_of=SHUT_DAY, since=date(2020, 1, 1), links=air) == ()


def test_before_the_closure_began_nothing_is_shut() -> None:
    assert find_shocks(NETWORK, as_of=date(2025, 12, 31), since=date(2024, 7, 1), links=EVERY_LINK) == ()


def test_states_of_one_kind_and_day_are_one_shock() -> None:
    (closure,) = (row for row in NETWORK.states if row.entity == "group:bridges")
    more = replace(NETWORK, states=(*NETWORK.states, replace(closure, entity="link:northport-southport-ferry")))
    (shock,) = find_shocks(more, as_of=SHUT_DAY, since=date(2024, 7, 1), links=EVERY_LINK)
    assert shock.entities == {"group:bridges", "link:northport-southport-ferry"}


@pytest.mark.parametrize(
    ("opened_at", "open_from"),
    # months from July 2025: January 2026 is 6, April (the first after the case's day) 9, July 12
    [(np.inf, 18), (12.0, 12), (12.4, 13), (3.0, 9)],
)
def test_a_closure_is_known_up_to_the_cases_day_and_then_ends_when_it_is_opened(
    opened_at: float, open_from: int
) -> None:
    (shock,) = find_shocks(NETWORK, as_of=SHUT_DAY, since=date(2024, 7, 1), links=EVERY_LINK)
    numbers = ShockNumbers(np.full((1, 18), 0.5), np.zeros((1, 18)))
    acting = simulate_shock(
        shock,
        numbers,
        claims=islands().claims,
        timeline=TIMELINE,
        processes={},
        opened_at=np.array([opened_at]),
    )
    assert acting.tolist() == [[0] * 6 + [1] * (open_from - 6) + [0] * (18 - open_from)]


def test_weights_of_situations_multiply_and_sum_to_one() -> None:
    first = np.tile([1, 1, 1, 0, 0, 0], 3)[None].astype(float)  # acts in half of each half-year
    second = np.repeat([0.0, 1.0, 0.5], 6)[None]
    weights = weigh_situations([first, second], timeline=TIMELINE, draws=1)
    # bit 0: the first acts; bit 1: the second
    assert weights[0] == pytest.approx(np.array([[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5], [0.25] * 4]))


def test_without_shocks_there_is_one_situation() -> None:
    assert weigh_situations([], timeline=TIMELINE, draws=2).tolist() == [[[1], [1], [1]]] * 2


def test_situations_that_hardly_occur_are_left_out() -> None:
    rare = np.full((1, 18), 0.001)
    assert weigh_situations([rare], timeline=TIMELINE, draws=1)[0].tolist() == [[1, 0]] * 3
