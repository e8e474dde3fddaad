"""From one classification of goods to another: HS sections, which ship, and concordances as they are published.

The Harmonized System's chapters and sections are those of the World Customs Organization's nomenclature; the groups of
chapters beside them are those of the World Bank's WITS. Concordances at six digits (to ISIC, BEC, SITC) are the user's
files: WITS's JobID-*_Concordance_*.CSV (Windows-1252; code and description of either side) and the UN Statistics
Division's conversion tables, whose first two columns are codes. A code that stands for several is split evenly, because
the published tables hold no weights.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from rahdari.exceptions import Fault, FaultyInput, InputFault, Where

MOST_BYTES = 50_000_000
CODE = "product code"
# Digits of the codes of a classification that spreadsheets are known to cut zeros from.
DIGITS = (("hs", 6), ("isic", 4))


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the Harmonized System, its section and WITS's group."""

    chapter: str
    name: str
    section: str
    section_name: str
    wits_group: str


@dataclass(frozen=True, slots=True)
class Link:
    """The share of a code of one classification that goes to a code of another."""

    code: str
    target: str
    share: float


@dataclass(frozen=True, slots=True)
class Concordance:
    """Links from one classification to another; the shares of each code add up to 1."""

    origin: str
    destination: str
    links: tuple[Link, ...]

    @property
    def targets(self) -> tuple[str, ...]:
        """The codes of the destination, in order."""
        return tuple(sorted({link.target for link in self.links}))


def read_chapters() -> tuple[Chapter, ...]:
    """The chapters of the Harmonized System; 77 is kept free and 98 and 99 are each country's own."""
    text = files("rahdari.trade").joinpath("hs_chapters.csv").read_text(encoding="utf-8")
    return tuple(Chapter(**row) for row in csv.DictReader(text.splitlines()))


def section_labels() -> dict[str, str]:
    """The sections of the Harmonized System by their Roman number, as names such as `05 Minerals and fuels`."""
    names = {entry.section: entry.section_name for entry in read_chapters()}
    return {section: f"{number:02d} {name}" for number, (section, name) in enumerate(names.items(), start=1)}


def section_concordance() -> Concordance:
    """Chapters to sections, by the section's number and name."""
    labels = section_labels()
    links = tuple(Link(entry.chapter, labels[entry.section], 1.0) for entry in read_chapters())
    return Concordance("HS chapter", "HS section", links)


def group_concordance() -> Concordance:
    """Chapters to WITS's sixteen groups of products."""
    return Concordance(
        "HS chapter",
        "WITS group",
        tuple(Link(entry.chapter, entry.wits_group, 1.0) for entry in read_chapters()),
    )


def read_concordance(path: Path, *, digits: int | None = None) -> Concordance:
    """A published concordance; `digits` cuts its target codes, so that classes become divisions or the like."""
    rows = _read_rows(path)
    header = [name.strip() for name in rows[0]]
    columns = [index for index, name in enumerate(header) if name.casefold().endswith(CODE)][:2]
    if len(columns) < 2:
        columns = [0, 1]
    if len(header) < 2:
        fault = Fault("a concordance needs two columns of codes", Where(path.name, 1))
        raise FaultyInput([fault])
    origin, destination = (header[index] for index in columns)
    found: dict[str, dict[str, None]] = {}
    faults = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(columns) or not all(row[index].strip() for index in columns):
            faults.append(Fault("the row lacks a code: is the file cut off?", Where(path.name, number)))
            continue
        code, target = (
            _padded(row[index].strip(), name) for index, name in zip(columns, (origin, destination), strict=True)
        )
        found.setdefault(code, {})[target[:digits] if digits else target] = None
    if not found and not faults:
        faults.append(Fault("the file has no rows below its header", Where(path.name)))
    if faults:
        raise FaultyInput(faults)
    links = tuple(Link(code, target, 1.0 / len(targets)) for code, targets in found.items() for target in targets)
    return Concordance(origin, destination, links)


def concord(values: Mapping[str, float], concordance: Concordance) -> tuple[dict[str, float], tuple[str, ...]]:
    """Values by code of the destination, and the codes that the concordance does not know; values add up without them.

    A code longer than those of the concordance goes where its beginning goes.
    """
    held: dict[str, list[Link]] = {}
    for link in concordance.links:
        held.setdefault(link.code, []).append(link)
    lengths = sorted({len(code) for code in held}, reverse=True)
    result: dict[str, float] = {}
    unknown = []
    for code, value in values.items():
        links = next((held[code[:size]] for size in lengths if code[:size] in held), None)
        if links is None:
            unknown.append(code)
            continue
        for link in links:
            result[link.target] = result.get(link.target, 0.0) + link.share * value
    return result, tuple(unknown)


def _padded(code: str, name: str) -> str:
    """The code with the zeros at its front that its classification wants."""
    for start, digits in DIGITS:
        if name.casefold().startswith(start) and code.isdigit():
            return code.zfill(digits)
    return code


def _read_rows(path: Path) -> Sequence[Sequence[str]]:
    if not path.is_file():
        raise InputFault(f"There is no file {path.name!r}.", kind="no-such-file", where=Where(path.name))
    if path.stat().st_size > MOST_BYTES:
        raise InputFault("The file has more than 50 MB: that is no concordance.", kind="size", where=Where(path.name))
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    if not rows:
        raise FaultyInput([Fault("the file is empty", Where(path.name))])
    return rows
