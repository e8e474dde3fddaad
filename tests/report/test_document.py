"""The PDF: set without the machine's fonts, tagged, with Cyrillic letters, the same bytes, no text read as code."""

from __future__ import annotations

import dataclasses

import pypdfium2
import pytest

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.report.context import build_context
from rahdari.report.document import FONT, render_document
from rahdari.report.leaves import Figures, Grid, list_leaves
from rahdari.report.page import ReportContext
from rahdari.report.words import Words, find_words


def read_text(held: bytes) -> str:
    document = pypdfium2.PdfDocument(held)
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    return " ".join(text.replace("\ufffe", "").split())


@pytest.fixture(scope="module")
def pdf(context: ReportContext, say: Words) -> bytes:
    return render_document(context, say=say)


def test_the_same_report_gives_the_same_bytes(context: ReportContext, say: Words, pdf: bytes) -> None:
    assert render_document(context, say=say) == pdf


def test_the_pdf_holds_the_verdict_the_parts_and_the_figures(context: ReportContext, say: Words, pdf: bytes) -> None:
    text = read_text(pdf)
    assert context.headline.replace("\u00a0", " ") in text
    for key in ("why", "paths", "measures", "routes", "targets", "outside", "sources"):
        assert say(f"{key}.heading") in text
    last = context.fans[0].table.rows[-1]
    assert all(figure in text for figure in last[2:])


def test_the_pdf_is_tagged_and_names_its_language(pdf: bytes) -> None:
    assert b"/MarkInfo" in pdf
    assert b"/StructTreeRoot" in pdf
    assert b"/Lang" in pdf


def test_russian_letters_are_set_in_the_font_that_the_program_carries(islands: Case, answer: Appraisal) -> None:
    russian = find_words("ru", case=islands)
    held = render_document(build_context(islands, answer, say=russian), say=russian)
    assert russian("why.heading") in read_text(held)
    assert FONT.replace(" ", "").encode() in held


def test_texts_of_a_case_are_not_read_as_code(context: ReportContext, say: Words) -> None:
    hostile = '#panic("x") $x^2$ @ref <label> \\ *bold* `raw` // note'
    tampered = dataclasses.replace(context, title=hostile, reasons=(hostile,), headline=hostile)
    text = read_text(render_document(tampered, say=say))
    assert text.count('#panic("x") $x^2$ @ref') >= 3


def test_every_picture_has_words_and_its_own_colours(context: ReportContext, say: Words) -> None:
    leaves = list_leaves(context, say=say, font=FONT)
    figures = [figure for leaf in leaves if isinstance(leaf, Figures) for figure in leaf.figures]
    assert len(figures) >= len(context.fans) + len(context.waterfalls) + len(context.routes.panels)
    assert all(len(figure.words) > 20 for figure in figures)
    assert not any("var(--" in figure.svg or "<use" in figure.svg for figure in figures)


def test_every_table_of_the_page_is_in_the_pdf(context: ReportContext, say: Words) -> None:
    captions = {leaf.table.caption for leaf in list_leaves(context, say=say, font=FONT) if isinstance(leaf, Grid)}
    tables = (*context.targets.matrix, *context.targets.even, *context.measures.by_book, context.outside.table)
    assert {table.caption for table in tables} <= captions
