"""The annex on the target holds every figure of the appraisal's."""

from __future__ import annotations

from dataclasses import replace

from rahdari.appraisal.result import Appraisal
from rahdari.report.page import ReportContext
from rahdari.report.targets import build_sensitivity_part
from rahdari.report.words import Words


def test_the_matrix_has_a_row_for_each_flow_and_window_and_a_column_for_each_deadline(
    context: ReportContext, answer: Appraisal
) -> None:
    for table, name in zip(context.targets.matrix, answer.books, strict=True):
        cells = [cell for cell in answer.target_setting.matrix if cell.book == name]
        assert len(table.rows) * len(answer.deadlines) == len(cells)
        assert len(table.headings) == 2 + len(answer.deadlines)
        shown = [text.replace("\u00a0", " ") for row in table.rows for text in row[2:]]
        assert all(text.startswith((cell.verdict, "no such")) for text, cell in zip(shown, cells, strict=True))


def test_no_draw_at_the_target_is_told_by_the_rule_of_three(context: ReportContext, answer: Appraisal) -> None:
    shown = " ".join(text for table in context.targets.matrix for row in table.rows for text in row)
    assert f"fewer than 3\u00a0in\u00a0{answer.draws}" in shown


def test_even_chances_stand_year_by_year_to_the_horizon(context: ReportContext, answer: Appraisal, say: Words) -> None:
    for table, (name, book) in zip(context.targets.even, answer.books.items(), strict=True):
        assert len(table.rows) == len(book.path)
        assert table.rows[-1][1] == say.number(book.path[-1].p50), name


def test_drafts_stand_in_both_languages(context: ReportContext, answer: Appraisal) -> None:
    assert [draft.russian for draft in context.targets.drafts] == [
        draft.russian for draft in answer.target_setting.drafts
    ]
    assert all("million dollars" in draft.english for draft in context.targets.drafts)


def test_sensitivity_has_a_column_for_each_book(context: ReportContext, answer: Appraisal) -> None:
    assert len(context.sensitivity.table.headings) == 1 + len(answer.books)
    first = answer.sensitivity[0]
    assert [row[0] for row in context.sensitivity.table.rows] == [group.title for group in first.groups]


def test_too_few_draws_for_sensitivity_are_said(answer: Appraisal, say: Words) -> None:
    assert build_sensitivity_part(replace(answer, sensitivity=()), say=say).lead == "Too few draws to say."
