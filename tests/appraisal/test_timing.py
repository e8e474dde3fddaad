"""How late a measure may come."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from rahdari.appraisal.full_delivery import FullDelivery, deliver_in_full
from rahdari.appraisal.timing import NOTICEABLE_MUSD, find_latest_starts, find_longest, run_late
from rahdari.appraisal.world import draw_world
from tests.islands import islands

BOOKS = ("north-customs", "south-treasury", "south-customs")


@pytest.fixture(scope="module")
def full() -> FullDelivery:
    case = islands()
    world = draw_world(case, measures=case.measures, books=BOOKS, draws=4, rng=np.random.default_rng(1))
    return deliver_in_full(world, draws=4)


def test_the_longest_delay_is_the_last_month_that_still_brings_enough() -> None:
    asked: list[int] = []

    def gain(months: int) -> float:
        asked.append(months)
        return 10.0 - months

    assert find_longest(gain, least=3.5, bound=40) == 6
    assert len(asked) < 9
    assert find_longest(gain, least=11, bound=40) is None
    assert find_longest(gain, least=3.5, bound=0) is None


def test_a_contract_that_comes_late_leaves_what_is_delivered_after_it(full: FullDelivery) -> None:
    # 24 over July 2026 to June 2027, half of it realised: one million a month. For the calendar year 2026 the first
    # six months count, so half a million is still there if it begins in December 2026 and less after that
    (north,) = (
        one
        for one in find_latest_starts(full, deadlines=islands().register.deadlines)
        if (one.measure, one.book, one.deadline) == ("crane-contract", "north-customs", "one-year")
    )
    assert north.on_time_musd == pytest.approx(6)
    assert north.latest == date(2026, 12, 1)
    assert north.least_musd == NOTICEABLE_MUSD


def test_what_starts_after_the_deadline_has_no_latest_start(full: FullDelivery) -> None:
    late = [one for one in find_latest_starts(full, deadlines=islands().register.deadlines)
            if one.measure == "tunnel-railway"]  # fmt: skip
    assert late
    assert {(one.on_time_musd, one.latest) for one in late} == {(0.0, None)}


@pytest.mark.parametrize("name", ["halve-east-bridge-time", "tariff-cut", "second-ferry", "crane-contract"])
def test_what_is_not_late_is_as_delivered_on_time(full: FullDelivery, name: str) -> None:
    for book, paths in run_late(full, name, months=0, steps=full.extent.steps).items():
        assert paths.total == pytest.approx(full.having[name].paths[book].total, rel=1e-9)


def test_what_comes_after_the_horizon_is_as_if_it_never_came(full: FullDelivery) -> None:
    for book, paths in run_late(full, "tariff-cut", months=400, steps=full.extent.steps).items():
        assert paths.total == pytest.approx(full.lacking["tariff-cut"].paths[book].total, rel=1e-12)


def test_a_later_start_never_brings_more_by_a_deadline(full: FullDelivery) -> None:
    gains = [
        run_late(full, "tariff-cut", months=months, steps=10)["north-customs"].total[0, 1]
        for months in (0, 3, 6, 9, 12)
    ]
    assert gains == sorted(gains, reverse=True)
