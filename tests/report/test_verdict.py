"""The verdict's sentences: their numbers of things, and what is left unsaid where nothing gives rise to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.report.reasons import say_reasons
from rahdari.report.verdict import last_deadline, say_verdict
from rahdari.report.words import Words


def reasons_of(case: Case, appraisal: Appraisal, say: Words) -> str:
    return " ".join(say_reasons(case, appraisal, last=last_deadline(appraisal), say=say))


@pytest.mark.parametrize(("met", "words"), [(0, "none was met"), (1, "1 was met"), (2, "2 were met")])
def test_targets_that_were_met_are_told_in_their_number(
    islands: Case, answer: Appraisal, say: Words, met: int, words: str
) -> None:
    books = {
        name: replace(
            book,
            outside={key: replace(view, targets_met=met, targets_resolved=5) for key, view in book.outside.items()},
        )
        for name, book in answer.books.items()
    }
    assert f"Of the 5 steepest announced targets whose outcome is known, {words}." in reasons_of(
        islands, replace(answer, books=books), say
    )


def test_measures_are_said_to_save_little_only_where_they_do(islands: Case, answer: Appraisal, say: Words) -> None:
    def told(effect_musd: float) -> bool:
        measures = tuple(
            replace(one, shapley_musd=dict.fromkeys(one.shapley_musd, effect_musd)) for one in answer.measures
        )
        return "save little" in reasons_of(islands, replace(answer, measures=measures), say)

    assert told(0.1)
    assert not told(50.0)


def test_without_measures_nothing_is_said_of_them(islands: Case, answer: Appraisal, say: Words) -> None:
    verdict = say_verdict(islands, replace(answer, measures=(), returns=()), say=say)
    told = " ".join((*verdict.reasons, *(sentence for book in verdict.books.values() for sentence in book)))
    assert "easure" not in told


def test_the_headline_of_one_book_names_it(islands: Case, answer: Appraisal, say: Words) -> None:
    name, book = next(iter(answer.books.items()))
    for chance, words in ((0.01, "is out of reach in the books of"), (0.2, "is open in the books of"),
                          (0.9, "is likely in the books of")):  # fmt: skip
        held = replace(book, pooled=dict.fromkeys(book.pooled, chance))
        headline = say_verdict(islands, replace(answer, books={name: held}), say=say).headline
        assert f"{words} {book.title}" in headline
        assert "every set" not in headline


def test_equal_bounds_are_told_once(islands: Case, answer: Appraisal, say: Words) -> None:
    books = {name: replace(book, free_transport_factor=1.8) for name, book in answer.books.items()}
    verdict = say_verdict(islands, replace(answer, books=books), say=say)
    assert "multiply trade by 1.8 in time" in " ".join(verdict.conditions)
