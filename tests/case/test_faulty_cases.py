"""Faulty figures, names and settings of a case: each is told at its cell, with what to do."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rahdari import cli
from rahdari.case import find_case, read_case, shipped_cases
from rahdari.exceptions import FaultyInput
from tests.case.conftest import Folder, place


@pytest.mark.parametrize("name", shipped_cases())
def test_a_shipped_case_has_no_fault(name: str) -> None:
    assert read_case(find_case(name)).sha256 == read_case(find_case(name)).sha256


def test_the_copy_that_the_tests_break_is_sound(folder: Folder) -> None:
    assert folder.faults() == ()


def test_a_figure_without_a_source_is_a_fault_at_its_cell(folder: Folder) -> None:
    folder.set_cell("claims.csv", "source", "", row=3)

    assert place(folder) == ("claims.csv", 3, "source")
    assert "a figure without a source cannot be used" in folder.the_fault().message


@pytest.mark.parametrize("file", ["network/states.csv", "economy/flows.csv", "measure_edits.csv"])
def test_a_figure_without_a_source_is_a_fault_in_every_table(folder: Folder, file: str) -> None:
    folder.set_cell(file, "source", " ")

    assert place(folder) == (file, 2, "source")


def test_a_source_that_is_not_listed_gets_the_nearest_name(folder: Folder) -> None:
    header, rows = folder.read("claims.csv")
    known = rows[0][header.index("source")]
    folder.set_cell("claims.csv", "source", known + "x")

    assert place(folder) == ("claims.csv", 2, "source")
    assert known in folder.the_fault().message


def test_a_missing_column_is_one_fault_and_not_one_for_each_row_that_needs_it(folder: Folder) -> None:
    folder.drop_column("network/nodes.csv", "id")

    assert place(folder) == ("network/nodes.csv", 1, "id")
    assert folder.the_fault().message.startswith("The column id is missing")


def test_a_missing_column_of_sources_is_one_fault(folder: Folder) -> None:
    folder.drop_column("sources.csv", "id")

    assert place(folder) == ("sources.csv", 1, "id")


def test_a_missing_file_is_one_fault(folder: Folder) -> None:
    (folder.path / "network" / "links.csv").unlink()

    assert place(folder) == ("network/links.csv", None, None)


def test_an_unknown_column_gets_the_nearest_name(folder: Folder) -> None:
    header, rows = folder.read("network/nodes.csv")
    folder.write("network/nodes.csv", [*header[:-1], "notes"], rows)

    assert place(folder) == ("network/nodes.csv", 1, "notes")
    assert "Did you mean note?" in folder.the_fault().message


@pytest.mark.parametrize(
    ("unit", "message"), [("tonnes", "Unknown unit 'tonnes'"), ("km", "cannot be in 'km'; write musd, USD, kusd, busd")]
)
def test_a_wrong_unit_is_told_with_those_that_fit(folder: Folder, unit: str, message: str) -> None:
    row = folder.row_of("claims.csv", "entity", "target")
    folder.set_cell("claims.csv", "unit", unit, row=row)

    assert place(folder) == ("claims.csv", row, "unit")
    assert message in folder.the_fault().message


@pytest.mark.parametrize(
    ("file", "column", "value", "message"),
    [
        ("network/nodes.csv", "lat", "91", "lat = 91 degree is impossible: allowed is -90 to 90"),
        ("network/nodes.csv", "lat", "12,5", "'12,5' is not a number"),
        ("network/nodes.csv", "lat", "1_2", "'1_2' is not a number"),
        ("network/nodes.csv", "lat", "NaN", "not a finite number"),
        ("network/nodes.csv", "lat", "1e999", "not a finite number"),
        ("network/nodes.csv", "country", "Pakistan", "not an ISO 3166-1 alpha-3 code"),
        ("network/nodes.csv", "kind", "prot", "Did you mean port?"),
        ("economy/flows.csv", "value", "-3", "value = -3 musd is impossible: allowed is at least 0"),
        ("measures.csv", "start", "2026-02-30", "no day of the calendar"),
        ("measures.csv", "start", "20260301", "not a date YYYY-MM-DD"),
        ("sources.csv", "url", "javascript:alert(1)", "not an address"),
        ("sources.csv", "title", "x" * 5000, "The cell has 5,000 characters"),
        ("sources.csv", "title", "a\x1b[2Jb", "control characters"),
    ],
)
def test_an_impossible_value_is_told_at_its_cell(
    folder: Folder, file: str, column: str, value: str, message: str
) -> None:
    folder.set_cell(file, column, value)

    faults = [fault for fault in folder.faults() if fault.where.column == column]
    assert [(fault.where.file, fault.where.row) for fault in faults] == [(file, 2)]
    assert message in faults[0].message


def test_a_value_beyond_its_bounds_is_judged_in_the_attributes_unit(folder: Folder) -> None:
    row = folder.row_of("claims.csv", "entity", "target")
    folder.set_cell("claims.csv", "value", "99000000", row=row)
    folder.set_cell("claims.csv", "unit", "busd", row=row)

    assert place(folder) == ("claims.csv", row, "value")


def test_a_port_in_a_landlocked_place_is_a_fault(folder: Folder) -> None:
    row = folder.add_row(
        "network/nodes.csv", id="dry-port", name="Dry Port", country="KAZ", kind="port", lat="48", lon="67"
    )

    assert place(folder) == ("network/nodes.csv", row, "kind")
    assert "A port in a landlocked place" in folder.the_fault().message


def test_a_sea_link_to_a_landlocked_country_is_a_fault(folder: Folder) -> None:
    header, rows = folder.read("network/nodes.csv")
    folder.add_row("network/nodes.csv", id="inland", name="Inland", country="KAZ", kind="city", lat="0", lon="0")
    link, first = "sea-to-inland", rows[0][header.index("id")]
    row = folder.add_row("network/links.csv", id=link, **{"from": first, "to": "inland"}, mode="sea", rate="any")

    faults = {fault.message: fault.where for fault in folder.faults() if fault.where.column == "mode"}
    assert [(where.file, where.row) for where in faults.values()] == [("network/links.csv", row)]
    assert "has no ocean coast" in next(iter(faults))


def test_a_deadline_that_is_past_says_what_to_do(folder: Folder) -> None:
    text = (folder.path / "case.toml").read_text(encoding="utf-8")
    day = next(line for line in text.splitlines() if line.startswith("as_of")).split("=")[1].split("#")[0].strip()
    folder.set_cell("deadlines.csv", "earliest", "", row=2)
    folder.set_cell("deadlines.csv", "latest", day, row=2)

    assert place(folder) == ("deadlines.csv", 2, "latest")
    assert "record what came of the target in targets.csv" in folder.the_fault().message


def test_a_book_without_data_says_which_claims_it_needs(folder: Folder) -> None:
    header, rows = folder.read("books.csv")
    given = dict(zip(header, rows[0], strict=True)) | {"id": "empty-book", "forecast": "yes", "flow": "turnover"}
    row = folder.add_row("books.csv", **given)

    assert place(folder) == ("books.csv", row, "forecast")
    assert "no whole reporting year of turnover" in folder.the_fault().message
    assert "or set forecast to no" in folder.the_fault().message


def test_a_target_of_a_flow_that_no_forecast_book_counts_has_no_baseline(folder: Folder) -> None:
    header, rows = folder.read("books.csv")
    for number, row in enumerate(rows, start=2):
        if row[header.index("flow")] == "turnover":
            folder.set_cell("books.csv", "forecast", "no", row=number)

    assert place(folder) == ("case.toml", None, "target")
    assert "it has no baseline" in folder.the_fault().message


def test_faults_of_several_files_come_at_once(folder: Folder) -> None:
    folder.set_cell("claims.csv", "source", "")
    folder.set_cell("network/nodes.csv", "lat", "200")
    folder.set_cell("measures.csv", "start", "soon")

    assert {fault.where.file for fault in folder.faults()} == {"claims.csv", "network/nodes.csv", "measures.csv"}


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("as_of = ", "as_off = ", None),
        ("horizon = ", "horizon = 9", "horizon"),
        ("title = ", "title = 3 # ", "title"),
        ("as_of = ", "as_of = 2026-03-15T10:00:00 # ", "as_of"),
        ("title = ", "title = [[", None),
        ("title = ", "title = " + "[" * 5000, None),
    ],
)
def test_a_wrong_setting_is_told_by_its_name(folder: Folder, old: str, new: str, column: str | None) -> None:
    text = (folder.path / "case.toml").read_text(encoding="utf-8")
    assert old in text
    (folder.path / "case.toml").write_text(text.replace(old, new, 1), encoding="utf-8")

    assert {fault.where.file for fault in folder.faults()} == {"case.toml"}
    assert column in {fault.where.column for fault in folder.faults()}


def test_reading_a_faulty_case_raises_all_of_its_faults(folder: Folder) -> None:
    folder.set_cell("claims.csv", "source", "")

    with pytest.raises(FaultyInput) as caught:
        read_case(folder.path)
    assert caught.value.faults == folder.faults()
    assert caught.value.where == folder.the_fault().where


def test_check_lists_every_fault_in_json_exits_2_and_writes_nothing(
    folder: Folder, snapshot: Callable[[Path], dict[str, bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    header, rows = folder.read("claims.csv")
    rows += [["x"] * len(header) for _ in range(300)]
    folder.write("claims.csv", header, rows)
    before = snapshot(folder.path)

    assert cli.main(["check", str(folder.path), "--json"]) == cli.USER_CAN_MEND
    shown = capsys.readouterr()
    answer = json.loads(shown.out)
    assert answer["ok"] is False
    assert len(answer["faults"]) == len(folder.faults()) > 300
    assert set(answer["faults"][0]) == {"file", "row", "column", "message"}
    assert "Traceback" not in shown.err
    assert snapshot(folder.path) == before


def test_check_shows_a_person_the_count_and_the_first_hundred(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    header, rows = folder.read("claims.csv")
    folder.write("claims.csv", header, rows + [["x"] for _ in range(10_000)])

    assert cli.main(["check", str(folder.path)]) == cli.USER_CAN_MEND
    out = capsys.readouterr().out
    assert out.startswith(f"{len(folder.faults()):,} faults in ")
    assert "--json lists all" in out
    assert len(out.splitlines()) < 500


def test_check_of_a_sound_case_is_ok_and_exits_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--json"]) == cli.ANSWERED
    assert json.loads(capsys.readouterr().out) == {"ok": True, "faults": [], "warnings": []}


def test_an_unknown_case_gets_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "pakistan-kazakstan", "--json"]) == cli.USER_CAN_MEND
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["kind"], error["suggestions"]) == ("unknown-case", ["pakistan_kazakhstan"])


def test_a_state_verified_after_the_cases_day_is_a_fault(folder: Folder) -> None:
    later = read_case(folder.path).as_of + dt.timedelta(days=1)
    folder.set_cell("network/states.csv", "last_verified", later.isoformat())

    assert place(folder) == ("network/states.csv", 2, "last_verified")


def test_gauges_that_meet_where_nothing_changes_are_a_fault(folder: Folder) -> None:
    row = folder.row_of("network/nodes.csv", "id", "midway")
    folder.set_cell("network/nodes.csv", "transfers", "terminal", row=row)
    assert not [fault for fault in folder.faults() if "gauges" in fault.message]

    folder.set_cell("network/nodes.csv", "transfers", "", row=row)
    told = [fault for fault in folder.faults() if "gauges" in fault.message]
    assert [(fault.where.row, fault.where.column) for fault in told] == [(row, "transfers")]
    assert "Rail of the gauges 1435 and 1520 meets here" in told[0].message
    assert "add break-of-gauge" in told[0].message
