"""Checks of a case's network: what lies where, what crosses which border, and the dated states of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from rahdari.case.names import Names
from rahdari.case.table import Row, Table
from rahdari.exceptions import Fault, Where
from rahdari.transport.network import LANDLOCKED, great_circle_km
from rahdari.units import can_convert, conversion_factor

# A length may be this much shorter than the great circle before it is impossible: coordinates are of city centres.
GREAT_CIRCLE_SLACK_KM = 12.0
GREAT_CIRCLE_SLACK = 0.03
_LAND = ("road", "rail")
_CHANGES = frozenset({"break-of-gauge", "terminal", "port"})
_PLURAL = {"link": "links", "pipeline": "pipelines", "crossing": "crossings", "node": "nodes", "group": "groups",
           "country": "countries"}  # fmt: skip


def check_network(tables: Mapping[str, Table], *, claims: Sequence[Table], known: Mapping[str, Names]) -> list[Fault]:
    """Faults of links, ports and stops against the places that they join or stand at."""
    nodes = {str(row["id"]): row for row in tables["nodes"].rows}
    lengths = _shortest_lengths(claims)
    faults = _check_ports(tables, complete=known["links"].complete)
    faults += _check_gauges(tables)
    faults += _check_corridors(tables, complete=known["links"].complete)
    faults += _check_pipelines(tables["pipelines"])
    faults += _check_stops(tables, known=known)
    seen: dict[tuple[object, ...], Where] = {}
    table = tables["links"]
    for index, row in table.numbered():
        where = table.where(index)
        key = (*sorted((str(row["from"]), str(row["to"]))), row["mode"], row["gauge"], row["rate"], row["name"])
        if key in seen:
            message = f"The same link stands at {seen[key]}: leave one out, or give the two different names."
            faults.append(Fault(message, where))
        seen.setdefault(key, where)
        if row["from"] and row["from"] == row["to"]:
            faults.append(Fault("The link joins a node with itself: name another place in from or to.", where))
        if (row["mode"] == "rail") != bool(row["gauge"]):
            faults.append(Fault("Rail needs a gauge and nothing else has one.", table.where(index, "gauge")))
        start, end = nodes.get(str(row["from"])), nodes.get(str(row["to"]))
        if start is not None and end is not None:
            shortest = lengths.get(f"link:{row['id']}")
            faults += _check_link(row, start, end, table=table, index=index, shortest_km=shortest)
    return faults


def _check_gauges(tables: Mapping[str, Table]) -> list[Fault]:
    """Places where rail of two gauges meets and nothing changes from one to the other."""
    meeting: dict[str, dict[str, None]] = {}
    for row in tables["links"].rows:
        if row["mode"] == "rail" and row["gauge"]:
            for end in (row["from"], row["to"]):
                meeting.setdefault(str(end), {})[str(row["gauge"])] = None
    table = tables["nodes"]
    faults = []
    for index, row in table.numbered():
        gauges, transfers = tuple(meeting.get(str(row["id"]), ())), row["transfers"]
        if len(gauges) > 1 and not (isinstance(transfers, tuple) and set(transfers) & _CHANGES):
            message = (
                f"Rail of the gauges {' and '.join(sorted(gauges))} meets here, and nothing changes from one to the "
                "other: add break-of-gauge (or terminal) and its stop, or mend a gauge."
            )
            faults.append(Fault(message, table.where(index, "transfers")))
    return faults


def _shortest_lengths(claims: Sequence[Table]) -> dict[str, float]:
    lengths: dict[str, float] = {}
    for table in claims:
        for row in table.rows:
            unit, value = str(row["unit"]), row["value"]
            if row["attribute"] == "length_km" and can_convert(unit, "km") and isinstance(value, float):
                km, entity = value * conversion_factor(unit, "km"), str(row["entity"])
                lengths[entity] = min(km, lengths.get(entity, km))
    return lengths


def _check_link(row: Row, start: Row, end: Row, *, table: Table, index: int, shortest_km: float | None) -> list[Fault]:
    faults = []
    crosses = start["country"] != end["country"]
    if row["mode"] in _LAND and crosses and not row["crossing"]:
        faults.append(Fault("A land link between two countries needs its crossing.", table.where(index, "crossing")))
    if row["crossing"] and not crosses:
        faults.append(Fault("A link within one country has no crossing.", table.where(index, "crossing")))
    if row["mode"] == "sea":
        for node in (start, end):
            if node["country"] in LANDLOCKED:
                message = f"A sea link cannot end at {node['name']}: {node['country']} has no ocean coast (use ferry)."
                faults.append(Fault(message, table.where(index, "mode")))
    places = [node[axis] for node in (start, end) for axis in ("lat", "lon")]
    degrees = [place for place in places if isinstance(place, float)]
    if shortest_km is not None and len(degrees) == len(places):
        direct = great_circle_km(*degrees)
        if shortest_km < direct * (1 - GREAT_CIRCLE_SLACK) - GREAT_CIRCLE_SLACK_KM:
            message = (
                f"Its length of {shortest_km:.0f} km is shorter than the great circle from {start['name']} to "
                f"{end['name']} ({direct:.0f} km): mend its claim of length_km, or the places' coordinates."
            )
            faults.append(Fault(message, table.where(index)))
    return faults


def _check_ports(tables: Mapping[str, Table], *, complete: bool) -> list[Fault]:
    if not complete:
        return []
    afloat = {
        str(row[end]) for row in tables["links"].rows if row["mode"] in ("sea", "ferry") for end in ("from", "to")
    }
    faults = []
    table = tables["nodes"]
    for index, row in table.numbered():
        transfers = row["transfers"]
        is_port = row["kind"] == "port" or (isinstance(transfers, tuple) and "port" in transfers)
        if is_port and row["country"] in LANDLOCKED and row["id"] not in afloat:
            message = f"A port in a landlocked place: no ferry or sea link ends at {row['name']} ({row['country']})."
            faults.append(Fault(message, table.where(index, "kind")))
    return faults


def _check_corridors(tables: Mapping[str, Table], *, complete: bool) -> list[Fault]:
    """Neighbours on a corridor that no link of its modes joins, and corridors of one place."""
    if not complete:
        return []
    joined = {(frozenset((str(row["from"]), str(row["to"]))), str(row["mode"])) for row in tables["links"].rows}
    faults = []
    table = tables["corridors"]
    for index, row in table.numbered():
        places, modes = row["nodes"], row["modes"]
        if not isinstance(places, tuple) or not isinstance(modes, tuple):
            continue
        if len(places) < 2:
            faults.append(Fault("A corridor has at least two places.", table.where(index, "nodes")))
        for first, then in pairwise(places):
            if not any((frozenset((first, then)), mode) in joined for mode in modes):
                message = f"No link joins {first} and {then} by {' or '.join(modes)}."
                faults.append(Fault(message, table.where(index, "nodes")))
    return faults


def _check_pipelines(table: Table) -> list[Fault]:
    """Sections that do not begin where the one before them of the same name ends."""
    faults, ends = [], dict[str, str]()
    for index, row in table.numbered():
        name, start = str(row["name"]), str(row["from"])
        if start and ends.get(name, start) != start:
            message = f"The section before it ends at {ends[name]!r}, so this one begins there."
            faults.append(Fault(message, table.where(index, "from")))
        ends[name] = str(row["to"])
    return faults


def _check_stops(tables: Mapping[str, Table], *, known: Mapping[str, Names]) -> list[Fault]:
    faults = []
    crossings = {str(row["id"]): row for row in tables["crossings"].rows}
    table = tables["stops"]
    for index, row in table.numbered():
        at = str(row["at"])
        if not at:
            continue
        if row["kind"] == "border":
            crossing = crossings.get(at)
            if crossing is not None and {row["from_country"], row["to_country"]} != {crossing["a"], crossing["b"]}:
                message = f"The direction must be between {crossing['a']} and {crossing['b']}."
                faults.append(Fault(message, table.where(index, "from_country")))
            elif not known["crossings"].holds(at):
                message = f"A border stop is at a crossing; {at!r} is none.{known['crossings'].hint(at)}"
                faults.append(Fault(message, table.where(index, "at")))
        elif not known["nodes"].holds(at):
            message = f"{at!r} is not in the table nodes.{known['nodes'].hint(at)}"
            faults.append(Fault(message, table.where(index, "at")))
    return faults


def check_states(tables: Mapping[str, Table], *, known: Mapping[str, Names]) -> list[Fault]:
    """Faults of states, seasons and closures, and crossings without any state."""
    faults = []
    for name in ("states", "seasons"):
        table = tables[name]
        for index, row in table.numbered():
            kind, _, entity = str(row["entity"]).partition(":")
            if kind in _PLURAL and not known[_PLURAL[kind]].holds(entity):
                message = f"No {kind} is called {entity!r}.{known[_PLURAL[kind]].hint(entity)}"
                faults.append(Fault(message, table.where(index, "entity")))
    table = tables["states"]
    for index, row in table.numbered():
        faults += _check_order(row, "since", "until", "state", table=table, index=index)
        if row["state"] == "war-risk" and row["availability"] is None:
            faults.append(Fault("A war-risk state needs its availability.", table.where(index, "availability")))
    stated = {str(row["entity"]) for row in table.rows}
    crossings = tables["crossings"]
    for index, row in crossings.numbered():
        if table.complete and row["id"] and f"crossing:{row['id']}" not in stated:
            message = f"The crossing has no state: add crossing:{row['id']} to network/states.csv."
            faults.append(Fault(message, crossings.where(index, "id")))
    return faults + _check_closures(tables["closures"], known=known)


def _check_closures(table: Table, *, known: Mapping[str, Names]) -> list[Fault]:
    faults = []
    names = Names.of((*known["crossings"].folded, *known["groups"].folded), complete=known["crossings"].complete)
    for index, row in table.numbered():
        group = str(row["group"])
        if group and not names.holds(group):
            message = f"No crossing or group is called {group!r}.{names.hint(group)}"
            faults.append(Fault(message, table.where(index, "group")))
        faults += _check_order(row, "start", "end", "closure", table=table, index=index)
    return faults


def _check_order(row: Row, first: str, last: str, what: str, *, table: Table, index: int) -> list[Fault]:
    start, end = row[first], row[last]
    if isinstance(start, date) and isinstance(end, date) and end < start:
        return [Fault(f"The {what} ends before it begins.", table.where(index, last))]
    return []
