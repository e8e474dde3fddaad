"""The trade potential of a pair: the shipped tables by chapter, an import of BACI by heading, and the terms beside."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from rahdari.appraisal.freight import Freight, estimate_present, freight_of
from rahdari.appraisal.products import INDICATOR, PairPotential, assess_potential
from rahdari.case import Case, find_case, read_case
from rahdari.exceptions import InputFault
from rahdari.trade.importing import import_files
from rahdari.trade.potential import ProductPotential
from rahdari.transport.network import Commodity

# PAK 586, KAZ 398, CHN 156; 100630 rice, 300490 medicines, 720810 steel.
BACI = """t,i,j,k,v,q
{year},586,398,100630,6000,12000
{year},586,156,100630,94000,188000
{year},586,156,300490,50000,NA
{year},156,398,300490,100000,NA
{year},156,398,100630,4000,8000
{year},398,586,720810,3000,5000
{year},398,156,720810,97000,150000
{year},156,586,720810,200000,300000
"""
TARIFFS = """NomenCode,Reporter_ISO_N,Year,ProductCode,Sum_Of_Rates,Min_Rate,Max_Rate,SimpleAverage,TotalNoOfLines
H5,398,2019,100630,10,5,5,5,2
H5,398,2018,100630,20,10,10,10,2
H5,586,2019,720810,10,10,10,10,1
"""


@cache
def shipped() -> Case:
    return read_case(find_case("pakistan_kazakhstan"))


@cache
def direction(exporter: str, importer: str) -> PairPotential:
    return assess_potential(shipped(), exporter, importer=importer)


@pytest.mark.parametrize(("exporter", "importer"), [("PAK", "KAZ"), ("KAZ", "PAK")])
def test_each_of_the_first_ten_products_is_named_by_a_source_or_explained(exporter: str, importer: str) -> None:
    found = direction(exporter, importer)
    first = found.products[:10]
    assert len(first) == 10
    assert [entry.potential.code for entry in first if entry.note is None] == []
    named = [entry for entry in first if entry.note is not None and entry.note.status in ("traded", "sought")]
    assert len(named) >= 9
    assert set(found.sources) <= set(shipped().sources)
    assert found.years == (2017, 2018, 2019)
    attainable = [entry.potential.attainable_musd for entry in found.products]
    assert attainable == sorted(attainable, reverse=True)


def test_the_shipped_terms_stand_beside_each_product() -> None:
    found = {entry.potential.code: entry for entry in direction("PAK", "KAZ").products}
    clothing, fruit, medicine = found["61"], found["08"], found["30"]
    assert clothing.terms.tariff is not None
    assert (clothing.terms.tariff.low, clothing.terms.tariff.high, clothing.terms.tariff.scope) == (0.05, 0.14, "code")
    assert medicine.terms.tariff is not None
    assert medicine.terms.tariff.rate == pytest.approx(0.071)
    assert medicine.terms.tariff.scope == "all goods"
    assert [term.source for term in fruit.terms.sps] == ["inform-2020-03-26-phyto", "pakistan-russia-2013-12-04"]
    assert [term.source for term in fruit.terms.preference] == ["abipa-2021-preferences"]
    assert clothing.terms.preference == ()
    assert fruit.terms.freight is not None
    assert (fruit.terms.freight.commodity, fruit.terms.freight.stands_by) == ("citrus", "code")
    assert fruit.terms.freight.share_of_value == pytest.approx(
        fruit.terms.freight.cost_usd_per_t / (fruit.potential.usd_per_t or 0)
    )
    assert [term.source for term in direction("PAK", "KAZ").payment] == ["brecorder-2022-08-31"]


def test_what_is_traded_already_is_more_of_the_same_and_the_rest_is_new() -> None:
    found = {entry.potential.code: entry.potential for entry in direction("PAK", "KAZ").products}
    assert (found["30"].margin, found["42"].margin) == ("more of the same", "new")
    # 19 % of the direction's 73.897 million dollars of 2019 are medicines, by the case's mix.
    assert found["30"].present_musd == pytest.approx(0.19 * 73.897)
    assert found["30"].attainable_musd == found["30"].present_musd
    # The crude materials of the mix are five chapters: too broad to say anything of one.
    assert (found["12"].present_musd, found["12"].margin) == (None, "unknown")


def test_margins_add_up_to_all_products() -> None:
    found = direction("PAK", "KAZ")
    assert [margin.margin for margin in found.margins] == ["more of the same", "new", "unknown"]
    assert sum(margin.products for margin in found.margins) == len(found.products)
    total = sum(entry.potential.potential_musd for entry in found.products)
    assert sum(margin.potential_musd for margin in found.margins) == pytest.approx(total)
    same, new, unknown = found.margins
    assert new.unrealised_musd == pytest.approx(new.potential_musd)
    assert same.unrealised_musd is not None
    assert same.unrealised_musd < same.potential_musd
    assert unknown.unrealised_musd is None


def test_a_case_without_products_says_what_lacks() -> None:
    with pytest.raises(InputFault):
        assess_potential(read_case(find_case("two_islands")), "XNO", importer="XSO")


def test_headings_need_an_import() -> None:
    with pytest.raises(InputFault, match="import baci"):
        assess_potential(shipped(), "PAK", importer="KAZ", digits=6)


@pytest.fixture(name="with_baci", scope="module")
def _with_baci(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A copy of the shipped case into which two years of a small BACI and two tariffs were imported."""
    place = tmp_path_factory.mktemp("case")
    folder = place / "copy"
    shutil.copytree(find_case("pakistan_kazakhstan"), folder)
    for year in (2018, 2019):
        (place / "baci").mkdir(exist_ok=True)
        (place / "baci" / f"BACI_HS17_Y{year}.csv").write_text(BACI.format(year=year))
    names = 'code,description\n100630,"Cereals: rice, semi-milled or wholly milled"\n'
    (place / "baci" / "product_codes_HS17_V202501.csv").write_text(names)
    (place / "JobID-1.CSV").write_text(TARIFFS)
    import_files("baci", place / "baci", into=folder)
    import_files("wits", place / "JobID-1.CSV", into=folder)
    return read_case(folder)


