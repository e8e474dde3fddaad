from __future__ import annotations

import datetime as dt
import json
import os
import pickle
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rahdari import cli
from rahdari.case import find_case, read_case, shipped_cases
from rahdari.case.measure_checks import find_circles
from rahdari.exceptions import FaultyInput
from rahdari.measures import network_changes
from tests.case.conftest import Folder

QUICK_S = 10.0  # a person waits; reading what the limits forbid would take far longer


def place(folder: Folder) -> tuple[str, int | None, str | None]:
    where = folder.the_fault().where
    return where.file, where.row, where.column


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


def test_measures_that_need_each_other_are_one_fault_with_the_circle(folder: Folder) -> None:
    header, rows = folder.read("measures.csv")
    first, second = (row[header.index("id")] for row in rows[:2])
    folder.set_cell("measures.csv", "needs", second, row=2)
    folder.set_cell("measures.csv", "needs", first, row=3)

    assert place(folder) == ("measures.csv", 2, "needs")
    assert f"{first} -> {second} -> {first}" in folder.the_fault().message


def messages(folder: Folder, file: str) -> list[tuple[str, int | None, str | None]]:
    faults = [fault for fault in folder.faults() if fault.where.file == file]
    return [(fault.message, fault.where.row, fault.where.column) for fault in faults]


def test_a_measure_whose_needs_exclude_each_other_can_never_act(folder: Folder) -> None:
    # the third needs the second, which needs the first, and the first excludes the third
    header, rows = folder.read("measures.csv")
    first, second, third = (row[header.index("id")] for row in rows[:3])
    folder.set_cell("measures.csv", "needs", first, row=3)
    folder.set_cell("measures.csv", "needs", second, row=4)
    folder.set_cell("measures.csv", "excludes", third, row=2)

    assert (
        f"The measure can never act: among it and what it needs {first} excludes {third}.", 4, "needs",
    ) in messages(folder, "measures.csv")  # fmt: skip


def test_a_measure_that_excludes_itself_is_a_fault(folder: Folder) -> None:
    header, rows = folder.read("measures.csv")
    folder.set_cell("measures.csv", "excludes", rows[0][header.index("id")])

    assert place(folder) == ("measures.csv", 2, "excludes")


def test_two_measures_that_set_one_number_differently_contradict_each_other(folder: Folder) -> None:
    header, rows = folder.read("measures.csv")
    first, third = (rows[place][header.index("id")] for place in (0, 2))
    columns, edits = folder.read("measure_edits.csv")
    entity = next(cell for row in edits for cell in row if cell.startswith("stop:"))
    given = {"entity": entity, "attribute": "time_h", "operation": "set", "unit": "h", "strength": "B"}
    given["source"] = edits[0][columns.index("source")]
    folder.add_row("measure_edits.csv", measure=first, value="5", **given)
    row = folder.add_row("measure_edits.csv", measure=third, value="6", **given)

    assert place(folder) == ("measure_edits.csv", row, "value")
    assert f"{third} and {first} set time_h of {entity} to different values" in folder.the_fault().message
    assert "let one exclude the other" in folder.the_fault().message

    folder.set_cell("measures.csv", "excludes", first, row=4)
    assert folder.faults() == ()


def test_one_measure_that_opens_what_another_closes_contradicts_it(folder: Folder) -> None:
    columns, edits = folder.read("measure_edits.csv")
    opened = dict(zip(columns, next(row for row in edits if "open" in row), strict=True))
    header, rows = folder.read("measures.csv")
    other = next(row[header.index("id")] for row in rows if row[header.index("id")] != opened["measure"])
    row = folder.add_row("measure_edits.csv", **(opened | {"measure": other, "operation": "close"}))

    assert place(folder) == ("measure_edits.csv", row, "operation")


