"""The case's own words in another language: read where they are texts, a fault where they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from rahdari.case import find_case
from rahdari.case.settings import read_settings


def settings_with(folder: Path, words: str) -> Path:
    """A folder whose case.toml is that of the islands with other words."""
    text = (find_case("two_islands") / "case.toml").read_text(encoding="utf-8").split("[words.ru]")[0]
    (folder / "case.toml").write_text(text + words, encoding="utf-8")
    return folder


def test_words_are_read_by_language(tmp_path: Path) -> None:
    settings, faults = read_settings(settings_with(tmp_path, '[words.ru]\n"Northisle" = "Север"\n'))
    assert not faults
    assert settings is not None
    assert settings.words["ru"]["Northisle"] == "Север"


def test_a_case_needs_no_words(tmp_path: Path) -> None:
    settings, faults = read_settings(settings_with(tmp_path, ""))
    assert not faults
    assert settings is not None
    assert not settings.words


@pytest.mark.parametrize("words", ['[words]\nru = "Север"\n', '[words.ru]\n"Northisle" = 1\n'])
def test_words_that_are_no_texts_are_a_fault(tmp_path: Path, words: str) -> None:
    settings, faults = read_settings(settings_with(tmp_path, words))
    assert settings is None
    assert [(fault.where.row, fault.where.column) for fault in faults] == [(None, "words")]
