"""Checks of a case's table of flows: every pair once, of one year, with domestic trade."""

from __future__ import annotations

from collections.abc import Mapping

from rahdari.case.table import Table
from rahdari.exceptions import Fault, Where

MAX_ECONOMIES = 500  # the flows are a square of them


def check_flows(tables: Mapping[str, Table]) -> list[Fault]:
    """Flows that stand twice, are missing, are of several years, or leave an economy without domestic trade."""
    table = tables["flows"]
    faults = []
    seen: dict[tuple[str, str], Where] = {}
    domestic = {}
    for index, row in table.numbered():
        key = (str(row["exporter"]), str(row["importer"]))
        if key in seen:
            faults.append(Fault(f"The same flow stands at {seen[key]}.", table.where(index)))
        seen.setdefault(key, table.where(index))
        if key[0] == key[1]:
            domestic[key[0]] = (row["value"], table.where(index, "value"))
    years = {row["year"] for row in table.rows if row["year"] is not None}
    if len(years) > 1:
        message = f"The flows are of several years ({', '.join(map(str, sorted(years, key=str)[:5]))})."
        faults.append(Fault(message, Where(table.file, None, "year")))
    faults += [
        Fault(f"{name} has no domestic trade: its diagonal must be positive.", where)
        for name, (value, where) in domestic.items()
        if value == 0
    ]
    return faults + _check_absent(tables, held=set(seen))


def _check_absent(tables: Mapping[str, Table], *, held: set[tuple[str, str]]) -> list[Fault]:
    flows, economies = tables["flows"], tables["economies"]
    names = [str(row["id"]) for row in economies.rows if row["id"]]
    if len(names) > MAX_ECONOMIES:
        return [Fault(f"{len(names):,} economies; at most {MAX_ECONOMIES} are read.", Where(economies.file))]
    absent = [f"{a}-{b}" for a in names for b in names if (a, b) not in held]
    if not absent or not flows.complete:
        return []
    message = f"{len(absent)} flows are missing (write 0 where there is none): {', '.join(absent[:5])}."
    return [Fault(message, Where(flows.file))]
