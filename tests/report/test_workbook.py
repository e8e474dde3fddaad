"""The workbook and the CSV archive: every figure a number with its unit and source, nothing a formula, same bytes."""

from __future__ import annotations

import csv
import dataclasses
import io
import zipfile
from datetime import date, datetime
from types import MappingProxyType

import openpyxl
import pytest

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.report.sheet import Sheet
from rahdari.report.sheets import list_sheets
from rahdari.report.words import Words, find_words
from rahdari.report.workbook import write_csv, write_csv_archive, write_workbook

DAY = date(2026, 3, 31)
HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")')


@pytest.fixture(scope="module")
def sheets(islands: Case, answer: Appraisal, say: Words) -> tuple[Sheet, ...]:
    return list_sheets(islands, answer, say=say)


@pytest.fixture(scope="module")
def workbook(sheets: tuple[Sheet, ...], say: Words) -> bytes:
    return write_workbook(sheets, as_of=DAY, title="Islands", say=say)


def by_name(sheets: tuple[Sheet, ...], name: str) -> list[dict[str, object]]:
    (sheet,) = (one for one in sheets if one.name == name)
    return [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]


def test_the_same_tables_give_the_same_bytes(sheets: tuple[Sheet, ...], workbook: bytes, say: Words) -> None:
    assert write_workbook(sheets, as_of=DAY, title="Islands", say=say) == workbook
    assert write_csv_archive(sheets) == write_csv_archive(sheets)


def test_the_workbook_has_every_table_with_a_frozen_header_and_no_formula(
    sheets: tuple[Sheet, ...], workbook: bytes, say: Words
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    assert book.sheetnames == [say(f"sheet.{one.name}") for one in sheets]
    for sheet, held in zip(sheets, book.worksheets, strict=True):
        assert held.freeze_panes == "A2"
        assert [cell.value for cell in held[1]] == [say(f"field.{name}") for name in sheet.columns]
        assert held.max_row == 1 + len(sheet.rows)
        assert all(cell.data_type != "f" for row in held.iter_rows() for cell in row)


def test_numbers_are_numbers_and_days_are_days(sheets: tuple[Sheet, ...], workbook: bytes, say: Words) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    paths = next(one for one in sheets if one.name == "paths")
    held = book[say("sheet.paths")]
    for row, cells in zip(paths.rows, held.iter_rows(min_row=2, values_only=True), strict=True):
        for wanted, shown in zip(row, cells, strict=True):
            if isinstance(wanted, float):
                assert shown == pytest.approx(wanted, rel=1e-12)
            if isinstance(wanted, date):
                assert isinstance(shown, datetime)
                assert shown.date() == wanted


def test_every_row_of_figures_has_a_unit_and_a_source(sheets: tuple[Sheet, ...]) -> None:
    for sheet in sheets:
        if "sources" in sheet.columns and sheet.name not in ("about", "outside-view"):
            column = sheet.columns.index("sources")
            assert all(row[column] for row in sheet.rows), sheet.name
    for name in ("chances", "paths", "waterfall", "attribution", "portfolio", "target-even"):
        assert all(row["unit"] for row in by_name(sheets, name)), name


def test_the_figures_are_those_of_the_appraisal(sheets: tuple[Sheet, ...], answer: Appraisal, say: Words) -> None:
    chances = by_name(sheets, "chances")
    assert len(chances) == len(answer.books) * len(answer.deadlines) * 4
    for name, book in answer.books.items():
        shown = {(row["latest"], row["view"]): row["value"] for row in chances if row["book"] == say.name(book.title)}
        for one in answer.deadlines:
            assert shown[one.latest, "model"] == book.probability[one.id], name
            assert shown[one.latest, "together"] == book.pooled[one.id], name
    even = by_name(sheets, "target-even")
    assert [row["in_year"] for row in even] == [one.in_year_musd for one in answer.target_setting.even_chance]


def test_every_claim_of_the_case_stands_with_its_strength(sheets: tuple[Sheet, ...], islands: Case) -> None:
    claims = by_name(sheets, "claims")
    assert len(claims) == len(list(islands.claims))
    assert {row["strength"] for row in claims} <= set("ABCD")


def test_no_text_of_a_case_becomes_a_formula(islands: Case, answer: Appraisal, say: Words) -> None:
    names = dict(zip(answer.books, HOSTILE, strict=False))
    books = {name: dataclasses.replace(book, title=names.get(name, book.title)) for name, book in answer.books.items()}
    tampered = dataclasses.replace(answer, title="=2+2", books=MappingProxyType(books))
    sheets = list_sheets(islands, tampered, say=say)
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(sheets, as_of=DAY, title="=2+2", say=say)))
    texts = [cell for held in book.worksheets for row in held.iter_rows() for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in texts)
    assert any(cell.value == "=1+1" for cell in texts)
    with zipfile.ZipFile(io.BytesIO(write_csv_archive(sheets))) as archive:
        for name in archive.namelist():
            rows = csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig")))
            cells = [cell for row in rows for cell in row if cell]
            assert all(cell[0] not in "=@\t" and (cell[0] not in "+-" or _is_number(cell)) for cell in cells), name


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_like_a_formula_is_quoted_in_csv_and_a_negative_number_is_not(text: str) -> None:
    written = write_csv(Sheet("x", ("text", "number"), ((text, -1.5),)))
    assert list(csv.reader(io.StringIO(written)))[1] == [f"'{text}", "-1.5"]


def test_csv_keeps_its_names_in_every_language(islands: Case, answer: Appraisal, sheets: tuple[Sheet, ...]) -> None:
    russian = list_sheets(islands, answer, say=find_words("ru", case=islands))
    assert [(one.name, one.columns) for one in russian] == [(one.name, one.columns) for one in sheets]