def test_a_change_of_capacity_must_be_said_to_have_no_effect_yet(folder: Folder) -> None:
    columns, edits = folder.read("measure_edits.csv")
    known = dict(zip(columns, edits[0], strict=True))
    given = {name: known[name] for name in ("measure", "source", "strength", "note")}
    link = folder.read("network/links.csv")[1][0][0]
    row = folder.add_row(
        "measure_edits.csv", **given, entity=f"link:{link}", attribute="capacity_mt_per_year", operation="set",
        value="5", unit="Mt/year",
    )  # fmt: skip

    assert place(folder) == ("measure_edits.csv", row, "attribute")
    assert "say in not_modelled" in folder.the_fault().message

    measure = folder.row_of("measures.csv", "id", given["measure"])
    folder.set_cell("measures.csv", "not_modelled", "Capacity", row=measure)
    assert folder.faults() == ()
    case = read_case(folder.path)
    (changed,) = (one for one in case.measures if one.id == given["measure"])
    assert len(changed.edits) == 2
    assert network_changes(changed) == ()


def test_a_measure_that_changes_a_number_that_nobody_gives_has_nothing_to_change(folder: Folder) -> None:
    columns, edits = folder.read("measure_edits.csv")
    known = dict(zip(columns, edits[0], strict=True))
    given = {name: known[name] for name in ("measure", "source", "strength", "note")}
    link = folder.read("network/links.csv")[1][0][0]
    row = folder.add_row(
        "measure_edits.csv", **given, entity=f"link:{link}", attribute="time_h", operation="multiply", value="0.5",
        unit="times",
    )  # fmt: skip

    assert place(folder) == ("measure_edits.csv", row, "attribute")
    assert f"No claim gives time_h of link:{link}" in folder.the_fault().message


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("unit", "", "unit"),
        ("unit", "km", "cannot be in 'km'; write musd, USD, kusd, busd"),
    ],
)
def test_a_cost_without_currency_is_told_with_those_that_fit(
    folder: Folder, column: str, value: str, message: str
) -> None:
    row = folder.row_of("claims.csv", "attribute", "cost_musd")
    folder.set_cell("claims.csv", column, value, row=row)

    assert place(folder) == ("claims.csv", row, "unit")
    assert message in folder.the_fault().message


def test_a_cost_that_nothing_dates_needs_its_year(folder: Folder) -> None:
    row = folder.row_of("claims.csv", "attribute", "cost_musd")
    source = folder.read("claims.csv")[1][row - 2][folder.read("claims.csv")[0].index("source")]
    folder.set_cell("claims.csv", "period", "", row=row)
    folder.set_cell("sources.csv", "date", "", row=folder.row_of("sources.csv", "id", source))

    assert (
        "A cost needs the year of its prices: give its period, or the date of its source.",
        row,
        "period",
    ) in messages(folder, "claims.csv")


def test_a_chance_above_one_is_impossible(folder: Folder) -> None:
    row = folder.row_of("claims.csv", "attribute", "probability")
    folder.set_cell("claims.csv", "value", "1.2", row=row)

    assert place(folder) == ("claims.csv", row, "value")
    assert "probability = 1.2 fraction is impossible: allowed is 0 to 1" in folder.the_fault().message


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


def test_a_measure_that_needs_itself_is_a_circle() -> None:
    assert list(find_circles({"a": ("a",), "b": ("a",)})) == [("a", "a")]


def test_a_long_chain_of_measures_is_no_circle() -> None:
    names = [str(number) for number in range(20_000)]

    assert list(find_circles({name: (then,) for name, then in zip(names, [*names[1:], "none"], strict=True)})) == []


def test_every_circle_of_many_is_named_quickly() -> None:
    names = [str(number) for number in range(300)]
    began = time.monotonic()
    circles = list(find_circles({name: tuple(names) for name in names}))

    assert {name for circle in circles for name in circle} == set(names)
    assert time.monotonic() - began < QUICK_S


def test_faults_of_several_files_come_at_once(folder: Folder) -> None:
    folder.set_cell("claims.csv", "source", "")
    folder.set_cell("network/nodes.csv", "lat", "200")
    folder.set_cell("measures.csv", "start", "soon")

    assert {fault.where.file for fault in folder.faults()} == {"claims.csv", "network/nodes.csv", "measures.csv"}


def test_a_truncated_table_says_that_it_is_cut_off(folder: Folder) -> None:
    text = (folder.path / "claims.csv").read_text(encoding="utf-8")
    (folder.path / "claims.csv").write_text(text + 'target,"val', encoding="utf-8")

    fault = folder.the_fault()
    assert (fault.where.file, fault.where.row) == ("claims.csv", len(folder_rows(text)) + 1)
    assert "cut off" in fault.message


