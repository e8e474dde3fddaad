"""The report's tables as one XLSX workbook or as CSV files in a ZIP archive; the same tables give the same bytes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import xlsxwriter

from rahdari.report.sheet import Cell, Sheet
from rahdari.report.words import Words

# What a spreadsheet takes for the start of a formula in a file of plain text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767  # letters, as the format allows
NARROWEST, WIDEST = 10, 60  # of a column, in letters
LINE_POINTS, TALLEST = 14, 405  # of a row
NUMBERS, TINY, WHOLE = ("#,##0", "#,##0.0", "0.0000"), "0.0E+00", "0"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that an archive knows: files carry no clock time


def write_workbook(sheets: Sequence[Sheet], *, as_of: date, title: str, say: Words) -> bytes:
    """An XLSX file: a sheet a table, numbers as numbers, the header frozen; no text of a case becomes a formula."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        created = datetime(as_of.year, as_of.month, as_of.day)  # noqa: DTZ001 the format has no zone
        book.set_properties({"title": title, "created": created})
        formats = {
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            "text": book.add_format({"text_wrap": True, "valign": "top", "indent": 1}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
            **{name: book.add_format({"num_format": name, "valign": "top"}) for name in (*NUMBERS, TINY, WHOLE)},
        }
        for sheet in sheets:
            _write_sheet(book, sheet, formats, say)
    return buffer.getvalue()


def _write_sheet(
    book: xlsxwriter.Workbook, sheet: Sheet, formats: dict[str, xlsxwriter.format.Format], say: Words
) -> None:
    held = book.add_worksheet(say(f"sheet.{sheet.name}"))
    if say.direction == "rtl":
        held.right_to_left()
    held.freeze_panes(1, 0)
    held.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
    held.set_landscape()
    held.fit_to_pages(1, 0)
    held.repeat_rows(0)
    headings = [say(f"field.{name}") for name in sheet.columns]
    shown = [tuple(_say_unit(*pair, say) for pair in zip(sheet.columns, row, strict=True)) for row in sheet.rows]
    widths = [_width(heading, [row[column] for row in shown]) for column, heading in enumerate(headings)]
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        held.write_string(0, column, heading, formats["head"])
        held.set_column(column, column, width + 1)
    for number, row in enumerate(shown, start=1):
        lines = max((-(-len(one) // width) for one, width in zip(row, widths, strict=True) if isinstance(one, str)),
                    default=1)  # fmt: skip
        if lines > 1:  # not every program fits a row to its text by itself
            held.set_row(number, min(LINE_POINTS * lines, TALLEST))
        for column, cell in enumerate(row):
            _write_cell(held, (number, column), cell, formats=formats, say=say)


def _say_unit(column: str, cell: Cell, say: Words) -> Cell:
    return say.term("unit", cell, cell) if column == "unit" and isinstance(cell, str) and cell else cell


def _width(heading: str, cells: Sequence[Cell]) -> int:
    """A column's width in letters: that of its longest text within bounds; a heading may break at its spaces."""
    longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
    word = max(len(one) for one in heading.split()) + 2  # beside the arrow of the filter
    return min(max(longest, word, NARROWEST), WIDEST)


def _write_cell(
    held: xlsxwriter.worksheet.Worksheet,
    place: tuple[int, int],
    cell: Cell,
    *,
    formats: dict[str, xlsxwriter.format.Format],
    say: Words,
) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        held.write_string(*place, say("yes") if cell else say("no"), formats["text"])
    elif isinstance(cell, int):
        held.write_number(*place, cell, formats[WHOLE])
    elif isinstance(cell, float):
        held.write_number(*place, cell, formats[_number_format(cell)])
    elif isinstance(cell, date):
        held.write_datetime(*place, datetime(cell.year, cell.month, cell.day), formats["day"])  # noqa: DTZ001
    else:
        held.write_string(*place, cell[:LONGEST_CELL], formats["text"])


def _number_format(value: float) -> str:
    """So many places that the digits that matter show; the cell holds them all."""
    size = abs(value)
    if 0 < size < 0.001:
        return TINY
    return NUMBERS[0 if size >= 1000 else 1 if size >= 10 else 2]


def write_csv_archive(sheets: Sequence[Sheet]) -> bytes:
    """A ZIP archive with a CSV file a table (UTF-8 with its mark, so that spreadsheets read every script)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for sheet in sheets:
            entry = zipfile.ZipInfo(f"{sheet.name}.csv", date_time=EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, write_csv(sheet).encode("utf-8-sig"))
    return buffer.getvalue()


def write_csv(sheet: Sheet) -> str:
    """The table as CSV under the ids of its columns; a text that a spreadsheet would take for a formula is quoted."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([_as_text(cell) for cell in row] for row in sheet.rows)
    return text.getvalue()


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
    return repr(cell)
