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
        shown = [say.short_chance(chance, draws=answer.draws_used) for chance in book.probability.values()]
        shown += [say.short_chance(chance) for view in (book.outside_view, book.pooled) for chance in view.values()]
        assert all(words.replace("\u00a0", " ") in whole for words in shown)
    assert "rahdari-demo/report.html" in whole


def test_the_measures_show_chance_effect_and_full_effect(islands: Case, answer: Appraisal, say: Words) -> None:
    lines = brief_lines(islands, answer, say=say, width=80)
    assert any({"Chance", "Brings"} <= set(line.split()) and "In full" in line for line in lines)
