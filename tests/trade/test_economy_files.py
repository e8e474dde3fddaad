"""An economy's folder out of imports: what is told, what is estimated, and that `counterfactual` reads it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rahdari.exceptions import FaultyInput, InputFault
from rahdari.trade.economy_files import build_economy
from rahdari.trade.folders import solve_folder
from rahdari.trade.imported_flows import EconomyPlan
from rahdari.trade.importing import import_files
from rahdari.trade.mirror_files import reconcile_mirror

# PAK 586, KAZ 398, UZB 860, and 490 that has no GDP.
BACI = """t,i,j,k,v,q
2019,586,398,100630,60000,NA
2019,586,398,610910,40000,NA
2019,398,586,720810,20000,NA
2019,398,860,270900,200000,NA
2019,860,398,080610,90000,NA
2019,860,586,520100,10000,NA
2019,490,586,854231,30000,NA
2019,586,490,520512,10000,NA
"""
WDI = "Country Name,Country Code,Indicator Name,Indicator Code,2018,2019\n" + "".join(
    f"{name},{name},x,{code},{earlier},{value}\n"
    for name, gdp, farming, industry in (("PAK", 2e9, 20, 20), ("KAZ", 1e9, 5, 30), ("UZB", 5e8, 25, 30))
    for code, earlier, value in (
        ("NY.GDP.MKTP.CD", "", gdp),
        ("NV.AGR.TOTL.ZS", farming, ""),
        ("NV.IND.TOTL.ZS", "", industry),
    )
)


@pytest.fixture(name="case")
def _case(tmp_path: Path) -> Path:
    case = tmp_path / "case"
    case.mkdir()
    (tmp_path / "BACI_HS17_Y2019.csv").write_text(BACI)
    (tmp_path / "WDICSV.csv").write_text(WDI)
    import_files("baci", tmp_path / "BACI_HS17_Y2019.csv", into=case)
    import_files("wdi", tmp_path / "WDICSV.csv", into=case)
    return case


def flows_of(folder: Path) -> dict[tuple[str, ...], tuple[float, str]]:
    with (folder / "flows.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [name for name in ("exporter", "importer", "sector") if name in rows[0]]
    return {tuple(row[key] for key in keys): (float(row["value"]), row["basis"]) for row in rows}


def shocked(folder: Path) -> Path:
    file = folder.parent / "shock.csv"
    file.write_text("exporter,importer,cost_change\nPAK,KAZ,0.9\n")
    return file


@pytest.fixture(name="told")
def _told(tmp_path: Path) -> Path:
    """A folder with the gross output of the rest of the world, which the case's imports do not tell."""
    folder = tmp_path / "told"
    folder.mkdir()
    (folder / "output.csv").write_text("economy,gross_output\nROW,500\n")
    return folder


def test_home_sales_are_estimated_and_named_as_estimates(case: Path, told: Path, tmp_path: Path) -> None:
    built = build_economy(case, EconomyPlan("baci", 2019, told=told), out=tmp_path / "world")
    flows = flows_of(tmp_path / "world")
    assert built.economies == ("KAZ", "UZB", "PAK", "ROW")
    assert flows["PAK", "KAZ"] == (100.0, "observed")
    assert flows["PAK", "ROW"] == (10.0, "observed")
    value, basis = flows["PAK", "PAK"]
    assert value == pytest.approx(2000 * 0.4 / 0.365 - 110)
    assert basis == "estimated"
    assert flows["ROW", "ROW"] == (470.0, "told")
    assert built.international_musd == pytest.approx(460)
    assert any("KAZ, UZB, PAK. " in warning and "strength D" in warning for warning in built.warnings)


def test_what_the_rest_of_the_world_makes_is_not_made_up(case: Path, tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="output of ROW"):
        build_economy(case, EconomyPlan("baci", 2019), out=tmp_path / "world")
    assert not (tmp_path / "world").exists()


def test_economies_that_are_not_named_and_small_make_up_the_rest(case: Path, tmp_path: Path) -> None:
    built = build_economy(case, EconomyPlan("baci", 2019, largest=1, named=("PAK",)), out=tmp_path / "world")
    assert built.economies == ("PAK", "ROW")
    # KAZ and UZB: 1,000 x 35 % and 500 x 55 % over 0.365, less what they sell PAK; what they sell each other is inner.
    sales = {entry.economy: entry for entry in built.home_sales}["ROW"]
    assert sales.value_musd == pytest.approx((350 + 275) / 0.365 - 60)
    assert flows_of(tmp_path / "world")["ROW", "PAK"] == (60.0, "observed")


def test_the_folder_is_what_counterfactual_reads_and_it_repeats_the_warning(
    case: Path, told: Path, tmp_path: Path
) -> None:
    build_economy(case, EconomyPlan("baci", 2019, told=told), out=tmp_path / "world")
    answer = solve_folder(tmp_path / "world", shocked(tmp_path / "world"), elasticity=4.0)
    assert any("Home sales of 3 economies are estimates" in warning for warning in answer.warnings)