def folder_rows(text: str) -> list[str]:
    import csv
    import io

    return ["" for _ in csv.reader(io.StringIO(text))]


def test_text_that_is_not_utf_8_is_told_with_its_row(folder: Folder) -> None:
    data = (folder.path / "claims.csv").read_bytes()
    first_line = data.index(b"\n") + 1
    (folder.path / "claims.csv").write_bytes(data[:first_line] + b"\xff\xfe" + data[first_line:])

    assert place(folder) == ("claims.csv", 2, None)
    assert "Not UTF-8" in folder.the_fault().message


def test_nul_bytes_are_a_fault(folder: Folder) -> None:
    with (folder.path / "claims.csv").open("ab") as file:
        file.write(b"\0")

    assert "NUL" in folder.the_fault().message


def test_a_large_file_is_refused_by_its_size_alone(folder: Folder) -> None:
    with (folder.path / "economy" / "flows.csv").open("r+b") as file:
        file.truncate(200_000_000)
    began = time.monotonic()

    assert "The file has 200 MB; at most 32 MB are read." in [fault.message for fault in folder.faults()]
    assert time.monotonic() - began < QUICK_S


def test_a_huge_cell_is_a_fault(folder: Folder) -> None:
    text = (folder.path / "claims.csv").read_text(encoding="utf-8")
    (folder.path / "claims.csv").write_text(text + "x" * 200_000 + ",\n", encoding="utf-8")

    assert "A cell is longer than can be read" in folder.the_fault().message


def test_quotes_upon_quotes_are_read_or_refused_quickly(folder: Folder) -> None:
    text = (folder.path / "claims.csv").read_text(encoding="utf-8")
    (folder.path / "claims.csv").write_text(text + '"' * 1_000_001 + "\n", encoding="utf-8")
    began = time.monotonic()

    assert folder.faults()
    assert time.monotonic() - began < QUICK_S


def test_ten_thousand_faults_are_all_found(folder: Folder) -> None:
    header, rows = folder.read("claims.csv")
    bad = dict(zip(header, rows[0], strict=True)) | {"source": "nobody"}
    rows += [[{**bad, "entity": f"link:road-{n}"}[column] for column in header] for n in range(10_000)]
    folder.write("claims.csv", header, rows)
    began = time.monotonic()

    faults = [fault for fault in folder.faults() if fault.message.startswith("'nobody' is not in the table sources")]
    assert len(faults) == 10_000
    assert time.monotonic() - began < 3 * QUICK_S


def test_blank_lines_count_as_rows_of_the_file(folder: Folder) -> None:
    lines = (folder.path / "claims.csv").read_text(encoding="utf-8").split("\n")
    (folder.path / "claims.csv").write_text("\n".join([lines[0], "", "", *lines[1:]]), encoding="utf-8")
    folder_source = folder.path / "claims.csv"
    text = folder_source.read_text(encoding="utf-8").split("\n")
    text[3] = text[3].replace(text[3].split(",")[2], "many", 1)
    folder_source.write_text("\n".join(text), encoding="utf-8")

    assert place(folder) == ("claims.csv", 4, "value")


def test_a_link_that_leads_out_of_the_folder_is_a_fault(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text("secret", encoding="utf-8")
    (folder.path / "economy" / "more.csv").symlink_to(tmp_path / "elsewhere.csv")

    assert place(folder) == ("economy/more.csv", None, None)


def test_a_link_to_itself_is_no_crash(folder: Folder) -> None:
    (folder.path / "targets.csv").unlink(missing_ok=True)
    (folder.path / "targets.csv").symlink_to(folder.path / "targets.csv")

    assert all("targets.csv" in fault.where.file for fault in folder.faults())


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "a/../../b", "nul\x00.txt"])
def test_a_document_outside_its_folder_is_a_fault(folder: Folder, name: str) -> None:
    (folder.path.parent / "secret.txt").write_text("secret", encoding="utf-8")
    header, rows = documents(folder)
    folder.write("documents.csv", header, rows)
    folder.set_cell("documents.csv", "file", name)

    assert [fault.where.file for fault in folder.faults()] == ["documents.csv"]


