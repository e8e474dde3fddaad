"""What the freight emits: worked out by hand for the islands, where the bridges are the short way."""

from __future__ import annotations

from functools import cache

import pytest

from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.result import EmissionAnswer
from tests.islands import islands


@cache
def emissions() -> dict[tuple[str, str], EmissionAnswer]:
    answer = appraise(islands(), Options(measures=(), draws=16))
    return {(one.direction, one.setting): one for one in answer.emissions}


def test_the_long_way_round_emits_what_its_length_says() -> None:
    told = emissions()
    # By either bridge 200 km of road at 0.1 kg a tonne-km; by the ferry, while the bridges are shut, 30 kg a tonne.
    assert told["XNO-XSO", "before the closure"].kg_per_t == pytest.approx(20.0, abs=1e-3)
    assert told["XNO-XSO", "today"].kg_per_t == pytest.approx(30.0, abs=1e-3)
    assert told["XNO-XSO", "today, with the crossings reopened"].kg_per_t == pytest.approx(20.0, abs=1e-3)


def test_a_year_emits_as_its_tonnes_do() -> None:
    told = emissions()
    before, now = told["XSO-XNO", "before the closure"], told["XSO-XNO", "today"]
    assert before.t_per_year is not None
    assert now.t_per_year is not None
    assert now.t_per_year / before.t_per_year == pytest.approx(now.kg_per_t / before.kg_per_t)
    tonnes = before.t_per_year * 1000 / before.kg_per_t
    case = islands()
    musd = 100.0 - 60.0  # what Northisle's customs tell of both ways in 2025, less what Northisle sells
    per_t = [case.claims.value(f"commodity:{one.id}", "value_usd_per_t") for one in case.network.commodities]
    assert musd * 1e6 / max(per_t) <= tonnes <= musd * 1e6 / min(per_t)
