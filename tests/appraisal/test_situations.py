"""What shuts and when: shocks found, simulated and weighed."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from rahdari.appraisal.situations import Pace, ShockNumbers, Stays, find_shocks, simulate_shock, weigh_situations
from rahdari.appraisal.timeline import make_timeline
from tests.islands import SHUT_DAY, islands

NETWORK = islands().network
EVERY_LINK = frozenset(range(len(NETWORK.links)))
AT_ONCE = Pace(np.zeros(1), np.zeros(1))
TIMELINE = make_timeline(date(2025, 7, 1), 2026)  # three half-years


def tabulate(stays: Stays) -> NDArray[np.float64]:
    """Weights as draws x half-years x situations settled in x situations now."""
    steps, draws = stays.shape
    table = np.zeros((draws, steps, stays.situations, stays.situations))
    table[stays.draw, stays.step, stays.settled, stays.now] = stays.weight
    return table


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
    weights = tabulate(weigh_situations([first, second], steps=TIMELINE.steps, pace=AT_ONCE))
    # bit 0: the first acts; bit 1: the second; cargo is settled where it is
    expected = np.array([[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5], [0.25] * 4])
    assert weights[0] == pytest.approx(expected[:, :, None] * np.eye(4))


def test_without_shocks_there_is_one_situation() -> None:
    pace = Pace(np.array([0.0, 5.0]), np.array([0.0, 2.0]))
    assert tabulate(weigh_situations([], steps=TIMELINE.steps, pace=pace)).tolist() == [[[[1]]] * 3] * 2


def test_situations_that_hardly_occur_are_left_out() -> None:
    rare = np.full((1, 18), 0.001)
    assert tabulate(weigh_situations([rare], steps=TIMELINE.steps, pace=AT_ONCE))[0].tolist() == [[[1, 0], [0, 0]]] * 3


def test_cargo_settles_in_a_closure_as_it_finds_its_way_and_comes_back_at_another_pace() -> None:
    # shut from month 6 to 11, three months to find another way, one to come back: the share that is not settled yet is
    # exp(-t / 3), on average over half a year 3 / 6 (1 - exp(-2)); what has settled elsewhere leaves it likewise
    shut = np.repeat([0.0, 1.0, 0.0], 6)[None]
    weights = tabulate(weigh_situations([shut], steps=TIMELINE.steps, pace=Pace(np.array([3.0]), np.array([1.0]))))[0]
    unsettled = 3 / 6 * (1 - math.exp(-2))
    elsewhere = (1 - math.exp(-2)) * 1 / 6 * (1 - math.exp(-6))
    assert weights[0] == pytest.approx(np.array([[1, 0], [0, 0]]))
    assert weights[1] == pytest.approx(np.array([[0, unsettled], [0, 1 - unsettled]]))  # settled in, now
    assert weights[2] == pytest.approx(np.array([[1 - elsewhere, 0], [elsewhere, 0]]))


def test_stays_come_by_half_year_and_then_by_draw() -> None:
    shares = [np.random.default_rng(1).random((4, 18)) for _ in range(2)]
    stays = weigh_situations(shares, steps=TIMELINE.steps, pace=Pace(np.full(4, 3.0), np.full(4, 1.0)))
    assert (np.diff(stays.step * 4 + stays.draw) >= 0).all()
    assert np.bincount(stays.step * 4 + stays.draw, stays.weight) == pytest.approx(np.ones(12))


def test_draws_in_which_all_is_alike_are_weighed_as_each_is_alone() -> None:
    once = [np.random.default_rng(seed).random((3, 18)) for seed in (1, 2)]
    pace = Pace(np.array([3.0, 3.0, 6.0]), np.array([1.0, 2.0, 1.0]))
    rows = np.array([2, 0, 0, 1, 2, 0])
    several = Pace(pace.switch_months[rows], pace.return_months[rows])
    found = weigh_situations([share[rows] for share in once], steps=TIMELINE.steps, pace=several)
    for place, row in enumerate(rows.tolist()):
        own = Pace(pace.switch_months[[row]], pace.return_months[[row]])
        alone = weigh_situations([share[[row]] for share in once], steps=TIMELINE.steps, pace=own)
        assert tabulate(found)[place] == pytest.approx(tabulate(alone)[0])


def test_one_shock_for_another_is_no_relief() -> None:
    # when the second begins as the first ends, cargo has to find yet another way: at the slow pace
    first, second = np.repeat([1.0, 0.0, 0.0], 6)[None], np.repeat([0.0, 1.0, 1.0], 6)[None]
    pace = Pace(np.array([6.0]), np.array([1.0]))
    weights = tabulate(weigh_situations([first, second], steps=TIMELINE.steps, pace=pace))[0]
    assert weights[1, 1, 2] == pytest.approx(1 - math.exp(-1))
