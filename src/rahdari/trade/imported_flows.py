# ruff: noqa: S608 - the SQL is made of our own words and of quoted paths
"""What a case's imports tell of trade and production: flows by pair and sector, GDP, the user's own outputs (I/O)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rahdari.exceptions import Fault, FaultyInput, InputFault, Where
from rahdari.trade.concordance import Concordance, group_concordance, read_concordance, section_concordance
from rahdari.trade.database import quote
from rahdari.trade.domestic import Production
from rahdari.trade.markets import FloatArray
from rahdari.trade.rows import Names, read_label, read_number, read_table

SOURCES = ("baci", "itpde", "comtrade", "imts")
REST = "ROW"
ONE, OWN, SECTIONS, GROUPS, OTHER = "one", "own", "hs", "wits", "other"
GDP, FARMING, INDUSTRY = "NY.GDP.MKTP.CD", "NV.AGR.TOTL.ZS", "NV.IND.TOTL.ZS"
# A figure of an earlier year serves where the year's own lacks, but not for longer.
OLDEST = 5


@dataclass(frozen=True, slots=True)
class EconomyPlan:
    """What to build: from which import and year, at which sectors, with which economies by name and by size.

    `sectors` is one, hs (sections), wits (its groups), own (the source's broad sectors) or a published concordance;
    `told` a folder with files that take the place of estimates: output.csv (economy[, sector], gross_output[,
    value_added]), inputs.csv and the other files of `counterfactual`.
    """

    source: str
    year: int
    sectors: str = ONE
    digits: int | None = None
    largest: int = 40
    named: tuple[str, ...] = ()
    told: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ImportedFlows:
    """Flows (J, N, N) of all economies that the source tells, and where it tells home sales."""

    labels: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: FloatArray
    unmatched_musd: float


@dataclass(frozen=True, slots=True)
class GrossOutput:
    """A row of the user's output.csv, million USD."""

    gross_musd: float
    added_musd: float | None


Outputs = Mapping[tuple[str, str], GrossOutput]


def read_flows(connection: Any, case: Path, plan: EconomyPlan) -> ImportedFlows:
    """Flows by pair and sector of the year, in the order of names."""
    connection.execute(f"CREATE VIEW told AS {_source(case, plan.source)}")
    years = [row[0] for row in connection.execute("SELECT DISTINCT year FROM told ORDER BY year").fetchall()]
    if plan.year not in years:
        listed = ", ".join(map(str, years[-8:]))
        raise InputFault(f"The import of {plan.source} has no year {plan.year}; it has {listed}.", kind="no-data")
    if plan.sectors == ONE:
        sector = "'all'"
    elif plan.sectors == OWN and plan.source == "itpde":
        sector = "broad_sector"
    elif plan.sectors == OWN:
        raise InputFault("Only ITPD-E has sectors of its own: choose one, hs or a concordance.", kind="sectors")
    else:
        _register_links(connection, _concordance(plan), source=plan.source)
        sector = "sector"
    joined = "told LEFT JOIN links USING (product)" if sector == "sector" else "told"
    weight = "coalesce(share, 1)" if sector == "sector" else "1"
    rows = connection.execute(
        f"""SELECT coalesce({sector}, '{OTHER}'), exporter, importer, sum({weight} * value_musd)
        FROM {joined} WHERE year = ? GROUP BY ALL ORDER BY ALL""",
        [plan.year],
    ).fetchall()
    labels = tuple(sorted({name for row in rows for name in row[1:3]}))
    sectors = tuple(sorted({row[0] for row in rows}))
    place = {name: index for index, name in enumerate(labels)}
    flows = np.zeros((len(sectors), len(labels), len(labels)))
    for name, exporter, importer, value in rows:
        flows[sectors.index(name), place[exporter], place[importer]] = value
    if sector == "sector" and sectors == (OTHER,):
        raise InputFault(
            f"None of the codes of {plan.source} is in the concordance; a table of both books holds products only "
            "where mirror was run with --level 2, 4 or 6.",
            kind="sectors",
        )
    lost = float(flows[sectors.index(OTHER)].sum()) if OTHER in sectors and sector == "sector" else 0.0
    return ImportedFlows(labels, sectors, flows, lost)


def _source(case: Path, source: str) -> str:
    """SQL of the imported flows: year, exporter, importer, product, value_musd (and broad_sector where told)."""
    place = case / "imports" / source
    if source in {"comtrade", "imts"}:
        table = place / "mirror.parquet"
        if not table.is_file():
            message = f"Two books tell each flow of {source}: run  rahdari mirror CASE --source {source}  first."
            raise InputFault(message, kind="no-data")
        return f"SELECT *, reconciled_musd AS value_musd FROM '{quote(table)}'"
    parts = sorted(file for file in place.glob("*.parquet") if file.name != "pairs.parquet")
    if not parts:
        message = f"There is no import of {source}: run  rahdari import {source} PATH --into CASE  first."
        raise InputFault(message, kind="no-data")
    listed = ", ".join(f"'{quote(part)}'" for part in parts)
    return f"SELECT * FROM read_parquet([{listed}], union_by_name = true)"


def _concordance(plan: EconomyPlan) -> Concordance:
    shipped = {SECTIONS: section_concordance, GROUPS: group_concordance}
    if plan.sectors in shipped:
        return shipped[plan.sectors]()
    return read_concordance(Path(plan.sectors), digits=plan.digits)


def _register_links(connection: Any, concordance: Concordance, *, source: str) -> None:
    """Nothing; the table `links` has the sectors of each product code that the source tells."""
    if source == "itpde":
        raise InputFault("ITPD-E has industries, not products: choose the sectors `one` or `own`.", kind="sectors")
    connection.execute("CREATE TABLE known (code VARCHAR, sector VARCHAR, share DOUBLE)")
    rows = [(link.code, link.target, link.share) for link in concordance.links]
    connection.executemany("INSERT INTO known VALUES (?, ?, ?)", rows)
    # The longest code that a product begins with.
    connection.execute(
        """CREATE TABLE links AS
        WITH products AS (SELECT DISTINCT product FROM told),
            nearest AS (SELECT product, max(length(code)) AS size FROM products, known
                WHERE length(code) <= length(product) AND left(product, length(code)) = code GROUP BY product)
        SELECT product, sector, share FROM nearest JOIN known ON code = left(product, size)"""
    )


def read_production(connection: Any, case: Path, year: int) -> dict[str, Production]:
    """GDP and the share of goods by economy, from the import of the World Development Indicators if there is one."""
    parts = sorted((case / "imports" / "wdi").glob("*.parquet"))
    if not parts:
        return {}
    listed = ", ".join(f"'{quote(part)}'" for part in parts)
    rows = connection.execute(
        f"""SELECT economy, indicator, arg_max(value, year) FROM read_parquet([{listed}], union_by_name = true)
        WHERE indicator IN ('{GDP}', '{FARMING}', '{INDUSTRY}') AND year BETWEEN ? AND ? GROUP BY ALL""",
        [year - OLDEST, year],
    ).fetchall()
    told: dict[str, dict[str, float]] = {}
    for economy, indicator, value in rows:
        told.setdefault(economy, {})[indicator] = float(value)
    return {
        economy: Production(economy, figures[GDP] / 1e6, (figures[FARMING] + figures[INDUSTRY]) / 100)
        for economy, figures in told.items()
        if {GDP, FARMING, INDUSTRY} <= figures.keys()
    }


def read_outputs(folder: Path | None, trade: ImportedFlows) -> Outputs:
    """The user's gross outputs by economy and sector, every fault of the file at once."""
    if folder is None or not (folder / "output.csv").is_file():
        return {}
    faults: list[Fault] = []
    columns = ("economy", "gross_output") if len(trade.sectors) == 1 else ("economy", "sector", "gross_output")
    table = read_table(folder / "output.csv", columns, faults=faults)
    if table is None:
        raise FaultyInput(faults)
    found: dict[tuple[str, str], GrossOutput] = {}
    economies, sectors = Names(frozenset((*trade.labels, REST)), {}), Names(frozenset(trade.sectors), {})
    for row in table.rows:
        economy = read_label(table, row, column="economy", known=economies, faults=faults)
        sector: str | None = trade.sectors[0]
        if "sector" in columns:
            sector = read_label(table, row, column="sector", known=sectors, faults=faults, what="sector")
        gross = read_number(table, row, column="gross_output", faults=faults)
        tells = "value_added" in table.columns and table.cell(row, "value_added").strip()
        added = read_number(table, row, column="value_added", faults=faults) if tells else None
        if economy is None or sector is None or gross is None:
            continue
        if gross < 0 or (added is not None and not 0 <= added <= gross):
            message = "gross output is 0 or more, and value added between 0 and gross output"
            faults.append(Fault(message, Where(table.file, row.number)))
        found[economy, sector] = GrossOutput(gross, added)
    if faults:
        raise FaultyInput(faults)
    return found
