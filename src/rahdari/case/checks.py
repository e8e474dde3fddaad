"""Checks that look across the tables of a case; each returns faults, none raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rahdari.case.attributes import Column, read_attributes
from rahdari.case.book_checks import check_books
from rahdari.case.claim_checks import check_claims, check_mixes, check_needed
from rahdari.case.measure_checks import check_bases, check_costs, check_measures
from rahdari.case.names import Names
from rahdari.case.network_checks import check_network, check_states
from rahdari.case.table import Row, Table
from rahdari.case.trade_checks import check_flows
from rahdari.documents import read_document
from rahdari.exceptions import Fault, RahdariError, Where

if TYPE_CHECKING:
    from rahdari.case.settings import Settings

_UNIQUE = ("books", "deadlines", "commitments", "instruments", "working_groups", "milestones", "events", "indicators",
           "documents", "measures", "nodes", "links", "pipelines", "crossings", "stops", "permits",
           "commodities", "economies")  # fmt: skip

_FILLED = ("books", "deadlines", "nodes", "links", "commodities", "economies", "flows")


def check_tables(
    tables: Mapping[str, Table],
    *,
    sources: Sequence[Table],
    claims: Sequence[Table],
    settings: Settings | None,
    folder: Path,
) -> list[Fault]:
    """Every fault that shows only when the tables are read together."""
    known = known_names(tables, sources)
    faults = [
        *_check_filled(tables),
        *_check_unique(tables, sources),
        *_check_references(tables, claims=claims, known=known),
    ]
    faults += check_claims(claims, known=known)
    faults += _check_notes([*tables.values(), *claims])
    faults += _check_sources(sources, settings=settings)
    faults += check_network(tables, claims=claims, known=known)
    faults += check_states(tables, known=known)
    faults += check_mixes(claims)
    faults += check_measures(tables, known=known)
    faults += check_costs(claims, sources)
    faults += check_bases(tables, claims=claims)
    faults += check_flows(tables)
    faults += check_needed(tables, claims=claims)
    if settings is not None:
        faults += _check_zones(settings, known=known)
        faults += _check_days(settings, tables=tables)
        faults += check_books(tables["books"], claims=claims, settings=settings)
    faults += _check_documents(tables["documents"], folder=folder)
    return faults


def known_names(tables: Mapping[str, Table], sources: Sequence[Table]) -> dict[str, Names]:
    """What the cells of other tables may name, by the table or the kind of name."""

    def gather(column: str, *held: Table) -> Names:
        names = dict.fromkeys(str(row[column]) for table in held for row in table.rows)
        return Names.of(names, complete=all(table.complete for table in held))

    known = {name: gather("id", tables[name]) for name in _UNIQUE}
    known["sources"] = gather("id", *sources)
    known["groups"] = gather("group", tables["crossings"])
    links = tables["links"]
    known["rates"] = Names.of(
        dict.fromkeys(
            str(rate) for row in links.rows for rate in (row["rate"], *cast(tuple[str, ...], row["haul_rates"])) if rate
        ),
        complete=links.complete,
    )
    known["countries"] = gather("country", tables["nodes"])
    stops = tables["stops"]
    known["numbers"] = Names.of(
        dict.fromkeys(str(row["numbers"] or row["id"]) for row in stops.rows), complete=stops.complete
    )
    return known


def _check_filled(tables: Mapping[str, Table]) -> list[Fault]:
    return [
        Fault("The table has no rows: a case needs at least one.", Where(tables[name].file))
        for name in _FILLED
        if tables[name].complete and not tables[name].rows
    ]


def _check_unique(tables: Mapping[str, Table], sources: Sequence[Table]) -> list[Fault]:
    faults = []
    groups = [[tables[name]] for name in _UNIQUE] + [list(sources)]
    for group in groups:
        seen: dict[str, Where] = {}
        for table in group:
            for index, row in table.numbered():
                name, where = str(row["id"]), table.where(index, "id")
                if name and name in seen:
                    faults.append(Fault(f"{name!r} stands twice (first at {seen[name]}).", where))
                seen.setdefault(name, where)
    return faults


def _check_references(
    tables: Mapping[str, Table], *, claims: Sequence[Table], known: Mapping[str, Names]
) -> list[Fault]:
    attributes = read_attributes()
    faults = []
    named = [(table, attributes[name]) for name, table in tables.items()]
    named += [(table, attributes["claims"]) for table in claims]
    for table, columns in named:
        wanted = [column for column in columns.values() if column.type.startswith(("ref:", "refs:"))]
        for index, row in table.numbered():
            for column in wanted:
                faults += _check_reference(row, column, table=table, index=index, known=known)
    return faults


def _check_reference(row: Row, column: Column, *, table: Table, index: int, known: Mapping[str, Names]) -> list[Fault]:
    target = column.type.partition(":")[2]
    value = row[column.name]
    names = value if isinstance(value, tuple) else (str(value),) if value else ()
    return [
        Fault(f"{name!r} is not in the table {target}.{known[target].hint(name)}", table.where(index, column.name))
        for name in names
        if not known[target].holds(name)
    ]


def _check_notes(tables: Sequence[Table]) -> list[Fault]:
    faults = []
    for table in tables:
        if table.file.endswith("flows.csv"):
            continue  # the source row of an estimated flow says how it was made
        for index, row in table.numbered():
            if row.get("strength") == "D" and not row.get("note"):
                message = "Strength D (computed or assumed) needs a note with the method or the reason."
                faults.append(Fault(message, table.where(index, "note")))
    return faults


def _check_sources(sources: Sequence[Table], *, settings: Settings | None) -> list[Fault]:
    faults = []
    for table in sources:
        for index, row in table.numbered():
            if not row["url"] and not row["note"]:
                message = "A source without address needs a note that says what was done."
                faults.append(Fault(message, table.where(index, "url")))
            published = str(row["date"])
            if settings is not None and published and published > settings.as_of.isoformat():
                message = f"Published after the case's as_of day ({settings.as_of})."
                faults.append(Fault(message, table.where(index, "date")))
    return faults


def _check_zones(settings: Settings, *, known: Mapping[str, Names]) -> list[Fault]:
    nodes, economies, sources = known["nodes"], known["economies"], known["sources"]
    zones, parties, cited = (Where("case.toml", None, column) for column in ("zones", "parties", "sources"))
    faults = [
        Fault(f"zones.{zone}: {node!r} is not in the table nodes.{nodes.hint(node)}", zones)
        for zone, named in settings.zones.items()
        for node in named
        if not nodes.holds(node)
    ]
    faults += [
        Fault(f"The party {party} is not among the economies.", parties)
        for party in settings.parties
        if not economies.holds(party)
    ]
    return faults + [
        Fault(f"{source!r} is not in the table sources.{sources.hint(source)}", cited)
        for source in (*settings.target_sources, *([settings.pairs_source] if settings.pairs_source else []))
        if not sources.holds(source)
    ]


def _check_days(settings: Settings, *, tables: Mapping[str, Table]) -> list[Fault]:
    faults = []
    table = tables["states"]
    for index, row in table.numbered():
        verified = row["last_verified"]
        if isinstance(verified, date) and verified > settings.as_of:
            message = f"Verified after the case's as_of day ({settings.as_of})."
            faults.append(Fault(message, table.where(index, "last_verified")))
    table = tables["deadlines"]
    for index, row in table.numbered():
        latest = row["latest"]
        if isinstance(latest, date) and latest <= settings.announced:
            faults.append(Fault("The deadline lies before the announcement.", table.where(index, "latest")))
        elif isinstance(latest, date) and latest <= settings.as_of:
            message = (
                f"The deadline is past on the case's as_of day ({settings.as_of}): leave the reading out and record "
                "what came of the target in targets.csv."
            )
            faults.append(Fault(message, table.where(index, "latest")))
    return faults


def _check_documents(table: Table, *, folder: Path) -> list[Fault]:
    faults = []
    shelf = folder / "documents"
    for index, row in table.numbered():
        if not row["file"]:
            continue
        where, path = table.where(index, "file"), shelf / str(row["file"])
        if not path.is_file():
            faults.append(Fault(f"documents/{row['file']} does not exist.", where))
        elif not path.resolve().is_relative_to(folder.resolve()):
            faults.append(Fault(f"documents/{row['file']} lies outside the case folder (a link?).", where))
        else:
            try:
                read_document(path)
            except RahdariError as error:
                faults.append(Fault(error.message, Where(f"documents/{row['file']}")))
    return faults
