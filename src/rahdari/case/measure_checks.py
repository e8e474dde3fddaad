"""Checks of a case's measures: what their edits may change, and that no measures need each other in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from rahdari.case.names import Names
from rahdari.case.table import Row, Table
from rahdari.exceptions import Fault, Where
from rahdari.measures import ATTRIBUTE_UNITS
from rahdari.units import can_convert, units_like

LONGEST_CIRCLE = 12  # names shown in a message
_EDITABLE = {
    "stop": ("time_h", "fee_usd_per_t"),
    "rate": ("speed_without_delay_km_per_h", "cost_usd_per_tkm", "waiting_h_per_100km"),
    "link": ("state", "time_h", "cost_usd_per_t", "departures_per_week"),
    "crossing": ("state",),
    "group": ("state",),
    "node": ("state",),
    "tariff": ("rate",),
    "flow": ("delivery_musd",),
}
_NAMED = {"stop": "numbers", "rate": "rates", "link": "links", "crossing": "crossings", "group": "groups",
          "node": "nodes"}  # fmt: skip


def check_measures(tables: Mapping[str, Table], *, known: Mapping[str, Names]) -> list[Fault]:
    """Faults of edits, measures that exclude what they need, and circles of needs."""
    faults = []
    table = tables["edits"]
    edited: dict[tuple[object, ...], Where] = {}
    for index, row in table.numbered():
        faults += _check_edit(row, table=table, index=index, known=known)
        faults += _check_operation(row, table=table, index=index)
        key = (row["measure"], row["entity"], row["attribute"], row["start"])
        if key in edited:
            faults.append(Fault(f"The measure changes this already at {edited[key]}.", table.where(index)))
        edited.setdefault(key, table.where(index))
    return faults + _check_needs(tables["measures"])


def _check_edit(row: Row, *, table: Table, index: int, known: Mapping[str, Names]) -> list[Fault]:
    kind, _, name = str(row["entity"]).partition(":")
    attribute, unit = str(row["attribute"]), str(row["unit"])
    if not kind or not attribute:
        return []
    if attribute not in _EDITABLE.get(kind, ()):
        message = f"A measure cannot change {attribute!r} of {kind!r}."
        return [Fault(message, table.where(index, "attribute"))]
    faults = []
    if kind in _NAMED and not known[_NAMED[kind]].holds(name):
        message = f"No {kind} is called {name!r}.{known[_NAMED[kind]].hint(name)}"
        faults.append(Fault(message, table.where(index, "entity")))
    target = "times" if row["operation"] == "multiply" else ATTRIBUTE_UNITS.get(attribute)
    if unit and target is not None and not can_convert(unit, target):
        message = f"{attribute} cannot be in {unit!r}; write {', '.join(units_like(target))}."
        faults.append(Fault(message, table.where(index, "unit")))
    return faults


def _check_operation(row: Row, *, table: Table, index: int) -> list[Fault]:
    operation, value = row["operation"], row["value"]
    faults = []
    if operation in ("multiply", "set", "add", "deliver") and value is None:
        faults.append(Fault(f"{operation} needs a value.", table.where(index, "value")))
    if operation in ("multiply", "set", "deliver") and isinstance(value, float) and value < 0:
        faults.append(Fault(f"What {operation} gives cannot be negative.", table.where(index, "value")))
    start, end = row["start"], row["end"]
    if operation == "deliver" and not (isinstance(start, date) and isinstance(end, date)):
        faults.append(Fault("deliver needs start and end.", table.where(index, "start")))
    if isinstance(start, date) and isinstance(end, date) and end < start:
        faults.append(Fault("It ends before it begins.", table.where(index, "end")))
    if (operation == "open") != (row["attribute"] == "state"):
        faults.append(Fault("open changes state, and state is changed by open alone.", table.where(index, "operation")))
    if (operation == "deliver") != (row["attribute"] == "delivery_musd"):
        faults.append(Fault("deliver belongs to delivery_musd.", table.where(index, "operation")))
    return faults


def _check_needs(table: Table) -> list[Fault]:
    faults = []
    needs: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    for index, row in table.numbered():
        wanted, excluded = row["needs"], row["excludes"]
        needs[str(row["id"])] = wanted if isinstance(wanted, tuple) else ()
        lines.setdefault(str(row["id"]), index)
        both = set(needs[str(row["id"])]) & set(excluded if isinstance(excluded, tuple) else ())
        if both:
            message = f"The measure needs and excludes {', '.join(sorted(both))}."
            faults.append(Fault(message, table.where(index, "excludes")))
    for circle in find_circles(needs):
        shown = circle if len(circle) <= LONGEST_CIRCLE else (*circle[:LONGEST_CIRCLE], "...", circle[-1])
        message = f"The measures need each other in a circle: {' -> '.join(shown)}."
        faults.append(Fault(message, table.where(lines[circle[0]], "needs")))
    return faults


def find_circles(needs: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Circles among the needs, each as the names from one back to itself, until all in a circle are named.

    Depth-first, without recursion: time grows with the number of needs, however long the chain.
    """
    done: set[str] = set()
    named: set[str] = set()
    for first in needs:
        path: list[str] = []
        place: dict[str, int] = {}
        waiting = [(first, iter((first,)))]
        while waiting:
            name = next(waiting[-1][1], None)
            if name is None:
                waiting.pop()
                if path:
                    done.add(path[-1])
                    del place[path.pop()]
            elif name in place:
                if not {name, path[-1]} <= named:
                    circle = path[place[name] :]
                    named.update(circle)
                    yield (*circle, name)
            elif name in needs and name not in done:
                place[name] = len(path)
                path.append(name)
                waiting.append((name, iter(needs[name])))
