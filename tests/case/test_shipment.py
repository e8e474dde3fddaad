from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rahdari.case.shipment import Shipment, check_modes, choose_commodity, find_entities, find_node, plan_shipment
from rahdari.exceptions import InputFault
from rahdari.transport.routes import RoutesAnswer
from tests.islands import OPEN_DAY, SHUT_DAY, islands


def ask(start: str = "Norton", end: str = "Sutton", **options: object) -> RoutesAnswer:
    return plan_shipment(islands(), replace(Shipment(start, end), **options))  # type: ignore[arg-type]


def fault(start: str = "Norton", end: str = "Sutton", **options: object) -> InputFault:
    with pytest.raises(InputFault) as caught:
        ask(start, end, **options)
    return caught.value


def test_the_day_is_the_cases_own_where_none_is_asked() -> None:
    assert ask().day == islands().as_of == SHUT_DAY


def test_the_cargo_is_what_the_start_sells_most_of_to_the_end_where_none_is_asked() -> None:
    case = islands()
    first, second = case.settings.parties
    at = {node.country: node for node in case.network.nodes}
    for start, end in ((first, second), (second, first)):
        shares = {
            one.id: case.claims.value(f"mix:{start}-{end}:{one.id}", "share", default=0.0)
            for one in case.network.commodities
        }
        chosen = choose_commodity("", case, start=at[start], end=at[end])
        assert shares[chosen.id] == max(shares.values()) > 0


def test_the_cargo_is_the_first_one_where_the_places_countries_trade_nothing_known() -> None:
    case = islands()
    node = next(node for node in case.network.nodes if node.country not in case.settings.parties)
    assert choose_commodity("", case, start=node, end=node).id == case.network.commodities[0].id


def test_open_bridges_give_the_route_worked_out_by_hand() -> None:
    best = ask(day=OPEN_DAY).routes[0]

    assert (best.via, best.time_h.mean, best.cost_usd_per_t) == (("East Bridge",), 16.0, 24.0)
    # 24 USD of freight and 16 h at 1 USD, over the chance that no bridge shuts on the way.
    assert best.generalised_cost_usd_per_t == pytest.approx(40.0 / best.availability)
    assert 0.99 < best.availability < 1.0


def test_a_place_is_known_by_any_of_its_spellings() -> None:
    nodes = islands().network.nodes

    assert {find_node(name, nodes).id for name in ("Norton", "norton", " NORTON ", "north town")} == {"norton"}


def test_a_mistyped_place_suggests_each_near_place_once() -> None:
    error = fault("Nortown")

    assert (error.kind, error.exit_code) == ("unknown-place", 2)
    assert error.suggestions[0] == "Norton"
    assert len({find_node(name, islands().network.nodes).id for name in error.suggestions}) == len(error.suggestions)


def test_a_place_that_begins_so_is_suggested_before_one_that_only_looks_alike() -> None:
    assert fault("Trade").suggestions[0] == "Tradehaven"


@pytest.mark.parametrize("name", ["Northisle", "xno"])
def test_a_country_is_no_place_and_names_some_of_its_own(name: str) -> None:
    error = fault(name)

    nodes = {node.name: node for node in islands().network.nodes}
    assert str(error).startswith("Northisle is a country: name a place in it")
    assert error.suggestions
    assert {nodes[place].country for place in error.suggestions} == {"XNO"}


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(9999, 12, 31), date(1, 1, 1)])
def test_a_day_a_lifetime_away_is_refused(day: date) -> None:
    error = fault(day=day)

    assert error.kind == "date-outside-data"
    assert "more than 50 years from the case's day, 2026-03-31" in str(error)


def test_where_no_way_is_open_the_opening_is_named_with_its_cost() -> None:
    answer = ask(day=OPEN_DAY, modes=("road",), close=("bridges",))

    assert answer.routes == ()
    assert set(answer.blocked_by) <= {"East Bridge", "West Bridge", "East Bridge and West Bridge"}
    best = ask(day=OPEN_DAY, modes=("road",)).routes[0]
    assert any(
        f"open the best way would go {best.name}: " in warning and f"{best.cost_usd_per_t:,.0f} USD" in warning
        for warning in answer.warnings
    )


def test_a_name_of_two_places_asks_which() -> None:
    nodes = [replace(node, aliases=("Harbour",)) for node in islands().network.nodes if node.kind == "port"]

    with pytest.raises(InputFault) as caught:
        find_node("harbour", nodes)
    assert caught.value.suggestions == ("northport", "southport", "tradehaven")


def test_a_place_to_itself_is_no_shipment() -> None:
    assert fault("Norton", "north town").kind == "same-place"