def test_many_sectors_have_output_and_inputs_and_solve(case: Path, tmp_path: Path) -> None:
    plan = EconomyPlan("baci", 2019, sectors="hs", largest=2, named=("PAK", "KAZ"))
    built = build_economy(case, plan, out=tmp_path / "world")
    assert "11 Textiles and clothing" in built.sectors
    flows = flows_of(tmp_path / "world")
    assert flows["PAK", "KAZ", "11 Textiles and clothing"] == (40.0, "observed")
    home = sum(value for key, (value, _) in flows.items() if key[:2] == ("PAK", "PAK"))
    assert home == pytest.approx(2000 * 0.4 / 0.365 - 110)
    answer = solve_folder(tmp_path / "world", shocked(tmp_path / "world"), elasticity=4.0)
    gains = {entry.id: entry.welfare for entry in answer.economies}
    assert gains["KAZ"] > 1
    assert any("Without tariffs.csv" in warning for warning in built.warnings)
    assert {"output.csv", "inputs.csv", "elasticities.csv"} <= set(built.files)
    with (tmp_path / "world" / "elasticities.csv").open(newline="") as file:
        told = {row["sector"]: (float(row["value"]), float(row["se"])) for row in csv.DictReader(file)}
    assert told["11 Textiles and clothing"] == (6.33, (9.69 - 4.33) / 1.349)
    assert not any("elasticities.csv: every sector" in warning for warning in answer.warnings)


def test_a_published_concordance_gives_the_sectors(case: Path, tmp_path: Path) -> None:
    table = tmp_path / "JobID-1_Concordance_H5_to_I3.CSV"
    table.write_text(
        "HS 2017 Product Code,d,ISIC Revision 3 Product Code,d\n100630,r,0111,x\n610910,t,1810,x\n720810,s,2710,x\n"
        "270900,o,1110,x\n080610,g,0113,x\n520100,c,0111,x\n520512,y,1711,x\n"
    )
    plan = EconomyPlan("baci", 2019, sectors=str(table), digits=2, largest=2, named=("PAK", "KAZ"))
    built = build_economy(case, plan, out=tmp_path / "world")
    assert built.sectors == ("01", "11", "17", "18", "27", "other")
    assert any("codes that the concordance lacks" in warning for warning in built.warnings)
    assert flows_of(tmp_path / "world")["PAK", "KAZ", "01"] == (60.0, "observed")


def test_both_books_of_totals_have_no_sectors(tmp_path: Path) -> None:
    case = tmp_path / "case"
    case.mkdir()
    (tmp_path / "imts.csv").write_text(
        "COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,SCALE,TIME_PERIOD,OBS_VALUE\n"
        "PAK,XG_FOB_USD,KAZ,A,Millions,2019,73.9\nKAZ,MG_CIF_USD,PAK,A,Millions,2019,106\n"
    )
    import_files("imts", tmp_path / "imts.csv", into=case)
    reconcile_mirror(case, source="imts")
    with pytest.raises(InputFault, match="--level 2, 4 or 6"):
        build_economy(case, EconomyPlan("imts", 2019, sectors="hs"), out=tmp_path / "world")
    (tmp_path / "output.csv").write_text("economy,gross_output\nPAK,500\nKAZ,400\n")
    build_economy(case, EconomyPlan("imts", 2019, told=tmp_path), out=tmp_path / "world")
    value, basis = flows_of(tmp_path / "world")["PAK", "KAZ"]
    assert value == pytest.approx((73.9 + 100) / 2)
    assert basis == "observed"


def test_itpde_brings_its_own_home_sales(tmp_path: Path) -> None:
    case = tmp_path / "case"
    case.mkdir()
    head = "exporter_iso3,importer_iso3,year,industry_id,industry_descr,broad_sector,trade,flag_mirror,flag_zero\n"
    rows = "".join(
        f"{seller},{buyer},2019,1,Wheat,{sector},{90 if seller == buyer else 10},0,p\n"
        for seller in ("PAK", "KAZ")
        for buyer in ("PAK", "KAZ")
        for sector in ("Agriculture", "Manufacturing")
    )
    (tmp_path / "ITPD_E_R02.csv").write_text(head + rows)
    import_files("itpde", tmp_path / "ITPD_E_R02.csv", into=case)
    built = build_economy(case, EconomyPlan("itpde", 2019, sectors="own"), out=tmp_path / "world")
    assert {sales.basis for sales in built.home_sales} == {"observed"}
    assert flows_of(tmp_path / "world")["PAK", "PAK", "Agriculture"] == (90.0, "observed")
    with pytest.raises(InputFault, match="industries, not products"):
        build_economy(case, EconomyPlan("itpde", 2019, sectors="hs"), out=tmp_path / "world")


def test_what_cannot_be_built_is_said(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "world"
    with pytest.raises(InputFault, match="has no year 2018"):
        build_economy(case, EconomyPlan("baci", 2018), out=out)
    with pytest.raises(InputFault, match="Did you mean baci"):
        build_economy(case, EconomyPlan("bacci", 2019), out=out)
    with pytest.raises(InputFault, match="S19 cannot be estimated"):
        build_economy(case, EconomyPlan("baci", 2019, named=("S19",)), out=out)
    with pytest.raises(InputFault, match="no folder 'mine'"):
        build_economy(case, EconomyPlan("baci", 2019, told=tmp_path / "mine"), out=out)
    with pytest.raises(InputFault, match="run  rahdari mirror"):
        build_economy(case, EconomyPlan("comtrade", 2019), out=out)
    (tmp_path / "output.csv").write_text("economy,gross_output\nPAKK,5\nKAZ,\n")
    with pytest.raises(FaultyInput) as caught:
        build_economy(case, EconomyPlan("baci", 2019, told=tmp_path), out=out)
    assert [fault.where.row for fault in caught.value.faults] == [2, 3]
    assert not out.exists()
