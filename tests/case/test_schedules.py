"""Schedules in GTFS's files as links with hours and departures a week."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from rahdari.case import check_case, find_case, read_case
from rahdari.case.lines import import_lines
from rahdari.case.schedules import WEEKDAYS, read_schedules, services_per_week
from rahdari.exceptions import FaultyInput, InputFault

TABLES = {
    "stops": "stop_id,stop_name,stop_lat,stop_lon,country\nN,Northport,1.0,-150.0,XNO\nH,Haven,1.4,-149.5,XNO\n",
    "routes": "route_id,route_long_name,route_type,rate\nF1,Haven Ferry,4,ferry-isle\n",
    "trips": "route_id,service_id,trip_id\nF1,week,out\nF1,week,back\n",
    # Out over midnight in eight hours, back in ten.
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    "out,20:00:00,20:00:00,N,1\nout,28:00:00,28:00:00,H,2\nback,06:00:00,06:00:00,H,1\nback,16:00:00,16:00:00,N,2\n",
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "week,1,0,1,0,0,1,0,20260101,20261231\n",
}


def save(folder: Path, **changes: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in (TABLES | changes).items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "islands"
    shutil.copytree(find_case("two_islands"), folder)
    return folder


def test_a_ferry_three_times_a_week_becomes_a_link_with_its_mean_hours(case: Path, tmp_path: Path) -> None:
    done = import_lines(save(tmp_path / "feed"), into=case, form="gtfs")
    assert (done.rows, done.skipped) == (1, 0)
    assert check_case(case) == ()
    held = read_case(case)
    link = next(link for link in held.network.links if link.name == "Haven Ferry")
    assert (link.mode, link.rate) == ("ferry", "ferry-isle")
    assert held.claims.value(f"link:{link.id}", "time_h") == 9
    assert held.claims.value(f"link:{link.id}", "departures_per_week") == 3


def test_a_zip_reads_as_its_folder(tmp_path: Path) -> None:
    folder = save(tmp_path / "feed")
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    assert read_schedules(tmp_path / "feed.zip") == read_schedules(folder)


def test_frequencies_multiply_a_trip_and_added_days_stand_for_a_calendar(tmp_path: Path) -> None:
    often = "trip_id,start_time,end_time,headway_secs\nout,06:00:00,18:00:00,7200\nback,06:00:00,18:00:00,7200\n"
    (feature,) = read_schedules(save(tmp_path / "often", frequencies=often))
    assert feature["properties"]["departures_per_week"] == 18  # six a day on three days
    header = TABLES["calendar"].splitlines()[0] + "\n"
    days = "service_id,date,exception_type\n" + "".join(f"week,202601{day:02d},1\n" for day in (1, 8, 14))
    (feature,) = read_schedules(save(tmp_path / "days", calendar=header, calendar_dates=days))
    assert feature["properties"]["departures_per_week"] == 1.5  # three in fourteen days


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (("stop_times", "28:00:00,28", "19:00:00,19"), "past 24:00:00"),
        (("stop_times", "H,2", "X,2"), "'X' has no row in stops.txt"),
        (("stop_times", "N,1", "N,first"), "stop_sequence is no whole number"),
        (("trips", "F1,week,out", "F9,week,out"), "'out' has no row"),
        (("routes", "route_type", "type"), "column route_type is missing"),
        (("stops", "1.0,-150.0", "north,-150.0"), "longitude"),
        (("routes", "4,ferry", "9,ferry"), "route_type 9"),
        (("stop_times", "N,2", "N"), "not as many cells"),
    ],
)
def test_a_faulty_table_is_named_and_nothing_is_written(
    case: Path, tmp_path: Path, change: tuple[str, str, str], part: str
) -> None:
    table, old, new = change
    before = {file: file.read_bytes() for file in (case / "network").iterdir()}
    feed = save(tmp_path / "feed", **{table: TABLES[table].replace(old, new)})
    with pytest.raises(InputFault, match=part) as caught:
        import_lines(feed, into=case, form="gtfs")
    assert isinstance(caught.value, FaultyInput) or caught.value.where is not None
    assert {file: file.read_bytes() for file in (case / "network").iterdir()} == before


def test_a_file_that_is_no_schedule_says_what_one_is(tmp_path: Path) -> None:
    (tmp_path / "feed.zip").write_bytes(b"no zip")
    with pytest.raises(InputFault, match="a zip of them"):
        read_schedules(tmp_path / "feed.zip")
    with pytest.raises(InputFault, match=r"lack trips\.txt"):
        read_schedules(save(tmp_path / "feed", trips="route_id,service_id,trip_id\n"))


def test_calendars_of_successive_seasons_do_not_add_up(tmp_path: Path) -> None:
    header = TABLES["calendar"].splitlines()[0] + "\n"
    halves = header + "first,1,1,1,1,1,1,1,20260101,20260107\nthen,1,1,1,1,1,1,1,20260108,20260114\n"
    feed = save(
        tmp_path / "feed",
        calendar=halves,
        trips="route_id,service_id,trip_id\nF1,first,out\nF1,then,back\n",
        stop_times=TABLES["stop_times"].replace("back,06:00:00,06:00:00,H,1", "back,06:00:00,06:00:00,N,1")
        .replace("back,16:00:00,16:00:00,N,2", "back,16:00:00,16:00:00,H,2"),
    )  # fmt: skip
    (feature,) = read_schedules(feed)
    assert feature["properties"]["departures_per_week"] == 7  # daily in the first week, daily in the second


def test_days_added_to_an_empty_calendar_count_and_removed_ones_do_not() -> None:
    none_of_the_week = dict.fromkeys(WEEKDAYS, "0") | {"start_date": "20260101", "end_date": "20260114"}
    daily = dict.fromkeys(WEEKDAYS, "1") | {"start_date": "20260101", "end_date": "20260114"}
    weekly = services_per_week(
        [none_of_the_week | {"service_id": "added"}, daily | {"service_id": "cut"}],
        [
            {"service_id": "added", "date": "20260103", "exception_type": "1"},
            {"service_id": "cut", "date": "20260104", "exception_type": "2"},
        ],
    )
    assert weekly == {"added": 0.5, "cut": 6.5}


@pytest.mark.parametrize(
    ("table", "text", "part"),
    [
        ("stops", "stop_id,stop_name,stop_lat,stop_lon\nN,Port d'\xe9t\xe9,1,1\n".encode("latin-1"), "table in UTF-8"),
        ("stops", b"stop_id,stop_name,stop_lat,stop_lon\nN," + b"x" * 200_000 + b",1,1\n", "field larger"),
        ("stop_times", TABLES["stop_times"].replace("N,1", "N,\u00b2").encode(), "no whole number"),
        ("trips", b"route_id,service_id,trip_id\nF1,none,out\nF1,week,back\n", "'none' has no row in calendar"),
        ("calendar", TABLES["calendar"].replace("20261231", "20251231").encode(), "before it starts"),
        ("frequencies", b"trip_id,start_time,end_time,headway_secs\nout,10:00:00,08:00:00,60\n", "later end_time"),
        ("frequencies", b"trip_id,start_time,end_time,headway_secs\nout,10:00:00,12:00:00," + b"9" * 5000, "above 0"),
        ("stop_times", TABLES["stop_times"].replace("N,1", "N," + "1" * 5000).encode(), "no whole number"),
        ("stops", (TABLES["stops"] + TABLES["stops"].splitlines()[1] + "\n").encode(), "stands twice"),
        ("calendar_dates", b"service_id,date,exception_type\nweek,20260101,3\n", "not '3'"),
    ],
)
def test_hostile_tables_are_faults_and_no_crash(tmp_path: Path, table: str, text: bytes, part: str) -> None:
    feed = save(tmp_path / "feed")
    (feed / f"{table}.txt").write_bytes(text)
    with pytest.raises(InputFault, match=part):
        read_schedules(feed)


def test_a_locked_zip_is_a_fault(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
        for file in save(tmp_path / "feed").iterdir():
            archive.write(file, file.name)
    held = bytearray((tmp_path / "feed.zip").read_bytes())
    place = held.find(b"PK\x01\x02")
    while place >= 0:
        held[place + 8] |= 1  # the flag of an encrypted entry
        place = held.find(b"PK\x01\x02", place + 4)
    (tmp_path / "locked.zip").write_bytes(held)
    with pytest.raises(InputFault, match="encrypted"):
        read_schedules(tmp_path / "locked.zip")