@pytest.fixture(name="headings", scope="module")
def _headings(with_baci: Case) -> PairPotential:
    return assess_potential(with_baci, "PAK", importer="KAZ")


def test_an_import_gives_the_export_potential_indicator_by_heading(headings: PairPotential) -> None:
    """Rice: 100 of 104 sold in the world, 10 bought; medicines: 50 of 150, 100 bought; 6 traded over 9.6 + 33.3."""
    found = headings
    assert (found.method, found.digits, found.years) == (INDICATOR, 6, (2018, 2019))
    expected = {"100630": 100 / 104 * 10, "300490": 50 / 150 * 100}
    ease = 6 / sum(expected.values())
    assert found.market.ease == pytest.approx(ease)
    by_code = {entry.potential.code: entry.potential for entry in found.products}
    assert by_code["300490"].potential_musd == pytest.approx(expected["300490"] * ease)
    assert (by_code["300490"].margin, by_code["100630"].margin) == ("new", "more of the same")
    assert by_code["100630"].present_musd == pytest.approx(6)
    assert by_code["100630"].unrealised_musd == 0
    assert by_code["100630"].usd_per_t == pytest.approx(500)
    assert (by_code["100630"].name, by_code["300490"].name) == (
        "Cereals: rice, semi-milled or wholly milled",
        "Pharmaceuticals",
    )
    assert by_code["300490"].usd_per_t is None
    assert by_code["100630"].advantage == pytest.approx((100 / 150) / (104 / 554))


def test_notes_freight_and_imported_tariffs_stand_beside_headings(headings: PairPotential) -> None:
    rice = next(entry for entry in headings.products if entry.potential.code == "100630")
    assert rice.note is not None
    assert rice.note.code == "10"
    assert rice.terms.tariff is not None
    assert (rice.terms.tariff.rate, rice.terms.tariff.scope) == (0.05, "code")
    assert rice.terms.freight is not None
    assert rice.terms.freight.commodity == "rice"


def test_a_large_import_does_not_make_a_case_too_large(with_baci: Case) -> None:
    with (with_baci.folder / "imports" / "baci" / "BACI_large.parquet").open("wb") as file:
        file.truncate(300_000_000)
    try:
        assert read_case(with_baci.folder).id == "copy"
    finally:
        (with_baci.folder / "imports" / "baci" / "BACI_large.parquet").unlink()


def product(code: str, exports: float, *, usd_per_t: float | None = 1000.0) -> ProductPotential:
    return ProductPotential(
        "PAK", "KAZ", code, code, exports, 1.0, 0.5, 0.0, None, None, usd_per_t, False, "unknown", "source"
    )  # fmt: skip


def cargo(name: str, hs: str) -> Commodity:
    return Commodity(name, name, "general", hs, ("road",), (), "")


def test_present_trade_is_split_over_a_commoditys_chapters_as_exports_are() -> None:
    supply = [product("61", 30.0), product("62", 10.0), product("08", 5.0), product("12", 7.0)]
    commodities = [cargo("clothing", "61-62"), cargo("fruit", "0805;0804"), cargo("oddments", "12;13")]
    found = estimate_present(commodities, supply, mix={"clothing": 0.4, "fruit": 0.6}, bilateral_musd=100.0)
    assert found is not None
    assert list(found) == ["61", "62", "08"]
    assert list(found.values()) == pytest.approx([30, 10, 60])
    assert estimate_present(commodities, supply, mix={}, bilateral_musd=100.0) is None


def test_a_product_of_no_commodity_takes_the_way_of_the_nearest_in_value() -> None:
    way = Freight("rice", "code", 100.0, 24.0, 1.0, ("road",), None, ())
    found = freight_of(shipped(), product("94", 1.0, usd_per_t=430.0), ways={"rice": way}, mix={})
    assert found is not None
    assert found.stands_by == "value"
    assert found.share_of_value == pytest.approx(100 / 430)
    assert freight_of(shipped(), product("94", 1.0, usd_per_t=None), ways={"rice": way}, mix={}) is None


def test_an_unknown_economy_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="Did you mean PAK"):
        assess_potential(shipped(), "PAC", importer="KAZ")
