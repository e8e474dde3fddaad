"""Who gains and who loses by the measures: nothing without them, the parties before others with them."""

from __future__ import annotations

from functools import cache

import pytest

from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.result import Appraisal
from tests.islands import islands


@cache
def answer(measures: tuple[str, ...] | None = None) -> Appraisal:
    return appraise(islands(), Options(measures=measures, draws=64))


def test_every_economy_is_told_in_the_last_deadlines_year_and_the_horizons() -> None:
    told = [(one.year, one.economy) for one in answer().welfare]
    assert {economy for _, economy in told} == {one.id for one in islands().trade.economies}
    assert len(told) == len(set(told)) == 2 * len(islands().trade.economies)
    assert {year for year, _ in told} == {2027, islands().settings.horizon}


def test_the_parties_gain_by_cheaper_ways_between_them_and_a_third_loses() -> None:
    gains = {one.economy: one.gain_musd for one in answer().welfare if one.year == islands().settings.horizon}
    first, second = islands().settings.parties
    third = next(economy for economy in gains if economy not in (first, second))
    assert min(gains[first], gains[second]) > 0 > gains[third]


def test_the_gain_is_the_change_of_what_the_economy_spends() -> None:
    spent = dict(
        zip((one.id for one in islands().trade.economies), islands().trade.value_musd.sum(axis=0), strict=True)
    )
    for one in answer().welfare:
        assert one.gain_musd == pytest.approx(one.change * spent[one.economy])


def test_without_measures_nobody_gains() -> None:
    assert answer(()).welfare == ()
