"""The shipped case's stops, states, seasons and closures: what the tables must hold, read with nothing but csv."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

Row = dict[str, str]
AS_OF = date(2026, 3, 15)
ASKED = (date(2024, 7, 15), date(2025, 11, 15), AS_OF)
AFGHAN = ("torkham", "chaman", "kharlachi", "ghulam-khan", "angoor-adda")


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def case(root: Path) -> Path:
    return root / "src" / "rahdari" / "cases" / "pakistan_kazakhstan"


@pytest.fixture(scope="module")
def network(case: Path) -> Path:
    return case / "network"


@pytest.fixture(scope="module")
def crossings(network: Path) -> dict[str, Row]:
    return {row["id"]: row for row in read_rows(network / "crossings.csv")}


@pytest.fixture(scope="module")
def links(network: Path) -> list[Row]:
    return read_rows(network / "links.csv")


@pytest.fixture(scope="module")
def nodes(network: Path) -> dict[str, Row]:
    return {row["id"]: row for row in read_rows(network / "nodes.csv")}


@pytest.fixture(scope="module")
def stops(network: Path) -> dict[str, Row]:
    return {row["id"]: row for row in read_rows(network / "stops.csv")}


@pytest.fixture(scope="module")
def claims(network: Path) -> list[Row]:
    return read_rows(network / "stop_claims.csv")


@pytest.fixture(scope="module")
def states(network: Path) -> list[Row]:
    return read_rows(network / "states.csv")


@pytest.fixture(scope="module")
def closures(network: Path) -> list[Row]:
    return read_rows(network / "closures.csv")


@pytest.fixture(scope="module")
def source_ids(case: Path) -> list[str]:
    files = [case / "sources.csv", case / "economy" / "sources.csv", case / "network" / "sources.csv"]
    files.append(case / "network" / "stop_sources.csv")
    return [row["id"] for path in files if path.is_file() for row in read_rows(path)]


def hold(row: Row, *, on: date) -> bool:
    return date.fromisoformat(row["since"]) <= on and (not row["until"] or on <= date.fromisoformat(row["until"]))


def state_on(states: list[Row], entity: str, *, on: date) -> Row:
    found = [row for row in states if row["entity"] == entity and hold(row, on=on)]
    assert len(found) == 1, f"{entity} has {len(found)} states on {on}"
    return found[0]


def figure(claims: list[Row], stop: str, *, period: str, attribute: str = "time_h") -> float:
    wanted = (f"stop:{stop}", attribute, period)
    found = [float(row["value"]) for row in claims if (row["entity"], row["attribute"], row["period"]) == wanted]
    assert len(found) == 1, f"{wanted}: {found}"
    return found[0]


def test_each_crossing_has_one_state_with_its_source_and_last_day_on_the_days_asked(
    crossings: dict[str, Row], states: list[Row]
) -> None:
    for crossing in crossings:
        for on in ASKED:
            row = state_on(states, f"crossing:{crossing}", on=on)
            assert row["source"]
            assert date.fromisoformat(row["last_verified"]) <= AS_OF


def test_states_of_one_entity_never_overlap(states: list[Row]) -> None:
    by_entity: dict[str, list[Row]] = defaultdict(list)
    for row in states:
        by_entity[row["entity"]].append(row)
    for entity, rows in by_entity.items():
        rows.sort(key=lambda row: row["since"])
        for earlier, later in pairwise(rows):
            assert earlier["until"], f"{entity}: an endless state is followed by another"
            assert earlier["until"] < later["since"], f"{entity}: {earlier['until']} and {later['since']} overlap"


def test_states_know_nothing_after_the_day_of_the_case(states: list[Row]) -> None:
    for row in states:
        days = [row["since"], row["last_verified"], *([row["until"]] if row["until"] else [])]
        assert all(date.fromisoformat(day) <= AS_OF for day in days), row
        assert not row["until"] or row["since"] <= row["until"], row
        assert row["since"] <= row["last_verified"], row
        assert not row["until"] or row["last_verified"] <= row["until"], row


def test_war_risk_states_carry_a_chance_between_nought_and_one_and_a_reason(states: list[Row]) -> None:
    risky = [row for row in states if row["state"] == "war-risk"]
    assert {"country:IRN", "country:AFG", "node:strait-of-hormuz"} <= {row["entity"] for row in risky}
    for row in risky:
        assert 0 < float(row["availability"]) < 1, row
        assert "judgement" in row["note"], row


def test_afghan_crossings_are_shut_after_october_2025_and_the_main_ones_open_in_july_2024(states: list[Row]) -> None:
    for crossing in AFGHAN:
        assert state_on(states, f"crossing:{crossing}", on=date(2025, 11, 15))["since"] == "2025-10-11"
        assert state_on(states, f"crossing:{crossing}", on=AS_OF)["state"] == "closed"
    for crossing in ("torkham", "chaman", "kharlachi", "ghulam-khan"):
        assert state_on(states, f"crossing:{crossing}", on=date(2024, 7, 15))["state"] == "open"


def test_khunjerab_is_shut_in_january_2023_and_open_in_july_2023_and_january_2026(
    network: Path, states: list[Row]
) -> None:
    on = {date(2023, 1, 15): "closed", date(2023, 7, 15): "open", date(2026, 1, 15): "open"}
    for day, state in on.items():
        assert state_on(states, "crossing:khunjerab", on=day)["state"] == state
    winter = [row for row in read_rows(network / "seasons.csv") if row["entity"] == "crossing:khunjerab"]
    assert [(row["start"], row["end"], row["last"]) for row in winter] == [("12-01", "03-31", "2024-12-01")]


def test_states_and_seasons_name_things_of_the_network(
    network: Path, states: list[Row], crossings: dict[str, Row], links: list[Row], nodes: dict[str, Row]
) -> None:
    known = {f"crossing:{name}" for name in crossings} | {f"node:{name}" for name in nodes}
    known |= {f"link:{row['id']}" for row in links} | {f"group:{row['group']}" for row in crossings.values()}
    known |= {f"country:{row['country']}" for row in nodes.values()} | {
        f"pipeline:{row['id']}" for row in read_rows(network / "pipelines.csv")
    }
    used = {row["entity"] for row in [*states, *read_rows(network / "seasons.csv")]}
    assert used <= known, used - known


def test_planned_railways_cannot_be_used(links: list[Row], states: list[Row]) -> None:
    planned = [row["id"] for row in links if row["note"].lower().startswith("planned")]
    assert planned
    for link in planned:
        assert state_on(states, f"link:{link}", on=AS_OF)["state"] == "planned"


def test_each_land_link_over_a_border_has_both_sides_in_both_directions(
    stops: dict[str, Row], crossings: dict[str, Row], links: list[Row]
) -> None:
    for crossing, mode in {(row["crossing"], row["mode"]) for row in links if row["crossing"]}:
        a, b = crossings[crossing]["a"], crossings[crossing]["b"]
        for leaves, enters in ((a, b), (b, a)):
            for side in ("out", "in"):
                row = stops[f"{crossing}-{mode}-{leaves.lower()}-{enters.lower()}-{side}"]
                assert (row["at"], row["kind"], row["mode"]) == (crossing, "border", mode)
                assert (row["from_country"], row["to_country"]) == (leaves, enters)


def test_each_stop_has_a_time_of_its_own_or_a_shared_one(stops: dict[str, Row], claims: list[Row]) -> None:
    timed = {row["entity"] for row in claims if row["attribute"] == "time_h"}
    bare = [name for name, row in stops.items() if f"stop:{row['numbers'] or name}" not in timed]
    assert bare == []


def test_each_claim_belongs_to_a_stop(stops: dict[str, Row], claims: list[Row]) -> None:
    known = {f"stop:{row['numbers'] or name}" for name, row in stops.items()}
    assert {row["entity"] for row in claims} <= known


def test_stops_stand_at_crossings_and_nodes_of_the_network(
    stops: dict[str, Row], crossings: dict[str, Row], nodes: dict[str, Row]
) -> None:
    for name, row in stops.items():
        assert row["at"] in (crossings if row["kind"] == "border" else nodes), name


def test_each_port_terminal_airport_and_break_of_gauge_of_a_node_has_its_stop(
    stops: dict[str, Row], nodes: dict[str, Row]
) -> None:
    prefix = {"port": "port", "terminal": "terminal", "airport": "airport", "break-of-gauge": "break"}
    for node, row in nodes.items():
        for transfer in filter(None, row["transfers"].split(";")):
            assert stops[f"{prefix[transfer]}-{node}"]["at"] == node


def test_border_fees_are_held_within_the_rate_and_never_added(stops: dict[str, Row], claims: list[Row]) -> None:
    borders = {f"stop:{row['numbers'] or name}" for name, row in stops.items() if row["kind"] == "border"}
    assert not [row for row in claims if row["entity"] in borders and row["attribute"] == "fee_usd_per_t"]


def test_rows_without_a_source_of_their_own_give_a_reason(
    network: Path, claims: list[Row], states: list[Row], closures: list[Row]
) -> None:
    rows = [*claims, *states, *closures, *read_rows(network / "seasons.csv")]
    assert not [row for row in rows if row["strength"] == "D" and not row["note"]]
    assert {row["strength"] for row in rows} <= {"A", "B", "C", "D"}


def test_sources_are_known_and_unique(
    network: Path, source_ids: list[str], claims: list[Row], states: list[Row], closures: list[Row]
) -> None:
    assert [name for name, count in Counter(source_ids).items() if count > 1] == []
    rows = [*claims, *states, *closures, *read_rows(network / "seasons.csv")]
    assert {row["source"] for row in rows} <= set(source_ids)


def test_closures_are_dated_and_only_the_last_one_of_the_group_lasts(
    closures: list[Row], crossings: dict[str, Row]
) -> None:
    known = set(crossings) | {row["group"] for row in crossings.values()}
    for row in closures:
        assert row["group"] in known
        assert date.fromisoformat(row["start"]) <= (date.fromisoformat(row["end"]) if row["end"] else AS_OF)
    assert [(row["group"], row["start"]) for row in closures if not row["end"]] == [("pak-afg", "2025-10-11")]


def test_closures_since_2021_are_closed_states_of_each_crossing(
    closures: list[Row], states: list[Row], crossings: dict[str, Row]
) -> None:
    for row in closures:
        if row["start"] < "2021-09-01":
            continue
        for crossing, held in crossings.items():
            if row["group"] in (crossing, held["group"]):
                shut = state_on(states, f"crossing:{crossing}", on=date.fromisoformat(row["start"]))
                assert shut["state"] == "closed"


@pytest.mark.parametrize(("year", "cost", "time"), [("2021", 274, 35.2), ("2022", 238, 28.2)])
def test_pakistani_border_time_follows_from_its_crossings_mixed_as_their_costs_say(
    claims: list[Row], year: str, cost: float, time: float
) -> None:
    """P9: the mix that gives the published border cost from the two crossings gives the published time as well."""
    torkham, chaman = "torkham-road-pak-afg-out", "chaman-road-pak-afg-out"
    fees = [figure(claims, stop, period=year, attribute="fee_within_rate_usd_per_t") for stop in (torkham, chaman)]
    share = (fees[0] - cost) / (fees[0] - fees[1])
    mixed = (1 - share) * figure(claims, torkham, period=year) + share * figure(claims, chaman, period=year)
    assert 0.1 < share < 0.2
    assert mixed == pytest.approx(time, rel=0.10)


@pytest.mark.parametrize("stop", ["altynkol-rail-chn-kaz-in", "dostyk-rail-chn-kaz-in"])
def test_trains_from_china_enter_kazakhstan_in_78_hours_with_nothing_added_for_the_gauge(
    claims: list[Row], stop: str
) -> None:
    """P12."""
    assert figure(claims, stop, period="2022") == pytest.approx(78.0, rel=0.10)
    assert figure(claims, f"break-{stop.split('-', maxsplit=1)[0]}", period="2022") == 0


def test_chaman_takes_over_twice_as_long_as_torkham(claims: list[Row]) -> None:
    """P13."""
    chaman, torkham = (figure(claims, f"{name}-road-pak-afg-out", period="2022") for name in ("chaman", "torkham"))
    assert chaman / torkham == pytest.approx(2.23, rel=0.05)
