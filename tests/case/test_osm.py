"""Extracts of OpenStreetMap as links between junctions."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from rahdari.case import check_case, find_case, read_case
from rahdari.case.lines import import_lines, read_defaults
from rahdari.case.osm import read_extract
from rahdari.exceptions import FaultyInput, InputFault

pytest.importorskip("osmium", reason="the extra `osm` is not installed")

# A trunk road of three ways through a junction at 3, where a branch leaves; a railway, a ferry, a lane and a siding.
NODES = {1: (-150.0, 0.9), 2: (-149.8, 0.9), 3: (-149.6, 0.9), 4: (-149.4, 0.9), 5: (-149.6, 1.2), 6: (-149.599, 1.2)}
WAYS = [
    ((1, 2), {"highway": "trunk", "name": "Isle Road"}),
    ((3, 2), {"highway": "trunk", "name": "Isle Road"}),
    ((3, 4), {"highway": "primary"}),
    ((3, 5), {"highway": "primary"}),
    ((1, 4), {"railway": "rail", "gauge": "1520"}),
    ((1, 5), {"route": "ferry", "name": "Isle Ferry"}),
    ((4, 5), {"highway": "residential"}),
    ((4, 5), {"railway": "rail", "service": "siding", "gauge": "1520"}),
    ((5, 6), {"highway": "primary"}),
]
DEFAULTS = ("country=XNO", "road.rate=road-isle", "rail.rate=rail-isle", "ferry.rate=ferry-isle")


def save(path: Path, ways: Sequence[tuple[tuple[int, ...], dict[str, str]]] = WAYS) -> Path:
    lines = ["<?xml version='1.0'?>", "<osm version='0.6'>"]
    lines += [f"<node id='{key}' version='1' lon='{lon}' lat='{lat}'/>" for key, (lon, lat) in NODES.items()]
    for number, (nodes, tags) in enumerate(ways, start=1):
        refs = "".join(f"<nd ref='{node}'/>" for node in nodes)
        told = "".join(f"<tag k='{key}' v='{value}'/>" for key, value in tags.items())
        lines.append(f"<way id='{number}' version='1'>{refs}{told}</way>")
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "islands"
    shutil.copytree(find_case("two_islands"), folder)
    return folder


def test_ways_are_joined_from_junction_to_junction_and_lanes_and_sidings_left_out(tmp_path: Path) -> None:
    found = read_extract(save(tmp_path / "isle.osm"))
    ends = {
        (one["properties"]["mode"], *sorted(tuple(one["geometry"]["coordinates"][end]) for end in (0, -1)))
        for one in found
    }
    # The way from 3 by 5 to 6 is one: nothing else meets at 5 by road.
    assert ends == {
        ("road", NODES[1], NODES[3]),
        ("road", NODES[3], NODES[4]),
        ("road", NODES[3], NODES[6]),
        ("rail", NODES[1], NODES[4]),
        ("ferry", NODES[1], NODES[5]),
    }
    joined = next(one for one in found if one["properties"].get("name") == "Isle Road")
    assert [tuple(point) for point in joined["geometry"]["coordinates"]] in (
        [NODES[1], NODES[2], NODES[3]],
        [NODES[3], NODES[2], NODES[1]],
    )


def test_a_way_that_meets_itself_is_cut_where_it_does(tmp_path: Path) -> None:
    loop = ((1, 2, 3, 5, 2), {"highway": "trunk"})
    found = read_extract(save(tmp_path / "isle.osm", [loop, ((2, 4), {"highway": "trunk"})]))
    ends = sorted(sorted(tuple(one["geometry"]["coordinates"][end]) for end in (0, -1)) for one in found)
    assert ends == sorted([[NODES[1], NODES[2]], [NODES[2], NODES[2]], sorted([NODES[2], NODES[4]])])


def test_an_extract_becomes_links_of_a_sound_case(case: Path, tmp_path: Path) -> None:
    done = import_lines(save(tmp_path / "isle.osm"), into=case, form="osm", defaults=read_defaults(DEFAULTS))
    assert (done.rows, done.skipped) == (5, 0)
    assert check_case(case) == ()
    rail = [link for link in read_case(case).network.links if link.mode == "rail" and link.start == "norton"]
    assert "1520" in {link.gauge for link in rail}


def test_a_property_that_no_one_gave_is_asked_for(case: Path, tmp_path: Path) -> None:
    with pytest.raises(FaultyInput, match="rate is missing"):
        import_lines(save(tmp_path / "isle.osm"), into=case, form="osm", defaults=read_defaults(["country=XNO"]))
    with pytest.raises(InputFault, match="sets nothing"):
        read_defaults(["tram.rate=road-isle"])
    with pytest.raises(InputFault, match="sets nothing"):
        read_defaults(["rate"])


def test_a_file_that_is_no_extract_is_one_message(tmp_path: Path) -> None:
    broken = tmp_path / "isle.osm.pbf"
    broken.write_bytes(b"nothing of the kind")
    with pytest.raises(InputFault, match="cannot be read"):
        read_extract(broken)
    with pytest.raises(InputFault, match="ends in"):
        read_extract(tmp_path / "isle.shp")


def test_a_place_off_the_globe_is_one_message(tmp_path: Path) -> None:
    path = save(tmp_path / "isle.osm")
    path.write_text(path.read_text(encoding="utf-8").replace("lat='0.9'", "lat='1e30'"), encoding="utf-8")
    with pytest.raises(InputFault, match="cannot be read"):
        read_extract(path)
