"""Checks that look across the tables of a case; each returns faults, none raises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rahdari.case.attributes import Column, read_attributes
from rahdari.case.table import Row, Table, check_bounds
from rahdari.exceptions import Fault, Where, nearest_names
from rahdari.transport.network import LANDLOCKED, great_circle_km
from rahdari.units import can_convert, conversion_factor, units_like

if TYPE_CHECKING:
    from rahdari.case.reader import Settings

# A length may be this much shorter than the great circle before it is impossible: coordinates are of city centres.
GREAT_CIRCLE_SLACK_KM = 12.0
GREAT_CIRCLE_SLACK = 0.03
_UNIQUE = ("books", "deadlines", "commitments", "instruments", "working_groups", "milestones", "events", "indicators",
           "documents", "measures", "nodes", "links", "crossings", "stops", "commodities", "economies")  # fmt: skip
_LAND = ("road", "rail", "pipeline")
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


def check_tables(
    tables: Mapping[str, Table],
    *,
    sources: Sequence[Table],
    claims: Sequence[Table],
    settings: Settings | None,
    folder: Path,
) -> list[Fault]:
    """Every fault that shows only when the tables are read together."""
    known = _known_names(tables, sources)
    faults = [*_check_unique(tables, sources), *_check_references(tables, claims=claims, known=known)]
    faults += _check_claims(claims, known=known)
    faults += _check_notes([*tables.values(), *claims])
    faults += _check_sources(sources, settings=settings)
    faults += _check_network(tables, claims=claims)
    faults += _check_states(tables)
    faults += _check_mixes(claims)
    faults += _check_measures(tables, known=known)
    faults += _check_flows(tables)
    faults += _check_needed(tables, claims=claims, settings=settings)
    if settings is not None:
        faults += _check_settings(settings, known=known, tables=tables)
    for index, row in enumerate(tables["documents"].rows):
        if row["file"] and not (folder / "documents" / str(row["file"])).is_file():
            where = tables["documents"].where(index, "file")
            faults.append(Fault(f"documents/{row['file']} does not exist.", where))
    return faults


def _rows(table: Table) -> Iterator[tuple[int, Row]]:
    yield from enumerate(table.rows)


def _known_names(tables: Mapping[str, Table], sources: Sequence[Table]) -> dict[str, set[str]]:
    known = {name: {str(row["id"]) for row in tables[name].rows} for name in _UNIQUE}
    known["sources"] = {str(row["id"]) for table in sources for row in table.rows}
    known["groups"] = {str(row["group"]) for row in tables["crossings"].rows if row["group"]}
    known["rates"] = {str(row["rate"]) for row in tables["links"].rows}
    known["numbers"] = {str(row["numbers"] or row["id"]) for row in tables["stops"].rows}
    known["countries"] = {str(row["country"]) for row in tables["nodes"].rows}
    return known


def _hint(name: str, known: Iterable[str]) -> str:
    near = nearest_names(name, known)
    return f" Did you mean {', '.join(near)}?" if near else ""


def _check_unique(tables: Mapping[str, Table], sources: Sequence[Table]) -> list[Fault]:
    faults = []
    groups = [[tables[name]] for name in _UNIQUE] + [list(sources)]
    for group in groups:
        seen: dict[str, Where] = {}
        for table in group:
            for index, row in _rows(table):
                name, where = str(row["id"]), table.where(index, "id")
                if name and name in seen:
                    faults.append(Fault(f"{name!r} stands twice (first at {seen[name]}).", where))
                seen.setdefault(name, where)
    return faults


def _check_references(
    tables: Mapping[str, Table], *, claims: Sequence[Table], known: Mapping[str, set[str]]
) -> list[Fault]:
    attributes = read_attributes()
    faults = []
    named = [(table, attributes[name]) for name, table in tables.items()]
    named += [(table, attributes["claims"]) for table in claims]
    for table, columns in named:
        wanted = [column for column in columns.values() if column.type.startswith(("ref:", "refs:"))]
        for index, row in _rows(table):
            for column in wanted:
                faults += _check_reference(row, column, table=table, index=index, known=known)
    return faults


def _check_reference(
    row: Row, column: Column, *, table: Table, index: int, known: Mapping[str, set[str]]
) -> list[Fault]:
    target = column.type.partition(":")[2]
    value = row[column.name]
    names = value if isinstance(value, tuple) else (str(value),) if value else ()
    return [
        Fault(f"{name!r} is not in the table {target}.{_hint(name, known[target])}", table.where(index, column.name))
        for name in names
        if name not in known[target]
    ]


def _check_claims(claims: Sequence[Table], *, known: Mapping[str, set[str]]) -> list[Fault]:
    faults = []
    seen: dict[tuple[object, ...], Where] = {}
    for table in claims:
        for index, row in _rows(table):
            faults += _check_claim(row, table=table, index=index, known=known)
            key = tuple(row[name] for name in ("entity", "attribute", "period", "book", "source", "value", "unit"))
            if key in seen:
                faults.append(Fault(f"The same claim stands at {seen[key]}.", table.where(index)))
            seen.setdefault(key, table.where(index))
    return faults


def _check_claim(row: Row, *, table: Table, index: int, known: Mapping[str, set[str]]) -> list[Fault]:
    entity, attribute, unit = str(row["entity"]), str(row["attribute"]), str(row["unit"])
    kind, _, name = entity.partition(":")
    columns = read_attributes().get(f"claim:{kind}")
    if not entity or not attribute:
        return []
    if columns is None:
        kinds = [table.removeprefix("claim:") for table in read_attributes() if table.startswith("claim:")]
        return [Fault(f"No claims are kept for {kind!r}.{_hint(kind, kinds)}", table.where(index, "entity"))]
    column = columns.get(attribute)
    if column is None:
        message = f"{kind} has no attribute {attribute!r}.{_hint(attribute, columns)}"
        return [Fault(message, table.where(index, "attribute"))]
    faults = _check_entity(kind, name, table=table, index=index, known=known)
    if unit and not can_convert(unit, column.unit):
        allowed = ", ".join(units_like(column.unit))
        return [*faults, Fault(f"{attribute} cannot be in {unit!r}; write {allowed}.", table.where(index, "unit"))]
    value = row["value"]
    if isinstance(value, float) and unit:
        try:
            check_bounds(value * conversion_factor(unit, column.unit), column)
        except ValueError as error:
            faults.append(Fault(str(error), table.where(index, "value")))
    if kind == "flow" and not row["book"]:
        faults.append(Fault("A trade figure needs its book.", table.where(index, "book")))
    return faults


def _check_entity(kind: str, name: str, *, table: Table, index: int, known: Mapping[str, set[str]]) -> list[Fault]:
    tables = {"link": "links", "rate": "rates", "stop": "numbers", "commodity": "commodities", "measure": "measures",
              "economy": "economies", "node": "nodes", "crossing": "crossings"}  # fmt: skip
    if kind == "mix":
        kind, name = "commodity", name.rpartition(":")[2]
    if kind not in tables or name in known[tables[kind]]:
        return []
    message = f"No {kind} is called {name!r}.{_hint(name, known[tables[kind]])}"
    return [Fault(message, table.where(index, "entity"))]


def _check_notes(tables: Sequence[Table]) -> list[Fault]:
    faults = []
    for table in tables:
        if table.file.endswith("flows.csv"):
            continue  # the source row of an estimated flow says how it was made
        for index, row in _rows(table):
            if row.get("strength") == "D" and not row.get("note"):
                message = "Strength D (computed or assumed) needs a note with the method or the reason."
                faults.append(Fault(message, table.where(index, "note")))
    return faults


def _check_sources(sources: Sequence[Table], *, settings: Settings | None) -> list[Fault]:
    faults = []
    for table in sources:
        for index, row in _rows(table):
            if not row["url"] and not row["note"]:
                faults.append(Fault("A source without address needs a note that says what was done.",
                                    table.where(index, "url")))  # fmt: skip
            published = str(row["date"])
            if settings is not None and published and published > settings.as_of.isoformat():
                message = f"Published after the case's as_of day ({settings.as_of})."
                faults.append(Fault(message, table.where(index, "date")))
    return faults


def _check_network(tables: Mapping[str, Table], *, claims: Sequence[Table]) -> list[Fault]:
    nodes = {str(row["id"]): row for row in tables["nodes"].rows}
    lengths: dict[str, list[float]] = {}
    for table in claims:
        for row in table.rows:
            unit, value = str(row["unit"]), row["value"]
            if row["attribute"] == "length_km" and can_convert(unit, "km") and isinstance(value, float):
                lengths.setdefault(str(row["entity"]), []).append(value * conversion_factor(unit, "km"))
    faults = _check_ports(tables, nodes=nodes)
    seen: dict[tuple[object, ...], Where] = {}
    table = tables["links"]
    for index, row in _rows(table):
        ends = nodes.get(str(row["from"])), nodes.get(str(row["to"]))
        where = table.where(index)
        key = (*sorted((str(row["from"]), str(row["to"]))), row["mode"], row["gauge"], row["rate"], row["name"])
        if key in seen:
            faults.append(Fault(f"The same link stands at {seen[key]}.", where))
        seen.setdefault(key, where)
        if row["from"] == row["to"]:
            faults.append(Fault("The link joins a node with itself.", where))
        if (row["mode"] == "rail") != bool(row["gauge"]):
            faults.append(Fault("Rail needs a gauge and nothing else has one.", table.where(index, "gauge")))
        if None in ends:
            continue
        faults += _check_link(row, *[end for end in ends if end is not None], table=table, index=index,
                              lengths=lengths.get(f"link:{row['id']}", []))  # fmt: skip
    return faults


def _check_link(row: Row, start: Row, end: Row, *, table: Table, index: int, lengths: Sequence[float]) -> list[Fault]:
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
    direct = great_circle_km(*[_number(node, axis) for node in (start, end) for axis in ("lat", "lon")])
    least = direct * (1 - GREAT_CIRCLE_SLACK) - GREAT_CIRCLE_SLACK_KM
    if lengths and min(lengths) < least:
        message = f"Its length of {min(lengths):.0f} km is shorter than the great circle ({direct:.0f} km)."
        faults.append(Fault(message, table.where(index)))
    return faults


def _number(row: Row, column: str) -> float:
    value = row[column]
    return value if isinstance(value, float) else 0.0


def _check_ports(tables: Mapping[str, Table], *, nodes: Mapping[str, Row]) -> list[Fault]:
    afloat = {
        str(row[end]) for row in tables["links"].rows if row["mode"] in ("sea", "ferry") for end in ("from", "to")
    }
    faults = []
    table = tables["nodes"]
    for index, row in _rows(table):
        transfers = row["transfers"]
        is_port = row["kind"] == "port" or (isinstance(transfers, tuple) and "port" in transfers)
        if is_port and row["country"] in LANDLOCKED and row["id"] not in afloat:
            message = f"A port in a landlocked place: no ferry or sea link ends at {row['name']} ({row['country']})."
            faults.append(Fault(message, table.where(index, "kind")))
    crossings = {str(row["id"]): row for row in tables["crossings"].rows}
    table = tables["stops"]
    for index, row in _rows(table):
        at = str(row["at"])
        if row["kind"] == "border":
            crossing = crossings.get(at)
            if crossing is None:
                message = f"A border stop is at a crossing; {at!r} is none.{_hint(at, crossings)}"
                faults.append(Fault(message, table.where(index, "at")))
            elif {row["from_country"], row["to_country"]} != {crossing["a"], crossing["b"]}:
                message = f"The direction must be between {crossing['a']} and {crossing['b']}."
                faults.append(Fault(message, table.where(index, "from_country")))
        elif at not in nodes:
            faults.append(Fault(f"{at!r} is not in the table nodes.{_hint(at, nodes)}", table.where(index, "at")))
    return faults


def _check_states(tables: Mapping[str, Table]) -> list[Fault]:
    groups = {str(row["group"]) for row in tables["crossings"].rows if row["group"]}
    known = {"link": {str(row["id"]) for row in tables["links"].rows},
             "crossing": {str(row["id"]) for row in tables["crossings"].rows},
             "node": {str(row["id"]) for row in tables["nodes"].rows},
             "group": groups,
             "country": {str(row["country"]) for row in tables["nodes"].rows}}  # fmt: skip
    faults = []
    for name in ("states", "seasons"):
        for index, row in _rows(tables[name]):
            kind, _, entity = str(row["entity"]).partition(":")
            if kind in known and entity not in known[kind]:
                message = f"No {kind} is called {entity!r}.{_hint(entity, known[kind])}"
                faults.append(Fault(message, tables[name].where(index, "entity")))
    table = tables["states"]
    for index, row in _rows(table):
        since, until = row["since"], row["until"]
        if isinstance(since, date) and isinstance(until, date) and until < since:
            faults.append(Fault("The state ends before it begins.", table.where(index, "until")))
        if row["state"] == "war-risk" and row["availability"] is None:
            faults.append(Fault("A war-risk state needs its availability.", table.where(index, "availability")))
    stated = {str(row["entity"]) for row in table.rows}
    crossings = tables["crossings"]
    for index, row in _rows(crossings):
        if f"crossing:{row['id']}" not in stated:
            message = f"The crossing has no state: add crossing:{row['id']} to network/states.csv."
            faults.append(Fault(message, crossings.where(index, "id")))
    names = known["crossing"] | groups
    table = tables["closures"]
    for index, row in _rows(table):
        if row["group"] and row["group"] not in names:
            message = f"No crossing or group is called {row['group']!r}.{_hint(str(row['group']), names)}"
            faults.append(Fault(message, table.where(index, "group")))
        start, end = row["start"], row["end"]
        if isinstance(start, date) and isinstance(end, date) and end < start:
            faults.append(Fault("The closure ends before it begins.", table.where(index, "end")))
    return faults


def _check_mixes(claims: Sequence[Table]) -> list[Fault]:
    totals: dict[str, float] = {}
    places: dict[str, Where] = {}
    for table in claims:
        for index, row in _rows(table):
            entity, value, unit = str(row["entity"]), row["value"], str(row["unit"])
            if entity.startswith("mix:") and isinstance(value, float) and can_convert(unit, "fraction"):
                flow = entity.split(":")[1]
                totals[flow] = totals.get(flow, 0.0) + value * conversion_factor(unit, "fraction")
                places.setdefault(flow, table.where(index, "value"))
    return [
        Fault(f"The commodity shares of {flow} sum to {total:.6g}, not 1.", places[flow])
        for flow, total in totals.items()
        if abs(total - 1.0) > 1e-6
    ]


def _check_measures(tables: Mapping[str, Table], *, known: Mapping[str, set[str]]) -> list[Fault]:
    faults = []
    table = tables["edits"]
    entities = {"stop": known["numbers"], "rate": known["rates"], "link": known["links"],
                "crossing": known["crossings"], "group": known["groups"], "node": known["nodes"]}  # fmt: skip
    edited: dict[tuple[object, ...], Where] = {}
    for index, row in _rows(table):
        kind, _, name = str(row["entity"]).partition(":")
        allowed = _EDITABLE.get(kind)
        if allowed is None or row["attribute"] not in allowed:
            message = f"A measure cannot change {row['attribute']!r} of {kind!r}."
            faults.append(Fault(message, table.where(index, "attribute")))
        elif kind in entities and name not in entities[kind]:
            message = f"No {kind} is called {name!r}.{_hint(name, entities[kind])}"
            faults.append(Fault(message, table.where(index, "entity")))
        faults += _check_operation(row, table=table, index=index)
        key = (row["measure"], row["entity"], row["attribute"], row["start"])
        if key in edited:
            faults.append(Fault(f"The measure changes this already at {edited[key]}.", table.where(index)))
        edited.setdefault(key, table.where(index))
    needs = {str(row["id"]): row["needs"] for row in tables["measures"].rows}
    for index, row in _rows(tables["measures"]):
        circle = _find_circle(str(row["id"]), needs)
        if circle:
            message = f"The measures need each other in a circle: {' -> '.join(circle)}."
            faults.append(Fault(message, tables["measures"].where(index, "needs")))
    return faults


def _check_operation(row: Row, *, table: Table, index: int) -> list[Fault]:
    operation, value = row["operation"], row["value"]
    faults = []
    if operation in ("multiply", "set", "add", "deliver") and value is None:
        faults.append(Fault(f"{operation} needs a value.", table.where(index, "value")))
    if operation == "multiply" and isinstance(value, float) and value < 0:
        faults.append(Fault("A factor cannot be negative.", table.where(index, "value")))
    if operation == "deliver" and not (isinstance(row["start"], date) and isinstance(row["end"], date)):
        faults.append(Fault("deliver needs start and end.", table.where(index, "start")))
    if (operation == "open") != (row["attribute"] == "state"):
        faults.append(Fault("open changes state, and state is changed by open alone.", table.where(index, "operation")))
    if (operation == "deliver") != (row["attribute"] == "delivery_musd"):
        faults.append(Fault("deliver belongs to delivery_musd.", table.where(index, "operation")))
    return faults


def _find_circle(start: str, needs: Mapping[str, object]) -> list[str]:
    path = [start]

    def walk(name: str) -> bool:
        following = needs.get(name)
        for other in following if isinstance(following, tuple) else ():
            if other == start:
                path.append(other)
                return True
            if other not in path:
                path.append(other)
                if walk(other):
                    return True
                path.pop()
        return False

    return path if walk(start) else []


def _check_flows(tables: Mapping[str, Table]) -> list[Fault]:
    table = tables["flows"]
    faults = []
    seen: dict[tuple[object, object], Where] = {}
    for index, row in _rows(table):
        key = (row["exporter"], row["importer"])
        if key in seen:
            faults.append(Fault(f"The same flow stands at {seen[key]}.", table.where(index)))
        seen.setdefault(key, table.where(index))
    years = {row["year"] for row in table.rows}
    if len(years) > 1:
        faults.append(Fault(f"The flows are of several years ({', '.join(map(str, sorted(years, key=str)))}).",
                            Where(table.file, None, "year")))  # fmt: skip
    names = [str(row["id"]) for row in tables["economies"].rows]
    absent = [f"{a}-{b}" for a in names for b in names if (a, b) not in seen]
    if table.rows and absent:
        message = f"{len(absent)} flows are missing (write 0 where there is none): {', '.join(absent[:5])}."
        faults.append(Fault(message, Where(table.file)))
    for name in names:
        domestic = [row["value"] for row in table.rows if row["exporter"] == row["importer"] == name]
        if domestic and not domestic[0]:
            faults.append(Fault(f"{name} has no domestic trade: its diagonal must be positive.", Where(table.file)))
    return faults


def _check_needed(tables: Mapping[str, Table], *, claims: Sequence[Table], settings: Settings | None) -> list[Fault]:
    held = {(str(row["entity"]), str(row["attribute"])) for table in claims for row in table.rows}
    faults = []
    table = tables["links"]
    for index, row in _rows(table):
        entity, rate = f"link:{row['id']}", f"rate:{row['rate']}"
        if not row["id"]:
            continue
        if (entity, "length_km") not in held:
            faults.append(Fault(f"No claim gives the length of {entity}.", table.where(index, "id")))
        if (rate, "speed_without_delay_km_per_h") not in held and (entity, "time_h") not in held:
            faults.append(Fault(f"No claim gives the speed of {rate}.", table.where(index, "rate")))
        if (rate, "cost_usd_per_tkm") not in held and (entity, "cost_usd_per_t") not in held:
            faults.append(Fault(f"No claim gives the cost of carriage of {rate}.", table.where(index, "rate")))
    table = tables["stops"]
    for index, row in _rows(table):
        if row["id"] and (f"stop:{row['numbers'] or row['id']}", "time_h") not in held:
            faults.append(Fault(f"No claim gives the time of stop:{row['numbers'] or row['id']}.", table.where(index)))
    table = tables["commodities"]
    for index, row in _rows(table):
        for attribute in ("value_usd_per_t", "time_value_per_day"):
            if row["id"] and (f"commodity:{row['id']}", attribute) not in held:
                faults.append(Fault(f"No claim gives {attribute} of commodity:{row['id']}.", table.where(index, "id")))
    table = tables["measures"]
    for index, row in _rows(table):
        for attribute in ("probability", "delay_months", "ramp_months"):
            if row["id"] and (f"measure:{row['id']}", attribute) not in held:
                faults.append(Fault(f"No claim gives {attribute} of measure:{row['id']}.", table.where(index, "id")))
    model = [column.name for column in read_attributes()["claim:model"].values()]
    faults += [
        Fault(f"No claim gives {name} of model.", Where("claims.csv")) for name in model if ("model", name) not in held
    ]
    if ("target", "value_musd") not in held:
        faults.append(Fault("No claim gives value_musd of target.", Where("claims.csv")))
    return faults


def _check_settings(settings: Settings, *, known: Mapping[str, set[str]], tables: Mapping[str, Table]) -> list[Fault]:
    faults = []
    for zone, nodes in settings.zones.items():
        for node in nodes:
            if node not in known["nodes"]:
                message = f"zones.{zone}: {node!r} is not in the table nodes.{_hint(node, known['nodes'])}"
                faults.append(Fault(message, Where("case.toml", None, "zones")))
    for party in settings.parties:
        if party not in known["economies"]:
            faults.append(Fault(f"The party {party} is not among the economies.", Where("case.toml", None, "parties")))
    for source in (*settings.target_sources, *([settings.pairs_source] if settings.pairs_source else [])):
        if source not in known["sources"]:
            message = f"{source!r} is not in the table sources.{_hint(source, known['sources'])}"
            faults.append(Fault(message, Where("case.toml", None, "sources")))
    table = tables["books"]
    if not any(row["forecast"] == "yes" for row in table.rows):
        faults.append(Fault("No book is forecast: set forecast to yes for at least one.", Where(table.file)))
    for index, row in _rows(tables["states"]):
        verified = row["last_verified"]
        if isinstance(verified, date) and verified > settings.as_of:
            message = f"Verified after the case's as_of day ({settings.as_of})."
            faults.append(Fault(message, tables["states"].where(index, "last_verified")))
    for index, row in _rows(tables["deadlines"]):
        latest = row["latest"]
        if isinstance(latest, date) and latest <= settings.announced:
            message = "The deadline lies before the announcement."
            faults.append(Fault(message, tables["deadlines"].where(index, "latest")))
    return faults
