"""A case folder -> Case; `check_case` returns every fault of the folder at once (I/O)."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from rahdari.case.attributes import Column, read_attributes
from rahdari.case.build import build_books, build_claims, build_measures, build_network, build_register, build_sources
from rahdari.case.checks import check_tables
from rahdari.case.table import Table, read_table, read_text_file
from rahdari.claims import Book, Claims, Source
from rahdari.exceptions import Fault, FaultyInput, InputFault, Where, nearest_names, unknown_name
from rahdari.measures import Measure
from rahdari.register.entries import Register
from rahdari.trade.pairs import PairHistory
from rahdari.transport.network import Network

MAX_CASE_BYTES = 256_000_000
MAX_CASE_FILES = 2_000
MAX_PAIRS_BYTES = 64_000_000

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
        "commodities": ("economy/commodities.csv", True),
        "economies": ("economy/economies.csv", True),
        "flows": ("economy/flows.csv", True),
    }
)
SOURCE_FILES = ("sources.csv", "network/sources.csv", "network/stop_sources.csv", "economy/sources.csv")
CLAIM_FILES = ("claims.csv", "network/claims.csv", "network/stop_claims.csv", "economy/claims.csv")

_SETTINGS: Mapping[str, type | tuple[type, ...]] = MappingProxyType(
    {
        "title": str,
        "parties": list,
        "names": dict,
        "as_of": date,
        "announced": date,
        "base_year": int,
        "horizon": int,
        "target": dict,
        "zones": dict,
        "outside_view": dict,
    }
)
_OPTIONAL_SETTINGS = frozenset({"outside_view"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What `case.toml` says."""

    title: str
    parties: tuple[str, str]
    names: Mapping[str, str]
    as_of: date
    announced: date
    base_year: int
    horizon: int
    target_flow: str
    target_sources: tuple[str, ...]
    zones: Mapping[str, tuple[str, ...]]
    pairs_file: str
    pairs_source: str


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
    sha256: str

    @property
    def as_of(self) -> date:
        """The last day of which the case claims any knowledge."""
        return self.settings.as_of

    def name_of(self, country: str) -> str:
        """The name of a party or economy for people."""
        names = dict(self.settings.names) | {entry.id: entry.name for entry in self.trade.economies}
        return names.get(country, country)


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
        raise InputFault(f"{name} is a folder without case.toml, so it is no case.", kind="no-case", where=Where(name))
    raise unknown_name("case", name, known=shipped_cases())


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
    faults = _check_size(folder)
    if faults:
        return None, faults
    settings, faults = _read_settings(folder)
    attributes = read_attributes()
    tables: dict[str, Table] = {}
    for name, (file, required) in TABLES.items():
        tables[name] = read_table(folder, file, columns=attributes[name], required=required)
    source_tables = [_read_part(folder, file, attributes["sources"]) for file in SOURCE_FILES]
    claim_tables = [_read_part(folder, file, attributes["claims"]) for file in CLAIM_FILES]
    for table in (*tables.values(), *source_tables, *claim_tables):
        faults += table.faults
    pairs, pair_faults = _read_pairs(folder, settings)
    faults += pair_faults
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
        sha256=hash_folder(folder),
    )
    return case, []


def _read_part(folder: Path, file: str, columns: Mapping[str, Column]) -> Table:
    return read_table(folder, file, columns=columns, required="/" not in file)


def _check_size(folder: Path) -> list[Fault]:
    paths = []
    for path in folder.rglob("*"):
        paths.append(path)
        if len(paths) > MAX_CASE_FILES:
            return [Fault(f"The case folder holds more than {MAX_CASE_FILES:,} files.", Where(str(folder.name)))]
    total = sum(path.stat().st_size for path in paths if path.is_file())
    if total > MAX_CASE_BYTES:
        largest = max((path for path in paths if path.is_file()), key=lambda path: path.stat().st_size)
        return [
            Fault(
                f"The case folder holds {total / 1e6:.0f} MB; at most {MAX_CASE_BYTES / 1e6:.0f} MB are read.",
                Where(str(largest.relative_to(folder))),
            )
        ]
    return []


