"""A folder and a shock as files: faults that no file shows alone, and what a reader of the answer has to know."""

from __future__ import annotations

from pathlib import Path

import pytest

from rahdari.exceptions import FaultyInput
from rahdari.trade.folders import solve_folder

FLOWS = "exporter,importer,year,value\nORA,ORA,2019,70\nORA,LIM,2019,20\nLIM,ORA,2019,10\nLIM,LIM,2019,50\n"
SHOCK = "exporter,importer,cost_change\nORA,LIM,0.9\n"


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder / "shock.csv"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("deficits", "economy,value,year\nORA,-10,2018\nLIM,10,2018\n", "is of 2018, but flows.csv is of 2019"),
        ("deficits", "economy,value,year\nORA,-10,2018\nLIM,10,2019\n", r"more than one year \(2018, 2019\)"),
        ("shock", "exporter,importer,year,cost_change\nORA,LIM,2021,0.9\n", "is of 2021, but flows.csv is of 2019"),
    ],
)
def test_files_of_different_years_are_not_mixed(tmp_path: Path, name: str, text: str, words: str) -> None:
    shock = write(tmp_path, **({"flows": FLOWS, "shock": SHOCK} | {name: text}))
    with pytest.raises(FaultyInput, match=words) as caught:
        solve_folder(tmp_path, shock, elasticity=4)
    (fault,) = caught.value.faults
    assert (fault.where.file, fault.where.column) == (f"{name}.csv", "year")


def test_files_of_one_year_are_solved_without_a_note(tmp_path: Path) -> None:
    shock = write(tmp_path, flows=FLOWS, shock=SHOCK, deficits="economy,value,year\nORA,-10,2019\nLIM,10,2019\n")
    assert solve_folder(tmp_path, shock, elasticity=4).warnings == ()


@pytest.mark.parametrize("name", ["flows", "shock"])
def test_a_file_that_may_be_cut_within_its_last_number_is_warned_of(tmp_path: Path, name: str) -> None:
    texts = {"flows": FLOWS, "shock": SHOCK}
    shock = write(tmp_path, **(texts | {name: texts[name][:-1]}))
    (note,) = solve_folder(tmp_path, shock, elasticity=4).warnings
    assert note.startswith(f"{name}.csv does not end with a line end")
