"""Measures that contradict each other, can never act or lack what they need: named, with what to do."""

from __future__ import annotations

import time

import pytest

from rahdari.case import read_case
from rahdari.case.measure_checks import find_circles
from rahdari.measures import network_changes
from tests.case.conftest import Folder, place

QUICK_S = 10.0  # a person waits; reading what the limits forbid would take far longer


def test_measures_that_need_each_other_are_one_fault_with_the_circle(folder: Folder) -> None:
    header, rows = folder.read("measures.csv")
    first, second = (row[header.index("id")] for row in rows[:2])
    folder.set_cell("measures.csv", "needs", second, row=2)
    folder.set_cell("measures.csv", "needs", first, row=3)

    assert place(folder) == ("measures.csv", 2, "needs")
    assert f"{first} -> {second} -> {first}" in folder.the_fault().message


def messages(folder: Folder, file: str) -> list[tuple[str, int | None, str | None]]:
    faults = [fault for fault in folder.faults() if fault.where.file == file]
    return [(fault.message, fault.where.row, fault.where.column) for fault in faults]


def test_a_measure_whose_needs_exclude_each_other_can_never_act(folder: Folder) -> None:
    # the third needs the second, which needs the first, and the first excludes the third
    header, rows = folder.read("measures.csv")
    first, second, third = (row[header.index("id")] for row in rows[:3])
    folder.set_cell("measures.csv", "needs", first, row=3)
    folder.set_cell("measures.csv", "needs", second, row=4)
    folder.set_cell("measures.csv", "excludes", third, row=2)

    assert (
        f"The measure can never act: among it and what it needs {first} excludes {third}.", 4, "needs",
    ) in messages(folder, "measures.csv")  # fmt: skip


def test_a_measure_that_excludes_itself_is_a_fault(folder: Folder) -> None:
    header, rows = folder.read("measures.csv")
    folder.set_cell("measures.csv", "excludes", rows[0][header.index("id")])

    assert place(folder) == ("measures.csv", 2, "excludes")


def test_two_measures_that_set_one_number_differently_contradict_each_other(folder: Folder) -> None:
    header, rows = folder.read("measures.csv")
    first, third = (rows[place][header.index("id")] for place in (0, 2))
    columns, edits = folder.read("measure_edits.csv")
    entity = next(cell for row in edits for cell in row if cell.startswith("stop:"))
    given = {"entity": entity, "attribute": "time_h", "operation": "set", "unit": "h", "strength": "B"}
    given["source"] = edits[0][columns.index("source")]
    folder.add_row("measure_edits.csv", measure=first, value="5", **given)
    row = folder.add_row("measure_edits.csv", measure=third, value="6", **given)

    assert place(folder) == ("measure_edits.csv", row, "value")
    assert f"{third} and {first} set time_h of {entity} to different values" in folder.the_fault().message
    assert "let one exclude the other" in folder.the_fault().message

    folder.set_cell("measures.csv", "excludes", first, row=4)
    assert folder.faults() == ()


def test_one_measure_that_opens_what_another_closes_contradicts_it(folder: Folder) -> None:
    columns, edits = folder.read("measure_edits.csv")
    opened = dict(zip(columns, next(row for row in edits if "open" in row), strict=True))
    header, rows = folder.read("measures.csv")
    other = next(row[header.index("id")] for row in rows if row[header.index("id")] != opened["measure"])
    row = folder.add_row("measure_edits.csv", **(opened | {"measure": other, "operation": "close"}))

    assert place(folder) == ("measure_edits.csv", row, "operation")


def test_a_change_of_capacity_must_be_said_to_have_no_effect_yet(folder: Folder) -> None:
    columns, edits = folder.read("measure_edits.csv")
    known = dict(zip(columns, edits[0], strict=True))
    given = {name: known[name] for name in ("measure", "source", "strength", "note")}
    link = folder.read("network/links.csv")[1][0][0]
    row = folder.add_row(
        "measure_edits.csv", **given, entity=f"link:{link}", attribute="capacity_mt_per_year", operation="set",
        value="5", unit="Mt/year",
    )  # fmt: skip

    assert place(folder) == ("measure_edits.csv", row, "attribute")
    assert "say in not_modelled" in folder.the_fault().message

    measure = folder.row_of("measures.csv", "id", given["measure"])
    folder.set_cell("measures.csv", "not_modelled", "Capacity", row=measure)
    assert folder.faults() == ()
    case = read_case(folder.path)
    (changed,) = (one for one in case.measures if one.id == given["measure"])
    assert len(changed.edits) == 2
    assert network_changes(changed) == ()


def test_a_measure_that_changes_a_number_that_nobody_gives_has_nothing_to_change(folder: Folder) -> None:
    columns, edits = folder.read("measure_edits.csv")
    known = dict(zip(columns, edits[0], strict=True))
    given = {name: known[name] for name in ("measure", "source", "strength", "note")}
    link = folder.read("network/links.csv")[1][0][0]
    row = folder.add_row(
        "measure_edits.csv", **given, entity=f"link:{link}", attribute="time_h", operation="multiply", value="0.5",
        unit="times",
    )  # fmt: skip

    assert place(folder) == ("measure_edits.csv", row, "attribute")
    assert f"No claim gives time_h of link:{link}" in folder.the_fault().message


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("unit", "", "unit"),
        ("unit", "km", "cannot be in 'km'; write musd, USD, kusd, busd"),
    ],
)
def test_a_cost_without_currency_is_told_with_those_that_fit(
    folder: Folder, column: str, value: str, message: str
) -> None:
    row = folder.row_of("claims.csv", "attribute", "cost_musd")
    folder.set_cell("claims.csv", column, value, row=row)

    assert place(folder) == ("claims.csv", row, "unit")
    assert message in folder.the_fault().message


def test_a_cost_that_nothing_dates_needs_its_year(folder: Folder) -> None:
    row = folder.row_of("claims.csv", "attribute", "cost_musd")
    source = folder.read("claims.csv")[1][row - 2][folder.read("claims.csv")[0].index("source")]
    folder.set_cell("claims.csv", "period", "", row=row)
    folder.set_cell("sources.csv", "date", "", row=folder.row_of("sources.csv", "id", source))

    assert (
        "A cost needs the year of its prices: give its period, or the date of its source.",
        row,
        "period",
    ) in messages(folder, "claims.csv")


def test_a_chance_above_one_is_impossible(folder: Folder) -> None:
    row = folder.row_of("claims.csv", "attribute", "probability")
    folder.set_cell("claims.csv", "value", "1.2", row=row)

    assert place(folder) == ("claims.csv", row, "value")
    assert "probability = 1.2 fraction is impossible: allowed is 0 to 1" in folder.the_fault().message


def test_a_measure_that_needs_itself_is_a_circle() -> None:
    assert list(find_circles({"a": ("a",), "b": ("a",)})) == [("a", "a")]


def test_a_long_chain_of_measures_is_no_circle() -> None:
    names = [str(number) for number in range(20_000)]

    assert list(find_circles({name: (then,) for name, then in zip(names, [*names[1:], "none"], strict=True)})) == []


def test_every_circle_of_many_is_named_quickly() -> None:
    names = [str(number) for number in range(300)]
    began = time.monotonic()
    circles = list(find_circles({name: tuple(names) for name in names}))

    assert {name for circle in circles for name in circle} == set(names)
    assert time.monotonic() - began < QUICK_S
