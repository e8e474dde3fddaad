"""What an import keeps between runs, and where it writes: nothing twice, nothing by halves, nothing out of the case."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from rahdari.exceptions import FaultyInput, InputFault
from rahdari.trade.importing import import_files
from tests.trade.test_importing import BACI, write


@pytest.fixture(name="case")
def _case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    folder.mkdir()
    return folder


def test_the_same_file_packed_and_unpacked_is_not_read_twice(tmp_path: Path, case: Path) -> None:
    folder = tmp_path / "baci"
    folder.mkdir()
    write(folder, "BACI_Y2019.csv", BACI)
    write(folder, "BACI_Y2019.csv.gz", gzip.compress(BACI.encode()))
    with pytest.raises(FaultyInput, match="twice"):
        import_files("baci", folder, into=case)


def test_a_second_run_takes_up_what_the_first_did(tmp_path: Path, case: Path) -> None:
    folder = tmp_path / "baci"
    folder.mkdir()
    write(folder, "BACI_Y2019.csv", BACI)
    first = import_files("baci", folder, into=case)
    write(folder, "BACI_Y2020.csv", BACI.replace("2019", "2020"))
    second = import_files("baci", folder, into=case)
    assert (first.resumed, second.resumed) == (0, 1)
    assert second.rows == 8
    write(folder, "BACI_Y2019.csv", BACI + "2019,4,4,010121,5,1\n")
    assert import_files("baci", folder, into=case).rows == 9


def test_a_broken_run_leaves_no_half_part(tmp_path: Path, case: Path) -> None:
    folder = tmp_path / "baci"
    folder.mkdir()
    write(folder, "a.csv", BACI)
    write(folder, "b.csv", "t,i,j\n1,2,3\n")
    with pytest.raises(FaultyInput):
        import_files("baci", folder, into=case)
    place = case / "imports" / "baci"
    assert sorted(file.name for file in place.iterdir()) == ["a.parquet", "manifest.json"]
    (place / "manifest.json").write_text("{")
    write(folder, "b.csv", BACI)
    assert import_files("baci", folder, into=case).rows == 8


@pytest.mark.parametrize("link", ["imports", "imports/baci", "imports/baci/BACI_HS17_Y2019_V202501.parquet"])
def test_a_link_out_of_the_case_is_not_written_to(tmp_path: Path, case: Path, link: str) -> None:
    outside = tmp_path / "outside"
    place = case / link
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.suffix:
        outside.write_text("kept", encoding="utf-8")
    else:
        outside.mkdir()
    place.symlink_to(outside)
    with pytest.raises(InputFault, match="leads out of the case"):
        import_files("baci", write(tmp_path, "BACI_HS17_Y2019_V202501.csv", BACI), into=case)
    assert outside.read_text(encoding="utf-8") == "kept" if place.suffix else not any(outside.iterdir())


def test_a_link_to_itself_is_no_crash(tmp_path: Path, case: Path) -> None:
    place = case / "imports" / "baci"
    place.mkdir(parents=True)
    (place / "loop.parquet").symlink_to(place / "loop.parquet")
    assert import_files("baci", write(tmp_path, "BACI_HS17_Y2019_V202501.csv", BACI), into=case).rows > 0
