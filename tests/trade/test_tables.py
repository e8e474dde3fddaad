"""Reading an economy's folder and a shock: what is right is read, and all that is wrong is reported at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from rahdari.exceptions import FaultyInput, InputFault
from rahdari.trade.economy import CostChange
from rahdari.trade.tables import read_economy, read_shock

FLOWS = """exporter,importer,value
ORA,ORA,70
ORA,LIM,20
LIM,ORA,10
LIM,LIM,50
"""
SHOCK = "exporter,importer,cost_change\nORA,LIM,0.9\n"


def economy_folder(folder: Path, flows: str | bytes = FLOWS, **others: str) -> Path:
    (folder / "flows.csv").write_bytes(flows if isinstance(flows, bytes) else flows.encode())
    for name, text in others.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def shock_file(folder: Path, text: str | bytes) -> Path:
    file = folder / "shock.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def faults_of(folder: Path) -> list[tuple[str, int | None, str | None, str]]:
    with pytest.raises(FaultyInput) as caught:
        read_economy(folder)
    assert caught.value.exit_code == 2
    return [(fault.where.file, fault.where.row, fault.where.column, fault.message) for fault in caught.value.faults]


def faults_of_shock(file: Path, labels: tuple[str, ...] | None = None) -> list[tuple[str, int | None, str | None, str]]:
    with pytest.raises(FaultyInput) as caught:
        read_shock(file, labels=labels)
    return [(fault.where.file, fault.where.row, fault.where.column, fault.message) for fault in caught.value.faults]


def test_flows_are_read_in_the_order_of_exporters(tmp_path: Path) -> None:
    economy = read_economy(economy_folder(tmp_path))
    assert economy.labels == ("ORA", "LIM")
    assert economy.flows.tolist() == [[70, 20], [10, 50]]


def test_columns_in_another_order_extra_columns_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    text = "\ufeffvalue,note,importer,exporter,year\r\n70,a,ORA,ORA,2019\r\n20,,LIM,ORA,2019\r\n"
    text += '10,"b, c",ORA,LIM,2019\r\n50,,LIM,LIM,2019\r\n\r\n'
    assert read_economy(economy_folder(tmp_path, text)).flows.tolist() == [[70, 20], [10, 50]]


def test_deficits_that_agree_with_the_flows_are_fine(tmp_path: Path) -> None:
    folder = economy_folder(tmp_path, deficits="economy,value\nORA,-10\nLIM,10\n")
    assert read_economy(folder).deficit.tolist() == [-10, 10]


def test_a_deficit_that_contradicts_the_flows_is_refused(tmp_path: Path) -> None:
    folder = economy_folder(tmp_path, deficits="economy,value\nORA,-10\nLIM,12\n")
    ((file, row, column, message),) = faults_of(folder)
    assert (file, row, column) == ("deficits.csv", 3, "value")
    assert "12" in message
    assert "10" in message


def test_a_deficit_of_an_unknown_economy_gets_the_nearest_name(tmp_path: Path) -> None:
    folder = economy_folder(tmp_path, deficits="economy,value\nORB,-10\nLIM,10\nLIM,10\n")
    faults = faults_of(folder)
    assert [fault[:3] for fault in faults] == [("deficits.csv", 2, "economy"), ("deficits.csv", 4, "economy")]
    assert "did you mean ORA" in faults[0][3]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="nowhere"):
        read_economy(tmp_path / "nowhere")


def test_a_folder_without_flows_is_told_so(tmp_path: Path) -> None:
    assert faults_of(tmp_path)[0][0] == "flows.csv"


@pytest.mark.parametrize(
    ("text", "row", "column", "words"),
    [
        ("", None, None, "empty"),
        ("exporter,importer,value\n", None, None, "no rows"),
        ("exporter,importer,values\nORA,ORA,1\n", 1, "value", "is it the column 'values'"),
        (FLOWS.replace("value", "value,value", 1), 1, "value", "more than once"),
        (FLOWS.replace("20", "-20"), 3, "value", "negative"),
        (FLOWS.replace("20", "nan"), 3, "value", "finite"),
        (FLOWS.replace("20", "inf"), 3, "value", "finite"),
        (FLOWS.replace("20", "2_0"), 3, "value", "finite"),
        (FLOWS.replace("20", '"2,000"'), 3, "value", "thousands"),
        (FLOWS.replace("20", ""), 3, "value", "missing is not zero"),
        (FLOWS + "ORA,LIM,20\n", 6, None, "row 3"),
        (FLOWS.replace("LIM,LIM,50\n", ""), None, "importer", "LIM lacks its domestic flow"),
        (FLOWS.replace("ORA,LIM,20\n", ""), None, "importer", "no row from ORA to LIM"),
        (FLOWS.replace("LIM,LIM,50\n", "LIM,LIM"), 5, None, "cut off"),
        (FLOWS.replace("ORA,LIM,20", "ORA,LIM,20,1"), 3, None, "4 cells"),
        (FLOWS.replace("ORA,LIM,20", "ORA, LIM,20"), 3, "importer", "spaces"),
        (FLOWS.replace("ORA,LIM,20", "ORA,,20"), 3, "importer", "empty"),
        (FLOWS.replace("ORA,LIM,20", "ORA,LIMM,20"), 3, "importer", "did you mean LIM"),
        (FLOWS.replace("50", "0"), None, None, "Domestic flows are missing: LIM"),
        (FLOWS.replace("20", "0").replace("10", "0"), None, None, "Not linked"),
        (FLOWS.replace("LIM,LIM,50", 'LIM,"LIM,50'), 5, None, "not valid CSV"),
        (FLOWS.encode().replace(b"ORA,LIM", b"\xd6RA,LIM"), 3, None, "UTF-8"),
        (FLOWS.encode("utf-16"), 1, None, "UTF-8"),
    ],
)
def test_a_fault_in_the_flows_is_placed(
    tmp_path: Path, text: str | bytes, row: int | None, column: str | None, words: str
) -> None:
    faults = faults_of(economy_folder(tmp_path, text))
    found = [fault for fault in faults if fault[:3] == ("flows.csv", row, column) and words in fault[3]]
    assert found, faults


def test_all_faults_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    text = FLOWS.replace("70", "x").replace("20", "-1").replace("LIM,LIM,50\n", "")
    faults = faults_of(economy_folder(tmp_path, text, deficits="economy,value\nORA,y\n"))
    assert {fault[:3] for fault in faults} == {
        ("flows.csv", 2, "value"),
        ("flows.csv", 3, "value"),
        ("flows.csv", None, "importer"),
        ("deficits.csv", 2, "value"),
    }


def test_no_fault_names_a_folder_of_the_machine(tmp_path: Path) -> None:
    with pytest.raises(FaultyInput) as caught:
        read_economy(economy_folder(tmp_path, "exporter\n"))
    assert str(tmp_path) not in caught.value.message


def test_one_year_is_read_and_two_are_refused(tmp_path: Path) -> None:
    rows = FLOWS.replace("value", "value,year").replace("0\n", "0,2019\n")
    assert read_economy(economy_folder(tmp_path, rows)).labels == ("ORA", "LIM")
    faults = faults_of(economy_folder(tmp_path, rows.replace("20,2019", "20,2020")))
    assert faults[0][2] == "year"
    assert "2019, 2020" in faults[0][3]


def test_a_sector_column_is_refused_because_sectors_would_be_added_up(tmp_path: Path) -> None:
    faults = faults_of(economy_folder(tmp_path, FLOWS.replace("value", "value,sector").replace("0\n", "0,fruit\n")))
    assert [fault[:3] for fault in faults] == [("flows.csv", 1, "sector")]
    assert "added up" in faults[0][3]


@pytest.mark.parametrize("name", ["output", "inputs", "tariffs", "elasticities"])
def test_a_file_that_only_many_sectors_can_use_is_refused(tmp_path: Path, name: str) -> None:
    faults = faults_of(economy_folder(tmp_path, **{name: "sector,value\nfruit,4\n"}))
    assert faults[0][0] == f"{name}.csv"


def test_elasticities_that_are_not_by_sector_are_left_alone(tmp_path: Path) -> None:
    folder = economy_folder(tmp_path, elasticities="horizon,value\n1,0.76\n")
    assert read_economy(folder).labels == ("ORA", "LIM")


def test_a_file_above_the_size_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rahdari.trade.rows.MOST_BYTES", 20)
    ((file, _, _, message),) = faults_of(economy_folder(tmp_path))
    assert file == "flows.csv"
    assert "MB" in message


def test_a_file_with_too_many_rows_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rahdari.trade.rows.MOST_ROWS", 3)
    assert faults_of(economy_folder(tmp_path))[0][:2] == ("flows.csv", 5)


def test_a_shock_is_read(tmp_path: Path) -> None:
    shock = read_shock(shock_file(tmp_path, SHOCK), labels=("ORA", "LIM"))
    assert shock.changes == (CostChange("ORA", "LIM", 0.9),)


def test_an_empty_tariff_column_beside_a_cost_change_is_fine(tmp_path: Path) -> None:
    text = "exporter,importer,cost_change,tariff\nORA,LIM,0.9,\n"
    assert len(read_shock(shock_file(tmp_path, text)).changes) == 1


def test_a_tariff_without_the_baselines_is_refused_and_told_what_to_give(tmp_path: Path) -> None:
    text = "exporter,importer,tariff\nORA,LIM,0.05\n"
    faults = faults_of_shock(shock_file(tmp_path, text))
    assert [fault[:3] for fault in faults] == [("shock.csv", 2, "tariff")]
    assert "tariffs.csv" in faults[0][3]
    assert "(1 + new rate) / (1 + baseline rate)" in faults[0][3]


@pytest.mark.parametrize(
    ("text", "row", "column", "words"),
    [
        ("exporter,importer\nORA,LIM\n", 1, "cost_change", "missing"),
        (SHOCK.replace("0.9", "0"), 2, "cost_change", "above 0"),
        (SHOCK.replace("0.9", "-0.1"), 2, "cost_change", "above 0"),
        (SHOCK.replace("0.9", "10 %"), 2, "cost_change", "finite"),
        (SHOCK.replace("0.9", ""), 2, "cost_change", "empty"),
        (SHOCK.replace("ORA", "ORB"), 2, "exporter", "did you mean ORA"),
        (SHOCK + "ORA,LIM,0.9\n", 3, None, "row 2"),
        (SHOCK.replace("cost_change", "cost_change,sector").replace("0.9", "0.9,fruit"), 1, "sector", "added up"),
        (SHOCK + "ORA,ORA", 3, None, "cut off"),
        (b"\xff\xfe" + SHOCK.encode(), 1, None, "UTF-8"),
    ],
)
def test_a_fault_in_the_shock_is_placed(
    tmp_path: Path, text: str | bytes, row: int | None, column: str | None, words: str
) -> None:
    faults = faults_of_shock(shock_file(tmp_path, text), labels=("ORA", "LIM"))
    assert [fault for fault in faults if fault[:3] == ("shock.csv", row, column) and words in fault[3]], faults


def test_a_missing_shock_file_is_named(tmp_path: Path) -> None:
    assert faults_of_shock(tmp_path / "shock.csv")[0][0] == "shock.csv"
