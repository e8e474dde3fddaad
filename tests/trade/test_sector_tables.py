"""Reading many sectors: the contract's files are read, and all that is wrong with them is reported at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rahdari.exceptions import FaultyInput, InputFault
from rahdari.trade.counterfactual import run_counterfactual
from rahdari.trade.economy import CostChange, Economy, Shock
from rahdari.trade.folders import solve_folder
from rahdari.trade.sector_tables import SectorEconomy, has_sectors, read_sector_economy, read_sector_shock

ECONOMIES, SECTORS = ("ORA", "LIM"), ("fruit", "tools")
# Each sells 60 and 20 at home, 20 abroad in each sector; half of output is value added, inputs come half from each.
FLOWS = "exporter,importer,sector,value\n" + "".join(
    f"{seller},{buyer},{sector},{60 if seller == buyer else 20}\n"
    for sector in SECTORS
    for seller in ECONOMIES
    for buyer in ECONOMIES
)
OUTPUT = "economy,sector,gross_output,value_added\n" + "".join(
    f"{economy},{sector},80,40\n" for economy in ECONOMIES for sector in SECTORS
)
INPUTS = "economy,using_sector,supplying_sector,share\n" + "".join(
    f"{economy},{user},{maker},0.5\n" for economy in ECONOMIES for user in SECTORS for maker in SECTORS
)
TARIFFS = "exporter,importer,sector,rate\n" + "".join(
    f"{seller},{buyer},{sector},0.1\n"
    for sector in SECTORS
    for seller in ECONOMIES
    for buyer in ECONOMIES
    if seller != buyer
)
FILES = {
    "flows": FLOWS,
    "output": OUTPUT,
    "inputs": INPUTS,
    "tariffs": TARIFFS,
    "elasticities": "sector,value,se\nfruit,4,0.5\ntools,6,\n",
}


def folder_of(path: Path, **changed: str | None) -> Path:
    for name, text in (FILES | changed).items():
        if text is not None:
            (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def faults_of(folder: Path) -> list[tuple[str, int | None, str | None, str]]:
    with pytest.raises(FaultyInput) as caught:
        read_sector_economy(folder, elasticity=4)
    return [(fault.where.file, fault.where.row, fault.where.column, fault.message) for fault in caught.value.faults]


def economy_of(path: Path, **changed: str | None) -> SectorEconomy:
    return read_sector_economy(folder_of(path, **changed), elasticity=4)


def test_the_files_of_the_contract_are_read(tmp_path: Path) -> None:
    economy = economy_of(tmp_path)
    assert (economy.labels, economy.sectors) == (ECONOMIES, SECTORS)
    world = economy.world
    assert world.flows[1].tolist() == [[60, 20], [20, 60]]
    assert world.value_added_share.tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert world.inputs[0].tolist() == [[0.25, 0.25], [0.25, 0.25]]
    assert world.tariffs[0].tolist() == [[0, 0.1], [0.1, 0]]
    assert world.theta.tolist() == [4, 6]
    assert world.final_shares == pytest.approx(0.5)
    assert economy.theta_se[0] == 0.5
    assert np.isnan(economy.theta_se[1])
    assert economy.warnings == ()


def test_final_demand_is_what_inputs_leave_and_never_negative(tmp_path: Path) -> None:
    inputs = INPUTS.replace("ORA,fruit,fruit,0.5", "ORA,fruit,fruit,1").replace(
        "ORA,fruit,tools,0.5", "ORA,fruit,tools,0"
    )
    flows = FLOWS.replace("ORA,ORA,fruit,60", "ORA,ORA,fruit,20").replace("ORA,LIM,fruit,20", "ORA,LIM,fruit,60")
    economy = economy_of(tmp_path, inputs=inputs, flows=flows)
    assert economy.world.final_shares[0, 0] == 0
    assert economy.world.final_shares[1, 0] == 1
    assert "set to zero" in economy.warnings[0]


def test_a_folder_with_a_sector_column_is_known_by_it(tmp_path: Path) -> None:
    assert has_sectors(folder_of(tmp_path))
    (tmp_path / "flows.csv").write_text("exporter,importer,value\n")
    assert not has_sectors(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "row", "column", "words"),
    [
        ("flows", FLOWS.replace("ORA,LIM,tools,20\n", ""), None, "importer", "tools / ORA / LIM"),
        ("flows", FLOWS.replace("ORA,LIM,tools,20", "ORA,LIM,tools,-20"), 7, "value", "below 0"),
        ("flows", FLOWS + "ORA,LIM,tools,20\n", 10, None, "row 7"),
        ("output", OUTPUT.replace("LIM,tools,80,40\n", ""), None, "economy", "tools / LIM"),
        ("output", OUTPUT.replace("LIM,tools,80,40", "LIM,tools,80,90"), None, "value_added", "exceeds"),
        ("output", OUTPUT.replace("LIM,tools,80,40", "LIM,tools,0,0"), None, "gross_output", "no gross output"),
        ("output", OUTPUT.replace("LIM,tools", "LIN,tools"), 5, "economy", "did you mean LIM"),
        ("output", OUTPUT.replace("LIM,tools", "LIM,tool"), 5, "sector", "unknown sector 'tool'; did you mean tools"),
        ("inputs", INPUTS.replace("ORA,fruit,tools,0.5", "ORA,fruit,tools,0.4"), None, "share", "0.9"),
        ("inputs", None, None, None, "missing"),
        ("tariffs", TARIFFS.replace("0.1", "10"), None, "rate", "fractions"),
        ("tariffs", TARIFFS.replace("ORA,LIM,fruit,0.1", "ORA,LIM,fruit,-2"), 2, "rate", "below"),
        ("elasticities", "sector,value\nfruit,0\ntools,6\n", 2, "value", "above 0"),
        ("elasticities", "sector,value\nfruit,4\n", None, "sector", "tools"),
        ("deficits", "economy,value\nORA,5\nLIM,5\n", None, "value", "add up to 0"),
        ("output", OUTPUT[:-10], 5, None, "cut off"),
    ],
)
def test_a_fault_is_placed(
    tmp_path: Path, name: str, text: str | None, *, row: int | None, column: str | None, words: str
) -> None:
    faults = faults_of(folder_of(tmp_path, **{name: text}))
    found = [fault for fault in faults if fault[:3] == (f"{name}.csv", row, column) and words in fault[3]]
    assert found, faults


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    faults = faults_of(
        folder_of(tmp_path, tariffs=TARIFFS.replace("0.1", "x"), elasticities="sector,value\nfruit,-1\ntools,1\n")
    )
    assert {fault[0] for fault in faults} == {"tariffs.csv", "elasticities.csv"}


def test_a_shock_changes_one_sector_or_all(tmp_path: Path) -> None:
    economy = economy_of(tmp_path)
    file = tmp_path / "shock.csv"
    file.write_text("exporter,importer,sector,cost_change,tariff\nORA,LIM,tools,0.9,\nLIM,ORA,fruit,,0\n")
    shock = read_sector_shock(file, economy)
    assert shock.cost_changes[:, 0, 1].tolist() == [1, 0.9]
    assert shock.tariffs[:, 1, 0].tolist() == [0, 0.1]
    file.write_text("exporter,importer,tariff\nORA,LIM,0\n")
    assert read_sector_shock(file, economy).tariffs[:, 0, 1].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("text", "row", "column", "words"),
    [
        ("exporter,importer\nORA,LIM\n", 1, "cost_change", "tariff"),
        ("exporter,importer,tariff\nORA,LIM,\n", 2, None, "changes nothing"),
        ("exporter,importer,cost_change\nORA,LIM,0\n", 2, "cost_change", "above 0"),
        ("exporter,importer,tariff\nORA,LIM,12\nLIM,ORA,10\n", None, "tariff", "fractions"),
        ("exporter,importer,sector,tariff\nORA,LIM,tool,0\n", 2, "sector", "did you mean tools"),
    ],
)
def test_a_fault_of_the_shock_is_placed(
    tmp_path: Path, text: str, row: int | None, column: str | None, words: str
) -> None:
    economy = economy_of(tmp_path)
    (tmp_path / "shock.csv").write_text(text)
    with pytest.raises(FaultyInput) as caught:
        read_sector_shock(tmp_path / "shock.csv", economy)
    places = [(fault.where.row, fault.where.column, fault.message) for fault in caught.value.faults]
    assert [place for place in places if place[:2] == (row, column) and words in place[2]], places


def test_a_folder_is_solved_with_its_sectors(tmp_path: Path) -> None:
    """Alike economies that drop their tariffs gain alike; by symmetry no wage moves against the other."""
    (tmp_path / "shock.csv").write_text("exporter,importer,tariff\nORA,LIM,0\nLIM,ORA,0\n")
    answer = solve_folder(folder_of(tmp_path), tmp_path / "shock.csv", elasticity=4)
    first, second = answer.economies
    assert first.welfare == pytest.approx(second.welfare, rel=1e-9)
    assert first.welfare > 1
    assert first.nominal_wage == pytest.approx(second.nominal_wage, rel=1e-9)
    assert {flow.sector for flow in answer.flows} == set(SECTORS)
    assert answer.elasticity is None


def test_a_folder_with_one_named_sector_equals_one_without(tmp_path: Path) -> None:
    rows = [("A", "A", 70.0), ("A", "B", 20.0), ("B", "A", 10.0), ("B", "B", 50.0)]
    text = "exporter,importer,sector,value\n" + "".join(f"{i},{j},all,{value}\n" for i, j, value in rows)
    (tmp_path / "flows.csv").write_text(text)
    (tmp_path / "output.csv").write_text("economy,sector,gross_output,value_added\nA,all,90,90\nB,all,60,60\n")
    (tmp_path / "shock.csv").write_text("exporter,importer,cost_change\nA,B,0.9\n")
    many = solve_folder(tmp_path, tmp_path / "shock.csv", elasticity=5)
    one = run_counterfactual(
        Economy(("A", "B"), np.array([[70.0, 20], [10, 50]])), Shock((CostChange("A", "B", 0.9),)), elasticity=5
    )
    for ours, theirs in zip(many.economies, one.economies, strict=True):
        assert ours.welfare == pytest.approx(theirs.welfare, rel=1e-9)
        assert ours.exports == pytest.approx(theirs.exports, rel=1e-8)
    assert any("elasticities.csv" in warning for warning in many.warnings)


def test_the_supply_elasticity_is_refused_with_many_sectors(tmp_path: Path) -> None:
    (tmp_path / "shock.csv").write_text("exporter,importer,tariff\nORA,LIM,0\n")
    with pytest.raises(InputFault, match="one sector"):
        solve_folder(folder_of(tmp_path), tmp_path / "shock.csv", elasticity=4, supply_elasticity=1)
