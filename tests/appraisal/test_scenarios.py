"""Many appraisals at once: the same bytes wherever they run, and every fault of the file that asks for them."""

from __future__ import annotations

import json
import pickle
import shutil
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from rahdari.appraisal.executor import open_executor
from rahdari.appraisal.scenarios import appraise_scenarios, read_scenarios
from rahdari.case import Case, find_case, read_case
from rahdari.exceptions import Fault, FaultyInput, InputFault, RahdariError, Where
from rahdari.report.scenarios import scenarios_answer, tabulate_scenarios


@pytest.fixture(scope="module")
def case() -> Case:
    return read_case(find_case("two_islands"))


def save(folder: Path, text: str) -> Path:
    path = folder / "sets.csv"
    path.write_text(text, encoding="utf-8")
    return path


def answer_bytes(case: Case, path: Path, place: str) -> bytes:
    with open_executor(place) as executor:
        answers = appraise_scenarios(case, read_scenarios(path, case), executor=executor)
    return json.dumps(scenarios_answer(case, answers), allow_nan=False).encode()


def test_one_and_two_processes_threads_and_a_cluster_give_the_same_bytes(case: Case, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="the extra `scale` is not installed")
    path = save(tmp_path, "id,measures,draws,seed\nnothing,none,40,3\nall,all,40,3\nbridges,reopen-bridges,40,4\n")
    here = answer_bytes(case, path, "serial")
    assert b"reopen-bridges" in here
    for place in ("threads:2", "processes:1", "processes:2", "dask:2"):
        assert answer_bytes(case, path, place) == here, place


def test_the_table_shows_each_scenario_book_and_deadline_whole_at_80_columns(case: Case, tmp_path: Path) -> None:
    path = save(tmp_path, "id,measures,draws\nnothing,none,20\nall,all,20\n")
    answers = appraise_scenarios(case, read_scenarios(path, case))
    books, deadlines = answers[0].appraisal.books, answers[0].appraisal.deadlines
    table = tabulate_scenarios(case, answers)
    assert table.row_count == 2 * len(books) * (1 + len(deadlines))
    console = Console(width=80, record=True, file=StringIO())
    console.print(table)
    lines = console.export_text().splitlines()
    assert {f"{one.id}: {book}" for one in answers for book in books} <= {line[:24].rstrip() for line in lines}
    assert "…" not in "".join(lines)
    assert [one.id for one in answers] == ["nothing", "all"]


def test_every_faulty_row_is_named(case: Case, tmp_path: Path) -> None:
    rows = (
        "a,reopen-bridge,,",
        "b,,,",
        ",all,,",
        "c,all,0,",
        "d,all,10,-1",
        "d,all,10,1",
        "d,none,10,1",
        "e,all,10,1,9",
    )
    with pytest.raises(FaultyInput) as caught:
        read_scenarios(save(tmp_path, "id,measures,draws,seed\n" + "\n".join(rows) + "\n"), case)
    told = [(fault.where.row, fault.where.column, fault.message) for fault in caught.value.faults]
    assert [(row, column) for row, column, _ in told] == [
        (2, "measures"), (3, "measures"), (4, "id"), (5, "draws"), (6, "seed"), (8, "id"), (9, None)]  # fmt: skip
    assert "reopen-bridges" in told[0][2]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("id,mesures\na,all\n", "Did you mean measures"),
        ("id\na\n", "need a header"),
        ("id,measures\n", "a row for each"),
    ],
)
def test_a_faulty_header_is_named(case: Case, tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(InputFault, match=part):
        read_scenarios(save(tmp_path, text), case)


@pytest.mark.parametrize("place", ["process:2", "processes:none", "processes:²", "threads:0", "serial:2", "dask:two"])
def test_a_place_that_is_none_is_refused(place: str) -> None:
    with pytest.raises(RahdariError), open_executor(place):
        pass


def test_faults_come_back_from_another_process_whole() -> None:
    error = FaultyInput([Fault("No number.", Where("claims.csv", 2, "value"))], kind="faulty-case")
    back = pickle.loads(pickle.dumps(error))
    assert (back.faults, back.kind, back.message) == (error.faults, error.kind, error.message)


def test_an_unknown_book_and_a_row_after_empty_lines_are_named_by_row(case: Case, tmp_path: Path) -> None:
    with pytest.raises(FaultyInput) as caught:
        read_scenarios(save(tmp_path, "id,measures,book\na,all,north\n\n\nb,alle,\n"), case)
    assert [(fault.where.row, fault.where.column) for fault in caught.value.faults] == [(2, "book"), (5, "measures")]


@pytest.mark.parametrize(
    ("text", "part"),
    [("id,measures,measures\na,all,none\n", "there 2 times"), (f"id,measures\n{'x' * 200_000},all\n", "no CSV table")],
)
def test_a_column_told_twice_and_a_cell_without_end_are_faults(
    case: Case, tmp_path: Path, text: str, part: str
) -> None:
    with pytest.raises(InputFault, match=part):
        read_scenarios(save(tmp_path, text), case)


def test_a_case_that_has_changed_is_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "islands"
    shutil.copytree(find_case("two_islands"), folder)
    path = save(tmp_path, "id,measures,draws\nnothing,none,4\n")
    first = read_case(folder)
    appraise_scenarios(first, read_scenarios(path, first))
    settings = folder / "case.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    then = read_case(folder)
    assert then.sha256 != first.sha256
    assert len(appraise_scenarios(then, read_scenarios(path, then))) == 1
