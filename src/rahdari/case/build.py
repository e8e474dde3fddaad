"""Checked rows -> the frozen values of each room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar, cast

from rahdari.case.attributes import read_attributes
from rahdari.case.table import Row, Table
from rahdari.claims import Book, Claim, Claims, Source, parse_period
from rahdari.measures import Edit, Measure
from rahdari.register.entries import (
    Deadline,
    DocumentEntry,
    Event,
    Indicator,
    Instrument,
    Milestone,
    PastTarget,
    Register,
    RegisteredCommitment,
    WorkingGroup,
)
from rahdari.transport.network import (
    Charge,
    Closure,
    Commodity,
    Corridor,
    Crossing,
    Link,
    Network,
    Node,
    Permit,
    Pipeline,
    Season,
    State,
    Stop,
)
from rahdari.units import conversion_factor

T = TypeVar("T")
_RENAMED = MappingProxyType({"from": "start", "to": "end"})
_FLOORS = MappingProxyType({"A": "spread_floor_a", "B": "spread_floor_b", "C": "spread_floor_c", "D": "spread_floor_d"})


def build_rows(kind: type[T], table: Table, *, rename: Mapping[str, str] = MappingProxyType({})) -> tuple[T, ...]:
    """One `kind` a row; columns that it has no field for are left out, yes and no become truth values."""
    wanted = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    built = []
    for row in table.rows:
        values: dict[str, Any] = {rename.get(name, name): value for name, value in row.items()}
        values = {name: value for name, value in values.items() if name in wanted}
        for name, annotation in wanted.items():
            if annotation in (bool, "bool"):
                values[name] = values[name] == "yes"
        built.append(kind(**values))
    return tuple(built)


def build_sources(tables: Sequence[Table]) -> dict[str, Source]:
    """Sources by id, in file order."""
    return {source.id: source for table in tables for source in build_rows(Source, table)}


def build_books(table: Table) -> dict[str, Book]:
    """Books by id, in file order."""
    return {book.id: book for book in build_rows(Book, table)}


def build_claims(tables: Sequence[Table], *, sources: Mapping[str, Source], as_of: date) -> Claims:
    """Every claim in the unit of its attribute."""
    attributes = read_attributes()
    rows = [_build_claim(row, sources=sources) for table in tables for row in table.rows]
    scales = {
        (table.removeprefix("claim:"), column.name): column.spread
        for table, columns in attributes.items()
        if table.startswith("claim:")
        for column in columns.values()
    }
    model = {claim.attribute: claim.value for claim in rows if claim.entity == "model"}
    floors = {strength: model.get(name, 0.0) for strength, name in _FLOORS.items()}
    return Claims(rows=tuple(rows), scales=MappingProxyType(scales), floors=MappingProxyType(floors), as_of=as_of)


def _build_claim(row: Row, *, sources: Mapping[str, Source]) -> Claim:
    entity, attribute = str(row["entity"]), str(row["attribute"])
    column = read_attributes()["claim:" + entity.partition(":")[0]][attribute]
    reported, unit = cast(float, row["value"]), str(row["unit"])  # checked: a claim has its value
    period = str(row["period"])
    return Claim(
        entity=entity,
        attribute=attribute,
        value=reported * conversion_factor(unit, column.unit),
        unit=column.unit,
        reported=reported,
        reported_unit=unit,
        comparator=str(row["comparator"]),
        period=parse_period(period) if period else None,
        book=str(row["book"]),
        source=str(row["source"]),
        strength=str(row["strength"]),
        note=str(row["note"]),
        published=sources[str(row["source"])].date,
    )


def build_network(tables: Mapping[str, Table]) -> Network:
    """The network's tables."""
    return Network(
        nodes=build_rows(Node, tables["nodes"]),
        links=build_rows(Link, tables["links"], rename=_RENAMED),
        crossings=build_rows(Crossing, tables["crossings"]),
        stops=build_rows(Stop, tables["stops"]),
        states=build_rows(State, tables["states"]),
        seasons=build_rows(Season, tables["seasons"]),
        closures=build_rows(Closure, tables["closures"]),
        commodities=build_rows(Commodity, tables["commodities"]),
        corridors=build_rows(Corridor, tables["corridors"]),
        permits=build_rows(Permit, tables["permits"]),
        pipelines=build_rows(Pipeline, tables["pipelines"], rename=_RENAMED),
        charges=build_rows(Charge, tables["charges"]),
    )


def build_register(tables: Mapping[str, Table]) -> Register:
    """The register's tables."""
    return Register(
        commitments=build_rows(RegisteredCommitment, tables["commitments"]),
        instruments=build_rows(Instrument, tables["instruments"]),
        working_groups=build_rows(WorkingGroup, tables["working_groups"]),
        milestones=build_rows(Milestone, tables["milestones"]),
        events=build_rows(Event, tables["events"]),
        indicators=build_rows(Indicator, tables["indicators"]),
        documents=build_rows(DocumentEntry, tables["documents"]),
        deadlines=build_rows(Deadline, tables["deadlines"]),
        past_targets=build_rows(PastTarget, tables["targets"]),
    )


def build_measures(tables: Mapping[str, Table]) -> tuple[Measure, ...]:
    """Measures in file order, each with its edits."""
    edits = build_rows(Edit, tables["edits"])
    built = []
    for row in tables["measures"].rows:
        own = tuple(edit for edit in edits if edit.measure == row["id"])
        values: dict[str, Any] = dict(row)
        values["transit"] = row["transit"] == "yes"
        built.append(Measure(**values, edits=own))
    return tuple(built)
