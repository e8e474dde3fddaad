"""Files of the report: whole or not at all, and only those that are wanted."""

from __future__ import annotations

from pathlib import Path

import pytest

from rahdari.appraisal.result import Appraisal
from rahdari.case import Case
from rahdari.exceptions import InputFault
from rahdari.report.export import ReportFiles, write_report, write_whole


def test_only_the_files_that_are_wanted_are_written(islands: Case, answer: Appraisal, tmp_path: Path) -> None:
    write_report(islands, answer, ReportFiles(html=tmp_path / "a.html", csv=tmp_path / "new" / "a.zip"))
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.html", "a.zip", "new"]


def test_a_report_that_cannot_be_made_leaves_every_file_as_it_was(
    islands: Case, answer: Appraisal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.html").write_text("before", encoding="utf-8")

    def fail(*_: object, **__: object) -> None:
        raise InputFault("No.", kind="no")

    monkeypatch.setattr("rahdari.report.workbook.write_workbook", fail)
    with pytest.raises(InputFault, match=r"No\."):
        write_report(islands, answer, ReportFiles(html=tmp_path / "a.html", xlsx=tmp_path / "a.xlsx"))
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]


def test_a_write_that_fails_leaves_no_piece_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr("rahdari.report.export.Path.replace", fail)
    with pytest.raises(OSError, match="full"):
        write_whole(tmp_path / "a.bin", b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", "old and long")
    write_whole(tmp_path / "a.txt", "ново")
    assert (tmp_path / "a.txt").read_bytes() == "ново".encode()
