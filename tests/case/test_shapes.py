"""Shapes of schedules: a stretch has the length of its line and not of the straight one between its stops."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from rahdari.case import check_case, find_case, read_case
from rahdari.case.lines import import_lines
from rahdari.case.schedules import MOST_ROWS, read_schedules
from rahdari.case.shapes import Shape, locate_stops, points_between
from rahdari.exceptions import FaultyInput, InputFault
from tests.case.test_schedules import TABLES, save

SHAPED = {
    "trips": "route_id,service_id,trip_id,shape_id\nF1,week,out,around\nF1,week,back,\n",
    # From Northport east and then north to Haven, told out of order, and on beyond it.
    "shapes": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n"
    "around,1.0,-149.5,20\naround,1.0,-150.0,10\naround,1.6,-149.5,30\n",
}


def coordinates(folder: Path) -> list[list[float]]:
    (feature,) = read_schedules(folder)
    points: list[list[float]] = feature["geometry"]["coordinates"]
    return points


def test_a_stretch_passes_the_points_of_its_shape_between_its_stops(tmp_path: Path) -> None:
    points = coordinates(save(tmp_path / "feed", **SHAPED))  # the first direction read is that of `back`
    assert points == [[-149.5, 1.4], [-149.5, 1.0], [-150.0, 1.0]]


def test_a_shape_of_the_way_back_alone_serves_both(tmp_path: Path) -> None:
    changes = SHAPED | {
        "trips": "route_id,service_id,trip_id,shape_id\nF1,week,out,\nF1,week,back,around\n",
        "shapes": "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n"
        "around,1.4,-149.5,1\naround,1.0,-149.5,2\naround,1.0,-150.0,3\n",
    }
    points = coordinates(save(tmp_path / "feed", **changes))
    assert points == [[-149.5, 1.4], [-149.5, 1.0], [-150.0, 1.0]]


def test_the_link_is_as_long_as_its_shape_and_a_straight_one_says_so(tmp_path: Path) -> None:
    lengths, notes = [], []
    for number, changes in enumerate(({}, SHAPED)):
        case = tmp_path / f"islands-{number}"
        shutil.copytree(find_case("two_islands"), case)
        lengths.append(import_lines(save(tmp_path / f"feed-{number}", **changes), into=case, form="gtfs").length_km)
        assert check_case(case) == ()
        notes += [link.note for link in read_case(case).network.links if link.name == "Haven Ferry"]
    assert lengths == pytest.approx([71.2, 100.1], abs=0.1)
    assert ["straight line" in note for note in notes] == [True, False]


def test_the_distance_travelled_says_where_a_stop_stands_on_a_line_that_comes_back() -> None:
    there_and_back = Shape("loop", np.array([0.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.1]), np.array([0.0, 100.0, 190.0]))
    stops = [(0.0, 0.0), (0.0, 0.2)]
    assert points_between(there_and_back, *locate_stops(there_and_back, stops, travelled=[None, None])[0]) == []
    places, away = locate_stops(there_and_back, stops, travelled=[0.0, 180.0])
    assert points_between(there_and_back, *places) == [[1.0, 0.0]]
    assert max(away) < 0.01


def test_a_ring_s_first_stop_stands_at_its_beginning() -> None:
    ring = Shape("ring", np.array([0.0, 0.0, 1.0, 0.0]), np.array([0.0, 1.0, 1.0, 0.0]), None)
    places, _ = locate_stops(ring, [(0.0, 0.0), (1.0, 1.0), (0.0, 0.0)], travelled=[None] * 3)
    assert places == pytest.approx([0.0, 2.0, 3.0], abs=1e-3)


@pytest.mark.parametrize(
    ("table", "old", "new", "part"),
    [
        ("shapes", "around,1.0,-149.5", "around,north,-149.5", "point 20 of shape 'around' has no latitude"),
        ("shapes", "-149.5,20", "-149.5,second", "shape_pt_sequence is no whole number"),
        ("shapes", "shape_pt_lon", "lon", "shape_pt_lon is missing"),
        ("trips", "out,around", "out,about", "shape of trip 'out' has no row in shapes.txt"),
        ("stops", "1.4,-149.5", "1.4,-148.5", "passes stop 'H' at 111 km"),
    ],
)
def test_a_faulty_shape_is_told(tmp_path: Path, table: str, old: str, new: str, part: str) -> None:
    changed = TABLES | SHAPED
    with pytest.raises(InputFault, match=part):
        read_schedules(save(tmp_path / "feed", **SHAPED | {table: changed[table].replace(old, new)}))


@pytest.mark.parametrize(("told", "middle"), [("nan", "0"), ("far", "0"), ("1", "far"), ("1", "nan")])
def test_a_distance_travelled_that_is_no_number_is_as_one_that_is_not_told(
    told: str, middle: str, tmp_path: Path
) -> None:
    calls, points = (table.splitlines() for table in (TABLES["stop_times"], SHAPED["shapes"]))
    name = "shape_dist_traveled"
    changes = SHAPED | {
        "stop_times": "".join(f"{row},{one}\n" for row, one in zip(calls, (name, *[told] * 4), strict=True)),
        "shapes": "".join(f"{row},{one}\n" for row, one in zip(points, (name, "1", middle, "2"), strict=True)),
    }
    assert coordinates(save(tmp_path / "feed", **changes)) == [[-149.5, 1.4], [-149.5, 1.0], [-150.0, 1.0]]


def test_a_stop_without_a_place_on_earth_gives_no_point(tmp_path: Path) -> None:
    stops = TABLES["stops"].replace("1.0", "nan")
    assert coordinates(save(tmp_path / "feed", **SHAPED | {"stops": stops}))[-1] == [-150.0, None]


def test_a_shape_of_one_point_is_a_fault(tmp_path: Path) -> None:
    short = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\naround,1.0,-150.0,1\n"
    with pytest.raises(FaultyInput, match="one point only"):
        read_schedules(save(tmp_path / "feed", **SHAPED | {"shapes": short}))


def test_blank_lines_count_towards_the_most_that_are_read(tmp_path: Path) -> None:
    folder = save(tmp_path / "feed", stops=TABLES["stops"] + "\n" * (MOST_ROWS + 1))
    with pytest.raises(InputFault, match="more than 1,000,000 lines"):
        read_schedules(folder)
