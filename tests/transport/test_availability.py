"""Dated states, seasons and what a question sets aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rahdari.transport.availability import (
    Cause,
    Exceptions,
    conditions_on,
    state_on,
)
from rahdari.transport.closures import ClosureProcess
from rahdari.transport.hazards import combine_causes
from rahdari.transport.network import Season, State
from tests.islands import OPEN_DAY, SHUT_DAY, islands

NETWORK = islands().network
LINKS = {link.id: index for index, link in enumerate(NETWORK.links)}


def state(name: str, since: date, until: date | None = None, *, availability: float | None = None) -> State:
    return State("node:x", name, since, until, date(2026, 1, 1), availability, 0.0, "s", "D", "")


def season(
    start: str, end: str, *, availability: float = 0.0, first: date | None = None, last: date | None = None
) -> Season:
    return Season("link:x", start, end, first, last, availability, "s", "D", "")


def at_risk(day: date, availability: float, surcharge: float) -> Cause:
    record = replace(state("war-risk", day, availability=availability), surcharge_percent_of_value=surcharge)
    return Cause(f"node:{availability}", "war-risk", availability, surcharge / 100, record)


def test_a_state_holds_from_its_first_to_its_last_day() -> None:
    rows = [state("closed", date(2020, 1, 5), date(2020, 1, 7))]
    held = [state_on(rows, date(2020, 1, day)) is not None for day in (4, 5, 7, 8)]
    assert held == [False, True, True, False]


def test_of_two_states_the_later_begun_holds() -> None:
    rows = [state("open", date(2010, 1, 1)), state("closed", date(2020, 1, 1), date(2020, 2, 1))]
    found = [state_on(rows, day) for day in (date(2019, 1, 1), date(2020, 1, 15), date(2021, 1, 1))]
    assert [row.state if row else "" for row in found] == ["open", "closed", "open"]


@pytest.mark.parametrize(
    ("name", "holds"), [("planned", True), ("suspended", True), ("open", False), ("closed", False)]
)
def test_a_plan_holds_before_it_was_recorded_and_nothing_else_does(name: str, holds: bool) -> None:
    assert (state_on([state(name, date(2026, 1, 1))], date(2020, 1, 1)) is not None) == holds


@pytest.mark.parametrize(
    ("month", "day", "holds"), [(11, 30, False), (12, 1, True), (1, 15, True), (2, 28, True), (3, 1, False)]
)
def test_a_season_may_run_over_the_new_year(month: int, day: int, holds: bool) -> None:
    assert season("12-01", "02-28").holds(date(2025, month, day)) == holds


def test_a_season_that_ended_or_has_not_begun_does_not_hold() -> None:
    old = season("12-01", "03-31", last=date(2024, 12, 1))
    new = season("12-01", "03-31", first=date(2024, 12, 1))
    day_before, day_after = date(2024, 1, 1), date(2025, 1, 1)
    assert [old.holds(day_before), old.holds(day_after)] == [True, False]
    assert [new.holds(day_before), new.holds(day_after)] == [False, True]


def test_a_group_shuts_all_its_crossings_and_nothing_else() -> None:
    usable = conditions_on(NETWORK, SHUT_DAY).usable
    shut = {name for name, index in LINKS.items() if not usable[index]}
    assert shut == {"east-bridge-road", "west-bridge-road", "norton-midway-rail"}  # the railway is planned


def test_opening_a_group_or_lifting_its_state_opens_the_crossings() -> None:
    (closure,) = (row for row in NETWORK.states if row.entity == "group:bridges")
    for exceptions in (Exceptions(opened=frozenset({"group:bridges"})), Exceptions(lifted=frozenset({closure}))):
        usable = conditions_on(NETWORK, SHUT_DAY, exceptions=exceptions).usable
        assert usable[LINKS["east-bridge-road"]]
        assert usable[LINKS["west-bridge-road"]]


def test_opening_one_crossing_does_not_open_its_shut_group() -> None:
    conditions = conditions_on(NETWORK, SHUT_DAY, exceptions=Exceptions(opened=frozenset({"crossing:east-bridge"})))
    assert not conditions.usable[LINKS["east-bridge-road"]]


def test_a_shut_node_shuts_every_link_that_ends_there() -> None:
    conditions = conditions_on(NETWORK, OPEN_DAY, exceptions=Exceptions(shut=frozenset({"node:northport"})))
    shut = {name for name, index in LINKS.items() if not conditions.usable[index]} - {"norton-midway-rail"}
    assert shut == {"norton-northport-road", "northport-southport-ferry", "northport-narrows-sea"}


def test_a_shut_country_shuts_its_land_but_neither_sea_nor_sky() -> None:
    conditions = conditions_on(NETWORK, OPEN_DAY, exceptions=Exceptions(shut=frozenset({"country:XSO"})))
    open_still = {name for name, index in LINKS.items() if conditions.usable[index]}
    assert {"norton-sutton-air", "narrows-southport-sea", "norton-east-bridge-road"} <= open_still
    assert not {"east-bridge-road", "southport-sutton-road", "midway-sutton-rail"} & open_still


def test_war_risks_that_began_on_one_day_are_one_shock_of_which_the_worst_counts() -> None:
    day = date(2026, 2, 28)
    assert combine_causes([at_risk(day, 0.5, 1), at_risk(day, 0.8, 3)]) == pytest.approx((0.5, 0.03))


def test_war_risks_of_different_days_add_up() -> None:
    causes = [at_risk(date(2026, 2, 28), 0.5, 1), at_risk(date(2025, 1, 1), 0.8, 3)]
    assert combine_causes(causes) == pytest.approx((0.4, 0.04))


def test_new_closures_lower_the_chance_with_the_time_of_the_trip() -> None:
    # 8.766 closures a year of 8766 h are 0.001 an hour: exp(-0.01) over 10 h
    process = ClosureProcess("bridges", 8.766, 0.0, 0.0, 1, None)
    conditions = conditions_on(NETWORK, OPEN_DAY, processes={"bridges": process})
    chance, _ = combine_causes(conditions.causes[LINKS["east-bridge-road"]], time_h=10.0)
    assert chance == pytest.approx(0.990049834)
    shut = conditions_on(NETWORK, SHUT_DAY, processes={"bridges": process})
    assert combine_causes(shut.causes[LINKS["east-bridge-road"]], time_h=10.0)[0] == 0
