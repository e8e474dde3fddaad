"""The attributes table: every column and claim attribute of a case with type, unit, default, bounds and meaning."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import cast

from rahdari.claims import Scale

_INTRODUCTION = (
    "Made from `src/rahdari/attributes.csv`, which `rahdari check` reads too; do not edit this page (CONTRIBUTING",
    "says how to make it anew). A table is the file of that name: `nodes`, `links`, `crossings`, `stops`,",
    "`states`, `seasons`, `closures`, `corridors`, `pipelines`, `permits` and `charges` in `network/`, `commodities`,",
    "`economies` and `flows` in `economy/`, `validation` in `expected/`, `edits` in `measure_edits.csv`, all others",
    "in the case's folder. `sources` and `claims` may stand in each of the first three. A section `claim:KIND` lists",
    "what claims may say of an entity `KIND:NAME`; the unit is the attribute's own, and any that converts to it may be",
    "written.",
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, or one attribute that claims may give (table `claim:KIND`)."""

    table: str
    name: str
    type: str
    unit: str
    required: bool
    default: str
    low: float | None
    high: float | None
    spread: Scale
    meaning: str

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that a choice column allows."""
        kind, _, allowed = self.type.partition(":")
        return tuple(allowed.split("|")) if kind in ("choice", "choices") else ()


@cache
def read_attributes() -> Mapping[str, Mapping[str, Column]]:
    """Every table's columns by name, from the table that ships with the package."""
    tables: dict[str, dict[str, Column]] = {}
    text = files("rahdari").joinpath("attributes.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        column = Column(
            table=row["table"],
            name=row["column"],
            type=row["type"],
            unit=row["unit"],
            required=row["required"] == "yes",
            default=row["default"],
            low=float(row["low"]) if row["low"] else None,
            high=float(row["high"]) if row["high"] else None,
            spread=cast(Scale, row["spread"] or "none"),
            meaning=row["meaning"],
        )
        tables.setdefault(column.table, {})[column.name] = column
    return MappingProxyType({name: MappingProxyType(columns) for name, columns in tables.items()})


def describe_attributes() -> str:
    """The attributes table as Markdown, a section a table, for the documentation."""
    lines = ["# Columns and claim attributes of a case", "", *_INTRODUCTION, ""]
    for table, columns in read_attributes().items():
        lines += [f"## {table}", "", "| column | type | unit | needed | default | bounds | meaning |", "|" + "---|" * 7]
        for column in columns.values():
            bounds = (
                f"{_bound(column.low)} to {_bound(column.high)}" if (column.low, column.high) != (None, None) else ""
            )
            kind = column.type.replace("|", ", ")
            needed = "yes" if column.required else ""
            cells = (f"`{column.name}`", kind, column.unit, needed, column.default, bounds, column.meaning)
            lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines)


def _bound(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"
