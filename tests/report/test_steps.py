"""What to do next: each step stands on the figures of the appraisal, and goes where they say nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rahdari.appraisal.result import Appraisal
from rahdari.appraisal.timing import LatestStart
from rahdari.case import Case
from rahdari.report.brief import brief_lines
from rahdari.report.proposals import rank_measures
from rahdari.report.steps import say_steps
from rahdari.report.words import Words


def steps_of(case: Case, appraisal: Appraisal, say: Words) -> str:
    last = max(one.latest for one in appraisal.deadlines)
    return " ".join(say_steps(case, appraisal, last=last, say=say))


def with_starts(answer: Appraisal, latest: date | None) -> Appraisal:
    book, deadline = next(iter(answer.books)), max(answer.deadlines, key=lambda one: one.latest)
    return replace(
        answer, latest_starts=(LatestStart(rank_measures(answer)[0].id, book, deadline.id, 3.2, latest, 0.5),)
    )


def test_the_last_month_of_a_measure_is_told_while_it_can_still_count(
    islands: Case, answer: Appraisal, say: Words
) -> None:
    started = with_starts(answer, date(2031, 5, 1))
    assert "Promise no result" not in steps_of(islands, started, say)
    row = next(
        line for line in brief_lines(islands, started, say=say) if line.startswith(rank_measures(answer)[0].title)
    )
    assert row.rstrip().endswith("May 2031")


def test_where_none_can_the_step_says_so(islands: Case, answer: Appraisal, say: Words) -> None:
    words = steps_of(islands, with_starts(answer, None), say)
    assert "Promise no result of a measure by" in words


def test_only_a_measure_worth_its_cost_is_said_to_pay(islands: Case, answer: Appraisal, say: Words) -> None:
    one = next(one for one in answer.returns if one.cost_musd is not None)
    title = {measure.id: measure.title for measure in answer.measures}[one.measure]

    def worth(npv_musd: float) -> str:
        books = tuple(replace(book, npv_musd=npv_musd) for book in one.by_book)
        return steps_of(islands, replace(answer, returns=(replace(one, by_book=books),)), say)

    assert f"at least one book: “{title}”" in worth(0.1)
    assert "none of the 1 measures with a known cost" in worth(-0.1)


def test_without_priced_measures_no_step_speaks_of_paying(islands: Case, answer: Appraisal, say: Words) -> None:
    assert "pay" not in steps_of(islands, replace(answer, returns=()), say)


def test_a_good_year_proves_nothing_only_where_flows_move_more_than_measures(
    islands: Case, answer: Appraisal, say: Words
) -> None:
    book = answer.sensitivity[0]
    moved = next(one for one in book.groups if one.group == "movement")
    delivered = next(one for one in book.groups if one.group == "delivery")

    def told(movement: float, delivery: float) -> str:
        groups = (replace(moved, index=movement), replace(delivered, index=delivery))
        return steps_of(islands, replace(answer, sensitivity=(replace(book, groups=groups),)), say)

    assert "about 70\u202f% of its spread" in told(0.7, 0.001)
    assert "under\u202f10\u202f% the measures" in told(0.7, 0.001)
    assert "of its spread" not in told(0.3, 0.4)


def test_what_lasts_is_not_what_the_next_step_says_not_to_build(islands: Case, answer: Appraisal, say: Words) -> None:
    book = next(iter(answer.books))
    best = max(answer.measures, key=lambda one: one.full_effect_musd[book])
    priced = next(one for one in answer.returns if one.cost_musd is not None)

    def lasting(npv_musd: float) -> str:
        books = tuple(replace(one, npv_musd=npv_musd) for one in priced.by_book)
        steps = say_steps(islands, replace(answer, returns=(replace(priced, measure=best.id, by_book=books),)),
                          last=max(one.latest for one in answer.deadlines), say=say)  # fmt: skip
        return next(step for step in steps if step.startswith("Work on what lasts"))

    assert best.title in lasting(0.1)
    assert best.title not in lasting(-0.1)