@pytest.mark.parametrize(
    ("name", "entities"),
    [
        ("East Bridge", ("crossing:east-bridge",)),
        ("east-bridge", ("crossing:east-bridge",)),
        ("bridges", ("group:bridges",)),
        ("Northport", ("node:northport",)),
        ("Northisle", ("country:XNO",)),
        ("XNO", ("country:XNO",)),
        ("Island Ferry", ("link:northport-southport-ferry",)),
        ("Southern Railway", ("link:midway-sutton-rail", "link:midway-southport-rail")),
    ],
)
def test_what_is_to_be_shut_is_found_by_name_or_id(name: str, entities: tuple[str, ...]) -> None:
    assert find_entities(name, islands()) == entities


def test_the_name_that_several_places_bear_before_a_bracket_is_ambiguous() -> None:
    nodes = islands().network.nodes
    with pytest.raises(InputFault) as caught:
        find_node(
            "north shore", [replace(node, name=f"North Shore ({node.country})", aliases=()) for node in nodes[:2]]
        )
    assert (caught.value.kind, caught.value.suggestions) == ("ambiguous-place", (nodes[0].id, nodes[1].id))
    assert find_node("East Bridge (north end)", nodes).id == "east-bridge-north"


def test_an_unknown_thing_to_shut_suggests_the_nearest() -> None:
    assert fault(close=("East Brigde",)).suggestions[0] == "East Bridge"


def test_a_crossing_shut_by_the_question_is_avoided_and_told_as_shut() -> None:
    answer = ask(day=OPEN_DAY, close=("East Bridge",))

    assert answer.routes[0].via == ("West Bridge",)
    assert [(obstacle.name, obstacle.why) for obstacle in answer.closed] == [
        ("East Bridge", "as the question supposes")
    ]
    assert {crossing.name: crossing.state for crossing in answer.crossings}["East Bridge"] == "closed (supposed)"


def test_no_way_by_road_names_the_bridges_that_would_have_to_open() -> None:
    answer = ask(modes=("road",))

    assert answer.routes == ()
    assert answer.blocked_by == ("East Bridge and West Bridge",)
    assert [obstacle.name for obstacle in answer.closed] == ["East Bridge and West Bridge"]


def test_no_way_by_the_modes_allowed_names_those_that_are_missing() -> None:
    answer = ask("Northport", "Tradehaven", modes=("road",))

    assert (answer.routes, answer.blocked_by) == ((), ("sea",))
    best = ask("Northport", "Tradehaven").routes[0]
    figures = f"{best.time_h.mean / 24:.1f} days on average, {best.cost_usd_per_t:.0f} USD a tonne."
    assert answer.warnings == (
        "There is no way by road alone between Northport and Tradehaven: allow sea too.",
        f"By sea too a way is open, {best.name}: {figures}",
    )


def test_where_openings_would_help_the_modes_that_are_open_now_are_priced_as_well() -> None:
    warnings = ask(modes=("road",)).warnings

    assert any(
        warning.startswith("With East Bridge and West Bridge open the best way would go") for warning in warnings
    )
    assert any(warning.startswith("By ferry too a way is open, via Northport and Southport") for warning in warnings)


def test_a_country_in_place_of_a_place_suggests_the_case_s_own_city_first() -> None:
    case = islands()
    country, places = next(iter(case.settings.zones.items()))
    first = next(node.name for node in case.network.nodes if node.id in places)
    assert fault(country).suggestions[0] == first


def test_all_shut_by_the_question_names_it_as_what_blocks() -> None:
    answer = ask("Northport", "Tradehaven", close=("The Narrows",))

    assert (answer.routes, answer.blocked_by) == ((), ("The Narrows",))


def test_a_measure_opens_what_it_says() -> None:
    answer = ask(measures=("reopen-bridges",))

    assert answer.routes[0].via == ("East Bridge",)
    assert {crossing.name: crossing.state for crossing in answer.crossings}["East Bridge"] == "open (supposed)"


def test_a_measure_that_moves_no_route_says_so() -> None:
    assert ask(measures=("tariff-cut",)).warnings == (
        "The measure tariff-cut changes nothing on the network, so it changes no route.",
    )


def test_an_unknown_measure_suggests_the_nearest() -> None:
    assert fault(measures=("reopen-bridge",)).suggestions[0] == "reopen-bridges"


def test_an_unknown_mode_suggests_the_nearest() -> None:
    assert fault(modes=("raod",)).suggestions[0] == "road"
    assert check_modes([" Road", "rail", "road", ""]) == ("road", "rail")
    assert fault(modes=("", " ")).kind == "unknown-mode"


def test_a_day_after_the_cases_own_is_answered_with_a_warning() -> None:
    assert ask(day=date(2027, 1, 1)).warnings[0].startswith("Nothing is known after 2026-03-31")


def test_a_day_before_all_records_says_what_is_taken_as_open() -> None:
    assert ask(day=date(2000, 1, 1)).warnings == (
        "No state is recorded on 2000-01-01 for East Bridge and West Bridge: taken as open.",
    )


def test_the_same_question_has_the_same_answer() -> None:
    assert ask() == ask()
