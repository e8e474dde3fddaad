"""A case folder -> Case; `check_case` returns every fault of the folder at once (I/O)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import numpy as np

from rahdari.case.attributes import Column, read_attributes
from rahdari.case.build import (
    build_books,
    build_claims,
    build_measures,
    build_network,
    build_register,
    build_rows,
    build_sources,
)
from rahdari.case.checks import check_tables
from rahdari.case.pairs import read_pairs
from rahdari.case.settings import Settings, read_settings
from rahdari.case.table import Table, read_table
from rahdari.claims import Book, Claims, Source
from rahdari.exceptions import Fault, FaultyInput, InputFault, Where, nearest_names
from rahdari.measures import Measure
from rahdari.register.entries import Register
from rahdari.register.lexicon import read_rows
from rahdari.register.reconciliation import Statement
from rahdari.trade.pairs import PairHistory
from rahdari.trade.potential import ProductExports, ProductNote, ProductTerm
from rahdari.transport.network import Network

MAX_CASE_BYTES = 256_000_000
# Imported trade files are read by queries, never whole: they may be of any size.
IMPORTS = "imports/"
MAX_CASE_FILES = 2_000
MAX_CASE_DEPTH = 20

# table -> (file, needed); claims and sources may also stand in the rooms' folders
TABLES: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {
        "books": ("books.csv", True),
        "deadlines": ("deadlines.csv", True),
        "targets": ("targets.csv", False),
        "commitments": ("commitments.csv", True),
        "instruments": ("instruments.csv", False),
        "working_groups": ("working_groups.csv", False),
        "milestones": ("milestones.csv", False),
        "events": ("events.csv", False),
        "indicators": ("indicators.csv", False),
        "facts": ("statements.csv", False),
        "documents": ("documents.csv", False),
        "measures": ("measures.csv", True),
        "edits": ("measure_edits.csv", True),
        "nodes": ("network/nodes.csv", True),
        "links": ("network/links.csv", True),
        "crossings": ("network/crossings.csv", True),
        "stops": ("network/stops.csv", True),
        "states": ("network/states.csv", True),
        "seasons": ("network/seasons.csv", False),
        "closures": ("network/closures.csv", False),
        "corridors": ("network/corridors.csv", False),
        "permits": ("network/permits.csv", False),
        "pipelines": ("network/pipelines.csv", False),
        "charges": ("network/charges.csv", False),
        "commodities": ("economy/commodities.csv", True),
        "economies": ("economy/economies.csv", True),
        "flows": ("economy/flows.csv", True),
        "products": ("economy/products.csv", False),
        "product_notes": ("economy/product_notes.csv", False),
        "product_terms": ("economy/product_terms.csv", False),
    }
)
SOURCE_FILES = ("sources.csv", "network/sources.csv", "network/stop_sources.csv", "economy/sources.csv")
CLAIM_FILES = ("claims.csv", "network/claims.csv", "network/stop_claims.csv", "economy/claims.csv")


@dataclass(frozen=True, slots=True)
class EconomyEntry:
    """One economy of the trade model and the node that stands for it."""

    id: str
    name: str
    zone: str
    note: str


@dataclass(frozen=True, slots=True)
class TradeTable:
    """The base year's flows: `value_musd` is exporter x importer, domestic trade on the diagonal."""

    economies: tuple[EconomyEntry, ...]
    year: int
    value_musd: np.ndarray[Any, np.dtype[np.float64]]
    sources: tuple[str, ...]
    products: tuple[ProductExports, ...] = ()
    product_notes: tuple[ProductNote, ...] = ()
    product_terms: tuple[ProductTerm, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A partnership, its network, its economies and its measures, as read from a folder without fault."""

    id: str
    folder: Path
    settings: Settings
    sources: Mapping[str, Source]
    claims: Claims
    books: Mapping[str, Book]
    register: Register
    network: Network
    trade: TradeTable
    measures: tuple[Measure, ...]
    pairs: PairHistory | None
    statements: tuple[Statement, ...]
    sha256: str

    @property
    def as_of(self) -> date:
        """The last day of which the case claims any knowledge."""
        return self.settings.as_of

    def name_of(self, country: str) -> str:
        """The name of a country or economy for people, else its code."""
        return self.country_names().get(country, country)

    def country_names(self) -> dict[str, str]:
        """Names by ISO3 code or economy: the case's own before those of the reading room's list."""
        return (
            dict(_listed_countries())
            | {entry.id: entry.name for entry in self.trade.economies}
            | dict(self.settings.names)
        )

    def place_names(self) -> tuple[str, ...]:
        """Names of the network's places and crossings as people write them, each once."""
        names = [label for node in self.network.nodes for label in (node.name, *node.aliases)]
        return tuple(dict.fromkeys([*names, *(crossing.name for crossing in self.network.crossings)]))


@cache
def _listed_countries() -> Mapping[str, str]:
    """Names by ISO3 code as the reading room lists them; read once."""
    return MappingProxyType({row["iso3"]: row["name"] for row in read_rows("en", "countries.csv")})


def shipped_cases() -> tuple[str, ...]:
    """Names of the cases that ship with the package, with hyphens or underscores as their folders have."""
    root = Path(str(files("rahdari").joinpath("cases")))
    return tuple(sorted(path.name for path in root.iterdir() if (path / "case.toml").is_file()))


def find_case(name: str) -> Path:
    """The folder of a shipped case's name or a path; an unknown name suggests the nearest."""
    root = Path(str(files("rahdari").joinpath("cases")))
    if name.replace("-", "_") in shipped_cases():
        return root / name.replace("-", "_")
    path = Path(name)
    if (path / "case.toml").is_file():
        return path
    if path.is_dir():
        raise InputFault(f"{name} is a folder without case.toml, so it is no case.", kind="no-case")
    if path.is_file():
        raise InputFault(f"{name} is a file: give the folder of a case.", kind="no-case")
    near = nearest_names(name, shipped_cases())
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    message = f"Unknown case: {name!r}.{hint} Give the path of a case folder, or one of {', '.join(shipped_cases())}."
    raise InputFault(message, kind="unknown-case", suggestions=near)


def read_case(folder: Path) -> Case:
    """The case in `folder`; raises FaultyInput with every fault of the folder."""
    case, faults = _load(folder)
    if faults or case is None:
        raise FaultyInput(faults, kind="faulty-case")
    return case


def check_case(folder: Path) -> tuple[Fault, ...]:
    """Every fault of the case in `folder`; empty where it is sound."""
    return tuple(_load(folder)[1])


def _load(folder: Path) -> tuple[Case | None, list[Fault]]:
    too_many, faults = _check_size(folder)
    if too_many:
        return None, faults
    settings, wrong = read_settings(folder)
    faults += wrong
    attributes = read_attributes()
    tables: dict[str, Table] = {}
    for name, (file, required) in TABLES.items():
        tables[name] = read_table(folder, file, columns=attributes[name], required=required)
    source_tables = [_read_part(folder, file, attributes["sources"]) for file in SOURCE_FILES]
    claim_tables = [_read_part(folder, file, attributes["claims"]) for file in CLAIM_FILES]
    for table in (*tables.values(), *source_tables, *claim_tables):
        faults += table.faults
    pairs, wrong = read_pairs(folder, settings)
    faults += wrong
    faults += check_tables(tables, sources=source_tables, claims=claim_tables, settings=settings, folder=folder)
    if faults or settings is None:
        return None, faults
    sources = build_sources(source_tables)
    case = Case(
        id=folder.resolve().name.replace("_", "-").lower(),
        folder=folder,
        settings=settings,
        sources=MappingProxyType(sources),
        claims=build_claims(claim_tables, sources=sources, as_of=settings.as_of),
        books=MappingProxyType(build_books(tables["books"])),
        register=build_register(tables),
        network=build_network(tables),
        trade=_build_trade(tables),
        measures=build_measures(tables),
        pairs=pairs,
        statements=build_rows(Statement, tables["facts"]),
        sha256=hash_folder(folder),
    )
    return case, []


def _read_part(folder: Path, file: str, columns: Mapping[str, Column]) -> Table:
    return read_table(folder, file, columns=columns, required="/" not in file)


def _check_size(folder: Path) -> tuple[bool, list[Fault]]:
    """Whether the folder holds too much to go on, and its faults as a folder: size, and links that lead out of it."""
    root = folder.resolve()
    faults = []
    sizes: dict[str, int] = {}
    for path in _walk(folder):
        name = Path(os.fsencode(path.relative_to(folder)).decode("utf-8", "replace")).as_posix()
        if len(path.relative_to(folder).parts) > MAX_CASE_DEPTH:
            return True, [Fault(f"Folders stand more than {MAX_CASE_DEPTH} deep in each other.", Where(root.name))]
        if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
            faults.append(Fault("The link leads out of the case folder.", Where(name)))
        elif path.is_file() and not name.startswith(IMPORTS):
            sizes[name] = path.stat().st_size
        if len(sizes) + len(faults) > MAX_CASE_FILES:
            return True, [Fault(f"The case folder holds more than {MAX_CASE_FILES:,} files.", Where(root.name))]
    total = sum(sizes.values())
    if total > MAX_CASE_BYTES:
        largest = max(sizes, key=lambda name: sizes[name])
        message = f"The case folder holds {total / 1e6:.0f} MB; at most {MAX_CASE_BYTES / 1e6:.0f} MB are read."
        faults.append(Fault(message, Where(largest)))
    return False, faults


def _walk(folder: Path) -> Iterator[Path]:
    """All that the folder holds, folder by folder; without recursion, which a deep one would exhaust."""
    waiting = [folder]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            yield path
            if path.is_dir() and not path.is_symlink():
                waiting.append(path)


def hash_folder(folder: Path) -> str:
    """SHA-256 over the names and contents of the files that make the case."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".csv", ".toml", ".txt", ".npz", ".md"):
            digest.update(os.fsencode(path.relative_to(folder)) + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _build_trade(tables: Mapping[str, Table]) -> TradeTable:
    fields = ("id", "name", "zone", "note")
    entries = tuple(EconomyEntry(*(str(row[field]) for field in fields)) for row in tables["economies"].rows)
    index = {entry.id: position for position, entry in enumerate(entries)}
    value = np.zeros((len(entries), len(entries)))
    sources: dict[str, None] = {}
    year = 0
    for row in tables["flows"].rows:
        amount, year = cast(float, row["value"]), cast(int, row["year"])  # checked: both are required
        value[index[str(row["exporter"])], index[str(row["importer"])]] = amount
        sources.setdefault(str(row["source"]))
    value.setflags(write=False)
    return TradeTable(
        entries,
        year,
        value,
        tuple(sources),
        _build_products(tables),
        _build_product_notes(tables),
        _build_product_terms(tables),
    )


def _build_products(tables: Mapping[str, Table]) -> tuple[ProductExports, ...]:
    return tuple(
        ProductExports(
            exporter=str(row["exporter"]),
            code=str(row["hs"]),
            name=str(row["name"]),
            year=cast(int, row["year"]),
            exports_musd=cast(float, row["exports"]),
            tonnes=cast("float | None", row["tonnes"]),
            source=str(row["source"]),
        )
        for row in tables["products"].rows
    )


def _build_product_notes(tables: Mapping[str, Table]) -> tuple[ProductNote, ...]:
    fields = ("exporter", "importer", "hs", "status", "note", "source")
    return tuple(ProductNote(*(str(row[field]) for field in fields)) for row in tables["product_notes"].rows)


def _build_product_terms(tables: Mapping[str, Table]) -> tuple[ProductTerm, ...]:
    return tuple(
        ProductTerm(
            exporter=str(row["exporter"]),
            importer=str(row["importer"]),
            hs=str(row["hs"] or ""),
            kind=str(row["kind"]),
            low=cast("float | None", row["low"]),
            high=cast("float | None", row["high"]),
            text=str(row["text"]),
            source=str(row["source"]),
            strength=str(row["strength"]),
        )
        for row in tables["product_terms"].rows
    )
