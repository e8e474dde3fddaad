# ruff: noqa: S608 - the SQL is made of our own words, of quoted paths and of checked levels
"""Both books of each imported flow side by side, with a reconciled value beside them, never instead of them (I/O)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rahdari.exceptions import InputFault, unknown_name
from rahdari.trade.database import open_database, quote
from rahdari.trade.mirror import CIF_MARGIN, Reporter, TwiceTold, exporter_weight, judge_reporters

SOURCES = ("comtrade", "imts")
LEVELS = ("TOTAL", "2", "4", "6")
TABLE = "mirror.parquet"
SHOWN = 30
ATTRIBUTION = (
    "Exports are booked to the last known destination, imports to the country of origin (IMTS 2010): goods that pass a "
    "third country may stand in one book under another partner, which no weight mends."
)
ALONE = (
    "A flow that one book alone tells keeps that value: the other side may not report at all, or may know of no such "
    "flow; `rule` says which."
)


@dataclass(frozen=True, slots=True)
class MirrorFlow:
    """One flow in both books, million USD; None where a book does not tell it.

    `cif_fob` is the importer's value as told over the exporter's; `importer_fob_musd` is what is left of the importer's
    without the margin; `reconciled_musd` is at FOB. `exporter_weight` is the share of the exporter's book in it.
    """

    year: int
    exporter: str
    importer: str
    product: str
    exporter_musd: float | None
    importer_musd: float | None
    importer_valuation: str | None
    importer_fob_musd: float | None
    cif_fob: float | None
    exporter_weight: float
    reconciled_musd: float
    rule: str


@dataclass(frozen=True, slots=True)
class MirrorReport:
    """What was put side by side: how many flows, by rule, and the largest; the table lies in the case."""

    source: str
    level: str
    margin: float
    table: str
    rules: tuple[tuple[str, int], ...]
    reporters: tuple[Reporter, ...]
    flows: tuple[MirrorFlow, ...]
    warnings: tuple[str, ...]


def reconcile_mirror(
    case: Path, *, source: str, level: str = "TOTAL", margin: float = CIF_MARGIN, pair: tuple[str, str] | None = None
) -> MirrorReport:
    """Both books of all imported flows at a level of products, written to CASE/imports/SOURCE/mirror.parquet.

    The report shows the flows of the pair, either way, or else the largest ones.
    """
    if source not in SOURCES:
        raise unknown_name("source with both books", source, known=SOURCES)
    if level not in LEVELS:
        raise unknown_name("level of products", level, known=LEVELS)
    if not 0.0 <= margin < 1.0:
        raise InputFault(f"The CIF margin is a fraction from 0 to below 1, not {margin:g}.", kind="margin")
    if not case.is_dir():
        raise InputFault(f"There is no folder {case.name!r}.", kind="no-such-folder")
    place = case / "imports" / source
    parts = sorted(file for file in place.glob("*.parquet") if file.name not in {"pairs.parquet", TABLE})
    if not parts:
        raise InputFault(
            f"There is no import of {source}: run  rahdari import {source} PATH --into CASE  first.", kind="no-data"
        )
    with open_database() as connection:
        _put_side_by_side(connection, parts, level=level, margin=margin)
        reporters = _judge(connection)
        _write(connection, place / TABLE)
        rules = connection.execute("SELECT rule, count(*) FROM reconciled GROUP BY rule ORDER BY rule").fetchall()
        if not rules:
            raise InputFault(f"The import of {source} holds no flows at level {level}.", kind="no-data")
        flows = _shown(connection, pair)
        asked = set(pair or ())
        named = {flow.exporter for flow in flows} | {flow.importer for flow in flows}
    return MirrorReport(
        source=source,
        level=level,
        margin=margin,
        table=f"imports/{source}/{TABLE}",
        rules=tuple((str(rule), int(count)) for rule, count in rules),
        reporters=tuple(entry for entry in reporters if entry.economy in (asked or named)),
        flows=flows,
        warnings=(ATTRIBUTION, ALONE),
    )


def _put_side_by_side(connection: Any, parts: list[Path], *, level: str, margin: float) -> None:
    """Nothing; the table `books` has a row for each flow that either book tells.

    Where an importer tells a flow at FOB and at CIF, the former is taken: it needs no margin.
    """
    listed = ", ".join(f"'{quote(part)}'" for part in parts)
    chosen = "product = 'TOTAL'" if level == "TOTAL" else f"length(product) = {int(level)} AND product <> 'TOTAL'"
    connection.execute(
        f"""CREATE TABLE told AS SELECT year, exporter, importer, product, flow, valuation, sum(value_musd) AS musd
        FROM read_parquet([{listed}], union_by_name = true)
        WHERE flow IN ('export', 'import') AND exporter <> importer AND {chosen} GROUP BY ALL"""
    )
    connection.execute(
        f"""CREATE TABLE books AS
        WITH sold AS (SELECT year, exporter, importer, product, musd FROM told WHERE flow = 'export'),
            bought AS (SELECT year, exporter, importer, product, arg_max(musd, valuation) AS musd,
                max(valuation) AS valuation FROM told WHERE flow = 'import' GROUP BY ALL)
        SELECT year, exporter, importer, product, sold.musd AS exporter_musd, bought.musd AS importer_musd,
            bought.valuation AS importer_valuation,
            bought.musd / CASE WHEN bought.valuation = 'FOB' THEN 1 ELSE {1 + margin!r} END AS importer_fob_musd,
            CASE WHEN sold.musd > 0 THEN bought.musd / sold.musd END AS cif_fob
        FROM sold FULL JOIN bought USING (year, exporter, importer, product)"""
    )


def _judge(connection: Any) -> tuple[Reporter, ...]:
    """How far each economy's reports are off; the table `weights` then holds the weight for each pair."""
    names = connection.execute("SELECT exporter FROM books UNION SELECT importer FROM books ORDER BY 1").fetchall()
    economies = tuple(str(name) for (name,) in names)
    position = {name: index for index, name in enumerate(economies)}
    # The log of the value weighs a flow: a large one says more of a reporter, but not in proportion.
    rows = connection.execute(
        """SELECT exporter, importer, sum(w), sum(w * abs(ln(importer_fob_musd / exporter_musd)))
        FROM (SELECT *, ln(1 + 1e3 * greatest(importer_fob_musd, exporter_musd)) AS w FROM books
            WHERE importer_fob_musd > 0 AND exporter_musd > 0) GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    told = TwiceTold(
        exporter=np.array([position[row[0]] for row in rows], dtype=np.int64),
        importer=np.array([position[row[1]] for row in rows], dtype=np.int64),
        weight=np.array([row[2] for row in rows], dtype=np.float64),
        distance=np.array([row[3] for row in rows], dtype=np.float64),
    )
    reporters = judge_reporters(told, economies)
    connection.execute("CREATE TABLE weights (exporter VARCHAR, importer VARCHAR, weight DOUBLE, judged BOOLEAN)")
    if rows:
        weighed = []
        for exporter, importer, *_ in rows:
            seller, buyer = reporters[position[exporter]].as_exporter, reporters[position[importer]].as_importer
            judged = seller is not None and buyer is not None
            weighed.append((exporter, importer, exporter_weight(seller, buyer), judged))
        connection.executemany("INSERT INTO weights VALUES (?, ?, ?, ?)", weighed)
    return reporters


def _write(connection: Any, table: Path) -> None:
    """Nothing; the table `reconciled` has the value in use and the rule that gave it, and is written to the file."""
    connection.execute(
        """CREATE TABLE reconciled AS
        WITH sellers AS (SELECT DISTINCT year, exporter AS economy FROM books WHERE exporter_musd IS NOT NULL),
            buyers AS (SELECT DISTINCT year, importer AS economy FROM books WHERE importer_musd IS NOT NULL)
        SELECT books.*, CASE WHEN importer_musd IS NULL THEN 1.0 WHEN exporter_musd IS NULL THEN 0.0
                ELSE coalesce(weight, 0.5) END AS exporter_weight,
            CASE WHEN importer_musd IS NULL THEN exporter_musd WHEN exporter_musd IS NULL THEN importer_fob_musd
                ELSE coalesce(weight, 0.5) * exporter_musd + (1 - coalesce(weight, 0.5)) * importer_fob_musd
                END AS reconciled_musd,
            CASE WHEN importer_musd IS NULL THEN CASE WHEN buyers.economy IS NULL
                    THEN 'exporter alone: the importer tells nothing that year'
                    ELSE 'exporter alone: the importer tells others, not this' END
                WHEN exporter_musd IS NULL THEN CASE WHEN sellers.economy IS NULL
                    THEN 'importer alone: the exporter tells nothing that year'
                    ELSE 'importer alone: the exporter tells others, not this' END
                WHEN coalesce(judged, false) THEN 'both, by reliability' ELSE 'both, evenly: too few partners to judge'
                END AS rule
        FROM books LEFT JOIN weights USING (exporter, importer)
            LEFT JOIN sellers ON books.year = sellers.year AND books.exporter = sellers.economy
            LEFT JOIN buyers ON books.year = buyers.year AND books.importer = buyers.economy"""
    )
    fresh = table.with_suffix(".new")
    connection.execute(f"COPY reconciled TO '{quote(fresh)}' (FORMAT parquet, COMPRESSION snappy)")
    fresh.replace(table)


def _shown(connection: Any, pair: tuple[str, str] | None) -> tuple[MirrorFlow, ...]:
    """The flows of the pair by year and product, or the largest ones of all."""
    fields = tuple(MirrorFlow.__dataclass_fields__)
    where, order, values = "", "reconciled_musd DESC, year, exporter, importer, product", []
    if pair is not None:
        where, order = "WHERE (exporter = ? AND importer = ?) OR (exporter = ? AND importer = ?)", "ALL"
        values = [*pair, *reversed(pair)]
    limit = "" if pair is not None else f"LIMIT {SHOWN}"
    rows = connection.execute(
        f"SELECT {', '.join(fields)} FROM reconciled {where} ORDER BY {order} {limit}", values
    ).fetchall()
    if pair is not None and not rows:
        raise InputFault(f"Neither book tells trade between {pair[0]} and {pair[1]}.", kind="no-data")
    return tuple(MirrorFlow(*row) for row in rows)
