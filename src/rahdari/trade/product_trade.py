# ruff: noqa: S608 - the SQL is made of our own words and of quoted paths
"""What a case's imports tell of products: world trade by code from BACI, and the importer's tariffs from WITS (I/O)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rahdari.exceptions import InputFault
from rahdari.trade.concordance import read_chapters
from rahdari.trade.database import open_database, quote
from rahdari.trade.importing import NAMED
from rahdari.trade.potential import ProductTrade

DIGITS = (2, 4, 6)
# One year is noise in a product of few shipments.
YEARS_AVERAGED = 3


@dataclass(frozen=True, slots=True)
class ImportedProducts:
    """Products in world trade, means of the years."""

    years: tuple[int, ...]
    products: tuple[ProductTrade, ...]


@dataclass(frozen=True, slots=True)
class ImportedTariff:
    """The importer's simple average over the tariff lines of a code: a fraction, with duty and year."""

    rate: float
    duty: str
    year: int


def has_import(case: Path, source: str) -> bool:
    """Whether the case holds an import of the source."""
    return bool(_parts(case, source))


def read_product_trade(case: Path, exporter: str, *, importer: str, digits: int) -> ImportedProducts:
    """What the exporter sells all, the importer buys from all and the two trade, by code of so many digits of BACI."""
    if digits not in DIGITS:
        raise InputFault(f"Codes have 2, 4 or 6 digits, not {digits}.", kind="digits")
    parts = _parts(case, "baci")
    if not parts:
        raise InputFault(
            "There is no import of baci: run  rahdari import baci PATH --into CASE  first.", kind="no-data"
        )
    listed = ", ".join(f"'{quote(part)}'" for part in parts)
    table = f"read_parquet([{listed}], union_by_name = true)"
    names = _names(case)
    with open_database() as connection:
        held = connection.execute(f"SELECT DISTINCT year FROM {table} ORDER BY year").fetchall()
        years = tuple(int(year) for (year,) in held)[-YEARS_AVERAGED:]
        rows = connection.execute(
            f"""SELECT left(product, {digits}) AS code,
                coalesce(sum(value_musd) FILTER (exporter = $seller), 0),
                coalesce(sum(value_musd) FILTER (importer = $buyer), 0),
                sum(value_musd),
                coalesce(sum(value_musd) FILTER (exporter = $seller AND importer = $buyer), 0),
                sum(quantity_t) FILTER (exporter = $seller),
                count(*) FILTER (exporter = $seller AND quantity_t IS NULL)
            FROM {table} WHERE year IN ({", ".join(map(str, years))}) AND exporter <> importer
            GROUP BY code ORDER BY code""",
            {"seller": exporter, "buyer": importer},
        ).fetchall()
    count = len(years)
    products = tuple(
        ProductTrade(
            code=str(code),
            name=names.get(str(code)) or names.get(str(code)[:2], ""),
            exports_musd=sold / count,
            imports_musd=bought / count,
            world_musd=world / count,
            bilateral_musd=between / count,
            tonnes=tonnes / count if tonnes and not untold else None,
        )
        for code, sold, bought, world, between, tonnes, untold in rows
    )
    return ImportedProducts(years, products)


def read_tariffs(case: Path, exporter: str, *, importer: str, digits: int) -> dict[str, ImportedTariff]:
    """The importer's tariffs by code: what the exporter pays where the import tells it, else the most favoured rate."""
    parts = _parts(case, "wits")
    if not parts:
        return {}
    listed = ", ".join(f"'{quote(part)}'" for part in parts)
    with open_database() as connection:
        rows = connection.execute(
            f"""WITH lines AS (SELECT left(product, {digits}) AS code, year, duty, rate,
                    CASE WHEN duty = 'AHS' AND exporter = $seller THEN 1 ELSE 2 END AS choice
                FROM read_parquet([{listed}], union_by_name = true)
                WHERE importer = $buyer AND length(product) = 6
                    AND (duty = 'MFN' OR (duty = 'AHS' AND exporter = $seller))),
                best AS (SELECT code, min(choice) AS choice FROM lines GROUP BY code),
                latest AS (SELECT code, choice, max(year) AS year FROM lines JOIN best USING (code, choice)
                    GROUP BY ALL)
            SELECT code, avg(rate), first(duty), year FROM lines JOIN latest USING (code, choice, year)
            GROUP BY code, year ORDER BY code""",
            {"seller": exporter, "buyer": importer},
        ).fetchall()
    return {str(code): ImportedTariff(float(rate), str(duty), int(year)) for code, rate, duty, year in rows}


def _names(case: Path) -> dict[str, str]:
    """What codes are called: those that came with the import, and chapters."""
    chapters = {entry.chapter: entry.name for entry in read_chapters()}
    told = case / "imports" / "baci" / NAMED
    if not told.is_file():
        return chapters
    return {str(code): str(name) for code, name in json.loads(told.read_text(encoding="utf-8")).items()} | chapters


def _parts(case: Path, source: str) -> list[Path]:
    return sorted(file for file in (case / "imports" / source).glob("*.parquet") if file.name != "pairs.parquet")
