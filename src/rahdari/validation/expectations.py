"""The rows of `expected/validation.csv`: published figures and how the model's are computed, every fault at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from rahdari.case import Case
from rahdari.case.attributes import read_attributes
from rahdari.case.table import Row, Table, read_table
from rahdari.exceptions import Fault, FaultyInput, InputFault, nearest_names, unknown_name
from rahdari.transport.cargo import Cargo, read_cargo
from rahdari.units import can_convert
from rahdari.validation.methods import Context, Method, read_method

FILE = "expected/validation.csv"
ToleranceKind = Literal["absolute", "relative", "at_least", "at_most"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One published figure in `unit`, how far the model's may differ from it, and how the model's is computed."""

    id: str
    group: str
    what: str
    published: float
    unit: str
    tolerance: float
    tolerance_kind: ToleranceKind
    source: str
    method: Method
    note: str

    @property
    def allowed(self) -> float | None:
        """Largest allowed difference in the row's unit; None where the published figure is a bound."""
        if self.tolerance_kind in ("at_least", "at_most"):
            return None
        return self.tolerance * abs(self.published) if self.tolerance_kind == "relative" else self.tolerance

    def accepts(self, figure: float) -> bool:
        """True where the model's figure, in the row's unit, is within the tolerance."""
        if self.tolerance_kind == "at_least":
            return figure >= self.published - self.tolerance
        if self.tolerance_kind == "at_most":
            return figure <= self.published + self.tolerance
        allowed = self.allowed
        return allowed is not None and abs(figure - self.published) <= allowed


def read_expectations(case: Case) -> tuple[Expectation, ...]:
    """The case's rows in file order, none where it has no such file; FaultyInput with every fault of the file."""
    table = read_table(case.folder, FILE, columns=read_attributes()["validation"], required=False)
    faults = list(table.faults)
    built: list[Expectation] = []
    for index, row in enumerate(table.rows):
        before = len(faults)
        faults += _check_names(row, case, table=table, index=index)
        if any(fault.where.row == table.lines[index] for fault in table.faults) or len(faults) > before:
            continue
        try:
            built.append(_build(row, case))
        except (InputFault, ValueError) as error:
            message = error.message if isinstance(error, InputFault) else str(error)
            faults.append(Fault(message, table.where(index, "method")))
    if faults:
        raise FaultyInput(faults, kind="faulty-validation")
    return tuple(built)


def _check_names(row: Row, case: Case, *, table: Table, index: int) -> list[Fault]:
    faults = []
    first = next(number for number, other in enumerate(table.rows) if other["id"] == row["id"])
    if row["id"] and first != index:
        faults.append(Fault(f"{row['id']!r} stands twice (first at {table.where(first)}).", table.where(index, "id")))
    known = {"source": set(case.sources), "commodity": {entry.id for entry in case.network.commodities}}
    for column, names in known.items():
        name = str(row[column])
        if name and name not in names:
            near = nearest_names(name, names)
            hint = f" Did you mean {', '.join(near)}?" if near else ""
            faults.append(Fault(f"The {column} {name!r} is not in the case.{hint}", table.where(index, column)))
    return faults


def _build(row: Row, case: Case) -> Expectation:
    day = row["day"] if isinstance(row["day"], date) else case.as_of
    method = read_method(str(row["method"]), Context(case, day, _find_cargo(str(row["commodity"]), case)))
    unit = str(row["unit"])
    if not can_convert(method.unit, unit):
        raise ValueError(f"The method gives {method.unit}, which does not convert to {unit}.")
    return Expectation(
        id=str(row["id"]),
        group=str(row["group"]),
        what=str(row["what"]),
        published=cast(float, row["published"]),
        unit=unit,
        tolerance=cast(float, row["tolerance"]),
        tolerance_kind=cast(ToleranceKind, row["tolerance_kind"]),
        source=str(row["source"]),
        method=method,
        note=str(row["note"]),
    )


def _find_cargo(name: str, case: Case) -> Cargo:
    known = {commodity.id: commodity for commodity in case.network.commodities}
    if name and name not in known:
        raise unknown_name("commodity", name, known=known)
    return read_cargo(known[name] if name else case.network.commodities[0], case.claims)