def documents(folder: Folder) -> tuple[list[str], list[list[str]]]:
    _, sources = folder.read("sources.csv")
    header = ["id", "file", "title", "date", "language", "source", "note"]
    shelf = folder.path / "documents"
    shelf.mkdir(exist_ok=True)
    return header, [["note", "", "A note", "", "en", sources[0][0], ""]]


@pytest.mark.parametrize("data", [b"", b"Both sides agreed \xff\xfe\x00 to", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_a_damaged_document_is_a_fault_of_that_file(folder: Folder, data: bytes) -> None:
    header, rows = documents(folder)
    (folder.path / "documents" / "broken-note.txt").write_bytes(data)
    rows[0][1] = "broken-note.txt"
    folder.write("documents.csv", header, rows)

    assert [fault.where.file for fault in folder.faults()] == ["documents/broken-note.txt"]


def give_pairs(folder: Folder, data: bytes) -> None:
    text = (folder.path / "case.toml").read_text(encoding="utf-8").split("[outside_view]")[0]
    source = folder.read("sources.csv")[1][0][0]
    text += f'\n[outside_view]\npairs = "history.npz"\nsource = "{source}"\n'
    (folder.path / "case.toml").write_text(text, encoding="utf-8")
    (folder.path / "history.npz").write_bytes(data)


def packed(path: Path, **arrays: object) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as file:
                np.save(file, np.asarray(array))
    return path.read_bytes()


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, ("raise SystemExit('a pickle was run')",))


@pytest.mark.parametrize(
    "make",
    [
        lambda path: pickle.dumps(Bomb()),
        lambda path: packed(path, iso3=np.array([Bomb()], dtype=object), years=[2000], exports_musd=[[[1.0]]]),
        lambda path: packed(path, iso3=["AAA"], years=[2000], exports_musd=[[[1.0]]])[:200],
        lambda path: packed(path, iso3=["AAA"], years=[2000]),
        lambda path: packed(path, iso3=["AAA"], years=[2000], exports_musd=[[[-1.0]]]),
        lambda path: packed(path, iso3=["AAA"], years=[2000], exports_musd=[[["x"]]]),
        lambda path: packed(path, iso3="AAA", years=2000, exports_musd=1.0),
        lambda path: b"",
    ],
    ids=["pickle", "pickled-array", "cut-off", "array-missing", "negative", "text", "no-lists", "empty"],
)
def test_a_bad_file_of_pair_histories_is_a_fault_and_never_run(
    folder: Folder, tmp_path: Path, make: Callable[[Path], bytes]
) -> None:
    give_pairs(folder, make(tmp_path / "made.npz"))

    assert place(folder) == ("history.npz", None, None)


def test_pair_histories_that_unpack_to_gigabytes_are_refused_unread(folder: Folder, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "made.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("iso3.npy", bytes(300_000_000))
    give_pairs(folder, (tmp_path / "made.npz").read_bytes())

    assert "unpacked it has 300 MB" in folder.the_fault().message


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


def test_too_many_files_are_refused(folder: Folder) -> None:
    for number in range(2_100):
        (folder.path / f"{number}.txt").touch()

    assert "more than 2,000 files" in folder.the_fault().message


def test_folders_in_folders_without_end_are_refused(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.path)
    for _ in range(1_200):
        Path("d").mkdir()
        monkeypatch.chdir("d")
    monkeypatch.chdir(folder.path)

    assert "more than 20 deep" in folder.the_fault().message
    # Python's own removal of temporary folders is recursive: take them apart here.
    subprocess.run(["rm", "-rf", str(folder.path / "d")], check=True)


def test_a_pipe_or_a_folder_in_place_of_a_table_is_a_fault(folder: Folder) -> None:
    (folder.path / "books.csv").unlink()
    os.mkfifo(folder.path / "books.csv")

    assert place(folder) == ("books.csv", None, None)
    assert folder.the_fault().message == "It is no plain file."


def test_an_empty_folder_is_a_list_of_what_is_missing(tmp_path: Path) -> None:
    faults = Folder(tmp_path).faults()

    assert {fault.message for fault in faults} == {"The file is missing."}
    assert "case.toml" in {fault.where.file for fault in faults}


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
