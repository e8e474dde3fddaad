"""Concordances: HS sections as shipped, and tables as WITS and the United Nations publish them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rahdari.exceptions import FaultyInput, InputFault
from rahdari.trade.concordance import (
    concord,
    group_concordance,
    read_chapters,
    read_concordance,
    section_concordance,
    section_labels,
)
from rahdari.trade.section_elasticities import read_section_elasticities

WITS = (
    "HS 2012 Product Code,HS 2012 Product Description,ISIC Revision 3 Product Code,"
    "ISIC Revision 3 Product Description\n"
    '090300,Maté.,0113,"Growing of fruit, nuts, beverage and spice crops"\n'
    "10121,Horses,121,Farming of animals\n"
    "720810,Flat-rolled,2710,Basic iron and steel\n"
    "720810,Flat-rolled,2720,Basic precious metals\n"
)


def write(tmp_path: Path, text: str, *, name: str = "JobID-81_Concordance_H4_to_I3.CSV") -> Path:
    file = tmp_path / name
    file.write_bytes(text.encode("cp1252"))
    return file


def test_every_chapter_but_the_free_one_has_a_section() -> None:
    chapters = read_chapters()
    assert [entry.chapter for entry in chapters] == [f"{number:02d}" for number in range(1, 98) if number != 77]
    assert len({entry.section for entry in chapters}) == 21
    assert {entry.section for entry in chapters if "50" <= entry.chapter <= "63"} == {"XI"}


def test_sections_add_up_to_what_chapters_and_headings_hold() -> None:
    found, unknown = concord({"72": 3.0, "720810": 4.0, "7601": 1.0, "27": 2.0, "999999": 5.0}, section_concordance())
    assert found == {"15 Base metals": 8.0, "05 Minerals and fuels": 2.0}
    assert unknown == ("999999",)


def test_groups_of_wits_hold_every_chapter() -> None:
    found, unknown = concord({"27": 2.0, "270900": 1.0, "61": 3.0, "15": 1.0, "71": 4.0}, group_concordance())
    assert found == {"Fuels": 3.0, "TextCloth": 3.0, "Vegetable": 1.0, "StoneGlas": 4.0}
    assert unknown == ()


def test_a_wits_concordance_keeps_zeros_and_splits_what_is_ambiguous_evenly(tmp_path: Path) -> None:
    table = read_concordance(write(tmp_path, WITS))
    assert (table.origin, table.destination) == ("HS 2012 Product Code", "ISIC Revision 3 Product Code")
    assert table.targets == ("0113", "0121", "2710", "2720")
    found, unknown = concord({"720810": 10.0, "010121": 1.0}, table)
    assert found == {"2710": 5.0, "2720": 5.0, "0121": 1.0}
    assert unknown == ()


def test_classes_can_be_cut_to_divisions(tmp_path: Path) -> None:
    found, _ = concord({"720810": 10.0, "090300": 2.0}, read_concordance(write(tmp_path, WITS), digits=2))
    assert found == {"27": 10.0, "01": 2.0}


def test_a_table_of_the_united_nations_has_its_codes_in_the_first_two_columns(tmp_path: Path) -> None:
    text = "HS2017,BEC4,,Note\n100630,122,,\n720810,22,,\n"
    table = read_concordance(write(tmp_path, text, name="HS2017 to BEC Conversion and Correlation Tables.csv"))
    assert [(link.code, link.target) for link in table.links] == [("100630", "122"), ("720810", "22")]


def test_a_concordance_that_is_cut_off_is_told_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(FaultyInput) as caught:
        read_concordance(write(tmp_path, WITS + "7209"))
    assert [(fault.where.row, "cut off" in fault.message) for fault in caught.value.faults] == [(6, True)]


def test_what_is_no_concordance_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="no file"):
        read_concordance(tmp_path / "none.csv")
    with pytest.raises(FaultyInput, match="two columns"):
        read_concordance(write(tmp_path, "code\n1\n"))
    with pytest.raises(FaultyInput, match="empty"):
        read_concordance(write(tmp_path, ""))


def test_every_section_has_an_elasticity_above_zero() -> None:
    found = read_section_elasticities()
    assert [entry.sector for entry in found] == list(section_labels().values())
    assert all(entry.value > 0 and entry.se > 0 for entry in found)
