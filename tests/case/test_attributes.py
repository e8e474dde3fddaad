from __future__ import annotations

from pathlib import Path

import pytest

from rahdari.case.attributes import Column, describe_attributes, read_attributes
from rahdari.case.reader import TABLES
from rahdari.case.table import parse_value
from rahdari.measures import ATTRIBUTE_UNITS
from rahdari.units import UNITS, can_convert


def every_column() -> list[Column]:
    return [column for columns in read_attributes().values() for column in columns.values()]


def test_the_page_of_attributes_is_current(root: Path) -> None:
    page = (root / "docs" / "attributes.md").read_text(encoding="utf-8")

    assert page == describe_attributes(), "make docs/attributes.md anew: see CONTRIBUTING, 'Change an attribute'"


def test_every_table_that_is_read_has_its_columns_described() -> None:
    others = {"sources", "claims", "validation"}

    assert {*TABLES, *others} == {name for name in read_attributes() if not name.startswith("claim:")}


def test_every_column_has_a_meaning() -> None:
    assert [column.name for column in every_column() if not column.meaning.strip()] == []


def test_every_figure_among_the_tables_asks_for_its_source() -> None:
    for name, columns in read_attributes().items():
        if "strength" in columns:
            assert columns["source"].required, name
            assert columns["strength"].required, name


@pytest.mark.parametrize("column", [c for c in every_column() if c.table.startswith("claim:")], ids=lambda c: c.name)
def test_a_claim_attribute_has_a_known_unit_and_bounds_in_order(column: Column) -> None:
    assert column.unit in UNITS
    assert column.low is not None
    assert column.high is not None
    assert column.low < column.high


def test_a_default_is_a_value_that_the_column_allows() -> None:
    for column in every_column():
        if column.default:
            assert parse_value(column.default, column) is not None, column.name


def test_what_measures_change_has_a_unit_of_the_attribute_that_claims_give() -> None:
    known = {c.name: c.unit for c in every_column() if c.table.startswith("claim:")}

    assert {name: known[name] for name in ATTRIBUTE_UNITS if not can_convert(known[name], ATTRIBUTE_UNITS[name])} == {}
