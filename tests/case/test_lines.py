"""A user's own lines as links of a case: what is added, what repeats, and every fault at once with nothing written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from rahdari.case import check_case, find_case, read_case
from rahdari.case.lines import import_lines
from rahdari.exceptions import FaultyInput, InputFault

NORTON = [-150.0, 0.9]
HAVEN = [-149.5, 1.4]


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "islands"
    shutil.copytree(find_case("two_islands"), folder)
    return folder


def line(*points: list[float], **properties: Any) -> dict[str, Any]:
    told = {"mode": "road", "rate": "road-isle", "country": "XNO", "to": "Haven"} | properties
    return {"type": "Feature", "geometry": {"type": "LineString", "coordinates": list(points)}, "properties": told}


def save(folder: Path, *features: Any) -> Path:
    path = folder / "my roads.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    return path


def test_a_line_becomes_a_link_with_its_length_and_a_new_place(case: Path, tmp_path: Path) -> None:
    done = import_lines(save(tmp_path, line(NORTON, [-149.5, 0.9], HAVEN)), into=case)
    assert (done.rows, done.skipped, done.places) == (1, 0, 1)
    assert done.length_km == pytest.approx(111.2, abs=0.3)  # half a degree east and half a degree north
    assert check_case(case) == ()
    network = read_case(case).network
    link = next(one for one in network.links if one.id == "norton-haven-road")
    assert (link.start, link.end, link.mode) == ("norton", "haven", "road")
    claim = read_case(case).claims.get("link:norton-haven-road", "length_km").claim
    assert (claim.strength, claim.source) == ("D", "imported-my-roads")
    assert claim.value == pytest.approx(done.length_km, abs=0.1)


def test_the_same_line_again_is_left_out(case: Path, tmp_path: Path) -> None:
    path = save(tmp_path, line(NORTON, HAVEN), line(HAVEN, NORTON))
    assert import_lines(path, into=case).skipped == 1
    again = import_lines(path, into=case)
    assert (again.rows, again.skipped, again.places) == (0, 2, 0)
    assert check_case(case) == ()


def test_every_fault_is_told_and_nothing_is_written(case: Path, tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in (case / "network").iterdir()}
    faulty = [
        line(NORTON, HAVEN, mode="raod"),
        line(NORTON, HAVEN, rate=None),
        line(NORTON, HAVEN, mode="rail"),
        line(NORTON, [-190.0, 0.0]),
        line(NORTON, NORTON),
        line(NORTON, HAVEN, country=""),
        line(NORTON, HAVEN, to_country="XSO"),
        line(NORTON, HAVEN, length_km=5),
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": NORTON}, "properties": {}},
        line(NORTON, HAVEN),
    ]
    with pytest.raises(FaultyInput) as caught:
        import_lines(save(tmp_path, *faulty), into=case)
    told = [fault.message for fault in caught.value.faults]
    assert [message.split(":")[0] for message in told] == [f"Feature {number}" for number in range(1, 10)]
    for part, message in zip(("Did you mean road", "rate is missing", "rail needs a gauge", "longitude", "zero",
                              "needs its country", "name its crossing", "shorter than its line", "no LineString"),
                             told, strict=True):  # fmt: skip
        assert part in message
    assert {file: file.read_bytes() for file in (case / "network").iterdir()} == before


def test_what_check_would_refuse_is_told_before_it_is_written(case: Path, tmp_path: Path) -> None:
    faulty = [
        line(NORTON, HAVEN, length_km=1e300),
        line(NORTON, HAVEN, time_h="nan"),
        line(NORTON, HAVEN, time_h=1e308),
        line(NORTON, HAVEN, departures_per_week=0),
        line(NORTON, HAVEN, mode="sea", country="KAZ"),
        line(NORTON, HAVEN, name="Isle\0Road"),
        line(NORTON, HAVEN, crossing="a\nb"),
    ]
    with pytest.raises(FaultyInput) as caught:
        import_lines(save(tmp_path, *faulty), into=case)
    told = [fault.message for fault in caught.value.faults]
    for part, message in zip(("0.1 to 20000 km", "0.01 to 2000 h, not nan", "0.01 to 2000 h", "0.01 to 500 per_week",
                              "KAZ has no ocean coast", "name holds a line break or another control",
                              "crossing holds"),
                             told, strict=True):  # fmt: skip
        assert part in message


def test_many_lines_of_one_id_get_numbers_at_once(case: Path, tmp_path: Path) -> None:
    # Trying each number from the start for each repeat would be 450 million trials, minutes; this takes seconds.
    many = [line([-150 + i / 10, -60 + k / 10], [-149.95 + i / 10, -59.95 + k / 10], id="x", to="Haven")
            for i in range(300) for k in range(100)]  # fmt: skip
    assert import_lines(save(tmp_path, *many), into=case).rows == 30_000
    ids = [row.split(",")[0] for row in (case / "network" / "links.csv").read_text(encoding="utf-8").splitlines()]
    assert ids[-30_000:-29_997] == ["x", "x-2", "x-3"]
    assert ids[-1] == "x-30000"


@pytest.mark.parametrize("module", ["line_files", "lines"])
def test_more_lines_than_a_case_reads_are_refused_and_nothing_is_written(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    before = {file: file.read_bytes() for file in (case / "network").iterdir()}
    # Of the file's own lines it is said before they are read, of the case's with them before any is written.
    monkeypatch.setattr(f"rahdari.case.{module}.MAX_ROWS", 60 if module == "lines" else 40)
    lines = [line(NORTON, HAVEN, name=f"road {number}") for number in range(50)]
    with pytest.raises(InputFault, match="keep the main lines only") as caught:
        import_lines(save(tmp_path, *lines), into=case)
    assert caught.value.kind == "too-large"
    assert {file: file.read_bytes() for file in (case / "network").iterdir()} == before


def test_a_table_that_is_a_link_out_of_the_case_is_not_written_to(case: Path, tmp_path: Path) -> None:
    own, outside = case / "network" / "links.csv", tmp_path / "outside.csv"
    own.rename(outside)
    own.symlink_to(outside)
    before = outside.read_bytes()
    with pytest.raises(InputFault, match="leads out of the case"):
        import_lines(save(tmp_path, line(NORTON, HAVEN)), into=case)
    assert outside.read_bytes() == before


def test_a_length_that_the_file_states_is_taken(case: Path, tmp_path: Path) -> None:
    assert import_lines(save(tmp_path, line(NORTON, HAVEN, length_km="120.5")), into=case).length_km == 120.5


@pytest.mark.parametrize(
    "text", ["{", "[]", "[" + "9" * 5000 + "]", '{"type": "Feature"}', '{"type": "FeatureCollection"}']
)
def test_what_is_no_feature_collection_is_a_fault(case: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputFault, match="GeoJSON"):
        import_lines(path, into=case)


def test_lines_go_into_a_case_alone(tmp_path: Path) -> None:
    with pytest.raises(InputFault, match="no case"):
        import_lines(save(tmp_path, line(NORTON, HAVEN)), into=tmp_path)


def test_a_byte_order_mark_in_the_case_s_own_tables_loses_no_column(case: Path, tmp_path: Path) -> None:
    nodes = case / "network" / "nodes.csv"
    nodes.write_text("\ufeff" + nodes.read_text(encoding="utf-8"), encoding="utf-8")
    import_lines(save(tmp_path, line(NORTON, HAVEN)), into=case)
    assert nodes.read_text(encoding="utf-8").splitlines()[-1].startswith("haven,Haven,XNO")


def test_a_case_with_faults_of_its_own_is_told_to_be_checked(case: Path, tmp_path: Path) -> None:
    nodes = case / "network" / "nodes.csv"
    nodes.write_text(nodes.read_text(encoding="utf-8") + "x,X,XNO,city,north,1,,,\n", encoding="utf-8")
    with pytest.raises(InputFault, match="rahdari check"):
        import_lines(save(tmp_path, line(NORTON, HAVEN)), into=case)


def test_properties_that_are_no_object_are_a_fault(case: Path, tmp_path: Path) -> None:
    with pytest.raises(FaultyInput, match="no object"):
        import_lines(save(tmp_path, line(NORTON, HAVEN) | {"properties": [1]}), into=case)
