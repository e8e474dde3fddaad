"""Importers on files in the published layouts, with the traps that these are known for."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from rahdari.exceptions import FaultyInput, InputFault
from rahdari.trade.import_record import ImportReport
from rahdari.trade.importing import import_files

BACI = """t,i,j,k,v,q
2019,4,251,010121,12.5,0.100
2019,842,699,10129,1000,NA
2019,490,586,870323,250.25,1.5
2019,586,398,100630,500,           NA
"""
COMTRADE = (
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,"
    "partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,"
    "classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,mosCode,"
    "motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,"
    "isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,"
    "legacyEstimationFlag,isReported,isAggregate\n"
)


def comtrade_row(
    reporter: int, flow: str, partner: int, value: float, *, cmd: str = "TOTAL", second: int = 0, mode: int = 0
) -> str:
    """A row as the service writes it: names in Latin letters with accents, a comma after the last cell."""
    cif, fob = (value, "") if flow == "M" else ("", value)
    return (
        f"C,A,20190101,2019,52,2019,{reporter},XXX,Côte d'Ivoire,{flow},Flow,{partner},YYY,Türkiye,{second},W00,World,"
        f"H5,HS,True,{cmd},All,0,False,C00,TOTAL CPC,0,{mode},TOTAL MOT,-1,N/A,,False,-1,N/A,,False,2000,False,0,False,"
        f"{cif},{fob},{value},0,False,True,\n"
    )


@pytest.fixture(name="case")
def _case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    folder.mkdir()
    return folder


def write(tmp_path: Path, name: str, text: str | bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def rows_of(case: Path, source: str, part: str, *columns: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        listed = ", ".join(columns)
        found = connection.execute(
            f"SELECT {listed} FROM read_parquet('{case / 'imports' / source / part}') ORDER BY ALL"
        )
        return found.fetchall()


def reasons(report: ImportReport) -> dict[str, int]:
    return {reason.why: reason.rows for file in report.files for reason in file.dropped}


def test_baci_keeps_zeros_of_products_and_its_own_codes_of_economies(tmp_path: Path, case: Path) -> None:
    report = import_files("baci", write(tmp_path, "BACI_HS17_Y2019_V202301.csv", BACI), into=case)
    part = "BACI_HS17_Y2019_V202301.parquet"
    assert rows_of(case, "baci", part, "exporter", "importer", "product", "value_musd", "quantity_t") == [
        ("AFG", "FRA", "010121", 0.0125, 0.1),
        ("PAK", "KAZ", "100630", 0.5, None),
        ("S19", "PAK", "870323", 0.25025, 1.5),
        ("USA", "IND", "010129", 1.0, None),
    ]
    assert (report.rows, report.skipped, report.faults) == (4, 0, ())
    assert [(year.year, year.rows) for year in report.years] == [(2019, 4)]
    assert report.value_musd == pytest.approx(1.76275)


def test_files_of_codes_beside_baci_are_not_taken_for_trade(tmp_path: Path, case: Path) -> None:
    folder = tmp_path / "baci"
    folder.mkdir()
    write(folder, "BACI_HS17_Y2019_V202301.csv", BACI)
    write(folder, "BACI_HS17_Y2020_V202301.csv", BACI.replace("2019", "2020"))
    codes = "country_code,country_name,country_iso2,country_iso3\n384,Côte d'Ivoire,CI,CIV\n"
    write(folder, "country_codes_V202301.csv", codes.encode("latin-1"))
    write(folder, "product_codes_HS17_V202301.csv", "code,description\n010121,Horses\n")
    report = import_files("baci", folder, into=case)
    assert [year.year for year in report.years] == [2019, 2020]
    pairs = rows_of(case, "baci", "pairs.parquet", "year", "exporter", "importer", "value_musd")
    assert len(pairs) == 8
    assert sum(row[3] for row in pairs) == pytest.approx(report.value_musd)


def test_an_unknown_code_keeps_its_number(tmp_path: Path, case: Path) -> None:
    import_files("baci", write(tmp_path, "b.csv", "t,i,j,k,v,q\n2019,999,4,010121,1,1\n"), into=case)
    assert rows_of(case, "baci", "b.parquet", "exporter") == [("M49-999",)]


def test_comtrade_keeps_each_reporters_book_and_drops_aggregates_and_parts(tmp_path: Path, case: Path) -> None:
    text = COMTRADE + "".join(
        [
            comtrade_row(586, "X", 398, 50e6),
            comtrade_row(398, "M", 586, 80e6),
            comtrade_row(586, "X", 0, 900e6),
            comtrade_row(586, "X", 398, 20e6, second=156),
            comtrade_row(586, "X", 398, 30e6, mode=2100),
            comtrade_row(586, "X", 251, 7e6, cmd="0101"),
            comtrade_row(586, "X", 251, 7e6, cmd="001").replace("H5,HS", "S4,SS"),
        ]
    )
    file = write(tmp_path, "comtrade.csv", text.encode("latin-1"))
    report = import_files("comtrade", file, into=case)
    columns = ("book", "flow", "exporter", "importer", "product", "valuation", "value_musd", "quantity_t")
    assert rows_of(case, "comtrade", "comtrade.parquet", *columns) == [
        ("KAZ", "import", "PAK", "KAZ", "TOTAL", "CIF", 80.0, 2.0),
        ("PAK", "export", "PAK", "FRA", "0101", "FOB", 7.0, 2.0),
        ("PAK", "export", "PAK", "KAZ", "TOTAL", "FOB", 50.0, 2.0),
    ]
    assert reasons(report) == {
        "aggregate": 1,
        "part of a flow (second partner)": 1,
        "part of a flow (mode of transport)": 1,
        "another classification than the Harmonized System": 1,
    }
    pairs = rows_of(case, "comtrade", "pairs.parquet", "exporter", "importer", "book", "level", "value_musd")
    # The two sides' figures for the same trade stay apart, and so do levels of products.
    assert len(pairs) == 3
    assert report.rows + report.skipped == 7


def test_baci_may_name_its_columns_in_another_order_and_in_quotes(tmp_path: Path, case: Path) -> None:
    text = '"t","k","i","j","v","q"\n2019,"010121",4,251,12.5,0.1\n'
    import_files("baci", write(tmp_path, "BACI_HS92_Y2019_V202001.csv", text), into=case)
    found = rows_of(case, "baci", "BACI_HS92_Y2019_V202001.parquet", "exporter", "importer", "product", "value_musd")
    assert found == [("AFG", "FRA", "010121", 0.0125)]


def test_comtrades_bulk_files_are_separated_by_tabs_and_write_values_in_capitals(tmp_path: Path, case: Path) -> None:
    header = COMTRADE.strip().replace("cifvalue", "CIFValue").replace("fobvalue", "FOBValue").split(",")
    told = comtrade_row(586, "X", 398, 50e6, cmd="100630").strip().removesuffix(",").split(",")
    cells = [cell for name, cell in zip(header, told, strict=True) if "Desc" not in name and "ISO" not in name]
    names = [name for name in header if "Desc" not in name and "ISO" not in name]
    text = "\t".join(names) + "\n" + "\t".join(cells) + "\n"
    report = import_files(
        "comtrade", write(tmp_path, "C_A_586_2019_H5.txt.gz", gzip.compress(text.encode())), into=case
    )
    found = rows_of(
        case, "comtrade", "C_A_586_2019_H5.parquet", "book", "importer", "product", "valuation", "value_musd"
    )
    assert found == [("PAK", "KAZ", "100630", "FOB", 50.0)]
    assert any("re-exports" in warning for warning in report.warnings)


GRAVITY = (
    "year,country_id_o,country_id_d,iso3_o,iso3_d,iso3num_o,iso3num_d,country_exists_o,country_exists_d,"
    "gmt_offset_2020_o,gmt_offset_2020_d,distw_harmonic,distw_arithmetic,distw_harmonic_jh,distw_arithmetic_jh,dist,"
    "main_city_source_o,main_city_source_d,distcap,contig,diplo_disagreement,scaled_sci_2021,comlang_off,comlang_ethno,"
    "comcol,col45,legal_old_o,legal_old_d,legal_new_o,legal_new_d,comleg_pretrans,comleg_posttrans,"
    "transition_legalchange,comrelig,heg_o,heg_d,col_dep_ever,col_dep,col_dep_end_year,col_dep_end_conflict,empire,"
    "sibling_ever,sibling,sever_year,sib_conflict,pop_o,pop_d,gdp_o,gdp_d,gdpcap_o,gdpcap_d,fta_wto,fta_wto_raw,"
    "tradeflow_comtrade_o,tradeflow_comtrade_d,tradeflow_baci,manuf_tradeflow_baci,tradeflow_imf_o,tradeflow_imf_d"
)


def test_cepii_gravity_leaves_out_countries_that_did_not_exist(tmp_path: Path, case: Path) -> None:
    def row(**cells: object) -> str:
        return ",".join(str(cells.get(name, "")) for name in GRAVITY.split(",")) + "\n"

    text = GRAVITY + "\n"
    text += row(year=1985, country_id_o="DEU.1", country_id_d="PAK", iso3_o="DEU", iso3_d="PAK", country_exists_o=0,
                country_exists_d=1, dist=5000)  # fmt: skip
    text += row(year=1985, country_id_o="DEU.2", country_id_d="PAK", iso3_o="DEU", iso3_d="PAK", country_exists_o=1,
                country_exists_d=1, dist=5100, gdp_o=4e9, pop_o=80000, tradeflow_baci=250000)  # fmt: skip
    report = import_files("gravity", write(tmp_path, "Gravity_V202211.csv", text), into=case)
    columns = ("exporter_id", "dist_km", "exporter_gdp_musd", "exporter_population", "baci_musd", "contig")
    assert rows_of(case, "gravity", "Gravity_V202211.parquet", *columns) == [("DEU.2", 5100, 4e6, 8e7, 250, None)]
    assert (report.rows, report.skipped, report.value_musd) == (1, 1, 250)


@pytest.mark.parametrize("beside", ["name", "dynamic_code"])
def test_itpde_knows_unknown_from_zero_and_keeps_domestic_trade(tmp_path: Path, case: Path, *, beside: str) -> None:
    """The first release names the countries beside their codes, later ones tell codes of former states."""
    text = (
        f"exporter_iso3,exporter_{beside},importer_iso3,importer_{beside},year,industry_id,industry_descr,"
        "broad_sector,trade,flag_mirror,flag_zero\n"
        "PAK,PAK,KAZ,KAZ,2019,1,Wheat,Agriculture,12.5,1,p\n"
        'PAK,PAK,PAK,PAK,2019,1,"Wheat, milled",Agriculture,900,0,p\n'
        "KAZ,KAZ,PAK,PAK,2019,1,Wheat,Agriculture,0,0,r\n"
        "KAZ,KAZ,UZB,UZB,2019,1,Wheat,Agriculture,0,0,u\n"
    )
    report = import_files("itpde", write(tmp_path, "ITPD_E_R02.csv", text), into=case)
    assert rows_of(case, "itpde", "ITPD_E_R02.parquet", "exporter", "importer", "product", "book", "value_musd") == [
        ("KAZ", "PAK", "001", "ITPD-E", 0.0),
        ("PAK", "KAZ", "001", "ITPD-E mirror", 12.5),
        ("PAK", "PAK", "001", "ITPD-E", 900.0),
    ]
    assert reasons(report) == {"unknown, told as zero": 1}


WITS = (
    "Native Nomen,Reporter Name,Product,Product Name,Partner Name,Tariff Year,Trade Year,Trade Source,DutyType,"
    "Simple Average,Weighted Average,Standard Deviation,Minimum Rate,Maximum Rate,Nbr of Total Lines,"
    "Nbr of DomesticPeaks,Nbr of InternationalPeaks,Imports Value in 1000 USD,Binding Coverage,Reporter,Partner"
)
RAW_SCHEDULE = (
    "NomenCode,Reporter_ISO_N,Year,ProductCode,Sum_Of_Rates,Min_Rate,Max_Rate,SimpleAverage,Nbr_NA_Lines,"
    "Nbr_Free_Lines,Nbr_AVE_Lines,Nbr_Dutiable_Lines,TotalNoOfValidLines,TotalNoOfLines,EstCode"
)


def test_wits_rates_become_fractions_and_codes_stay_text(tmp_path: Path, case: Path) -> None:
    text = ",".join(f'"{name}"' for name in WITS.split(",")) + "\n"
    cells = {"Native Nomen": "H5", "Reporter": "398", "Partner": "586", "Product": "10121", "Tariff Year": 2019}
    cells |= {"DutyType": "MFN", "Simple Average": 12.5, "Maximum Rate": 20, "Nbr of Total Lines": 4}
    for changed in ({}, {"Simple Average": ""}, {"Reporter": "NA"}):
        told = cells | changed
        text += ",".join(f'"{told.get(name, "")}"' for name in WITS.split(",")) + "\n"
    report = import_files("wits", write(tmp_path, "tariffs.csv", text), into=case)
    found = rows_of(case, "wits", "tariffs.parquet", "importer", "exporter", "product", "rate", "largest_rate", "lines")
    assert found == [("KAZ", "PAK", "010121", 0.125, 0.2, 4)]
    assert reasons(report) == {"no rate": 1, "no reporter or partner": 1}


def test_raw_tariff_schedules_come_in_a_folder_each_with_spaces_for_missing_rates(tmp_path: Path, case: Path) -> None:
    rows = "H5,398,2019,010121,20,5,15,10,0,0,0,2,2,2,     \nH5,398,2019,010129,    ,    ,    ,    ,1,0,0,0,0,1,     \n"
    preferred = "H5,398,2019,010121,R59,8,4,4,4,0,0,0,2,2,2,     \nH5,398,2019,010121,417,0,0,0,0,0,2,0,0,2,2,     \n"
    header = RAW_SCHEDULE.replace("ProductCode,", "ProductCode,Partner,")
    for folder, text in (
        ("AVEMFN_H5_398_2019_U2", RAW_SCHEDULE + "\n" + rows),
        ("AVEPref_398", f"{header}\n{preferred}"),
    ):
        (tmp_path / "tariffs" / folder).mkdir(parents=True)
        write(tmp_path / "tariffs" / folder, "JobID-12.CSV", text)
    report = import_files("wits", tmp_path / "tariffs", into=case)
    columns = ("importer", "exporter", "product", "duty", "rate", "largest_rate", "lines")
    assert rows_of(case, "wits", "AVEMFN_H5_398_2019_U2-JobID-12.parquet", *columns) == [
        ("KAZ", "W00", "010121", "MFN", 0.1, 0.15, 2)
    ]
    assert rows_of(case, "wits", "AVEPref_398-JobID-12.parquet", *columns) == [
        ("KAZ", "KGZ", "010121", "PRF", 0.0, 0.0, 2),
        ("KAZ", "R59", "010121", "PRF", 0.04, 0.04, 2),
    ]
    assert reasons(report) == {"no rate": 1}


def test_imts_values_are_scaled_and_groups_left_out(tmp_path: Path, case: Path) -> None:
    text = (
        "DATASET,SERIES_CODE,OBS_MEASURE,COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,SCALE,TIME_PERIOD,OBS_VALUE\n"
        "IMTS,a,O,PAK,XG_FOB_USD,KAZ,A,Millions,2019,73.9\n"
        "IMTS,a,O,KAZ,MG_CIF_USD,PAK,A,Units,2019,91000000\n"
        "IMTS,a,O,PAK,XG_FOB_USD,G001,A,Millions,2019,23000\n"
        "IMTS,a,O,PAK,XG_FOB_USD,KAZ,M,Millions,2019-M01,6\n"
        "IMTS,a,O,PAK,XG_FOB_USD,UZB,A,Dozens,2019,6\n"
    )
    report = import_files("imts", write(tmp_path, "imts.csv", text), into=case)
    columns = ("book", "exporter", "importer", "flow", "valuation", "value_musd")
    assert rows_of(case, "imts", "imts.parquet", *columns) == [
        ("KAZ", "PAK", "KAZ", "import", "CIF", 91.0),
        ("PAK", "PAK", "KAZ", "export", "FOB", 73.9),
    ]
    assert reasons(report) == {"aggregate": 1, "not annual": 1, "unknown scale": 1}


PORTAL = "DATASET,SERIES_CODE,OBS_MEASURE,COUNTRY.ID,COUNTRY,INDICATOR.ID,INDICATOR,COUNTERPART_COUNTRY.ID,"
PORTAL += "COUNTERPART_COUNTRY,FREQUENCY.ID,FREQUENCY,SCALE.ID,SCALE"


def test_imts_from_the_portal_has_codes_beside_names_and_a_column_a_year(tmp_path: Path, case: Path) -> None:
    series = 'IMTS,a,OBS_VALUE,PAK,Pakistan,{},"Goods, US dollar",KAZ,Kazakhstan,{},x,6,Millions'
    text = f"{PORTAL},2018,2019,2019-Q4,2019-M12\n"
    text += series.format("XG_FOB_USD", "A") + ",80.5,73.9,,\n"
    text += series.format("TBG_USD", "A") + ",70,60,,\n"
    text += series.format("XG_FOB_USD", "Q") + ",,,20,\n"
    report = import_files("imts", write(tmp_path, "dataset.csv", text), into=case)
    found = rows_of(case, "imts", "dataset.parquet", "year", "book", "importer", "flow", "value_musd")
    assert found == [(2018, "PAK", "KAZ", "export", 80.5), (2019, "PAK", "KAZ", "export", 73.9)]
    assert reasons(report) == {"not a flow of goods": 2, "not annual": 2}


@pytest.mark.parametrize("scale", ["SCALE.ID,SCALE", "SCALE.ID,SCALE.NAME", "SCALE_NAME,SCALE"])
def test_imts_from_the_portal_may_have_a_row_an_observation(tmp_path: Path, case: Path, *, scale: str) -> None:
    text = f"{PORTAL.replace('SCALE.ID,SCALE', scale)},TIME_PERIOD,OBS_VALUE\n"
    text += "IMTS,a,OBS_VALUE,KAZ,Kazakhstan,MG_CIF_USD,Imports,PAK,Pakistan,A,Annual,3,Thousands,2019,91000\n"
    import_files("imts", write(tmp_path, "rows.csv", text), into=case)
    columns = ("book", "exporter", "importer", "valuation", "value_musd")
    assert rows_of(case, "imts", "rows.parquet", *columns) == [("KAZ", "PAK", "KAZ", "CIF", 91.0)]


def test_imts_with_names_where_codes_belong_says_so(tmp_path: Path, case: Path) -> None:
    text = "COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,SCALE,TIME_PERIOD,OBS_VALUE\n"
    text += 'Pakistan,"Exports of goods, Free on board (FOB), US dollar",Kazakhstan,Annual,Millions,2019,73.9\n'
    report = import_files("imts", write(tmp_path, "names.csv", text), into=case)
    assert reasons(report) == {"names where codes belong: download the file with codes": 1}


def test_wdi_is_read_below_its_title_without_groups_of_countries(tmp_path: Path, case: Path) -> None:
    text = (
        '\ufeff"Data Source","World Development Indicators",\n\n"Last Updated Date","2025-01-01",\n\n'
        '"Country Name","Country Code","Indicator Name","Indicator Code","2018","2019",\n'
        '"Pakistan","PAK","GDP (current US$)","NY.GDP.MKTP.CD","356128167702","",\n'
        '"World","WLD","GDP (current US$)","NY.GDP.MKTP.CD","1","2",\n'
        '"Korea, Rep.","KOR","GDP (current US$)","NY.GDP.MKTP.CD","..","1651422932447.77",\n'
    )
    report = import_files("wdi", write(tmp_path, "API_NY.GDP.csv", text), into=case)
    assert rows_of(case, "wdi", "API_NY.GDP.parquet", "economy", "year", "value") == [
        ("KOR", 2019, 1651422932447.77),
        ("PAK", 2018, 356128167702.0),
    ]
    assert reasons(report) == {"aggregate": 2, "no value": 2}


def test_wdi_without_quotes_and_with_more_cells_than_lines_is_read(tmp_path: Path, case: Path) -> None:
    text = "Country Name,Country Code,Indicator Name,Indicator Code,2018,2019\nPakistan,PAK,GDP,NY.GDP.MKTP.CD,1,2\n"
    report = import_files("wdi", write(tmp_path, "WDICSV.csv", text), into=case)
    assert (report.rows, report.skipped) == (2, 0)


def test_wdi_without_a_column_of_a_year_is_said(tmp_path: Path, case: Path) -> None:
    text = "Country Name,Country Code,Indicator Name,Indicator Code\nPakistan,PAK,GDP,NY.GDP.MKTP.CD\n"
    with pytest.raises(FaultyInput, match="a year"):
        import_files("wdi", write(tmp_path, "WDICSV.csv", text), into=case)


def test_a_file_cut_in_the_middle_is_told_with_its_line(tmp_path: Path, case: Path) -> None:
    report = import_files("baci", write(tmp_path, "b.csv", BACI + "2019,4,69"), into=case)
    assert report.rows == 4
    assert report.skipped == 1
    assert [(fault.where.file, fault.where.row) for fault in report.faults] == [("b.csv", 6)]
    assert any("cut off" in warning for warning in report.warnings)


def test_a_cell_that_is_no_number_is_told_with_line_and_column(tmp_path: Path, case: Path) -> None:
    report = import_files("baci", write(tmp_path, "b.csv", BACI.replace("1000", "x1")), into=case)
    assert [(fault.where.row, fault.where.column) for fault in report.faults] == [(3, "v")]


def test_negative_values_are_left_out_and_counted(tmp_path: Path, case: Path) -> None:
    report = import_files("baci", write(tmp_path, "b.csv", BACI.replace("1000", "-1000")), into=case)
    assert reasons(report) == {"negative value": 1}
    assert report.value_musd == pytest.approx(0.76275)


def test_an_archive_as_it_is_published_must_be_unpacked_first(tmp_path: Path, case: Path) -> None:
    folder = tmp_path / "download"
    folder.mkdir()
    archive = write(folder, "BACI_HS17_V202501.zip", b"PK")
    with pytest.raises(InputFault, match="unpack it"):
        import_files("baci", archive, into=case)
    with pytest.raises(InputFault, match="Unpack what it holds"):
        import_files("baci", folder, into=case)


def test_zipped_text_is_read(tmp_path: Path, case: Path) -> None:
    report = import_files("baci", write(tmp_path, "BACI_Y2019.csv.gz", gzip.compress(BACI.encode())), into=case)
    assert report.rows == 4


def test_progress_is_told_file_by_file(tmp_path: Path, case: Path) -> None:
    told: list[tuple[str, int, int]] = []
    import_files("baci", write(tmp_path, "b.csv", BACI), into=case, progress=lambda *step: told.append(step))
    assert told == [("b.csv", 0, 1)]


@pytest.mark.parametrize(
    ("source", "text", "words"),
    [
        ("bacci", BACI, "Did you mean baci"),
        ("baci", "", "empty"),
        ("baci", BACI.replace("k,v", "k,value", 1), "column 'v'"),
        ("wdi", BACI, "Country Code"),
    ],
)
def test_what_cannot_be_imported_is_said(tmp_path: Path, case: Path, *, source: str, text: str, words: str) -> None:
    with pytest.raises(InputFault, match=words):
        import_files(source, write(tmp_path, "b.csv", text), into=case)
    assert not list(case.glob("imports/*/*.parquet"))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("b.csv.gz", gzip.compress(BACI.encode() * 500)[:-60], "cut off"),
        ("b.csv.gz", BACI.encode(), "cannot be unpacked"),
        ("b.csv", BACI.encode("utf-16"), "UTF-16"),
        ("b.csv", bytes(range(256)) * 50, "no text at all"),
        ("b.csv", BACI.replace("\n", "\r").encode(), "carriage return"),
        ("b.csv", BACI.replace(",", ";").encode(), "semicolons"),
        ("b.csv", b"t,i,j,k,v,q,v\n2019,586,398,100630,500,1,2\n", "more than once"),
    ],
)
def test_what_is_no_such_file_is_said_and_leaves_no_part(
    tmp_path: Path, case: Path, *, name: str, data: bytes, words: str
) -> None:
    with pytest.raises(FaultyInput, match=words):
        import_files("baci", write(tmp_path, name, data), into=case)
    assert not list(case.glob("imports/*/*.parquet"))


def test_a_quote_that_is_not_closed_and_a_file_without_rows_are_told(tmp_path: Path, case: Path) -> None:
    text = BACI + '2019,586,398,"100630,500,NA\n' + BACI.split("\n", 1)[1]
    report = import_files("baci", write(tmp_path, "quote.csv", text), into=case)
    assert any("what follows it is not read" in warning for warning in report.warnings)
    report = import_files("baci", write(tmp_path, "empty.csv", "t,i,j,k,v,q\n"), into=case)
    assert report.rows == 0
    assert any("no rows below the header" in warning for warning in report.warnings)


def test_a_large_packed_file_that_is_cut_off_is_said(tmp_path: Path, case: Path) -> None:
    """The cut lies beyond the sample that tells what the file is, so that the database finds it."""
    rng = np.random.default_rng(1)
    rows = "".join(f"2019,586,398,100630,{value!r},NA\n" for value in rng.random(250_000))
    packed = gzip.compress(("t,i,j,k,v,q\n" + rows).encode(), compresslevel=1)
    with pytest.raises(InputFault, match="cannot be read"):
        import_files("baci", write(tmp_path, "b.csv.gz", packed[: -len(packed) // 8]), into=case)
    assert not list(case.glob("imports/*/*.parquet"))


def test_a_missing_file_or_case_is_said(tmp_path: Path, case: Path) -> None:
    with pytest.raises(InputFault, match="nowhere"):
        import_files("baci", tmp_path / "nowhere", into=case)
    with pytest.raises(InputFault, match="to import into"):
        import_files("baci", write(tmp_path, "b.csv", BACI), into=tmp_path / "no-case")


def test_a_missing_value_padded_as_only_late_rows_pad_it_is_missing_all_the_same(
    tmp_path: Path, case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start of a file tells how it writes what is missing; what it does not show is found in the rows that fail."""
    monkeypatch.setattr("rahdari.trade.heading.SAMPLE_BYTES", 40)
    rows = "2019,4,586,010121,1,2\n" * 5 + "2019,4,586,010122,1,       NA\n2019,4,586,010123,1,x\n"
    report = import_files("baci", write(tmp_path, "BACI_2019.csv", "t,i,j,k,v,q\n" + rows), into=case)
    assert (report.rows, report.skipped) == (6, 1)
    assert [fault.where.row for fault in report.faults] == [8]
    assert (None, "010122") in rows_of(case, "baci", "BACI_2019.parquet", "quantity_t", "product")


def test_a_code_beyond_the_list_of_economies_is_left_out_and_counted(tmp_path: Path, case: Path) -> None:
    rows = "2019,4,586,010121,1,2\n2019,70000,586,010121,3,2\n2019,586,-4,010121,5,2\n"
    report = import_files("baci", write(tmp_path, "BACI_2019.csv", "t,i,j,k,v,q\n" + rows), into=case)
    (reason,) = report.files[0].dropped
    assert (reason.why, reason.rows) == ("a code of no economy", 2)
    assert reason.value_musd == pytest.approx(0.008)


def test_a_file_that_may_be_cut_within_its_last_number_is_warned_of(tmp_path: Path, case: Path) -> None:
    whole = import_files("baci", write(tmp_path, "BACI_2018.csv", BACI), into=case)
    cut = import_files("baci", write(tmp_path, "BACI_2019.csv", BACI[:-1]), into=case)
    assert not any("line end" in note for note in whole.warnings)
    assert [note for note in cut.warnings if "line end" in note] == [
        "BACI_2019.csv does not end with a line end: if it was cut off, the figure of its last row is wrong."
    ]
