"""The brief for a terminal: nothing is cut, whatever the width."""

from __future__ import annotations

import pytest

from rahdari.appraisal.appraise import Options, appraise
from rahdari.appraisal.result import Appraisal
from rahdari.case import find_case, read_case
from rahdari.report.brief import brief_lines, say_brief_chance
from rahdari.report.words import keep_together


@pytest.fixture(scope="module")
def answer() -> Appraisal:
    return appraise(read_case(find_case("two_islands")), Options(draws=60))


@pytest.mark.parametrize("width", [80, 100])
def test_every_chance_stands_whole_at_usual_widths(answer: Appraisal, width: int) -> None:
    lines = brief_lines(answer, report="rahdari-demo/report.html", width=width)
    assert max(len(line) for line in lines) <= width
    whole = " ".join(lines)
    for book in answer.books.values():
        for chances in (book.probability, book.outside_view, book.pooled):
            for chance in chances.values():
                assert say_brief_chance(chance) in whole
    assert keep_together("rahdari-demo/report.html") in whole


def test_the_measures_show_chance_effect_and_full_effect(answer: Appraisal) -> None:
    lines = brief_lines(answer, width=80)
    assert any({"Chance", "Brings"} <= set(line.split()) and "In full" in line for line in lines)
