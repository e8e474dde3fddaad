"""Frontiers of the invented case against runs of their packages."""

from __future__ import annotations

import pytest

from rahdari.appraisal import frontiers
from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.portfolio import Frontier
from rahdari.appraisal.result import Appraisal
from tests.islands import islands


@pytest.fixture(scope="module")
def answer() -> Appraisal:
    return appraise(islands(), Options(draws=4))


def delivered(answer: Appraisal, book: str) -> Frontier:
    (found,) = (one for one in answer.frontiers if one.book == book and one.basis == "delivered")
    return found


def test_each_package_with_all_delivered_adds_what_a_run_of_it_adds(answer: Appraisal) -> None:
    # in the invented case every measure comes for sure and on time, so a plain run of the package is the same
    found = delivered(answer, "north-customs")
    assert (found.values, found.method, found.is_complete) == ("simulated", "enumeration", True)
    assert len(found.packages) > 1
    for package in found.packages:
        run = appraise(islands(), Options(measures=package.measures, book="north-customs", draws=4))
        book = run.books["north-customs"]
        assert package.effect_musd == pytest.approx(book.path[-1].mean - book.without[-1].mean, abs=1e-9)
        assert package.effect_se_musd == pytest.approx(0, abs=1e-9)


def test_what_no_source_prices_is_in_every_package_and_the_rest_is_priced(answer: Appraisal) -> None:
    costs = {one.id: one.cost_musd for one in answer.measures}
    for book in answer.books:
        for package in delivered(answer, book).packages:
            priced = [costs[name] or 0.0 for name in package.measures]
            assert package.cost_musd == pytest.approx(sum(priced))
            assert {name for name in package.measures if costs[name] is None} == set(package.without_cost)
            assert {"reopen-bridges", "tariff-cut"} <= set(package.without_cost)


def test_the_order_adds_up_to_the_dearest_package(answer: Appraisal) -> None:
    # free measures are told alone and may act together, so what adds up is what costs
    found = delivered(answer, "north-customs")
    costly = [step for step in found.order if step.cost_musd is not None]
    gained = found.packages[-1].effect_musd - found.packages[0].effect_musd
    assert sum(step.gain_musd for step in costly) == pytest.approx(gained)
    assert found.order[: len(found.order) - len(costly)] == tuple(one for one in found.order if one.cost_musd is None)


def test_where_many_measures_have_a_cost_their_effects_are_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontiers, "MOST_SIMULATED", 0)
    answer = appraise(islands(), Options(draws=4))
    found = delivered(answer, "north-customs")
    assert (found.values, found.method) == ("added", "enumeration")
    assert all(package.effect_se_musd is None for package in found.packages)
    assert found.packages[-1].effect_musd > 0


def test_a_longer_list_is_left_to_integer_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontiers, "MOST_SIMULATED", 0)
    listed = delivered(appraise(islands(), Options(draws=4)), "north-customs")
    monkeypatch.setattr(frontiers, "MOST_ENUMERATED", 0)
    solved = delivered(appraise(islands(), Options(draws=4)), "north-customs")
    assert (solved.method, solved.is_complete) == ("integer program", True)
    assert [one.cost_musd for one in solved.packages] == pytest.approx([one.cost_musd for one in listed.packages])
    assert [one.effect_musd for one in solved.packages] == pytest.approx([one.effect_musd for one in listed.packages])
