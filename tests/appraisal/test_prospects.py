"""What reaches the target, and what cannot be regretted."""

from __future__ import annotations

import numpy as np
import pytest

from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.prospects import judge_regret, share_reached
from rahdari.appraisal.result import Appraisal
from tests.islands import islands


@pytest.fixture(scope="module")
def answer() -> Appraisal:
    return appraise(islands(), Options(draws=20))


def test_what_was_reached_once_stays_reached() -> None:
    total = np.array([[1.0, 5.0, 2.0], [1.0, 1.0, 6.0], [1.0, 1.0, 1.0], [9.0, 1.0, 1.0]])
    assert share_reached(total, 5.0).tolist() == [0.25, 0.5, 0.75]


@pytest.mark.parametrize(
    ("raised", "npvs", "verdict"),
    [
        ({"a": 0.9, "b": 1.0}, [3.0, 0.0], True),
        ({"a": 0.89, "b": 1.0}, [3.0, 3.0], False),
        ({"a": 1.0, "b": 1.0}, [3.0, -0.1], False),
        ({"a": 1.0, "b": 1.0}, [None, None], None),
    ],
)
def test_no_regret_needs_every_book_and_no_loss(
    raised: dict[str, float], npvs: list[float | None], verdict: bool | None
) -> None:
    found, why = judge_regret(raised, dict.fromkeys(raised, 0.0), npvs)
    assert found is verdict
    assert "raises trade" in why


def test_what_moves_nothing_and_what_cuts_both_ways_say_so() -> None:
    assert judge_regret({"a": 0.0}, {"a": 0.0}, [None]) == (False, "It moves the trade of some book in no outcome.")
    verdict, why = judge_regret({"a": 1.0, "b": 0.7}, {"a": 0.0, "b": 0.28}, [None])
    assert verdict is False
    assert why == "In some book it raises trade in 70 and lowers it in 28 of 100 outcomes."


def test_the_best_is_never_less_likely_than_nothing_and_the_judged_is_the_book_s(answer: Appraisal) -> None:
    for book in answer.books:
        nothing, judged, sure = (one for one in answer.reach if one.book == book)
        assert (nothing.package, judged.package, sure.package) == ("nothing", "all as judged", "best for sure")
        assert judged.probability == pytest.approx(dict(answer.books[book].probability))
        assert nothing.probability == pytest.approx(dict(answer.books[book].probability_without))
        assert judged.probability_by_horizon == pytest.approx(1 - answer.books[book].p_never)
        assert sure.probability_by_horizon >= nothing.probability_by_horizon


def test_the_islands_never_double_their_trade_whatever_they_do(answer: Appraisal) -> None:
    assert {(one.probability_by_horizon, one.year_even) for one in answer.reach} == {(0.0, None)}


def test_the_faster_check_is_judged_by_what_it_saves(answer: Appraisal) -> None:
    (check,) = (one for one in answer.no_regret if one.measure == "halve-east-bridge-time")
    (worth,) = (one for one in answer.returns if one.measure == "halve-east-bridge-time")
    assert check.share_lowered == dict.fromkeys(answer.books, 0.0)
    least = min(book.npv_musd or 0.0 for book in worth.by_book)
    assert check.no_regret is (min(check.share_raised.values()) >= 0.9 and least >= 0)
