"""What `case.toml` says, and every fault in it at once (I/O)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rahdari.case.names import Names
from rahdari.case.table import read_text_file
from rahdari.exceptions import Fault, Where

FILE = "case.toml"
MAX_BYTES = 100_000
LONGEST_HORIZON_YEARS = 60
_SETTINGS: Mapping[str, tuple[type, str]] = MappingProxyType(
    {
        "title": (str, "a text"),
        "parties": (list, "a list of two ISO3 codes"),
        "names": (dict, "a table of ISO3 code = name"),
        "as_of": (date, "a date YYYY-MM-DD without quotation marks"),
        "announced": (date, "a date YYYY-MM-DD without quotation marks"),
        "base_year": (int, "a whole number"),
        "horizon": (int, "a whole number"),
        "target": (dict, "a table with flow and sources"),
        "zones": (dict, "a table of ISO3 code = list of node ids"),
        "outside_view": (dict, "a table with pairs and source"),
        "words": (dict, "a table of language = table of the case's own words and their translation"),
    }
)
_OPTIONAL = frozenset({"outside_view", "words"})


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
    words: Mapping[str, Mapping[str, str]]


def read_settings(folder: Path) -> tuple[Settings | None, list[Fault]]:
    """The settings of the case in `folder`, or None with every fault of the file."""
    text, fault = read_text_file(folder, FILE, limit=MAX_BYTES)
    if fault is not None:
        return None, [fault]
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        return None, [Fault(f"Not readable as TOML: {why}.", Where(FILE))]
    faults = _check_types(raw)
    if not faults:
        faults = [*_check_parties(raw), *_check_target(raw)]
    return (None, faults) if faults else (_make_settings(raw), [])


def _fault(message: str, key: str | None) -> Fault:
    return Fault(message, Where(FILE, None, key))


def _check_types(raw: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for key, (kind, what) in _SETTINGS.items():
        value = raw.get(key)
        if key not in raw:
            if key not in _OPTIONAL:
                faults.append(_fault(f"The setting {key} is missing: it is {what}.", key))
        elif not isinstance(value, kind) or isinstance(value, bool | datetime):
            faults.append(_fault(f"{key} must be {what}.", key))
    known = Names.of(_SETTINGS)
    faults += [_fault(f"Unknown setting {key!r}.{known.hint(key)}", None) for key in raw.keys() - _SETTINGS.keys()]
    return sorted(faults, key=lambda fault: fault.message)


def _check_parties(raw: Mapping[str, Any]) -> list[Fault]:
    faults = []
    parties = raw["parties"]
    if len(parties) != 2 or not _is_texts(parties) or len(set(parties)) != 2:
        faults.append(_fault("parties must name two different countries by ISO3 code.", "parties"))
    elif set(parties) - raw["zones"].keys():
        faults.append(_fault("zones must name at least one node for each party.", "zones"))
    if not all(isinstance(name, str) for name in raw["names"].values()):
        faults.append(_fault("names must give a text for each code.", "names"))
    faults += [
        _fault(f"words.{language} must give a text for each of the case's own words.", "words")
        for language, told in raw.get("words", {}).items()
        if not (isinstance(told, dict) and all(isinstance(text, str) for text in told.values()))
    ]
    if not raw["as_of"].year <= raw["horizon"] <= raw["as_of"].year + LONGEST_HORIZON_YEARS:
        message = f"horizon must lie within {LONGEST_HORIZON_YEARS} years after as_of."
        faults.append(_fault(message, "horizon"))
    for zone, nodes in raw["zones"].items():
        if not isinstance(nodes, list) or not nodes or not _is_texts(nodes):
            faults.append(_fault(f"zones.{zone} must be a list of node ids.", "zones"))
    return faults


def _check_target(raw: Mapping[str, Any]) -> list[Fault]:
    faults = []
    target, view = raw["target"], raw.get("outside_view", {})
    if not isinstance(target.get("flow"), str) or not _is_texts(target.get("sources")):
        faults.append(_fault("target needs flow (text) and sources (list of source ids).", "target"))
    if view and not (isinstance(view.get("pairs"), str) and isinstance(view.get("source"), str)):
        faults.append(_fault("outside_view needs pairs (a file) and source.", "outside_view"))
    return faults


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


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
        words=MappingProxyType({name: MappingProxyType(dict(told)) for name, told in raw.get("words", {}).items()}),
    )
