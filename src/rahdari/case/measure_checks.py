"""Checks of a case's measures: what their edits may change, that none contradict, and that a cost has its year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rahdari.case.names import Names
from rahdari.case.table import Row, Table
from rahdari.exceptions import Fault, Where
from rahdari.measures import ATTRIBUTE_UNITS, NO_EFFECT
from rahdari.units import can_convert, units_like

LONGEST_CIRCLE = 12  # names shown in a message
_EDITABLE = {
    "stop": ("time_h", "fee_usd_per_t"),
    "rate": ("speed_without_delay_km_per_h", "cost_usd_per_tkm", "waiting_h_per_100km"),
    "link": ("state", "time_h", "cost_usd_per_t", "departures_per_week", "capacity_mt_per_year"),
    "crossing": ("state",),
    "group": ("state",),
    "node": ("state",),
    "tariff": ("rate",),
    "flow": ("delivery_musd",),
}
_NAMED = {"stop": "numbers", "rate": "rates", "link": "links", "crossing": "crossings", "group": "groups",
          "node": "nodes"}  # fmt: skip


def check_measures(tables: Mapping[str, Table], *, known: Mapping[str, Names]) -> list[Fault]:
    """Faults of edits, measures that contradict each other or exclude what they need, and circles of needs."""
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
    return [*faults, *_check_idle(tables), *_check_contradictions(tables), *_check_needs(tables["measures"])]


def check_costs(claims: Sequence[Table], sources: Sequence[Table]) -> list[Fault]:
    """Costs of measures that no period and no dated source puts in a year."""
    dated = {str(row["id"]) for table in sources for row in table.rows if row["date"]}
    if not all(table.complete for table in sources):
        return []
    return [
        Fault(
            "A cost needs the year of its prices: give its period, or the date of its source.",
            table.where(index, "period"),
        )
        for table in claims
        for index, row in table.numbered()
        if row["attribute"] == "cost_musd"
        and str(row["entity"]).startswith("measure:")
        and not row["period"]
        and row["source"]
        and str(row["source"]) not in dated
    ]


def _check_idle(tables: Mapping[str, Table]) -> list[Fault]:
    """Edits of what the model does not use yet, in measures that do not say so."""
    told = {str(row["id"]): bool(row["not_modelled"]) for row in tables["measures"].rows}
    table = tables["edits"]
    return [
        Fault(
            f"{row['attribute']} of a link changes no time or cost (loads count at stops alone): say in not_modelled "
            f"of {row['measure']} that this part has no effect.",
            table.where(index, "attribute"),
        )
        for index, row in table.numbered()
        if row["attribute"] in NO_EFFECT and not told.get(str(row["measure"]), True)
    ]


def _check_contradictions(tables: Mapping[str, Table]) -> list[Fault]:
    """Measures that set one number to different values, or open and close the same, and do not exclude each other."""
    apart = {str(row["id"]): set(_names(row["excludes"])) for row in tables["measures"].rows}
    table = tables["edits"]
    faults = []
    known: dict[tuple[object, object], list[tuple[int, Row]]] = {}
    for index, row in table.numbered():
        if row["operation"] not in ("set", "open", "close"):
            continue
        others = known.setdefault((row["entity"], row["attribute"]), [])
        for earlier, other in others:
            one, two = str(row["measure"]), str(other["measure"])
            is_either = one == two or one in apart.get(two, ()) or two in apart.get(one, ())
            if not is_either and any(row[name] != other[name] for name in ("operation", "value", "unit")):
                message = (
                    f"{one} and {two} set {row['attribute']} of {row['entity']} to different values (the other at "
                    f"{table.where(earlier)}): let one exclude the other, or multiply or add instead."
                )
                faults.append(Fault(message, table.where(index, "value" if row["operation"] == "set" else "operation")))
        others.append((index, row))
    return faults


def check_bases(tables: Mapping[str, Table], *, claims: Sequence[Table]) -> list[Fault]:
    """Edits of a number that no claim gives: nothing to multiply, and a link's own number would replace its rate's."""
    if not all(table.complete for table in claims):
        return []
    held = {(row["entity"], row["attribute"]) for table in claims for row in table.rows}
    table = tables["edits"]
    faults = []
    for index, row in table.numbered():
        entity, attribute, operation = str(row["entity"]), str(row["attribute"]), row["operation"]
        is_own = entity.startswith("link:") and attribute not in ("state", *NO_EFFECT)
        if (operation == "multiply" or (is_own and operation in ("set", "add"))) and (entity, attribute) not in held:
            message = (
                f"No claim gives {attribute} of {entity}, so there is nothing to {operation}: add the claim, or change "
                "what the figure rests on (stop: or rate:)."
            )
            faults.append(Fault(message, table.where(index, "attribute")))
    return faults


def _names(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


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
    if (operation in ("open", "close")) != (row["attribute"] == "state"):
        message = "open and close change state, and nothing else changes it."
        faults.append(Fault(message, table.where(index, "operation")))
    if (operation == "deliver") != (row["attribute"] == "delivery_musd"):
        faults.append(Fault("deliver belongs to delivery_musd.", table.where(index, "operation")))
    return faults


def _check_needs(table: Table) -> list[Fault]:
    faults = []
    needs: dict[str, tuple[str, ...]] = {}
    apart: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    for index, row in table.numbered():
        name = str(row["id"])
        needs[name], apart[name] = _names(row["needs"]), _names(row["excludes"])
        lines.setdefault(name, index)
    circles = list(find_circles(needs))
    for circle in circles:
        shown = circle if len(circle) <= LONGEST_CIRCLE else (*circle[:LONGEST_CIRCLE], "...", circle[-1])
        message = f"The measures need each other in a circle: {' -> '.join(shown)}. Take one of the needs out."
        faults.append(Fault(message, table.where(lines[circle[0]], "needs")))
    for name, index in lines.items():
        both = set(needs[name]) & set(apart[name])
        if both:
            message = f"The measure needs and excludes {', '.join(sorted(both))}."
            faults.append(Fault(message, table.where(index, "excludes")))
        if name in apart[name]:
            faults.append(Fault("The measure excludes itself.", table.where(index, "excludes")))
        pair = None if both else _clash(name, needs=needs, apart=apart)
        if pair is not None:
            message = f"The measure can never act: among it and what it needs {pair[0]} excludes {pair[1]}."
            faults.append(Fault(message, table.where(index, "needs")))
    return faults


def _clash(
    name: str, *, needs: Mapping[str, tuple[str, ...]], apart: Mapping[str, tuple[str, ...]]
) -> tuple[str, str] | None:
    """The first two among a measure and all that it needs, directly or not, of which one excludes the other."""
    found = [name]
    for one in found:
        found += [other for other in needs.get(one, ()) if other not in found]
    wanted = set(found)
    clashes = [(one, other) for one in found for other in apart.get(one, ()) if other in wanted and other != one]
    return clashes[0] if clashes else None


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