def hash_folder(folder: Path) -> str:
    """SHA-256 over the names and contents of the files that make the case."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".csv", ".toml", ".txt", ".npz", ".md"):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _read_settings(folder: Path) -> tuple[Settings | None, list[Fault]]:
    name = "case.toml"
    text, fault = read_text_file(folder, name, limit=100_000)
    if fault is not None:
        return None, [fault]
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [Fault(f"Not readable as TOML: {error}.", Where(name))]
    faults = []
    for key, kind in _SETTINGS.items():
        if key not in raw and key not in _OPTIONAL_SETTINGS:
            faults.append(Fault(f"The setting {key} is missing.", Where(name, None, key)))
        elif key in raw and (not isinstance(raw[key], kind) or isinstance(raw[key], bool)):
            faults.append(Fault(f"{key} must be of type {getattr(kind, '__name__', kind)}.", Where(name, None, key)))
    for key in raw.keys() - _SETTINGS.keys():
        near = nearest_names(key, _SETTINGS)
        faults.append(Fault(f"Unknown setting {key!r}.{f' Did you mean {near[0]}?' if near else ''}", Where(name)))
    if faults:
        return None, faults
    faults = _check_settings(raw, name)
    return (None, faults) if faults else (_make_settings(raw), [])


def _check_settings(raw: Mapping[str, Any], name: str) -> list[Fault]:
    faults = []
    parties = raw["parties"]
    if len(parties) != 2 or not all(isinstance(party, str) for party in parties) or len(set(parties)) != 2:
        faults.append(Fault("parties must name two different countries by ISO3 code.", Where(name, None, "parties")))
    elif set(parties) - raw["zones"].keys():
        faults.append(Fault("zones must name at least one node for each party.", Where(name, None, "zones")))
    if not raw["as_of"].year <= raw["horizon"] <= raw["as_of"].year + 60:
        faults.append(Fault("horizon must lie within 60 years after as_of.", Where(name, None, "horizon")))
    for zone, nodes in raw["zones"].items():
        if not isinstance(nodes, list) or not nodes or not all(isinstance(node, str) for node in nodes):
            faults.append(Fault(f"zones.{zone} must be a list of node ids.", Where(name, None, "zones")))
    target = raw["target"]
    if not isinstance(target.get("flow"), str) or not isinstance(target.get("sources"), list):
        faults.append(Fault("target needs flow (text) and sources (list of source ids).", Where(name, None, "target")))
    view = raw.get("outside_view", {})
    if view and not (isinstance(view.get("pairs"), str) and isinstance(view.get("source"), str)):
        faults.append(Fault("outside_view needs pairs (a file) and source.", Where(name, None, "outside_view")))
    return faults


def _make_settings(raw: Mapping[str, Any]) -> Settings:
    view = raw.get("outside_view", {})
    return Settings(
        title=raw["title"],
        parties=(raw["parties"][0], raw["parties"][1]),
        names=MappingProxyType(dict(raw["names"])),
        as_of=raw["as_of"],
        announced=raw["announced"],
        base_year=raw["base_year"],
        horizon=raw["horizon"],
        target_flow=raw["target"]["flow"],
        target_sources=tuple(raw["target"]["sources"]),
        zones=MappingProxyType({zone: tuple(nodes) for zone, nodes in raw["zones"].items()}),
        pairs_file=view.get("pairs", ""),
        pairs_source=view.get("source", ""),
    )


def _read_pairs(folder: Path, settings: Settings | None) -> tuple[PairHistory | None, list[Fault]]:
    if settings is None or not settings.pairs_file:
        return None, []
    path, where = folder / settings.pairs_file, Where(settings.pairs_file)
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        return None, [Fault("The file of pair histories is missing or lies outside the case folder.", where)]
    if path.stat().st_size > MAX_PAIRS_BYTES:
        return None, [Fault(f"The file has more than {MAX_PAIRS_BYTES / 1e6:.0f} MB.", where)]
    try:
        with np.load(path, allow_pickle=False) as held:
            iso3, years, exports = held["iso3"], held["years"], held["exports_musd"]
    except (ValueError, KeyError, OSError, EOFError) as error:
        return None, [Fault(f"Not readable as pair histories (iso3, years, exports_musd): {error}.", where)]
    if exports.shape != (len(iso3), len(iso3), len(years)) or np.any(exports < 0):
        return None, [Fault("exports_musd must be exporter x importer x year and not negative.", where)]
    labels = tuple(str(code) for code in iso3)
    return PairHistory(
        labels, tuple(int(year) for year in years), exports.astype(np.float32), settings.pairs_source
    ), []


def _build_trade(tables: Mapping[str, Table]) -> TradeTable:
    fields = ("id", "name", "zone", "note")
    entries = tuple(EconomyEntry(*(str(row[field]) for field in fields)) for row in tables["economies"].rows)
    index = {entry.id: position for position, entry in enumerate(entries)}
    value = np.zeros((len(entries), len(entries)))
    sources: dict[str, None] = {}
    year = 0
    for row in tables["flows"].rows:
        amount = row["value"]
        assert isinstance(amount, float) and isinstance(row["year"], int)
        value[index[str(row["exporter"])], index[str(row["importer"])]] = amount
        sources.setdefault(str(row["source"]))
        year = row["year"]
    value.setflags(write=False)
    return TradeTable(entries, year, value, tuple(sources))
