"""Files that reports are written to (I/O)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.report.words import DEFAULT_LANGUAGE, find_words


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where to write the report; None for a form that is not wanted. `csv` is a ZIP archive of CSV files."""

    html: Path | None = None
    pdf: Path | None = None
    xlsx: Path | None = None
    csv: Path | None = None


def write_report(case: Case, appraisal: Appraisal, targets: ReportFiles, *, language: str = DEFAULT_LANGUAGE) -> None:
    """Nothing; every file wanted is written whole, none where one of them could not be made."""
    for path, content in render_files(case, appraisal, targets, language=language).items():
        write_whole(path, content)


def render_files(
    case: Case, appraisal: Appraisal, targets: ReportFiles, *, language: str = DEFAULT_LANGUAGE
) -> Mapping[Path, str | bytes]:
    """What each file wanted is to hold; the same case, appraisal and language give the same bytes."""
    say = find_words(language, case=case)
    held: dict[Path, str | bytes] = {}
    if targets.html is not None or targets.pdf is not None:
        from rahdari.report.context import build_context  # noqa: PLC0415 a tenth of a second that only a page takes
        from rahdari.report.rendering import render_page  # noqa: PLC0415

        context = build_context(case, appraisal, say=say)
        if targets.html is not None:
            held[targets.html] = render_page(context)
        if targets.pdf is not None:
            from rahdari.report.document import render_document  # noqa: PLC0415 the setter is large

            held[targets.pdf] = render_document(context, say=say)
    if targets.xlsx is not None or targets.csv is not None:
        from rahdari.report.sheets import list_sheets  # noqa: PLC0415
        from rahdari.report.workbook import write_csv_archive, write_workbook  # noqa: PLC0415

        sheets = list_sheets(case, appraisal, say=say)
        if targets.xlsx is not None:
            title = say.name(appraisal.title)
            held[targets.xlsx] = write_workbook(sheets, as_of=appraisal.as_of, title=title, say=say)
        if targets.csv is not None:
            held[targets.csv] = write_csv_archive(sheets)
    return held


def write_whole(path: Path, content: str | bytes) -> None:
    """Nothing; the file holds all of it (text as UTF-8) or stays as it was; its folder is made where it is missing."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise
