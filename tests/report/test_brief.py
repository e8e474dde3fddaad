"""The brief for a terminal: nothing is cut, whatever the width."""

from __future__ import annotations

import pytest

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.report.brief import brief_lines
from rahdari.report.words import Words


@pytest.mark.parametrize("width", [80, 100])
def test_every_chance_stands_whole_at_usual_widths(islands: Case, answer: Appraisal, say: Words, width: int) -> None:
    lines = brief_lines(islands, answer, say=say, report="rahdari-demo/report.html", width=width)
    assert max(len(line) for line in lines) <= width
    whole = " ".join(lines)
    for book in answer.books.values():
        for chances in (book.probability, book.outside_view, book.pooled):
            for chance in chances.values():
                assert say.short_chance(chance).replace("\u00a0", " ") in whole
    assert "rahdari-demo/report.html" in whole


def test_the_measures_show_chance_effect_and_full_effect(islands: Case, answer: Appraisal, say: Words) -> None:
    lines = brief_lines(islands, answer, say=say, width=80)
    assert any({"Chance", "Brings"} <= set(line.split()) and "In full" in line for line in lines)
