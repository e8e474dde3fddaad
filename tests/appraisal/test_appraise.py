"""The main path on the invented case: what must hold of every appraisal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rahdari.appraisal.appraise import STEPS, Options, appraise
from rahdari.appraisal.result import Appraisal
from rahdari.case import Case, find_case, read_case
from rahdari.exceptions import InputFault


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(find_case("two_islands"))


@pytest.fixture(scope="module")
def answer(case: Case) -> Appraisal:
    return appraise(case, Options(draws=200))


def test_shapley_values_sum_to_the_total_effect(answer: Appraisal) -> None:
    for book, total in answer.total_effect_musd.items():
        assert sum(one.shapley_musd[book] for one in answer.measures) == pytest.approx(total, abs=1e-9)
        assert total != 0.0


def test_without_measures_the_path_is_exactly_that_of_doing_nothing(case: Case, answer: Appraisal) -> None:
    nothing = appraise(case, Options(measures=(), draws=200))
    assert nothing.measures == ()
    for name, book in nothing.books.items():
        assert book.path == book.without
        assert book.without == answer.books[name].without
        assert nothing.total_effect_musd[name] == 0.0


def test_the_same_seed_gives_the_same_answer_and_another_seed_keeps_the_case(case: Case, answer: Appraisal) -> None:
    assert appraise(case, Options(draws=200)) == answer
    other = appraise(case, Options(draws=200, seed=2))
    assert other.case_sha256 == answer.case_sha256
    assert other.seed == 2


def test_a_later_deadline_is_never_less_likely(answer: Appraisal) -> None:
    ordered = sorted(answer.deadlines, key=lambda one: one.latest)
    for book in answer.books.values():
        chances = [book.probability[one.id] for one in ordered]
        assert chances == sorted(chances)


def test_pooled_lies_between_inside_and_outside(answer: Appraisal) -> None:
    for book in answer.books.values():
        for key, pooled in book.pooled.items():
            inside = min(max(book.probability[key], 0.5 / 201), 1 - 0.5 / 201)
            low, high = sorted((inside, book.outside_view[key]))
            assert low - 1e-12 <= pooled <= high + 1e-12


def test_a_measure_that_starts_after_the_last_deadline_is_worth_nothing_by_then(answer: Appraisal) -> None:
    last = max(one.latest for one in answer.deadlines)
    late = [one for one in answer.measures if one.start > last]
    for measure in late:
        assert set(measure.shapley_musd.values()) == {0.0}


def test_the_best_package_of_all_measures_is_worth_the_total(answer: Appraisal) -> None:
    for book, total in answer.total_effect_musd.items():
        sizes = {one.size: one for one in answer.portfolio if one.book == book}
        assert sizes[max(sizes)].effect_musd == pytest.approx(total, abs=1e-9)


def test_one_book_alone_gives_the_same_figures_for_that_book_s_baseline(case: Case, answer: Appraisal) -> None:
    name = next(iter(answer.books))
    alone = appraise(case, Options(book=name, draws=200))
    assert list(alone.books) == [name]
    assert alone.books[name].baseline == answer.books[name].baseline


def test_an_unknown_measure_or_book_names_the_nearest(case: Case) -> None:
    known = case.measures[0].id
    with pytest.raises(InputFault, match="Did you mean") as raised:
        appraise(case, Options(measures=(known[:-1],), draws=10))
    assert known in raised.value.suggestions
    book = next(iter(case.books))
    with pytest.raises(InputFault, match="Did you mean"):
        appraise(case, Options(book=f"{book}x", draws=10))


def test_every_step_is_told_in_order(case: Case) -> None:
    told: list[str] = []
    appraise(case, Options(draws=20), progress=told.append)
    assert told == list(STEPS)


def test_commitments_without_a_measure_are_listed_with_a_reason(case: Case, answer: Appraisal) -> None:
    modelled = {name for measure in case.measures for name in measure.commitments}
    listed = {one.commitment for one in answer.not_modelled}
    assert listed == {one.id for one in case.register.commitments} - modelled
    assert all(one.why for one in answer.not_modelled)


def copies_of(case: Case, name: str, number: int) -> Case:
    """The case with so many copies of one measure and no other."""
    (first,) = (measure for measure in case.measures if measure.id == name)
    names = [f"{name}-{index}" for index in range(number)]
    copies = tuple(
        replace(first, id=one, needs=(), edits=tuple(replace(edit, measure=one) for edit in first.edits))
        for one in names
    )
    own = [claim for claim in case.claims.rows if claim.entity == f"measure:{name}"]
    added = [replace(claim, entity=f"measure:{one}") for claim in own for one in names]
    return replace(case, measures=copies, claims=replace(case.claims, rows=(*case.claims.rows, *added)))


def test_beyond_twelve_measures_orders_are_drawn_and_values_still_sum_to_the_total(case: Case) -> None:
    # thirteen equal tariff cuts of a half: the first takes most, so the value depends on the order
    crowd = appraise(copies_of(case, "tariff-cut", 13), Options(draws=4))
    assert crowd.attribution_orders["north-customs"] > 0
    for book, total in crowd.total_effect_musd.items():
        assert sum(one.shapley_musd[book] for one in crowd.measures) == pytest.approx(total, abs=1e-9)
        for one in crowd.measures:
            assert abs(one.shapley_musd[book] - total / 13) <= 3 * one.shapley_se[book] + 1e-9
            assert one.precedence_musd == one.shapley_musd


def test_beyond_twelve_measures_feasible_orders_are_drawn_apart(case: Case) -> None:
    # a gate and twelve equal cuts behind it: over feasible orders the gate has nothing, since it brings nothing alone
    copied = copies_of(case, "tariff-cut", 12)
    (gate,) = (measure for measure in case.measures if measure.id == "second-ferry")
    edit = replace(gate.edits[0], value=7.0)  # as often as it sails now
    gate = replace(gate, edits=(edit,))
    behind = tuple(replace(measure, needs=(gate.id,)) for measure in copied.measures)
    crowd = appraise(replace(copied, measures=(gate, *behind)), Options(draws=2))
    by_name = {one.id: one for one in crowd.measures}
    for book, total in crowd.total_effect_musd.items():
        assert sum(one.precedence_musd[book] for one in crowd.measures) == pytest.approx(total, abs=1e-9)
        assert sum(one.shapley_musd[book] for one in crowd.measures) == pytest.approx(total, abs=1e-9)
        assert by_name[gate.id].precedence_musd[book] == pytest.approx(0, abs=1e-9)
        if total:
            assert by_name[gate.id].shapley_musd[book] > 3 * by_name[gate.id].shapley_se[book] > 0


def test_to_twelve_measures_every_coalition_counts(answer: Appraisal) -> None:
    assert set(answer.attribution_orders.values()) == {0}


def test_contributions_sum_to_the_total_each_way(answer: Appraisal) -> None:
    for book in answer.contributions:
        total = answer.total_effect_musd[book.book]
        for shares in (book.by_commitment, book.by_working_group, book.by_party):
            assert sum(share.effect_musd for share in shares) == pytest.approx(total, abs=1e-9)


def test_the_waterfall_falls_to_the_target(answer: Appraisal) -> None:
    for book in answer.waterfalls:
        height = 0.0
        for step in book.steps:
            height = step.value_musd if step.kind == "level" and step.id == "baseline" else height
            if step.kind == "change":
                height += step.value_musd
            assert step.kind == "change" or step.value_musd == pytest.approx(height, abs=1e-9)
        assert height == pytest.approx(answer.target.value_musd)
